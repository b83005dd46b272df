import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstBroken } from '../../src/domain/chain.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/merge.test.ts. */
export function mergeStories(scene: Scene): void {
  describe(`merge, colleagues in ${scene.name}`, () => {
    /** What the platform has no part in is told in the sandbox alone. */
    const isOwn = scene.name === 'sandbox';
    let desk: Desk;
    let next = 0;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 60 }) });
    });
    afterAll(() => desk.stop());

    const by = async (no: number): Promise<Ticket> => {
      const found = await desk.store.tickets.byNumber(no);
      if (found === null) throw new Error(`no T-${no}`);
      return found;
    };
    const theirs = async (customer: string): Promise<readonly number[]> =>
      (await desk.store.tickets.list({ order: 'oldest' }, 500))
        .filter((t) => t.customer.account?.endsWith(`\n${customer}`) === true)
        .map((t) => t.number);
    const said = async (user: string, line: string): Promise<string> => words((await desk.types(user, line)).answer);
    const stands = async (no: number): Promise<readonly string[]> => (await by(no)).quotes.map((q) => q.text);

    /** Somebody files what they pasted. */
    async function filing(user: string, text: string): Promise<void> {
      const { answer } = await desk.types(user, `新建 ${text}`);
      const press = answer?.card?.actions.find((x) => x.invoke.command === 'new');
      await desk.presses(user, answer?.surface ?? null, 'new', press?.invoke.args ?? {});
    }

    /** A customer with two open tickets, both 李雷's: 盘子 was split off 杯子. */
    async function pair(): Promise<{ customer: string; a: number; b: number }> {
      next += 1;
      const customer = `k${next}`;
      await desk.writes(customer, '杯子碎了');
      const [b = 0] = await theirs(customer);
      await desk.types('lilei', `认领 ${b}`);
      await desk.types('lilei', `回复 ${b} 好的`);
      await desk.passes(6_000);
      await desk.writes(customer, '盘子也碎了，订单 250101-111111111111111');
      await desk.types('lilei', `拆分 ${b}`);
      const [, a = 0] = await theirs(customer);
      await desk.types('lilei', `认领 ${a}`);
      await desk.passes(40_000);
      return { customer, a, b };
    }

    async function whole(...numbers: readonly number[]): Promise<void> {
      for (const no of numbers) {
        const ticket = await by(no);
        const events = await desk.store.tickets.history(ticket);
        expect([no, firstBroken(events), events.map((e) => e.seq)]).toEqual([no, null, events.map((_, i) => i + 1)]);
      }
    }

    const KEPT = ['status', 'wait', 'clocks', 'customerMessages', 'quotes', 'attachments', 'facts', 'until'] as const;

    describe('merge', () => {
      it('the one closes and points at the other, which takes over what it has', async () => {
        const { customer, a, b } = await pair();
        expect(await said('lilei', `合并 ${a} 到 ${b}`)).toBe(
          `T-${a} 并入 T-${b} 了，之后的消息都到 T-${b}；发「拆分 ${a}」可以分开`,
        );
        expect(await by(a)).toMatchObject({ status: 'closed', merged: { into: { number: b } } });
        expect(await by(b)).toMatchObject({
          status: 'in_progress',
          customerMessages: 2,
          facts: { order: '250101-111111111111111' },
          merged: { from: [{ number: a }] },
        });
        expect(await stands(b)).toEqual(['杯子碎了', '盘子也碎了，订单 250101-111111111111111']);
        await desk.writes(customer, '两个都要补发');
        expect(await stands(b)).toContain('两个都要补发');
        await desk.writes(customer, `T-${a} 呢`);
        expect(await stands(b)).toContain(`T-${a} 呢`);
        expect(await theirs(customer)).toHaveLength(2);
        await whole(a, b);
      });

      it('its number still opens the other one, and says so', async () => {
        const { a, b } = await pair();
        await desk.types('lilei', `合并 ${a} 到 ${b}`);
        const shown = (await desk.types('lilei', `查看 T-${a}`)).answer;
        expect(shown?.card?.title).toContain(`T-${b} `);
        expect(JSON.stringify(shown?.card?.blocks)).toContain(`T-${a} 已并入 T-${b}`);
        expect(await said('lilei', `备注 ${a} 已核实`)).toBe(`T-${a} 已并入 T-${b}。记在 T-${b} 了，客户看不到`);
        const list = (await desk.types('lilei', '列表 已关闭')).answer?.card;
        expect(JSON.stringify(list)).toContain(`已并入 T-${b}`);
      });

      it('its card is two lines that point to the other', async () => {
        const { a, b } = await pair();
        await desk.types('lilei', `合并 ${a} 到 ${b}`);
        const { card, surface } = await desk.looksAgain('wangfang', 'g-aftersale', a);
        expect(card?.blocks.filter((b) => b.type !== 'note')).toEqual([]);
        expect(card?.status).toContain(`已并入 T-${b}`);
        expect(card?.actions.map((x) => [x.label, x.invoke.command, x.invoke.args['ticket']])).toEqual([
          [`查看 T-${b}`, 'show', String(b)],
          ['拆分', 'split', String(a)],
        ]);
        // A button of the card as it was before does nothing unseen to the other one.
        if (scene.name !== 'sandbox') return;
        const { answer } = await desk.presses('lilei', surface ?? null, 'resolve', { ticket: String(a) });
        expect(words(answer)).toContain(`T-${a} 已并入 T-${b}，请在 T-${b} 上操作`);
        expect((await by(b)).status).toBe('in_progress');
      });

      it('un-merge at any time: the one is as it was, the other gives back what came from it', async () => {
        const { customer, a, b } = await pair();
        const [one, other] = [await by(a), await by(b)];
        await desk.types('lilei', `合并 ${a} 到 ${b}`);
        await desk.writes(customer, '两个都要补发');
        await desk.types('lilei', `优先级 ${b} 高`);
        await desk.passes(3_600_000);
        expect(await said('lilei', `拆分 ${a}`)).toBe(`T-${a} 从 T-${b} 分开了，恢复原样`);
        const again = await by(a);
        for (const key of KEPT) expect(again[key], key).toEqual(one[key]);
        expect(again.merged).toEqual({ into: null, before: null, from: [] });
        const left = await by(b);
        expect([left.facts, left.customerMessages, left.priority]).toEqual([other.facts, 2, 'high']);
        expect(await stands(b)).toEqual(['杯子碎了', '两个都要补发']);
        await whole(a, b);
      });

      it('撤销 within 30 s restores both as they were', async () => {
        const { a, b } = await pair();
        const [one, other] = [await by(a), await by(b)];
        const { answer } = await desk.types('lilei', `合并 ${a} 到 ${b}`);
        await desk.presses('lilei', answer?.surface ?? null, 'undo', answer?.card?.actions[0]?.invoke.args ?? {});
        for (const key of KEPT) {
          expect((await by(a))[key], key).toEqual(one[key]);
          expect((await by(b))[key], key).toEqual(other[key]);
        }
        expect(await said('lilei', `合并 ${a} 到 ${b}`)).toContain('并入');
      });
    });

    describe('refused with the way out', () => {
      it.runIf(isOwn)('into itself, into a merged one, into a closed one, a closed one', async () => {
        const { a, b } = await pair();
        expect(await said('lilei', `合并 ${a} 到 ${a}`)).toContain(`T-${a} 不能并入自己`);
        expect(await said('lilei', `合并 ${a} 到 4700`)).toContain('没有 T-4700 这张工单');
        const { a: c, b: d } = await pair();
        await desk.types('lilei', `合并 ${c} 到 ${d}`);
        expect(await said('lilei', `合并 ${a} 到 ${c}`)).toContain(`T-${c} 已并入 T-${d}，请在 T-${d} 上操作`);
        expect(await said('lilei', `合并 ${c} 到 ${a}`)).toContain(`T-${c} 已并入 T-${d}，请在 T-${d} 上操作`);
        await desk.types('lilei', `解决 ${b}`);
        await desk.passes(20_000);
        expect(await said('lilei', `合并 ${a} 到 ${b}`)).toContain(
          `T-${b} 现在是「已解决」，不能合并；需要的话先「重开」`,
        );
        await desk.types('lilei', `关闭 ${b}`);
        expect(await said('lilei', `合并 ${a} 到 ${b}`)).toContain('先「重开」');
        expect(await said('lilei', `合并 ${b} 到 ${a}`)).toContain('先「重开」');
      });

      it('tickets of different customers: one would read the answers to the other', async () => {
        const [x, y] = [await pair(), await pair()];
        expect(await said('lilei', `合并 ${x.a} 到 ${y.a}`)).toContain('不是同一位客户');
        expect(await by(x.a)).toMatchObject({ status: 'in_progress' });
      });

      it.runIf(isOwn)('but for a filed one with the same order, which then takes over the customer', async () => {
        next += 1;
        const customer = `k${next}`;
        await desk.writes(customer, '订单 250909-999999999999999 的杯子碎了');
        const [own = 0] = await theirs(customer);
        await desk.passes(1_000);
        await filing('wangfang', '千牛客户 订单 250909-999999999999999 杯子碎了');
        const filed = (await desk.store.tickets.list({ order: 'newest' }, 1))[0]?.number ?? 0;
        if (filed === own) throw new Error('nothing was filed');
        const before = await by(filed);
        expect(await said('wangfang', `合并 ${own} 到 ${filed}`)).toContain('并入');
        expect((await by(filed)).links).toEqual((await by(own)).links);
        await desk.writes(customer, '什么时候补发');
        expect(await stands(filed)).toContain('什么时候补发');
        await desk.types('wangfang', `拆分 ${own}`);
        expect([(await by(filed)).links, (await by(filed)).customer]).toEqual([before.links, before.customer]);
      });

      it('a colleague’s ticket; the lead may', async () => {
        const { a, b } = await pair();
        expect(await said('wangfang', `合并 ${a} 到 ${b}`)).toContain('请李雷或组长来做');
        expect(await said('chenjing', `合并 ${a} 到 ${b}`)).toContain('并入');
      });
    });

    describe('chains and crowds', () => {
      it.runIf(isOwn)('A into B, B into C: all three numbers open C, and each stands for itself again', async () => {
        const { customer, a, b } = await pair();
        await desk.writes(customer, `T-${b} 还有碟子碎了`);
        await desk.types('lilei', `拆分 ${b} 新`);
        const [, , c = 0] = await theirs(customer);
        await desk.types('lilei', `认领 ${c}`);
        await desk.passes(40_000);
        const [wasA, wasB, wasC] = [await by(a), await by(b), await by(c)];
        await desk.types('lilei', `合并 ${a} 到 ${b}`);
        await desk.types('lilei', `合并 ${b} 到 ${c}`);
        expect((await desk.types('lilei', `查看 ${a}`)).answer?.card?.title).toContain(`T-${c} `);
        expect(await by(c)).toMatchObject({ customerMessages: 3, facts: wasA.facts });
        await desk.writes(customer, `T-${a} 如何`);
        expect(await stands(c)).toContain(`T-${a} 如何`);
        // The middle one first: A's content is gone from C with B's, and from B on its own account.
        await desk.types('lilei', `拆分 ${a}`);
        expect((await by(c)).facts).toEqual(wasC.facts);
        expect(await by(c)).toMatchObject({ customerMessages: 3 });
        await desk.types('lilei', `拆分 ${b}`);
        for (const [no, was] of [
          [a, wasA],
          [b, wasB],
        ] as const)
          for (const key of ['assignee', 'customerMessages', 'quotes', 'facts'] as const)
            expect((await by(no))[key], `${no} ${key}`).toEqual(was[key]);
        expect((await by(c)).merged.from).toEqual([]);
        await whole(a, b, c);
      });

      it.runIf(isOwn)('A into B and B into A at the same moment: one wins', async () => {
        for (let i = 0; i < 2; i += 1) {
          const { customer, a, b } = await pair();
          await Promise.all([desk.types('lilei', `合并 ${a} 到 ${b}`), desk.types('chenjing', `合并 ${b} 到 ${a}`)]);
          await desk.passes(5_000);
          const both = [await by(a), await by(b)];
          expect(both.filter((t) => t.merged.into !== null)).toHaveLength(1);
          const winner = both.find((t) => t.merged.into === null);
          expect(winner).toMatchObject({ status: 'in_progress', customerMessages: 2 });
          await desk.writes(customer, '还在吗，杯子要红色');
          expect(await stands(winner?.number ?? 0)).toContain('还在吗，杯子要红色');
          await whole(a, b);
        }
      });

      it.runIf(isOwn)('messages that arrive while their ticket is merged are on the one that goes on', async () => {
        const { customer, a, b } = await pair();
        await Promise.all([
          desk.types('lilei', `合并 ${a} 到 ${b}`),
          ...[1, 2, 3].map((i) => desk.writes(customer, `T-${a} 补充${i}`)),
        ]);
        await desk.passes(1_000);
        expect((await by(b)).customerMessages).toBe(5);
        expect(await theirs(customer)).toHaveLength(2);
      });
    });
  });
}
