import { request } from 'node:http';
import { asText, isObject, type Json } from './block-kit-rules.ts';
import type { Connection, Sending, Told } from './emulator.ts';
import { sign } from './signature.ts';
import type { Sockets } from './sockets.ts';
import type { State } from './state.ts';

/** Slack waits so long, by the machine's clock, and then takes it that nobody answered. */
export const ANSWER_WITHIN_MS = 3000;

export type Kind = 'events_api' | 'slash_commands' | 'interactive';

export const UNTOLD: Told = { status: 0, body: null, ms: 0, headers: {}, eventId: '', ts: '', also: [] };

/** The way to the bot. */
export interface Wire {
  connect(to: Connection | null): void;
  tell(kind: Kind, payload: Json): Promise<Told>;
  sends(body: unknown, how?: Sending): Promise<Told>;
  repeats(eventId: string, retry: { num: number; reason: string }): Promise<Told>;
  settled(): Promise<void>;
  close(): Promise<void>;
}

type Form = NonNullable<Sending['as']>;

const FORMS: Readonly<Record<Kind, Form>> = { events_api: 'json', slash_commands: 'form', interactive: 'payload' };
const KINDS: Readonly<Record<Form, Kind>> = {
  json: 'events_api',
  form: 'slash_commands',
  payload: 'interactive',
  raw: 'events_api',
};

function written(body: unknown, as: Form): string {
  if (as === 'raw') return typeof body === 'string' ? body : String(body);
  if (as === 'json') return JSON.stringify(body);
  if (as === 'payload') return new URLSearchParams({ payload: JSON.stringify(body) }).toString();
  const fields = Object.entries(isObject(body) ? body : {}).map(([k, v]): [string, string] => [
    k,
    typeof v === 'string' ? v : JSON.stringify(v),
  ]);
  return new URLSearchParams(fields).toString();
}

/** Parsed when it is JSON; null when there is nothing. */
export function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** A promise that somebody else resolves. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

interface Post {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One POST over a connection of its own; status 0 when it was refused, cut, or took too long. */
function post({ url, body, headers }: Post, live: Set<() => void>): Promise<Told> {
  const began = performance.now();
  const { promise, resolve } = deferred<Told>();
  const sent = request(url, {
    method: 'POST',
    agent: false,
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
  });
  const end = (told: Partial<Told>): void => {
    clearTimeout(guard);
    live.delete(stop);
    resolve({ ...UNTOLD, ms: performance.now() - began, ...told });
  };
  const stop = (): void => {
    sent.destroy();
    end({});
  };
  live.add(stop);
  const guard = setTimeout(stop, ANSWER_WITHIN_MS);
  sent.on('error', () => {
    end({});
  });
  sent.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', () => {
      end({});
    });
    response.on('end', () => {
      const names = Object.entries(response.headers).map(([k, v]): [string, string] => [k, String(v)]);
      end({
        status: response.statusCode ?? 0,
        body: parsed(Buffer.concat(chunks).toString()),
        headers: Object.fromEntries(names),
      });
    });
  });
  sent.end(body);
  return promise;
}

export function createWire(state: State, sockets: Sockets): Wire {
  let connection: Connection | null = null;
  const live = new Set<() => void>();
  const under = new Set<Promise<Told>>();
  const events = new Map<string, Json>();

  const deliver = async (body: unknown, how: Sending): Promise<Told> => {
    if (connection === null) return UNTOLD;
    const as = how.as ?? 'json';
    if (connection.mode === 'socket')
      return sockets.deliver(as === 'raw' ? null : KINDS[as], body, {
        num: Number(how.headers?.['X-Slack-Retry-Num'] ?? 0),
        reason: how.headers?.['X-Slack-Retry-Reason'] ?? '',
      });
    const text = written(body, as);
    const timestamp = state.seconds() + (how.skew ?? 0);
    const signature = how.signature === undefined ? sign(connection.signingSecret, timestamp, text) : how.signature;
    const isForm = as === 'form' || as === 'payload';
    const headers = {
      'content-type': how.contentType ?? (isForm ? 'application/x-www-form-urlencoded' : 'application/json'),
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      accept: 'application/json,*/*',
      'x-slack-request-timestamp': String(timestamp),
      ...(signature === null ? {} : { 'x-slack-signature': signature }),
      ...how.headers,
    };
    return post({ url: connection.url, body: text, headers }, live);
  };

  const track = async (telling: Promise<Told>): Promise<Told> => {
    under.add(telling);
    try {
      return await telling;
    } finally {
      under.delete(telling);
    }
  };

  const wire: Wire = {
    connect(to) {
      connection = to;
      if (to?.mode === 'socket') sockets.allow(to.appToken);
    },
    async tell(kind, payload) {
      const eventId = asText(payload['event_id']);
      if (eventId !== '') events.set(eventId, payload);
      return { ...(await track(deliver(payload, { as: FORMS[kind] }))), eventId };
    },
    async sends(body, how = {}) {
      const eventId = isObject(body) ? asText(body['event_id']) : '';
      if (eventId !== '' && isObject(body)) events.set(eventId, body);
      return { ...(await track(deliver(body, how))), eventId };
    },
    async repeats(eventId, retry) {
      const body = events.get(eventId);
      if (body === undefined) throw new Error(`nothing was sent as ${eventId}`);
      const headers = { 'X-Slack-Retry-Num': String(retry.num), 'X-Slack-Retry-Reason': retry.reason };
      return { ...(await track(deliver(body, { headers }))), eventId };
    },
    async settled() {
      while (under.size > 0) await Promise.all(under);
    },
    async close() {
      connection = null;
      for (const stop of live) stop();
      await wire.settled();
    },
  };
  return wire;
}
