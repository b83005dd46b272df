import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words, type Desk, type Seen, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/groups.test.ts. */
export function groupsStories(scene: Scene): void {
  describe(`groups, colleagues in ${scene.name}`, () => {
    let desk: Desk;
    beforeAll(async () => {
      const more =
        '  gaofei: { name: 高飞, roles: [admin], accounts: { sandbox: { user: gaofei, direct: d-gaofei } } }';
      desk = await scene.open({ shop: aShop({ customers: 20, more }) });
    });
    afterAll(() => desk.stop());

    let groups = 0;
    /** Somebody makes a group and adds the bot. */
    async function aGroup(): Promise<string> {
      groups += 1;
      const id = `g-new${groups}`;
      const members = ['gaofei', 'lilei', 'sunwei'];
      await desk.founds(id, members);
      return id;
    }
    const last = async (user: string, conversation: string): Promise<Seen> => {
      const seen = (await desk.sees(user, conversation)).at(-1);
      if (seen === undefined) throw new Error(`${user} sees nothing in ${conversation}`);
      return seen;
    };
    /** The first thing that the bot said to everybody there. */
    const firstOf = async (user: string, conversation: string): Promise<Seen | null> =>
      (await desk.sees(user, conversation)).find((m) => m.from === 'bot' && m.private !== true) ?? null;
    const inGroup = async (user: string, conversation: string, text: string): Promise<string> =>
      words((await desk.types(user, text, { conversation })).answer);
    const buttons = (seen: Seen | null): (string | undefined)[] => seen?.card?.actions.map((a) => a.label) ?? [];
    /** Presses a button of a card by its words. */
    async function clicks(user: string, seen: Seen | null, label: string) {
      const invoke = seen?.card?.actions.find((a) => a.label === label)?.invoke;
      if (invoke === undefined) throw new Error(`no button ${label} in ${buttons(seen).join()}`);
      return desk.presses(user, seen?.surface ?? null, invoke.command, { ...invoke.args });
    }
    const cards = async (group: string, customer: string): Promise<number> =>
      (await desk.sees('lilei', group)).filter((m) => m.card?.kind === 'ticket' && m.card.title.includes(customer))
        .length;

    describe('the first real group', () => {
      it('a group that the file binds can be bound elsewhere in chat, and says that its team then has none', async () => {
        await desk.enters('gaofei', 'g-logistics', 'sunwei');
        const { answer } = await desk.types('gaofei', '/绑定 售后', { conversation: 'g-logistics' });
        expect(words(answer)).toContain('物流的不再发来，物流就没有群了');
        // Nothing happened yet.
        expect(await inGroup('gaofei', 'g-logistics', '/绑定 物流')).toBe('这个群已经绑定物流了');
      });

      it('the bot that is added to a group says what it is for and offers one button per team', async () => {
        const hello = await last('lilei', await aGroup());
        expect(words(hello)).toContain('这个群接收哪个组的工单？请管理员（高飞）来选');
        expect(buttons(hello)).toEqual(['绑定到售后', '绑定到物流']);
      });

      it('an admin presses the button: no id is typed, the card says what came of it, new tickets appear', async () => {
        const group = await aGroup();
        const { answer } = await clicks('gaofei', await last('gaofei', group), '绑定到售后');
        expect(words(answer)).toBe('绑定好了，售后的新工单会出现在这个群。不认识的同事第一次按按钮时，会先问组长');
        const hello = await firstOf('lilei', group);
        expect(words(hello)).toContain('高飞 把这个群绑定到了售后');
        expect(buttons(hello)).toEqual([]);
        await desk.writes('k1', '收到的杯子碎了');
        expect(await cards(group, '杯子')).toBe(1);
        expect(await cards('g-aftersale', '杯子')).toBe(1);
      });

      it('an admin writes 绑定 售后, with a space or without, in Chinese, in English or by initials', async () => {
        for (const line of ['@工单 绑定 售后', '@工单 绑定售后', '@bot link 售后', '/bd 售后', '/绑定 aftersale']) {
          const group = await aGroup();
          expect(await inGroup('gaofei', group, line)).toContain('绑定好了，售后的新工单');
          expect(words(await last('lilei', group))).toContain('高飞 把这个群绑定到了售后');
        }
      });

      it('绑定 alone asks which team', async () => {
        const group = await aGroup();
        const { answer } = await desk.types('gaofei', '/绑定', { conversation: group });
        expect(words(answer)).toBe('这个群接收哪个组的工单？');
        await clicks('gaofei', answer, '绑定到物流');
        expect(await inGroup('gaofei', group, '/绑定')).toContain('这个群现在接收物流的工单，要换成哪个组？');
      });

      it('a group that is bound already says so', async () => {
        expect(await inGroup('gaofei', await boundGroup(), '/绑定 售后')).toBe('这个群已经绑定售后了');
      });

      // DingTalk tells of groups that are no more, and of no other way out of one; WeCom of none.
      it.runIf(scene.name !== 'dingtalk' && scene.name !== 'wecom')(
        'taken out of a group and added again it starts anew',
        async () => {
          const id = await boundGroup();
          await desk.removesBot('gaofei', id);
          await desk.addsBot('gaofei', id);
          // Taken out, its binding ended.
          expect(buttons(await last('lilei', id))).toEqual(['绑定到售后', '绑定到物流']);
        },
      );

      it('re-binding says what changes and asks first', async () => {
        const group = await boundGroup();
        const { answer } = await desk.types('gaofei', '/绑定 物流', { conversation: group });
        expect(words(answer)).toBe('这个群现在接收售后的工单。改绑后，物流的新工单发到这里，售后的不再发来');
        await desk.writes('k2', '盘子碎了');
        expect(await cards(group, '盘子')).toBe(1);
        expect(words((await clicks('gaofei', answer, '改绑到物流')).answer)).toContain('绑定好了，物流的新工单');
        expect(words(await last('lilei', group))).toContain('高飞 把这个群从售后绑定到了物流');
        await desk.writes('k3', '茶壶碎了');
        expect(await cards(group, '茶壶')).toBe(0);
        await desk.writes('k4', '快递三天没更新了');
        expect(await cards(group, '快递')).toBe(1);
      });

      it('绑定 无 ends the binding, after a question', async () => {
        const group = await boundGroup();
        const { answer } = await desk.types('gaofei', '/绑定 无', { conversation: group });
        expect(words(answer)).toBe('解绑后，售后的新工单不再发到这个群');
        expect(await inGroup('gaofei', group, '@bot link none sure')).toBe('解绑了，售后的新工单不再发到这个群');
        await desk.writes('k5', '勺子断了');
        expect(await cards(group, '勺子')).toBe(0);
        expect(await inGroup('gaofei', group, '/绑定 无')).toBe('这个群没有绑定任何组');
      });

      it('who is no admin reads who can', async () => {
        const group = await aGroup();
        expect(await inGroup('lilei', group, '/绑定 售后')).toBe('绑定群要请管理员（高飞）来做');
        const { answer } = await clicks('sunwei', await firstOf('sunwei', group), '绑定到物流');
        expect(words(answer)).toBe('绑定群要请管理员（高飞）来做');
      });

      it('a team that does not exist, words too many, and the wrong place are refused with the way out', async () => {
        const group = await aGroup();
        expect(await inGroup('gaofei', group, '/绑定 仓库')).toContain('售后、物流');
        expect(await inGroup('gaofei', group, '/绑定 售后 物流')).toContain('物流');
        expect(await inGroup('gaofei', 'd-gaofei', '绑定 售后')).toBe(
          '「绑定」要在群里说：把我加进群，在群里写「@工单 绑定 售后」',
        );
      });

      // WeCom does not tell that a smart bot was taken out of a group.
      it.runIf(scene.name !== 'wecom')(
        'the bot that is taken out of a group ends the binding, and the leads are told',
        async () => {
          const group = await boundGroup();
          await desk.removesBot('lilei', group);
          expect(words(await last('chenjing', 'd-chenjing'))).toBe('工单助手被移出了售后的一个群，绑定已结束');
          await desk.writes('k6', '锅盖碎了');
          expect(await desk.store.outbox.countDead()).toBe(0);
        },
      );

      it('two processes: what one binds the other follows within a second', async () => {
        const group = await aGroup();
        await desk.store.groups.link({
          address: desk.address(group),
          team: 'aftersale',
          by: 'gaofei',
          at: desk.clock.now(),
        });
        await desk.store.settings.bump('directory', desk.clock.now());
        await desk.passes(1_000);
        await desk.writes('k7', '花瓶碎了');
        expect(await cards(group, '花瓶')).toBe(1);
      });
    });

    async function boundGroup(): Promise<string> {
      const group = await aGroup();
      await inGroup('gaofei', group, '/绑定 售后');
      return group;
    }
  });
}
