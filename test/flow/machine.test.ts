import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Limit } from '../../adapters/adapter.ts';
import { addressKey } from '../../src/domain/address.ts';
import { createMachine, watchLags } from '../../src/flow/machine.ts';
import { quotaId } from '../../src/flow/quota.ts';
import type { Board, Room } from '../../src/storage/rooms.ts';
import { boardOf, listOf, type Surface } from '../../src/storage/surfaces.ts';
import type { AppNow, FlowNow } from '../../src/view.ts';
import { manualClock } from '../support/clock.ts';
import { openDesk } from '../support/desk.ts';
import { aBench, aStore, doubleAdapter, failure, type Bench } from '../support/flow.ts';

const GROUP = { platform: 'sandbox', app: 'demo', conversation: 'group:aftersales' };
const ROOM = addressKey(GROUP);
/** Stands in everything that customers write and are called. */
const TELLTALE = 'telltale';
const MINUTE = 60_000;

const limit = (name: string, more: Partial<Limit>): Limit => ({
  name,
  per: 'conversation',
  method: 'send',
  count: 20,
  windowMs: MINUTE,
  source: '',
  ...more,
});
const LIMITS: readonly Limit[] = [
  limit('group', { reserve: { urgent: 6, redraw: 4 } }),
  limit('person', { per: 'member' }),
  limit('all', { per: 'app', method: 'any', count: 1_000 }),
];

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(() => {
  bench = aBench(on.store, { route: async (d) => d.teams.get('aftersales') ?? null }, LIMITS);
});
afterEach(async () => {
  await bench.flow.stop();
  const names = ['tickets', 'inbox', 'outbox', 'surfaces', 'rooms', 'joins', 'messages', 'leases', 'budgets'];
  for (const name of names) await on.store.connection.db?.collection(name).deleteMany({});
});

async function arrive(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const id = `${TELLTALE}-${i}`;
    const conversation = { id: `customer:${id}`, kind: 'customer' } as const;
    await bench.writes(`杯子碎了 ${TELLTALE}`, { sender: { id, name: TELLTALE }, conversation });
  }
}

const theApp = ({ apps: [app] }: FlowNow): AppNow => {
  if (app === undefined) throw new Error('no app');
  return app;
};
/** A picture that is taken now. */
const look = async (): Promise<FlowNow> => {
  bench.clock.advance(500);
  return bench.flow.machine();
};
const inGroup = (): number => bench.adapter.calls.filter((c) => c.conversation === GROUP.conversation).length;

it('counts what was taken of the limits of the app and its groups within their windows', async () => {
  const used = async () => theApp(await look()).budgets.map((b) => [b.name, b.group?.team, b.used]);
  expect(await used()).toEqual([
    ['group', 'aftersales', 0],
    ['all', undefined, 0],
    ['group', 'logistics', 0],
  ]);
  await arrive(5);
  expect(inGroup()).toBe(5);
  const { budgets } = theApp(await look());
  const group = { conversation: 'group:aftersales', team: 'aftersales', name: '售后' };
  const of = { count: 20, windowMs: MINUTE, reserve: { urgent: 6, redraw: 4 } };
  expect(budgets.slice(0, 2)).toEqual([
    { name: 'group', group, used: 5, ...of },
    // Permits are taken in blocks of a twentieth.
    { name: 'all', group: null, used: 50, count: 1_000, windowMs: MINUTE },
  ]);
  bench.clock.advance(2 * MINUTE);
  expect((await used()).map(([, , n]) => n)).toEqual([0, 0, 0]);
});

it('counts the calls of the month beside the limits, the last twentieth of them as kept', async () => {
  const quota = { name: 'month', count: 1_010, offsetMs: 8 * 3_600_000, except: [], setting: '', source: '' };
  const adapter = { ...doubleAdapter(manualClock(), LIMITS), quota };
  const month = aBench(on.store, { adapters: new Map([['sandbox\ndemo', adapter]]) });
  const used = async () => theApp(await month.flow.machine()).budgets.filter(({ name }) => name === 'month');
  const day = 86_400_000;
  const whole = { name: 'month', group: null, count: 1_010, windowMs: 30 * day, reserve: { urgent: 51, redraw: 0 } };
  expect(await used()).toEqual([{ ...whole, used: 0 }]);
  const spent = [{ at: 0, n: 960 }];
  const emptyAt = new Date('2026-11-30T16:00:00Z');
  await on.store.budgets.write({ _id: quotaId(quota, 'sandbox\ndemo', '2026-11'), epoch: 0, spent, emptyAt });
  month.clock.advance(500);
  expect(await used()).toEqual([{ ...whole, used: 960 }]);
  // The next one is a day longer.
  month.clock.advance(20 * day);
  expect(await used()).toEqual([{ ...whole, windowMs: 31 * day, used: 0 }]);
  await month.flow.stop();
});

it('counts the queues: what waits and for how long, what was given up, what came in and is not worked', async () => {
  bench.adapter.fails(failure('retryable'), failure('permanent'));
  await arrive(1);
  const { outbox, inbox } = on.store;
  const rows = on.store.connection.collection<{ _id: string; state: string; order: Date }>('outbox');
  const pending = await rows.find({ state: 'pending' }).toArray();
  expect([pending.length, await outbox.countDead()]).toEqual([1, 1]);
  const dead = await rows.findOne({ state: 'dead' });
  const letter = await outbox.load(dead?._id ?? '');
  if (letter === null) throw new Error('nothing was given up');
  await outbox.add([{ ...letter, _id: 'other', app: 'sandbox\nother' }]);
  const lease = { by: '', until: bench.clock.now() };
  const body = { from: 'opener', opener: 'o', row: 'r' } as const;
  const row = { lane: 'l', body, order: bench.clock.now(), attempts: 0, lease };
  await inbox.add([
    { ...row, _id: 'a', open: true },
    { ...row, _id: 'b', open: true },
    { ...row, _id: 'c', parked: true },
  ]);
  bench.clock.advance(1_500);
  const machine = await look();
  expect(machine.inbox).toEqual({ open: 2, parked: 1 });
  expect(theApp(machine)).toMatchObject({ app: 'sandbox\ndemo', waiting: 1, oldestMs: 2_000, dead: 1 });
});

it('shows every group, with its list and boards where tickets had to wait', async () => {
  const since = (s: number): Date => new Date(bench.clock.now().getTime() - s * 1_000);
  const stands = async (stand: string, state: Surface['state'], ages: readonly number[]): Promise<void> => {
    for (const age of ages) {
      const slot = `${state}-${stand}-${age}`;
      const place = { card: 'ticket', team: 'aftersales' } as const;
      const shape = { ticket: slot, place, address: GROUP, frozen: null, platformId: null, ref: null, shown: 0 };
      const at = since(0);
      await on.store.surfaces.reserve({
        ...shape,
        _id: slot,
        slot,
        generation: 1,
        state,
        stand,
        since: since(age),
        at,
      });
    }
  };
  await stands(listOf(ROOM), 'waiting', [5, 40, 12]);
  await stands(boardOf(ROOM, 1), 'row', [50, 51, 52, 53]);
  const frozen = { type: 'text', text: TELLTALE, attachments: [] } as const;
  const board = { generation: 1, frozen, ref: 'r', version: 3, shown: null } as const;
  const shown = { at: since(3), waiting: 9, rows: ['x'] };
  const boards: readonly Board[] = [
    { ...board, number: 1, state: 'live', shown },
    { ...board, number: 2, state: 'reserved' },
  ];
  const room: Omit<Room, '_id' | 'address'> = {
    app: 'sandbox\ndemo',
    team: 'aftersales',
    epoch: 1,
    surgeSince: since(30),
    calmSince: null,
    boards,
  };
  const quiet = { ...GROUP, conversation: 'group:gone' };
  await on.store.rooms.save({ ...room, _id: ROOM, address: GROUP });
  await on.store.rooms.save({
    ...room,
    _id: addressKey(quiet),
    address: quiet,
    team: 'gone',
    boards: [],
    surgeSince: null,
  });
  const [surge, at, oldest] = [since(30), since(3), since(40)];
  const machine = await look();
  expect(machine.surge).toEqual({ boards: 3, rows: 10 });
  const calm = { surgeSince: null, waiting: 0, oldest: null, boards: [] };
  expect(theApp(machine).rooms).toEqual([
    {
      conversation: 'group:aftersales',
      team: 'aftersales',
      name: '售后',
      surgeSince: surge,
      waiting: 3,
      oldest,
      boards: [
        { number: 1, rows: 4, state: 'live', shownAt: at },
        { number: 2, rows: 0, state: 'reserved', shownAt: null },
      ],
    },
    { conversation: 'group:logistics', team: 'logistics', name: '物流', ...calm },
    { conversation: 'group:gone', team: 'gone', name: 'gone', ...calm },
  ]);
  expect(JSON.stringify(machine)).not.toContain(TELLTALE);
});

it('holds nothing that customers wrote, and nobody by name or id', async () => {
  bench.adapter.fails(null, failure('permanent'), failure('retryable'));
  await arrive(12);
  const [row] = await on.store.tickets.list({}, 1);
  const actor = { kind: 'person', id: 'lilei', name: '李雷' } as const;
  await bench.flow.perform(row?._id ?? '', { type: 'claim' }, { actor, cause: 'c' });
  await bench.flow.settle();
  const stored = JSON.stringify(await on.store.connection.collection('budgets').find().toArray());
  const machine = await look();
  expect(stored).toContain(TELLTALE);
  expect(stored).toContain('lilei');
  expect(theApp(machine).budgets.length).toBeGreaterThan(1);
  expect(JSON.stringify(machine)).not.toMatch(/telltale|lilei|李雷|杯子/u);
});

it('says who sends: the process that holds the lease', async () => {
  const other = aBench(on.store, { clock: bench.clock }, LIMITS);
  expect(theApp(await look()).sends).toBe(false);
  await bench.flow.settle();
  await other.flow.settle();
  expect([theApp(await look()).sends, theApp(await other.flow.machine()).sends]).toEqual([true, false]);
  await bench.flow.stop();
  await other.flow.settle();
  expect([theApp(await look()).sends, theApp(await other.flow.machine()).sends]).toEqual([false, true]);
});

it('is asked as often as one likes, and looks twice a second at the most', async () => {
  const [one, two] = await Promise.all([bench.flow.machine(), bench.flow.machine()]);
  expect(two).toBe(one);
  bench.clock.advance(499);
  expect(await bench.flow.machine()).toBe(one);
  bench.clock.advance(1);
  const next = await bench.flow.machine();
  expect(next.at.getTime() - one.at.getTime()).toBe(500);
});

it('a look that failed is not kept', async () => {
  let isAway = true;
  const inbox = { ...on.store.inbox };
  inbox.counts = () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve({ open: 7, parked: 0 }));
  const machine = createMachine(
    { ...bench.parts, store: { ...on.store, inbox } },
    () => [],
    () => null,
    () => [],
  );
  await expect(machine()).rejects.toThrow('away');
  isAway = false;
  expect((await machine()).inbox.open).toBe(7);
});

it('says since when a platform is down, and how late its boards were in the last minute', async () => {
  const since = bench.clock.now();
  const heard: number[] = [];
  const meter = { ...bench.parts.meter, seen: (_app: string, ms: number) => void heard.push(ms) };
  const { parts, lagOf } = watchLags({ ...bench.parts, meter });
  const app = 'sandbox\ndemo';
  const machine = createMachine(
    parts,
    () => [{ app, sends: () => true }],
    lagOf,
    () => [{ app, since }],
  );
  expect(theApp(await machine())).toMatchObject({ sends: true, downSince: since, lagMs: null });
  for (const ms of [400, 1_900, 700]) parts.meter.seen(app, ms);
  parts.meter.seen('sandbox\nother', 9_000);
  bench.clock.advance(30_000);
  expect(theApp(await machine()).lagMs).toBe(1_900);
  bench.clock.advance(30_000);
  expect(theApp(await machine()).lagMs).toBeNull();
  expect(heard).toEqual([400, 1_900, 700, 9_000]);
});

it('is what the sandbox shows', async () => {
  const desk = await openDesk();
  try {
    await desk.writes('xiaomei', '杯子碎了');
    const shown: unknown = await (await desk.request('/sandbox/api/machine')).json();
    expect(shown).toMatchObject(JSON.parse(JSON.stringify(await desk.flow.machine())));
    expect(shown).toMatchObject({
      inbox: { open: 0 },
      apps: [{ app: 'sandbox\nsandbox', sends: true, waiting: 0 }],
      jobs: [],
    });
  } finally {
    await desk.stop();
  }
});
