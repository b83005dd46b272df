import { DWClient, TOPIC_CARD, TOPIC_ROBOT, type DWClientDownStream } from 'dingtalk-stream';
import { WebSocket } from 'ws';
import type * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import { exchange, read } from './exchange.ts';
import { frame, gateway, unpackedJson, type FrameHeaders } from './schema.ts';

const OPEN_PATH = '/v1.0/gateway/connections/open';
/** The gateway, and after it the handshake, have so long each, ms. */
const OPENING_MS = 8_000;
/** How often the other end is asked whether it is there, ms. */
const PING_MS = 30_000;
/** Who says nothing for so long, not even to that, is gone, ms. */
const SILENCE_MS = 75_000;
/** How long a goodbye is waited for, ms. */
const GOODBYE_MS = 1_000;
/** Turns of the event loop in which what came while this process was held up is read, before its silence is judged. */
const TURNS = 5;

/** Where the socket goes. @throws Error when tickets and messages would go there in the clear, and the API does not. */
export function addressOf({ endpoint, ticket }: z.output<typeof gateway>, apiUrl: string): string {
  const url = new URL(endpoint);
  if (url.protocol !== 'wss:' && apiUrl.startsWith('https:'))
    throw new Error('the gateway named an address without encryption');
  url.searchParams.set('ticket', ticket);
  return url.href;
}

/** Who hears what comes over a connection. None of them may throw. */
export interface Listener {
  /** Something to work and to acknowledge; `data` undefined: it was no JSON. */
  pushed(kind: 'robot' | 'card' | 'event', headers: FrameHeaders, data: unknown): void;
  /** DingTalk will close it shortly and sends nothing over it any more (fact sheet, 1.5). */
  leaving(): void;
  /** It was open, and is closed for good. */
  ended(): void;
  /** Something came that is no frame. */
  puzzled(): void;
  failed(error: unknown): void;
}

/**
 * One connection to DingTalk: the SDK's client with one socket in its life, so that what comes over it is acknowledged there. Of the SDK
 * remain the frames: their kinds, topics, pings and acknowledgements. Its way to a socket is not gone: it waits for ever, tells neither
 * who closed nor why, and writes to the console, errors and all, where the address holds a ticket and the request the secret (1.7).
 */
export class Connection extends DWClient {
  readonly #apiUrl: string;
  readonly #clock: Clock;
  readonly #listener: Listener;
  readonly #timers = new Set<() => void>();
  readonly #over = new AbortController();
  #socket: WebSocket | null = null;
  #heardAt = 0;

  constructor(deps: {
    readonly app: { readonly clientId: string; readonly clientSecret: string };
    /** Without a slash at the end. */
    readonly apiUrl: string;
    readonly clock: Clock;
    readonly listener: Listener;
  }) {
    const options = {
      clientId: deps.app.clientId,
      clientSecret: deps.app.clientSecret,
      ua: 'gongdan',
      keepAlive: false,
      autoReconnect: false,
      // The SDK's own list is one for all clients of the process.
      subscriptions: [{ type: 'EVENT', topic: '*' }],
    };
    super(options);
    this.#apiUrl = deps.apiUrl;
    this.#clock = deps.clock;
    this.#listener = deps.listener;
    this.registerCallbackListener(TOPIC_ROBOT, (robot) => {
      this.#push('robot', robot);
    });
    this.registerCallbackListener(TOPIC_CARD, (card) => {
      this.#push('card', card);
    });
  }

  /** Connects. @throws DeliveryError when the gateway gives no address, and what the socket failed with. */
  async open(): Promise<void> {
    try {
      await this.getEndpoint();
      await this._connect();
    } finally {
      if (!this.isLive()) this.#stopTimers();
    }
  }

  isLive(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Acknowledges a frame; false: over this one nothing goes any more. */
  answer(messageId: string, value: unknown): boolean {
    if (!this.isLive()) return false;
    this.send(messageId, value);
    return true;
  }

  /** Ends it after so many ms, should it not have ended by itself. */
  endAfter(ms: number): void {
    this.#after(ms, () => void this.end());
  }

  /** Says goodbye, after all that was answered; resolves when it is closed. What is still being opened is given up. */
  end(): Promise<void> {
    this.#over.abort();
    const socket = this.#socket;
    if (socket === null || socket.readyState === WebSocket.CLOSED) return Promise.resolve();
    return new Promise((resolve) => {
      socket.once('close', () => {
        resolve();
      });
      this.#after(GOODBYE_MS, () => {
        socket.terminate();
      });
      socket.close(1000);
    });
  }

  override async getEndpoint(): Promise<this> {
    const { clientId, clientSecret, ua, subscriptions } = this.config;
    const late = new AbortController();
    const cancel = this.#after(OPENING_MS, () => {
      late.abort();
    });
    try {
      const reply = await exchange({
        path: OPEN_PATH,
        url: new URL(this.#apiUrl + OPEN_PATH),
        body: { clientId, clientSecret, ua, subscriptions },
        signal: AbortSignal.any([late.signal, this.#over.signal]),
      });
      this['dw_url'] = addressOf(read(OPEN_PATH, gateway, reply), this.#apiUrl);
      return this;
    } finally {
      cancel();
    }
  }

  override _connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#over.signal.aborted) throw new Error('given up');
      const socket = new WebSocket(String(this['dw_url']));
      this.#socket = socket;
      // What the SDK sends goes there.
      this['socket'] = socket;
      let wasOpen = false;
      const cancel = this.#after(OPENING_MS, () => {
        socket.terminate();
      });
      const heard = (): void => {
        this.#heardAt = this.#clock.monotonic();
      };
      socket.on('open', () => {
        cancel();
        heard();
        wasOpen = true;
        this.#watch(socket);
        resolve();
      });
      socket.on('ping', heard);
      socket.on('pong', heard);
      socket.on('message', (data) => {
        heard();
        // A Buffer, unless `binaryType` was changed.
        this.onDownStream((data as Buffer).toString());
      });
      socket.on('error', reject);
      socket.on('close', () => {
        this.#stopTimers();
        reject(new Error('closed during the handshake'));
        if (wasOpen) this.#listener.ended();
      });
    });
  }

  /** What throws here would end the process, or leave a socket that hears nothing more. */
  override onDownStream(text: string): void {
    try {
      if (frame.safeParse(unpackedJson(text)).success) super.onDownStream(text);
      else this.#listener.puzzled();
    } catch (error) {
      this.#listener.failed(error);
    }
  }

  override onSystem(system: DWClientDownStream): void {
    super.onSystem(system);
    if (system.headers.topic === 'disconnect') this.#listener.leaving();
  }

  /** The SDK's own acknowledges what a listener returns at once; ours is a promise. */
  override onEvent(event: DWClientDownStream): void {
    this.#push('event', event);
  }

  /** A topic nobody subscribed is nothing to us; one called `error` would be thrown by the emitter. */
  override onCallback(callback: DWClientDownStream): void {
    if ([TOPIC_ROBOT, TOPIC_CARD].includes(callback.headers.topic)) super.onCallback(callback);
  }

  #push(kind: 'robot' | 'card' | 'event', down: DWClientDownStream): void {
    const { headers, data } = frame.parse(down);
    this.#listener.pushed(kind, headers, unpackedJson(data));
  }

  #watch(socket: WebSocket): void {
    const ping = (): void => {
      socket.ping();
      this.#after(PING_MS, ping);
    };
    const look = (): void => {
      const left = this.#heardAt + SILENCE_MS - this.#clock.monotonic();
      if (left > 0) this.#after(left, look);
      else void judge();
    };
    const judge = async (): Promise<void> => {
      const heardAt = this.#heardAt;
      for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (this.#heardAt === heardAt) socket.terminate();
      else if (this.isLive()) look();
    };
    this.#after(PING_MS, ping);
    this.#after(SILENCE_MS, look);
  }

  #after(ms: number, task: () => void): () => void {
    const cancel = this.#clock.after(ms, () => {
      this.#timers.delete(cancel);
      task();
    });
    this.#timers.add(cancel);
    return () => {
      this.#timers.delete(cancel);
      cancel();
    };
  }

  #stopTimers(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }
}
