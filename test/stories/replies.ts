import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/replies.test.ts. */
export function repliesStories(scene: Scene): void {
  describe(`replies, colleagues in ${scene.name}`, () => {
    let desk: Desk;
    let customer = 0;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 30 }) });
    });
    afterAll(() => desk.stop());

    const opens = async (): Promise<number> => {
      customer += 1;
      await desk.writes(`k${customer}`, '收到的杯子碎了');
      const told = (await desk.sees(`k${customer}`, `c-k${customer}`)).map(words).find((w) => w.includes('T-')) ?? '';
      return Number(/T-(\d+)/u.exec(told)?.[1]);
    };
    const claimedBy = async (user: string): Promise<number> => {
      const no = await opens();
      await desk.types(user, `认领 ${no}`);
      return no;
    };
    const said = async (user: string, line: string): Promise<string> => words((await desk.types(user, line)).answer);
    const ticket = async (no: number) => {
      const t = await desk.store.tickets.byNumber(no);
      if (t === null) throw new Error('no ticket');
      return t;
    };
    /** What the customer of the last ticket heard from us in words of our own. */
    const heard = async (): Promise<readonly string[]> => {
      await desk.passes(6_000);
      const all = await desk.sees(`k${customer}`, `c-k${customer}`);
      return all
        .filter((m) => m.from === 'bot')
        .map(words)
        .slice(1);
    };

    describe('whose turn it is', () => {
      it('a reply sets waiting_customer, a customer message sets in_progress', async () => {
        const no = await claimedBy('lilei');
        expect((await ticket(no)).status).toBe('in_progress');
        await said('lilei', `回复 ${no} 请拍张照片`);
        expect((await ticket(no)).status).toBe('waiting_customer');
        await desk.writes(`k${customer}`, '拍好了，杯口缺了一块');
        expect((await ticket(no)).status).toBe('in_progress');
      });

      it('回复 on an unclaimed ticket claims it', async () => {
        const no = await opens();
        await said('lilei', `回复 ${no} 请拍张照片`);
        expect(await ticket(no)).toMatchObject({ assignee: 'lilei', status: 'waiting_customer' });
        expect((await desk.card('lilei', 'd-lilei', no)).card?.kind).toBe('work');
      });
    });

    describe("回复 on a colleague's ticket", () => {
      it('first asks 王芳正在处理，仍要回复? and sends nothing; pressed, it goes out once', async () => {
        const no = await claimedBy('wangfang');
        const { answer } = await desk.types('lilei', `回复 ${no} 请拍张照片`);
        expect(words(answer)).toBe(`王芳正在处理 T-${no}，仍要回复？`);
        expect(await heard()).toEqual([]);
        const [button] = answer?.card?.actions ?? [];
        expect(button?.label).toBe('仍要回复');
        const press = () => desk.presses('lilei', answer?.surface ?? null, 'reply', { ...button?.invoke.args });
        const sent = words((await press()).answer);
        expect(sent).toContain('发给');
        // Of a press that comes again at once DingTalk cannot say that it is another one: it hears the same.
        const again = scene.name === 'dingtalk' ? sent : `T-${no} 的这条回复已经交出去了，没有再发一次`;
        expect(words((await press()).answer)).toBe(again);
        expect(await heard()).toEqual(['请拍张照片']);
        // It stays hers, and the last line of her card says what happened.
        expect(await ticket(no)).toMatchObject({ assignee: 'wangfang', status: 'waiting_customer' });
        expect((await desk.card('wangfang', 'd-wangfang', no)).card?.footer).toMatch(/^李雷 .*回复客户$/u);
      });

      it.runIf(scene.name === 'sandbox')(
        'where there are no buttons, what the answer says to type does the same, once',
        async () => {
          const no = await claimedBy('wangfang');
          const { answer } = await desk.types('lilei', `回复 ${no} 请拍张照片`);
          const typed = answer?.card?.actions[0]?.typed ?? '';
          expect(typed).toMatch(new RegExp(`^回复 ${no} \\S{22}$`, 'u'));
          await desk.types('lilei', typed);
          await desk.types('lilei', typed);
          expect(await heard()).toEqual(['请拍张照片']);
        },
      );

      it('however long the text is, it is kept', async () => {
        const no = await claimedBy('wangfang');
        const long = '请把破损的地方拍给我们看，'.repeat(120);
        const { answer } = await desk.types('lilei', `回复 ${no} ${long}`);
        const [button] = answer?.card?.actions ?? [];
        expect(JSON.stringify(button).length).toBeLessThan(500);
        await desk.presses('lilei', answer?.surface ?? null, 'reply', { ...button?.invoke.args });
        expect(await heard()).toEqual([long.trim()]);
      });

      it('asks as well who pressed the button of the group card and filled in the form', async () => {
        const no = await claimedBy('wangfang');
        const card = await desk.card('lilei', 'g-aftersale', no);
        const { answer } = await desk.presses('lilei', card.surface ?? null, 'reply', {
          ticket: String(no),
          text: '请拍张照片',
        });
        expect(words(answer)).toBe(`王芳正在处理 T-${no}，仍要回复？`);
        const args = { ...answer?.card?.actions[0]?.invoke.args };
        await desk.presses('lilei', answer?.surface ?? null, 'reply', args);
        expect(await heard()).toEqual(['请拍张照片']);
      });

      it('asks a lead too', async () => {
        const no = await claimedBy('wangfang');
        expect(await said('chenjing', `回复 ${no} 请拍张照片`)).toContain('仍要回复');
      });

      it.runIf(scene.name === 'sandbox')('nobody sends what somebody else wrote', async () => {
        const no = await claimedBy('wangfang');
        const { answer } = await desk.types('lilei', `回复 ${no} 请拍张照片`);
        const args = { ...answer?.card?.actions[0]?.invoke.args };
        await desk.presses('chenjing', null, 'reply', args);
        expect(await heard()).toEqual([]);
      });

      it('somebody of another team may not reply at all', async () => {
        const no = await claimedBy('wangfang');
        expect(await said('daniel', `回复 ${no} 请拍张照片`)).toContain(`There is no ticket T-${no}`);
      });
    });

    describe('any team member', () => {
      it('may add 备注', async () => {
        const no = await claimedBy('wangfang');
        expect(await said('lilei', `备注 ${no} 客户下午在家`)).toContain('记在');
        expect((await desk.store.notes.ofTicket((await ticket(no))._id, 5)).map((n) => n.noteText)).toEqual([
          '客户下午在家',
        ]);
      });
    });

    describe('only the assignee or a lead', () => {
      it.each([
        ['resolves', '解决 #'],
        ['closes', '关闭 #'],
        ['transfers', '转给 # 物流 是快递的事'],
      ])('%s; a refusal names the assignee and the way out', async (_verb, line) => {
        const typed = (no: number): string => line.replace('#', String(no));
        const refused = await claimedBy('wangfang');
        expect(await said('lilei', typed(refused))).toBe(
          `T-${refused} 由王芳负责，这一步请王芳或组长来做；有话留给王芳，写「备注」就好`,
        );
        expect(await ticket(refused)).toMatchObject({ assignee: 'wangfang', status: 'in_progress' });
        for (const user of ['wangfang', 'chenjing']) {
          const no = await claimedBy('wangfang');
          expect(await said(user, typed(no))).not.toContain('来做');
          expect(await ticket(no)).not.toMatchObject({ assignee: 'wangfang', status: 'in_progress' });
        }
      });

      it('closes what nobody has claimed: a colleague is told to claim it first', async () => {
        const no = await opens();
        expect(await said('lilei', `关闭 ${no}`)).toBe(`T-${no} 还没人认领，这一步先「认领」，或请组长来做`);
        expect(await said('chenjing', `关闭 ${no}`)).toContain('关闭了');
      });
    });
  });
}
