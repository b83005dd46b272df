import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import express from 'express';
import type { Adapter, Changes, OutMessage } from '../../adapters/adapter.ts';
import { createDingTalk, type DingTalk, type DingTalkOptions } from '../../adapters/dingtalk/dingtalk.ts';
import { CARD_PATH, ROBOT_PATH } from '../../adapters/dingtalk/routes.ts';
import { readDingTalkSettings } from '../../adapters/dingtalk/settings.ts';
import { VARIABLES } from '../../adapters/dingtalk/variables.ts';
import type { Action, Card } from '../../cards/card.ts';
import { createFiles } from '../../src/files/disk.ts';
import type { Files } from '../../src/files/file.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import { createVault } from '../../src/vault.ts';
import type { DingMessage, DingTalkEmulator, DingTemplate } from '../emulators/dingtalk/emulator.ts';
import { openDingTalk } from '../emulators/dingtalk/dingtalk.ts';
import { manualClock, type ManualClock } from './clock.ts';
import { memoryDingTalkStore, type MemoryDingTalkStore } from './dingtalk-memory.ts';
import { aCard, memoryFacts, recordingSink, type RecordingSink } from './sandbox.ts';

export const GROUP = 'cidAfterSale+/w==';
export const LILEI = 'lilei';
export const WANGFANG = 'wangfang';
/** Somebody of another organisation, whom the group has let in. */
export const GUEST = 'guest';
export const TEMPLATE = '0a1b2c3d-0000-4000-8000-00000000face.schema';

export const vault = createVault(
  { grantKey: Buffer.alloc(32, 1), digestSalt: 'salt', linkKey: Buffer.alloc(32, 2) },
  systemIds,
);

/** The template that a merchant imports, with the variables it declares. */
export const ownTemplate = (id = TEMPLATE): DingTemplate => ({ id, published: true, variables: VARIABLES });

/** One enterprise with a group of two agents, and the imported template. */
export async function aDingTalk(clock: ManualClock): Promise<DingTalkEmulator> {
  const emulator = await openDingTalk(clock);
  emulator.addUser({ userId: LILEI, name: '李雷', mobile: '13800138000', email: 'lilei@tea.example' });
  emulator.addUser({ userId: WANGFANG, name: '王芳', mobile: '13900139000', email: 'wangfang@tea.example' });
  emulator.addUser({ userId: GUEST, name: '外部小陈', external: true });
  emulator.addGroup({ id: GROUP, title: '售后', members: [LILEI, WANGFANG, GUEST] });
  emulator.addTemplate(ownTemplate());
  return emulator;
}

export interface RunningDingTalk {
  readonly emulator: DingTalkEmulator;
  readonly clock: ManualClock;
  readonly sink: RecordingSink;
  readonly dingtalk: DingTalk;
  readonly adapter: Adapter;
  readonly store: MemoryDingTalkStore;
  readonly files: Files;
  /** Where HTTP mode listens. */
  readonly url: string;
  /** What went wrong without anybody hearing of it. */
  readonly failures: unknown[];
  readonly lines: string[];
  /** Time goes by, slowly enough for the connection to stay. */
  passes(ms: number): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** @throws Error when DingTalk was sent what it would not take or would show wrong, or something went wrong that nobody heard of. */
  close(): Promise<void>;
}

export interface RunOptions {
  readonly mode?: 'http' | 'stream';
  /** A template's id, `public` or `none`; default: the own one. */
  readonly template?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly emulator?: DingTalkEmulator;
  readonly clock?: ManualClock;
  readonly store?: MemoryDingTalkStore;
  /** Without an app: custom group robots alone, as `env` has them. */
  readonly robotsAlone?: boolean;
  readonly more?: Partial<DingTalkOptions>;
}

export const NOBODY: Changes = { joined: () => Promise.resolve(), left: () => Promise.resolve() };

/** Everything that is ready has run so often. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Steps in which time goes by, ms: shorter than what a connection may be silent for. */
const STEP_MS = 25_000;

/** The DingTalk adapter against the emulator, with a sink that notes what it is handed. */
export async function runDingTalk(options: RunOptions = {}): Promise<RunningDingTalk> {
  const clock = options.clock ?? manualClock();
  const emulator = options.emulator ?? (await aDingTalk(clock));
  const folder = await mkdtemp(path.join(tmpdir(), 'gongdan-dingtalk-'));
  const store = options.store ?? memoryDingTalkStore();
  const sink = recordingSink();
  const files = createFiles({ directory: path.join(folder, 'files'), facts: memoryFacts(), clock, ids: systemIds });
  const failures: unknown[] = [];
  const lines: string[] = [];
  const mode = options.mode ?? 'stream';
  const isStream = mode === 'stream' && options.robotsAlone !== true;
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dingtalk = createDingTalk({
    settings: readDingTalkSettings({
      ...(options.robotsAlone !== true && {
        DINGTALK_CLIENT_ID: emulator.app.clientId,
        DINGTALK_CLIENT_SECRET: emulator.app.clientSecret,
      }),
      DINGTALK_MODE: mode,
      DINGTALK_CARD_TEMPLATE: options.template ?? TEMPLATE,
      DINGTALK_API_URL: emulator.url,
      DINGTALK_OAPI_URL: emulator.url,
      ...options.env,
    }),
    store,
    files,
    clock,
    ids: systemIds,
    log: createLog({ level: 'debug', readable: false, clock, stream: { write: (line) => void lines.push(line) } }),
    signer: vault,
    publicUrl: () => url,
    locale: 'zh-CN',
    onFailure: (error) => failures.push(error),
    ...options.more,
  });
  if (dingtalk.routes !== null) app.use(dingtalk.routes.path, dingtalk.routes.router);
  const [adapter] = await dingtalk.load();
  if (adapter === undefined) throw new Error('no adapter');
  const start = async (): Promise<void> => {
    await adapter.start(sink);
    await dingtalk.open(sink, NOBODY);
    if (isStream) await emulator.sockets(1);
  };
  const stop = async (): Promise<void> => {
    await dingtalk.close();
    await adapter.stop();
  };
  emulator.connect(mode === 'http' ? { robotUrl: url + ROBOT_PATH } : null);
  await start();
  return {
    emulator,
    clock,
    sink,
    dingtalk,
    adapter,
    store,
    files,
    url,
    failures,
    lines,
    async passes(ms) {
      for (let left = ms; left > 0; left -= STEP_MS) {
        clock.advance(Math.min(left, STEP_MS));
        await turns(5);
      }
      if (isStream) await emulator.sockets(1);
    },
    start,
    stop,
    async close() {
      await stop();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      const complaints = [...emulator.findings, ...failures.map(String)];
      if (options.emulator === undefined) await emulator.close();
      await rm(folder, { recursive: true, force: true });
      if (complaints.length > 0) throw new Error(`somebody would complain: ${complaints.join('\n')}`);
    },
  };
}

/** Where presses come in over HTTP. */
export const cardUrl = ({ url }: RunningDingTalk): string => url + CARD_PATH;

export const at = (conversation: string) => ({ platform: 'dingtalk', app: 'dingtalk', conversation });
export const group = at(GROUP);

export const words = (text: string, more: { readonly open?: true } = {}): OutMessage => ({
  type: 'text',
  text,
  attachments: [],
  ...more,
});

/** Claims T-4821 unless it says otherwise. */
export const anAction = (label: string, more: Partial<Action> = {}): Action => ({
  label,
  style: 'default',
  placement: 'button',
  invoke: { command: 'claim', args: { ticket: '4821' } },
  typed: `${label} 4821`,
  ...more,
});

/** A card with one button, 认领. */
export const card = (title: string, version: number, more: Partial<Card> = {}, surface?: string): OutMessage => ({
  type: 'card',
  card: aCard(title, { actions: [anAction('认领')], ...more }),
  fallback: title,
  version,
  ...(surface !== undefined && { surface }),
});

/** What the bot said, as somebody reads it. */
export const fromBot = (
  { emulator }: Pick<RunningDingTalk, 'emulator'>,
  conversation: string,
  user: string,
): readonly DingMessage[] => emulator.reads(conversation, user).filter(({ from }) => from === null);
