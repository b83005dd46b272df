import { request } from 'node:http';
import { deferred } from '../json.ts';

export interface Reply {
  readonly status: number;
  readonly body: string;
}

export interface Call {
  /** Null: refused, cut, or stopped. */
  readonly reply: Promise<Reply | null>;
  stop(): void;
}

/** One request over a connection of its own; `body` null: GET. */
export function call(url: string, body: string | null): Call {
  const { promise, resolve } = deferred<Reply | null>();
  const headers = body === null ? {} : { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) };
  const sent = request(url, { method: body === null ? 'GET' : 'POST', agent: false, headers });
  sent.on('error', () => {
    resolve(null);
  });
  sent.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', () => {
      resolve(null);
    });
    response.on('end', () => {
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
    });
  });
  sent.end(body ?? undefined);
  return {
    reply: promise,
    stop() {
      sent.destroy();
      resolve(null);
    },
  };
}
