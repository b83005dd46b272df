import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Intent } from '../../src/domain/intent.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { aBench, aStore, failure, type Bench } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
let turn = 0;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(async () => {
  turn += 1;
  await on.store.leases.freeAll();
  await on.store.connection.collection('outbox').deleteMany({});
  bench = aBench(on.store, { process: `p${turn}` });
  await writes('杯子碎了，要退货');
  await does({ type: 'claim' });
});

const chat = (): string => `customer:${turn}`;
let causes = 0;
async function writes(text: string): Promise<void> {
  causes += 1;
  await bench.flow.sink.accept({
    kind: 'message',
    platform: 'sandbox',
    app: 'demo',
    id: `message-${causes}`,
    conversation: { id: chat(), kind: 'customer' },
    sender: { id: `c${turn}`, name: '小美' },
    receivedAt: bench.clock.now(),
    text,
    attachments: [],
    addressed: true,
  });
  await bench.flow.settle();
}
async function current(): Promise<Ticket> {
  const rows = await bench.store.tickets.list({}, 1_000);
  const row = rows.find((t) => t.links[0]?.address.conversation === chat());
  const ticket = await bench.store.tickets.load(row?._id ?? '');
  if (ticket === null) throw new Error('no ticket');
  return ticket;
}
async function does(intent: Intent): Promise<void> {
  causes += 1;
  const actor = { kind: 'person', id: 'zhou', name: '周总' } as const;
  const { outcome } = await bench.flow.perform((await current())._id, intent, { actor, cause: `cause-${causes}` });
  expect(outcome).toBe('done');
  await bench.flow.settle();
}
/** 周总 answers; the id of the stored message. */
async function replies(): Promise<string> {
  const ticket = await current();
  const [address] = ticket.links.map((l) => l.address);
  if (address === undefined) throw new Error('no address');
  const _id = `reply-${turn}`;
  await bench.store.messages.add([
    {
      _id,
      ticket: ticket._id,
      direction: 'out',
      author: { kind: 'person', id: 'zhou', name: '周总' },
      body: { text: '马上补发', attachments: [] },
      address,
      platformId: null,
      state: 'held',
      at: bench.clock.now(),
    },
  ]);
  await does({ type: 'reply', message: _id, sure: true });
  return _id;
}
const names = (t: Ticket): readonly string[] => t.history.tail.map((e) => e.type);

it('a response clock stops when the platform accepted the reply, not when the agent sent it', async () => {
  await replies();
  const held = await current();
  expect(held.clocks.firstResponse?.due).toBeInstanceOf(Date);
  expect(held.respondedAt).toBeNull();
  await bench.passes(5_000);
  const answered = await current();
  expect(answered.clocks.firstResponse?.due).toBeUndefined();
  // The customer is waited for: what was promised stands still, and their time runs.
  expect(answered.clocks.resolution?.due).toBeNull();
  expect(answered.clocks.wait?.due).toBeInstanceOf(Date);
  expect(answered.respondedAt).toEqual(bench.clock.now());
  expect(answered.last.type).toBe('replied');
  expect(answered.cardVersion).toBe(held.cardVersion + 1);
});

it('a platform that takes its time keeps the clock running until it has accepted', async () => {
  await replies();
  bench.adapter.fails(failure('retryable'), failure('retryable'));
  await bench.passes(5_000);
  expect((await current()).clocks.firstResponse?.due).toBeInstanceOf(Date);
  for (let i = 0; i < 5; i += 1) await bench.passes(2_000);
  expect((await current()).clocks.firstResponse?.due).toBeUndefined();
  expect(names(await current()).filter((n) => n === 'delivered')).toHaveLength(1);
});

it('what the customer wrote while the reply was held waits for the next one', async () => {
  await replies();
  await bench.passes(2_000);
  await writes('还少一个杯盖');
  const asked = bench.clock.now();
  await bench.passes(3_000);
  const { clocks, terms, status } = await current();
  expect(status).toBe('in_progress');
  expect(clocks.firstResponse).toBeUndefined();
  expect(clocks.nextResponse?.due).toEqual(new Date(asked.getTime() + terms.nextResponseMs));
});

it('a reply that was given up is shown, the ticket is in progress again; a later one clears it', async () => {
  const id = await replies();
  bench.adapter.fails(failure('permanent'));
  await bench.passes(5_000);
  const failed = await current();
  expect(failed).toMatchObject({ status: 'in_progress', undelivered: id, wait: null });
  expect(failed.clocks.firstResponse?.due).toBeInstanceOf(Date);
  expect(await bench.store.messages.load(id)).toMatchObject({ state: 'failed' });

  const [letter] = await bench.store.outbox.deadLetters(10);
  await bench.store.messages.revive(id);
  await bench.store.outbox.replay([letter?._id ?? ''], bench.clock.now());
  await bench.flow.settle();
  const answered = await current();
  expect(answered.undelivered).toBeNull();
  expect(answered.clocks.firstResponse?.due).toBeUndefined();
});
