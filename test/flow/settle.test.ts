import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Adapter } from '../../adapters/adapter.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import { post } from '../../src/flow/post.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';
import { faulty, type Faulty } from '../support/faulty.ts';
import { aBench, aMessage, aStore, doubleAdapter, type Bench, type DoubleAdapter } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let clock: ManualClock;
let inner: DoubleAdapter;
let platform: Faulty;
let asked: string[];
let turn = 0;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(async () => {
  await on.store.leases.freeAll();
  for (const name of ['outbox', 'outages', 'tickets', 'surfaces', 'joins'])
    await on.store.connection.collection(name).deleteMany({});
  turn += 1;
  clock = manualClock();
  inner = doubleAdapter(clock, [], { idempotentSend: false });
  asked = [];
  platform = faulty({ ...inner, settle }, clock);
});

/** The platform knows no keys, but can tell what it has under one. */
const settle: NonNullable<Adapter['settle']> = async (_address, key) => {
  asked.push(key);
  return inner.calls.some((c) => c.key === key && c.method === 'send') ? { id: `posted:${key}` } : null;
};

function starts(more: Partial<Bench['parts']> = {}): Bench {
  const adapters = new Map([['sandbox\ndemo', platform.adapter]]);
  return aBench(on.store, { process: `p${turn}`, adapters, ...more }, [], {}, clock);
}
const opens = async (bench: Bench): Promise<void> => {
  await bench.flow.sink.accept({
    ...aMessage(clock, `settle-${turn}`, '杯子碎了'),
    conversation: { id: `customer:${turn}`, kind: 'customer' },
    sender: { id: `s${turn}`, name: '小美' },
  });
};
const times = (): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { key, method } of inner.calls) if (method === 'send') counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};
const passes = async (bench: Bench, seconds: number): Promise<void> => {
  for (let i = 0; i < seconds; i += 1) await bench.passes(1_000);
};

describe('where the platform knows no keys but can be asked', () => {
  it('an answer that was lost is asked for, and nothing is sent twice', async () => {
    const bench = starts();
    platform.next({ fault: 'lost' }, { fault: 'lost' }, { fault: 'lost' });
    await opens(bench);
    await bench.flow.settle();
    await passes(bench, 10);
    expect(new Set(times().values())).toEqual(new Set([1]));
    expect(asked.length).toBeGreaterThan(1);
    expect(await on.store.outbox.nextMoment('sandbox\ndemo')).toBeNull();
    const surfaces = await on.store.connection.collection('surfaces').find({}).toArray();
    expect(surfaces.map((s) => s['state'])).toEqual(['live']);
  });

  it('what certainly was not posted is sent again', async () => {
    const bench = starts();
    platform.next({ fault: 'throws', error: new TypeError('x') }, { fault: 'throws', error: new TypeError('x') });
    await opens(bench);
    await bench.flow.settle();
    await passes(bench, 10);
    expect(new Set(times().values())).toEqual(new Set([1]));
    expect(asked.length).toBe(2);
  });

  it('a crash between the call and its note leaves a card and a post of which the next process asks', async () => {
    const away = async (): Promise<never> => {
      throw new StoreUnavailable(new Error('crashed'));
    };
    const first = starts({
      store: {
        ...on.store,
        surfaces: { ...on.store.surfaces, showing: away },
        outbox: { ...on.store.outbox, posted: away },
      },
    });
    await opens(first);
    const to = { platform: 'sandbox', app: 'demo', conversation: 'elsewhere' };
    const sentence = { key: 'command.list_none', params: { mine: false } } as const;
    await post(first.parts, { key: `crash-${turn}`, to, person: null, sentence, offers: [] });
    await expect(first.flow.settle()).rejects.toThrow(StoreUnavailable);
    await on.store.leases.freeAll();
    const second = starts({ process: `q${turn}` });
    await passes(second, 10);
    expect(new Set(times().values())).toEqual(new Set([1]));
    expect(asked.some((key) => key === `post:crash-${turn}`)).toBe(true);
    expect(asked.some((key) => key.startsWith('ticket:'))).toBe(true);
    expect(await on.store.outbox.nextMoment('sandbox\ndemo')).toBeNull();
  });
});
