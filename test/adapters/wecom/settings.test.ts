import { describe, expect, it } from 'vitest';
import { readWeComSettings, wecomSettings } from '../../../adapters/wecom/settings.ts';
import { readConfig } from '../../../src/config.ts';
import { SetupError } from '../../../src/errors.ts';
import { systemIds } from '../../../src/ids.ts';

const APP = {
  WECOM_CORP_ID: 'ww0123456789abcdef',
  WECOM_AGENT_ID: '1000002',
  WECOM_SECRET: 'a-secret-of-the-app-that-is-long',
  WECOM_TOKEN: 'tok3n',
  WECOM_AES_KEY: 'a'.repeat(43),
};
const BOT = { WECOM_BOT_ID: 'aib-0123', WECOM_BOT_SECRET: 'a-secret-of-the-bot-that-is-long' };
type Env = Readonly<Record<string, string>>;

const configOf = (env: Env) =>
  readConfig({
    env: { GONGDAN_LANG: 'en', ...env },
    cwd: import.meta.dirname,
    ids: systemIds,
    platforms: [wecomSettings],
  });
const settingsOf = (env: Env) => readWeComSettings(configOf(env).platforms.get('wecom') ?? {});

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

describe('settings of WeCom', () => {
  it('of an app alone', () => {
    expect(settingsOf(APP)).toEqual({
      app: {
        corpId: APP.WECOM_CORP_ID,
        agentId: 1_000_002,
        secret: APP.WECOM_SECRET,
        token: APP.WECOM_TOKEN,
        aesKey: APP.WECOM_AES_KEY,
      },
      bot: null,
      pushes: [],
      apiUrl: 'https://qyapi.weixin.qq.com',
      oauthUrl: 'https://open.weixin.qq.com',
      botUrl: 'wss://openws.work.weixin.qq.com',
    });
  });

  it('of the smart bot alone, and of message pushes alone, several of them', () => {
    expect(settingsOf(BOT)).toMatchObject({ app: null, bot: { botId: 'aib-0123' } });
    for (const between of [',', ', ', '\n']) {
      const key = '0f6a2b3c-aaaa-bbbb-cccc-000000000001';
      const { pushes } = settingsOf({ WECOM_PUSHES: `aftersale=${key}${between}warehouse=${key}` });
      expect(pushes.map(({ name }) => name)).toEqual(['aftersale', 'warehouse']);
    }
  });

  it('are absent when none is set', () => {
    expect(configOf({}).platforms.size).toBe(0);
  });

  it.each(Object.keys(APP))('of an app without %s name it', (name) => {
    const { [name as keyof typeof APP]: _, ...rest } = APP;
    expect(refusal(rest)).toContain(`${name} is not set`);
  });

  it('of a smart bot without its secret, and of nothing that could speak, name what is missing', () => {
    expect(refusal({ WECOM_BOT_ID: 'aib-0123' })).toContain('WECOM_BOT_SECRET is not set');
    expect(refusal({ WECOM_CORP_ID: APP.WECOM_CORP_ID })).toContain('WECOM_SECRET is not set');
  });

  it.each([
    ['WECOM_AES_KEY', 'too-short'],
    ['WECOM_AES_KEY', `${'a'.repeat(42)}=`],
    ['WECOM_AGENT_ID', 'my-app'],
    ['WECOM_TOKEN', 'with blank'],
    ['WECOM_PUSHES', 'aftersale'],
    ['WECOM_PUSHES', 'a=0f6a2b3c00000000,a=0f6a2b3c00000001'],
    ['WECOM_API_URL', 'https://qyapi.weixin.qq.com/'],
    ['WECOM_BOT_URL', 'https://openws.work.weixin.qq.com'],
  ])('%s that is "%s" is malformed, and not shown', (name, value) => {
    const said = refusal({ ...APP, [name]: value });
    expect(said).toContain(name);
    expect(said).not.toContain(value);
  });
});
