import type { InboundMessage } from '../../adapters/adapter.ts';
import { addressKey } from '../domain/address.ts';
import { joined } from '../domain/join.ts';
import { OPEN } from '../domain/status.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Parts } from './parts.ts';

/** Merges that one number is followed through. */
const MOST_MERGES = 20;

/** Where a customer's message goes. */
export interface Joining {
  /** What the join points at; null: the customer has never written. */
  readonly current: string | null;
  /** The ticket for the message, closed if it is the last of them; null: none is there, though it may be opening as `current`. */
  readonly ticket: Ticket | null;
  /** Numbers of the customer's other open tickets that it may have been meant for; empty when it was clear. */
  readonly others: readonly number[];
}

/** The ticket that takes what concerns this one: where it was merged, and that again. */
export async function survivorOf(
  { store }: { readonly store: { readonly tickets: Pick<Parts['store']['tickets'], 'load'> } },
  ticket: Ticket,
): Promise<Ticket> {
  let survivor = ticket;
  for (let hop = 0; hop < MOST_MERGES && survivor.merged.into !== null; hop += 1) {
    const next = await store.tickets.load(survivor.merged.into.ticket);
    if (next === null) break;
    survivor = next;
  }
  return survivor;
}

/**
 * Finds the ticket for a customer's message. The tickets that are not closed are one indexed read, of one document as a rule; the join
 * is where two first messages meet. What has only closed tickets behind it comes with the last of them, merges followed.
 */
export async function findTicket(
  parts: Pick<Parts, 'store'>,
  from: { readonly join: string; readonly shop: string; readonly account: string },
  event: Pick<InboundMessage, 'platform' | 'app' | 'conversation' | 'text' | 'quote'>,
): Promise<Joining> {
  const { tickets, joins } = parts.store;
  const [current, theirs] = await Promise.all([joins.read(from.join), tickets.ofCustomer(from.account, from.shop)]);
  if (!theirs.some((t) => OPEN.has(t.status)) && current !== null && !theirs.some((t) => t._id === current)) {
    const last = await tickets.load(current);
    if (last === null) return { current, ticket: null, others: [] };
    const survivor = await survivorOf(parts, last);
    // The join's ticket is closed, or would be among theirs; what it was merged into need not be.
    if (survivor.status !== 'closed' || theirs.length === 0) return { current, ticket: survivor, others: [] };
  }
  const quoted = theirs.length > 1 ? await quotedTicket(parts, event) : null;
  const choice = joined(theirs, event.text, theirs.find((t) => t._id === quoted?._id) ?? null);
  return { current, ticket: choice?.ticket ?? null, others: choice?.others ?? [] };
}

/** The ticket of the message that this one quotes, theirs or ours, merges followed. */
async function quotedTicket(
  parts: Pick<Parts, 'store'>,
  event: Pick<InboundMessage, 'platform' | 'app' | 'conversation' | 'quote'>,
): Promise<Ticket | null> {
  if (event.quote === undefined) return null;
  const address = addressKey({ platform: event.platform, app: event.app, conversation: event.conversation.id });
  const message = await parts.store.messages.byPlatformId(`${address}\n${event.quote}`);
  const ticket = message === null ? null : await parts.store.tickets.load(message.ticket);
  return ticket === null ? null : survivorOf(parts, ticket);
}
