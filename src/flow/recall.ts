import type { Happening, InboundLifecycle } from '../../adapters/adapter.ts';
import { accountKey, addressKey } from '../domain/address.ts';
import type { OrderFacts, Ticket } from '../domain/ticket.ts';
import type { CustomerMessage } from '../storage/messages.ts';
import type { InboxRow } from '../storage/inbox.ts';
import { recognise } from '../triage/recognise.ts';
import { text } from '../text/text.ts';
import { addressOf } from './account.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';
import { customerReader } from './reader.ts';
import { draftOver } from './redraft.ts';
import { shopOf } from './shop-of.ts';
import { descriptionOf, wordsOf } from './title.ts';

type Recalled = InboundLifecycle & Extract<Happening, { what: 'message_recalled' }>;
type Written = CustomerMessage & { readonly body: Extract<CustomerMessage['body'], { text: string }> };

/** Messages of a ticket that are looked at for what is left of its title. */
const MOST = 100;

/** A customer takes a message back: its words leave the ticket and the store, and the cards say that one was there. */
export async function messageRecalled(parts: Parts, perform: Perform, row: InboxRow, event: Recalled): Promise<void> {
  const { store } = parts;
  if (event.conversation.kind !== 'customer') return;
  const platformId = `${addressKey(addressOf(event))}\n${event.message}`;
  const message = await store.messages.byPlatformId(platformId);
  if (message === null) await takeFromOpener(parts, event);
  else if (isWritten(message)) {
    const ticket = await store.tickets.load(message.ticket);
    if (ticket !== null) {
      const about = await withoutIt(parts, ticket, message);
      const actor = { kind: 'customer', account: accountOf(event) } as const;
      await perform(ticket._id, { type: 'recall', message: message._id, ...about }, { actor, cause: row._id });
    }
    // Last: what the ticket is without these words was found by them.
    await store.messages.recall(message._id);
  }
  await store.inbox.blank(`${event.platform}\n${event.app}\n${event.message}`);
}

const isWritten = (m: CustomerMessage): m is Written => m.direction === 'in' && 'text' in m.body;
const accountOf = ({ platform, app, sender }: Recalled): string => accountKey({ platform, app, user: sender.id });

/** A greeting that still waits is gone as if it had never been. */
async function takeFromOpener(parts: Parts, event: Recalled): Promise<void> {
  const { openers } = parts.store;
  for (;;) {
    const opener = await openers.load(`${shopOf(parts, event)}\n${accountOf(event)}`);
    const left = opener?.held.filter((h) => h.event.id !== event.message) ?? [];
    if (opener === null || left.length === opener.held.length) return;
    if (left.length === 0 ? await openers.end(opener) : await openers.keep(opener, left)) return;
  }
}

/** What a ticket says of itself when one message is not there. */
async function withoutIt(parts: Parts, t: Ticket, message: Written) {
  const messages = await parts.store.messages.ofTicket(t._id, MOST);
  const others = messages.filter((m) => isWritten(m) && m._id !== message._id && m.state !== 'recalled');
  const [all, left, own] = await Promise.all([
    draftOver(parts, t, messages),
    draftOver(parts, t, others),
    draftOver(parts, t, [message]),
  ]);
  const isTitle = t.subject === all.subject || t.subject === own.subject;
  const title = others.length === 0 ? text(customerReader(parts, t), 'flow.subject_recalled', null) : left.subject;
  const first = others.find(isWritten)?.body.text ?? '';
  const kept = new Set(others.flatMap((m) => (isWritten(m) ? m.body.attachments.map(({ id }) => id) : [])));
  return {
    subject: isTitle ? title : t.subject,
    description: t.description === descriptionOf(message.body.text) ? descriptionOf(first) : t.description,
    facts: factsWithout(t.facts, recognise(wordsOf(message.body.text, message.body.attachments)), left.facts),
    attachments: message.body.attachments.flatMap(({ id }) => (kept.has(id) ? [] : [id])),
  };
}

/** The facts without those that only the recalled words held. */
function factsWithout(facts: OrderFacts, recalled: OrderFacts, left: OrderFacts): OrderFacts {
  const gone = (name: string): boolean => {
    const key = name as keyof OrderFacts;
    return recalled[key] !== undefined && recalled[key] === facts[key];
  };
  const kept = Object.fromEntries(Object.entries(facts).filter(([name]) => !gone(name)));
  return { ...left, ...kept };
}
