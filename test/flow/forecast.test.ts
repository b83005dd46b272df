import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Budgets, Purpose, Use } from '../../src/flow/budget.ts';
import type { Budget, BudgetStore } from '../../src/storage/budgets.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';
import { aStore } from '../support/flow.ts';
import { aLimit, budgetsOf, limitOf, most, somePurpose } from '../support/limits.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let run = 0;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const use = (purpose: Purpose): Use => {
  return { address: { platform: 'p', app: `app${run}`, conversation: 'g' }, method: 'send', purpose };
};

it('what has to wait says how long, and gets its permit then', async () => {
  run += 1;
  const clock = manualClock();
  const budgets = budgetsOf(on.store.budgets, clock, [limitOf({})]);
  for (let i = 0; i < 3; i += 1) expect(await budgets.take(use('urgent'), 1)).toBe(0);
  const wait = await budgets.take(use('urgent'), 1);
  expect(wait).toBe(1_050);
  clock.advance(wait - 1);
  expect(await budgets.take(use('urgent'), 1)).toBe(1);
  clock.advance(1);
  expect(await budgets.take(use('urgent'), 1)).toBe(0);
});

/** A queue in which everybody asks at once and then at the moment they are told: when each went, in that order, and how often all asked. */
async function queue(clock: ManualClock, budgets: Budgets, uses: readonly Use[], lateMs = () => 0) {
  const start = clock.monotonic();
  const waiting = uses.map((what, i) => ({ what, i, at: start }));
  const went: number[] = [];
  const asked = uses.map(() => 0);
  while (waiting.length > 0) {
    waiting.sort((a, b) => a.at - b.at || a.i - b.i);
    const [next] = waiting;
    if (next === undefined) break;
    clock.advance(Math.max(0, next.at - clock.monotonic()));
    asked[next.i] = (asked[next.i] ?? 0) + 1;
    const wait = await budgets.take(next.what, 1);
    if (wait > 0) {
      next.at = clock.monotonic() + wait + lateMs();
      continue;
    }
    waiting.shift();
    went.push(clock.monotonic() - start);
  }
  return { went, asked };
}

it('the forecast is when the n-th really goes, and those who wait ask once more, at their own moment', async () => {
  const before = fc.record({
    ms: fc.integer({ min: 0, max: 300 }),
    asks: fc.integer({ min: 0, max: 20 }),
    purpose: somePurpose,
  });
  const limits = fc.tuple(aLimit({ name: 'one' }), aLimit({ name: 'two' }));
  await fc.assert(
    fc.asyncProperty(
      limits,
      fc.array(before, { maxLength: 10 }),
      somePurpose,
      fc.integer({ min: 1, max: 60 }),
      async (both, steps, purpose, n) => {
        run += 1;
        const clock = manualClock();
        const written: Budget[] = [];
        const store: BudgetStore = {
          ...on.store.budgets,
          write: (b) => {
            written.push(b);
            return on.store.budgets.write(b);
          },
        };
        const budgets = budgetsOf(store, clock, both);
        const taken: number[] = [];
        for (const step of steps) {
          clock.advance(step.ms);
          const what = use(step.purpose);
          // Nobody is turned away, so nobody else has been told a moment.
          for (let i = 0; i < step.asks && (await budgets.forecast(what, 1, 1)) === 0; i += 1) {
            expect(await budgets.take(what, 1)).toBe(0);
            taken.push(clock.monotonic());
          }
        }
        const start = clock.monotonic();
        const writes = written.length;
        const what = use(purpose);
        const told = await Promise.all([1, n].map((place) => budgets.forecast(what, place, 1)));
        expect(written.length).toBe(writes);
        const uses = Array.from({ length: n }, () => what);
        const { went, asked } = await queue(clock, budgets, uses);
        expect([went[0], went.at(-1)]).toEqual(told);
        expect(Math.max(...asked)).toBeLessThanOrEqual(2);
        for (const { windowMs, count, aside = 0 } of both)
          expect(most([...taken, ...went.map((at) => start + at)], windowMs)).toBeLessThanOrEqual(count - aside);
      },
    ),
    { numRuns: 40 },
  );
});

it('a forecast of 0 is a permit, also in the middle of a load', async () => {
  const step = fc.record({
    ms: fc.integer({ min: 0, max: 200 }),
    asks: fc.integer({ min: 0, max: 8 }),
    purpose: somePurpose,
  });
  await fc.assert(
    fc.asyncProperty(aLimit({}), fc.array(step, { minLength: 1, maxLength: 20 }), async (limit, steps) => {
      run += 1;
      const clock = manualClock();
      const budgets = budgetsOf(on.store.budgets, clock, [limit]);
      for (const { ms, asks, purpose } of steps) {
        clock.advance(ms);
        for (let i = 0; i < asks; i += 1) {
          const what = use(purpose);
          const first = await budgets.forecast(what, 1, 1);
          expect((await budgets.take(what, 1)) === 0).toBe(first === 0);
        }
      }
    }),
    { numRuns: 40 },
  );
});

it('500 redraws that wait are told moments of their own: each asks a few times, nobody starves, also when all come late', async () => {
  run += 1;
  const clock = manualClock();
  const limits = [limitOf({ count: 20, windowMs: 60_000, reserve: { urgent: 4, redraw: 4 } })];
  let turn = 0;
  const late = (): number => {
    turn += 1;
    return (turn * 97) % 1_000;
  };
  const redraws = Array.from({ length: 500 }, () => use('redraw'));
  const { went, asked } = await queue(clock, budgetsOf(on.store.budgets, clock, limits), redraws, late);
  expect(went).toHaveLength(500);
  // 16 a window of a minute and a block, each up to a second late.
  expect(went.at(-1)).toBeLessThan((500 / 16) * 64_000);
  expect(asked.reduce((sum, n) => sum + n, 0) / 500).toBeLessThan(4);
  expect(Math.max(...asked)).toBeLessThan(40);
});

it('what is urgent does not wait behind redraws that were told their moments', async () => {
  run += 1;
  const clock = manualClock();
  const limits = [limitOf({ count: 4, windowMs: 1_000, reserve: { urgent: 1, redraw: 0 } })];
  const budgets = budgetsOf(on.store.budgets, clock, limits);
  const ask = (purpose: Purpose) => budgets.take(use(purpose), 1);
  for (let i = 0; i < 3; i += 1) expect(await ask('redraw')).toBe(0);
  clock.advance(10);
  for (let i = 0; i < 9; i += 1) await ask('redraw');
  expect(await ask('urgent')).toBe(0);
  const wait = await ask('urgent');
  expect(wait).toBe(1_040);
  clock.advance(wait);
  expect(await ask('urgent')).toBe(0);
});
