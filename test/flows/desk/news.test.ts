import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fallback } from '../../../cards/fallback.ts';
import { openDesk, words, type Desk, type Seen } from '../../support/desk.ts';
import { aShop } from '../../support/shop.ts';

let desk: Desk;
let customer = 0;
beforeAll(async () => {
  desk = await openDesk({ shop: aShop({ customers: 20 }) });
});
afterAll(() => desk.stop());

/** A ticket of a customer of its own; its number. */
const opens = async (text = '收到的杯子碎了'): Promise<number> => {
  customer += 1;
  await desk.writes(`k${customer}`, text);
  const said = (await desk.sees(`k${customer}`, `c-k${customer}`)).map(words).find((w) => w.includes('T-')) ?? '';
  return Number(/T-(\d+)/u.exec(said)?.[1]);
};
const claimed = async (text?: string): Promise<number> => {
  const no = await opens(text);
  await desk.types('lilei', `认领 ${no}`);
  return no;
};
const writes = (text: string): Promise<string> => desk.writes(`k${customer}`, text);
const newsOf = async (user: string, no: number): Promise<readonly Seen[]> =>
  (await desk.sees(user, `d-${user}`)).filter((m) => m.card?.kind === 'news' && m.card.title.startsWith(`T-${no} `));
const read = (seen: Seen | undefined): string => (seen?.card === undefined ? '' : fallback(seen.card));
const inGroup = async (no: number): Promise<readonly Seen[]> =>
  (await desk.sees('lilei', 'g-aftersale')).filter((m) => JSON.stringify(m.card ?? m.text).includes(`T-${no}`));

describe('a new customer message on a claimed ticket', () => {
  it('redraws the cards and sends one direct message to the assignee that quotes it, with 回复', async () => {
    const no = await claimed();
    const version = async (place: string): Promise<number> => (await desk.card('lilei', place, no)).version ?? 0;
    const before = [await version('d-lilei'), await version('g-aftersale')];
    await writes('还没到吗');
    const [news, ...more] = await newsOf('lilei', no);
    expect(more).toEqual([]);
    expect(read(news)).toContain('> 还没到吗\n');
    expect(news?.card?.actions[0]).toMatchObject({ label: '回复', style: 'primary', placement: 'button' });
    expect(news?.card?.summary).toBe(`T-${no} 顾客${customer}来消息：还没到吗`);
    const after = [await version('d-lilei'), await version('g-aftersale')];
    expect(after.every((v, i) => v > (before[i] ?? 0))).toBe(true);
    const answered = await desk.presses('lilei', news?.surface ?? null, 'reply', { text: '今天会更新' });
    expect(words(answered.answer)).toContain('发给');
  });

  it('posts nothing to the group', async () => {
    const no = await claimed();
    const before = await inGroup(no);
    await writes('还没到吗');
    await desk.passes(60_000);
    await writes('人呢');
    const after = await inGroup(no);
    expect(after.map((m) => m.id)).toEqual(before.map((m) => m.id));
    expect(after).toHaveLength(1);
  });

  it('lines within 10 s are one message, which is there at once and grows', async () => {
    const no = await claimed();
    await writes('在吗');
    expect(read((await newsOf('lilei', no))[0])).toContain('> 在吗\n可发送');
    await desk.passes(9_000);
    await writes('还没到');
    const [one, ...more] = await newsOf('lilei', no);
    expect([read(one).includes('> 在吗\n> 还没到\n'), more]).toEqual([true, []]);
    await desk.passes(1_000);
    await writes('人呢');
    expect(await newsOf('lilei', no)).toHaveLength(2);
    const [first, second] = await newsOf('lilei', no);
    expect(read(first)).toBe(`T-${no} 客户又来消息，见下面`);
    expect(read(second)).toContain('> 人呢\n');
    expect(read(second)).not.toContain('在吗');
  });

  it('shows at most five lines and says how many there were before', async () => {
    const no = await claimed();
    for (const line of ['一一', '二二', '三三', '四四', '五五', '六六', '七七', '八八']) await writes(line);
    const [news, ...more] = await newsOf('lilei', no);
    expect(more).toEqual([]);
    expect(read(news)).toContain('\n前面还有 3 条\n> 四四\n> 五五\n> 六六\n> 七七\n> 八八\n');
  });

  it('after the agent answered it is one quiet line', async () => {
    const no = await claimed();
    await writes('还没到吗');
    await desk.types('lilei', `回复 ${no} 今天会更新`);
    const [news, ...more] = await newsOf('lilei', no);
    expect(more).toEqual([]);
    expect(read(news)).toMatch(new RegExp(`^T-${no} \\d+:\\d\\d 已回复$`, 'u'));
    // The reply is taken back: the customer's words wait again.
    await desk.types('lilei', `撤销 ${no}`);
    expect(read((await newsOf('lilei', no))[0])).toContain('> 还没到吗\n');
  });

  it('becomes quiet as well when the ticket is done or somebody else takes it over', async () => {
    const first = await claimed();
    await writes('还没到吗');
    await desk.types('lilei', `解决 ${first}`);
    expect(read((await newsOf('lilei', first))[0])).toBe(`T-${first} 已解决`);
    const second = await claimed();
    await writes('还没到吗，电话 13812345678');
    await desk.types('wangfang', '上线');
    await desk.types('chenjing', `派给 ${second} 王芳`);
    expect(read((await newsOf('lilei', second))[0])).toBe(`T-${second} 现在由 王芳 处理`);
    await writes('人呢');
    expect(await newsOf('lilei', second)).toHaveLength(1);
    expect(await newsOf('wangfang', second)).toHaveLength(1);
  });

  it('an unclaimed ticket has nobody to tell', async () => {
    const no = await opens();
    await writes('还没到吗');
    expect([await newsOf('lilei', no), await newsOf('wangfang', no)]).toEqual([[], []]);
  });

  it('an assignee who is off duty is left alone', async () => {
    const no = await claimed();
    await desk.types('lilei', '下线');
    await writes('还没到吗');
    await desk.types('lilei', '上线');
    expect(await newsOf('lilei', no)).toEqual([]);
  });

  it('"thank you" after the end is kept and told to nobody', async () => {
    const no = await claimed();
    await desk.types('lilei', `解决 ${no}`);
    await desk.passes(60_000);
    await writes('谢谢');
    expect(await newsOf('lilei', no)).toEqual([]);
  });
});
