import type { StoredError } from '../storage/errors.ts';
import type { Store } from '../storage/store.ts';
import { failure } from './failed.ts';
import { sources } from './registry.ts';
import { STAGES, type Subject, type TraceEntry } from './trace.ts';

/** Everything known of a ticket or an error, in order of time. */
export interface Trace {
  /** When the ticket was opened, or the error happened: what is older than what is kept may be gone. */
  readonly since: Date;
  /** The error that was asked for; null: a ticket was. */
  readonly error: StoredError | null;
  readonly entries: readonly TraceEntry[];
}

/** Messages that one trace shows, the newest. */
const MOST_MESSAGES = 1_000;

/** What happened to a ticket; null: there is none of this number. */
export async function followTicket(store: Store, number: number): Promise<Trace | null> {
  const subject = await subjectOf(store, number, []);
  if (subject.ticket === null) return null;
  return { since: subject.ticket.openedAt, error: null, entries: await gather(store, subject) };
}

/** An error, what it follows from, and all that happened to its ticket; null: there is none of this number. */
export async function followError(store: Store, number: string): Promise<Trace | null> {
  const error = await store.errors.load(number);
  if (error === null) return null;
  const causes = error.cause === null ? [] : [error.cause];
  const subject = await subjectOf(store, error.ticket, causes);
  const entries = await gather(store, subject);
  const itself = entries.some((e) => e.stage === 'failed' && e.fields['error'] === number);
  return {
    since: subject.ticket?.openedAt ?? error.at,
    error,
    entries: itself ? entries : inOrder([...entries, failure(error)]),
  };
}

async function subjectOf(store: Store, number: number | null, causes: readonly string[]): Promise<Subject> {
  const ticket = number === null ? null : await store.tickets.byNumber(number);
  if (ticket === null) return { ticket, events: [], messages: [], causes };
  const [events, messages] = await Promise.all([
    store.tickets.history(ticket),
    store.messages.ofTicket(ticket._id, MOST_MESSAGES),
  ]);
  const all = [...causes, ...events.map(({ cause }) => cause), ...ticket.history.causes.map(({ cause }) => cause)];
  return { ticket, events, messages, causes: [...new Set(all)] };
}

const gather = async (store: Store, subject: Subject): Promise<readonly TraceEntry[]> =>
  inOrder((await Promise.all(sources.map((source) => source(store, subject)))).flat());

/** By time; what follows from something stands behind it, also within one millisecond. */
const inOrder = (entries: readonly TraceEntry[]): readonly TraceEntry[] =>
  entries.toSorted((a, b) => a.at.getTime() - b.at.getTime() || STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage));
