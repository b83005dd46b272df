import type { Flow } from '../src/flow/flow.ts';
import type { Job } from './job.ts';

/** Checks, some tickets at a time, that what figures are counted from says what the tickets say. */
export const tally = (flow: Pick<Flow, 'auditTallies'>): Job => ({
  name: 'tally',
  every: '1 minute',
  lockMs: 300_000,
  run: async () => {
    await flow.auditTallies();
  },
});
