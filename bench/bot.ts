import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { packageRoot } from '../src/package-root.ts';

export interface BotOptions {
  /** The data folder; a bot that is started on it again goes on where the last one stopped. */
  readonly data: string;
  /** The shop's gongdan.yaml; default: the one in the data folder, or the demo shop where there is none. */
  readonly shop?: string;
  /** Another script than the product itself, below `dist/`. */
  readonly script?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Flags for node itself. */
  readonly flags?: readonly string[];
}

/** The built product as a process of its own, driven over HTTP. */
export interface Bot {
  /** Without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  /** From the process's start until it listened, ms. */
  readonly startMs: number;
  /** What it wrote to standard output and standard error. */
  output(): string;
  /** SIGKILL: nothing of it runs another instruction. */
  kill(): Promise<void>;
  /** SIGTERM; the code with which it ended. */
  ends(): Promise<number | null>;
  /** SIGTERM; rejects when it did not end by itself with code 0. */
  stop(): Promise<void>;
  /** Resident memory now, MB. */
  rss(): number;
  /** The part of it that is pages of files: the store's and the program's own, MB. */
  fileRss(): number;
}

const MAIN = 'src/main.js';

/** Starts `dist/src/main.js` on a port of its own and waits until it listens. Rejects with its output when it ends before. */
export async function startBot(options: BotOptions): Promise<Bot> {
  return launchBot(options).up;
}

/** The same, with the process in hand before it listens. */
export function launchBot(options: BotOptions): { readonly up: Promise<Bot>; readonly kill: () => Promise<void> } {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [...(options.flags ?? []), join(packageRoot(), 'dist', options.script ?? MAIN)],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: options.data,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOST: '127.0.0.1',
        PORT: '0',
        GONGDAN_DATA: options.data,
        ...(options.shop === undefined ? {} : { GONGDAN_CONFIG: options.shop }),
        GONGDAN_SANDBOX: 'on',
        GONGDAN_LANG: 'en',
        LOG_LEVEL: 'warn',
        ...options.env,
      },
    },
  );
  const ended = once(child, 'exit');
  let written = '';
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const ends = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    await ended;
    return child.exitCode;
  };
  const up = new Promise<Bot>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      written += chunk.toString();
      const url = /http:\/\/[\d.]+:\d+/u.exec(written)?.[0];
      if (url !== undefined) resolve(botOf(child, url, performance.now() - began));
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => {
      reject(new Error(`the bot ended before it listened:\n${written}`));
    });
  });
  const botOf = (process: ChildProcess, url: string, startMs: number): Bot => ({
    url,
    pid: process.pid ?? 0,
    startMs,
    output: () => written,
    kill,
    ends,
    async stop() {
      if ((await ends()) !== 0) throw new Error(`the bot ended with ${process.exitCode}:\n${written}`);
    },
    rss: () => memory(process, /VmRSS:\s+(\d+)/u),
    fileRss: () => memory(process, /RssFile:\s+(\d+)/u),
  });
  return { up, kill };
}

function memory({ pid }: ChildProcess, line: RegExp): number {
  return Number(line.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

export interface Reply {
  readonly status: number;
  /** Parsed where it is JSON. */
  readonly body: unknown;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** One HTTP request with a JSON body or none. Rejects when there is no whole answer. */
export function call(
  method: 'GET' | 'POST',
  url: string,
  body?: unknown,
  more: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...more,
    ...(sent !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
  };
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('aborted', () => {
        reject(new Error('the answer broke off'));
      });
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = response.headers['content-type']?.includes('json') === true;
        resolve({ status: response.statusCode ?? 0, body: isJson ? (JSON.parse(text) as unknown) : text });
      });
    });
    asked.on('error', reject);
    asked.end(sent);
  });
}
