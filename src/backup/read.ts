import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type * as z from 'zod';
import {
  BackupUnusable,
  entrySchema,
  headerSchema,
  trailerSchema,
  type Entry,
  type Header,
  type Keys,
  type Trailer,
} from './backup.ts';
import { CHUNK, chunksOf, TAG, unlock, type Chunks } from './seal.ts';
import { lineOf, MAGIC, MOST_HEAD } from './write.ts';

/** Takes the content of one entry, in order; it is complete when this resolves. */
export type OnEntry = (entry: Entry, content: AsyncIterable<Buffer>) => Promise<void>;

/** Whether a file says that it is a backup of this kind, of whatever version. */
export async function isSealed(file: string): Promise<boolean> {
  return opened(file, async (input) => isOurs(await magicOf(input)));
}

/** What a file says of itself. Nobody vouches for it before the rest was read. @throws BackupUnusable */
export async function readHeader(file: string): Promise<Header> {
  return opened(file, async (input) => (await headOf(input)).header);
}

/**
 * Reads a backup from beginning to end. What `onEntry` gets may turn out to be wrong only later: nothing of it counts before this
 * resolves.
 * @throws BackupUnusable for a file that was cut short, changed, continued, or that other keys belong to
 */
export async function readBackup(
  file: string,
  keys: Keys,
  onEntry: OnEntry,
): Promise<{ readonly header: Header; readonly trailer: Trailer }> {
  return opened(file, async (input) => {
    const { header, head, size } = await headOf(input);
    const plain = plainOf(input, chunksOf(await unlock(header, keys), head), size);
    const digest = createHash('sha256');
    let count = 0;
    for (;;) {
      const frame = await framed(plain);
      if (typeof frame !== 'object' || frame === null || !('name' in frame)) {
        const trailer = parsed(trailerSchema, frame);
        if (trailer.entries !== count || trailer.digest !== digest.digest('hex') || !plain.isOver())
          throw new BackupUnusable('damaged');
        return { header, trailer };
      }
      const entry = parsed(entrySchema, frame);
      const hash = createHash('sha256');
      let left = entry.size;
      const content = async function* (): AsyncGenerator<Buffer, void, undefined> {
        while (left > 0) {
          const piece = await plain.some(left);
          left -= piece.length;
          hash.update(piece);
          yield piece;
        }
      };
      await onEntry(entry, content());
      // What nobody wanted is read all the same: the hash is over all of it.
      for await (const _rest of content());
      digest.update(lineOf(entry, hash.digest('hex')));
      count++;
    }
  });
}

async function opened<T>(file: string, work: (input: FileHandle) => Promise<T>): Promise<T> {
  const input = await open(file, 'r');
  try {
    return await work(input);
  } finally {
    await input.close();
  }
}

async function magicOf(input: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await input.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
  return buffer.subarray(0, bytesRead);
}

const NAME = MAGIC.subarray(0, -1);
const isOurs = (magic: Buffer): boolean => NAME.equals(magic.subarray(0, NAME.length));

interface Head {
  readonly header: Header;
  /** As it stands in the file. */
  readonly head: Buffer;
  /** Where the chunks begin. */
  readonly size: number;
}

async function headOf(input: FileHandle): Promise<Head> {
  const magic = await magicOf(input);
  if (!isOurs(magic)) throw new BackupUnusable('foreign');
  if (magic.length < MAGIC.length) throw new BackupUnusable('damaged');
  if (!magic.equals(MAGIC)) throw new BackupUnusable('newer');
  const length = (await exactly(input, MAGIC.length, 4)).readUInt32BE();
  if (length > MOST_HEAD) throw new BackupUnusable('damaged');
  const head = await exactly(input, MAGIC.length + 4, length);
  return { header: parsed(headerSchema, json(head)), head, size: MAGIC.length + 4 + length };
}

async function exactly(input: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await input.read(Buffer.alloc(length), 0, length, at);
  if (bytesRead < length) throw new BackupUnusable('damaged');
  return buffer;
}

/** The plain bytes of a file, asked for in order. */
interface Plain {
  /** At least one byte, at most so many. */
  some(most: number): Promise<Buffer>;
  isOver(): boolean;
}

function plainOf(input: FileHandle, chunks: Chunks, begin: number): Plain {
  let at = begin;
  let index = 0;
  let ready: Buffer = Buffer.alloc(0);
  let ended = false;
  const next = async (): Promise<void> => {
    const { size } = await input.stat();
    const left = size - at;
    if (left < TAG) throw new BackupUnusable('damaged');
    const length = Math.min(CHUNK + TAG, left);
    const isLast = length === left;
    const sealed = await exactly(input, at, length);
    ready = chunks.open(sealed, index, isLast);
    ended = isLast;
    at += length;
    index++;
  };
  return {
    async some(most) {
      while (ready.length === 0) {
        if (ended) throw new BackupUnusable('damaged');
        await next();
      }
      const piece = ready.subarray(0, most);
      ready = ready.subarray(piece.length);
      return piece;
    },
    isOver: () => ended && ready.length === 0,
  };
}

/** Most bytes of a frame. */
const MOST_FRAME = 4_096;

async function framed(plain: Plain): Promise<unknown> {
  const take = async (length: number): Promise<Buffer> => {
    const pieces: Buffer[] = [];
    for (let left = length; left > 0;) {
      const piece = await plain.some(left);
      pieces.push(piece);
      left -= piece.length;
    }
    return Buffer.concat(pieces);
  };
  const length = (await take(4)).readUInt32BE();
  if (length > MOST_FRAME) throw new BackupUnusable('damaged');
  return json(await take(length));
}

function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new BackupUnusable('damaged');
  }
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new BackupUnusable('damaged');
  return result.data;
}
