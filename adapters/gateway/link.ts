import { createHash } from 'node:crypto';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import type { Kind } from './kind.ts';
import type { Said } from './words.ts';

/** What came of a post: how far it got, or the status it was answered with. */
export type Carried = { readonly status: number; readonly retryAfterMs?: number } | { readonly failure: string };

/**
 * Takes a body to the gateway, signed as webhooks are, and never rejects. Ends within eight seconds: delivery waits ten for an adapter.
 */
export type Carry = (body: Buffer, at: Date) => Promise<Carried>;

/** The gateway as both of its apps speak to it. Failures are `DeliveryError`s. */
export interface GatewayLink {
  /** Resolves with the id by which the gateway knows it. */
  send(kind: Kind, to: string, said: Said, key: string): Promise<string>;
  /** Asks whether it takes what we sign; nobody is written to or called. */
  ping(): Promise<void>;
}

/** What is wrong with how the gateway is set up, alike for everything that is sent. */
const SETTINGS: ReadonlySet<string> = new Set(['bad_url', 'private_address', 'redirect']);
/** Certainly nothing was read by anybody. */
const NOT_SENT: ReadonlySet<string> = new Set(['no_such_host', 'no_connection', 'tls']);
/** Of a gateway that does not say for how long it wants to be left alone, ms. */
const A_WHILE_MS = 10_000;

/** Null: it was taken. What timed out or broke may have been taken too; the id lets the gateway drop the repeat. */
function failureIn(answer: Carried): DeliveryError | null {
  if ('failure' in answer) {
    const { failure } = answer;
    const kind = SETTINGS.has(failure) ? 'auth' : NOT_SENT.has(failure) ? 'retryable' : 'unknown';
    return new DeliveryError(kind, `gateway: ${failure}`);
  }
  const { status, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return null;
  const word = `gateway: HTTP ${status}`;
  if (status === 401 || status === 403) return new DeliveryError('auth', word);
  if (status === 429) return new DeliveryError('rate-limited', word, retryAfterMs ?? A_WHILE_MS);
  if (status === 408 || status >= 500) return new DeliveryError('unknown', word, retryAfterMs);
  return new DeliveryError('permanent', word);
}

export function createGatewayLink(carry: Carry, clock: Pick<Clock, 'now'>): GatewayLink {
  const post = async (content: Readonly<Record<string, unknown>>): Promise<DeliveryError | null> => {
    const at = clock.now();
    return failureIn(await carry(Buffer.from(JSON.stringify({ ...content, at: at.toISOString() })), at));
  };
  return {
    async send(kind, to, { text, ticket, urgent }, key) {
      // The key names what is sent and may name whom it is about: the gateway needs to tell one from the other, and no more.
      const id = createHash('sha256').update(`${kind}\n${to}\n${key}`).digest('hex').slice(0, 40);
      const failure = await post({ id, kind, to, text, ...(ticket !== null && { ticket }), urgent });
      if (failure !== null) throw failure;
      return id;
    },
    async ping() {
      const failure = await post({ id: `ping-${clock.now().getTime()}`, kind: 'ping' });
      // One that does not know a ping has read it and believed the signature.
      if (failure !== null && failure.failure !== 'permanent') throw failure;
    },
  };
}
