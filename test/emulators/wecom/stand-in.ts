import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WSClient, type WsFrame } from '@wecom/aibot-node-sdk';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { asObject, asText, parsed, type Json } from '../json.ts';
import type { WeComEmulator } from './emulator.ts';
import { startWeCom } from './wecom.ts';

export const LILEI = 'LiLei';
export const HAN = 'hanmeimei';
export const CHAT = 'wrChat_AbC';

/** What came to the address of the app. */
export interface Got {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Stage {
  readonly wecom: WeComEmulator;
  readonly clock: ManualClock;
  readonly got: Got[];
  /** How the app answers; default: 200 and nothing. */
  answers: (got: Got, response: ServerResponse) => void;
  /** With a token, of which a new one is asked for each time. */
  post(path: string, body: unknown, agentId?: number): Promise<Json>;
  get(path: string, query?: Readonly<Record<string, string>>): Promise<Json>;
  token(agentId?: number): Promise<string>;
  /** The SDK, subscribed. */
  bot(more?: { readonly secret?: string; readonly heartbeatInterval?: number }): Promise<Client>;
  close(): Promise<void>;
}

export interface Client {
  readonly sdk: WSClient;
  readonly messages: WsFrame<Json>[];
  readonly events: WsFrame<Json>[];
  readonly errors: Error[];
}

/** The SDK's types of bodies are not those of what comes. */
const asFrame = (frame: unknown): WsFrame<Json> => frame as WsFrame<Json>;

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A card with one button and what else is given. */
export const card = (task: string, more: Json = {}): Json => ({
  card_type: 'button_interaction',
  task_id: task,
  main_title: { title: '#T-1 登录失败', desc: '等待认领' },
  button_list: [
    { text: '认领', style: 1, key: 'claim' },
    { text: '转派', style: 2, key: 'assign' },
  ],
  ...more,
});

/** It as the body of a send. */
export const cardTo = (stage: Stage, touser: string, content: Json): Json => ({
  touser,
  msgtype: 'template_card',
  agentid: stage.wecom.app.agentId,
  template_card: content,
});

export const textTo = (stage: Stage, touser: string, content: string): Json => ({
  touser,
  msgtype: 'text',
  agentid: stage.wecom.app.agentId,
  text: { content },
});

export async function openStage(): Promise<Stage> {
  const clock = manualClock();
  const wecom = await startWeCom({ clock });
  const got: Got[] = [];
  const clients: WSClient[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = {
        method: request.method ?? '',
        url: new URL(request.url ?? '/', 'http://localhost'),
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      got.push(one);
      stage.answers(one, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  wecom.addMember({ userId: LILEI, name: '李雷', mail: 'lilei@tea.example' });
  wecom.addMember({ userId: HAN, name: '韩梅梅' });
  wecom.addMember({ userId: 'hidden', name: '看不见', visible: false });
  wecom.bot.addChat({ id: CHAT, members: [LILEI, HAN] });
  wecom.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`);

  const read = async (path: string, query: Readonly<Record<string, string>>, body?: unknown): Promise<Json> => {
    const url = new URL(`${wecom.url}/cgi-bin/${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const answer = await fetch(url, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
    return asObject(parsed(await answer.text()));
  };
  const token = async (agentId = wecom.app.agentId): Promise<string> => {
    const secret = wecom.apps.find((app) => app.agentId === agentId)?.secret ?? '';
    return asText((await read('gettoken', { corpid: wecom.corpId, corpsecret: secret }))['access_token']);
  };

  const stage: Stage = {
    wecom,
    clock,
    got,
    answers: (_got, response) => void response.end(),
    post: async (path, body, agentId) => read(path, { access_token: await token(agentId) }, body),
    get: async (path, query = {}) => read(path, { access_token: await token(), ...query }),
    token,
    async bot(more = {}) {
      const sdk = new WSClient({
        botId: wecom.bot.botId,
        secret: wecom.bot.secret,
        wsUrl: wecom.botUrl,
        logger: silent,
        maxReconnectAttempts: 0,
        maxAuthFailureAttempts: 0,
        ...more,
      });
      clients.push(sdk);
      const client: Client = { sdk, messages: [], events: [], errors: [] };
      sdk.on('message', (frame) => client.messages.push(asFrame(frame)));
      sdk.on('event', (frame) => client.events.push(asFrame(frame)));
      const settled = new Promise<void>((resolve) => {
        sdk.on('authenticated', () => {
          resolve();
        });
        sdk.on('error', (error: Error) => {
          client.errors.push(error);
          resolve();
        });
      });
      sdk.connect();
      await settled;
      return client;
    },
    async close() {
      for (const client of clients) client.disconnect();
      await wecom.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
  return stage;
}

/** Resolves when it is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo())
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
}
