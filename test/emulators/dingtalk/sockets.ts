import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Ack, DingTalkEmulator } from './emulator.ts';
import { asObject, asText, deferred, isObject, parsed, type Json } from '../json.ts';
import type { State } from './state.ts';

/** A ticket is good for so long (fact sheet, 1.4). */
const TICKET_MS = 90_000;
/** From the frame `disconnect` to the end of the connection (1.5). */
const SILENCE_MS = 10_000;
/** So long an echo is waited for, by the machine's clock. */
const ECHO_MS = 1_000;

interface Subscription {
  readonly type: string;
  readonly topic: string;
}

interface Line {
  readonly socket: WebSocket;
  readonly raw: Duplex;
  readonly id: string;
  readonly subscriptions: readonly Subscription[];
  /** `silent`: the end is announced, nothing is sent any more; `dead`: nothing goes through either way. */
  state: 'open' | 'silent' | 'dead';
}

interface Waiting {
  readonly line: Line;
  acked(ack: Ack): void;
  /** The connection is over. */
  lost(): void;
}

/** What happens to a frame. */
export type Fate = Omit<Waiting, 'line'>;

export interface Outgoing {
  readonly type: 'SYSTEM' | 'EVENT' | 'CALLBACK';
  readonly topic: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly data: Json;
}

/** The gateway's end of Stream. */
export interface Sockets {
  /** Good for one socket, for 90 s. */
  ticket(subscriptions: readonly Subscription[]): string;
  upgrade(request: IncomingMessage, raw: Duplex, head: Buffer): void;
  /** Sends a frame to the next of the open sockets that subscribed to its topic (DingTalk draws one; here each has its turn); false: there is none. */
  push(frame: Outgoing, fate: Fate): boolean;
  /** Sends a text as it is, to the next open socket; `messageId` null: nothing is awaited. */
  raw(text: string, messageId: string | null, fate: Fate): boolean;
  readonly count: number;
  opened(count: number): Promise<void>;
  disconnects: DingTalkEmulator['disconnects'];
  pings: DingTalkEmulator['pings'];
  close(): void;
}

export function createSockets(state: State): Sockets {
  const server = new WebSocketServer({ noServer: true, autoPong: false });
  const tickets = new Map<string, { readonly subscriptions: readonly Subscription[]; readonly endsAt: number }>();
  const waiting = new Map<string, Waiting>();
  const timers = new Set<() => void>();
  let lines: Line[] = [];
  let turn = 0;
  let watchers: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];

  const look = (): void => {
    for (const watcher of watchers.filter((w) => w.isMet())) watcher.resolve();
    watchers = watchers.filter((w) => !w.isMet());
  };

  const hear = (text: string): void => {
    const message = parsed(text);
    if (!isObject(message)) {
      state.find('what came over the socket is no acknowledgement');
      return;
    }
    const messageId = asText(asObject(message['headers'])['messageId']);
    const ack: Ack = { messageId, code: Number(message['code']), data: parsed(asText(message['data'])) };
    state.acks.push(ack);
    const waits = waiting.get(messageId);
    waiting.delete(messageId);
    waits?.acked(ack);
  };

  const greet = (socket: WebSocket, raw: Duplex, subscriptions: readonly Subscription[]): void => {
    const line: Line = { socket, raw, id: state.next('conn-'), subscriptions, state: 'open' };
    lines.push(line);
    socket.on('close', () => {
      lines = lines.filter((other) => other !== line);
      const over = Array.from(waiting).filter(([, waits]) => waits.line === line);
      for (const [messageId, waits] of over) {
        waiting.delete(messageId);
        waits.lost();
      }
      look();
    });
    socket.on('error', () => {
      socket.terminate();
    });
    socket.on('ping', (data) => {
      if (line.state !== 'dead') socket.pong(data);
    });
    // Messages arrive as Buffers, unless `binaryType` was changed.
    socket.on('message', (data) => {
      if (line.state !== 'dead') hear((data as Buffer).toString());
    });
    look();
  };

  const next = (isFit: (line: Line) => boolean): Line | undefined => {
    const fit = lines.filter((line) => line.state !== 'silent' && isFit(line));
    const line = fit[turn % Math.max(fit.length, 1)];
    turn += 1;
    return line;
  };

  const send = (line: Line, text: string): void => {
    if (line.state !== 'dead') line.socket.send(text);
  };

  const written = (
    line: Line,
    { type, topic, headers, data }: Outgoing,
  ): { readonly id: string; readonly text: string } => {
    const id = `${state.next('frame_')}_${topic.length}`;
    const frame = {
      specVersion: '1.0',
      type,
      headers: {
        appId: 'app-emulated',
        connectionId: line.id,
        contentType: 'application/json',
        messageId: id,
        time: String(state.now()),
        topic,
        newHeader: 'unknown',
        ...headers,
      },
      data: JSON.stringify(data),
      newField: { unknown: true },
    };
    return { id, text: JSON.stringify(frame) };
  };

  const subscribes = (line: Line, { type, topic }: Outgoing): boolean =>
    line.subscriptions.some((s) => s.type === type && (s.topic === topic || (type === 'EVENT' && s.topic === '*')));

  const ping = async (line: Line): Promise<boolean> => {
    const opaque = state.next('opaque-');
    const { id, text } = written(line, { type: 'SYSTEM', topic: 'ping', data: { opaque } });
    const { promise, resolve } = deferred<boolean>();
    const guard = setTimeout(() => {
      resolve(false);
    }, ECHO_MS);
    waiting.set(id, {
      line,
      acked: ({ data }) => {
        resolve(asObject(data)['opaque'] === opaque);
      },
      lost: () => {
        resolve(false);
      },
    });
    send(line, text);
    const isEchoed = await promise;
    clearTimeout(guard);
    waiting.delete(id);
    return isEchoed;
  };

  const announce = (line: Line): void => {
    if (line.state !== 'open') return;
    send(line, written(line, { type: 'SYSTEM', topic: 'disconnect', data: { reason: 'connection is expired' } }).text);
    line.state = 'silent';
    const stop = state.clock.after(SILENCE_MS, () => {
      timers.delete(stop);
      line.socket.terminate();
    });
    timers.add(stop);
  };

  return {
    ticket(subscriptions) {
      const ticket = state.next('ticket-');
      tickets.set(ticket, { subscriptions, endsAt: state.clock.monotonic() + TICKET_MS });
      return ticket;
    },
    upgrade(request, raw, head) {
      const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
      const found = tickets.get(ticket);
      tickets.delete(ticket);
      if (found === undefined || state.clock.monotonic() > found.endsAt) {
        raw.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, raw, head, (socket) => {
        greet(socket, raw, found.subscriptions);
      });
    },
    push(frame, fate) {
      const line = next((candidate) => subscribes(candidate, frame));
      if (line === undefined) return false;
      const { id, text } = written(line, frame);
      waiting.set(id, { line, ...fate });
      send(line, text);
      return true;
    },
    raw(text, messageId, fate) {
      const line = next(() => true);
      if (line === undefined) return false;
      if (messageId !== null) waiting.set(messageId, { line, ...fate });
      send(line, text);
      return true;
    },
    get count() {
      return lines.length;
    },
    async opened(count) {
      const isMet = (): boolean => (count === 0 ? lines.length === 0 : lines.length >= count);
      if (isMet()) return;
      const { promise, resolve } = deferred<null>();
      watchers.push({
        isMet,
        resolve: () => {
          resolve(null);
        },
      });
      await promise;
    },
    disconnects(how) {
      for (const line of lines) {
        if (how === 'announced') announce(line);
        else if (how === 'half-open') line.state = 'dead';
        else {
          line.state = 'silent';
          (line.raw as Socket).resetAndDestroy();
        }
      }
    },
    pings: async () => {
      const echoes = await Promise.all(lines.filter((line) => line.state !== 'silent').map(ping));
      return echoes.length > 0 && echoes.every(Boolean);
    },
    close() {
      for (const stop of timers) stop();
      for (const { socket } of lines) socket.terminate();
      server.close();
    },
  };
}
