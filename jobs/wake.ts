import type { Clock } from '../src/clock.ts';
import type { Flow } from '../src/flow/flow.ts';
import type { Job } from './job.ts';

const LOCK_MS = 60_000;

/** Wakes tickets whose due moment has come, until there are none or another process could soon take over. */
export const wake = (flow: Pick<Flow, 'wake'>, clock: Clock): Job => ({
  name: 'wake',
  every: '1 second',
  lockMs: LOCK_MS,
  run: async (signal) => {
    const until = clock.monotonic() + LOCK_MS / 2;
    const goesOn = (): boolean => signal?.aborted !== true && clock.monotonic() < until;
    let found = 1;
    while (found > 0 && goesOn()) found = await flow.wake(signal);
  },
});
