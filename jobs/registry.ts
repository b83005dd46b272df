import type { Clock } from '../src/clock.ts';
import type { Flow } from '../src/flow/flow.ts';
import type { Store } from '../src/storage/store.ts';
import { archive } from './archive.ts';
import { backup } from './backup.ts';
import type { Job } from './job.ts';
import { ledger } from './ledger.ts';
import { retention } from './retention.ts';
import { wake } from './wake.ts';

/** What the jobs stand on. */
export interface JobParts {
  readonly flow: Flow;
  readonly store: Store;
  readonly clock: Clock;
  /** How long a draft is kept, and when a closed ticket is archived, ms. */
  readonly draftMs: () => number;
  readonly archiveMs: () => number;
  /** Null: none is made. */
  readonly dailyBackup: (() => Promise<void>) | null;
}

/** Every job there is. */
export const jobs = ({ flow, store, clock, draftMs, archiveMs, dailyBackup }: JobParts): readonly Job[] => [
  wake(flow),
  ledger(flow),
  retention(store, clock, draftMs, () => flow.quiet() !== null),
  archive(store, clock, archiveMs),
  ...(dailyBackup === null ? [] : [backup(dailyBackup)]),
];
