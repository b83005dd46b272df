import { createHash, randomBytes } from 'node:crypto';
import { linkSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The longest path of a unix socket that every system takes, in bytes. */
export const MAX_SOCKET_PATH = 103;

/** A data directory belongs to one process at a time. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/** Somebody else has the directory. */
export class DirectoryInUse extends Error {
  constructor(directory: string, owner: string) {
    super(
      `the data directory ${directory} is in use by another process${owner ? ` (pid ${owner})` : ''}: stop it or choose another directory`,
    );
    this.name = 'DirectoryInUse';
  }
}

/**
 * Takes the exclusive ownership of a directory: a listening socket in it, which the system gives back when the process dies however
 * it dies. The name is taken by `link`, which is atomic; a socket that nobody listens on is left over and is replaced.
 * @throws DirectoryInUse
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const near = process.platform === 'win32' ? pipeNames(directory) : socketNames(directory);
  const close = await own(near.mine);
  try {
    if (near.lock !== near.mine) await take(directory, near.mine, near.lock);
  } catch (error) {
    await close();
    near.forget();
    throw error;
  }
  return {
    async release() {
      if (near.lock !== near.mine) rmSync(near.lock, { force: true });
      await close();
      near.forget();
    },
  };

  async function own(name: string): Promise<() => Promise<void>> {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(String(process.pid));
    });
    server.unref();
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        reject(error.code === 'EADDRINUSE' ? new DirectoryInUse(directory, '') : error);
      });
      server.listen(name, resolve);
    });
    return () => new Promise((resolve) => void server.close(() => resolve()));
  }
}

/** Whether a living process owns the directory. */
export async function isOwned(directory: string): Promise<boolean> {
  const near = process.platform === 'win32' ? pipeNames(directory) : socketNames(directory);
  try {
    return (await askOwner(near.lock)) !== undefined;
  } finally {
    near.forget();
  }
}

interface Names {
  /** The name that this process listens on. */
  readonly mine: string;
  /** The name that all processes agree on. */
  readonly lock: string;
  /** Removes what was made only to keep the names short. */
  forget(): void;
}

/** A named pipe is exclusive by itself on Windows. */
function pipeNames(directory: string): Names {
  const name = `\\\\.\\pipe\\gongdan-${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
  return { mine: name, lock: name, forget: () => undefined };
}

function socketNames(directory: string): Names {
  const own = `lock.${process.pid}.${randomBytes(4).toString('hex')}`;
  const fits = Buffer.byteLength(path.join(directory, own)) <= MAX_SOCKET_PATH;
  const short = fits ? undefined : mkdtempSync(path.join(tmpdir(), 'gongdan-'));
  const near = short === undefined ? directory : path.join(short, 'd');
  if (short !== undefined) symlinkSync(directory, near);
  return {
    mine: path.join(near, own),
    lock: path.join(near, 'lock'),
    forget: () => {
      if (short !== undefined) rmSync(short, { recursive: true, force: true });
    },
  };
}

async function take(directory: string, mine: string, lock: string): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    if (linked(mine, lock)) {
      return;
    }
    const owner = await askOwner(lock);
    if (owner !== undefined) throw new DirectoryInUse(directory, owner);
    // Nobody listens: move it away under a name of our own, and make sure that nobody was quicker.
    const aside = `${mine}.old`;
    try {
      renameSync(lock, aside);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) continue;
      throw error;
    }
    const live = await askOwner(aside);
    if (live !== undefined) {
      linked(aside, lock);
      rmSync(aside, { force: true });
      throw new DirectoryInUse(directory, live);
    }
    rmSync(aside, { force: true });
  }
  throw new DirectoryInUse(directory, '');
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** The process id behind a lock (empty if it does not say), undefined when nobody listens. */
function askOwner(lock: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let connected = false;
    let said = '';
    const socket = connect(lock);
    const end = (): void => {
      socket.destroy();
      resolve(connected ? said : undefined);
    };
    // A busy owner may be slow to say who it is; that somebody listens is known without it.
    socket.setTimeout(500, end);
    socket.on('connect', () => (connected = true));
    socket.on('data', (chunk) => (said += chunk.toString()));
    socket.on('end', end);
    socket.on('error', end);
  });
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
