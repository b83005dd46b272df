import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** Whoever is first has the ticket; who was second is offered the next one. */
export function claimsStories(scene: Scene): void {
  describe(`claims, colleagues in ${scene.name}`, () => {
    let desk: Desk;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ agents: 4, customers: 10 }) });
    });
    afterAll(() => desk.stop());

    const opens = async (customer: string, text = '收到的杯子碎了'): Promise<number> => {
      await desk.writes(customer, text);
      return Number(/T-(\d+)/u.exec(words((await desk.sees(customer, `c-${customer}`))[1] ?? null))?.[1]);
    };
    describe('one winner', () => {
      it('who comes second reads who was faster and is offered the next ticket, whose numbers stay masked', async () => {
        const first = await opens('k1');
        const next = await opens('k2', '杯子破了，请打 13812345678 找我');
        await desk.types('lilei', `认领 ${first}`);
        await desk.passes(120_000);
        const { answer } = await desk.types('wangfang', `认领 ${first}`);
        expect(words(answer)).toBe(
          `李雷 2 分钟前已认领 T-${first}。下一张待认领：T-${next} 杯子破了，请打 138****5678 找我`,
        );
        const [claim] = answer?.card?.actions ?? [];
        await desk.presses('wangfang', answer?.surface ?? null, 'claim', claim?.invoke.args ?? {});
        expect(await desk.store.tickets.byNumber(next)).toMatchObject({ assignee: 'wangfang' });
        // Nothing is left to offer.
        expect(words((await desk.types('wangfang', `认领 ${first}`)).answer)).toBe(`李雷 2 分钟前已认领 T-${first}`);
      });

      it('who has it already is told so, and nothing changes', async () => {
        const no = await opens('k3');
        await desk.types('lilei', `认领 ${no}`);
        const before = await desk.store.tickets.byNumber(no);
        expect(words((await desk.types('lilei', `认领 ${no}`)).answer)).toBe(`T-${no} 已经是你的了`);
        expect(await desk.store.tickets.byNumber(no)).toEqual(before);
      });
    });

    it('20 presses by 4 agents at once: one winner, exact refusals, one claim in the history', async () => {
      const no = await opens('k5');
      const { surface } = await desk.card('a1', 'g-aftersale', no);
      const tries = Array.from({ length: 20 }, (_, i) => `a${(i % 4) + 1}`);
      await Promise.all(tries.map((user) => desk.presses(user, surface ?? null, 'claim', { ticket: String(no) })));
      const ticket = await desk.store.tickets.byNumber(no);
      if (ticket === null) throw new Error('the ticket is gone');
      expect((await desk.store.tickets.history(ticket)).map((e) => e.type)).toEqual(['opened', 'claimed']);
      const winner = ticket.assignee ?? '';
      const name = `客服${winner.slice(1)}号`;
      expect((await desk.card('lilei', 'g-aftersale', no)).card?.status).toContain(`${name} 处理中`);
      expect((await desk.card(winner, `d-${winner}`, no)).card?.kind).toBe('work');
    });
  });
}
