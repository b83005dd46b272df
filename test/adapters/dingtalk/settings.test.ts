import { describe, expect, it } from 'vitest';
import { dingtalkLimits, dingtalkQuota } from '../../../adapters/dingtalk/limits.ts';
import { dingtalkSettings, readDingTalkSettings } from '../../../adapters/dingtalk/settings.ts';
import { readConfig } from '../../../src/config.ts';
import { SetupError } from '../../../src/errors.ts';
import { systemIds } from '../../../src/ids.ts';

const APP = { DINGTALK_CLIENT_ID: 'dingabcdef123456', DINGTALK_CLIENT_SECRET: 'a-client-secret-of-an-app' };
const ROBOT = 'warehouse=a1b2c3d4e5f60718293a:SECthis0is0a0secret';
type Env = Readonly<Record<string, string>>;

const configOf = (env: Env) =>
  readConfig({
    env: { GONGDAN_LANG: 'en', ...env },
    cwd: import.meta.dirname,
    ids: systemIds,
    platforms: [dingtalkSettings],
  });
const settingsOf = (env: Env) => readDingTalkSettings(configOf(env).platforms.get('dingtalk') ?? {});

/** What the operator reads. */
function refusal(env: Env): string {
  try {
    configOf(env);
  } catch (error) {
    if (error instanceof SetupError) return error.message;
    throw error;
  }
  throw new Error('nothing was wrong');
}

describe('settings of DingTalk', () => {
  it('of an app alone: by Stream, on the public template, in the free edition', () => {
    expect(settingsOf(APP)).toEqual({
      app: {
        clientId: APP.DINGTALK_CLIENT_ID,
        clientSecret: APP.DINGTALK_CLIENT_SECRET,
        robotCode: APP.DINGTALK_CLIENT_ID,
      },
      mode: 'stream',
      template: 'public',
      monthlyCalls: 5_000,
      qps: 20,
      robots: [],
      apiUrl: 'https://api.dingtalk.com',
      oapiUrl: 'https://oapi.dingtalk.com',
    });
  });

  it('are absent when none is set', () => {
    expect(configOf({}).platforms.size).toBe(0);
  });

  it('of robots alone, several of them, on lines or with commas', () => {
    const second = 'finance=ffffffffffffffff:SECanother0secret';
    for (const between of [',', ', ', '\n', ' ']) {
      const { app, robots } = settingsOf({ DINGTALK_ROBOTS: `${ROBOT}${between}${second}` });
      expect(app).toBeNull();
      expect(robots.map(({ name }) => name)).toEqual(['warehouse', 'finance']);
    }
    expect(settingsOf({ DINGTALK_ROBOTS: ROBOT }).robots[0]).toEqual({
      name: 'warehouse',
      token: 'a1b2c3d4e5f60718293a',
      secret: 'SECthis0is0a0secret',
    });
  });

  it('say otherwise where they are set', () => {
    const env = {
      ...APP,
      DINGTALK_ROBOT_CODE: 'dingrobot0001',
      DINGTALK_MODE: 'http',
      DINGTALK_CARD_TEMPLATE: '0a1b2c3d-0000-4000-8000-00000000face.schema',
      DINGTALK_MONTHLY_CALLS: '200000',
      DINGTALK_QPS: '40',
      DINGTALK_API_URL: 'http://127.0.0.1:1',
      DINGTALK_OAPI_URL: 'https://proxy.example/oapi',
    };
    expect(settingsOf(env)).toMatchObject({
      app: { robotCode: 'dingrobot0001' },
      mode: 'http',
      template: env.DINGTALK_CARD_TEMPLATE,
      monthlyCalls: 200_000,
      qps: 40,
      apiUrl: 'http://127.0.0.1:1',
      oapiUrl: 'https://proxy.example/oapi',
    });
    expect(settingsOf({ ...APP, DINGTALK_CARD_TEMPLATE: 'none' }).template).toBe('none');
  });

  it.each<[Env, string]>([
    [{ DINGTALK_CLIENT_ID: APP.DINGTALK_CLIENT_ID }, 'DINGTALK_CLIENT_SECRET'],
    [{ DINGTALK_CLIENT_SECRET: APP.DINGTALK_CLIENT_SECRET }, 'DINGTALK_CLIENT_ID'],
    [{ DINGTALK_CLIENT_SECRET: APP.DINGTALK_CLIENT_SECRET, DINGTALK_ROBOTS: ROBOT }, 'DINGTALK_CLIENT_ID'],
    [{ DINGTALK_MODE: 'http' }, 'DINGTALK_CLIENT_ID'],
  ])('lack something: %j', (env, missing) => {
    expect(refusal(env)).toContain(missing);
  });

  it.each([
    ['DINGTALK_CLIENT_ID', 'ding with blanks'],
    ['DINGTALK_CLIENT_SECRET', 'short'],
    ['DINGTALK_ROBOT_CODE', '!'],
    ['DINGTALK_MODE', 'socket'],
    ['DINGTALK_CARD_TEMPLATE', 'a-name-of-a-template'],
    ['DINGTALK_CARD_TEMPLATE', '382e4302-551d-4880-bf29-a30acfab2e71'],
    ['DINGTALK_MONTHLY_CALLS', '5,000'],
    ['DINGTALK_MONTHLY_CALLS', '0'],
    ['DINGTALK_QPS', '1001'],
    ['DINGTALK_ROBOTS', 'warehouse'],
    ['DINGTALK_ROBOTS', 'warehouse=a1b2c3d4e5f60718293a'],
    ['DINGTALK_ROBOTS', `${ROBOT},${ROBOT}`],
    ['DINGTALK_ROBOTS', '仓库=a1b2c3d4e5f60718293a:SECthis0is0a0secret'],
    ['DINGTALK_ROBOTS', ' , '],
    ['DINGTALK_API_URL', 'https://api.dingtalk.com/'],
    ['DINGTALK_OAPI_URL', 'ftp://oapi.dingtalk.com'],
  ])('of a wrong shape are named and not shown: %s=%s', (name, value) => {
    const said = refusal({ ...APP, [name]: value });
    expect(said).toContain(name);
    for (const kept of [APP.DINGTALK_CLIENT_SECRET, 'SECthis0is0a0secret', 'a1b2c3d4e5f60718293a'])
      expect(said).not.toContain(kept);
  });
});

describe('what the settings make of limits and quota', () => {
  it.each([1, 2, 4, 20, 60, 1_000])('%i calls a second: always less than that, and something', (qps) => {
    for (const limit of dingtalkLimits({ qps, robots: [] })) {
      expect(limit.source).toMatch(/^https:\/\/open\.dingtalk\.com\//u);
      if (limit.windowMs !== 1_000) continue;
      expect(limit.count).toBeGreaterThan(0);
      expect(limit.count).toBeLessThanOrEqual(qps);
      expect((limit.reserve?.urgent ?? 0) + (limit.reserve?.redraw ?? 0)).toBeLessThan(limit.count);
    }
  });

  it('a month is what the edition has, by the clock of Beijing, without what robots say', () => {
    expect(dingtalkQuota({ monthlyCalls: 5_000, robots: [{ name: 'warehouse' }] })).toMatchObject({
      count: 5_000,
      offsetMs: 8 * 3_600_000,
      except: ['robot:warehouse'],
      setting: 'DINGTALK_MONTHLY_CALLS',
    });
  });
});
