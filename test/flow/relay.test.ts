import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { firstBroken } from '../../src/domain/chain.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { createPerform } from '../../src/flow/perform.ts';
import { createRelay } from '../../src/flow/relay.ts';
import { aBench, aMessage, aStore, type Bench } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
let ticket: Ticket;
let turn = 0;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(async () => {
  turn += 1;
  bench = aBench(on.store);
  await on.store.leases.freeAll();
  const event = aMessage(bench.clock, `open-${turn}`, '杯子碎了');
  await bench.flow.sink.accept({
    ...event,
    conversation: { id: `chat-${turn}`, kind: 'customer' },
    sender: { id: `c${turn}`, name: '小美' },
  });
  await bench.flow.settle();
  const row = (await on.store.tickets.list({}, 100)).find((t) => t.links[0]?.address.conversation === `chat-${turn}`);
  ticket = await load(row?._id ?? '');
});
const load = async (id: string): Promise<Ticket> => {
  const found = await on.store.tickets.load(id);
  if (found === null) throw new Error('no ticket');
  return found;
};
const deaf = { outbox: () => undefined, inbox: () => undefined, hooks: () => undefined, relay: () => undefined };
const who = (cause: string) => ({ actor: { kind: 'person', id: 'zhou', name: '周总' }, cause }) as const;
const outbox = () =>
  on.store.connection
    .collection<{ _id: string }>('outbox')
    .find({ lane: { $regex: ticket._id } })
    .toArray();

it('a crash after the copy and before the pull doubles nothing: rows are found by their keys', async () => {
  const before = (await outbox()).length;
  // The process dies right after the one write: nobody was offered anything.
  const perform = createPerform(bench.parts, { offer: () => undefined, step: async () => 0 });
  await perform(ticket._id, { type: 'prioritise', priority: 'high' }, who('crash'));
  const pending = (await load(ticket._id)).pending;
  expect(pending.length).toBeGreaterThan(0);
  // The next one copies, and dies before it pulls.
  const dying = { ...on.store, tickets: { ...on.store.tickets, pull: () => Promise.reject(new Error('killed')) } };
  await expect(createRelay({ ...bench.parts, store: dying }, deaf).step()).rejects.toThrow('killed');
  const copied = await outbox();
  expect(copied.length).toBe(before + 1);
  expect((await load(ticket._id)).pending).toEqual(pending);
  // One that lives finishes, twice if need be.
  for (let i = 0; i < 2; i += 1) while ((await createRelay(bench.parts, deaf).step()) > 0);
  expect((await outbox()).map((row) => row._id)).toEqual(copied.map((row) => row._id));
  expect((await load(ticket._id)).pending).toEqual([]);
  await bench.flow.settle();
  const calls = bench.adapter.calls.length;
  await bench.flow.settle();
  expect(bench.adapter.calls).toHaveLength(calls);
});

it('an effect pushed while others are being relayed is not lost', async () => {
  const perform = createPerform(bench.parts, { offer: () => undefined, step: async () => 0 });
  await perform(ticket._id, { type: 'prioritise', priority: 'high' }, who('a'));
  const racing = {
    ...on.store,
    tickets: {
      ...on.store.tickets,
      async pull(relayed: Parameters<typeof on.store.tickets.pull>[0]) {
        await perform(ticket._id, { type: 'prioritise', priority: 'urgent' }, who('b'));
        await on.store.tickets.pull(relayed);
      },
    },
  };
  await createRelay({ ...bench.parts, store: racing }, deaf).step();
  expect((await load(ticket._id)).pending).toHaveLength(1);
  while ((await createRelay(bench.parts, deaf).step()) > 0);
  expect((await load(ticket._id)).pending).toEqual([]);
  await bench.flow.settle();
  const { cardVersion } = await load(ticket._id);
  expect((await on.store.surfaces.ofTicket(ticket._id)).map((s) => s.shown)).toEqual([cardVersion]);
});

it('longer tails are archived; the whole history is there, chained from the first event to the head', async () => {
  for (let i = 0; i < 60; i += 1) {
    const add = [`t${i % 15}`];
    const intent =
      i % 2 === 0
        ? ({ type: 'tag', add, remove: [] } as const)
        : ({ type: 'tag', add: [], remove: [`t${(i - 1) % 15}`] } as const);
    await bench.flow.perform(ticket._id, intent, who(`long-${i}`));
    if (i % 7 === 0) await bench.flow.settle();
  }
  await bench.flow.settle();
  const now = await load(ticket._id);
  expect(now.history.tail).toHaveLength(20);
  const events = await on.store.tickets.history(now);
  expect(events.map((e) => e.seq)).toEqual(Array.from({ length: 61 }, (_, i) => i + 1));
  expect(firstBroken(events)).toBeNull();
  expect(events.at(-1)?.hash).toBe(now.history.head);
  const forged = events.map((e) => (e.seq === 30 ? { ...e, actor: { kind: 'system', name: 'nobody' } as const } : e));
  expect(firstBroken(forged)).toBe(30);
});

it('a message whose first ticket was closed meanwhile is kept with the one it joined', async () => {
  await bench.flow.perform(ticket._id, { type: 'close', reason: null }, who('close'));
  // The row is worked while the join still names the closed ticket as open: as between the read and the write.
  let stale = true;
  const tickets = {
    ...on.store.tickets,
    async load(id: string) {
      const found = await on.store.tickets.load(id);
      if (id !== ticket._id || found === null || !stale) return found;
      stale = false;
      return { ...found, status: 'new' as const };
    },
  };
  const racing = aBench({ ...on.store, tickets });
  await racing.flow.sink.accept({
    ...aMessage(racing.clock, `again-${turn}`, '又碎了一个'),
    conversation: { id: `chat-${turn}`, kind: 'customer' },
    sender: { id: `c${turn}`, name: '小美' },
  });
  await racing.flow.sink.accept({ ...aMessage(racing.clock, `noop-${turn}`, ''), kind: 'message' });
  const all = (await on.store.tickets.list({}, 100)).filter((t) => t.links[0]?.address.conversation === `chat-${turn}`);
  const fresh = all.find((t) => t.status === 'new');
  expect(all.map((t) => t.status).toSorted()).toEqual(['closed', 'new']);
  const incoming = async (id: string) =>
    (await on.store.messages.ofTicket(id, 10)).filter((m) => m.direction === 'in').length;
  expect([await incoming(ticket._id), await incoming(fresh?._id ?? '')]).toEqual([1, 1]);
});

it('many at once are relayed a batch at a time; those that memory does not keep are found in the store beside those that keep coming', async () => {
  const waiting = new Map<string, Ticket>();
  const batches: number[] = [];
  let looks = 0;
  const tickets = {
    ...on.store.tickets,
    unrelayed: (limit: number) => {
      looks += 1;
      return Promise.resolve([...waiting.values()].slice(0, limit));
    },
    pull: (relayed: readonly { id: string }[]) => {
      batches.push(relayed.length);
      for (const { id } of relayed) waiting.delete(id);
      return Promise.resolve();
    },
    archiveTails: () => Promise.resolve(),
  };
  const relay = createRelay({ ...bench.parts, store: { ...on.store, tickets } }, deaf);
  const nowhere = { platform: 'none', app: 'none', conversation: 'none' };
  const offer = (i: number): void => {
    const pending = [{ kind: 'say', key: `${i}`, message: 'm', to: nowhere, notBefore: bench.clock.now() }] as const;
    const one: Ticket = { ...ticket, _id: `many-${i}`, pending };
    waiting.set(one._id, one);
    relay.offer(one, true);
  };
  for (let i = 0; i < 2_500; i += 1) offer(i);
  // More keep coming, as many as are relayed.
  for (let step = 0; step < 12; step += 1) {
    for (let i = 0; i < 200; i += 1) offer(10_000 + step * 200 + i);
    await relay.step();
  }
  expect(looks).toBe(6);
  while ((await relay.step()) > 0);
  expect(waiting.size).toBe(0);
  expect(Math.max(...batches)).toBe(200);
});
