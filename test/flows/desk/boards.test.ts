import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ListItem } from '../../../cards/card.ts';
import { openDesk, words, type Desk, type Seen } from '../../support/desk.ts';
import { aShop } from '../../support/shop.ts';

const RUSH = 60;
const GROUP = 'g-aftersale';

let desk: Desk;
beforeAll(async () => {
  const sandbox = [
    '  limits:',
    `    - { name: robot, per: robot, method: send, count: 20, window: 1m, conversations: [${GROUP}], reserve: { urgent: 8, redraw: 4 }, overrun: { block: 10m } }`,
  ].join('\n');
  desk = await openDesk({ shop: aShop({ sandbox, customers: RUSH + 2 }) });
  for (let i = 1; i <= RUSH; i += 1) await desk.writes(`k${i}`, `第 ${i} 个杯子碎了，要退货`);
  for (let i = 0; i < 3; i += 1) await desk.passes(1_000);
});
afterAll(() => desk.stop());

const boards = async (user = 'lilei'): Promise<readonly Seen[]> =>
  (await desk.sees(user, GROUP)).filter((m) => m.card?.kind === 'board');
const itemsOf = (board: Seen | undefined): readonly ListItem[] =>
  board?.card?.blocks.flatMap((b) => (b.type === 'list' ? b.items : [])) ?? [];
const numberOf = (item: ListItem | undefined): string => /T-(\d+)/u.exec(item?.text ?? '')?.[1] ?? '';

it('a rush is a few cards and three boards, which say how many more wait and since when', async () => {
  const all = await desk.sees('lilei', GROUP);
  expect(all.filter((m) => m.card?.kind === 'ticket')).toHaveLength(7);
  expect((await boards()).map((b) => itemsOf(b).length)).toEqual([10, 10, 10]);
  const [first] = await boards();
  expect(first?.card?.title).toMatch(/售后.*10/u);
  expect(first?.card?.status).toMatch(/23/u);
  expect(first?.card?.status).toMatch(/14:30/u);
  expect(first?.card?.actions.map((a) => a.label)).toEqual(['取下一单', '列表']);
});

it('who presses a row has the ticket with its full card; the row leaves; who is slower reads who was faster and is offered the next', async () => {
  const [board] = await boards();
  const [row] = itemsOf(board);
  const no = numberOf(row);
  const won = await desk.presses('lilei', board?.surface ?? null, 'claim', { ticket: no });
  expect(won.answer).not.toBeNull();
  const lost = await desk.presses('wangfang', board?.surface ?? null, 'claim', { ticket: no });
  expect(words(lost.answer)).toMatch(new RegExp(`李雷 .*已认领 T-${no}`, 'u'));
  expect(lost.answer?.card?.actions[0]?.invoke.command).toBe('claim');
  await desk.passes(5_000);
  expect(itemsOf((await boards())[0]).map(numberOf)).not.toContain(no);
  expect(itemsOf((await boards())[0])).toHaveLength(10);
  expect((await desk.card('lilei', 'd-lilei', Number(no))).card?.kind).toBe('work');
});

it('下一张 gives the oldest; a row can be claimed by its number, typed', async () => {
  const next = await desk.types('wangfang', '/下一张', { conversation: GROUP });
  expect(words(next.answer)).toContain('T-4800');
  const no = numberOf(itemsOf((await boards())[1])[4]);
  await desk.types('wangfang', `/认领 ${no}`, { conversation: GROUP });
  await desk.passes(5_000);
  expect((await boards()).flatMap((b) => itemsOf(b)).map(numberOf)).not.toContain(no);
});

it('what is urgent is never a row', async () => {
  await desk.writes(`k${RUSH + 1}`, '插座漏电，起火了');
  const card = (await desk.sees('lilei', GROUP)).find((m) => m.card?.title.includes('漏电') === true);
  expect(card?.card?.kind).toBe('ticket');
  const no = numberOf(itemsOf((await boards())[2])[0]);
  await desk.types('wangfang', `/优先级 ${no} 紧急`, { conversation: GROUP });
  await desk.passes(5_000);
  expect((await boards()).flatMap((b) => itemsOf(b)).map(numberOf)).not.toContain(no);
  expect((await desk.card('lilei', GROUP, Number(no))).card?.kind).toBe('ticket');
});

it('everybody at work empties the boards, and the next ticket has a card again', async () => {
  for (let i = 0; i < RUSH; i += 1) await desk.types('lilei', '下一张');
  for (let i = 0; i < 150; i += 1) await desk.passes(1_000);
  expect((await boards()).map((b) => itemsOf(b).length)).toEqual([0, 0, 0]);
  await desk.writes(`k${RUSH + 2}`, '最后一个杯子碎了');
  expect((await desk.sees('lilei', GROUP)).at(-1)?.card?.kind).toBe('ticket');
});
