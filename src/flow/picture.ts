import type { OutMessage } from '../../adapters/adapter.ts';
import { fallback } from '../../cards/fallback.ts';
import type { Card } from '../../cards/card.ts';
import type { Address } from '../domain/address.ts';
import type { Place } from '../domain/effect.ts';
import type { Ticket } from '../domain/ticket.ts';
import { withLinks } from './links.ts';
import type { Parts } from './parts.ts';
import { drawn } from './places.ts';

/** A card as it goes out: the model, and words for those who cannot see it. */
export const asMessage = (card: Card, version: number): OutMessage => ({
  type: 'card',
  card,
  fallback: fallback(card),
  version,
});

/** What a posted card is changed to: presses on it go on naming it as it was posted. */
export const named = (message: OutMessage, surface: string): OutMessage =>
  message.type === 'card' ? { ...message, surface } : message;

/** A ticket's card as it looks now in one place. */
export function ticketCard(parts: Parts, ticket: Ticket, place: Place, address: Address): OutMessage {
  const card = drawn(parts, ticket, place, address);
  // What one person alone sees carries that person's own links.
  const own = 'person' in place ? withLinks(parts, card, ticket, place.person) : card;
  return asMessage(own, ticket.cardVersion);
}
