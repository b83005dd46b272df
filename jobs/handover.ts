import type { Flow } from '../src/flow/flow.ts';
import type { Job } from './job.ts';

/** Asks whose shift ends soon what becomes of their tickets, and settles what they have not answered when it has ended. */
export const handover = (flow: Pick<Flow, 'handover'>): Job => ({
  name: 'handover',
  every: '1 minute',
  lockMs: 60_000,
  run: async () => {
    await flow.handover();
  },
});
