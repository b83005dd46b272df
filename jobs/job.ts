import type { JobName } from '../src/text/job.ts';

/** Something that runs on a schedule; one per file, listed in registry.ts. Runs on one process at a time. */
export interface Job {
  /** What it does stands under it in `src/text/job.ts`. */
  readonly name: JobName;
  /** A human interval (`1 second`, `10 minutes`) or a cron line, in the process's time zone. */
  readonly every: string;
  /**
   * After this long without a sign of life of its process another one takes a run over and begins it anew, ms. A run may take longer:
   * its process gives signs of life meanwhile.
   */
  readonly lockMs: number;
  /** One run. Idempotent: it may be cut anywhere and started again. A long one ends soon after it is aborted. */
  readonly run: (signal?: AbortSignal) => Promise<void>;
}
