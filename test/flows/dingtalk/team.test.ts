import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DingView, Told } from '../../emulators/dingtalk/emulator.ts';
import { words, type Answered, type Seen } from '../../support/desk.ts';
import { openDingTalkDesk, type DingTalkDesk } from '../../support/dingtalk-desk.ts';
import { aPicture } from '../../support/pictures.ts';
import { aShop } from '../../support/shop.ts';

/** One ticket through the hands of a team in DingTalk, as each of them sees it: 李雷, 王芳, 陈静 who leads them, 周敏 the manager. */

const NO = 4800;
const NEXT = 4801;
const CUSTOMER = 'k1';

let desk: DingTalkDesk;
beforeAll(async () => {
  desk = await openDingTalkDesk({ shop: aShop({ customers: 3 }) });
});
afterAll(() => desk.stop());

const heard = async (): Promise<string[]> => (await desk.sees(CUSTOMER, `c-${CUSTOMER}`)).map(words);
const ticket = async () => desk.store.tickets.byNumber(NO);
const group = (user: string): Promise<Seen> => desk.card(user, 'g-aftersale', NO);
const mine = (user: string): Promise<Seen> => desk.card(user, `d-${user}`, NO);
const labels = (seen: Seen | null): string[] => seen?.card?.actions.map((a) => a.label) ?? [];

/** What somebody sees of a card, variable by variable. */
function view(user: string, { id }: Seen): DingView {
  const card = desk.dingtalk.reads(desk.idOf('g-aftersale'), user).find((message) => message.id === id)?.card;
  if (card == null) throw new Error(`${user} does not see ${id}`);
  return card;
}

interface Sent {
  readonly outTrackId: string;
  readonly openSpaceId?: string;
  readonly cardData?: { readonly cardParamMap: Readonly<Record<string, string>> };
}

/** What the answer to the press itself shows to whoever pressed. */
const inReply = ({ response }: Told): Readonly<Record<string, string>> =>
  (response as { userPrivateData?: { cardParamMap: Record<string, string> } } | null)?.userPrivateData?.cardParamMap ??
  {};

/** Presses a button of a card by its words. */
async function presses(user: string, seen: Seen | null, label: string): Promise<Answered> {
  const invoke = seen?.card?.actions.find((action) => action.label === label)?.invoke;
  if (invoke === undefined) throw new Error(`no button ${label} for ${user}: ${labels(seen).join(' ')}`);
  return desk.presses(user, seen?.surface ?? null, invoke.command, invoke.args);
}

it('a photo and two lines are one ticket, and everybody in the group sees its card', async () => {
  const { file } = await desk.uploads(CUSTOMER, aPicture('broken'), 'cup.png');
  await desk.writes(CUSTOMER, '收到的杯子碎了', { attachments: [file.id] });
  await desk.passes(2_000);
  await desk.writes(CUSTOMER, '订单 281234567890123，我的电话 13812345678');
  await desk.writes('k2', '盘子也碎了');
  for (const user of ['lilei', 'wangfang', 'chenjing']) {
    const { card } = await group(user);
    expect(card?.status).toMatch(/^待认领 · /u);
    expect(JSON.stringify(card)).toContain('281234567890123');
    expect(JSON.stringify(card)).not.toContain('13812345678');
    expect(JSON.stringify(card)).toContain('图片');
  }
  expect(await desk.store.tickets.count({})).toBe(2);
});

it('two press 认领 in the same instant: each reads in the answer to the press how it went, and every copy is redrawn', async () => {
  const card = await group('lilei');
  const pressing = (user: string) => desk.dingtalk.presses(user, card.id, '认领');
  const [first, second] = await Promise.all([pressing('lilei'), pressing('wangfang')]);
  await desk.settles();
  const winner = (await ticket())?.assignee === 'lilei' ? 'lilei' : 'wangfang';
  expect(winner).toBe('lilei');
  expect(inReply(first)['notice']).toBe(`T-${NO} 归你了`);
  expect(inReply(second)['notice']).toBe(`李雷 刚刚已认领 T-${NO}。下一张待认领：T-${NEXT} 盘子也碎了`);
  expect(Math.max(first.ms, second.ms)).toBeLessThan(2_000);

  // Each of them still reads it there, and nobody else does.
  expect(view('lilei', card).values['notice']).toBe(inReply(first)['notice']);
  expect(view('wangfang', card).values['notice']).toBe(inReply(second)['notice']);
  expect(view('chenjing', card).values['notice'] ?? '').toBe('');
  for (const user of ['lilei', 'wangfang', 'chenjing'])
    expect((await group(user)).card?.status).toContain('李雷 处理中');
  expect((await mine('lilei')).card?.kind).toBe('work');

  const offered = view('wangfang', card).buttons.find((button) => button.group === 'notice_buttons');
  expect(offered?.label).toContain('认领');
  await desk.acts('wangfang', () => desk.dingtalk.presses('wangfang', card.id, offered?.actionId ?? ''));
  expect(await desk.store.tickets.byNumber(NEXT)).toMatchObject({ assignee: 'wangfang' });
});

it('a reply by the form on the card, taken back before the customer reads it, and a better one', async () => {
  const opened = await presses('lilei', await mine('lilei'), '回复');
  expect(opened.answer).toBeNull();
  expect(opened.form).toMatchObject({ title: `回复 T-${NO}`, fields: [{ name: 'text', required: true }] });
  const sent = await desk.fills('lilei', opened.form, { text: '这个不归我们管' });
  expect(words(sent.answer)).toContain('之前可以「撤销」');
  expect(sent.form).toBeNull();
  expect(words((await presses('lilei', sent.answer, labels(sent.answer)[0] ?? '')).answer)).toContain('客户没有看到');

  const again = await presses('lilei', await mine('lilei'), '回复');
  await desk.fills('lilei', again.form, { text: '很抱歉，马上给您补发' });
  await desk.passes(6_000);
  expect(await heard()).toContain('很抱歉，马上给您补发');
  expect((await heard()).join('\n')).not.toContain('这个不归我们管');
});

it('进度: the customer reads where it stands, and nobody is bothered', async () => {
  const before = (await mine('lilei')).version;
  await desk.writes(CUSTOMER, '进度');
  await desk.passes(1_000);
  expect((await heard()).at(-1)).toContain(`T-${NO}`);
  expect((await mine('lilei')).version).toBe(before);
});

it('转给 by a form with a choice: the other gets an offer, and takes it', async () => {
  await desk.types('chenjing', '上线');
  const opened = await presses('lilei', await mine('lilei'), '转给');
  const to = opened.form?.fields.find((field) => field.name === 'to');
  expect(to).toMatchObject({ type: 'select', required: true });
  expect(to?.options?.map((option) => option.label)).toEqual(expect.arrayContaining(['王芳', '陈静', '物流']));
  const chosen = to?.options?.find((option) => option.label === '陈静')?.value ?? '';
  const given = await desk.fills('lilei', opened.form, { to: chosen, note: '客户要换货，你熟' });
  expect(words(given.answer)).toContain('陈静');
  const offer = (await desk.sees('chenjing', 'd-chenjing')).findLast((seen) => seen.card?.kind === 'offer');
  expect(offer?.card?.status).toMatch(/^李雷 转给你/u);
  expect(labels(offer ?? null)).toEqual(['接下', '不接']);
  await presses('chenjing', offer ?? null, '接下');
  expect(await ticket()).toMatchObject({ assignee: 'chenjing', status: 'in_progress' });
  expect((await mine('lilei')).card?.status).toBe('现在由 陈静 处理');
});

it('the manager reads what there is: the list of every team, and what has waited longest', async () => {
  const { answer } = await desk.types('zhoumin', '列表');
  expect(answer?.card?.title).toBe('全部组 · 没做完的');
  expect(JSON.stringify(answer?.card)).toContain(`T-${NO}`);
  expect(JSON.stringify(answer?.card)).toContain(`T-${NEXT}`);
  const shown = await desk.types('zhoumin', `查看 ${NO}`);
  expect(shown.answer?.card?.title).toContain(`T-${NO}`);
  // A group has nothing of it.
  expect(JSON.stringify(await desk.sees('lilei', 'g-aftersale'))).not.toContain('全部组');
});

it('解决 by the form on the card: the customer hears of it, and the card is green for everybody', async () => {
  const opened = await presses('chenjing', await mine('chenjing'), '解决');
  expect(opened.form?.fields.map((field) => field.name)).toContain('disposition');
  await desk.fills('chenjing', opened.form, { note: '补发了一个' });
  await desk.passes(12_000);
  expect((await heard()).at(-1)).toContain(`您的问题（T-${NO}）已经处理好了`);
  expect(await ticket()).toMatchObject({ status: 'resolved' });
  for (const user of ['lilei', 'wangfang', 'chenjing']) expect((await group(user)).card?.tone).toBe('green');
});

it('all that costs one call of the month for each card that is posted, and one for each time it changes', () => {
  const posted = new Map<string, string>();
  let changes = 0;
  for (const { method, body } of desk.dingtalk.calls.filter(({ path }) => path.startsWith('/v1.0/card/instances'))) {
    const { outTrackId, openSpaceId = '', cardData } = body as Sent;
    const isOurs = cardData?.cardParamMap['title']?.startsWith(`T-${NO} `) === true;
    if (method === 'PUT') changes += posted.has(outTrackId) ? 1 : 0;
    else if (isOurs && !openSpaceId.endsWith('.zhoumin')) posted.set(outTrackId, openSpaceId);
  }
  // The group's card, the work cards of both who had it, and the offer.
  expect([...posted.values()].toSorted()).toEqual([
    'dtv1.card//IM_GROUP.cidg-aftersale==',
    'dtv1.card//IM_ROBOT.chenjing',
    'dtv1.card//IM_ROBOT.chenjing',
    'dtv1.card//IM_ROBOT.lilei',
  ]);
  // Presses and forms are answered in the call that brings them, which does not count.
  expect(changes).toBeLessThanOrEqual(18);
  expect(desk.dingtalk.counted).toBeLessThanOrEqual(29);
});
