import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { openDesk, words, type Desk } from '../../support/desk.ts';
import { aShop } from '../../support/shop.ts';

let desk: Desk;
let customer = 'k0';
let count = 0;
beforeAll(async () => {
  desk = await openDesk({ shop: aShop({ customers: 20 }) });
});
afterAll(() => desk.stop());
beforeEach(() => {
  count += 1;
  customer = `k${count}`;
});

async function tickets(): Promise<Ticket[]> {
  const rows = await desk.store.tickets.list({}, 200);
  const own = rows.filter((t) => t.links.some((l) => l.address.conversation === `c-${customer}`));
  const full = await Promise.all(own.map((t) => desk.store.tickets.load(t._id)));
  return full.filter((t) => t !== null);
}
async function said(): Promise<string[]> {
  const [ticket] = await tickets();
  const messages = await desk.store.messages.ofTicket(ticket?._id ?? '', 100);
  return messages.flatMap((m) => (m.direction === 'in' && 'text' in m.body ? [m.body.text] : []));
}
const heard = async (): Promise<string[]> =>
  (await desk.sees(customer, `c-${customer}`)).filter((m) => m.from === 'bot').map(words);

/** What an adapter of a platform with fewer checks would hand in. */
const arrives = (id: string, text: string) =>
  desk.flow.sink.accept({
    kind: 'message',
    platform: 'sandbox',
    app: 'sandbox',
    id,
    conversation: { id: `c-${customer}`, kind: 'customer' },
    sender: { id: customer, name: '顾客' },
    receivedAt: desk.clock.now(),
    text,
    attachments: [],
    addressed: true,
  });

describe('bad input', () => {
  it('ten messages in one second from two devices: one ticket, all ten in order, one acknowledgement', async () => {
    const device = async (name: string): Promise<void> => {
      for (let i = 1; i <= 5; i += 1) {
        desk.clock.advance(100);
        await desk.writes(customer, `杯子碎了 ${name}${i}`, { clientId: `${name}${i}` });
      }
    };
    await Promise.all([device('a'), device('b')]);
    const [ticket, ...more] = await tickets();
    expect(more).toEqual([]);
    expect(ticket).toMatchObject({ customerMessages: 10, status: 'new' });
    const all = await said();
    expect(all).toHaveLength(10);
    for (const name of ['a', 'b']) {
      const own = all.filter((text) => text.includes(` ${name}`));
      expect(own).toEqual([1, 2, 3, 4, 5].map((i) => `杯子碎了 ${name}${i}`));
    }
    expect(await heard()).toHaveLength(1);
  });

  it('so when they begin with greetings on both devices', async () => {
    const lines = ['在吗', '你好', '杯子碎了', '订单 281234567890', '在吗'];
    await Promise.all(
      ['a', 'b'].flatMap((d) => lines.map((text, i) => desk.writes(customer, text, { clientId: `${d}${i}` }))),
    );
    await desk.passes(60_000);
    expect(await tickets()).toMatchObject([
      { customerMessages: 10, subject: '杯子碎了', facts: { order: '281234567890' } },
    ]);
    expect((await heard()).filter((text) => text.includes('T-'))).toHaveLength(1);
  });

  it('a customer who writes only emoji is asked once and reaches somebody after a minute', async () => {
    for (const text of ['😡', '😡😡😡', '👨‍👩‍👧‍👦', '🙏🏽']) await desk.writes(customer, text);
    expect(await heard()).toHaveLength(1);
    expect(await tickets()).toEqual([]);
    await desk.passes(60_000);
    expect(await tickets()).toMatchObject([
      { customerMessages: 4, status: 'new', subject: '客户来咨询，还没说具体问题' },
    ]);
  });

  it('20 000 characters are kept in full, and shown as a few lines', async () => {
    const text = `杯子碎了。${'很生气'.repeat(7_000)}`.slice(0, 20_000);
    await desk.writes(customer, text);
    const [ticket] = await tickets();
    expect(ticket).toMatchObject({ subject: '杯子碎了', customerMessages: 1 });
    expect(Array.from(ticket?.quotes[0]?.text ?? '').length).toBeLessThanOrEqual(500);
    expect(Array.from(ticket?.description ?? '').length).toBeLessThanOrEqual(4_000);
    expect(await said()).toEqual([text]);
    await desk.writes(customer, text);
    expect((await tickets())[0]?.customerMessages).toBe(2);
  });

  it.each(['', '   ', '\n\n', '\u200B', '\u3000'])(
    'nothing after trimming (%j) waits like a greeting',
    async (text) => {
      await arrives(`empty-${count}`, text);
      await desk.flow.settle();
      expect(await tickets()).toEqual([]);
      expect(await heard()).toHaveLength(1);
      await desk.passes(60_000);
      expect(await tickets()).toMatchObject([{ customerMessages: 1 }]);
      await arrives(`empty-again-${count}`, text);
      await desk.flow.settle();
      expect(await tickets()).toMatchObject([{ customerMessages: 2, status: 'new' }]);
    },
  );

  it('every message twice is every message once', async () => {
    for (const [i, text] of ['在吗', '杯子碎了', '催单', '进度'].entries()) {
      await Promise.all([arrives(`twice-${i}`, text), arrives(`twice-${i}`, text)]);
      await arrives(`twice-${i}`, text);
      await desk.flow.settle();
    }
    expect(await tickets()).toMatchObject([{ customerMessages: 2, nudges: { count: 1 } }]);
    expect(await heard()).toHaveLength(4);
  });
});
