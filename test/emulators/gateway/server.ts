import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import type { Clock } from '../../../src/clock.ts';

const asked = z.strictObject({
  id: z.string().min(1),
  kind: z.enum(['sms', 'phone', 'ping']),
  to: z
    .string()
    .regex(/^\+\d+$/u)
    .optional(),
  text: z.string().optional(),
  ticket: z
    .string()
    .regex(/^T-\d+$/u)
    .optional(),
  urgent: z.boolean().optional(),
  at: z.iso.datetime(),
});
export type Asked = z.output<typeof asked>;

/** A shop's gateway on 127.0.0.1, written from docs/platforms/outside.md alone. */
export interface Gateway {
  readonly url: string;
  /** SMS and calls that went out: a repeat of an id is dropped. */
  readonly sent: readonly Asked[];
  /** Everything that was signed well, whatever it was answered. */
  readonly seen: readonly Asked[];
  readonly refused: readonly string[];
  /** What it answers from now on. `hangs`: it takes what it is told and says nothing. */
  answers(
    with_: number | 'hangs' | { readonly status: number; readonly retryAfter: string } | { readonly location: string },
  ): void;
  hanging(): Promise<void>;
  away(): Promise<void>;
  back(): Promise<void>;
  close(): Promise<void>;
}

export const SECRET = 'a secret of sixteen';

export async function openGateway(clock: Clock, secret = SECRET): Promise<Gateway> {
  const sent = new Map<string, Asked>();
  const seen: Asked[] = [];
  const refused: string[] = [];
  let manner: Parameters<Gateway['answers']>[0] = 202;
  let waiting: (() => void)[] = [];

  /** As the page says it: `t=<seconds>,v1=<hex of HMAC-SHA256 of "t.body">`, not older than five minutes. */
  const isSigned = (header: string, raw: Buffer): boolean => {
    const fields = new Map(header.split(',').map((part) => part.split('=', 2) as [string, string]));
    const t = fields.get('t') ?? '';
    const given = Buffer.from(fields.get('v1') ?? '', 'hex');
    const right = createHmac('sha256', secret).update(`${t}.`).update(raw).digest();
    const isFresh = Math.abs(clock.now().getTime() / 1_000 - Number(t)) <= 300;
    return isFresh && given.length === right.length && timingSafeEqual(given, right);
  };

  const take = (request: IncomingMessage, response: ServerResponse, raw: Buffer): void => {
    if (request.method !== 'POST' || !isSigned(String(request.headers['x-gongdan-signature'] ?? ''), raw)) {
      refused.push('signature');
      response.writeHead(401).end();
      return;
    }
    const read = asked.safeParse(JSON.parse(raw.toString()));
    if (!read.success) {
      refused.push('body');
      response.writeHead(400).end();
      return;
    }
    seen.push(read.data);
    const isTaken = manner === 'hangs' || (typeof manner === 'number' && manner < 300);
    if (isTaken && read.data.kind !== 'ping' && !sent.has(read.data.id)) sent.set(read.data.id, read.data);
    if (manner === 'hangs') for (const resolve of waiting.splice(0)) resolve();
    else if (typeof manner === 'number') response.writeHead(manner).end();
    else if ('status' in manner) response.writeHead(manner.status, { 'retry-after': manner.retryAfter }).end();
    else response.writeHead(302, manner).end();
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      take(request, response, Buffer.concat(chunks));
    });
  });
  const listen = (on: number): Promise<void> =>
    new Promise((resolve) => {
      server.listen(on, '127.0.0.1', resolve);
    });
  const end = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/gongdan`,
    get sent() {
      return [...sent.values()];
    },
    seen,
    refused,
    answers(with_) {
      manner = with_;
    },
    hanging: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    away: end,
    back: () => listen(port),
    async close() {
      waiting = [];
      await end();
    },
  };
}
