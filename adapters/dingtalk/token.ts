import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import { beforeSending, exchange, read } from './exchange.ts';

/** Renewed so long before it ends, ms, as DingTalk advises (fact sheet, 3.1). */
const EARLY_MS = 10 * 60_000;
const PATH = '/v1.0/oauth2/accessToken';

/** `expireIn`: seconds. */
const answer = z.object({ accessToken: z.string().min(1), expireIn: z.number().positive() });

/** The app's access token; both APIs take it. */
export interface Tokens {
  /** Whoever asks at the same time shares one request. @throws DeliveryError: `auth` for wrong credentials; nothing was sent of what needs it. */
  get(): Promise<string>;
  /** DingTalk does not take this one any more; one that came after it stays. */
  forget(token: string): void;
}

interface Held {
  readonly token: string;
  /** By the monotonic clock. */
  readonly renewAt: number;
  readonly endsAt: number;
}

export function createTokens(
  app: { readonly clientId: string; readonly clientSecret: string },
  apiUrl: string,
  clock: Clock,
): Tokens {
  let held: Held | null = null;
  let asking: Promise<string> | null = null;

  const ask = async (): Promise<string> => {
    const before = held;
    const askedAt = clock.monotonic();
    try {
      const body = { appKey: app.clientId, appSecret: app.clientSecret };
      const reply = await exchange({ path: PATH, url: new URL(apiUrl + PATH), body });
      const { accessToken: token, expireIn } = read(PATH, answer, reply);
      const lifeMs = expireIn * 1_000;
      held = { token, renewAt: askedAt + lifeMs - Math.min(EARLY_MS, lifeMs / 2), endsAt: askedAt + lifeMs };
      return token;
    } catch (error) {
      // What is to be renewed is still good for a while.
      if (before !== null && held === before && clock.monotonic() < before.endsAt) return before.token;
      throw beforeSending(error);
    }
  };

  return {
    async get() {
      if (held !== null && clock.monotonic() < held.renewAt) return held.token;
      asking ??= ask().finally(() => {
        asking = null;
      });
      return asking;
    },
    forget(token) {
      if (held?.token === token) held = null;
    },
  };
}
