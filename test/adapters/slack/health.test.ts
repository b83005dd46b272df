import { afterEach, describe, expect, test } from 'vitest';
import type { Changes } from '../../../adapters/adapter.ts';
import { readSlackSettings } from '../../../adapters/slack/settings.ts';
import { createSlack, type Slack } from '../../../adapters/slack/slack.ts';
import type { Workspace } from '../../../adapters/slack/workspace.ts';
import { SetupError } from '../../../src/errors.ts';
import { systemIds } from '../../../src/ids.ts';
import { createFiles } from '../../../src/files/disk.ts';
import { createLog } from '../../../src/log.ts';
import type { SlackEmulator } from '../../emulators/slack/emulator.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { memoryFacts, recordingSink } from '../../support/sandbox.ts';
import { aShop } from '../../support/shop.ts';
import { APP_TOKEN, aSlack, CHANNEL, SIGNING_SECRET, TEAM, vault } from '../../support/slack.ts';
import { startSlackApp } from '../../support/slack-app.ts';
import { memorySlackStore } from '../../support/slack-memory.ts';
import { turns } from './turns.ts';

/** Slack at the start, on its good and bad days (1.2: a bad token would kill the process). */

const TOKEN = 'xoxb-0-tea-tests';
const NOBODY: Changes = { joined: () => Promise.resolve(), left: () => Promise.resolve() };

let emulator: SlackEmulator;
let clock: ManualClock;
let slack: Slack;
let workspace: Workspace;
const lines: string[] = [];
const failures: unknown[] = [];
const sink = recordingSink();
afterEach(async () => {
  await slack.close();
  await workspace.stop();
  await emulator.close();
});

async function load(mode: 'http' | 'socket' = 'http'): Promise<void> {
  lines.length = 0;
  failures.length = 0;
  clock = manualClock();
  emulator = await aSlack(clock);
  emulator.connect({ mode: 'socket', appToken: APP_TOKEN });
  slack = createSlack({
    settings: readSlackSettings({
      SLACK_BOT_TOKEN: TOKEN,
      SLACK_API_URL: emulator.apiUrl,
      ...(mode === 'http' ? { SLACK_SIGNING_SECRET: SIGNING_SECRET } : { SLACK_APP_TOKEN: APP_TOKEN }),
    }),
    store: memorySlackStore(),
    files: createFiles({ directory: '/nowhere', facts: memoryFacts(), clock, ids: systemIds }),
    clock,
    ids: systemIds,
    log: createLog({ level: 'debug', readable: false, clock, stream: { write: (line) => void lines.push(line) } }),
    signer: vault,
    publicUrl: () => 'http://127.0.0.1:1',
    locale: 'en',
    onFailure: (error) => failures.push(error),
  });
  const [first] = await slack.load();
  if (first === undefined) throw new Error('no workspace');
  workspace = first;
}
const asked = (method = 'auth.test') => emulator.calls.filter((call) => call.method === method).length;
const send = () =>
  workspace.send(
    { platform: 'slack', app: 'slack', conversation: CHANNEL },
    { type: 'text', text: '好', attachments: [] },
    'k',
  );
const isWell = async (): Promise<void> => {
  await expect.poll(() => workspace.health(), { interval: 2 }).toEqual({ ok: true, detail: 'ok' });
};

describe('a token that Slack refuses', () => {
  test.each(['invalid_auth', 'account_inactive', 'token_revoked'] as const)(
    '%s at the start: one clear line, health says so, nothing is tried again',
    async (code) => {
      await load('socket');
      emulator.revoke(TEAM, code);
      const started = workspace.start(sink);
      await expect(started).rejects.toThrow(SetupError);
      await expect(started).rejects.toThrow(/^Slack refuses the bot's token \((\w+)\): [^\n]+SLACK_BOT_TOKEN$/);
      await expect(started).rejects.toThrow(code);
      await expect(started).rejects.not.toThrow(TOKEN);
      // There is nothing to listen for.
      await slack.open(sink, NOBODY);
      expect(asked('apps.connections.open')).toBe(0);
      clock.advance(24 * 3_600_000);
      await turns(50);
      expect(asked()).toBe(1);
      expect(workspace.health()).toEqual({ ok: false, detail: 'the token was refused' });
      expect(lines).toEqual([]);
    },
  );

  test('at the start of the product: one line, and the other platforms go on', async () => {
    await load();
    emulator.revoke(TEAM, 'token_revoked');
    const app = await startSlackApp({
      slack: emulator,
      clock,
      shop: aShop(),
      mode: 'http',
      env: { SLACK_BOT_TOKEN: TOKEN },
      installations: () => ['slack'],
    });
    try {
      const said = app.warned.filter((line) => line.includes('slack'));
      expect(said).toHaveLength(1);
      expect(said[0]).toContain('token_revoked');
      expect(said[0]).not.toContain(TOKEN);
      const body = JSON.stringify({ conversation: 'c-k1', user: 'k1', text: '收到的杯子碎了,订单 281234567890123' });
      const headers = { 'content-type': 'application/json' };
      expect((await app.request('/sandbox/api/messages', { method: 'POST', body, headers })).status).toBe(202);
    } finally {
      await app.stop();
    }
  });

  test('later: what is sent says so; started anew with a good one it is well', async () => {
    await load();
    await workspace.start(sink);
    emulator.revoke(TEAM, 'account_inactive');
    await expect(send()).rejects.toMatchObject({ failure: 'auth' });
    await workspace.stop();
    await expect(workspace.start(sink)).rejects.toThrow(SetupError);
    await workspace.stop();
    expect(workspace.health()).toEqual({ ok: false, detail: 'not started' });
  });
});

describe('a Slack that is not there at the start', () => {
  test.each<[string, Parameters<SlackEmulator['fails']>[1]]>([
    ['no connection', { cut: true }],
    ['HTTP 503', { status: 503 }],
    ['a page', { status: 200, body: '<html>maintenance</html>' }],
    ['a limit', { retryAfter: 60 }],
    ['internal_error', { error: 'internal_error' }],
    ['an answer of another shape', { status: 200, body: '{"ok":true}' }],
  ])('%s: the start succeeds, and it comes up by itself', async (_, failure) => {
    await load();
    emulator.fails('auth.test', failure, failure);
    await workspace.start(sink);
    expect(workspace.health()).toEqual({ ok: false, detail: 'not reached yet' });
    clock.advance(14_999);
    await turns(50);
    expect(asked()).toBe(1);
    clock.advance(1);
    await expect.poll(() => asked(), { interval: 2 }).toBe(2);
    expect(workspace.health().ok).toBe(false);
    await expect
      .poll(
        () => {
          clock.advance(15_000);
          return workspace.health().ok;
        },
        { interval: 5 },
      )
      .toBe(true);
    expect(asked()).toBe(3);
    expect(workspace.identity()).toMatchObject({ team: TEAM, botUser: `U0BOT${TEAM}` });
    clock.advance(24 * 3_600_000);
    await turns(50);
    expect(asked()).toBe(3);
  });

  test('what is sent meanwhile is tried all the same: it is the call that tells', async () => {
    await load();
    emulator.fails('auth.test', { cut: true });
    await workspace.start(sink);
    await send();
    expect(emulator.messages()).toHaveLength(1);
  });

  test('that then refuses the token says so in its health, and is not asked again', async () => {
    await load();
    emulator.fails('auth.test', { cut: true });
    await workspace.start(sink);
    emulator.revoke(TEAM, 'token_revoked');
    clock.advance(15_000);
    await expect.poll(() => workspace.health().detail, { interval: 2 }).toBe('the token was refused');
    clock.advance(24 * 3_600_000);
    await turns(50);
    expect(asked()).toBe(2);
  });

  test('and a stop: it is not asked any more', async () => {
    await load();
    emulator.fails('auth.test', { cut: true });
    await workspace.start(sink);
    await workspace.stop();
    clock.advance(24 * 3_600_000);
    await turns(50);
    expect(asked()).toBe(1);
    await workspace.start(sink);
    await isWell();
  });
});

test('an event that comes before the bot knows who it is comes again', async () => {
  await load('socket');
  emulator.fails('auth.test', { cut: true });
  await workspace.start(sink);
  await slack.open(sink, NOBODY);
  await emulator.sockets(1);
  const told = emulator.slash('U0LILEI', CHANNEL, '我的');
  await expect.poll(() => failures.length, { interval: 2 }).toBe(1);
  expect(String(failures[0])).toContain('not known yet who the bot is');
  expect(sink.events).toEqual([]);
  emulator.disconnect('silent');
  expect((await told).status).toBe(0);
});
