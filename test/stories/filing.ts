import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retention } from '../../jobs/retention.ts';
import type { Action, Card } from '../../cards/card.ts';
import { words, type Answered, type Desk, type Seen, type Scene } from '../support/desk.ts';
import { aPicture } from '../support/pictures.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/filing.test.ts. */
export function filingStories(scene: Scene): void {
  describe(`filing, colleagues in ${scene.name}`, () => {
    let desk: Desk;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ agents: 30 }) });
    });
    afterAll(() => desk.stop());

    let people = 0;
    /** A colleague whose chat nothing has happened in yet. */
    const somebody = (): string => `a${(people += 1)}`;
    let orders = 0;
    /** An order number nobody has used yet. */
    const anOrder = (): string => `27123456789012${String((orders += 1)).padStart(5, '0')}`;

    const all = (card: Card | undefined): Action[] => [
      ...(card?.actions ?? []),
      ...(card?.blocks ?? []).flatMap((b) => (b.type === 'list' ? b.items.flatMap((i) => i.action ?? []) : [])),
    ];
    const fields = (card: Card | undefined): Record<string, string> =>
      Object.fromEntries(
        (card?.blocks ?? []).flatMap((b) => (b.type === 'fields' ? b.fields.map((f) => [f.label, f.value]) : [])),
      );

    /** Somebody presses a button of an answer, by its label. */
    async function press(
      user: string,
      { answer }: Answered,
      label: string,
      args: Readonly<Record<string, string>> = {},
    ): Promise<Answered> {
      // A platform that holds little cuts what a button says.
      const isIt = ({ label: shown, invoke }: Action): boolean =>
        (shown === label || (shown.endsWith('…') && label.startsWith(shown.slice(0, -1)))) &&
        Object.entries(args).every(([name, value]) => invoke.args[name] === value);
      const found = all(answer?.card).find(isIt);
      if (found === undefined)
        throw new Error(
          `no button ${label} in ${words(answer)}: ${all(answer?.card)
            .map((a) => a.label)
            .join(' ')}`,
        );
      return desk.presses(user, answer?.surface ?? null, found.invoke.command, found.invoke.args);
    }

    /** Shown, or where pictures stand in the thread, named. */
    const picturesOn = (card: Card | undefined) =>
      (card?.blocks ?? []).filter((b) => b.type === 'image' || ('text' in b && /^\[图片\] |^图片/u.test(b.text)));
    const shots = ({ answer }: Answered) => picturesOn(answer?.card);
    const numberIn = (answer: Seen | null): number => Number(/T-(\d+)/u.exec(words(answer))?.[1] ?? Number.NaN);
    async function ticketOf({ answer }: Answered) {
      const found = await desk.store.tickets.byNumber(numberIn(answer));
      if (found === null) throw new Error(`no ticket in ${words(answer)}`);
      return found;
    }
    const count = () => desk.store.tickets.count({});

    let pictures = 0;
    /** Somebody sends a picture alone in their chat with the bot; what they read. */
    async function sends(user: string): Promise<Answered> {
      pictures += 1;
      // Each is another one: some platforms name none of them.
      const { file } = await desk.uploads(user, aPicture(String(pictures)), `shot-${pictures}.png`);
      return desk.types(user, '', { attachments: [file.id] });
    }

    describe('新建 takes any pasted text', () => {
      it('what is recognised is shown in a preview, privately, and one press files', async () => {
        const me = somebody();
        const order = anOrder();
        const before = await count();
        const preview = await desk.types(
          me,
          `新建 tb123456(2026-11-11 10:21:33):\n杯子碎了，怎么办\n订单号：${order}\n快递：圆通 YT1234567890123\n电话 13812345678`,
        );
        expect(preview.answer?.private).toBe(true);
        expect(preview.answer?.card?.title).toBe('杯子碎了，怎么办');
        expect(preview.answer?.card?.status).toMatch(/^还没建单 · 会进售后组 · .+ 前首响$/u);
        expect(fields(preview.answer?.card)).toMatchObject({
          买家: '千牛 · 旺旺 tb123456',
          订单: order,
          承运商: '圆通',
          运单: 'YT1234567890123',
          电话: '13812345678',
        });
        expect(preview.answer?.card?.actions.map((a) => [a.label, a.style])).toEqual([
          ['建单', 'primary'],
          ['修改', 'default'],
          ['不建了', 'default'],
        ]);
        expect(await count()).toBe(before);
        const ticket = await ticketOf(await press(me, preview, '建单'));
        expect(ticket).toMatchObject({
          subject: '杯子碎了，怎么办',
          team: 'aftersale',
          customer: { account: null, place: 'qianniu', handle: 'tb123456' },
          facts: { order, tracking: 'YT1234567890123', phone: '13812345678' },
        });
        expect(JSON.stringify((await desk.card('lilei', 'g-aftersale', ticket.number)).card)).toContain(
          '旺旺 tb123456',
        );
      });

      it('pressed twice it is one ticket', async () => {
        const me = somebody();
        const before = await count();
        const preview = await desk.types(me, `新建 旺旺：a88\n订单号：${anOrder()}\n盖子裂了`);
        const first = await press(me, preview, '建单');
        const again = await press(me, preview, '建单');
        // Of a press that comes again at once DingTalk cannot say that it is another one: it hears the same.
        expect(words(again.answer)).toBe(
          scene.name === 'dingtalk' ? words(first.answer) : `这份已经建过了：T-${numberIn(first.answer)}`,
        );
        expect(await count()).toBe(before + 1);
      });

      it('修改 opens the form with what was recognised; what is taken out there stays out', async () => {
        const me = somebody();
        const order = anOrder();
        const preview = await desk.types(me, `新建 旺旺：a88\n订单号：${order}\n电话 13812345678\n盖子裂了`);
        const { form } = await press(me, preview, '修改');
        const given = Object.fromEntries((form?.fields ?? []).map((f) => [f.name, f.value ?? '']));
        expect(given).toMatchObject({
          order,
          place: 'qianniu',
          handle: 'a88',
          phone: '13812345678',
          category: 'damaged.broken',
        });
        // What broken goods ask for, who it is about, and what was recognised beyond that; the category decides the team.
        expect(form?.fields.map((f) => f.name)).toEqual([
          'category',
          'text',
          'order',
          'tracking',
          'place',
          'handle',
          'phone',
        ]);
        const done = await desk.fills(me, form, {
          ...given,
          phone: '',
          handle: '小红',
          place: 'douyin',
          category: 'quality',
        });
        const ticket = await ticketOf(done);
        expect(ticket).toMatchObject({
          customer: { place: 'douyin', handle: '小红' },
          category: 'quality',
          facts: { order },
        });
        expect(ticket.facts.phone).toBeUndefined();
      });

      it('不建了 files nothing, and the draft is gone', async () => {
        const me = somebody();
        const before = await count();
        const preview = await desk.types(me, '新建 旺旺：a88 盖子裂了');
        expect(words((await press(me, preview, '不建了')).answer)).toBe('好，没有建单');
        expect(words((await press(me, preview, '建单')).answer)).toContain('请重新粘贴');
        expect(await count()).toBe(before);
      });

      it('a form files at once', async () => {
        const me = somebody();
        const done = await desk.presses(me, null, 'new', { text: '旺旺：a88 盖子裂了' });
        expect((await ticketOf(done)).customer).toMatchObject({ place: 'qianniu', handle: 'a88' });
      });

      it('likely duplicates are shown with a button that adds the text to that ticket as a note instead', async () => {
        const me = somebody();
        const order = anOrder();
        const first = await ticketOf(
          await desk.presses(me, null, 'new', { text: `旺旺：a88\n订单号：${order}\n杯子碎了` }),
        );
        const other = somebody();
        const preview = await desk.types(other, `新建 旺旺：a88\n订单号：${order}\n还要退运费`);
        expect(JSON.stringify(preview.answer?.card?.blocks)).toContain('可能已经有了');
        const before = await count();
        const noted = await press(other, preview, `记到 T-${first.number}`);
        expect(words(noted.answer)).toContain(`T-${first.number}`);
        const [note] = await desk.store.notes.ofTicket(first._id, 5);
        expect(note?.noteText).toContain('还要退运费');
        expect(await count()).toBe(before);
        expect(words((await sends(other)).answer)).toBe(`截图已附到 T-${first.number}`);
      });
    });

    describe('a screenshot sent alone in the same direct chat', () => {
      it('within 2 minutes before is picked up by the preview', async () => {
        const me = somebody();
        const lone = await sends(me);
        expect(words(lone.answer)).toContain('2 分钟内发「新建 客户的话」会自动带上它');
        await desk.passes(119_000);
        const preview = await desk.types(me, '新建 旺旺：a88 杯子碎了');
        expect(shots(preview)).toHaveLength(1);
        expect((await ticketOf(await press(me, preview, '建单'))).attachments).toHaveLength(1);
      });

      it('more than 2 minutes before it is not', async () => {
        const me = somebody();
        await sends(me);
        await desk.passes(121_000);
        const preview = await desk.types(me, '新建 旺旺：a88 杯子碎了');
        expect(shots(preview)).toEqual([]);
      });

      it('after the preview it joins the draft, after filing the ticket: 截图已附到', async () => {
        const me = somebody();
        const preview = await desk.types(me, '新建 旺旺：a88 杯子碎了');
        await desk.passes(60_000);
        const again = await sends(me);
        const filed = await press(me, again, '建单');
        await desk.passes(100_000);
        const attached = await sends(me);
        const ticket = await ticketOf(filed);
        expect(words(attached.answer)).toBe(`截图已附到 T-${ticket.number}`);
        expect(ticket.attachments).toHaveLength(2);
        const { card } = await desk.looksAgain('lilei', 'g-aftersale', ticket.number);
        expect(picturesOn(card)).toHaveLength(2);
        expect(words((await press(me, preview, '建单')).answer)).toContain('已经建过了');
        await desk.passes(121_000);
        expect(words((await sends(me)).answer)).toContain('图片收到了');
        expect((await ticketOf(filed)).attachments).toHaveLength(2);
      });

      it('a ticket of another team gets it, too, from who filed it', async () => {
        const me = somebody();
        const filed = await press(me, await desk.types(me, '新建 旺旺：a88 快递三天没更新'), '建单');
        expect((await ticketOf(filed)).team).toBe('logistics');
        expect(words((await sends(me)).answer)).toContain('截图已附到');
      });

      it('alone with nothing near, its answer opens the form, and the ticket has it', async () => {
        const me = somebody();
        const lone = await sends(me);
        const { form } = await press(me, lone, '新建工单');
        const done = await desk.fills(me, form, { text: '旺旺：a99 杯子碎了' });
        const ticket = await ticketOf(done);
        expect(ticket).toMatchObject({ subject: '杯子碎了', customer: { handle: 'a99' } });
        expect(ticket.attachments).toHaveLength(1);
      });

      it('pictures of different people never mix', async () => {
        const [me, other] = [somebody(), somebody()];
        await sends(other);
        const preview = await desk.types(me, '新建 旺旺：a88 杯子碎了');
        expect(shots(preview)).toEqual([]);
        const filed = await press(me, preview, '建单');
        expect(words((await sends(other)).answer)).toContain('图片收到了');
        expect((await ticketOf(filed)).attachments).toEqual([]);
      });

      it('nor do those of different chats: what was filed in the group gets no picture of the direct chat', async () => {
        const me = somebody();
        const preview = await desk.types(me, '/新建 旺旺：a88 杯子碎了', { conversation: 'g-aftersale' });
        await press(me, preview, '建单');
        expect(words((await sends(me)).answer)).toContain('图片收到了');
      });
    });

    describe('bad input', () => {
      it('three order numbers: all are kept, the first is the main one, and the preview asks', async () => {
        const me = somebody();
        const [one, two, three] = [anOrder(), anOrder(), anOrder()];
        const preview = await desk.types(me, `新建 旺旺：a88\n${one}\n${two}\n${three}\n都没收到货`);
        expect(JSON.stringify(preview.answer?.card?.blocks)).toContain(`认出 3 个订单号，按第一个 ${one} 建单`);
        const ticket = await ticketOf(await press(me, preview, `按 ${two} 建单`, { order: two }));
        expect(ticket.facts).toMatchObject({ order: two, more: [one, three] });
      });

      it('20 000 characters: nothing is lost', async () => {
        const me = somebody();
        const text = `旺旺：a88\n${'杯子碎了。'.repeat(4_000)}`.slice(0, 19_990);
        const ticket = await ticketOf(await press(me, await desk.types(me, `新建 ${text}`), '建单'));
        const [kept] = await desk.store.messages.ofTicket(ticket._id, 5);
        expect(kept).toMatchObject({ body: { text }, direction: 'in' });
        expect(Array.from(ticket.description).length).toBeLessThanOrEqual(4_000);
      });

      it('only a phone number', async () => {
        const me = somebody();
        const preview = await desk.types(me, '新建 13812345678');
        expect(fields(preview.answer?.card)['买家']).toBe('电话 · 13812345678');
        const ticket = await ticketOf(await press(me, preview, '建单'));
        expect(ticket).toMatchObject({ customer: { place: 'phone', handle: '13812345678' } });
        expect(ticket.subject).not.toContain('13812345678');
      });

      it('emoji, direction marks and markup in a nick', async () => {
        const me = somebody();
        const preview = await desk.types(me, '新建 昵称：\u202E<b>@所有人</b>🌸\u202C\n杯子碎了');
        expect(fields(preview.answer?.card)['买家']).toMatch(/[<＜]b>[@＠]所有人[<＜]\/b>🌸/u);
        const { card } = await desk.card(
          'lilei',
          'g-aftersale',
          (await ticketOf(await press(me, preview, '建单'))).number,
        );
        expect(JSON.stringify(card)).not.toContain('\u202E');
      });

      it("the same paste twice: the second offers the first's ticket, also when nobody has pressed in between", async () => {
        const [me, other] = [somebody(), somebody()];
        const text = '新建 旺旺：a88 杯子碎了，没有订单号';
        const [first, second] = [await desk.types(me, text), await desk.types(me, text)];
        const ticket = await ticketOf(await press(me, first, '建单'));
        const before = await count();
        const shown = await press(me, second, '建单');
        expect(JSON.stringify(shown.answer?.card?.blocks)).toContain(`T-${ticket.number} · `);
        expect(JSON.stringify(shown.answer?.card?.blocks)).toContain('内容一样');
        expect(await count()).toBe(before);
        const third = await desk.types(other, text);
        expect(all(third.answer?.card).map((a) => a.label)).toContain(`记到 T-${ticket.number}`);
        await press(me, shown, '建单');
        expect(await count()).toBe(before + 1);
      });

      it('a draft older than a day says so and offers to paste again', async () => {
        const me = somebody();
        const preview = await desk.types(me, '新建 旺旺：a88 杯子碎了');
        await desk.passes(86_400_001);
        const late = await press(me, preview, '建单');
        expect(words(late.answer)).toContain('只保留 24 小时');
        expect(late.answer?.card?.actions.map((a) => a.label)).toEqual(['新建']);
        expect((await press(me, late, '新建')).form?.fields.map((f) => f.name)).toContain('text');
        const id = all(preview.answer?.card)[0]?.invoke.args['draft'] ?? '';
        expect(await desk.store.drafts.load(id)).not.toBeNull();
        await retention(desk.store, desk.clock, () => 86_400_000).run();
        expect(await desk.store.drafts.load(id)).toBeNull();
      });

      it.runIf(scene.name === 'sandbox')("somebody else's draft is no draft", async () => {
        const [me, other] = [somebody(), somebody()];
        const before = await count();
        const preview = await desk.types(me, '新建 旺旺：a88 杯子碎了');
        const args = all(preview.answer?.card)[0]?.invoke.args ?? {};
        expect(words((await desk.presses(other, null, 'new', { ...args })).answer)).toContain('请重新粘贴');
        expect(words((await desk.presses(other, null, 'new', { draft: '../../x' })).answer)).toContain('请重新粘贴');
        expect(await count()).toBe(before);
      });
    });
  });
}
