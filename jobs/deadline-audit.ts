import type { Flow } from '../src/flow/flow.ts';
import type { Job } from './job.ts';

/** Checks that every open ticket is looked at again when its promises ask for it, a part of them each time. */
export const deadlineAudit = (flow: Pick<Flow, 'auditDeadlines'>): Job => ({
  name: 'deadline-audit',
  every: '1 minute',
  lockMs: 300_000,
  run: async () => {
    await flow.auditDeadlines();
  },
});
