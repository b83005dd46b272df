import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words, type Desk, type Seen, type Scene } from '../support/desk.ts';
import { changes } from '../support/group.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/people.test.ts. */
export function peopleStories(scene: Scene): void {
  describe(`people, colleagues in ${scene.name}`, () => {
    const MINUTE = 60_000;
    const HOUR = 60 * MINUTE;
    const GROUP = 'g-aftersale';
    let desk: Desk;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 60 }) });
    });
    afterAll(() => desk.stop());

    let customer = 0;
    /** A new customer's ticket in the group. */
    async function ticket(): Promise<number> {
      customer += 1;
      await desk.writes(`k${customer}`, '收到的杯子碎了，请帮我看看');
      const seen = await desk.sees(`k${customer}`, `c-k${customer}`);
      return Number(/T-(\d+)/u.exec(seen.map(words).join(' '))?.[1]);
    }
    const claims = async (user: string, number: number) =>
      desk.presses(user, (await desk.card(user, GROUP, number)).surface ?? null, 'claim', { ticket: String(number) });
    const reads = async (user: string, conversation: string): Promise<string[]> =>
      (await desk.sees(user, conversation)).map(words);
    const cardsAbout = async (lead: string, name: string): Promise<readonly Seen[]> =>
      (await desk.sees(lead, `d-${lead}`)).filter(
        (m) => m.from === 'bot' && words(m).includes(name) && m.private !== true,
      );
    const answers = async (lead: string, name: string, label: string) => {
      const card = (await cardsAbout(lead, name)).at(-1);
      const invoke = card?.card?.actions.find((a) => a.label === label)?.invoke;
      if (invoke === undefined) throw new Error(`no button ${label} about ${name}`);
      return desk.presses(lead, card?.surface ?? null, invoke.command, { ...invoke.args });
    };
    const assignee = async (number: number): Promise<string | null | undefined> => {
      const id = (await desk.store.tickets.byNumber(number))?.assignee;
      return id == null ? id : ((await desk.store.members.all()).find((m) => m.person === id)?.name ?? id);
    };

    describe('somebody the bot does not know', () => {
      it('reads 还没认识你 privately, the lead gets one card, and after 同意 the click counts', async () => {
        await desk.arrives('xiaowu', '小吴', GROUP);
        const no = await ticket();
        const { answer } = await claims('xiaowu', no);
        expect(answer).toMatchObject({ private: true, text: '还没认识你。已经告诉组长陈静，同意后这次点击就算数' });
        const cards = await cardsAbout('chenjing', '小吴');
        expect(cards.map(words)).toEqual(['小吴 想加入售后']);
        expect(cards[0]?.card?.actions.map((a) => a.label)).toEqual(['同意', '不同意']);
        expect(await assignee(no)).toBeNull();

        expect(words((await answers('chenjing', '小吴', '同意')).answer)).toBe('小吴 加入了售后（陈静 同意）');
        await desk.passes(0);
        expect(await assignee(no)).toBe('小吴');
        const told = await reads('xiaowu', desk.aside('xiaowu', GROUP));
        expect(told).toContain('陈静 同意了，你现在是售后的成员。刚才那一下现在算数');
        expect(told.some((line) => line.includes(`T-${no}`))).toBe(true);
        // The card says what came of it, without buttons.
        const [after] = await cardsAbout('chenjing', '小吴');
        expect(words(after ?? null)).toBe('小吴 加入了售后（陈静 同意）');
        expect(after?.card?.actions).toEqual([]);
        expect(await desk.store.members.all()).toMatchObject([
          { roles: ['agent'], teams: ['aftersale'], by: 'chenjing' },
        ]);
        // From now on they are a colleague, with a work card of their own.
        expect((await desk.card('xiaowu', 'd-xiaowu', no)).card?.kind).toBe('work');
        expect(words((await desk.types('xiaowu', '列表 我的')).answer)).toContain('我手上的');
      });

      it('repeated clicks make no more cards, and the last of them counts', async () => {
        await desk.arrives('xiaoliu', '小刘', GROUP);
        const [first, second] = [await ticket(), await ticket()];
        await claims('xiaoliu', first);
        const { answer } = await claims('xiaoliu', second);
        expect(words(answer)).toBe('还在等陈静同意，同意后最后这次点击就算数');
        expect(await cardsAbout('chenjing', '小刘')).toHaveLength(1);
        await answers('chenjing', '小刘', '同意');
        await desk.passes(0);
        expect([await assignee(first), await assignee(second)]).toEqual([null, '小刘']);
      });

      it('what they write to the bot in the group waits in the same way', async () => {
        await desk.arrives('xiaoqian', '小钱', GROUP);
        const no = await ticket();
        expect(words((await desk.types('xiaoqian', `/认领 ${no}`, { conversation: GROUP })).answer)).toContain(
          '还没认识你',
        );
        await answers('chenjing', '小钱', '同意');
        await desk.passes(0);
        expect(await assignee(no)).toBe('小钱');
      });

      it('a click that has waited more than ten minutes is not worked; the person reads so', async () => {
        await desk.arrives('xiaosun', '小孙', GROUP);
        const no = await ticket();
        await claims('xiaosun', no);
        await desk.passes(11 * MINUTE);
        await answers('chenjing', '小孙', '同意');
        await desk.passes(0);
        expect(await assignee(no)).toBeNull();
        expect(await reads('xiaosun', desk.aside('xiaosun', GROUP))).toContain(
          '陈静 同意了，你现在是售后的成员。刚才那一下已经过去太久，需要的话再按一次',
        );
        await claims('xiaosun', no);
        expect(await assignee(no)).toBe('小孙');
      });

      it('two leads are asked; the second who presses reads that it is done', async () => {
        const two = await scene.open({
          shop: aShop({
            customers: 5,
            more: '  zhaomin: { name: 赵敏, roles: [lead, agent], teams: [aftersale], accounts: { sandbox: { user: zhaomin, direct: d-zhaomin } } }',
          }),
        });
        const all = desk;
        try {
          desk = two;
          await two.arrives('xiaoli', '小李', GROUP);
          await two.writes('k1', '收到的杯子碎了');
          const no = Number(/T-(\d+)/u.exec((await reads('lilei', GROUP)).join(' '))?.[1]);
          expect(words((await claims('xiaoli', no)).answer)).toContain('已经告诉组长陈静、赵敏');
          await answers('chenjing', '小李', '不同意');
          expect(words((await cardsAbout('zhaomin', '小李'))[0] ?? null)).toBe('小李 没有加入售后（陈静 没有同意）');
          expect(words((await two.types('zhaomin', '入组 1 同意')).answer)).toBe('陈静 已经拒绝了 小李');
          expect(await two.store.members.all()).toEqual([]);
        } finally {
          desk = all;
          await two.stop();
        }
      });

      it('who was declined reads so, and asks again only after 24 hours', async () => {
        await desk.arrives('xiaozhou', '小周', GROUP);
        const no = await ticket();
        await claims('xiaozhou', no);
        await answers('chenjing', '小周', '不同意');
        await desk.passes(0);
        expect((await reads('xiaozhou', desk.aside('xiaozhou', GROUP))).at(-1)).toContain(
          '陈静 没有同意你加入售后。弄错了的话请直接找 陈静',
        );
        await desk.passes(HOUR);
        expect(words((await claims('xiaozhou', no)).answer)).toContain('陈静 没有同意你加入售后');
        expect(await cardsAbout('chenjing', '小周')).toHaveLength(1);
        await desk.passes(24 * HOUR);
        expect(words((await claims('xiaozhou', no)).answer)).toContain('已经告诉组长陈静');
        expect((await cardsAbout('chenjing', '小周')).map(words)).toEqual([
          '小周 没有加入售后（陈静 没有同意）',
          '小周 想加入售后',
        ]);
      });

      it('everything about it can be worked twice: one card, one membership, one claim', async () => {
        await desk.arrives('xiaohe', '小何', GROUP);
        const no = await ticket();
        await claims('xiaohe', no);
        await answers('chenjing', '小何', '同意');
        await desk.passes(0);
        const state = async () => ({
          cards: (await cardsAbout('chenjing', '小何')).map(words),
          told: (await reads('xiaohe', desk.aside('xiaohe', GROUP))).filter((line) =>
            line.includes('你现在是售后的成员'),
          ),
          member: (await desk.store.members.all()).filter((m) => m.name === '小何'),
          request: await desk.store.requests.of({
            account: { platform: scene.name, app: scene.name, user: desk.account('xiaohe') },
            team: 'aftersale',
          }),
          version: (await desk.store.tickets.byNumber(no))?.version,
        });
        const once = await state();
        const inbox = desk.store.connection.collection('inbox');
        const again = { open: true, attempts: 0, lease: { by: '', until: desk.clock.now() } };
        await inbox.updateMany({}, { $set: again, $unset: { doneAt: 1 } });
        for (let i = 0; i < 5; i += 1) await desk.passes(1_000);
        expect(await inbox.countDocuments({ open: true })).toBe(0);
        expect(await state()).toEqual({ ...once, member: [{ ...once.member[0], at: expect.any(Date) as Date }] });
      });

      it('only a lead of that team lets somebody in', async () => {
        await desk.arrives('xiaowang', '小王', GROUP);
        await claims('xiaowang', await ticket());
        const invoke = (await cardsAbout('chenjing', '小王'))[0]?.card?.actions[0]?.invoke;
        for (const user of ['lilei', 'sunwei', 'xiaowang']) {
          const { answer } = await desk.presses(user, null, 'join', { ...invoke?.args });
          expect(words(answer)).toMatch(/需要组长来做|还没认识你/u);
        }
        expect(words((await desk.types('chenjing', `入组 ${invoke?.args['request']} 同意`)).answer)).toContain(
          '小王 加入了',
        );
        expect(words((await desk.types('chenjing', '入组 999 同意')).answer)).toBe('没有第 999 号申请');
      });

      it('in a group without a team, and alone with the bot, reads how to get known', async () => {
        await desk.arrives('xiaozheng', '小郑');
        expect(words((await desk.types('xiaozheng', '列表')).answer)).toContain('还没认识你');
        expect(await cardsAbout('chenjing', '小郑')).toEqual([]);
      });

      it('a team without a lead asks the admins; without anybody to ask the person reads that', async () => {
        const bare = await scene.open({
          shop: aShop({ customers: 5 }).replaceAll('roles: [lead, agent]', 'roles: [agent]'),
        });
        try {
          await bare.arrives('xiaofeng', '小冯', GROUP);
          const { answer } = await bare.types('xiaofeng', '/列表', { conversation: GROUP });
          expect(words(answer)).toContain('售后还没有组长或管理员可以问');
        } finally {
          await bare.stop();
        }
      });

      it('a platform whose member list is trusted lets them in at once, as an agent and never more', async () => {
        const trusting = await scene.open({ shop: `trust: [${scene.name}]\n${aShop({ customers: 5 })}` });
        try {
          await trusting.arrives('xiaochen', '小陈', GROUP);
          await trusting.writes('k1', '收到的杯子碎了');
          const seen = (await trusting.sees('xiaochen', GROUP)).at(-1);
          await trusting.presses('xiaochen', seen?.surface ?? null, 'claim', {});
          const [member] = await trusting.store.members.all();
          expect(member).toMatchObject({ name: '小陈', roles: ['agent'], teams: ['aftersale'], by: 'trust' });
          const [row] = await trusting.store.tickets.list({}, 1);
          expect(row?.assignee).toBe(member?.person);
        } finally {
          await trusting.stop();
        }
      });
    });

    describe.runIf(scene.name === 'sandbox')('a customer who is also an agent', () => {
      it('is a customer in their customer conversation and an agent in the group', async () => {
        await changes(desk, 'POST', '/conversations', {
          id: 'c-lilei',
          kind: 'customer',
          title: '李雷',
          members: ['lilei'],
          user: 'lilei',
        });
        await desk.posts('/sandbox/api/messages', {
          conversation: 'c-lilei',
          user: 'lilei',
          text: '认领 我买的碗碎了',
        });
        const no = Number(/T-(\d+)/u.exec((await reads('lilei', 'c-lilei')).join(' '))?.[1]);
        const own = await desk.store.tickets.byNumber(no);
        expect(own).toMatchObject({ assignee: null, customer: { name: '李雷' } });
        await claims('lilei', no);
        expect(await assignee(no)).toBe('lilei');
        await desk.types('lilei', `回复 ${no} 马上给您补发`);
        await desk.passes(MINUTE);
        expect(await reads('lilei', 'c-lilei')).toContain('马上给您补发');
        await desk.posts('/sandbox/api/messages', { conversation: 'c-lilei', user: 'lilei', text: '解决' });
        expect((await desk.store.tickets.byNumber(no))?.status).not.toBe('resolved');
      });
    });

    // WeCom does not tell who leaves a group with the smart bot.
    describe.runIf(scene.name !== 'wecom')('a colleague who leaves the group', () => {
      it('the lead gets one card with what they have on hand, and can take them out of the team', async () => {
        await desk.arrives('xiaohan', '小韩', GROUP);
        const no = await ticket();
        await claims('xiaohan', no);
        await answers('chenjing', '小韩', '同意');
        await desk.passes(0);
        await desk.leaves('xiaohan', GROUP);
        const card = (await cardsAbout('chenjing', '小韩')).at(-1);
        expect(words(card ?? null)).toBe('小韩 离开了售后群，手上 1 张');
        expect(card?.card?.actions.map((a) => a.label)).toEqual(['转回队列', '移出售后']);
        // Where everything can be pressed nothing says what to type.
        expect(card?.card?.actions.map((a) => a.typed).join('\n')).toMatch(
          scene.name === 'sandbox' ? /^下线 小韩\n入组 \d+ out$/u : /^\n$/u,
        );
        expect(words((await answers('chenjing', '小韩', '转回队列')).answer)).toBe('小韩 手上 1 张已转回售后队列');
        await desk.passes(0);
        expect(await assignee(no)).toBeNull();
        expect(words((await answers('chenjing', '小韩', '移出售后')).answer)).toBe('小韩 已移出售后（陈静）');
        expect(words((await desk.types('xiaohan', '列表')).answer)).toContain('还没认识你');
      });

      it('nobody is told of who comes, nor of the leaving of somebody who is not of the team', async () => {
        const before = (await desk.sees('chenjing', 'd-chenjing')).length;
        await desk.arrives('guest', '客人', GROUP);
        await desk.leaves('guest', GROUP);
        expect(await desk.sees('chenjing', 'd-chenjing')).toHaveLength(before);
      });
    });
  });
}
