import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Grant } from '../adapter.ts';

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

const sign = (key: string, body: string): string => createHmac('sha256', key).update(body).digest('base64url');

/** Lends the answer to one event: five private answers to its sender within thirty minutes. */
export function lendGrant(key: string, event: { id: string; conversation: string; user: string }, now: Date): Grant {
  const expiresAt = now.getTime() + GRANT_MS;
  const body = Buffer.from(JSON.stringify([event.id, event.conversation, event.user, expiresAt])).toString('base64url');
  return {
    secret: `${body}.${sign(key, body)}`,
    uses: GRANT_USES,
    expiresAt: new Date(expiresAt),
    boundTo: event.user,
  };
}

/** Null: not one of ours. */
export function readGrant(key: string, secret: string): GrantFacts | null {
  const [body = '', signature = ''] = secret.split('.');
  const given = Buffer.from(signature);
  const wanted = Buffer.from(sign(key, body));
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
  const [id, conversation, user, expiresAt] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [
    string,
    string,
    string,
    number,
  ];
  return { id, conversation, user, expiresAt };
}
