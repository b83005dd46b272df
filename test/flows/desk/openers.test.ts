import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDesk, words, type Desk } from '../../support/desk.ts';
import { aShop } from '../../support/shop.ts';

const ASKED = '您好，请问是什么问题呢？方便的话把订单号也发来。';
let desk: Desk;
let customer = 'k0';
let count = 0;
beforeAll(async () => {
  desk = await openDesk({ shop: aShop({ customers: 60 }) });
});
afterAll(() => desk.stop());
beforeEach(() => {
  count += 1;
  customer = `k${count}`;
});

const heard = async (): Promise<string[]> =>
  (await desk.sees(customer, `c-${customer}`)).filter((m) => m.from === 'bot').map(words);
const tickets = async () =>
  (await desk.store.tickets.list({}, 200)).filter((t) =>
    t.links.some((l) => l.address.conversation === `c-${customer}`),
  );
const said = async (): Promise<string[]> => {
  const [ticket] = await tickets();
  const messages = await desk.store.messages.ofTicket(ticket?._id ?? '', 100);
  return messages.flatMap((m) => (m.direction === 'in' && 'text' in m.body ? [m.body.text] : []));
};

describe('openers', () => {
  it.each(['在吗', '你好', '?', '？？', 'hello', '👋', '亲', '亲，在吗', 'Hi there!', '您好，请问有人吗~', '谢谢'])(
    'a greeting alone (%s) gets an answer that asks for order number and matter, and no ticket',
    async (greeting) => {
      await desk.writes(customer, greeting);
      expect(await heard()).toEqual([
        /[a-z]/u.test(greeting)
          ? 'Hello, what can we help you with? If you have an order number, please send it too.'
          : ASKED,
      ]);
      expect(await tickets()).toEqual([]);
      await desk.passes(59_999);
      expect(await tickets()).toEqual([]);
    },
  );

  it.each(['你好，快递三天没更新', '在吗 我要退货', 'hi, where is my parcel', '在哪里看物流', '亲，杯子碎了'])(
    'a greeting with a matter (%s) is a ticket at once',
    async (text) => {
      await desk.writes(customer, text);
      expect(await tickets()).toHaveLength(1);
    },
  );

  it('becomes a ticket with the next message: both are in it, in order, with one acknowledgement', async () => {
    await desk.writes(customer, '在吗');
    await desk.passes(10_000);
    await desk.writes(customer, '收到的杯子碎了');
    const [ticket, ...more] = await tickets();
    expect(more).toEqual([]);
    expect(ticket).toMatchObject({ status: 'new', customerMessages: 2 });
    expect(await said()).toEqual(['在吗', '收到的杯子碎了']);
    expect(await heard()).toEqual([ASKED, expect.stringContaining(`T-${ticket?.number}`)]);
    await desk.passes(60_000);
    expect(await tickets()).toHaveLength(1);
    expect((await tickets())[0]).toMatchObject({ customerMessages: 2 });
  });

  it('or after 60 s by itself, once', async () => {
    await desk.writes(customer, '在吗');
    await desk.passes(60_000);
    expect(await tickets()).toMatchObject([{ status: 'new', customerMessages: 1 }]);
    expect(await heard()).toHaveLength(2);
    await desk.passes(60_000);
    await desk.passes(60_000);
    expect(await tickets()).toMatchObject([{ customerMessages: 1 }]);
    expect(await heard()).toHaveLength(2);
    await desk.writes(customer, '杯子碎了');
    expect(await tickets()).toMatchObject([{ customerMessages: 2 }]);
  });

  it('repeated greetings within the 60 s are not answered again, and none is lost', async () => {
    for (const greeting of ['在吗', '你好', '？', '有人吗']) await desk.writes(customer, greeting);
    expect(await heard()).toEqual([ASKED]);
    expect(await tickets()).toEqual([]);
    await desk.passes(60_000);
    expect(await tickets()).toMatchObject([{ customerMessages: 4 }]);
    expect(await said()).toEqual(['在吗', '你好', '？', '有人吗']);
  });

  it('however many greet in a row, somebody looks at last', async () => {
    for (let i = 0; i < 11; i += 1) await desk.writes(customer, '在吗');
    expect(await tickets()).toMatchObject([{ customerMessages: 11 }]);
  });

  it('the same greeting three times, also at once, is one', async () => {
    const write = () => desk.writes(customer, '在吗', { clientId: 'one' });
    await Promise.all([write(), write()]);
    await write();
    expect(await heard()).toEqual([ASKED]);
    await desk.passes(60_000);
    expect(await tickets()).toMatchObject([{ customerMessages: 1 }]);
  });

  it('with an open ticket a greeting is one more message', async () => {
    await desk.writes(customer, '杯子碎了');
    await desk.writes(customer, '在吗');
    expect(await tickets()).toMatchObject([{ customerMessages: 2 }]);
    expect(await heard()).toHaveLength(1);
  });

  it('a greeting after the end asks, too, and reopens only when nothing or something follows', async () => {
    await desk.writes(customer, '杯子碎了');
    const [ticket] = await tickets();
    await desk.types('lilei', `认领 ${ticket?.number}`);
    await desk.types('lilei', `解决 ${ticket?.number}`);
    await desk.passes(10_000);
    await desk.writes(customer, '在吗');
    expect((await heard()).at(-1)).toBe(ASKED);
    expect(await tickets()).toMatchObject([{ status: 'resolved' }]);
    await desk.writes(customer, '还有一个问题没解决呢');
    const [reopened] = await tickets();
    expect(reopened?.status).not.toBe('resolved');
    expect(reopened?.customerMessages).toBe(3);
  });

  it('the matter at the very moment the greeting falls due: one ticket, both in order', async () => {
    await desk.writes(customer, '在吗');
    desk.clock.advance(60_000);
    await Promise.all([desk.writes(customer, '杯子碎了'), desk.flow.wake()]);
    await desk.passes(0);
    expect(await tickets()).toMatchObject([{ customerMessages: 2 }]);
    expect(await said()).toEqual(['在吗', '杯子碎了']);
  });

  it('sweeping twice asks once', async () => {
    await desk.writes(customer, '在吗');
    desk.clock.advance(60_000);
    await Promise.all([desk.flow.wake(), desk.flow.wake()]);
    await desk.passes(0);
    expect(await tickets()).toMatchObject([{ customerMessages: 1 }]);
  });
});
