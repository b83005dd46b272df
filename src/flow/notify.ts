import { StoreUnavailable } from '../errors.ts';
import { derivedId } from '../ids.ts';
import type { Effect } from '../domain/effect.ts';
import type { Subscription } from '../domain/subscription.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { HookDelivery, HookTry, Taken } from '../storage/hook-deliveries.ts';
import type { HookState } from '../storage/hook-states.ts';
import { payloadOf } from '../webhooks/payload.ts';
import type { Letter, PostAnswer } from '../webhooks/post.ts';
import { SIGNATURE_HEADER, signatureOf } from '../webhooks/signature.ts';
import { reachedAdmins } from './account.ts';
import { hookSecretsOf } from './hook-secrets.ts';
import type { Parts } from './parts.ts';
import { post } from './post.ts';
import { createUnderway } from './underway.ts';

const HOUR_MS = 3_600_000;
/** How long one notice is tried, from its first try. */
const RETRIED_MS = 24 * HOUR_MS;
/** A subscription to which nothing got through for this long is paused when a notice is at its end: giving up would lose all that follows. */
const SILENT_MS = RETRIED_MS - HOUR_MS;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = HOUR_MS / 2;
/** Posts to one receiver at the same time: one that hangs holds these and nothing else. */
const AT_ONCE = 4;
/** A notice that is taken comes back after this long by itself: longer than a post and what is written after it can last. */
const TAKEN_MS = 30_000;
const GONE = 410;

/** Tells subscriptions what happened. */
export interface Notifier {
  /** Begins what is ready and has room; how many. Never waits for a receiver. */
  step(): Promise<number>;
  /** Resolves when all that was begun has ended, or takes longer than a second. */
  idle(): Promise<void>;
  /** Begins nothing more, and waits for what was begun as `idle` does; what still hangs comes back by itself. */
  stop(): Promise<void>;
}

/** The rows that a ticket's effect becomes: one for each subscription. */
export const noticeRows = (
  ticket: Pick<Ticket, '_id' | 'number'>,
  { key, seq, type, to }: Extract<Effect, { kind: 'notify' }>,
  now: Date,
): readonly HookDelivery[] =>
  to.map((subscription) => ({
    _id: derivedId('notice', key, subscription),
    subscription,
    type,
    ticket: ticket._id,
    number: ticket.number,
    seq,
    state: 'pending',
    madeAt: now,
    nextAt: now,
    attempts: 0,
    tries: [],
  }));

/** The ids of subscriptions without a secret: nothing is sent to them, it waits. */
export async function withoutSecret(
  parts: Pick<Parts, 'vault' | 'directory'> & { readonly store: Pick<Parts['store'], 'hookSecrets'> },
): Promise<readonly string[]> {
  const ids = [...parts.directory().subscriptions.keys()];
  const secrets = await Promise.all(ids.map((id) => hookSecretsOf(parts, `out:${id}`)));
  return ids.filter((_, i) => secrets[i]?.length === 0);
}

/** `wake`: calls for another step, for there is room again. */
export function createNotifier(parts: Parts, wake: () => void): Notifier {
  const { store, clock, meter } = parts;
  const underway = createUnderway(clock);
  const state = { stopped: false };
  const busy = new Map<string, number>();
  const count = (id: string, by: 1 | -1): void => {
    busy.set(id, (busy.get(id) ?? 0) + by);
  };

  const begin = (row: HookDelivery, subscription: Subscription, secrets: readonly string[], is: Standing): void => {
    count(subscription.id, 1);
    underway.start(row._id, async (watch) => {
      try {
        await deliver(parts, row, { subscription, secrets, is, watch });
      } catch (error) {
        // The row comes back by itself; where the store is away, the loop's own look at it says so.
        if (!(error instanceof StoreUnavailable))
          meter.alarm('loop', { loop: 'hooks', error: error instanceof Error ? error.name : 'unknown' });
      } finally {
        count(subscription.id, -1);
        wake();
      }
    });
  };

  const look = async (subscription: Subscription, is: Standing): Promise<number> => {
    const room = AT_ONCE - (busy.get(subscription.id) ?? 0);
    if (is.paused || room <= 0) return 0;
    const found = await store.hookDeliveries.ready(subscription.id, clock.now(), room);
    const secrets = found.length === 0 ? [] : await hookSecretsOf(parts, `out:${subscription.id}`);
    if (secrets.length === 0 || state.stopped) return 0;
    for (const row of found) begin(row, subscription, secrets, is);
    return found.length;
  };

  return {
    async step() {
      const subscriptions = [...parts.directory().subscriptions.values()];
      if (subscriptions.length === 0 || parts.quiet() !== null) return 0;
      state.stopped = false;
      const states = new Map((await store.hookStates.all()).map((s) => [s._id, s]));
      const begun = await Promise.all(subscriptions.map((s) => look(s, standing(states.get(s.id)))));
      return begun.reduce((sum, n) => sum + n, 0);
    },
    async idle() {
      await underway.quiet();
    },
    async stop() {
      state.stopped = true;
      await underway.quiet();
    },
  };
}

/** How a subscription stands as of the last look. */
interface Standing {
  readonly paused: boolean;
  readonly failing: boolean;
}

const standing = (state: HookState | undefined): Standing => ({
  paused: (state?.paused ?? null) !== null,
  failing: (state?.failingSince ?? null) !== null,
});

interface To {
  readonly subscription: Subscription;
  readonly secrets: readonly string[];
  readonly is: Standing;
  readonly watch: () => () => void;
}

/** One try at one row, unless another process was first. */
async function deliver(parts: Parts, row: HookDelivery, { subscription, secrets, is, watch }: To): Promise<void> {
  const { store, clock, meter } = parts;
  const at = clock.now();
  const taken = await store.hookDeliveries.take(row, later(at, TAKEN_MS), later(at, RETRIED_MS));
  if (taken === null) return;
  const body = taken.body ?? (await wordsOf(parts, taken));
  if (body === null || (taken.body === undefined && !(await store.hookDeliveries.freeze(taken, body)))) return;
  const began = clock.monotonic();
  const ended = watch();
  const answer = await parts.postWebhook(letter(subscription, secrets, Buffer.from(body), at)).finally(ended);
  const outcome = 'status' in answer ? { status: answer.status } : answer;
  const last: HookTry = { at, ms: Math.round(clock.monotonic() - began), ...outcome };
  if ('status' in answer && answer.status >= 200 && answer.status < 300) {
    await store.hookDeliveries.done(taken, last, clock.now());
    if (is.failing) await store.hookStates.healed(subscription.id);
    meter.notified(subscription.id, 'done');
    return;
  }
  meter.notified(subscription.id, (await failed(parts, taken, last, answer)) ? 'dead' : 'failed');
}

const later = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

const letter = (
  { url, private: inside }: Subscription,
  secrets: readonly string[],
  body: Buffer,
  at: Date,
): Letter => ({
  url,
  body,
  headers: {
    'content-type': 'application/json',
    'user-agent': 'Gongdan',
    // Signed anew at every try: a receiver takes nothing that was signed long ago.
    [SIGNATURE_HEADER]: signatureOf(secrets, at, body),
  },
  private: inside,
});

/** What is told, put into words once and for all; null: there is no such ticket or event any more, and the row is given up. */
async function wordsOf(parts: Parts, row: Taken): Promise<string | null> {
  const { tickets, hookDeliveries } = parts.store;
  const ticket = await tickets.load(row.ticket);
  const [event] = ticket === null ? [] : await tickets.historyBefore(ticket, row.seq + 1, 1);
  if (ticket !== null && event?.seq === row.seq) return JSON.stringify(payloadOf(row._id, row.type, ticket, event));
  await hookDeliveries.dead(row, { at: parts.clock.now(), ms: 0, failure: 'no_ticket' });
  return null;
}

/** Puts a row off, gives it up, or pauses the whole subscription; true when it was given up. */
async function failed(parts: Parts, row: Taken, last: HookTry, answer: PostAnswer): Promise<boolean> {
  const { store, clock, ids } = parts;
  const now = clock.now();
  const since = await store.hookStates.failed(row.subscription, last.at);
  const gone = 'status' in answer && answer.status === GONE;
  const over = now >= row.until;
  if (gone || (over && now.getTime() - since.getTime() >= SILENT_MS)) {
    await store.hookDeliveries.later(row, last, now);
    await pause(parts, row.subscription, { reason: gone ? 'gone' : 'failing', since, last: outcomeOf(answer) });
    return false;
  }
  if (over) {
    await store.hookDeliveries.dead(row, last);
    return true;
  }
  const backoff = Math.min(FIRST_PAUSE_MS * 2 ** (row.attempts - 1), LONGEST_PAUSE_MS);
  const next = later(now, backoff * (0.5 + ids.random() / 2));
  await store.hookDeliveries.later(row, last, next < row.until ? next : row.until);
  return false;
}

/** `503` or `timeout` */
const outcomeOf = (answer: PostAnswer): string => ('status' in answer ? String(answer.status) : answer.failure);

interface Because {
  readonly reason: 'failing' | 'gone';
  readonly since: Date;
  readonly last: string;
}

/** Nothing is sent any more until somebody resumes it. The admins are told first: done again after a crash, the same key says it once. */
async function pause(parts: Parts, subscription: string, { reason, since, last }: Because): Promise<void> {
  const sentence = { key: 'subscription.paused', params: { subscription, reason, since, last } } as const;
  for (const { person, to } of reachedAdmins(parts)) {
    const key = `hook:${subscription}:${since.toISOString()}:${person.id}`;
    await post(parts, { key, to, person: person.id, sentence, offers: [] });
  }
  if (await parts.store.hookStates.pause(subscription, { at: parts.clock.now(), reason }))
    parts.meter.alarm('hook-paused', { subscription, failure: last });
}
