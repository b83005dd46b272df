import type { Clock } from '../../src/clock.ts';

/** Answers that are believed for a while; those who ask for the same at once share one question. */
export interface Cached<V> {
  get(key: string, ask: () => Promise<V>): Promise<V>;
  forget(key: string): void;
}

/** Keeps at most `most` answers for `freshMs` each; what failed is asked again. */
export function cachedFor<V>(clock: Clock, freshMs: number, most: number): Cached<V> {
  const known = new Map<string, { readonly at: number; readonly value: Promise<V> }>();
  return {
    get(key, ask) {
      const found = known.get(key);
      if (found !== undefined && clock.monotonic() - found.at < freshMs) return found.value;
      const value = ask();
      const mine = { at: clock.monotonic(), value };
      known.delete(key);
      known.set(key, mine);
      const [oldest] = known.keys();
      if (known.size > most && oldest !== undefined) known.delete(oldest);
      value.catch(() => {
        if (known.get(key) === mine) known.delete(key);
      });
      return value;
    },
    forget(key) {
      known.delete(key);
    },
  };
}
