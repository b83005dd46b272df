import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/clock.ts';

/** A notice as it came in. */
export interface Received {
  readonly id: string;
  readonly type: string;
  readonly ticket: { readonly no: string; readonly status: string };
  readonly event: { readonly seq: number };
  /** Byte for byte. */
  readonly raw: string;
  readonly signature: string;
}

/** A system of the shop's that takes notices over real HTTP, written from docs/webhooks.md alone. */
export interface Receiver {
  readonly url: string;
  /** Notices with a good signature that it took, as they came. */
  readonly taken: readonly Received[];
  /** Everything that reached it with a good signature, whatever it answered. */
  readonly seen: readonly Received[];
  /** What was wrong with the rest. */
  readonly refused: readonly string[];
  /** What it answers from now on; a status, where it sends them on, or nothing at all. */
  answers(with_: number | { readonly location: string } | 'hangs'): void;
  /** Resolves with the next request that is left hanging. */
  hanging(): Promise<void>;
  close(): Promise<void>;
}

/** `secrets`: what it was given; `clock`: what time it takes it to be. */
export async function openReceiver(secrets: readonly string[], clock: Clock): Promise<Receiver> {
  const taken: Received[] = [];
  const seen: Received[] = [];
  const refused: string[] = [];
  const hung: (() => void)[] = [];
  let manner: Parameters<Receiver['answers']>[0] = 200;

  /** Null: good. As the page says it: split the header, sign `t.body`, compare, look at the moment. */
  const faultOf = (header: string, raw: Buffer): string | null => {
    const parts = header.split(',').map((part) => part.split('=', 2));
    const t = parts.find(([name]) => name === 't')?.[1] ?? '';
    const given = parts.filter(([name]) => name === 'v1').map(([, hex = '']) => Buffer.from(hex, 'hex'));
    const right = secrets.map((s) => createHmac('sha256', s).update(`${t}.`).update(raw).digest());
    const isGood = right.some((r) => given.some((g) => g.length === r.length && timingSafeEqual(g, r)));
    if (!isGood) return 'signature';
    return Math.abs(clock.now().getTime() / 1_000 - Number(t)) > 300 ? 'moment' : null;
  };

  const take = (request: IncomingMessage, response: ServerResponse, raw: Buffer): void => {
    const signature = String(request.headers['x-gongdan-signature'] ?? '');
    const fault = faultOf(signature, raw);
    if (fault !== null) {
      refused.push(fault);
      response.writeHead(401).end();
      return;
    }
    const notice = {
      ...(JSON.parse(raw.toString()) as Omit<Received, 'raw' | 'signature'>),
      raw: raw.toString(),
      signature,
    };
    seen.push(notice);
    if (manner === 'hangs') {
      for (const resolve of hung.splice(0)) resolve();
    } else if (typeof manner === 'number') {
      if (manner < 300) taken.push(notice);
      response.writeHead(manner).end('thanks');
    } else response.writeHead(302, manner).end();
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      take(request, response, Buffer.concat(chunks));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/gongdan`,
    taken,
    seen,
    refused,
    answers(with_) {
      manner = with_;
    },
    hanging: () =>
      new Promise((resolve) => {
        hung.push(resolve);
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
