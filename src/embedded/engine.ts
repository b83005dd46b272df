import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ServerContext } from './commands/command.ts';
import { Cursors } from './commands/cursors.ts';
import { answer } from './commands/dispatch.ts';
import { type Address, listen } from './server.ts';
import { Environment } from './storage/environment.ts';
import { type DirectoryLock, lockDirectory, MAX_SOCKET_PATH } from './storage/lock.ts';
import { Store } from './storage/store.ts';
import { removeExpired } from './storage/ttl.ts';

/** How often expired documents and idle cursors are looked for. */
const SWEEP_MS = 60_000;

export interface EngineOptions {
  /** Where the data is kept; made when it is missing. */
  readonly directory: string;
  /** The path of the unix socket; by default one inside the directory. */
  readonly socket?: string | undefined;
  /** False trusts the operating system to write in its own time: for tests. */
  readonly fsync?: boolean | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of failures that have no client to tell. */
  readonly report: (error: Error) => void;
}

/** A running store. */
export interface Engine {
  /** What clients connect to. */
  readonly uri: string;
  /** Removes what has expired and closes idle cursors; runs by itself once a minute. */
  sweep(): Promise<void>;
  /** Copies the store into a file while it is in use. */
  backup(file: string): Promise<void>;
  /** Finishes the writes under way, closes connections and gives the directory back. */
  stop(): Promise<void>;
}

/**
 * Opens the store in a directory and serves it in this thread.
 * @throws DirectoryInUse, StoreUnusable: both say in one sentence what is wrong
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const directory = path.resolve(options.directory);
  const owned = await openOwned(directory, options.fsync !== false);
  try {
    return await serveStore(options, directory, owned);
  } catch (error) {
    await owned.environment.close();
    await owned.lock.release();
    throw error;
  }
}

async function serveStore(options: EngineOptions, directory: string, { environment, lock }: Owned): Promise<Engine> {
  const store = new Store(environment, randomBytes);
  const cursors = new Cursors(options.now, randomBytes);
  const place = chooseAddress(directory, options.socket);
  const context: ServerContext = {
    store,
    cursors,
    now: options.now,
    randomBytes,
    random: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
    startedAt: options.now(),
    connections: () => server.connections(),
  };
  let stopped: Promise<void> | undefined;
  const report = (error: Error): void => {
    // Requests that the end of the store cuts off fail as they may.
    if (!stopped) options.report(error);
  };
  const server = await listen(place.address, (request, connection) => answer(context, request, connection, report));
  const uri = uriOf(server.address);
  writeFileSync(path.join(directory, URI_FILE), `${uri}\n`, { mode: 0o600 });

  const sweep = async (): Promise<void> => {
    cursors.sweep();
    await removeExpired(store, options.now());
  };
  const timer = setInterval(() => {
    sweep().catch((error: unknown) => report(error instanceof Error ? error : new Error(String(error))));
  }, SWEEP_MS);
  timer.unref();

  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await server.close();
    await environment.close();
    rmSync(path.join(directory, URI_FILE), { force: true });
    place.remove();
    await lock.release();
  };
  return {
    uri,
    sweep,
    backup: (file) => environment.copyTo(file),
    stop: () => (stopped ??= stop()),
  };
}

/** Holds the URI of the store while it runs, for the other commands of the program. */
export const URI_FILE = 'uri';

/** A directory that is this process's own, and what is in it. */
interface Owned {
  readonly environment: Environment;
  readonly lock: DirectoryLock;
}

async function openOwned(directory: string, fsync: boolean): Promise<Owned> {
  Environment.prepare(directory);
  const lock = await lockDirectory(directory);
  try {
    return { environment: new Environment({ directory, fsync }), lock };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function chooseAddress(directory: string, wanted: string | undefined): { address: Address; remove: () => void } {
  if (process.platform === 'win32' && wanted === undefined)
    return { address: { host: '127.0.0.1', port: 0 }, remove: () => undefined };
  const inside = path.join(directory, 'run');
  const near = wanted ?? path.join(inside, 'store.sock');
  const isShort = Buffer.byteLength(near) <= MAX_SOCKET_PATH;
  const folder = isShort ? path.dirname(near) : mkdtempSync(path.join(tmpdir(), 'gongdan-'));
  if (wanted === undefined) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  }
  const socket = isShort ? near : path.join(folder, 'store.sock');
  // The directory is ours: a socket that is there was left by a process that died.
  rmSync(socket, { force: true });
  return {
    address: { path: socket },
    remove: () => {
      rmSync(socket, { force: true });
      if (!isShort) rmSync(folder, { recursive: true, force: true });
    },
  };
}

const uriOf = (address: Address): string =>
  `mongodb://${'path' in address ? encodeURIComponent(address.path) : `${address.host}:${address.port}`}/?directConnection=true`;
