import type { InboundForm, InboundInvoke, InboundMessage } from '../../adapters/adapter.ts';
import { isUrgent } from '../domain/surge.ts';
import { pingOf } from '../storage/pings.ts';
import { addressOf } from './account.ts';
import type { Parts } from './parts.ts';
import { putRight } from './ping.ts';
import { drawRow } from './row.ts';

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
  const message = pingOf(event.surface);
  const pinged = message === null ? null : await store.pings.load(message._id);
  if (pinged !== null) {
    await store.outbox.add([putRight(pinged, `refresh:${cause}`, addressOf(event), clock.now())]);
    return;
  }
  const surface = await store.surfaces.load(event.surface);
  // Of a merged ticket or one that went elsewhere, the card's own ticket counts, not the one that the verb was about.
  const ticket = surface === null ? null : await store.tickets.load(surface.ticket);
  if (surface === null || ticket === null || surface.shown >= ticket.cardVersion) return;
  await store.outbox.add([drawRow(`refresh:${cause}`, surface, isUrgent(ticket), clock.now())]);
}
