import { timingSafeEqual } from 'node:crypto';
import { decrypt, encrypt, getSignature } from '@wecom/crypto';
import type { Clock } from '../../src/clock.ts';

/** How far a request's own time may be from ours, ms: clocks drift, and what was not answered comes again. */
const FRESH_MS = 10 * 60_000;

/** What proves a callback: the secrets that stand on the platform's page, and for whom it has to be. */
export interface EnvelopeKeys {
  readonly token: string;
  /** `EncodingAESKey`, 43 characters. */
  readonly aesKey: string;
  /** Of a self-built app the corp id, of an official account its app id. */
  readonly receiver: string;
}

/** What stands in the address of a callback; Express makes an array of what stands there twice. */
export interface EnvelopeQuery {
  readonly msg_signature?: unknown;
  readonly timestamp?: unknown;
  readonly nonce?: unknown;
}

/**
 * Opens the encrypted envelope of WeCom's and WeChat's callbacks around `@wecom/crypto`, which checks neither signature nor receiver nor padding.
 * Null, for whatever reason: it is not to be believed, and nobody is told why.
 */
export interface Envelope {
  open(query: EnvelopeQuery, encrypted: unknown): string | null;
}

export function createEnvelope({ token, aesKey, receiver }: EnvelopeKeys, clock: Pick<Clock, 'now'>): Envelope {
  const isSigned = (signature: string, timestamp: string, nonce: string, encrypted: string): boolean => {
    const expected = Buffer.from(getSignature(token, timestamp, nonce, encrypted));
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  };

  const isFresh = (timestamp: string): boolean =>
    /^\d{1,12}$/u.test(timestamp) && Math.abs(clock.now().getTime() - Number(timestamp) * 1_000) <= FRESH_MS;

  const opened = (encrypted: string): string | null => {
    try {
      const { message, id, random } = decrypt(aesKey, encrypted);
      if (id !== receiver) return null;
      // The library believes any length and any padding: only what it would have written itself is what was written.
      const again = Buffer.from(encrypt(aesKey, message, id, random), 'base64');
      return again.equals(Buffer.from(encrypted, 'base64')) ? message : null;
    } catch {
      return null;
    }
  };

  return {
    open({ msg_signature: signature, timestamp, nonce }, encrypted) {
      const given = [signature, timestamp, nonce, encrypted];
      const [a, b, c, d] = given.filter((value): value is string => typeof value === 'string' && value !== '');
      if (a === undefined || b === undefined || c === undefined || d === undefined) return null;
      if (!isSigned(a, b, c, d) || !isFresh(b)) return null;
      return opened(d);
    },
  };
}
