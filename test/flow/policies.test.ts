import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OutMessage } from '../../adapters/adapter.ts';
import type { Card } from '../../cards/card.ts';
import { timingFault } from '../../src/domain/retiming.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { createFlow, type Flow } from '../../src/flow/flow.ts';
import { liveDirectory } from '../../src/flow/live-directory.ts';
import { systemIds } from '../../src/ids.ts';
import { aBench, aMessage, aStore, type Bench } from '../support/flow.ts';
import { aDirectory } from '../support/tickets.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

let bench: Bench;
beforeEach(async () => {
  await on.empty();
  bench = aBench(on.store);
});

/** A second process on the same store, with its own knowledge. */
function another(): Flow {
  const live = liveDirectory(on.store, bench.clock, aDirectory());
  return createFlow({ ...bench.parts, process: systemIds.next(), live, directory: live.now, recent: new Map() });
}

/** Whoever loses a race tries again a moment later. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const state = { over: false };
  void work.finally(() => {
    state.over = true;
  });
  while (!state.over) {
    bench.clock.advance(1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return work;
}

let said = 0;
async function presses(flow: Flow, args: Readonly<Record<string, string>>, who = 'zhou'): Promise<OutMessage | null> {
  said += 1;
  const { answer } = await flow.sink.accept({
    kind: 'invoke',
    platform: 'sandbox',
    app: 'demo',
    id: `policy-${said}`,
    conversation: { id: `direct:${who}`, kind: 'direct' },
    sender: { id: who, name: who },
    receivedAt: bench.clock.now(),
    invocation: { command: 'policy', args },
  });
  return answer?.message ?? null;
}
async function types(text: string, who = 'zhou'): Promise<OutMessage | null> {
  said += 1;
  const { answer } = await bench.flow.sink.accept({
    ...aMessage(bench.clock, `typed-${said}`, text),
    conversation: { id: `direct:${who}`, kind: 'direct' },
    sender: { id: who, name: who },
  });
  return answer?.message ?? null;
}
function cardOf(message: OutMessage | null): Card {
  if (message?.type !== 'card') throw new Error(`no card: ${JSON.stringify(message)}`);
  return message.card;
}
const words = (message: OutMessage | null): string =>
  message === null ? '' : message.type === 'card' ? message.card.summary : message.text;
const saving = (card: Card): Readonly<Record<string, string>> =>
  card.actions.find(({ label }) => label === '保存')?.invoke.args ?? {};

/** One open ticket of each customer, opened now. */
async function opened(customers: number): Promise<readonly Ticket[]> {
  for (let i = 0; i < customers; i += 1)
    await bench.flow.sink.accept({
      ...aMessage(bench.clock, `open-${said}-${i}`, '快递三天没更新'),
      conversation: { id: `customer:${i}`, kind: 'customer' },
      sender: { id: `c${i}`, name: '小美' },
    });
  await bench.flow.settle();
  return stored();
}
async function stored(): Promise<readonly Ticket[]> {
  const rows = await on.store.tickets.list({ order: 'oldest' }, 100);
  return Promise.all(rows.map(async ({ _id }) => (await on.store.tickets.load(_id)) as Ticket));
}
const limits = async (): Promise<readonly (number | undefined)[]> =>
  (await stored()).map((t) => t.clocks.resolution?.limitMs);

describe('a promise is changed in chat', () => {
  it('first by its effect on the open tickets, then saved, then on every one of them', async () => {
    await opened(3);
    // Twelve hours of work and a night.
    bench.clock.advance(24 * HOUR);
    await bench.flow.settle();
    const card = cardOf(await types('policy resolution 12h'));
    expect(card.title).toBe('全部工单的解决改成 12 小时（现在 24 小时）？');
    expect(card.summary).toContain('3 单会马上变成超时；没做完的 3 单里共 3 单换到期时间');
    const list = card.blocks.find((block) => block.type === 'list');
    expect(list?.type === 'list' ? list.items.map(({ detail }) => detail) : []).toEqual(
      Array(3).fill('解决会超时 1 小时'),
    );
    // Nothing is saved by looking.
    await bench.flow.retime();
    expect(await limits()).toEqual(Array(3).fill(24 * HOUR));
    expect(words(await presses(bench.flow, saving(card)))).toContain('已保存：全部工单的解决改成 12 小时');
    expect(await bench.flow.retime()).toBe(3);
    expect(await limits()).toEqual(Array(3).fill(12 * HOUR));
    expect(await bench.flow.retime()).toBe(0);
    expect((await stored()).map((t) => t.terms.version)).toEqual(
      Array(3).fill(bench.parts.directory().promises.version),
    );
  });

  it('for some tickets alone, exactly as said, and back to the file', async () => {
    const card = cardOf(await types('policy category logistics first-response 90s'));
    expect(card.title).toBe('分类 物流的首次响应改成 2 分钟（现在 3 分钟）？');
    await presses(bench.flow, saving(card));
    const [ticket] = await opened(1);
    expect([ticket?.clocks.firstResponse?.limitMs, ticket?.terms.rules]).toEqual([90_000, ['chat.category.logistics']]);
    const shown = cardOf(await types('时限策略'));
    expect(JSON.stringify(shown.blocks)).toContain('首次响应 2 分钟，在聊天里改的');
    expect(shown.actions.map(({ label }) => label)).toEqual(['修改', '全部恢复']);
    await presses(bench.flow, saving(cardOf(await types('policy reset'))));
    // What was frozen stays until it is looked at anew.
    expect((await stored())[0]?.clocks.firstResponse?.limitMs).toBe(90_000);
    await bench.flow.retime();
    expect((await stored())[0]?.clocks.firstResponse?.limitMs).toBe(180_000);
  });

  it.each([
    [
      'somebody else changed it',
      async () => presses(bench.flow, saving(cardOf(await types('policy penalty 48h')))),
      '已经改过',
    ],
    ['it is long ago', async () => bench.clock.advance(16 * MINUTE), '15 分钟以前'],
  ])('is not saved when %s meanwhile', async (_when, happens, why) => {
    const card = cardOf(await types('policy resolution 12h'));
    await happens();
    const answer = await presses(bench.flow, saving(card));
    expect(words(answer)).toContain('没有保存');
    expect(words(answer)).toContain(why);
    expect(cardOf(answer).actions.map(({ label }) => label)).toEqual(['重新看影响']);
    expect(bench.parts.directory().promises.base.resolutionMs).toBe(24 * HOUR);
  });

  it('by managers; leads look, agents do not', async () => {
    expect(words(await types('policy resolution 12h', 'zhaomin'))).toContain('需要');
    const card = cardOf(await types('policy', 'zhaomin'));
    expect([card.title, card.actions]).toEqual(['现在的时限', []]);
    expect(words(await types('policy', 'lilei'))).toContain('组长');
  });

  it('by two at once: one is saved, and the other process follows', async () => {
    const there = another();
    await there.settle();
    const [a, b] = [cardOf(await types('policy resolution 12h')), cardOf(await types('policy resolution 6h'))];
    const answers = await Promise.all([presses(bench.flow, saving(a)), presses(there, saving(b))]);
    expect(answers.map(words).filter((w) => w.includes('已保存'))).toHaveLength(1);
    await opened(4);
    bench.clock.advance(HOUR);
    const changed = await inTime(Promise.all([bench.flow.retime(), there.retime()]));
    expect(changed.reduce((x, y) => x + y, 0)).toBe(0);
    const [first] = await limits();
    expect([12 * HOUR, 6 * HOUR]).toContain(first);
    expect(new Set(await limits()).size).toBe(1);
  });
});

describe('the open tickets follow', () => {
  it('with two processes at once, each ticket once', async () => {
    await opened(5);
    await presses(bench.flow, saving(cardOf(await types('policy resolution 12h'))));
    const there = another();
    await inTime(Promise.all([bench.flow.retime(), there.retime()]));
    await there.retime();
    expect(await limits()).toEqual(Array(5).fill(12 * HOUR));
    const events = (await stored()).map((t) => t.history.tail.filter(({ type }) => type === 'retimed').length);
    expect(events).toEqual(Array(5).fill(1));
  });

  it('once more after the walk was cut, and not when this process has an older file', async () => {
    await opened(3);
    await presses(bench.flow, saving(cardOf(await types('policy resolution 12h'))));
    await on.store.settings.import('shop', 'another', 'a newer file', bench.clock.now());
    expect(await bench.flow.retime()).toBe(0);
    expect(await limits()).toEqual(Array(3).fill(24 * HOUR));
    expect(await another().retime()).toBe(3);
  });

  it('and one that turns overdue by it is reminded of once', async () => {
    await opened(1);
    await bench.passes(24 * HOUR);
    const before = (await stored())[0]?.history.tail.filter(({ type }) => type === 'reminded').length ?? 0;
    await presses(bench.flow, saving(cardOf(await types('policy resolution 12h'))));
    await bench.flow.retime();
    await bench.passes(1_000);
    await bench.passes(1_000);
    const [ticket] = await stored();
    expect(ticket?.history.tail.filter(({ type }) => type === 'reminded')).toHaveLength(before + 1);
    expect(ticket?.misses.some(({ clock }) => clock === 'resolution')).toBe(true);
  });
});

describe('the audit of the deadlines', () => {
  const breaks = (ticket: Ticket, set: object) =>
    on.store.connection.collection<{ _id: string }>('tickets').updateOne({ _id: ticket._id }, { $set: set });

  it.each([
    ['a moment that is gone', { nextDueAt: null, dueToken: null }, 'unarmed'],
    ['a moment that is another', { nextDueAt: new Date('2030-01-01T00:00:00Z') }, 'unarmed'],
    ['a token that is gone', { dueToken: null }, 'unarmed'],
    ['promises that are gone', { clocks: {}, nextDueAt: null, dueToken: null }, 'clockless'],
  ])('finds %s and puts it right', async (_what, set, fault) => {
    const [ticket] = await opened(2);
    if (ticket === undefined) throw new Error('none was opened');
    expect(await bench.flow.auditDeadlines()).toBe(0);
    await breaks(ticket, set);
    await bench.flow.auditDeadlines();
    await bench.flow.auditDeadlines();
    const healed = await on.store.tickets.load(ticket._id);
    expect([healed?.nextDueAt, healed === null ? null : timingFault(healed)]).toEqual([ticket.nextDueAt, null]);
    expect(Object.keys(healed?.clocks ?? {})).toEqual(Object.keys(ticket.clocks));
    const found = bench.alarms.filter(({ what }) => what === 'deadline').map(({ detail }) => detail['fault']);
    expect(found).toEqual([fault]);
    expect(await bench.flow.auditDeadlines()).toBe(0);
  });

  it('wakes what has been due for more than a minute, and says so once', async () => {
    await opened(1);
    bench.clock.advance(HOUR);
    expect(await bench.flow.auditDeadlines()).toBe(0);
    bench.clock.advance(MINUTE - 1);
    expect(await bench.flow.auditDeadlines()).toBe(0);
    bench.clock.advance(1);
    expect(await bench.flow.auditDeadlines()).toBe(1);
    expect((await stored())[0]?.nextDueAt?.getTime()).toBeGreaterThan(bench.clock.now().getTime());
    expect(await bench.flow.auditDeadlines()).toBe(0);
  });
});
