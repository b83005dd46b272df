import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InboundMessage } from '../../adapters/adapter.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import { createFlow } from '../../src/flow/flow.ts';
import { delivered } from '../../src/trace/delivered.ts';
import { doubleAdapter, failure, aStore, type Bench } from '../support/flow.ts';
import { thePromises } from '../support/tickets.ts';
import { below, forget, opens, refIn, talks, threaded, twoGroups, types, words } from '../support/threads.ts';
import { anAttachment } from '../support/tickets.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const A = 'group:aftersales';
const B = 'group:second';
// No reminder may take what a platform is told to fail with here.
const silent = { ...twoGroups(), promises: { ...thePromises, base: { ...thePromises.base, ladder: [] } } };

let bench: Bench;
let ticket: Ticket;
beforeEach(async () => {
  await forget(on.store);
  bench = threaded(on.store, { directory: () => silent });
  ticket = await opens(bench);
  await bench.flow.settle();
});

const card = async (group = A) => ({ group, quote: await refIn(bench, ticket, group) });
const notes = () => on.store.notes.ofTicket(ticket._id, 50);
const noted = async () =>
  (await on.store.tickets.load(ticket._id))?.history.tail.filter((e) => e.type === 'noted') ?? [];
const passes = async (seconds: number): Promise<void> => {
  for (let i = 0; i < seconds; i += 1) await bench.passes(1_000);
};

/** As if the process had died before it could say that this row is done. */
async function reopen(id: string): Promise<void> {
  const { modifiedCount } = await on.store.connection
    .collection<{ _id: string }>('inbox')
    .updateOne({ _id: `sandbox\ndemo\n${id}` }, { $set: { open: true, lease: { by: '', until: new Date(0) } } });
  expect(modifiedCount).toBe(1);
}

describe('what colleagues say below a card', () => {
  it('is an internal note, without an answer, and stands in the threads of the other groups', async () => {
    const said = await talks(bench, 'wangfang', '买家电话 13812345678，要换货', await card());
    await bench.flow.settle();
    expect(said).toBeNull();
    expect(await notes()).toMatchObject([
      { noteText: '买家电话 13812345678，要换货', author: { kind: 'person', id: 'wangfang', name: '王芳' } },
    ]);
    expect(await noted()).toHaveLength(1);
    expect(below(bench)).toEqual([
      { group: B, thread: await refIn(bench, ticket, B), text: '王芳：买家电话 138****5678，要换货', files: [] },
    ]);
    expect(bench.adapter.calls.filter((c) => c.conversation.startsWith('customer:'))).toHaveLength(1);
    expect(await on.store.outbox.countDead()).toBe(0);
  });

  it('is never a verb, whatever it begins with', async () => {
    for (const text of [`认领 ${ticket.number}`, '回复 马上给您换', '关闭', `T-${ticket.number}`])
      await talks(bench, 'lilei', text, await card());
    await bench.flow.settle();
    const now = await on.store.tickets.load(ticket._id);
    expect([now?.status, now?.assignee]).toEqual(['new', null]);
    expect((await notes()).map((n) => n.noteText)).toEqual([
      `认领 ${ticket.number}`,
      '回复 马上给您换',
      '关闭',
      `T-${ticket.number}`,
    ]);
  });

  it('is a verb when the bot is addressed, and a note so written is not repeated there', async () => {
    await talks(bench, 'lilei', '备注 查过库存', await card(), { addressed: true });
    await talks(bench, 'lilei', '认领', await card(), { addressed: true });
    await bench.flow.settle();
    expect((await on.store.tickets.load(ticket._id))?.assignee).toBe('lilei');
    expect(below(bench).map((b) => [b.group, b.text])).toEqual([[B, '李雷：查过库存']]);
  });

  it('may be a file alone', async () => {
    const file = anAttachment('shot', { name: '13812345678.png' });
    await talks(bench, 'wangfang', ' ', await card(), { attachments: [file] });
    await talks(bench, 'wangfang', '', await card());
    await bench.flow.settle();
    expect((await notes()).map((n) => [n.noteText, n.attachments.map((a) => a.id)])).toEqual([['', ['shot']]]);
    expect(below(bench)).toMatchObject([{ group: B, text: '王芳：图片 1 张，待看', files: ['shot'] }]);
    expect(bench.adapter.calls.at(-1)?.message).toMatchObject({ attachments: [{ name: '138****5678.png' }] });
  });

  it('below the card of a merged ticket is a note of the one that goes on, also in its own thread', async () => {
    const into = ticket;
    ticket = await opens(bench);
    await bench.flow.settle();
    await on.store.connection
      .collection<{ _id: string }>('tickets')
      .updateOne({ _id: ticket._id }, { $set: { 'merged.into': { ticket: into._id, number: into.number } } });
    await talks(bench, 'wangfang', '同一件事', await card());
    await bench.flow.settle();
    await passes(2);
    expect(await notes()).toEqual([]);
    expect((await on.store.notes.ofTicket(into._id, 9)).map((n) => n.noteText)).toEqual(['同一件事']);
    const stands = [await refIn(bench, into, A), await refIn(bench, into, B)];
    expect(new Set(below(bench).map((b) => b.thread))).toEqual(new Set(stands));
  });

  it('counts once, however often it comes and whoever works it again', async () => {
    const thread = await card();
    await talks(bench, 'wangfang', '查过了', thread, { id: 'same' });
    await talks(bench, 'wangfang', '查过了', thread, { id: 'same' });
    await bench.flow.settle();
    await reopen('same');
    await passes(3);
    expect([await notes(), await noted(), below(bench)].map((l) => l.length)).toEqual([1, 1, 1]);
  });

  it('is kept when the process dies between the note and its copies', async () => {
    const state = { dies: true };
    const dying = {
      ...on.store,
      outbox: {
        ...on.store.outbox,
        add: async (rows: Parameters<typeof on.store.outbox.add>[0]) => {
          if (state.dies && rows.some((r) => r.body.kind === 'thread')) throw new Error('died');
          return on.store.outbox.add(rows);
        },
      },
    };
    const thread = await card();
    await bench.flow.stop();
    bench = threaded(dying, { process: 'first' }, {}, bench.clock);
    await talks(bench, 'wangfang', '查过了', thread);
    await bench.flow.settle();
    expect([(await noted()).length, below(bench)]).toEqual([1, []]);
    state.dies = false;
    await passes(3);
    expect([(await notes()).length, (await noted()).length]).toEqual([1, 1]);
    expect(below(bench).map((b) => b.group)).toEqual([B]);
  });

  it('means nothing from strangers, from people without the right, elsewhere and in old threads', async () => {
    const thread = await card();
    const silent: [string, string, typeof thread, Partial<InboundMessage>?][] = [
      ['nobody', '我也想说', thread],
      ['chenchen', '别的组', thread],
      ['wangfang', '别的话题', { group: A, quote: 'posted:something-else' }],
      ['wangfang', '这个群没有这张卡', { group: 'group:logistics', quote: thread.quote }],
    ];
    for (const [by, text, where, more] of silent) expect(await talks(bench, by, text, where, more)).toBeNull();
    // Quoted without a thread, as in groups of other platforms.
    const quoting: InboundMessage = {
      kind: 'message',
      platform: 'sandbox',
      app: 'demo',
      id: 'quoting',
      conversation: { id: A, kind: 'group' },
      sender: { id: 'wangfang', name: '王芳' },
      receivedAt: bench.clock.now(),
      text: '只是引用',
      attachments: [],
      quote: thread.quote,
      addressed: false,
    };
    await bench.flow.sink.accept(quoting);
    const own = (await on.store.surfaces.ofTicket(ticket._id)).find((s) => s.ref === thread.quote);
    await on.store.surfaces.gone(own?._id ?? '');
    await talks(bench, 'wangfang', '旧卡片', thread);
    const before = bench.adapter.calls.length;
    await bench.flow.settle();
    expect(await notes()).toEqual([]);
    expect(bench.adapter.calls.length).toBe(before);
  });

  it('that is refused is answered to its writer alone', async () => {
    const answer = await talks(bench, 'wangfang', '长'.repeat(4_001), await card(), { id: 'refused' });
    expect(words(answer)).toContain('4000');
    expect(await notes()).toEqual([]);
    // Nobody waits any more when it is worked again: it is delivered like any late answer.
    await reopen('refused');
    await passes(1);
    expect(bench.adapter.calls.slice(3)).toMatchObject([{ conversation: A, visibleTo: 'wangfang' }]);
  });
});

describe('a note that was written elsewhere', () => {
  it('stands below every card of its ticket, once each, and keeps its order', async () => {
    await types(bench, 'lilei', `备注 ${ticket.number} 第一条`);
    await types(bench, 'lilei', `备注 ${ticket.number} 第二条 13812345678`);
    await bench.flow.settle();
    await passes(3);
    for (const group of [A, B])
      expect(below(bench).filter((b) => b.group === group)).toMatchObject([
        { thread: await refIn(bench, ticket, group), text: '李雷：第一条' },
        { text: '李雷：第二条 138****5678' },
      ]);
    expect(below(bench)).toHaveLength(4);
  });

  it('is left out when what it came with changed nothing', async () => {
    await types(bench, 'lilei', `认领 ${ticket.number}`);
    await types(bench, 'lilei', `解决 ${ticket.number} 已处理 换了新的`);
    await types(bench, 'lilei', `解决 ${ticket.number} 已处理 晚了一步`);
    await bench.flow.settle();
    expect((await notes()).map((n) => n.noteText)).toEqual(['换了新的', '晚了一步']);
    expect(new Set(below(bench).map((b) => b.text))).toEqual(new Set(['李雷：换了新的']));
  });

  it('comes with those of its files that were kept', async () => {
    const files = [anAttachment('kept'), anAttachment('lost', { problem: 'too_large' })];
    await talks(bench, 'wangfang', '看图', await card(), { attachments: files });
    await bench.flow.settle();
    expect(below(bench).map((b) => b.files)).toEqual([['kept']]);
  });

  it('is not sent again by a process that finds it posted', async () => {
    const { outbox } = on.store;
    const done: typeof outbox.done = (ids, moment) => {
      if (ids.length > 0) throw new StoreUnavailable(new Error('died'));
      return outbox.done(ids, moment);
    };
    await bench.flow.stop();
    const first = threaded({ ...on.store, outbox: { ...outbox, done } }, { process: 'first' }, {}, bench.clock);
    await types(first, 'lilei', `备注 ${ticket.number} 一次`);
    await expect(first.flow.settle()).rejects.toThrow(StoreUnavailable);
    await on.store.leases.freeAll();
    await bench.flow.settle();
    expect([below(first).length, below(bench).length]).toEqual([2, 0]);
  });

  it('is cut to what one message holds', async () => {
    bench = threaded(on.store, { process: 'short' }, { maxText: 20 }, bench.clock);
    await on.store.leases.freeAll();
    await types(bench, 'lilei', `备注 ${ticket.number} ${'很长'.repeat(50)}`);
    await bench.flow.settle();
    for (const { text } of below(bench)) expect([Array.from(text).length, text.endsWith('…')]).toEqual([20, true]);
    expect(below(bench)).toHaveLength(2);
  });

  it('waits for a card that is on its way, and goes nowhere where none comes', async () => {
    bench.adapter.calls.splice(0);
    ticket = await opens(bench, '我要退货，另一件');
    await types(bench, 'lilei', `备注 ${ticket.number} 先看看`);
    bench.adapter.fails(failure('retryable'), failure('retryable'), failure('retryable'));
    await bench.flow.settle();
    expect(below(bench)).toEqual([]);
    await passes(10);
    const stands = [await refIn(bench, ticket, A), await refIn(bench, ticket, B)];
    expect(new Set(below(bench).map((b) => b.thread))).toEqual(new Set(stands));
    expect(below(bench)).toHaveLength(2);
    await on.store.connection.collection('surfaces').updateMany({}, { $set: { state: 'waiting' } });
    await types(bench, 'lilei', `备注 ${ticket.number} 在榜上`);
    await passes(3);
    expect(below(bench)).toHaveLength(2);
    expect(await on.store.outbox.nextMoment('sandbox\ndemo')).toBeNull();
  });

  it('goes below the card that took the place of a deleted one', async () => {
    const old = await refIn(bench, ticket, A);
    bench.adapter.fails(failure('gone'));
    await types(bench, 'lilei', `优先级 ${ticket.number} 紧急`);
    await bench.flow.settle();
    await types(bench, 'lilei', `备注 ${ticket.number} 催过仓库`);
    await bench.flow.settle();
    await passes(3);
    const stands = [await refIn(bench, ticket, A), await refIn(bench, ticket, B)];
    expect(stands).not.toContain(old);
    expect(new Set(below(bench).map((b) => b.thread))).toEqual(new Set(stands));
    expect(below(bench)).toHaveLength(2);
  });

  it('is given up quietly below a card that somebody deleted, and loudly for other reasons', async () => {
    bench.adapter.fails(failure('gone'), failure('permanent'));
    await types(bench, 'lilei', `备注 ${ticket.number} 催过仓库`);
    await bench.flow.settle();
    await passes(3);
    const dead = await on.store.outbox.deadLetters(10);
    expect(dead.map((r) => [r.body.kind, r.failure])).toEqual([['thread', 'permanent']]);
    expect(below(bench)).toHaveLength(2);
  });

  it('does not follow a ticket into the group it has left', async () => {
    await types(bench, 'lilei', `转给 ${ticket.number} 物流 要查路由`);
    await bench.flow.settle();
    await passes(3);
    await types(bench, 'zhou', `备注 ${ticket.number} 只给物流看`);
    await bench.flow.settle();
    expect(below(bench).map((b) => [b.group, b.text])).toEqual([
      ['group:logistics', '李雷：要查路由'],
      ['group:logistics', '周总：只给物流看'],
    ]);
  });

  it('is not put into any thread where the platform has none', async () => {
    bench = threaded(on.store, { process: 'plain' }, { threads: false }, bench.clock);
    await on.store.leases.freeAll();
    await types(bench, 'lilei', `备注 ${ticket.number} 无`);
    await bench.flow.settle();
    expect((await notes()).length).toBe(1);
    expect(await on.store.outbox.about(ticket._id, [])).not.toContainEqual(
      expect.objectContaining({ body: expect.objectContaining({ kind: 'thread' }) as unknown }),
    );
  });

  it('goes out once, though two processes work and the first dies after the call', async () => {
    const away = async (): Promise<never> => {
      throw new StoreUnavailable(new Error('died'));
    };
    const dying = { ...on.store, outbox: { ...on.store.outbox, posted: away } };
    await bench.flow.stop();
    const first = threaded(dying, { process: 'first' }, {}, bench.clock);
    await types(first, 'lilei', `备注 ${ticket.number} 一次`);
    await expect(first.flow.settle()).rejects.toThrow(StoreUnavailable);
    await on.store.leases.freeAll();
    const adapter = doubleAdapter(bench.clock, [], { threads: true });
    const adapters = new Map([['sandbox\ndemo', adapter]]);
    const second = createFlow({ ...bench.parts, process: 'second', adapters });
    await Promise.all([second.settle(), bench.flow.settle()]);
    await passes(3);
    await second.settle();
    const keys = [...first.adapter.calls, ...adapter.calls, ...bench.adapter.calls]
      .filter((c) => c.thread !== undefined)
      .map((c) => `${c.key} ${c.thread ?? ''}`);
    // A repeat under the key of the first is the same message.
    expect(new Set(keys).size).toBe(2);
    const rows = (await on.store.outbox.about(ticket._id, [])).filter((r) => r.body.kind === 'thread');
    expect(rows.map((r) => [r.state, r.body.kind === 'thread' && r.body.ref !== null])).toEqual([
      ['done', true],
      ['done', true],
    ]);
  });

  it('waits after a restore with everything else, and is counted', async () => {
    const { clock, parts } = bench;
    await parts.quiet.begin({ since: clock.now(), backupMadeAt: clock.now() }, clock.now());
    await types(bench, 'lilei', `备注 ${ticket.number} 恢复之后`);
    await bench.flow.settle();
    expect(below(bench)).toEqual([]);
    expect(await on.store.outbox.countInLanes({ from: 'thread:', to: 'thread;' }, {})).toBe(2);
    await parts.quiet.change((story) => ({ ...story, state: 'over' }), clock.now());
    await passes(1);
    expect(below(bench)).toHaveLength(2);
  });

  it('is traced to the line that wrote it, without its words', async () => {
    await types(bench, 'lilei', `备注 ${ticket.number} 私密`);
    await bench.flow.settle();
    const now = await on.store.tickets.load(ticket._id);
    const subject = { ticket: now, events: now?.history.tail ?? [], messages: [], causes: [] };
    const entries = (await delivered(on.store, subject)).filter((e) => e.what === 'thread');
    const [event] = await noted();
    expect(entries).toHaveLength(2);
    for (const { fields } of entries)
      expect(fields).toMatchObject({ note: event?.data['note'], cause: event?.cause.replaceAll('\n', '/') });
    expect(JSON.stringify(entries)).not.toContain('私密');
  });
});
