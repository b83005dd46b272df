import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SlackEmulator } from '../../emulators/slack/emulator.ts';
import { openSlack } from '../../emulators/slack/slack.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { startSlackApp, type SlackApp } from '../../support/slack-app.ts';

const TEAMS = { tea: 'T0TEA', silk: 'T0SILK', jade: 'T0JADE' } as const;
const CHANNELS = { tea: 'C0TEA', silk: 'C0SILK', jade: 'C0JADE' } as const;
const HELD = /^(?:C0|U0|D)/u;
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
let running: SlackApp;
beforeAll(async () => {
  clock = manualClock();
  slack = await openSlack(clock);
  const addTeam = (name: keyof typeof TEAMS, user: string): void => {
    slack.addTeam({ id: TEAMS[name], name, botToken: `xoxb-0-${name}` });
    slack.addUser(TEAMS[name], { id: user, name: user.slice(2).toLowerCase() });
    slack.addChannel(TEAMS[name], { id: CHANNELS[name], name, members: [user], bot: name !== 'jade' });
  };
  addTeam('tea', 'U0LILEI');
  addTeam('silk', 'U0SUNWEI');
  addTeam('jade', 'U0GAOFEI');
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
  expect(slack.findings).toEqual([]);
  expect(running.warned).toEqual([]);
});

/** Somebody installs the app with a browser; what they read in the end. */
async function installs(team: keyof typeof TEAMS): Promise<string> {
  const start = await fetch(`${running.url}/slack/install`, { redirect: 'manual' });
  expect(start.status).toBe(302);
  const cookie = (start.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const asked = new URL(start.headers.get('location') ?? '');
  expect(asked.origin).toBe(slack.url);
  asked.searchParams.set('team', TEAMS[team]);
  const agreed = await fetch(asked, { redirect: 'manual' });
  const back = agreed.headers.get('location') ?? '';
  expect(back.startsWith(`${running.url}/slack/oauth_redirect?`)).toBe(true);
  // Without the cookie it is somebody else's browser.
  expect((await fetch(back)).status).toBe(400);
  expect(running.warned.splice(0)).toEqual([expect.stringContaining('an installation in Slack failed')]);
  const done = await fetch(back, { headers: { cookie } });
  await running.settles();
  return `${done.status} ${await done.text()}`;
}

const writes = async (customer: string, text: string): Promise<void> => {
  const body = JSON.stringify({ conversation: `c-${customer}`, user: customer, text });
  const headers = { 'content-type': 'application/json' };
  expect((await running.request('/sandbox/api/messages', { method: 'POST', headers, body })).status).toBe(202);
  await running.settles();
};
const titles = (channel: string): string[] =>
  slack
    .messages()
    .filter((m) => m.channel === channel && m.text.startsWith('T-'))
    .map((m) => m.text);
/** Which workspaces each token was used for, by the channels of its calls. */
const used = (): Record<string, string[]> => {
  const calls = slack.calls.filter((c) => HELD.test(String(c.args['channel'] ?? '')));
  const whose = (channel: string): string =>
    Object.entries(CHANNELS).find(([, id]) => id === channel)?.[0] ??
    (['tea', 'silk', 'jade'] as const).find((name) =>
      ['U0LILEI', 'U0SUNWEI', 'U0GAOFEI'].some((user) => {
        try {
          return slack.direct(TEAMS[name], user) === channel;
        } catch {
          return false;
        }
      }),
    ) ??
    channel;
  const pairs = calls.map((c) => [c.token, whose(String(c.args['channel']))] as const);
  return Object.fromEntries(
    [...new Set(pairs.map(([token]) => token))].map((token) => [
      token,
      [...new Set(pairs.filter(([t]) => t === token).map(([, name]) => name))],
    ]),
  );
};

it('two workspaces install the app: each has its team’s tickets, by its own token', async () => {
  expect(await installs('tea')).toMatch(/^200 /u);
  expect(await installs('silk')).toMatch(/^200 /u);
  await writes('k1', '收到的杯子碎了');
  await writes('k2', '快递三天没更新了');
  expect(titles(CHANNELS.tea)).toEqual([expect.stringContaining('收到的杯子碎了')]);
  expect(titles(CHANNELS.silk)).toEqual([expect.stringContaining('快递三天没更新了')]);
  await slack.types('U0LILEI', slack.direct(TEAMS.tea, 'U0LILEI'), '认领 4800');
  await slack.types('U0SUNWEI', slack.direct(TEAMS.silk, 'U0SUNWEI'), '认领 4801');
  await running.settles();
  expect((await running.app.store.tickets.byNumber(4800))?.assignee).toBe('lilei');
  expect((await running.app.store.tickets.byNumber(4801))?.assignee).toBe('sunwei');
  // Nobody is somebody else's colleague by their id alone.
  await slack.types('U0SUNWEI', slack.direct(TEAMS.silk, 'U0SUNWEI'), '查看 4800');
  await running.settles();
  expect(slack.messages().at(-1)?.text).toContain('没有 T-4800');
  expect(used()).toEqual({ 'xoxb-0-tea': ['tea'], 'xoxb-0-silk': ['silk'] });
});

it('a third installs it while it runs, and a group there is linked in chat', async () => {
  await slack.types('U0GAOFEI', slack.direct(TEAMS.jade, 'U0GAOFEI'), '帮助');
  await running.settles();
  // Not installed: nothing of it is ours.
  expect(slack.messages().filter((m) => m.botId !== null && m.user === slack.teams.get(TEAMS.jade)?.botUser)).toEqual(
    [],
  );
  expect(await installs('jade')).toMatch(/^200 /u);
  await slack.invitesBot('U0GAOFEI', CHANNELS.jade);
  await running.settles();
  const hello = slack.reads(CHANNELS.jade, 'U0GAOFEI').at(-1);
  expect(hello?.text).toContain('这个群接收哪个组的工单');
  await slack.presses('U0GAOFEI', { channel: CHANNELS.jade, ts: hello?.ts ?? '' }, 'do.0');
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
  expect(await installs('tea')).toMatch(/^200 /u);
  await slack.types('U0LILEI', slack.direct(TEAMS.tea, 'U0LILEI'), '列表');
  await running.settles();
  expect(slack.messages().at(-1)?.text).toContain('售后');
});
