/** Something that runs on a schedule; one per file, listed in registry.ts. Runs on one process at a time. */
export interface Job {
  readonly name: string;
  /** A human interval (`1 second`, `10 minutes`) or a cron line. */
  readonly every: string;
  /** Longest time one run may take before another process may take it over, ms. */
  readonly lockMs: number;
  /** One run. Idempotent: it may be cut anywhere and started again. A long one ends soon after it is aborted. */
  readonly run: (signal?: AbortSignal) => Promise<void>;
}
