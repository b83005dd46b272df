import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { platformSettings } from '../../adapters/registry.ts';
import { startApp } from '../../src/app.ts';
import type { Finding } from '../../src/cli/doctor/check.ts';
import { judgeOutside, masked, outside } from '../../src/cli/doctor/outside.ts';
import { systemClock } from '../../src/clock.ts';
import { readConfig, type Config } from '../../src/config.ts';
import { DeliveryError } from '../../src/errors.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import { operator } from '../../src/text/operator.ts';
import { say } from '../../src/text/text.ts';
import { openMailServer, type MailServer } from '../emulators/email/server.ts';
import { openGateway, SECRET, type Gateway } from '../emulators/gateway/server.ts';
import { aShop } from '../support/shop.ts';

const told = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ level, found }) => `${level} ${found.key.slice('outside_doctor.'.length)}`);
const none = { people: new Map(), unreached: new Map() };

describe('of bad worlds it says what is wrong', () => {
  it('a login that is refused, a server that is away, and ways that are not there', () => {
    const away = new DeliveryError('retryable', 'mail: CONN ESOCKET');
    const refused = new DeliveryError('auth', 'gateway: HTTP 401');
    expect(told(judgeOutside({ ...none, email: null, gateway: null }))).toEqual(['ok email_ok', 'ok gateway_ok']);
    expect(told(judgeOutside({ ...none, email: away, gateway: refused }))).toEqual([
      'problem email_away',
      'problem gateway_refused',
    ]);
    expect(told(judgeOutside({ ...none, unreached: new Map([['gateway/sms', 2]]) }))).toEqual(['warning unreached']);
    expect(judgeOutside(none)).toEqual([]);
  });

  it('nobody can be written to by what it shows', () => {
    expect(masked({ platform: 'email', conversation: 'lilei@shop.example' })).toBe('l••••@shop.example');
    expect(masked({ platform: 'gateway', conversation: '+8613800138000' })).toBe('+86••••00');
  });
});

describe('before a mail server and a gateway', () => {
  let directory: string;
  let mail: MailServer;
  let gateway: Gateway;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'outside-'));
    const notify = "email: li@shop.example, notify: { email: true, sms: +8613800138000, phone: '+12025550123' }";
    const admin = '  boss: { name: 老板, roles: [admin], accounts: { sandbox: boss } }';
    const shop = aShop({ more: admin }).replace('name: 李雷, roles: [agent]', `name: 李雷, roles: [agent], ${notify}`);
    await writeFile(join(directory, 'gongdan.yaml'), shop);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));
  beforeEach(async () => {
    [mail, gateway] = [await openMailServer(), await openGateway(systemClock)];
  });
  afterEach(() => Promise.all([mail.close(), gateway.close()]));

  const config = (env: Readonly<Record<string, string>>): Config =>
    readConfig({
      env: { PORT: '0', GONGDAN_LANG: 'en', LOG_LEVEL: 'warn', GONGDAN_DATA: directory, ...env },
      cwd: directory,
      ids: systemIds,
      platforms: platformSettings,
    });
  const byMail = () => ({ SMTP_URL: mail.url, SMTP_FROM: 'desk@shop.example' });
  const byGateway = () => ({ GATEWAY_URL: gateway.url, GATEWAY_SECRET: SECRET, GATEWAY_PRIVATE: 'on' });
  const examined = (env: Readonly<Record<string, string>>): Promise<readonly Finding[]> =>
    outside.run({ config: config(env), clock: systemClock, store: null, storeRefused: null, neighbour: null });

  it('logs in and pings, reaches nobody, and says who would be, masked', async () => {
    const findings = await examined({ ...byMail(), ...byGateway() });
    expect(findings.map(({ found }) => say(found, operator('en')))).toEqual([
      'the mail server is reached and accepts the login',
      'the SMS and phone gateway is reached and accepts our signature (a ping: nobody was written to or called)',
      'email/main: 李雷 l••••@shop.example',
      'gateway/sms: 李雷 +86••••00',
      'gateway/phone: 李雷 +12••••23',
    ]);
    expect([mail.mails, gateway.sent]).toEqual([[], []]);
  });

  it('a wrong password and a wrong secret', async () => {
    mail.refuses('login', 535);
    const env = { ...byMail(), ...byGateway(), GATEWAY_SECRET: 'some other secret' };
    expect(told(await examined(env)).slice(0, 2)).toEqual(['problem email_refused', 'problem gateway_refused']);
  });

  it('people whom nothing reaches', async () => {
    expect(told(await examined(byMail()))).toEqual([
      'ok email_ok',
      'ok people',
      'warning unreached',
      'warning unreached',
    ]);
  });

  it('the bot starts whatever they say, names it in the log, and is ready for work', async () => {
    mail.refuses('login', 535);
    let lines = '';
    const stream = {
      write: (line: string): void => {
        lines += line;
      },
    };
    const log = createLog({ level: 'warn', readable: false, clock: systemClock, stream });
    const app = await startApp({ config: config(byMail()), clock: systemClock, ids: systemIds, log, fsync: false });
    try {
      // Whoever runs the place does so in a chat: that there is e-mail takes nothing from the sandbox's.
      expect(app.firstAdmin).toBeNull();
      await expect.poll(() => lines).toContain('the mail server refuses the name and password');
      expect(lines).toContain('"app":"gateway/sms","count":1');
      expect(lines).not.toMatch(/13800138000|li@shop|2025550123|p@ss/u);
      const answer = await fetch(new URL('/readyz', app.url));
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ degraded: ['email: the credentials were refused'] });
    } finally {
      await app.stop();
    }
  });
});
