import { randomInt } from 'node:crypto';
import { decrypt, encrypt, getSignature } from '@wecom/crypto';
import { deferred } from '../json.ts';
import type { Attempt, Delivery, Verified, WeComApp } from './emulator.ts';
import { call, type Call, type Reply } from './http.ts';
import { appOf, type LiveDelivery, type State } from './state.ts';
import { textIn, xmlOf } from './xml.ts';

/** An attempt lasts so long, by the clock (fact sheet, 2.3). */
const ATTEMPT_MS = 5_000;
/** Whoever acts waits no longer than so, by the machine's clock; redelivery goes on without them. */
const PATIENCE_MS = 3_000;
/** The address has to be confirmed within so long, by the machine's clock (2.2). */
const VERIFY_MS = 1_000;

export type News = Pick<Delivery, 'agentId' | 'what' | 'user' | 'xml' | 'msgId' | 'responseCode'>;

/** What a request of WeCom bears. */
export interface Envelope {
  readonly timestamp: string;
  readonly nonce: string;
  readonly cipher: string;
  readonly signature: string;
}

/** The way to the app. */
export interface Wire {
  tell(news: News): Promise<Delivery>;
  repeats(delivery: Delivery, how: { readonly sameNonce?: boolean; readonly times?: number }): Promise<Delivery>;
  releases(order: 'first-first' | 'last-first' | 'at-once'): Promise<readonly Delivery[]>;
  verify(agentId: number): Promise<Verified>;
  /** A request of the caller's own to the app's address. */
  raw(agentId: number, query: string, body: string | null): Promise<Reply>;
  settled(): Promise<void>;
  close(): Promise<void>;
}

export const nonceOf = (): string => String(randomInt(100_000_000, 2_000_000_000));

/** As WeCom wraps a plain text, at this moment. */
export function wrap(
  state: State,
  app: WeComApp,
  plain: string,
  over: { at?: number; id?: string; key?: string } = {},
): Envelope {
  const timestamp = String(Math.floor((over.at ?? state.now()) / 1_000));
  const nonce = nonceOf();
  const cipher = encrypt(over.key ?? app.aesKey, plain, over.id ?? state.corpId);
  return { timestamp, nonce, cipher, signature: getSignature(app.token, timestamp, nonce, cipher) };
}

export const queryOf = ({ signature, timestamp, nonce }: Envelope): string =>
  String(new URLSearchParams({ msg_signature: signature, timestamp, nonce }));

export const bodyOf = (state: State, { agentId }: WeComApp, cipher: string): string =>
  xmlOf([
    ['ToUserName', state.corpId],
    ['AgentID', String(agentId)],
    ['Encrypt', cipher],
  ]);

/** What a passive answer holds; null: it is none. Broken ones are findings. */
function passiveIn(state: State, app: WeComApp, body: string): string | null {
  if (!body.includes('<')) return null;
  const cipher = textIn(body, 'Encrypt') ?? '';
  const [timestamp, nonce] = [textIn(body, 'TimeStamp') ?? '', textIn(body, 'Nonce') ?? ''];
  try {
    const { message, id } = decrypt(app.aesKey, cipher);
    const isSigned = getSignature(app.token, timestamp, nonce, cipher) === textIn(body, 'MsgSignature');
    if (isSigned && id === state.corpId && textIn(message, 'FromUserName') === state.corpId) return message;
  } catch {
    // Told of below.
  }
  state.find('a passive answer that WeCom cannot read');
  return null;
}

export function createWire(state: State): Wire {
  const live = new Set<Call>();
  const under = new Set<Promise<unknown>>();
  const timers = new Set<() => void>();
  /** Deliveries that wait while `holding`. */
  let held: { readonly delivery: LiveDelivery; readonly go: () => Promise<Delivery> }[] = [];
  const envelopes = new Map<Delivery, Envelope>();
  let isClosed = false;

  const track = async <T>(work: Promise<T>): Promise<T> => {
    under.add(work);
    try {
      return await work;
    } finally {
      under.delete(work);
      state.touch();
    }
  };

  const after = (ms: number, work: () => void): (() => void) => {
    const stop = state.clock.after(ms, () => {
      timers.delete(stop);
      work();
    });
    timers.add(stop);
    return () => {
      timers.delete(stop);
      stop();
    };
  };

  /** One request; `isLate` when WeCom gave up on it. */
  const request = async (delivery: LiveDelivery, sameNonce: boolean): Promise<{ ok: boolean; isLate: boolean }> => {
    const app = appOf(state, delivery.agentId);
    const url = state.callbacks.get(delivery.agentId);
    const before = envelopes.get(delivery);
    const envelope = before !== undefined && sameNonce ? before : wrap(state, app, delivery.xml);
    envelopes.set(delivery, envelope);
    const began = performance.now();
    let isLate = false;
    let reply: Reply | null = null;
    if (url !== undefined) {
      const sent = call(`${url}?${queryOf(envelope)}`, bodyOf(state, app, envelope.cipher));
      live.add(sent);
      const stop = after(ATTEMPT_MS, () => {
        isLate = true;
        sent.stop();
      });
      reply = await sent.reply;
      stop();
      live.delete(sent);
    }
    const attempt: Attempt = {
      status: reply?.status ?? null,
      body: reply?.body ?? '',
      ms: performance.now() - began,
      nonce: envelope.nonce,
      passive: reply === null ? null : passiveIn(state, app, reply.body),
    };
    delivery.attempts.push(attempt);
    if (attempt.status === 200) delivery.acked = true;
    return { ok: attempt.status === 200, isLate };
  };

  const deliver = async (delivery: LiveDelivery): Promise<Delivery> => {
    const { promise, resolve } = deferred<Delivery>();
    const stopWaiting = (): void => {
      resolve(delivery);
    };
    const guard = setTimeout(stopWaiting, PATIENCE_MS);
    timers.add(stopWaiting);
    const finish = (): void => {
      delivery.over = true;
      resolve(delivery);
      state.touch();
    };
    const attempt = async (no: number): Promise<void> => {
      const copies = Array.from({ length: state.settings.copies }, async () =>
        request(delivery, state.settings.sameNonce || state.settings.copies > 1),
      );
      const ends = await Promise.all(copies);
      if (ends.some(({ ok }) => ok) || no > state.settings.retries || isClosed) {
        finish();
        return;
      }
      const isAnswered = delivery.attempts.slice(-copies.length).some(({ status }) => status !== null);
      if (isAnswered && !state.settings.retriesRefused) {
        finish();
        return;
      }
      if (isAnswered) resolve(delivery);
      const again = (): void => {
        void track(attempt(no + 1));
      };
      if (ends.every(({ isLate }) => isLate)) again();
      else after(state.settings.retryGapMs, again);
    };
    if (state.callbacks.has(delivery.agentId)) void track(attempt(1));
    else finish();
    const told = await promise;
    clearTimeout(guard);
    timers.delete(stopWaiting);
    return told;
  };

  return {
    async tell(news) {
      const delivery: LiveDelivery = { ...news, attempts: [], acked: false, over: false };
      state.deliveries.push(delivery);
      if (!state.settings.holding) return deliver(delivery);
      const { promise, resolve } = deferred<Delivery>();
      held.push({
        delivery,
        async go() {
          const told = await deliver(delivery);
          resolve(told);
          return told;
        },
      });
      return promise;
    },
    async repeats(given, { sameNonce = false, times = 1 }) {
      const delivery = state.deliveries.find((d) => d === given);
      if (delivery === undefined) throw new Error('that was never delivered');
      await track(Promise.all(Array.from({ length: times }, async () => request(delivery, sameNonce))));
      return delivery;
    },
    async releases(order) {
      const waiting = order === 'last-first' ? held.toReversed() : held;
      held = [];
      state.settings.holding = false;
      if (order === 'at-once') return Promise.all(waiting.map(async ({ go }) => go()));
      const told: Delivery[] = [];
      for (const { go } of waiting) told.push(await go());
      return told;
    },
    async verify(agentId) {
      const app = appOf(state, agentId);
      const words = `${state.now()}${nonceOf()}`;
      const envelope = wrap(state, app, words);
      const url = state.callbacks.get(agentId);
      if (url === undefined) throw new Error(`app ${agentId} has no address`);
      const began = performance.now();
      const query = `${queryOf(envelope)}&echostr=${encodeURIComponent(envelope.cipher)}`;
      const sent = call(`${url}?${query}`, null);
      live.add(sent);
      const guard = setTimeout(() => {
        sent.stop();
      }, VERIFY_MS);
      const reply = await track(sent.reply);
      clearTimeout(guard);
      live.delete(sent);
      const ok = reply !== null && reply.status === 200 && reply.body === words;
      return { ok, status: reply?.status ?? null, body: reply?.body ?? '', ms: performance.now() - began };
    },
    async raw(agentId, query, body) {
      const sent = call(`${state.callbacks.get(agentId) ?? ''}?${query}`, body);
      live.add(sent);
      const reply = await track(sent.reply);
      live.delete(sent);
      return reply ?? { status: 0, body: '' };
    },
    async settled() {
      while (under.size > 0) await Promise.all(under);
    },
    async close() {
      isClosed = true;
      for (const stop of timers) stop();
      for (const sent of live) sent.stop();
      while (under.size > 0) await Promise.all(under);
    },
  };
}
