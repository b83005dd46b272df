import * as z from 'zod';
import type { Grant } from '../adapter.ts';
import { packed, unpacked, type Signer } from '../shared/signed.ts';

/** Answers that one grant is good for: what belongs to one press or line, and no more. */
export const USES = 5;
/** How long the view of somebody who pressed is theirs to answer in, ms. */
const VIEW_MS = 30 * 60_000;
/** A session that ends within so long is not begun with, ms (fact sheet, 3.4). */
const MARGIN_MS = 60_000;

const facts = z.strictObject({
  /** What makes it one grant. */
  id: z.string(),
  /** Where it was said or pressed. */
  conversation: z.string(),
  user: z.string(),
  /** The `sessionWebhook` of what was said; null: none. */
  session: z.string().nullable(),
  /** The card that was pressed; null: none. */
  card: z.string().nullable(),
  until: z.number(),
});
export type GrantFacts = z.output<typeof facts>;

type Place = Pick<GrantFacts, 'id' | 'conversation' | 'user'>;

const lend = (signer: Signer, fact: GrantFacts): Grant => ({
  secret: packed(signer, fact),
  uses: USES,
  expiresAt: new Date(fact.until),
  boundTo: fact.user,
});

/** The answer to what was said, by the webhook that came with it. */
export const lendSession = (
  signer: Signer,
  place: Place,
  session: { readonly url: string; readonly endsAt: number },
): Grant => lend(signer, { ...place, session: session.url, card: null, until: session.endsAt - MARGIN_MS });

/** The answer to a press, in the view that its person has of the card. */
export const lendView = (signer: Signer, place: Place, card: string, now: Date): Grant =>
  lend(signer, { ...place, session: null, card, until: now.getTime() + VIEW_MS });

/** Null: not one of ours. */
export function readGrant(signer: Signer, secret: string): GrantFacts | null {
  const parsed = facts.safeParse(unpacked(signer, secret));
  return parsed.success ? parsed.data : null;
}
