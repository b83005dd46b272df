import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Limit } from '../../adapters/adapter.ts';
import { createDeliverer } from '../../src/flow/deliver.ts';
import { createTenure, TAKEOVER_MS } from '../../src/flow/lease.ts';
import { post } from '../../src/flow/post.ts';
import { manualClock } from '../support/clock.ts';
import { faulty } from '../support/faulty.ts';
import { aBench, aStore, doubleAdapter } from '../support/flow.ts';

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

const APP = 'sandbox\ndemo';
const POLL_MS = 1_000;

/** A process that delivers on the common store, with a clock of its own for one platform. */
function aProcess(name: string, limits: readonly Limit[] = []) {
  const clock = manualClock();
  const inner = doubleAdapter(clock, limits);
  const platform = faulty(inner, clock);
  const adapters = new Map([[APP, platform.adapter]]);
  const { parts } = aBench(on.store, { process: name, adapters }, [], {}, clock);
  return { clock, inner, platform, parts, deliverer: createDeliverer(parts, APP, platform.adapter) };
}
type Process = ReturnType<typeof aProcess>;

async function says({ parts }: Process, conversation: string, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    await post(parts, {
      key: `${conversation}-${i}`,
      to: { platform: 'sandbox', app: 'demo', conversation },
      person: null,
      sentence: { key: 'command.list_none', params: { mine: false } },
      offers: [],
    });
  }
}
const keysOf = (p: Process): string[] => p.inner.calls.map((c) => c.key);

it('whose holder died is taken over within 15 s and one look', async () => {
  const [a, b] = [aProcess('dead'), aProcess('heir')];
  await a.deliverer.step();
  await says(a, 'heritage', 3);
  let waited = 0;
  for (; b.inner.calls.length === 0 && waited < 60_000; waited += POLL_MS) {
    await b.deliverer.step();
    b.clock.advance(POLL_MS);
  }
  // The last round delivered before the clock moved on.
  expect(waited - POLL_MS).toBeLessThanOrEqual(TAKEOVER_MS + POLL_MS);
  expect(keysOf(b)).toEqual(['post:heritage-0', 'post:heritage-1', 'post:heritage-2']);
  await b.deliverer.stop();
});

it('whose holder froze while a call was out is taken over, and the frozen one makes no further call', async () => {
  const [a, b] = [aProcess('frozen'), aProcess('second')];
  await says(a, 'order', 6);
  a.platform.next(null, null, { fault: 'late', ms: 5 });
  const hangs = a.platform.hangs();
  const step = a.deliverer.step();
  await hangs;
  // Its clock stands still from here, the other's goes on.
  for (let i = 0; i < 17; i += 1) {
    await b.deliverer.step();
    b.clock.advance(POLL_MS);
  }
  expect(keysOf(b)).toEqual([2, 3, 4, 5].map((i) => `post:order-${i}`));
  // It comes back: its call ends, and its clock shows what has passed.
  a.clock.advance(17_000);
  await step;
  await a.deliverer.step();
  expect(keysOf(a)).toEqual([0, 1, 2].map((i) => `post:order-${i}`));
  // Nor when it holds the lease again, under another epoch.
  await b.deliverer.stop();
  await a.deliverer.step();
  expect(keysOf(a)).toHaveLength(3);
  await a.deliverer.stop();
});

it('whose holder froze between its permit and its call is taken over, and the call is not made', async () => {
  // Each permit is written by itself.
  const limits: Limit[] = [{ name: 'app', per: 'app', method: 'any', count: 20, windowMs: 1_000_000, source: '' }];
  const [a, b] = [aProcess('asleep', limits), aProcess('awake', limits)];
  await says(a, 'permit', 6);
  let freeze: () => void = () => undefined;
  let thaw: () => void = () => undefined;
  const isFrozen = new Promise<void>((resolve) => (freeze = resolve));
  const goesOn = new Promise<void>((resolve) => (thaw = resolve));
  let permits = 0;
  const budgets: typeof on.store.budgets = {
    ...on.store.budgets,
    async write(budget) {
      const written = await on.store.budgets.write(budget);
      permits += 1;
      if (permits === 3) {
        freeze();
        await goesOn;
      }
      return written;
    },
  };
  const holder = createDeliverer({ ...a.parts, store: { ...on.store, budgets } }, APP, a.platform.adapter);
  const step = holder.step();
  await isFrozen;
  for (let i = 0; i < 17; i += 1) {
    await b.deliverer.step();
    b.clock.advance(POLL_MS);
  }
  expect(keysOf(b)).toEqual([2, 3, 4, 5].map((i) => `post:permit-${i}`));
  a.clock.advance(17_000);
  thaw();
  await step;
  expect(keysOf(a)).toEqual([0, 1].map((i) => `post:permit-${i}`));
  await b.deliverer.stop();
});
