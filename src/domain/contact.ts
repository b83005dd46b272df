import type { ContactPlace, Directory } from './directory.ts';
import type { Ticket } from './ticket.ts';

/** The place of what no other place is known for. */
export const OTHER = 'other';

/** A place as far as sentences about it need to know it. */
export type PlaceName = Pick<ContactPlace, 'name' | 'handle'>;

/** Whether the ticket is about somebody at all: what a shop system reports of a shelf is nobody's. */
export const hasCustomer = ({ source, customer }: Pick<Ticket, 'source' | 'customer'>): boolean =>
  source.kind !== 'system' || customer.account !== null || customer.name !== '' || customer.handle !== '';

/** Where the ticket's customer is answered by hand; null: they are reachable, we write to them ourselves. */
export function elsewhere(
  t: Pick<Ticket, 'customer' | 'links'>,
  directory: Pick<Directory, 'places'>,
): ContactPlace | null {
  return t.links.some((l) => l.role === 'customer') ? null : placeOf(t, directory);
}

/** The place of somebody elsewhere. */
export function placeOf(t: Pick<Ticket, 'customer'>, directory: Pick<Directory, 'places'>): ContactPlace {
  const id = t.customer.place ?? OTHER;
  return (
    directory.places.get(id) ??
    directory.places.get(OTHER) ?? { id, name: { 'zh-CN': id, en: id }, words: [], handle: 'nick' }
  );
}
