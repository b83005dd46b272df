import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Quota } from '../../adapters/adapter.ts';
import { monthAt, quotaId } from '../../src/flow/quota.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';
import { aBench, aStore, doubleAdapter, type Bench, type Call } from '../support/flow.ts';
import { aDirectory, aPerson } from '../support/tickets.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench | undefined;
let calls: Call[];
const running = (): Bench => {
  if (bench === undefined) throw new Error('nothing runs');
  return bench;
};
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
afterEach(async () => {
  await bench?.flow.stop();
  await on.empty();
});

const OFFSET_MS = 8 * 3_600_000;
const GROUP = 'group:aftersales';
const APP = 'sandbox\ndemo';

/** One team in one group, and an admin who is reached alone; the platform has so many calls a month. */
function month(count: number, clock: ManualClock = manualClock(), beside: () => number = () => 0): void {
  const quota: Quota = {
    name: 'month',
    count,
    offsetMs: OFFSET_MS,
    except: ['free'],
    setting: 'CALLS',
    source: '',
    beside,
  };
  const adapter = { ...doubleAdapter(clock), quota };
  const plain = aDirectory();
  const direct = [{ platform: 'sandbox', app: 'demo', conversation: 'direct:gao' }];
  const people = new Map([
    ...plain.people,
    ['gao', aPerson('gao', '高飞', { roles: ['admin'], teams: [], direct })] as const,
  ]);
  for (const [id, p] of people) if (id !== 'gao') people.set(id, { ...p, direct: [] });
  const directory = aDirectory({ people });
  calls = adapter.calls;
  bench = aBench(
    on.store,
    {
      directory: () => directory,
      route: async (d) => d.teams.get('aftersales') ?? null,
      adapters: new Map([[APP, adapter]]),
    },
    [],
    {},
    clock,
  );
}

let customers = 0;
async function arrives(words = '杯子碎了'): Promise<void> {
  customers += 1;
  const id = `k${customers}`;
  await running().writes(words, { sender: { id, name: id }, conversation: { id: `customer:${id}`, kind: 'customer' } });
}
/** Uses the month up to so many calls, as earlier days would have. */
async function used(n: number): Promise<void> {
  const { name, endsAt } = monthAt(running().clock.now(), OFFSET_MS);
  const _id = quotaId({ name: 'month' }, APP, name);
  await on.store.budgets.write({ _id, epoch: 0, spent: [{ at: endsAt.getTime(), n }], emptyAt: endsAt });
}
const usedNow = async (): Promise<number> => {
  const { name } = monthAt(running().clock.now(), OFFSET_MS);
  return (await on.store.budgets.read(quotaId({ name: 'month' }, APP, name)))?.spent[0]?.n ?? 0;
};
const inGroup = (): Call[] => calls.filter((c) => c.conversation === GROUP);
const kinds = (of: readonly Call[]): string[] =>
  of.map((c) => (c.message.type === 'card' ? c.message.card.kind : 'text'));
const toAdmin = (): string[] =>
  calls
    .filter((c) => c.conversation === 'direct:gao')
    .map((c) => (c.message.type === 'text' ? c.message.text : c.message.fallback));

describe('a month of calls', () => {
  it('begins by the clock of its place', () => {
    expect(monthAt(new Date('2026-10-31T16:00:00Z'), OFFSET_MS)).toEqual({
      name: '2026-11',
      endsAt: new Date('2026-11-30T16:00:00Z'),
    });
    expect(monthAt(new Date('2026-12-31T15:59:59Z'), OFFSET_MS).name).toBe('2026-12');
    expect(monthAt(new Date('2026-12-31T16:00:00Z'), OFFSET_MS).name).toBe('2027-01');
  });

  it('counts every call before it is made', async () => {
    month(1_000);
    await arrives();
    const made = calls.length;
    expect(made).toBeGreaterThan(1);
    expect(await usedNow()).toBe(Math.ceil(made / 5) * 5);
  });

  it.each([
    [51, '用到八成时，群里会改为只更新看板'],
    [81, '从现在起群里只更新看板'],
    [96, '剩下的只留给紧急工单和应答，其他卡片下个月再更新。升级了版本的话，把 CALLS 改成新的额度'],
  ])('at %i %% each admin is told once what that means', async (n, words) => {
    month(100);
    await used(n);
    await running().passes(1_000);
    expect(toAdmin()).toEqual([expect.stringContaining(words)]);
    expect(toAdmin()[0]).toContain(`这个月的调用额度用了 ${n}/100`);
    await running().passes(60_000);
    expect(toAdmin()).toHaveLength(1);
  });

  it('admins are told as the share is reached', async () => {
    month(40);
    for (let i = 0; i < 20; i += 1) await arrives();
    await running().passes(60_000);
    expect(toAdmin().map((text) => Number(/用了 (\d+)\/40/u.exec(text)?.[1]))).toEqual([20, 32, 38]);
  });

  it('from four fifths on groups get boards, urgent tickets their own card', async () => {
    month(1_000);
    await used(800);
    await arrives();
    await arrives();
    await running().passes(3_000);
    expect(kinds(inGroup())).toEqual(['board']);
    await arrives('再不处理就投诉到消协，食物中毒了');
    const [row] = await on.store.tickets.list({ order: 'newest' }, 1);
    await running().flow.perform(
      row?._id ?? '',
      { type: 'prioritise', priority: 'urgent' },
      { actor: { kind: 'person', id: 'gao', name: '高飞' }, cause: 'urgent-1' },
    );
    await running().passes(3_000);
    expect(kinds(inGroup())).toContain('ticket');
  });

  it('what is taken before it stood anywhere is shown to no group then', async () => {
    month(1_000);
    await used(850);
    await running().flow.sink.accept({
      kind: 'message',
      platform: 'sandbox',
      app: 'demo',
      id: 'early',
      conversation: { id: 'customer:early', kind: 'customer' },
      sender: { id: 'early', name: 'early' },
      receivedAt: running().clock.now(),
      text: '杯子碎了',
      attachments: [],
      addressed: true,
    });
    const [row] = await on.store.tickets.list({}, 1);
    const by = { actor: { kind: 'person', id: 'lilei', name: '李雷' }, cause: 'claim-1' } as const;
    await running().flow.perform(row?._id ?? '', { type: 'claim' }, by);
    await running().passes(3_000);
    expect((await on.store.tickets.load(row?._id ?? ''))?.assignee).toBe('lilei');
    expect(inGroup()).toEqual([]);
  });

  it('boards are then redrawn as seldom as the rest of the month bears', async () => {
    month(1_000);
    await used(900);
    await arrives();
    await running().passes(3_000);
    const before = inGroup().length;
    for (let i = 0; i < 8; i += 1) {
      await arrives();
      await running().passes(5_000);
    }
    expect(inGroup().length - before).toBe(0);
    await running().passes(24 * 3_600_000);
    expect(inGroup().length - before).toBe(1);
  });

  it('the last twentieth belongs to what is urgent', async () => {
    month(100);
    await used(96);
    await running().passes(0);
    const before = calls.length;
    await arrives();
    await running().passes(3_000);
    expect(kinds(inGroup())).toEqual([]);
    const [row] = await on.store.tickets.list({}, 1);
    const by = { actor: { kind: 'person', id: 'gao', name: '高飞' }, cause: 'urgent-2' } as const;
    await running().flow.perform(row?._id ?? '', { type: 'prioritise', priority: 'urgent' }, by);
    await running().passes(3_000);
    expect(kinds(inGroup())).toEqual(['ticket']);
    expect(calls.length).toBeGreaterThan(before);
  });

  it('what finds no call waits for the next month and goes out then', async () => {
    const clock = manualClock();
    month(100, clock);
    await used(100);
    await arrives();
    await running().passes(3_600_000);
    expect(inGroup()).toEqual([]);
    const { endsAt } = monthAt(clock.now(), OFFSET_MS);
    await running().passes(endsAt.getTime() - clock.now().getTime() + 3_600_000);
    expect(kinds(inGroup())).toEqual(['board']);
  });

  it('counts what the adapter called beside delivery, also beyond the end', async () => {
    const called = [0, 7, 2];
    month(100, manualClock(), () => called.shift() ?? 0);
    for (let i = 0; i < 4; i += 1) await running().passes(1_000);
    expect(await usedNow()).toBe(9);
    called.push(87);
    await running().passes(1_000);
    expect(await usedNow()).toBeGreaterThanOrEqual(96);
    await running().passes(1_000);
    expect(toAdmin().at(-1)).toContain('剩下的只留给紧急工单');
    called.push(20);
    await running().passes(1_000);
    expect(await usedNow()).toBeGreaterThanOrEqual(116);
  });

  it('goes on counting after a restart, and loses one block at most', async () => {
    month(1_000);
    await arrives();
    const before = await usedNow();
    await running().flow.stop();
    const made = calls.length;
    month(1_000);
    await arrives();
    expect(await usedNow()).toBe(before + Math.ceil(calls.length / 5) * 5);
    expect(before - made).toBeLessThan(5);
  });
});
