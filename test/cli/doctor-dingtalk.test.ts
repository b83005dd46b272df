import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dingtalkQuota } from '../../adapters/dingtalk/limits.ts';
import { platformSettings } from '../../adapters/registry.ts';
import { startApp, type App } from '../../src/app.ts';
import { doctor } from '../../src/cli/doctor.ts';
import { doctorDingTalk } from '../../src/cli/doctor-dingtalk.ts';
import {
  judgeContacts,
  judgeCredentials,
  judgeGateway,
  judgeGroups,
  judgeHeard,
  judgeQuota,
  judgeRobotCallback,
  judgeTemplate,
} from '../../src/cli/doctor/dingtalk-findings.ts';
import { systemClock } from '../../src/clock.ts';
import { readConfig, type Config } from '../../src/config.ts';
import { SetupError } from '../../src/errors.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import { operator } from '../../src/text/operator.ts';
import { say } from '../../src/text/text.ts';
import type { DingTalkEmulator } from '../emulators/dingtalk/emulator.ts';
import { openDingTalk } from '../emulators/dingtalk/dingtalk.ts';
import { ownTemplate, TEMPLATE } from '../support/dingtalk.ts';
import { told, ungrouped } from '../support/findings.ts';
import { sparePort } from '../support/spare-port.ts';
import { runVerb } from '../support/terminal.ts';

const MINUTE = 60_000;
const now = new Date('2026-11-11T06:30:00Z');
const ago = (ms: number): Date => new Date(now.getTime() - ms);

describe('of what DingTalk says it finds what is wrong', () => {
  it('credentials that are refused, an address that is not allowed, nobody there', () => {
    const refused = (code: string) => told(judgeCredentials({ kind: 'refused', code }));
    expect(told(judgeCredentials({ kind: 'ok', aheadMs: null }))).toEqual(['ok credentials_ok']);
    expect(refused('invalidClientIdOrSecret')).toEqual(['problem credentials_refused']);
    expect(refused('Forbidden.AccessDenied.IpNotInWhiteList')).toEqual(['problem address_refused']);
    expect(refused('60020')).toEqual(['problem address_refused']);
    expect(told(judgeCredentials({ kind: 'unreachable', code: null }))).toEqual(['problem unreachable']);
  });

  it('a clock that is off, before signatures are refused at an hour', () => {
    const of = (aheadMs: number) => told(judgeCredentials({ kind: 'ok', aheadMs }));
    expect(of(-59_000)).toEqual(['ok credentials_ok', 'ok clock_ok']);
    expect(of(61_000)).toEqual(['ok credentials_ok', 'warning clock_apart']);
    expect(of(-51 * MINUTE)).toEqual(['ok credentials_ok', 'problem clock_apart']);
  });

  it('an entrance that is closed', () => {
    expect(told([judgeGateway({ kind: 'ok' })])).toEqual(['ok gateway_ok']);
    expect(told([judgeGateway({ kind: 'refused', code: 'authFailed' })])).toEqual(['problem gateway_refused']);
    expect(told([judgeGateway({ kind: 'unready', code: 'HTTP 400' })])).toEqual(['problem gateway_unready']);
    expect(told([judgeGateway({ kind: 'unreachable', code: null })])).toEqual(['problem unreachable']);
    const at = (answer: Parameters<typeof judgeRobotCallback>[1]) =>
      told([judgeRobotCallback('https://desk.example.com/dingtalk/robot', answer)]);
    expect(at({ kind: 'ours' })).toEqual(['ok callback_ok']);
    expect(at({ kind: 'nobody' })).toEqual(['problem callback_nobody']);
    expect(at({ kind: 'refused' })).toEqual(['problem callback_refused']);
    expect(at({ kind: 'other', status: 404 })).toEqual(['problem callback_other']);
    expect(told([judgeRobotCallback(null, null)])).toEqual(['problem callback_unset']);
  });

  it('a template that is not there, not published, not allowed, or not to be asked for', () => {
    const of = (answer: Parameters<typeof judgeTemplate>[1]) => told([judgeTemplate('own', answer)]);
    expect(of({ kind: 'ok' })).toEqual(['ok template_ok']);
    expect(of({ kind: 'missing' })).toEqual(['problem template_missing']);
    expect(of({ kind: 'unpublished' })).toEqual(['problem template_unpublished']);
    expect(of({ kind: 'denied' })).toEqual(['problem template_denied']);
    expect(of({ kind: 'unasked', code: 'system.busy' })).toEqual(['warning template_unasked']);
    expect(of({ kind: 'unasked', code: 'Forbidden.AccessDenied.ApiCountLimitForOrg' })).toEqual([
      'problem quota_refused',
    ]);
    expect(told([judgeTemplate('none', null)])).toEqual(['ok template_none']);
  });

  it('groups without the bot, of somebody else, or of a robot that is not in the settings', () => {
    const of = (answer: Parameters<typeof judgeGroups>[0][number]['answer']) =>
      told(judgeGroups([{ group: 'cidA==', team: 'After-sales', answer }]));
    expect(of({ kind: 'ok' })).toEqual(['ok group_ok']);
    expect(of({ kind: 'outside' })).toEqual(['problem group_outside']);
    expect(of({ kind: 'unknown' })).toEqual(['problem group_unknown']);
    expect(of({ kind: 'unasked', code: null })).toEqual(['warning group_unasked']);
    expect(of({ kind: 'unasked', code: '90020' })).toEqual(['problem quota_refused']);
    expect(of({ kind: 'robot', isKnown: true })).toEqual(['ok robot_ok']);
    expect(of({ kind: 'robot', isKnown: false })).toEqual(['problem robot_unknown']);
    expect(told(judgeGroups([]))).toEqual(['warning groups_none']);
  });

  it('rights to the member list that are missing; that all is well it says once', () => {
    const of = (answer: Parameters<typeof judgeContacts>[0][number]['answer'], byMobile = false) =>
      ({ person: 'Ana', byMobile, answer }) as const;
    const full = { kind: 'ok', hasMobile: true } as const;
    const numberless = { kind: 'ok', hasMobile: false } as const;
    expect(told(judgeContacts([]))).toEqual([]);
    expect(told(judgeContacts([of(full), of(full, true)]))).toEqual(['ok contacts_ok']);
    expect(told(judgeContacts([of(numberless)]))).toEqual(['ok contacts_ok']);
    expect(told(judgeContacts([of(full), of(numberless, true)]))).toEqual(['problem contacts_numberless']);
    expect(told(judgeContacts([of({ kind: 'denied', permission: 'qyapi_get_member' }), of(full, true)]))).toEqual([
      'problem contacts_denied',
    ]);
    expect(told(judgeContacts([of({ kind: 'unknown' })]))).toEqual(['warning contacts_unknown']);
    expect(told(judgeContacts([of({ kind: 'unasked', code: null })]))).toEqual(['warning contacts_unasked']);
  });

  it('what never comes, comes with a wrong signature since the last right one, or comes without its words', () => {
    const nothing = { heardAt: null, refusedAt: null, mutedAt: null };
    const of = (seen: Partial<typeof nothing | Record<keyof typeof nothing, Date>>, mode: 'http' | 'stream' = 'http') =>
      told(judgeHeard({ ...nothing, ...seen }, { mode, offsetMs: 8 * 60 * MINUTE, now }));
    expect(of({})).toEqual(['warning seen_none']);
    expect(of({ heardAt: ago(MINUTE), refusedAt: ago(2 * MINUTE) })).toEqual(['ok seen_ok']);
    expect(of({ heardAt: ago(2 * MINUTE), refusedAt: ago(MINUTE) })).toEqual(['problem seen_refused']);
    expect(of({ refusedAt: ago(MINUTE) }, 'stream')).toEqual(['warning seen_none']);
    expect(of({ heardAt: ago(MINUTE), mutedAt: ago(MINUTE) }, 'stream')).toEqual(['ok seen_ok', 'problem muted']);
    // 16:00 UTC of the last day is the next month in Beijing: what was used up then has begun anew.
    expect(of({ heardAt: ago(MINUTE), mutedAt: new Date('2026-10-31T15:59:00Z') })).toEqual(['ok seen_ok']);
    expect(of({ heardAt: ago(MINUTE), mutedAt: new Date('2026-10-31T16:01:00Z') })).toEqual([
      'ok seen_ok',
      'problem muted',
    ]);
  });

  it('a month that runs short, in tickets that the rest carries', () => {
    const quota = dingtalkQuota({ monthlyCalls: 5_000, robots: [] });
    const of = (used: number, template: 'own' | 'public' | 'none' = 'own') => judgeQuota(quota, used, template, now);
    expect(told([of(3_999), of(4_000), of(4_749), of(4_750), of(5_010)])).toEqual([
      'ok quota_used',
      'warning quota_used',
      'warning quota_used',
      'problem quota_used',
      'problem quota_used',
    ]);
    const words = (used: number, template?: 'public' | 'none') => say(of(used, template).found, operator('en'));
    expect(words(1_000)).toContain("1000 of this month's 5000 calls are used; the rest carries about 800 more tickets");
    expect(words(1_000, 'public')).toContain('about 500 more');
    expect(words(1_000, 'none')).toContain('about 1000 more');
    expect(words(5_010)).toContain('about 0 more');
  });
});

const SHOP = `shops:
  main: { name: Tea }
teams:
  service: { name: Service, groups: { dingtalk: [cidOpen==, cidOut==, cidGone==, 'robot:warehouse', 'robot:nobody'] } }
people:
  ana: { name: Ana, roles: [admin], teams: [service], accounts: { dingtalk: { user: ana, direct: ana } } }
  bo: { name: Bo, roles: [agent], teams: [service], accounts: { dingtalk: { user: 'mobile:13800138000', direct: 'mobile:13800138000' } } }
`;
const ROBOTS = `warehouse=${'0'.repeat(32)}:SECabcdefgh`;

describe.each(['stream', 'http'] as const)('doctor dingtalk, beside a bot that runs (%s)', (mode) => {
  let directory: string;
  let emulator: DingTalkEmulator;
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
        DINGTALK_CLIENT_ID: emulator.app.clientId,
        DINGTALK_CLIENT_SECRET: emulator.app.clientSecret,
        DINGTALK_MODE: mode,
        DINGTALK_CARD_TEMPLATE: TEMPLATE,
        DINGTALK_ROBOTS: ROBOTS,
        DINGTALK_API_URL: emulator.url,
        DINGTALK_OAPI_URL: emulator.url,
        ...change,
      },
      cwd: directory,
      ids: systemIds,
      platforms: platformSettings,
    });

  /** What a verb finds about DingTalk, and its exit code. */
  async function examined(change: Readonly<Record<string, string>> = {}, verb = doctorDingTalk, clock = systemClock) {
    const printed = await runVerb(verb, configOf(change), ['--json'], { clock });
    const code = process.exitCode ?? 0;
    process.exitCode = 0;
    const parsed = printed
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { check: string; level: string; key: string; found: string })
      .filter(({ check }) => check === 'dingtalk');
    return { code, printed, parsed, keys: parsed.map(({ level, key }) => `${level} ${ungrouped(key)}`) };
  }

  beforeAll(async () => {
    before = process.exitCode;
    directory = await mkdtemp(join(tmpdir(), 'doctor-dingtalk-'));
    await writeFile(join(directory, 'gongdan.yaml'), SHOP);
    emulator = await openDingTalk(systemClock);
    emulator.addUser({ userId: 'ana', name: 'Ana' });
    emulator.addUser({ userId: 'bo', name: 'Bo', mobile: '13800138000' });
    emulator.addGroup({ id: 'cidOpen==', title: 'After-sales', members: ['ana', 'bo'] });
    emulator.addGroup({ id: 'cidOut==', title: 'Outside', members: ['ana'], bot: false });
    emulator.addTemplate(ownTemplate());
    port = await sparePort();
    emulator.connect(mode === 'http' ? { robotUrl: `http://127.0.0.1:${port}/dingtalk/robot` } : null);
    const log = createLog({ level: 'silent', readable: false, clock: systemClock });
    app = await startApp({ config: configOf(), clock: systemClock, ids: systemIds, log, fsync: false });
    if (mode === 'stream') await emulator.sockets(1);
  });
  afterAll(async () => {
    process.exitCode = before;
    await app.stop();
    await emulator.close();
    await rm(directory, { recursive: true, force: true });
  });

  const entrance = mode === 'http' ? 'ok callback_ok' : 'ok gateway_ok';

  it('finds groups and colleagues, and that nothing has come yet; its own questions do not count as that', async () => {
    for (let twice = 0; twice < 2; twice += 1) {
      const { keys, code } = await examined();
      expect(keys).toEqual([
        'ok mode',
        'ok credentials_ok',
        'ok clock_ok',
        'warning seen_none',
        'ok quota_used',
        entrance,
        'ok template_ok',
        'ok group_ok',
        'problem group_outside',
        'problem group_unknown',
        'ok robot_ok',
        'problem robot_unknown',
        'ok contacts_ok',
        'ok cost',
      ]);
      expect(code).toBe(1);
    }
    expect(emulator.messages()).toEqual([]);
    expect(emulator.findings).toEqual([]);
  });

  it('says what the asking cost, which is what DingTalk counted', async () => {
    const counted = emulator.counted;
    const { parsed } = await examined();
    // A card of the template and three groups.
    expect(emulator.counted - counted).toBe(4);
    expect(parsed.at(-1)?.found).toContain('4');
  });

  it('is short within doctor, and costs nothing there', async () => {
    const counted = emulator.counted;
    const { keys } = await examined({}, doctor);
    expect(keys).toEqual(['ok mode', 'ok credentials_ok', 'ok clock_ok', 'warning seen_none', 'ok quota_used']);
    expect(emulator.counted).toBe(counted);
  });

  it('tells refused credentials from a DingTalk that is away, asks nothing more then, and shows no secret', async () => {
    const wrong = await examined({ DINGTALK_CLIENT_SECRET: 'not-the-secret-of-this-app' });
    expect(wrong.keys).toContain('problem credentials_refused');
    expect(wrong.keys.join()).not.toMatch(/gateway|template|group|contacts/u);
    expect(wrong.printed).not.toContain('not-the-secret-of-this-app');
    emulator.fails('POST /v1.0/oauth2/accessToken', { html: true });
    expect((await examined()).keys).toContain('problem unreachable');
    expect((await examined({ DINGTALK_API_URL: 'http://127.0.0.1:1' })).keys).toContain('problem unreachable');
  });

  it('finds a template that nobody has, and one that is not published', async () => {
    const other = '0a1b2c3d-0000-4000-8000-00000000beef.schema';
    const about = async (change: Readonly<Record<string, string>>) =>
      (await examined(change)).keys.filter((key) => key.includes('template'));
    expect(await about({ DINGTALK_CARD_TEMPLATE: other })).toEqual(['problem template_missing']);
    emulator.addTemplate({ ...ownTemplate(other), published: false });
    expect(await about({ DINGTALK_CARD_TEMPLATE: other })).toEqual(['problem template_unpublished']);
    expect(await about({ DINGTALK_CARD_TEMPLATE: 'public' })).toEqual(['ok template_ok']);
    expect(await about({ DINGTALK_CARD_TEMPLATE: 'none' })).toEqual(['ok template_none']);
  });

  it('names the rights that are missing', async () => {
    const without = async (scope: string) => {
      emulator.withheld.add(scope);
      const { parsed } = await examined();
      emulator.withheld.delete(scope);
      return parsed
        .filter(({ key }) => /denied|numberless/u.test(key))
        .map(({ key, found }) => [ungrouped(key), found]);
    };
    expect(await without('Card.Instance.Write')).toEqual([
      ['template_denied', expect.stringContaining('Card.Instance.Write')],
    ]);
    expect(await without('qyapi_get_member_by_mobile')).toEqual([
      ['contacts_denied', expect.stringContaining('qyapi_get_member_by_mobile')],
    ]);
    expect((await without('qyapi_get_member')).map(([key]) => key)).toEqual(['contacts_denied', 'contacts_denied']);
    expect((await without('fieldMobile')).map(([key]) => key)).toEqual(['contacts_numberless']);
  });

  it('says that the month is used up where DingTalk refuses for that', async () => {
    emulator.quota = 0;
    const { keys } = await examined();
    emulator.quota = null;
    expect(keys.filter((key) => key.includes('quota_refused')).length).toBeGreaterThan(0);
  });

  it('measures the clock against DingTalk’s', async () => {
    const off = (ms: number) => ({ ...systemClock, now: () => new Date(systemClock.now().getTime() + ms) });
    expect((await examined({}, doctor, off(90_000))).keys).toContain('warning clock_apart');
    const { keys, parsed } = await examined({}, doctor, off(-55 * MINUTE));
    expect(keys).toContain('problem clock_apart');
    expect(parsed.find(({ key }) => key.endsWith('clock_apart'))?.found).toContain('behind');
  });

  it('sees what comes in, and what comes without its words', async () => {
    expect((await emulator.says('ana', 'cidOpen==', 'hello')).acked).toBe(true);
    expect((await examined()).keys).toContain('ok seen_ok');
    emulator.inboundQuotaSpent = true;
    await emulator.says('ana', 'cidOpen==', 'are you there?');
    emulator.inboundQuotaSpent = false;
    expect((await examined()).keys).toContain('problem muted');
  });

  it.runIf(mode === 'stream')('finds that the gateway refuses, or that the app is not ready', async () => {
    emulator.fails('POST /v1.0/gateway/connections/open', { status: 401, code: 'authFailed' });
    expect((await examined()).keys).toContain('problem gateway_refused');
    emulator.fails('POST /v1.0/gateway/connections/open', { status: 400, code: 'param.error' });
    expect((await examined()).keys).toContain('problem gateway_unready');
  });

  it.runIf(mode === 'http')('finds wrong signatures, another secret, another program, and nobody', async () => {
    const callback = async (change: Readonly<Record<string, string>>) =>
      (await examined(change)).keys.filter((key) => key.includes('callback'));
    expect(await callback({ DINGTALK_CLIENT_SECRET: 'another-secret-of-theirs' })).toEqual([
      'problem callback_refused',
    ]);
    const other = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    expect(await callback({ PUBLIC_URL: url })).toEqual(['problem callback_other']);
    await new Promise((resolve) => other.close(resolve));
    expect(await callback({ PUBLIC_URL: url })).toEqual(['problem callback_nobody']);
    expect(await callback({ PUBLIC_URL: '' })).toEqual(['problem callback_unset']);
    const forged = await fetch(`http://127.0.0.1:${port}/dingtalk/robot`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', timestamp: String(Date.now()), sign: 'AAAA' },
      body: '{}',
    });
    expect(forged.status).toBe(401);
    expect((await examined()).keys).toContain('problem seen_refused');
  });
});

describe('doctor dingtalk, where there is little to look at', () => {
  const settings = (env: Readonly<Record<string, string>>): Config =>
    readConfig({
      env: { GONGDAN_LANG: 'en', GONGDAN_DATA: join(tmpdir(), 'doctor-dingtalk-none'), ...env },
      cwd: tmpdir(),
      ids: systemIds,
      platforms: platformSettings,
    });

  it('says where to begin when DingTalk is not configured', async () => {
    await expect(runVerb(doctorDingTalk, settings({}))).rejects.toThrow(SetupError);
  });

  it('says of custom robots alone that they hear nothing', async () => {
    const before = process.exitCode;
    const printed = await runVerb(doctorDingTalk, settings({ DINGTALK_ROBOTS: ROBOTS }), [], { clock: systemClock });
    process.exitCode = before;
    expect(printed).toContain('DingTalk by custom group robots alone (1): they speak and hear nothing');
  });
});
