import { isUnclaimed, wasMoved, type Draft } from '../domain/draft.ts';
import { candidates } from '../domain/routing.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { CustomerMessage } from '../storage/messages.ts';
import { customerWord } from '../triage/customer-word.ts';
import type { Parts } from './parts.ts';
import { customerReader } from './reader.ts';
import { subjectFor, wordsOf } from './title.ts';

/** Messages over which a ticket is judged anew; by then it is known what it is about. */
const MOST = 50;

/** Judges anew what an unclaimed ticket is about, over everything its customer has written; null: it stays as it is. */
export async function draftOf(parts: Parts, ticket: Ticket): Promise<Draft | null> {
  if (!isUnclaimed(ticket) || ticket.source.kind !== 'message' || ticket.customerMessages >= MOST) return null;
  const messages = await parts.store.messages.ofTicket(ticket._id, 2 * MOST);
  return draftOver(parts, ticket, messages);
}

/** The same over the messages given. */
export async function draftOver(parts: Parts, ticket: Ticket, messages: readonly CustomerMessage[]): Promise<Draft> {
  const said = messages.flatMap((m) =>
    m.direction === 'in' && 'text' in m.body && customerWord(m.body.text) === null ? [m.body] : [],
  );
  const written = said.map(({ text }) => text).join('\n');
  const attachments = said.flatMap((body) => body.attachments);
  const { category, priority, tags, language, facts } = parts.triage(wordsOf(written, attachments));
  return {
    subject: subjectFor(written, attachments, customerReader(parts, { language, team: ticket.team })),
    category,
    priority,
    tags,
    language,
    facts,
    team: await belongsTo(parts, ticket, category),
    messages: said.length,
  };
}

/** The team that a category which is new for the ticket asks for; null: its own will do. */
async function belongsTo(parts: Parts, t: Ticket, category: string | null): Promise<string | null> {
  if (category === null || category === t.category || t.classified === 'person' || wasMoved(t)) return null;
  const routable = { category, shop: t.shop };
  const directory = parts.directory();
  if (candidates(directory, routable).some((team) => team.id === t.team)) return null;
  return (await parts.route(directory, routable, (team) => parts.store.tickets.openOf(team)))?.id ?? null;
}
