import type { Action, Form } from '../../cards/card.ts';
import { decodeInvocation, encodeInvocation, type Invocation } from '../../cards/invocation.ts';
import { asks, comesBack } from '../../cards/pressing.ts';
import { bytesOf, KEY_BYTES, OPTION_BYTES } from './card-limits.ts';

/** The question whose answer the button beside it does. */
export const MENU = 'menu';
/** What stands in a list for nothing. */
export const NOTHING = 'none';

const BAR = '|';
const ASKS = '?';
const GO = '!';
const FORM = 'f';

/** Which card a button is of, and which state of it. The task stands in the key as well: what a press says of it after a change is not documented (fact sheet, 3.3). */
export interface Mark {
  readonly task: string;
  readonly version: number;
}

const isVersion = (version: number): boolean => Number.isSafeInteger(version) && version >= 0;
const before = ({ task, version }: Mark): string => `${isVersion(version) ? version : ''}${BAR}${task}${BAR}`;

/** An action as one text: with a sign where values have to be asked for first. */
const said = (action: Action): string => `${asks(action) ? ASKS : ''}${encodeInvocation(action.invoke)}`;

/** The key of a button; null: no press would bring it back. */
export function keyOf(action: Action, mark: Mark): string | null {
  const key = before(mark) + said(action);
  return comesBack(action.invoke) && bytesOf(key) <= KEY_BYTES ? key : null;
}

/** The id of an entry of a list; null: no press would bring it back. */
export function optionOf(action: Action): string | null {
  const id = said(action);
  return comesBack(action.invoke) && bytesOf(id) <= OPTION_BYTES && id !== NOTHING ? id : null;
}

/** The key of the button that does what is chosen. */
export const goKey = (mark: Mark): string => before(mark) + GO;

/** The key of a form's button; null: no press would bring it back. */
export function formKey({ invoke, nonce = '' }: Pick<Form, 'invoke' | 'nonce'>, task: string): string | null {
  const key = [FORM, task, encodeInvocation(invoke), nonce].join(BAR);
  return comesBack(invoke) && bytesOf(key) <= KEY_BYTES && !/[\p{Cc}\p{Surrogate}]/u.test(nonce) ? key : null;
}

/** What a press means. */
export type Press =
  | {
      readonly kind: 'press';
      readonly task: string;
      /** The `cardVersion` that was pressed on; null: not said. */
      readonly seen: number | null;
      readonly invocation: Invocation;
      /** Values have to be asked for first. */
      readonly asks: boolean;
    }
  /** A form, with what was chosen among the arguments. */
  | { readonly kind: 'form'; readonly task: string; readonly nonce: string | null; readonly invocation: Invocation }
  /** The button that does what is chosen, and nothing was. */
  | { readonly kind: 'nothing'; readonly task: string };

const PLAIN = /^(\d{0,16})\|([\w@-]{1,128})\|(.*)$/su;
/** The nonce is the last: anything may stand in it. */
const OF_FORM = /^f\|([\w@-]{1,128})\|([^|]*)\|(.*)$/su;

/** Null: it is no button of ours. `chosen`: what stands in the card's lists, which comes along with every press. Never throws. */
export function readPress(key: string, chosen: ReadonlyMap<string, readonly string[]>): Press | null {
  const form = OF_FORM.exec(key);
  if (form !== null) return readForm(form, chosen);
  const [, version = '', task = '', rest = ''] = PLAIN.exec(key) ?? [];
  if (task === '') return null;
  if (rest !== GO) return pressOf(task, version, rest);
  const [option = NOTHING] = chosen.get(MENU) ?? [];
  return option === NOTHING ? { kind: 'nothing', task } : pressOf(task, version, option);
}

function pressOf(task: string, version: string, written: string): Press | null {
  const isAsking = written.startsWith(ASKS);
  const invocation = decodeInvocation(isAsking ? written.slice(ASKS.length) : written);
  const seen = version === '' ? null : Number(version);
  if (invocation === null || (seen !== null && !Number.isSafeInteger(seen))) return null;
  return { kind: 'press', task, seen, invocation, asks: isAsking };
}

function readForm(
  [, task = '', written = '', nonce = '']: RegExpExecArray,
  chosen: ReadonlyMap<string, readonly string[]>,
): Press | null {
  const invocation = decodeInvocation(written);
  if (invocation === null) return null;
  const args = new Map(Object.entries(invocation.args));
  for (const [question, [answer = NOTHING]] of chosen)
    if (answer === NOTHING) args.delete(question);
    else args.set(question, answer);
  const { command } = invocation;
  return {
    kind: 'form',
    task,
    nonce: nonce === '' ? null : nonce,
    invocation: { command, args: Object.fromEntries(args) },
  };
}
