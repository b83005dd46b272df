import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import { beforeSending } from './http.ts';

/** An app's access token. */
export interface Tokens {
  /** Whoever asks at the same time shares one request. @throws DeliveryError: `auth` for wrong credentials; nothing was sent of what needs it. */
  get(): Promise<string>;
  /** The platform does not take this one any more; one that came after it stays. */
  forget(token: string): void;
}

interface Held {
  readonly token: string;
  /** By the monotonic clock. */
  readonly renewAt: number;
  readonly endsAt: number;
}

/** Keeps a token for as long as it lives, and renews it `earlyMs` before it ends, or halfway if it does not live that long. */
export function renewedTokens(deps: {
  readonly ask: () => Promise<{ readonly token: string; readonly lifeMs: number }>;
  readonly earlyMs: number;
  /** How long after a failure nobody asks again, ms: it is the answer meanwhile. */
  readonly restMs?: (error: unknown) => number;
  readonly clock: Clock;
}): Tokens {
  const { ask, earlyMs, restMs = () => 0, clock } = deps;
  let held: Held | null = null;
  let asking: Promise<string> | null = null;
  let refused: { readonly error: unknown; readonly until: number } | null = null;

  const renew = async (): Promise<string> => {
    const before = held;
    const askedAt = clock.monotonic();
    try {
      if (refused !== null && askedAt < refused.until) throw refused.error;
      const { token, lifeMs } = await ask().catch((error: unknown) => {
        refused = { error, until: clock.monotonic() + restMs(error) };
        throw error;
      });
      held = { token, renewAt: askedAt + lifeMs - Math.min(earlyMs, lifeMs / 2), endsAt: askedAt + lifeMs };
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
      asking ??= renew().finally(() => {
        asking = null;
      });
      return asking;
    },
    forget(token) {
      if (held?.token === token) held = null;
    },
  };
}

/** A call that needs a token, in at most so many ms; once again with a new one where the first was worth nothing any more. */
export async function withToken<T>(
  tokens: Tokens,
  call: {
    readonly path: string;
    readonly ms: number;
    readonly isWorthless: (error: unknown) => boolean;
    readonly once: (token: string, signal: AbortSignal) => Promise<T>;
  },
): Promise<T> {
  const signal = AbortSignal.timeout(call.ms);
  const once = async (token: string): Promise<T> => {
    if (signal.aborted) throw new DeliveryError('retryable', `${call.path}: the token took too long`);
    return call.once(token, signal);
  };
  const token = await tokens.get();
  try {
    return await once(token);
  } catch (error) {
    if (!call.isWorthless(error)) throw error;
    tokens.forget(token);
    return once(await tokens.get());
  }
}
