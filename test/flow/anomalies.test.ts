import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '../../cards/card.ts';
import type { Directory } from '../../src/domain/directory.ts';
import { tallyOf, type Tally } from '../../src/domain/tally.ts';
import { manualClock } from '../support/clock.ts';
import { aBench, aMessage, aStore, type Bench } from '../support/flow.ts';
import { aDirectory, aTicket } from '../support/tickets.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Wednesday, 14:30 in the shop. */
const START = new Date('2026-11-11T06:30:00Z');

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
let shop: Directory;
let number: number;

beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(async () => {
  await on.empty();
  shop = aDirectory();
  number = 1_000;
  bench = aBench(on.store, { directory: () => shop }, [], {}, manualClock(START));
});

const tally = (openedAt: Date, more: Partial<Tally> = {}): Tally => {
  number += 1;
  const base = tallyOf(aTicket({ _id: `t${number}`, number, openedAt, version: 1 }));
  return {
    ...base,
    openedAt,
    category: 'logistics.stalled',
    team: 'aftersales',
    region: null,
    assignee: null,
    ...more,
  };
};
/** So many tickets in each of the hours that ended these times ago. */
const had = async (count: number, ago: readonly number[], more: Partial<Tally> = {}): Promise<void> => {
  for (const before of ago) {
    const end = START.getTime() - before;
    const step = HOUR / (count + 1);
    await on.store.tallies.keep(Array.from({ length: count }, (_, i) => tally(new Date(end - (i + 1) * step), more)));
  }
};
const weeks = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => (i + 1) * 7 * DAY);
const days = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => (i + 1) * DAY);
/** So many come within the last minutes, as tickets that can be looked at. */
async function comes(count: number, subject: string, more: Partial<Tally> = {}): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const openedAt = new Date(bench.clock.now().getTime() - (i + 1) * MINUTE);
    const t = tally(openedAt, more);
    await on.store.tallies.keep([t]);
    const ticket = aTicket({ _id: t._id, number: t.number, openedAt, subject, category: t.category, team: t.team });
    await on.store.tickets.create({ ticket, events: [], effects: [], cause: { cause: 'c', seq: 1, already: false } });
  }
}
async function looks(ms = 0): Promise<number> {
  bench.clock.advance(ms);
  const open = await bench.flow.anomalies();
  await bench.flow.settle();
  return open;
}
const cards = (to: string, method: 'send' | 'update'): readonly Card[] =>
  bench.adapter.calls.flatMap((c) =>
    c.conversation === to && c.method === method && c.message.type === 'card' && c.message.card.kind === 'anomaly'
      ? [c.message.card]
      : [],
  );
const GROUP = 'group:aftersales';
const notes = (card: Card | undefined): readonly string[] =>
  card?.blocks.flatMap((b) => (b.type === 'note' ? [b.text] : [])) ?? [];

describe('more than ever', () => {
  it('is one card in the group and to the leads: what, how much, since when, words, samples, and the button', async () => {
    await had(3, weeks(6));
    await comes(19, '快递三天没更新，电话 13812345678');
    expect(await looks()).toBe(1);
    expect(cards('direct:zhaomin', 'send')).toHaveLength(1);
    expect(cards('direct:lilei', 'send')).toEqual([]);
    const [card, ...more] = cards(GROUP, 'send');
    expect(more).toEqual([]);
    expect(card).toMatchObject({ tone: 'amber', status: '14:00 起' });
    expect(card?.title).toMatch(/^物流 \/ 物流停滞突然变多：30 分钟内 19 单 \/ 平时 \d(\.\d)? 单$/u);
    expect(notes(card)).toEqual(['常见词：快递三天没更新、电话']);
    const rows = card?.blocks.flatMap((b) => (b.type === 'list' ? b.items : [])) ?? [];
    expect(rows).toHaveLength(3);
    expect(JSON.stringify(card)).not.toContain('13812345678');
    expect(card?.actions.map((a) => [a.label, a.style, a.invoke.command])).toEqual([['建问题单', 'primary', 'group']]);
    expect(card?.actions[0]?.invoke.args['tickets']?.split(' ')).toHaveLength(18);
  });

  it('lives: nobody hears anew, the card follows, and it is over once it was calm for half an hour', async () => {
    await had(3, weeks(6));
    await comes(19, '快递三天没更新');
    await looks();
    await looks();
    await comes(4, '快递三天没更新');
    for (let i = 0; i < 3; i += 1) await looks(5 * MINUTE);
    expect(cards(GROUP, 'update').length).toBeGreaterThan(0);
    expect(await looks(50 * MINUTE)).toBe(1);
    expect(await looks(35 * MINUTE)).toBe(0);
    expect(cards(GROUP, 'update').at(-1)).toMatchObject({ tone: 'grey', blocks: [], actions: [] });
    expect(cards(GROUP, 'update').at(-1)?.title).toContain('恢复正常：14:00 到 16:10');
    const before = bench.adapter.calls.length;
    await looks(5 * MINUTE);
    expect(bench.adapter.calls.length).toBe(before);
    // What comes again soon after is the same card.
    await comes(19, '快递三天没更新');
    expect(await looks(0)).toBe(1);
    expect(cards(GROUP, 'send')).toHaveLength(1);
    expect(cards(GROUP, 'update').at(-1)?.tone).toBe('amber');
  });

  it('grouped by the button its tickets stand under one, and the card says so', async () => {
    await had(3, weeks(6));
    await comes(16, '快递三天没更新');
    await looks();
    const invoke = cards(GROUP, 'send')[0]?.actions[0]?.invoke;
    if (invoke === undefined) throw new Error('no button');
    await bench.flow.sink.accept({
      ...aMessage(bench.clock, 'press', ''),
      kind: 'invoke',
      conversation: { id: GROUP, kind: 'group' },
      sender: { id: 'zhaomin', name: '赵敏' },
      invocation: invoke,
    });
    await bench.flow.settle();
    const problem = await on.store.tickets.byNumber(Number(invoke.args['ticket']));
    expect(problem?.cases).toHaveLength(15);
    await looks(5 * MINUTE);
    const card = cards(GROUP, 'update').at(-1);
    expect(notes(card)).toContain(`已建问题单 T-${problem?.number}，归了 16 张`);
    expect(card?.actions).toEqual([]);
  });

  it('one matter is one card, by what stands out most', async () => {
    await had(1, weeks(6), { region: '浙江' });
    await had(2, weeks(6), { category: 'return' });
    await comes(19, '快递三天没更新', { region: '浙江' });
    expect(await looks()).toBe(1);
    expect(cards(GROUP, 'send')).toHaveLength(1);
  });
});

describe('what is no news', () => {
  it('as much as in the same hour of the week, however little there is at other times', async () => {
    await had(2, days(13));
    await had(18, weeks(6));
    await comes(19, '快递三天没更新');
    expect(await looks()).toBe(0);
  });

  it('three instead of one, and anything while nothing is known', async () => {
    await comes(19, '快递三天没更新');
    expect(await looks()).toBe(0);
    await had(1, weeks(6));
    bench.clock.advance(2 * HOUR);
    await comes(3, '快递三天没更新');
    expect(await looks()).toBe(0);
  });

  it('in the first weeks the days before count, and the card says so', async () => {
    await had(3, days(5));
    await comes(19, '快递三天没更新');
    expect(await looks()).toBe(1);
    expect(cards(GROUP, 'send')[0]?.status).toContain('历史不足三周，平时按前几天同一时段算');
  });

  it('on a promotion day only what rises more than the rest', async () => {
    shop = { ...shop, promotions: [{ id: 'd11', name: '双十一', from: '2026-11-10', to: '2026-11-12' }] };
    await had(6, weeks(6));
    await had(6, weeks(6), { category: 'return' });
    await comes(25, '快递三天没更新');
    await comes(25, '想退货', { category: 'return' });
    expect(await looks()).toBe(0);
    shop = { ...shop, promotions: [] };
    expect(await looks()).toBeGreaterThan(0);
  });
});

it('somebody who suddenly takes longer is told to the leads alone', async () => {
  await had(8, weeks(6), { assignee: 'lilei', firstMs: 3 * MINUTE, category: null });
  await comes(10, '想问一下', { assignee: 'lilei', firstMs: 14 * MINUTE, category: null });
  expect(await looks()).toBe(1);
  expect(cards(GROUP, 'send')).toEqual([]);
  expect(cards('direct:zhaomin', 'send').map((c) => c.title)).toEqual(['李雷 首响变慢：14 分钟 / 平时 3 分钟']);
});
