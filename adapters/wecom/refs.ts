import type { Ref } from '../adapter.ts';

/** A message of the app: what takes it back. */
const MESSAGE = 'msg:';
/** Something that nothing can be done about any more. */
const SAID = 'said:';

/** `msgid`: of a message of the app. */
export const sentRef = (msgid: string): Ref => ({ id: MESSAGE + msgid });
export const saidRef = (key: string): Ref => ({ id: SAID + key });

/** The `msgid` of a message of the app by its `Ref`; null: it is none. */
export const msgidOf = (ref: string): string | null => (ref.startsWith(MESSAGE) ? ref.slice(MESSAGE.length) : null);
