import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ticket } from '../../src/domain/ticket.ts';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/the-end.test.ts. */
export function theEndStories(scene: Scene): void {
  describe(`the end, colleagues in ${scene.name}`, () => {
    /** What the platform has no part in is told in the sandbox alone. */
    const isOwn = scene.name === 'sandbox';
    const HOUR = 3_600_000;
    let desk: Desk;
    let customer = 'k0';
    let count = 0;
    let no = 0;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 60 }) });
    });
    afterAll(() => desk.stop());

    const tickets = async (): Promise<Ticket[]> => {
      const rows = (await desk.store.tickets.list({}, 500)).filter((t) =>
        t.links.some((l) => l.address.conversation === `c-${customer}`),
      );
      const full = await Promise.all(rows.map((row) => desk.store.tickets.load(row._id)));
      return full.filter((t) => t !== null).toSorted((a, b) => a.number - b.number);
    };
    const ticket = async (number: number = no): Promise<Ticket> => {
      const found = await desk.store.tickets.byNumber(number);
      if (found === null) throw new Error(`there is no T-${number}`);
      return found;
    };
    const writes = (text: string): Promise<string> => desk.writes(customer, text);
    const heard = async (): Promise<string[]> =>
      (await desk.sees(customer, `c-${customer}`)).filter((m) => m.from === 'bot').map(words);

    /** 李雷 has solved what the customer wrote. */
    async function solved(text = '我要退款，订单号 281234567890'): Promise<void> {
      count += 1;
      customer = `k${count}`;
      await writes(text);
      no = (await tickets()).at(-1)?.number ?? 0;
      await desk.types('lilei', '上线');
      await desk.types('lilei', `认领 ${no}`);
      await desk.types('lilei', `解决 ${no}`);
      await desk.passes(10_000);
    }

    describe('after 解决', () => {
      beforeEach(() => solved());

      it('becomes closed by itself after 72 h', async () => {
        await desk.passes(72 * HOUR - 60_000);
        expect((await ticket()).status).toBe('resolved');
        await desk.passes(60_000);
        expect((await ticket()).status).toBe('closed');
      });

      it.each(isOwn ? ['谢谢', 'OK', '👍', '5分', '好的，辛苦了', 'thanks a lot!'] : ['谢谢'])(
        '%s is stored and changes nothing',
        async (text) => {
          await writes(text);
          expect(await ticket()).toMatchObject({ status: 'resolved', customerMessages: 2 });
          expect(await tickets()).toHaveLength(1);
          expect(await heard()).toHaveLength(2);
        },
      );

      it('so it is when somebody has closed it by hand', async () => {
        await desk.types('lilei', `关闭 ${no}`);
        await writes('谢谢');
        expect(await ticket()).toMatchObject({ status: 'closed', customerMessages: 2 });
        expect(await tickets()).toHaveLength(1);
        expect(await heard()).toHaveLength(2);
      });

      it('a message with content reopens and goes to the last agent if on duty', async () => {
        await writes('还没收到退款');
        expect(await ticket()).toMatchObject({ status: 'in_progress', assignee: 'lilei', left: null });
        expect(await tickets()).toHaveLength(1);
      });

      it('else to the queue, with that agent’s last note', async () => {
        await desk.types('lilei', `备注 ${no} 已核实，客户电话 13812345678，等财务打款`);
        await desk.types('wangfang', `备注 ${no} 我也看过`);
        await desk.types('lilei', '下线');
        await writes('还没收到退款');
        expect(await ticket()).toMatchObject({ status: 'new', assignee: null, claimedAt: null });
        const card = await desk.card('wangfang', 'g-aftersale', no);
        const text = JSON.stringify(card.card?.blocks);
        expect(text).toContain('之前由李雷处理，备注：已核实，客户电话 138****5678，等财务打款');
        expect(card.card?.actions[0]?.invoke.command).toBe('claim');
        expect(JSON.stringify((await ticket()).history)).not.toContain('等财务打款');
        expect((await heard()).join()).not.toContain('等财务打款');
        await desk.types('wangfang', '上线');
        await desk.types('wangfang', `认领 ${no}`);
        expect(JSON.stringify((await desk.card('wangfang', 'd-wangfang', no)).card)).toContain('13812345678');
      });

      it.runIf(isOwn)('another order number than the ticket’s opens a new linked ticket', async () => {
        await writes('订单 291234567891 的杯子碎了');
        const [old, fresh] = await tickets();
        expect(old?.status).toBe('resolved');
        expect(fresh).toMatchObject({ status: 'new', follows: { ticket: old?._id, number: old?.number } });
        expect(await heard()).toHaveLength(3);
      });

      it.runIf(isOwn)('the ticket’s own order number reopens it', async () => {
        await writes('订单 281234567890 还没收到退款');
        expect(await tickets()).toMatchObject([{ status: 'in_progress' }]);
      });

      it.runIf(isOwn)('any message later than 72 h opens a new linked ticket', async () => {
        // Even when nobody has come to close it yet.
        desk.clock.advance(72 * HOUR);
        await writes('还没收到退款');
        const [old, fresh] = await tickets();
        expect(fresh).toMatchObject({ status: 'new', customerMessages: 1, follows: { number: old?.number } });
      });

      it.runIf(isOwn)(
        'thanks that come later ask what it is about, and become a new linked ticket after 60 s',
        async () => {
          await desk.passes(73 * HOUR);
          await writes('谢谢');
          expect((await heard()).at(-1)).toMatch(/请问是什么问题呢/u);
          await desk.passes(60_000);
          expect((await tickets()).map((t) => [t.status, t.follows?.number])).toEqual([
            ['closed', undefined],
            ['new', no],
          ]);
        },
      );

      it.runIf(isOwn)('what was closed by hand stays closed: content opens a new linked ticket', async () => {
        await desk.types('lilei', `关闭 ${no}`);
        await writes('还没收到退款');
        expect((await tickets()).map((t) => [t.status, t.follows?.number])).toEqual([
          ['closed', undefined],
          ['new', no],
        ]);
      });

      it.runIf(isOwn)('ten messages at once after 72 h: one new ticket with all of them', async () => {
        desk.clock.advance(72 * HOUR);
        await Promise.all(Array.from({ length: 10 }, (_, i) => writes(`还没收到退款 ${i}`)));
        expect((await tickets()).map((t) => t.customerMessages)).toEqual([1, 10]);
      });
    });

    describe('a returning customer', () => {
      it('the card says how often they came, what was last and when that was done', async () => {
        await solved('我要退款');
        await desk.passes(73 * HOUR);
        await writes('杯子碎了');
        const second = (await tickets()).at(-1)?.number ?? 0;
        await desk.types('wangfang', '上线');
        await desk.types('wangfang', `认领 ${second}`);
        await desk.types('wangfang', `解决 ${second}`);
        await desk.passes(10_000);
        await desk.types('wangfang', `关闭 ${second}`);
        await desk.passes(24 * HOUR);
        await writes('快递三天没更新了');
        const third = (await tickets()).at(-1);
        expect(third?.visits).toMatchObject({ count: 3, last: { number: second } });
        const card = await desk.card('sunwei', 'g-logistics', third?.number ?? 0);
        expect(card.card?.blocks).toContainEqual({
          type: 'note',
          text: `第 3 次来 · 上次 T-${second} 破损 昨天已关闭`,
        });
      });

      it.runIf(isOwn)('is frozen when the ticket opens, and not there on a first visit', async () => {
        await solved();
        expect((await ticket()).visits).toEqual({ count: 1, last: null });
        const card = await desk.card('lilei', 'd-lilei', no);
        expect(JSON.stringify(card.card)).not.toContain('次来');
      });
    });
  });
}
