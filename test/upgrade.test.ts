import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inboxList } from '../src/cli/inbox.ts';
import { restore } from '../src/cli/restore.ts';
import { upgrade } from '../src/cli/upgrade.ts';
import { firstBroken } from '../src/domain/chain.ts';
import { dueOf } from '../src/domain/sla.ts';
import { timingFault } from '../src/domain/retiming.ts';
import { openEmbedded } from '../src/embedded/embedded.ts';
import { systemIds as ids } from '../src/ids.ts';
import { OPEN } from '../src/domain/status.ts';
import { tallyOf } from '../src/domain/tally.ts';
import { lettersRef } from '../src/storage/migrations/0001-letters-ref.ts';
import type { Migration } from '../src/storage/migrations/migration.ts';
import { migrations } from '../src/storage/migrations/registry.ts';
import { BATCH } from '../src/storage/migrations/walk.ts';
import { databaseOf, keepSchema, newestSchema, readSchema } from '../src/storage/schema.ts';
import { openStore, type Store } from '../src/storage/store.ts';
import { upgradeStore, type Upgrade } from '../src/upgrade.ts';
import { manualClock } from './support/clock.ts';
import { openDesk } from './support/desk.ts';
import { runVerb, settingsIn } from './support/terminal.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures/data-before-schema.tar.gz');
/** More than two batches, none of which says which message it became. */
const LETTERS = 2 * BATCH + 100;
const NEWEST = newestSchema();

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'upgrade-'));
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'shop-'));
  execFileSync('tar', ['-xzf', FIXTURE, '-C', folder]);
  await onStore(async (store) => {
    const at = new Date('2026-11-27T03:00:00Z');
    await databaseOf(store.connection)
      .collection<{ _id: string }>('outbox')
      .insertMany(
        Array.from({ length: LETTERS }, (_, n) => ({
          _id: `letters:chenjing:${n + 1}`,
          app: 'sandbox\nsandbox',
          lane: 'letters:chenjing',
          address: { platform: 'sandbox', app: 'sandbox', conversation: 'd-chenjing' },
          body: { kind: 'letters', person: 'chenjing', number: n + 1, drawn: at },
          state: 'done',
          order: at,
          notBefore: at,
          attempts: 0,
          doneAt: at,
        })),
      );
  });
});

const clockThen = () => manualClock(new Date('2026-11-27T04:00:00Z'));
const store = (): string => join(folder, 'data/demo/store');
const backups = (): string[] => {
  const at = join(folder, 'data/demo/backups');
  return existsSync(at) ? readdirSync(at).toSorted() : [];
};

async function onStore<T>(work: (store: Store, snapshot: (file: string) => Promise<void>) => Promise<T>): Promise<T> {
  const embedded = await openEmbedded({ directory: store(), fsync: false });
  const opened = await openStore(embedded.uri);
  try {
    return await work(opened, (file) => embedded.backup(file));
  } finally {
    await opened.close();
    await embedded.stop();
  }
}

const upgraded = (list: readonly Migration[] = migrations): Promise<Upgrade | null> =>
  onStore((opened, snapshot) =>
    upgradeStore(opened, { config: settingsIn(folder), clock: clockThen(), ids, snapshot, migrations: list }),
  );
const refsMissing = (): Promise<number> =>
  onStore((opened) =>
    databaseOf(opened.connection)
      .collection('outbox')
      .countDocuments({ 'body.kind': 'letters', 'body.ref': { $exists: false } }),
  );
const versionNow = (): Promise<number | undefined> =>
  onStore(async (opened) => (await readSchema(databaseOf(opened.connection)))?.version);
const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing was refused',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
const cut = (migration: Migration, at: number, before: boolean): Migration => {
  let saves = 0;
  return {
    ...migration,
    run: (run) =>
      migration.run({
        ...run,
        save: async (to) => {
          const isLast = ++saves === at;
          if (isLast && before) throw new Error('killed');
          await run.save(to);
          if (isLast) throw new Error('killed');
        },
      }),
  };
};

/** A ticket as it was stored before promises were clocks. */
const old = (ticket: object) => ticket as { readonly due: object };
const OF_PROMISES: ReadonlySet<string> = new Set(
  'due clocks terms misses took reopens resolver reminders pinged until policy'.split(' '),
);
const withoutPromises = (ticket: object): object =>
  Object.fromEntries(Object.entries(ticket).filter(([key]) => !OF_PROMISES.has(key)));

it('migrations are numbered without gaps', () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, i) => i + 1));
});

it('a data folder of the version before is backed up, brought forward, and the desk works on', async () => {
  const before = await onStore((opened) => opened.tickets.list({ order: 'oldest' }, 100));
  expect(before).toHaveLength(7);
  const desk = await openDesk({ directory: join(folder, 'data'), clock: clockThen(), past: true });
  try {
    const brought = await desk.store.tickets.list({ order: 'oldest' }, 100);
    const turned = (t: (typeof before)[number]) => ({
      ...withoutPromises(t),
      turns: OPEN.has(t.status) ? [] : [t.resolvedAt ?? t.closedAt],
    });
    expect(brought.map(withoutPromises)).toEqual(before.map(turned));
    const tallies = new Map((await desk.store.tallies.withIds(before.map((t) => t._id))).map((t) => [t._id, t]));
    for (const { _id } of before) {
      const ticket = await desk.store.tickets.load(_id);
      expect(ticket === null ? null : tallyOf(ticket)).toEqual(tallies.get(_id));
    }
    // The moments that were promised stay, and the first look at them makes clocks of them.
    const moments = brought.map((t) => [dueOf(t.clocks), t.until, t.terms.version]);
    expect(moments).toEqual(before.map((t) => [old(t).due, t.nextDueAt, 0]));
    expect(await desk.flow.retime()).toBeGreaterThan(0);
    for (const { _id } of brought) {
      const now = await desk.store.tickets.load(_id);
      const isOpen = now !== null && OPEN.has(now.status);
      expect([now === null ? null : timingFault(now), now?.terms.version === 0]).toEqual([null, !isOpen]);
    }
    for (const { _id } of before) {
      const ticket = await desk.store.tickets.load(_id);
      const events = ticket === null ? [] : await desk.store.tickets.history(ticket);
      expect([events.length, firstBroken(events), events.at(-1)?.hash]).toEqual([
        ticket?.history.seq,
        null,
        ticket?.history.head,
      ]);
    }
    // Those of before can be searched for, too.
    const [{ number } = { number: 0 }] = before;
    const byWord = await desk.store.tickets.page({ words: [String(number)] }, null, 10);
    expect(byWord.map((t) => t.number)).toEqual([number]);
    const letters = await desk.store.outbox.newestLetters('chenjing');
    expect(letters?.body).toMatchObject({ number: LETTERS, ref: null });
    const open = before.find((t) => t.status === 'new' && t.team === 'aftersale');
    await desk.types('lilei', `认领 ${open?.number}`);
    await desk.types('lilei', `回复 ${open?.number} 马上处理`);
    await desk.writes('tangtang', '还有个问题');
    const after = await desk.store.tickets.load(open?._id ?? '');
    expect([after?.assignee, after?.status]).toEqual(['lilei', 'waiting_customer']);
    expect(firstBroken(after === null ? [] : await desk.store.tickets.history(after))).toBeNull();
  } finally {
    await desk.stop();
  }
  expect([await versionNow(), await refsMissing(), backups()]).toEqual([NEWEST, 0, ['before-upgrade-v0.gongdan']]);
});

describe('an upgrade that is killed', () => {
  it.each([
    ['after a batch was kept', 2, false],
    ['between the writing of a batch and its keeping', 2, true],
    ['before anything was kept', 1, true],
  ])('%s goes on where it was, with the backup that was made first', async (_when, at, isBefore) => {
    await expect(upgraded([cut(lettersRef, at, isBefore)])).rejects.toThrow('killed');
    expect(await versionNow()).toBe(0);
    const from: (string | null)[] = [];
    const watched: Migration = { ...lettersRef, run: (run) => (from.push(run.from), lettersRef.run(run)) };
    const result = await upgraded([watched]);
    expect(result).toEqual({
      from: 0,
      to: 1,
      backup: join(folder, 'data/demo/backups/before-upgrade-v0.gongdan'),
    });
    const kept = isBefore ? at - 1 : at;
    expect(from.map((id) => id !== null)).toEqual([kept > 0]);
    expect([await versionNow(), await refsMissing(), backups()]).toEqual([1, 0, ['before-upgrade-v0.gongdan']]);
  });

  it('between two migrations does not run the first again', async () => {
    const ran: number[] = [];
    const step = (version: number, fails: boolean): Migration => ({
      version,
      name: 'test',
      run: async () => {
        ran.push(version);
        if (fails) throw new Error('killed');
      },
    });
    await expect(upgraded([step(1, false), step(2, true)])).rejects.toThrow('killed');
    expect(await upgraded([step(1, false), step(2, false)])).toMatchObject({ from: 1, to: 2 });
    expect([ran, backups()]).toEqual([[1, 2, 2], ['before-upgrade-v0.gongdan']]);
  });
});

describe('the verb', () => {
  it('says what it did, and the way back is the backup it made', async () => {
    const config = settingsIn(folder);
    expect(await messageOf(runVerb(inboxList, config))).toContain('upgrade first');
    const file = join(folder, 'data/demo/backups/before-upgrade-v0.gongdan');
    expect(await runVerb(upgrade, config)).toContain(`schema version 0 to ${NEWEST}; the backup before it is ${file}`);
    expect(await runVerb(upgrade, config)).toContain('nothing to upgrade');
    expect(await runVerb(inboxList, config)).toContain('No parked events');
    await runVerb(restore, config, [file, '--replace']);
    expect([await versionNow(), await refsMissing()]).toEqual([0, LETTERS]);
    // What happened in between is lost with the next way back, unless there is a backup of its own.
    await runVerb(upgrade, config);
    expect(backups()).toEqual(['before-upgrade-v0-2.gongdan', 'before-upgrade-v0.gongdan']);
  });

  it('leaves a running bot alone', async () => {
    const desk = await openDesk({ directory: join(folder, 'data'), clock: clockThen() });
    try {
      expect(await messageOf(runVerb(upgrade, settingsIn(folder)))).toBe('Stop the running bot first');
    } finally {
      await desk.stop();
    }
  });
});

it('older code on newer data stops with one sentence, and changes nothing', async () => {
  const newer = { version: NEWEST + 2, backup: null, underway: null, something: 'new' };
  await onStore((opened) => keepSchema(databaseOf(opened.connection), newer, new Date(0)));
  const said = `The data has schema version ${NEWEST + 2}, this program knows versions up to ${NEWEST}: start the newer program again, or restore the backup that was made before the upgrade (before-upgrade) with this one`;
  expect(await messageOf(openDesk({ directory: join(folder, 'data') }))).toBe(said);
  for (const verb of [upgrade, inboxList]) expect(await messageOf(runVerb(verb, settingsIn(folder)))).toBe(said);
  expect([await versionNow(), await refsMissing(), backups()]).toEqual([NEWEST + 2, LETTERS, []]);
});

it('a new store has the newest shape from the start and is not backed up', async () => {
  const fresh = join(folder, 'fresh');
  const desk = await openDesk({ directory: fresh });
  const schema = await readSchema(databaseOf(desk.store.connection));
  await desk.stop();
  expect([schema?.version, existsSync(join(fresh, 'demo/backups'))]).toEqual([NEWEST, false]);
});

describe('on MongoDB', () => {
  it('nothing is changed before somebody says that it was dumped', async () => {
    const embedded = await openEmbedded({ directory: store(), fsync: false });
    try {
      const config = settingsIn(folder, { MONGODB_URI: embedded.uri });
      const directory = join(folder, 'other');
      const refused = await messageOf(openDesk({ directory, mongodbUri: embedded.uri }));
      expect(refused).toContain('back up with mongodump, then run npm run gongdan -- upgrade --backed-up');
      expect(await messageOf(runVerb(upgrade, config))).toBe(refused);
      expect(await runVerb(upgrade, config, ['--backed-up'])).toContain(`schema version 0 to ${NEWEST}.`);
      await (await openDesk({ directory, mongodbUri: embedded.uri })).stop();
    } finally {
      await embedded.stop();
    }
  });

  it('of two processes one upgrades and the other waits for it', async () => {
    const embedded = await openEmbedded({ directory: store(), fsync: false });
    const [one, two] = [await openStore(embedded.uri), await openStore(embedded.uri)];
    try {
      const config = settingsIn(folder);
      const clock = clockThen();
      const gate: { open: () => void } = { open: () => undefined };
      const opened = new Promise<void>((resolve) => (gate.open = resolve));
      let entered = 0;
      let isIn: () => void = () => undefined;
      const inside = new Promise<void>((resolve) => (isIn = resolve));
      const slow: Migration = {
        version: 1,
        name: 'test',
        run: async () => {
          entered++;
          isIn();
          await opened;
        },
      };
      const options = { config, clock, ids, snapshot: null, backedUp: true, migrations: [slow] };
      const first = upgradeStore(one, options);
      await inside;
      const second = upgradeStore(two, options);
      const done: string[] = [];
      const both = [first.then(() => done.push('first')), second.then(() => done.push('second'))];
      for (let i = 0; i < 20; i++) {
        await two.ping();
        clock.advance(500);
      }
      expect([entered, done]).toEqual([1, []]);
      gate.open();
      await both[0];
      const ticking = (async () => {
        while (!done.includes('second')) {
          await two.ping();
          clock.advance(500);
        }
      })();
      await Promise.all([...both, ticking]);
      expect([await first, await second, entered]).toEqual([{ from: 0, to: 1, backup: null }, null, 1]);
    } finally {
      await Promise.all([one.close(), two.close()]);
      await embedded.stop();
    }
  });
});
