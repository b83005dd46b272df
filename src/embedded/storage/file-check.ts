import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readSync } from 'node:fs';

/** The data directory cannot be used; the message is one clear sentence. */
export class StoreUnusable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnusable';
  }
}

/** Where LMDB keeps things in the two pages that a file begins with. */
const META = { magic: 24, pageSize: 48, lastPage: 144, transaction: 152, size: 160 } as const;
const MAGIC = 0xbeefc0de;

/**
 * Makes sure that a file is an LMDB file with all its pages before LMDB maps it into memory: what it then finds missing or foreign ends
 * the process. A file that is not there or empty is fine, it is made anew.
 * @throws StoreUnusable
 */
export function checkFile(file: string): void {
  if (!existsSync(file)) return;
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    if (size === 0) return;
    const first = readMeta(descriptor, 0);
    const second = first && readMeta(descriptor, first.pageSize);
    if (!first || !second)
      throw new StoreUnusable(`the file ${file} is damaged or no store of this program: restore a backup`);
    const newest = second.transaction > first.transaction ? second : first;
    if ((newest.lastPage + 1n) * BigInt(newest.pageSize) > BigInt(size))
      throw new StoreUnusable(`the file ${file} is cut short: restore a backup`);
  } finally {
    closeSync(descriptor);
  }
}

interface Meta {
  readonly pageSize: number;
  readonly lastPage: bigint;
  readonly transaction: bigint;
}

function readMeta(descriptor: number, at: number): Meta | undefined {
  const bytes = Buffer.alloc(META.size);
  if (readSync(descriptor, bytes, 0, META.size, at) < META.size) return undefined;
  const pageSize = bytes.readUInt32LE(META.pageSize);
  if (bytes.readUInt32LE(META.magic) !== MAGIC || pageSize < 512 || pageSize > 65_536) return undefined;
  return {
    pageSize,
    lastPage: bytes.readBigUInt64LE(META.lastPage),
    transaction: bytes.readBigUInt64LE(META.transaction),
  };
}

/** Makes sure that a file, or a directory's list of files, is on disk. */
export function flush(file: string): void {
  // Windows has no handle of a directory, and needs none.
  if (process.platform === 'win32') return;
  const descriptor = openSync(file, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
