import type { Flow } from '../src/flow/flow.ts';
import type { Job } from './job.ts';

/** Sends the figures of the day, the week and the month to whom they are due. */
export const digest = (flow: Pick<Flow, 'digests'>): Job => ({
  name: 'digest',
  every: '1 minute',
  lockMs: 600_000,
  run: async () => {
    await flow.digests();
  },
});
