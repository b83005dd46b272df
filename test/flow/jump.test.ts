import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shiftableClock } from '../../src/clock.ts';
import { createJumpWatch } from '../../src/flow/jump.ts';
import type { OutboxRow } from '../../src/storage/outbox.ts';
import { manualClock } from '../support/clock.ts';
import { aBench, aStore, type Bench } from '../support/flow.ts';

const APP = 'sandbox\ndemo';
const HOUR = 3_600_000;

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
let turn = 0;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(async () => {
  await on.empty();
  turn += 1;
  bench = aBench(on.store, { process: `p${turn}` }, [], {}, manualClock());
  await bench.flow.settle();
});

/** Something that is made now and held for so long. */
function aRow(key: string, holdMs: number): OutboxRow {
  const now = bench.clock.now();
  return {
    _id: `${turn}-${key}`,
    app: APP,
    lane: key,
    address: { platform: 'sandbox', app: 'demo', conversation: key },
    body: {
      kind: 'post',
      person: null,
      sentence: { key: 'command.list_none', params: { mine: false } },
      offers: [],
      instead: null,
      ref: null,
    },
    state: 'pending',
    order: now,
    notBefore: new Date(now.getTime() + holdMs),
    attempts: 0,
  };
}
const gone = (): string[] => bench.adapter.calls.map((c) => c.conversation);

describe('a clock that is set', () => {
  it('an hour back silences nothing: what was held stays held as long as it would have been', async () => {
    bench.clock.advance(2 * HOUR);
    await bench.flow.settle();
    await on.store.outbox.add([aRow('soon', 5_000), aRow('later', 60_000)]);
    await bench.flow.settle();
    bench.clock.advance(1_000);
    bench.clock.jump(-HOUR);
    await bench.flow.settle();
    // Also what was ready and had not gone yet.
    await bench.passes(3_999);
    expect(gone()).toEqual([]);
    await bench.passes(1);
    expect(gone()).toEqual(['soon']);
    await bench.passes(54_999);
    expect(gone()).toEqual(['soon']);
    await bench.passes(1);
    expect(gone()).toEqual(['soon', 'later']);
    expect(bench.alarms).toMatchObject([{ what: 'clock', detail: { ms: -HOUR, count: 2 } }]);
  });

  it('an hour back: what was ready and had not gone yet goes at once', async () => {
    bench.clock.advance(2 * HOUR);
    await bench.flow.settle();
    await on.store.outbox.add([aRow('ready', 0)]);
    bench.clock.jump(-HOUR);
    await bench.flow.settle();
    expect(gone()).toEqual(['ready']);
  });

  it('an hour forward releases nothing early', async () => {
    await on.store.outbox.add([aRow('held', 5_000)]);
    await bench.flow.settle();
    bench.clock.advance(1_000);
    bench.clock.jump(HOUR);
    await bench.flow.settle();
    await bench.passes(3_999);
    expect(gone()).toEqual([]);
    await bench.passes(1);
    expect(gone()).toEqual(['held']);
  });

  it('leaves alone what was made by the new clock before anybody looked', async () => {
    for (const [ms, name] of [
      [HOUR, 'forward'],
      [-HOUR, 'back'],
    ] as const) {
      bench.clock.advance(2 * HOUR);
      await bench.flow.settle();
      bench.clock.advance(500);
      bench.clock.jump(ms);
      await on.store.outbox.add([aRow(name, 5_000)]);
      await bench.flow.settle();
      await bench.passes(4_999);
      expect(gone()).not.toContain(name);
      await bench.passes(1);
      expect(gone()).toContain(name);
    }
  });

  it('to tell what happened before the start is not set: what it moves forward is time that passed', async () => {
    const told = shiftableClock(bench.clock);
    const looked = createJumpWatch({ ...bench.parts, clock: told }, APP);
    await on.store.outbox.add([aRow('held', 5_000)]);
    for (const ms of [-3 * HOUR, -2 * HOUR, -HOUR, 0]) {
      told.shift(ms);
      await looked();
    }
    expect(bench.alarms).toEqual([]);
    expect([told.now(), told.monotonic() - bench.clock.monotonic()]).toEqual([bench.clock.now(), 3 * HOUR]);
  });

  it('by two seconds or less is kept right, not set', async () => {
    await on.store.outbox.add([aRow('held', 5_000)]);
    await bench.flow.settle();
    bench.clock.jump(2_000);
    await bench.flow.settle();
    expect(bench.alarms).toEqual([]);
    await bench.passes(3_000);
    expect(gone()).toEqual(['held']);
  });

  it.each([HOUR, -HOUR, 3_000, -3_000])('by %i ms moves each row once, however many there are', async (ms) => {
    const rows = Array.from({ length: 1_700 }, (_, i) => aRow(`r${i}`, 2 * HOUR + Math.floor(i / 600) * 2_000));
    const done = { ...aRow('done', HOUR), state: 'done' as const };
    const other = { ...aRow('other', HOUR), app: 'slack\nT1' };
    await on.store.outbox.add([...rows, done, other]);
    const look = createJumpWatch(bench.parts, APP);
    await look();
    bench.clock.jump(ms);
    await look();
    const stored = await on.store.connection.collection<{ _id: string; notBefore: Date }>('outbox').find({}).toArray();
    const at = new Map(stored.map((r) => [r._id, r.notBefore.getTime()]));
    expect(rows.filter((r) => at.get(r._id) !== r.notBefore.getTime() + ms)).toEqual([]);
    for (const row of [done, other]) expect(at.get(row._id)).toBe(row.notBefore.getTime());
  });
});
