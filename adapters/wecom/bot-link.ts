import { generateReqId, WSClient, WsCmd } from '@wecom/aibot-node-sdk';
import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import { failureOf } from './failures.ts';
import type { BotSettings } from './settings.ts';

/** Handshake and subscription have so long together, ms. */
const OPENING_MS = 10_000;
/** How long an acknowledgement is waited for, ms. */
const ACK_MS = 5_000;
/** How often the other end is asked whether it is there (fact sheet, 4.5), and how long its answer may take, ms. */
const PING_MS = 30_000;
const PONG_MS = 10_000;
/** So many pings in a row that nothing came back on, and it is gone. */
const MOST_MISSED = 2;
/** The longest a timer of Node takes, ms. */
const NEVER_MS = 2 ** 31 - 1;
/** How soon what could not be sent for want of a connection is tried again, ms. */
const UNCONNECTED_MS = 2_000;

/** What the SDK says instead of a close code when WeCom told that another connection took over (4.5). */
const TAKEN_OVER = /^New connection established/u;
/** The SDK's own words where it cannot read what came; what it could not match to anything (an acknowledgement that came too late) is none of these. */
const UNREAD = /^(?:Failed to parse|Received invalid|Failed to handle)/u;

/** What WeCom pushed: parsed JSON, of no certain shape, and the id under which it is answered. */
export interface BotFrame {
  readonly req: string;
  readonly body: unknown;
}

/** Who hears what comes over a connection. None of them may throw. */
export interface LinkListener {
  /** It is subscribed. */
  opened(): void;
  pushed(kind: 'message' | 'event', frame: BotFrame): void;
  /** It was subscribed, and is closed for good. `kicked`: another connection of the same bot took over. */
  ended(kicked: boolean): void;
  /** Something came that cannot be read. */
  puzzled(): void;
}

/** A subscription refused by one of these was tried at a bad moment; by any other it will be refused again (5.2). */
const BUSY: ReadonlySet<string> = new Set(['-1', '6000', '45009', '45033', '846607']);

/** WeCom does not know this bot, or not by this secret. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super('refused');
    this.name = 'Refused';
    this.code = code;
  }
}

/** One connection of the bot, from its subscription to its end. */
export interface Link {
  /** @throws Refused, or what it failed with. */
  open(): Promise<void>;
  isLive(): boolean;
  /** Sends a frame and resolves when it is acknowledged. @throws DeliveryError */
  ask(cmd: string, req: string, body: Readonly<Record<string, unknown>>): Promise<void>;
  /** Resolves when it is closed. What is still being opened is given up. */
  end(): Promise<void>;
}

/** What the SDK rejects with: the frame that refused, or an error of its own. */
const refusal = z.object({ errcode: z.number().int() });

/**
 * There is no connection. By a failure that says nothing of WeCom's being there: the app beside the bot has a way of its own, and is
 * not to be held to be down for this.
 */
export const notConnected = (cmd: string): DeliveryError =>
  new DeliveryError('rate-limited', `${cmd}: not connected`, UNCONNECTED_MS);

function failureIn(cmd: string, error: unknown): DeliveryError {
  const { data } = refusal.safeParse(error);
  return data === undefined ? new DeliveryError('unknown', `${cmd}: no answer`) : failureOf(cmd, data.errcode);
}

const head = z.object({ headers: z.object({ req_id: z.string().min(1).max(500) }), body: z.unknown() });
const kick = z.object({ body: z.object({ event: z.object({ eventtype: z.literal('disconnected_event') }) }) });

/** What the SDK says of a refused subscription holds the code, and besides it the address of this machine. */
function refusedBy({ message }: Error): string | null {
  const [, code] = /^Authentication failed:.*\(code: (-?\d{1,9})\)$/su.exec(message) ?? [];
  return code === undefined || BUSY.has(code) ? null : code;
}

/**
 * The SDK's client with one socket in its life. Of the SDK remain the frames: how they are written, told apart, queued and acknowledged.
 * Its reconnection ends after some tries, its heartbeat and its patience go by the machine's time, and its log holds messages and bodies.
 */
export function createLink(deps: {
  readonly settings: BotSettings;
  readonly url: string;
  readonly clock: Clock;
  readonly listener: LinkListener;
}): Link {
  const { settings, url, clock, listener } = deps;
  const note = (line: string): void => {
    if (UNREAD.test(line)) listener.puzzled();
  };
  const silent = (): void => undefined;
  const client = new WSClient({
    botId: settings.botId,
    secret: settings.secret,
    wsUrl: url,
    maxReconnectAttempts: 0,
    maxAuthFailureAttempts: 0,
    heartbeatInterval: NEVER_MS,
    logger: { debug: silent, info: silent, warn: note, error: note },
  });
  let state: 'new' | 'opening' | 'live' | 'over' = 'new';
  let settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | null = null;
  let stopTimer: () => void = silent;
  let gone: () => void = silent;
  const closed = new Promise<void>((resolve) => {
    gone = resolve;
  });

  /** A wait that the clock ends. */
  const within = async <T>(asked: Promise<T>, ms: number, late: T): Promise<T> => {
    let stop = silent;
    const over = new Promise<T>((resolve) => {
      stop = clock.after(ms, () => {
        resolve(late);
      });
    });
    return Promise.race([asked, over]).finally(stop);
  };

  let missed = 0;
  const ping = async (): Promise<void> => {
    // Under an id of our own: the SDK keeps to itself what comes back under its own. JSON leaves a body out that is not there.
    const asked = client.reply(
      { headers: { req_id: generateReqId('gongdan') } },
      undefined as unknown as Record<string, unknown>,
      WsCmd.HEARTBEAT,
    );
    missed += 1;
    const answered = asked.then(
      () => {
        missed = 0;
      },
      () => undefined,
    );
    await within(answered, PONG_MS, undefined);
    if (state !== 'live') return;
    if (missed >= MOST_MISSED) client.disconnect();
    else beat();
  };
  const beat = (): void => {
    stopTimer = clock.after(PING_MS, () => void ping());
  };

  const fail = (error: Error): void => {
    if (state !== 'opening') return;
    state = 'over';
    stopTimer();
    settle?.reject(error);
  };

  client.on('authenticated', () => {
    if (state !== 'opening') return;
    state = 'live';
    stopTimer();
    beat();
    listener.opened();
    settle?.resolve();
  });
  client.on('error', (error) => {
    const code = refusedBy(error);
    fail(code === null ? error : new Refused(code));
  });
  client.on('disconnected', (reason) => {
    gone();
    fail(new Error('closed during the handshake'));
    if (state !== 'live') return;
    state = 'over';
    stopTimer();
    listener.ended(TAKEN_OVER.test(reason));
  });
  const pushed = (kind: 'message' | 'event', frame: unknown): void => {
    const read = head.safeParse(frame);
    if (read.success) listener.pushed(kind, { req: read.data.headers.req_id, body: read.data.body });
    else listener.puzzled();
  };
  client.on('message', (frame) => {
    pushed('message', frame);
  });
  client.on('event', (frame) => {
    if (!kick.safeParse(frame).success) return pushed('event', frame);
    // Ended by us it keeps its listeners; the SDK would take them off, and what fails after that would end the process.
    client.disconnect();
  });

  return {
    isLive: () => state === 'live',
    open() {
      return new Promise((resolve, reject) => {
        settle = { resolve, reject };
        state = 'opening';
        stopTimer = clock.after(OPENING_MS, () => {
          client.disconnect();
          fail(new Error('no answer'));
        });
        client.connect();
      });
    },
    async ask(cmd, req, body) {
      if (state !== 'live') throw notConnected(cmd);
      const asked = client.reply({ headers: { req_id: req } }, body, cmd).then(
        () => null,
        (error: unknown) => failureIn(cmd, error),
      );
      const failure = await within(asked, ACK_MS, failureIn(cmd, null));
      if (failure !== null) throw failure;
    },
    async end() {
      if (state !== 'opening' && state !== 'live') return;
      client.disconnect();
      await closed;
    },
  };
}
