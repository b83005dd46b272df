import { afterAll, beforeAll, expect, it } from 'vitest';
import { aBench, aStore } from '../support/flow.ts';
import { limitOf } from '../support/limits.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const MINUTE = 60_000;

it('what waits for a used-up limit is told from what is held on purpose and from what is stuck', async () => {
  const hourly = limitOf({ name: 'hourly', count: 2, windowMs: 60 * MINUTE });
  const bench = aBench(on.store, {}, [hourly]);
  await bench.writes('杯子碎了');
  await bench.writes('快递三天没更新了', {
    conversation: { id: 'customer:k2', kind: 'customer' },
    sender: { id: 'k2', name: '客' },
  });
  const app = 'sandbox\ndemo';
  const held = { ...(await on.store.outbox.ready(app, new Date(8e15), 1))[0] };
  const later = new Date(bench.clock.now().getTime() + 120 * MINUTE);
  const { error: _error, ...fresh } = held;
  await on.store.outbox.add([{ ...fresh, _id: 'held', lane: 'held', notBefore: later } as Required<typeof held>]);
  await bench.passes(2 * MINUTE);
  const now = bench.clock.now();
  const minuteAgo = new Date(now.getTime() - MINUTE);
  const pending = (await on.store.outbox.counts([app]))[0]?.pending ?? 0;
  expect(pending).toBeGreaterThan(1);
  expect(await on.store.outbox.limited(app, now, minuteAgo)).toBe(pending - 1);
  expect(await on.store.outbox.waiting(app, minuteAgo)).toBe(0);
});
