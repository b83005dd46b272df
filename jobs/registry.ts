import type { Clock } from '../src/clock.ts';
import type { Flow } from '../src/flow/flow.ts';
import type { Store } from '../src/storage/store.ts';
import { backup } from './backup.ts';
import type { Job } from './job.ts';
import { ledger } from './ledger.ts';
import { retention } from './retention.ts';
import { wake } from './wake.ts';

/** Every job there is. */
export const jobs = (
  flow: Flow,
  store: Store,
  clock: Clock,
  draftMs: () => number,
  dailyBackup: (() => Promise<void>) | null,
): readonly Job[] => [
  wake(flow, clock),
  ledger(flow),
  retention(store, clock, draftMs, () => flow.quiet() !== null),
  ...(dailyBackup === null ? [] : [backup(dailyBackup)]),
];
