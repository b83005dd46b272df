import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Action, Card } from '../../../cards/card.ts';
import { openDesk, words, type Answered, type Desk } from '../../support/desk.ts';
import { aShop } from '../../support/shop.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk({ shop: aShop() });
});
afterAll(() => desk.stop());

let filings = 0;
/** A ticket for a buyer in 千牛, filed by 李雷; its number. */
async function filed(text = '杯子碎了一个角'): Promise<number> {
  filings += 1;
  const block = `旺旺：xiaohong${filings}\n订单号：28123456789012${String(filings).padStart(4, '0')}\n${text}`;
  const { answer } = await desk.presses('lilei', null, 'new', { text: block });
  return Number(/T-(\d+)/u.exec(words(answer))?.[1]);
}

const labels = (card: Card | undefined): string[] => (card?.actions ?? []).map((a) => a.label);
const action = ({ answer }: Answered, label: string): Action => {
  const found = answer?.card?.actions.find((a) => a.label === label);
  if (found === undefined) throw new Error(`no button ${label} in ${words(answer)}: ${labels(answer?.card).join(' ')}`);
  return found;
};
const copied = ({ answer }: Answered): string[] =>
  (answer?.card?.blocks ?? []).flatMap((b) => (b.type === 'text' && b.style === 'copy' ? [b.text] : []));
const ticket = async (no: number) => {
  const found = await desk.store.tickets.byNumber(no);
  if (found === null) throw new Error(`no T-${no}`);
  return found;
};
const outgoing = async () => {
  const customers = await Promise.all([1, 2, 3].map((i) => desk.sees(`k${i}`, `c-k${i}`)));
  return customers.flat().length;
};

describe('a ticket whose buyer can only be reached in 千牛', () => {
  it('shows who the buyer is and offers 已在千牛回复 where 回复 would stand', async () => {
    const no = await filed();
    await desk.types('lilei', `认领 ${no}`);
    const { card } = await desk.card('lilei', 'd-lilei', no);
    expect(labels(card)).toContain('已在千牛回复');
    expect(labels(card)).not.toContain('回复');
    expect(JSON.stringify(card?.blocks)).toContain('千牛 · 旺旺 xiaohong1');
    expect(card?.actions[0]).toMatchObject({ label: '已在千牛回复', style: 'primary', invoke: { command: 'told' } });
  });

  it('已在千牛回复 stores what was said, counts as the response, and offers the text for copying', async () => {
    const no = await filed();
    await desk.types('lilei', `认领 ${no}`);
    const before = await outgoing();
    const text = '亲，已经帮您催了，\n  今天 18:00 前给您答复 <b>';
    const told = await desk.presses('lilei', null, 'told', { ticket: String(no), text });
    expect(words(told.answer)).toContain('你在千牛回复了客户（这里不会发出）');
    expect(copied(told)).toEqual(['xiaohong2', text]);
    const now = await ticket(no);
    expect(now).toMatchObject({ status: 'waiting_customer', wait: 'customer' });
    expect(now.clocks.firstResponse).toBeUndefined();
    const said = (await desk.store.messages.ofTicket(now._id, 10)).find((m) => m.direction === 'elsewhere');
    expect(said).toMatchObject({ body: { text }, state: 'told', address: null, author: { id: 'lilei' } });
    await desk.passes(60_000);
    expect(await outgoing()).toBe(before);
  });

  it('on an unclaimed ticket it claims first', async () => {
    const no = await filed();
    await desk.types('wangfang', `已回复 ${no} 稍等，我查一下`);
    expect(await ticket(no)).toMatchObject({ status: 'waiting_customer', assignee: 'wangfang' });
  });

  it('a colleague who answered there notes it, too, and the ticket stays whose it is', async () => {
    const no = await filed();
    await desk.types('lilei', `认领 ${no}`);
    await desk.types('wangfang', `已回复 ${no} 李雷在开会，我先答了`);
    expect(await ticket(no)).toMatchObject({ status: 'waiting_customer', assignee: 'lilei' });
  });

  it('nothing is ever reported as sent: cards, 查看 and history say 李雷 在千牛回复了', async () => {
    const no = await filed();
    await desk.types('lilei', `认领 ${no}`);
    const told = await desk.types('lilei', `已回复 ${no} 已经补发`);
    await desk.types('lilei', `解决 ${no}`);
    await desk.passes(60_000);
    const shown = await desk.types('lilei', `查看 ${no}`);
    const cards = await Promise.all([desk.card('lilei', 'd-lilei', no), desk.card('lilei', 'g-aftersale', no)]);
    const all = JSON.stringify([told.answer, shown.answer, ...cards]);
    expect(all).toMatch(/李雷 \d+:\d+ 在千牛回复了/u);
    expect(all).not.toMatch(/已发|发给|回复客户|通知客户/u);
  });

  it('回复 is refused with the way out: a button that keeps what was typed, however long it is', async () => {
    const no = await filed();
    await desk.types('lilei', `认领 ${no}`);
    const long = `亲，${'您的快递已经联系快递公司核实。'.repeat(200)}`;
    const refused = await desk.types('lilei', `回复 ${no} ${long}`);
    expect(words(refused.answer)).toContain('没有发出去');
    expect(await ticket(no)).toMatchObject({ status: 'in_progress' });
    const { invoke } = action(refused, '已在千牛回复');
    const told = await desk.presses('lilei', refused.answer?.surface ?? null, invoke.command, invoke.args);
    expect(copied(told)[1]).toBe(long);
    expect(await ticket(no)).toMatchObject({ status: 'waiting_customer' });
  });

  it("somebody else's draft is nobody else's", async () => {
    const no = await filed();
    const refused = await desk.types('lilei', `回复 ${no} 我的话`);
    const { invoke } = action(refused, '已在千牛回复');
    const taken = await desk.presses('wangfang', null, invoke.command, { ...invoke.args });
    expect(words(taken.answer)).toContain('请重新粘贴');
    expect(await ticket(no)).toMatchObject({ status: 'new', assignee: null });
  });

  it('已在千牛回复 is undone like any other step, and what was noted counts no more', async () => {
    const no = await filed();
    await desk.types('lilei', `认领 ${no}`);
    const { clocks } = await ticket(no);
    const told = await desk.types('lilei', `已回复 ${no} 发错窗口了`);
    const { invoke } = action(told, '撤销');
    await desk.presses('lilei', told.answer?.surface ?? null, invoke.command, invoke.args);
    const now = await ticket(no);
    expect(now).toMatchObject({ status: 'in_progress', clocks });
    const said = (await desk.store.messages.ofTicket(now._id, 10)).find((m) => m.direction === 'elsewhere');
    expect(said).toMatchObject({ state: 'withdrawn' });
  });

  it('解决 sends no notice and says so', async () => {
    const no = await filed();
    await desk.types('lilei', `认领 ${no}`);
    const before = await outgoing();
    const done = await desk.types('lilei', `解决 ${no}`);
    expect(words(done.answer)).toBe(`T-${no} 处理好了；记得在千牛告诉买家`);
    await desk.passes(60_000);
    expect(await outgoing()).toBe(before);
    const messages = await desk.store.messages.ofTicket((await ticket(no))._id, 10);
    expect(messages.filter((m) => m.direction === 'out')).toEqual([]);
  });

  it('a buyer on the phone: the number is masked in the group, whole for the assignee', async () => {
    const { answer } = await desk.presses('lilei', null, 'new', { text: '来电 13812345678，热水壶漏水' });
    const no = Number(/T-(\d+)/u.exec(words(answer))?.[1]);
    await desk.types('lilei', `认领 ${no}`);
    expect(JSON.stringify((await desk.card('lilei', 'g-aftersale', no)).card)).not.toContain('13812345678');
    const work = await desk.card('lilei', 'd-lilei', no);
    expect(JSON.stringify(work.card?.blocks)).toContain('电话 · 13812345678');
    expect(labels(work.card)).toContain('已用电话回复');
  });

  it('已回复 on a reachable ticket is refused: 回复 is the way', async () => {
    await desk.writes('k1', '杯子碎了');
    const found = (await desk.store.tickets.list({}, 100)).find((t) => t.customer.name === '顾客1');
    const no = found?.number ?? 0;
    const refused = await desk.types('lilei', `已回复 ${no} 好的`);
    expect(words(refused.answer)).toContain('直接用「回复」');
    expect(await ticket(no)).toMatchObject({ status: 'new' });
  });
});
