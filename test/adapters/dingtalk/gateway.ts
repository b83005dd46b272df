import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** A gateway of which a test has the other end of every socket in hand: who got what, and who closes when. */
export interface Gateway {
  readonly url: string;
  /** In the order they came. */
  readonly sockets: readonly {
    readonly socket: WebSocket;
    /** Message ids that were acknowledged over it. */
    readonly acked: string[];
    readonly address: string;
  }[];
  /** What `connections/open` answers, given the right answer. */
  answer: (right: { endpoint: string; ticket: string }) => unknown;
  push(of: number, frame: unknown): void;
  close(): Promise<void>;
}

export async function openGateway(): Promise<Gateway> {
  const sockets: { socket: WebSocket; acked: string[]; address: string }[] = [];
  const wss = new WebSocketServer({ noServer: true });
  const server = createServer((request, response) => {
    request.resume();
    const right = { endpoint: `${gateway.url.replace('http', 'ws')}/connect`, ticket: 'a ticket+with/signs=' };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(gateway.answer(right)));
  });
  server.on('upgrade', (request: IncomingMessage, raw, head) => {
    wss.handleUpgrade(request, raw, head, (socket) => {
      const acked: string[] = [];
      sockets.push({ socket, acked, address: request.url ?? '' });
      socket.on('error', () => undefined);
      socket.on('message', (data) => {
        const { headers } = JSON.parse((data as Buffer).toString()) as { headers: { messageId: string } };
        acked.push(headers.messageId);
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const gateway: Gateway = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    answer: (right) => right,
    push(of, frame) {
      sockets[of]?.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    },
    async close() {
      for (const { socket } of sockets) socket.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
  return gateway;
}

/** A message of somebody's, as small as handlers here read it. */
export const robotFrame = (messageId: string, text: string) => ({
  specVersion: '1.0',
  type: 'CALLBACK',
  headers: { topic: '/v1.0/im/bot/messages/get', messageId, contentType: 'application/json', time: '1690362102194' },
  data: JSON.stringify({ msgId: messageId, text: { content: text } }),
});

/** As the handbook has it: without version and message id. */
export const LEAVING = { type: 'SYSTEM', headers: { topic: 'disconnect' }, data: '{"reason":"connection is expired"}' };
