import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DraftMessage, DraftNote } from '../../commands/command.ts';
import type { CustomerMessage } from '../../src/storage/messages.ts';
import type { Note } from '../../src/storage/notes.ts';
import { openDesk, words, type Desk, type Seen } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk({ shop: aShop({ customers: 10 }) });
});
afterAll(() => desk.stop());

const opens = async (customer: string, text: string): Promise<number> => {
  await desk.writes(customer, text);
  return Number(/T-(\d+)/u.exec(words((await desk.sees(customer, `c-${customer}`))[1] ?? null))?.[1]);
};
/** Everything that was ever stored for customers, shown or not. */
const everything = async (): Promise<string> => {
  const { connection } = desk.store;
  const shown = await connection.collection('sandbox_messages').find({ conversation: /^c-/u }).toArray();
  const kept = await connection.collection('messages').find().toArray();
  return JSON.stringify([shown, kept]);
};

describe('an internal word never reaches a customer', () => {
  it('by no path: notes, notes of a transfer, of a resolution, reasons, tags, however they are said', async () => {
    const SECRET = '内部秘密';
    const no = await opens('k1', '杯子碎了');
    await desk.types('lilei', `认领 ${no}`);
    const card = await desk.card('lilei', 'd-lilei', no);
    const chat = (await desk.sees('lilei', 'd-lilei')).at(-1);
    const lines = [`备注 ${no} ${SECRET}甲`, `bz ${no} ${SECRET}乙`, `标签 ${no} +${SECRET}`];
    for (const line of lines) await desk.types('lilei', line);
    await desk.types('lilei', `备注 ${SECRET}丙`, chat === undefined ? {} : { quote: card.id });
    await desk.types('lilei', `/备注 ${no} ${SECRET}丁`, { conversation: 'g-aftersale' });
    await desk.types('wangfang', `${SECRET} 群里聊聊这个客户`, { conversation: 'g-aftersale' });
    await desk.presses('lilei', card.surface ?? null, 'note', { ticket: String(no), text: `${SECRET}戊` });
    await desk.types('lilei', `放回 ${no} ${SECRET}`);
    await desk.types('lilei', `放回 ${no} 忙`);
    await desk.types('lilei', `转给 ${no} 物流 ${SECRET}`);
    await desk.types('sunwei', `转给 ${no} 李雷 ${SECRET}`);
    await desk.types('lilei', `认领 ${no}`);
    await desk.types('lilei', `解决 ${no} 已补发 ${SECRET}`);
    await desk.types('lilei', `撤销 ${no}`);
    await desk.types('lilei', `关闭 ${no} ${SECRET}`);
    await desk.passes(60_000);
    expect(await everything()).not.toContain(SECRET);
    // The words were not lost: they are where they belong.
    const ticket = await desk.store.tickets.byNumber(no);
    expect((await desk.store.notes.ofTicket(ticket?._id ?? '', 20)).length).toBeGreaterThanOrEqual(7);
  });

  it('an outbox row that names a note says nothing', async () => {
    const no = await opens('k2', '杯子碎了');
    const ticket = await desk.store.tickets.byNumber(no);
    await desk.types('lilei', `备注 ${no} 别让客户看到`);
    const [note] = await desk.store.notes.ofTicket(ticket?._id ?? '', 1);
    const at = desk.clock.now();
    const address = ticket?.links[0]?.address ?? { platform: '', app: '', conversation: '' };
    const body = { kind: 'say', message: note?._id ?? '' } as const;
    const row = {
      _id: 'forged',
      app: 'sandbox\nsandbox',
      lane: 'forged',
      address,
      body,
      state: 'pending',
      order: at,
      notBefore: at,
      attempts: 0,
    } as const;
    await desk.store.outbox.add([row]);
    await desk.passes(1_000);
    expect(await everything()).not.toContain('别让客户看到');
    expect(await desk.store.outbox.countDead()).toBe(0);
  });

  it('by type: what holds a note is no message', () => {
    // @ts-expect-error a stored note is no message to a customer
    const stored: (note: Note) => CustomerMessage = (note) => note;
    // @ts-expect-error a drafted note is no drafted message
    const drafted: (note: DraftNote) => DraftMessage = (note) => note;
    expect([stored, drafted]).toHaveLength(2);
  });

  it('colleagues go by the name customers see, if by any', async () => {
    const no = await opens('k3', '杯子碎了');
    await desk.types('lilei', `回复 ${no} 您好`);
    await desk.passes(6_000);
    const heard = (await desk.sees('k3', 'c-k3')).map(words).join('\n');
    expect(heard).toContain('您好');
    expect(heard).not.toMatch(/李雷|lilei|售后组|认领|升级/u);
  });
});

describe('personal data', () => {
  const PHONE = '13812345678';
  const shownTo = (seen: readonly Seen[]): string => JSON.stringify(seen);

  it('is masked in groups, in every part of a card, also after more messages and a transfer; the assignee sees it alone', async () => {
    const no = await opens(
      'k4',
      `${PHONE} 这个号码打不通，杯子碎了。地址：浙江省杭州市西湖区文三路 90 号 3 单元 502 室`,
    );
    await desk.writes('k4', `再说一遍电话 ${PHONE}`);
    await desk.types('lilei', `认领 ${no}`);
    await desk.types('lilei', `转给 ${no} 物流 请联系客户`);
    await desk.types('sunwei', `认领 ${no}`);
    for (const [user, group] of [
      ['lilei', 'g-aftersale'],
      ['sunwei', 'g-logistics'],
    ] as const) {
      const seen = shownTo((await desk.sees(user, group)).filter((m) => m.card?.title.includes(String(no)) === true));
      expect(seen).toContain('138****5678');
      expect(seen).not.toMatch(new RegExp(`${PHONE}|文三路|502`, 'u'));
    }
    const own = await desk.card('sunwei', 'd-sunwei', no);
    expect(JSON.stringify(own.card)).toContain(PHONE);
    // Who has passed it on keeps a card without the number.
    expect(JSON.stringify((await desk.card('lilei', 'd-lilei', no)).card)).not.toContain(PHONE);
    // A list is read over shoulders.
    expect(JSON.stringify((await desk.types('sunwei', '列表 我的')).answer)).not.toContain(PHONE);
  });

  it('stands in no event of the history', async () => {
    const no = await opens('k5', `杯子碎了，电话 ${PHONE}`);
    await desk.types('lilei', `回复 ${no} 您的号码是 ${PHONE} 吗`);
    const ticket = await desk.store.tickets.byNumber(no);
    expect(JSON.stringify(ticket?.history)).not.toContain(PHONE);
  });
});
