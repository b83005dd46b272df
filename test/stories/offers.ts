import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dueOf } from '../../src/domain/sla.ts';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/transfer.test.ts. */
export function offersStories(scene: Scene): void {
  describe(`offers, colleagues in ${scene.name}`, () => {
    /** What the platform has no part in is told in the sandbox alone. */
    const isOwn = scene.name === 'sandbox';
    const MINUTE = 60_000;
    let desk: Desk;
    let customer = 0;
    let no = 0;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 30 }) });
    });
    afterAll(() => desk.stop());

    const says = async (user: string, text: string): Promise<string> => words((await desk.types(user, text)).answer);
    const ticket = async () => {
      const found = await desk.store.tickets.byNumber(no);
      if (found === null) throw new Error(`no T-${no}`);
      return found;
    };
    const cards = async (user: string, kind: string) =>
      (await desk.sees(user, `d-${user}`)).filter((m) => m.private !== true && m.card?.kind === kind);
    const lastCard = async (user: string, kind: string) => (await cards(user, kind)).at(-1);

    beforeEach(async () => {
      for (const user of ['lilei', 'wangfang', 'chenjing', 'daniel']) await desk.types(user, '上线');
      customer += 1;
      await desk.writes(`k${customer}`, '收到的杯子碎了，电话13812345678');
      no = Math.max(...(await desk.store.tickets.list({}, 50)).map((t) => t.number));
      await desk.types('lilei', `认领 ${no}`);
    });

    describe('to a team', () => {
      it.runIf(isOwn)('joins that queue at its age and clocks are not reset', async () => {
        const before = await ticket();
        await desk.passes(MINUTE);
        expect(await says('lilei', `转给 ${no} 物流 已核实未发货`)).toBe(`T-${no} 转给物流了`);
        expect(await ticket()).toMatchObject({ team: 'logistics', status: 'new', assignee: null });
        expect([(await ticket()).openedAt, dueOf((await ticket()).clocks)]).toEqual([
          before.openedAt,
          dueOf(before.clocks),
        ]);
      });
    });

    describe('to a person it is an offer', () => {
      it('the giver stays responsible; the other gets a card with the note and two buttons', async () => {
        expect(await says('lilei', `转给 ${no} 王芳 客户急，电话13812345678`)).toContain('接下之前还由你负责');
        expect(await ticket()).toMatchObject({
          status: 'offered',
          assignee: 'lilei',
          offer: { to: 'wangfang', by: 'lilei' },
        });
        const offer = await lastCard('wangfang', 'offer');
        expect(offer?.card?.status).toMatch(/^李雷 转给你，\d+:\d\d 前接下$/u);
        expect(offer?.card?.blocks[0]).toEqual({ type: 'note', text: '客户急，电话138****5678' });
        expect(offer?.card?.actions.map((a) => a.label)).toEqual(['接下', '不接']);
        expect((await desk.looksAgain('chenjing', 'g-aftersale', no)).card?.status).toContain(
          '李雷 已派出待接 · 等 王芳',
        );
        expect(JSON.stringify(await ticket()).includes('13812345678')).toBe(true);
        expect(JSON.stringify((await ticket()).history).includes('13812345678')).toBe(false);
      });

      it('taking it is claiming it', async () => {
        await desk.types('lilei', `转给 ${no} 王芳 客户急`);
        const offer = await lastCard('wangfang', 'offer');
        await desk.presses('wangfang', offer?.surface ?? null, 'claim', { ticket: String(no) });
        expect(await ticket()).toMatchObject({
          status: 'in_progress',
          assignee: 'wangfang',
          offer: null,
          until: null,
        });
        expect((await lastCard('wangfang', 'offer'))?.card).toMatchObject({ title: `T-${no} 你接下了`, actions: [] });
        expect((await desk.card('wangfang', 'd-wangfang', no)).card?.kind).toBe('work');
        expect((await desk.looksAgain('lilei', 'd-lilei', no)).card?.status).toBe('现在由 王芳 处理');
        await desk.passes(10 * MINUTE);
        expect((await ticket()).assignee).toBe('wangfang');
      });

      it('a colleague of another team can take it, and it comes along to theirs', async () => {
        await desk.types('lilei', `转给 ${no} Daniel 快递的事归你们`);
        expect((await lastCard('daniel', 'offer'))?.card?.status).toMatch(/^From 李雷/u);
        await desk.types('daniel', `claim ${no}`);
        expect(await ticket()).toMatchObject({ team: 'logistics', assignee: 'daniel' });
      });

      it('不接 brings it back, and the giver reads it', async () => {
        await desk.types('lilei', `挂起 ${no} 仓库 2小时`);
        await desk.types('lilei', `转给 ${no} 王芳 客户急`);
        expect(await says('wangfang', `不接 ${no}`)).toBe(`好的，T-${no} 退回去了`);
        expect(await ticket()).toMatchObject({
          status: 'waiting_other',
          wait: 'warehouse',
          assignee: 'lilei',
          offer: null,
        });
        expect((await lastCard('lilei', 'alert'))?.card?.status).toBe('王芳 不接，退回了；现在由 李雷 处理');
        expect((await lastCard('wangfang', 'offer'))?.card?.title).toBe(`T-${no} 你没接，已退回`);
        expect(await says('wangfang', `不接 ${no}`)).toContain('不用处理');
      });

      it('not taken within 5 minutes it comes back, and both read it', async () => {
        await desk.types('lilei', `转给 ${no} 王芳 客户急`);
        const alerts = (await cards('lilei', 'alert')).length;
        await desk.passes(5 * MINUTE - 20_000);
        expect((await ticket()).status).toBe('offered');
        await desk.passes(20_000);
        expect(await ticket()).toMatchObject({ status: 'in_progress', assignee: 'lilei', offer: null });
        expect(await cards('lilei', 'alert')).toHaveLength(alerts + 1);
        expect((await lastCard('lilei', 'alert'))?.card?.status).toBe('王芳 5 分钟没接，退回了；现在由 李雷 处理');
        expect((await lastCard('wangfang', 'offer'))?.card?.title).toMatch(/没接，已退回；现在由 李雷 处理$/u);
        expect(await says('wangfang', `认领 ${no}`)).toContain('已认领');
      });

      it.runIf(isOwn)('of an unclaimed ticket it falls back to the queue', async () => {
        await desk.types('lilei', `放回 ${no} 忙`);
        await desk.types('lilei', `转给 ${no} 王芳 你熟`);
        expect(await ticket()).toMatchObject({ status: 'offered', assignee: null });
        await desk.passes(5 * MINUTE);
        expect(await ticket()).toMatchObject({ status: 'new', assignee: null, offer: null });
        expect((await lastCard('lilei', 'alert'))?.card?.status).toContain('现在在 售后 的队列里');
      });

      it.runIf(isOwn)('what the customer writes meanwhile is not lost on who waited for them', async () => {
        await desk.types('lilei', `回复 ${no} 请发照片`);
        await desk.types('lilei', `转给 ${no} 王芳 客户急`);
        await desk.writes(`k${customer}`, '照片发了');
        await desk.passes(5 * MINUTE);
        expect(await ticket()).toMatchObject({ status: 'in_progress', assignee: 'lilei' });
      });

      it('undone within 30 s it was never offered', async () => {
        await desk.types('lilei', `转给 ${no} 王芳 客户急`);
        await desk.types('lilei', `撤销 ${no}`);
        expect(await ticket()).toMatchObject({ status: 'in_progress', assignee: 'lilei', offer: null, passes: 0 });
        expect((await lastCard('wangfang', 'offer'))?.card?.actions).toEqual([]);
      });

      it('the giver takes it back by claiming or answering; others read whom it waits for', async () => {
        await desk.types('lilei', `转给 ${no} 王芳 客户急`);
        expect(await says('chenjing', `转给 ${no} 王芳 再说一次`)).toContain('王芳');
        await desk.types('lilei', `认领 ${no}`);
        expect(await ticket()).toMatchObject({ status: 'in_progress', assignee: 'lilei', offer: null });
        await desk.types('lilei', `转给 ${no} 王芳 客户急`);
        await desk.types('lilei', `回复 ${no} 还是我来`);
        expect(await ticket()).toMatchObject({ status: 'waiting_customer', assignee: 'lilei', offer: null });
      });

      it.runIf(isOwn)('an unclaimed one that waits for somebody is not passed to a third', async () => {
        await desk.types('lilei', `放回 ${no} 忙`);
        await desk.types('lilei', `转给 ${no} 王芳 你熟`);
        const refused = await says('wangfang', `转给 ${no} 陈静 我不熟`);
        expect(refused).toMatch(/已派给 王芳，等到 \d+:\d\d；没接就退回/u);
        // Who offered it may choose again.
        expect(await says('lilei', `转给 ${no} 陈静 王芳不熟`)).toContain('等陈静接');
      });
    });

    describe('refused with the reason', () => {
      it('to somebody off duty or away, with who is there', async () => {
        await desk.types('wangfang', '下线');
        expect(await says('lilei', `转给 ${no} 王芳 客户急`)).toBe('王芳 不在班；在班的有：陈静');
        await desk.types('wangfang', '午休 30');
        expect(await says('lilei', `转给 ${no} 王芳 客户急`)).toMatch(/^王芳 休息到 \d+:\d\d；在班的有：陈静$/u);
        expect(await ticket()).toMatchObject({ status: 'in_progress', assignee: 'lilei', passes: 0 });
      });

      it('to somebody who left or is not known, with who is there', async () => {
        expect(await says('lilei', `转给 ${no} 小张 客户急`)).toBe(
          '「小张」不是同事或组，可以写：王芳、陈静、售后、物流',
        );
      });
    });

    describe('the third pass', () => {
      it.runIf(isOwn)('tells the lead', async () => {
        const before = (await cards('chenjing', 'alert')).length;
        await desk.types('lilei', `转给 ${no} 王芳 一`);
        await desk.types('wangfang', `认领 ${no}`);
        await desk.types('wangfang', `转给 ${no} 李雷 二`);
        await desk.types('lilei', `认领 ${no}`);
        expect(await cards('chenjing', 'alert')).toHaveLength(before);
        await desk.types('lilei', `转给 ${no} 王芳 三`);
        expect((await lastCard('chenjing', 'alert'))?.card).toMatchObject({ status: '已转手 3 次，请看看该归谁' });
        await desk.types('wangfang', `认领 ${no}`);
        await desk.types('wangfang', `转给 ${no} 李雷 四`);
        expect(await cards('chenjing', 'alert')).toHaveLength(before + 1);
      });
    });

    describe('two leads who reassign at once', () => {
      it.runIf(isOwn)('have one winner, and the other reads who', async () => {
        const { _id: id, assignee } = await ticket();
        const by = (person: string, name: string) => ({
          actor: { kind: 'person', id: person, name } as const,
          cause: `${no}:${person}`,
        });
        const results = await Promise.all([
          desk.flow.perform(id, { type: 'assign', person: 'wangfang', seen: assignee }, by('chenjing', '陈静')),
          desk.flow.perform(id, { type: 'assign', person: 'chenjing', seen: assignee }, by('zhoumin', '周敏')),
        ]);
        expect(results.map((r) => r.outcome)).toEqual(['done', 'refused']);
        expect(results[1].refusal).toMatchObject({ code: 'assigned_first', by: '陈静', to: '王芳' });
        expect((await ticket()).assignee).toBe('wangfang');
      });
    });
  });
}
