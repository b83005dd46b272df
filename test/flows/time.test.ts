import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDesk, words, type Desk } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

const HOUR = 3_600_000;
let desk: Desk;
let customer = 0;
let no = 0;
beforeAll(async () => {
  desk = await openDesk({ shop: aShop({ customers: 20 }) });
});
afterAll(() => desk.stop());
beforeEach(async () => {
  customer += 1;
  no = await writes('收到的杯子碎了');
  await desk.types('lilei', `认领 ${no}`);
});
/** The current customer writes; the number in the last thing the bot told them. */
async function writes(text: string): Promise<number> {
  await desk.writes(`k${customer}`, text);
  const told = (await desk.sees(`k${customer}`, `c-k${customer}`)).filter((m) => m.from === 'bot').map(words);
  return Number(/T-(\d+)/u.exec(told.at(-1) ?? '')?.[1]);
}
const status = async (): Promise<string | undefined> => (await desk.store.tickets.byNumber(no))?.status;

describe('waiting', () => {
  it('until a time: resumes by itself, not before', async () => {
    await desk.types('lilei', `挂起 ${no} 仓库 2小时`);
    expect((await desk.card('lilei', 'g-aftersale', no)).card?.status).toMatch(/等仓库.*16:30 继续/u);
    await desk.passes(2 * HOUR - 1);
    expect(await status()).toBe('waiting_other');
    await desk.passes(1);
    expect(await status()).toBe('in_progress');
    const work = (await desk.sees('lilei', 'd-lilei')).findLast((m) => m.card?.kind === 'work');
    expect(work?.card?.footer).toContain('自动');
  });

  it('a stale wake-up does nothing: the wait was set anew', async () => {
    await desk.types('lilei', `挂起 ${no} 仓库 1小时`);
    const token = (await desk.store.tickets.byNumber(no))?.dueToken ?? '';
    await desk.types('lilei', `挂起 ${no} 仓库 3小时`);
    await desk.passes(HOUR);
    const ticket = await desk.store.tickets.byNumber(no);
    const late = { actor: { kind: 'system', name: 'wake' }, cause: 'late' } as const;
    const { outcome } = await desk.flow.perform(ticket?._id ?? '', { type: 'wake', token }, late);
    expect([outcome, await status()]).toEqual(['already', 'waiting_other']);
    await desk.passes(2 * HOUR);
    expect(await status()).toBe('in_progress');
  });

  it('ends when the customer writes', async () => {
    await desk.types('lilei', `挂起 ${no} 客户 1天`);
    await writes('照片发您了，看一下');
    expect(await desk.store.tickets.byNumber(no)).toMatchObject({ status: 'in_progress', until: null });
  });
});

describe('after the end', () => {
  beforeEach(async () => {
    await desk.types('lilei', `解决 ${no}`);
    await desk.passes(HOUR);
  });

  it('closes itself after 72 hours, and the customer hears nothing of it', async () => {
    const heard = (await desk.sees(`k${customer}`, `c-k${customer}`)).length;
    await desk.passes(71 * HOUR - 1);
    expect(await status()).toBe('resolved');
    await desk.passes(1);
    expect(await status()).toBe('closed');
    expect((await desk.card('lilei', 'g-aftersale', no)).card?.status).toMatch(/已关闭.*自动/u);
    expect(await desk.sees(`k${customer}`, `c-k${customer}`)).toHaveLength(heard);
  });

  it.each(['谢谢', '好的谢谢🙏', '👍', '五星好评', 'Thanks a lot!'])(
    '"%s" changes nothing, but is kept',
    async (thanks) => {
      const due = (await desk.store.tickets.byNumber(no))?.nextDueAt;
      await writes(thanks);
      expect(await desk.store.tickets.byNumber(no)).toMatchObject({
        status: 'resolved',
        nextDueAt: due,
        customerMessages: 2,
      });
    },
  );

  it.each(['新的也碎了', '谢谢，但是还少一个盖子', '什么时候到？'])('"%s" reopens it for who had it', async (more) => {
    expect(await writes(more)).toBe(no);
    expect(await desk.store.tickets.byNumber(no)).toMatchObject({
      status: 'in_progress',
      assignee: 'lilei',
      resolvedAt: null,
      disposition: null,
      until: null,
    });
    await desk.passes(100 * HOUR);
    expect(await status()).toBe('in_progress');
  });

  it('once closed, a new ticket is opened and takes what comes after it', async () => {
    await desk.types('lilei', `关闭 ${no}`);
    const next = await writes('又买了一个，也碎了');
    expect(next).toBeGreaterThan(no);
    await writes('第二个的照片在这里');
    const [old, fresh] = await Promise.all([desk.store.tickets.byNumber(no), desk.store.tickets.byNumber(next)]);
    expect([old?.customerMessages, fresh?.customerMessages]).toEqual([1, 2]);
    const texts = (await desk.store.messages.ofTicket(fresh?._id ?? '', 10)).filter((m) => m.direction === 'in');
    expect(texts).toHaveLength(2);
  });
});
