import { OPEN } from './status.ts';
import { ticketName, type Ticket } from './ticket.ts';

/** As much of a ticket as the choice looks at. */
export type Candidate = Pick<Ticket, 'number' | 'status' | 'facts' | 'quotes' | 'openedAt'>;

export interface Choice<T> {
  readonly ticket: T;
  /** Numbers of the other open ones it may have been meant for; empty when it was clear. */
  readonly others: readonly number[];
}

/** Letters and digits as they are compared: half width, upper case. */
const plain = (text: string): string => text.normalize('NFKC').toUpperCase();

/** Whether a whole number stands in the text, not a part of a longer one. */
function stands(number: string, text: string): boolean {
  const wanted = plain(number);
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (!/[\dA-Z]$/u.test(text.slice(0, at)) && !/^[\dA-Z]/u.test(text.slice(at + wanted.length))) return true;
  }
  return false;
}

/** Whether the words name this ticket: its order, its parcel, or the number we told the customer. */
function names(text: string, t: Candidate): boolean {
  const { order, tracking } = t.facts;
  return [order, tracking, ticketName(t)].some((n) => n !== undefined && n !== '' && stands(n, text));
}

const lastWords = (t: Candidate): number => (t.quotes.at(-1)?.at ?? t.openedAt).getTime();

/**
 * Which of a customer's tickets a message joins: the one whose number it names, else the one it quotes, else the open one they wrote
 * to last (of those it names, when it names several). Null when there is none.
 */
export function joined<T extends Candidate>(tickets: readonly T[], words: string, quoted: T | null): Choice<T> | null {
  const text = plain(words);
  const named = tickets.length > 1 ? tickets.filter((t) => names(text, t)) : [];
  const [only] = named;
  if (only !== undefined && named.length === 1) return { ticket: only, others: [] };
  if (quoted !== null) return { ticket: quoted, others: [] };
  const among = named.length > 0 ? named : tickets;
  const open = among.filter((t) => OPEN.has(t.status));
  const last = (open.length > 0 ? open : among).toSorted((a, b) => lastWords(b) - lastWords(a))[0];
  if (last === undefined) return null;
  const others = tickets.filter((t) => t !== last && OPEN.has(t.status)).map((t) => t.number);
  return { ticket: last, others };
}
