import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { platformSettings } from '../../adapters/registry.ts';
import { CALLBACK_PATH } from '../../adapters/wecom/routes.ts';
import { startApp, type App } from '../../src/app.ts';
import { doctor } from '../../src/cli/doctor.ts';
import { doctorWeCom } from '../../src/cli/doctor-wecom.ts';
import {
  judgeAddress,
  judgeApp,
  judgeBot,
  judgeBotHeard,
  judgeCallback,
  judgeCredentials,
  judgeDomain,
  judgeHeard,
  judgeMembers,
  judgePlaces,
} from '../../src/cli/doctor/wecom-findings.ts';
import { systemClock } from '../../src/clock.ts';
import { readConfig, type Config } from '../../src/config.ts';
import { SetupError } from '../../src/errors.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import type { WeComEmulator } from '../emulators/wecom/emulator.ts';
import { startWeCom } from '../emulators/wecom/wecom.ts';
import { told, ungrouped } from '../support/findings.ts';
import { sparePort } from '../support/spare-port.ts';
import { runVerb } from '../support/terminal.ts';
import { envOf, PUSH_KEY } from '../support/wecom.ts';

const MINUTE = 60_000;
const now = new Date('2026-11-11T06:30:00Z');
const ago = (ms: number): Date => new Date(now.getTime() - ms);

describe('of what WeCom says it finds what is wrong', () => {
  it('credentials that are refused, an address that is not allowed, nobody there', () => {
    const refused = (code: string) => told(judgeCredentials({ kind: 'refused', code }));
    expect(told(judgeCredentials({ kind: 'ok', aheadMs: null }))).toEqual(['ok credentials_ok']);
    expect(refused('40001')).toEqual(['problem credentials_refused']);
    expect(refused('40013')).toEqual(['problem corp_refused']);
    expect(refused('60020')).toEqual(['problem address_refused']);
    expect(told(judgeCredentials({ kind: 'unreachable', code: null }))).toEqual(['problem unreachable']);
  });

  it('a clock that is off, before callbacks are refused at ten minutes', () => {
    const of = (aheadMs: number) => told(judgeCredentials({ kind: 'ok', aheadMs }));
    expect(of(-59_000)).toEqual(['ok credentials_ok', 'ok clock_ok']);
    expect(of(61_000)).toEqual(['ok credentials_ok', 'warning clock_apart']);
    expect(of(-10 * MINUTE)).toEqual(['ok credentials_ok', 'problem clock_apart']);
  });

  it('an app that is off, of another secret, seen by nobody', () => {
    const of = (answer: Parameters<typeof judgeApp>[0]) => told([judgeApp(answer)]);
    expect(of({ kind: 'ok', name: '工单', range: 1, domain: '' })).toEqual(['ok app_ok']);
    expect(of({ kind: 'ok', name: '工单', range: 0, domain: '' })).toEqual(['problem app_unseen']);
    expect(of({ kind: 'disabled' })).toEqual(['problem app_disabled']);
    expect(of({ kind: 'foreign' })).toEqual(['problem app_foreign']);
    expect(of({ kind: 'refused' })).toEqual(['problem address_refused']);
    expect(of({ kind: 'unasked', code: '45033' })).toEqual(['warning app_unasked']);
  });

  it('an entrance that is closed, plain, or this machine’s alone', () => {
    const at = (answer: Parameters<typeof judgeCallback>[1]) =>
      told([judgeCallback('https://desk.example.com/wecom/callback', answer)]);
    expect(at({ kind: 'ours' })).toEqual(['ok callback_ok']);
    expect(at({ kind: 'nobody' })).toEqual(['problem callback_nobody']);
    expect(at({ kind: 'refused' })).toEqual(['problem callback_refused']);
    expect(at({ kind: 'other', status: 404 })).toEqual(['problem callback_other']);
    expect(told([judgeCallback(null, null)])).toEqual(['problem callback_unset']);
    expect(told(judgeAddress('https://desk.example.com'))).toEqual([]);
    expect(told(judgeAddress('http://desk.example.com'))).toEqual(['problem url_plain']);
    expect(told(judgeAddress('https://[::1]:3000'))).toEqual(['problem url_local']);
  });

  it('pages behind cards that WeCom would not open', () => {
    const of = (domain: string) => told(judgeDomain(domain, 'https://desk.example.com:8443/in'));
    expect([of('desk.example.com'), of('Desk.example.com:8443')].flat()).toEqual(['ok domain_ok', 'ok domain_ok']);
    expect([of(''), of('example.com')].flat()).toEqual(['warning domain_other', 'warning domain_other']);
    expect(judgeDomain('', null)).toEqual([]);
  });

  it('what never comes, or comes with a wrong signature since the last right one', () => {
    const never = { heardAt: null, refusedAt: null, verifiedAt: null, botHeardAt: null };
    const of = (seen: Partial<Record<keyof typeof never, Date>>) => told([judgeHeard({ ...never, ...seen }, now)]);
    expect(of({})).toEqual(['warning seen_none']);
    expect(of({ verifiedAt: ago(MINUTE) })).toEqual(['warning seen_verified']);
    expect(of({ verifiedAt: ago(3 * MINUTE), heardAt: ago(MINUTE), refusedAt: ago(2 * MINUTE) })).toEqual([
      'ok seen_ok',
    ]);
    expect(of({ verifiedAt: ago(3 * MINUTE), heardAt: ago(2 * MINUTE), refusedAt: ago(MINUTE) })).toEqual([
      'problem seen_refused',
    ]);
    expect(of({ verifiedAt: ago(MINUTE), refusedAt: ago(2 * MINUTE) })).toEqual(['warning seen_verified']);
    expect(told([judgeBotHeard(never, now)])).toEqual(['warning bot_silent']);
    expect(told([judgeBotHeard({ ...never, botHeardAt: ago(MINUTE) }, now)])).toEqual(['ok bot_heard']);
    expect(told([judgeBot(true), judgeBot(false)])).toEqual(['ok bot_facts', 'warning bot_alone']);
  });

  it('places in which a team would get nothing', () => {
    const of = (answer: Parameters<typeof judgePlaces>[0][number]['answer']) =>
      told(judgePlaces([{ place: 'duty:a', team: 'After-sales', answer }]));
    expect(of({ kind: 'duty', people: 2 })).toEqual(['ok duty_ok']);
    expect(of({ kind: 'duty', people: 0 })).toEqual(['problem duty_nobody']);
    expect(of({ kind: 'chat', isHeard: true })).toEqual(['ok chat_ok']);
    expect(of({ kind: 'chat', isHeard: false })).toEqual(['problem chat_unheard']);
    expect(of({ kind: 'push', isKnown: true })).toEqual(['ok push_ok']);
    expect(of({ kind: 'push', isKnown: false })).toEqual(['problem push_unknown']);
    expect(of({ kind: 'appless' })).toEqual(['problem appless']);
    expect(of({ kind: 'botless' })).toEqual(['problem botless']);
    expect(of({ kind: 'strange' })).toEqual(['problem strange']);
    expect(of({ kind: 'group', answer: { kind: 'ok' } })).toEqual(['ok group_ok']);
    expect(of({ kind: 'group', answer: { kind: 'foreign' } })).toEqual(['problem group_foreign']);
    expect(of({ kind: 'group', answer: { kind: 'unknown' } })).toEqual(['problem group_unknown']);
    expect(of({ kind: 'group', answer: { kind: 'unasked', code: null } })).toEqual(['warning group_unasked']);
    expect(told(judgePlaces([]))).toEqual(['warning places_none']);
  });

  it('accounts that get nothing; that all are well it says once', () => {
    const of = (...answers: readonly Parameters<typeof judgeMembers>[0][number]['answer'][]) =>
      told(
        judgeMembers(
          answers.map((answer, i) => ({ user: `u${i}`, person: `Person ${i}`, answer })),
          answers.length,
        ),
      );
    expect(of()).toEqual([]);
    expect(of({ kind: 'ok' }, { kind: 'ok' })).toEqual(['ok members_ok']);
    expect(of({ kind: 'ok' }, { kind: 'outside' }, { kind: 'outside' })).toEqual(['warning member_outside']);
    expect(of({ kind: 'unknown' }, { kind: 'disabled' }, { kind: 'inactive' })).toEqual([
      'warning member_inactive',
      'warning member_disabled',
      'warning member_unknown',
    ]);
    expect(of({ kind: 'capitals', id: 'U0' })).toEqual(['problem member_capitals']);
    expect(of({ kind: 'unasked', code: '48002' }, { kind: 'unasked', code: '48002' })).toEqual([
      'warning members_unasked',
    ]);
  });
});

const SHOP = `shops:
  main: { name: Tea }
teams:
  service: { name: Service, groups: { wecom: ['duty:service', 'chat:wrOpen', 'chat:wrShut', 'push:aftersale', 'push:nobody'] } }
  store: { name: Store, groups: { wecom: ['duty:store', 'group:Ours', 'group:Theirs', 'group:Gone', 'wrong'] } }
people:
  ana: { name: Ana, roles: [admin], teams: [service], accounts: { wecom: ana } }
  bo: { name: Bo, roles: [agent], teams: [service], accounts: { wecom: bo } }
  cy: { name: Cy, roles: [agent], teams: [service], accounts: { wecom: cy } }
  di: { name: Di, roles: [agent], teams: [service], accounts: { wecom: di } }
  ed: { name: Ed, roles: [agent], teams: [service], accounts: { wecom: ed } }
`;

describe('doctor wecom, beside a bot that runs', () => {
  let directory: string;
  let emulator: WeComEmulator;
  let port: number;
  let app: App;
  let before: typeof process.exitCode;

  const configOf = (change: Readonly<Record<string, string>> = {}): Config =>
    readConfig({
      env: {
        PORT: String(port),
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        GONGDAN_DATA: directory,
        GONGDAN_CONFIG: join(directory, 'gongdan.yaml'),
        GONGDAN_LANG: 'en',
        LOG_LEVEL: 'silent',
        ...envOf(emulator),
        ...change,
      },
      cwd: directory,
      ids: systemIds,
      platforms: platformSettings,
    });

  /** What a verb finds about WeCom, and its exit code. */
  async function examined(change: Readonly<Record<string, string>> = {}, verb = doctorWeCom, clock = systemClock) {
    const printed = await runVerb(verb, configOf(change), ['--json'], { clock });
    const code = process.exitCode ?? 0;
    process.exitCode = 0;
    const parsed = printed
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { check: string; level: string; key: string; found: string })
      .filter(({ check }) => check === 'wecom');
    return { code, printed, parsed, keys: parsed.map(({ level, key }) => `${level} ${ungrouped(key)}`) };
  }

  /** Makes a group by the API, as whoever runs the app has to. */
  async function makeGroup(chatid: string, secret: string): Promise<void> {
    const asked = await fetch(
      `${emulator.url}/cgi-bin/gettoken?corpid=${emulator.corpId}&corpsecret=${encodeURIComponent(secret)}`,
    );
    const { access_token: token } = (await asked.json()) as { access_token: string };
    const body = JSON.stringify({ chatid, name: chatid, userlist: ['ana', 'cy'] });
    await fetch(`${emulator.url}/cgi-bin/appchat/create?access_token=${token}`, { method: 'POST', body });
  }

  beforeAll(async () => {
    before = process.exitCode;
    directory = await mkdtemp(join(tmpdir(), 'doctor-wecom-'));
    await writeFile(join(directory, 'gongdan.yaml'), SHOP);
    port = await sparePort();
    emulator = await startWeCom({ clock: systemClock, app: { trusted: [`127.0.0.1:${port}`] } });
    emulator.addMember({ userId: 'ana', name: 'Ana' });
    emulator.addMember({ userId: 'bo', name: 'Bo', visible: false });
    emulator.addMember({ userId: 'cy', name: 'Cy', active: false });
    emulator.addMember({ userId: 'Di', name: 'Di' });
    emulator.bot.addChat({ id: 'wrOpen', members: ['ana'] });
    emulator.bot.addChat({ id: 'wrShut', members: ['ana'] });
    emulator.addWebhook(PUSH_KEY);
    await makeGroup('Ours', emulator.app.secret);
    await makeGroup('Theirs', emulator.addApp().secret);
    emulator.connect(`http://127.0.0.1:${port}${CALLBACK_PATH}`);
    const log = createLog({ level: 'silent', readable: false, clock: systemClock });
    app = await startApp({ config: configOf(), clock: systemClock, ids: systemIds, log, fsync: false });
    await emulator.bot.sockets(1);
  });
  afterAll(async () => {
    process.exitCode = before;
    await app.stop();
    await emulator.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('finds places and colleagues, and that nothing has come yet; its own questions do not count as that', async () => {
    for (let twice = 0; twice < 2; twice += 1) {
      const { keys, code } = await examined();
      expect(keys).toEqual([
        'ok ways',
        'ok credentials_ok',
        'ok clock_ok',
        'ok app_ok',
        'warning seen_none',
        'warning bot_silent',
        'problem url_local',
        'ok callback_ok',
        'ok domain_ok',
        'ok duty_ok',
        'problem chat_unheard',
        'problem chat_unheard',
        'ok push_ok',
        'problem push_unknown',
        'problem duty_nobody',
        'ok group_ok',
        'problem group_foreign',
        'problem group_unknown',
        'problem strange',
        'warning member_outside',
        'warning member_inactive',
        'warning member_unknown',
        'problem member_capitals',
        'ok members_beside',
        'ok bot_facts',
        'ok quota',
      ]);
      expect(code).toBe(1);
    }
    expect(emulator.sent).toEqual([]);
    expect(emulator.findings).toEqual([]);
    // The bot keeps its connection, and nobody else asked for one.
    expect([emulator.bot.connections, emulator.bot.subscribed]).toEqual([1, 1]);
  });

  it('names who it is about', async () => {
    const { parsed } = await examined();
    const saidOf = (key: string) => parsed.find((found) => ungrouped(found.key) === key)?.found;
    expect(saidOf('member_outside')).toContain('Bo');
    expect(saidOf('member_inactive')).toContain('Cy');
    expect(saidOf('member_unknown')).toContain('Ed');
    expect(saidOf('member_capitals')).toContain('account of Di as Di and not di');
    // Whoever fills in gongdan.yaml copies the ids from here.
    expect(saidOf('members_beside')).toMatch(/^\d+ members are in the app's range and in no team: .*\bDi\b/u);
  });

  it('is short within doctor', async () => {
    const { keys } = await examined({}, doctor);
    expect(keys).toEqual([
      'ok ways',
      'ok credentials_ok',
      'ok clock_ok',
      'ok app_ok',
      'warning seen_none',
      'warning bot_silent',
    ]);
  });

  it('tells refused credentials from a WeCom that is away, asks nothing more then, and shows no secret', async () => {
    const wrong = await examined({ WECOM_SECRET: 'not-the-secret-of-this-app' });
    expect(wrong.keys).toContain('problem credentials_refused');
    expect(wrong.keys.join()).not.toMatch(/app_|member|domain/u);
    expect(wrong.printed).not.toContain('not-the-secret-of-this-app');
    expect((await examined({ WECOM_CORP_ID: 'ww0123456789abcdef' })).keys).toContain('problem corp_refused');
    emulator.fails('gettoken', { html: 502 });
    expect((await examined()).keys).toContain('problem unreachable');
    expect((await examined({ WECOM_API_URL: 'http://127.0.0.1:1' })).keys).toContain('problem unreachable');
  });

  it('finds an address that is not allowed, an app that is off, and one of another secret', async () => {
    const about = async (errcode: number) => {
      emulator.fails('agent/get', { errcode });
      return (await examined({}, doctor)).keys[3];
    };
    expect(await about(60020)).toBe('problem address_refused');
    expect(await about(50003)).toBe('problem app_disabled');
    expect(await about(45033)).toBe('warning app_unasked');
    expect((await examined({ WECOM_AGENT_ID: '1999999' }, doctor)).keys[3]).toBe('problem app_foreign');
  });

  it('finds pages that would not open', async () => {
    const { keys } = await examined({ PUBLIC_URL: `http://localhost:${port}` });
    expect(keys).toContain('warning domain_other');
  });

  it('measures the clock against WeCom’s', async () => {
    const off = (ms: number) => ({ ...systemClock, now: () => new Date(systemClock.now().getTime() + ms) });
    expect((await examined({}, doctor, off(90_000))).keys).toContain('warning clock_apart');
    const { keys, parsed } = await examined({}, doctor, off(-11 * MINUTE));
    expect(keys).toContain('problem clock_apart');
    expect(parsed.find(({ key }) => key.endsWith('clock_apart'))?.found).toContain('behind');
  });

  it('sees that WeCom verified the address, then what comes, and where the smart bot was spoken to', async () => {
    expect((await emulator.verify()).ok).toBe(true);
    expect((await examined({}, doctor)).keys).toContain('warning seen_verified');
    expect((await emulator.says('ana', 'hello')).acked).toBe(true);
    const told = emulator.bot.says('ana', 'wrOpen', 'hello');
    await emulator.bot.answer(told);
    const { keys } = await examined();
    expect(keys).toEqual(expect.arrayContaining(['ok seen_ok', 'ok bot_heard', 'ok chat_ok', 'problem chat_unheard']));
  });

  it('finds wrong signatures, other secrets, another program, and nobody', async () => {
    const callback = async (change: Readonly<Record<string, string>>) =>
      (await examined(change)).keys.filter((key) => key.includes('callback'));
    expect(await callback({ WECOM_TOKEN: 'another' })).toEqual(['problem callback_refused']);
    expect(await callback({ WECOM_AES_KEY: 'a'.repeat(43) })).toEqual(['problem callback_refused']);
    const other = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    expect(await callback({ PUBLIC_URL: url })).toEqual(['problem callback_other']);
    await new Promise((resolve) => other.close(resolve));
    expect(await callback({ PUBLIC_URL: url })).toEqual(['problem callback_nobody']);
    expect(await callback({ PUBLIC_URL: '' })).toEqual(['problem callback_unset']);
    expect((await emulator.forges('wrong-signature')).status).toBe(401);
    expect((await examined({}, doctor)).keys).toContain('problem seen_refused');
  });

  it('says of places what they lack where there is no app, or no smart bot', async () => {
    const without = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, '']));
    const appless = await examined(
      without(['WECOM_CORP_ID', 'WECOM_AGENT_ID', 'WECOM_SECRET', 'WECOM_TOKEN', 'WECOM_AES_KEY']),
    );
    expect(appless.keys).toEqual(expect.arrayContaining(['problem appless', 'warning bot_alone']));
    expect(appless.keys.join()).not.toMatch(/callback|credentials|member|quota/u);
    const botless = await examined(without(['WECOM_BOT_ID', 'WECOM_BOT_SECRET']));
    expect(botless.keys).toContain('problem botless');
    expect(botless.keys.join()).not.toMatch(/bot_/u);
  });
});

describe('doctor wecom, where there is little to look at', () => {
  const settings = (env: Readonly<Record<string, string>>): Config =>
    readConfig({
      env: { GONGDAN_LANG: 'en', GONGDAN_DATA: join(tmpdir(), 'doctor-wecom-none'), ...env },
      cwd: tmpdir(),
      ids: systemIds,
      platforms: platformSettings,
    });

  it('says where to begin when WeCom is not configured', async () => {
    await expect(runVerb(doctorWeCom, settings({}))).rejects.toThrow(SetupError);
  });

  it('says of message pushes alone that they hear nothing', async () => {
    const before = process.exitCode;
    const env = { WECOM_PUSHES: `aftersale=${PUSH_KEY}` };
    const printed = await runVerb(doctorWeCom, settings(env), [], { clock: systemClock });
    process.exitCode = before;
    expect(printed).toContain('WeCom by message pushes (1): they speak and hear nothing');
  });
});
