import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SlackEmulator } from '../../emulators/slack/emulator.ts';
import { openSlack } from '../../emulators/slack/slack.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { noComplaints, type PlatformApp } from '../../support/platform-app.ts';
import { startSlackApp } from '../../support/slack-app.ts';

const TEAMS = { tea: 'T0TEA', silk: 'T0SILK', jade: 'T0JADE' } as const;
const CHANNELS = { tea: 'C0TEA', silk: 'C0SILK', jade: 'C0JADE' } as const;
const USERS = { tea: 'U0LILEI', silk: 'U0SUNWEI', jade: 'U0GAOFEI' } as const;
const SHOP = `
shops:
  qingtian: { name: 晴天家居, apps: [sandbox] }
teams:
  aftersale: { name: 售后, groups: { slack/T0TEA: C0TEA } }
  logistics: { name: 物流, categories: [logistics], groups: { slack/T0SILK: C0SILK } }
people:
  lilei: { name: 李雷, roles: [agent], teams: [aftersale], accounts: { slack/T0TEA: U0LILEI } }
  sunwei: { name: 孙伟, roles: [lead, agent], teams: [logistics], accounts: { slack/T0SILK: U0SUNWEI } }
  gaofei: { name: 高飞, roles: [admin], accounts: { slack/T0JADE: U0GAOFEI } }
sandbox:
  customers:
    k1: { name: 顾客1 }
    k2: { name: 顾客2 }
    k3: { name: 顾客3 }
    k4: { name: 顾客4 }
    k5: { name: 顾客5 }
`;

let clock: ManualClock;
let slack: SlackEmulator;
let running: PlatformApp;
beforeAll(async () => {
  clock = manualClock();
  slack = await openSlack(clock);
  for (const name of Object.keys(TEAMS) as (keyof typeof TEAMS)[]) {
    const user = USERS[name];
    slack.addTeam({ id: TEAMS[name], name, botToken: `xoxb-0-${name}` });
    slack.addUser(TEAMS[name], { id: user, name: user.slice(2).toLowerCase() });
    slack.addChannel(TEAMS[name], { id: CHANNELS[name], name, members: [user], bot: name !== 'jade' });
  }
  running = await startSlackApp({
    slack,
    clock,
    mode: 'http',
    shop: SHOP,
    env: { SLACK_CLIENT_ID: slack.app.clientId, SLACK_CLIENT_SECRET: slack.app.clientSecret },
    installations: () => Object.values(TEAMS),
  });
});
afterAll(async () => {
  await running.stop();
  await slack.close();
  noComplaints(slack.findings, running.warned);
});

/** Somebody installs the app with a browser, and somebody else, without its cookie, tries to go on with it: what each step answered. */
async function installs(team: keyof typeof TEAMS) {
  const start = await fetch(`${running.url}/slack/install`, { redirect: 'manual' });
  const cookie = (start.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const asked = new URL(start.headers.get('location') ?? '');
  asked.searchParams.set('team', TEAMS[team]);
  const agreed = await fetch(asked, { redirect: 'manual' });
  const back = agreed.headers.get('location') ?? '';
  const forged = await fetch(back);
  const warned = running.warned.splice(0).length;
  const done = await fetch(back, { headers: { cookie } });
  await running.settles();
  const leads = [asked.origin === slack.url, back.startsWith(`${running.url}/slack/oauth_redirect?`)];
  return { start: start.status, leads, forged: forged.status, warned, done: done.status };
}
const INSTALLED = { start: 302, leads: [true, true], forged: 400, warned: 1, done: 200 };

const posts = (path: string, body: object): Promise<Response> =>
  running.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const writes = async (customer: string, text: string): Promise<void> => {
  const { status } = await posts('/sandbox/api/messages', { conversation: `c-${customer}`, user: customer, text });
  if (status !== 202) throw new Error(`a customer message was refused: ${status}`);
  await running.settles();
};
const titles = (channel: string): string[] =>
  slack
    .messages()
    .filter((m) => m.channel === channel && m.text.startsWith('T-'))
    .map((m) => m.text);
/** Which workspaces each token was used for, by the channels of its calls. */
function used(): Record<string, string[]> {
  const names = Object.keys(TEAMS) as (keyof typeof TEAMS)[];
  const whose = new Map(
    names.flatMap((name) => [
      [CHANNELS[name], name],
      [slack.direct(TEAMS[name], USERS[name]), name],
      [USERS[name], name],
    ]),
  );
  const found: Record<string, string[]> = {};
  for (const { token, args } of slack.calls) {
    const { channel, users, user } = args;
    const to = [channel, users, user].find((id): id is string => typeof id === 'string');
    if (to === undefined) continue;
    found[token] = [...new Set([...(found[token] ?? []), whose.get(to) ?? to])];
  }
  return found;
}

it('two workspaces install the app: each has its team’s tickets, by its own token', async () => {
  expect(await installs('tea')).toEqual(INSTALLED);
  expect(await installs('silk')).toEqual(INSTALLED);
  await writes('k1', '收到的杯子碎了');
  await writes('k2', '快递三天没更新了');
  expect(titles(CHANNELS.tea)).toEqual([expect.stringContaining('收到的杯子碎了')]);
  expect(titles(CHANNELS.silk)).toEqual([expect.stringContaining('快递三天没更新了')]);
  await slack.types(USERS.tea, slack.direct(TEAMS.tea, USERS.tea), '认领 4800');
  await slack.types(USERS.silk, slack.direct(TEAMS.silk, USERS.silk), '认领 4801');
  await running.settles();
  expect((await running.app.store.tickets.byNumber(4800))?.assignee).toBe('lilei');
  expect((await running.app.store.tickets.byNumber(4801))?.assignee).toBe('sunwei');
  // Nobody is somebody else's colleague by their id alone.
  await slack.types(USERS.silk, slack.direct(TEAMS.silk, USERS.silk), '查看 4800');
  await running.settles();
  expect(slack.messages().at(-1)?.text).toContain('没有 T-4800');
  expect(used()).toEqual({ 'xoxb-0-tea': ['tea'], 'xoxb-0-silk': ['silk'] });
});

it('a third installs it while it runs, and a group there is linked in chat', async () => {
  await slack.types(USERS.jade, slack.direct(TEAMS.jade, USERS.jade), '帮助');
  await running.settles();
  // Not installed: nothing of it is ours.
  expect(slack.messages().filter((m) => m.botId !== null && m.user === slack.teams.get(TEAMS.jade)?.botUser)).toEqual(
    [],
  );
  expect(await installs('jade')).toEqual(INSTALLED);
  await slack.invitesBot(USERS.jade, CHANNELS.jade);
  await running.settles();
  const hello = slack.reads(CHANNELS.jade, USERS.jade).at(-1);
  expect(hello?.text).toContain('这个群接收哪个组的工单');
  await slack.presses(USERS.jade, { channel: CHANNELS.jade, ts: hello?.ts ?? '' }, 'do.0');
  await running.settles();
  await writes('k3', '盘子碎了');
  expect(titles(CHANNELS.jade)).toEqual([expect.stringContaining('盘子碎了')]);
  expect(titles(CHANNELS.tea).at(-1)).toContain('盘子碎了');
  expect(used()).toEqual({ 'xoxb-0-tea': ['tea'], 'xoxb-0-silk': ['silk'], 'xoxb-0-jade': ['jade'] });
});

it('one takes the app away, and the others go on', async () => {
  await slack.uninstalls(TEAMS.tea);
  await running.settles();
  const before = slack.calls.filter((c) => c.token === 'xoxb-0-tea').length;
  await writes('k4', '碟子碎了');
  await writes('k5', '快递丢了');
  clock.advance(60_000);
  await running.settles();
  expect(titles(CHANNELS.jade).at(-1)).toContain('碟子碎了');
  expect(titles(CHANNELS.silk).at(-1)).toContain('快递丢了');
  expect(slack.calls.filter((c) => c.token === 'xoxb-0-tea')).toHaveLength(before);
  expect(titles(CHANNELS.tea).join()).not.toContain('碟子碎了');
  expect(await running.app.store.outbox.countDead()).toBe(0);
});

it('and may install it again: what is new appears there once more', async () => {
  expect(await installs('tea')).toEqual(INSTALLED);
  await slack.types(USERS.tea, slack.direct(TEAMS.tea, USERS.tea), '列表');
  await running.settles();
  expect(slack.messages().at(-1)?.text).toContain('售后');
});
