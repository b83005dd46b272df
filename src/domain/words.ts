import { mask } from './mask.ts';
import type { Ticket } from './ticket.ts';

/** Most words that are kept of one ticket. */
const MOST = 60;
/** Longest word; more of it tells nothing. */
const LONGEST = 40;

const RUN = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu;

/**
 * What a text can be found by: words and numbers whole, Chinese in overlapping pairs of characters (物流停滞: 物流, 流停, 停滞), all in
 * NFKC and lower case, each once, in their order. Runs of Chinese that are one character long stand alone.
 */
export function wordsIn(text: string): readonly string[] {
  const found = new Set<string>();
  for (const [run] of text.normalize('NFKC').toLowerCase().matchAll(RUN)) {
    const characters = Array.from(run);
    if (!/^\p{Script=Han}/u.test(run) || characters.length === 1) found.add(characters.slice(0, LONGEST).join(''));
    else for (let i = 1; i < characters.length; i += 1) found.add(`${characters[i - 1]}${characters[i]}`);
  }
  return [...found];
}

/** The fields a ticket is found by. */
export const FOUND_BY = ['number', 'subject', 'facts', 'customer'] as const;

/**
 * The words under which a ticket is stored: its number, order and parcel, whom it concerns, what it is called. Phone numbers and
 * addresses are not among them: whoever may not read them may not ask for them either.
 */
export function wordsOf(ticket: Pick<Ticket, (typeof FOUND_BY)[number]>): readonly string[] {
  const { number, subject, facts, customer } = ticket;
  const known = [facts.order, facts.tracking, ...(facts.more ?? [])].filter((fact) => fact !== undefined);
  const written = [customer.handle, customer.name, subject].map((text) => mask(text, known));
  return wordsIn([String(number), ...known, facts.carrier ?? '', ...written].join('\n')).slice(0, MOST);
}
