import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/duty.test.ts. */
export function dutyStories(scene: Scene): void {
  describe(`duty, colleagues in ${scene.name}`, () => {
    const MINUTE = 60_000;
    const HOUR = 60 * MINUTE;
    let desk: Desk;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 20 }) });
    });
    afterAll(() => desk.stop());

    /** What the clock in the shop shows in so many minutes. */
    const clockIn = (minutes: number): string => {
      const at = new Date(desk.clock.now().getTime() + 8 * HOUR + minutes * MINUTE);
      return `${at.getUTCHours()}:${String(at.getUTCMinutes()).padStart(2, '0')}`;
    };
    const says = async (user: string, text: string): Promise<string> => words((await desk.types(user, text)).answer);
    const standing = async (user: string): Promise<string | undefined> =>
      (await desk.store.duty.all()).find((r) => r._id === user)?.state;

    describe('with nobody on duty', () => {
      const lines = async (): Promise<readonly string[]> =>
        (await desk.sees('lilei', 'g-aftersale')).map(words).filter((w) => w.includes('没人值班'));

      it('tickets wait and the group gets one line, with the button that ends it', async () => {
        await desk.writes('k1', '收到的杯子碎了');
        await desk.writes('k2', '收到的碗碎了');
        expect(await lines()).toEqual(['现在没人值班，新来的单先排队；谁在就按「上线」']);
        const line = (await desk.sees('lilei', 'g-aftersale')).find((m) => words(m).includes('没人值班'));
        expect(line?.card?.actions.map((a) => [a.label, a.invoke.command])).toEqual([['上线', 'on']]);
        const { answer } = await desk.presses('wangfang', line?.surface ?? null, 'on');
        expect(words(answer)).toBe('已上线，到今天 22:00；手上 0 张，待认领 2 张');
        expect(await lines()).toEqual([]);
        expect((await desk.sees('lilei', 'g-aftersale')).map(words)).toContain('王芳 14:30 上线了，排着的单可以认领了');
      });

      it('one line per such time: the next one comes after somebody was there', async () => {
        await desk.writes('k10', '收到的盘子碎了');
        expect(await lines()).toEqual([]);
        await desk.types('wangfang', '下线');
        await desk.writes('k11', '收到的壶碎了');
        await desk.writes('k12', '收到的瓶子碎了');
        expect(await lines()).toHaveLength(1);
        for (const no of [4802, 4803, 4804]) await desk.types('chenjing', `认领 ${no}`);
      });
    });

    describe('on and off duty', () => {
      it('上线 answers until when, how many tickets one has and how many nobody has', async () => {
        await desk.types('wangfang', '认领 4800');
        expect(await says('wangfang', '上线')).toBe('已上线，到今天 22:00；手上 1 张，待认领 1 张');
        expect(await says('daniel', 'on')).toBe('You are on duty until today 22:00; 0 with you, 0 unclaimed');
      });

      it('initials and the words of the trade do the same', async () => {
        expect(await says('wangfang', 'sx')).toContain('已上线');
        expect(await says('wangfang', '上班')).toContain('已上线');
        expect(await says('wangfang', 'xx')).toContain('已下线');
        expect(await says('wangfang', '/ticket on')).toContain('已上线');
      });

      it('午休 30 is a break of 30 minutes that ends by itself', async () => {
        expect(await says('wangfang', '午休 30')).toBe(
          `休息到今天 ${clockIn(30)}，到点自动上线；手上 1 张，客户来消息时在班的同事先接`,
        );
        expect(await standing('wangfang')).toBe('away');
        expect(await says('wangfang', '午休')).toContain(`休息到今天 ${clockIn(60)}`);
        expect(await says('wangfang', '午休20分钟')).toContain(`休息到今天 ${clockIn(20)}`);
        expect(await says('wangfang', '午休 两小时')).toContain('「两小时」不是时长');
        expect(await says('wangfang', '午休 9999')).toContain('不是时长');
      });

      it('a first claim sets it; who said 下线 today stays off', async () => {
        expect(await standing('lilei')).toBeUndefined();
        await desk.types('lilei', '认领 4801');
        expect(await standing('lilei')).toBe('on');
        await desk.types('lilei', '下线');
        await desk.types('lilei', '回复 4801 马上看');
        expect(await standing('lilei')).toBe('off');
      });

      it('only a lead puts somebody else on or off duty', async () => {
        expect(await says('wangfang', '下线 李雷')).toContain('需要组长来做');
        expect(await says('sunwei', '下线 李雷')).toContain('需要组长来做');
        expect(await says('chenjing', '上线 李雷')).toBe('李雷 已上线，到今天 22:00');
        expect(await standing('lilei')).toBe('on');
        expect(await says('chenjing', '下线 李四')).toContain('通讯录里没有「李四」');
      });

      it('ends at the team’s closing time, and pressed at night holds until the next one', async () => {
        await desk.passes(8 * HOUR);
        expect(await says('wangfang', '上线')).toBe('已上线，到明天 22:00；手上 1 张，待认领 0 张');
      });
    });

    describe('while nobody is on duty', () => {
      const heard = async (customer: string): Promise<readonly string[]> =>
        (await desk.sees(customer, `c-${customer}`)).filter((m) => m.from === 'bot').map(words);
      const ticketOf = async (customer: string) => {
        const no = Number(/T-(\d+)/u.exec((await heard(customer))[0] ?? '')?.[1]);
        return desk.store.tickets.byNumber(no);
      };

      it('outside hours but with somebody on duty the promise is the usual one', async () => {
        await desk.writes('k3', '收到的杯子碎了');
        expect((await heard('k3'))[0]).toContain(`我们会在今天 ${clockIn(3)} 前回复您`);
      });

      it('the customer reads once when people are back, and the first answer is due from then on', async () => {
        await desk.types('wangfang', '下线');
        await desk.writes('k4', '收到的杯子碎了');
        await desk.writes('k4', '把手也掉了');
        const no = (await ticketOf('k4'))?.number;
        expect(await heard('k4')).toEqual([
          `已收到，客服 明天 9:00 上班后为您处理，单号 T-${no}。有要补充的，直接发在这里就好。`,
        ]);
        expect((await ticketOf('k4'))?.clocks.firstResponse?.due).toEqual(new Date('2026-11-12T01:03:00Z'));
        await desk.writes('k5', 'My cup arrived broken');
        expect((await heard('k5'))[0]).toContain('we are back tomorrow 9:00 and will take care of it then');
      });

      it('after midnight it says today’s opening time', async () => {
        await desk.passes(4 * HOUR);
        await desk.writes('k6', '收到的杯子碎了');
        expect((await heard('k6'))[0]).toContain('客服 9:00 上班后为您处理');
      });

      it('during hours the promise is the usual one, whoever has pressed 上线', async () => {
        await desk.passes(7 * HOUR);
        await desk.writes('k7', '收到的杯子碎了');
        expect((await heard('k7'))[0]).toContain(`我们会在今天 ${clockIn(3)} 前回复您`);
      });

      it('claiming sends the customer nothing', async () => {
        const before = await heard('k7');
        await desk.types('lilei', `认领 ${(await ticketOf('k7'))?.number}`);
        await desk.passes(MINUTE);
        expect(await heard('k7')).toEqual(before);
      });
    });

    describe('promises', () => {
      it('of complaints and important customers are half as long, also when that is seen only before the first answer', async () => {
        await desk.writes('k8', '我要投诉你们的服务态度');
        const complaint = await desk.store.tickets.list({ order: 'newest' }, 1);
        const [t] = complaint;
        expect((t?.clocks.firstResponse?.due?.getTime() ?? 0) - (t?.openedAt.getTime() ?? 0)).toBe(1.5 * MINUTE);
        await desk.writes('k9', '收到的杯子碎了');
        const [other] = await desk.store.tickets.list({ order: 'newest' }, 1);
        const no = other?.number ?? 0;
        await desk.types('lilei', `认领 ${no}`);
        await desk.types('lilei', `标签 ${no} +vip`);
        const tagged = await desk.store.tickets.byNumber(no);
        expect((tagged?.clocks.firstResponse?.due?.getTime() ?? 0) - (tagged?.openedAt.getTime() ?? 0)).toBe(
          1.5 * MINUTE,
        );
      });
    });
  });
}
