import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call as it came over the wire. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the next call of a path is answered: anything at all. `content`: so much of a file, and then the connection breaks off if it was to be longer. */
export type Said =
  | { readonly status?: number; readonly json: unknown }
  | {
      readonly status?: number;
      readonly content: string | Buffer;
      readonly headers?: Readonly<Record<string, string | number>>;
      readonly breaks?: true;
    }
  | 'reset'
  | 'never';

/** Answers calls with exactly what a test says, where it matters what bytes come; `test/emulators/wecom` is the WeCom that remembers. */
export interface Wire {
  readonly url: string;
  readonly calls: readonly Heard[];
  /** Tokens that ended. */
  readonly ended: Set<string>;
  made(path: string): readonly Heard[];
  answers(path: string, ...said: readonly Said[]): void;
  close(): Promise<void>;
}

export const APP = { corpId: 'ww0000000000000001', secret: 'the-secret-of-the-app' };
export const PATH = '/cgi-bin/message/send';
export const TOKEN = '/cgi-bin/gettoken';

export async function openWire(): Promise<Wire> {
  const calls: Heard[] = [];
  const script = new Map<string, Said[]>();
  const ended = new Set<string>();
  let handedOut = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname: path, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
      const query = Object.fromEntries(searchParams);
      calls.push({ method: request.method ?? '', path, query, body: Buffer.concat(chunks).toString() });
      const isEnded = ended.has(query['access_token'] ?? '');
      const said: Said | undefined = isEnded ? { json: { errcode: 42001 } } : script.get(path)?.shift();
      if (said === 'reset') response.destroy();
      else if (said === 'never') return;
      else if (said !== undefined && 'content' in said) {
        response.writeHead(said.status ?? 200, said.headers);
        if (said.breaks === undefined) response.end(said.content);
        else response.write(said.content, () => response.destroy());
      } else {
        const isToken = said === undefined && path === TOKEN;
        if (isToken) handedOut += 1;
        const token = { access_token: `secret-token-${handedOut}`, expires_in: 7200 };
        const answer = said?.json ?? { errcode: 0, errmsg: 'ok', msgid: 'm-1', ...(isToken && token) };
        response.writeHead(said?.status ?? 200, { 'content-type': 'application/json; charset=UTF-8' });
        response.end(JSON.stringify(answer));
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    ended,
    made: (path) => calls.filter((call) => call.path === path),
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
