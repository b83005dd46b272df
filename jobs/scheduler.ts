import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import type { Clock } from '../src/clock.ts';
import type { Job } from './job.ts';

type Database = Extract<ConstructorParameters<typeof MongoBackend>[0], { mongo: unknown }>['mongo'];

export interface SchedulerOptions {
  readonly database: Database;
  readonly jobs: readonly Job[];
  readonly clock: Clock;
  /** A run ended: how late it began against its schedule, how long it took (ms), and why it failed; null: it did not. */
  readonly onRun: (job: string, run: { lagMs: number; tookMs: number; error: unknown }) => void;
}

export interface Scheduler {
  start(): Promise<void>;
  /** Aborts the runs under way and waits for them. */
  stop(): Promise<void>;
}

/** Runs the jobs by Agenda: each on one process at a time, taken over when its process dies. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { jobs, clock, onRun } = options;
  let agenda: Agenda | null = null;
  let running = new AbortController();
  // Made when it starts: it talks to the store from its first moment, and one that never starts could not be ended in peace.
  const make = (signal: AbortSignal): Agenda => {
    const backend = new MongoBackend({ mongo: options.database, collection: 'jobs', ensureIndex: true });
    const made = new Agenda({ backend, processEvery: 1_000, defaultConcurrency: 1, defaultLockLimit: 1 });
    for (const job of jobs) {
      made.define(
        job.name,
        async (run) => {
          const began = clock.now().getTime();
          const planned = run.attrs.nextRunAt ?? run.attrs.lastRunAt;
          const lagMs = Math.max(0, began - (planned === null || planned === undefined ? began : planned.getTime()));
          const ended = (error: unknown): void => {
            onRun(job.name, { lagMs, tookMs: clock.now().getTime() - began, error });
          };
          try {
            await job.run(signal);
          } catch (error) {
            ended(error ?? new Error('a job threw nothing'));
            throw error;
          }
          ended(null);
        },
        { concurrency: 1, lockLimit: 1, lockLifetime: job.lockMs },
      );
    }
    return made;
  };
  return {
    async start() {
      running = new AbortController();
      const started = make(running.signal);
      agenda = started;
      await started.start();
      for (const job of jobs) await started.every(job.every, job.name);
    },
    async stop() {
      running.abort();
      // `stop` would leave what runs to itself, while flow and store are closed under it.
      await agenda?.drain();
      agenda = null;
    },
  };
}
