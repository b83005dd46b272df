import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstBroken } from '../../src/domain/chain.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/split.test.ts. */
export function splitStories(scene: Scene): void {
  describe(`split, colleagues in ${scene.name}`, () => {
    /** What the platform has no part in is told in the sandbox alone. */
    const isOwn = scene.name === 'sandbox';
    let desk: Desk;
    let next = 0;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 40 }) });
    });
    afterAll(() => desk.stop());

    const by = async (no: number): Promise<Ticket> => {
      const found = await desk.store.tickets.byNumber(no);
      if (found === null) throw new Error(`no T-${no}`);
      return found;
    };
    const theirs = async (customer: string): Promise<readonly number[]> =>
      (await desk.store.tickets.list({ order: 'oldest' }, 200))
        .filter((t) => t.customer.account?.endsWith(`\n${customer}`) === true)
        .map((t) => t.number);
    const acknowledged = async (customer: string): Promise<number> =>
      (await desk.sees(customer, `c-${customer}`)).filter((m) => words(m).startsWith('已收到')).length;
    const said = async (user: string, line: string): Promise<string> => words((await desk.types(user, line)).answer);
    const stands = (t: Ticket): readonly string[] => t.quotes.map((q) => q.text);

    /** Somebody files what they pasted. */
    async function filing(user: string, text: string): Promise<void> {
      const { answer } = await desk.types(user, `新建 ${text}`);
      const press = answer?.card?.actions.find((x) => x.invoke.command === 'new');
      await desk.presses(user, answer?.surface ?? null, 'new', press?.invoke.args ?? {});
    }

    /** A customer's ticket that 李雷 has, with a question answered. */
    async function answered(): Promise<{ customer: string; no: number }> {
      next += 1;
      const customer = `k${next}`;
      await desk.writes(customer, '杯子碎了，帮我看看');
      const [no = 0] = await theirs(customer);
      await desk.types('lilei', `认领 ${no}`);
      await desk.types('lilei', `回复 ${no} 请发一下照片`);
      await desk.passes(6_000);
      return { customer, no };
    }

    /** What must hold of every history. */
    async function whole(no: number): Promise<void> {
      const events = await desk.store.tickets.history(await by(no));
      expect([firstBroken(events), events.map((e) => e.seq)]).toEqual([null, events.map((_, i) => i + 1)]);
    }

    describe('split', () => {
      it('the newest messages since the last act become a new ticket, in one press, and the customer hears nothing new', async () => {
        const { customer, no } = await answered();
        await desk.writes(customer, '另外我想开发票');
        await desk.writes(customer, '抬头是青田茶社');
        const before = await by(no);
        expect(before).toMatchObject({ status: 'in_progress', customerMessages: 3 });
        const { answer } = await desk.presses('lilei', null, 'split', { ticket: String(no) });
        const [, fresh = 0] = await theirs(customer);
        expect(words(answer)).toBe(`T-${no} 最新的 2 条消息分到新的一单 T-${fresh} 了`);
        expect(await by(no)).toMatchObject({ status: 'waiting_customer', wait: 'customer', customerMessages: 1 });
        expect(stands(await by(no))).toEqual(['杯子碎了，帮我看看']);
        const made = await by(fresh);
        expect(made).toMatchObject({ status: 'new', assignee: null, customerMessages: 2, subject: '另外我想开发票' });
        expect(stands(made)).toEqual(['另外我想开发票', '抬头是青田茶社']);
        const rows = await desk.store.messages.ofTicket(made._id, 10);
        expect(rows.map((m) => m._id)).toEqual(made.quotes.map((q) => q.message));
        await desk.passes(60_000);
        expect(await acknowledged(customer)).toBe(1);
        expect(JSON.stringify((await desk.types('lilei', `查看 ${fresh}`)).answer?.card)).toContain(`从 T-${no} 分出`);
        expect(JSON.stringify((await desk.types('lilei', `查看 ${no}`)).answer?.card)).toContain(
          `把新消息分到 T-${fresh}`,
        );
        await whole(no);
        await whole(fresh);
      });

      it('with exactly one other open ticket they go there; what the customer writes next joins it', async () => {
        const { customer, no } = await answered();
        await desk.writes(customer, '另外我想开发票');
        await desk.presses('lilei', null, 'split', { ticket: String(no) });
        const [, fresh = 0] = await theirs(customer);
        await desk.writes(customer, '发票要专票');
        expect(stands(await by(fresh))).toContain('发票要专票');
        expect((await by(fresh)).others).toEqual([no]);
        // Only "wrote last" decided, so the way out is a button; it stands behind the menu where it was clear.
        const moves = async (of: number) =>
          (await desk.looksAgain('wangfang', 'g-aftersale', of)).card?.actions.find(
            (x) => x.invoke.command === 'split',
          );
        expect(await moves(fresh)).toMatchObject({ label: '分到另一单', placement: 'button' });
        await desk.writes(customer, `T-${fresh} 抬头稍后给`);
        expect(await moves(fresh)).toMatchObject({ label: '分到另一单', placement: 'menu' });
        await desk.writes(customer, '税号也稍后给');
        await desk.types('wangfang', `认领 ${fresh}`);
        await desk.writes(customer, '杯子的照片稍后发');
        const { answer } = await desk.presses('wangfang', null, 'split', { ticket: String(fresh) });
        expect(words(answer)).toBe(`T-${fresh} 最新的 1 条消息分到 T-${no} 了`);
        expect(stands(await by(no))).toContain('杯子的照片稍后发');
        expect(await by(no)).toMatchObject({ status: 'in_progress', assignee: 'lilei', others: [] });
        expect(stands(await by(fresh))).not.toContain('杯子的照片稍后发');
        expect(await theirs(customer)).toHaveLength(2);
      });

      it('with several a form asks which, or a new one', async () => {
        const { customer, no } = await answered();
        await desk.writes(customer, '另外我想开发票');
        await desk.presses('lilei', null, 'split', { ticket: String(no), to: 'new' });
        await desk.writes(customer, `T-${no} 的照片`);
        await desk.types('lilei', `拆分 ${no} 新`);
        const [, second = 0, third = 0] = await theirs(customer);
        await desk.writes(customer, `T-${no} 还有一件事`);
        const { form } = await desk.presses('lilei', null, 'split', { ticket: String(no) });
        expect(form?.fields[0]?.options?.map((o) => o.value)).toEqual([String(second), String(third), 'new']);
        await desk.presses('lilei', null, 'split', { ticket: String(no), to: String(third) });
        expect(stands(await by(third))).toContain(`T-${no} 还有一件事`);
        expect(await said('lilei', `拆分 ${no} 到 4700`)).toContain('分走就空了');
      });

      it.runIf(isOwn)('a ticket that a message had taken up again from "resolved" is resolved as before', async () => {
        const { customer, no } = await answered();
        await desk.types('lilei', `解决 ${no}`);
        await desk.passes(20_000);
        const before = await by(no);
        await desk.writes(customer, '另外我想开发票');
        await desk.types('lilei', `拆分 ${no}`);
        const after = await by(no);
        expect([after.status, after.resolvedAt, after.nextDueAt]).toEqual([
          'resolved',
          before.resolvedAt,
          before.nextDueAt,
        ]);
      });
    });

    describe('undo within 30 seconds', () => {
      it('restores both: a ticket that the split opened closes, its messages are back', async () => {
        const { customer, no } = await answered();
        await desk.writes(customer, '照片来了');
        const before = await by(no);
        const { answer } = await desk.presses('lilei', null, 'split', { ticket: String(no) });
        const [, fresh = 0] = await theirs(customer);
        const undo = answer?.card?.actions[0];
        expect(undo?.label).toBe('撤销');
        await desk.presses('lilei', answer?.surface ?? null, 'undo', undo?.invoke.args ?? {});
        const after = await by(no);
        for (const key of ['status', 'wait', 'clocks', 'customerMessages', 'quotes', 'attachments'] as const)
          expect(after[key], key).toEqual(before[key]);
        expect(await by(fresh)).toMatchObject({ status: 'closed', customerMessages: 0 });
        const rows = await desk.store.messages.ofTicket(after._id, 10);
        expect(rows.filter((m) => m.direction === 'in')).toHaveLength(2);
        await desk.writes(customer, '照片还有一张');
        expect(stands(await by(no))).toContain('照片还有一张');
        expect(await said('lilei', `撤销 ${no}`)).not.toContain('恢复');
        await whole(no);
        await whole(fresh);
      });

      it.runIf(isOwn)('from another ticket that was there, which is as before', async () => {
        const { customer, no } = await answered();
        await desk.writes(customer, '另外我想开发票');
        await desk.types('lilei', `拆分 ${no}`);
        const [, fresh = 0] = await theirs(customer);
        await desk.passes(40_000);
        await desk.writes(customer, `T-${no} 的照片`);
        const [here, there] = [await by(no), await by(fresh)];
        await desk.types('lilei', `拆分 ${no} 到 ${fresh}`);
        expect(stands(await by(fresh))).toContain(`T-${no} 的照片`);
        await desk.types('lilei', `撤销 ${no}`);
        for (const key of ['status', 'clocks', 'customerMessages', 'quotes'] as const) {
          expect((await by(no))[key], key).toEqual(here[key]);
          expect((await by(fresh))[key], key).toEqual(there[key]);
        }
      });

      it('is refused with the name of who has acted on it there', async () => {
        const { customer, no } = await answered();
        await desk.writes(customer, '另外我想开发票');
        await desk.types('lilei', `拆分 ${no}`);
        const [, fresh = 0] = await theirs(customer);
        await desk.types('wangfang', `认领 ${fresh}`);
        expect(await said('lilei', `撤销 ${no}`)).toBe(`T-${fresh} 之后又被 王芳 改过，不能撤销`);
        expect(await by(fresh)).toMatchObject({ assignee: 'wangfang', customerMessages: 1 });
      });

      it.runIf(isOwn)('is refused after its time', async () => {
        const { customer, no } = await answered();
        await desk.writes(customer, '另外我想开发票');
        await desk.types('lilei', `拆分 ${no}`);
        await desk.passes(31_000);
        expect(await said('lilei', `撤销 ${no}`)).toContain('只能在 30 秒内撤销');
      });
    });

    describe('refused with the way out', () => {
      it.runIf(isOwn)('the only message', async () => {
        const { no } = await answered();
        expect(await said('lilei', `拆分 ${no}`)).toBe(
          `T-${no} 只有开头这一条消息，分走就空了；和别的单是同一件事请用「合并」`,
        );
      });

      it.runIf(isOwn)('a ticket without messages of a customer', async () => {
        await desk.passes(1_000);
        await filing('lilei', '客户来电说壶漏水');
        const filed = (await desk.store.tickets.list({ order: 'newest' }, 1))[0]?.number ?? 0;
        expect(await said('lilei', `拆分 ${filed}`)).toContain('没有客户发来的消息可以分');
      });

      it('a colleague’s ticket', async () => {
        const { customer, no } = await answered();
        await desk.writes(customer, '另外我想开发票');
        expect(await said('wangfang', `拆分 ${no}`)).toContain('请李雷或组长来做');
      });
    });

    it.runIf(isOwn)('the same press three times at once moves the messages once', async () => {
      const { customer, no } = await answered();
      await desk.writes(customer, '另外我想开发票');
      const press = () =>
        desk.posts('/sandbox/api/actions', {
          user: 'lilei',
          command: 'split',
          args: { ticket: String(no) },
          clientId: `split-${no}`,
        });
      await Promise.all([press(), press(), press()]);
      const numbers = await theirs(customer);
      expect(numbers).toHaveLength(2);
      expect(await Promise.all(numbers.map(async (n) => (await by(n)).customerMessages))).toEqual([1, 1]);
    });
  });
}
