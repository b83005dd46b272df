import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ticket } from '../../src/domain/ticket.ts';
import { type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/recall.test.ts. */
export function recallStories(scene: Scene): void {
  describe(`recall, colleagues in ${scene.name}`, () => {
    const LINE = '客户撤回了一条消息';
    let desk: Desk;
    let customer = 'k0';
    let count = 0;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 40 }) });
    });
    afterAll(() => desk.stop());
    beforeEach(() => {
      count += 1;
      customer = `k${count}`;
    });

    const tickets = async () =>
      (await desk.store.tickets.list({}, 500)).filter((t) =>
        t.links.some((l) => l.address.conversation === `c-${customer}`),
      );
    async function ticket(): Promise<Ticket> {
      const found = await desk.store.tickets.load((await tickets())[0]?._id ?? '');
      if (found === null) throw new Error(`${customer} has no ticket`);
      return found;
    }
    const writes = (text: string): Promise<string> => desk.writes(customer, text);
    async function recalls(message: string): Promise<void> {
      const path = `/sandbox/api/messages/${encodeURIComponent(message)}?user=${customer}`;
      expect((await desk.request(path, { method: 'DELETE' })).status).toBe(200);
      await desk.passes(0);
    }
    const group = async (): Promise<string> =>
      JSON.stringify((await desk.looksAgain('wangfang', 'g-aftersale', (await ticket()).number)).card);

    describe('a recalled message', () => {
      it('its quote disappears from the cards, which say that there was one', async () => {
        await writes('杯子碎了');
        const id = await writes('我叫张三丰，真生气');
        expect(await group()).toContain('张三丰');
        await recalls(id);
        expect(await group()).not.toContain('张三丰');
        expect(await group()).toContain(LINE);
        expect(await ticket()).toMatchObject({ subject: '杯子碎了', status: 'new', last: { type: 'recalled' } });
        const kept = await desk.store.messages.ofTicket((await ticket())._id, 10);
        expect(kept.filter((m) => m.direction === 'in').map((m) => m.state)).toEqual(['received', 'recalled']);
      });

      it('nothing of its words stays, neither in the ticket nor in the store', async () => {
        await writes('杯子碎了');
        const id = await writes('订单 281234567890，电话 13812345678，寄到杭州市西湖区文三路 1 号');
        expect((await ticket()).facts).toMatchObject({ order: '281234567890', phone: '13812345678' });
        await recalls(id);
        expect((await ticket()).facts).toEqual({});
        const database = desk.store.connection.db;
        for (const name of ['tickets', 'messages', 'inbox', 'ticket_events']) {
          const all = await database?.collection(name).find().toArray();
          expect(JSON.stringify(all)).not.toMatch(/13812345678|文三路|281234567890/u);
        }
      });

      it('a fact that another message holds, too, stays', async () => {
        await writes('订单 281234567890 的杯子碎了');
        const id = await writes('订单 281234567890，电话 13812345678');
        await recalls(id);
        expect((await ticket()).facts).toEqual({ order: '281234567890' });
      });

      it('an unclaimed ticket whose only message was recalled stays open with that line', async () => {
        await recalls(await writes('我叫张三丰，杯子碎了'));
        expect(await ticket()).toMatchObject({ status: 'new', subject: LINE, description: '' });
        expect(await group()).not.toMatch(/张三丰|杯子/u);
        await writes('发错了，是盘子碎了');
        expect(await ticket()).toMatchObject({ subject: '发错了，是盘子碎了', status: 'new' });
      });

      it('on a claimed ticket the assignee’s cards lose it, too', async () => {
        await writes('杯子碎了');
        const { number } = await ticket();
        await desk.types('lilei', `认领 ${number}`);
        const id = await writes('我叫张三丰');
        expect(JSON.stringify(await desk.sees('lilei', 'd-lilei'))).toContain('张三丰');
        await recalls(id);
        await desk.looksAgain('lilei', 'd-lilei', number);
        const seen = JSON.stringify(await desk.sees('lilei', 'd-lilei'));
        expect(seen).not.toContain('张三丰');
        expect(seen).toContain(LINE);
        expect(await ticket()).toMatchObject({ status: 'in_progress', assignee: 'lilei' });
      });

      it('recalled twice is once', async () => {
        await writes('杯子碎了');
        const id = await writes('再说');
        await recalls(id);
        await recalls(id);
        expect((await ticket()).history.tail.filter((e) => e.type === 'recalled')).toHaveLength(1);
      });

      it('after the end it reopens nothing', async () => {
        const id = await writes('杯子碎了');
        const { number } = await ticket();
        await desk.types('lilei', `认领 ${number}`);
        await desk.types('lilei', `解决 ${number}`);
        await recalls(id);
        expect(await ticket()).toMatchObject({ status: 'resolved', subject: LINE });
      });

      it('a greeting that is recalled before anything followed never becomes a ticket', async () => {
        await recalls(await writes('在吗'));
        await desk.passes(60_000);
        expect(await tickets()).toEqual([]);
      });

      it('of two greetings the other one stays', async () => {
        const id = await writes('在吗');
        await writes('你好');
        await recalls(id);
        await desk.passes(60_000);
        expect(await ticket()).toMatchObject({ customerMessages: 1, description: '你好' });
      });
    });
  });
}
