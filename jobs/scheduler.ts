import { Agenda, type Job as Run } from 'agenda';
import type { Clock } from '../src/clock.ts';
import type { Job } from './job.ts';
import { JobLocks, type Database } from './locks.ts';

export interface SchedulerOptions {
  readonly database: Database;
  readonly jobs: readonly Job[];
  readonly clock: Clock;
  /** What this process is called: its locks bear the name. */
  readonly process: string;
  /** A run ended: how late it began against its schedule, how long it took (ms), and whether it failed. */
  readonly onRun: (job: string, run: JobRun) => void;
  /** Notes why a run failed; the number under which it is known. */
  readonly onFailure: (job: string, error: unknown) => Promise<string>;
  /** How often it looks for what is due, ms. */
  readonly scanMs?: number;
}

export interface JobRun {
  readonly lagMs: number;
  readonly tookMs: number;
  readonly failed: boolean;
}

export interface Scheduler {
  start(): Promise<void>;
  /** Aborts the runs under way and waits for them. */
  stop(): Promise<void>;
}

/** Another process's change of the schedules is put right within this time, ms. */
const KEEP_MS = 60_000;
/** A run shows that its process is alive at least so often, ms. */
const BEAT_MS = 10_000;

/** Runs the jobs by Agenda: each on one process at a time, taken over when its process dies. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { database, jobs, clock, onRun, onFailure, scanMs = 1_000 } = options;

  /** Moves the lock on while a run goes on; the returned function ends it. */
  const beating = (locks: JobLocks, { name, lockMs }: Job, { attrs }: Run): (() => void) => {
    let cancel: () => void = () => undefined;
    let over = false;
    const again = (): void => {
      if (!over) cancel = clock.after(Math.min(lockMs / 3, BEAT_MS), () => void beat());
    };
    const beat = async (): Promise<void> => {
      try {
        const at = await locks.beat(name);
        if (at !== null && !over) attrs.lockedAt = at;
      } catch {
        // The store is away: a later beat finds it back, or the lock runs out as it should.
      }
      again();
    };
    again();
    return () => {
      over = true;
      cancel();
    };
  };

  const running = (locks: JobLocks, job: Job, signal: AbortSignal) => async (run: Run) => {
    const began = clock.now().getTime();
    const lagMs = Math.max(0, began - locks.begins(job.name).getTime());
    const still = beating(locks, job, run);
    const ended = (failed: boolean): void => {
      onRun(job.name, { lagMs, tookMs: clock.now().getTime() - began, failed });
    };
    try {
      await job.run(signal);
      ended(false);
    } catch (error) {
      ended(true);
      // Kept with the schedule: the number, never what an error may quote.
      throw new Error(await onFailure(job.name, error), { cause: error });
    } finally {
      still();
      locks.ends(job.name);
    }
  };

  const open = async (signal: AbortSignal) => {
    const locks = new JobLocks(database, options.process, clock);
    await locks.open();
    const agenda = new Agenda({
      // It is connected already: Agenda would not tell of a store that is away.
      backend: {
        name: 'MongoDB',
        repository: locks,
        connect: async () => undefined,
        disconnect: async () => undefined,
      },
      name: options.process,
      processEvery: scanMs,
      defaultConcurrency: 1,
      defaultLockLimit: 1,
    });
    await agenda.ready;
    for (const job of jobs)
      agenda.define(job.name, running(locks, job, signal), { concurrency: 1, lockLimit: 1, lockLifetime: job.lockMs });
    const next = (every: string, lastRunAt: Date | null): Date => {
      const made = agenda.create('');
      if (lastRunAt !== null) made.attrs.lastRunAt = lastRunAt;
      const at = made.repeatEvery(every).attrs.nextRunAt;
      if (at === null) throw new Error(`${every} is no schedule`);
      return at;
    };
    await locks.schedule(jobs, next);
    await locks.forget(jobs, true);
    let cancel: () => void = () => undefined;
    let over = false;
    let keeping = Promise.resolve();
    const keep = async (): Promise<void> => {
      try {
        await locks.schedule(jobs, next);
        await locks.forget(jobs, false);
      } catch {
        // The store is away: nothing runs meanwhile either, and the next look finds it back.
      }
      later();
    };
    const later = (): void => {
      if (over) return;
      cancel = clock.after(KEEP_MS, () => {
        keeping = keep();
      });
    };
    await agenda.start();
    later();
    return async (): Promise<void> => {
      over = true;
      cancel();
      locks.halt();
      await keeping;
      // `stop` would leave what runs to itself, while flow and store are closed under it.
      await agenda.drain();
      // What cannot be given back, for the store is away, runs out.
      await locks.end().catch(() => undefined);
    };
  };

  // Made when it starts: it talks to the store from its first moment, and one that never starts could not be ended in peace.
  let end: (() => Promise<void>) | null = null;
  let stopping = new AbortController();
  return {
    async start() {
      stopping = new AbortController();
      end = await open(stopping.signal);
    },
    async stop() {
      stopping.abort();
      await end?.();
      end = null;
    },
  };
}
