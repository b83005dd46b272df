import { hasFailed, runningSince, type ScheduledJob } from '../../storage/jobs.ts';
import { ok, problem, warning, type Check, type Finding } from './check.ts';

export interface JobFacts {
  readonly now: Date;
  /** Whether the bot runs: otherwise nothing can be on time. */
  readonly running: boolean;
  readonly jobs: readonly ScheduledJob[];
}

const LATE_MS = 30_000;
const VERY_LATE_MS = 300_000;

export function judgeJobs({ now, running, jobs }: JobFacts): readonly Finding[] {
  if (!running) return [ok({ key: 'doctor.jobs_resting', params: null })];
  if (jobs.length === 0)
    return [warning({ key: 'doctor.jobs_none', params: null }, { key: 'doctor.jobs_late_todo', params: null })];
  const findings = jobs.flatMap((job): readonly Finding[] => {
    const { name, nextRunAt } = job;
    const began = runningSince(job);
    const since = began ?? nextRunAt;
    const ms = since === null ? 0 : now.getTime() - since.getTime();
    if (ms > LATE_MS) {
      const found = { key: 'doctor.job_late', params: { job: name, ms, runs: began !== null } } as const;
      const todo = { key: 'doctor.jobs_late_todo', params: null } as const;
      return [ms > VERY_LATE_MS ? problem(found, todo) : warning(found, todo)];
    }
    if (hasFailed(job))
      return [
        warning({ key: 'doctor.job_failed', params: { job: name } }, { key: 'doctor.job_failed_todo', params: null }),
      ];
    return [];
  });
  return findings.length > 0 ? findings : [ok({ key: 'doctor.jobs_ok', params: { count: jobs.length } })];
}

export const jobs: Check = {
  name: 'jobs',
  run: async ({ clock, store, neighbour }) => {
    const running = neighbour !== null && neighbour.process !== null;
    return store === null ? [] : judgeJobs({ now: clock.now(), running, jobs: await store.jobs.all() });
  },
};
