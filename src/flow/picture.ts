import type { OutMessage } from '../../adapters/adapter.ts';
import { fallback } from '../../cards/fallback.ts';
import { cards } from '../../cards/registry.ts';
import type { Card } from '../../cards/card.ts';
import { addressKey, type Address } from '../domain/address.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Parts } from './parts.ts';
import { groupReader, personReader } from './reader.ts';

/** A card as it goes out: the model, and words for those who cannot see it. */
export const asMessage = (card: Card, version: number): OutMessage => ({
  type: 'card',
  card,
  fallback: fallback(card),
  version,
});

/** A ticket's card as it looks now in one place. */
export function ticketCard(
  parts: Parts,
  ticket: Ticket,
  place: { readonly card: 'ticket' | 'work'; readonly person: string | null },
  address: Address,
): OutMessage {
  const directory = parts.directory();
  if (place.card === 'work' && place.person !== null) {
    const { person } = place;
    return asMessage(cards.work({ ticket, directory, person }, personReader(parts, person)), ticket.cardVersion);
  }
  const team = directory.groups.get(addressKey(address)) ?? ticket.team;
  return asMessage(cards.ticket({ ticket, directory, team }, groupReader(parts, address)), ticket.cardVersion);
}
