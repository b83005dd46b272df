import type { Connection } from 'mongoose';
import { reaching } from './connection.ts';
import { rowsOf } from './rows.ts';

/** When a job ran and will run, as Agenda keeps it. */
export interface ScheduledJob {
  readonly name: string;
  /** A human interval or a cron line. */
  readonly every: string;
  /** After this long without a sign of life another process takes a run over, ms. */
  readonly lockMs: number;
  readonly nextRunAt: Date | null;
  readonly lastRunAt: Date | null;
  readonly lastFinishedAt: Date | null;
  readonly failedAt: Date | null;
  /** Number of the last failure; null: it never failed. */
  readonly error: string | null;
  readonly failures: number;
  /** The last sign of life of whoever has it; null: nobody has. */
  readonly lockedAt: Date | null;
  /** The process that has it or had it last. */
  readonly process: string | null;
}

/** Since when a job is running; null: it is not. */
export const runningSince = ({ lockedAt, lastRunAt, lastFinishedAt }: ScheduledJob): Date | null =>
  lockedAt !== null && lastRunAt !== null && lastRunAt.getTime() > (lastFinishedAt?.getTime() ?? 0) ? lastRunAt : null;

/** Whether the last run that ended failed. */
export const hasFailed = ({ failedAt, lastFinishedAt }: ScheduledJob): boolean =>
  failedAt !== null && failedAt.getTime() >= (lastFinishedAt?.getTime() ?? 0);

/** How long a job should have begun, or a run has shown no sign of life, ms. */
export function lateMs(job: ScheduledJob, now: Date): number {
  const since = runningSince(job) === null ? job.nextRunAt : job.lockedAt;
  return since === null ? 0 : Math.max(0, now.getTime() - since.getTime());
}

/** A document of Agenda's, as far as it is read. */
interface Row {
  readonly _id: string;
  readonly name?: string;
  readonly repeatInterval?: string;
  readonly data?: { readonly lockMs?: number } | null;
  readonly failReason?: string | null;
  readonly failCount?: number | null;
  readonly lastModifiedBy?: string | null;
  readonly nextRunAt?: Date | null;
  readonly lastRunAt?: Date | null;
  readonly lastFinishedAt?: Date | null;
  readonly failedAt?: Date | null;
  readonly lockedAt?: Date | null;
}

/** The schedules in Agenda's own collection, which `jobs/` writes. */
export function jobStore(connection: Connection) {
  const rows = rowsOf<Row>(connection, 'jobs');
  return {
    models: [],
    /** All there are: as many as jobs are registered. */
    all: async (): Promise<ScheduledJob[]> =>
      (await rows.find({}, { sort: { name: 1 }, limit: 1_000 })).map((row) => ({
        name: row.name ?? '',
        every: row.repeatInterval ?? '',
        lockMs: row.data?.lockMs ?? 0,
        nextRunAt: row.nextRunAt ?? null,
        lastRunAt: row.lastRunAt ?? null,
        lastFinishedAt: row.lastFinishedAt ?? null,
        failedAt: row.failedAt ?? null,
        error: row.failReason ?? null,
        failures: row.failCount ?? 0,
        lockedAt: row.lockedAt ?? null,
        process: row.lastModifiedBy ?? null,
      })),
    /** What a process held that is gone is free, and is due: its run may have been cut. For who is alone on the store. */
    freeAll: (now: Date): Promise<void> =>
      reaching(async () => {
        await rows.updateMany({ lockedAt: { $gt: new Date(0) } }, { $set: { lockedAt: null, nextRunAt: now } });
      }),
  };
}
