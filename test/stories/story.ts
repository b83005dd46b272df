import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** The story that everything else is built around. */
export function theStory(scene: Scene, customer = 'k1'): void {
  describe(`the story, colleagues in ${scene.name}`, () => {
    let desk: Desk;
    beforeEach(async () => {
      desk = await scene.open({ shop: aShop() });
    });
    afterEach(() => desk.stop());

    const heard = async (): Promise<readonly string[]> => (await desk.sees(customer, `c-${customer}`)).map(words);

    it('from a customer message to "resolved": one ticket, one winner, an answer, an end that the customer hears about', async () => {
      await desk.writes(customer, '收到的杯子碎了,订单 281234567890123');
      const no = 4800;
      const open = await desk.card('lilei', 'g-aftersale', no);
      expect(open.card?.status).toMatch(/^待认领 · /u);
      expect((await heard()).at(-1)).toContain('已收到，单号 T-4800');

      await desk.presses('lilei', open.surface ?? null, 'claim', { ticket: String(no) });
      const late = await desk.types('wangfang', `认领 ${no}`);
      expect(words(late.answer)).toContain('李雷 刚刚已认领 T-4800');
      expect((await desk.card('wangfang', 'g-aftersale', no)).card?.status).toContain('李雷');
      expect((await desk.card('lilei', 'd-lilei', no)).card?.kind).toBe('work');

      await desk.types('lilei', '回复 很抱歉,马上给您补发一个');
      expect(await heard()).not.toContain('很抱歉,马上给您补发一个');
      await desk.passes(5_000);
      expect(await heard()).toContain('很抱歉,马上给您补发一个');

      await desk.writes(customer, '好,谢谢,什么时候能到?');
      expect((await desk.store.tickets.byNumber(no))?.status).toBe('in_progress');

      await desk.types('lilei', '解决');
      await desk.passes(10_000);
      expect((await heard()).at(-1)).toContain('您的问题（T-4800）已经处理好了');
      await desk.writes(customer, '谢谢');
      expect(await desk.store.tickets.byNumber(no)).toMatchObject({ status: 'resolved' });
      expect((await desk.looksAgain('lilei', 'g-aftersale', no)).card?.tone).toBe('green');
    });
  });
}
