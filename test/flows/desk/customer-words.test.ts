import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { openDesk, words, type Desk } from '../../support/desk.ts';
import { aShop } from '../../support/shop.ts';

const MINUTE = 60_000;
const ASKED = '您好，请问是什么问题呢？方便的话把订单号也发来。';
let desk: Desk;
let customer = 'k0';
let count = 0;
beforeAll(async () => {
  desk = await openDesk({ shop: aShop({ customers: 60 }) });
});
afterAll(() => desk.stop());
beforeEach(async () => {
  count += 1;
  customer = `k${count}`;
  // Whoever waits from an earlier story would stand before this one's customer.
  for (const t of await desk.store.tickets.list({ status: ['new'] }, 100))
    await desk.types('chenjing', `关闭 ${t.number}`);
});

const heard = async (): Promise<string[]> =>
  (await desk.sees(customer, `c-${customer}`)).filter((m) => m.from === 'bot').map(words);
const last = async (): Promise<string | undefined> => (await heard()).at(-1);
const tickets = async () =>
  (await desk.store.tickets.list({}, 500)).filter((t) =>
    t.links.some((l) => l.address.conversation === `c-${customer}`),
  );
async function ticket(): Promise<Ticket> {
  const found = await desk.store.tickets.load((await tickets())[0]?._id ?? '');
  if (found === null) throw new Error(`${customer} has no ticket`);
  return found;
}
async function opens(): Promise<number> {
  await desk.writes(customer, '杯子碎了');
  return (await ticket()).number;
}

describe('only the whole message is a word', () => {
  it.each([
    '进度怎么样了',
    '帮我催单',
    '我要取消订单',
    '找人工客服问问',
    '什么时候有进度',
    'cancel my order',
    'what is the status',
  ])('%s is an ordinary message', async (text) => {
    await opens();
    await desk.writes(customer, text);
    expect(await ticket()).toMatchObject({ customerMessages: 2, status: 'new', nudges: { count: 0 } });
    expect(await heard()).toHaveLength(1);
  });

  it.each(['进度', ' 进度？', '「进度」！', '＃进度', 'STATUS', 'progress.', 'Ｐｒｏｇｒｅｓｓ'])(
    '%s, whatever its punctuation, width and case, is the word',
    async (text) => {
      const no = await opens();
      await desk.writes(customer, text);
      expect(await ticket()).toMatchObject({ customerMessages: 1 });
      expect(await last()).toMatch(`T-${no}`);
      expect(await heard()).toHaveLength(2);
    },
  );
});

describe('进度', () => {
  it('answers with step and due time, without internal words', async () => {
    const no = await opens();
    const says = async (text: string): Promise<void> => {
      await desk.writes(customer, '进度');
      expect(await last()).toBe(`T-${no}：${text}`);
      expect(await last()).not.toMatch(/认领|组|工单|挂起/u);
    };
    const by = (ms: number): string => {
      const at = new Date(desk.clock.now().getTime() + ms + 8 * 3_600_000);
      return `${at.getUTCHours()}:${String(at.getUTCMinutes()).padStart(2, '0')}`;
    };
    await says(`正在为您安排客服，今天 ${by(3 * MINUTE)} 前给您回复。`);
    await desk.types('lilei', `认领 ${no}`);
    await says(`客服正在处理，今天 ${by(3 * MINUTE)} 前给您回复。`);
    await desk.types('lilei', `回复 ${no} 马上看`);
    await desk.passes(5_000);
    await says('已回复您，在等您的消息。');
    await desk.types('lilei', `挂起 ${no} 仓库`);
    await desk.writes(customer, '进度');
    // Until the warehouse answers nobody knows when it is done.
    expect(await last()).toBe(`T-${no}：正在等仓库核实，有进展马上告诉您。`);
    await desk.types('lilei', `解决 ${no}`);
    await desk.passes(10_000);
    await says('已处理好，还有疑问直接回复这里。');
    await desk.passes(73 * 60 * MINUTE);
    await desk.writes(customer, '进度');
    expect(await last()).toBe('您没有进行中的问题。有需要的话，直接发在这里就好。');
  });

  it('promises nothing that is late already', async () => {
    const no = await opens();
    // A day of the team's own time: it works 13 hours a day.
    await desk.passes(48 * 60 * MINUTE);
    await desk.writes(customer, '进度');
    expect(await last()).toBe(`T-${no}：正在为您安排客服，有进展马上告诉您。`);
  });

  it('says so when there is none, in the language that was asked in', async () => {
    await desk.writes(customer, '进度');
    await desk.writes(customer, 'Status?');
    expect(await heard()).toEqual([
      '您没有进行中的问题。有需要的话，直接发在这里就好。',
      'You have no open request with us. If you need anything, just write it here.',
    ]);
    expect(await tickets()).toEqual([]);
  });

  it('asked three times by one message is answered once', async () => {
    await opens();
    for (let i = 0; i < 3; i += 1) await desk.writes(customer, '进度', { clientId: 'once' });
    expect(await heard()).toHaveLength(2);
  });
});

describe('催单', () => {
  it('is counted, raises the priority one step, and is answered with the place in the queue', async () => {
    count += 1;
    await desk.writes(`k${count}`, '杯子碎了');
    desk.clock.advance(1_000);
    const no = await opens();
    await desk.writes(customer, '催单');
    expect(await ticket()).toMatchObject({
      priority: 'high',
      nudges: { count: 1 },
      customerMessages: 1,
      status: 'new',
    });
    expect(await last()).toMatch(new RegExp(`^已帮您催 T-${no}。前面还有 1 位，今天 \\d+:\\d\\d 前给您回复。$`, 'u'));
    const card = await desk.card('lilei', 'g-aftersale', no);
    expect(card.card?.status).toContain('高优先 · 客户催了 1 次');
  });

  it('further ones within 2 minutes are only counted and not answered again', async () => {
    await opens();
    await desk.writes(customer, '催单');
    await desk.passes(119_000);
    await desk.writes(customer, '催单！');
    await desk.writes(customer, 'urge');
    expect((await ticket()).nudges.count).toBe(3);
    expect(await heard()).toHaveLength(2);
    await desk.passes(1_000);
    await desk.writes(customer, '催单');
    expect((await ticket()).nudges.count).toBe(4);
    expect(await heard()).toHaveLength(3);
  });

  it('the priority rises at most once in 10 minutes, and not beyond urgent', async () => {
    await opens();
    const after = async (ms: number): Promise<string> => {
      await desk.passes(ms);
      await desk.writes(customer, '催单');
      return (await ticket()).priority;
    };
    expect(await after(0)).toBe('high');
    expect(await after(9 * MINUTE)).toBe('high');
    expect(await after(MINUTE)).toBe('urgent');
    expect(await after(10 * MINUTE)).toBe('urgent');
  });

  it('the assignee sees it on the card', async () => {
    const no = await opens();
    await desk.types('lilei', `认领 ${no}`);
    await desk.writes(customer, '催单');
    await desk.writes(customer, '催单');
    expect(await last()).toContain('客服正在处理');
    expect((await desk.card('lilei', 'd-lilei', no)).card?.status).toContain('客户催了 2 次');
  });

  it('after our answer it is our turn again', async () => {
    const no = await opens();
    await desk.types('lilei', `认领 ${no}`);
    await desk.types('lilei', `回复 ${no} 马上看`);
    await desk.passes(5_000);
    await desk.writes(customer, '催单');
    const t = await ticket();
    expect(t).toMatchObject({ status: 'in_progress', wait: null });
    expect(t.clocks.nextResponse).toBeDefined();
  });

  it('what waits for the warehouse goes on waiting', async () => {
    const no = await opens();
    await desk.types('lilei', `认领 ${no}`);
    await desk.types('lilei', `挂起 ${no} 仓库`);
    await desk.writes(customer, '催单');
    expect(await ticket()).toMatchObject({ status: 'waiting_other', wait: 'warehouse', nudges: { count: 1 } });
  });

  it('with nothing open it is a message like any other', async () => {
    await desk.writes(customer, '催单');
    expect(await ticket()).toMatchObject({ customerMessages: 1, nudges: { count: 0 } });
  });
});

describe('人工', () => {
  it('with an open ticket it is answered once and changes nothing', async () => {
    const no = await opens();
    const before = await ticket();
    await desk.writes(customer, '人工');
    expect(await last()).toMatch(new RegExp(`^已为您转人工，单号 T-${no}。下一位就是您，今天 .* 前给您回复。$`, 'u'));
    await desk.writes(customer, '转人工');
    await desk.writes(customer, 'human');
    expect(await heard()).toHaveLength(2);
    expect(await ticket()).toMatchObject({ priority: before.priority, version: before.version, customerMessages: 1 });
  });

  it('without one it asks for the matter and becomes a ticket after 60 s', async () => {
    await desk.writes(customer, '人工');
    expect(await heard()).toEqual([ASKED]);
    expect(await tickets()).toEqual([]);
    await desk.passes(MINUTE);
    expect(await ticket()).toMatchObject({ status: 'new', customerMessages: 1 });
  });
});

describe('取消', () => {
  it('closes what nobody has claimed, and says what it means', async () => {
    const no = await opens();
    await desk.writes(customer, '取消');
    expect(await ticket()).toMatchObject({ status: 'closed', last: { type: 'cancelled' } });
    expect(await last()).toBe(`已取消 T-${no}。如果是要取消订单，直接告诉我们，马上为您处理。`);
    await desk.writes(customer, '我要取消订单');
    expect((await tickets()).map((t) => t.status).toSorted()).toEqual(['closed', 'new']);
  });

  it('does not close what somebody works on: the agent is told, the customer reads that they were', async () => {
    const no = await opens();
    await desk.types('lilei', `认领 ${no}`);
    await desk.writes(customer, '取消');
    expect(await ticket()).toMatchObject({ status: 'in_progress', customerMessages: 2 });
    expect(await last()).toBe(`T-${no} 正在为您处理，您要取消的事已告诉处理的同事，会尽快回复您。`);
    expect(JSON.stringify((await desk.card('lilei', 'd-lilei', no)).card?.blocks)).toContain('取消');
  });

  it('with nothing open it is a message like any other: nothing may be lost that could mean the order', async () => {
    await desk.writes(customer, '取消');
    expect(await ticket()).toMatchObject({ status: 'new', subject: '取消' });
  });

  it('pressed together with a claim: exactly one of them happens', async () => {
    const no = await opens();
    await Promise.all([desk.writes(customer, '取消'), desk.types('lilei', `认领 ${no}`)]);
    const t = await ticket();
    const closed = t.history.tail.some((e) => e.type === 'cancelled');
    const claimed = t.history.tail.some((e) => e.type === 'claimed');
    expect([closed, claimed].filter(Boolean)).toHaveLength(1);
    expect(t.status).toBe(closed ? 'closed' : 'in_progress');
    expect(await heard()).toHaveLength(2);
  });
});

it('who works on it is told of 催单 by one direct message, no more often than the customer is answered', async () => {
  const no = await opens();
  await desk.types('lilei', '上线');
  await desk.types('lilei', `认领 ${no}`);
  await desk.passes(MINUTE);
  const news = async () => (await desk.sees('lilei', 'd-lilei')).filter((m) => m.card?.kind === 'news');
  const before = (await news()).length;
  await desk.writes(customer, '催单');
  await desk.writes(customer, '催单');
  expect(await news()).toHaveLength(before + 1);
  expect(JSON.stringify((await news()).at(-1)?.card)).toContain('催单');
  await desk.passes(2 * MINUTE);
  await desk.writes(customer, '催单');
  expect(await news()).toHaveLength(before + 2);
});
