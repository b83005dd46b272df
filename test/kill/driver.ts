import { setTimeout as pause } from 'node:timers/promises';
import { call, launchBot, startBot, type Bot, type BotOptions } from '../../bench/bot.ts';
import { appKey } from '../../src/domain/address.ts';
import { derivedId } from '../../src/ids.ts';

/** Something a person did that the bot acknowledged. */
export interface Input {
  readonly clientId: string;
  readonly user: string;
  readonly kind: 'message' | 'action';
  readonly conversation: string;
  /** What a message said. */
  readonly text: string;
}

export const APP = { platform: 'sandbox', app: 'sandbox' };

/** The inbox row of what somebody did. */
export const causeOf = (input: Input): string => {
  const kind = input.kind === 'message' ? 'sandbox-message' : 'sandbox-action';
  return `${appKey(APP)}\n${derivedId(kind, input.user, input.clientId)}`;
};

export interface Shown {
  readonly id: string;
  readonly from: string;
  readonly text?: string;
}

/** People at a bot that dies again and again: whatever was not acknowledged is sent again under the same clientId. */
export interface Driver {
  readonly kills: () => number;
  /** From each restart until the bot listened, ms. */
  readonly restarts: readonly number[];
  readonly inputs: readonly Input[];
  message(user: string, conversation: string, text: string): Promise<Input>;
  /** Presses a button; resolves when the press has been worked, which may be after it was acknowledged. */
  action(user: string, command: string, args: Readonly<Record<string, string>>, surface?: string): Promise<Input>;
  /** Presses "show" until it is answered, which is when what this person did before has been worked; the answer as JSON. */
  show(user: string, ticket: string, surface?: string): Promise<string>;
  /** Whether there is such a card. */
  hasCard(user: string, surface: string): Promise<boolean>;
  feed(user: string, conversation: string, limit: number): Promise<readonly Shown[]>;
  /** Resolves when nothing waits to be delivered or worked any more. */
  drained(): Promise<void>;
  stop(): Promise<void>;
  /** What the bot that runs now has written. */
  output(): string;
  /** Ends whatever still runs. */
  abandon(): Promise<void>;
}

export interface DriverOptions extends BotOptions {
  /** Numbers in [0, 1), from the seed of the run. */
  readonly random: () => number;
  /** Mean number of acknowledged inputs between two kills. */
  readonly between: number;
}

/** Every so many kills one also hits the start that follows. */
const KILLED_START = 4;
const RETRY_MS = 15;
const START_MS = 900;

export async function openDriver(options: DriverOptions): Promise<Driver> {
  const { random, between } = options;
  const inputs: Input[] = [];
  const restarts: number[] = [];
  let bot = await startBot(options);
  let running: Promise<Bot> = Promise.resolve(bot);
  let names = 0;
  let kills = 0;
  let next = Math.ceil(between * random());
  let isOver = false;

  const restart = async (): Promise<Bot> => {
    await pause(random() * 30);
    await bot.kill();
    kills += 1;
    if (kills % KILLED_START === 0) {
      const start = launchBot(options);
      start.up.catch(() => undefined);
      await pause(random() * START_MS);
      await start.kill();
    }
    bot = await startBot(options);
    restarts.push(Math.round(bot.startMs));
    return bot;
  };

  const acknowledged = (input: Input): Input => {
    inputs.push(input);
    if (inputs.length >= next && !isOver) {
      next = inputs.length + Math.ceil(between * (0.5 + random()));
      running = restart();
      // Whoever asks next hears of a bot that does not start.
      running.catch(() => undefined);
    }
    return input;
  };

  /** Asks until there is an answer that is none of an ending or starting bot; null: there is no such thing. */
  const ask = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> => {
    for (;;) {
      const { url } = await running;
      const reply = await call(method, `${url}${path}`, body).catch(() => null);
      if (reply !== null && reply.status < 300) return reply.body;
      if (reply?.status === 404) return null;
      if (reply !== null && reply.status !== 503)
        throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
      await pause(RETRY_MS);
    }
  };

  const clientId = (): string => `n${(names += 1)}`;

  const press = async (user: string, command: string, args: Readonly<Record<string, string>>, surface?: string) => {
    const input = { clientId: clientId(), user, kind: 'action', conversation: `d-${user}`, text: '' } as const;
    const on = surface === undefined ? {} : { surface };
    const body = { user, command, args, clientId: input.clientId, ...on };
    const reply = (await ask('POST', '/sandbox/api/actions', body)) as { answer?: unknown } | null;
    if (reply === null) throw new Error(`${command} of ${user} found no card ${surface ?? ''}`);
    const { answer } = reply;
    return { input: acknowledged(input), answer };
  };

  const show = async (user: string, ticket: string, surface?: string): Promise<string> => {
    // Rarer each time: what is not answered in time waits behind others of this person already.
    for (let wait = 200; ; wait = Math.min(wait * 2, 3_000)) {
      const { answer } = await press(user, 'show', { ticket }, surface);
      if (answer !== undefined) return JSON.stringify(answer);
      await pause(wait * (0.5 + random()));
    }
  };

  return {
    kills: () => kills,
    restarts,
    inputs,
    async message(user, conversation, text) {
      const input = { clientId: clientId(), user, kind: 'message', conversation, text } as const;
      await ask('POST', '/sandbox/api/messages', { conversation, user, text, clientId: input.clientId });
      return acknowledged(input);
    },
    async action(user, command, args, surface) {
      const { input, answer } = await press(user, command, args, surface);
      if (answer === undefined) await show(user, args['ticket'] ?? '', surface);
      return input;
    },
    show,
    async hasCard(user, surface) {
      return (await ask('POST', '/sandbox/api/actions', { user, command: 'help', args: {}, surface })) !== null;
    },
    async feed(user, conversation, limit) {
      const path = `/sandbox/api/conversations/${conversation}/messages?user=${user}&limit=${limit}`;
      return ((await ask('GET', path)) as { messages: Shown[] }).messages;
    },
    async drained() {
      isOver = true;
      // A queue is handed on from one station to the next: it counts as empty when it stays so.
      for (let quiet = 0; quiet < 5;) {
        const metrics = String(await ask('GET', '/metrics'));
        const waiting = ['gongdan_outbox_depth', 'gongdan_inbox_depth'].map((name) =>
          Number(new RegExp(`^${name} (\\d+)`, 'mu').exec(metrics)?.[1] ?? Number.NaN),
        );
        quiet = waiting.every((n) => n === 0) ? quiet + 1 : 0;
        await pause(100);
      }
    },
    async stop() {
      isOver = true;
      await (await running).stop();
    },
    output: () => bot.output(),
    async abandon() {
      isOver = true;
      await running.catch(() => undefined);
      await bot.kill();
    },
  };
}
