import type { Flow } from '../src/flow/flow.ts';
import type { Job } from './job.ts';

/** Brings open tickets under promises and calendars that changed. */
export const retime = (flow: Pick<Flow, 'retime'>): Job => ({
  name: 'retime',
  every: '2 seconds',
  lockMs: 600_000,
  run: async () => {
    await flow.retime();
  },
});
