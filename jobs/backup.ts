import type { Job } from './job.ts';

/** Makes the daily backup once it is due. */
export const backup = (makeWhenDue: () => Promise<unknown>): Job => ({
  name: 'backup',
  every: '10 minutes',
  lockMs: 600_000,
  run: async () => {
    await makeWhenDue();
  },
});
