import {
  DWClient,
  EventAck,
  TOPIC_CARD,
  TOPIC_ROBOT,
  type DWClientDownStream,
  type EventAckData,
} from 'dingtalk-stream';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { openDingTalk } from './dingtalk.ts';
import type { DingTalkEmulator } from './emulator.ts';
import { asObject, parsed, type Json } from '../json.ts';
import { ownTemplate } from './templates.ts';

export const GROUP = 'cidGroup/1==';
export const TEMPLATE = '00000000-0000-4000-8000-000000000001.schema';

/** An answer of the API. */
export interface Reply {
  readonly status: number;
  readonly body: Json;
}

/** An emulator with a group of three people, and somebody with a token who calls its API. */
export interface Stage {
  readonly ding: DingTalkEmulator;
  readonly clock: ManualClock;
  /** With a token, of which a new one is asked for each time. */
  api(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: unknown,
    query?: Readonly<Record<string, string>>,
  ): Promise<Reply>;
  old(path: string, body: unknown): Promise<Reply>;
  /** Without a token, to any address. */
  hook(url: string, body: unknown): Promise<Reply>;
  /** Posts a card of the own template into the group, or to a person; its message's id. */
  card(id: string, values: Readonly<Record<string, string>>, more?: Json): Promise<string>;
  stream(): Promise<Client>;
  close(): Promise<void>;
}

/** The body of a card for the group. */
export const cardBody = (ding: DingTalkEmulator, id: string, values: Json, more: Json = {}): Json => ({
  cardTemplateId: TEMPLATE,
  outTrackId: id,
  callbackType: 'STREAM',
  cardData: { cardParamMap: values },
  openSpaceId: `dtv1.card//IM_GROUP.${GROUP}`,
  imGroupOpenSpaceModel: { supportForward: false, lastMessageI18n: { ZH_CN: '摘要' } },
  imGroupOpenDeliverModel: { robotCode: ding.app.robotCode },
  ...more,
});

/** The real client, pointed at the emulator. It answers nothing by itself but what DWClient does. */
export class Client extends DWClient {
  /** Every frame but the ones of the connection itself. */
  readonly heard: DWClientDownStream[] = [];
  /** What it does with a message or a press; by default nothing. */
  take: (frame: DWClientDownStream) => void = () => undefined;
  answerEvent: () => EventAckData = () => ({ status: EventAck.SUCCESS });
  readonly #base: string;

  constructor(ding: DingTalkEmulator, secret = ding.app.clientSecret) {
    const options = {
      clientId: ding.app.clientId,
      clientSecret: secret,
      ua: 'gongdan-test',
      keepAlive: false,
      autoReconnect: false,
      subscriptions: [{ type: 'EVENT', topic: '*' }],
    };
    super(options);
    this.#base = ding.url;
    const take = (frame: DWClientDownStream): void => {
      this.heard.push(frame);
      this.take(frame);
    };
    this.registerCallbackListener(TOPIC_ROBOT, take);
    this.registerCallbackListener(TOPIC_CARD, take);
    this.registerAllEventListener((frame) => {
      this.heard.push(frame);
      return this.answerEvent();
    });
  }

  override async getEndpoint(): Promise<this> {
    const { clientId, clientSecret, ua, subscriptions } = this.config;
    const answer = await fetch(`${this.#base}/v1.0/gateway/connections/open`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ clientId, clientSecret, ua, subscriptions }),
    });
    const body = asObject(await answer.json());
    if (!answer.ok) throw new Error(`${answer.status} ${String(body['code'])}`);
    this['dw_url'] = `${String(body['endpoint'])}?ticket=${encodeURIComponent(String(body['ticket']))}`;
    return this;
  }

  async open(): Promise<void> {
    await this.getEndpoint();
    await this._connect();
  }

  /** Resolves when the socket is closed. */
  async closed(): Promise<void> {
    await new Promise<void>((resolve) => {
      this['socket']?.once('close', () => {
        resolve();
      });
    });
  }

  data(index: number): Json {
    return asObject(parsed(this.heard.at(index)?.data ?? ''));
  }
}

/** Acknowledges everything. */
export const acknowledges = (client: Client) => (frame: DWClientDownStream) => {
  client.socketCallBackResponse(frame.headers.messageId, null);
};

/** Resolves when it is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo())
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
}

export async function openStage(): Promise<Stage> {
  const clock = manualClock();
  const ding = await openDingTalk(clock);
  const clients: Client[] = [];
  ding.addUser({ userId: 'u1', name: '李雷', mobile: '13800138000', email: 'lilei@shop.cn' });
  ding.addUser({ userId: 'u2', name: '王芳' });
  ding.addUser({ userId: 'u3', name: '赵敏' });
  ding.addUser({ userId: 'x1', name: '外部客户', external: true });
  ding.addGroup({ id: GROUP, title: '售后群', members: ['u1', 'u2', 'x1'] });
  ding.addTemplate(ownTemplate(TEMPLATE));

  const call = async (
    method: string,
    url: URL,
    body: unknown,
    headers: Readonly<Record<string, string>>,
  ): Promise<Reply> => {
    const answer = await fetch(url, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        accept: 'application/json',
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: asObject(parsed(await answer.text())) };
  };
  const token = async (): Promise<string> => {
    const { clientId, clientSecret } = ding.app;
    const body = { appKey: clientId, appSecret: clientSecret };
    const answer = await call('POST', new URL(`${ding.url}/v1.0/oauth2/accessToken`), body, {});
    return String(answer.body['accessToken']);
  };
  const api: Stage['api'] = async (method, path, body, query = {}) => {
    const url = new URL(ding.url + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return call(method, url, body, { 'x-acs-dingtalk-access-token': await token() });
  };

  return {
    ding,
    clock,
    api,
    async old(path, body) {
      const url = new URL(ding.url + path);
      url.searchParams.set('access_token', await token());
      return call('POST', url, body, {});
    },
    hook: async (url, body) => call('POST', new URL(url), body, {}),
    async card(id, values, more) {
      const { body } = await api('POST', '/v1.0/card/instances/createAndDeliver', cardBody(ding, id, values, more));
      const results = asObject(body['result'])['deliverResults'] as Json[];
      return String(results[0]?.['carrierId']);
    },
    async stream() {
      const client = new Client(ding);
      clients.push(client);
      await client.open();
      return client;
    },
    async close() {
      for (const client of clients) client.disconnect();
      await ding.close();
    },
  };
}
