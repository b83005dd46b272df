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

const FIRST = '250101-111111111111111';
const SECOND = '250202-222222222222222';

const bot = async (customer: string): Promise<readonly string[]> =>
  (await desk.sees(customer, `c-${customer}`)).filter((m) => m.from === 'bot').map(words);
const by = async (no: number): Promise<Ticket> => {
  const found = await desk.store.tickets.byNumber(no);
  if (found === null) throw new Error(`no T-${no}`);
  return found;
};
const told = async (customer: string): Promise<number> =>
  Number(/T-(\d+)/u.exec((await bot(customer)).findLast((s) => s.startsWith('已收到')) ?? '')?.[1]);
/** What stands on a ticket, by its quotes. */
const stands = async (no: number): Promise<readonly string[]> => (await by(no)).quotes.map((q) => q.text);

/** A customer with two open tickets: 李雷 closed the first, the customer wrote about another order, the first was opened again. */
async function two(): Promise<{ customer: string; first: number; second: number }> {
  next += 1;
  const customer = `k${next}`;
  await desk.writes(customer, `订单 ${FIRST} 的杯子碎了`);
  const first = await told(customer);
  await desk.types('lilei', `认领 ${first}`);
  await desk.types('lilei', `关闭 ${first}`);
  await desk.passes(1_000);
  await desk.writes(customer, `订单 ${SECOND} 的壶漏水`);
  const second = await told(customer);
  await desk.types('lilei', `重开 ${first}`);
  await desk.passes(60_000);
  return { customer, first, second };
}

describe('all messages of a customer join their one open ticket', () => {
  it('one acknowledgement per ticket, never per message', async () => {
    next += 1;
    const customer = `k${next}`;
    for (const line of ['杯子碎了', '两个都碎了', '订单 250303-333333333333333', '在吗', '什么时候补发']) {
      await desk.writes(customer, line);
      await desk.passes(20_000);
    }
    const theirs = (await desk.store.tickets.list({}, 100)).filter((t) =>
      t.customer.account?.endsWith(`\n${customer}`),
    );
    expect(theirs.map((t) => t.customerMessages)).toEqual([5]);
    expect((await bot(customer)).filter((s) => s.startsWith('已收到'))).toHaveLength(1);
  });
});

describe('with several open tickets', () => {
  it('the order number decides', async () => {
    const { customer, first, second } = await two();
    await desk.writes(customer, `２５０１０１-111111111111111 这个什么时候补发`);
    expect(await stands(first)).toContain('２５０１０１-111111111111111 这个什么时候补发');
    await desk.writes(customer, `订单${SECOND}呢`);
    expect(await stands(second)).toContain(`订单${SECOND}呢`);
    expect((await by(first)).others).toEqual([]);
  });

  it('so does the number that we told the customer', async () => {
    const { customer, first } = await two();
    await desk.writes(customer, `t-${first} 有结果了吗`);
    expect(await stands(first)).toContain(`t-${first} 有结果了吗`);
  });

  it('part of a longer number is none', async () => {
    const { customer, second } = await two();
    await desk.writes(customer, `9${FIRST}9 是什么`);
    expect(await stands(second)).toContain(`9${FIRST}9 是什么`);
  });

  it('then the quoted message, theirs or ours', async () => {
    const { customer, first, second } = await two();
    const seen = await desk.sees(customer, `c-${customer}`);
    const own = seen.find((m) => m.text?.includes(FIRST) === true);
    await desk.writes(customer, '这个怎么样了', { quote: own?.id ?? '' });
    expect(await stands(first)).toContain('这个怎么样了');
    const ours = seen.find((m) => m.from === 'bot' && words(m).includes(`T-${second}`));
    await desk.writes(customer, '这条呢', { quote: ours?.id ?? '' });
    expect(await stands(second)).toContain('这条呢');
    const about = (await desk.sees(customer, `c-${customer}`)).find((m) => words(m).includes(`T-${first}`));
    await desk.writes(customer, '还有这条', { quote: about?.id ?? '' });
    expect(await stands(first)).toContain('还有这条');
    expect((await by(first)).others).toEqual([]);
  });

  it('the order number beats the quote', async () => {
    const { customer, first } = await two();
    const ours = (await desk.sees(customer, `c-${customer}`)).findLast((m) => m.from === 'bot');
    await desk.writes(customer, `我是说 ${FIRST}`, { quote: ours?.id ?? '' });
    expect(await stands(first)).toContain(`我是说 ${FIRST}`);
  });

  it('else the one they wrote to last, and the ticket knows that it was a guess', async () => {
    const { customer, first, second } = await two();
    await desk.writes(customer, '什么时候有结果');
    expect(await stands(second)).toContain('什么时候有结果');
    expect((await by(second)).others).toEqual([first]);
    await desk.writes(customer, `${FIRST} 先说这个`);
    await desk.passes(1_000);
    await desk.writes(customer, '急用');
    expect(await stands(first)).toContain('急用');
    expect((await by(first)).others).toEqual([second]);
  });

  it('three order numbers in one text that name two of them say nothing: the one they wrote to last of the two', async () => {
    const { customer, first, second } = await two();
    const line = `${FIRST} 250303-333333333333333 ${SECOND} 都没到`;
    await desk.writes(customer, line);
    expect(await stands(second)).toContain(line);
    expect((await by(second)).others).toEqual([first]);
  });

  it('a closed one is none of them', async () => {
    const { customer, first, second } = await two();
    await desk.types('chenjing', `关闭 ${second}`);
    await desk.passes(1_000);
    await desk.writes(customer, `${SECOND} 还有问题`);
    expect(await stands(first)).toContain(`${SECOND} 还有问题`);
    expect((await bot(customer)).filter((s) => s.startsWith('已收到'))).toHaveLength(2);
  });
});

it('two messages at once with several open tickets: each in one, none twice, no third ticket', async () => {
  const { customer, first, second } = await two();
  await Promise.all([
    desk.writes(customer, `${FIRST} 甲`, { clientId: 'same' }),
    desk.writes(customer, `${FIRST} 甲`, { clientId: 'same' }),
    desk.writes(customer, `${SECOND} 乙`),
    desk.writes(customer, '丙'),
  ]);
  expect((await stands(first)).filter((s) => s === `${FIRST} 甲`)).toHaveLength(1);
  expect((await by(first)).customerMessages + (await by(second)).customerMessages).toBe(5);
  const theirs = (await desk.store.tickets.list({}, 100)).filter((t) => t.customer.account?.endsWith(`\n${customer}`));
  expect(theirs).toHaveLength(2);
});
