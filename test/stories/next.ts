import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/next.test.ts. */
export function nextStories(scene: Scene): void {
  describe(`next, colleagues in ${scene.name}`, () => {
    let desk: Desk;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 4 }) });
    });
    afterAll(() => desk.stop());

    it('下一张: the urgent one, then the oldest; the work card follows, the way back is offered, and an empty queue says who is on it', async () => {
      for (const [i, text] of ['收到的杯子碎了', '想问下发票', '锅盖裂了，打 13812345678'].entries()) {
        await desk.writes(`k${i + 1}`, text);
        await desk.passes(1_000);
      }
      await desk.types('chenjing', '优先级 4802 紧急');

      const first = await desk.types('lilei', '下一张');
      expect(words(first.answer)).toBe('T-4802 归你了：锅盖裂了，打 138****5678');
      expect(first.answer?.card?.actions.map((a) => a.invoke.command)).toEqual(['undo']);
      expect((await desk.card('lilei', 'd-lilei', 4802)).card?.kind).toBe('work');
      expect((await desk.looksAgain('wangfang', 'g-aftersale', 4802)).card?.status).toContain('李雷 处理中');

      const second = await desk.presses('wangfang', null, 'next');
      expect(words(second.answer)).toBe('T-4800 归你了：收到的杯子碎了');
      expect(words((await desk.presses('lilei', null, 'next')).answer)).toBe('T-4801 归你了：想问下发票');
      expect(words((await desk.types('lilei', '取下一单')).answer)).toBe(
        '售后没有待认领的工单，处理中的 3 张由王芳、李雷跟进',
      );
      expect(words((await desk.types('daniel', 'next')).answer)).toBe(
        'Nothing waits to be claimed in 物流, and nothing is in progress',
      );

      await desk.presses(
        'lilei',
        first.answer?.surface ?? null,
        'undo',
        first.answer?.card?.actions[0]?.invoke.args ?? {},
      );
      expect(await desk.store.tickets.byNumber(4802)).toMatchObject({ status: 'new', assignee: null });
    });
  });
}
