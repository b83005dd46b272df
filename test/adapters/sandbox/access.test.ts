import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { runSandbox, type RunningSandbox } from '../../support/sandbox.ts';

const MESSAGE = { conversation: 'customer:ali', user: 'ali', text: 'x' };

let box: RunningSandbox;
afterEach(async () => {
  await box.close();
});

/** fetch sets Host and Origin itself, so this asks with bare hands. */
async function ask(
  headers: Record<string, string>,
  path = '/sandbox/api/messages',
  method = 'POST',
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    const req = request({ host: '127.0.0.1', port: box.port, path, method, headers }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () => {
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    req.on('error', reject);
    req.end(method === 'POST' ? JSON.stringify(MESSAGE) : undefined);
  });
}
const json = { 'content-type': 'application/json' };

describe('without a login', () => {
  it('answers on loopback names with its own port only', async () => {
    box = await runSandbox({ access: { token: null, hosts: ['gongdan.example'] } });
    for (const host of [`127.0.0.1:${box.port}`, `localhost:${box.port}`, `[::1]:${box.port}`])
      expect([host, (await ask({ ...json, host })).status]).toEqual([host, 202]);
    for (const host of ['evil.example', `evil.example:${box.port}`, '127.0.0.1:1', 'localhost', 'gongdan.example'])
      expect([host, (await ask({ ...json, host })).status]).toEqual([host, 403]);
    expect((await ask({ host: 'evil.example' }, '/', 'GET')).status).toBe(403);
    expect(box.sink.events).toHaveLength(3);
  });

  it('takes nothing from pages of other origins', async () => {
    box = await runSandbox();
    const host = `127.0.0.1:${box.port}`;
    for (const foreign of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://127.0.0.1:${box.port + 1}` },
      { origin: `http://localhost:${box.port}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      expect([foreign, (await ask({ ...json, host, ...foreign })).status]).toEqual([foreign, 403]);
    expect((await ask({ host, 'sec-fetch-site': 'cross-site' }, '/sandbox/api/state', 'GET')).status).toBe(403);
    expect(box.sink.events).toEqual([]);
    const own = { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
    expect((await ask({ ...json, host, ...own })).status).toBe(202);
    expect((await ask({ ...json, host, origin: `https://${host}` })).status).toBe(202);
  });

  it('opens the page from a link, under a strict policy', async () => {
    box = await runSandbox();
    const host = `127.0.0.1:${box.port}`;
    const page = await ask({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, '/', 'GET');
    expect(page.status).toBe(200);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(page.body).not.toMatch(/<script(?![^>]* src=)|<style| style=| on[a-z]+=/);
    for (const asset of page.body.matchAll(/(?:src|href)="(\/sandbox\/[^"]+)"/g))
      expect([asset[1], (await ask({ host }, asset[1], 'GET')).status]).toEqual([asset[1], 200]);
  });

  it('serves the page compressed, and for good what its name says the content of', async () => {
    box = await runSandbox();
    const page = await (await box.get('/')).text();
    const script = /src="(\/sandbox\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? '';
    const answer = await box.get(script, { 'accept-encoding': 'gzip' });
    expect([answer.headers.get('content-encoding'), answer.headers.get('vary')]).toEqual(['gzip', 'Accept-Encoding']);
    expect(answer.headers.get('cache-control')).toContain('immutable');
    const plain = await box.get(script, { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toBe(await answer.text());
    expect((await box.get('/')).headers.get('cache-control')).toBe('no-cache');
  });

  it('serves no file beside the page', async () => {
    box = await runSandbox();
    const host = `127.0.0.1:${box.port}`;
    for (const path of [
      '/sandbox/..%2f..%2fpackage.json',
      '/sandbox/%2e%2e/package.json',
      '/sandbox/x.js',
      '/sandbox/.built-from',
      '/sandbox/assets/..%2findex.html',
    ])
      expect([path, (await ask({ host }, path, 'GET')).status]).toEqual([path, 404]);
  });
});

describe('with a login token', () => {
  const token = 'correct horse battery staple';

  it('serves nothing without it', async () => {
    box = await runSandbox({ access: { token, hosts: [] } });
    const host = 'gongdan.example';
    for (const path of [
      '/',
      '/sandbox/api/state',
      '/sandbox/app.js',
      '/?token=wrong',
      '/?token=',
      '/sandbox/api/state?token=',
    ])
      expect([path, (await ask({ host }, path, 'GET')).status]).toEqual([path, 401]);
    expect((await ask({ ...json, host, authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await ask({ ...json, host, cookie: 'gongdan_sandbox=' })).status).toBe(401);
    expect((await ask({ ...json, host, cookie: `gongdan_sandbox=${token}` })).status).toBe(401);
    expect(box.sink.events).toEqual([]);
  });

  it('lets scripts in by header and browsers by the link once', async () => {
    box = await runSandbox({ access: { token, hosts: [] } });
    const host = 'gongdan.example';
    expect((await ask({ ...json, host, authorization: `Bearer ${token}` })).status).toBe(202);
    const login = await ask({ host }, `/?token=${encodeURIComponent(token)}`, 'GET');
    expect([login.status, login.headers['location']]).toEqual([303, '/']);
    const [cookie = ''] = login.headers['set-cookie'] as string[];
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
    expect(cookie).not.toContain('horse');
    expect((await ask({ host, cookie: cookie.split(';')[0] ?? '' }, '/', 'GET')).status).toBe(200);
  });

  it('keeps to the configured Hosts besides loopback', async () => {
    box = await runSandbox({ access: { token, hosts: ['gongdan.example'] } });
    const authorization = `Bearer ${token}`;
    expect((await ask({ ...json, authorization, host: 'gongdan.example' })).status).toBe(202);
    expect((await ask({ ...json, authorization, host: 'localhost:8080' })).status).toBe(202);
    expect((await ask({ ...json, authorization, host: 'evil.example' })).status).toBe(403);
  });
});
