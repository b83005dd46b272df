import type { Clock } from '../../clock.ts';

/** Keys that are counted at most; beyond it the ones that rested longest begin anew. */
const MOST_KEYS = 10_000;

interface Bucket {
  /** Requests that may come at once. */
  tokens: number;
  at: number;
}

/** Lets each key do so many requests a second, twice as many at once. Counted in this process alone. */
export interface Rate {
  /** 0: it may; else how many whole seconds it has to wait. */
  take(key: string, perSecond: number): number;
}

export function createRate(clock: Pick<Clock, 'monotonic'>): Rate {
  const buckets = new Map<string, Bucket>();
  return {
    take(key, perSecond) {
      const now = clock.monotonic();
      const most = perSecond * 2;
      const known = buckets.get(key);
      const tokens = known === undefined ? most : Math.min(most, known.tokens + ((now - known.at) / 1_000) * perSecond);
      const left = tokens >= 1 ? tokens - 1 : tokens;
      buckets.delete(key);
      buckets.set(key, { tokens: left, at: now });
      const [oldest] = buckets.keys();
      if (buckets.size > MOST_KEYS && oldest !== undefined) buckets.delete(oldest);
      return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / perSecond);
    },
  };
}
