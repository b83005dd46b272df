import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, words, type Desk } from '../../support/desk.ts';
import { aShop } from '../../support/shop.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let desk: Desk;
beforeAll(async () => {
  desk = await openDesk({ shop: aShop({ customers: 20 }) });
});
afterAll(() => desk.stop());

const says = async (user: string, text: string): Promise<string> => words((await desk.types(user, text)).answer);
const standing = async (user: string): Promise<string | undefined> =>
  (await desk.store.duty.all()).find((r) => r._id === user)?.state;

describe('on and off duty', () => {
  it('上线 answers until when, how many tickets one has and how many nobody has', async () => {
    await desk.writes('k1', '收到的杯子碎了');
    await desk.writes('k2', '收到的碗碎了');
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
      '休息到今天 15:00，到点自动上线；手上 1 张，客户来消息时在班的同事先接',
    );
    expect(await standing('wangfang')).toBe('away');
    expect(await says('wangfang', '午休')).toContain('休息到今天 15:30');
    expect(await says('wangfang', '午休20分钟')).toContain('休息到今天 14:50');
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
