import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readPress } from '../../../adapters/slack/press.ts';
import { buttonsOf, textOf } from '../../emulators/slack/seen.ts';
import { aShop } from '../../support/shop.ts';
import { openSlackDesk, type SlackDesk } from '../../support/slack-desk.ts';

let desk: SlackDesk;
beforeAll(async () => {
  desk = await openSlackDesk({ shop: aShop({ customers: 30 }) });
  await desk.writes('k1', '收到的杯子碎了，打 13812345678 找我');
  await desk.writes('k2', '碗碎了');
  await desk.writes('k3', '快递三天没更新了');
  await desk.types('lilei', '认领 4800');
});
afterAll(() => desk.stop());

const home = (user: string) => {
  const view = desk.slack.home(desk.idOf(user));
  if (view === null) throw new Error(`${user} has no Home tab`);
  return view;
};
const reads = (user: string): string => textOf({ blocks: home(user).blocks });
async function opensHome(user: string): Promise<string> {
  const before = desk.slack.home(desk.idOf(user))?.hash;
  await desk.slack.opensHome(desk.idOf(user));
  await vi.waitFor(() => expect(desk.slack.home(desk.idOf(user))?.hash).not.toBe(before), { interval: 2 });
  return reads(user);
}
/** Presses on the Home tab, by what it does; the tab as it is then drawn. */
async function presses(user: string, command: string): Promise<string> {
  const element = buttonsOf({ blocks: home(user).blocks }).find(
    (b) => readPress({ action_id: b.actionId, block_id: b.blockId, value: b.value })?.invocation.command === command,
  );
  if (element === undefined) throw new Error(`no ${command} on the Home tab`);
  const before = home(user).hash;
  await desk.slack.presses(desk.idOf(user), 'home', element.actionId);
  await vi.waitFor(
    async () => {
      await desk.settles();
      expect(desk.slack.home(desk.idOf(user))?.hash).not.toBe(before);
    },
    { interval: 2 },
  );
  return reads(user);
}

describe('the Home tab', () => {
  it('shows one’s own tickets and what one’s teams have waiting, and nothing of other teams', async () => {
    const shown = await opensHome('lilei');
    expect(shown).toContain('T-4800');
    expect(shown).toContain('T-4801');
    expect(shown).not.toContain('T-4802');
    expect(await opensHome('daniel')).toMatch(/T-4802/u);
  });

  it('says whether one is on duty, and its button changes that there and then', async () => {
    await opensHome('wangfang');
    const on = await presses('wangfang', 'on');
    expect(on).toContain('已上线');
    expect((await desk.store.duty.all()).find((d) => d._id === 'wangfang')?.state).toBe('on');
    const off = await presses('wangfang', 'off');
    expect(off).toContain('已下线');
    expect((await desk.store.duty.all()).find((d) => d._id === 'wangfang')?.state).toBe('off');
    // What was answered stands there until the tab is opened again.
    expect(await opensHome('wangfang')).not.toContain('已下线');
  });

  it('claims the next one; what came of it stands above, with the way back', async () => {
    await opensHome('chenjing');
    const shown = await presses('chenjing', 'next');
    expect(shown).toContain('T-4801 归你了');
    expect(await desk.store.tickets.byNumber(4801)).toMatchObject({ assignee: 'chenjing' });
    expect(await presses('chenjing', 'undo')).toContain('恢复原样');
    expect(await desk.store.tickets.byNumber(4801)).toMatchObject({ assignee: null });
  });

  it('tells somebody unknown how to get known, in their language', async () => {
    await desk.arrives('xinren', '新人');
    expect(await opensHome('xinren')).toContain('还没认识你');
    expect(buttonsOf({ blocks: home('xinren').blocks })).toEqual([]);
  });

  it('is not drawn when the messages are opened', async () => {
    const before = desk.slack.calls.filter((c) => c.method === 'views.publish').length;
    await desk.slack.opensHome(desk.idOf('lilei'), 'messages');
    await desk.settles();
    expect(desk.slack.calls.filter((c) => c.method === 'views.publish')).toHaveLength(before);
  });
});

describe('a link to a ticket', () => {
  /** What is shown below the message with the link. */
  async function shares(user: string, conversation: string, no: number): Promise<string> {
    const channel = desk.idOf(conversation);
    const url = `${desk.url}/t/${no}`;
    const { ts } = await desk.slack.shares(desk.idOf(user), channel, url);
    await desk.settles();
    const unfurled = desk.slack.messages().find((m) => m.channel === channel && m.ts === ts)?.unfurls[url];
    return textOf({ blocks: unfurled?.blocks ?? [] });
  }

  it('is unfolded in its team’s channel, with telephone numbers masked', async () => {
    const text = await shares('lilei', 'g-aftersale', 4800);
    expect(text).toContain('T-4800');
    expect(text).toContain('李雷');
    expect(text).toContain('138****5678');
    expect(text).not.toContain('13812345678');
  });

  it('and in the direct chat of somebody who may see it', async () => {
    expect(await shares('wangfang', 'd-wangfang', 4801)).toContain('T-4801');
  });

  it.each([
    ['in another team’s channel', 'lilei', 'g-logistics', 4800],
    ['by somebody who may not see it', 'daniel', 'g-aftersale', 4800],
    ['of a ticket that does not exist', 'lilei', 'g-aftersale', 9999],
  ])('not %s', async (_what, user, conversation, no) => {
    const before = desk.slack.calls.filter((c) => c.method === 'chat.unfurl').length;
    expect(await shares(user, conversation, no)).toBe('');
    expect(desk.slack.calls.filter((c) => c.method === 'chat.unfurl')).toHaveLength(before);
  });
});

describe('the full view', () => {
  it('has menus to choose a priority and a colleague in, at once', async () => {
    const { answer } = await desk.types('chenjing', '查看 4800');
    const chosen = await desk.presses('chenjing', answer?.surface ?? null, 'priority', {
      ticket: '4800',
      priority: 'urgent',
    });
    expect(chosen.form).toBeNull();
    expect(await desk.store.tickets.byNumber(4800)).toMatchObject({ priority: 'urgent' });
    const view = (await desk.types('chenjing', '查看 4800')).answer;
    expect(view?.card?.actions.map((a) => a.invoke.args['person'])).toContain('wangfang');
    await desk.presses('chenjing', view?.surface ?? null, 'assign', { ticket: '4800', person: 'wangfang' });
    expect(await desk.store.tickets.byNumber(4800)).toMatchObject({ assignee: 'wangfang' });
    expect((await desk.card('wangfang', 'd-wangfang', 4800)).card?.kind).toBe('work');
  });
});
