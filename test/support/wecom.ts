import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import express from 'express';
import type { Adapter, Changes, OutMessage } from '../../adapters/adapter.ts';
import { CALLBACK_PATH } from '../../adapters/wecom/routes.ts';
import { readWeComSettings } from '../../adapters/wecom/settings.ts';
import { createWeCom, type WeCom, type WeComOptions } from '../../adapters/wecom/wecom.ts';
import type { Action, Card } from '../../cards/card.ts';
import { createFiles } from '../../src/files/disk.ts';
import type { Files } from '../../src/files/file.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import { createVault } from '../../src/vault.ts';
import type { WeComEmulator } from '../emulators/wecom/emulator.ts';
import { startWeCom } from '../emulators/wecom/wecom.ts';
import { manualClock, type ManualClock } from './clock.ts';
import { aCard, memoryFacts, recordingSink, type RecordingSink } from './sandbox.ts';
import { memoryWeComStore, type MemoryWeComStore } from './wecom-memory.ts';

export const CHAT = 'wrAfterSale';
export const LILEI = 'lilei';
export const WANGFANG = 'wangfang';
export const PUSH_KEY = '0f6a2b3c-aaaa-bbbb-cccc-000000000001';

export const vault = createVault(
  { grantKey: Buffer.alloc(32, 1), digestSalt: 'salt', linkKey: Buffer.alloc(32, 2) },
  systemIds,
);

/** One enterprise with two agents, a group of theirs with the smart bot, and a message push. */
export async function aWeCom(clock: ManualClock): Promise<WeComEmulator> {
  const emulator = await startWeCom({ clock });
  emulator.addMember({ userId: LILEI, name: '李雷', mail: 'lilei@tea.example' });
  emulator.addMember({ userId: WANGFANG, name: '王芳', mail: 'wangfang@tea.example' });
  emulator.bot.addChat({ id: CHAT, members: [LILEI, WANGFANG] });
  emulator.bot.opens(CHAT);
  emulator.addWebhook(PUSH_KEY);
  return emulator;
}

export interface RunningWeCom {
  readonly emulator: WeComEmulator;
  readonly clock: ManualClock;
  readonly sink: RecordingSink;
  readonly wecom: WeCom;
  readonly adapter: Adapter;
  readonly store: MemoryWeComStore;
  readonly files: Files;
  readonly url: string;
  /** What went wrong without anybody hearing of it. */
  readonly failures: unknown[];
  readonly lines: string[];
  stop(): Promise<void>;
  start(): Promise<void>;
  /** @throws Error when WeCom was sent what it would not take, or something went wrong that nobody heard of. */
  close(): Promise<void>;
}

export interface RunOptions {
  /** Without the smart bot, or without the app. */
  readonly without?: 'bot' | 'app';
  readonly env?: Readonly<Record<string, string>>;
  readonly emulator?: WeComEmulator;
  readonly clock?: ManualClock;
  readonly store?: MemoryWeComStore;
  readonly more?: Partial<WeComOptions>;
}

export const NOBODY: Changes = { joined: () => Promise.resolve(), left: () => Promise.resolve() };

/** The settings that point at an emulator. */
export const envOf = (emulator: WeComEmulator, without?: RunOptions['without']): Record<string, string> => ({
  ...(without !== 'app' && {
    WECOM_CORP_ID: emulator.corpId,
    WECOM_AGENT_ID: String(emulator.app.agentId),
    WECOM_SECRET: emulator.app.secret,
    WECOM_TOKEN: emulator.app.token,
    WECOM_AES_KEY: emulator.app.aesKey,
  }),
  ...(without !== 'bot' && { WECOM_BOT_ID: emulator.bot.botId, WECOM_BOT_SECRET: emulator.bot.secret }),
  WECOM_PUSHES: `aftersale=${PUSH_KEY}`,
  WECOM_API_URL: emulator.url,
  WECOM_OAUTH_URL: emulator.url,
  WECOM_BOT_URL: emulator.botUrl,
});

/** The WeCom adapter against the emulator, with a sink that notes what it is handed. */
export async function runWeCom(options: RunOptions = {}): Promise<RunningWeCom> {
  const clock = options.clock ?? manualClock();
  const emulator = options.emulator ?? (await aWeCom(clock));
  const folder = await mkdtemp(path.join(tmpdir(), 'gongdan-wecom-'));
  const store = options.store ?? memoryWeComStore();
  const sink = recordingSink();
  const files = createFiles({ directory: path.join(folder, 'files'), facts: memoryFacts(), clock, ids: systemIds });
  const failures: unknown[] = [];
  const lines: string[] = [];
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const wecom = createWeCom({
    settings: readWeComSettings({ ...envOf(emulator, options.without), ...options.env }),
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
  if (wecom.routes !== null) app.use(wecom.routes.path, wecom.routes.router);
  const [adapter] = await wecom.load();
  if (adapter === undefined) throw new Error('no adapter');
  const start = async (): Promise<void> => {
    await adapter.start(sink);
    await wecom.open(sink, NOBODY);
    adapter.held?.(true);
    if (options.without === 'bot') return;
    await emulator.bot.sockets(1);
    while (adapter.health().detail !== 'ok') await new Promise((resolve) => setImmediate(resolve));
  };
  const stop = async (): Promise<void> => {
    adapter.held?.(false);
    await wecom.close();
    await adapter.stop();
    if (options.without !== 'bot') await emulator.bot.sockets(0);
  };
  emulator.connect(url + CALLBACK_PATH);
  await start();
  return {
    emulator,
    clock,
    sink,
    wecom,
    adapter,
    store,
    files,
    url,
    failures,
    lines,
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

export const at = (conversation: string) => ({ platform: 'wecom', app: 'wecom', conversation });
/** The group with the smart bot. */
export const chat = at(`chat:${CHAT}`);
/** The agents, one by one. */
export const duty = at('duty:aftersale');

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
