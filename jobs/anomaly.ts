import type { Flow } from '../src/flow/flow.ts';
import type { Job } from './job.ts';

/** Looks whether there is more of something than ever, or somebody suddenly takes longer. */
export const anomaly = (flow: Pick<Flow, 'anomalies'>): Job => ({
  name: 'anomaly',
  every: '5 minutes',
  lockMs: 60_000,
  run: async () => {
    await flow.anomalies();
  },
});
