import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../src/errors.ts';
import type { Reported } from '../../src/flow/api.ts';
import { createHooks, type HookOptions } from '../../src/http/hooks.ts';
import { createLog } from '../../src/log.ts';
import { SIGNATURE_HEADER, signatureOf } from '../../src/webhooks/signature.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';

const SECRET = 'secret-a';
const EVENT = Buffer.from('{"id":"x","secret":"customer words"}');
const outcomes: string[] = [];
const lines: string[] = [];
let clock: ManualClock;
let server: Server;
let asked: number;
let foreseen: boolean;

/** A server with one source; what stands in `more` is as the test wants it. */
async function open(more: Partial<HookOptions> = {}): Promise<string> {
  clock = manualClock();
  outcomes.length = 0;
  lines.length = 0;
  asked = 0;
  foreseen = true;
  const log = createLog({ level: 'debug', readable: false, clock, stream: { write: (line) => void lines.push(line) } });
  const template = (text: string) => ({ parts: [text] });
  const make = {
    id: template('x'),
    matter: null,
    updates: false,
    deadline: null,
    shop: template('main'),
    subject: template('s'),
    text: null,
    category: null,
    priority: null,
    tags: [],
    team: null,
    facts: new Map(),
    customer: null,
  };
  const when = [{ path: { written: 'id', steps: ['id'] }, exists: true }];
  const hooks = createHooks({
    sources: new Map([['erp', { rules: [{ name: 'r', when, make }], shops: new Set(['main']) }]]),
    secrets: async () => {
      asked += 1;
      return [SECRET];
    },
    report: async () => ({ kind: 'ignored' }),
    clock,
    metrics: { hook: (source, outcome) => void outcomes.push(`${source} ${outcome}`) },
    log,
    ...more,
  });
  server = createServer((request, response) => {
    hooks.handle(request, response).catch(() => {
      foreseen = false;
      response.writeHead(500).end('{}');
    });
  });
  // Nothing but what is tested cuts a connection.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/erp`;
}
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const headers = (secret = SECRET, body = EVENT) => ({
  'Content-Type': 'application/json',
  [SIGNATURE_HEADER]: signatureOf([secret], clock.now(), body),
});
const post = (url: string, secret = SECRET): Promise<Response> =>
  fetch(url, { method: 'POST', headers: headers(secret), body: new Uint8Array(EVENT) });

describe('a webhook', () => {
  it('with a bad signature costs no question to the store: secrets are asked for once in two seconds', async () => {
    const url = await open();
    for (let i = 0; i < 20; i += 1) expect((await post(url, 'secret-b')).status).toBe(401);
    expect([asked, outcomes.length, lines]).toEqual([1, 20, []]);
    clock.advance(2_000);
    await post(url, 'secret-b');
    expect(asked).toBe(2);
  });

  it('is answered late once they come by the hundred, and a good one is not', async () => {
    const url = await open();
    await Promise.all(Array.from({ length: 100 }, () => post(url, 'secret-b')));
    let isAnswered = false;
    const late = post(url, 'secret-b').then((response) => {
      isAnswered = true;
      return response.status;
    });
    while (outcomes.length < 101) await new Promise(setImmediate);
    expect((await post(url)).status).toBe(200);
    expect(isAnswered).toBe(false);
    clock.advance(1_000);
    expect(await late).toBe(401);
  });

  it('before the store answers again is told to come back, and the store is left alone', async () => {
    const url = await open({
      secrets: async () => {
        asked += 1;
        throw new StoreUnavailable(new Error('away'));
      },
    });
    const [one] = await Promise.all([post(url), post(url), post(url)]);
    expect([one?.status, one?.headers.get('retry-after'), asked]).toEqual([503, '1', 1]);
  });

  it.each<[Reported, number, string]>([
    [{ kind: 'pending' }, 202, 'pending'],
    [{ kind: 'ignored' }, 200, 'ignored'],
    [{ kind: 'conflict' }, 409, 'conflict'],
  ])('%j is answered %i', async (reported, status, outcome) => {
    const url = await open({ report: async () => reported });
    expect((await post(url)).status).toBe(status);
    expect(outcomes).toEqual([`erp ${outcome}`]);
  });

  it('that was not stored is not acknowledged', async () => {
    const url = await open({ report: () => Promise.reject(new StoreUnavailable(new Error('away'))) });
    const response = await post(url);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(outcomes).toEqual(['erp unavailable']);
  });

  it('that fails as nobody foresaw is left to the server', async () => {
    const url = await open({ report: () => Promise.reject(new Error('broken')) });
    expect((await post(url)).status).toBe(500);
    expect(foreseen).toBe(false);
  });

  it('of a source without a secret is refused before it is read', async () => {
    const url = await open({ secrets: async () => [] });
    expect((await post(url)).status).toBe(401);
    expect(outcomes).toEqual(['erp no_secret']);
  });

  it('that fits no rule is logged without what it says', async () => {
    const url = await open({ sources: new Map([['erp', { rules: [], shops: new Set() }]]) });
    expect((await post(url)).status).toBe(422);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"app":"erp","failure":"no_rule"');
    expect(lines.join('')).not.toContain('customer words');
  });
});

/** Sends headers that promise a body of this length, and these bytes of it. */
function sends(url: string, length: number, header: string, bytes: Buffer) {
  const { port, pathname } = new URL(url);
  const head = [
    `POST ${pathname} HTTP/1.1`,
    'Host: x',
    'Content-Type: application/json',
    `${SIGNATURE_HEADER}: ${header}`,
    `Content-Length: ${length}`,
  ];
  const socket = connect(Number(port), '127.0.0.1');
  const seen = { cut: false };
  const cut = new Promise<void>((resolve) => {
    socket.once('close', () => {
      seen.cut = true;
      resolve();
    });
  });
  socket.on('error', () => undefined);
  const answered = new Promise<string>((resolve) => {
    socket.once('data', (chunk: Buffer) => {
      resolve(chunk.toString().slice(9, 12));
    });
  });
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.write(bytes);
  return { socket, answered, cut, seen };
}

describe('a body that is not read', () => {
  const byte = Buffer.from('{');

  it.each([
    ['is too long', 10_000_000, 0, '413'],
    ['has an old signature', 1_000, -600_000, '401'],
  ])('because it %s is answered at once, and its sender cut off after a moment', async (_why, length, ms, status) => {
    const url = await open();
    const at = new Date(clock.now().getTime() + ms);
    const sent = sends(url, length, signatureOf([SECRET], at, EVENT), byte);
    expect(await sent.answered).toBe(status);
    clock.advance(1_999);
    // Whoever is still sending has time to read the answer.
    await post(url);
    expect(sent.seen.cut).toBe(false);
    clock.advance(1);
    await sent.cut;
  });

  it('is cut off as well once a megabyte more came, however fast', async () => {
    const url = await open();
    const sent = sends(url, 10_000_000, signatureOf([SECRET], clock.now(), EVENT), byte);
    expect(await sent.answered).toBe('413');
    let bytes = 0;
    const chunk = Buffer.alloc(64 * 1024);
    const more = (): void => {
      if (sent.seen.cut || bytes > 9_000_000) return;
      bytes += chunk.length;
      sent.socket.write(chunk, () => setImmediate(more));
    };
    more();
    await sent.cut;
    expect(bytes).toBeLessThan(9_000_000);
  });
});
