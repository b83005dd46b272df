import { hasFailed, lateMs, runningSince, type ScheduledJob } from '../storage/jobs.ts';
import { job as texts, type JobName } from '../text/job.ts';
import type { LastRun } from '../text/job-list.ts';
import { say, text, type Reader } from '../text/text.ts';
import { withStore } from './store.ts';
import type { CliVerb } from './verb.ts';

/** How a job stands at a moment. */
export interface JobState {
  readonly name: string;
  readonly every: string;
  /** Null: it never ran. */
  readonly last: LastRun | null;
  readonly failures: number;
  readonly next: Date | null;
  readonly running: { readonly since: Date; readonly process: string | null } | null;
  /** How late it is once another process would have taken it over, ms; null: it is not. */
  readonly lateMs: number | null;
}

export function jobState(job: ScheduledJob, now: Date): JobState {
  const { name, every, lockMs, failures, nextRunAt, process } = job;
  const since = runningSince(job);
  const late = lateMs(job, now);
  return {
    name,
    every,
    last: lastOf(job),
    failures,
    next: since === null ? nextRunAt : null,
    running: since === null ? null : { since, process },
    lateMs: late > lockMs ? late : null,
  };
}

function lastOf(job: ScheduledJob): LastRun | null {
  const { lastRunAt, lastFinishedAt, error } = job;
  const ended = lastFinishedAt?.getTime() ?? 0;
  const isOver = lastRunAt === null || ended >= lastRunAt.getTime();
  if (!isOver && runningSince(job) === null) return { at: lastRunAt, outcome: 'cut', tookMs: null, error: null };
  if (lastFinishedAt === null) return null;
  // While one runs, what is known of the one before is when it ended, and how.
  const tookMs = isOver && lastRunAt !== null ? ended - lastRunAt.getTime() : null;
  const failed = hasFailed(job);
  return { at: lastFinishedAt, outcome: failed ? 'failed' : 'done', tookMs, error: failed ? error : null };
}

export const jobs: CliVerb = {
  usage: 'jobs [--json]',
  summary: 'cli.jobs',
  run: ({ config, clock, args, print, tell }) =>
    withStore(config, async (store) => {
      const now = clock.now();
      const states = (await store.jobs.all()).map((job) => jobState(job, now));
      if (states.some(({ last, lateMs: late }) => last?.outcome === 'failed' || late !== null)) process.exitCode = 1;
      if (states.length === 0 && !args.includes('--json')) tell({ key: 'job_list.none', params: null });
      // Times as the machine's own clock shows them.
      const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
      const reader: Reader = { locale: config.locale, timeZone, now };
      const width = Math.max(0, ...states.map(({ name }) => name.length));
      for (const { name, ...state } of states) {
        // One that a later version has made has no words here.
        const what = isKnown(name) ? text(reader, `job.${name}`, null) : name;
        print(
          args.includes('--json')
            ? JSON.stringify({ name, what, ...state })
            : `${name.padEnd(width)}  ${say({ key: 'job_list.job', params: { ...state, what } }, reader)}`,
        );
      }
    }),
};

const isKnown = (name: string): name is JobName => Object.hasOwn(texts, name);
