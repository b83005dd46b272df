import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { post } from '../../src/flow/post.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';
import { faulty, settlePast, type Faulty } from '../support/faulty.ts';
import { aBench, aStore, doubleAdapter, type Bench, type DoubleAdapter } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let clock: ManualClock;
let inner: DoubleAdapter;
let platform: Faulty;
let bench: Bench;
let turn = 0;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(async () => {
  await on.empty();
  turn += 1;
  clock = manualClock();
  inner = doubleAdapter(clock);
  platform = faulty(inner, clock);
  bench = aBench(
    on.store,
    { process: `p${turn}`, adapters: new Map([['sandbox\ndemo', platform.adapter]]) },
    [],
    {},
    clock,
  );
});

const settle = (): Promise<void> =>
  settlePast(bench.flow, platform, (ms) => {
    clock.advance(ms);
  });
const passes = (ms: number): Promise<void> => {
  clock.advance(ms);
  return settle();
};
const say = (to: string, key: string): Promise<void> =>
  post(bench.parts, {
    key: `${turn}-${key}`,
    to: { platform: 'sandbox', app: 'demo', conversation: to },
    person: null,
    sentence: { key: 'command.list_none', params: { mine: false } },
    offers: [],
  });
const arrived = (): string[] => inner.calls.map(({ conversation }) => conversation);

describe('a call that never answers', () => {
  it('keeps the other lanes waiting for a second at most, and its own lane until it is given up', async () => {
    platform.next({ fault: 'never' });
    await say('stuck', '1');
    await say('stuck', '2');
    const began = clock.now().getTime();
    await settle();
    expect(clock.now().getTime() - began).toBe(1_000);
    for (let i = 0; i < 5; i += 1) await say(`free-${i}`, `f${i}`);
    await bench.flow.settle();
    expect(arrived()).toEqual(['free-0', 'free-1', 'free-2', 'free-3', 'free-4']);
    // Nobody takes the lane up while its call is out.
    expect(platform.calls.filter((c) => c.conversation === 'stuck')).toHaveLength(1);
    await passes(9_000);
    await passes(1_000);
    const keys = platform.calls.filter((c) => c.conversation === 'stuck').map((c) => c.key);
    expect(keys.toSorted()).toEqual([`post:${turn}-1`, `post:${turn}-1`, `post:${turn}-2`]);
    expect(await on.store.outbox.nextMoment('sandbox\ndemo')).toBeNull();
  });

  it('does not fill the batch with what waits behind it', async () => {
    platform.next({ fault: 'never' });
    for (let i = 0; i < 400; i += 1) await say('stuck', `s${String(i).padStart(3, '0')}`);
    await settle();
    await say('free', 'f');
    await bench.flow.settle();
    expect(arrived()).toEqual(['free']);
  });

  it('that answers within its time goes on where it was', async () => {
    platform.next({ fault: 'late', ms: 5_000 });
    await say('slow', '1');
    await say('slow', '2');
    await settle();
    expect(arrived()).toEqual(['slow']);
    await passes(4_000);
    expect(arrived()).toEqual(['slow', 'slow']);
    expect(platform.calls.map((c) => c.key)).toEqual([`post:${turn}-1`, `post:${turn}-2`]);
    expect(await on.store.outbox.nextMoment('sandbox\ndemo')).toBeNull();
  });

  it('keeps the lease when the process stops, so that nobody sends the same meanwhile', async () => {
    platform.next({ fault: 'never' });
    await say('stuck', '1');
    await settle();
    await bench.flow.stop();
    expect((await on.store.leases.read('deliver\nsandbox\ndemo'))?.holder).toBe(`p${turn}`);
  });
});
