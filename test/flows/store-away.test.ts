import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startApp, type App } from '../../src/app.ts';
import { systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { openEmbedded, type Embedded } from '../../src/embedded/embedded.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import { proxyTo, type Proxy } from '../support/proxy.ts';
import { aShop } from '../support/shop.ts';

// The one story that needs real time: the driver's own patience is part of it.
let directory: string;
let embedded: Embedded;
let wire: Proxy;
let app: App;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'away-'));
  embedded = await openEmbedded({ directory: join(directory, 'store'), fsync: false });
  wire = await proxyTo(embedded.uri);
  const shop = join(directory, 'gongdan.yaml');
  await writeFile(shop, aShop({ customers: 5 }));
  const env = {
    PORT: '0',
    GONGDAN_DATA: directory,
    GONGDAN_CONFIG: shop,
    MONGODB_URI: wire.uri,
    LOG_LEVEL: 'silent',
    GONGDAN_LANG: 'en',
  };
  const config = readConfig({ env, cwd: directory, ids: systemIds, platforms: [] });
  const log = createLog({ level: 'silent', readable: false, clock: systemClock });
  app = await startApp({ config, clock: systemClock, ids: systemIds, log });
});
afterAll(async () => {
  await app.stop();
  await wire.close();
  await embedded.stop();
  await rm(directory, { recursive: true, force: true });
});

const ask = async (path: string, body?: unknown) => {
  const base = app.url.replace(/\/$/u, '');
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${base}${path}`, body === undefined ? {} : post);
  return { status: response.status, retry: response.headers.get('retry-after'), text: await response.text() };
};
const writes = (user: string, text: string) =>
  ask('/sandbox/api/messages', { conversation: `c-${user}`, user, text, clientId: `${user}-${text}` });
const sees = async (user: string, conversation: string): Promise<string> =>
  (await ask(`/sandbox/api/conversations/${conversation}/messages?user=${user}`)).text;
const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 100 });

it(
  'the process stays up, acknowledges nothing, says why, and goes on by itself when the store is back',
  { timeout: 120_000 },
  async () => {
    expect((await writes('k1', '杯子碎了')).status).toBe(202);
    await until(async () => {
      expect(await sees('k1', 'c-k1')).toContain('已收到');
    });

    wire.cut();
    const [refused, again] = await Promise.all([writes('k2', '第一句'), writes('k1', '还有一句')]);
    expect([refused.status, again.status]).toEqual([503, 503]);
    expect(Number(refused.retry)).toBeGreaterThan(0);
    const press = await ask('/sandbox/api/actions', { user: 'lilei', command: 'claim', args: { ticket: '4800' } });
    expect([press.status, Number(press.retry) > 0]).toEqual([503, true]);
    await until(async () => {
      const ready = await ask('/readyz');
      expect([ready.status, ready.text]).toEqual([503, expect.stringContaining('store: not reachable')]);
    });
    expect((await ask('/healthz')).status).toBe(200);
    expect((await ask('/metrics')).status).toBe(200);

    wire.mend();
    await until(async () => {
      const ready = await ask('/readyz');
      expect([ready.status, ready.text]).toEqual([200, expect.stringContaining('true')]);
    });
    // Nothing of what was refused is there; its repeat is taken once.
    expect(await sees('k2', 'c-k2')).not.toContain('第一句');
    expect((await writes('k2', '第一句')).status).toBe(202);
    expect((await writes('k2', '第一句')).status).toBe(202);
    // Loops, delivery's lease and the schedule go on: a card, an answer, and a wake-up.
    await until(async () => {
      expect(await sees('k2', 'c-k2')).toContain('已收到');
      expect(await sees('lilei', 'g-aftersale')).toContain('T-4801');
    });
    expect(
      (await ask('/sandbox/api/actions', { user: 'lilei', command: 'claim', args: { ticket: '4801' } })).text,
    ).toContain('归你了');
    const ticket = await app.store.tickets.byNumber(4801);
    const soon = new Date(Date.now() + 200);
    const who = { actor: { kind: 'person', id: 'lilei', name: '李雷' }, cause: 'short wait' } as const;
    await app.flow.perform(ticket?._id ?? '', { type: 'pend', wait: 'warehouse', until: soon }, who);
    await until(async () => {
      expect((await app.store.tickets.byNumber(4801))?.status).toBe('in_progress');
    });
    expect((await app.store.tickets.byNumber(4801))?.customerMessages).toBe(1);
  },
);
