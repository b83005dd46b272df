import { afterAll, beforeAll, expect, it } from 'vitest';
import { firstBroken } from '../../src/domain/chain.ts';
import { openDesk, type Desk } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk({ shop: aShop({ customers: 10 }) });
});
afterAll(() => desk.stop());

/** What was stored of a customer's conversation, in the order of the ticket's history. */
async function stored(customer: string) {
  const tickets = (await desk.store.tickets.list({}, 100)).filter(
    (t) => t.links[0]?.address.conversation === `c-${customer}`,
  );
  const [ticket] = tickets;
  const full = await desk.store.tickets.load(ticket?._id ?? '');
  const events = full === null ? [] : await desk.store.tickets.history(full);
  const texts: string[] = [];
  for (const e of events) {
    const id = e.data['message'];
    const message = typeof id === 'string' ? await desk.store.messages.load(id) : null;
    if (message?.direction === 'in' && 'text' in message.body) texts.push(message.body.text);
  }
  return { tickets: tickets.length, count: ticket?.customerMessages, events, texts };
}

it('ten first messages of one customer at the same instant: one ticket, every message in it, one acknowledgement', async () => {
  const texts = Array.from({ length: 10 }, (_, i) => `杯子碎了，第 ${i + 1} 条`);
  await Promise.all(texts.map((text) => desk.writes('k1', text)));
  const found = await stored('k1');
  expect([found.tickets, found.count]).toEqual([1, 10]);
  expect(found.texts.toSorted()).toEqual(texts.toSorted());
  expect(firstBroken(found.events)).toBeNull();
  expect((await desk.sees('k1', 'c-k1')).filter((m) => m.from === 'bot')).toHaveLength(1);
});

it('the same message three times, also at once, is one message and one change', async () => {
  const write = () => desk.writes('k2', '杯子碎了', { clientId: 'one' });
  const ids = [await write(), ...(await Promise.all([write(), write()]))];
  expect(new Set(ids).size).toBe(1);
  const found = await stored('k2');
  expect([found.tickets, found.count, found.events.length]).toEqual([1, 1, 1]);
  expect((await desk.sees('k2', 'c-k2')).map((m) => m.from)).toEqual(['k2', 'bot']);
});

it('so is the same press', async () => {
  await desk.writes('k3', '杯子碎了');
  const ticket = (await desk.store.tickets.list({ status: ['new'] }, 10)).find((t) => t.customer.name === '顾客3');
  const press = () =>
    desk.posts('/sandbox/api/actions', {
      user: 'lilei',
      command: 'note',
      args: { ticket: String(ticket?.number), text: '已致电' },
      clientId: 'press',
    });
  const answers = await Promise.all([press(), press(), press()]);
  expect(new Set(answers.map((a) => JSON.stringify(a.body))).size).toBe(1);
  const full = await desk.store.tickets.load(ticket?._id ?? '');
  expect(full?.history.tail.map((e) => e.type)).toEqual(['opened', 'noted']);
  expect(await desk.store.notes.ofTicket(ticket?._id ?? '', 10)).toHaveLength(1);
});

it('a conversation keeps its order', async () => {
  const texts = Array.from({ length: 30 }, (_, i) => `第 ${i + 1} 句`);
  for (const text of texts) await desk.writes('k4', text);
  expect((await stored('k4')).texts).toEqual(texts);
  expect((await desk.sees('k4', 'c-k4')).filter((m) => m.from === 'k4').map((m) => m.text)).toEqual(texts);
});

it('replies said in one instant arrive in their order', async () => {
  await desk.writes('k5', '杯子碎了');
  const ticket = (await desk.store.tickets.list({}, 100)).find((t) => t.customer.name === '顾客5');
  await desk.types('lilei', `认领 ${ticket?.number}`);
  const said = Array.from({ length: 12 }, (_, i) => `第 ${i + 1} 步`);
  for (const line of said) await desk.types('lilei', `回复 ${ticket?.number} ${line}`);
  await desk.passes(60_000);
  const heard = (await desk.sees('k5', 'c-k5')).filter((m) => m.from === 'bot').map((m) => m.text);
  expect(heard.slice(1)).toEqual(said);
});

it('each quote on a ticket names the stored message it comes from', async () => {
  const before = (await stored('k6')).tickets;
  await desk.writes('k6', '杯子碎了');
  await desk.writes('k6', '盖子也碎了');
  const ticket = (await desk.store.tickets.list({}, 100)).find((t) => t.customer.name === '顾客6');
  const said = await Promise.all((ticket?.quotes ?? []).map((q) => desk.store.messages.load(q.message)));
  expect([before, said.map((m) => (m !== null && 'text' in m.body ? m.body.text : ''))]).toEqual([
    0,
    ['杯子碎了', '盖子也碎了'],
  ]);
});
