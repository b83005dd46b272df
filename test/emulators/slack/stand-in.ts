import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LogLevel, WebClient, type ChatPostMessageResponse } from '@slack/web-api';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import type { Json } from './block-kit-rules.ts';
import type { SlackEmulator } from './emulator.ts';
import { sign } from './signature.ts';
import { openSlack } from './slack.ts';
import { parsed } from './wire.ts';

/** What reached the bot. */
export interface Heard {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly raw: string;
  /** JSON, the JSON inside of `payload`, or the fields of a form. */
  readonly body: Json;
  readonly isSigned: boolean;
}

/** An emulator with a workspace of two people, and something in the bot's place that hears and answers what a test says. */
export interface Stage {
  readonly slack: SlackEmulator;
  readonly clock: ManualClock;
  readonly client: WebClient;
  readonly heard: Heard[];
  /** The last that came; of events the event itself. */
  last(): Json;
  events(): Json[];
  /** What it answers from now on; null: nothing. */
  answers(status: number, body?: unknown): void;
  close(): Promise<void>;
}

const nothing = (): void => undefined;
/** A logger that says nothing: what goes wrong here goes wrong on purpose. */
export const SILENT = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
};

const SECRET = 'signing-secret';

function bodyOf(type: string, raw: string): Json {
  if (type.startsWith('application/json')) return parsed(raw) as Json;
  const form = Object.fromEntries(new URLSearchParams(raw));
  return typeof form['payload'] === 'string' ? (parsed(form['payload']) as Json) : form;
}

export async function openStage(): Promise<Stage> {
  const clock = manualClock();
  const slack = await openSlack(clock);
  const heard: Heard[] = [];
  let answer: { status: number; body: unknown } = { status: 200, body: '' };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      const { headers } = request;
      const signed = sign(SECRET, Number(headers['x-slack-request-timestamp']), raw);
      const body = bodyOf(headers['content-type'] ?? '', raw);
      heard.push({ headers, raw, body, isSigned: headers['x-slack-signature'] === signed });
      response.statusCode = answer.status;
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  slack.connect({ mode: 'http', url: `http://127.0.0.1:${port}/slack/events`, signingSecret: SECRET });
  const { botToken } = slack.addTeam({ id: 'T1', name: 'Shop', domain: 'shop' });
  slack.addUser('T1', { id: 'U1', name: 'lilei', realName: '李雷', email: 'lilei@shop.cn' });
  slack.addUser('T1', { id: 'U2', name: 'wangfang' });
  slack.addChannel('T1', { id: 'C1', name: 'aftersales', members: ['U1', 'U2'] });
  const client = new WebClient(botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: SILENT,
  });
  return {
    slack,
    clock,
    client,
    heard,
    events: () => heard.map(({ body }) => body['event'] as Json),
    last() {
      const body = heard.at(-1)?.body ?? {};
      return (body['event'] as Json | undefined) ?? body;
    },
    answers(status, body = '') {
      answer = { status, body };
    },
    async close() {
      await slack.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

/** The `data` of the error a call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    const { data, message } = error as { data?: Json; message: string };
    return data ?? { message };
  }
  return 'was not refused';
}

/** `chat.postMessage`, by the client's way for any method. */
export const send = async (client: WebClient, channel: string, text: string, more: Json = {}) =>
  (await client.apiCall('chat.postMessage', { channel, text, ...more })) as ChatPostMessageResponse;

export const section = (text: string): { type: 'section'; text: { type: 'mrkdwn'; text: string } } => ({
  type: 'section',
  text: { type: 'mrkdwn', text },
});

/** POSTs JSON, as bots do to a `response_url`. */
export async function postJson(url: unknown, body: Json): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(String(url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}
