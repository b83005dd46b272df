import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readConfig, type Config, type PlatformSettings } from '../src/config.ts';
import { SetupError } from '../src/errors.ts';
import { systemIds } from '../src/ids.ts';
import { loadSecrets } from '../src/secret.ts';

const slack: PlatformSettings = {
  platform: 'slack',
  schema: z.object({
    SLACK_BOT_TOKEN: z.string().startsWith('xoxb-'),
    SLACK_APP_TOKEN: z.string().startsWith('xapp-'),
  }),
};
const SLACK = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'gongdan-config-'));
});
afterEach(async () => {
  await rm(cwd, { recursive: true });
});

const read = (env: Record<string, string>): Config => readConfig({ env, cwd, ids: systemIds, platforms: [slack] });

function problems(env: Record<string, string>): string[] {
  try {
    read(env);
  } catch (error) {
    if (error instanceof SetupError) return error.message.split('\n  - ').slice(1);
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('need none', () => {
    expect(read({})).toEqual({
      port: 3000,
      backups: { daily: 'auto', passphrase: null },
      host: '127.0.0.1',
      data: join(cwd, 'data'),
      mongodbUri: null,
      shopFile: null,
      sandbox: { on: true, token: null },
      secret: { from: 'generated', path: join(cwd, 'data', 'secret.key') },
      publicUrl: null,
      logLevel: 'info',
      locale: 'en',
      platforms: new Map(),
    });
  });

  it('are all read; empty counts as left out', async () => {
    await writeFile(join(cwd, 'shop.yaml'), '');
    const secret = 's'.repeat(32);
    const config = read({
      PORT: '8080',
      HOST: '',
      GONGDAN_DATA: 'store',
      MONGODB_URI: 'mongodb://u:p@a,b/gongdan?replicaSet=r',
      GONGDAN_CONFIG: 'shop.yaml',
      GONGDAN_SECRET: secret,
      PUBLIC_URL: 'https://desk.example/',
      LOG_LEVEL: 'warn',
      LANG: 'zh_CN.UTF-8',
      ...SLACK,
    });
    expect(config).toMatchObject({
      port: 8080,
      host: '127.0.0.1',
      data: join(cwd, 'store'),
      mongodbUri: 'mongodb://u:p@a,b/gongdan?replicaSet=r',
      shopFile: join(cwd, 'shop.yaml'),
      secret: { from: 'setting', value: secret },
      publicUrl: 'https://desk.example',
      logLevel: 'warn',
      locale: 'zh-CN',
    });
    expect(config.platforms).toEqual(new Map([['slack', SLACK]]));
  });

  it('take ./gongdan.yaml when it is there', async () => {
    await writeFile(join(cwd, 'gongdan.yaml'), '');
    expect(read({}).shopFile).toBe(join(cwd, 'gongdan.yaml'));
  });

  it('say where backups go and what seals them, and refuse what seals badly without showing it', async () => {
    const passphrase = 'correct horse battery';
    const path = join(cwd, 'passphrase');
    await writeFile(path, `${passphrase}\n`, { mode: 0o600 });
    expect(read({ GONGDAN_BACKUPS: 'elsewhere', GONGDAN_BACKUP_PASSPHRASE_FILE: 'passphrase' }).backups).toEqual({
      daily: { folder: join(cwd, 'elsewhere') },
      passphrase,
    });
    const env = { GONGDAN_BACKUPS: 'off', GONGDAN_BACKUP_PASSPHRASE: passphrase };
    expect(read(env).backups).toEqual({ daily: 'off', passphrase });
    expect(problems({ ...env, GONGDAN_BACKUP_PASSPHRASE_FILE: 'passphrase' })).toEqual([
      'Set either GONGDAN_BACKUP_PASSPHRASE or GONGDAN_BACKUP_PASSPHRASE_FILE, not both',
    ]);
    expect(problems({ GONGDAN_BACKUP_PASSPHRASE: 'hunter2' })).toEqual([
      'GONGDAN_BACKUP_PASSPHRASE is too short: it takes at least 12 characters, such as the output of openssl rand -base64 32',
    ]);
    expect(problems({ GONGDAN_BACKUP_PASSPHRASE_FILE: 'missing' })).toEqual([
      `GONGDAN_BACKUP_PASSPHRASE_FILE names a file that cannot be read: ${join(cwd, 'missing')}`,
    ]);
    await chmod(path, 0o644);
    expect(problems({ GONGDAN_BACKUP_PASSPHRASE_FILE: 'passphrase' })).toEqual([
      `The key file ${path} can be read by other users of this machine; run chmod 600 ${path}`,
    ]);
  });

  it('are refused all at once, without showing a secret', () => {
    const found = problems({
      PORT: '99999',
      HOST: 'http://x',
      MONGODB_URI: 'postgres://root:hunter2@db',
      PUBLIC_URL: 'desk',
      GONGDAN_CONFIG: 'missing.yaml',
      GONGDAN_SECRET: 'hunter2',
      GONGDAN_SECRET_FILE: 'missing.key',
      LOG_LEVEL: 'wran',
      GONGDAN_SANDBOX: 'yes',
      GONGDAN_SANDBOX_TOKEN: 'hunter2',
      SLACK_BOT_TOKEN: 'hunter2',
    });
    expect(found).toEqual([
      'PORT must be a whole number from 0 to 65535, it is "99999"',
      'HOST must be an IP address or a host name (without http:// or a port), it is "http://x"',
      'MONGODB_URI must be a full address that starts with mongodb:// or mongodb+srv://',
      'PUBLIC_URL must be a full address that starts with https:// or http://',
      `GONGDAN_CONFIG names a file that cannot be read: ${join(cwd, 'missing.yaml')}`,
      'Set either GONGDAN_SECRET or GONGDAN_SECRET_FILE, not both',
      'GONGDAN_SECRET is too short: it takes at least 32 characters, such as the output of openssl rand -base64 32',
      'LOG_LEVEL must be one of debug, info, warn, error, silent, it is "wran"; did you mean warn?',
      'SLACK_BOT_TOKEN is malformed (slack needs it)',
      'SLACK_APP_TOKEN is not set (slack needs it)',
      'GONGDAN_SANDBOX must be one of on, off, auto, it is "yes"',
      'GONGDAN_SANDBOX_TOKEN is too short: it takes at least 12 characters, such as the output of openssl rand -base64 32',
    ]);
    expect(found.join()).not.toContain('hunter2');
  });

  it('are refused in Chinese where the terminal is Chinese', () => {
    expect(problems({ PORT: '-1', GONGDAN_LANG: 'zh-CN' })).toEqual(['PORT 必须是 0 到 65535 的整数，现在是 "-1"']);
  });

  it('never come from a .env file', async () => {
    await writeFile(join(cwd, '.env'), 'PORT=4000');
    expect(read({}).port).toBe(3000);
  });
});

describe('the sandbox', () => {
  const sandbox = (env: Record<string, string>) => {
    const { on, token } = read(env).sandbox;
    return `${on ? 'on' : 'off'}, ${token === null ? 'open' : token.length >= 20 ? 'made' : token}`;
  };
  const given = { GONGDAN_SANDBOX_TOKEN: 'given-token-1' };

  it.each([
    [{}, 'on, open'],
    [{ HOST: 'localhost' }, 'on, open'],
    [{ HOST: '::1' }, 'on, open'],
    [{ HOST: '127.0.0.2' }, 'on, open'],
    [{ HOST: '127.evil.example' }, 'off, open'],
    [{ HOST: '0.0.0.0' }, 'off, open'],
    [SLACK, 'off, open'],
    [{ GONGDAN_SANDBOX: 'off' }, 'off, open'],
    [{ GONGDAN_SANDBOX: 'on' }, 'on, open'],
    [{ GONGDAN_SANDBOX: 'on', HOST: '0.0.0.0' }, 'on, made'],
    [{ GONGDAN_SANDBOX: 'on', ...SLACK }, 'on, made'],
    [{ GONGDAN_SANDBOX: 'on', HOST: '0.0.0.0', ...given }, 'on, given-token-1'],
    [given, 'on, given-token-1'],
  ])('%j: %s', (env, expected) => {
    expect(sandbox(env)).toBe(expected);
  });
});

describe('the secret', () => {
  it('is made once, for the owner alone, and stays', async () => {
    const { secret } = read({});
    const first = loadSecrets(secret, systemIds, 'en');
    const path = join(cwd, 'data', 'secret.key');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readFile(path, 'utf8')).trim().length).toBeGreaterThanOrEqual(40);
    expect(loadSecrets(secret, systemIds, 'en')).toEqual(first);
    expect(await readdir(join(cwd, 'data'))).toEqual(['secret.key']);
    expect(first.grantKey).toHaveLength(32);
    expect(first.grantKey.toString('base64url')).not.toBe(first.digestSalt);
  });

  it('is refused when others can read it', async () => {
    const { secret } = read({});
    loadSecrets(secret, systemIds, 'en');
    await chmod(join(cwd, 'data', 'secret.key'), 0o644);
    expect(() => loadSecrets(secret, systemIds, 'en')).toThrow('can be read by other users');
    await writeFile(join(cwd, 'own.key'), 'k'.repeat(40), { mode: 0o644 });
    expect(problems({ GONGDAN_SECRET_FILE: 'own.key' })[0]).toContain('chmod 600');
  });

  it('comes from a file or a setting, and the same secret gives the same keys', async () => {
    const value = 'k'.repeat(40);
    await writeFile(join(cwd, 'own.key'), `${value}\n`, { mode: 0o600 });
    const file = loadSecrets(read({ GONGDAN_SECRET_FILE: 'own.key' }).secret, systemIds, 'en');
    expect(file).toEqual(loadSecrets(read({ GONGDAN_SECRET: value }).secret, systemIds, 'en'));
    expect(file).not.toEqual(loadSecrets(read({ GONGDAN_SECRET: `${value}2` }).secret, systemIds, 'en'));
  });

  it('says so when the data folder cannot be written', async () => {
    await writeFile(join(cwd, 'data'), 'a file');
    expect(() => loadSecrets(read({}).secret, systemIds, 'en')).toThrow('cannot be written');
  });
});
