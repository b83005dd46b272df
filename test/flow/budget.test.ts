import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Limit } from '../../adapters/adapter.ts';
import { createAside } from '../../src/flow/aside.ts';
import { StaleEpoch, type Budgets, type Purpose, type Use } from '../../src/flow/budget.ts';
import { capsOf } from '../../src/flow/limit.ts';
import type { BudgetStore } from '../../src/storage/budgets.ts';
import { retention } from '../../jobs/retention.ts';
import { manualClock } from '../support/clock.ts';
import { aStore, doubleAdapter } from '../support/flow.ts';
import { aLimit, budgetsOf, limitOf, most, somePurpose } from '../support/limits.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let run = 0;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const use = (method: Use['method'], conversation = 'g', purpose: Purpose = 'urgent'): Use => {
  return { address: { platform: 'p', app: `app${run}`, conversation }, method, purpose };
};
const DAY = 86_400_000;

it('never more than a limit allows in any sliding window, whatever the load, purposes, restarts, changes of the holder and jumps of the clock', async () => {
  const step = fc.record({
    ms: fc.integer({ min: 0, max: 400 }),
    asks: fc.integer({ min: 1, max: 30 }),
    chat: fc.constantFrom('g1', 'g2'),
    method: fc.constantFrom('send' as const, 'update' as const),
    purpose: somePurpose,
    answers: fc.integer({ min: 0, max: 3 }),
    next: fc.constantFrom('on', 'on', 'restart', 'other'),
    jump: fc.constantFrom(0, 0, 0, 3_600_000, -3_600_000, 500, -500),
  });
  // Long windows believe what the wall clock says of those who held the lease before, so it does not jump there.
  const scale = fc.constantFrom(1, 1, 500);
  const limits = fc.tuple(
    aLimit({ name: 'app', per: 'app' }),
    aLimit({ name: 'chat', per: 'conversation', method: 'send' }),
  );
  await fc.assert(
    fc.asyncProperty(limits, scale, fc.array(step, { minLength: 1, maxLength: 25 }), async (both, times, steps) => {
      run += 1;
      const clock = manualClock();
      const [perApp, perChat] = both.map((limit) => ({ ...limit, windowMs: limit.windowMs * times }));
      if (perApp === undefined || perChat === undefined) throw new Error('two limits');
      const adapter = { ...doubleAdapter(clock, [perApp, perChat]), platform: 'p', app: `app${run}` };
      const adapters = new Map([[`p\napp${run}`, adapter]]);
      const make = () => ({
        budgets: budgetsOf(on.store.budgets, clock, [perApp, perChat]),
        aside: createAside({ store: on.store, clock, adapters }),
      });
      // Two processes take turns; each keeps its object while the other holds the lease. Both answer.
      let processes = [make(), make()];
      let holder = 0;
      let epoch = 1;
      const taken: { at: number; chat: string; method: string; purpose: Purpose | 'answer' }[] = [];
      for (const { ms, asks, chat, method, purpose, answers, next, jump } of steps) {
        clock.advance(ms * times);
        clock.jump(times === 1 ? jump : 0);
        const waits = Array.from({ length: asks }, async () =>
          processes[holder]?.budgets.take(use(method, chat, purpose), epoch),
        );
        const given = Array.from({ length: answers }, async (_, i) =>
          processes[i % 2]?.aside.take(use(method, chat).address, 'u'),
        );
        const at = clock.monotonic();
        for (const wait of await Promise.all(waits)) if (wait === 0) taken.push({ at, chat, method, purpose });
        for (const yes of await Promise.all(given))
          if (yes === true) taken.push({ at, chat, method: 'send', purpose: 'answer' });
        if (next === 'restart') {
          processes = [make(), make()];
          epoch += 1;
        }
        if (next === 'other') {
          holder = 1 - holder;
          epoch += 1;
        }
      }
      const counted = (limit: Limit, of: typeof taken): void => {
        const caps = capsOf(limit, 1);
        const ofPurposes = (...purposes: readonly string[]) =>
          of.filter((t) => purposes.includes(t.purpose)).map((t) => t.at);
        const { windowMs } = limit;
        // Where nothing is set aside, answers need no permit: they are bounded by what lends them.
        const answered = (limit.aside ?? 0) > 0 ? ofPurposes('answer') : [];
        expect(most(answered, windowMs)).toBeLessThanOrEqual(limit.aside ?? 0);
        expect(most([...answered, ...ofPurposes('urgent', 'redraw', 'new')], windowMs)).toBeLessThanOrEqual(
          limit.count,
        );
        expect(most(ofPurposes('urgent', 'redraw', 'new'), windowMs)).toBeLessThanOrEqual(caps.urgent);
        expect(most(ofPurposes('redraw', 'new'), windowMs)).toBeLessThanOrEqual(caps.redraw);
        expect(most(ofPurposes('new'), windowMs)).toBeLessThanOrEqual(caps.new);
      };
      counted(perApp, taken);
      for (const chat of ['g1', 'g2'])
        counted(
          perChat,
          taken.filter((t) => t.chat === chat && t.method === 'send'),
        );
      // The first ask always finds room.
      expect(taken.some((t) => t.purpose !== 'answer')).toBe(true);
    }),
    { numRuns: 60 },
  );
});

it('new cards never take what is reserved: urgent ones and redraws find their part at any moment', async () => {
  const step = fc.record({
    ms: fc.integer({ min: 0, max: 300 }),
    asks: fc.integer({ min: 1, max: 40 }),
    purpose: somePurpose,
  });
  await fc.assert(
    fc.asyncProperty(aLimit({}), fc.array(step, { minLength: 1, maxLength: 15 }), async (limit, steps) => {
      run += 1;
      const clock = manualClock();
      const budgets = budgetsOf(on.store.budgets, clock, [limit]);
      const takes = async (purpose: Purpose, n: number): Promise<number> => {
        let taken = 0;
        for (let i = 0; i < n; i += 1) if ((await budgets.take(use('send', 'g', purpose), 1)) === 0) taken += 1;
        return taken;
      };
      let last: { purpose: Purpose; taken: number } = { purpose: 'urgent', taken: 0 };
      for (const { ms, asks, purpose } of steps) {
        clock.advance(ms);
        last = { purpose, taken: await takes(purpose, asks) };
      }
      fc.pre(last.taken > 0 && last.purpose !== 'urgent');
      const { urgent, redraw } = limit.reserve ?? { urgent: 0, redraw: 0 };
      const kept = last.purpose === 'new' ? redraw : 0;
      expect([await takes('redraw', kept), await takes('urgent', urgent)]).toEqual([kept, urgent]);
    }),
    { numRuns: 50 },
  );
});

it('a wall clock that is set back or forward neither silences a platform nor lets more through', async () => {
  for (const windowMs of [1_000, DAY]) {
    run += 1;
    const clock = manualClock();
    const budgets = budgetsOf(on.store.budgets, clock, [limitOf({ windowMs })]);
    for (let i = 0; i < 3; i += 1) expect(await budgets.take(use('send'), 1)).toBe(0);
    for (const jump of [-2 * windowMs, 4 * windowMs]) {
      clock.jump(jump);
      expect(await budgets.take(use('send'), 1)).toBeGreaterThan(0);
    }
    clock.jump(-10 * windowMs);
    clock.advance(windowMs + windowMs / 20);
    expect(await budgets.take(use('send'), 1)).toBe(0);
  }
});

it('after a restart a short window is kept from that moment on, a long one by the wall clock', async () => {
  const waits: number[] = [];
  for (const windowMs of [60_000, 600_000]) {
    run += 1;
    const clock = manualClock();
    const make = () => budgetsOf(on.store.budgets, clock, [limitOf({ count: 1, windowMs })]);
    expect(await make().take(use('send'), 1)).toBe(0);
    clock.advance(windowMs / 2);
    waits.push(await make().take(use('send'), 2));
    clock.jump(-10 * windowMs);
    waits.push(await make().take(use('send'), 3));
  }
  expect(waits).toEqual([60_000, 60_000, 360_000, 600_000]);
});

it('a limit is about its conversations alone, and installations behind one address share what it allows', async () => {
  run += 1;
  const clock = manualClock();
  const some = budgetsOf(on.store.budgets, clock, [limitOf({ count: 1, conversations: ['g1'] })]);
  const asks = async (budgets: Budgets, chat: string) => (await budgets.take(use('send', chat), 1)) === 0;
  expect([await asks(some, 'g1'), await asks(some, 'g1'), await asks(some, 'g2'), await asks(some, 'g2')]).toEqual([
    true,
    false,
    true,
    true,
  ]);
  for (const [installations, most] of [
    [1, 7],
    [3, 2],
    [9, 1],
  ] as const) {
    run += 1;
    const shared = budgetsOf(on.store.budgets, clock, [limitOf({ per: 'ip', count: 7 })], installations);
    let taken = 0;
    for (let i = 0; i < 9; i += 1) if (await asks(shared, 'g')) taken += 1;
    expect(taken).toBe(most);
  }
  expect(() => capsOf(limitOf({ count: 3, aside: 1, reserve: { urgent: 1, redraw: 1 } }), 1)).toThrow('leaves nothing');
});

it('permits are written in blocks before they are used: a full window costs a twentieth of the writes', async () => {
  run += 1;
  const clock = manualClock();
  const written: number[] = [];
  const store: BudgetStore = {
    ...on.store.budgets,
    write: (b) => {
      written.push(b.spent.reduce((sum, s) => sum + s.n, 0));
      return on.store.budgets.write(b);
    },
  };
  const budgets = budgetsOf(store, clock, [limitOf({ count: 200, windowMs: 60_000 })]);
  let taken = 0;
  for (let i = 0; i < 200; i += 1) {
    if ((await budgets.take(use('send'), 1)) === 0) taken += 1;
    expect(written.at(-1)).toBeGreaterThanOrEqual(taken);
  }
  expect([taken, written.length]).toEqual([200, 20]);
});

it('what was not used of a block is free again in the same process, and counts as spent for the next', async () => {
  run += 1;
  const clock = manualClock();
  const make = () => budgetsOf(on.store.budgets, clock, [limitOf({ count: 40, windowMs: 60_000 })]);
  const takes = async (budgets: Budgets, epoch: number): Promise<number> => {
    for (let n = 0; ; n += 1) if ((await budgets.take(use('send'), epoch)) > 0) return n;
  };
  const one = make();
  expect(await one.take(use('send'), 1)).toBe(0);
  clock.advance(3_000);
  expect(await takes(one, 1)).toBe(39);
  clock.advance(120_000);
  expect(await one.take(use('send'), 1)).toBe(0);
  expect(await takes(make(), 2)).toBe(38);
});

it('a slow store costs a short window no permit', async () => {
  run += 1;
  const clock = manualClock();
  const store: BudgetStore = {
    ...on.store.budgets,
    write: (b) => {
      clock.advance(400);
      return on.store.budgets.write(b);
    },
  };
  const budgets = budgetsOf(store, clock, [limitOf({ count: 1, windowMs: 1_000 })]);
  expect(await budgets.take(use('send'), 1)).toBe(0);
});

it('a stale holder gets no permit', async () => {
  run += 1;
  const clock = manualClock();
  const make = () => budgetsOf(on.store.budgets, clock, [limitOf({ count: 1 })]);
  const [stale, young] = [make(), make()];
  expect(await stale.take(use('send'), 1)).toBe(0);
  clock.advance(5_000);
  expect(await young.take(use('send'), 2)).toBeGreaterThan(0);
  clock.advance(5_000);
  expect(await young.take(use('send'), 2)).toBe(0);
  await expect(stale.take(use('send'), 1)).rejects.toThrow(StaleEpoch);
});

it('spending that no window remembers is forgotten, a day later', async () => {
  run += 1;
  const clock = manualClock();
  const budgets = budgetsOf(on.store.budgets, clock, [limitOf({ windowMs: 60_000 })]);
  expect(await budgets.take(use('send'), 1)).toBe(0);
  const isKept = async (): Promise<boolean> => {
    await retention(on.store, clock, () => DAY).run();
    return (await on.store.budgets.read(`app\np\napp${run}`)) !== null;
  };
  clock.advance(DAY + 60_000);
  expect(await isKept()).toBe(true);
  clock.advance(6_001);
  expect(await isKept()).toBe(false);
  expect(await budgets.take(use('send'), 1)).toBe(0);
  expect(await isKept()).toBe(true);
});
