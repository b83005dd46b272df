import express, { type Express } from 'express';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMetrics } from '../../src/http/metrics.ts';
import { createApp } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';
import { manualClock } from '../support/clock.ts';

const clock = manualClock();
const log = createLog({ level: 'silent', readable: false, clock });
let server: Server;
let base: string;
beforeAll(async () => {
  // Whatever a page looked up would be a failure: there is nothing here that could be asked.
  const app: Express = express();
  app.use(
    createApp({
      host: '127.0.0.1',
      port: 0,
      locale: 'zh-CN',
      noteFault: async () => 'E-1',
      clock,
      process: 'p1',
      metrics: createMetrics({
        log,
        queues: async () => ({
          inboxDepth: 0,
          outboxDepth: 0,
          outboxOldestMs: 0,
          deadLetters: 0,
          parkedRows: 0,
          hooks: [],
        }),
      }),
      openFile: async () => ({ outcome: 'wrong' }),
      openExport: () => ({ outcome: 'wrong' }),
      routes: [],
      unready: () => [],
      degraded: () => [],
    }),
  );
  server = createServer(app);
  base = await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`);
    });
  });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const open = (path: string, language?: string) =>
  fetch(`${base}${path}`, { headers: language === undefined ? {} : { 'accept-language': language } });

it('says what the address is and what to type, in the language of whoever opens it', async () => {
  const chinese = await (await open('/t/4821', 'zh-CN,zh;q=0.9,en;q=0.8')).text();
  expect(chinese).toContain('<html lang="zh-CN">');
  expect(chinese).toContain('发「查看 4821」');
  const english = await (await open('/t/4821', 'en-GB,en;q=0.9,zh;q=0.5')).text();
  expect(english).toContain('<html lang="en">');
  expect(english).toContain('send "show 4821"');
  expect(english).not.toMatch(/\p{Script=Han}/u);
});

it.each([
  ['zh-TW', 'zh-CN'],
  ['fr', 'zh-CN'],
  ['*', 'zh-CN'],
  ['en-US', 'en'],
  ['fr, en;q=0.1', 'en'],
])('whoever prefers %s reads %s', async (language, chosen) => {
  expect((await open('/t/1', language)).headers.get('content-language')).toBe(chosen);
});

it('says the same of every number', async () => {
  const [one, other] = await Promise.all([open('/t/4821', 'en'), open('/t/999999999999', 'en')]);
  expect([one.status, other.status]).toEqual([200, 200]);
  expect((await other.text()).replaceAll('999999999999', '4821')).toBe(await one.text());
  const headers = ({ headers: h }: Response) =>
    [...h].filter(([name]) => !['date', 'content-length', 'etag'].includes(name));
  expect(headers(other)).toEqual(headers(one));
});

it('is a page like the others: no script, no frame, no cache, no index', async () => {
  const page = await open('/t/4821', 'en');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.headers.get('vary')).toMatch(/accept-language/iu);
  const body = await page.text();
  expect(body).toContain('noindex');
  expect(body).not.toContain('<script');
});

it.each(['/t/', '/t/0', '/t/04821', '/t/4821/', '/T/4821', '/t/T-4821', '/t/<b>', '/t/1234567890123', '/t/4821/x'])(
  '%s is nothing',
  async (path) => {
    const answer = await open(path, 'en');
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('4821');
  },
);
