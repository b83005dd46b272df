import type { Connection } from 'mongoose';
import { rowsOf } from './rows.ts';

/** When a job ran and will run, as Agenda keeps it. */
export interface ScheduledJob {
  readonly name: string;
  readonly nextRunAt: Date | null;
  readonly lastFinishedAt: Date | null;
  readonly failedAt: Date | null;
  /** Since when it is running; null: it is not. */
  readonly lockedAt: Date | null;
}

/** The schedules in Agenda's own collection: to be looked at, never written. */
export function jobStore(connection: Connection) {
  const rows = rowsOf<Partial<ScheduledJob> & { readonly _id: string }>(connection, 'jobs');
  return {
    models: [],
    /** All there are: as many as jobs are registered. */
    all: async (): Promise<ScheduledJob[]> =>
      (await rows.find({}, { limit: 1_000 })).map((row) => ({
        name: row.name ?? '',
        nextRunAt: row.nextRunAt ?? null,
        lastFinishedAt: row.lastFinishedAt ?? null,
        failedAt: row.failedAt ?? null,
        lockedAt: row.lockedAt ?? null,
      })),
  };
}
