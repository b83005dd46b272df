import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { asText, isObject } from './block-kit-rules.ts';
import type { Told } from './emulator.ts';
import { APP, type State } from './state.ts';
import { ANSWER_WITHIN_MS, deferred, parsed, UNTOLD, type Kind } from './wire.ts';

/** Socket Mode's end at Slack. */
export interface Sockets {
  /** From now on this token may open sockets. */
  allow(appToken: string): void;
  isAllowed(appToken: string): boolean;
  /** For `apps.connections.open`: good for one socket. */
  ticket(origin: string): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** To one of the open sockets after the other; resolves with its acknowledgement. `kind` null: the body goes as it is, and nothing is awaited. */
  deliver(kind: Kind | null, body: unknown, retry: { num: number; reason: string }): Promise<Told>;
  opened(count: number): Promise<void>;
  disconnect(how: 'announced' | 'silent'): void;
  close(): void;
}

export function createSockets(state: State): Sockets {
  const server = new WebSocketServer({ noServer: true });
  const tokens = new Set<string>();
  const tickets = new Set<string>();
  const waiting = new Map<string, (body: unknown) => void>();
  let open: WebSocket[] = [];
  let turn = 0;
  let watchers: { count: number; resolve: () => void }[] = [];
  // Clients give a connection up that nobody pings.
  const pings = setInterval(() => {
    for (const socket of open) socket.ping('ping');
  }, 10_000);
  pings.unref();

  const greet = (socket: WebSocket): void => {
    open.push(socket);
    socket.on('close', () => {
      open = open.filter((other) => other !== socket);
    });
    socket.on('error', () => {
      socket.terminate();
    });
    // Messages arrive as Buffers, unless `binaryType` was changed.
    socket.on('message', (data) => {
      const message = parsed((data as Buffer).toString());
      if (!isObject(message)) return;
      const id = asText(message['envelope_id']);
      waiting.get(id)?.(message['payload'] ?? null);
    });
    const hello = {
      type: 'hello',
      num_connections: open.length,
      debug_info: { host: 'applink-emulated', build_number: 1, approximate_connection_time: 18_060 },
      connection_info: { app_id: APP.id },
    };
    socket.send(JSON.stringify(hello));
    for (const watcher of watchers.filter((w) => w.count <= open.length)) watcher.resolve();
    watchers = watchers.filter((w) => w.count > open.length);
  };

  return {
    allow(appToken) {
      tokens.add(appToken);
    },
    isAllowed: (appToken) => tokens.has(appToken),
    ticket(origin) {
      const ticket = state.next('ticket-');
      tickets.add(ticket);
      return `${origin.replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${APP.id}`;
    },
    upgrade(request, socket, head) {
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (url.pathname === '/link/' && tickets.delete(url.searchParams.get('ticket') ?? ''))
        server.handleUpgrade(request, socket, head, greet);
      else socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
    },
    async deliver(kind, body, retry) {
      const socket = open[turn % Math.max(open.length, 1)];
      if (socket === undefined) return UNTOLD;
      turn += 1;
      if (kind === null) {
        socket.send(typeof body === 'string' ? body : JSON.stringify(body));
        return UNTOLD;
      }
      const began = performance.now();
      const id = state.next('envelope-');
      const envelope = {
        envelope_id: id,
        type: kind,
        payload: body,
        accepts_response_payload: kind !== 'events_api',
        ...(kind === 'events_api' ? { retry_attempt: retry.num, retry_reason: retry.reason } : {}),
      };
      const { promise, resolve } = deferred<Told>();
      const end = (told: Partial<Told>): void => {
        clearTimeout(guard);
        waiting.delete(id);
        socket.off('close', lost);
        resolve({ ...UNTOLD, ms: performance.now() - began, ...told });
      };
      const lost = (): void => {
        end({});
      };
      const guard = setTimeout(lost, ANSWER_WITHIN_MS);
      socket.on('close', lost);
      waiting.set(id, (answer) => {
        end({ status: 200, body: answer });
      });
      socket.send(JSON.stringify(envelope));
      return promise;
    },
    async opened(count) {
      if (open.length >= count) return;
      const { promise, resolve } = deferred<undefined>();
      watchers.push({
        count,
        resolve: () => {
          resolve(undefined);
        },
      });
      await promise;
    },
    disconnect(how) {
      for (const socket of open) {
        if (how === 'silent') socket.terminate();
        else
          socket.send(
            JSON.stringify({
              type: 'disconnect',
              reason: 'refresh_requested',
              debug_info: { host: 'applink-emulated' },
            }),
          );
      }
    },
    close() {
      clearInterval(pings);
      for (const socket of open) {
        socket.close(1001);
        const guard = setTimeout(() => {
          socket.terminate();
        }, 200);
        socket.on('close', () => {
          clearTimeout(guard);
        });
      }
      server.close();
    },
  };
}
