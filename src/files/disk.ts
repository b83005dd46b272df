import { createHash } from 'node:crypto';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../clock.ts';
import { kindOf, nameWithin, type Attachment } from '../domain/attachment.ts';
import { derivedId, type Ids } from '../ids.ts';
import { MAX_FILE, type FileFacts, type Files, type Sent, type StoredFile } from './file.ts';
import { isBroken } from './image.ts';
import { SNIFF_BYTES, sniffType } from './sniff.ts';

/** Most code points of a name that is kept; the longest a file system takes has 255 bytes. */
const MOST_NAME = 120;

/** A name for people: no path, no control characters and none that turn the line around. */
export function readableName(original: string): string {
  const base = original.split(/[/\\]/u).at(-1) ?? '';
  const name = base.replaceAll(/[\p{Cc}\p{Surrogate}\p{Bidi_Control}]/gu, '').trim();
  return name === '' ? 'file' : nameWithin(name, MOST_NAME);
}

class TooLarge extends Error {}

/** Files under their contents' hash in one folder, facts in the store. */
export function createFiles(deps: {
  readonly directory: string;
  readonly facts: FileFacts;
  readonly clock: Clock;
  readonly ids: Ids;
}): Files {
  const { facts, clock, ids } = deps;
  const directory = path.resolve(deps.directory);
  const placeOf = (hash: string): string => path.join(directory, hash.slice(0, 2), hash);

  const describe = (id: string, sent: Sent, type: string, size: number): Attachment => ({
    id,
    kind: kindOf(type),
    name: readableName(sent.name),
    type,
    size,
    ...(sent.seconds === undefined ? {} : { seconds: sent.seconds }),
    ...(sent.transcript === undefined ? {} : { transcript: sent.transcript }),
  });

  const missing: Files['missing'] = (sent, problem) => {
    const id = derivedId('missing', sent.owner, ids.next());
    // Only a picture that was kept and is broken is `unreadable` and has a size.
    const size = problem === 'unreadable' ? 0 : (sent.size ?? 0);
    return { ...describe(id, sent, sent.type ?? 'application/octet-stream', size), problem };
  };

  const take: Files['take'] = async (content, sent) => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const temporary = path.join(directory, `incoming-${ids.next()}`);
    try {
      const received = await receive(content, temporary);
      if (received === null) return missing(sent, 'too_large');
      const { hash, type, size } = received;
      if (size === 0) return missing(sent, 'unreadable');
      const id = derivedId(
        'file',
        sent.owner,
        hash,
        readableName(sent.name),
        JSON.stringify([sent.seconds, sent.transcript]),
      );
      const attachment = describe(id, sent, type, size);
      const file: StoredFile = {
        _id: id,
        owner: sent.owner,
        hash,
        attachment: (await isBrokenFile(temporary, type, size))
          ? { ...attachment, kind: 'file', problem: 'unreadable' }
          : attachment,
        at: clock.now(),
      };
      await keep(temporary, hash);
      await facts.keep(file);
      return file.attachment;
    } finally {
      await rm(temporary, { force: true });
    }
  };

  /** Into its place by renaming, so that a file that is there is whole. */
  const keep = async (temporary: string, hash: string): Promise<void> => {
    const place = placeOf(hash);
    await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
    if (!(await exists(place))) await rename(temporary, place);
  };

  return {
    take,
    missing,
    load: (id) => facts.load(id),
    async contentOf(file) {
      const place = placeOf(file.hash);
      return (await exists(place)) ? place : null;
    },
  };
}

const exists = async (place: string): Promise<boolean> =>
  access(place).then(
    () => true,
    () => false,
  );

/** Writes the content to disk, measured on the way; null: it is too large. */
async function receive(
  content: Readable,
  temporary: string,
): Promise<{ hash: string; type: string; size: number } | null> {
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, pass) {
      if (head.length < SNIFF_BYTES) head = Buffer.concat([head, chunk.subarray(0, SNIFF_BYTES - head.length)]);
      size += chunk.length;
      hash.update(chunk);
      if (size > MAX_FILE) pass(new TooLarge());
      else pass(null, chunk);
    },
  });
  // Opened before anything is read: what breaks off at once could else be created after it was cleared away.
  const file = await open(temporary, 'w', 0o600);
  try {
    await pipeline(content, measure, file.createWriteStream({ flush: true }));
  } catch (error) {
    if (error instanceof TooLarge) return null;
    throw error;
  } finally {
    await file.close();
  }
  return { hash: hash.digest('hex'), type: sniffType(head), size };
}

const WINDOW = 64 * 1024;

async function isBrokenFile(place: string, type: string, size: number): Promise<boolean> {
  const file = await open(place);
  try {
    let from = 0;
    let window = Buffer.alloc(0);
    return await isBroken(type, size, async (at, length) => {
      if (at < from || at + length > from + window.length) {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.max(WINDOW, length)), { position: at });
        from = at;
        window = buffer.subarray(0, bytesRead);
      }
      return window.subarray(at - from, at - from + length);
    });
  } finally {
    await file.close();
  }
}
