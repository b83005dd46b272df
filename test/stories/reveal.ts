import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/reveal.test.ts. */
export function revealStories(scene: Scene): void {
  describe(`reveal, colleagues in ${scene.name}`, () => {
    /** What the platform has no part in is told in the sandbox alone. */
    const isOwn = scene.name === 'sandbox';
    let desk: Desk;
    let customer = 0;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 40 }) });
    });
    afterAll(() => desk.stop());

    const opens = async (text: string): Promise<number> => {
      customer += 1;
      await desk.writes(`k${customer}`, text);
      const told = (await desk.sees(`k${customer}`, `c-k${customer}`)).map(words).find((w) => w.includes('T-')) ?? '';
      return Number(/T-(\d+)/u.exec(told)?.[1]);
    };
    const said = async (user: string, line: string): Promise<string> => words((await desk.types(user, line)).answer);
    /** Everything the whole group can read, cards and words. */
    const group = async (): Promise<string> =>
      JSON.stringify((await desk.sees('lilei', 'g-aftersale')).filter((m) => m.private !== true));
    const events = async (no: number) => (await desk.store.tickets.byNumber(no))?.history.tail ?? [];

    describe('mobile numbers and addresses are masked in groups', () => {
      const WRITTEN = [
        ['digits', '杯子碎了，打我电话13812345601', /13812345601/u],
        ['spaces', '杯子碎了 联系 138 1234 5602 谢谢', /138 ?1234 ?5602/u],
        ['dashes', '杯子碎了 联系 138-1234-5603 谢谢', /138-?1234-?5603/u],
        ['full-width digits', '杯子碎了 联系 １３８１２３４５６０４ 谢谢', /13812345604|１３８１２３４５６０４/u],
        ['a country code', '杯子碎了 联系 +86 138 1234 5605', /1234 ?5605/u],
        ['English', 'The cup arrived broken, call me on 13812345606 please', /13812345606/u],
        ['a Chinese address', '杯子碎了，寄到浙江省杭州市西湖区文三路607号3单元502室', /文三路607|502室/u],
        ['an English address', 'The cup arrived broken, I live at 608 Maple Street, Apt 12', /608 Maple/u],
      ] as const;
      it.each(isOwn ? WRITTEN : [WRITTEN[1], WRITTEN[6]])(
        '%s: in title, quote, facts, summary, fallback, list and show; the assignee sees them alone',
        async (_what, text, secret) => {
          const no = await opens(text);
          expect(await group()).not.toMatch(secret);
          expect(JSON.stringify((await desk.types('wangfang', '列表')).answer)).not.toMatch(secret);
          expect(JSON.stringify((await desk.types('wangfang', `查看 ${no}`)).answer)).not.toMatch(secret);
          await desk.types('lilei', `认领 ${no}`);
          expect(JSON.stringify((await desk.card('lilei', 'd-lilei', no)).card)).toMatch(secret);
          expect(JSON.stringify((await desk.types('lilei', `查看 ${no}`)).answer)).toMatch(secret);
          await desk.writes(`k${customer}`, `再说一遍：${text}`);
          expect(await group()).not.toMatch(secret);
          expect(JSON.stringify((await desk.types('wangfang', `查看 ${no}`)).answer)).not.toMatch(secret);
          expect(JSON.stringify((await desk.types('chenjing', `查看 ${no}`)).answer)).not.toMatch(secret);
          // What was written in the history stands in no event.
          expect(JSON.stringify(await events(no))).not.toMatch(secret);
        },
      );

      it.runIf(isOwn)('a tag and a reason typed by a colleague are no way around', async () => {
        const no = await opens('杯子碎了');
        await desk.types('lilei', `标签 ${no} +13812345611`);
        await desk.types('lilei', `认领 ${no}`);
        await desk.types('lilei', `放回 ${no} 客户要打13812345611`);
        expect(await group()).not.toContain('13812345611');
        expect(JSON.stringify((await desk.types('wangfang', `查看 ${no}`)).answer)).not.toContain('13812345611');
      });

      it('buttons that name tickets are no way around', async () => {
        for (let i = 0; i < 2; i += 1) {
          const no = await opens('13812345612 打不通，杯子碎了');
          await desk.types('wangfang', `认领 ${no}`);
        }
        const { answer } = await desk.types('wangfang', '/挂起 仓库', { conversation: 'g-aftersale' });
        expect(words(answer)).toContain('哪一张');
        expect(JSON.stringify(answer)).not.toContain('13812345612');
      });

      it.runIf(isOwn)('an order number is not hidden: the work is done with it', async () => {
        const no = await opens('订单号 20261108112233 的杯子碎了');
        expect(JSON.stringify((await desk.card('lilei', 'g-aftersale', no)).card)).toContain('20261108112233');
      });
    });

    describe('查看号码', () => {
      const TEXT = '杯子碎了，电话 138-1234-5621，寄到浙江省杭州市西湖区文三路621号3单元502室';

      it('answers privately with what is hidden, and the history keeps who looked and when, but no values', async () => {
        const no = await opens(TEXT);
        await desk.types('lilei', `认领 ${no}`);
        const card = await desk.card('wangfang', 'g-aftersale', no);
        expect(card.card?.actions.map((a) => a.label)).toContain('查看号码');
        const before = card.version;
        const { answer } = await desk.presses('wangfang', card.surface ?? null, 'reveal', { ticket: String(no) });
        expect(answer?.private).toBe(true);
        expect(words(answer)).toMatch(/138-?1234-?5621/u);
        expect(words(answer)).toContain('文三路621号3单元502室');
        expect(words(answer)).toContain('已记下你看过');
        expect(await group()).not.toMatch(/1234-?5621|文三路621/u);
        const event = (await events(no)).findLast((e) => e.type === 'revealed');
        expect(event).toMatchObject({ actor: { id: 'wangfang' }, data: { what: ['number', 'address'] } });
        expect(event?.at).toEqual(desk.clock.now());
        expect(JSON.stringify(event)).not.toMatch(/5621|文三路/u);
        // Nobody's card is redrawn for it; the full view tells.
        expect((await desk.card('wangfang', 'g-aftersale', no)).version).toBe(before);
        expect(JSON.stringify((await desk.types('lilei', `查看 ${no}`)).answer)).toMatch(
          /王芳 \d+:\d\d 查看号码、地址/u,
        );
      });

      it.runIf(isOwn)('a lead is recorded as well', async () => {
        const no = await opens(TEXT);
        expect(await said('chenjing', `ckhm ${no}`)).toMatch(/138-?1234-?5621/u);
        expect((await events(no)).filter((e) => e.type === 'revealed').map((e) => e.actor)).toMatchObject([
          { id: 'chenjing' },
        ]);
      });

      it('the assignee sees them anyway: nothing to press and nothing to record', async () => {
        const no = await opens(TEXT);
        await desk.types('lilei', `认领 ${no}`);
        expect((await desk.card('lilei', 'd-lilei', no)).card?.actions.map((a) => a.label)).not.toContain('查看号码');
        expect(await said('lilei', `查看号码 ${no}`)).toMatch(/138-?1234-?5621/u);
        expect((await events(no)).filter((e) => e.type === 'revealed')).toEqual([]);
      });

      it('is offered only where something is hidden, and says so when it is typed all the same', async () => {
        const no = await opens('杯子碎了');
        expect((await desk.card('lilei', 'g-aftersale', no)).card?.actions.map((a) => a.label)).not.toContain(
          '查看号码',
        );
        expect(await said('wangfang', `查看号码 ${no}`)).toBe(`T-${no} 里没有隐藏的号码或地址`);
      });

      it('somebody of another team sees nothing', async () => {
        const no = await opens(TEXT);
        expect(await said('daniel', `reveal ${no}`)).toContain(`There is no ticket T-${no}`);
        expect((await events(no)).filter((e) => e.type === 'revealed')).toEqual([]);
      });
    });
  });
}
