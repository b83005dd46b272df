import { createHash } from 'node:crypto';
import { callable } from '../../commands/callable.ts';
import { createApi } from '../../src/flow/api.ts';
import type { ApiPorts } from '../../src/http/api/ports.ts';
import { apiRoutes } from '../../src/http/api/router.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { createNoteFault } from '../../src/fault.ts';
import { createLog } from '../../src/log.ts';
import type { ApiKey } from '../../src/storage/api-keys.ts';
import type { Bench } from './flow.ts';

/** A key that may do everything, and what its caller shows. */
export const aKey = (more: Partial<ApiKey> = {}): ApiKey => ({
  _id: `id${more.name ?? 'erp'}`,
  name: 'erp',
  hash: createHash('sha256').update(SECRET).digest('hex'),
  scopes: ['tickets:read', 'tickets:write', 'commands'],
  shops: [],
  actors: ['lilei', 'zhou'],
  rate: 10_000,
  createdAt: new Date(0),
  revokedAt: null,
  usedAt: null,
  ...more,
});
const SECRET = 's'.repeat(44);
export const shownOf = (key: Pick<ApiKey, '_id'>): string => `gd_${key._id}_${SECRET}`;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- what an answer holds is what the test says
  readonly body: any;
}

/** The REST API over a bench, on a socket of its own. */
export interface Door {
  readonly url: string;
  /** What was logged. */
  readonly lines: string[];
  readonly ports: ApiPorts;
  /** Asks as a key does (default: `erp`); null: without one. A body that is text goes as it is. */
  ask(
    method: string,
    path: string,
    body?: unknown,
    more?: { key?: string | null; headers?: Record<string, string> },
  ): Promise<Reply>;
  close(): Promise<void>;
}

export async function openDoor(bench: Bench, more: Partial<ApiPorts> = {}): Promise<Door> {
  const { parts, flow } = bench;
  const { store, clock, ids } = parts;
  const lines: string[] = [];
  const log = createLog({
    level: 'debug',
    readable: false,
    clock,
    stream: { write: (line: string) => void lines.push(line) },
  });
  const ports: ApiPorts = {
    api: createApi(parts, flow.sink),
    tickets: store.tickets,
    messages: store.messages,
    keys: store.apiKeys,
    directory: parts.directory,
    verbs: callable,
    signer: parts.vault,
    clock,
    ids,
    ...more,
  };
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    locale: 'en',
    noteFault: createNoteFault({ log, clock, ids, errors: store.errors }),
    process: 'p',
    clock,
    metrics: createMetrics({ log, queues: () => Promise.reject(new Error('nobody asks')) }),
    openFile: () => Promise.resolve({ outcome: 'wrong' }),
    openExport: () => ({ outcome: 'wrong' }),
    routes: [{ path: '/', router: apiRoutes(ports) }],
    unready: () => [],
    degraded: () => [],
  });
  const { url } = await server.start();
  return {
    url: url.replace(/\/$/, ''),
    lines,
    ports,
    async ask(method, path, body, { key = shownOf(aKey()), headers = {} } = {}) {
      const response = await fetch(url.replace(/\/$/, '') + path, {
        method,
        headers: {
          ...(key !== null && { authorization: `Bearer ${key}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
    },
    close: () => server.stop(),
  };
}
