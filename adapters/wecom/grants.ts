import * as z from 'zod';
import type { Grant } from '../adapter.ts';

/** A code that changes a card once, ms (fact sheet, 3.3): 72 hours, less what a slow callback may have taken. */
const CODE_MS = 72 * 3_600_000 - 60_000;
/** A press in a smart bot's chat changes its card within 5 s (4.5); what begins later than this comes too late. */
const PRESS_MS = 4_500;
/** What was said to the smart bot can be answered for 24 h (4.5). */
const SAID_MS = 23 * 3_600_000;

const facts = z.discriminatedUnion('by', [
  /** `response_code` of a card of the app, as a send or a press gave it. */
  z.strictObject({ by: z.literal('code'), code: z.string().min(1) }),
  /** The request id of a press in a smart bot's chat; its task, as the change has to name the one it was pressed under. */
  z.strictObject({ by: z.literal('press'), req: z.string().min(1), task: z.string().min(1) }),
  /** The request id of what was said to the smart bot, by whom, and where: alone with it that is the same. */
  z.strictObject({
    by: z.literal('said'),
    req: z.string().min(1),
    user: z.string().min(1),
    conversation: z.string().min(1),
  }),
]);
/** What WeCom lends for one change or one answer. */
export type Lent = z.output<typeof facts>;

const lend = (lent: Lent, ms: number, at: Date): Pick<Grant, 'secret' | 'uses' | 'expiresAt'> => ({
  secret: JSON.stringify(lent),
  uses: 1,
  expiresAt: new Date(at.getTime() + ms),
});

/** A code that changes a card for everybody who has it, once. `surface`: the card that was pressed; absent: the one that was just sent. */
export const lendCode = (code: string, at: Date, surface?: string): Grant => ({
  ...lend({ by: 'code', code }, CODE_MS, at),
  ...(surface !== undefined && { surface }),
});

/** The right of a press to change the card it was made on. */
export const lendPress = (
  press: { readonly req: string; readonly task: string },
  at: Date,
  surface: string,
): Grant => ({
  ...lend({ by: 'press', ...press }, PRESS_MS, at),
  surface,
});

/** The right to answer what was said to the smart bot, where it was said. */
export const lendSaid = (
  said: { readonly req: string; readonly user: string; readonly conversation: string },
  at: Date,
): Grant => ({ ...lend({ by: 'said', ...said }, SAID_MS, at), boundTo: said.user });

/** Null: not one of ours. */
export function readLent(secret: string): Lent | null {
  try {
    return facts.parse(JSON.parse(secret));
  } catch {
    return null;
  }
}
