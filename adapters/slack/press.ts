import { z } from 'zod';
import type { Action } from '../../cards/card.ts';
import { length } from '../../cards/excerpt.ts';
import { decodeInvocation, encodeInvocation, type Invocation } from '../../cards/invocation.ts';
import { asks, comesBack } from '../../cards/pressing.ts';
import { MAX_BUTTON_VALUE, MAX_ID, MAX_OPTION_VALUE } from './limits.ts';

/**
 * How a press is written into a message and read back. `do` runs at once · `ask` asks for values first · `menu`: one of the entries
 * behind a menu, each of either sort · `choose`: a value chosen in the message itself.
 */
export type PressKind = 'do' | 'ask' | 'menu' | 'choose';

/** Which card somebody presses on; null where it has no surface (an answer shown to one person). */
export interface CardMark {
  readonly surface: string | null;
  /** Its `cardVersion`. */
  readonly version: number;
}

/** What a press means. */
export interface Press {
  readonly invocation: Invocation;
  /** Values have to be asked for first: what shows the form lives for three seconds only. */
  readonly asks: boolean;
  readonly surface: string | null;
  /** The `cardVersion` that was pressed on. */
  readonly seen: number | null;
}

export const actionId = (kind: PressKind, n: number): string => `${kind}.${n}`;

/** `<index>.<version>.<surface>`: the surface is left out where it has no room or cannot be carried; on a page without surfaces the index stands alone. */
export function blockId(index: number, mark: CardMark | null): string {
  if (mark === null || !Number.isSafeInteger(mark.version) || mark.version < 0) return String(index);
  const short = `${index}.${mark.version}`;
  const { surface } = mark;
  if (surface === null || /\0|\p{Surrogate}/u.test(surface)) return short;
  const whole = `${short}.${surface}`;
  return length(whole) > MAX_ID ? short : whole;
}

/** Whether an invocation comes back from a press as it went in; what does not has to be typed. */
export const pressable = (invocation: Invocation): boolean =>
  encodeInvocation(invocation).length <= MAX_BUTTON_VALUE && comesBack(invocation);

const ASKS = '?';

/** The value of a menu's entry; null where it is too long for one. */
export function menuValue(action: Action): string | null {
  const value = `${asks(action) ? ASKS : ''}${encodeInvocation(action.invoke)}`;
  return value.length > MAX_OPTION_VALUE ? null : value;
}

/** The value of a choice that stands in the message; null where it is too long or would not come back. */
export function chosenValue(action: Action, field: string, value: string): string | null {
  const invocation: Invocation = { ...action.invoke, args: { ...action.invoke.args, [field]: value } };
  const encoded = encodeInvocation(invocation);
  return encoded.length > MAX_OPTION_VALUE || !pressable(invocation) ? null : encoded;
}

const pressSchema = z.object({
  action_id: z.string().regex(/^(?:do|ask|menu|choose)\.\d{1,9}$/),
  block_id: z.string().regex(/^\d{1,9}(?:\.\d{1,16}(?:\.[\s\S]*)?)?$/),
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
});

/** What an action of a `block_actions` payload means; null for anything that did not come from a card of ours. Never throws. */
export function readPress(action: unknown): Press | null {
  const parsed = pressSchema.safeParse(action);
  if (!parsed.success) return null;
  const { action_id, block_id, value, selected_option } = parsed.data;
  const kind = action_id.slice(0, action_id.indexOf('.'));
  const written = kind === 'do' || kind === 'ask' ? value : selected_option?.value;
  if (typeof written !== 'string') return null;
  const marked = kind === 'menu' && written.startsWith(ASKS);
  const invocation = decodeInvocation(marked ? written.slice(ASKS.length) : written);
  if (invocation === null) return null;
  const [, version, surface] = /^\d+(?:\.(\d+)(?:\.([\s\S]*))?)?$/.exec(block_id) ?? [];
  const seen = version === undefined ? null : Number(version);
  if (seen !== null && !Number.isSafeInteger(seen)) return null;
  return { invocation, asks: kind === 'ask' || marked, surface: surface ?? null, seen };
}
