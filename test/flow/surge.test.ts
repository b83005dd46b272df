import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Limit } from '../../adapters/adapter.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { addressKey } from '../../src/domain/address.ts';
import { boardOf, listOf } from '../../src/storage/surfaces.ts';
import type { Parts } from '../../src/flow/parts.ts';
import { faultsOf } from '../../src/flow/ledger.ts';
import { aBench, aStore, failure, type Bench, type Call } from '../support/flow.ts';
import { aDirectory, thePromises } from '../support/tickets.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

/** As a DingTalk group robot: 20 messages a minute; what stands can be changed often. */
const ROBOT: readonly Limit[] = [
  {
    name: 'robot',
    conversations: ['group:aftersales'],
    per: 'conversation',
    method: 'send',
    count: 20,
    windowMs: 60_000,
    source: '',
    reserve: { urgent: 6, redraw: 4 },
  },
];
const GROUP = { platform: 'sandbox', app: 'demo', conversation: 'group:aftersales' };
const ROOM = addressKey(GROUP);

beforeEach(() => {
  bench = rush(ROBOT);
});
afterEach(async () => {
  await bench.flow.stop();
  await on.empty();
});

/** Nobody is reminded of anything: a reminder draws a card as well, and so puts right what is to be found. */
const silent = aDirectory({ promises: { ...thePromises, base: { ...thePromises.base, ladder: [] } } });

/** All tickets go to one group. */
const rush = (limits: readonly Limit[], more: Parameters<typeof aBench>[3] = {}, parts: Partial<Parts> = {}): Bench =>
  aBench(on.store, { route: async (d) => d.teams.get('aftersales') ?? null, ...parts }, limits, more);

let customers = 0;
/** So many customers write at the same moment. */
async function arrive(count: number, words = '杯子碎了'): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async () => {
      customers += 1;
      const id = `k${customers}`;
      const sender = { id, name: id };
      const conversation = { id: `customer:${id}`, kind: 'customer' as const };
      const base = { kind: 'message', platform: 'sandbox', app: 'demo', attachments: [], addressed: true } as const;
      await bench.flow.sink.accept({
        ...base,
        id: `m-${id}`,
        receivedAt: bench.clock.now(),
        text: words,
        sender,
        conversation,
      });
    }),
  );
  await bench.flow.settle();
}

const inGroup = (): Call[] => bench.adapter.calls.filter((c) => c.conversation === GROUP.conversation);
const titles = (calls: readonly Call[]): string[] =>
  calls.map((c) => (c.message.type === 'card' ? c.message.card.kind : 'text'));
const rowsOf = (call: Call | undefined): number => {
  const card = call?.message.type === 'card' ? call.message.card : null;
  return card?.blocks.flatMap((b) => (b.type === 'list' ? b.items : [])).length ?? 0;
};
const standing = (stand: string): Promise<number> => on.store.surfaces.countStanding(stand);
const tickets = async (): Promise<Ticket[]> => {
  const rows = await on.store.tickets.list({ order: 'oldest' }, 5_000);
  return (await Promise.all(rows.map((r) => on.store.tickets.load(r._id)))).filter((t) => t !== null);
};
let causes = 0;
const does = async (ticket: Ticket, intent: Intent, person = 'lilei'): Promise<void> => {
  causes += 1;
  const actor = { kind: 'person', id: person, name: person } as const;
  const { refusal } = await bench.flow.perform(ticket._id, intent, { actor, cause: `act-${causes}` });
  expect(refusal).toBeNull();
  await bench.flow.settle();
};

/** Every open ticket is in exactly one place. */
async function expectLedger(): Promise<void> {
  const faults = await Promise.all((await tickets()).map((t) => faultsOf(bench.parts, t)));
  expect(faults.flat()).toEqual([]);
}

describe('a rush', () => {
  it('few tickets get a card each', async () => {
    await arrive(5);
    expect(titles(inGroup())).toEqual(Array.from({ length: 5 }, () => 'ticket'));
    await expectLedger();
  });

  it('a few too many wait their turn and get their cards, without boards', async () => {
    const perSecond: Limit = {
      name: 'channel',
      per: 'conversation',
      method: 'send',
      count: 1,
      windowMs: 1_000,
      source: '',
    };
    bench = rush([perSecond]);
    for (let i = 0; i < 12; i += 1) {
      await arrive(1);
      bench.clock.advance(1);
    }
    expect(inGroup()).toHaveLength(1);
    expect(await standing(listOf(ROOM))).toBe(11);
    await expectLedger();
    const order = (await tickets()).map((t) => t.number);
    for (let i = 0; i < 60; i += 1) await bench.passes(500);
    expect(titles(inGroup())).toEqual(Array.from({ length: 12 }, () => 'ticket'));
    const numbers = inGroup().map((c) =>
      c.message.type === 'card' ? Number(/\d+/u.exec(c.message.card.title)?.[0]) : 0,
    );
    expect(numbers).toEqual(order);
    await expectLedger();
  });

  it('many stand on three boards, the rest in the list', async () => {
    await arrive(100);
    for (let i = 0; i < 20; i += 1) await bench.passes(1_000);
    expect(await Promise.all([1, 2, 3].map((n) => standing(boardOf(ROOM, n))))).toEqual([10, 10, 10]);
    const waiting = await standing(listOf(ROOM));
    const cards = inGroup().filter((c) => titles([c])[0] === 'ticket').length;
    expect(waiting).toBe(100 - 30 - cards);
    expect(cards).toBeLessThanOrEqual(10);
    const boards = inGroup().filter((c) => titles([c])[0] !== 'ticket');
    expect(boards.filter((c) => c.method === 'send')).toHaveLength(3);
    expect(boards.map(rowsOf).every((n) => n <= 10)).toBe(true);
    await expectLedger();
  });

  it('a claimed row leaves its board, the next of the list takes its place, and a burst of claims is one redraw', async () => {
    await arrive(100);
    for (let i = 0; i < 20; i += 1) await bench.passes(1_000);
    const [one] = await on.store.surfaces.standing(boardOf(ROOM, 1), 1);
    const before = await standing(listOf(ROOM));
    const rows = await on.store.surfaces.standing(boardOf(ROOM, 1), 10);
    const updates = (): number => inGroup().filter((c) => c.method === 'update').length;
    const drawn = updates();
    for (const row of rows.slice(0, 6)) {
      const ticket = await on.store.tickets.load(row.ticket);
      if (ticket !== null) await does(ticket, { type: 'claim' });
    }
    for (let i = 0; i < 5; i += 1) await bench.passes(1_000);
    expect(updates() - drawn).toBeLessThanOrEqual(3);
    expect(await standing(boardOf(ROOM, 1))).toBe(10);
    expect(await standing(listOf(ROOM))).toBe(before - 6);
    expect((await on.store.surfaces.load(one?._id ?? ''))?.state).toBe('off');
    // Its agent has its full card.
    expect(bench.adapter.calls.some((c) => c.conversation === 'direct:lilei')).toBe(true);
    await expectLedger();
  });

  it('what is put back waits again; what becomes urgent gets its own card', async () => {
    await arrive(60);
    for (let i = 0; i < 20; i += 1) await bench.passes(1_000);
    const [row, other] = await on.store.surfaces.standing(boardOf(ROOM, 2), 2);
    const ticket = await on.store.tickets.load(row?.ticket ?? '');
    const urgent = await on.store.tickets.load(other?.ticket ?? '');
    if (ticket === null || urgent === null) throw new Error('no row');
    await does(ticket, { type: 'claim' });
    await does(ticket, { type: 'release', reason: 'busy' });
    await does(urgent, { type: 'prioritise', priority: 'urgent' });
    for (let i = 0; i < 10; i += 1) await bench.passes(1_000);
    expect((await on.store.surfaces.newest(row?.slot ?? ''))?.state).toMatch(/waiting|row/u);
    expect((await on.store.surfaces.newest(other?.slot ?? ''))?.state).toBe('live');
    await expectLedger();
  });

  it('ends when it was not needed for a minute; the boards go when they are empty', async () => {
    await arrive(60);
    for (let i = 0; i < 20; i += 1) await bench.passes(1_000);
    const room = () => on.store.rooms.load(ROOM);
    expect((await room())?.surgeSince).not.toBeNull();
    for (const ticket of await tickets()) if (ticket.status === 'new') await does(ticket, { type: 'claim' });
    for (let i = 0; i < 200; i += 1) await bench.passes(1_000);
    expect((await room())?.surgeSince).toBeNull();
    expect((await room())?.boards.map((b) => b.state)).toEqual(['none', 'none', 'none']);
    await arrive(1);
    expect(titles(inGroup().slice(-1))).toEqual(['ticket']);
    await expectLedger();
  });

  it('a group that goes to another team keeps nothing of the first one', async () => {
    await arrive(80);
    for (let i = 0; i < 20; i += 1) await bench.passes(1_000);
    const at = bench.clock.now();
    await on.store.groups.link({ address: GROUP, team: 'logistics', by: 'zhou', at });
    await bench.parts.live.changed();
    for (let i = 0; i < 20; i += 1) await bench.passes(1_000);
    const stands = [listOf(ROOM), ...[1, 2, 3].map((n) => boardOf(ROOM, n))];
    expect(await Promise.all(stands.map(standing))).toEqual([0, 0, 0, 0]);
    expect((await on.store.rooms.load(ROOM))?.team).toBe('logistics');
    expect(rowsOf(inGroup().at(-1))).toBe(0);
    await on.store.connection.db?.collection('groups').deleteMany({});
    await bench.parts.live.changed();
  });

  it('a board that was under way when the process died goes out as it was, under the same key', async () => {
    await arrive(60);
    for (let i = 0; i < 20; i += 1) await bench.passes(1_000);
    const sent = inGroup().find((c) => c.key.startsWith('board:') && c.method === 'send');
    await bench.flow.stop();
    const room = await on.store.rooms.load(ROOM);
    if (room === null || sent === undefined) throw new Error('no board');
    const boards = room.boards.map((b) =>
      b.number === 1 ? { ...b, state: 'reserved' as const, ref: null, frozen: sent.message } : b,
    );
    await on.store.rooms.save({ ...room, boards });
    const { clock } = bench;
    bench = rush(ROBOT, {}, { clock });
    for (let i = 0; i < 40; i += 1) {
      clock.advance(2_000);
      await bench.flow.settle();
    }
    const again = inGroup().filter((c) => c.key === sent.key);
    expect(again.map((c) => [c.method, c.message])).toEqual([['send', sent.message]]);
    expect((await on.store.rooms.load(ROOM))?.boards[0]).toMatchObject({ state: 'live', frozen: null });
    await expectLedger();
  });

  it('goes on where it was after a restart', async () => {
    await arrive(80);
    for (let i = 0; i < 3; i += 1) await bench.passes(1_000);
    await bench.flow.stop();
    const { clock } = bench;
    bench = rush(ROBOT, {}, { clock });
    await arrive(20);
    for (let i = 0; i < 90; i += 1) {
      clock.advance(1_000);
      await bench.flow.settle();
    }
    expect(await Promise.all([1, 2, 3].map((n) => standing(boardOf(ROOM, n))))).toEqual([10, 10, 10]);
    await expectLedger();
  });

  it('a board that somebody deleted is posted anew', async () => {
    await arrive(60);
    for (let i = 0; i < 20; i += 1) await bench.passes(1_000);
    const [row] = await on.store.surfaces.standing(boardOf(ROOM, 1), 1);
    const ticket = await on.store.tickets.load(row?.ticket ?? '');
    if (ticket === null) throw new Error('no row');
    bench.adapter.fails(null, failure('gone'));
    await does(ticket, { type: 'claim' });
    for (let i = 0; i < 60; i += 1) await bench.passes(1_000);
    const [board] = (await on.store.rooms.load(ROOM))?.boards ?? [];
    expect([board?.generation, board?.state]).toEqual([2, 'live']);
    await expectLedger();
  });
});

describe('where messages cannot be changed', () => {
  it('boards are snapshots, seldom, and only with something new on them', async () => {
    bench = rush(ROBOT, { update: false });
    await arrive(100);
    for (let i = 0; i < 60; i += 1) await bench.passes(1_000);
    const before = inGroup().length;
    for (let i = 0; i < 60; i += 1) await bench.passes(1_000);
    expect(inGroup().length).toBe(before);
    for (const row of await on.store.surfaces.standing(boardOf(ROOM, 1), 6)) {
      const ticket = await on.store.tickets.load(row.ticket);
      if (ticket !== null) await does(ticket, { type: 'claim' });
    }
    for (let i = 0; i < 25; i += 1) await bench.passes(1_000);
    expect(inGroup().length - before).toBeOneOf([1, 2]);
    expect(inGroup().every((c) => c.method === 'send')).toBe(true);
    await expectLedger();
  });
});

describe('the auditor', () => {
  it('finds what stands nowhere, or where it does not belong, and puts it right', async () => {
    bench = rush(ROBOT, {}, { directory: () => silent });
    await arrive(60);
    for (let i = 0; i < 90; i += 1) await bench.passes(1_000);
    expect(await bench.flow.audit()).toBe(0);
    const surfaces = on.store.connection.db?.collection<{ _id: string }>('surfaces');
    const [lost, stale] = await on.store.surfaces.standing(boardOf(ROOM, 1), 2);
    await surfaces?.deleteOne({ _id: lost?._id ?? '' });
    const taken = await on.store.tickets.load(stale?.ticket ?? '');
    if (taken === null || stale === undefined) throw new Error('no row');
    await does(taken, { type: 'claim' });
    await surfaces?.updateOne({ _id: stale._id }, { $set: { state: 'row', stand: boardOf(ROOM, 1) } });
    for (let i = 0; i < 70; i += 1) await bench.passes(1_000);
    expect(await bench.flow.audit()).toBeGreaterThan(0);
    for (let i = 0; i < 5; i += 1) await bench.passes(1_000);
    expect(await bench.flow.audit()).toBe(0);
    expect(bench.alarms.map((a) => a.detail['fault'])).toContain('missing');
    await expectLedger();
  });
});
