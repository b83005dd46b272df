import * as fc from 'fast-check';
import type { Limit } from '../../adapters/adapter.ts';
import type { Clock } from '../../src/clock.ts';
import { createBudgets, type Budgets, type Purpose } from '../../src/flow/budget.ts';
import type { BudgetStore } from '../../src/storage/budgets.ts';

export const budgetsOf = (store: BudgetStore, clock: Clock, limits: readonly Limit[], installations = 1): Budgets =>
  createBudgets(store, clock, { limits, subjects: () => ({ member: null, robot: null }) }, installations);

/** Three calls a second of an app, unless said otherwise. */
export const limitOf = (more: Partial<Limit>): Limit => ({
  name: 'app',
  per: 'app',
  method: 'any',
  count: 3,
  windowMs: 1_000,
  source: '',
  ...more,
});

/** A limit whose reserve and share for answers leave something. */
export const aLimit = (more: Partial<Limit>) =>
  fc
    .record({
      count: fc.integer({ min: 1, max: 60 }),
      windowMs: fc.integer({ min: 20, max: 2_000 }),
      parts: fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 30 }), fc.nat({ max: 30 })),
    })
    .map(({ count, windowMs, parts }): Limit => {
      const least = 1 + parts[0] + parts[1] + parts[2];
      const part = (n: number): number => (least <= count ? n : Math.floor((n * (count - 1)) / least));
      const reserve = { urgent: part(parts[0]), redraw: part(parts[1]) };
      return limitOf({ count, windowMs, reserve, aside: part(parts[2]), ...more });
    });

export const somePurpose = fc.constantFrom<Purpose[]>('urgent', 'redraw', 'new');

/** The most moments in any window of this length that is open at its start. */
export function most(moments: readonly number[], windowMs: number): number {
  const inOrder = moments.toSorted((a, b) => a - b);
  let first = 0;
  let worst = 0;
  for (const [i, at] of inOrder.entries()) {
    while ((inOrder[first] ?? at) <= at - windowMs) first += 1;
    worst = Math.max(worst, i - first + 1);
  }
  return worst;
}
