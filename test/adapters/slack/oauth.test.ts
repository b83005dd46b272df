import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SlackInstallation } from '../../../adapters/slack/store.ts';
import { readSlackSettings } from '../../../adapters/slack/settings.ts';
import { slackStore } from '../../../src/storage/slack.ts';
import { ensureIndexes } from '../../../src/storage/store.ts';
import type { SlackEmulator } from '../../emulators/slack/emulator.ts';
import { openSlack } from '../../emulators/slack/slack.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { aStore } from '../../support/flow.ts';
import { runSlack, SIGNING_SECRET, vault, type RunningSlack } from '../../support/slack.ts';
import { memorySlackStore, type MemorySlackStore } from '../../support/slack-memory.ts';
import { authorization, envelope, message, type Json } from './payloads.ts';
import { turns } from './turns.ts';

/** Many workspaces: installing, removing, and never one with the token of another (1.2, 1.8). */

let emulator: SlackEmulator;
let clock: ManualClock;
let store: MemorySlackStore;
let running: RunningSlack;
const more: RunningSlack[] = [];

const [TEA, CUP, ORG] = ['T0TEA', 'T0CUP', 'E0ORG'];
beforeEach(async () => {
  clock = manualClock();
  emulator = await openSlack(clock);
  for (const [id, user, channel] of [
    [TEA, 'U0LILEI', 'C0TEA'],
    [CUP, 'U0HAN', 'C0CUP'],
  ] as const) {
    emulator.addTeam({ id, name: id, botToken: `xoxb-${id}-token` });
    emulator.addUser(id, { id: user, name: user.toLowerCase() });
    emulator.addChannel(id, { id: channel, name: 'desk', members: [user] });
  }
  store = memorySlackStore();
  running = await runMany();
});
afterEach(async () => {
  for (const other of more.splice(0)) await other.close();
  await running.close();
  await emulator.close();
});

const runMany = (of: MemorySlackStore = store): Promise<RunningSlack> =>
  runSlack({
    emulator,
    clock,
    store: of,
    more: {
      settings: readSlackSettings({
        SLACK_CLIENT_ID: emulator.app.clientId,
        SLACK_CLIENT_SECRET: emulator.app.clientSecret,
        SLACK_SIGNING_SECRET: SIGNING_SECRET,
        SLACK_API_URL: emulator.apiUrl,
      }),
    },
  });

interface Begun {
  /** Where Slack asks whether the app may. */
  readonly authorize: URL;
  readonly cookie: string;
}
async function begin(at = running): Promise<Begun> {
  const response = await fetch(`${at.url}/slack/install`, { redirect: 'manual' });
  expect(response.status).toBe(302);
  const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';');
  return { authorize: new URL(response.headers.get('location') ?? ''), cookie };
}
/** Where Slack leads back to. */
async function agreed(
  { authorize }: Begun,
  team: string,
  more_: Readonly<Record<string, string>> = {},
): Promise<string> {
  for (const [name, value] of Object.entries({ team, ...more_ })) authorize.searchParams.set(name, value);
  const response = await fetch(authorize, { redirect: 'manual' });
  return response.headers.get('location') ?? '';
}
const visit = async (address: string, cookie: string | null) => {
  const response = await fetch(address, { redirect: 'manual', headers: cookie === null ? {} : { cookie } });
  return { status: response.status, page: await response.text() };
};
async function install(team: string, at = running): Promise<void> {
  const begun = await begin(at);
  const { status, page } = await visit(await agreed(begun, team), begun.cookie);
  expect(page).toContain('装好了');
  expect(status).toBe(200);
}
const joined = (id: string, at = running) => {
  const found = at.joined.find(({ app }) => app === id);
  if (found === undefined) throw new Error(`${id} has not joined`);
  return found;
};
const apps = (at = running) => at.sink.events.map(({ app }) => app);
const words = (text: string) => ({ type: 'text', text, attachments: [] }) as const;

describe('installing', () => {
  test('asks for every scope, comes back, is kept and delivered for at once', async () => {
    const begun = await begin();
    expect(begun.authorize.searchParams.get('scope')).toContain('chat:write');
    expect(begun.authorize.searchParams.get('redirect_uri')).toBe(`${running.url}/slack/oauth_redirect`);
    await install(TEA);
    expect(running.joined.map(({ app }) => app)).toEqual([TEA]);
    expect(await store.installations()).toMatchObject([
      {
        id: TEA,
        team: TEA,
        enterprise: null,
        botToken: `xoxb-${TEA}-token`,
        botUser: `U0BOT${TEA}`,
        botId: `B0BOT${TEA}`,
      },
    ]);
    await emulator.slash('U0LILEI', 'C0TEA', '我的');
    expect(apps()).toEqual([TEA]);
    expect(running.lines.join('')).not.toContain('xoxb-');
  });

  test.each<[string, (begun: Begun) => Promise<{ status: number; page: string }>]>([
    [
      'a state of somebody else',
      async (begun) => {
        const back = new URL(await agreed(begun, TEA));
        back.searchParams.set('state', `${back.searchParams.get('state')}x`);
        return visit(back.href, begun.cookie);
      },
    ],
    [
      'no state',
      async (begun) => {
        const back = new URL(await agreed(begun, TEA));
        back.searchParams.delete('state');
        return visit(back.href, begun.cookie);
      },
    ],
    [
      'a state that is ten minutes old',
      async (begun) => {
        clock.advance(10 * 60_000 + 1);
        return visit(await agreed(begun, TEA), begun.cookie);
      },
    ],
    ['another browser, without the cookie', async (begun) => visit(await agreed(begun, TEA), null)],
    [
      'another browser, with a cookie of its own',
      async (begun) => visit(await agreed(begun, TEA), (await begin()).cookie),
    ],
    [
      'a code that was used',
      async (begun) => {
        const back = await agreed(begun, CUP);
        await visit(back, begun.cookie);
        await store.uninstall(CUP);
        return visit(back, begun.cookie);
      },
    ],
    ['a refusal in Slack', async (begun) => visit(await agreed(begun, TEA, { deny: '1' }), begun.cookie)],
    [
      'an app whose secret changed',
      async (begun) => {
        const back = await agreed(begun, TEA);
        emulator.fails('oauth.v2.access', { error: 'bad_client_secret' });
        return visit(back, begun.cookie);
      },
    ],
    [
      'a store that is away',
      async (begun) => {
        const back = await agreed(begun, TEA);
        store.away = true;
        const visited = await visit(back, begun.cookie);
        store.away = false;
        return visited;
      },
    ],
  ])('%s: a page that says it did not work, and nothing is kept', async (_, happens) => {
    const { status, page } = await happens(await begin());
    expect(status).toBe(400);
    expect(page).toContain('没有装上');
    expect(await store.installations()).toEqual([]);
    expect(running.lines.join('')).not.toMatch(/xoxb-|code\.|emulated-client-secret/);
  });

  test('again takes the new token in the place of the old one', async () => {
    await install(TEA);
    const team = emulator.teams.get(TEA);
    emulator.addTeam({ ...team, id: TEA, botToken: 'xoxb-new-token' });
    await install(TEA);
    expect(running.left.map(({ app }) => app)).toEqual([TEA]);
    await running.joined.at(-1)?.send({ platform: 'slack', app: TEA, conversation: 'C0TEA' }, words('好'), 'k');
    expect(emulator.calls.at(-1)).toMatchObject({ method: 'chat.postMessage', token: 'xoxb-new-token', status: 200 });
  });

  test('on a whole organisation is kept under its name; its workspaces are found by it', async () => {
    emulator.addTeam({ id: 'T0ONE', botToken: 'xoxb-org-token', enterprise: { id: ORG, name: '集团' }, orgWide: true });
    emulator.addUser('T0ONE', { id: 'U0ONE', name: 'one' });
    emulator.addChannel('T0ONE', { id: 'C0ONE', name: 'desk', members: ['U0ONE'] });
    await install('T0ONE');
    expect(await store.installations()).toMatchObject([{ id: ORG, team: null, enterprise: ORG }]);
    await emulator.slash('U0ONE', 'C0ONE', '我的');
    await emulator.types('U0ONE', emulator.direct('T0ONE', 'U0ONE'), '我的');
    const event = message({ text: `<@U0BOTT0ONE> 我的` });
    // Without a word of whose installation it is for, the workspace's organisation is.
    await emulator.sends(envelope(event, { team_id: 'T0ONE', enterprise_id: ORG, authorizations: undefined }));
    expect(apps()).toEqual([ORG, ORG, ORG]);
    // A workspace of it that has the app by itself as well: each gets what is for it.
    await install(TEA);
    const whole = authorization({ team_id: null, enterprise_id: ORG, is_enterprise_install: true });
    await emulator.sends(envelope(event, { team_id: TEA, enterprise_id: ORG, authorizations: [whole] }));
    await emulator.sends(envelope({ ...event, text: `<@U0BOT${TEA}> 我的` }, { team_id: TEA }));
    expect(apps().slice(3)).toEqual([ORG, TEA]);
  });
});

describe('removing', () => {
  test('the app: its token is gone from the store, nothing more is sent or taken there', async () => {
    await install(TEA);
    await install(CUP);
    await emulator.uninstalls(TEA);
    expect((await store.installations()).map(({ id }) => id)).toEqual([CUP]);
    expect(running.left.map(({ app }) => app)).toEqual([TEA]);
    expect((await emulator.slash('U0LILEI', 'C0TEA', '我的')).status).toBe(200);
    await emulator.slash('U0HAN', 'C0CUP', '我的');
    expect(apps()).toEqual([CUP]);
    expect(running.failures).toEqual([]);
  });

  test('the grants of people changes nothing (tokens_revoked with oauth alone)', async () => {
    await install(TEA);
    const event = (tokens: Json) => emulator.sends(envelope({ type: 'tokens_revoked', tokens, event_ts: '1.1' }));
    for (const tokens of [{ oauth: ['U1'] }, { oauth: ['U1'], bot: [] }, { oauth: ['U1'], bot: null }, {}])
      await event(tokens);
    expect(await store.installations()).toHaveLength(1);
    await event({ oauth: [], bot: [`U0BOT${TEA}`] });
    expect(await store.installations()).toEqual([]);
  });

  test('of a workspace that never had it is nothing', async () => {
    await install(TEA);
    const gone = envelope(
      { type: 'app_uninstalled' },
      { team_id: 'T0NEVER', authorizations: [authorization({ team_id: 'T0NEVER' })] },
    );
    expect((await emulator.sends(gone)).status).toBe(200);
    expect(await store.installations()).toHaveLength(1);
  });

  test('with the store away is not acknowledged: it comes again', async () => {
    await install(TEA);
    store.away = true;
    expect((await emulator.sends(envelope({ type: 'app_uninstalled' }))).status).toBe(500);
    store.away = false;
    expect((await emulator.repeats('Ev07RECORDED', { num: 1, reason: 'http_error' })).status).toBe(200);
    expect(await store.installations()).toEqual([]);
  });
});

describe('several processes', () => {
  test('what one installs the others take from its first event on, and have after a look', async () => {
    const other = await runMany();
    more.push(other);
    await install(TEA);
    expect(other.joined).toEqual([]);
    emulator.connect({ mode: 'http', url: `${other.url}/slack/events`, signingSecret: SIGNING_SECRET });
    await emulator.slash('U0LILEI', 'C0TEA', '我的');
    expect(apps(other)).toEqual([TEA]);
    await install(CUP);
    clock.advance(5_000);
    await expect.poll(() => other.joined.map(({ app }) => app), { interval: 2 }).toEqual([TEA, CUP]);
    await emulator.uninstalls(CUP);
    await turns(5);
    clock.advance(5_000);
    await expect.poll(() => running.left.map(({ app }) => app), { interval: 2 }).toEqual([CUP]);
  });

  test('a look that fails is taken again, and misses nothing', async () => {
    const other = await runMany();
    more.push(other);
    await install(TEA);
    store.away = true;
    clock.advance(5_000);
    await turns(10);
    store.away = false;
    clock.advance(5_000);
    await expect.poll(() => other.joined.map(({ app }) => app), { interval: 2 }).toEqual([TEA]);
  });

  test('events of a workspace are not acknowledged while nobody can say whether it is ours', async () => {
    store.away = true;
    expect((await emulator.slash('U0LILEI', 'C0TEA', '我的')).status).toBe(500);
    expect(running.failures).toEqual([]);
    store.away = false;
    expect((await emulator.slash('U0LILEI', 'C0TEA', '我的')).status).toBe(200);
    expect(apps()).toEqual([]);
  });
});

test('after a restart every workspace is there', async () => {
  await install(TEA);
  await install(CUP);
  const later = await runMany();
  more.push(later);
  expect((await later.slack.load()).map(({ app }) => app)).toEqual([TEA, CUP]);
});

test('two workspaces in turn: every call bears the token of its own (1.2: shared headers)', async () => {
  await install(TEA);
  await install(CUP);
  const before = emulator.calls.length;
  const places = [
    { app: TEA, user: 'U0LILEI', channel: 'C0TEA' },
    { app: CUP, user: 'U0HAN', channel: 'C0CUP' },
  ] as const;
  for (let i = 0; i < 3; i += 1)
    await Promise.all(
      places.map(async ({ app, user, channel }) => {
        const workspace = joined(app);
        const to = { platform: 'slack', app, conversation: channel };
        await emulator.slash(user, channel, `我的 ${i}`);
        const ref = await workspace.send(to, words(`${i}`), `k${i}`);
        await workspace.update(to, ref, words(`${i}!`), `k${i}`);
        await workspace.send({ ...to, conversation: user }, words(`${i}`), `d${i}`);
        await emulator.opensHome(user);
        clock.advance(11 * 60_000);
      }),
    );
  const made = emulator.calls.slice(before);
  expect(made.length).toBeGreaterThan(20);
  const ofCup = (args: Json): boolean => {
    const said = JSON.stringify(args);
    const direct = emulator.direct(CUP, 'U0HAN');
    return ['C0CUP', 'U0HAN', direct].some((id) => said.includes(`"${id}"`));
  };
  for (const { token, args, method, answer } of made) {
    expect(token, method).toBe(ofCup(args) ? `xoxb-${CUP}-token` : `xoxb-${TEA}-token`);
    expect(answer, method).toMatchObject({ ok: true });
  }
});

test('the store keeps no token that can be read, and gives it back whole', async () => {
  const own = await aStore();
  try {
    const kept = slackStore(own.store.connection, vault);
    await ensureIndexes(kept.models);
    const later = await runMany(Object.assign({ away: false }, kept));
    more.push(later);
    await install(TEA, later);
    const { db } = own.store.connection;
    const documents = JSON.stringify(await db?.collection('slack_installations').find().toArray());
    expect(documents).toContain(TEA);
    expect(documents).not.toContain('xoxb');
    expect(documents).not.toContain('-token');
    expect(await kept.installations()).toMatchObject([
      { id: TEA, botToken: `xoxb-${TEA}-token` },
    ] satisfies Partial<SlackInstallation>[]);
    const version = await kept.version();
    expect([await kept.uninstall(TEA), await kept.uninstall(TEA)]).toEqual([true, false]);
    expect(await kept.version()).toBe(version + 1);
    await kept.share('k', 'F1', clock.now());
    await kept.share('k', 'F2', clock.now());
    expect(await kept.shared('k')).toBe('F1');
  } finally {
    for (const other of more.splice(0)) await other.close();
    await own.close();
  }
});
