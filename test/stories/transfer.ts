import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dueOf } from '../../src/domain/sla.ts';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/transfer.test.ts. */
export function transferStories(scene: Scene): void {
  describe(`transfer, colleagues in ${scene.name}`, () => {
    let desk: Desk;
    let customer = 0;
    let no = 0;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 10 }) });
    });
    afterAll(() => desk.stop());
    beforeEach(async () => {
      customer += 1;
      await desk.writes(`k${customer}`, '收到的杯子碎了');
      no = Number(/T-(\d+)/u.exec(words((await desk.sees(`k${customer}`, `c-k${customer}`)).at(-1) ?? null))?.[1]);
    });
    const cards = async (user: string, conversation: string) =>
      (await desk.sees(user, conversation)).filter(
        (m) => m.private !== true && m.card?.title.startsWith(`T-${no} `) === true,
      );

    describe('to another team', () => {
      it('the old group’s card says where it went, the new group gets one card, the note stays inside', async () => {
        await desk.types('lilei', `认领 ${no}`);
        const { answer } = await desk.types('lilei', `转给 ${no} 物流 已核实，是快递压坏的`);
        expect(words(answer)).toBe(`T-${no} 转给物流了`);
        await desk.looksAgain('wangfang', 'g-aftersale', no);
        const old = await cards('wangfang', 'g-aftersale');
        expect(old.map((m) => [m.card?.status, m.card?.actions])).toEqual([['已转给 物流', []]]);
        const fresh = await cards('sunwei', 'g-logistics');
        expect(fresh).toHaveLength(1);
        expect(fresh[0]?.card?.status).toContain('待认领');
        const [work] = await cards('lilei', 'd-lilei');
        expect(work?.card).toMatchObject({ status: '现在在 物流 的队列里', actions: [] });
        expect(await desk.store.tickets.byNumber(no)).toMatchObject({
          team: 'logistics',
          assignee: null,
          status: 'new',
        });

        await desk.types('sunwei', `认领 ${no}`);
        // Nothing is left to press there: where only a press changes it, it goes on saying where it went.
        expect((await cards('wangfang', 'g-aftersale'))[0]?.card?.status).toBe(
          scene.name === 'wecom' ? '已转给 物流' : '已转给 物流 · 现在由 孙伟 处理',
        );
        await desk.types('sunwei', `转给 ${no} 售后 快递拒赔`);
        // A card that nobody can change gets a successor further down.
        const back = await cards('wangfang', 'g-aftersale');
        expect(back).toHaveLength(scene.name === 'wecom' ? 2 : 1);
        expect(back.at(-1)?.card?.status).toContain('待认领');
        const ticket = await desk.store.tickets.byNumber(no);
        const notes = await desk.store.notes.ofTicket(ticket?._id ?? '', 10);
        expect(notes.map((n) => n.noteText)).toEqual(['已核实，是快递压坏的', '快递拒赔']);
      });

      it('keeps its age, and its promise to the customer', async () => {
        const before = await desk.store.tickets.byNumber(no);
        await desk.passes(60_000);
        await desk.types('lilei', `转给 ${no} 物流 是快递的事`);
        const after = await desk.store.tickets.byNumber(no);
        expect([after?.openedAt, dueOf(after?.clocks ?? {})]).toEqual([before?.openedAt, dueOf(before?.clocks ?? {})]);
      });
    });

    describe('to a colleague', () => {
      it('who takes it gets the work card, and who had it keeps one that names them', async () => {
        await desk.types('wangfang', '上线');
        await desk.types('lilei', `认领 ${no}`);
        await desk.types('lilei', `转给 ${no} 王芳 我下班了`);
        await desk.types('wangfang', `认领 ${no}`);
        expect(await desk.store.tickets.byNumber(no)).toMatchObject({ assignee: 'wangfang', team: 'aftersale' });
        expect((await cards('wangfang', 'd-wangfang')).some((m) => m.card?.kind === 'work')).toBe(true);
        expect((await desk.looksAgain('lilei', 'd-lilei', no)).card?.status).toBe('现在由 王芳 处理');
        expect(await cards('wangfang', 'g-aftersale')).toHaveLength(1);
      });

      it('of another team: once taken the ticket moves there', async () => {
        await desk.types('daniel', '上线');
        await desk.types('lilei', `认领 ${no}`);
        await desk.types('lilei', `转给 ${no} Daniel 快递的事归你们`);
        expect(await cards('sunwei', 'g-logistics')).toHaveLength(0);
        await desk.types('daniel', `认领 ${no}`);
        expect(await desk.store.tickets.byNumber(no)).toMatchObject({ assignee: 'daniel', team: 'logistics' });
        expect((await cards('daniel', 'd-daniel'))[0]?.card?.status).toMatch(/^In progress · /u);
        expect(await cards('sunwei', 'g-logistics')).toHaveLength(1);
      });

      it('without a note it is not done', async () => {
        await desk.types('lilei', `认领 ${no}`);
        const { answer } = await desk.types('lilei', `转给 ${no} 王芳`);
        expect(words(answer)).toContain('要带一句说明');
        const { form } = await desk.presses(
          'lilei',
          (await desk.card('lilei', 'd-lilei', no)).surface ?? null,
          'transfer',
          {
            ticket: String(no),
          },
        );
        expect(form?.fields.map((f) => [f.name, f.required])).toEqual([
          ['to', true],
          ['note', true],
        ]);
        expect(await desk.store.tickets.byNumber(no)).toMatchObject({ assignee: 'lilei' });
      });
    });
  });
}
