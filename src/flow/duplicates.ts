import type { WithTwins } from '../../cards/several.ts';
import type { Opening } from '../domain/event.ts';
import { OPEN } from '../domain/status.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Parts } from './parts.ts';

/** Most likely duplicates that are offered. */
const MOST = 3;

/** The same opening with the open tickets that may be about the same matter: same order, same parcel, or filed for the same customer. */
export async function withDuplicates({ store }: Pick<Parts, 'store'>, opening: Opening): Promise<Opening> {
  const { shop, facts, customer } = opening;
  const marks = {
    'facts.order': facts.order,
    'facts.tracking': facts.tracking,
    'customer.handle': customer.handle,
    place: customer.place,
  };
  const alike = await store.tickets.alike(shop, marks, MOST);
  return alike.length === 0 ? opening : { ...opening, duplicates: alike.map((t) => t.number) };
}

/** A ticket for its card: what may be the same matter is shown as it is now. */
export async function withTwins({ store }: Pick<Parts, 'store'>, ticket: Ticket): Promise<WithTwins> {
  if (ticket.duplicates.length === 0 || !OPEN.has(ticket.status)) return ticket;
  return { ...ticket, twins: await store.tickets.byNumbers(ticket.duplicates) };
}
