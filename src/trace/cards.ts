import { placeKey } from '../domain/effect.ts';
import { addressKey } from '../domain/address.ts';
import { oneLine, type Source } from './trace.ts';

/** Where the ticket stands: its cards, rows of boards and places in waiting lists, with the platform's ids. */
export const cardsOf: Source = async (store, { ticket }) => {
  if (ticket === null) return [];
  const surfaces = await store.surfaces.ofTicket(ticket._id);
  return surfaces.map(({ _id, at, state, place, address, ref, shown }) => ({
    at,
    stage: 'sent',
    what: 'card',
    fields: {
      place: placeKey(place),
      to: oneLine(addressKey(address)),
      state,
      shown: `${shown}/${ticket.cardVersion}`,
      ref: ref ?? undefined,
      key: oneLine(_id),
    },
  }));
};
