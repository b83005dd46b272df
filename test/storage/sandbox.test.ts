import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxMessage, SandboxStore } from '../../adapters/sandbox/store.ts';
import { openEmbedded } from '../../src/embedded/embedded.ts';
import { connectStore } from '../../src/storage/connection.ts';
import { sandboxStore } from '../../src/storage/sandbox.ts';
import { ensureIndexes } from '../../src/storage/store.ts';
import { aCard } from '../support/sandbox.ts';
import { memorySandboxStore } from '../support/sandbox-memory.ts';
import { anAttachment } from '../support/tickets.ts';

const AT = new Date('2026-11-11T06:30:00Z');

const row = (id: string, change: number, more: Partial<SandboxMessage> = {}): SandboxMessage => ({
  _id: id,
  conversation: 'c',
  place: change,
  created: change,
  change,
  from: 'bot',
  surface: null,
  sent: true,
  text: id,
  attachments: [],
  quote: null,
  card: null,
  version: null,
  at: AT,
  visibleTo: null,
  ...more,
});
const shows = (version: number | null, title = 't') => ({
  text: version === null ? title : null,
  attachments: [],
  card: version === null ? null : aCard(title),
  version,
});
const ids = (rows: readonly SandboxMessage[]): string[] => rows.map(({ _id }) => _id);

/** The store in memory stands in for the real one in other tests, so both keep the same rules. */
function storeContract(name: string, fresh: () => Promise<SandboxStore>): void {
  describe(`the sandbox's data: ${name}`, () => {
    it('keeps a message as it was, once', async () => {
      const store = await fresh();
      const message = row('a', 1, {
        card: aCard('T-1'),
        version: 2,
        text: null,
        attachments: [anAttachment('f')],
        quote: 'q',
      });
      expect(await store.insert(message)).toBe('stored');
      expect(await store.insert({ ...message, text: 'other' })).toBe('known');
      expect(await store.find('a')).toEqual(message);
      expect(await store.find('b')).toBeNull();
    });

    it('keeps people and chats as they were last', async () => {
      const store = await fresh();
      const chat = { id: 'wu', kind: 'group', title: '群', members: ['wu'] } as const;
      const person = { id: 'wu', name: '小吴', role: 'agent', teams: [] } as const;
      await store.keepPerson(person);
      await store.keepConversation({ ...chat, members: [] });
      await store.keepConversation(chat);
      expect(await store.world()).toEqual({ people: [person], conversations: [chat] });
    });

    it('spends each use of a grant once', async () => {
      const store = await fresh();
      expect(await store.grantUses('g')).toBe(0);
      expect(await store.insert(row('a', 1, { grant: 'g', use: 0 }))).toBe('stored');
      expect(await store.insert(row('b', 2, { grant: 'g', use: 0 }))).toBe('taken');
      expect(await store.insert(row('a', 3, { grant: 'g', use: 0 }))).toBe('known');
      expect(await store.insert(row('c', 4, { grant: 'h', use: 0 }))).toBe('stored');
      expect(await store.insert(row('d', 5))).toBe('stored');
      expect(await store.insert(row('e', 6))).toBe('stored');
      expect(await store.grantUses('g')).toBe(1);
    });

    it('redraws unless something newer is shown', async () => {
      const store = await fresh();
      await store.insert(row('a', 1, shows(1)));
      expect(await store.redraw('a', shows(3, 'three'), 2)).toMatchObject({ change: 2, created: 1, version: 3 });
      expect(await store.redraw('a', shows(2, 'two'), 3)).toBeNull();
      expect(await store.redraw('a', shows(3, 'late'), 2)).toBeNull();
      expect((await store.find('a'))?.card?.title).toBe('three');
      expect(await store.redraw('a', shows(null, 'words'), 4)).toMatchObject({ text: 'words', card: null, version: 3 });
      expect(await store.redraw('a', shows(2, 'two'), 5)).toBeNull();
      expect(await store.redraw('b', shows(1), 6)).toBeNull();
    });

    it('pages through what a person sees, by place', async () => {
      const store = await fresh();
      await store.insert(row('b', 5, { place: 2 }));
      await store.insert(row('a', 6, { place: 1 }));
      await store.insert(row('c', 7, { place: 3, visibleTo: 'x' }));
      await store.insert(row('d', 8, { place: 4, visibleTo: 'y' }));
      await store.insert(row('e', 9, { conversation: 'other' }));
      const page = { conversation: 'c', user: 'x', before: null, limit: 10 };
      expect(ids(await store.page(page))).toEqual(['a', 'b', 'c']);
      expect(ids(await store.page({ ...page, limit: 2 }))).toEqual(['b', 'c']);
      expect(ids(await store.page({ ...page, before: 3, limit: 1 }))).toEqual(['b']);
    });

    it('forgets everything, and makes another secret', async () => {
      const store = await fresh();
      await store.secret('one');
      await store.insert(row('a', 1));
      await store.keepPerson({ id: 'p', name: 'P', role: 'customer', teams: [] });
      await store.forget();
      expect([await store.find('a'), (await store.world()).people, await store.secret('two')]).toEqual([
        null,
        [],
        'two',
      ]);
    });

    it('tells what changed for a person, in order', async () => {
      const store = await fresh();
      expect(await store.lastChange()).toBe(0);
      await store.insert(row('a', 1, shows(1)));
      await store.insert(row('b', 2, { conversation: 'd' }));
      await store.insert(row('c', 3, { visibleTo: 'y' }));
      await store.insert(row('d', 4));
      await store.redraw('a', shows(2), 5);
      const query = { conversations: ['c', 'd'], users: ['x'], after: 1, upTo: 5, limit: 10 };
      expect(ids(await store.changed(query))).toEqual(['b', 'd', 'a']);
      expect(ids(await store.changed({ ...query, limit: 1 }))).toEqual(['b']);
      expect(ids(await store.changed({ ...query, after: 2, upTo: 4 }))).toEqual(['d']);
      expect(ids(await store.changed({ ...query, conversations: ['c'] }))).toEqual(['d', 'a']);
      expect(ids(await store.changed({ ...query, users: ['x', 'y'] }))).toEqual(['b', 'c', 'd', 'a']);
      expect((await store.atChange(5))?._id).toBe('a');
      expect(await store.atChange(1)).toBeNull();
      expect(await store.lastChange()).toBe(5);
    });

    it('keeps secret and outcomes as they came first', async () => {
      const store = await fresh();
      const secret = await store.secret('one');
      expect(await store.secret('two')).toBe(secret);
      const outcome = { _id: 'o', answer: 'a', form: null, expiresAt: new Date(AT.getTime() + 9e11) };
      await store.keepOutcome(outcome);
      await store.keepOutcome({ ...outcome, answer: 'b' });
      expect(await store.outcome('o')).toEqual(outcome);
      expect(await store.outcome('p')).toBeNull();
    });
  });
}

storeContract('in memory', () => Promise.resolve(memorySandboxStore()));

describe('on the embedded store', () => {
  let folder = '';
  let embedded: Awaited<ReturnType<typeof openEmbedded>>;
  let connection: Awaited<ReturnType<typeof connectStore>>;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gongdan-'));
    embedded = await openEmbedded({ directory: folder, inWorker: false, fsync: false });
    connection = await connectStore(`${embedded.uri}&monitorCommands=true`);
  });
  afterAll(async () => {
    await connection.close();
    await embedded.stop();
    await rm(folder, { recursive: true, force: true });
  });

  storeContract('in documents', async () => {
    await connection.dropDatabase();
    for (const name of connection.modelNames()) connection.deleteModel(name);
    const store = sandboxStore(connection);
    await ensureIndexes(store.models);
    return store;
  });

  it('reads by index only', async () => {
    for (const name of connection.modelNames()) connection.deleteModel(name);
    const store = sandboxStore(connection);
    await ensureIndexes(store.models);
    const asked: [name: string, command: Record<string, unknown>][] = [];
    const hear = (event: { commandName: string; command: Record<string, unknown> }): void => {
      if (['find', 'aggregate', 'findAndModify'].includes(event.commandName))
        asked.push([event.commandName, event.command]);
    };
    connection.getClient().on('commandStarted', hear);
    await store.lastChange();
    await store.page({ conversation: 'c', user: 'x', before: 3, limit: 10 });
    await store.changed({ conversations: ['c', 'd'], users: ['x'], after: 1, upTo: 2, limit: 10 });
    await store.atChange(1);
    await store.grantUses('g');
    await store.redraw('a', shows(1), 2);
    connection.getClient().off('commandStarted', hear);
    const plans: string[] = [];
    for (const [name, { lsid: _session, $db: _db, ...command }] of asked)
      plans.push(JSON.stringify(await connection.db?.command({ explain: { [name]: command[name], ...command } })));
    const indexes = plans.map(
      (plan) => /"indexName":"([^"]+)"/.exec(plan)?.[1] ?? (plan.includes('IDHACK') ? '_id_' : plan),
    );
    expect(indexes).toEqual(['change_1', 'conversation_1_place_1', 'change_1', 'change_1', 'grant_1_use_1', '_id_']);
  });
});
