import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, truncateSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openEmbedded } from '../../src/embedded/embedded.ts';
import { Environment, recordOf } from '../../src/embedded/storage/environment.ts';
import { documentKeys, entryKey } from '../../src/embedded/storage/index-definition.ts';
import { Store } from '../../src/embedded/storage/store.ts';
import { decode } from '../../src/embedded/values/decode.ts';
import { Int32, type Doc, type Value } from '../../src/embedded/values/value.ts';
import { freshDirectory, startStore } from './support.ts';

const VICTIM = fileURLToPath(new URL('victim.mjs', import.meta.url));
const BUILT = fileURLToPath(new URL('../../dist/src/embedded/worker.js', import.meta.url));

/** The size of a page of the file. */
const PAGE = 4096;

/** A process with a store of its own; `limitKb` bounds the size of the files that it can write. */
function victim(args: readonly string[], limitKb?: number): ChildProcess {
  if (!existsSync(BUILT))
    throw new Error('run `npm run build` first: the process that is killed runs the compiled store');
  const child =
    limitKb === undefined
      ? spawn(process.execPath, [VICTIM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
      : spawn('bash', ['-c', `trap '' XFSZ; ulimit -f ${limitKb}; exec "$0" "$@"`, process.execPath, VICTIM, ...args], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

const linesOf = (child: ChildProcess): AsyncIterable<string> => {
  if (!child.stdout) throw new Error('the child has no output');
  return createInterface({ input: child.stdout });
};

const exitOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

/** What a writer of the victim has stored after so many operations. */
function stateAfter(writer: string, operations: number): Map<string, string> {
  const state = new Map<string, string>();
  for (let j = 0; j < operations; j++) {
    const i = Math.floor(j / 3);
    if (j % 3 === 0) state.set(`${writer}-${i}`, JSON.stringify([[i % 7, i % 3], 0]));
    else if (j % 3 === 1 && i > 0) state.set(`${writer}-${i - 1}`, JSON.stringify([[i % 5], 1]));
    else if (j % 3 === 2) state.delete(`${writer}-${i - 3}`);
  }
  return state;
}

const plain = (value: Value | undefined): unknown =>
  value instanceof Int32 ? value.value : Array.isArray(value) ? value.map(plain) : value;

/** All documents by writer, after making sure that every index says exactly what the documents say. */
function readBack(directory: string): Map<string, Map<string, string>> {
  const environment = new Environment({ directory, fsync: false });
  const store = new Store(environment, randomBytes);
  const byWriter = new Map<string, Map<string, string>>();
  const collection = store.catalogue.get('d', 'c');
  const expected = new Set<string>();
  if (collection)
    for (const { key, value } of environment.records.getRange({})) {
      const document: Doc = decode(value);
      for (const index of collection.indexes)
        for (const indexKey of documentKeys(index, document).keys)
          expected.add(Buffer.from(entryKey(index, indexKey, recordOf(key))).toString('hex'));
      const id = String(plain(document.get('_id')));
      const writer = id.split('-')[0] ?? '';
      const state = byWriter.get(writer) ?? new Map<string, string>();
      byWriter.set(writer, state.set(id, JSON.stringify([plain(document.get('tags')), plain(document.get('v'))])));
    }
  const found = new Set(Array.from(environment.entries.getKeys({}), (key) => Buffer.from(key).toString('hex')));
  expect(found).toEqual(expected);
  void environment.close();
  return byWriter;
}

const sorted = (state: ReadonlyMap<string, string> | undefined): string =>
  JSON.stringify([...(state ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1)));

describe('SIGKILL', () => {
  it('loses no acknowledged write, twenty times over', { timeout: 180_000 }, async () => {
    const directory = freshDirectory();
    const begun = new Map<string, number>();
    const acknowledged = new Map<string, number>();
    for (let round = 0; round < 20; round++) {
      const child = victim(['load', directory, String(round)]);
      let seen = 0;
      for await (const line of linesOf(child)) {
        const [mark, writer = '', j] = line.split(' ');
        (mark === '>' ? begun : acknowledged).set(writer, Number(j) + 1);
        // Killed in the midst of the load, a little later each time; what it had said by then is still read.
        if (mark === '<' && ++seen === 40 + round * 17) child.kill('SIGKILL');
      }
      await exitOf(child);
      const stored = readBack(directory);
      for (const [writer, started] of begun) {
        const sure = acknowledged.get(writer) ?? 0;
        const possible = [sorted(stateAfter(writer, sure)), sorted(stateAfter(writer, started))];
        expect(possible, writer).toContain(sorted(stored.get(writer)));
      }
    }
    expect(acknowledged.size).toBeGreaterThan(100);
  });
});

describe('a full disk', () => {
  it('is a clean error, and everything acknowledged is there', { timeout: 60_000 }, async () => {
    const directory = freshDirectory();
    const child = victim(['fill', directory], 2_048);
    const lines: string[] = [];
    for await (const line of linesOf(child)) lines.push(line);
    await exitOf(child);
    const stored = lines.filter((line) => line.startsWith('stored')).length;
    expect(stored).toBeGreaterThan(20);
    expect(lines[stored]).toMatch(
      /^refused 14031 nothing was stored: the disk that holds the data is full or failing/u,
    );
    expect(lines.slice(stored + 1)).toEqual([`readable ${stored}`, 'stopped']);
    const { client } = await startStore(directory);
    const collection = client.db('d').collection<{ _id: number }>('c');
    expect(await collection.countDocuments()).toBe(stored);
    await collection.insertOne({ _id: 1_000_000 });
  });

  it(
    'keeps what eight writers were told to be stored, and nothing of what was refused',
    { timeout: 60_000 },
    async () => {
      const directory = freshDirectory();
      const child = victim(['load', directory, '0', '20000'], 512);
      const acknowledged = new Map<string, number>();
      const refused = new Map<string, string>();
      for await (const line of linesOf(child)) {
        const [mark, writer = '', rest = ''] = line.split(' ');
        if (mark === '<') acknowledged.set(writer, Number(rest) + 1);
        if (mark === '!') refused.set(writer, rest);
        if (mark === '.') child.kill('SIGKILL');
      }
      await exitOf(child);
      expect([...refused.values()]).toEqual(Array.from({ length: 8 }, () => '14031'));
      expect(acknowledged.size).toBeGreaterThan(3);
      const stored = readBack(directory);
      for (const writer of refused.keys())
        expect(sorted(stored.get(writer)), writer).toBe(sorted(stateAfter(writer, acknowledged.get(writer) ?? 0)));
    },
  );
});

describe('a torn write', () => {
  it('leaves the store as it was before', async () => {
    const directory = freshDirectory();
    const file = path.join(directory, 'data.mdb');
    const first = await startStore(directory);
    const collection = first.client.db('d').collection<{ _id: string; tags: number[]; v: number }>('c');
    await collection.createIndex({ tags: 1, v: -1 });
    const kept: { before: Buffer; after: Buffer; documents: number }[] = [];
    for (let round = 0; round < 20; round++) {
      const before = readFileSync(file);
      const documents = await collection.countDocuments();
      await collection.insertMany(
        Array.from({ length: 20 }, (_, i) => ({ _id: `t-${round}-${i}`, tags: [i % 7, i % 3], v: round })),
      );
      kept.push({ before, after: readFileSync(file), documents });
    }
    await first.client.close();
    await first.store.stop();
    for (const [round, { before, after, documents }] of kept.entries()) {
      // Every second, third ... page of the commit has arrived, in no order; what makes it valid, the page at the front, has not.
      const torn = Buffer.concat([before, after.subarray(before.length)]);
      for (let page = 2; page * PAGE < torn.length; page++)
        if (page % (2 + (round % 3)) === 0) after.copy(torn, page * PAGE, page * PAGE, (page + 1) * PAGE);
      writeFileSync(file, torn);
      expect(readBack(directory).get('t')?.size ?? 0).toBe(documents);
    }
    const last = await startStore(directory);
    await last.client.db('d').collection('c').insertOne({ v: 1 });
  });
});

describe('the data directory', () => {
  it('belongs to one process; the second one is told in one sentence', async () => {
    const { directory, client } = await startStore();
    await expect(openEmbedded({ directory })).rejects.toThrow(
      new RegExp(`^the data directory ${directory} is in use by another process \\(pid ${process.pid}\\)`, 'u'),
    );
    await client.db('d').collection('c').insertOne({ a: 1 });
  });

  it(
    'goes to one of two processes that want it at once, and to the other when that is killed',
    { timeout: 60_000 },
    async () => {
      const directory = freshDirectory();
      const acknowledged = new Map<string, number>();
      const begun = new Map<string, number>();
      for (let round = 0; round < 6; round += 2) {
        const lost: string[] = [];
        const run = async (child: ChildProcess): Promise<void> => {
          let seen = 0;
          for await (const line of linesOf(child)) {
            const [mark, writer = '', j] = line.split(' ');
            if (mark === 'unopened') lost.push(line);
            else (mark === '>' ? begun : acknowledged).set(writer, Number(j) + 1);
            if (mark === '<' && ++seen === 60) child.kill('SIGKILL');
          }
          await exitOf(child);
        };
        await Promise.all([0, 1].map((i) => run(victim(['load', directory, String(round + i)]))));
        // The second one is told, or comes when the first is gone already; the first may not have written yet who it is.
        for (const line of lost)
          expect(line.split(`${directory} is in use by another process`)[1]).toMatch(
            /^ \(pid \d+\): stop it or choose another directory|^: stop it or choose another directory/u,
          );
        expect(lost.length).toBeLessThan(2);
        const stored = readBack(directory);
        for (const [writer, started] of begun)
          expect([
            sorted(stateAfter(writer, acknowledged.get(writer) ?? 0)),
            sorted(stateAfter(writer, started)),
          ]).toContain(sorted(stored.get(writer)));
      }
      expect(acknowledged.size).toBeGreaterThan(12);
    },
  );

  it('is free again when its process was killed', { timeout: 30_000 }, async () => {
    const directory = freshDirectory();
    const child = victim(['load', directory, '0']);
    for await (const line of linesOf(child)) {
      if (!line.startsWith('<')) continue;
      await expect(openEmbedded({ directory })).rejects.toThrow(`in use by another process (pid ${child.pid})`);
      break;
    }
    child.kill('SIGKILL');
    await exitOf(child);
    const { client } = await startStore(directory);
    expect(await client.db('d').collection('c').countDocuments()).toBeGreaterThan(0);
  });

  it('is given back when the socket cannot be made', async () => {
    const directory = freshDirectory();
    const socket = path.join(directory, 'missing', 'store.sock');
    await expect(openEmbedded({ directory, socket, fsync: false })).rejects.toThrow('missing');
    await startStore(directory);
  });

  it('may have a name that is too long for a socket', async () => {
    const directory = path.join(freshDirectory(), 'x'.repeat(150));
    const { client } = await startStore(directory);
    await client.db('d').collection('c').insertOne({ a: 1 });
    await expect(openEmbedded({ directory })).rejects.toThrow('is in use by another process');
  });

  it.skipIf(process.getuid?.() === 0)('that cannot be written to is one sentence', async () => {
    const directory = freshDirectory();
    chmodSync(directory, 0o500);
    await expect(openEmbedded({ directory })).rejects.toThrow(/^the data directory .* cannot be written to/u);
  });

  it('that cannot be made is one sentence', async () => {
    const file = path.join(freshDirectory(), 'file');
    writeFileSync(file, '');
    await expect(openEmbedded({ directory: path.join(file, 'data') })).rejects.toThrow(
      /^the data directory .* cannot be opened/u,
    );
  });

  it('with data of another format or damaged data is refused, and left as it is', async () => {
    const { directory, client, store } = await startStore();
    await client
      .db('d')
      .collection('c')
      .insertMany(Array.from({ length: 2_000 }, (_, a) => ({ a })));
    await client.close();
    await store.stop();
    const environment = new Environment({ directory, fsync: false });
    environment.atomically(() => environment.catalogue.putSync('#format', Buffer.from('99')));
    await environment.close();
    await expect(openEmbedded({ directory })).rejects.toThrow('has format 99, this program reads format 1');
    const file = path.join(directory, 'data.mdb');
    truncateSync(file, Math.floor(statSync(file).size / 2));
    await expect(openEmbedded({ directory })).rejects.toThrow('is cut short: restore a backup');
    writeFileSync(file, 'no store at all'.repeat(1_000));
    await expect(openEmbedded({ directory })).rejects.toThrow('is damaged or no store of this program');
  });
});
