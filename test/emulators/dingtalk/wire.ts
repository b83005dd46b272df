import type { DingFrame, Told } from './emulator.ts';
import { asObject, asText, deferred, isObject, type Json } from '../json.ts';
import { post } from './post.ts';
import { sign, signCard } from './signature.ts';
import type { Fate, Sockets } from './sockets.ts';
import type { Route, State } from './state.ts';

/** The answer to a press counts for so long, by the machine's clock (fact sheet, 4.3). */
export const ANSWER_WITHIN_MS = 2_000;
/** Whoever speaks or acts waits no longer than so, by the machine's clock; redelivery goes on without them. */
const PATIENCE_MS = 3_000;
/** How often something is sent in all. */
const TRIES = 3;

export const TOPIC_ROBOT = '/v1.0/im/bot/messages/get';
export const TOPIC_CARD = '/v1.0/card/instances/callback';

export const UNTOLD: Told = { acked: false, response: null, ms: 0, msgId: '' };

/** What comes again until it is acknowledged: a message by its `msgId`, an event by its `eventId`. */
export interface Push {
  readonly kind: 'message' | 'event';
  readonly id: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly data: Json;
}

/** The way to the bot. */
export interface Wire {
  connect(to: { readonly robotUrl: string } | null): void;
  tell(push: Push): Promise<Told>;
  /** A press; `route` null: over Stream. */
  ask(data: Json, route: Route | null): Promise<Told>;
  pushes(frame: DingFrame | string): Promise<Told>;
  repeats(id: string): Promise<Told>;
  settled(): Promise<void>;
  close(): Promise<void>;
}

const responseIn = (data: unknown): Told['response'] => (isObject(data) ? data : null);

/** `say`: what the bot answers a message in HTTP mode is said in its conversation. */
export function createWire(state: State, sockets: Sockets, say: (data: Json, body: Json) => void): Wire {
  let robotUrl: string | null = null;
  const live = new Set<() => void>();
  const under = new Set<Promise<Told>>();
  /** What goes on by the clock. */
  const going = new Set<() => void>();
  const sent = new Map<string, Push>();

  const track = async (telling: Promise<Told>): Promise<Told> => {
    under.add(telling);
    try {
      return await telling;
    } finally {
      under.delete(telling);
    }
  };

  interface Ending {
    answered(data: unknown): void;
    /** It may come again. */
    lost(): void;
    /** There is nobody it could be sent to. */
    nobody(): void;
  }

  const overHttp = async (url: string, { data }: Push, fate: Ending): Promise<void> => {
    const timestamp = String(state.now());
    const headers = { timestamp, sign: sign(state.app.clientSecret, timestamp) };
    const answer = await post(url, JSON.stringify(data), headers, PATIENCE_MS, live);
    if (answer === null || answer.status < 200 || answer.status > 299) {
      fate.lost();
      return;
    }
    if (isObject(answer.body) && 'msgtype' in answer.body) say(data, answer.body);
    fate.answered(answer.body);
  };

  const send = (push: Push, fate: Ending): void => {
    if (push.kind === 'message' && robotUrl !== null) {
      void overHttp(robotUrl, push, fate);
      return;
    }
    const isMessage = push.kind === 'message';
    const frame = {
      type: isMessage ? ('CALLBACK' as const) : ('EVENT' as const),
      topic: isMessage ? TOPIC_ROBOT : '*',
      ...(push.headers !== undefined && { headers: push.headers }),
      data: push.data,
    };
    const isSent = sockets.push(frame, {
      acked: ({ code, data }) => {
        if (code === 200) fate.answered(data);
        else fate.lost();
      },
      lost: () => {
        fate.lost();
      },
    });
    if (!isSent) fate.nobody();
  };

  const deliver = async (push: Push): Promise<Told> => {
    const began = performance.now();
    const { promise, resolve } = deferred<Told>();
    let isOver = false;
    let stopTimer = (): void => undefined;
    /** Whoever waits has their answer; the first one counts. */
    const end = (told: Partial<Told>): void => {
      clearTimeout(guard);
      resolve({ ...UNTOLD, ms: performance.now() - began, msgId: push.kind === 'message' ? push.id : '', ...told });
    };
    const finish = (told: Partial<Told> = {}): void => {
      isOver = true;
      stopTimer();
      going.delete(finish);
      end(told);
    };
    const guard = setTimeout(() => {
      end({});
    }, PATIENCE_MS);
    going.add(finish);

    const isGivenUp = (): boolean => !state.settings.redelivers && push.kind === 'message';
    const attempt = (no: number): void => {
      stopTimer = state.clock.after(state.settings.redeliverMs, () => {
        if (no < TRIES && state.settings.redelivers) attempt(no + 1);
        else finish();
      });
      send(push, {
        answered(data) {
          if (isOver) return;
          const told = { acked: true, response: responseIn(data) };
          if (push.kind === 'event' && asObject(data)['status'] !== 'SUCCESS') end(told);
          else finish(told);
        },
        lost() {
          if (!isOver && isGivenUp()) finish();
        },
        nobody() {
          if (isGivenUp() || (push.kind === 'message' && state.settings.silence === 'lost')) finish();
        },
      });
    };
    attempt(1);
    return promise;
  };

  /** Waits for one answer over the socket, no longer than a press does. */
  const once = async (begin: (fate: Fate) => boolean, read: (data: unknown) => Told['response']): Promise<Told> => {
    const began = performance.now();
    const { promise, resolve } = deferred<Told>();
    const end = (told: Partial<Told>): void => {
      clearTimeout(guard);
      going.delete(stop);
      resolve({ ...UNTOLD, ms: performance.now() - began, ...told });
    };
    const stop = (): void => {
      end({});
    };
    going.add(stop);
    const guard = setTimeout(stop, ANSWER_WITHIN_MS);
    const isSent = begin({
      acked: ({ code, data }) => {
        end(code === 200 ? { acked: true, response: read(data) } : {});
      },
      lost: stop,
    });
    if (!isSent) stop();
    return promise;
  };

  const cardOverHttp = async (data: Json, { url, secret }: Route): Promise<Told> => {
    const began = performance.now();
    const timestamp = String(state.now());
    const signed = {
      'x-ddpaas-signature-timestamp': timestamp,
      'x-ddpaas-signature': signCard(secret, timestamp),
    };
    const answer = await post(url, JSON.stringify(data), secret === '' ? {} : signed, ANSWER_WITHIN_MS, live);
    const acked = answer !== null && answer.status >= 200 && answer.status < 300;
    return { ...UNTOLD, acked, response: acked ? responseIn(answer.body) : null, ms: performance.now() - began };
  };

  const pushOwn = async (frame: DingFrame | string): Promise<Told> => {
    if (typeof frame === 'string') {
      sockets.raw(frame, null, { acked: () => undefined, lost: () => undefined });
      return UNTOLD;
    }
    const messageId = asText(frame.headers['messageId']);
    const data = typeof frame.data === 'string' ? frame.data : JSON.stringify(frame.data ?? {});
    const text = JSON.stringify({ specVersion: '1.0', ...frame, data });
    const isAwaited = messageId !== '' && frame.headers['topic'] !== 'disconnect';
    return once((fate) => sockets.raw(text, isAwaited ? messageId : null, fate) && isAwaited, responseIn);
  };

  return {
    connect(to) {
      robotUrl = to?.robotUrl ?? null;
    },
    async tell(push) {
      sent.set(push.id, push);
      return track(deliver(push));
    },
    async ask(data, route) {
      if (route !== null) return track(cardOverHttp(data, route));
      const frame = { type: 'CALLBACK' as const, topic: TOPIC_CARD, data };
      return track(
        once(
          (fate) => sockets.push(frame, fate),
          (answer) => responseIn(asObject(answer)['response']),
        ),
      );
    },
    pushes: (frame) => track(pushOwn(frame)),
    async repeats(id) {
      const push = sent.get(id);
      if (push === undefined) throw new Error(`nothing was sent as ${id}`);
      return track(deliver(push));
    },
    async settled() {
      while (under.size > 0) await Promise.all(under);
    },
    async close() {
      for (const stop of [...going, ...live]) stop();
      while (under.size > 0) await Promise.all(under);
    },
  };
}
