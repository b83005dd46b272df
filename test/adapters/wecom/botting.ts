import { expect } from 'vitest';
import { createBot, type Bot, type BotHandlers } from '../../../adapters/wecom/bot.ts';
import { createLog } from '../../../src/log.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { BOT, openBotServer, SECRET, type BotServer } from './bot-server.ts';

/** What no log may hold: secrets, what was said, and where this machine stands. */
const SECRETS = [SECRET, '13812345678', '27.156.101.242', 'hint'];

export interface Botting {
  readonly server: BotServer;
  readonly clock: ManualClock;
  readonly bot: Bot;
  /** What handlers are to do: by default nothing. */
  readonly on: { -readonly [K in keyof BotHandlers]: BotHandlers[K] };
  readonly failures: unknown[];
  readonly lines: string[];
  /** What the pauses between tries are multiplied by lies between a half (0) and one (1). */
  chance: number;
  /** What the bot said by this command. */
  readonly said: (cmd: string) => BotServer['said'];
  /** @throws when a promise of nobody was rejected, or something secret or anything at all was printed. */
  close(): Promise<void>;
}

/** Lets everything that is on its way within this process go on, so many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits until it is so. */
export async function until(what: () => unknown, wanted: unknown): Promise<void> {
  await expect.poll(what, { interval: 2 }).toEqual(wanted);
}

const METHODS = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const;

/** A bot that is not open yet, and who it talks to. */
export async function botting(options: { secret?: string; url?: string } = {}): Promise<Botting> {
  const clock = manualClock();
  const server = await openBotServer();
  const failures: unknown[] = [];
  const lines: string[] = [];
  const printed: string[] = [];
  const rejected: unknown[] = [];
  const note = (reason: unknown): void => void rejected.push(reason);
  process.on('unhandledRejection', note);
  const before = METHODS.map((name) => [name, console[name]] as const);
  for (const name of METHODS) console[name] = (...words: unknown[]) => void printed.push(words.map(String).join(' '));

  const on: Botting['on'] = { message: () => undefined, event: () => undefined };
  const made: { chance: number } = { chance: 1 };
  const bot = createBot({
    settings: { botId: BOT, secret: options.secret ?? SECRET },
    botUrl: options.url ?? server.url,
    clock,
    log: createLog({ level: 'debug', readable: false, clock, stream: { write: (line) => void lines.push(line) } }),
    random: () => made.chance,
    on: { message: (frame) => on.message(frame), event: (frame) => on.event(frame) },
    refused: (code) => `refused: ${code}`,
    onFailure: (error) => failures.push(error),
  });
  return Object.assign(made, {
    server,
    clock,
    bot,
    on,
    failures,
    lines,
    said: (cmd: string) => server.said.filter((frame) => frame.cmd === cmd),
    async close() {
      await bot.close();
      await server.close();
      await turns(5);
      process.off('unhandledRejection', note);
      for (const [name, method] of before) console[name] = method;
      if (rejected.length > 0) throw new AggregateError(rejected, 'a promise of nobody would have ended the process');
      if (printed.length > 0) throw new Error(`written to the console: ${printed.join('\n')}`);
      const log = lines.join('');
      for (const word of SECRETS) if (log.includes(word)) throw new Error(`in the log: ${word}`);
    },
  });
}
