import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../clock.ts';
import { EXTENSION } from './backup.ts';
import type { MadeBackup } from './make.ts';

/** How many daily backups are kept. */
export const KEPT = 7;

const DAY_MS = 24 * 3_600_000;
/** The next one is made this much before a day has passed, so that looking for it every ten minutes makes none late. */
const EARLY_MS = 10 * 60_000;
/** A start has other things to do first. */
const SETTLE_MS = 10 * 60_000;

/** `2026-11-11T04-30`, UTC: the order of names is the order of time. Only files that are called so are ever deleted. */
const OWN = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}\.gongdan$/;
/** What a killed run left. */
const LEFT = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}\.gongdan\.(?:partial|store)$/;

const nameAt = (at: Date): string => `${at.toISOString().slice(0, 16).replace(':', '-')}${EXTENSION}`;
const momentOf = (name: string): number => Date.parse(`${name.slice(0, 13)}:${name.slice(14, 16)}:00Z`);

/** The daily backups in a folder, oldest first. */
async function dailies(folder: string): Promise<readonly string[]> {
  return existsSync(folder) ? (await readdir(folder)).filter((name) => OWN.test(name)).toSorted() : [];
}

/** The newest daily backup in a folder, its path; null: there is none. */
export async function newestDaily(folder: string): Promise<string | null> {
  const name = (await dailies(folder)).at(-1);
  return name === undefined ? null : path.join(folder, name);
}

/**
 * Makes the daily backup when it is due and forgets those beyond the newest seven. May be called as often as one likes, by one process
 * at a time. Resolves to the one it made, or null.
 */
export function createDaily(
  folder: string,
  clock: Clock,
  make: (file: string) => Promise<MadeBackup>,
): () => Promise<MadeBackup | null> {
  const began = clock.monotonic();
  return async () => {
    if (clock.monotonic() - began < SETTLE_MS) return null;
    const now = clock.now();
    // One that lies in the future was named by a clock that was wrong: it keeps nobody from making the next.
    const newest = (await dailies(folder)).map(momentOf).findLast((at) => at <= now.getTime());
    if (newest !== undefined && now.getTime() - newest < DAY_MS - EARLY_MS) return null;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder))
      if (LEFT.test(name)) await rm(path.join(folder, name), { recursive: true, force: true });
    const made = await make(path.join(folder, nameAt(now)));
    // What a wrong clock named goes first: it must not crowd out the one that was just made.
    const all = await dailies(folder);
    const isFuture = (name: string): boolean => momentOf(name) > now.getTime();
    const byUse = [...all.filter(isFuture), ...all.filter((name) => !isFuture(name))];
    for (const name of byUse.slice(0, -KEPT)) await rm(path.join(folder, name), { force: true });
    return made;
  };
}
