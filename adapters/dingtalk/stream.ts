import type { Clock } from '../../src/clock.ts';
import { SetupError, StoreUnavailable } from '../../src/errors.ts';
import type { Log } from '../../src/log.ts';
import { codeOf } from './failures.ts';
import { Connection, type Listener } from './connection.ts';
import type { FrameHeaders } from './schema.ts';

/** After a connection that could not be had: then twice as long each time, ms. */
const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/** A connection that lived so long was a good one: the next is tried at once, ms. */
const STEADY_MS = 10_000;
/** How long one that DingTalk announced the end of is kept for what is under way, ms; it closes it after ten seconds itself. */
const FAREWELL_MS = 15_000;

/** Codes by which `connections/open` says that the credentials are wrong (fact sheet, 1.4 and 3.1). */
const REFUSED = /^(?:authFailed|HTTP 401|invalid.*)$/iu;

/** What an event is about, as its frame says. */
export interface EventHead {
  /** The same when it comes again; '' where it has none. */
  readonly eventId: string;
  readonly eventType: string;
}

/** What is done with what DingTalk pushes: parsed JSON, of no certain shape. */
export interface Handlers {
  /** `ack`: it is stored, and may be acknowledged before the rest is done. Acknowledged when it resolves at the latest; rejected before, it comes again. */
  robot(data: unknown, ack: () => void): Promise<unknown>;
  /** What it resolves to is the answer (4.3); DingTalk waits two seconds for it. Rejected, nothing is answered. */
  card(data: unknown): Promise<unknown>;
  /** `LATER`, or rejected: it comes again. */
  event(head: EventHead, data: unknown): Promise<'SUCCESS' | 'LATER'>;
}

/** The Stream entrance: no public address is needed. */
export interface Stream {
  /** Connects. @throws SetupError when the credentials are refused; a DingTalk that cannot be reached is tried again for ever. */
  open(): Promise<void>;
  /** Takes nothing in any more; resolves when what was under way is done and acknowledged, and the connections are closed. */
  close(): Promise<void>;
  isConnected(): boolean;
}

/** Why a try failed, in a word that holds nothing of what was sent. */
function reasonOf(error: unknown): string {
  const code = codeOf(error) ?? (error instanceof Error && 'code' in error ? String(error.code) : '');
  return /^[\w. -]{1,80}$/u.test(code) ? code : 'no answer';
}

/** Supervised by us, one connection after the other: the SDK's reconnection multiplies with every failure and cannot be stopped (1.7). */
export function createStream(deps: {
  readonly app: { readonly clientId: string; readonly clientSecret: string };
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly on: Handlers;
  /** What the operator reads when the credentials are refused, by DingTalk's code. */
  readonly refused: (code: string) => string;
  /** Hears of what handlers failed with. */
  readonly onFailure: (error: unknown) => void;
}): Stream {
  const { app, apiUrl, clock, log, random, on, onFailure } = deps;
  /** In the order of their opening; more than one while one makes way for the next. */
  const connections = new Set<Connection>();
  /** The one that new things come over; null: there is none, or its end is announced. */
  let current: { readonly connection: Connection; readonly since: number } | null = null;
  let trying: Promise<void> | null = null;
  let isOpen = false;
  let failures = 0;
  let cancel: (() => void) | null = null;
  const working = new Set<Promise<void>>();

  const report = (error: unknown): void => {
    if (!(error instanceof StoreUnavailable)) onFailure(error);
  };

  const puzzled = (what: string): void => {
    log.warn('DingTalk sent something of a shape that is not known', { platform: 'dingtalk', what });
  };

  /** Over the connection that it came on, while that is open; else over the newest. */
  const answer = (connection: Connection, messageId: string, value: unknown): void => {
    for (const one of [connection, ...[...connections].toReversed()]) if (one.answer(messageId, value)) return;
  };

  const work: Readonly<
    Record<
      Parameters<Listener['pushed']>[0],
      (data: unknown, reply: (value: unknown) => void, headers: FrameHeaders) => Promise<void>
    >
  > = {
    async robot(data, reply) {
      let isAcked = false;
      const ack = (): void => {
        if (isAcked) return;
        isAcked = true;
        reply({ response: null });
      };
      await on.robot(data, ack);
      ack();
    },
    async card(data, reply) {
      reply({ response: (await on.card(data)) ?? {} });
    },
    async event(data, reply, { eventId, eventType }) {
      try {
        const status = await on.event({ eventId: eventId ?? '', eventType: eventType ?? '' }, data);
        reply({ status, message: 'ok' });
      } catch (error) {
        reply({ status: 'LATER', message: 'not stored' });
        throw error;
      }
    },
  };
  /** What cannot be read will not be read the next time either. */
  const UNREAD = { robot: { response: null }, card: { response: {} }, event: { status: 'SUCCESS', message: 'ok' } };

  const listenerOf = (connection: () => Connection): Listener => ({
    pushed(kind, headers, data) {
      // Whoever opens next gets it: it is not acknowledged.
      if (!isOpen) return;
      const from = connection();
      const reply = (value: unknown): void => {
        if (headers.messageId) answer(from, headers.messageId, value);
      };
      if (data === undefined) {
        puzzled(kind);
        reply(UNREAD[kind]);
        return;
      }
      const worked = work[kind](data, reply, headers)
        .catch(report)
        .finally(() => working.delete(worked));
      working.add(worked);
    },
    leaving() {
      connection().endAfter(FAREWELL_MS);
      lost(connection());
    },
    ended() {
      connections.delete(connection());
      lost(connection());
    },
    puzzled: () => {
      puzzled('frame');
    },
    failed: onFailure,
  });

  /** An older connection that goes is no loss. */
  const lost = (connection: Connection): void => {
    if (current?.connection !== connection) return;
    if (clock.monotonic() - current.since >= STEADY_MS) failures = 0;
    current = null;
    again();
  };

  const connect = async (): Promise<void> => {
    const connection: Connection = new Connection({ app, apiUrl, clock, listener: listenerOf(() => connection) });
    connections.add(connection);
    try {
      await connection.open();
    } catch (error) {
      connections.delete(connection);
      throw error;
    }
    if (connection.isLive()) current = { connection, since: clock.monotonic() };
    else throw new Error('closed at once');
  };

  /** One try at a time. */
  const attempt = (): Promise<void> => {
    trying = connect().finally(() => {
      trying = null;
    });
    return trying;
  };

  const failed = (error: unknown): void => {
    if (!isOpen) return;
    failures = Math.max(failures, 1);
    log.warn('the connection to DingTalk could not be made and is tried again', {
      platform: 'dingtalk',
      attempt: failures,
      failure: reasonOf(error),
    });
    again();
  };

  const again = (): void => {
    if (!isOpen || trying !== null || cancel !== null) return;
    const longest = failures === 0 ? 0 : Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
    // All bots of the world lose their connection at once when DingTalk has a bad day.
    const wait = longest * (0.5 + random() / 2);
    failures += 1;
    const retry = (): void => {
      cancel = null;
      attempt().catch(failed);
    };
    if (wait === 0) retry();
    else cancel = clock.after(wait, retry);
  };

  return {
    isConnected: () => isOpen && [...connections].some((connection) => connection.isLive()),
    async open() {
      if (isOpen) return;
      isOpen = true;
      failures = 0;
      try {
        await attempt();
      } catch (error) {
        const code = codeOf(error) ?? '';
        if (!isOpen || !REFUSED.test(code)) {
          failed(error);
          return;
        }
        isOpen = false;
        throw new SetupError(deps.refused(code));
      }
    },
    async close() {
      isOpen = false;
      cancel?.();
      cancel = null;
      current = null;
      while (working.size > 0) await Promise.all(working);
      await Promise.all([...connections].map((connection) => connection.end()));
      await trying?.catch(() => undefined);
    },
  };
}
