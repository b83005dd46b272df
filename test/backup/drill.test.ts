import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { drillBackup } from '../../src/backup/drill.ts';
import { subjectOf } from '../../src/backup/installation.ts';
import { makeBackup } from '../../src/backup/make.ts';
import { readHeader } from '../../src/backup/read.ts';
import { lastDrill } from '../../src/backup/record.ts';
import { writeBackup } from '../../src/backup/write.ts';
import { backupTest } from '../../src/cli/backup.ts';
import { backupStore } from '../../src/embedded/archive.ts';
import { systemIds as ids } from '../../src/ids.ts';
import { openDesk, type Desk } from '../support/desk.ts';
import { runVerb, settingsIn } from '../support/terminal.ts';

/** A desk with a ticket that has an attachment; what is wrong with it is what the drill has to find. */
let root: string;
let desk: Desk;
let number: number;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'drill-'));
  desk = await openDesk({ directory: join(root, 'data') });
  const { file } = await desk.uploads('xiaomei', Buffer.from('cups'), 'cups.txt');
  await desk.writes('xiaomei', '杯子碎了', { attachments: [file.id] });
  number = (await desk.store.tickets.list({ order: 'oldest' }, 1))[0]?.number ?? 0;
  await desk.types('lilei', `认领 ${number}`);
  await desk.types('lilei', `回复 ${number} 马上补发`);
});
afterAll(async () => {
  await desk.stop();
  await rm(root, { recursive: true, force: true });
});

const keys = { passphrase: null, secret: 's'.repeat(40) };
const data = (): string => join(root, 'data/demo');
let file: string;
let nth = 0;
beforeEach(() => {
  file = join(root, `backup-${nth++}.gongdan`);
});
const made = () => {
  const snapshot = async (to: string): Promise<void> => {
    await backupStore({ directory: join(data(), 'store'), file: to });
  };
  return makeBackup(subjectOf(settingsIn(root), snapshot), file, keys, { clock: desk.clock, ids });
};
const problems = async () => (await drillBackup(data(), file, keys, desk.clock)).problems;
const tickets = () => desk.store.connection.collection('tickets');
const attachment = (): string => {
  const found = readdirSync(join(data(), 'files'), { recursive: true, withFileTypes: true }).find((e) => e.isFile());
  return join(found?.parentPath ?? '', found?.name ?? '');
};

it('finds nothing where nothing is wrong, and remembers that', async () => {
  await made();
  expect(await problems()).toEqual([]);
  expect((await lastDrill(data()))?.file).toBe(file);
});

it('follows a history into the archive', async () => {
  const ticket = await desk.store.tickets.byNumber(number);
  if (ticket === null) throw new Error('gone');
  const { tail } = ticket.history;
  await desk.store.tickets.archiveTails([ticket], 1);
  try {
    await made();
    const { events } = await drillBackup(data(), file, keys, desk.clock);
    expect([await problems(), events, tail.length > 1]).toEqual([[], tail.length, true]);
  } finally {
    await tickets().updateOne({ number }, { $set: { 'history.tail': tail } });
    await desk.store.connection.collection('ticket_events').deleteMany({});
  }
});

it.each([
  ['an event that was changed', { 'history.tail.0.cause': 'another' }],
  ['a newest event that was taken away', { 'history.head': '0'.repeat(64) }],
  ['a count that does not fit', { 'history.seq': 99 }],
])('finds %s', async (_what, change) => {
  const before = await tickets().findOne({ number });
  await tickets().updateOne({ number }, { $set: change });
  try {
    await made();
    expect(await problems()).toEqual([{ what: 'chain', number }]);
  } finally {
    await tickets().replaceOne({ number }, before ?? {});
  }
  expect((await lastDrill(data()))?.file).not.toBe(file);
});

it('finds an attachment that is missing or is not what it was, and says so in the terminal', async () => {
  const place = attachment();
  const hash = createHash('sha256').update('cups').digest('hex');
  writeFileSync(place, 'mugs');
  await made();
  expect(await problems()).toEqual([{ what: 'attachment', hash }]);
  rmSync(place);
  rmSync(file);
  await made();
  expect(await problems()).toEqual([{ what: 'attachment', hash }]);
  writeFileSync(place, 'cups');
  const config = settingsIn(root, { GONGDAN_SECRET: keys.secret });
  await expect(runVerb(backupTest, config, [file])).rejects.toThrow(`attachment ${hash.slice(0, 12)} is missing`);
});

it('finds documents that are not there', async () => {
  await made();
  const { check: _check, ...header } = await readHeader(file);
  const store = join(root, 'snapshot.mdb');
  await backupStore({ directory: join(data(), 'store'), file: store });
  const bytes = readFileSync(store);
  const documents = { ...header.documents, tickets: 5, gone: 1 };
  const entries = [{ name: 'store/data.mdb', size: bytes.length, content: [bytes] }];
  await writeBackup(file, { ...header, documents }, keys, entries);
  const found = (await problems()).filter(({ what }) => what === 'count');
  expect(found).toEqual([
    { what: 'count', name: 'tickets', expected: 5, found: 1 },
    { what: 'count', name: 'gone', expected: 1, found: 0 },
  ]);
});

it('leaves nothing of the data behind', () => {
  expect(readdirSync(data()).toSorted()).toEqual([
    'backups.json',
    'files',
    'gongdan.yaml',
    'hooks',
    'store',
    'tickets.yaml',
  ]);
});
