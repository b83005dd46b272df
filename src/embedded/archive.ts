import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { URI_FILE } from './engine.ts';
import { DATA_FILE, Environment, readFormat } from './storage/environment.ts';
import { flush, StoreUnusable } from './storage/file-check.ts';
import { isOwned, lockDirectory } from './storage/lock.ts';

/** What a copy of a store came to, in bytes. */
export interface ArchiveReport {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * Copies a store into one file, also while another process has it open: the copy is the state at one moment.
 * @throws StoreUnusable when there is no store or the file exists
 */
export async function backupStore(options: { directory: string; file: string }): Promise<ArchiveReport> {
  const source = path.join(options.directory, DATA_FILE);
  if (!existsSync(source)) throw new StoreUnusable(`there is no store in ${options.directory}`);
  if (existsSync(options.file)) throw new StoreUnusable(`${options.file} exists: choose another name for the backup`);
  mkdirSync(path.dirname(path.resolve(options.file)), { recursive: true });
  await writeCopy(source, options.file);
  return { bytesBefore: statSync(source).size, bytesAfter: statSync(options.file).size };
}

/** A copy without free pages; it gets its name only when it is whole and on disk. */
async function writeCopy(source: string, file: string): Promise<void> {
  const partial = `${file}.partial`;
  rmSync(partial, { force: true });
  try {
    await Environment.copyFile(source, partial);
    flush(partial);
    renameSync(partial, file);
    flush(path.dirname(path.resolve(file)));
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/**
 * Puts the store of a backup into a directory that has none, or in the place of the one that is there.
 * @throws DirectoryInUse while a process has it open, StoreUnusable for a file that is no backup or a directory that has a store
 */
export async function restoreStore(options: {
  directory: string;
  file: string;
  replace?: boolean;
}): Promise<ArchiveReport> {
  if (!existsSync(options.file)) throw new StoreUnusable(`there is no file ${options.file}`);
  readFormat(options.file);
  Environment.prepare(options.directory);
  const target = path.join(options.directory, DATA_FILE);
  return owning(options.directory, async () => {
    if (existsSync(target) && options.replace !== true)
      throw new StoreUnusable(`${options.directory} has a store already; --replace puts the backup in its place`);
    const incoming = `${target}.incoming`;
    copyFileSync(options.file, incoming);
    flush(incoming);
    putInPlace(incoming, target);
    return { bytesBefore: statSync(options.file).size, bytesAfter: statSync(target).size };
  });
}

/**
 * Writes the store anew without the free space in it.
 * @throws DirectoryInUse while a process has it open
 */
export async function compactStore(options: { directory: string }): Promise<ArchiveReport> {
  const target = path.join(options.directory, DATA_FILE);
  if (!existsSync(target)) throw new StoreUnusable(`there is no store in ${options.directory}`);
  return owning(options.directory, async () => {
    const bytesBefore = statSync(target).size;
    const incoming = `${target}.incoming`;
    await writeCopy(target, incoming);
    putInPlace(incoming, target);
    return { bytesBefore, bytesAfter: statSync(target).size };
  });
}

/** The URI of the store that a living process serves from a directory; undefined when none does, whatever a killed one left behind. */
export async function runningUri(directory: string): Promise<string | undefined> {
  const file = path.join(directory, URI_FILE);
  if (!existsSync(file) || !(await isOwned(path.resolve(directory)))) return undefined;
  return readFileSync(file, 'utf8').trim();
}

/**
 * Does something while no process can open the store of a directory, which is made if it is not there.
 * @throws DirectoryInUse while a process has it open
 */
export async function owning<T>(directory: string, work: () => Promise<T>): Promise<T> {
  Environment.prepare(directory);
  const lock = await lockDirectory(path.resolve(directory));
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** The reader table belongs to the file that goes. */
function putInPlace(incoming: string, target: string): void {
  rmSync(`${target}-lock`, { force: true });
  renameSync(incoming, target);
  flush(path.dirname(target));
}
