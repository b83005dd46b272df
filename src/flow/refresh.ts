import type { InboundForm, InboundInvoke, InboundMessage } from '../../adapters/adapter.ts';
import { isUrgent } from '../domain/surge.ts';
import type { Parts } from './parts.ts';
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
  const surface = await store.surfaces.load(event.surface);
  // Of a merged ticket or one that went elsewhere, the card's own ticket counts, not the one that the verb was about.
  const ticket = surface === null ? null : await store.tickets.load(surface.ticket);
  if (surface === null || ticket === null || surface.shown >= ticket.cardVersion) return;
  await store.outbox.add([drawRow(`refresh:${cause}`, surface, isUrgent(ticket), clock.now())]);
}
