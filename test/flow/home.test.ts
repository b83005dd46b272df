import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Card, ListItem } from '../../cards/card.ts';
import { accountKey } from '../../src/domain/address.ts';
import { recordOf } from '../../src/domain/duty.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { createRoster } from '../../src/flow/roster.ts';
import { aBench, aStore, type Bench } from '../support/flow.ts';
import { clocksDue, aDirectory, aPerson, aTicket, minutes, NOW } from '../support/tickets.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const more = [
  aPerson('both', '双组', { teams: ['aftersales', 'logistics'] }),
  aPerson('coffee', '咖啡', { shops: ['coffee'] }),
  aPerson('loose', '散客', { teams: [] }),
];
const usual = aDirectory();
const directory = aDirectory({
  people: new Map([...usual.people, ...more.map((p) => [p.id, p] as const)]),
  accounts: new Map([
    ...usual.accounts,
    ...more.map((p) => [accountKey({ platform: 'sandbox', app: 'demo', user: p.id }), p.id] as const),
  ]),
});

let bench: Bench;
let number: number;
beforeEach(async () => {
  await on.empty();
  number = 4_000;
  bench = aBench(on.store, { directory: () => directory });
});

/** A ticket is there; each later than the one before. */
async function there(changes: Partial<Ticket> = {}): Promise<number> {
  number += 1;
  const openedAt = minutes(number - 5_000);
  const ticket = aTicket({ _id: `ticket-${number}`, number, openedAt, ...changes });
  await on.store.tickets.create({ ticket, events: [], effects: [], cause: { cause: 'c', seq: 1, already: false } });
  return number;
}

const mine = { assignee: 'lilei', status: 'in_progress' } as const;

const home = (user: string, b: Bench = bench): Promise<Card | null> =>
  b.flow.sink.openHome({ platform: 'sandbox', app: 'demo', sender: { id: user, name: user } });
async function seen(user: string): Promise<Card> {
  const card = await home(user);
  if (card === null) throw new Error(`${user} has no page`);
  return card;
}
/** Everything a page says, a row as its number. */
const said = (card: Card): readonly string[] =>
  card.blocks.flatMap((b) => {
    if (b.type === 'list') return b.items.map((i) => /^T-\d+/u.exec(i.text)?.[0] ?? i.text);
    return b.type === 'text' || b.type === 'note' ? [b.text] : [];
  });
const items = (card: Card): readonly ListItem[] => card.blocks.flatMap((b) => (b.type === 'list' ? b.items : []));

it('an account that is nobody’s has no page', async () => {
  expect(await home('stranger')).toBeNull();
});

it('one’s own tickets, those that are due first on top, with what can be done', async () => {
  const late = await there({ ...mine, clocks: clocksDue({ resolution: minutes(600) }) });
  const without = await there({ ...mine, clocks: {} });
  const soon = await there({ ...mine, clocks: clocksDue({ nextResponse: minutes(3) }) });
  await there({ ...mine, status: 'resolved' });
  await there({ ...mine, assignee: 'wangfang' });
  const card = await seen('lilei');
  expect(said(card)).toEqual(['我的工单 · 3 张', `T-${soon}`, `T-${late}`, `T-${without}`, '售后没有待认领的工单']);
  expect(items(card)[0]).toMatchObject({
    action: { invoke: { command: 'show', args: { ticket: String(soon) } } },
    also: { invoke: { command: 'reply' }, form: { fields: [{ name: 'text' }] } },
  });
});

it('ten of one’s own with how many there are, even where one’s queue is full as well', async () => {
  for (let i = 0; i < 12; i += 1) await there(mine);
  for (let i = 0; i < 11; i += 1) await there();
  const card = await seen('lilei');
  expect(items(card)).toHaveLength(20);
  expect(said(card).filter((line) => line.startsWith('显示'))).toEqual([
    '显示前 10 张，共 12 张',
    '显示前 10 张，共 11 张',
  ]);
});

it('the queues of all teams of somebody share ten rows fairly', async () => {
  for (let i = 0; i < 12; i += 1) await there();
  const parcels = [await there({ team: 'logistics' }), await there({ team: 'logistics', status: 'offered' })];
  const card = await seen('both');
  const [, list] = card.blocks.filter((b) => b.type === 'list');
  expect(card.blocks.filter((b) => b.type === 'list').map((b) => b.items.length)).toEqual([8, 2]);
  expect(list?.items.map((i) => i.action?.invoke)).toEqual(
    parcels.map((no) => ({ command: 'claim', args: { ticket: String(no) } })),
  );
  expect(said(card)).toContain('售后 · 12 张待认领');
  expect(said(card)).toContain('物流 · 2 张待认领');
  expect(said(card)).toContain('显示前 8 张，共 12 张');
});

it('what somebody put back comes last, and what they passed on stands among their own only', async () => {
  const back = await there({ avoid: ['lilei'] });
  const passed = await there({
    ...mine,
    status: 'offered',
    offer: { to: 'wangfang', by: 'lilei', until: minutes(4), words: '', since: 1 },
  });
  const fresh = await there();
  expect(said(await seen('lilei'))).toEqual([
    '我的工单 · 1 张',
    `T-${passed}`,
    '售后 · 2 张待认领',
    `T-${fresh}`,
    `T-${back}`,
  ]);
});

it('only tickets of one’s own shops, and nothing of a team one is not in', async () => {
  await there();
  await there({ team: 'logistics', shop: 'coffee' });
  const own = await there({ shop: 'coffee' });
  expect(said(await seen('coffee'))).toContain(`T-${own}`);
  expect(items(await seen('coffee'))).toHaveLength(1);
  expect(items(await seen('loose'))).toEqual([]);
  expect(said(await seen('loose'))).toContain('你还没有入组；入组以后，这里会有组里待认领的工单');
});

it('a manager in no team sees every queue as one row, the longest first', async () => {
  await there({ team: 'logistics' });
  await there();
  await there();
  const card = await seen('zhou');
  expect(said(card).slice(-3)).toEqual(['各组的队列', '售后 · 2 张待认领', '物流 · 1 张待认领']);
  expect(items(card)[0]?.action?.invoke).toEqual({ command: 'list', args: { scope: 'team:aftersales' } });
});

it('numbers and addresses are masked, also on one’s own tickets', async () => {
  await there({ ...mine, subject: '请打 13812345678' });
  expect(JSON.stringify(await seen('lilei'))).not.toContain('13812345678');
});

it('duty as it was said: never, on, on a break, off, and over', async () => {
  const roster = createRoster(on.store, bench.clock);
  const own = aBench(on.store, { directory: () => directory, roster }, [], {}, bench.clock);
  const lilei = aPerson('lilei', '李雷');
  const says = (state: 'on' | 'away' | 'off'): Promise<void> =>
    roster.keep(recordOf(lilei, state, { at: bench.clock.now(), by: 'lilei', awayMs: 30 * 60_000, directory }));
  const status = async (): Promise<string | undefined> => (await home('lilei', own))?.status;
  const words = [await status()];
  for (const state of ['on', 'away'] as const) {
    await says(state);
    words.push(await status());
  }
  bench.clock.advance(31 * 60_000);
  words.push(await status());
  await says('off');
  words.push(await status());
  await says('on');
  bench.clock.advance(12 * 3_600_000);
  words.push(await status());
  expect(bench.clock.now().getTime()).toBeGreaterThan(NOW.getTime());
  expect(words).toEqual([
    '不在班',
    '14:30 起在班，到 22:00',
    '休息到 15:00，到点自动上线',
    '15:00 起在班，到 22:00',
    '15:01 起不在班',
    '11月11日 22:00 起不在班',
  ]);
});
