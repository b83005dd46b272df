import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words, type Seen } from '../../support/desk.ts';
import { aShop } from '../../support/shop.ts';
import { openSlackDesk, type SlackDesk } from '../../support/slack-desk.ts';

const MINUTE = 60_000;
const GROUP = 'g-aftersale';
let desk: SlackDesk;
let customer = 0;
beforeAll(async () => {
  desk = await openSlackDesk({ shop: aShop({ customers: 30 }) });
});
afterAll(() => desk.stop());

async function opens(): Promise<number> {
  customer += 1;
  await desk.writes(`k${customer}`, '收到的杯子碎了');
  return Math.max(...(await desk.store.tickets.list({}, 100)).map((t) => t.number));
}
const ticket = (no: number) => desk.store.tickets.byNumber(no);
const claims = async (user: string, no: number) =>
  desk.presses(user, (await desk.card(user, GROUP, no)).surface ?? null, 'claim', { ticket: String(no) });
/** Methods of the calls that said this. */
const waysOf = (line: string): string[] =>
  desk.slack.calls.filter((c) => JSON.stringify(c.args).includes(line)).map((c) => c.method);

describe('a private answer', () => {
  it('comes by what the press lent: nobody else reads it, and no call of the API is spent', async () => {
    const no = await opens();
    const before = (await desk.sees('wangfang', GROUP)).length;
    const { answer } = await claims('lilei', no);
    expect(words(answer)).toBe(`T-${no} 归你了`);
    expect(waysOf(`T-${no} 归你了`)).toEqual([]);
    expect(await desk.sees('wangfang', GROUP)).toHaveLength(before);
  });

  it('still comes when that is used up: shown to its reader in the channel', async () => {
    const no = await opens();
    desk.slack.fails('response_url', { status: 404 });
    const { answer } = await claims('lilei', no);
    expect(words(answer)).toBe(`T-${no} 归你了`);
    expect(waysOf(`T-${no} 归你了`)).toEqual(['chat.postEphemeral']);
  });

  it('in the direct chat, too', async () => {
    const no = await opens();
    await desk.types('lilei', `认领 ${no}`);
    desk.slack.fails('response_url', { status: 404 });
    const work = await desk.card('lilei', 'd-lilei', no);
    const { answer } = await desk.presses('lilei', work.surface ?? null, 'show', { ticket: String(no) });
    expect(answer?.card?.title).toContain(`T-${no} `);
    expect(answer?.private).toBe(true);
  });

  it('31 minutes after the press: somebody is let in late, and reads it all the same', async () => {
    await desk.arrives('xiaowu', '小吴', GROUP);
    const no = await opens();
    expect(words((await claims('xiaowu', no)).answer)).toContain('还没认识你');
    await desk.passes(31 * MINUTE);
    const about = (await desk.sees('chenjing', 'd-chenjing')).findLast((m) => words(m).includes('小吴'));
    const yes = about?.card?.actions.find((a) => a.label === '同意');
    await desk.presses('chenjing', about?.surface ?? null, 'join', { ...yes?.invoke.args });
    await desk.passes(1_000);
    const told = '刚才那一下已经过去太久，需要的话再按一次';
    expect((await desk.sees('xiaowu', GROUP)).map(words).join('\n')).toContain(told);
    expect(waysOf(told)).toEqual(['chat.postEphemeral']);
  });

  it('that gets no answer from Slack is sent once more', async () => {
    const no = await opens();
    desk.slack.fails('response_url', { status: 503 });
    await claims('lilei', no);
    await desk.passes(30_000);
    const told = (await desk.sees('lilei', GROUP)).filter((m) => words(m) === `T-${no} 归你了`);
    expect(told.length).toBeGreaterThanOrEqual(1);
    expect(desk.warned.splice(0)).toEqual([expect.stringContaining('a delivery failed and is tried again')]);
  });
});

describe('a card that Slack did not change in time', () => {
  it('a stale press is told the reason, and the card is brought up to date', async () => {
    const no = await opens();
    const before = await desk.card('wangfang', GROUP, no);
    // It is worked, and nothing has gone out yet.
    await desk.slack.types(desk.idOf('lilei'), desk.idOf('d-lilei'), `认领 ${no}`);
    expect((await ticket(no))?.assignee).toBe('lilei');
    expect((await desk.card('wangfang', GROUP, no)).version).toBe(before.version);
    const { answer } = await desk.presses('wangfang', before.surface ?? null, 'claim', { ticket: String(no) });
    expect(words(answer)).toContain(`李雷 刚刚已认领 T-${no}`);
    expect((await desk.card('wangfang', GROUP, no)).card?.status).toContain('李雷 处理中');
  });

  it('is posted anew when somebody deleted it', async () => {
    const no = await opens();
    const [channel = '', ts = ''] = (await desk.card('lilei', GROUP, no)).id.split('/');
    await desk.slack.deletes(desk.idOf('wangfang'), channel, ts);
    await desk.types('lilei', `认领 ${no}`);
    await desk.passes(5_000);
    const anew: Seen = await desk.card('wangfang', GROUP, no);
    expect(anew.id).not.toBe(`${channel}/${ts}`);
    expect(anew.card?.status).toContain('李雷 处理中');
  });
});

describe('people', () => {
  const mention = (user: string): string => `<@${desk.idOf(user)}>`;

  it('are named by a mention, in a line, in a channel and behind the slash command', async () => {
    await desk.types('wangfang', '上线');
    const ways: readonly ((line: string) => Promise<unknown>)[] = [
      (line) => desk.types('lilei', line),
      (line) => desk.types('lilei', `@bot ${line}`, { conversation: GROUP }),
      (line) => desk.types('lilei', `/${line}`, { conversation: GROUP }),
    ];
    for (const act of ways) {
      const no = await opens();
      await desk.types('lilei', `认领 ${no}`);
      await act(`转给 ${no} ${mention('wangfang')} 客户急`);
      expect(await ticket(no)).toMatchObject({ status: 'offered', offer: { to: 'wangfang', by: 'lilei' } });
    }
    const no = await opens();
    await desk.types('chenjing', `派给 ${no} ${mention('lilei')}`);
    expect(await ticket(no)).toMatchObject({ assignee: 'lilei' });
  });

  it('a mention in a note stays a name; in a reply it calls nobody', async () => {
    const no = await opens();
    await desk.types('lilei', `认领 ${no}`);
    await desk.types('lilei', `备注 ${no} 请 ${mention('wangfang')} 看一下`);
    const [note] = await desk.store.notes.ofTicket((await ticket(no))?._id ?? '', 5);
    expect(note?.noteText).toBe('请 @王芳 看一下');
    await desk.writes(`k${customer}`, '<!channel> <@U0LILEI> 快点');
    expect(desk.slack.findings).toEqual([]);
  });

  it('bring their language and time zone from Slack when they join by chat', async () => {
    desk.hires('kate', 'Kate', 'en-US', 'America/New_York');
    await desk.enters('kate', GROUP, 'lilei');
    const no = await opens();
    await claims('kate', no);
    const about = (await desk.sees('chenjing', 'd-chenjing')).findLast((m) => words(m).includes('Kate'));
    const yes = about?.card?.actions.find((a) => a.label === '同意');
    await desk.presses('chenjing', about?.surface ?? null, 'join', { ...yes?.invoke.args });
    await desk.passes(1_000);
    expect((await desk.store.members.all()).find((m) => m.name === 'Kate')).toMatchObject({
      locale: 'en',
      timeZone: 'America/New_York',
      teams: ['aftersale'],
    });
    const told = (await desk.sees('kate', GROUP)).map(words);
    expect(told.slice(-2).toSorted()).toEqual([
      `T-${no} is yours`,
      '陈静 agreed: you belong to 售后 now. What you pressed counts now',
    ]);
    const work = await desk.card('kate', 'd-kate', no);
    expect(work.card?.status).toMatch(/^In progress · first reply by \d{1,2}:\d{2}/u);
    // 14:30 in China is half past one in the morning there.
    expect(work.card?.status).toMatch(/ (?:1|2):\d{2}/u);
    expect((await desk.card('lilei', GROUP, no)).card?.status).toContain('Kate');
  });
});
