import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Intent } from '../../src/domain/intent.ts';
import { post } from '../../src/flow/post.ts';
import type { Outage } from '../../src/storage/outages.ts';
import type { OutboxRow } from '../../src/storage/outbox.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';
import { faulty, type Fault, type Faulty } from '../support/faulty.ts';
import { aBench, aMessage, aStore, doubleAdapter, type Bench, type DoubleAdapter } from '../support/flow.ts';
import { aDirectory, aPerson } from '../support/tickets.ts';

const APP = 'sandbox\ndemo';
const AWAY: Fault = { fault: 'refused', failure: 'retryable' };

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
  clock = manualClock(new Date(Date.UTC(2026, 10, 11, 6, 30) + turn * 86_400_000));
  inner = doubleAdapter(clock);
  platform = faulty(inner, clock);
  bench = starts();
});

/** A process on the store; 高飞 and Ann are admins. */
function starts(): Bench {
  const { people } = aDirectory();
  const admins = [
    aPerson('gaofei', '高飞', { roles: ['admin'], teams: [] }),
    aPerson('ann', 'Ann', { roles: ['admin'], teams: [], locale: 'en' }),
    aPerson('far', '远', { roles: ['admin'], direct: [{ platform: 'slack', app: 'T1', conversation: 'D1' }] }),
  ];
  const directory = aDirectory({ people: new Map([...people, ...admins.map((p) => [p.id, p] as const)]) });
  const more = { process: `p${turn}`, directory: () => directory, adapters: new Map([[APP, platform.adapter]]) };
  return aBench(on.store, more, [], {}, clock);
}

const rows = (): Promise<OutboxRow[]> =>
  on.store.connection.collection('outbox').find({}).toArray() as unknown as Promise<OutboxRow[]>;
const outages = (): Promise<Outage[]> =>
  on.store.connection.collection('outages').find({}).sort({ since: 1 }).toArray() as unknown as Promise<Outage[]>;
const say = (key: string, to = key): Promise<void> =>
  post(bench.parts, {
    key: `${turn}-${key}`,
    to: { platform: 'sandbox', app: 'demo', conversation: to },
    person: null,
    sentence: { key: 'command.list_none', params: { mine: false } },
    offers: [],
  });
let events = 0;
async function opens(customer: string): Promise<string> {
  events += 1;
  const event = aMessage(clock, `outage-${events}`, '杯子碎了，要退货');
  const conversation = { id: `customer:${turn}:${customer}`, kind: 'customer' } as const;
  await bench.flow.sink.accept({ ...event, conversation, sender: { id: `${turn}-${customer}`, name: '客' } });
  await bench.flow.settle();
  const all = await on.store.tickets.list({}, 100);
  return all.find((t) => t.links[0]?.address.conversation === conversation.id)?._id ?? '';
}
async function does(ticket: string, intent: Intent): Promise<void> {
  events += 1;
  const actor = { kind: 'person', id: 'zhou', name: '周总' } as const;
  await bench.flow.perform(ticket, intent, { actor, cause: `cause-${events}` });
  await bench.flow.settle();
}
const told = (): string[] =>
  inner.calls
    .filter((c) => c.key.includes('post:outage:'))
    .map((c) => `${c.conversation} ${c.message.type === 'text' ? c.message.text : ''}`);
const tries = async (seconds: number, each = 1): Promise<void> => {
  for (let i = 0; i < seconds; i += each) await bench.passes(each * 1_000);
};

describe('while a platform is away', () => {
  it('nothing is tried but the probe, and rows stay as they are', async () => {
    platform.always(AWAY);
    for (let i = 0; i < 20; i += 1) await say(`a${i}`);
    await bench.flow.settle();
    const before = platform.calls.length;
    expect(before).toBe(20);
    for (let i = 0; i < 30; i += 1) await say(`b${i}`);
    await tries(600, 2);
    // 5, 10, 20, 40, 60, 60, ... seconds apart, give or take a tenth and what lies between two looks.
    expect(platform.calls.length - before).toBeGreaterThan(9);
    expect(platform.calls.length - before).toBeLessThan(16);
    // Each probe is another row: one that nothing can deliver never keeps the platform away.
    expect(new Set(platform.calls.slice(before).map((c) => c.key)).size).toBe(platform.calls.length - before);
    const waiting = await rows();
    expect(waiting.filter((r) => r.state !== 'pending')).toEqual([]);
    expect(waiting.reduce((sum, r) => sum + r.attempts, 0)).toBe(0);
    expect(bench.alarms.map((a) => a.what)).toEqual(['outage']);
    expect(bench.flow.down()).toEqual([
      { outage: (await outages())[0]?._id, app: APP, since: expect.any(Date), reason: 'no-answer', waiting: 50 },
    ]);
  });

  it('says so in the store, and a process that starts meanwhile begins with one probe', async () => {
    platform.always(AWAY);
    for (let i = 0; i < 10; i += 1) await say(`a${i}`);
    const since = clock.now();
    await bench.flow.settle();
    expect(await outages()).toMatchObject([{ app: APP, since, reason: 'no-answer', until: null, open: true }]);
    expect((await bench.flow.machine()).apps).toMatchObject([{ app: APP, downSince: since }]);
    await bench.flow.stop();
    const before = platform.calls.length;
    bench = starts();
    await bench.flow.settle();
    expect(platform.calls.length - before).toBe(1);
    clock.advance(60_000);
    platform.always(null);
    await bench.flow.settle();
    expect(await outages()).toMatchObject([{ since, until: clock.now(), open: false, waited: 10, delivered: 10 }]);
    expect(inner.calls.filter((c) => c.conversation.startsWith('a'))).toHaveLength(10);
  });

  it('that refuses our credentials is looked at each minute, and no row is given up for it', async () => {
    platform.always({ fault: 'refused', failure: 'auth' });
    await say('a');
    await bench.flow.settle();
    await tries(15 * 60, 5);
    expect(platform.calls.length).toBeGreaterThan(11);
    expect(platform.calls.length).toBeLessThan(18);
    expect(await outages()).toMatchObject([{ reason: 'auth', until: null }]);
    expect(await rows()).toMatchObject([{ state: 'pending', attempts: 0 }]);
  });

  it('lets what the platform does answer be refused', async () => {
    platform.always({ fault: 'refused', failure: 'permanent' });
    for (let i = 0; i < 20; i += 1) await say(`a${i}`);
    await bench.flow.settle();
    expect(await outages()).toEqual([]);
    expect(await on.store.outbox.countDead()).toBe(20);
  });
});

describe('once a platform is back', () => {
  it('each card that changed meanwhile is redrawn exactly once, at its last version', async () => {
    const tickets: string[] = [];
    for (let i = 0; i < 5; i += 1) tickets.push(await opens(`c${i}`));
    platform.always(AWAY);
    for (let i = 0; i < 4; i += 1)
      for (const ticket of tickets) await does(ticket, { type: 'tag', add: [`t${i}`], remove: [] });
    await tries(60);
    expect(await outages()).toMatchObject([{ until: null }]);
    inner.calls.splice(0);
    platform.always(null);
    await tries(60);
    const redrawn = inner.calls.filter((c) => c.method === 'update');
    expect(redrawn).toHaveLength(5);
    for (const id of tickets) {
      const ticket = await on.store.tickets.load(id);
      const surfaces = await on.store.surfaces.ofTicket(id);
      expect(surfaces.map((s) => [s.state, s.shown])).toEqual([['live', ticket?.cardVersion]]);
      expect(redrawn.filter((c) => c.key === `${surfaces[0]?._id}:${ticket?.cardVersion}`)).toHaveLength(1);
    }
    expect((await rows()).filter((r) => r.state !== 'done')).toEqual([]);
  });

  it('each admin who can be reached reads once what it was', async () => {
    platform.always(AWAY);
    const since = clock.now();
    for (let i = 0; i < 132; i += 1) await say(`a${i}`);
    await bench.flow.settle();
    await tries(18 * 60, 10);
    platform.always(null);
    await tries(70, 10);
    const [outage] = await outages();
    expect(outage).toMatchObject({ since, waited: 132, delivered: 132, givenUp: 0, open: false });
    expect(told().toSorted()).toEqual([
      expect.stringMatching(
        /^direct:ann sandbox\/demo did not answer from 14:30 to 14:[45]\d and is back\. Everything that waited has gone out: 132$/,
      ),
      expect.stringMatching(
        /^direct:gaofei sandbox\/demo 从14:30 到14:[45]\d 没有应答，现在恢复了。等着的 132 条都发出了$/,
      ),
    ]);
    // Neither later nor by another process once more.
    await bench.flow.stop();
    bench = starts();
    await tries(60);
    expect(told()).toHaveLength(2);
  });

  it('they read what was given up, and how to look at it', async () => {
    platform.always(AWAY);
    for (let i = 0; i < 9; i += 1) await say(`a${i}`);
    await tries(20);
    platform.always(null);
    // The probe passes; two of the others are refused for good, one only after a while.
    const no = { fault: 'refused', failure: 'permanent' } as const;
    platform.next(null, no, no, AWAY);
    await tries(30);
    expect(await outages()).toMatchObject([{ waited: 9, delivered: 7, givenUp: 2, open: false }]);
    expect(told().find((t) => t.startsWith('direct:gaofei'))).toContain(
      '等着的 9 条发出了 7 条，放弃了 2 条：在服务器上运行 npm run gongdan -- dead-letters list 查看',
    );
    expect(told()).toHaveLength(2);
  });

  it('nobody is told before the last that waited is out of the way', async () => {
    platform.always(AWAY);
    for (let i = 0; i < 9; i += 1) await say(`a${i}`);
    await tries(20);
    platform.always(null);
    platform.next(null, { fault: 'refused', failure: 'rate-limited', retryAfterMs: 300_000 });
    await tries(30);
    expect((await rows()).filter((r) => r.state === 'pending')).toHaveLength(1);
    expect(told()).toEqual([]);
    // A restart in between takes it up again.
    await bench.flow.stop();
    bench = starts();
    await say('young');
    await tries(300);
    expect(told()).toHaveLength(2);
    expect(await outages()).toMatchObject([{ waited: 9, delivered: 9, open: false }]);
  });

  it('nobody is told of one that was shorter than ten seconds and cost nothing', async () => {
    platform.always(AWAY);
    for (let i = 0; i < 9; i += 1) await say(`a${i}`);
    await bench.flow.settle();
    platform.always(null);
    await tries(7);
    expect(await outages()).toMatchObject([{ open: false, givenUp: 0, delivered: 9 }]);
    expect(told()).toEqual([]);
  });

  it('one row that the adapter cannot take does not keep it away', async () => {
    await say('poison');
    const { adapter } = platform;
    const send: typeof adapter.send = async (address, ...rest) => {
      if (address.conversation === 'poison') throw new TypeError('bad markup');
      return adapter.send(address, ...rest);
    };
    await bench.flow.stop();
    bench = aBench(on.store, { process: `q${turn}`, adapters: new Map([[APP, { ...adapter, send }]]) }, [], {}, clock);
    await tries(120);
    expect(bench.flow.down()).toHaveLength(1);
    await say('fine');
    await tries(60);
    expect(bench.flow.down()).toEqual([]);
    expect(inner.calls.map((c) => c.conversation)).toEqual(['fine']);
    // With others going out beside it, it is given up in the end.
    for (let i = 0; i < 60; i += 1) {
      await say(`more${i}`);
      await bench.passes(60_000);
    }
    expect(await on.store.outbox.deadLetters(10)).toMatchObject([{ error: 'the adapter threw TypeError' }]);
  });
});
