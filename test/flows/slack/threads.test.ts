import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { words, type Seen } from '../../support/desk.ts';
import { aPicture } from '../../support/pictures.ts';
import { aShop } from '../../support/shop.ts';
import { openSlackDesk, type SlackDesk } from '../../support/slack-desk.ts';

let desk: SlackDesk;
let customer = 0;
let no = 0;
beforeAll(async () => {
  desk = await openSlackDesk({ shop: aShop({ customers: 60 }) });
});
afterAll(() => desk.stop());
beforeEach(async () => {
  customer += 1;
  await desk.writes(`k${customer}`, '收到的杯子碎了');
  no = Math.max(...(await desk.store.tickets.list({}, 100)).map((t) => t.number));
  await desk.types('lilei', `认领 ${no}`);
});

const card = (): Promise<Seen> => desk.card('lilei', 'g-aftersale', no);
const below = async (): Promise<string[]> => desk.below('lilei', await card()).map(words);
/** Somebody writes in the thread below the card, just so. */
const says = async (user: string, text: string, files?: readonly string[]) => {
  const [channel = '', thread = ''] = (await card()).id.split('/');
  const more = { thread, ...(files !== undefined && { files }) };
  return desk.acts(user, () => desk.slack.types(desk.idOf(user), channel, text, more));
};
const ticket = async () => {
  const found = await desk.store.tickets.byNumber(no);
  if (found === null) throw new Error(`no T-${no}`);
  return found;
};
const notes = async (): Promise<string[]> =>
  (await desk.store.notes.ofTicket((await ticket())._id, 20)).map((n) => n.noteText);
/** What the customer heard beyond the first acknowledgement. */
const heard = async (): Promise<string[]> => {
  await desk.passes(6_000);
  const all = await desk.sees(`k${customer}`, `c-k${customer}`);
  return all
    .filter((m) => m.from === 'bot')
    .map(words)
    .slice(1);
};

describe('what colleagues say below a card', () => {
  it.each([
    '客户下午在家',
    '回复 这个不归我们管',
    '解决',
    '转给 物流 试试',
    '4800',
    '@王芳 你看一下',
    'reply: never mind',
    '<b>别动</b> & 等仓库',
  ])('%s: a note, and never the customer’s', async (line) => {
    const before = await ticket();
    const { answer } = await says('wangfang', line);
    expect(answer).toBeNull();
    expect(await notes()).toEqual([line]);
    expect(await ticket()).toMatchObject({ status: before.status, assignee: 'lilei', team: 'aftersale' });
    expect(await heard()).toEqual([]);
    // It stands there already, as it was said.
    expect(await below()).toEqual([line]);
    expect(JSON.stringify((await ticket()).history)).not.toContain(line);
  });

  it('so do somebody’s files', async () => {
    const pdf = await desk.uploads('wangfang', new Uint8Array(Buffer.from('%PDF-1.7\n...')), '质检单.pdf');
    await says('wangfang', '质检单在这', [pdf.file.id]);
    const [note] = await desk.store.notes.ofTicket((await ticket())._id, 5);
    expect(note?.attachments.map((a) => a.name)).toEqual(['质检单.pdf']);
    expect(await heard()).toEqual([]);
  });

  it('who is of another team, or unknown, leaves no note', async () => {
    await says('sunwei', '我看看');
    await desk.arrives(`guest${no}`, '客人', 'g-aftersale');
    await says(`guest${no}`, '我也看看');
    expect(await notes()).toEqual([]);
  });

  it('回复 to the bot answers the customer, and its writer alone reads so, there', async () => {
    const { answer } = await says('lilei', `${desk.bot} 回复 马上给您补发`);
    expect(words(answer)).toMatch(/后发给顾客/u);
    expect(answer?.private).toBe(true);
    const [, thread] = (await card()).id.split('/');
    expect(desk.slack.messages().findLast((m) => m.ephemeralTo === desk.idOf('lilei'))).toMatchObject({
      threadTs: thread,
    });
    expect(await heard()).toEqual(['马上给您补发']);
    expect(await notes()).toEqual([]);
    expect((await ticket()).status).toBe('waiting_customer');
  });

  it('any verb to the bot means the ticket above, whatever else its writer has', async () => {
    await desk.writes(`k${customer + 20}`, '盘子碎了');
    await desk.types('lilei', `认领 ${no + 1}`);
    await says('lilei', `${desk.bot} 挂起 仓库 2小时`);
    expect(await ticket()).toMatchObject({ status: 'waiting_other', wait: 'warehouse' });
    expect(await desk.store.tickets.byNumber(no + 1)).toMatchObject({ status: 'in_progress' });
  });
});

describe('what is noted elsewhere appears below the card, once', () => {
  it('by the slash command', async () => {
    await desk.types('wangfang', `/备注 ${no} 客户下午在家`);
    await desk.passes(5_000);
    expect((await below()).filter((line) => line.includes('客户下午在家'))).toHaveLength(1);
    expect((await below())[0]).toContain('王芳');
    expect(await notes()).toEqual(['客户下午在家']);
  });

  it('by the form', async () => {
    await desk.presses('wangfang', (await card()).surface ?? null, 'note', { ticket: String(no), text: '等仓库回话' });
    await desk.passes(5_000);
    expect((await below()).filter((line) => line.includes('等仓库回话'))).toHaveLength(1);
  });

  it('with telephone numbers masked, as everything a group reads', async () => {
    await desk.types('lilei', `备注 ${no} 打 13812345678 找他`);
    await desk.passes(5_000);
    expect((await below()).join('\n')).toContain('138****5678');
    expect((await below()).join('\n')).not.toContain('13812345678');
  });
});

describe('files', () => {
  const shares = (name: string) =>
    desk.slack.files().flatMap((file) => (file.name === name ? file.shares.map((s) => ({ ...s, by: file.user })) : []));

  it('a photo of the customer stands below the card that shows it: the group’s while it is open, the assignee’s then', async () => {
    const other = `k${customer + 30}`;
    const { file } = await desk.uploads(other, aPicture(other), '杯子.png');
    await desk.writes(other, '碗碎了，看图', { attachments: [file.id] });
    no = Math.max(...(await desk.store.tickets.list({}, 100)).map((t) => t.number));
    await desk.passes(5_000);
    const placesOf = (): string[] => shares('杯子.png').map((s) => `${s.channel}/${s.threadTs}`);
    const open = await card();
    expect(placesOf()).toEqual([open.id]);
    expect(Buffer.from(desk.slack.files().at(-1)?.content ?? []).equals(Buffer.from(aPicture(other)))).toBe(true);
    await desk.types('lilei', `认领 ${no}`);
    await desk.passes(5_000);
    expect(placesOf()).toEqual([open.id, (await desk.card('lilei', 'd-lilei', no)).id]);
    // Drawn again it is not put there again.
    await desk.types('lilei', `优先级 ${no} 高`);
    await desk.passes(5_000);
    expect(placesOf()).toHaveLength(2);
  });

  it('one of a colleague goes to the customer with the reply', async () => {
    const picture = await desk.uploads('lilei', aPicture(`reply ${no}`), '尺码表.png');
    await desk.types('lilei', `回复 ${no} 看这张表`, { attachments: [picture.file.id] });
    expect(JSON.stringify(await desk.sees(`k${customer}`, `c-k${customer}`))).not.toContain('尺码表');
    await desk.passes(6_000);
    const last = (await desk.sees(`k${customer}`, `c-k${customer}`)).at(-1);
    expect(last).toMatchObject({ text: '看这张表', attachments: [{ name: '尺码表.png', kind: 'image' }] });
    const url = `/sandbox/api/files/${last?.attachments?.[0]?.id}?user=k${customer}`;
    expect((await desk.request(url)).status).toBe(200);
  });

  it('what Slack does not hand out is said so, and the words arrive', async () => {
    const lost = await desk.uploads('lilei', aPicture(`lost ${no}`), '丢了.png');
    desk.slack.fails('download', { status: 404 });
    await desk.types('lilei', `备注 ${no} 看图`, { attachments: [lost.file.id] });
    const [note] = await desk.store.notes.ofTicket((await ticket())._id, 5);
    expect(note?.noteText).toBe('看图');
    expect(note?.attachments).toMatchObject([{ name: '丢了.png', problem: expect.any(String) as string }]);
  });
});
