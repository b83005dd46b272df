import type { InboundMessage } from '../../adapters/adapter.ts';
import { accountKey, addressKey, appKey } from '../domain/address.ts';
import type { Actor } from '../domain/actor.ts';
import { endedLately, takes, type Coming } from '../domain/returning.ts';
import { dueAtOpening } from '../domain/timing.ts';
import type { Opening } from '../domain/event.ts';
import type { Quote, Ticket } from '../domain/ticket.ts';
import { derivedId } from '../ids.ts';
import type { InboxRow } from '../storage/inbox.ts';
import type { CustomerMessage } from '../storage/messages.ts';
import { OPEN } from '../domain/status.ts';
import { recognise } from '../triage/recognise.ts';
import { isCourtesy, saysNothing } from '../triage/sentence.ts';
import { classify } from './classify.ts';
import { createCustomerWords } from './customer-word.ts';
import { withDuplicates } from './duplicates.ts';
import { findTicket } from './join.ts';
import type { Numbers } from './numbers.ts';
import { createOpeners, type From } from './opener.ts';
import type { TellNobody } from './nobody.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';
import { customerReader } from './reader.ts';
import { draftOf } from './redraft.ts';
import type { TellCustomer } from './tell-customer.ts';
import { lastNoteOf, visitsOf } from './returning.ts';
import { backAt } from './roster.ts';
import { shopOf } from './shop-of.ts';
import { descriptionOf, excerptOf, subjectFor, wordsOf } from './title.ts';

export interface Intake {
  /** A customer's message joins their ticket, or opens one. */
  message(row: InboxRow, event: InboundMessage, recovered: boolean): Promise<void>;
  /** Nothing followed a greeting: it becomes a ticket. */
  openerDue(opener: string, row: string): Promise<void>;
  /** Looks for greetings that nothing followed; how many. */
  sweep(): Promise<number>;
}

/** Races at the join that one message may lose. */
const TRIES = 10;

/** One message on its way to a ticket. */
interface Arriving {
  /** Its inbox row: the cause of what follows. */
  readonly row: string;
  readonly event: InboundMessage;
  readonly from: From;
  /** When it was written. */
  readonly at: Date;
  /** It says nothing of a matter: what is solved stays solved. */
  readonly courtesy: boolean;
  /** It may have been worked in part before. */
  readonly recovered: boolean;
}

/** What intake works with besides the parts. */
export interface IntakeDeps {
  readonly perform: Perform;
  readonly numbers: Numbers;
  readonly tell: TellCustomer;
  readonly tellNobody: TellNobody;
  readonly wakeInbox: () => void;
}

/** Turns what customers write into tickets. */
export function createIntake(parts: Parts, deps: IntakeDeps): Intake {
  const { store, clock } = parts;
  const { perform, numbers, tell, tellNobody, wakeInbox } = deps;
  const openers = createOpeners(parts, {
    admit: (from, { row, event, at }, waiting) => admit({ row, event, from, at, courtesy: !waiting, recovered: true }),
    tell,
    wakeInbox,
  });

  const word = createCustomerWords<Arriving>(parts, {
    perform,
    tell,
    admit: (arriving) => admit(arriving),
    hold: ({ row, event, from }) => openers.hold(row, event, from),
    find: async ({ from, event }) => (await findTicket(parts, from, event)).ticket,
    theirs: ({ account, shop }) => store.tickets.ofCustomer(account, shop),
    async keep(arriving, ticket) {
      const id = derivedId('message', arriving.row);
      await keep(incomingOf(arriving, id, ticket, { kind: 'customer', account: arriving.from.account }));
      return id;
    },
  });

  const message = async (row: InboxRow, event: InboundMessage, recovered: boolean): Promise<void> => {
    const account = accountKey({ platform: event.platform, app: event.app, user: event.sender.id });
    const shop = shopOf(parts, event);
    const from = { join: `${shop}\n${account}`, shop, account };
    const light = event.attachments.length === 0 && saysNothing(event.text);
    const arriving = { row: row._id, event, from, at: clock.now(), courtesy: light, recovered };
    if (recovered && (await alreadyDone(arriving))) return;
    if (await word(arriving)) return;
    if (light && (await waits(arriving))) return;
    const opener = await store.openers.load(from.join);
    if (opener !== null) await openers.open(opener, false);
    await admit(arriving);
  };

  /** Whether a message that says nothing of a matter waits for more: unless a ticket is there for it. */
  const waits = async ({ row, event, from }: Arriving): Promise<boolean> => {
    const { ticket } = await findTicket(parts, from, event);
    if (ticket !== null && (OPEN.has(ticket.status) || (isCourtesy(event.text) && endedLately(ticket, clock.now()))))
      return false;
    return openers.hold(row, event, from);
  };

  const admit = async (arriving: Arriving): Promise<void> => {
    const { row, from } = arriving;
    if (arriving.recovered && (await alreadyDone(arriving))) return;
    const mine = derivedId('ticket', row);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const { current, ticket, others } = await findTicket(parts, from, arriving.event);
      if (ticket !== null && takes(ticket, aboutOf(arriving), clock.now())) {
        if (await into(arriving, ticket._id, ticket, others)) return;
        continue;
      }
      if (ticket === null && current !== null) {
        // A join without its ticket: whoever pointed it has not written yet, or died. Either may open it, under one id.
        if (await into(arriving, current, null)) return;
        continue;
      }
      if (!(await store.joins.point(from.join, current, mine))) continue;
      if (await into(arriving, mine, null, [], ticket)) return;
    }
    throw new Error('a customer message found no ticket');
  };

  /** How long the customer can be written to from this message on, where their platform sets a limit. */
  const windowOf = ({ event }: Arriving): { readonly windowMs?: number } => {
    const address = { platform: event.platform, app: event.app, conversation: event.conversation.id };
    const windowMs = parts.adapters.get(appKey(address))?.capabilities(address).windowMs;
    return windowMs === undefined ? {} : { windowMs };
  };

  const aboutOf = ({ event, courtesy }: Arriving): Coming => ({
    courtesy,
    order: recognise(wordsOf(event.text, event.attachments)).order ?? null,
  });

  /** Brings the message into this ticket; false when the ticket does not take it any more. `follows`: what a new one goes on from. */
  const into = async (
    arriving: Arriving,
    ticketId: string,
    ticket: Ticket | null,
    others: readonly number[] = [],
    follows: Ticket | null = null,
  ): Promise<boolean> => {
    const { row, event, from, at } = arriving;
    const id = derivedId('message', row);
    const who = { actor: { kind: 'customer', account: from.account } as const, cause: row };
    const words = excerptOf(event.text);
    const quote: Quote = { message: id, text: words, attachments: event.attachments, at };
    const incoming = incomingOf(arriving, id, ticketId, who.actor);
    if (ticket !== null) {
      await keep(incoming);
      const [draft, note] = await Promise.all([draftOf(parts, ticket), lastNoteOf(parts, ticket)]);
      const result = await perform(
        ticketId,
        { type: 'receive', message: id, quote, ...aboutOf(arriving), note, draft, others, ...windowOf(arriving) },
        who,
      );
      return result.outcome !== 'refused';
    }
    const first = { ...(await openingOf(event, from, follows)), ...windowOf(arriving) };
    const drafted = await withDuplicates(parts, first);
    const acknowledge = derivedId('acknowledge', row);
    const isFirst = await keep(incoming, acknowledgementOf(acknowledge, ticketId, drafted));
    const opening = isFirst ? drafted : { ...drafted, number: (await numberIn(acknowledge)) ?? drafted.number };
    await tellNobody(opening.team);
    const result = await perform(ticketId, { type: 'open', opening, message: id, quote, acknowledge }, who);
    return result.outcome !== 'refused';
  };

  /** Stores messages under their ticket, also when they were first meant for one that was closed meanwhile. True: all were new. */
  const keep = async (incoming: CustomerMessage, ...others: readonly CustomerMessage[]): Promise<boolean> => {
    const all = [incoming, ...others];
    if (await store.messages.add(all)) return true;
    for (const { _id, ticket } of all) await store.messages.moveTo(_id, ticket);
    return false;
  };

  /** The number that an earlier try, which died, put into the acknowledgement: it is what the customer will read. */
  const numberIn = async (acknowledge: string): Promise<number | null> => {
    const kept = await store.messages.load(acknowledge);
    if (kept === null || !('sentence' in kept.body)) return null;
    const { sentence } = kept.body;
    return sentence.key === 'notice.acknowledge' ? sentence.params.no : null;
  };

  const alreadyDone = async ({ row }: Arriving): Promise<boolean> => {
    const stored = await store.messages.load(derivedId('message', row));
    if (stored === null) return false;
    const ticket = await store.tickets.load(stored.ticket);
    if (ticket === null) return false;
    // It may have gone on to another ticket since.
    return ticket.history.causes.some((c) => c.cause === row) || ticket.quotes.some((q) => q.message === stored._id);
  };

  const incomingOf = ({ event, at }: Arriving, id: string, ticket: string, author: Actor): CustomerMessage => {
    const address = { platform: event.platform, app: event.app, conversation: event.conversation.id };
    return {
      _id: id,
      ticket,
      direction: 'in',
      author,
      body: { text: event.text, attachments: event.attachments },
      address,
      platformId: `${addressKey(address)}\n${event.id}`,
      state: 'received',
      at,
    };
  };

  const acknowledgementOf = (id: string, ticket: string, opening: Opening): CustomerMessage => ({
    _id: id,
    ticket,
    direction: 'out',
    author: { kind: 'system', name: 'acknowledge' },
    body: {
      sentence: {
        key: 'notice.acknowledge',
        params: {
          no: opening.number,
          by: dueAtOpening({ ...opening, answersFrom: null }, clock.now(), parts.directory()).firstResponse ?? null,
          opens: opening.answersFrom,
        },
      },
    },
    address: opening.origin,
    platformId: null,
    state: 'held',
    at: clock.now(),
  });

  const openingOf = async (event: InboundMessage, from: From, follows: Ticket | null): Promise<Opening> => {
    const known = await classify(parts, wordsOf(event.text, event.attachments), from.shop);
    const reader = customerReader(parts, { language: known.language, team: known.team });
    return {
      ...known,
      answersFrom: await backAt(parts, known.team),
      number: await numbers.next(),
      shop: from.shop,
      source: { kind: 'message', platform: event.platform },
      customer: { account: from.account, name: event.sender.name, place: null, handle: '' },
      origin: { platform: event.platform, app: event.app, conversation: event.conversation.id },
      subject: subjectFor(event.text, event.attachments, reader),
      description: descriptionOf(event.text),
      attachments: event.attachments,
      // Who has no ticket behind them has never come before.
      ...(follows === null
        ? {}
        : {
            visits: await visitsOf(parts, from.account),
            follows: { ticket: follows._id, number: follows.number },
          }),
      places: [{ card: 'ticket', team: known.team }],
    };
  };

  return { message, openerDue: (opener, row) => openers.due(opener, row), sweep: () => openers.sweep() };
}
