import type { Card } from '../../cards/card.ts';
import { cards } from '../../cards/registry.ts';
import { addressKey, type Address } from '../domain/address.ts';
import { firstOf } from '../domain/call.ts';
import type { Directory } from '../domain/directory.ts';
import { placeKey, type Place } from '../domain/effect.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Parts } from './parts.ts';
import { groupReader, personReader } from './reader.ts';

/** What there is to know about one kind of card; everything that relays and delivers treats all kinds alike. */
interface Kind<P extends Place> {
  /** Where its cards stand: of several addresses of a person the first that can be reached. */
  readonly addresses: (directory: Directory, place: P, reachable: (address: Address) => boolean) => readonly Address[];
  /** Tells its cards of one ticket at one address apart; one card per slot is live. */
  readonly slot: (place: P) => string;
  /** Whether it is posted where it does not stand yet; a card that stands is always redrawn. */
  readonly begins: (ticket: Ticket, place: P) => boolean;
  /** Where a posted card cannot be changed: the moment until which it waits and after which it stays; null: it is no such card. */
  readonly settles: (ticket: Ticket, place: P) => Date | null;
  readonly draw: (parts: Parts, ticket: Ticket, place: P, address: Address) => Card;
}

const always = (): boolean => true;
const never = (): null => null;
const direct: Kind<Extract<Place, { person: string }>>['addresses'] = (directory, { person }, reachable) =>
  directory.people.get(person)?.direct.filter(reachable).slice(0, 1) ?? [];

const KINDS: { readonly [K in Place['card']]: Kind<Extract<Place, { card: K }>> } = {
  ticket: {
    addresses: (directory, { team }, reachable) => (directory.teams.get(team)?.groups ?? []).filter(reachable),
    slot: () => 'ticket',
    begins: always,
    settles: never,
    draw: (parts, ticket, _place, address) => {
      const directory = parts.directory();
      const team = directory.groups.get(addressKey(firstOf(address))) ?? ticket.team;
      return cards.ticket({ ticket, directory, team }, groupReader(parts, address));
    },
  },
  work: {
    addresses: direct,
    slot: () => 'work',
    begins: always,
    settles: never,
    draw: (parts, ticket, { person }) =>
      cards.work({ ticket, directory: parts.directory(), person }, personReader(parts, person)),
  },
  offer: {
    addresses: direct,
    slot: ({ since }) => `offer.${since}`,
    // What was settled before it could be said is not said.
    begins: (ticket, { since }) => ticket.offer?.since === since,
    settles: never,
    draw: (parts, ticket, { person, since }) =>
      cards.offer({ ticket, directory: parts.directory(), since }, personReader(parts, person)),
  },
  alert: {
    addresses: direct,
    slot: ({ since }) => `alert.${since}`,
    begins: always,
    settles: never,
    draw: (parts, ticket, { person, since }) =>
      cards.alert({ ticket, directory: parts.directory(), since }, personReader(parts, person)),
  },
  news: {
    addresses: direct,
    slot: ({ since }) => `news.${since}`,
    // What was answered before it could be said is not said.
    begins: (ticket, { since }) => ticket.news?.since === since,
    settles: (ticket) => new Date((ticket.news?.at.getTime() ?? 0) + ticket.policy.newsMs),
    draw: (parts, ticket, { person, since }) =>
      cards.news({ ticket, directory: parts.directory(), person, since }, personReader(parts, person)),
  },
};

const kindOf = (place: Place): Kind<Place> => KINDS[place.card] as Kind<Place>;

/** Where the cards of a place stand, among the apps that can be reached. */
export const addressesOf = (
  directory: Directory,
  place: Place,
  reachable: (address: Address) => boolean,
): readonly Address[] => kindOf(place).addresses(directory, place, reachable);

/** The lane and slot of one card: what is drawn there goes out in order. */
export const slotOf = (place: Place, ticket: string, address: Address): string =>
  `${kindOf(place).slot(place)}:${ticket}:${addressKey(address)}`;

/** One text for one card that an effect draws. */
export const drawKey = (effect: string, place: Place, address: Address): string =>
  `${effect}:${placeKey(place)}:${addressKey(address)}`;

/** Whether a card that does not stand yet is posted. */
export const begins = (ticket: Ticket, place: Place): boolean => kindOf(place).begins(ticket, place);

/** Where posted cards cannot be changed: when this one may be posted, for good; null: it goes at once. */
export const settles = (ticket: Ticket, place: Place): Date | null => kindOf(place).settles(ticket, place);

/** A ticket's card as it looks now in one place. */
export const drawn = (parts: Parts, ticket: Ticket, place: Place, address: Address): Card =>
  kindOf(place).draw(parts, ticket, place, address);
