import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import express from 'express';
import type { Adapter } from '../../adapters/adapter.ts';
import { readSlackSettings } from '../../adapters/slack/settings.ts';
import { createSlack, type Slack, type SlackOptions } from '../../adapters/slack/slack.ts';
import type { Workspace } from '../../adapters/slack/workspace.ts';
import { createFiles } from '../../src/files/disk.ts';
import type { Files } from '../../src/files/file.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import { createVault } from '../../src/vault.ts';
import type { SlackEmulator } from '../emulators/slack/emulator.ts';
import { openSlack } from '../emulators/slack/slack.ts';
import { manualClock, type ManualClock } from './clock.ts';
import { memoryFacts, recordingSink, type RecordingSink } from './sandbox.ts';
import { memorySlackStore, type MemorySlackStore } from './slack-memory.ts';

export const TEAM = 'T0TEA';
export const CHANNEL = 'C0AFTERSALE';
export const LILEI = 'U0LILEI';
export const WANGFANG = 'U0WANGFANG';
/** As Slack makes them: 32 hex digits. */
export const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
export const APP_TOKEN = 'xapp-1-A0GONGDAN-tests';

export const vault = createVault(
  { grantKey: Buffer.alloc(32, 1), digestSalt: 'salt', linkKey: Buffer.alloc(32, 2) },
  systemIds,
);

/** One workspace with a channel of two agents, who are its full members. */
export async function aSlack(clock: ManualClock): Promise<SlackEmulator> {
  const emulator = await openSlack(clock);
  emulator.addTeam({ id: TEAM, name: '山间茶铺', botToken: 'xoxb-0-tea-tests' });
  const zone = { tz: 'Asia/Shanghai', locale: 'zh-CN' } as const;
  emulator.addUser(TEAM, { id: LILEI, name: 'lilei', realName: '李雷', email: 'lilei@tea.example', ...zone });
  emulator.addUser(TEAM, { id: WANGFANG, name: 'wangfang', realName: '王芳', email: 'wangfang@tea.example', ...zone });
  emulator.addChannel(TEAM, { id: CHANNEL, name: 'aftersale', members: [LILEI, WANGFANG] });
  return emulator;
}

export interface RunningSlack {
  readonly emulator: SlackEmulator;
  readonly clock: ManualClock;
  readonly sink: RecordingSink;
  readonly slack: Slack;
  /** The first installation. */
  readonly workspace: Workspace;
  /** Installations that came and went while it ran. */
  readonly joined: Adapter[];
  readonly left: Adapter[];
  readonly store: MemorySlackStore;
  readonly files: Files;
  /** Where the bot listens. */
  readonly url: string;
  /** What went wrong without anybody hearing of it. */
  readonly failures: unknown[];
  readonly lines: string[];
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface RunOptions {
  readonly mode?: 'http' | 'socket';
  readonly env?: Readonly<Record<string, string>>;
  readonly emulator?: SlackEmulator;
  readonly clock?: ManualClock;
  readonly store?: MemorySlackStore;
  /** Before the platform's routes, as a careless server would have it. */
  readonly before?: express.RequestHandler;
  readonly more?: Partial<SlackOptions>;
}

/** The Slack adapter through Bolt against the emulator, with a sink that notes what it is handed. */
export async function runSlack(options: RunOptions = {}): Promise<RunningSlack> {
  const clock = options.clock ?? manualClock();
  const emulator = options.emulator ?? (await aSlack(clock));
  const folder = await mkdtemp(path.join(tmpdir(), 'gongdan-slack-'));
  const store = options.store ?? memorySlackStore();
  const sink = recordingSink();
  const files = createFiles({ directory: path.join(folder, 'files'), facts: memoryFacts(), clock, ids: systemIds });
  const failures: unknown[] = [];
  const lines: string[] = [];
  const joined: Adapter[] = [];
  const left: Adapter[] = [];
  const mode = options.mode ?? 'http';
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = readSlackSettings({
    SLACK_BOT_TOKEN: emulator.teams.get(TEAM)?.botToken ?? '',
    SLACK_API_URL: emulator.apiUrl,
    ...(mode === 'http' ? { SLACK_SIGNING_SECRET: SIGNING_SECRET } : { SLACK_APP_TOKEN: APP_TOKEN }),
    ...options.env,
  });
  const slack = createSlack({
    settings,
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
  if (options.before !== undefined) app.use(options.before);
  if (slack.routes !== null) app.use(slack.routes.path, slack.routes.router);
  const workspaces = await slack.load();
  const start = async (): Promise<void> => {
    for (const workspace of workspaces) await workspace.start(sink);
    await slack.open(sink, {
      joined: async (adapter) => {
        joined.push(adapter);
        await adapter.start(sink);
      },
      left: async (adapter) => {
        left.push(adapter);
        await adapter.stop();
      },
    });
  };
  const stop = async (): Promise<void> => {
    await slack.close();
    for (const workspace of workspaces) await workspace.stop();
  };
  emulator.connect(
    mode === 'http'
      ? { mode: 'http', url: `${url}/slack/events`, signingSecret: SIGNING_SECRET }
      : { mode: 'socket', appToken: APP_TOKEN },
  );
  await start();
  if (mode === 'socket') await emulator.sockets(1);
  return {
    emulator,
    clock,
    sink,
    slack,
    get workspace() {
      const [first] = workspaces;
      if (first === undefined) throw new Error('no workspace');
      return first;
    },
    joined,
    left,
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
      if (options.emulator === undefined) await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
