import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { finishPlacing, RESTORED_FILE } from '../../src/backup/place.ts';
import { lastBackup, lastDrill } from '../../src/backup/record.ts';
import { restoreBackup } from '../../src/backup/restore.ts';
import { targetOf } from '../../src/backup/installation.ts';
import { backup, backupTest } from '../../src/cli/backup.ts';
import { restore } from '../../src/cli/restore.ts';
import { backupStore } from '../../src/embedded/archive.ts';
import { openEmbedded } from '../../src/embedded/embedded.ts';
import { knownSecret } from '../../src/secret.ts';
import { takeInventory } from '../../src/storage/inventory.ts';
import { openDesk, type Desk } from '../support/desk.ts';
import { runVerb, settingsIn } from '../support/terminal.ts';

const PASS = { GONGDAN_BACKUP_PASSPHRASE: 'correct horse battery' };

/** One shop that has lived: two backups of its demo, one sealed by passphrase and one by its secret, both made while it ran. */
let root: string;
let withPass: string;
let withSecret: string;
let desk: Desk;
let said: readonly string[];
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'restore-'));
  const origin = join(root, 'origin');
  desk = await openDesk({ past: true, directory: join(origin, 'data') });
  const file = await desk.uploads('xiaomei', Buffer.from('a list of broken cups\n'), 'cups.txt');
  await desk.writes('xiaomei', '杯子碎了', { attachments: [file.file.id] });
  withPass = join(root, 'pass.gongdan');
  withSecret = join(root, 'secret.gongdan');
  said = [
    await runVerb(backup, settingsIn(origin, PASS), [withPass], { clock: desk.clock }),
    await runVerb(backup, settingsIn(origin), [withSecret], { clock: desk.clock }),
  ];
});
afterAll(async () => {
  await desk.stop();
  await rm(root, { recursive: true, force: true });
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'machine-'));
});
const data = (...names: string[]): string => join(folder, 'data', ...names);
const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing was refused',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

/** Everything below a folder with its content, but for what belongs to a running process. */
const treeOf = (top: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(top, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('-lock'))
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((file) => [file.slice(top.length + 1), readFileSync(file).toString('latin1')]),
  );

async function documentsIn(directory: string): Promise<Readonly<Record<string, number>>> {
  const store = await openEmbedded({ directory, fsync: false });
  try {
    return (await takeInventory(store.uri)).documents;
  } finally {
    await store.stop();
  }
}

it('a backup says what a restore of it will take, and does not overwrite', async () => {
  expect(said[0]).toContain('this file and the passphrase are all a restore takes');
  expect(said[1]).toContain('keep secret.key elsewhere');
  expect((await lastBackup(join(root, 'origin/data/demo')))?.file).toBe(withSecret);
  const again = runVerb(backup, settingsIn(join(root, 'origin')), [withSecret]);
  expect(await messageOf(again)).toBe(`${withSecret} exists; choose another name`);
});

it('a restore drill: on another machine the shop is as it was, and goes on', async () => {
  expect(await runVerb(restore, settingsIn(folder, PASS), [withPass])).toContain('Restored from');
  expect(readFileSync(data('secret.key'), 'utf8')).toBe(readFileSync(join(root, 'origin/data/secret.key'), 'utf8'));
  expect(statSync(data('secret.key')).mode & 0o077).toBe(0);
  const mark = JSON.parse(readFileSync(data('demo', RESTORED_FILE), 'utf8')) as object;
  expect(mark).toEqual({ at: expect.any(String), backupMadeAt: desk.clock.now().toISOString() });
  expect(existsSync(data('demo/restore'))).toBe(false);
  const there = await openDesk({ directory: data(), clock: desk.clock, past: true });
  try {
    const [before, after] = await Promise.all([desk, there].map((d) => d.store.tickets.list({ order: 'oldest' }, 100)));
    expect(after).toEqual(before);
    const cups = after?.find((t) => t.attachments.length > 0)?.attachments[0]?.id ?? '';
    const file = await there.store.files.load(cups);
    const hash = file?.hash ?? '';
    expect(readFileSync(data('demo/files', hash.slice(0, 2), hash), 'utf8')).toBe('a list of broken cups\n');
    const { number } = after?.at(-1) ?? { number: 0 };
    expect((await there.types('lilei', `认领 ${number}`)).status).toBe(202);
    expect((await there.store.tickets.byNumber(number))?.assignee).toBe('lilei');
  } finally {
    await there.stop();
  }
});

describe('backup test', () => {
  it('opens the store, checks histories and attachments, and is remembered', async () => {
    const config = settingsIn(folder, PASS);
    expect(await runVerb(backupTest, config, [withPass], { clock: desk.clock })).toMatch(
      /can be restored: 8 tickets with \d{2} events and 1 attachments were checked/u,
    );
    expect(await lastDrill(data('demo'))).toEqual({ file: withPass, at: desk.clock.now(), madeAt: desk.clock.now() });
    expect(readdirSync(data('demo'))).toEqual(['backups.json']);
  });

  it('without a file takes the newest there is', async () => {
    expect(await messageOf(runVerb(backupTest, settingsIn(folder)))).toContain('There is no backup yet');
    expect(await runVerb(backupTest, settingsIn(join(root, 'origin')))).toContain(withSecret);
  });

  it('asks for a passphrase that is not set', async () => {
    const typed = ['correct horse battery'];
    expect(await runVerb(backupTest, settingsIn(folder), [withPass], { typed })).toContain('can be restored');
    expect(await messageOf(runVerb(backupTest, settingsIn(folder), [withPass], { typed: ['wrong horse'] }))).toBe(
      `${withPass} has another passphrase; nothing was touched`,
    );
    expect(await messageOf(runVerb(backupTest, settingsIn(folder), [withPass]))).toContain('takes a passphrase');
  });
});

describe('a restore is refused in one sentence, and nothing is touched', () => {
  const refused = async (file: string, env: Record<string, string> = {}, args: string[] = []): Promise<string> => {
    mkdirSync(data('demo/store'), { recursive: true });
    writeFileSync(data('demo/gongdan.yaml'), 'mine');
    const before = treeOf(data());
    const sentence = await messageOf(runVerb(restore, settingsIn(folder, env), [file, ...args]));
    expect(treeOf(data())).toEqual(before);
    expect(sentence).not.toContain('\n');
    return sentence;
  };

  it('when the backup was cut in the middle', async () => {
    const cut = join(folder, 'cut.gongdan');
    cpSync(withPass, cut);
    truncateSync(cut, Math.floor(statSync(cut).size / 2));
    expect(await refused(cut, PASS, ['--replace'])).toBe(
      `${cut} is cut short or was changed; nothing was touched, use another one`,
    );
  });

  it('when it is no backup, is not there, or takes another key', async () => {
    const other = join(folder, 'other.txt');
    writeFileSync(other, 'x'.repeat(9_000));
    expect(await refused(other)).toContain('is damaged or no store of this program');
    expect(await refused(join(folder, 'none'))).toContain('There is no file');
    expect(await refused(withPass, { GONGDAN_BACKUP_PASSPHRASE: 'another passphrase' })).toContain(
      'another passphrase',
    );
    expect(await refused(withSecret)).toContain('needs the secret of that time');
    expect(await refused(withSecret, { GONGDAN_SECRET: 'x'.repeat(40) })).toContain('sealed with another secret');
    expect(await refused(withPass, { ...PASS, GONGDAN_SECRET: 'x'.repeat(40) })).toContain(
      'unset it and restore again',
    );
  });

  it('when data is there already', async () => {
    await runVerb(restore, settingsIn(folder, PASS), [withPass]);
    expect(await refused(withPass, PASS)).toBe(
      `${data('demo')} has data already; --replace puts the backup in its place`,
    );
  });

  it('when the bot runs', async () => {
    const there = await openDesk({ directory: data() });
    try {
      const args = [withPass, '--replace'];
      expect(await messageOf(runVerb(restore, settingsIn(folder, PASS), args))).toBe('Stop the running bot first');
      await there.writes('xiaomei', '还在吗');
      expect(await there.store.tickets.list({ order: 'oldest' }, 10)).toHaveLength(1);
    } finally {
      await there.stop();
    }
    expect(existsSync(data('demo/restore'))).toBe(false);
    expect(existsSync(data('demo', RESTORED_FILE))).toBe(false);
  });

  it('when the data is in MongoDB', async () => {
    const env = { MONGODB_URI: 'mongodb://127.0.0.1:1/x', ...PASS };
    expect(await refused(withPass, env)).toContain('mongorestore');
    expect(await messageOf(runVerb(backup, settingsIn(folder, env), [join(folder, 'b')]))).toContain('mongodump');
  });
});

it('killed at any step, either the old or the new stands after the next start', async () => {
  // What stands there is an emptier shop with another attachment and another secret.
  const there = await openDesk({ directory: data() });
  await there.uploads('xiaomei', Buffer.from('what was there before'), 'old.txt');
  await there.stop();
  const old = await documentsIn(data('demo/store'));
  const oldTree = treeOf(data());
  const copies: { step: string; at: string }[] = [];
  const keep = async (step: string): Promise<void> => {
    const at = join(folder, `killed-${copies.length}`);
    cpSync(data(), at, { recursive: true, filter: (from) => !statSync(from).isSocket() });
    copies.push({ step, at });
  };
  const config = settingsIn(folder, PASS);
  const keys = { passphrase: PASS.GONGDAN_BACKUP_PASSPHRASE, secret: knownSecret(config.secret) };
  await restoreBackup({
    file: withPass,
    keys,
    target: targetOf(config),
    replace: true,
    clock: desk.clock,
    onStep: keep,
  });
  expect(copies.map(({ step }) => step)).toEqual([
    'staged',
    'planned',
    'away gongdan.yaml',
    'placed gongdan.yaml',
    'away tickets.yaml',
    'placed tickets.yaml',
    'away files',
    'placed files',
    'away data.mdb',
    'placed data.mdb',
    'marked',
    'unplanned',
  ]);
  const fresh = treeOf(data());
  const restored = await documentsIn(data('demo/store'));
  expect(restored['tickets']).toBe(8);
  expect(old['tickets']).not.toBe(8);
  for (const { step, at } of copies) {
    const ended = await finishPlacing(join(at, 'demo'));
    expect([step, ended]).toEqual([step, ['staged', 'unplanned'].includes(step) ? 'undone' : 'finished']);
    expect([step, treeOf(at)]).toEqual([step, step === 'staged' ? oldTree : fresh]);
    expect([step, await finishPlacing(join(at, 'demo'))]).toEqual([step, 'none']);
    rmSync(at, { recursive: true });
  }
});

it('the start ends what a killed restore had begun', async () => {
  const config = settingsIn(folder, PASS);
  const keys = { passphrase: PASS.GONGDAN_BACKUP_PASSPHRASE, secret: null };
  const onStep = async (step: string): Promise<void> => {
    if (step === 'placed gongdan.yaml') throw new Error('killed');
  };
  const restoring = restoreBackup({
    file: withPass,
    keys,
    target: targetOf(config),
    replace: true,
    clock: desk.clock,
    onStep,
  });
  await expect(restoring).rejects.toThrow('killed');
  const there = await openDesk({ directory: data(), clock: desk.clock });
  try {
    expect(await there.store.tickets.list({ order: 'oldest' }, 100)).toHaveLength(8);
  } finally {
    await there.stop();
  }
});

it('a backup of the store alone, as earlier versions made them, can be restored', async () => {
  const file = join(folder, 'old.backup');
  await backupStore({ directory: join(root, 'origin/data/demo/store'), file });
  await runVerb(restore, settingsIn(folder), [file]);
  expect((await documentsIn(data('demo/store')))['tickets']).toBe(8);
  expect(existsSync(data('demo', RESTORED_FILE))).toBe(true);
});

it('a shop’s own file is put in place where there is none, and one that differs stays', async () => {
  const shop = readFileSync(join(root, 'origin/data/demo/gongdan.yaml'), 'utf8');
  writeFileSync(join(folder, 'gongdan.yaml'), shop);
  const config = settingsIn(folder, PASS);
  mkdirSync(data());
  const there = await openDesk({ directory: data(), shop });
  await there.stop();
  rmSync(data('gongdan.yaml'));
  const file = join(folder, 'shop.gongdan');
  await runVerb(backup, config, [file]);
  writeFileSync(join(folder, 'gongdan.yaml'), `# edited since\n${shop}`);
  expect(await runVerb(restore, config, [file, '--replace'])).toContain(data('gongdan.yaml.restored'));
  expect(readFileSync(data('gongdan.yaml.restored'), 'utf8')).toBe(shop);
  expect(readFileSync(join(folder, 'gongdan.yaml'), 'utf8')).toContain('edited since');
  rmSync(join(folder, 'gongdan.yaml'));
  const target = { ...targetOf(settingsIn(folder, PASS)), shopFile: join(folder, 'gongdan.yaml') };
  const keys = { passphrase: PASS.GONGDAN_BACKUP_PASSPHRASE, secret: null };
  await restoreBackup({ file, keys, target, replace: true, clock: desk.clock });
  expect(readFileSync(join(folder, 'gongdan.yaml'), 'utf8')).toBe(shop);
});
