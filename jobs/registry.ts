import type { Clock } from '../src/clock.ts';
import type { Directory } from '../src/domain/directory.ts';
import type { Flow } from '../src/flow/flow.ts';
import type { Store } from '../src/storage/store.ts';
import { anomaly } from './anomaly.ts';
import { archive } from './archive.ts';
import { backup } from './backup.ts';
import { deadlineAudit } from './deadline-audit.ts';
import { handover } from './handover.ts';
import type { Job } from './job.ts';
import { digest } from './digest.ts';
import { ledger } from './ledger.ts';
import { retention } from './retention.ts';
import { retime } from './retime.ts';
import { tally } from './tally.ts';
import { wake } from './wake.ts';

/** What the jobs stand on. */
export interface JobParts {
  readonly flow: Flow;
  readonly store: Store;
  readonly clock: Clock;
  /** As it is now. */
  readonly directory: () => Pick<Directory, 'filing' | 'archiveMs'>;
  /** Null: none is made. */
  readonly dailyBackup: (() => Promise<void>) | null;
}

/** Every job there is. */
export const jobs = ({ flow, store, clock, directory, dailyBackup }: JobParts): readonly Job[] => [
  wake(flow, clock),
  retime(flow),
  deadlineAudit(flow),
  ledger(flow),
  digest(flow),
  tally(flow),
  handover(flow),
  anomaly(flow),
  retention(
    store,
    clock,
    () => directory().filing.draftMs,
    () => flow.quiet() !== null,
  ),
  archive(store, clock, () => directory().archiveMs),
  ...(dailyBackup === null ? [] : [backup(dailyBackup)]),
];
