import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/handover.test.ts. */
export function handoverStories(scene: Scene): void {
  describe(`the end of a shift, colleagues in ${scene.name}`, () => {
    const MINUTE = 60_000;
    let desk: Desk;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 4 }) });
    });
    afterAll(() => desk.stop());

    it('half an hour before it one card asks what becomes of the tickets; what was handed on is in the queue', async () => {
      await desk.writes('k1', '收到的杯子碎了');
      await desk.writes('k2', '想问下发票');
      await desk.types('lilei', '上线');
      await desk.types('lilei', '认领 4800');
      await desk.types('lilei', '认领 4801');
      await desk.passes(7 * 60 * MINUTE + 5 * MINUTE);
      await desk.flow.handover();
      // What else is due by now goes to the same chat, at the pace that the platform allows.
      await desk.passes(5_000);
      const asks = (await desk.sees('lilei', 'd-lilei')).filter((m) => words(m).includes('22:00 交班 · 手上 2 张'));
      expect(asks).toHaveLength(1);

      const pressed = await desk.presses('lilei', asks[0]?.surface ?? null, 'handover', { what: 'next' });
      expect(words(pressed.answer)).toContain('T-4800、T-4801 交给下一班了，在售后队列里');
      expect(await desk.store.tickets.byNumber(4801)).toMatchObject({ status: 'new', assignee: null });
      expect((await desk.card('wangfang', 'g-aftersale', 4800)).card?.footer).toContain('交班，交给下一班');
      expect(words((await desk.types('lilei', '交班')).answer)).toBe('你手上没有工单，不用交班');
    });
  });
}
