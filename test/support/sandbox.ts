import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import express from 'express';
import type { Accepted, InboundEvent, InboundInvoke, Sink } from '../../adapters/adapter.ts';
import type { Backstage } from '../../adapters/sandbox/backstage.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../adapters/sandbox/sandbox.ts';
import type { Card, Form } from '../../cards/card.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import { createFiles } from '../../src/files/disk.ts';
import type { FileFacts, StoredFile } from '../../src/files/file.ts';
import { systemIds } from '../../src/ids.ts';
import { manualClock, type ManualClock } from './clock.ts';
import { memorySandboxStore, type MemorySandboxStore } from './sandbox-memory.ts';

export const people: SandboxOptions['people'] = [
  { id: 'xiaomei', name: '小美', role: 'customer', teams: [], locale: 'zh-CN', timeZone: 'Asia/Shanghai' },
  { id: 'ali', name: '阿力', role: 'customer', teams: [] },
  { id: 'lilei', name: '李雷', role: 'agent', teams: ['aftersales'] },
  { id: 'wangfang', name: '王芳', role: 'agent', teams: ['aftersales'] },
  { id: 'zhou', name: '周总', role: 'manager', teams: [] },
];

export const conversations: SandboxOptions['conversations'] = [
  { id: 'customer:xiaomei', kind: 'customer', title: '小美', members: ['xiaomei'] },
  { id: 'customer:ali', kind: 'customer', title: '阿力', members: ['ali'] },
  {
    id: 'group:aftersales',
    kind: 'group',
    title: '售后组',
    members: ['lilei', 'wangfang', 'zhou'],
    team: 'aftersales',
  },
  { id: 'direct:lilei', kind: 'direct', title: '李雷', members: ['lilei'] },
  { id: 'direct:wangfang', kind: 'direct', title: '王芳', members: ['wangfang'] },
];

/** A sink that keeps what it was handed and answers as the test says. */
export interface RecordingSink extends Sink {
  readonly events: InboundEvent[];
  away: boolean;
  answer: (event: InboundEvent) => Accepted['answer'] | Promise<Accepted['answer']>;
  form: (event: InboundInvoke) => Form | null;
}

export function recordingSink(): RecordingSink {
  const events: InboundEvent[] = [];
  const sink: RecordingSink = {
    events,
    away: false,
    answer: () => undefined,
    form: () => null,
    async accept(event, options) {
      if (sink.away) throw new StoreUnavailable(new Error('switched off'));
      events.push(event);
      options?.stored?.();
      const answer = await sink.answer(event);
      return answer === undefined ? { stored: true } : { stored: true, answer };
    },
    openForm: (event) => Promise.resolve(sink.form(event)),
    openHome: () => Promise.resolve(null),
    openLink: () => Promise.resolve(null),
  };
  return sink;
}

export const aCard = (title: string, more: Partial<Card> = {}): Card => ({
  kind: 'ticket',
  locale: 'zh-CN',
  tone: 'grey',
  title,
  summary: title,
  blocks: [],
  actions: [],
  ...more,
});

/** What stands behind the page: one verb, tickets that say which page of them was asked for, a machine without work. */
export const aBackstage = (more: Partial<Backstage> = {}): Backstage => ({
  vocabulary: (locale) => [
    {
      name: 'claim',
      word: locale === 'en' ? 'claim' : '认领',
      words: [],
      initials: 'rl',
      summary: '',
      usage: '',
      params: [],
    },
  ],
  ticket: (user, number, { before, limit }) =>
    Promise.resolve(user === 'lilei' ? { number, card: aCard(`${before} ${limit}`), entries: [], more: false } : null),
  machine: () =>
    Promise.resolve({
      at: new Date('2026-11-11T06:30:00.000Z'),
      inbox: { open: 0, parked: 0 },
      surge: { boards: 3, rows: 10 },
      apps: [],
      jobs: [],
    }),
  restart: null,
  ...more,
});

export interface RunningSandbox {
  readonly url: string;
  readonly port: number;
  readonly adapter: Sandbox;
  readonly store: MemorySandboxStore;
  readonly clock: ManualClock;
  readonly sink: RecordingSink;
  readonly files: string;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/** Facts about files in memory. */
export function memoryFacts(): FileFacts {
  const files = new Map<string, StoredFile>();
  return {
    load: async (id) => files.get(id) ?? null,
    keep: async (file) => {
      if (!files.has(file._id)) files.set(file._id, file);
    },
  };
}

/** A sandbox on a loopback port of its own, on the store in memory and a clock that stands still. */
export async function runSandbox(more: Partial<SandboxOptions> = {}): Promise<RunningSandbox> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gongdan-sandbox-'));
  const store = memorySandboxStore();
  const clock = manualClock();
  const sink = recordingSink();
  const files = path.join(folder, 'files');
  const adapter = createSandbox({
    store,
    clock,
    ids: systemIds,
    people,
    conversations,
    access: { token: null, hosts: [] },
    files: createFiles({ directory: files, facts: memoryFacts(), clock, ids: systemIds }),
    web: path.join(import.meta.dirname, '../../dist/web'),
    ...more,
  });
  await adapter.start(sink);
  const app = express();
  if (adapter.routes !== null) app.use(adapter.routes.path, adapter.routes.router);
  const server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    adapter,
    store,
    clock,
    sink,
    files,
    get: async (to, headers = {}) => fetch(url + to, { headers, redirect: 'manual' }),
    post: async (to, body, headers = {}) =>
      fetch(url + to, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async close() {
      await adapter.stop();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
