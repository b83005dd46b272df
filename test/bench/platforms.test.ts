import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGate } from '../../adapters/sandbox/gate.ts';
import type { SandboxLimit } from '../../adapters/sandbox/limits.ts';
import { dingtalk, slack, wecom } from '../../bench/platforms.ts';
import { createBudgets, type Purpose, type Use } from '../../src/flow/budget.ts';
import type { BudgetStore } from '../../src/storage/budgets.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';
import { aStore } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let run = 0;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const GROUPS = ['g1', 'g2'];
const PLATFORMS = { dingtalk: dingtalk(GROUPS), wecom: wecom(GROUPS), slack: slack(GROUPS) };

const budgetsOf = (limits: readonly SandboxLimit[], clock: ManualClock, store: BudgetStore) => {
  run += 1;
  const app = `app${run}`;
  const subjects = ({ conversation }: { conversation: string }) => ({ member: null, robot: conversation });
  const budgets = createBudgets(store, clock, { limits, subjects }, 1);
  return (method: Use['method'], conversation: string, purpose: Purpose): Promise<number> =>
    budgets.take({ address: { platform: 'p', app, conversation }, method, purpose }, 1);
};

describe.each(Object.entries(PLATFORMS))('%s', (_, limits) => {
  it('names public pages, and leaves other conversations alone', () => {
    const gate = createGate(limits, manualClock());
    for (const { source } of limits) expect(source).toMatch(/^https:\/\//u);
    for (let i = 0; i < 500; i += 1)
      expect(gate({ method: 'send', conversation: 'other', member: null })).toEqual({ kind: 'pass' });
  });

  it('meets the first call that is too much with what the platform does', () => {
    for (const limit of limits) {
      const gate = createGate([limit], manualClock());
      const method = limit.method === 'update' ? 'update' : 'send';
      const call = () => gate({ method, conversation: 'g1', member: null }).kind;
      for (let i = 0; i < limit.count; i += 1) expect(call()).toBe('pass');
      expect(call()).toBe(limit.overrun.kind === 'drop' ? 'drop' : 'refuse');
    }
  });

  it('never refuses or drops what the budgets let through, and nine tenths of a limit are used', async () => {
    const clock = manualClock();
    const gate = createGate(limits, clock);
    const take = budgetsOf(limits, clock, on.store.budgets);
    let sent = 0;
    for (let ms = 0; ms < 300_000; ms += 250) {
      for (const [i, group] of GROUPS.entries())
        for (const method of ['send', 'update'] as const) {
          const purpose = (['new', 'redraw', 'urgent'] as const)[(ms / 250 + i) % 3] ?? 'new';
          if ((await take(method, group, purpose)) > 0) continue;
          if (method === 'send') sent += 1;
          expect(gate({ method, conversation: group, member: null })).toEqual({ kind: 'pass' });
        }
      clock.advance(250);
    }
    // Twenty a minute in each group is the least of them.
    expect(sent).toBeGreaterThan(180);
  });

  it('a permit costs a write at most, and less where more are allowed', async () => {
    for (const limit of limits) {
      const clock = manualClock();
      let writes = 0;
      const store: BudgetStore = {
        ...on.store.budgets,
        write: (b) => {
          writes += 1;
          return on.store.budgets.write(b);
        },
      };
      const take = budgetsOf([limit], clock, store);
      const method = limit.method === 'update' ? 'update' : 'send';
      for (let taken = 0; taken < 200;) {
        const wait = await take(method, 'g1', 'urgent');
        if (wait === 0) taken += 1;
        else clock.advance(wait);
      }
      expect(writes).toBe(200 / Math.max(1, Math.floor(limit.count / 20)));
    }
  });
});
