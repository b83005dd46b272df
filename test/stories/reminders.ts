import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words, type Desk, type Scene, type Seen } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/reminders.test.ts. */
export function remindersStories(scene: Scene): void {
  describe(`what is due, colleagues in ${scene.name}`, () => {
    const MINUTE = 60_000;
    let desk: Desk;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 3 }) });
    });
    afterAll(() => desk.stop());

    const says = async (user: string, text: string): Promise<string> => words((await desk.types(user, text)).answer);
    const pings = async (user: string): Promise<readonly Seen[]> =>
      (await desk.sees(user, `d-${user}`)).filter((m) => m.private !== true && m.card?.kind === 'ping');
    const last = async (user: string) => (await pings(user)).at(-1)?.card;
    /** Whether anything there still asks for something. */
    const isOpen = async (user: string): Promise<boolean> =>
      (await pings(user)).some(({ card }) => (card?.actions ?? []).length > 0);
    const comes = async (customer: string): Promise<number> => {
      await desk.writes(customer, '收到的杯子碎了，请帮我看看');
      const no = Math.max(...(await desk.store.tickets.list({}, 10)).map((t) => t.number));
      await desk.types('lilei', `认领 ${no}`);
      return no;
    };

    it('who handles it hears first, then the lead; once it is known and answered nothing asks any more', async () => {
      const no = await comes('k1');
      await desk.passes(150_000);
      expect(await pings('lilei')).toEqual([]);
      await desk.passes(30_000);
      const ping = (await pings('lilei')).at(-1);
      expect(ping?.card?.title).toBe(`T-${no} · 收到的杯子碎了，请帮我看看`);
      expect(ping?.card?.status).toMatch(/首响已超时（\d+:\d\d）$/u);
      expect(await pings('chenjing')).toEqual([]);
      await desk.passes(90_000);
      expect((await last('chenjing'))?.status).toMatch(/李雷 还没处理 · 首响已超时（\d+:\d\d）$/u);
      await desk.presses('lilei', ping?.surface ?? null, 'acknowledge', { ticket: String(no) });
      expect([await isOpen('lilei'), await isOpen('chenjing')]).toEqual([false, true]);
      await desk.types('lilei', `回复 ${no} 马上给您补发`);
      await desk.passes(6_000);
      expect(await isOpen('chenjing')).toBe(false);
      await desk.passes(10 * MINUTE);
      expect([await isOpen('lilei'), await isOpen('chenjing'), await isOpen('zhoumin')]).toEqual([false, false, false]);
    });

    it('two at once are one message; 提醒 and 升级 say what they are', async () => {
      const [a, b] = [await comes('k2'), await comes('k3')];
      await desk.passes(3 * MINUTE);
      expect((await last('lilei'))?.title).toBe('2 张工单到时限了');
      expect(await says('lilei', '知道了')).toBe('好，这 2 张这次不再提醒你');
      expect(await isOpen('lilei')).toBe(false);
      expect(await says('lilei', `升级 ${a} 客户要找平台`)).toBe(`T-${a} 升级给 陈静 了`);
      expect((await last('chenjing'))?.status).toMatch(/李雷 升级给你：客户要找平台$/u);
      expect(await says('lilei', `提醒 ${b} 1小时`)).toMatch(new RegExp(`^好，今天 \\d+:\\d\\d 提醒你看 T-${b}$`, 'u'));
      await desk.passes(60 * MINUTE);
      expect((await last('lilei'))?.status ?? (await last('lilei'))?.title).toContain('你要我提醒');
    });
  });
}
