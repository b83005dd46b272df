import { createHmac, timingSafeEqual } from 'node:crypto';

/** Timestamps further away are refused, into the past as into the future (fact sheet, 6). */
const FRESH_MS = 3_600_000;

/** What DingTalk signs robot callbacks with (`secret`: the app's), and what custom robots are to be asked with (`secret`: `SEC...`); base64. `timestamp`: ms. */
export const robotSignature = (secret: string, timestamp: string): string =>
  createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');

/** What card callbacks are signed with in HTTP mode (4.3); base64. `secret`: the one the callback was registered with. */
export const cardSignature = (secret: string, timestamp: string): string =>
  createHmac('sha256', secret).update(timestamp).digest('base64');

/** The headers of a callback, '' where one is absent. */
export interface Signed {
  /** ms */
  readonly timestamp: string;
  readonly signature: string;
}

const isGood = ({ timestamp, signature }: Signed, wanted: string, now: Date): boolean => {
  if (!/^\d{1,15}$/u.test(timestamp) || Math.abs(now.getTime() - Number(timestamp)) > FRESH_MS) return false;
  const theirs = Buffer.from(signature);
  const ours = Buffer.from(wanted);
  return theirs.length === ours.length && timingSafeEqual(theirs, ours);
};

/** Headers `timestamp` and `sign`. The body is not signed: a pair that somebody saw is good for an hour. */
export const isFromRobot = (signed: Signed, secret: string, now: Date): boolean =>
  isGood(signed, robotSignature(secret, signed.timestamp), now);

/** Headers `x-ddpaas-signature-timestamp` and `x-ddpaas-signature`. */
export const isFromCard = (signed: Signed, secret: string, now: Date): boolean =>
  isGood(signed, cardSignature(secret, signed.timestamp), now);
