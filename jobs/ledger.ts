import type { Flow } from '../src/flow/flow.ts';
import type { Job } from './job.ts';

/** Checks that every open ticket is in exactly one place of each of its groups: its own card, a row of a board, the waiting list. */
export const ledger = (flow: Pick<Flow, 'audit'>): Job => ({
  name: 'ledger',
  every: '1 minute',
  lockMs: 300_000,
  run: async () => {
    await flow.audit();
  },
});
