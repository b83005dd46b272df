import { connect } from 'node:net';
import express, { Router } from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { SetupError, StoreUnavailable } from '../../src/errors.ts';
import { createMetrics, type QueueFigures } from '../../src/http/metrics.ts';
import { createHttpServer, type HttpOptions, type HttpServer } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';
import { createNoteFault } from '../../src/fault.ts';
import type { StoredError } from '../../src/storage/errors.ts';

const lines: string[] = [];
const timers: { ms: number; task: () => void; off: boolean }[] = [];
const clock: Clock = {
  now: () => new Date('2026-11-11T00:00:00Z'),
  monotonic: () => 0,
  after(ms, task) {
    const timer = { ms, task, off: false };
    timers.push(timer);
    return () => {
      timer.off = true;
    };
  },
};
const log = createLog({
  level: 'info',
  readable: false,
  clock,
  stream: {
    write(line: string) {
      lines.push(line);
    },
  },
});
const figures: QueueFigures = {
  inboxDepth: 3,
  outboxDepth: 7,
  outboxOldestMs: 1_500,
  deadLetters: 1,
  parkedRows: 2,
  hooks: [{ subscription: 'erp', pending: 4, oldestMs: 2_500, paused: true }],
};

const ids = { next: () => 'aB-c_D3fGhIjKlMnOpQrSt', random: () => 0.5 };
const kept: StoredError[] = [];
const open: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.stop()));
  lines.length = 0;
  kept.length = 0;
  timers.length = 0;
});

function make(options: Partial<HttpOptions> = {}): HttpServer {
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    locale: 'en',
    noteFault: createNoteFault({ log, clock, ids, errors: { add: async (error) => kept.push(error) > 0 } }),
    clock,
    process: 'p1',
    metrics: createMetrics({ log, queues: async () => figures }),
    openFile: async () => ({ outcome: 'wrong' }),
    openExport: () => ({ outcome: 'wrong' }),
    routes: [],
    unready: () => [],
    degraded: () => [],
    ...options,
  });
  open.push(server);
  return server;
}

function failing(error: unknown): HttpOptions['routes'][number] {
  const router = Router();
  router.get('/orders/:id', () => {
    throw error;
  });
  router.post('/orders', express.json({ limit: '1kb' }), (_request, response) => {
    response.json({});
  });
  return { path: '/x', router };
}

describe('the server', () => {
  it('is healthy while it lives and ready when nothing is missing', async () => {
    const reasons: string[] = [];
    const { url } = await make({ unready: () => reasons }).start();
    const health = await fetch(`${url}healthz`);
    expect([health.status, health.headers.get('x-gongdan-process')]).toEqual([200, 'p1']);
    expect(await (await fetch(`${url}readyz`)).json()).toEqual({ ready: true, reasons: [], degraded: [] });
    reasons.push('the store cannot be reached');
    const away = await fetch(`${url}readyz`);
    expect(away.status).toBe(503);
    expect(await away.json()).toEqual({ ready: false, reasons, degraded: [] });
    expect((await fetch(`${url}healthz`)).status).toBe(200);
  });

  it('stays ready while one platform is away, and says which', async () => {
    const degraded = ['slack/T1: no answer since 2026-11-11T14:02:00Z, 132 wait'];
    const { url } = await make({ degraded: () => degraded }).start();
    const answer = await fetch(`${url}readyz`);
    expect([answer.status, await answer.json()]).toEqual([200, { ready: true, reasons: [], degraded }]);
  });

  it('sets security headers on everything and does not say what it is made of', async () => {
    const { url } = await make().start();
    for (const path of ['healthz', 'nothing']) {
      const { headers } = await fetch(url + path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  it('mounts the routes it is given, and answers problem+json elsewhere', async () => {
    const router = Router();
    router.get('/hello', (_request, response) => {
      response.send('hi');
    });
    const { url } = await make({ routes: [{ path: '/', router }] }).start();
    expect(await (await fetch(`${url}hello`)).text()).toBe('hi');
    const missing = await fetch(`${url}nowhere`);
    expect(missing.status).toBe(404);
    expect(missing.headers.get('content-type')).toContain('application/problem+json');
    expect(await missing.json()).toMatchObject({ status: 404, title: 'Not found' });
  });

  it('hides what failed behind a number that the log knows', async () => {
    const { url } = await make({ routes: [failing(new Error('phone 13812345678'))] }).start();
    const response = await fetch(`${url}x/orders/13812345678`);
    const body = await response.text();
    expect(response.status).toBe(500);
    expect(JSON.parse(body)).toMatchObject({ error: 'E-ABCD3F', status: 500 });
    expect(body).not.toMatch(/13812345678|\.ts/);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ error: 'E-ABCD3F', what: 'GET /orders/:id' });
    expect(lines[0]).not.toContain('13812345678');
    expect(kept).toMatchObject([
      { _id: 'E-ABCD3F', where: 'request', what: 'GET /orders/:id', error: { name: 'Error' } },
    ]);
    expect(JSON.stringify(kept)).not.toContain('13812345678');
  });

  it('answers 503 while the store is away', async () => {
    const { url } = await make({ routes: [failing(new StoreUnavailable(null))] }).start();
    const response = await fetch(`${url}x/orders/1`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(lines).toEqual([]);
  });

  it('refuses what cannot be read with a sentence of its own', async () => {
    const { url } = await make({ routes: [failing(null)] }).start();
    const post = (body: string) =>
      fetch(`${url}x/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const broken = await post('{"text": 小美');
    expect(broken.status).toBe(400);
    expect(await broken.text()).not.toContain('小美');
    expect((await post(JSON.stringify('x'.repeat(2_000)))).status).toBe(413);
    expect((await fetch(`${url}x/orders/%E0%A4%A`)).status).toBe(400);
  });

  it('says which setting to change when it cannot bind', async () => {
    const { port } = await make().start();
    const second = make({ port });
    await expect(second.start()).rejects.toThrow(SetupError);
    await expect(make({ port }).start()).rejects.toThrow(
      `Port ${port} is taken by another program; start with another one: PORT=${port + 1}`,
    );
    await expect(make({ host: '192.0.2.1' }).start()).rejects.toThrow('HOST=192.0.2.1');
  });

  it('ends at once when nothing runs, and cuts what still runs after ten seconds', async () => {
    const router = Router();
    let enter = (): void => undefined;
    const entered = new Promise<void>((resolve) => {
      enter = resolve;
    });
    router.get('/slow', (_request, response) => {
      response.write('begun');
      enter();
    });
    const server = make({ routes: [{ path: '/', router }] });
    const { port } = await server.start();
    const socket = connect(port, '127.0.0.1');
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => {
        resolve();
      });
    });
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await entered;
    const stopped = server.stop();
    expect(timers.map((t) => t.ms)).toEqual([1_500]);
    expect(socket.destroyed).toBe(false);
    timers[0]?.task();
    await Promise.all([stopped, closed]);
    expect(timers[0]?.off).toBe(true);
    await server.stop();
  });
});

describe('/metrics', () => {
  it('counts what happened and how long the queues are', async () => {
    const metrics = createMetrics({ log, queues: async () => figures });
    metrics.inbound('sandbox', 'message', 'stored');
    metrics.inbound('sandbox', 'message', 'stored');
    metrics.intent('claim', 'already_claimed');
    metrics.delivered('sandbox\nmain', 'card', 300);
    metrics.write('insert', 'inbox');
    metrics.job('wake', { lagMs: 250, tookMs: 10, failed: false }, new Date());
    metrics.platform('sandbox\nmain', true);
    metrics.platform('slack\nT1', false);
    metrics.failed('slack\nT1', 'unknown');
    metrics.notified('erp', 'done');
    metrics.alarm('parked', { row: 'r1' });
    const { url } = await make({ metrics }).start();
    const response = await fetch(`${url}metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    const found = (await response.text()).split('\n');
    expect(found).toEqual(
      expect.arrayContaining([
        'gongdan_inbound_total{platform="sandbox",kind="message",outcome="stored"} 2',
        'gongdan_intents_total{type="claim",outcome="already_claimed"} 1',
        'gongdan_delivery_seconds_bucket{le="0.25",app="sandbox/main",kind="card"} 0',
        'gongdan_delivery_seconds_bucket{le="0.5",app="sandbox/main",kind="card"} 1',
        'gongdan_store_writes_total{command="insert",collection="inbox"} 1',
        'gongdan_job_lag_seconds{job="wake"} 0.25',
        'gongdan_platform_up{app="sandbox/main"} 1',
        'gongdan_hook_deliveries_total{subscription="erp",outcome="done"} 1',
        'gongdan_hook_depth{subscription="erp"} 4',
        'gongdan_hook_oldest_seconds{subscription="erp"} 2.5',
        'gongdan_hook_paused{subscription="erp"} 1',
        'gongdan_platform_up{app="slack/T1"} 0',
        'gongdan_platform_failures_total{app="slack/T1",failure="unknown"} 1',
        'gongdan_alarms_total{what="parked"} 1',
        'gongdan_outbox_depth 7',
        'gongdan_outbox_oldest_seconds 1.5',
        'gongdan_dead_letters 1',
        'gongdan_inbox_depth 3',
        'gongdan_parked_rows 2',
      ]),
    );
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ what: 'parked', row: 'r1' });
  });

  it('leaves queue lengths out rather than telling old ones while the store is away', async () => {
    let away = false;
    const queues = async (): Promise<QueueFigures> => {
      if (away) throw new StoreUnavailable(null);
      return figures;
    };
    const metrics = createMetrics({ log, queues });
    expect((await metrics.scrape()).body).toContain('\ngongdan_outbox_depth 7');
    away = true;
    const { body } = await metrics.scrape();
    expect(body).not.toContain('\ngongdan_outbox_depth 7');
    expect(body).toContain('process_resident_memory_bytes');
  });
});
