import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { flush } from '../embedded/storage/file-check.ts';
import type { Entry, Header, Keys, Trailer } from './backup.ts';
import { CHUNK, chunksOf, deriveKey } from './seal.ts';

/** `gongdan`, then the version of the layout. */
export const MAGIC = Buffer.from('gongdan\u0001', 'latin1');
/** Most bytes of a header. */
export const MOST_HEAD = 256 * 1024;

/** An entry and where its bytes come from. */
export interface Source extends Entry {
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * Writes a backup; it gets its name only when it is whole and on disk. Nothing is ever whole in memory.
 * @throws Error when an entry's content is not as long as was said, or the disk is full
 */
export async function writeBackup(
  file: string,
  plain: Omit<Header, 'check'>,
  keys: Keys,
  entries: AsyncIterable<Source> | Iterable<Source>,
): Promise<Trailer> {
  const { key, check } = await deriveKey(plain.lock, plain.salt, keys);
  const head = Buffer.from(JSON.stringify({ ...plain, check }));
  const partial = `${file}.partial`;
  await rm(partial, { force: true });
  const out = await open(partial, 'wx', 0o600);
  try {
    await out.writeFile(Buffer.concat([MAGIC, lengthOf(head), head]));
    const sealed = chunksOf(key, head);
    let index = 0;
    let waiting: Buffer[] = [];
    let bytes = 0;
    const put = async (more: Uint8Array): Promise<void> => {
      waiting.push(Buffer.from(more.buffer, more.byteOffset, more.byteLength));
      bytes += more.length;
      // A full chunk is written only once something follows it: the last one is marked.
      if (bytes <= CHUNK) return;
      const all = Buffer.concat(waiting);
      let at = 0;
      for (; all.length - at > CHUNK; at += CHUNK)
        await out.writeFile(sealed.seal(all.subarray(at, at + CHUNK), index++, false));
      // A copy: what came in may be used again by whoever reads it.
      waiting = [Buffer.from(all.subarray(at))];
      bytes = all.length - at;
    };
    const trailer = await putEntries(entries, put);
    await put(framed(trailer));
    await out.writeFile(sealed.seal(Buffer.concat(waiting), index, true));
    await out.sync();
    await out.close();
    await rename(partial, file);
    flush(path.dirname(path.resolve(file)));
    return trailer;
  } catch (error) {
    await out.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
}

async function putEntries(
  entries: AsyncIterable<Source> | Iterable<Source>,
  put: (bytes: Uint8Array) => Promise<void>,
): Promise<Trailer> {
  const digest = createHash('sha256');
  let count = 0;
  for await (const { name, size, content } of entries) {
    await put(framed({ name, size }));
    const hash = createHash('sha256');
    let left = size;
    for await (const piece of content) {
      left -= piece.length;
      if (left < 0) break;
      hash.update(piece);
      // What a stream hands out may be overwritten by its next piece.
      await put(Buffer.from(piece));
    }
    if (left !== 0) throw new Error(`${name} changed while it was backed up`);
    digest.update(lineOf({ name, size }, hash.digest('hex')));
    count++;
  }
  return { entries: count, digest: digest.digest('hex') };
}

/** How the trailer's digest counts an entry. */
export const lineOf = ({ name, size }: Entry, sha256: string): string => `${name} ${size} ${sha256}\n`;

const lengthOf = (bytes: Uint8Array): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return length;
};

const framed = (value: unknown): Buffer => {
  const json = Buffer.from(JSON.stringify(value));
  return Buffer.concat([lengthOf(json), json]);
};
