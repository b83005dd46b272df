import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '../../cards/card.ts';
import { everyDay, type Calendar } from '../../src/domain/calendar.ts';
import type { Directory, Person, Shift, Team } from '../../src/domain/directory.ts';
import { recordOf } from '../../src/domain/duty.ts';
import type { Hours } from '../../src/domain/hours.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { createRoster } from '../../src/flow/roster.ts';
import { manualClock } from '../support/clock.ts';
import { aBench, aMessage, aStore, type Bench } from '../support/flow.ts';
import { aDirectory, aQuote, aTicket, clocksDue } from '../support/tickets.ts';

const CHINA = 'Asia/Shanghai';
const MINUTE = 60_000;
const hours = (from: number, to: number): Hours => ({ from: from * 60, to: to * 60 });
const weekly = (spans: readonly Hours[], timeZone = CHINA): Calendar => ({
  timeZone,
  week: Array.from({ length: 7 }, () => spans),
  days: new Map(),
});
/** A moment by the clock in the shop. */
const at = (local: string): Date => new Date(`${local}+08:00`);

const EARLY: Shift = { id: 'early', name: '早班', calendar: weekly([hours(8, 12), hours(13, 17)]) };
const LATE: Shift = { id: 'late', name: '晚班', calendar: weekly([hours(15, 19), hours(20, 24)]) };

/** After-sales: 李雷 works early, 王芳 late, both with a meal between; 赵敏 by the team's hours. */
function theShop(shifts: Readonly<Record<string, string>> = { lilei: 'early', wangfang: 'late' }): Directory {
  const base = aDirectory();
  const team = base.teams.get('aftersales') as Team;
  const changed: Team = { ...team, shifts: [EARLY, LATE], calendar: everyDay(CHINA, hours(8, 24)) };
  const people = [...base.people.values()].map((p): [string, Person] => [
    p.id,
    { ...p, shift: shifts[p.id] ?? null, direct: p.id === 'zhaomin' ? [] : p.direct },
  ]);
  return { ...base, people: new Map(people), teams: new Map([...base.teams, ['aftersales', changed]]) };
}

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
let shop: Directory;
let number: number;
let events = 0;

/** The bench of a new day at this moment. */
async function opens(local: string, directory = theShop()): Promise<void> {
  await on.empty();
  shop = directory;
  number = 4800;
  const clock = manualClock(at(local));
  bench = aBench(on.store, { directory: () => shop, roster: createRoster(on.store, clock) }, [], {}, clock);
}
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const comes = (id: string): Promise<void> => {
  const person = shop.people.get(id) as Person;
  const at = bench.clock.now();
  return bench.parts.roster.keep(recordOf(person, 'on', { at, by: id, awayMs: 0, directory: shop }));
};
/** Somebody has a ticket of which this is due at these moments. */
async function has(person: string, due: Parameters<typeof clocksDue>[0] = {}, more: Partial<Ticket> = {}) {
  number += 1;
  const ticket = aTicket({
    _id: `ticket-${number}`,
    number,
    status: 'in_progress',
    assignee: person,
    openedAt: bench.clock.now(),
    clocks: clocksDue(due),
    ...more,
  });
  await on.store.tickets.create({ ticket, events: [], effects: [], cause: { cause: 'c', seq: 1, already: false } });
  return number;
}
/** A minute passes, as often as said, each with a run of the job. */
async function passes(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    bench.clock.advance(MINUTE);
    await bench.flow.handover();
  }
  await bench.flow.settle();
}
async function until(local: string): Promise<void> {
  bench.clock.advance(at(local).getTime() - bench.clock.now().getTime());
  await bench.flow.handover();
  await bench.flow.settle();
}
const cardsTo = (person: string, method: 'send' | 'update'): readonly Card[] =>
  bench.adapter.calls.flatMap((c) =>
    c.method === method && c.conversation === `direct:${person}` && c.message.type === 'card' ? [c.message.card] : [],
  );
const handovers = (person: string) => cardsTo(person, 'send').filter((c) => c.kind === 'handover');
const words = (card: Card | undefined): readonly string[] =>
  card === undefined
    ? []
    : [card.title, card.status ?? '', ...card.blocks.flatMap((b) => ('text' in b ? [b.text] : []))].filter(
        (w) => w !== '',
      );
const ticket = async (no: number): Promise<Ticket> => (await on.store.tickets.byNumber(no)) as Ticket;
/** Presses on the card, or on an answer; what they read, and the form it opens. */
async function presses(person: string, args: Readonly<Record<string, string>>) {
  events += 1;
  const event = {
    ...aMessage(bench.clock, `press-${events}`, ''),
    kind: 'invoke',
    conversation: { id: `direct:${person}`, kind: 'direct' },
    sender: { id: person, name: person },
    invocation: { command: 'handover', args },
  } as const;
  const { answer } = await bench.flow.sink.accept(event, { answerBy: 60_000 });
  await bench.flow.settle();
  const message = answer?.message ?? null;
  const card = message?.type === 'card' ? message.card : undefined;
  return {
    form: answer?.form ?? null,
    says: message?.type === 'text' ? message.text : words(card).join('\n'),
    offers: card?.actions.map((a) => a.invoke) ?? [],
  };
}

describe('half an hour before a shift ends', () => {
  beforeEach(() => opens('2026-11-11T16:00'));

  it('one card says how many, what first, who comes next, and offers three ways out', async () => {
    await comes('lilei');
    await has('lilei', { resolution: at('2026-11-12T10:00') }, { subject: '退款' });
    await has('lilei', { nextResponse: at('2026-11-11T18:00') }, { subject: '补发' });
    await has('lilei', {}, { subject: '碎了', priority: 'urgent' });
    await until('2026-11-11T16:29');
    expect(handovers('lilei')).toEqual([]);
    await passes(5);
    const [card, ...more] = handovers('lilei');
    expect(more).toEqual([]);
    expect(cardsTo('lilei', 'update')).toEqual([]);
    expect(words(card)).toEqual([
      '17:00 交班 · 手上 3 张',
      '紧急 1 张 · 1 张等不到你 11月12日 8:00 回来',
      '下一班：王芳、赵敏',
      '到 17:00 没选的：等不到你回来的自动放进队列，其余留给你；之后自动下线',
    ]);
    expect(card?.tone).toBe('red');
    expect(card?.actions.map((a) => [a.label, a.style, a.invoke.args])).toEqual([
      ['交给下一班', 'primary', { what: 'next' }],
      ['交给…', 'default', { what: 'to' }],
      ['我明天继续', 'default', { what: 'keep' }],
    ]);
    const rows = card?.blocks.flatMap((b) => (b.type === 'list' ? b.items : [])) ?? [];
    expect(rows.map((r) => [r.text, r.action?.invoke.args, r.also?.invoke.args])).toEqual([
      ['T-4803 · 碎了', { what: 'next', no: '4803' }, { what: 'keep', no: '4803' }],
      ['T-4802 · 补发', { what: 'next', no: '4802' }, { what: 'to', no: '4802' }],
      ['T-4801 · 退款', { what: 'next', no: '4801' }, { what: 'keep', no: '4801' }],
    ]);
  });

  it('none for who has nothing, is on a break, has gone, or was never there', async () => {
    await has('wangfang');
    await until('2026-11-11T16:40');
    await comes('lilei');
    await until('2026-11-11T16:41');
    await has('lilei');
    for (const state of ['away', 'off'] as const) {
      const said = { at: bench.clock.now(), by: 'lilei', awayMs: 60 * MINUTE, directory: shop };
      await bench.parts.roster.keep(recordOf(shop.people.get('lilei') as Person, state, said));
      await passes(2);
    }
    expect([...handovers('lilei'), ...handovers('wangfang')]).toEqual([]);
  });

  it('at lunch nobody goes home', async () => {
    await opens('2026-11-11T11:00');
    await comes('lilei');
    await has('lilei');
    await until('2026-11-11T11:45');
    await until('2026-11-11T12:10');
    expect(handovers('lilei')).toEqual([]);
    await until('2026-11-11T16:31');
    expect(handovers('lilei')).toHaveLength(1);
  });

  it('who has no shift goes home with the team', async () => {
    await opens('2026-11-11T23:20', theShop({}));
    await comes('lilei');
    await has('lilei');
    await until('2026-11-11T23:31');
    expect(words(handovers('lilei')[0])).toContain('11月12日 0:00 交班 · 手上 1 张');
    expect(words(handovers('lilei')[0])).toContain('今天后面没有班了：交给下一班的放进队列，11月12日 8:00 有人接');
  });
});

describe('answered', () => {
  beforeEach(async () => {
    await opens('2026-11-11T16:29');
    await comes('lilei');
    await comes('wangfang');
  });

  it('for all at once they are in the queue, and the card says so; it can be taken back', async () => {
    await has('lilei');
    await has('lilei');
    await passes(2);
    const { says, offers } = await presses('lilei', { what: 'next' });
    expect(says).toBe('T-4801、T-4802 交给下一班了，在售后队列里，王芳、赵敏 接着');
    expect((await ticket(4801)).status).toBe('new');
    expect(words(cardsTo('lilei', 'update').at(-1))).toEqual(['交班好了']);
    const [undo] = offers;
    expect(undo?.args).toEqual({ back: '4801.4802' });
    expect((await presses('lilei', undo?.args ?? {})).says).toBe('已撤销，T-4801、T-4802 又是你的了');
    expect(await ticket(4802)).toMatchObject({ assignee: 'lilei', status: 'in_progress' });
    expect(words(cardsTo('lilei', 'update').at(-1))[0]).toBe('17:00 交班 · 手上 2 张');
    expect(handovers('lilei')).toHaveLength(1);
  });

  it('one by one the card shrinks', async () => {
    await has('lilei');
    await has('lilei', { nextResponse: at('2026-11-11T18:00') });
    await passes(2);
    await presses('lilei', { what: 'next', no: '4801' });
    expect(words(cardsTo('lilei', 'update').at(-1))[0]).toBe('17:00 交班 · 手上 1 张');
    const refusal = await presses('lilei', { what: 'keep', no: '4802' });
    expect(refusal.says).toBe('T-4802 等不到你明天 8:00 回来：18:00 前回复。请交给下一班或同事');
    await presses('lilei', { what: 'next', no: '4802' });
    expect(words(cardsTo('lilei', 'update').at(-1))).toEqual(['交班好了']);
  });

  it('kept: all that can wait; what cannot is named and stays on the card', async () => {
    await has('lilei');
    await has('lilei', { nextResponse: at('2026-11-11T18:00') });
    await passes(2);
    expect((await presses('lilei', { what: 'keep' })).says).toBe(
      'T-4801 留给你，明天 8:00 回来继续。T-4802 等不到你明天 8:00 回来：18:00 前回复。请交给下一班或同事',
    );
    expect(words(cardsTo('lilei', 'update').at(-1))[0]).toBe('17:00 交班 · 手上 1 张');
    await until('2026-11-11T17:00');
    expect([(await ticket(4801)).assignee, (await ticket(4802)).assignee]).toEqual(['lilei', null]);
  });

  it('to a colleague: asked for in a form, with a word where it is urgent', async () => {
    await has('lilei', {}, { priority: 'urgent' });
    await passes(2);
    const asked = await presses('lilei', { what: 'to' });
    expect(asked.form?.fields.map((f) => [f.name, f.required])).toEqual([
      ['what', false],
      ['to', true],
      ['note', false],
    ]);
    const wordless = await presses('lilei', { what: 'to', to: 'wangfang' });
    expect(wordless.form?.fields.find((f) => f.name === 'note')?.error).toBe(
      'T-4801 是紧急单，要留一句话：做到哪了，接下来做什么',
    );
    const { says } = await presses('lilei', { what: 'to', to: 'wangfang', note: '仓库说六点前回复' });
    expect(says).toBe('T-4801 交给 王芳 了');
    expect((await ticket(4801)).assignee).toBe('wangfang');
    const [note] = await on.store.notes.ofTicket('ticket-4801', 5);
    expect([note?.noteText, note?.author]).toEqual(['仓库说六点前回复', { kind: 'person', id: 'lilei', name: '李雷' }]);
  });

  it('typed, it is the same card at any time, and says so where there is nothing', async () => {
    expect((await presses('lilei', {})).says).toBe('你手上没有工单，不用交班');
    await has('lilei');
    await opensNothing();
    expect((await presses('lilei', {})).says).toContain('17:00 交班 · 手上 1 张');
  });

  const opensNothing = async (): Promise<void> => {
    await bench.flow.settle();
    expect(handovers('lilei')).toEqual([]);
  };
});

describe('unanswered when it ends', () => {
  const LINES = ['杯子碎了', '还在吗', '什么时候补发', '今天能发吗'];

  it('what cannot wait is in the queue with the last words, the rest stays; they are off duty; once', async () => {
    await opens('2026-11-11T16:31');
    await comes('lilei');
    const quotes = LINES.map((text, i) => aQuote(text, { message: `m${i}`, at: at(`2026-11-11T15:0${i}`) }));
    const urgent = await has('lilei', { nextResponse: at('2026-11-11T17:10') }, { quotes });
    const calm = await has('lilei', { resolution: at('2026-11-12T09:00') });
    await until('2026-11-11T16:59');
    await until('2026-11-11T17:00');
    expect(await ticket(urgent)).toMatchObject({ status: 'new', assignee: null, owner: 'lilei' });
    expect(await ticket(calm)).toMatchObject({ status: 'in_progress', assignee: 'lilei' });
    const notes = await on.store.notes.ofTicket(`ticket-${urgent}`, 5);
    expect(notes.map((n) => n.noteText)).toEqual([
      '下班时没有交班，客户最后说：\n15:01 还在吗\n15:02 什么时候补发\n15:03 今天能发吗',
    ]);
    expect((await ticket(urgent)).history.tail.at(-1)?.data['note']).toBe(notes[0]?._id);
    expect(words(cardsTo('lilei', 'update').at(-1))).toEqual([
      '17:00 下班了，已自动下线；T-4801 等不到你回来，放进了队列；1 张留给你，11月12日 8:00 继续',
    ]);
    const [record] = await on.store.duty.all();
    expect(record).toMatchObject({ _id: 'lilei', state: 'off', since: at('2026-11-11T17:00') });
    // What somebody puts into their hands later is not settled by a second run.
    const later = await has('lilei', { nextResponse: at('2026-11-11T20:00') });
    const before = bench.adapter.calls.length;
    await passes(3);
    expect((await ticket(later)).assignee).toBe('lilei');
    expect(bench.adapter.calls.length).toBe(before);
  });

  it('is settled once, however many processes do it', async () => {
    await opens('2026-11-11T16:31');
    await comes('lilei');
    const no = await has('lilei', { nextResponse: at('2026-11-11T17:10') });
    await passes(1);
    const other = aBench(
      on.store,
      { directory: () => shop, roster: createRoster(on.store, bench.clock) },
      [],
      {},
      bench.clock,
    );
    await bench.parts.roster.read();
    await other.parts.roster.read();
    bench.clock.advance(29 * MINUTE);
    const both = { running: true };
    const settled = Promise.all([bench.flow.handover(), other.flow.handover()]).finally(() => {
      both.running = false;
    });
    // Whoever meets the other one waits for a moment.
    while (both.running) {
      bench.clock.advance(10);
      await new Promise(setImmediate);
    }
    await settled;
    await bench.flow.settle();
    expect((await ticket(no)).history.tail.map((e) => e.type)).toEqual(['opened', 'covered']);
    expect(await on.store.notes.ofTicket(`ticket-${no}`, 5)).toHaveLength(1);
    expect(cardsTo('lilei', 'update')).toHaveLength(1);
  });

  it('down over the end: settled when it runs again, and no card comes then', async () => {
    await opens('2026-11-11T16:00');
    await comes('lilei');
    const no = await has('lilei', { nextResponse: at('2026-11-11T17:10') });
    await until('2026-11-11T19:00');
    expect((await ticket(no)).assignee).toBeNull();
    expect(cardsTo('lilei', 'send').filter((c) => c.kind === 'handover')).toEqual([]);
    expect(await on.store.notes.ofTicket(`ticket-${no}`, 5)).toHaveLength(1);
  });

  it('who came again after the end keeps what they have', async () => {
    await opens('2026-11-11T16:59');
    await comes('lilei');
    const no = await has('lilei', { nextResponse: at('2026-11-11T17:30') });
    bench.clock.advance(5 * MINUTE);
    await comes('lilei');
    await bench.flow.handover();
    expect((await ticket(no)).assignee).toBe('lilei');
  });

  it('back on duty it is theirs again, unless somebody claimed it', async () => {
    await opens('2026-11-11T16:59');
    await comes('lilei');
    const no = await has('lilei', { nextResponse: at('2026-11-11T17:30') });
    await until('2026-11-11T17:00');
    bench.clock.advance(15 * 60 * MINUTE);
    events += 1;
    await bench.flow.sink.accept({
      ...aMessage(bench.clock, `on-${events}`, '上线'),
      conversation: { id: 'direct:lilei', kind: 'direct' },
      sender: { id: 'lilei', name: '李雷' },
    });
    await bench.flow.settle();
    expect((await ticket(no)).assignee).toBe('lilei');
  });

  it('a night shift over midnight, and one that clocks are turned in', async () => {
    const base = theShop({ lilei: 'night' });
    const team = base.teams.get('aftersales') as Team;
    const night: Shift = { id: 'night', name: '夜班', calendar: weekly([hours(22, 6)], 'Europe/Berlin') };
    const teams = new Map([...base.teams, ['aftersales', { ...team, shifts: [night] }]]);
    await opens('2026-03-29T06:00', { ...base, teams });
    // 23:00 in Berlin on the 28th; the night lasts until 6:00, which is 4:00 UTC after the hour that was left out.
    await comes('lilei');
    const no = await has('lilei', { nextResponse: new Date('2026-03-29T15:00:00Z') });
    await until('2026-03-29T11:31');
    expect(handovers('lilei')).toHaveLength(1);
    await until('2026-03-29T12:00');
    expect((await ticket(no)).assignee).toBeNull();
  });
});
