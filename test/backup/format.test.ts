import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackupUnusable, type Header, type Keys } from '../../src/backup/backup.ts';
import { isSealed, readBackup, readHeader } from '../../src/backup/read.ts';
import { CHUNK, chunksOf, TAG } from '../../src/backup/seal.ts';
import { writeBackup, type Source } from '../../src/backup/write.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backup-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const CHEAP = { by: 'passphrase', cost: 1_024, blocks: 1, lanes: 1 } as const;
const head = (lock: Header['lock'] = { by: 'secret' }): Omit<Header, 'check'> => ({
  createdAt: new Date('2026-11-11T06:30:00Z'),
  gongdan: '0.1.0',
  schema: 1,
  demo: true,
  lock,
  salt: 'A'.repeat(22),
  documents: { tickets: 7 },
});
const keys: Keys = { passphrase: 'correct horse battery', secret: 's'.repeat(44) };

const attachment = (n: number): string => {
  const hash = createHash('sha256').update(String(n)).digest('hex');
  return `files/${hash.slice(0, 2)}/${hash}`;
};
const names = ['gongdan.yaml', 'store/data.mdb', ...Array.from({ length: 6 }, (_, n) => attachment(n))];

/** In pieces of odd sizes, as streams hand them out. */
const source = (name: string, bytes: Uint8Array, piece: number): Source => ({
  name,
  size: bytes.length,
  content: Array.from({ length: Math.ceil(bytes.length / piece) }, (_, i) =>
    bytes.subarray(i * piece, (i + 1) * piece),
  ),
});

async function read(file: string, known: Keys = keys): Promise<[string, string][]> {
  const found: [string, string][] = [];
  await readBackup(file, known, async ({ name }, content) => {
    const hash = createHash('sha256');
    for await (const piece of content) hash.update(piece);
    found.push([name, hash.digest('hex')]);
  });
  return found;
}

const faultOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof BackupUnusable ? error.fault : error),
  );

/** Sizes around what one chunk holds, and small ones. */
const size = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: -3, max: 3 }).map((n) => CHUNK + n),
  fc.integer({ min: -200, max: 3 }).map((n) => 2 * CHUNK + n),
);
const contents = fc.array(fc.tuple(size, fc.nat(255), fc.integer({ min: 1, max: 70_000 })), {
  maxLength: names.length,
});
const bytesOf = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 0xff);

it('gives back what was put in, whatever its size and in whatever pieces', async () => {
  await fc.assert(
    fc.asyncProperty(contents, async (drawn) => {
      const file = join(folder, 'round.gongdan');
      const entries = drawn.map(([length, seed, piece], i) => source(names[i] ?? '', bytesOf(length, seed), piece));
      const trailer = await writeBackup(file, head(), keys, entries);
      expect(trailer.entries).toBe(drawn.length);
      const expected = drawn.map(([length, seed], i) => [
        names[i],
        createHash('sha256').update(bytesOf(length, seed)).digest('hex'),
      ]);
      expect(await read(file)).toEqual(expected);
      // An entry that nobody reads is checked all the same.
      await readBackup(file, keys, async () => undefined);
      expect((await readHeader(file)).documents).toEqual({ tickets: 7 });
    }),
    { numRuns: 60 },
  );
});

describe('a file that is not as it was written', () => {
  const whole = async (): Promise<Buffer> => {
    const file = join(folder, 'whole.gongdan');
    const entries = [source('gongdan.yaml', bytesOf(500, 1), 99), source(attachment(1), bytesOf(2 * CHUNK, 2), 9_999)];
    await writeBackup(file, head(), keys, entries);
    return readFileSync(file);
  };
  const verdict = async (bytes: Uint8Array): Promise<unknown> => {
    const file = join(folder, 'changed.gongdan');
    writeFileSync(file, bytes);
    return faultOf(read(file));
  };

  it('is recognised when it was cut anywhere: in the magic, the head, a chunk, between chunks, before the last byte', async () => {
    const bytes = await whole();
    const edges = [beginOf(bytes), beginOf(bytes) + CHUNK + TAG, beginOf(bytes) + 2 * (CHUNK + TAG)];
    const cuts = new Set([
      ...Array.from({ length: beginOf(bytes) + 40 }, (_, n) => n),
      ...edges.flatMap((edge) => [edge - TAG - 1, edge - TAG, edge - 1, edge, edge + 1, edge + TAG, edge + TAG + 1]),
      ...Array.from({ length: 40 }, (_, n) => bytes.length - 1 - n),
    ]);
    for (const at of cuts) {
      const found = await verdict(bytes.subarray(0, at));
      expect([at, found]).toEqual([at, at < 7 ? 'foreign' : 'damaged']);
    }
  });

  it('is recognised when any bit was flipped', async () => {
    const bytes = await whole();
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.nat(beginOf(bytes) + 64), fc.nat(bytes.length - 1)), fc.nat(7), async (at, bit) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect(['foreign', 'newer', 'damaged', 'secret-wrong']).toContain(await verdict(changed));
      }),
      { numRuns: 400 },
    );
  });

  it('is recognised when chunks were swapped, dropped or doubled, or something was added', async () => {
    const bytes = await whole();
    const begin = beginOf(bytes);
    const step = CHUNK + TAG;
    const [one, two, rest] = [
      bytes.subarray(begin, begin + step),
      bytes.subarray(begin + step, begin + 2 * step),
      bytes.subarray(begin + 2 * step),
    ];
    const top = bytes.subarray(0, begin);
    expect(await verdict(bytes)).toBe('none');
    for (const parts of [
      [two, one, rest],
      [one, rest],
      [one, one, two, rest],
      [one, two, rest, Buffer.alloc(1)],
      [one, two, rest, rest],
      [],
    ])
      expect(await verdict(Buffer.concat([top, ...parts]))).toBe('damaged');
  });

  it('is recognised when the head of another backup with the same key was put before it', async () => {
    const bytes = await whole();
    const file = join(folder, 'other.gongdan');
    await writeBackup(file, { ...head(), documents: { tickets: 8 } }, keys, []);
    const other = readFileSync(file);
    expect(await verdict(Buffer.concat([other.subarray(0, beginOf(other)), bytes.subarray(beginOf(bytes))]))).toBe(
      'damaged',
    );
  });
});

/** Where the chunks begin. */
const beginOf = (bytes: Buffer): number => 12 + bytes.readUInt32BE(8);

it('opens with its own passphrase alone, and asks for what is missing', async () => {
  const file = join(folder, 'pass.gongdan');
  await writeBackup(file, head(CHEAP), keys, [source('secret.key', bytesOf(44, 3), 10)]);
  expect(await faultOf(read(file))).toBe('none');
  expect(await faultOf(read(file, { ...keys, passphrase: 'correct horse bakery' }))).toBe('passphrase-wrong');
  expect(await faultOf(read(file, { ...keys, passphrase: null }))).toBe('passphrase-missing');
  const sealed = join(folder, 'secret.gongdan');
  await writeBackup(sealed, head(), keys, []);
  expect(await faultOf(read(sealed, { ...keys, secret: 't'.repeat(44) }))).toBe('secret-wrong');
  expect(await faultOf(read(sealed, { ...keys, secret: null }))).toBe('secret-missing');
  expect(readFileSync(file).includes(Buffer.from(bytesOf(44, 3)))).toBe(false);
});

it('takes no file that asks for the machine’s whole memory, and no entry that leads out of its folder', async () => {
  const file = join(folder, 'greedy.gongdan');
  await writeBackup(file, head(CHEAP), keys, []);
  const bytes = readFileSync(file);
  const greedy = Buffer.from(bytes.toString('latin1').replace('"cost":1024', '"cost":9999'), 'latin1');
  greedy.write('999', greedy.indexOf('"blocks":1') + 9, 'latin1');
  writeFileSync(file, greedy);
  expect(await faultOf(read(file))).toBe('damaged');
  await writeBackup(file, head(), keys, [source('../gongdan.yaml', bytesOf(3, 1), 3)]);
  expect(await faultOf(read(file))).toBe('damaged');
});

it('leaves no half file behind when an entry is shorter than it was', async () => {
  const file = join(folder, 'short.gongdan');
  const short = { ...source('gongdan.yaml', bytesOf(10, 1), 5), size: 11 };
  await expect(writeBackup(file, head(), keys, [short])).rejects.toThrow('gongdan.yaml changed while it was backed up');
  expect([existsSync(file), existsSync(`${file}.partial`)]).toEqual([false, false]);
});

it('tells a backup from other files', async () => {
  const file = join(folder, 'is.gongdan');
  await writeBackup(file, head(), keys, []);
  expect(await isSealed(file)).toBe(true);
  writeFileSync(file, Buffer.alloc(4_096));
  expect(await isSealed(file)).toBe(false);
  writeFileSync(file, 'gong');
  expect(await isSealed(file)).toBe(false);
});

it('never uses a nonce twice, and opens a chunk only as the one it was sealed as', () => {
  const chunks = chunksOf(Buffer.alloc(32, 1), Buffer.from('head'));
  const plain = Buffer.from('the same words');
  const ways = [0, 1, 70_000_000_000].flatMap((index) => [true, false].map((isLast) => ({ index, isLast })));
  const sealed = ways.map(({ index, isLast }) => chunks.seal(plain, index, isLast));
  expect(new Set(sealed.map((bytes) => bytes.toString('hex'))).size).toBe(ways.length);
  const opens = sealed.map((bytes) =>
    ways.map(({ index, isLast }) => {
      try {
        return chunks.open(bytes, index, isLast).toString();
      } catch (error) {
        return error instanceof BackupUnusable ? error.fault : error;
      }
    }),
  );
  expect(opens).toEqual(ways.map((_, i) => ways.map((_way, j) => (i === j ? 'the same words' : 'damaged'))));
});
