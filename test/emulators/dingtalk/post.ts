import { request } from 'node:http';
import { deferred, parsed } from '../json.ts';

/** One POST over a connection of its own; null: refused, cut, or not answered within `ms` by the machine's clock. */
export async function post(
  url: string,
  json: string,
  headers: Readonly<Record<string, string>>,
  ms: number,
  live: Set<() => void>,
): Promise<{ readonly status: number; readonly body: unknown } | null> {
  const { promise, resolve } = deferred<{ readonly status: number; readonly body: unknown } | null>();
  const sent = request(url, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...headers,
      'content-length': Buffer.byteLength(json),
    },
  });
  const end = (answer: { readonly status: number; readonly body: unknown } | null): void => {
    clearTimeout(guard);
    live.delete(stop);
    resolve(answer);
  };
  const stop = (): void => {
    sent.destroy();
    end(null);
  };
  live.add(stop);
  const guard = setTimeout(stop, ms);
  sent.on('error', () => {
    end(null);
  });
  sent.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', () => {
      end(null);
    });
    response.on('end', () => {
      end({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString()) });
    });
  });
  sent.end(json);
  return promise;
}
