import { dueOf } from '../../../src/domain/sla.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { openDesk, type Desk } from '../../support/desk.ts';
import { aShop } from '../../support/shop.ts';

let desk: Desk;
let customer = 'k0';
let count = 0;
beforeAll(async () => {
  desk = await openDesk({ shop: aShop({ customers: 40 }) });
});
afterAll(() => desk.stop());
beforeEach(() => {
  count += 1;
  customer = `k${count}`;
});

async function ticket(): Promise<Ticket> {
  const rows = await desk.store.tickets.list({}, 200);
  const row = rows.find((t) => t.links.some((l) => l.address.conversation === `c-${customer}`));
  const found = await desk.store.tickets.load(row?._id ?? '');
  if (found === null) throw new Error(`${customer} has no ticket`);
  return found;
}
const writes = async (...lines: readonly string[]): Promise<Ticket> => {
  for (const line of lines) await desk.writes(customer, line);
  return ticket();
};
const types = (t: Ticket): string[] => t.history.tail.map((e) => e.type);

describe('what a ticket is about', () => {
  it('a greeting as the title is replaced by the first sentence with content', async () => {
    await desk.writes(customer, '在吗');
    await desk.passes(60_000);
    expect((await ticket()).subject).toBe('在吗');
    const after = await writes('谢谢', '我收到的杯子碎了！还少一个', '订单号 281234567890');
    expect(after).toMatchObject({
      subject: '我收到的杯子碎了',
      category: 'damaged.broken',
      facts: { order: '281234567890' },
    });
    const card = await desk.card('lilei', 'g-aftersale', after.number);
    expect(card.card?.title).toBe(`T-${after.number} · 我收到的杯子碎了`);
  });

  it('the first sentence with content stays the title, whatever follows', async () => {
    expect((await writes('杯子碎了', '快点啊', '还有盘子也碎了')).subject).toBe('杯子碎了');
  });

  it('category, tags and missing facts are found in what follows; what is known stays', async () => {
    const t = await writes('我有个问题，订单号 281234567890', '我要退款，电话 13812345678', '另一个订单 291234567890');
    expect(t.category).toMatch(/^returns/u);
    expect(t.facts).toMatchObject({ order: '281234567890', phone: '13812345678' });
  });

  it('the priority rises with what is written and never falls', async () => {
    const calm = await writes('杯子有点小问题');
    const angry = await writes('再不处理我就打 12315 投诉');
    expect([calm.priority, angry.priority]).toEqual(['normal', 'urgent']);
    expect((await writes('随便问问，不急')).priority).toBe('urgent');
  });

  it('what 催单 has raised stays raised', async () => {
    expect((await writes('杯子碎了', '催单', '还有盘子也碎了')).priority).toBe('high');
  });

  it('a category that becomes known moves it to the right team, at its age and once', async () => {
    const before = await writes('你好，有个事想问');
    expect(before.team).toBe('aftersale');
    await desk.passes(60_000);
    const moved = await writes('快递三天没更新了');
    expect(moved).toMatchObject({
      team: 'logistics',
      category: 'logistics.stalled',
      openedAt: before.openedAt,
    });
    expect(dueOf(moved.clocks)).toEqual(dueOf(before.clocks));
    const here = await desk.card('sunwei', 'g-logistics', moved.number);
    expect(here.card?.actions[0]?.invoke.command).toBe('claim');
    const left = await desk.card('lilei', 'g-aftersale', moved.number);
    expect(left.card?.status).toContain('已转给 物流');
    const back = await writes('我要退款退款退款，杯子也碎了，碎了碎了');
    expect(back.team).toBe('logistics');
  });

  it('a ticket that a person has moved is not moved back by what the customer writes', async () => {
    const t = await writes('有个事想问');
    await desk.types('lilei', `转给 ${t.number} 物流 帮看`);
    expect((await writes('我要退款，杯子碎了')).team).toBe('logistics');
  });

  it('nothing is recomputed once somebody has claimed', async () => {
    const t = await writes('有个事想问');
    await desk.types('lilei', `认领 ${t.number}`);
    const after = await writes('快递三天没更新了，订单号 281234567890');
    expect(after).toMatchObject({ subject: '有个事想问', category: null, team: 'aftersale', facts: {} });
  });

  it('what somebody has set by hand stays; the title is still found', async () => {
    await desk.writes(customer, '在吗');
    await desk.passes(60_000);
    const t = await ticket();
    await desk.types('lilei', `分类 ${t.number} 发票`);
    const after = await writes('快递三天没更新了');
    expect(after).toMatchObject({
      category: 'invoice',
      team: 'aftersale',
      classified: 'person',
      subject: '快递三天没更新了',
    });
  });

  it('is one more event only when something has changed, and holds no word of the customer', async () => {
    const t = await writes('杯子碎了', '碎了碎了', '我叫张三丰，订单号 281234567890');
    expect(types(t)).toEqual(['opened', 'message_received', 'message_received', 'redrafted']);
    expect(JSON.stringify(t.history.tail)).not.toMatch(/杯子|张三丰|281234567890/u);
  });

  it('an English matter after a Chinese greeting is an English ticket', async () => {
    const t = await writes('在吗', 'My parcel has not moved for three days');
    expect(t).toMatchObject({ language: 'en', subject: 'My parcel has not moved for three days' });
  });
});
