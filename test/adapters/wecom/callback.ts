import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encrypt, getSignature } from '@wecom/crypto';
import express, { type RequestHandler } from 'express';
import { CALLBACK_PATH, createRoutes } from '../../../adapters/wecom/routes.ts';
import type { AppEvent } from '../../../adapters/wecom/schema.ts';
import { createLog } from '../../../src/log.ts';
import { xmlOf, type Element } from '../../emulators/wecom/xml.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';

/** The app of the published vectors (fact sheet, 1.5). */
export const APP = {
  corpId: 'wx5823bf96d3bd56c7',
  agentId: 218,
  token: 'QDG6eK',
  aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
};
const AT = '1409659813';
const NONCE = '1372623149';

export interface Answer {
  readonly status: number;
  readonly body: string;
}
type Query = Readonly<Record<string, string>>;

/** The callback alone, and everything that it told. */
export interface Callback {
  readonly url: string;
  readonly clock: ManualClock;
  /** What was handed over, in order. */
  readonly taken: AppEvent[];
  readonly seen: string[];
  readonly failures: unknown[];
  readonly lines: string[];
  isOpen: boolean;
  handle: (event: AppEvent, stored: () => void) => Promise<void>;
  get(query: Query | string, headers?: Query): Promise<Answer>;
  post(query: Query | string, body: string, headers?: Query): Promise<Answer>;
  /** As WeCom delivers a plain text. */
  delivers(plain: string, over?: Wrapping): Promise<Answer>;
  close(): Promise<void>;
}

export interface Wrapping {
  readonly token?: string;
  readonly key?: string;
  readonly id?: string;
  /** Seconds since 1970. */
  readonly at?: string;
}

/** Query and cipher as WeCom makes them. */
export function wrapped(
  plain: string,
  { token = APP.token, key = APP.aesKey, id = APP.corpId, at = AT }: Wrapping = {},
) {
  const cipher = encrypt(key, plain, id);
  return { cipher, query: signedFor(cipher, token, at) };
}
export const signedFor = (cipher: string, token = APP.token, timestamp = AT): Query => ({
  msg_signature: getSignature(token, timestamp, NONCE, cipher),
  timestamp,
  nonce: NONCE,
});

export const outerOf = (cipher: string): string =>
  xmlOf([
    ['ToUserName', APP.corpId],
    ['AgentID', String(APP.agentId)],
    ['Encrypt', cipher],
  ]);

/** What somebody says, in plain text. */
export const saying = (text: string, over: Parameters<typeof xmlOf>[1] = {}): string =>
  xmlOf(
    frameOf('text', [
      ['Content', text],
      ['MsgId', 4_561_255_354_251_345_929n],
    ]),
    over,
  );
export const frameOf = (type: string, elements: readonly Element[]): readonly Element[] => [
  ['ToUserName', APP.corpId],
  ['FromUserName', 'mycreate'],
  ['CreateTime', Number(AT)],
  ['MsgType', type],
  ...elements,
  ['AgentID', APP.agentId],
];

export async function runCallback(before: RequestHandler = (_request, _response, next) => next()): Promise<Callback> {
  const clock = manualClock(new Date(Number(AT) * 1_000));
  const told = { taken: [] as AppEvent[], seen: [] as string[], failures: [] as unknown[], lines: [] as string[] };
  const stream = { write: (line: string) => void told.lines.push(line) };
  const app = express();
  app.use(before);
  app.use(
    createRoutes({
      app: APP,
      clock,
      log: createLog({ level: 'debug', readable: false, clock, stream }),
      handle: (event, stored) => callback.handle(event, stored),
      isOpen: () => callback.isOpen,
      seen: (what) => told.seen.push(what),
      onFailure: (error) => told.failures.push(error),
    }),
  );
  const server = createServer(app);
  // It shares its thread with who asks: a long halt would end connections that are about to be used again.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${CALLBACK_PATH}`;
  const ask = async (query: Query | string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(
      `${url}?${typeof query === 'string' ? query : String(new URLSearchParams(query))}`,
      init,
    );
    return { status: response.status, body: await response.text() };
  };
  const callback: Callback = {
    ...told,
    url,
    clock,
    isOpen: true,
    handle: async (event) => void told.taken.push(event),
    get: (query, headers = {}) => ask(query, { headers }),
    post: (query, body, headers = {}) =>
      ask(query, { method: 'POST', body, headers: { 'content-type': 'text/xml', ...headers } }),
    delivers(plain, over) {
      const { query, cipher } = wrapped(plain, over);
      return callback.post(query, outerOf(cipher));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return callback;
}
