import type { Parts } from './parts.ts';

/** Smaller differences are how clocks are kept right. */
const MOST_DRIFT_MS = 2_000;

/**
 * Looks whether the wall clock was set since the last look, and if so moves what waits for its moment along: what was held stays held as long
 * as it would have been, and nothing waits for an hour that has passed already. For the process that holds the app's lease.
 */
export function createJumpWatch({ store, clock, meter }: Pick<Parts, 'store' | 'clock' | 'meter'>, app: string) {
  let last: { readonly wall: number; readonly passed: number } | null = null;

  return async (): Promise<void> => {
    const seen = { wall: clock.now().getTime(), passed: clock.monotonic() };
    const before = last;
    last = seen;
    if (before === null) return;
    /** What the clock would show had nobody touched it. */
    const expected = before.wall + (seen.passed - before.passed);
    const ms = seen.wall - expected;
    if (Math.abs(ms) <= MOST_DRIFT_MS) return;
    try {
      // Rows made since then go by the new clock already. Backwards they are those of the last moments; what is older, or younger than now, is the old clock's.
      const since = new Date(seen.wall - (seen.passed - before.passed));
      const made =
        ms > 0
          ? { order: { $lte: new Date(expected) } }
          : { $or: [{ order: { $gt: new Date(seen.wall) } }, { order: { $lt: since } }] };
      const moved = await store.outbox.shift(app, new Date(Math.min(expected, seen.wall)), ms, made);
      meter.alarm('clock', { app: app.replaceAll('\n', '/'), ms, count: moved });
    } catch (error) {
      // The store is away: the next look sees the same jump.
      last = before;
      throw error;
    }
  };
}
