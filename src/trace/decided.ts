import type { Actor } from '../domain/actor.ts';
import { oneLine, type Source } from './trace.ts';

/** What was decided: the ticket's events. */
export const decided: Source = async (_store, { events }) =>
  events.map(({ at, type, seq, actor, cause, data }) => ({
    at,
    stage: 'decided',
    what: type,
    fields: {
      seq,
      by: byOf(actor),
      message: idIn(data, 'message'),
      note: type === 'noted' ? idIn(data, 'note') : undefined,
      cause: oneLine(cause),
    },
  }));

function byOf(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return actor.id;
    case 'customer':
      return oneLine(actor.account);
    case 'system':
      return `system:${actor.name}`;
  }
}

/** An id that an event names. */
const ID = /^[\w-]{22}$/;
function idIn(data: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = data[name];
  return typeof value === 'string' && ID.test(value) ? value : undefined;
}
