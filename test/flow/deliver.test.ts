import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '../../cards/card.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { post } from '../../src/flow/post.ts';
import { aBench, aStore, failure, type Bench } from '../support/flow.ts';
import { aDirectory, thePromises } from '../support/tickets.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
let turn = 0;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(() => {
  bench = fresh();
});

/** Nobody is reminded of anything: what fails here is what a test says. */
const silent = aDirectory({ promises: { ...thePromises, base: { ...thePromises.base, ladder: [] } } });

/** A bench of its own customer, whose lease is free. */
function fresh(limits: Parameters<typeof aBench>[2] = []): Bench {
  turn += 1;
  return aBench(on.store, { process: `p${turn}`, directory: () => silent }, limits);
}

const who = (cause: string) => ({ actor: { kind: 'person', id: 'zhou', name: '周总' }, cause }) as const;
const chat = (): string => `customer:${turn}`;
async function opens(text = '杯子碎了，要退货'): Promise<Ticket> {
  await bench.flow.sink.accept({
    kind: 'message',
    platform: 'sandbox',
    app: 'demo',
    id: `first-${turn}`,
    conversation: { id: chat(), kind: 'customer' },
    sender: { id: `c${turn}`, name: '小美' },
    receivedAt: bench.clock.now(),
    text,
    attachments: [],
    addressed: true,
  });
  await bench.flow.settle();
  return current();
}
async function current(): Promise<Ticket> {
  const rows = await bench.store.tickets.list({}, 1_000);
  const row = rows.find((t) => t.links[0]?.address.conversation === chat());
  const ticket = await bench.store.tickets.load(row?._id ?? '');
  if (ticket === null) throw new Error('no ticket');
  return ticket;
}
let causes = 0;
async function does(intent: Intent): Promise<void> {
  causes += 1;
  const { outcome } = await bench.flow.perform((await current())._id, intent, who(`cause-${causes}`));
  expect(outcome).toBe('done');
}
const group = () => bench.adapter.calls.filter((c) => c.conversation.startsWith('group:'));
const said = () => bench.adapter.calls.filter((c) => c.conversation === chat());
const shown = (card: Card | undefined): string => card?.title ?? '';
const version = (call: { message: { type: string; version?: number } } | undefined) => call?.message.version;
const rows = () =>
  on.store.connection.collection<{ _id: string; state: string; attempts: number; error?: string }>('outbox');

// Every test has its own process; what the one before left is not its concern.
beforeEach(async () => {
  await on.store.leases.freeAll();
  await rows().deleteMany({});
});

describe('failures of a platform', () => {
  it('retryable: the same key again, after a delay that grows', async () => {
    bench.adapter.fails(failure('retryable'), failure('retryable'), failure('retryable'), failure('retryable'));
    await opens();
    for (let i = 0; i < 20; i += 1) await bench.passes(1_000);
    const tries = group();
    expect(new Set(tries.map((c) => c.key)).size).toBe(1);
    const ticket = await current();
    const surfaces = await bench.store.surfaces.ofTicket(ticket._id);
    expect(surfaces.map((s) => [s.state, s.shown])).toEqual([['live', ticket.cardVersion]]);
    expect(said().length).toBeGreaterThan(0);
    expect(await rows().countDocuments({ state: 'pending' })).toBe(0);
  });

  it('rate-limited: not before the delay the platform asked for, and no try is lost by it', async () => {
    await opens();
    const calls = group().length;
    bench.adapter.fails(...Array.from({ length: 15 }, () => failure('rate-limited', 3_000)));
    await does({ type: 'claim' });
    await bench.flow.settle();
    await bench.passes(2_999);
    const before = bench.adapter.calls.length;
    await bench.passes(1);
    expect(bench.adapter.calls.length).toBeGreaterThan(before);
    for (let i = 0; i < 20; i += 1) await bench.passes(3_000);
    expect(version(group().at(-1))).toBe((await current()).cardVersion);
    expect(group().length).toBeGreaterThan(calls);
    expect(await rows().countDocuments({ state: 'dead' })).toBe(0);
  });

  it('gone: somebody deleted the card, so the next generation takes its place', async () => {
    const ticket = await opens();
    bench.adapter.fails(failure('gone'));
    await does({ type: 'prioritise', priority: 'high' });
    await bench.flow.settle();
    const surfaces = await bench.store.surfaces.ofTicket(ticket._id);
    expect(surfaces.map((s) => [s.generation, s.state]).toSorted(([a], [b]) => Number(a) - Number(b))).toEqual([
      [1, 'gone'],
      [2, 'live'],
    ]);
    expect(group().map((c) => c.method)).toEqual(['send', 'update', 'send']);
    expect(new Set(group().map((c) => c.key)).size).toBe(3);
  });

  it('permanent: a dead letter with an alarm; the rest of the lane goes on, and the next change makes a new card', async () => {
    bench.adapter.fails(failure('permanent'), failure('permanent'));
    const ticket = await opens();
    expect(await rows().countDocuments({ state: 'dead' })).toBe(2);
    expect(bench.alarms.map((a) => a.what)).toEqual(['dead-letter', 'dead-letter']);
    await does({ type: 'prioritise', priority: 'high' });
    await bench.flow.settle();
    const live = (await bench.store.surfaces.ofTicket(ticket._id)).filter((s) => s.state === 'live');
    expect(live.map((s) => [s.generation, s.shown])).toEqual([[2, (await current()).cardVersion]]);
    const acknowledged = (await bench.store.messages.ofTicket(ticket._id, 10)).find((m) => m.direction === 'out');
    expect(acknowledged?.state).toBe('failed');
  });

  it('a dead letter can be put back', async () => {
    bench.adapter.fails(failure('permanent'));
    await opens();
    const dead = await bench.store.outbox.deadLetters(10);
    expect(
      await bench.store.outbox.replay(
        dead.map((d) => d._id),
        bench.clock.now(),
      ),
    ).toBe(1);
    await bench.flow.settle();
    expect(await bench.store.outbox.countDead()).toBe(0);
  });

  it('ten tries are enough', async () => {
    await opens();
    await does({ type: 'tag', add: ['x'], remove: [] });
    for (let i = 0; i < 10; i += 1) {
      bench.adapter.fails(failure('retryable'));
      await bench.passes(60_000);
      // Something else goes through each time, so that it is not the platform that is away.
      const sentence = { key: 'command.list_none', params: { mine: false } } as const;
      const to = { platform: 'sandbox', app: 'demo', conversation: 'elsewhere' };
      await post(bench.parts, { key: `${turn}-${i}`, to, person: null, sentence, offers: [] });
      await bench.flow.settle();
    }
    expect(await rows().countDocuments({ state: 'dead' })).toBe(1);
    expect(group().filter((c) => c.method === 'update')).toHaveLength(10);
  });

  it('unknown: it may have arrived, so the very same again under the very same key, then the latest', async () => {
    bench.adapter.fails(failure('unknown'), failure('unknown'));
    await opens();
    await does({ type: 'prioritise', priority: 'urgent' });
    await bench.flow.settle();
    for (let i = 0; i < 5; i += 1) await bench.passes(1_000);
    const [first, second, third] = group();
    expect([first?.key, first?.message]).toEqual([second?.key, second?.message]);
    expect([third?.method, version(third)]).toEqual(['update', (await current()).cardVersion]);
    expect(new Set(said().map((c) => c.key)).size).toBe(1);
  });
});

describe('within limits', () => {
  it('redraws coalesce and always end at the last version', async () => {
    bench = fresh([{ name: 'group', per: 'conversation', method: 'update', count: 1, windowMs: 10_000, source: '' }]);
    const ticket = await opens();
    for (let i = 0; i < 20; i += 1) {
      await does({ type: 'tag', add: [`t${i}`], remove: i === 0 ? [] : [`t${i - 1}`] });
      await bench.flow.settle();
    }
    for (let i = 0; i < 10; i += 1) await bench.passes(5_000);
    const last = (await current()).cardVersion;
    expect(last).toBe(21);
    const updates = group().filter((c) => c.method === 'update');
    expect(updates.length).toBeLessThanOrEqual(3);
    expect(version(updates.at(-1))).toBe(last);
    expect((await bench.store.surfaces.ofTicket(ticket._id))[0]?.shown).toBe(last);
    expect(await rows().countDocuments({ state: 'pending' })).toBe(0);
  });
});

describe('what is said to a customer', () => {
  it('keeps its order behind a held message, and behind one that fails', async () => {
    const ticket = await opens();
    await does({ type: 'claim' });
    const message = async (id: string): Promise<string> => {
      const [address] = ticket.links.map((l) => l.address);
      if (address === undefined) throw new Error('no address');
      const author = { kind: 'person', id: 'lilei', name: '李雷' } as const;
      const body = { text: id, attachments: [] };
      const at = bench.clock.now();
      await bench.store.messages.add([
        {
          _id: `${id}-${turn}`,
          ticket: ticket._id,
          direction: 'out',
          author,
          body,
          address,
          platformId: null,
          state: 'held',
          at,
        },
      ]);
      return `${id}-${turn}`;
    };
    // The notice is held for ten seconds, the reply that follows in the same instant for five.
    await does({ type: 'resolve', disposition: 'handled', note: null, notice: await message('notice') });
    await does({ type: 'reopen' });
    await does({ type: 'reply', message: await message('one'), sure: true });
    await does({ type: 'reply', message: await message('two'), sure: true });
    await bench.flow.settle();
    await bench.passes(6_000);
    expect(said()).toHaveLength(1);
    bench.adapter.fails(failure('retryable'));
    for (let i = 0; i < 10; i += 1) await bench.passes(2_000);
    const texts = said().map((c) => (c.message.type === 'text' ? c.message.text : shown(c.message.card)));
    expect(texts.slice(1)).toEqual(['notice', 'notice', 'one', 'two']);
  });
});

describe('several processes', () => {
  it('only the holder of the lease sends', async () => {
    const other = aBench(on.store, { process: 'other' });
    await opens();
    const before = bench.adapter.calls.length;
    await does({ type: 'claim' });
    await other.flow.settle();
    expect(other.adapter.calls).toHaveLength(0);
    await bench.flow.settle();
    expect(bench.adapter.calls.length).toBeGreaterThan(before);
  });
});
