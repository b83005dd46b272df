import { expect } from 'vitest';
import { createStream, type Handlers, type Stream } from '../../../adapters/dingtalk/stream.ts';
import { createLog } from '../../../src/log.ts';
import { openDingTalk } from '../../emulators/dingtalk/dingtalk.ts';
import type { DingTalkEmulator } from '../../emulators/dingtalk/emulator.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';

export const OPEN = 'POST /v1.0/gateway/connections/open';
export const GROUP = 'cidAfterSale==';
export const SECRET = 'the-secret-of-the-app';

/** What handlers were handed, and what they are to do: by default everything is taken. */
export interface Taking {
  robot: Handlers['robot'];
  card: Handlers['card'];
  event: Handlers['event'];
}

export interface Streaming {
  readonly emulator: DingTalkEmulator;
  readonly clock: ManualClock;
  readonly stream: Stream;
  /** Texts of messages, in the order they were handed over. */
  readonly texts: string[];
  readonly on: Taking;
  readonly failures: unknown[];
  readonly lines: string[];
  /** What anybody wrote to the console. */
  readonly printed: string[];
  /** What the pauses between tries are multiplied by lies between a half (0) and one (1). */
  chance: number;
  says(text: string): ReturnType<DingTalkEmulator['says']>;
  /** @throws when a promise of nobody was rejected, or something secret or anything at all was printed. */
  close(): Promise<void>;
}

export const textIn = (data: unknown): string =>
  (data as { readonly text: { readonly content: string } }).text.content.trim();

/** Lets everything that is on its way within this process go on, so many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits until it is so. */
export async function until(what: () => unknown, wanted: unknown): Promise<void> {
  await expect.poll(what, { interval: 2 }).toEqual(wanted);
}

const METHODS = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const;

/** A stream that is not open yet, to an emulated DingTalk; `apiUrl`: to somewhere else. */
export async function streaming(options: { apiUrl?: string; secret?: string } = {}): Promise<Streaming> {
  const clock = manualClock();
  const emulator = await openDingTalk(clock, { clientSecret: SECRET });
  emulator.addUser({ userId: 'lilei', name: '李雷' });
  emulator.addGroup({ id: GROUP, title: '售后', members: ['lilei'] });
  const texts: string[] = [];
  const failures: unknown[] = [];
  const lines: string[] = [];
  const printed: string[] = [];
  const rejected: unknown[] = [];
  const note = (reason: unknown): void => void rejected.push(reason);
  process.on('unhandledRejection', note);
  const before = METHODS.map((name) => [name, console[name]] as const);
  for (const name of METHODS) console[name] = (...words: unknown[]) => void printed.push(words.map(String).join(' '));

  const on: Taking = {
    robot: async (data) => {
      texts.push(textIn(data));
    },
    card: async () => ({}),
    event: async () => 'SUCCESS',
  };
  const made: { chance: number } = { chance: 1 };
  const stream = createStream({
    app: { clientId: emulator.app.clientId, clientSecret: options.secret ?? SECRET },
    apiUrl: options.apiUrl ?? emulator.url,
    clock,
    log: createLog({ level: 'debug', readable: false, clock, stream: { write: (line) => void lines.push(line) } }),
    random: () => made.chance,
    on: {
      robot: (data, ack) => on.robot(data, ack),
      card: (data) => on.card(data),
      event: (head, data) => on.event(head, data),
    },
    refused: (code) => `refused: ${code}`,
    onFailure: (error) => failures.push(error),
  });
  return Object.assign(made, {
    emulator,
    clock,
    stream,
    texts,
    on,
    failures,
    lines,
    printed,
    says: (text: string) => emulator.says('lilei', GROUP, text),
    async close() {
      // Whoever half-opened a socket gets no goodbye from it.
      await emulator.close();
      await stream.close();
      await turns(5);
      process.off('unhandledRejection', note);
      for (const [name, method] of before) console[name] = method;
      if (rejected.length > 0) throw new AggregateError(rejected, 'a promise of nobody would have ended the process');
      if (printed.length > 0) throw new Error(`written to the console: ${printed.join('\n')}`);
      const log = lines.join('');
      for (const word of [SECRET, 'ticket', 'messages/get', '13812345678'])
        if (log.includes(word)) throw new Error(`in the log: ${word}`);
    },
  });
}
