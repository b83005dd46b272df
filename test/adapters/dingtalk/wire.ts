import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call as it came over the wire. */
export interface Heard {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly path: string;
  readonly token: string;
  readonly body: string;
}

/** What the next call of a path is answered: anything at all, as documents and field reports have it. */
export type Said =
  | { readonly status?: number; readonly json: unknown }
  | { readonly status?: number; readonly text: string; readonly headers?: Readonly<Record<string, string>> }
  | 'reset'
  | 'never';

/** Answers calls with exactly what a test says, where it matters what bytes come; `test/emulators/dingtalk` is the DingTalk that remembers. */
export interface Wire {
  readonly url: string;
  readonly calls: readonly Heard[];
  /** Tokens that ended. */
  readonly ended: Set<string>;
  answers(path: string, ...said: readonly Said[]): void;
  close(): Promise<void>;
}

export const PATH = '/v1.0/robot/groupMessages/send';
export const TOKEN = '/v1.0/oauth2/accessToken';

export async function openWire(): Promise<Wire> {
  const calls: Heard[] = [];
  const script = new Map<string, Said[]>();
  const ended = new Set<string>();
  let handedOut = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const target = request.url ?? '';
      const path = target.split('?')[0] ?? '';
      calls.push({
        method: request.method ?? '',
        target,
        path,
        token: String(request.headers['x-acs-dingtalk-access-token'] ?? ''),
        body: Buffer.concat(chunks).toString(),
      });
      const isEnded = ended.has(String(request.headers['x-acs-dingtalk-access-token'] ?? ''));
      const said: Said | undefined = isEnded
        ? { status: 400, json: { code: 'InvalidAuthentication' } }
        : script.get(path)?.shift();
      if (said === 'reset') response.destroy();
      else if (said === 'never') return;
      else if (said === undefined && path === TOKEN) {
        handedOut += 1;
        response.end(JSON.stringify({ accessToken: `secret-token-${handedOut}`, expireIn: 7200 }));
      } else if (said === undefined) response.end('{"errcode":0,"errmsg":"ok","processQueryKey":"key"}');
      else if ('json' in said) response.writeHead(said.status ?? 200).end(JSON.stringify(said.json));
      else response.writeHead(said.status ?? 200, said.headers).end(said.text);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    ended,
    answers(path, ...said) {
      script.set(path, [...(script.get(path) ?? []), ...said]);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
