import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Limit } from '../../adapters/adapter.ts';
import { createBudgets, StaleEpoch, type Budgets, type Use } from '../../src/flow/budget.ts';
import type { BudgetStore } from '../../src/storage/budgets.ts';
import type { Clock } from '../../src/clock.ts';
import { manualClock } from '../support/clock.ts';
import { aStore } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let run = 0;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const budgetsOf = (store: BudgetStore, clock: Clock, limits: readonly Limit[]): Budgets =>
  createBudgets(store, clock, { limits, subjects: () => ({ member: null, robot: null }) });

const use = (method: Use['method'], conversation = 'g'): Use => {
  return { address: { platform: 'p', app: `app${run}`, conversation }, method, purpose: 'new' };
};

/** The most moments in any window of this length that is open at its start. */
function most(moments: readonly number[], windowMs: number): number {
  return Math.max(0, ...moments.map((end) => moments.filter((at) => at <= end && at > end - windowMs).length));
}

it('never more than a limit allows in any sliding window, whatever the load, restarts and changes of the holder', async () => {
  const step = fc.record({
    ms: fc.integer({ min: 0, max: 400 }),
    asks: fc.integer({ min: 1, max: 30 }),
    chat: fc.constantFrom('g1', 'g2'),
    method: fc.constantFrom('send' as const, 'update' as const),
    next: fc.constantFrom('on', 'on', 'restart', 'other'),
  });
  const limit = fc.record({ count: fc.integer({ min: 1, max: 60 }), windowMs: fc.integer({ min: 20, max: 2_000 }) });
  await fc.assert(
    fc.asyncProperty(limit, limit, fc.array(step, { minLength: 1, maxLength: 25 }), async (perApp, perChat, steps) => {
      run += 1;
      const limits: Limit[] = [
        { name: 'app', per: 'app', method: 'any', source: '', ...perApp },
        { name: 'chat', per: 'conversation', method: 'send', source: '', ...perChat },
      ];
      const clock = manualClock();
      const make = () => budgetsOf(on.store.budgets, clock, limits);
      // Two processes take turns; each keeps its object while the other holds the lease.
      let holders = [make(), make()];
      let holder = 0;
      let epoch = 1;
      const taken: { at: number; chat: string; method: string }[] = [];
      for (const { ms, asks, chat, method, next } of steps) {
        clock.advance(ms);
        const answers = await Promise.all(
          Array.from({ length: asks }, async () => holders[holder]?.take(use(method, chat), epoch)),
        );
        const at = clock.monotonic();
        for (const wait of answers) if (wait === 0) taken.push({ at, chat, method });
        if (next === 'restart') holders = [make(), make()];
        if (next === 'other') {
          holder = 1 - holder;
          epoch += 1;
        }
      }
      expect(
        most(
          taken.map((t) => t.at),
          perApp.windowMs,
        ),
      ).toBeLessThanOrEqual(perApp.count);
      for (const chat of ['g1', 'g2']) {
        const sent = taken.filter((t) => t.chat === chat && t.method === 'send').map((t) => t.at);
        expect(most(sent, perChat.windowMs)).toBeLessThanOrEqual(perChat.count);
      }
      // The first ask always finds room.
      expect(taken.length).toBeGreaterThan(0);
    }),
    { numRuns: 60 },
  );
});

it('what has to wait says how long, and gets its permit then', async () => {
  run += 1;
  const clock = manualClock();
  const limits: Limit[] = [{ name: 'app', per: 'app', method: 'any', count: 3, windowMs: 1_000, source: '' }];
  const budgets = budgetsOf(on.store.budgets, clock, limits);
  for (let i = 0; i < 3; i += 1) expect(await budgets.take(use('send'), 1)).toBe(0);
  const wait = await budgets.take(use('send'), 1);
  expect(wait).toBe(1_050);
  clock.advance(wait - 1);
  expect(await budgets.take(use('send'), 1)).toBe(1);
  clock.advance(1);
  expect(await budgets.take(use('send'), 1)).toBe(0);
});

it('permits are written in blocks before they are used: a full window costs a twentieth of the writes', async () => {
  run += 1;
  const clock = manualClock();
  const limits: Limit[] = [{ name: 'app', per: 'app', method: 'any', count: 200, windowMs: 60_000, source: '' }];
  const written: number[] = [];
  const store = {
    ...on.store.budgets,
    write: async (b: Parameters<typeof on.store.budgets.write>[0]) => {
      written.push(b.spent.reduce((sum, s) => sum + s.n, 0));
      return on.store.budgets.write(b);
    },
  };
  const budgets = budgetsOf(store, clock, limits);
  let taken = 0;
  for (let i = 0; i < 200; i += 1) {
    if ((await budgets.take(use('send'), 1)) === 0) taken += 1;
    expect(written.at(-1)).toBeGreaterThanOrEqual(taken);
  }
  expect([taken, written.length]).toEqual([200, 20]);
});

it('a stale holder gets no permit', async () => {
  run += 1;
  const clock = manualClock();
  const limits: Limit[] = [{ name: 'app', per: 'app', method: 'any', count: 1, windowMs: 1_000, source: '' }];
  const make = () => budgetsOf(on.store.budgets, clock, limits);
  const [stale, young] = [make(), make()];
  expect(await stale.take(use('send'), 1)).toBe(0);
  clock.advance(5_000);
  expect(await young.take(use('send'), 2)).toBe(0);
  clock.advance(5_000);
  await expect(stale.take(use('send'), 1)).rejects.toThrow(StaleEpoch);
});
