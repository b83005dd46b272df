import * as z from 'zod';
import type { Action } from '../../cards/card.ts';
import { decodeInvocation, encodeInvocation, type Invocation } from '../../cards/invocation.ts';
import { asks } from '../../cards/pressing.ts';
import { cut } from '../../cards/excerpt.ts';
import { neutralLine } from '../../cards/neutralise.ts';
import { dingtalkCard } from './limits.ts';

/** What a press means. */
export interface Press {
  readonly invocation: Invocation;
  /** Values have to be asked for first. */
  readonly asks: boolean;
  /** The `cardVersion` that was pressed on; null: not said. */
  readonly seen: number | null;
}

/** A button as DingTalk's `buttonGroup` variables hold it. */
export interface Button {
  readonly text: string;
  readonly color: 'blue' | 'gray' | 'red';
  readonly status: 'normal';
  readonly event:
    | {
        readonly type: 'sendCardRequest';
        readonly params: { readonly actionId: string; readonly params: Readonly<Record<string, string>> };
      }
    | { readonly type: 'openLink'; readonly params: { readonly url: string } };
}

/** Which button it is on the card, and which state of the card it stands on; null: on none. */
export interface Mark {
  readonly id: string;
  readonly version: number | null;
}

/** Opens and closes the menu, takes away what one person was shown or asked: presses that the adapter answers by itself. */
export const MORE = 'more';
export const LESS = 'less';
export const CLOSE = 'close';

const isVersion = (version: number | null): version is number =>
  version !== null && Number.isSafeInteger(version) && version >= 0;

/** The label as a person reads it; what would be typed where it has none. Never empty. */
export const labelOf = ({ label, typed }: Pick<Action, 'label' | 'typed'>): string =>
  cut(neutralLine(label) || neutralLine(typed), dingtalkCard.own.label) || '…';

/** Blue is the one thing to do, red what cannot be taken back. */
export const colorOf = ({ style }: Action): Button['color'] =>
  style === 'primary' ? 'blue' : style === 'danger' ? 'red' : 'gray';

/** A press whose `params` are these. */
export const sending = (
  text: string,
  id: string,
  params: Readonly<Record<string, string>> = {},
  color: Button['color'] = 'gray',
): Button => ({
  text,
  color,
  status: 'normal',
  event: { type: 'sendCardRequest', params: { actionId: id, params } },
});

/** An action as a button; only what is `pressable` comes back. */
export function buttonOf(action: Action, { id, version }: Mark, label = labelOf(action)): Button {
  const params = {
    c: encodeInvocation(action.invoke),
    ...(isVersion(version) && { v: String(version) }),
    ...(asks(action) && { a: '1' }),
  };
  return sending(label, id, params, colorOf(action));
}

const ASKS = '?';
const BAR = '|';

/** The id of a button of the public template, which carries nothing but its id: `12|?claim?ticket=4821`. */
export const publicId = (action: Action, version: number): string =>
  `${isVersion(version) ? version : ''}${BAR}${asks(action) ? ASKS : ''}${encodeInvocation(action.invoke)}`;

const params = z.object({ c: z.string(), v: z.string().optional(), a: z.string().optional() });

const VERSION = /^\d{1,16}$/u;

function pressOf(encoded: string, version: string | undefined, isAsking: boolean): Press | null {
  const invocation = decodeInvocation(encoded);
  if (invocation === null) return null;
  if (version === undefined || version === '') return { invocation, asks: isAsking, seen: null };
  const seen = VERSION.test(version) ? Number(version) : Number.NaN;
  return Number.isSafeInteger(seen) ? { invocation, asks: isAsking, seen } : null;
}

/** What a press of a button means, by its `actionIds[0]` and `params`; null for anything that did not come from a card of ours. Never throws. */
export function readPress(id: unknown, given: unknown): Press | null {
  const parsed = params.safeParse(given);
  if (parsed.success) return pressOf(parsed.data.c, parsed.data.v, parsed.data.a === '1');
  if (typeof id !== 'string') return null;
  const bar = id.indexOf(BAR);
  if (bar < 0) return null;
  const rest = id.slice(bar + 1);
  const isAsking = rest.startsWith(ASKS);
  return pressOf(isAsking ? rest.slice(ASKS.length) : rest, id.slice(0, bar), isAsking);
}
