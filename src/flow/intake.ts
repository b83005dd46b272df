import type { InboundMessage } from '../../adapters/adapter.ts';
import { cut } from '../../cards/excerpt.ts';
import { accountKey, addressKey } from '../domain/address.ts';
import type { Actor } from '../domain/actor.ts';
import type { Opening } from '../domain/event.ts';
import type { Quote, Ticket } from '../domain/ticket.ts';
import { derivedId } from '../ids.ts';
import type { InboxRow } from '../storage/inbox.ts';
import type { CustomerMessage } from '../storage/messages.ts';
import { isCourtesy } from '../triage/sentence.ts';
import { classify } from './classify.ts';
import type { Numbers } from './numbers.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';
import { customerReader } from './reader.ts';
import { subjectFor, wordsOf } from './title.ts';

export interface Intake {
  /** A customer's message joins their ticket, or opens one. */
  message(row: InboxRow, event: InboundMessage, recovered: boolean): Promise<void>;
}

/** Longest excerpt of a customer's message that a ticket keeps for its cards, code points. */
const QUOTE = 500;
const DESCRIPTION = 4_000;
/** Races at the join that one message may lose. */
const TRIES = 10;

/** Turns what customers write into tickets. */
export function createIntake(parts: Parts, perform: Perform, numbers: Numbers): Intake {
  const { store, clock } = parts;

  const message = async (row: InboxRow, event: InboundMessage, recovered: boolean): Promise<void> => {
    const id = derivedId('message', row._id);
    if (recovered && (await alreadyDone(row, id))) return;
    const account = accountKey({ platform: event.platform, app: event.app, user: event.sender.id });
    const shop = shopOf(event);
    const join = `${shop}\n${account}`;
    const mine = derivedId('ticket', row._id);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const current = await store.joins.read(join);
      const ticket = current === null ? null : await store.tickets.load(current);
      if (current !== null && (ticket === null || ticket.status !== 'closed')) {
        // A join without its ticket: whoever pointed it has not written yet, or died. Either may open it, under one id.
        if (await into(row, event, id, current, ticket, { shop, account })) return;
        continue;
      }
      if (!(await store.joins.point(join, current, mine))) continue;
      if (await into(row, event, id, mine, null, { shop, account })) return;
    }
    throw new Error('a customer message found no ticket');
  };

  /** Brings the message into this ticket; false when the ticket was closed meanwhile. */
  const into = async (
    row: InboxRow,
    event: InboundMessage,
    id: string,
    ticketId: string,
    ticket: Ticket | null,
    from: { shop: string; account: string },
  ): Promise<boolean> => {
    const who = { actor: { kind: 'customer', account: from.account } as const, cause: row._id };
    const words = cut(event.text.trim(), QUOTE);
    const quote: Quote = { message: id, text: words, attachments: event.attachments, at: clock.now() };
    const incoming = incomingOf(event, id, ticketId, who.actor);
    if (ticket !== null) {
      await keep(incoming);
      const courtesy = event.attachments.length === 0 && isCourtesy(event.text);
      const result = await perform(ticketId, { type: 'receive', message: id, quote, courtesy }, who);
      if (result.outcome !== 'refused') return true;
      return false;
    }
    const drafted = await openingOf(event, from);
    const acknowledge = derivedId('acknowledge', row._id);
    const isFirst = await keep(incoming, acknowledgementOf(acknowledge, ticketId, drafted));
    const opening = isFirst ? drafted : { ...drafted, number: (await numberIn(acknowledge)) ?? drafted.number };
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

  const alreadyDone = async (row: InboxRow, id: string): Promise<boolean> => {
    const stored = await store.messages.load(id);
    if (stored === null) return false;
    const ticket = await store.tickets.load(stored.ticket);
    return ticket?.history.causes.some((c) => c.cause === row._id) ?? false;
  };

  const incomingOf = (event: InboundMessage, id: string, ticket: string, author: Actor): CustomerMessage => {
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
      at: clock.now(),
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
        params: { no: opening.number, by: new Date(clock.now().getTime() + opening.policy.firstResponseMs) },
      },
    },
    address: opening.origin,
    platformId: null,
    state: 'held',
    at: clock.now(),
  });

  const shopOf = (event: InboundMessage): string => {
    const shops = [...parts.directory().shops.values()];
    const own = shops.find((s) => s.apps.includes(`${event.platform}/${event.app}`));
    return (own ?? shops[0])?.id ?? 'default';
  };

  const openingOf = async (event: InboundMessage, from: { shop: string; account: string }): Promise<Opening> => {
    const known = await classify(parts, wordsOf(event.text, event.attachments), from.shop);
    const reader = customerReader(parts, { language: known.language, team: known.team });
    return {
      ...known,
      number: await numbers.next(),
      shop: from.shop,
      source: { kind: 'message', platform: event.platform },
      customer: { account: from.account, name: event.sender.name, place: null, handle: '' },
      origin: { platform: event.platform, app: event.app, conversation: event.conversation.id },
      subject: subjectFor(event.text, event.attachments, reader),
      description: cut(event.text, DESCRIPTION),
      attachments: event.attachments,
      places: [{ card: 'ticket', team: known.team }],
    };
  };

  return { message };
}
