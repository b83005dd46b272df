import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Grant } from '../adapter.ts';
import { packed, unpacked, type Signer } from '../shared/signed.ts';

export const GRANT_USES = 5;
export const GRANT_MS = 30 * 60_000;

/** What a grant's secret says; nothing is stored until it is used. */
export interface GrantFacts {
  readonly id: string;
  readonly conversation: string;
  readonly user: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const signer = (key: string): Signer => {
  const sign = (text: string): string => createHmac('sha256', key).update(text).digest('base64url');
  return {
    sign,
    isSigned(text, signature) {
      const given = Buffer.from(signature);
      const wanted = Buffer.from(sign(text));
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    },
  };
};

/** Lends the answer to one event: five private answers to its sender within thirty minutes. */
export function lendGrant(key: string, event: { id: string; conversation: string; user: string }, now: Date): Grant {
  const expiresAt = now.getTime() + GRANT_MS;
  return {
    secret: packed(signer(key), [event.id, event.conversation, event.user, expiresAt]),
    uses: GRANT_USES,
    expiresAt: new Date(expiresAt),
    boundTo: event.user,
  };
}

/** Null: not one of ours. */
export function readGrant(key: string, secret: string): GrantFacts | null {
  const facts = unpacked(signer(key), secret);
  if (facts === undefined) return null;
  const [id, conversation, user, expiresAt] = facts as [string, string, string, number];
  return { id, conversation, user, expiresAt };
}
