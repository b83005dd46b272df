import { existsSync, statSync, type StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DATA_FILE } from '../../embedded/storage/environment.ts';
import { dataFolder, storeFolder } from '../../place.ts';
import { ok, problem, warning, type Check, type Finding } from './check.ts';

/** Bytes. */
export interface DiskFacts {
  readonly folder: string;
  readonly free: number;
  /** Size of the embedded store; 0: none. */
  readonly store: number;
}

/** With less than this left the next rush fills the disk. */
const LEAST = 256 * 1_048_576;

export function judgeDisk({ folder, free, store }: DiskFacts): readonly Finding[] {
  const params = { folder, free, store };
  if (free < LEAST)
    return [problem({ key: 'doctor.disk_full', params }, { key: 'doctor.disk_full_todo', params: null })];
  // A backup and a compaction write the store once more.
  if (free < store + LEAST)
    return [warning({ key: 'doctor.disk_tight', params }, { key: 'doctor.disk_tight_todo', params: null })];
  return [ok({ key: 'doctor.disk_ok', params })];
}

export const disk: Check = {
  name: 'disk',
  run: async ({ config }) => {
    const folder = dataFolder(config);
    const { bavail, bsize }: StatsFs = await statfs(existing(folder));
    const file = join(storeFolder(config), DATA_FILE);
    const store = config.mongodbUri === null && existsSync(file) ? statSync(file).size : 0;
    return judgeDisk({ folder, free: bavail * bsize, store });
  },
};

/** The folder itself, or the nearest above it that is there. */
const existing = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
