import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addressKey, type Address } from '../../src/domain/address.ts';
import type { Intent } from '../../src/domain/intent.ts';
import { post } from '../../src/flow/post.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';
import { faulty, type Fault, type Faulty } from '../support/faulty.ts';
import { aBench, aMessage, aStore, doubleAdapter, type Bench, type DoubleAdapter } from '../support/flow.ts';
import { aDirectory } from '../support/tickets.ts';

const HOME = 'sandbox\ndemo';
const AWAY: Fault = { fault: 'refused', failure: 'retryable' };
const at = (platform: string, app: string, conversation: string): Address => ({ platform, app, conversation });
const FIRST = at('slack', 'T1', 'C1');
const SECOND = at('dingtalk', 'D1', 'G1');

let on: Awaited<ReturnType<typeof aStore>>;
let clock: ManualClock;
let homeInner: DoubleAdapter;
let home: Faulty;
let firstInner: DoubleAdapter;
let first: Faulty;
let second: DoubleAdapter;
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
  homeInner = doubleAdapter(clock);
  home = faulty(homeInner, clock);
  firstInner = doubleAdapter(clock);
  first = faulty({ ...firstInner, platform: 'slack', app: 'T1' }, clock);
  second = doubleAdapter(clock);
  bench = starts();
});

/** A process on the store; 售后 stands in a group of the sandbox, and by for it are two on other platforms. */
function starts(hasFirst = true): Bench {
  const plain = aDirectory();
  const standby = hasFirst ? [FIRST, SECOND] : [SECOND];
  const teams = new Map(
    [...plain.teams].map(([id, t]) => [id, id === 'aftersales' ? { ...t, categories: [], standby } : t]),
  );
  const groups = new Map([...plain.groups, ...standby.map((a) => [addressKey(a), 'aftersales'] as const)]);
  const directory = { ...plain, teams, groups };
  const adapters = new Map([
    [HOME, home.adapter],
    ['slack\nT1', first.adapter],
    ['dingtalk\nD1', { ...second, platform: 'dingtalk', app: 'D1' }],
  ]);
  return aBench(on.store, { process: `p${turn}`, directory: () => directory, adapters }, [], {}, clock);
}

let events = 0;
async function opens(customer: string, priority: 'urgent' | 'normal'): Promise<string> {
  events += 1;
  const event = aMessage(clock, `failover-${events}`, '不合适，要退货');
  const conversation = { id: `customer:${turn}:${customer}`, kind: 'customer' } as const;
  await bench.flow.sink.accept({ ...event, conversation, sender: { id: `${turn}-${customer}`, name: '客' } });
  await bench.flow.settle();
  const all = await on.store.tickets.list({}, 100);
  const id = all.find((t) => t.links[0]?.address.conversation === conversation.id)?._id ?? '';
  if (priority === 'urgent') await does(id, { type: 'prioritise', priority });
  return id;
}
async function does(ticket: string, intent: Intent): Promise<void> {
  events += 1;
  const actor = { kind: 'person', id: 'zhou', name: '周总' } as const;
  const { outcome } = await bench.flow.perform(ticket, intent, { actor, cause: `cause-${events}` });
  expect(outcome).toBe('done');
  await bench.flow.settle();
}
const passes = async (seconds: number): Promise<void> => {
  for (let i = 0; i < seconds; i += 5) await bench.passes(5_000);
};
/** What the calls to a platform left there, by key of the first posting. */
function stands({ calls }: DoubleAdapter): Map<string, { title: string; version: number; times: number }> {
  const shown = new Map<string, { title: string; version: number; times: number }>();
  for (const { key, message, method } of calls) {
    if (message.type !== 'card' || message.card.kind !== 'ticket') continue;
    const surface = method === 'send' ? key : key.slice(0, key.lastIndexOf(':'));
    const times = (shown.get(surface)?.times ?? 0) + (method === 'send' ? 1 : 0);
    shown.set(surface, { title: message.card.title, version: message.version, times });
  }
  return shown;
}
/** The notices there, each as it reads now. */
function sentences({ calls }: DoubleAdapter): string[] {
  const said = new Map<string, string>();
  for (const { key, message, method } of calls) {
    if (message.type !== 'card' || message.card.kind !== 'notice') continue;
    const first = method === 'send' ? key : key.slice(0, key.lastIndexOf(':over'));
    said.set(first, message.card.summary);
  }
  return [...said.values()];
}
const versionOf = async (ticket: string): Promise<number | undefined> =>
  (await on.store.tickets.load(ticket))?.cardVersion;

describe('while the platform of a team is away', () => {
  it('urgent tickets that nobody has claimed stand once in the standby group after 30 s, with one sentence', async () => {
    home.always(AWAY);
    const urgent = [await opens('a', 'urgent'), await opens('b', 'urgent')];
    const normal = await opens('c', 'normal');
    const claimed = await opens('d', 'urgent');
    await does(claimed, { type: 'claim' });
    await passes(25);
    expect(firstInner.calls).toEqual([]);
    await passes(60);
    expect([...stands(firstInner).keys()].toSorted()).toEqual(
      urgent.map((id) => `ticket:${id}:${addressKey(FIRST)}:1`).toSorted(),
    );
    expect(sentences(firstInner)).toEqual([
      'sandbox/demo 从14:30 起没有应答，售后还没人认领的紧急工单先发到这里，在这里照常认领、回复、解决',
    ]);
    expect([normal, claimed].some((id) => firstInner.calls.some((c) => c.key.includes(id)))).toBe(false);
    // They go before whatever else waits for that platform.
    const moved = await on.store.connection
      .collection('outbox')
      .find({ app: 'slack\nT1', 'body.kind': 'draw' })
      .toArray();
    expect(moved.map((row) => row['urgent'])).toEqual([true, true]);
    // A process that starts meanwhile shows nothing again.
    await bench.flow.stop();
    bench = starts();
    await passes(60);
    expect(firstInner.calls).toHaveLength(3);
    expect(second.calls).toEqual([]);
  });

  it('what changes afterwards is redrawn there too, and once the platform is back both cards show the same', async () => {
    home.always(AWAY);
    const ticket = await opens('a', 'urgent');
    await passes(60);
    await does(ticket, { type: 'claim' });
    const [card] = stands(firstInner).values();
    expect(card).toMatchObject({ version: await versionOf(ticket), times: 1 });
    // No longer urgent, but the card stands there.
    await does(ticket, { type: 'prioritise', priority: 'low' });
    home.always(null);
    await passes(120);
    expect(bench.flow.down()).toEqual([]);
    expect(sentences(firstInner)).toEqual([
      expect.stringMatching(/^sandbox\/demo 14:3\d 恢复了，新的紧急工单不再发到这里；已经发来的，在这里处理照样算数$/u),
    ]);
    await does(ticket, { type: 'tag', add: ['x'], remove: [] });
    const version = await versionOf(ticket);
    expect([...stands(firstInner).values()]).toMatchObject([{ version, times: 1 }]);
    const there = [...stands(homeInner)].filter(([key]) => key.startsWith('ticket:'));
    expect(there).toMatchObject([
      [`ticket:${ticket}:${addressKey(at('sandbox', 'demo', 'group:aftersales'))}:1`, { version, times: 1 }],
    ]);
  });

  it('a second outage shows nothing again that stands in the standby group already', async () => {
    home.always(AWAY);
    const ticket = await opens('a', 'urgent');
    await passes(60);
    home.always(null);
    await passes(120);
    home.always(AWAY);
    await does(ticket, { type: 'tag', add: ['x'], remove: [] });
    const young = await opens('b', 'urgent');
    await passes(60);
    expect([...stands(firstInner).values()].map((c) => c.times)).toEqual([1, 1]);
    expect([...stands(firstInner).keys()].some((key) => key.includes(young))).toBe(true);
    expect(sentences(firstInner)).toHaveLength(2);
  });

  it('a standby group whose platform is away as well is passed over', async () => {
    home.always(AWAY);
    first.always({ fault: 'refused', failure: 'auth' });
    // Something goes there, and does not arrive.
    const sentence = { key: 'command.list_none', params: { mine: false } } as const;
    await post(bench.parts, { key: `x${turn}`, to: FIRST, person: null, sentence, offers: [] });
    const ticket = await opens('a', 'urgent');
    await passes(60);
    expect(firstInner.calls).toEqual([]);
    expect([...stands(second).keys()]).toEqual([`ticket:${ticket}:${addressKey(SECOND)}:1`]);
    // When the first of them is back, the ticket stays where it is.
    first.always(null);
    await passes(120);
    expect([...stands(firstInner).keys()]).toEqual([]);
    await does(ticket, { type: 'claim' });
    expect([...stands(second).values()]).toMatchObject([{ version: await versionOf(ticket), times: 1 }]);
  });

  it("a standby group that is no longer the team's is left alone", async () => {
    home.always(AWAY);
    const ticket = await opens('a', 'urgent');
    await passes(60);
    expect(firstInner.calls).toHaveLength(2);
    await bench.flow.stop();
    bench = starts(false);
    await does(ticket, { type: 'claim' });
    expect(firstInner.calls).toHaveLength(2);
  });

  it('without a standby group nothing happens but waiting', async () => {
    home.always(AWAY);
    events += 1;
    const event = aMessage(clock, `failover-${events}`, '快递三天没更新');
    await bench.flow.sink.accept({
      ...event,
      conversation: { id: `customer:${turn}:l`, kind: 'customer' },
      sender: { id: `${turn}-l`, name: '客' },
    });
    await bench.flow.settle();
    const [ticket] = await on.store.tickets.list({}, 10);
    expect(ticket?.team).toBe('logistics');
    await does(ticket?._id ?? '', { type: 'prioritise', priority: 'urgent' });
    await passes(60);
    expect([firstInner.calls, second.calls]).toEqual([[], []]);
  });
});
