import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AppMessage } from '../../emulators/wecom/emulator.ts';
import { words, type Answered, type Seen } from '../../support/desk.ts';
import { aPicture } from '../../support/pictures.ts';
import { aShop } from '../../support/shop.ts';
import { openWeComDesk, type WeComDesk } from '../../support/wecom-desk.ts';
import { PUSH_KEY } from '../../support/wecom.ts';

/**
 * One team in WeCom without a group of its own: its people are called one by one. 李雷, 王芳 and 陈静 come first, 客服1号 and 客服2号 are the
 * others; all of them are in a group with the smart bot as well, and a message push tells another group. 周敏 is the manager.
 */

const NO = 4800;
const CUSTOMER = 'k1';
const FIRST = ['lilei', 'wangfang', 'chenjing'] as const;
const OTHERS = ['a1', 'a2'] as const;
const MINUTE = 60_000;

let desk: WeComDesk;
beforeAll(async () => {
  const shop = aShop({ customers: 60, agents: 2 }).replace(
    'groups: { sandbox: g-aftersale }',
    'groups: { wecom: [duty:aftersale, chat:wrChat_aftersale, push:aftersale] }',
  );
  desk = await openWeComDesk({ shop });
  for (const user of [...FIRST, ...OTHERS]) await desk.types(user, '上线');
  await desk.passes(MINUTE);
});
afterAll(() => desk.stop());

const heard = async (): Promise<string[]> => (await desk.sees(CUSTOMER, `c-${CUSTOMER}`)).map(words);
const ticket = async (no: number) => desk.store.tickets.byNumber(no);
/** What somebody was called by, as WeCom has it; newest last. */
const calls = (user: string, no: number): readonly AppMessage[] =>
  desk.wecom
    .inbox(user)
    .filter(({ card, recalled }) => card?.title.startsWith(`T-${no} `) === true && !recalled)
    .filter(({ id }) => desk.wecom.sent.some((sent) => sent.id === id && sent.to.length > 1));
const called = (no: number): string[] => [...FIRST, ...OTHERS].filter((user) => calls(user, no).length > 0);
const states = (no: number, users: readonly string[]): (string | undefined)[] =>
  users.map((user) => calls(user, no).at(-1)?.card?.desc);
const mine = (user: string, no = NO): Promise<Seen> => desk.card(user, `d-${user}`, no);
const group = (user: string, no = NO): Promise<Seen> => desk.card(user, 'g-aftersale', no);
const labels = (seen: Seen | null): string[] => seen?.card?.actions.map((a) => a.label) ?? [];
const pushed = (): readonly string[] => desk.wecom.webhook(PUSH_KEY).map(({ text }) => text);

/** Presses a button of a card by its words. */
async function presses(user: string, seen: Seen | null, label: string): Promise<Answered> {
  const invoke = seen?.card?.actions.find((action) => action.label === label)?.invoke;
  if (invoke === undefined) throw new Error(`no button ${label} for ${user}: ${labels(seen).join(' ')}`);
  return desk.presses(user, seen?.surface ?? null, invoke.command, invoke.args);
}

it('a photo and two lines are one ticket: one card for the first three, one in the group, a line at the push', async () => {
  const { file } = await desk.uploads(CUSTOMER, aPicture('broken'), 'cup.png');
  await desk.writes(CUSTOMER, '收到的杯子碎了', { attachments: [file.id] });
  await desk.passes(2_000);
  await desk.writes(CUSTOMER, '订单 281234567890123，我的电话 13812345678');
  expect(called(NO)).toEqual([...FIRST]);
  const ids = new Set(FIRST.flatMap((user) => calls(user, NO).map(({ id }) => id)));
  expect(ids.size).toBe(1);
  for (const user of FIRST) {
    const { card } = await mine(user);
    expect(card?.status).toMatch(/^待认领 · /u);
    expect(JSON.stringify(card)).toContain('281234567890123');
    expect(JSON.stringify(card)).not.toContain('13812345678');
  }
  // In the group nothing changes a card but a press: it is as it was posted.
  expect((await group('a1')).card?.status).toMatch(/^待认领 · /u);
  expect(pushed().at(-1)).toContain(`T-${NO}`);
  expect(await desk.store.tickets.count({})).toBe(1);
});

it('two press 认领 in the same instant: one has it, the other reads who, and every copy says so', async () => {
  const { surface } = await mine('lilei');
  const pressing = (user: string) => desk.presses(user, surface ?? null, 'claim', { ticket: String(NO) });
  const [first, second] = await Promise.all([pressing('lilei'), pressing('wangfang')]);
  const winner = (await ticket(NO))?.assignee;
  expect(winner).toBe('lilei');
  expect(words(first.answer)).toBe(`T-${NO} 归你了`);
  expect(words(second.answer)).toBe(`李雷 刚刚已认领 T-${NO}`);
  for (const state of states(NO, FIRST)) expect(state).toContain('李雷 处理中');
  expect((await mine('lilei')).card?.kind).toBe('work');
});

it('who presses the stale card in the group reads who has it, and the card is right again', async () => {
  const before = await group('a1');
  expect(before.card?.status).toMatch(/^待认领 · /u);
  const { answer } = await presses('a1', before, '认领');
  expect(words(answer)).toContain(`李雷 刚刚已认领 T-${NO}`);
  for (const user of ['a1', 'zhoumin', 'lilei']) expect((await group(user)).card?.status).toContain('李雷 处理中');
});

it('a reply by the page behind the button, taken back before the customer reads it, and a better one', async () => {
  const opened = await presses('lilei', await mine('lilei'), '回复');
  expect(opened.form).toMatchObject({ title: `回复 T-${NO}`, fields: [{ name: 'text', required: true }] });
  const sent = await desk.fills('lilei', opened.form, { text: '这个不归我们管' });
  expect(words(sent.answer)).toContain('之前可以「撤销」');
  expect(words((await presses('lilei', sent.answer, labels(sent.answer)[0] ?? '')).answer)).toContain('客户没有看到');
  const again = await presses('lilei', await mine('lilei'), '回复');
  await desk.fills('lilei', again.form, { text: '很抱歉，马上给您补发' });
  await desk.passes(6_000);
  expect(await heard()).toContain('很抱歉，马上给您补发');
  expect((await heard()).join('\n')).not.toContain('这个不归我们管');
  // What each press lent pays for what came of it: the card is never behind.
  expect((await mine('lilei')).card?.status).toContain('等客户');
});

it('what nobody takes goes to all the others after a minute', async () => {
  await desk.writes('k2', '盘子也碎了');
  // Whoever has the least work comes first: 李雷 has one.
  const first = ['wangfang', 'chenjing', 'a1'];
  expect(called(4801)).toEqual(first);
  await desk.passes(MINUTE - 1_000);
  expect(called(4801)).toEqual(first);
  await desk.passes(1_000);
  expect(called(4801)).toEqual([...FIRST, ...OTHERS]);
  expect(calls('a1', 4801)).toHaveLength(1);
  const { surface } = await mine('a2', 4801);
  await desk.presses('a2', surface ?? null, 'claim', { ticket: '4801' });
  expect(await ticket(4801)).toMatchObject({ assignee: 'a2' });
  // Those who were called first see that it is taken, and so do those who came later.
  for (const state of states(4801, [...FIRST, ...OTHERS])) expect(state).toContain('客服2号 处理中');
});

it('what is urgent goes to everybody at once', async () => {
  await desk.writes('k3', '锅漏水了');
  await desk.types('chenjing', '优先级 4802 紧急');
  expect(called(4802)).toEqual([...FIRST, ...OTHERS]);
  for (const state of states(4802, [...FIRST, ...OTHERS])) expect(state).toContain('紧急');
  await desk.types('wangfang', '认领 4802');
});

it('when nothing is left that changes a card it gets a successor, and the old one is taken back', async () => {
  await desk.passes(MINUTE);
  await desk.writes('k4', '茶壶裂了');
  const [one = ''] = called(4803);
  const [first] = calls(one, 4803);
  await desk.writes('k4', '壶盖也裂了');
  expect(JSON.stringify(calls(one, 4803).at(-1)?.card?.raw)).toContain('壶盖也裂了');
  await desk.writes('k4', '壶嘴也裂了');
  // Spent by the message before: it is not worth another card at once.
  expect(desk.wecom.sent.find(({ id }) => id === first?.id)?.codesLeft).toBe(0);
  expect(JSON.stringify(calls(one, 4803).at(-1)?.card?.raw)).not.toContain('壶嘴也裂了');
  await desk.passes(5 * MINUTE);
  expect(desk.wecom.sent.find(({ id }) => id === first?.id)?.recalled).toBe(true);
  const [next, ...more] = calls(one, 4803);
  expect(more).toEqual([]);
  expect(next?.id).not.toBe(first?.id);
  expect(JSON.stringify(next?.card?.raw)).toContain('壶嘴也裂了');
});

it('the manager reads what there is', async () => {
  const { answer } = await desk.types('zhoumin', '列表');
  expect(answer?.card?.title).toBe('全部组 · 没做完的');
  expect(JSON.stringify(answer?.card)).toContain(`T-${NO}`);
});

it('解决 by the form: the customer hears of it, and the card is green for everybody', async () => {
  const opened = await presses('lilei', await mine('lilei'), '解决');
  expect(opened.form?.fields.map((field) => field.name)).toContain('disposition');
  await desk.fills('lilei', opened.form, { note: '补发了一个' });
  await desk.passes(12_000);
  expect((await heard()).at(-1)).toContain(`您的问题（T-${NO}）已经处理好了`);
  expect(await ticket(NO)).toMatchObject({ status: 'resolved' });
  expect((await mine('lilei')).card?.tone).toBe('green');
  expect((await desk.looksAgain('a1', 'g-aftersale', NO)).card?.tone).toBe('green');
});

it('in a rush the push has a board, and nobody is sent more than WeCom lets through', async () => {
  await desk.passes(10 * MINUTE);
  const before = pushed().length;
  await Promise.all(Array.from({ length: 40 }, (_, i) => desk.writes(`k${i + 10}`, `杯子碎了，第${i}位`)));
  for (let i = 0; i < 4; i += 1) await desk.passes(30_000);
  const boards = pushed()
    .slice(before)
    .filter((text) => (text.match(/T-\d+/gu) ?? []).length > 5);
  expect(boards.length).toBeGreaterThan(0);
  const shown = new Set(pushed().join('\n').match(/T-\d+/gu));
  expect(shown.size).toBeGreaterThanOrEqual(20);
  expect(desk.wecom.sent.filter(({ dropped }) => dropped.length > 0)).toEqual([]);
  expect(desk.wecom.findings).toEqual([]);
  // What WeCom recommends is counted in Han characters, of which letters and digits take half the room: rows are drawn by that.
  const group = desk.wecom.bot.chat('wrChat_aftersale');
  const cut = [...desk.wecom.sent, ...group, ...desk.wecom.webhook(PUSH_KEY)].flatMap(({ warnings }) => warnings);
  expect(cut.filter((warning) => !/^(?:keyname|value): /u.test(warning))).toEqual([]);
});
