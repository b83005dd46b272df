import { Problem, refuseField } from '../../../adapters/shared/problem.ts';
import type { Ticket } from '../../domain/ticket.ts';
import type { ApiKey } from '../../storage/api-keys.ts';
import type { Caller } from './ports.ts';

/** Whether a key is about this shop. */
export const covers = (key: Pick<ApiKey, 'shops'>, shop: string): boolean =>
  key.shops.length === 0 || key.shops.includes(shop);

/** The ticket of a number. One of a shop that the key is not about does not exist for it (404). */
export async function ticketFor({ key, ports }: Caller, number: number): Promise<Ticket> {
  const ticket = await ports.tickets.byNumber(number);
  if (ticket === null || !covers(key, ticket.shop)) throw new Problem(404, `There is no ticket T-${number}.`);
  return ticket;
}

/** Who does it, as an inbound event says it: the key, or a person it may act as (403 for everybody else). */
export function senderOf({ key, ports }: Caller, actor: string | undefined): { id: string; name: string } {
  const own = `api:${key.name}`;
  if (actor === undefined || actor === own) return { id: own, name: key.name };
  if (!key.actors.includes(actor)) throw refuseField(403, 'actor', 'is nobody this key may act as');
  const person = ports.directory().people.get(actor);
  if (person === undefined) throw refuseField(403, 'actor', 'is nobody any more');
  return { id: person.id, name: person.name };
}
