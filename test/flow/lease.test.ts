import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTenure, TAKEOVER_MS } from '../../src/flow/lease.ts';
import { manualClock } from '../support/clock.ts';
import { aStore } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

it('one holder; a dead one is followed after 15 s without a beat, by a younger epoch, and finds out', async () => {
  const clock = manualClock();
  const [a, b] = ['a', 'b'].map((who) => createTenure(on.store.leases, 'one', who, clock));
  expect(await a?.hold()).toBe(1);
  // While a lives, b never gets it, however long it asks.
  for (let i = 0; i < 30; i += 1) {
    clock.advance(1_000);
    expect(await a?.hold()).toBe(1);
    expect(await b?.hold()).toBeNull();
  }
  // a dies.
  let waited = 0;
  let epoch = await b?.hold();
  while (epoch === null && waited < 60_000) {
    clock.advance(1_000);
    waited += 1_000;
    epoch = await b?.hold();
  }
  expect([epoch, waited]).toEqual([2, TAKEOVER_MS]);
  expect(a?.fresh(1)).toBe(false);
  expect(await a?.hold()).toBeNull();
});

it('one that is given back is free at once', async () => {
  const clock = manualClock();
  const [a, b] = ['a', 'b'].map((who) => createTenure(on.store.leases, 'two', who, clock));
  await a?.hold();
  await a?.release();
  expect(await b?.hold()).not.toBeNull();
  expect(await a?.hold()).toBeNull();
});

it('two that take it at the same instant are one winner', async () => {
  const clock = manualClock();
  const all = Array.from({ length: 10 }, (_, i) => createTenure(on.store.leases, 'three', `p${i}`, clock));
  const epochs = await Promise.all(all.map((t) => t.hold()));
  expect(epochs.filter((e) => e !== null)).toEqual([1]);
});
