import { endedAt } from '../domain/returning.ts';
import type { Ticket, Visits } from '../domain/ticket.ts';
import { cut } from '../../cards/excerpt.ts';
import type { Parts } from './parts.ts';

/** Notes that are looked through for the last one of a person. */
const MOST_NOTES = 50;
/** Longest excerpt of a note that a card shows, code points. */
const MOST_NOTE = 200;

/** The customer's earlier visits, as they stand at this moment. */
export async function visitsOf({ store }: Pick<Parts, 'store'>, account: string): Promise<Visits> {
  const { count, newest } = await store.tickets.visitsOf(account);
  if (newest === null) return { count: 1, last: null };
  const { number, category, status, openedAt } = newest;
  return { count: count + 1, last: { number, category, status, at: endedAt(newest) ?? openedAt } };
}

/** The last note of who had a ticket that is done, for whoever takes it over. */
export async function lastNoteOf(
  { store }: Pick<Parts, 'store'>,
  t: Ticket,
): Promise<{ readonly id: string; readonly text: string } | null> {
  if (t.status !== 'resolved' || t.assignee === null) return null;
  const notes = await store.notes.ofTicket(t._id, MOST_NOTES);
  const last = notes.findLast((n) => n.author.kind === 'person' && n.author.id === t.assignee);
  return last === undefined ? null : { id: last._id, text: cut(last.noteText, MOST_NOTE) };
}
