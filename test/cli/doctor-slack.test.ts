import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { slackSettings } from '../../adapters/slack/settings.ts';
import { startApp, type App } from '../../src/app.ts';
import { doctor } from '../../src/cli/doctor.ts';
import { doctorSlack } from '../../src/cli/doctor-slack.ts';
import {
  judgeCallback,
  judgeChannels,
  judgeSeen,
  judgeSlackClock,
  judgeSocket,
  judgeTokens,
} from '../../src/cli/doctor/slack-findings.ts';
import { SCOPES } from '../../adapters/slack/manifest.ts';
import { systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { SetupError } from '../../src/errors.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import { operator } from '../../src/text/operator.ts';
import { say } from '../../src/text/text.ts';
import type { SlackEmulator } from '../emulators/slack/emulator.ts';
import { openSlack } from '../emulators/slack/slack.ts';
import { told, ungrouped } from '../support/findings.ts';
import { sparePort } from '../support/spare-port.ts';
import { runVerb } from '../support/terminal.ts';

const now = new Date('2026-11-11T06:30:00Z');
const ago = (ms: number): Date => new Date(now.getTime() - ms);
const MINUTE = 60_000;

describe('of what Slack says it finds what is wrong', () => {
  const single = { oauth: false, publicUrl: null };
  const fine = { kind: 'ok', workspace: 'Tea', bot: 'gongdan', scopes: [...SCOPES], aheadMs: 0 } as const;

  it('tokens that are accepted, refused, or cannot be tried; no workspace at all', () => {
    const of = (answer: Parameters<typeof judgeTokens>[0][number]['answer']) =>
      told(judgeTokens([{ workspace: null, answer }], single));
    expect(of(fine)).toEqual(['ok token_ok', 'ok scopes_ok']);
    expect(of({ kind: 'refused', code: 'token_revoked' })).toEqual(['problem token_refused']);
    expect(of({ kind: 'unreachable' })).toEqual(['problem unreachable']);
    expect(told(judgeTokens([], { oauth: true, publicUrl: null }))).toEqual(['warning none_installed']);
  });

  it('each missing scope by its name and with what does not work without it', () => {
    const scopes = SCOPES.filter((scope) => scope !== 'files:read' && scope !== 'chat:write');
    const findings = judgeTokens([{ workspace: null, answer: { ...fine, scopes } }], single);
    expect(told(findings)).toEqual(['ok token_ok', 'problem scope', 'problem scope']);
    const said = findings.map(({ found }) => say(found, operator('en')));
    expect(said[1]).toBe('Tea has not granted chat:write: nothing can be posted and no card is redrawn');
    expect(said[2]).toContain('files:read');
    expect(told(judgeTokens([{ workspace: null, answer: { ...fine, scopes: null } }], single))).toEqual([
      'ok token_ok',
    ]);
  });

  it('channels that are archived, without the bot, unknown, or of a workspace that is not connected', () => {
    const well = { kind: 'ok', name: 'aftersales', isArchived: false, isMember: true } as const;
    const of = (answer: Parameters<typeof judgeChannels>[0][number]['answer']) =>
      told(judgeChannels([{ channel: 'C1', team: 'After-sales', answer }]));
    expect(of(well)).toEqual(['ok channel_ok']);
    expect(of({ ...well, isArchived: true, isMember: false })).toEqual(['problem channel_archived']);
    expect(of({ ...well, isMember: false })).toEqual(['problem channel_outside']);
    expect(of({ kind: 'unknown' })).toEqual(['problem channel_unknown']);
    expect(of({ kind: 'unasked', code: 'missing_scope' })).toEqual(['warning channel_unasked']);
    expect(of('slack/T9')).toEqual(['problem channel_foreign']);
    expect(told(judgeChannels([]))).toEqual(['warning channels_none']);
  });

  it('an entrance that is closed', () => {
    expect(told(judgeSocket({ kind: 'ok' }))).toEqual(['ok socket_ok']);
    expect(told(judgeSocket({ kind: 'refused', code: 'invalid_auth' }))).toEqual(['problem socket_refused']);
    expect(told(judgeSocket({ kind: 'unreachable' }))).toEqual(['problem unreachable']);
    const url = 'https://desk.example.com/slack/events';
    expect(told(judgeCallback(url, { kind: 'ours' }))).toEqual(['ok callback_ok']);
    expect(told(judgeCallback(url, { kind: 'nobody' }))).toEqual(['problem callback_nobody']);
    expect(told(judgeCallback(url, { kind: 'refused' }))).toEqual(['problem callback_refused']);
    expect(told(judgeCallback(url, { kind: 'other', status: 404 }))).toEqual(['problem callback_other']);
    expect(told(judgeCallback(null, null))).toEqual(['problem callback_unset']);
  });

  it('requests that never come, or come with a wrong signature since the last right one', () => {
    expect(told(judgeSeen({ verifiedAt: null, refusedAt: null }, now))).toEqual(['warning seen_none']);
    expect(told(judgeSeen({ verifiedAt: ago(MINUTE), refusedAt: ago(2 * MINUTE) }, now))).toEqual(['ok seen_ok']);
    expect(told(judgeSeen({ verifiedAt: ago(2 * MINUTE), refusedAt: ago(MINUTE) }, now))).toEqual([
      'problem seen_refused',
    ]);
    expect(told(judgeSeen({ verifiedAt: null, refusedAt: ago(MINUTE) }, now))).toEqual(['problem seen_refused']);
  });

  it('a clock that is off, before signatures are refused', () => {
    expect(told(judgeSlackClock([]))).toEqual([]);
    expect(told(judgeSlackClock([59_000, -2_000]))).toEqual(['ok clock_ok']);
    expect(told(judgeSlackClock([1_000, -61_000]))).toEqual(['warning clock_apart']);
    expect(told(judgeSlackClock([241_000]))).toEqual(['problem clock_apart']);
  });
});

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const SHOP = `shops:
  main: { name: Tea }
teams:
  service: { name: Service, groups: { slack: [C0OPEN, C0OUT, C0GONE, C0OLD] } }
  other: { name: Other, groups: { slack/T9: C0X } }
people:
  ana: { name: Ana, roles: [admin], teams: [service], accounts: { slack: { user: U0ANA, direct: D0ANA } } }
`;

describe('doctor slack, beside a bot that runs', () => {
  let directory: string;
  let emulator: SlackEmulator;
  let port: number;
  let app: App;
  const settings = (): Record<string, string> => ({
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    GONGDAN_DATA: directory,
    GONGDAN_CONFIG: join(directory, 'gongdan.yaml'),
    GONGDAN_LANG: 'en',
    LOG_LEVEL: 'silent',
    SLACK_BOT_TOKEN: 'xoxb-0-tea-tests',
    SLACK_SIGNING_SECRET: SECRET,
    SLACK_API_URL: emulator.apiUrl,
  });
  const configOf = (env: Record<string, string>) =>
    readConfig({ env, cwd: directory, ids: systemIds, platforms: [slackSettings] });
  const listening = (server: Server): Promise<number> =>
    new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        resolve((server.address() as AddressInfo).port);
      });
    });
  const closed = (server: Server): Promise<unknown> => new Promise((resolve) => server.close(resolve));

  /** What a verb finds about Slack, and its exit code. */
  async function examined(change: Record<string, string> = {}, verb = doctorSlack, clock = systemClock) {
    const { SLACK_SIGNING_SECRET: _none, ...rest } = settings();
    const base = change['SLACK_APP_TOKEN'] === undefined ? settings() : rest;
    const printed = await runVerb(verb, configOf({ ...base, ...change }), ['--json'], { clock });
    const code = process.exitCode ?? 0;
    process.exitCode = 0;
    const parsed = printed
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { check: string; level: string; key: string; found: string })
      .filter(({ check }) => check === 'slack');
    return { code, keys: parsed.map((f) => `${f.level} ${ungrouped(f.key)}`), parsed };
  }

  let before: typeof process.exitCode;
  beforeAll(async () => {
    before = process.exitCode;
    directory = await mkdtemp(join(tmpdir(), 'doctor-slack-'));
    await writeFile(join(directory, 'gongdan.yaml'), SHOP);
    emulator = await openSlack(systemClock);
    emulator.addTeam({ id: 'T0TEA', name: 'Tea House', botToken: 'xoxb-0-tea-tests' });
    emulator.addUser('T0TEA', { id: 'U0ANA', name: 'ana' });
    emulator.addChannel('T0TEA', { id: 'C0OPEN', name: 'aftersales', members: ['U0ANA'] });
    emulator.addChannel('T0TEA', { id: 'C0OUT', name: 'outside', members: ['U0ANA'], bot: false });
    emulator.addChannel('T0TEA', { id: 'C0OLD', name: 'old', members: ['U0ANA'], isArchived: true });
    port = await sparePort();
    const log = createLog({ level: 'silent', readable: false, clock: systemClock });
    app = await startApp({ config: configOf(settings()), clock: systemClock, ids: systemIds, log, fsync: false });
    emulator.connect({ mode: 'http', url: `http://127.0.0.1:${port}/slack/events`, signingSecret: SECRET });
  });
  afterAll(async () => {
    process.exitCode = before;
    await app.stop();
    await emulator.close();
    await rm(directory, { recursive: true, force: true });
  });
  let others: Server[] = [];
  beforeEach(() => {
    others = [];
  });
  afterEach(() => Promise.all(others.map(closed)));

  it('finds channels, and that nothing has come from Slack yet; its own question does not count as that', async () => {
    for (let twice = 0; twice < 2; twice += 1) {
      const { keys, code, parsed } = await examined();
      expect(keys).toEqual([
        'ok mode',
        'ok token_ok',
        'ok scopes_ok',
        'ok clock_ok',
        'warning seen_none',
        'ok callback_ok',
        'ok channel_ok',
        'problem channel_outside',
        'problem channel_unknown',
        'problem channel_archived',
        'problem channel_foreign',
      ]);
      expect(code).toBe(1);
      expect(parsed[1]?.found).toBe('the workspace Tea House accepts the token; the bot is called gongdan');
    }
  });

  it('is short within doctor', async () => {
    const { keys } = await examined({}, doctor);
    expect(keys).toEqual(['ok mode', 'ok token_ok', 'ok scopes_ok', 'ok clock_ok', 'warning seen_none']);
  });

  it('sees when Slack came, and wrong signatures since', async () => {
    expect((await emulator.types('U0ANA', 'C0OPEN', 'hello')).status).toBe(200);
    expect((await examined()).keys).toContain('ok seen_ok');
    expect((await emulator.sends({ type: 'event_callback' }, { signature: `v0=${'0'.repeat(64)}` })).status).toBe(401);
    expect((await examined()).keys).toContain('problem seen_refused');
  });

  it('finds another signing secret, another program, and nobody', async () => {
    const callback = async (change: Record<string, string>) =>
      (await examined(change)).keys.filter((key) => key.includes('callback'));
    expect(await callback({ SLACK_SIGNING_SECRET: 'another-secret' })).toEqual(['problem callback_refused']);
    const other = createServer((_request, response) => response.end('hello'));
    others.push(other);
    expect(await callback({ PUBLIC_URL: `http://127.0.0.1:${await listening(other)}` })).toEqual([
      'problem callback_other',
    ]);
    expect(await callback({ PUBLIC_URL: 'http://127.0.0.1:1' })).toEqual(['problem callback_nobody']);
    expect(await callback({ PUBLIC_URL: '' })).toEqual(['problem callback_unset']);
  });

  it('tries the app-level token over Socket Mode', async () => {
    const http = { mode: 'http', url: `http://127.0.0.1:${port}/slack/events`, signingSecret: SECRET } as const;
    emulator.connect({ mode: 'socket', appToken: 'xapp-1-A0-tests-token' });
    const { keys } = await examined({ SLACK_APP_TOKEN: 'xapp-1-A0-tests-token' });
    emulator.connect(http);
    expect(keys).toContain('ok socket_ok');
    expect(keys.join()).not.toMatch(/callback|seen/);
    emulator.fails('apps.connections.open', { error: 'invalid_auth' });
    expect((await examined({ SLACK_APP_TOKEN: 'xapp-1-A0-tests-token' })).keys).toContain('problem socket_refused');
  });

  it('measures the clock against Slack’s', async () => {
    const off = (ms: number) => ({ ...systemClock, now: () => new Date(systemClock.now().getTime() + ms) });
    expect((await examined({}, doctor, off(90_000))).keys).toContain('warning clock_apart');
    const { keys, parsed } = await examined({}, doctor, off(-280_000));
    expect(keys).toContain('problem clock_apart');
    expect(parsed.find(({ key }) => key.endsWith('clock_apart'))?.found).toContain('behind');
  });

  it('tells a token that is refused from a Slack that is away, and shows no token', async () => {
    emulator.fails('auth.test', { error: 'token_revoked' });
    const refused = await examined();
    expect(refused.keys).toContain('problem token_refused');
    emulator.fails('auth.test', { status: 503, body: '<html>' });
    expect((await examined()).keys).toContain('problem unreachable');
    expect(JSON.stringify(refused.parsed)).not.toMatch(/xoxb-0|8f742231/);
  });

  it('asks workspaces to install it where none has', async () => {
    const { SLACK_BOT_TOKEN: _token, ...rest } = settings();
    const config = configOf({ ...rest, SLACK_CLIENT_ID: '1.2', SLACK_CLIENT_SECRET: 'client-secret' });
    const printed = await runVerb(doctorSlack, config, [], { clock: systemClock });
    process.exitCode = 0;
    expect(printed).toContain('no workspace has installed the app yet');
    expect(printed).toContain(`open http://127.0.0.1:${port}/slack/install`);
  });

  it('says where to begin when Slack is not configured', async () => {
    const config = readConfig({
      env: { GONGDAN_LANG: 'en', GONGDAN_DATA: directory },
      cwd: directory,
      ids: systemIds,
      platforms: [slackSettings],
    });
    await expect(runVerb(doctorSlack, config)).rejects.toThrow(SetupError);
  });
});
