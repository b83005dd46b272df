import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { openDesk, words, type Desk } from '../../support/desk.ts';
import { aShop } from '../../support/shop.ts';

let desk: Desk;
let next = 0;
beforeAll(async () => {
  desk = await openDesk({ shop: aShop({ customers: 40 }) });
});
afterAll(() => desk.stop());

const newest = async (): Promise<Ticket> => {
  const [row] = await desk.store.tickets.list({ order: 'newest' }, 1);
  const found = await desk.store.tickets.load(row?._id ?? '');
  if (found === null) throw new Error('no ticket');
  return found;
};
const order = (): string => `250505-${String(100_000_000_000_000 + (next += 1))}`;

/** Somebody files what they pasted. */
async function filing(user: string, text: string): Promise<void> {
  const { answer } = await desk.types(user, `新建 ${text}`);
  const press = answer?.card?.actions.find((x) => x.invoke.command === 'new');
  await desk.presses(user, answer?.surface ?? null, 'new', press?.invoke.args ?? {});
}

/** A customer of their own writes; the ticket that opens. */
async function writes(line: string): Promise<Ticket> {
  next += 1;
  await desk.passes(1_000);
  await desk.writes(`k${next}`, line);
  return newest();
}
/** 王芳 files a ticket for somebody elsewhere. */
async function files(line: string): Promise<Ticket> {
  await desk.passes(1_000);
  await filing('wangfang', line);
  return newest();
}
const said = async (user: string, line: string): Promise<string> => words((await desk.types(user, line)).answer);

describe('likely duplicates are offered, never merged on text alone', () => {
  it('the same order: one line and one button while unclaimed, behind the menu afterwards', async () => {
    const number = order();
    const filed = await files(`淘宝客户 订单 ${number} 快递三天没更新`);
    await desk.types('zhoumin', `认领 ${filed.number}`);
    const fresh = await writes(`订单 ${number} 怎么还没到`);
    expect(fresh).toMatchObject({ status: 'new', duplicates: [filed.number], merged: { into: null } });
    const group = fresh.team === 'logistics' ? 'g-logistics' : 'g-aftersale';
    const agent = fresh.team === 'logistics' ? 'daniel' : 'lilei';
    const { card } = await desk.card(agent, group, fresh.number);
    const note = card?.blocks.find((b) => b.type === 'note');
    expect(note?.type === 'note' ? note.text : '').toMatch(
      new RegExp(`^可能重复：T-${filed.number} \\S+ · 周敏处理中$`, 'u'),
    );
    const merge = card?.actions.filter((a) => a.invoke.command === 'merge');
    expect(merge).toMatchObject([
      {
        label: `合并到 T-${filed.number}`,
        placement: 'button',
        invoke: { args: { ticket: String(fresh.number), into: String(filed.number) } },
        typed: `合并 ${fresh.number} ${filed.number}`,
      },
    ]);
    expect(card?.actions.filter((a) => a.placement === 'button').length).toBeLessThanOrEqual(4);
    await desk.types(agent, `认领 ${fresh.number}`);
    const later = (await desk.card(agent, group, fresh.number)).card?.actions.find((a) => a.invoke.command === 'merge');
    expect(later?.placement).toBe('menu');
  });

  it('a press on it merges; nothing does by itself', async () => {
    const number = order();
    const filed = await files(`京东客户 订单 ${number} 杯子碎了`);
    const fresh = await writes(`订单 ${number} 的杯子碎了`);
    await desk.passes(60_000);
    expect((await desk.store.tickets.load(fresh._id))?.merged.into).toBeNull();
    const { surface, card } = await desk.card('lilei', 'g-aftersale', fresh.number);
    const press = card?.actions.find((a) => a.invoke.command === 'merge');
    await desk.presses('lilei', surface ?? null, 'merge', press?.invoke.args ?? {});
    expect((await desk.store.tickets.load(fresh._id))?.merged.into?.number).toBe(filed.number);
    const shown = (await desk.card('lilei', 'g-aftersale', fresh.number)).card;
    expect(shown?.status).toContain(`已并入 T-${filed.number}`);
  });

  it('the same tracking number; at most three, the newest', async () => {
    const parcel = 'SF1234567890123';
    const filed: number[] = [];
    for (const who of ['甲', '乙', '丙', '丁']) filed.push((await files(`${who}客户 运单 ${parcel} 没更新`)).number);
    const fresh = await writes(`${parcel} 到哪了`);
    expect(fresh.duplicates).toEqual(filed.slice(1).toReversed());
  });

  it('what is done, merged or of other numbers is none', async () => {
    const number = order();
    const done = await files(`唯品会客户 订单 ${number} 杯子碎了`);
    await desk.types('wangfang', `认领 ${done.number}`);
    await desk.types('wangfang', `关闭 ${done.number}`);
    expect((await writes(`订单 ${number} 的杯子碎了`)).duplicates).toEqual([]);
    expect((await writes('订单 250606-123123123123123 的杯子碎了')).duplicates).toEqual([]);
  });

  it('a line goes when the other one is done', async () => {
    const number = order();
    const filed = await files(`抖音客户 订单 ${number} 杯子碎了`);
    const fresh = await writes(`订单 ${number} 的杯子碎了`);
    await desk.types('chenjing', `认领 ${filed.number}`);
    await desk.types('chenjing', `关闭 ${filed.number}`);
    await desk.types('lilei', `优先级 ${fresh.number} 高`);
    const { card } = await desk.card('lilei', 'g-aftersale', fresh.number);
    expect(JSON.stringify(card)).not.toContain('可能重复');
    expect(await said('chenjing', `合并 ${fresh.number} 到 ${filed.number}`)).toContain('先「重开」');
  });
});
