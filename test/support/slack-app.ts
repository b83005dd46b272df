import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { platformSettings } from '../../adapters/registry.ts';
import { startApp, type App } from '../../src/app.ts';
import { readConfig, type Config } from '../../src/config.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import type { SlackEmulator } from '../emulators/slack/emulator.ts';
import type { ManualClock } from './clock.ts';
import type { DeskOptions } from './desk.ts';
import { APP_TOKEN, SIGNING_SECRET } from './slack.ts';

/** The product beside an emulated Slack, in virtual time. */
export interface SlackApp {
  readonly app: App;
  readonly config: Config;
  /** Without a slash at the end. */
  readonly url: string;
  /** Lines of the log that warn. */
  readonly warned: string[];
  /** As somebody with the sandbox's own token. */
  readonly request: (path: string, init?: RequestInit) => Promise<Response>;
  /** Everything that is on its way in either direction has arrived, and what it causes has happened. */
  readonly settles: () => Promise<void>;
  stop(): Promise<void>;
}

/** A second of a channel, and what a block of permits lasts. */
const SECOND_MS = 1_100;
const MOST_SECONDS = 10;
/** What a few messages to one channel take, one after another. */
const SOON_MS = 3 * SECOND_MS;
const SANDBOX_TOKEN = 'sandbox-token-of-tests';

/** @throws Error when Slack was sent what it would not take, or a line was logged that warns. */
export function noComplaints({ findings }: SlackEmulator, warned: readonly string[]): void {
  if (findings.length > 0 || warned.length > 0)
    throw new Error(`Slack would complain: ${JSON.stringify({ findings, warned }, null, 2)}`);
}

export async function startSlackApp(
  options: Omit<DeskOptions, 'past'> & {
    readonly slack: SlackEmulator;
    readonly clock: ManualClock;
    readonly shop: string;
    readonly mode: 'http' | 'socket';
    readonly env: Readonly<Record<string, string>>;
    /** Installations, in the order in which they are delivered for. */
    readonly installations: () => readonly string[];
  },
): Promise<SlackApp> {
  const { slack, clock, mode, lines, readable = false } = options;
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'slack-desk-')));
  const file = join(directory, 'gongdan.yaml');
  await writeFile(file, options.shop);
  const env: Record<string, string> = {
    PORT: '0',
    GONGDAN_DATA: directory,
    GONGDAN_LANG: 'en',
    LOG_LEVEL: 'silent',
    GONGDAN_CONFIG: file,
    GONGDAN_SANDBOX: 'on',
    GONGDAN_SANDBOX_TOKEN: SANDBOX_TOKEN,
    SLACK_API_URL: slack.apiUrl,
    ...(mode === 'http' ? { SLACK_SIGNING_SECRET: SIGNING_SECRET } : { SLACK_APP_TOKEN: APP_TOKEN }),
    ...(options.mongodbUri !== undefined && { MONGODB_URI: options.mongodbUri }),
    ...options.env,
  };
  const config = readConfig({ env, cwd: directory, ids: systemIds, platforms: platformSettings });
  const warned: string[] = [];
  const stream = lines ?? { write: (line: string) => void warned.push(line) };
  const log = createLog({ level: lines === undefined ? 'warn' : 'debug', readable, clock, stream });
  if (mode === 'socket') slack.connect({ mode: 'socket', appToken: APP_TOKEN });
  const app = await startApp({ config, clock, ids: systemIds, log, background: false, fsync: false, past: false });
  const url = app.url.replace(/\/$/u, '');
  if (mode === 'http') slack.connect({ mode: 'http', url: `${url}/slack/events`, signingSecret: SIGNING_SECRET });
  else await slack.sockets(1);

  let calls = 0;
  const atOnce = async (): Promise<void> => {
    await app.flow.settle();
    // What the bot posts comes back to it as an event.
    if (slack.calls.length === calls) return;
    await slack.settled();
    await app.flow.settle();
    calls = slack.calls.length;
  };
  /** Whether something is on its way that a second brings there. */
  const isDue = async (): Promise<boolean> => {
    const { outbox, connection } = app.store;
    const moments = await Promise.all(options.installations().map((id) => outbox.nextMoment(`slack\n${id}`)));
    const soon = clock.now().getTime() + SOON_MS;
    if (moments.some((next) => next !== null && next.getTime() <= soon)) return true;
    return (await connection.collection('surfaces').countDocuments({ state: 'waiting' })) > 0;
  };
  // One delivery at a time, as the loops have it, also when people act at the same instant.
  let settling = Promise.resolve();
  const settle = async (): Promise<void> => {
    for (let i = 0; i < MOST_SECONDS; i += 1) {
      await atOnce();
      if (!(await isDue())) return;
      // A channel takes one message a second: what is still due has the seconds it needs.
      clock.advance(SECOND_MS);
    }
  };
  return {
    app,
    config,
    url,
    warned,
    request(path, init = {}) {
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${SANDBOX_TOKEN}`);
      return fetch(`${url}${path}`, { ...init, headers });
    },
    settles: () => (settling = settling.then(settle)),
    async stop() {
      await app.stop();
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}
