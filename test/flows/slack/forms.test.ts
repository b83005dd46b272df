import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SHORTCUTS } from '../../../adapters/slack/manifest.ts';
import type { Form } from '../../../cards/card.ts';
import { words, type Answered } from '../../support/desk.ts';
import { aShop } from '../../support/shop.ts';
import { openSlackDesk, type SlackDesk } from '../../support/slack-desk.ts';
import { TEAM } from '../../support/slack.ts';

let desk: SlackDesk;
let customer = 0;
beforeAll(async () => {
  desk = await openSlackDesk({ shop: aShop({ more: "categories:\n  logistics: { ask: ['order!', tracking] }" }) });
});
afterAll(() => desk.stop());
afterEach(async () => {
  const lilei = desk.idOf('lilei');
  while (desk.slack.views(lilei).length > 0) await desk.slack.closes(lilei);
});

const group = (): string => desk.idOf('g-aftersale');
/** `/ticket LINE` in the group. */
const slash = (user: string, line: string, opens = false): Promise<Answered> =>
  desk.acts(user, () => desk.slack.slash(desk.idOf(user), group(), line), opens);
const fieldsOf = (form: Form | null): string[] => (form?.fields ?? []).map(({ name }) => name);
const ticketIn = async ({ answer }: Answered) => {
  const no = Number(/T-(\d+)/u.exec(words(answer))?.[1]);
  const found = await desk.store.tickets.byNumber(no);
  if (found === null) throw new Error(`no ticket in ${words(answer)}`);
  return found;
};
const count = (): Promise<number> => desk.store.tickets.count({});
/** A new customer's ticket that 李雷 has. */
async function claimed(): Promise<number> {
  customer += 1;
  await desk.writes(`k${customer}`, '收到的杯子碎了');
  const no = Math.max(...(await desk.store.tickets.list({}, 100)).map((t) => t.number));
  await desk.types('lilei', `认领 ${no}`);
  return no;
}
const heard = async (): Promise<string[]> =>
  (await desk.sees(`k${customer}`, `c-k${customer}`)).filter((m) => m.from === 'bot').map(words);
/** The form on a card of a ticket in the direct chat. */
const opens = async (no: number, command: string): Promise<Answered> => {
  const work = await desk.card('lilei', 'd-lilei', no);
  return desk.presses('lilei', work.surface ?? null, command, { ticket: String(no) });
};

/** Hands in a modal as Slack would once more, though it is closed: the first acknowledgement got lost. */
function sendsAgain(view: ReturnType<typeof desk.slack.views>[number], values: Readonly<Record<string, string>>) {
  const state = Object.entries(values).map(([block, value]) => [block, { value: { type: 'plain_text_input', value } }]);
  return desk.slack.sends(
    {
      type: 'view_submission',
      team: { id: TEAM, domain: 'tea' },
      user: { id: desk.idOf('lilei'), username: 'lilei', name: 'lilei', team_id: TEAM },
      api_app_id: desk.slack.app.id,
      token: 'verification-token',
      trigger_id: `again.${view.hash}`,
      view: {
        ...view.raw,
        id: view.id,
        hash: view.hash,
        team_id: TEAM,
        app_installed_team_id: TEAM,
        state: { values: Object.fromEntries(state) as unknown },
      },
    },
    { as: 'payload' },
  );
}

describe('the slash command', () => {
  it('with nothing behind it says what can be said, to its writer alone', async () => {
    const { answer } = await slash('lilei', '');
    expect(words(answer)).toBe('可以这样说');
    expect(desk.slack.messages().at(-1)).toMatchObject({ channel: group(), ephemeralTo: desk.idOf('lilei') });
  });

  it('新建 opens the form at once; handed in it is a ticket, and its writer alone reads the number', async () => {
    const before = await count();
    const opened = await slash('lilei', '新建', true);
    expect(opened.answer).toBeNull();
    expect(opened.form).toMatchObject({ title: '新建', submit: '新建' });
    const filed = await desk.fills('lilei', opened.form, { text: '买家电话里说杯子碎了', handle: 'tb1' });
    expect(words(filed.answer)).toMatch(/^建好了：T-\d+，在售后组待认领/u);
    expect(desk.slack.views(desk.idOf('lilei'))).toEqual([]);
    expect(await count()).toBe(before + 1);
    expect(await ticketIn(filed)).toMatchObject({ subject: '买家电话里说杯子碎了', customer: { handle: 'tb1' } });
  });

  it('a verb without what it needs opens its form, in the reader’s language', async () => {
    const no = await claimed();
    const { form } = await slash('lilei', `回复 ${no}`, true);
    expect(form).toMatchObject({ title: `回复 T-${no}`, invoke: { command: 'reply', args: { ticket: String(no) } } });
    await desk.fills('lilei', form, { text: '请拍张照片' });
    expect(await desk.store.tickets.byNumber(no)).toMatchObject({ status: 'waiting_customer' });
    const english = await desk.acts('daniel', () => desk.slack.slash(desk.idOf('daniel'), group(), 'new'), true);
    expect(english.form?.title).toBe('New');
  });
});

describe('the form of a new ticket', () => {
  it('asks for what its category needs; what was typed stays, also what is no longer asked for', async () => {
    const { form } = await desk.presses('lilei', null, 'new');
    expect(fieldsOf(form)).toContain('team');
    const typed = { text: '快递三天没更新', handle: 'tb88', phone: '13812345678' };
    const guided = await desk.guides('lilei', form, 'category', { ...typed, category: 'logistics.stalled' });
    expect(fieldsOf(guided)).toEqual(['category', 'text', 'order', 'tracking', 'place', 'handle', 'phone']);
    expect(guided?.fields.find((f) => f.name === 'order')?.required).toBe(true);
    await expect(desk.fills('lilei', guided, {})).rejects.toThrow('order has to be filled in');
    // Nothing of it is filled in once more.
    const filed = await desk.fills('lilei', guided, { order: '2712345678901234567' });
    expect(await ticketIn(filed)).toMatchObject({
      team: 'logistics',
      category: 'logistics.stalled',
      customer: { handle: 'tb88' },
      facts: { order: '2712345678901234567', phone: '13812345678' },
    });
  });
});

describe('what is wrong', () => {
  it('stands at its field, the form stays with what was filled in, and the second try does it', async () => {
    const no = await claimed();
    await opens(no, 'pending');
    const told = await desk.slack.submits(desk.idOf('lilei'), { wait: 'warehouse', for: '很久' });
    expect(told.status).toBe(200);
    expect(told.body).toEqual({
      response_action: 'errors',
      errors: { for: '「很久」不是时长，可以写：30分钟、2小时、1天' },
    });
    expect(desk.slack.views(desk.idOf('lilei'))).toMatchObject([{ errors: { for: expect.any(String) as string } }]);
    expect(await desk.store.tickets.byNumber(no)).toMatchObject({ status: 'in_progress' });
    await desk.fills('lilei', null, { for: '2小时' });
    expect(await desk.store.tickets.byNumber(no)).toMatchObject({ status: 'waiting_other', wait: 'warehouse' });
    expect(desk.slack.views(desk.idOf('lilei'))).toEqual([]);
  });
});

describe('handed in twice', () => {
  it('with the same values it is one reply', async () => {
    const no = await claimed();
    await opens(no, 'reply');
    const [view] = desk.slack.views(desk.idOf('lilei'));
    if (view === undefined) throw new Error('no form');
    await desk.fills('lilei', null, { text: '请拍张照片' });
    expect((await sendsAgain(view, { text: '请拍张照片' })).status).toBe(200);
    await desk.passes(6_000);
    expect((await heard()).filter((line) => line === '请拍张照片')).toHaveLength(1);
  });

  it('with other values it is another one: whoever changed them read nothing of the first', async () => {
    const no = await claimed();
    await opens(no, 'reply');
    const [view] = desk.slack.views(desk.idOf('lilei'));
    if (view === undefined) throw new Error('no form');
    await desk.fills('lilei', null, { text: '请拍张照片' });
    expect((await sendsAgain(view, { text: '请拍两张照片' })).status).toBe(200);
    await desk.passes(6_000);
    expect((await heard()).slice(-2)).toEqual(['请拍张照片', '请拍两张照片']);
  });
});

describe('forms of a card', () => {
  it.each([
    ['reply', 'button', { text: '马上看' }, { status: 'waiting_customer' }],
    ['pending', 'button', { wait: 'customer', for: '1小时' }, { status: 'waiting_customer', wait: 'customer' }],
    ['resolve', 'button', { disposition: 'resent', note: '补发了' }, { status: 'resolved', disposition: 'resent' }],
    ['transfer', 'menu', { to: 'team:logistics', note: '快递压坏的' }, { team: 'logistics', assignee: null }],
    ['note', 'menu', { text: '客户下午在家' }, { status: 'in_progress' }],
  ])('%s by the %s', async (command, placement, values, after) => {
    const no = await claimed();
    const work = await desk.card('lilei', 'd-lilei', no);
    expect(work.card?.actions.find((a) => a.invoke.command === command)).toMatchObject({ placement });
    const { form } = await opens(no, command);
    expect(form?.title).toContain(`T-${no}`);
    expect(fieldsOf(form)).toEqual(Object.keys(values));
    const done = await desk.fills('lilei', form, values);
    expect(words(done.answer)).toMatch(command === 'reply' ? /后发给顾客/u : new RegExp(`T-${no}`, 'u'));
    expect(await desk.store.tickets.byNumber(no)).toMatchObject(after);
  });

  it('one that is closed by hand has done nothing', async () => {
    const no = await claimed();
    const before = await desk.store.tickets.byNumber(no);
    await opens(no, 'reply');
    await desk.slack.closes(desk.idOf('lilei'));
    await desk.settles();
    expect(await desk.store.tickets.byNumber(no)).toEqual(before);
  });
});

describe('shortcuts', () => {
  it('a thread with a file becomes the form with its words, then a ticket with the file', async () => {
    const lilei = desk.idOf('lilei');
    const photo = await desk.uploads('lilei', new Uint8Array(Buffer.from('%PDF-1.7\n...')), '发票.pdf');
    const first = await desk.slack.types(lilei, group(), '旺旺：a88 买家说发票开错了', { files: [photo.file.id] });
    await desk.slack.types(desk.idOf('wangfang'), group(), '订单 2712345678901234567', { thread: first.ts });
    await desk.settles();
    const at = { channel: group(), ts: first.ts };
    const before = await count();
    const { form } = await desk.acts('lilei', () => desk.slack.shortcut(lilei, SHORTCUTS.message, at), true);
    const text = form?.fields.find((f) => f.name === 'text')?.value ?? '';
    expect(text).toContain('李雷: 旺旺：a88 买家说发票开错了');
    expect(text).toContain('王芳: 订单 2712345678901234567');
    expect(form?.fields.find((f) => f.name === 'order')?.value).toBe('2712345678901234567');
    // Until it is handed in nobody else sees anything of it.
    expect(await count()).toBe(before);
    expect(await desk.sees('wangfang', 'g-aftersale').then((all) => all.at(-1)?.from)).toBe('lilei');
    const filed = await desk.fills('lilei', form, {});
    expect(filed.answer?.private).toBe(true);
    const ticket = await ticketIn(filed);
    expect(ticket.facts.order).toBe('2712345678901234567');
    expect(ticket.attachments.map(({ name }) => name)).toEqual(['发票.pdf']);
    expect(await count()).toBe(before + 1);
  });

  it('the global one opens an empty form from anywhere; its answer comes in the direct chat', async () => {
    const { form } = await desk.acts(
      'wangfang',
      () => desk.slack.shortcut(desk.idOf('wangfang'), SHORTCUTS.global),
      true,
    );
    expect(form?.fields.find((f) => f.name === 'text')?.value).toBeUndefined();
    const filed = await desk.fills('wangfang', form, { text: '买家来电：壶漏水' });
    expect(words(filed.answer)).toMatch(/^建好了：T-\d+/u);
    expect(filed.answer?.id).toMatch(new RegExp(`^${desk.idOf('d-wangfang')}/`, 'u'));
  });

  it('somebody whom nobody knows reads why there is no form', async () => {
    await desk.arrives('stranger', '路人');
    const act = () => desk.slack.shortcut(desk.idOf('stranger'), SHORTCUTS.global);
    expect(words((await desk.acts('stranger', act, true)).answer)).toContain('还没认识你');
  });
});
