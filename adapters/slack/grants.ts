import * as z from 'zod';
import type { Grant } from '../adapter.ts';
import { packed, unpacked, type Signer } from '../shared/signed.ts';

/** A `response_url` takes five answers within thirty minutes (fact sheet, 2.7). */
const USES = 5;
export const LENT_MS = 30 * 60_000;

const facts = z.union([
  /** What Slack lends with a command or a press. */
  z.strictObject({ url: z.string(), until: z.number() }),
  /** Where somebody wrote: nothing that Slack lends, but the thread in which the answer has to stand. */
  z.strictObject({ channel: z.string(), user: z.string(), thread: z.string().nullable(), until: z.number() }),
]);
export type GrantFacts = z.output<typeof facts>;

function lend(signer: Signer, fact: GrantFacts, user: string): Grant {
  return { secret: packed(signer, fact), uses: USES, expiresAt: new Date(fact.until), boundTo: user };
}

/** The answer to a press or a command, by its `response_url`. */
export const lendUrl = (signer: Signer, url: string, user: string, now: Date): Grant =>
  lend(signer, { url, until: now.getTime() + LENT_MS }, user);

/** The answer to what was written in a thread, or in a form that was opened from a place. */
export const lendPlace = (
  signer: Signer,
  place: { readonly channel: string; readonly thread: string | null },
  user: string,
  now: Date,
): Grant => lend(signer, { ...place, user, until: now.getTime() + LENT_MS }, user);

/** Null: not one of ours. */
export function readGrant(signer: Signer, secret: string): GrantFacts | null {
  const parsed = facts.safeParse(unpacked(signer, secret));
  return parsed.success ? parsed.data : null;
}
