import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';
import type { Bot } from './bot.ts';

// Loaded before the bot (`--import`), it watches the bot's event loop: at SIGUSR2 it prints what it saw and begins anew.

/** How long the event loop of a process kept others waiting, ms. */
export interface Stalls {
  readonly p99: number;
  readonly max: number;
}

/** How often it looks, ms; what it saw is told without that. */
const EVERY_MS = 2;

/** Watches this process. */
export function watchStalls(): () => Stalls {
  const seen = monitorEventLoopDelay({ resolution: EVERY_MS });
  seen.enable();
  return () => {
    const late = (ns: number): number => Math.max(0, ns / 1e6 - EVERY_MS);
    const stalls = { p99: late(seen.percentile(99)), max: late(seen.max) };
    seen.reset();
    return stalls;
  };
}

const TOLD = /^stalls: (\{.*\})$/gmu;

/** What a bot that was started with this file has seen since it was last asked. */
export async function stallsOf(bot: Bot): Promise<Stalls> {
  const told = (): string[] => Array.from(bot.output().matchAll(TOLD), ([, json = '']) => json);
  const before = told().length;
  process.kill(bot.pid, 'SIGUSR2');
  for (;;) {
    const latest = told()[before];
    if (latest !== undefined) return JSON.parse(latest) as Stalls;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

if (isMainThread && process.execArgv.some((flag) => flag.endsWith('stalls.js'))) {
  const seen = watchStalls();
  process.on('SIGUSR2', () => {
    process.stdout.write(`stalls: ${JSON.stringify(seen())}\n`);
  });
}
