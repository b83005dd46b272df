import type { Flow } from '../src/flow/flow.ts';
import type { Job } from './job.ts';

/** Wakes tickets whose due moment has come. */
export const wake = (flow: Pick<Flow, 'wake'>): Job => ({
  name: 'wake',
  every: '1 second',
  lockMs: 60_000,
  run: async () => {
    await flow.wake();
  },
});
