import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { archive } from '../../jobs/archive.ts';
import { databaseOf } from '../../src/storage/schema.ts';
import { openDesk, words, type Desk } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

const DAY = 86_400_000;
let desk: Desk;
let customer = 0;
let no = 0;
/** Where it was a minute before its time. */
let atFirst: readonly string[] = [];
beforeAll(async () => {
  desk = await openDesk({ shop: aShop({ customers: 20 }) });
});
afterAll(() => desk.stop());

const heard = async (): Promise<readonly string[]> =>
  (await desk.sees(`k${customer}`, `c-k${customer}`)).filter((m) => m.from === 'bot').map(words);
/** Where the ticket is kept. */
async function kept(): Promise<readonly string[]> {
  const db = databaseOf(desk.store.connection);
  const found = await Promise.all(
    ['tickets', 'tickets_archive'].map(async (name) =>
      (await db.collection(name).countDocuments({ number: no })) > 0 ? [name] : [],
    ),
  );
  return found.flat();
}

/** A month after somebody closed it the ticket is archived. */
beforeEach(async () => {
  customer += 1;
  await desk.writes(`k${customer}`, '紫砂壶的盖子碎了');
  no = Number(/T-(\d+)/u.exec((await heard()).at(-1) ?? '')?.[1]);
  await desk.types('lilei', `认领 ${no}`);
  await desk.types('lilei', `备注 ${no} 已经让仓库补发`);
  await desk.types('lilei', `关闭 ${no}`);
  const job = archive(desk.store, desk.clock, () => 30 * DAY);
  await desk.passes(30 * DAY - 60_000);
  await job.run();
  atFirst = await kept();
  await desk.passes(120_000);
  await job.run();
});

describe('a ticket that was closed a month ago', () => {
  it('is shown, found and told of as before', async () => {
    expect([atFirst, await kept()]).toEqual([['tickets'], ['tickets_archive']]);
    const shown = await desk.types('lilei', `查看 ${no}`);
    expect(JSON.stringify(shown.answer)).toContain('紫砂壶的盖子碎了');
    const found = await desk.store.tickets.page({ words: ['紫砂', '盖子'] }, null, 10);
    expect(found.map((t) => t.number)).toContain(no);
    const ticket = await desk.store.tickets.byNumber(no);
    if (ticket === null) throw new Error('not there');
    expect((await desk.store.tickets.history(ticket)).map((e) => e.type)).toEqual(
      expect.arrayContaining(['opened', 'claimed', 'noted', 'closed']),
    );
    expect(await kept()).toEqual(['tickets_archive']);
  });

  it('is reopened by a colleague: it is at work again, with its history and its cards', async () => {
    await desk.types('lilei', `重开 ${no}`);
    expect(await kept()).toEqual(['tickets']);
    const ticket = await desk.store.tickets.byNumber(no);
    expect(ticket).toMatchObject({ status: 'in_progress', closedAt: null });
    expect(ticket?.history.tail.map((e) => e.type)).toEqual(expect.arrayContaining(['noted', 'closed', 'reopened']));
    expect((await desk.card('lilei', 'g-aftersale', no)).card?.status).toMatch(/处理中/u);
    await desk.types('lilei', `回复 ${no} 给你补发一个`);
    await desk.passes(10_000);
    expect((await heard()).at(-1)).toContain('给你补发一个');
  });

  it('takes a note where it is closed, and is archived again', async () => {
    await desk.types('lilei', `备注 ${no} 客户又来电话了`);
    expect(await kept()).toEqual(['tickets']);
    await archive(desk.store, desk.clock, () => 30 * DAY).run();
    expect(await kept()).toEqual(['tickets_archive']);
    expect((await desk.store.tickets.byNumber(no))?.history.tail.at(-1)?.type).toBe('noted');
  });

  it('is nothing its customer still waits for, and stands on their next ticket as the visit before', async () => {
    await desk.writes(`k${customer}`, '进度');
    expect((await heard()).at(-1)).not.toContain(`T-${no}`);
    await desk.writes(`k${customer}`, '新买的茶杯也碎了');
    const next = Number(/T-(\d+)/u.exec((await heard()).at(-1) ?? '')?.[1]);
    expect(next).not.toBe(no);
    expect(await desk.store.tickets.byNumber(next)).toMatchObject({
      follows: { number: no },
      visits: { count: 2, last: { number: no, status: 'closed' } },
    });
    expect(await kept()).toEqual(['tickets_archive']);
  });
});
