import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { platformSettings } from '../../adapters/registry.ts';
import { startApp, type App } from '../../src/app.ts';
import { readConfig, type Config } from '../../src/config.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import type { OutboxRow } from '../../src/storage/outbox.ts';
import type { ManualClock } from './clock.ts';
import type { DeskOptions } from './desk.ts';

/** The product beside an emulated platform, in virtual time. */
export interface PlatformApp {
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

/** The other side. */
export interface Counterpart {
  /** In lines that complain. */
  readonly name: string;
  /** Every call that came from the product. */
  readonly calls: readonly unknown[];
  /** Resolves when nothing is on its way from there. */
  settled(): Promise<void>;
  /** What it needs before the product starts. */
  before?(): void;
  /** The product listens at this address, without a slash at the end. */
  connect(url: string): Promise<void>;
  /** How long its limits let something wait that is due, ms. */
  readonly soonMs: number;
  /** Steps in which that time goes by, ms. */
  readonly stepMs: number;
}

const MOST_STEPS = 10;
const SANDBOX_TOKEN = 'sandbox-token-of-tests';

/** @throws Error when the platform was sent what it would not take, or a line was logged that warns. */
export function noComplaints(findings: readonly unknown[], warned: readonly string[]): void {
  if (findings.length > 0 || warned.length > 0)
    throw new Error(`there would be complaints: ${JSON.stringify({ findings, warned }, null, 2)}`);
}

export async function startPlatformApp(
  options: Omit<DeskOptions, 'past'> & {
    readonly clock: ManualClock;
    readonly shop: string;
    readonly env: Readonly<Record<string, string>>;
    readonly other: Counterpart;
    /** Keys of what is delivered for, in that order. */
    readonly apps: () => readonly string[];
  },
): Promise<PlatformApp> {
  const { clock, other, lines, readable = false } = options;
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), `${other.name}-desk-`)));
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
    ...(options.mongodbUri !== undefined && { MONGODB_URI: options.mongodbUri }),
    ...options.env,
  };
  const config = readConfig({ env, cwd: directory, ids: systemIds, platforms: platformSettings });
  const warned: string[] = [];
  const stream = lines ?? { write: (line: string) => void warned.push(line) };
  const log = createLog({ level: lines === undefined ? 'warn' : 'debug', readable, clock, stream });
  other.before?.();
  const app = await startApp({ config, clock, ids: systemIds, log, background: false, fsync: false, past: false });
  const url = app.url.replace(/\/$/u, '');
  await other.connect(url);

  let calls = 0;
  const atOnce = async (): Promise<void> => {
    await app.flow.settle();
    // What the bot posts may come back to it as an event.
    if (other.calls.length === calls) return;
    await other.settled();
    await app.flow.settle();
    calls = other.calls.length;
  };
  /** What was put off for longer than any limit does is not waited for, however near it comes. */
  const patient = new Set<string>();
  /** Whether something is on its way that a little time brings there. */
  const isDue = async (): Promise<boolean> => {
    const { connection } = app.store;
    const outbox = connection.collection<Pick<OutboxRow, '_id' | 'notBefore' | 'error'>>('outbox');
    // What was never tried is for later by itself.
    const tried = { state: 'pending', app: { $in: [...options.apps()] }, error: { $exists: true } } as const;
    const rows = await outbox.find(tried).toArray();
    const soon = clock.now().getTime() + other.soonMs;
    const keyOf = ({ _id, notBefore }: (typeof rows)[number]): string => `${_id}\n${notBefore.getTime()}`;
    for (const row of rows) if (row.notBefore.getTime() > soon) patient.add(keyOf(row));
    if (rows.some((row) => row.notBefore.getTime() <= soon && !patient.has(keyOf(row)))) return true;
    return (await connection.collection('surfaces').countDocuments({ state: 'waiting' })) > 0;
  };
  // One delivery at a time, as the loops have it, also when people act at the same instant.
  let settling = Promise.resolve();
  const settle = async (): Promise<void> => {
    for (let i = 0; i < MOST_STEPS; i += 1) {
      await atOnce();
      if (!(await isDue())) return;
      // The platform takes so much in so long: what is still due has the time it needs.
      clock.advance(other.stepMs);
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
