import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Attachment } from '../../src/domain/attachment.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import type { Store } from '../../src/storage/store.ts';
import { aMessage, aStore, failure, type Bench } from '../support/flow.ts';
import { below, forget, opens, refIn, threaded, types } from '../support/threads.ts';
import { anAttachment } from '../support/tickets.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(async () => {
  await forget(on.store);
  bench = threaded(on.store);
});

const A = 'group:aftersales';
const B = 'group:second';
const pdf = anAttachment('invoice', { kind: 'file', name: '13812345678.pdf', type: 'application/pdf' });
const lost = anAttachment('lost', { kind: 'file', problem: 'too_large' });

const passes = async (seconds: number): Promise<void> => {
  for (let i = 0; i < seconds; i += 1) await bench.passes(1_000);
};
const filesIn = (group: string, of: Bench = bench): (readonly string[])[] =>
  below(of).flatMap((b) => (b.group === group ? [b.files] : []));

let more = 0;
/** The customer of the ticket writes again. */
async function adds(ticket: Ticket, attachments: readonly Attachment[], id = `more-files-${(more += 1)}`) {
  const account = ticket.customer.account?.split('\n').at(-1) ?? '';
  await bench.flow.sink.accept({
    ...aMessage(bench.clock, id, ''),
    conversation: { id: `customer:${account}`, kind: 'customer' },
    sender: { id: account, name: '小美' },
    attachments,
  });
}

describe('the files a card names', () => {
  it('stand below it, those that were kept, each once', async () => {
    const ticket = await opens(bench, '杯子碎了', { attachments: [anAttachment('cup'), pdf, lost] });
    await bench.flow.settle();
    expect(below(bench).filter((b) => b.group === A)).toEqual([
      { group: A, thread: await refIn(bench, ticket, A), text: '', files: ['cup', 'invoice'] },
    ]);
    expect(filesIn(B)).toEqual([['cup', 'invoice']]);
    const said = bench.adapter.calls.find((c) => c.thread !== undefined)?.message;
    expect(said).toMatchObject({ attachments: [{ name: 'cup.png' }, { name: '138****5678.pdf' }] });

    await types(bench, 'lilei', `优先级 ${ticket.number} 高`);
    await bench.flow.settle();
    await passes(2);
    expect(filesIn(A)).toEqual([['cup', 'invoice']]);

    await adds(ticket, [anAttachment('cup'), anAttachment('box')]);
    await bench.flow.settle();
    await passes(2);
    expect(filesIn(A)).toEqual([['cup', 'invoice'], ['box']]);
    expect(filesIn(B)).toEqual([['cup', 'invoice'], ['box']]);
  });

  it('are those of the card alone: who works on the ticket sees more in their own chat than the group', async () => {
    const ticket = await opens(bench);
    await types(bench, 'lilei', `认领 ${ticket.number}`);
    await bench.flow.settle();
    await adds(ticket, [pdf]);
    await bench.flow.settle();
    await passes(12);
    expect([filesIn(A), filesIn(B)]).toEqual([[], []]);
    const own = bench.adapter.calls.filter((c) => c.conversation === 'direct:lilei' && c.thread !== undefined);
    expect(own.length).toBeGreaterThan(0);
    for (const { message } of own) expect(message).toMatchObject({ attachments: [{ name: '13812345678.pdf' }] });
    expect(new Set(own.map((c) => c.thread)).size).toBe(own.length);
  });

  it('stay where they are on a platform without threads', async () => {
    bench = threaded(on.store, { process: 'plain' }, { threads: false }, bench.clock);
    const ticket = await opens(bench, '杯子碎了', { attachments: [anAttachment('cup')] });
    await bench.flow.settle();
    expect(below(bench)).toEqual([]);
    expect((await on.store.outbox.about(ticket._id, [])).map((r) => r.body.kind)).not.toContain('thread');
  });

  it('come anew below the card that takes the place of a deleted one', async () => {
    const ticket = await opens(bench, '杯子碎了', { attachments: [anAttachment('cup')] });
    await bench.flow.settle();
    const old = [await refIn(bench, ticket, A), await refIn(bench, ticket, B)];
    bench.adapter.fails(failure('gone'));
    await types(bench, 'lilei', `优先级 ${ticket.number} 紧急`);
    await bench.flow.settle();
    await passes(2);
    const now = [await refIn(bench, ticket, A), await refIn(bench, ticket, B)];
    expect(now.filter((ref) => !old.includes(ref))).toHaveLength(1);
    expect(below(bench).map((b) => b.thread)).toEqual([...old, ...now.filter((ref) => !old.includes(ref))]);
  });

  it('whose card was deleted before they could go are dropped, and come with the next card', async () => {
    const ticket = await opens(bench, '杯子碎了', { attachments: [anAttachment('cup')] });
    await cardsGone(ticket);
    await passes(2);
    expect(below(bench).length).toBe(0);
    await types(bench, 'lilei', `优先级 ${ticket.number} 紧急`);
    await bench.flow.settle();
    await passes(2);
    expect([filesIn(A), filesIn(B)]).toEqual([[['cup']], [['cup']]]);
  });

  it('that the customer took back meanwhile are not put there', async () => {
    const ticket = await opens(bench, '杯子碎了');
    await bench.flow.settle();
    await hold(async () => {
      await adds(ticket, [anAttachment('private')], 'taken-back');
    });
    const account = ticket.customer.account?.split('\n').at(-1) ?? '';
    await bench.flow.sink.accept({
      kind: 'lifecycle',
      what: 'message_recalled',
      message: 'taken-back',
      platform: 'sandbox',
      app: 'demo',
      id: 'recall',
      conversation: { id: `customer:${account}`, kind: 'customer' },
      sender: { id: account, name: '小美' },
      receivedAt: bench.clock.now(),
    });
    await passes(5);
    expect(below(bench)).toEqual([]);
  });

  it('are tried again, and are a dead letter that can be put back', async () => {
    const ticket = await opens(bench, '杯子碎了', { attachments: [anAttachment('cup')] });
    await hold(async () => undefined);
    bench.adapter.fails(failure('retryable'), failure('permanent'));
    await passes(5);
    const dead = await on.store.outbox.deadLetters(10);
    expect(dead.map((r) => [r.body.kind, r.address.conversation])).toHaveLength(1);
    expect(dead[0]?.body.kind).toBe('thread');
    await on.store.outbox.replay(
      dead.map((r) => r._id),
      bench.clock.now(),
    );
    await passes(2);
    const rows = (await on.store.outbox.about(ticket._id, [])).filter((r) => r.body.kind === 'thread');
    expect(rows.map((r) => r.state)).toEqual(['done', 'done']);
  });
});

/** Lets cards be drawn, but keeps what goes below them waiting. */
async function hold(meanwhile: () => Promise<void>): Promise<void> {
  const outbox = { ...on.store.outbox, ready: readyBut('thread') };
  const held = threaded({ ...on.store, outbox }, { process: 'held' }, {}, bench.clock);
  await bench.flow.stop();
  await meanwhile();
  await held.flow.settle();
  expect(below(held)).toEqual([]);
  await held.flow.stop();
}

const readyBut =
  (kind: string): Store['outbox']['ready'] =>
  async (...args) =>
    (await on.store.outbox.ready(...args)).filter((row) => row.body.kind !== kind);

/** The cards stand, their files wait, and somebody deletes the cards. */
async function cardsGone(ticket: Ticket): Promise<void> {
  await hold(async () => undefined);
  for (const surface of await on.store.surfaces.ofTicket(ticket._id)) await on.store.surfaces.gone(surface._id);
}

describe('whatever is cut', () => {
  it.each(['add', 'putBelow', 'showing', 'posted'] as const)(
    'at %s, each file stands once below each card',
    async (where) => {
      const cut = async (): Promise<never> => {
        throw new StoreUnavailable(new Error('died'));
      };
      const { outbox, surfaces } = on.store;
      const add: Store['outbox']['add'] = async (rows) =>
        rows.some((r) => r.body.kind === 'thread') ? cut() : outbox.add(rows);
      const dying: Store = {
        ...on.store,
        outbox: { ...outbox, ...(where === 'add' && { add }), ...(where === 'posted' && { posted: cut }) },
        surfaces: { ...surfaces, ...((where === 'putBelow' || where === 'showing') && { [where]: cut }) },
      };
      const first = threaded(dying, { process: 'first' }, {}, bench.clock);
      const ticket = await opens(first, '杯子碎了', { attachments: [anAttachment('cup')] });
      await expect(first.flow.settle()).rejects.toThrow(StoreUnavailable);
      await on.store.leases.freeAll();
      // Another picture came before the next process goes on.
      await adds(ticket, [anAttachment('box')]);
      await bench.flow.settle();
      await passes(3);
      for (const group of [A, B]) {
        const put = [...first.adapter.calls, ...bench.adapter.calls].filter(
          (c) => c.conversation === group && c.thread !== undefined,
        );
        // A repeat under one key is one message.
        const byKey = new Map(put.map(({ key, message }) => [key, message]));
        const files = [...byKey.values()].flatMap((m) => (m.type === 'text' ? m.attachments.map((a) => a.id) : []));
        expect(files.toSorted((a, b) => a.localeCompare(b))).toEqual(['box', 'cup']);
        expect(new Set(put.map((c) => c.thread)).size).toBe(1);
      }
      expect(await on.store.outbox.countDead()).toBe(0);
      expect(await on.store.outbox.nextMoment('sandbox\ndemo')).toBeNull();
    },
  );

  it('a lot that was begun is as it was begun, whatever came meanwhile', async () => {
    const ticket = await opens(bench, '杯子碎了');
    await bench.flow.settle();
    await bench.flow.stop();
    const putBelow = async (): Promise<never> => {
      throw new StoreUnavailable(new Error('died'));
    };
    const dying: Store = { ...on.store, surfaces: { ...on.store.surfaces, putBelow } };
    const first = threaded(dying, { process: 'first' }, {}, bench.clock);
    await adds(ticket, [anAttachment('cup')]);
    await expect(first.flow.settle()).rejects.toThrow(StoreUnavailable);
    await on.store.leases.freeAll();
    await adds(ticket, [anAttachment('cup'), anAttachment('box')]);
    await bench.flow.settle();
    await passes(2);
    expect([...below(first), ...below(bench)].filter((b) => b.group === A).map((b) => b.files)).toEqual([
      ['cup'],
      ['box'],
    ]);
  });

  it('two processes put them there once', async () => {
    const other = threaded(on.store, { process: 'other' }, {}, bench.clock);
    await opens(bench, '杯子碎了', { attachments: [anAttachment('cup')] });
    await Promise.all([bench.flow.settle(), other.flow.settle()]);
    await passes(2);
    await other.flow.settle();
    expect([...below(bench), ...below(other)].map((b) => b.group).toSorted((a, b) => a.localeCompare(b))).toEqual([
      A,
      B,
    ]);
  });
});
