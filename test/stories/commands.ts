import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dueOf } from '../../src/domain/sla.ts';
import { commands } from '../../commands/registry.ts';
import { words, type Answered, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/commands.test.ts. */
export function commandsStories(scene: Scene): void {
  describe(`commands, colleagues in ${scene.name}`, () => {
    let desk: Desk;
    let customer = 0;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 120 }) });
    });
    afterAll(() => desk.stop());

    /** A new customer's ticket, brought to where the verb makes sense. */
    async function ticket(...before: readonly string[]): Promise<number> {
      customer += 1;
      await desk.writes(`k${customer}`, '收到的杯子碎了，请帮我看看');
      const number = Number(
        /T-(\d+)/u.exec(words((await desk.sees(`k${customer}`, `c-k${customer}`))[1] ?? null))?.[1],
      );
      for (const line of before) await desk.types('lilei', line.replace('#', String(number)));
      return number;
    }

    /** What a ticket is after a verb, without what differs from ticket to ticket. */
    async function outcome(number: number) {
      const t = await desk.store.tickets.byNumber(number);
      if (t === null) throw new Error(`no T-${number}`);
      const { status, assignee, team, priority, category, tags, disposition, wait } = t;
      const minutes = (at: Date | null | undefined): number | null =>
        at == null ? null : Math.round((at.getTime() - t.openedAt.getTime()) / 60_000);
      const until = minutes(t.until);
      const due = Object.fromEntries(Object.entries(dueOf(t.clocks)).map(([what, at]) => [what, minutes(at)]));
      const happened = t.history.tail.map((e) => e.type);
      return { status, assignee, team, priority, category, tags, disposition, wait, until, due, happened };
    }

    interface Case {
      readonly by?: string;
      readonly before?: readonly string[];
      /** Values as typed behind the number, and as a form sends them. */
      readonly typed?: string;
      readonly args?: Record<string, string>;
    }

    /** Every verb about a ticket, with values where it takes some. */
    const CASES: Readonly<Record<string, Case>> = {
      claim: {},
      release: { before: ['认领 #'], typed: '忙', args: { reason: 'busy' } },
      assign: { by: 'chenjing', typed: '王芳', args: { person: 'wangfang' } },
      transfer: {
        before: ['认领 #'],
        typed: '物流 已核实未发货',
        args: { to: 'team:logistics', note: '已核实未发货' },
      },
      reply: { before: ['认领 #'], typed: '马上给您补发', args: { text: '马上给您补发' } },
      note: { typed: '客户很着急', args: { text: '客户很着急' } },
      pending: { before: ['认领 #'], typed: '仓库 2小时', args: { wait: 'warehouse', for: '2小时' } },
      resolve: { before: ['认领 #'], typed: '已补发 给了新的', args: { disposition: 'resent', note: '给了新的' } },
      close: { before: ['认领 #'], typed: '重复', args: { reason: '重复' } },
      reopen: { before: ['认领 #', '关闭 #'] },
      priority: { typed: '紧急', args: { priority: 'urgent' } },
      category: { typed: '退货', args: { category: 'returns.return' } },
      tag: { typed: '+大件', args: { tags: '+大件' } },
      remind: { before: ['认领 #'], typed: '2小时', args: { when: '2小时' } },
      escalate: { before: ['认领 #'], typed: '客户要找平台', args: { note: '客户要找平台' } },
      undo: { before: ['认领 #'] },
    };

    describe('every verb means the same however it is said', () => {
      it('has a case here for every verb about a ticket', () => {
        // "told" is for customers elsewhere and "reveal" for what is hidden, "decline" for offers, "merge", "split" and "group" for several tickets: they have stories of their own.
        const others = new Set(['show', 'told', 'reveal', 'decline', 'merge', 'split', 'group']);
        const verbs = commands.filter((c) => c.subject === 'ticket' && !others.has(c.name)).map((c) => c.name);
        expect(Object.keys(CASES).toSorted()).toEqual(verbs.toSorted());
      });

      for (const [name, { by = 'lilei', before = [], typed = '', args = {} }] of Object.entries(CASES)) {
        const command = commands.find((c) => c.name === name);
        it(`${name}: Chinese, initials, English, alias, button, form, command and args`, async () => {
          if (command === undefined) throw new Error(`no verb ${name}`);
          const line =
            (word: string) =>
            async (no: number): Promise<Answered> =>
              desk.types(by, `${word} ${no} ${typed}`.trim());
          const press =
            (form: boolean, carded: boolean) =>
            async (no: number): Promise<Answered> => {
              const surface = carded ? (await desk.card(by, 'g-aftersale', no)).surface : undefined;
              const body = { surface, user: by, command: name, args: { ticket: String(no), ...args }, form };
              const { status, body: told } = await desk.posts('/sandbox/api/actions', body);
              const { answer } = told as { answer?: Answered['answer'] };
              return { status, answer: answer ?? null, form: null };
            };
          /** By the button or the menu of whatever card has it, and the form it opens. */
          const pressed = async (no: number): Promise<Answered> => {
            const own = await desk.sees(by, `d-${by}`);
            const card = [await desk.card(by, 'g-aftersale', no), ...own].find((seen) =>
              seen.card?.actions.some((a) => a.invoke.command === name && a.invoke.args['ticket'] === String(no)),
            );
            const at = card ?? (await desk.types(by, `查看 ${no}`)).answer;
            return desk.presses(by, at?.surface ?? null, name, { ticket: String(no), ...args });
          };
          /** In the team's channel. */
          const mentioned = (no: number): Promise<Answered> =>
            desk.types(by, `@bot ${command.name.toUpperCase()} ${no} ${typed}`.trim(), {
              conversation: 'g-aftersale',
            });
          type Ways = Readonly<Record<string, (no: number) => Promise<Answered>>>;
          const said: Ways = {
            chinese: line(`/${command.zh}`),
            initials: line(command.initials),
            english: line(command.name.toUpperCase()),
            alias: line(command.aliases[0] ?? command.zh),
          };
          const ways: Ways =
            scene.name === 'sandbox'
              ? { ...said, button: press(false, true), form: press(true, true), api: press(false, false) }
              : { chinese: line(`/${command.zh}`), initials: line(command.initials), english: mentioned, pressed };
          const results = [];
          for (const [way, act] of Object.entries(ways)) {
            const no = await ticket(...before);
            const { status, answer } = await act(no);
            results.push({
              way,
              http: status,
              said: words(answer)
                .replaceAll(String(no), '#')
                .replaceAll(/顾客\d+/gu, '顾客'),
              ...(await outcome(no)),
            });
          }
          const [first] = results;
          expect(first?.said).not.toBe('');
          for (const result of results) expect(result).toEqual({ ...first, way: result.way });
          // Something happened: a verb that nobody understood would be the same however it is said, too.
          expect(first?.happened.length).toBeGreaterThan(before.length + 1);
        });
      }
    });

    describe('what needs no ticket', () => {
      it('shows lists, one ticket and help, by any of their words', async () => {
        const no = await ticket();
        for (const word of ['列表', 'lb', 'ls', 'queue', '／列表', '、列表'])
          expect(words((await desk.types('wangfang', word)).answer)).toMatch(/^售后 · 没做完的/u);
        // So much in a minute is more than some platforms let through to one person.
        await desk.passes(60_000);
        for (const word of [`查看 ${no}`, `ck ${no}`, `show ${no}`, `${no}`, `t${no}`, `T—${no}`, `＃${no}`])
          expect(words((await desk.types('wangfang', word)).answer)).toMatch(new RegExp(`^T-${no} .*待认领`, 'u'));
        await desk.passes(60_000);
        for (const word of ['帮助', '?', '？', 'help', '/ticket', '帮助 认领'])
          expect(words((await desk.types('wangfang', word)).answer)).toBe(
            word.endsWith('认领') ? '认领' : '可以这样说',
          );
        expect(words((await desk.types('daniel', 'list mine')).answer)).toBe(
          'You have no tickets. "list" shows what your teams have open',
        );
      });

      it('files a ticket for a caller, to be claimed in the group', async () => {
        const preview = (await desk.types('lilei', '新建 买家电话里说快递三天没更新，订单 281234567890123')).answer;
        const { command, args } = preview?.card?.actions[0]?.invoke ?? { command: '', args: {} };
        const { answer } = await desk.presses('lilei', preview?.surface ?? null, command, args);
        const no = Number(/T-(\d+)/u.exec(words(answer))?.[1]);
        expect(words(answer)).toBe(`建好了：T-${no}，在物流组待认领`);
        expect(answer?.card?.actions[0]?.invoke).toEqual({ command: 'claim', args: { ticket: String(no) } });
        const filed = await desk.store.tickets.byNumber(no);
        expect(filed).toMatchObject({ source: { kind: 'agent' }, links: [], facts: { order: '281234567890123' } });
        const verbs = (await desk.card('sunwei', 'g-logistics', no)).card?.actions.map((a) => a.invoke.command);
        expect(verbs).toContain('told');
        expect(verbs).not.toContain('reply');
      });
    });
  });
}
