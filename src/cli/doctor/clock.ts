import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder, storeFolder } from '../../place.ts';
import { ok, problem, warning, type Check, type Finding } from './check.ts';

export interface ClockFacts {
  readonly now: Date;
  /** How far the store's clock is ahead of ours, ms; null: it has none of its own. */
  readonly aheadMs: number | null;
  /** When one of our files was written last, by this machine's clock; null: never. */
  readonly written: Date | null;
}

/** Before this year nothing of ours was written. */
const FIRST_YEAR = 2025;
const LAST_YEAR = 2100;
const NOTABLE_MS = 1_000;
/** Leases, promises and signatures go by the clock: beyond this they go wrong. */
const WRONG_MS = 5_000;

export function judgeClock({ now, aheadMs, written }: ClockFacts): readonly Finding[] {
  const todo = { key: 'doctor.clock_todo', params: null } as const;
  const year = now.getUTCFullYear();
  if (year < FIRST_YEAR || year > LAST_YEAR) return [problem({ key: 'doctor.clock_year', params: { year } }, todo)];
  if (written !== null && written.getTime() - now.getTime() > WRONG_MS) {
    const ms = written.getTime() - now.getTime();
    return [problem({ key: 'doctor.clock_back', params: { ms } }, todo)];
  }
  if (aheadMs !== null && Math.abs(aheadMs) > NOTABLE_MS) {
    const found = { key: 'doctor.clock_apart', params: { ms: aheadMs } } as const;
    return [Math.abs(aheadMs) > WRONG_MS ? problem(found, todo) : warning(found, todo)];
  }
  return [ok({ key: 'doctor.clock_ok', params: null })];
}

export const clock: Check = {
  name: 'clock',
  run: async ({ config, clock, store }) => {
    const own = config.mongodbUri === null;
    const aheadMs = own || store === null ? null : await store.aheadMs(() => clock.now());
    const written = [dataFolder(config), storeFolder(config)].flatMap(writtenIn);
    const newest = written.length === 0 ? null : new Date(Math.max(...written));
    return judgeClock({ now: clock.now(), aheadMs, written: newest });
  },
};

/** When the files of a folder were written, ms. */
const writtenIn = (folder: string): readonly number[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => statSync(join(folder, entry.name)).mtimeMs)
    : [];
