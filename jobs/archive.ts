import type { Clock } from '../src/clock.ts';
import type { Store } from '../src/storage/store.ts';
import type { Job } from './job.ts';

/** Tickets that one step moves, and steps of one run: what is beyond them waits for the next. */
const BATCH = 200;
const STEPS = 50;

/** Moves tickets that were closed long ago out of the way of those at work; they are read and found as before. */
export const archive = (
  { tickets }: { readonly tickets: Pick<Store['tickets'], 'archive'> },
  clock: Pick<Clock, 'now'>,
  afterMs: () => number,
): Job => ({
  name: 'archive',
  every: '10 minutes',
  lockMs: 60_000,
  run: async () => {
    const before = new Date(clock.now().getTime() - afterMs());
    for (let step = 0; step < STEPS; step += 1) if ((await tickets.archive(before, BATCH)) < BATCH) return;
  },
});
