import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { open, type Database, type DatabaseOptions, type RootDatabase } from 'lmdb';
import { MongoError } from '../error.ts';
import { checkFile, flush, StoreUnusable } from './file-check.ts';

/** The version of the layout on disk; a store of another version is refused. */
export const FORMAT = 1;
const FORMAT_KEY = '#format';

/** The file inside the data directory. */
export const DATA_FILE = 'data.mdb';

/** Records per collection and collections per store that a record's key can tell apart. */
export const MAX_RECORD = 2 ** 32;

export interface EnvironmentOptions {
  readonly directory: string;
  /** False leaves the flushing to the operating system: for tests only, a power cut may then lose the store. */
  readonly fsync: boolean;
}

/**
 * Address space for the file from the outset, where that costs nothing: a map that grows leaves its predecessors in memory. Windows
 * would make the file as large as the map.
 */
const HAS_LARGE_MAP = process.platform !== 'win32' && process.arch.endsWith('64');

interface Job {
  run(): void;
  succeed(): void;
  fail(error: unknown): void;
  error: unknown;
}

/**
 * The LMDB environment: three tables and one queue of writes.
 *
 * `records` holds documents (BSON) by collection number and record number, `entries` holds index entries, `catalogue` describes
 * collections. Writes that wait at the same moment share one transaction and one fsync.
 */
export class Environment {
  readonly records: Database<Uint8Array, number>;
  readonly entries: Database<Uint8Array, Uint8Array>;
  readonly catalogue: Database<Uint8Array, string>;
  readonly #root: RootDatabase<Uint8Array, string>;
  /** Called when a transaction was rolled back: what was derived from it has to be read again. */
  onRollback: () => void = () => undefined;
  #queue: Job[] = [];
  #scheduled = false;
  #closed = false;

  /**
   * Makes sure that a directory is there and can be written to.
   * @throws StoreUnusable
   */
  static prepare(directory: string): void {
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      accessSync(directory, constants.W_OK | constants.X_OK);
    } catch (error) {
      throw unusable(directory, error);
    }
  }

  /** @throws StoreUnusable */
  constructor(options: EnvironmentOptions) {
    const file = path.join(options.directory, DATA_FILE);
    try {
      checkFile(file);
      this.#root = open<Uint8Array, string>({
        path: file,
        noSubdir: true,
        encoding: 'binary',
        keyEncoding: 'ordered-binary',
        maxDbs: 4,
        maxReaders: 64,
        ...(HAS_LARGE_MAP && { mapSize: 2 ** 36 }),
        // One writer in one process and synchronous commits: nothing to overlap, and an error is thrown where it belongs.
        overlappingSync: false,
        noSync: !options.fsync,
      });
      this.catalogue = this.#root.openDB<Uint8Array, string>('catalogue', { encoding: 'binary' });
      this.records = this.#root.openDB<Uint8Array, number>('records', RECORDS);
      this.entries = this.#root.openDB<Uint8Array, Uint8Array>('entries', {
        encoding: 'binary',
        keyEncoding: 'binary',
      });
      this.#checkFormat(options.directory);
      if (options.fsync) flush(options.directory);
    } catch (error) {
      throw unusable(options.directory, error);
    }
  }

  #checkFormat(directory: string): void {
    const found = this.catalogue.get(FORMAT_KEY);
    if (found === undefined) {
      if (this.records.getKeysCount({}) > 0)
        throw new StoreUnusable(`the data in ${directory} has no format version: it is not a store of this program`);
      this.#root.transactionSync(() => this.catalogue.putSync(FORMAT_KEY, Buffer.from(String(FORMAT))), COMMIT);
      return;
    }
    const version = Buffer.from(found).toString();
    if (version !== String(FORMAT))
      throw new StoreUnusable(
        `the data in ${directory} has format ${version}, this program reads format ${FORMAT}: use the version of the program that wrote it`,
      );
  }

  /**
   * Runs `work` in a write transaction and resolves with its result once that is on disk. Work is synchronous and checks before it
   * writes: a MongoError that it throws rejects its promise and leaves what it had written so far, any other error undoes it.
   */
  write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) {
        reject(new MongoError(11600, 'interrupted at shutdown'));
        return;
      }
      let result: { value: T } | undefined;
      const job: Job = {
        error: undefined,
        run: () => {
          job.error = undefined;
          result = undefined;
          try {
            result = { value: work() };
          } catch (error) {
            if (!(error instanceof MongoError)) throw error;
            job.error = error;
          }
        },
        succeed: () => {
          if (result) resolve(result.value);
          else reject(job.error);
        },
        fail: reject,
      };
      this.#queue.push(job);
      if (this.#scheduled) return;
      this.#scheduled = true;
      // After this turn's network events: commands that came in together are written together.
      setImmediate(() => {
        this.#scheduled = false;
        this.#commit(this.#queue.splice(0));
      });
    });
  }

  #commit(jobs: Job[]): void {
    // They may have been written already, by `close`.
    if (jobs.length === 0) return;
    try {
      this.#transact(jobs);
    } catch (error) {
      this.onRollback();
      const [only] = jobs;
      if (jobs.length === 1) only?.fail(writeFailure(error));
      // One of them failed and undid all: each on its own, so that it takes nobody with it.
      else for (const job of jobs) this.#commit([job]);
      return;
    }
    for (const job of jobs) job.succeed();
  }

  #transact(jobs: Job[]): void {
    this.#root.transactionSync(() => {
      for (const job of jobs) job.run();
    }, COMMIT);
  }

  /** Inside a write transaction: does all of `work`, or nothing of it when it throws. */
  atomically<T>(work: () => T): T {
    try {
      return this.#root.transactionSync(work);
    } catch (error) {
      this.onRollback();
      throw error;
    }
  }

  /** A consistent copy of the whole store in one file, while it is in use. Compacted: free pages are left out. */
  async copyTo(file: string): Promise<void> {
    await this.#root.backup(file, true);
  }

  /** Copies a store's file that this process has not opened; another one may be writing to it. */
  static async copyFile(source: string, target: string): Promise<void> {
    readFormat(source);
    const root = open<Uint8Array, string>({ path: source, noSubdir: true, readOnly: true, maxDbs: 4 });
    try {
      await root.backup(target, true);
    } finally {
      await root.close();
    }
  }

  /** Finishes the waiting writes and closes the file. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#commit(this.#queue.splice(0));
    await this.#root.close();
  }
}

/**
 * Checks that a file is a store of a format that this program reads.
 * @throws StoreUnusable
 */
export function readFormat(file: string): void {
  checkFile(file);
  let root: RootDatabase<Uint8Array, string> | undefined;
  let version: string | undefined;
  try {
    root = open<Uint8Array, string>({ path: file, noSubdir: true, readOnly: true, maxDbs: 4 });
    const found = root.openDB<Uint8Array, string>('catalogue', { encoding: 'binary' }).get(FORMAT_KEY);
    version = found && Buffer.from(found).toString();
  } catch (error) {
    throw new StoreUnusable(`${file} is damaged or no store`, { cause: error });
  } finally {
    void root?.close();
  }
  if (version === String(FORMAT)) return;
  throw new StoreUnusable(
    version === undefined
      ? `${file} is no store of this program`
      : `${file} has format ${version}, this program reads format ${FORMAT}`,
  );
}

/** Abortable, and on disk before it returns. */
const COMMIT: number = 3;

/** Eight bytes, most significant first: collection number and record number in one whole number below 2^53. */
const RECORD_KEY = {
  writeKey(key: number, target: Uint8Array, start: number): number {
    let high = Math.floor(key / 2 ** 32);
    let low = key % 2 ** 32;
    for (let i = 3; i >= 0; i--) {
      target[start + i] = high & 0xff;
      target[start + 4 + i] = low & 0xff;
      high >>>= 8;
      low = Math.floor(low / 256);
    }
    return start + 8;
  },
  readKey(source: Uint8Array, start: number): number {
    let high = 0;
    let low = 0;
    for (let i = 0; i < 4; i++) {
      high = high * 256 + (source[start + i] ?? 0);
      low = low * 256 + (source[start + 4 + i] ?? 0);
    }
    return high * 2 ** 32 + low;
  },
};

const RECORDS: DatabaseOptions & { keyEncoder: typeof RECORD_KEY } = { encoding: 'binary', keyEncoder: RECORD_KEY };

/** The key of a record in `records`. */
export const recordKey = (collection: number, record: number): number => collection * 2 ** 32 + record;

/** The record number of a key in `records`. */
export const recordOf = (key: number): number => key % 2 ** 32;

function unusable(directory: string, error: unknown): Error {
  if (error instanceof StoreUnusable) return error;
  const text = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/EACCES|EROFS|EPERM|Permission denied|Read-only/u.test(`${code} ${text}`))
    return new StoreUnusable(`the data directory ${directory} cannot be written to (${code || text})`, {
      cause: error,
    });
  if (/ENOSPC|EFBIG|EDQUOT|No space|File too large/u.test(`${code} ${text}`))
    return new StoreUnusable(`the disk that holds ${directory} is full`, { cause: error });
  if (/MDB_INVALID|MDB_VERSION_MISMATCH|MDB_CORRUPTED|MDB_PAGE|not an LMDB file/u.test(`${code} ${text}`))
    return new StoreUnusable(
      `the file ${path.join(directory, DATA_FILE)} is damaged or no store: restore a backup (${text})`,
      {
        cause: error,
      },
    );
  return new StoreUnusable(`the data directory ${directory} cannot be opened (${text})`, { cause: error });
}

/** What a failed commit means for the client: nothing of it was stored. */
function writeFailure(error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  // A write that the disk takes only in part is an input/output error to LMDB.
  if (/ENOSPC|EFBIG|EDQUOT|EIO|No space|File too large|quota|Input\/output error|MDB_MAP_FULL/iu.test(text))
    return new MongoError(14031, `nothing was stored: the disk that holds the data is full or failing (${text})`);
  return error instanceof Error ? error : new Error(text);
}
