import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

export const BOT = 'aib-After-Sale';
export const SECRET = 'the-long-connection-secret';

/** A frame as it came from the bot. */
export interface BotSaid {
  readonly cmd: string;
  readonly headers: { readonly req_id: string };
  readonly body?: Readonly<Record<string, unknown>>;
}

/** What the next frame of a command is acknowledged with: a code, or nothing at all. */
export type Ack = number | 'silent';

/**
 * The other end of the smart bot's long connection, where it matters which frames come: it checks the secret, allows one connection,
 * acknowledges as a test says, and pushes whatever a test says.
 */
export interface BotServer {
  readonly url: string;
  /** In the order they came, over whichever connection; pings are not among them. */
  readonly said: readonly BotSaid[];
  /** Handshakes that were tried. */
  readonly opened: number;
  readonly pings: number;
  /** Sockets that stand. */
  readonly connections: number;
  /** What handshakes are answered with: `up` a socket, `down` HTTP 503, `mute` nothing. */
  door: 'up' | 'down' | 'mute';
  /** Pings are not answered. */
  isDeaf: boolean;
  answers(cmd: string, ...acks: Ack[]): void;
  /** Acknowledges a frame that was met with silence. */
  acks(req: string, errcode?: number): void;
  /** Over the newest connection: a frame, or the text of none. */
  pushes(frame: Readonly<Record<string, unknown>> | string): void;
  /** Another connection of the same bot subscribes. `bare`: what tells of it lacks all that the SDK does not need. */
  kicks(how?: 'told' | 'bare'): void;
  drops(): void;
  /** Sends what breaks the rules of the socket. `kicked`: right behind the word that another connection took over. */
  garbles(how?: 'kicked'): void;
  close(): Promise<void>;
}

export async function openBotServer(): Promise<BotServer> {
  const http = createServer((_, response) => response.end());
  const wss = new WebSocketServer({ noServer: true });
  const raw = new Set<Socket>();
  const said: BotSaid[] = [];
  const script = new Map<string, Ack[]>();
  const subscribed: WebSocket[] = [];
  const tell = (socket: WebSocket | undefined, frame: unknown): void => {
    socket?.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  };
  const ack = (socket: WebSocket | undefined, req: string, errcode: number): void => {
    const errmsg = errcode === 0 ? 'ok' : `refused, hint: [1779005048], from ip: 27.156.101.242`;
    tell(socket, { headers: { req_id: req }, errcode, errmsg });
  };
  const KICK = {
    cmd: 'aibot_event_callback',
    headers: { req_id: 'kick' },
    body: {
      msgid: 'kick',
      create_time: 1_700_000_000,
      aibotid: BOT,
      msgtype: 'event',
      event: { eventtype: 'disconnected_event' },
    },
  };

  const heard = (socket: WebSocket, frame: BotSaid): void => {
    const { cmd, body, headers } = frame;
    if (cmd === 'ping') {
      made.pings += 1;
      if (!made.isDeaf) ack(socket, headers.req_id, 0);
      return;
    }
    said.push(frame);
    const isSubscription = cmd === 'aibot_subscribe';
    const isRight = !isSubscription || (body?.['bot_id'] === BOT && body['secret'] === SECRET);
    const answer = script.get(cmd)?.shift() ?? (isRight ? 0 : 853000);
    if (answer === 'silent') return;
    if (isSubscription && answer === 0) subscribed.push(socket);
    ack(socket, headers.req_id, answer);
  };

  http.on('connection', (socket) => {
    raw.add(socket);
    socket.on('close', () => raw.delete(socket));
  });
  http.on('upgrade', (request, socket, rest) => {
    made.opened += 1;
    if (made.door === 'mute') return;
    if (made.door === 'down') {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    wss.handleUpgrade(request, socket, rest, (ws) => {
      ws.on('message', (data) => {
        heard(ws, JSON.parse((data as Buffer).toString()) as BotSaid);
      });
    });
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });

  const made: { -readonly [K in 'opened' | 'pings' | 'door' | 'isDeaf']: BotServer[K] } = {
    opened: 0,
    pings: 0,
    door: 'up',
    isDeaf: false,
  };
  return Object.defineProperty(
    Object.assign(made, {
      url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
      said,
      connections: 0,
      answers(cmd: string, ...acks: Ack[]) {
        script.set(cmd, [...(script.get(cmd) ?? []), ...acks]);
      },
      acks(req: string, errcode = 0) {
        ack(subscribed.at(-1), req, errcode);
      },
      pushes(frame: Readonly<Record<string, unknown>> | string) {
        tell(subscribed.at(-1), frame);
      },
      kicks(how: 'told' | 'bare' = 'told') {
        const socket = subscribed.at(-1);
        tell(socket, how === 'told' ? KICK : { cmd: KICK.cmd, body: { event: KICK.body.event } });
        socket?.close();
      },
      drops() {
        for (const socket of raw) socket.destroy();
      },
      garbles(how?: 'kicked') {
        // A frame of a kind that there is none of.
        const bytes = [Buffer.from([0x83, 0x00])];
        if (how === 'kicked') {
          const text = Buffer.from(JSON.stringify(KICK));
          bytes.unshift(Buffer.from([0x81, 126, text.length >> 8, text.length & 0xff]), text);
        }
        for (const socket of raw) socket.write(Buffer.concat(bytes));
      },
      async close() {
        for (const socket of wss.clients) socket.terminate();
        for (const socket of raw) socket.destroy();
        wss.close();
        await new Promise((resolve) => {
          http.close(resolve);
        });
      },
    }),
    'connections',
    { get: () => wss.clients.size },
  );
}
