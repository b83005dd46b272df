import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Card } from '../../../cards/card.ts';
import { openDesk, words, type Desk } from '../../support/desk.ts';
import { aShop } from '../../support/shop.ts';

let desk: Desk;
let customer = 0;
beforeAll(async () => {
  desk = await openDesk({ shop: aShop({ customers: 20 }) });
});
afterAll(() => desk.stop());

const opens = async (): Promise<number> => {
  customer += 1;
  await desk.writes(`k${customer}`, '收到的杯子碎了，订单号 20261108112233');
  const told = (await desk.sees(`k${customer}`, `c-k${customer}`)).map(words).find((w) => w.includes('T-')) ?? '';
  return Number(/T-(\d+)/u.exec(told)?.[1]);
};
const inGroup = async (no: number) => desk.card('lilei', 'g-aftersale', no);
const own = async (no: number): Promise<Card | undefined> => (await desk.card('lilei', 'd-lilei', no)).card;
const buttons = (card: Card | undefined): readonly string[] =>
  card?.actions.filter((a) => a.placement === 'button').map((a) => a.label) ?? [];
const quotes = (card: Card | undefined): readonly string[] =>
  card?.blocks.flatMap((b) => (b.type === 'text' && b.style === 'quote' ? [b.text] : [])) ?? [];

describe('on claim', () => {
  it('the agent gets a work card in the direct chat: the last five customer messages, 回复 / 挂起 / 解决, the rest in the menu', async () => {
    const no = await opens();
    for (const line of ['一一', '二二', '三三', '四四', '五五']) await desk.writes(`k${customer}`, line);
    await desk.types('lilei', `认领 ${no}`);
    const card = await own(no);
    expect(card?.kind).toBe('work');
    expect(quotes(card)).toEqual(['一一', '二二', '三三', '四四', '五五']);
    expect(buttons(card)).toEqual(['回复', '挂起', '解决']);
    expect(card?.actions.filter((a) => a.placement === 'menu').map((a) => a.label)).toEqual(
      expect.arrayContaining(['转给', '放回', '备注', '关闭', '查看']),
    );
    expect(card?.actions[0]?.style).toBe('primary');
  });

  it('the group card shrinks to two lines and keeps working', async () => {
    const no = await opens();
    const before = await inGroup(no);
    expect(before.card?.blocks.length).toBeGreaterThan(0);
    await desk.types('lilei', `认领 ${no}`);
    const { card, surface, id } = await inGroup(no);
    expect(id).toBe(before.id);
    expect([card?.blocks, card?.footer]).toEqual([[], undefined]);
    expect(card?.status).toMatch(/^李雷 处理中 · \d+:\d\d 前首响$/u);
    expect(buttons(card)).toEqual(['回复']);
    // Whatever the card could do it still does, by the same press.
    await desk.presses('wangfang', surface ?? null, 'note', { ticket: String(no), text: '客户下午在家' });
    await desk.presses('chenjing', surface ?? null, 'priority', { ticket: String(no), priority: 'high' });
    await desk.presses('lilei', surface ?? null, 'pending', { ticket: String(no), wait: 'warehouse' });
    expect(await desk.store.tickets.byNumber(no)).toMatchObject({ priority: 'high', status: 'waiting_other' });
    expect((await inGroup(no)).card?.status).toMatch(/^李雷 等仓库 · 高优先/u);
  });

  it('when the ticket goes back to the queue the card is full again', async () => {
    const no = await opens();
    const before = (await inGroup(no)).card;
    await desk.types('lilei', `认领 ${no}`);
    await desk.types('lilei', `放回 ${no} 忙`);
    const after = (await inGroup(no)).card;
    expect(after?.blocks).toEqual(before?.blocks);
    expect(buttons(after)).toEqual(buttons(before));
    expect(buttons(after)[0]).toBe('认领');
    expect((await own(no))?.blocks).toEqual([]);
  });

  it('nothing is sent to the customer', async () => {
    const no = await opens();
    const before = (await desk.sees(`k${customer}`, `c-k${customer}`)).length;
    await desk.types('lilei', `认领 ${no}`);
    await desk.passes(60_000);
    expect(await desk.sees(`k${customer}`, `c-k${customer}`)).toHaveLength(before);
  });

  it('the primary button follows the state: 认领, 回复, 解决', async () => {
    const no = await opens();
    const primary = async (): Promise<string | undefined> =>
      (await inGroup(no)).card?.actions.find((a) => a.style === 'primary')?.label;
    expect(await primary()).toBe('认领');
    await desk.types('lilei', `认领 ${no}`);
    expect(await primary()).toBe('回复');
    await desk.types('lilei', `回复 ${no} 马上给您补发`);
    expect(await primary()).toBe('解决');
    expect(buttons(await own(no))).toEqual(['解决', '回复', '挂起']);
  });
});
