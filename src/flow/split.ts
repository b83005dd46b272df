import type { Form } from '../../cards/card.ts';
import { cut } from '../../cards/excerpt.ts';
import type { Outcome } from '../../commands/command.ts';
import type { Facts } from '../domain/decision.ts';
import type { Opening } from '../domain/event.ts';
import { mask } from '../domain/mask.ts';
import { OPEN } from '../domain/status.ts';
import { ticketName, type Quote, type Ticket, type TicketRef } from '../domain/ticket.ts';
import { customerAddress } from '../domain/verbs/shared.ts';
import { newestMessages, refOf, sourceOf, unsplittable } from '../domain/verbs/split.ts';
import { derivedId } from '../ids.ts';
import type { CustomerMessage } from '../storage/messages.ts';
import { text } from '../text/text.ts';
import { backAt } from './roster.ts';
import { classify } from './classify.ts';
import type { Numbers } from './numbers.ts';
import type { Parts } from './parts.ts';
import { customerReader, personReader } from './reader.ts';
import { descriptionOf, excerptOf, subjectFor, wordsOf } from './title.ts';

/** Messages of a ticket that are looked through for the customer's last words. */
const LOOKED = 40;

/** The customer's words as cards show them. */
const quoteOf = (m: CustomerMessage): readonly Quote[] =>
  m.direction === 'in' && 'text' in m.body
    ? [{ message: m._id, text: excerptOf(m.body.text), attachments: m.body.attachments, at: m.at }]
    : [];

/** The last words of the customer that came to this ticket itself, not to one that was merged into it. */
export async function ownQuotes({ store }: Pick<Parts, 'store'>, ticket: Ticket): Promise<readonly Quote[]> {
  return (await store.messages.ofTicket(ticket._id, LOOKED)).flatMap(quoteOf);
}

/** What 拆分 comes down to on this ticket: its newest messages go elsewhere, or it stands for itself again, or a form asks where to. */
export async function planSplit(
  parts: Parts,
  numbers: Numbers,
  asked: { readonly ticket: Ticket; readonly to: string | null; readonly cause: string; readonly facts: Facts },
): Promise<Outcome> {
  const { ticket, to, cause, facts } = asked;
  if (ticket.merged.into !== null) return standAgain(parts, ticket);
  const worked = ticket.history.tail.find((e) => e.cause === cause && e.type === 'split_off');
  const target = worked === undefined ? null : sourceOf(worked);
  // Worked before, perhaps not to its end: the same again.
  if (target !== null) return outcome(ticket, target, null, []);
  const no = unsplittable(ticket, facts);
  if (no !== null) return { kind: 'refused', refusal: no };
  const others = await otherTickets(parts, ticket);
  const [only, second] = others;
  if (to === null && second !== undefined) return { kind: 'form', form: whereTo(parts, ticket, others, facts) };
  const named = to === null ? only : others.find((t) => String(t.number) === to);
  const loaded = await Promise.all(newestMessages(ticket).map((id) => parts.store.messages.load(id)));
  const quotes = loaded.flatMap((m) => (m === null ? [] : quoteOf(m)));
  if (named !== undefined) return outcome(ticket, refOf(named), null, quotes);
  if (to !== null && to !== 'new') {
    return { kind: 'refused', refusal: { code: 'split_where', no: ticket.number, to: `T-${to}` } };
  }
  const bodies = loaded.flatMap((m) => (m !== null && 'text' in m.body ? [m.body] : []));
  const opening = await openingOf(parts, numbers, ticket, bodies);
  const fresh = { ticket: derivedId('ticket', cause), number: opening?.number ?? 0 };
  return opening === null
    ? { kind: 'refused', refusal: { code: 'split_nothing', no: ticket.number } }
    : outcome(ticket, fresh, opening, quotes);
}

async function standAgain(parts: Parts, ticket: Ticket): Promise<Outcome> {
  const { into } = ticket.merged;
  const survivor = into === null ? null : await parts.store.tickets.load(into.ticket);
  const own = survivor === null ? [] : await ownQuotes(parts, survivor);
  const done = {
    key: 'command.done_unmerge',
    params: { no: ticket.number, into: into?.number ?? ticket.number },
  } as const;
  return { kind: 'intent', intent: { type: 'unmerge', into: survivor, own }, done, already: done };
}

function outcome(ticket: Ticket, to: TicketRef, opening: Opening | null, quotes: readonly Quote[]): Outcome {
  const params = { no: ticket.number, to: to.number, fresh: opening !== null, count: quotes.length };
  const done = { key: 'command.done_split', params } as const;
  return { kind: 'intent', intent: { type: 'split', to, opening, quotes }, done, already: done };
}

/** The customer's other open tickets, the oldest first. */
async function otherTickets(parts: Parts, t: Ticket): Promise<readonly Ticket[]> {
  if (t.customer.account === null) return [];
  const theirs = await parts.store.tickets.ofCustomer(t.customer.account, t.shop);
  return theirs.filter((o) => o._id !== t._id && OPEN.has(o.status)).toSorted((a, b) => a.number - b.number);
}

/** Asks which of several tickets, or a new one. */
function whereTo(parts: Parts, ticket: Ticket, others: readonly Ticket[], { actor }: Facts): Form {
  const reader = personReader(parts, actor.kind === 'person' ? actor.id : '');
  const option = (t: Ticket) => ({
    value: String(t.number),
    label: cut(`${ticketName(t)} ${mask(t.subject, [t.facts.order, t.facts.tracking])}`, 60),
  });
  return {
    title: text(reader, 'command.form_title', { verb: 'split', no: ticket.number }),
    submit: text(reader, 'command.form_submit', { verb: 'split' }),
    invoke: { command: 'split', args: { ticket: String(ticket.number) } },
    fields: [
      {
        name: 'to',
        label: text(reader, 'command.label_target', null),
        type: 'select',
        required: true,
        max: 200,
        options: [...others.map(option), { value: 'new', label: text(reader, 'command.target_new', null) }],
      },
    ],
  };
}

/** A new ticket of the same customer, about what these messages say. */
async function openingOf(
  parts: Parts,
  numbers: Numbers,
  t: Ticket,
  bodies: readonly Extract<CustomerMessage['body'], { text: string }>[],
): Promise<Opening | null> {
  const origin = customerAddress(t);
  if (origin === null) return null;
  const written = bodies.map((b) => b.text).join('\n');
  const attachments = bodies.flatMap((b) => b.attachments);
  const known = await classify(parts, wordsOf(written, attachments), t.shop);
  const reader = customerReader(parts, { language: known.language, team: known.team });
  return {
    ...known,
    answersFrom: await backAt(parts, known.team),
    number: await numbers.next(),
    shop: t.shop,
    source: t.source,
    customer: t.customer,
    origin,
    subject: subjectFor(written, attachments, reader),
    description: descriptionOf(written),
    // The first message's come with the opening, the others' with the messages themselves.
    attachments: bodies[0]?.attachments ?? [],
    places: [{ card: 'ticket', team: known.team }],
    splitFrom: refOf(t),
  };
}
