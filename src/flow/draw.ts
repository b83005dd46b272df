import type { OutMessage, Ref } from '../../adapters/adapter.ts';
import { addressKey } from '../domain/address.ts';
import type { Ticket } from '../domain/ticket.ts';
import { DeliveryError } from '../errors.ts';
import type { OutboxBody, OutboxRow } from '../storage/outbox.ts';
import type { Surface } from '../storage/surfaces.ts';
import type { Attempt, Delivery } from './deliver.ts';
import { withTwins } from './duplicates.ts';
import { ticketCard } from './picture.ts';
import { begins, settles, slotOf } from './places.ts';

type Draw = Extract<OutboxBody, { kind: 'draw' }>;

/**
 * Brings one card to the ticket's latest state. A surface is reserved with its first payload frozen before it is posted, so that a
 * repeat after a crash sends exactly the same under the same key; a card that shows the version already is left alone.
 */
export async function drawSurface(attempt: Attempt, row: OutboxRow, body: Draw): Promise<Delivery> {
  const { store } = attempt.parts;
  const slot = slotOf(body.place, body.ticket, row.address);
  const [loaded, newest] = await Promise.all([store.tickets.load(body.ticket), store.surfaces.newest(slot)]);
  if (loaded === null) return { state: 'done' };
  const ticket = await withTwins(attempt.parts, loaded);
  if (newest === null || newest.state === 'gone') {
    if (!begins(ticket, body.place)) return { state: 'done' };
    return post(
      attempt,
      row,
      ticket,
      reservation(attempt, row, body, ticket, slot, (newest?.generation ?? 0) + 1),
      true,
    );
  }
  if (newest.state === 'reserved') {
    attempt.adapter.doubt(newest._id);
    const settled = await post(attempt, row, ticket, newest, false);
    if (settled.state === 'wait' || (newest.frozen?.type === 'card' && newest.frozen.version >= ticket.cardVersion))
      return settled;
    return drawSurface(attempt, row, body);
  }
  if (newest.shown >= ticket.cardVersion || newest.ref === null) return { state: 'done' };
  // Said once and for all where it cannot be changed.
  if (!attempt.adapter.capabilities(row.address).update && settles(ticket, body.place) !== null)
    return { state: 'done' };
  return redraw(attempt, row, body, ticket, newest, { id: newest.ref });
}

function reservation(
  attempt: Attempt,
  row: OutboxRow,
  body: Draw,
  ticket: Ticket,
  slot: string,
  generation: number,
): Surface {
  const { clock } = attempt.parts;
  return {
    _id: `${slot}:${generation}`,
    slot,
    generation,
    ticket: ticket._id,
    place: body.place,
    address: row.address,
    state: 'reserved',
    frozen: ticketCard(attempt.parts, ticket, body.place, row.address),
    platformId: null,
    ref: null,
    shown: 0,
    at: clock.now(),
  };
}

async function post(
  attempt: Attempt,
  row: OutboxRow,
  ticket: Ticket,
  surface: Surface,
  reserve: boolean,
): Promise<Delivery> {
  const { parts, adapter, budgets, epoch } = attempt;
  const purpose = ticket.priority === 'urgent' ? 'urgent' : 'new';
  const ms = await budgets.take({ address: row.address, method: 'send', purpose }, epoch);
  if (ms > 0) return { state: 'wait', ms };
  if (reserve) await parts.store.surfaces.reserve(surface);
  const message = surface.frozen ?? ticketCard(parts, ticket, surface.place, row.address);
  const ref = await adapter.send(row.address, message, surface._id).catch(async (error: unknown) => {
    // What is frozen here will never be taken: the next generation shows what the ticket is then.
    if (error instanceof DeliveryError && error.failure === 'permanent') await parts.store.surfaces.gone(surface._id);
    throw error;
  });
  await show(attempt, row, surface._id, ref, message);
  return { state: 'done' };
}

async function redraw(
  attempt: Attempt,
  row: OutboxRow,
  body: Draw,
  ticket: Ticket,
  surface: Surface,
  ref: Ref,
): Promise<Delivery> {
  const { parts, adapter, budgets, epoch } = attempt;
  const ms = await budgets.take({ address: row.address, method: 'update', purpose: 'redraw' }, epoch);
  if (ms > 0) return { state: 'wait', ms };
  const message = ticketCard(parts, ticket, body.place, row.address);
  try {
    const now = await adapter.update(row.address, ref, message, `${surface._id}:${ticket.cardVersion}`);
    await show(attempt, row, surface._id, now, message);
    return { state: 'done' };
  } catch (error) {
    if (!(error instanceof DeliveryError && error.failure === 'gone')) throw error;
    // Somebody deleted the card: the next generation takes its place.
    await parts.store.surfaces.gone(surface._id);
    const slot = slotOf(body.place, body.ticket, row.address);
    return post(attempt, row, ticket, reservation(attempt, row, body, ticket, slot, surface.generation + 1), true);
  }
}

async function show(attempt: Attempt, row: OutboxRow, surface: string, ref: Ref, message: OutMessage): Promise<void> {
  const version = message.type === 'card' ? message.version : 0;
  await attempt.parts.store.surfaces.showing(surface, ref.id, platformIdOf(row, ref), version);
}

/** How a posted message is found again when somebody quotes it. */
export const platformIdOf = (row: Pick<OutboxRow, 'address'>, ref: Ref): string =>
  `${addressKey(row.address)}\n${ref.id}`;
