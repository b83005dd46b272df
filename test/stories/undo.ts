import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/undo.test.ts. */
export function undoStories(scene: Scene): void {
  describe(`undo, colleagues in ${scene.name}`, () => {
    /** What the platform has no part in is told in the sandbox alone. */
    const isOwn = scene.name === 'sandbox';
    let desk: Desk;
    let customer = 0;
    let no = 0;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 30 }) });
    });
    afterAll(() => desk.stop());
    beforeEach(async () => {
      customer += 1;
      await desk.writes(`k${customer}`, '收到的杯子碎了');
      no = Number(/T-(\d+)/u.exec((await reads()).at(-1) ?? '')?.[1]);
    });

    const reads = async (): Promise<readonly string[]> =>
      (await desk.sees(`k${customer}`, `c-k${customer}`)).filter((m) => m.from === 'bot').map(words);
    const said = async (user: string, line: string): Promise<string> => words((await desk.types(user, line)).answer);
    const ticket = async () => {
      const t = await desk.store.tickets.byNumber(no);
      if (t === null) throw new Error('no ticket');
      const { status, assignee, team, disposition, clocks, until } = t;
      return { status, assignee, team, disposition, clocks, until };
    };

    describe('within 30 seconds', () => {
      it.each([
        ['claim', [], '认领 #', 'lilei'],
        ['assign', [], '派给 # 王芳', 'chenjing'],
        ['transfer', ['认领 #'], '转给 # 物流 是快递的事', 'lilei'],
        ['transfer to a colleague', ['认领 #'], '转给 # 王芳 我下班了', 'lilei'],
        ['resolve', ['认领 #'], '解决 #', 'lilei'],
        ['close', ['认领 #'], '关闭 #', 'lilei'],
        ['reply', ['认领 #'], '回复 # 您好', 'lilei'],
      ])('%s is undone by number, and the ticket is as it was', async (_verb, before, act, by) => {
        await said('wangfang', '上线');
        for (const line of before) await said('lilei', line.replace('#', String(no)));
        const was = await ticket();
        await said(by, act.replace('#', String(no)));
        expect(await ticket()).not.toEqual(was);
        await desk.passes(1_000);
        expect(await said(by, `撤销 ${no}`)).toContain(`撤销了，T-${no} 恢复原样`);
        expect(await ticket()).toEqual(was);
        const heard = await reads();
        await desk.passes(60_000);
        expect(await reads()).toEqual(heard);
      });

      it('the button of the answer undoes that step; pressed again it says there is nothing left', async () => {
        const { answer } = await desk.types('lilei', `认领 ${no}`);
        const [undo] = answer?.card?.actions ?? [];
        expect(undo?.label).toBe('撤销');
        const press = async () =>
          words((await desk.presses('lilei', answer?.surface ?? null, 'undo', undo?.invoke.args)).answer);
        expect(await press()).toBe(`撤销了，T-${no} 恢复原样`);
        // Of a press that comes again at once DingTalk cannot say that it is another one: it hears the same.
        const again = scene.name === 'dingtalk' ? `撤销了，T-${no} 恢复原样` : '你没有可以撤销的操作';
        expect(await press()).toBe(again);
      });

      it('without a number right after 解决: that ticket, whatever else is open', async () => {
        await said('lilei', `认领 ${no}`);
        await said('lilei', `解决 ${no}`);
        expect(await said('lilei', '撤销')).toBe(`撤销了，T-${no} 恢复原样，客户没有看到`);
        expect(await ticket()).toMatchObject({ status: 'in_progress', assignee: 'lilei' });
      });

      it('a transfer to another team comes back, and the other group’s card says where it went', async () => {
        await said('lilei', `转给 ${no} 物流 是快递的事`);
        expect((await desk.card('sunwei', 'g-logistics', no)).card?.status).toContain('待认领');
        expect(await said('lilei', '撤销')).toBe(`撤销了，T-${no} 恢复原样`);
        expect((await desk.looksAgain('sunwei', 'g-logistics', no)).card?.status).toBe('已转给 售后');
        expect((await desk.looksAgain('lilei', 'g-aftersale', no)).card?.status).toContain('待认领');
      });
    });

    describe('what the customer hears', () => {
      it('a reply taken back within its hold never goes out, the better one does', async () => {
        await said('lilei', `回复 ${no} 这个不归我们管`);
        await desk.passes(1_000);
        await said('lilei', `撤销 ${no}`);
        await said('lilei', `回复 ${no} 很抱歉，马上补发`);
        await desk.passes(60_000);
        expect((await reads()).slice(1)).toEqual(['很抱歉，马上补发']);
      });

      it.each([
        ['回复 # 这个不归我们管', 5_000, /上一条消息发错了，请忽略.*T-#.*仍在处理/u],
        ['解决 #', 12_000, /误发了完结通知.*T-#.*仍在处理/u],
      ])(
        '%s: once the customer has read it, undo shows the correction first and sends it once',
        async (act, ms, expected) => {
          await said('lilei', `认领 ${no}`);
          const was = await ticket();
          const { answer: done } = await desk.types('lilei', act.replace('#', String(no)));
          expect(done?.card?.actions[0]?.label).toBe('撤销（客户还没看到）');
          await desk.passes(ms);
          const heard = await reads();

          const { answer: preview } = await desk.types('lilei', `撤销 ${no}`);
          expect(words(preview)).toContain('客户已经看到了');
          const correction = new RegExp(expected.source.replace('#', String(no)), 'u');
          expect(words(preview)).toMatch(correction);
          await desk.passes(1_000);
          expect(await reads()).toEqual(heard);
          expect(await ticket()).not.toEqual(was);

          const [telling] = preview?.card?.actions ?? [];
          expect(telling?.label).toBe('撤销并告知客户');
          const press = () => desk.presses('lilei', preview?.surface ?? null, 'undo', telling?.invoke.args);
          expect(words((await press()).answer)).toBe(`撤销了，T-${no} 恢复原样，更正已发给客户`);
          await press();
          await desk.passes(60_000);
          expect((await reads()).slice(heard.length)).toEqual([expect.stringMatching(correction)]);
          expect(await ticket()).toEqual(was);
        },
      );

      it.runIf(isOwn)('a correction asked for while the message is still held sends nothing at all', async () => {
        await said('lilei', `回复 ${no} 您好`);
        const t = await desk.store.tickets.byNumber(no);
        const seq = String(t?.history.seq);
        const { answer } = await desk.presses('lilei', null, 'undo', { ticket: String(no), seq, sure: 'yes' });
        expect(words(answer)).toBe(`撤销了，T-${no} 恢复原样，客户没有看到`);
        await desk.passes(60_000);
        expect((await reads()).slice(1)).toEqual([]);
      });
    });

    describe('refused', () => {
      it('after 30 seconds', async () => {
        await said('lilei', `认领 ${no}`);
        await desk.passes(30_001);
        expect(await said('lilei', `撤销 ${no}`)).toBe('只能在 30 秒内撤销，现在请用反向操作，例如「重开」或「放回」');
        expect(await ticket()).toMatchObject({ assignee: 'lilei' });
      });

      it('when somebody has changed the same since, by name', async () => {
        await said('lilei', `认领 ${no}`);
        await said('chenjing', `派给 ${no} 王芳`);
        expect(await said('lilei', `撤销 ${no}`)).toBe(`T-${no} 之后又被 陈静 改过，不能撤销`);
        expect(await ticket()).toMatchObject({ assignee: 'wangfang' });
      });

      it.runIf(isOwn)('a reopening customer overtakes a resolution; the notice still goes out', async () => {
        await said('lilei', `认领 ${no}`);
        await said('lilei', `解决 ${no}`);
        await desk.writes(`k${customer}`, '等一下，还少一个杯盖');
        expect(await said('lilei', `撤销 ${no}`)).toContain('不能撤销');
        await desk.passes(12_000);
        expect((await reads()).at(-1)).toContain('已经处理好了');
      });

      it('what a colleague did', async () => {
        await said('wangfang', `认领 ${no}`);
        expect(await said('lilei', `撤销 ${no}`)).toBe('你没有可以撤销的操作');
      });

      it.runIf(isOwn)('a note or a priority in between overtakes nothing', async () => {
        await said('lilei', `认领 ${no}`);
        await said('chenjing', `备注 ${no} 加急`);
        await said('chenjing', `优先级 ${no} 高`);
        expect(await said('lilei', `撤销 ${no}`)).toBe(`撤销了，T-${no} 恢复原样`);
        expect(await desk.store.tickets.byNumber(no)).toMatchObject({ priority: 'high', assignee: null });
      });
    });
  });
}
