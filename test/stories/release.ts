import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/release.test.ts. */
export function releaseStories(scene: Scene): void {
  describe(`release, colleagues in ${scene.name}`, () => {
    let desk: Desk;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 10 }) });
    });
    afterAll(() => desk.stop());

    const says = async (user: string, text: string): Promise<string> => words((await desk.types(user, text)).answer);

    it('放回 asks for one of four reasons', async () => {
      await desk.writes('k1', '收到的杯子碎了');
      await desk.types('lilei', '认领 4800');
      const work = await desk.card('lilei', 'd-lilei', 4800);
      const { form } = await desk.presses('lilei', work.surface ?? null, 'release', { ticket: '4800' });
      expect(form?.fields[0]).toMatchObject({ name: 'reason', type: 'select', required: true });
      expect(form?.fields[0]?.options?.map((o) => o.label)).toEqual(['不会', '不归我', '忙', '点错']);
      expect(await says('lilei', '放回 4800 心情不好')).toBe(
        '「心情不好」不是放回的原因，可以写：不会、不归我、忙、点错',
      );
      expect((await desk.store.tickets.byNumber(4800))?.assignee).toBe('lilei');
    });

    it('keeps the age and the promises, and says why', async () => {
      const before = await desk.store.tickets.byNumber(4800);
      await desk.passes(60_000);
      expect(await says('lilei', '放回 4800 不归我')).toBe('T-4800 放回待认领了');
      const after = await desk.store.tickets.byNumber(4800);
      expect([after?.status, after?.assignee, after?.openedAt, after?.clocks]).toEqual([
        'new',
        null,
        before?.openedAt,
        before?.clocks,
      ]);
      expect((await desk.card('wangfang', 'g-aftersale', 4800)).card?.footer).toContain('放回：不归我');
    });

    it('does not offer it to the same person first, as long as there is another one', async () => {
      await desk.writes('k2', '收到的碗碎了');
      await desk.writes('k3', '收到的盘子碎了');
      await desk.types('wangfang', '认领 4802');
      expect(await says('lilei', '认领 4802')).toContain('下一张待认领：T-4801');
      await desk.types('wangfang', '放回 4802 忙');
      await desk.types('chenjing', '认领 4801');
      // 4800 is older, but 李雷 put it back; 王芳 put 4802 back.
      expect(await says('lilei', '认领 4801')).toContain('下一张待认领：T-4802');
      expect(await says('wangfang', '认领 4801')).toContain('下一张待认领：T-4800');
      const { answer } = await desk.types('lilei', '列表');
      const rows = answer?.card?.blocks.flatMap((b) =>
        b.type === 'list' ? b.items.map((i) => i.text.slice(0, 6)) : [],
      );
      expect(rows).toEqual(['T-4802', 'T-4800', 'T-4801']);
    });

    it('with no other one it is offered after all, and who takes it again has it like anybody', async () => {
      await desk.types('wangfang', '认领 4802');
      expect(await says('lilei', '认领 4802')).toContain('下一张待认领：T-4800');
      await desk.types('lilei', '认领 4800');
      expect(await desk.store.tickets.byNumber(4800)).toMatchObject({ assignee: 'lilei', avoid: [] });
    });
  });
}
