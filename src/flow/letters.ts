import { cards } from '../../cards/registry.ts';
import { DeliveryError } from '../errors.ts';
import type { OutboxBody, OutboxRow } from '../storage/outbox.ts';
import type { Store } from '../storage/store.ts';
import { reachedAdmins } from './account.ts';
import type { Attempt, Delivery } from './deliver.ts';
import type { Parts } from './parts.ts';
import { asMessage } from './picture.ts';
import { insteadOf } from './post.ts';
import { personReader } from './reader.ts';
import { outboxRow } from './row.ts';

/** What else dies in this time is told with the first. */
const GATHER_MS = 5_000;
/** No admin is told more often than once in this time. */
const QUIET_MS = 10 * 60_000;
const BATCH = 1_000;

type Kind = Exclude<OutboxBody['kind'], 'letters'>;

/** As what an admin reads of each kind of row. */
const COUNTED: Readonly<Record<Kind, 'cards' | 'messages' | 'notices'>> = {
  draw: 'cards',
  board: 'cards',
  superseded: 'cards',
  say: 'messages',
  answer: 'notices',
  post: 'notices',
  digest: 'notices',
  thread: 'notices',
  ping: 'notices',
};
const kindsOf = (as: (typeof COUNTED)[Kind]): readonly Kind[] =>
  (Object.keys(COUNTED) as Kind[]).filter((kind) => COUNTED[kind] === as);
const ALL = Object.keys(COUNTED) as readonly Kind[];

/** A row is given up: it stays as a dead letter, and the admins get to know. What tells them is no such news itself. `number`: of the error. */
export async function giveUp(
  parts: Parts,
  row: OutboxRow,
  attempts: number,
  error: unknown,
  number: string,
): Promise<void> {
  const failure = error instanceof DeliveryError ? error.failure : 'retryable';
  const message = error instanceof Error ? error.message : String(error);
  await parts.store.outbox.dead(row._id, { attempts, error: message, failure, deadAt: parts.clock.now(), number });
  if (row.body.kind !== 'letters') await tellAdmins(parts);
}

/**
 * Sees to it that every admin who can be reached alone is told of what died since they were told last. Doing it twice changes nothing: a
 * notice that is not drawn yet counts what is there when it is.
 */
export async function tellAdmins(parts: Parts): Promise<void> {
  const { store, clock } = parts;
  const newest = await store.outbox.dying(ALL, 'newest');
  if (newest === null) return;
  const now = clock.now();
  for (const { person, to } of reachedAdmins(parts)) {
    const last = await store.outbox.newestLetters(person.id);
    const drawn = last?.body.drawn ?? null;
    if (last !== null && drawn === null && last.state === 'pending') continue;
    if (drawn !== null && newest.deadAt < drawn) continue;
    const number = (last?.body.number ?? 0) + 1;
    const quietUntil = drawn === null ? 0 : drawn.getTime() + QUIET_MS;
    await store.outbox.add([
      outboxRow(
        {
          _id: idOf(person.id, number),
          lane: `letters:${person.id}`,
          address: to,
          body: { kind: 'letters', person: person.id, number, drawn: null, ref: null },
          notBefore: new Date(Math.max(now.getTime() + GATHER_MS, quietUntil)),
        },
        now,
      ),
    ]);
  }
}

const idOf = (person: string, number: number): string => `letters:${person}:${number}`;

/** Tells one admin what is dead at this moment; nothing when all of it was told before, or is under way again. */
export async function lettersRow(
  attempt: Attempt,
  row: OutboxRow,
  body: Extract<OutboxBody, { kind: 'letters' }>,
): Promise<Delivery> {
  const { parts, adapter, budgets, epoch } = attempt;
  const { outbox } = parts.store;
  if (parts.directory().people.get(body.person)?.roles.includes('admin') !== true) return { state: 'done' };
  const before = await outbox.load(idOf(body.person, body.number - 1));
  const told = before?.body.kind === 'letters' ? before.body.drawn : null;
  const quiet = told === null ? 0 : told.getTime() + QUIET_MS - parts.clock.now().getTime();
  if (quiet > 0) return { state: 'wait', ms: quiet };
  const ms = await budgets.take({ address: row.address, method: 'send', purpose: 'urgent' }, epoch);
  if (ms > 0) return { state: 'wait', ms };
  // Marked before it is counted: what dies from here on gets a notice of its own.
  await outbox.drawn(row._id, parts.clock.now());
  const newest = await outbox.dying(ALL, 'newest');
  const oldest = await outbox.dying(ALL, 'oldest');
  if (newest === null || oldest === null || (told !== null && newest.deadAt < told)) return { state: 'done' };
  const [shown, messages, notices] = await Promise.all(
    (['cards', 'messages', 'notices'] as const).map((as) => outbox.countDying(kindsOf(as))),
  );
  const params = {
    cards: shown ?? 0,
    messages: messages ?? 0,
    notices: notices ?? 0,
    since: oldest.deadAt,
    why: newest.failure,
    number: newest.number,
  };
  const offers = [
    { label: { key: 'command.form_submit', params: { verb: 'resend' } }, invoke: { command: 'resend', args: {} } },
  ] as const;
  const reader = personReader(parts, body.person);
  const card = cards.notice({ sentence: { key: 'letters.dead', params }, offers, tone: 'amber' }, reader);
  const ref = await adapter.send(row.address, asMessage(card, 1), row._id);
  await outbox.posted(row._id, ref.id);
  return { state: 'done' };
}

type Letters = Pick<Store, 'outbox' | 'messages'>;

/** Once nothing is dead any more, what admins read says so. */
async function clear({ outbox }: Letters, now: Date): Promise<void> {
  if ((await outbox.dying(ALL, 'newest')) !== null) return;
  const sentence = { key: 'letters.again', params: { at: now } } as const;
  const told = await outbox.drawnLetters();
  await outbox.add(
    told.flatMap((row) =>
      row.body.kind === 'letters' ? [insteadOf(row, { person: row.body.person, sentence }, now)] : [],
    ),
  );
}

/** Puts dead letters back to be delivered, and withdraws what told of them when these were the last; how many. */
export async function resend(
  store: Letters,
  rows: readonly Pick<OutboxRow, '_id' | 'body'>[],
  now: Date,
): Promise<number> {
  for (const { body } of rows) if (body.kind === 'say') await store.messages.revive(body.message);
  const ids = rows.map((row) => row._id);
  const count = await store.outbox.replay(ids, now);
  if (count > 0) await clear(store, now);
  return count;
}

/** Puts back all that is dead at `now`; how many. */
export async function resendAll(store: Letters, now: Date): Promise<number> {
  let count = 0;
  for (;;) {
    const rows = await store.outbox.deadLetters(BATCH, now);
    if (rows.length === 0) return count;
    count += await resend(store, rows, now);
  }
}
