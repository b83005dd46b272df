import { ok, problem, type Check, type Finding } from './check.ts';

export interface StoreFacts {
  readonly kind: 'embedded' | 'mongodb';
  /** Why it cannot be used; null: it can, or nothing was stored yet. */
  readonly refused: string | null;
  /** How long one look at it took; null: there was none. */
  readonly ms: number | null;
}

/** Longest a look may take before something is wrong with the store. */
const SLOW_MS = 500;

export function judgeStore({ kind, refused, ms }: StoreFacts): readonly Finding[] {
  if (refused !== null)
    return [
      problem(
        { key: 'doctor.store_away', params: { kind, detail: refused } },
        { key: 'doctor.store_away_todo', params: { kind } },
      ),
    ];
  if (ms === null) return [ok({ key: 'doctor.store_none', params: null })];
  if (ms > SLOW_MS)
    return [
      {
        level: 'warning',
        found: { key: 'doctor.store_slow', params: { kind, ms } },
        todo: { key: 'doctor.store_slow_todo', params: { kind } },
      },
    ];
  return [ok({ key: 'doctor.store_ok', params: { kind, ms } })];
}

export const store: Check = {
  name: 'store',
  run: async ({ config, clock, store, storeRefused: refused }) => {
    const kind = config.mongodbUri === null ? 'embedded' : 'mongodb';
    if (store === null) return judgeStore({ kind, refused, ms: null });
    const began = clock.monotonic();
    try {
      await store.ping();
    } catch (error) {
      return judgeStore({ kind, refused: error instanceof Error ? error.message : String(error), ms: null });
    }
    return judgeStore({ kind, refused: null, ms: Math.round(clock.monotonic() - began) });
  },
};
