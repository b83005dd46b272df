import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/cover.test.ts. */
export function coverStories(scene: Scene): void {
  describe(`cover, colleagues in ${scene.name}`, () => {
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
    const writes = (text: string): Promise<string> => desk.writes(`k${customer}`, text);
    const ticket = async () => {
      const found = await desk.store.tickets.byNumber(no);
      if (found === null) throw new Error(`no T-${no}`);
      return found;
    };
    const opened = async (): Promise<number> => {
      customer += 1;
      await writes('收到的杯子碎了');
      return Math.max(...(await desk.store.tickets.list({}, 50)).map((t) => t.number));
    };

    beforeEach(async () => {
      for (const user of ['lilei', 'wangfang']) await desk.types(user, '上线');
      no = await opened();
      await desk.types('lilei', `认领 ${no}`);
    });

    describe('a message of the customer while their agent is not there', () => {
      it('goes to the on-duty team at once, and the group’s card is whole again', async () => {
        await desk.types('lilei', '午休 30');
        await writes('什么时候能补发？');
        expect(await ticket()).toMatchObject({ status: 'new', assignee: null, owner: 'lilei' });
        const { card } = await desk.card('wangfang', 'g-aftersale', no);
        expect(card?.actions[0]).toMatchObject({ style: 'primary', invoke: { command: 'claim' } });
        const back = new Date(desk.clock.now().getTime() + 30 * MINUTE);
        const time = `${(back.getUTCHours() + 8) % 24}:${String(back.getUTCMinutes()).padStart(2, '0')}`;
        expect(card?.blocks[0]).toEqual({ type: 'note', text: `李雷 午休到 ${time}，在班的先接` });
        expect(card?.blocks.some((b) => b.type === 'text' && b.text.includes('什么时候能补发'))).toBe(true);
        const mine = await desk.card('lilei', 'd-lilei', no);
        expect(JSON.stringify(mine.card?.blocks)).toContain('你不在，在班的同事先接；你回来还没人接就还给你');
      });

      it('of who is off duty says so', async () => {
        await desk.types('lilei', '下线');
        await writes('什么时候能补发？');
        expect((await desk.card('wangfang', 'g-aftersale', no)).card?.blocks[0]).toMatchObject({
          text: '李雷 不在班，在班的先接',
        });
      });

      it('unclaimed when a break is over by itself: it returns to its owner', async () => {
        await desk.types('lilei', '午休 30');
        await writes('什么时候能补发？');
        await desk.passes(30 * MINUTE - 20_000);
        expect((await ticket()).assignee).toBeNull();
        await desk.passes(20_000);
        expect(await ticket()).toMatchObject({
          status: 'in_progress',
          assignee: 'lilei',
          owner: null,
          until: null,
        });
      });

      it('unclaimed when the owner presses 上线: it returns at once', async () => {
        await desk.types('lilei', '下线');
        await writes('什么时候能补发？');
        await desk.types('lilei', '上线');
        expect(await ticket()).toMatchObject({ status: 'in_progress', assignee: 'lilei', owner: null });
        expect((await desk.looksAgain('lilei', 'd-lilei', no)).card?.footer).toContain('还给 李雷');
      });

      it.runIf(isOwn)('a longer break keeps it with the team until then', async () => {
        await desk.types('lilei', '午休 10');
        await writes('什么时候能补发？');
        await desk.types('lilei', '午休 30');
        await desk.passes(10 * MINUTE);
        expect(await ticket()).toMatchObject({ assignee: null, owner: 'lilei' });
        await desk.passes(20 * MINUTE);
        expect(await ticket()).toMatchObject({ assignee: 'lilei', owner: null });
      });

      it('claimed meanwhile it is the claimer’s', async () => {
        await desk.types('lilei', '午休 30');
        await writes('什么时候能补发？');
        await desk.types('wangfang', `认领 ${no}`);
        await desk.types('lilei', '上线');
        await desk.passes(30 * MINUTE);
        expect(await ticket()).toMatchObject({ status: 'in_progress', assignee: 'wangfang', owner: null });
      });

      it.runIf(isOwn)('a word of thanks moves nothing', async () => {
        await desk.types('lilei', '午休 30');
        await writes('好的谢谢');
        expect((await ticket()).assignee).toBe('lilei');
      });

      it('with nobody on duty at all it stays with its owner', async () => {
        for (const user of ['wangfang', 'lilei', 'chenjing', 'daniel', 'sunwei']) await desk.types(user, '下线');
        await writes('什么时候能补发？');
        expect(await ticket()).toMatchObject({ status: 'in_progress', assignee: 'lilei', owner: null });
      });
    });

    describe('leave, sickness and leaving the company', () => {
      it('下线 by a lead moves all open tickets, and 上线 brings them back as they were', async () => {
        await desk.types('lilei', `挂起 ${no} 仓库 2小时`);
        const first = await ticket();
        const other = await opened();
        await desk.types('lilei', `认领 ${other}`);
        const count = await desk.store.tickets.count({ assignee: 'lilei', status: ['in_progress', 'waiting_other'] });
        expect(await says('chenjing', '下线 李雷')).toBe(`李雷 手上 ${count} 张已转回售后队列`);
        expect(await ticket()).toMatchObject({ status: 'new', assignee: null, owner: 'lilei' });
        expect((await ticket()).openedAt).toEqual(first.openedAt);
        await desk.types('wangfang', `认领 ${other}`);

        expect(await says('chenjing', '上线 李雷')).toContain('李雷 已上线');
        expect(await ticket()).toMatchObject({
          status: 'waiting_other',
          wait: 'warehouse',
          assignee: 'lilei',
          owner: null,
        });
        expect((await ticket()).nextDueAt).toEqual(first.nextDueAt);
        expect(await desk.store.tickets.byNumber(other)).toMatchObject({ assignee: 'wangfang' });
        await desk.passes(2 * 60 * MINUTE);
        expect((await ticket()).status).toBe('in_progress');
      });

      it.runIf(isOwn)('who has none is only off duty', async () => {
        expect(await says('sunwei', '下线 Daniel')).toBe('Daniel Wu 已下线，手上没有工单');
      });
    });
  });
}
