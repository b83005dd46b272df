import type { InboundForm, InboundInvoke, InboundMessage } from '../../adapters/adapter.ts';
import { appKey } from '../domain/address.ts';
import type { Parts } from './parts.ts';

/**
 * Brings the card on which something was pressed up to date, of whatever kind it is, when it shows less than its ticket is by now: who
 * pressed it acted on what it said. `cause`: the row of the press. Done twice it is one redraw.
 */
export async function refreshPressed(
  { store, clock }: Pick<Parts, 'store' | 'clock'>,
  cause: string,
  event: InboundMessage | InboundInvoke | InboundForm,
): Promise<void> {
  if (event.kind === 'message' || event.surface === undefined) return;
  const surface = await store.surfaces.load(event.surface);
  // Of a merged ticket or one that went elsewhere, the card's own ticket counts, not the one that the verb was about.
  const ticket = surface === null ? null : await store.tickets.load(surface.ticket);
  if (surface === null || ticket === null || surface.shown >= ticket.cardVersion) return;
  const now = clock.now();
  await store.outbox.add([
    {
      _id: `refresh:${cause}`,
      app: appKey(surface.address),
      lane: surface.slot,
      address: surface.address,
      body: { kind: 'draw', ticket: ticket._id, place: surface.place },
      state: 'pending',
      order: now,
      notBefore: now,
      attempts: 0,
    },
  ]);
}
