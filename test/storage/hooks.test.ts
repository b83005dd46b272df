import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { retention } from '../../jobs/retention.ts';
import type { HookDelivery } from '../../src/storage/hook-deliveries.ts';
import { manualClock } from '../support/clock.ts';
import { aStore } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
beforeEach(() => on.empty());
afterAll(() => on.close());

const DAY = 86_400_000;
const clock = manualClock();
const ago = (ms: number): Date => new Date(clock.now().getTime() - ms);
const row = (id: string, more: Partial<HookDelivery> = {}): HookDelivery => ({
  _id: id,
  subscription: 'erp',
  type: 'ticket.claimed',
  ticket: 't',
  number: 1,
  seq: 1,
  state: 'pending',
  madeAt: clock.now(),
  nextAt: clock.now(),
  attempts: 0,
  tries: [],
  ...more,
});
const last = { at: clock.now(), ms: 1, status: 500 };
const ids = async () => (await on.store.hookDeliveries.newest(null, 100)).map((r) => r._id).toSorted();

it('what arrived is forgotten after seven days, everything after thirty', async () => {
  await on.store.hookDeliveries.add([
    row('done-6', { state: 'done', doneAt: ago(6 * DAY), madeAt: ago(20 * DAY) }),
    row('done-8', { state: 'done', doneAt: ago(8 * DAY), madeAt: ago(8 * DAY) }),
    row('dead-29', { state: 'dead', madeAt: ago(29 * DAY) }),
    row('dead-31', { state: 'dead', madeAt: ago(31 * DAY) }),
    row('held-29', { madeAt: ago(29 * DAY) }),
    row('held-31', { madeAt: ago(31 * DAY) }),
  ]);
  await retention(on.store, clock, () => DAY).run();
  expect(await ids()).toEqual(['dead-29', 'done-6', 'held-29']);
});

it('what somebody writes about a row that was taken after them does not count', async () => {
  const deliveries = on.store.hookDeliveries;
  const mine = row('a');
  await deliveries.add([mine, mine]);
  const [soon, later] = [ago(-30_000), ago(-60_000)];
  const first = await deliveries.take(mine, soon, later);
  expect(await deliveries.take(mine, soon, later)).toBeNull();
  const again = await deliveries.load('a');
  const second = again === null ? null : await deliveries.take(again, ago(-90_000), ago(-99_000));
  if (first === null || second === null) throw new Error('not taken');
  // Its end was set when it was taken first.
  expect([second.until, second.attempts]).toEqual([later, 2]);
  expect(await deliveries.freeze(first, 'old')).toBe(false);
  expect(await deliveries.freeze(second, 'new')).toBe(true);
  await deliveries.done(first, last, clock.now());
  await deliveries.dead(first, last);
  await deliveries.later(first, last, clock.now());
  expect(await deliveries.load('a')).toMatchObject({ state: 'pending', nextAt: second.nextAt, body: 'new', tries: [] });
  await deliveries.done(second, last, clock.now());
  expect(await deliveries.load('a')).toMatchObject({ state: 'done', tries: [last] });
  await deliveries.later(second, last, clock.now());
  expect(await deliveries.load('a')).toMatchObject({ state: 'done' });
});

it('of those that are ready the longest waiting come first, and only of their subscription', async () => {
  await on.store.hookDeliveries.add([
    row('b', { nextAt: ago(1_000) }),
    row('a', { nextAt: ago(2_000) }),
    row('later', { nextAt: ago(-1) }),
    row('dead', { state: 'dead' }),
    row('other', { subscription: 'wms' }),
  ]);
  expect((await on.store.hookDeliveries.ready('erp', clock.now(), 10)).map((r) => r._id)).toEqual(['a', 'b']);
  expect((await on.store.hookDeliveries.ready('erp', clock.now(), 1)).map((r) => r._id)).toEqual(['a']);
  expect(await on.store.hookDeliveries.queue('erp')).toEqual({ pending: 3, oldest: clock.now() });
});

it('a subscription fails since the first failure, and is paused by one of several', async () => {
  const states = on.store.hookStates;
  expect(await states.failed('erp', ago(5_000))).toEqual(ago(5_000));
  expect(await states.failed('erp', ago(1_000))).toEqual(ago(5_000));
  await states.healed('erp');
  expect(await states.failed('erp', ago(1_000))).toEqual(ago(1_000));
  const pause = { at: clock.now(), reason: 'failing' } as const;
  const paused = await Promise.all(['erp', 'erp', 'new', 'new'].map((id) => states.pause(id, pause)));
  expect(paused.filter(Boolean)).toHaveLength(2);
  expect(await states.all()).toEqual([
    { _id: 'erp', failingSince: ago(1_000), paused: pause },
    { _id: 'new', failingSince: null, paused: pause },
  ]);
  expect([await states.resume('erp'), await states.resume('erp'), await states.resume('none')]).toEqual([
    true,
    false,
    false,
  ]);
});
