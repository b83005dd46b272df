import type { Directory } from '../src/domain/directory.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Block } from './card.ts';
import { nameOf, shown, type Audience, type Row } from './standing.ts';

/** That the customer took a message back; what colleagues should know of a customer who has come before, and of who had this matter in hand. */
export function returningOf(
  t: Row,
  categoryName: (category: string | null) => string | undefined,
  directory: Directory,
  reader: Reader,
  audience: Audience,
): readonly Block[] {
  const { visits, follows, left } = t;
  const lines: string[] = [];
  if (t.quotes.some((q) => q.recalled === true)) lines.push(text(reader, 'flow.subject_recalled', null));
  if (visits.last !== null) {
    const { number: no, category, status, at } = visits.last;
    const last = { no, what: categoryName(category) ?? '', status: text(reader, `status.${status}`, null), at };
    lines.push(text(reader, 'card.visits', { count: visits.count, last }));
  }
  if (follows !== null && follows.number !== visits.last?.number)
    lines.push(text(reader, 'card.follows', { no: follows.number }));
  if (left !== null) {
    const note = shown(t, left.note, audience);
    lines.push(text(reader, 'card.left', { who: nameOf(directory, left.person), note }));
  }
  return lines.map((line) => ({ type: 'note', text: line }));
}
