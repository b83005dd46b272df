import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/which-ticket.test.ts. */
export function whichTicketStories(scene: Scene): void {
  describe(`which ticket, colleagues in ${scene.name}`, () => {
    /** What the platform has no part in is told in the sandbox alone. */
    const isOwn = scene.name === 'sandbox';
    let desk: Desk;
    let customer = 0;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 30 }) });
    });
    afterAll(() => desk.stop());

    /** 李雷 has these many tickets in progress and nothing else; their numbers. */
    async function holds(count: number): Promise<number[]> {
      for (const t of await desk.store.tickets.list({ assignee: 'lilei' }, 100))
        await desk.types('lilei', `关闭 ${t.number}`);
      const numbers: number[] = [];
      for (let i = 0; i < count; i += 1) {
        customer += 1;
        await desk.writes(`k${customer}`, `杯子碎了，第${customer}位`);
        const no = Number(
          /T-(\d+)/u.exec(words((await desk.sees(`k${customer}`, `c-k${customer}`)).at(-1) ?? null))?.[1],
        );
        await desk.types('lilei', `认领 ${no}`);
        numbers.push(no);
      }
      return numbers;
    }
    const status = async (no: number | undefined): Promise<string | undefined> =>
      (await desk.store.tickets.byNumber(no ?? 0))?.status;

    describe('the number may be left out', () => {
      it('the only ticket in progress is meant', async () => {
        const [only] = await holds(1);
        await desk.types('lilei', '挂起 仓库');
        expect(await status(only)).toBe('waiting_other');
      });

      it('none: says how to name one', async () => {
        await holds(0);
        expect(words((await desk.types('lilei', '解决')).answer)).toBe('「解决」哪一张？请带上单号，例如：解决 4821');
      });

      it('several: never the latest in silence, but buttons that keep what was typed', async () => {
        const [first, second] = await holds(2);
        const { answer } = await desk.types('lilei', '回复 马上给您补发');
        expect(words(answer)).toBe('「回复」哪一张？');
        expect(answer?.card?.actions.map((a) => a.invoke)).toEqual(
          [first, second].map((no) => ({ command: 'reply', args: { ticket: String(no), text: '马上给您补发' } })),
        );
        const [button] = answer?.card?.actions ?? [];
        // A platform that holds little cuts it.
        const label = `T-${first} 杯子碎了，第${customer - 1}位`;
        expect(button?.label).toBe(scene.name === 'wecom' ? `T-${first} 杯子碎了，…` : label);
        await desk.presses('lilei', answer?.surface ?? null, 'reply', button?.invoke.args ?? {});
        expect(await status(first)).toBe('waiting_customer');
        expect(await status(second)).toBe('in_progress');
        await desk.passes(5_000);
        expect((await desk.sees(`k${customer - 1}`, `c-k${customer - 1}`)).map(words)).toContain('马上给您补发');
        expect((await desk.sees(`k${customer}`, `c-k${customer}`)).map(words)).not.toContain('马上给您补发');
      });

      // WeCom does not tell which message was quoted.
      it.runIf(scene.name !== 'wecom')('the quoted card beats everything but a number', async () => {
        const [first, second] = await holds(2);
        const quoted = (await desk.card('lilei', 'g-aftersale', first ?? 0)).id;
        await desk.types('lilei', '/挂起 财务', { conversation: 'g-aftersale', quote: quoted });
        expect([await status(first), await status(second)]).toEqual(['waiting_other', 'in_progress']);
        await desk.types('lilei', `/挂起 ${second} 财务`, { conversation: 'g-aftersale', quote: quoted });
        expect(await status(second)).toBe('waiting_other');
      });

      it.runIf(scene.name !== 'wecom')('so does the card in the direct chat, and what is quoted there', async () => {
        const [first, second] = await holds(2);
        const work = (await desk.card('lilei', 'd-lilei', second ?? 0)).id;
        await desk.types('lilei', '解决', { quote: work });
        expect([await status(first), await status(second)]).toEqual(['in_progress', 'resolved']);
      });

      it('a button says which, even when its card is gone from sight', async () => {
        const [first] = await holds(2);
        const card = await desk.looksAgain('lilei', 'g-aftersale', first ?? 0);
        await desk.presses('lilei', card.surface ?? null, 'pending', { wait: 'customer' });
        expect(await status(first)).toBe('waiting_customer');
      });
    });

    describe('numbers as people write them', () => {
      it.each(
        isOwn
          ? ['认领#', '认领 t#', '认领 T—#', '认领＃#', 'rlT-#', '# 认领', '＃# 我来', '认领：#', '/ticket claim #']
          : ['rlT-#', '＃# 我来', '/ticket claim #'],
      )('%s', async (line) => {
        customer += 1;
        await desk.writes(`k${customer}`, '杯子碎了');
        const no =
          /T-(\d+)/u.exec(words((await desk.sees(`k${customer}`, `c-k${customer}`)).at(-1) ?? null))?.[1] ?? '';
        const wide = no.replaceAll(/\d/gu, (d) => String.fromCodePoint(0xff10 + Number(d)));
        await desk.types('wangfang', line.replaceAll('#', line.length % 2 === 0 ? no : wide));
        expect((await desk.store.tickets.byNumber(Number(no)))?.assignee).toBe('wangfang');
      });
    });

    describe('what is not meant for the bot', () => {
      let group = 0;
      beforeEach(async () => {
        group = (await desk.sees('lilei', 'g-aftersale')).length;
      });

      it('colleagues talk to each other in the group, even with its words', async () => {
        await holds(1);
        group = (await desk.sees('lilei', 'g-aftersale')).length;
        for (const line of ['认领的事谁来', '解决', '回复一下那个客户', '4800', '中午吃什么', 'reply to him']) {
          expect((await desk.types('lilei', line, { conversation: 'g-aftersale' })).answer).toBeNull();
        }
        expect(await desk.sees('lilei', 'g-aftersale')).toHaveLength(group + 6);
        expect((await desk.store.tickets.list({ assignee: 'lilei', status: ['in_progress'] }, 10)).length).toBe(1);
      });

      it('a mention or a slash makes it the bot’s', async () => {
        expect(words((await desk.types('lilei', '@工单助手 列表', { conversation: 'g-aftersale' })).answer)).toContain(
          '售后',
        );
        expect(words((await desk.types('lilei', '@工单 认令', { conversation: 'g-aftersale' })).answer)).toContain(
          '认领',
        );
      });

      it.runIf(isOwn)('a customer’s words are never a verb', async () => {
        customer += 1;
        const chat = `c-k${customer}`;
        for (const line of ['认领', '/解决', '/close 4800', '转给 物流 帮我', '撤销', '?', '帮助', 'claim 4800']) {
          await desk.writes(`k${customer}`, line);
        }
        const seen = await desk.sees(`k${customer}`, chat);
        expect(seen.filter((m) => m.from === 'bot')).toHaveLength(1);
        const no = Number(/T-(\d+)/u.exec(words(seen[1] ?? null))?.[1]);
        expect(await desk.store.tickets.byNumber(no)).toMatchObject({
          status: 'new',
          assignee: null,
          customerMessages: 8,
        });
      });
    });

    describe('forms', () => {
      it('a press without its values is answered by the form, which submits; a wrong value comes back at its field', async () => {
        const [no] = await holds(1);
        const ticket = String(no);
        const { surface } = await desk.card('lilei', 'd-lilei', no ?? 0);
        const { form } = await desk.presses('lilei', surface ?? null, 'reply', { ticket });
        expect(form).toMatchObject({ title: `回复 T-${no}`, invoke: { command: 'reply', args: { ticket } } });
        expect(form?.fields.map((f) => [f.name, f.required])).toEqual([['text', true]]);
        expect((await desk.store.tickets.byNumber(no ?? 0))?.status).toBe('in_progress');

        const opened = await desk.presses('lilei', surface ?? null, 'pending', { ticket });
        const wrong = await desk.fills('lilei', opened.form, { wait: 'warehouse', for: '很久' });
        expect(wrong.form?.fields.map((f) => [f.name, f.error])).toEqual([
          ['wait', undefined],
          ['for', '「很久」不是时长，可以写：30分钟、2小时、1天'],
        ]);
        // Slack keeps what stands in its modal by itself.
        const kept = scene.name === 'slack' ? [undefined, undefined] : ['warehouse', '很久'];
        expect(wrong.form?.fields.map((f) => f.value)).toEqual(kept);
        expect((await desk.store.tickets.byNumber(no ?? 0))?.status).toBe('in_progress');

        await desk.presses('lilei', surface ?? null, 'reply', { ticket, text: '马上给您补发' });
        expect((await desk.store.tickets.byNumber(no ?? 0))?.status).toBe('waiting_customer');
      });

      const isShown = scene.name === 'dingtalk' || scene.name === 'wecom';
      it.runIf(!isShown)(
        'a typed verb without its values is answered by a button that opens the form with what is known',
        async () => {
          const [no] = await holds(1);
          const { answer } = await desk.types('lilei', '回复');
          expect(words(answer)).toBe('「回复」还缺内容，点下面的按钮填写');
          const [button] = answer?.card?.actions ?? [];
          expect(button).toMatchObject({ label: '回复', invoke: { command: 'reply', args: { ticket: String(no) } } });
          const { form } = await desk.presses('lilei', answer?.surface ?? null, 'reply', button?.invoke.args ?? {});
          expect(form?.fields.map((f) => f.name)).toEqual(['text']);
        },
      );

      // DingTalk and WeCom show it as a message: nobody has to press for it.
      it.runIf(isShown)('a typed verb without its values is answered by the form itself', async () => {
        const [no] = await holds(1);
        const { answer, form } = await desk.types('lilei', '回复');
        expect(answer).toBeNull();
        expect(form).toMatchObject({
          title: `回复 T-${no}`,
          invoke: { command: 'reply', args: { ticket: String(no) } },
          fields: [{ name: 'text', required: true }],
        });
        await desk.fills('lilei', form, { text: '马上给您补发' });
        expect(await status(no)).toBe('waiting_customer');
      });
    });
  });
}
