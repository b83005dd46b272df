import { expect, it } from 'vitest';
import type { Perform } from '../../src/flow/perform.ts';
import { createWake } from '../../src/flow/wake.ts';
import { manualClock } from '../support/clock.ts';
import { NOW } from '../support/tickets.ts';

/** A store whose due tickets are `ids`, in order, at most `limit` at a time as the real one gives them. */
function dueTickets(ids: readonly string[], asked: string[][]) {
  const due = (_now: Date, limit: number, except: readonly string[]) => {
    const given = ids.filter((id) => !except.includes(id)).slice(0, limit);
    asked.push(given);
    return Promise.resolve(given.map((_id, i) => ({ _id, number: i + 1, dueToken: '1', nextDueAt: NOW })));
  };
  return { tickets: { due } };
}

it('tickets that always fail do not hold up the others, and are tried again after a rest of their own', async () => {
  const clock = manualClock(NOW);
  const broken = Array.from({ length: 600 }, (_, i) => `broken-${i}`);
  const asked: string[][] = [];
  const store = dueTickets([...broken, 'fine'], asked);
  const alarms: string[] = [];
  const woken: string[] = [];
  const perform: Perform = (id) => {
    if (id.startsWith('broken')) return Promise.reject(new Error('no'));
    woken.push(id);
    return Promise.resolve({ outcome: 'done', refusal: null, ticket: null, seq: 1 });
  };
  const alarm = (what: string) => void alarms.push(what);
  const meter = {
    inbound() {},
    intent() {},
    delivered() {},
    seen() {},
    platform() {},
    failed() {},
    notified() {},
    alarm,
  };
  const wake = createWake({ store, clock, meter, noteFault: async () => 'E-7F3K2M', quiet: () => null }, perform);
  expect(await wake()).toBe(0);
  expect(await wake()).toBe(1);
  expect(woken).toEqual(['fine']);
  expect(alarms).toHaveLength(600);
  clock.advance(1_000);
  await wake();
  expect(alarms).toHaveLength(1_100);
  clock.advance(1_000);
  await wake();
  // The first 500 failed twice and rest for two seconds now; only the other 100 are due again.
  expect(alarms).toHaveLength(1_200);
});
