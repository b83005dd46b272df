import type { Grant, OutMessage, Ref } from '../../adapters/adapter.ts';
import { addressKey } from '../domain/address.ts';
import { OPEN } from '../domain/status.ts';
import { cameBack, firstOf, isRest } from '../domain/call.ts';
import { isUrgent, waitsIn } from '../domain/surge.ts';
import { DeliveryError } from '../errors.ts';
import type { OutboxBody, OutboxRow } from '../storage/outbox.ts';
import type { Surface } from '../storage/surfaces.ts';
import type { Attempt, Delivery } from './deliver.ts';
import type { WithTwins } from '../../cards/several.ts';
import { withTwins } from './duplicates.ts';
import { asLent, takeLent } from './lend.ts';
import { named, ticketCard } from './picture.ts';
import { begins, settles, slotOf } from './places.ts';
import { putFiles } from './thread.ts';

type Draw = Extract<OutboxBody, { kind: 'draw' }>;

/**
 * Brings one card to the ticket's latest state. A surface is reserved with its first payload frozen before it is posted, so that a
 * repeat after a crash sends exactly the same under the same key; a card that shows the version already is left alone.
 */
export async function drawSurface(attempt: Attempt, row: OutboxRow, body: Draw): Promise<Delivery> {
  const { store } = attempt.parts;
  const slot = slotOf(body.place, body.ticket, row.address);
  const [loaded, newest] = await Promise.all([store.tickets.load(body.ticket), store.surfaces.newest(slot)]);
  if (loaded === null) return DONE;
  const ticket = await withTwins(attempt.parts, loaded);
  const drawing: Drawing = { attempt, row, body, ticket, slot };
  switch (newest?.state) {
    case undefined:
    case 'off':
      return begin(drawing, newest);
    case 'gone':
      return followed(drawing, newest);
    case 'waiting':
    case 'row':
      return listed(drawing, newest);
    case 'reserved':
      return underWay(drawing, newest);
    case 'live':
      if (newest.shown >= ticket.cardVersion || newest.ref === null) return DONE;
      return changed(drawing, newest, { id: newest.ref });
  }
}

interface Drawing {
  readonly attempt: Attempt;
  readonly row: OutboxRow;
  readonly body: Draw;
  readonly ticket: WithTwins;
  readonly slot: string;
  /** Whom it goes to, where the conversation calls. */
  readonly to?: readonly string[];
}

/** While nobody can be called, it is looked again so often, ms. */
const NOBODY_MS = 60_000;

const DONE: Delivery = { state: 'done' };

/** A card that does not stand yet. In a group a ticket that waits for somebody may have to wait for its place there, but for an urgent one. */
async function begin(called: Drawing, newest: Surface | null): Promise<Delivery> {
  const { place } = called.body;
  if (!begins(called.ticket, place)) return DONE;
  const drawing = place.card === 'ticket' ? await calling(called, place) : called;
  if (drawing === null) return { state: 'wait', ms: NOBODY_MS };
  const { attempt, row, ticket, slot, to } = drawing;
  if (to?.length === 0) return DONE;
  // In a rush everybody there has the boards on which it stands.
  const isRush = isRest(row.address) && attempt.rooms.inSurge(firstOf(row.address));
  if (isRush && !isUrgent(ticket)) return DONE;
  // Drawn once it may go: a card that waits is drawn at each of its tries otherwise.
  const next = (): Surface => reservation(drawing, (newest?.generation ?? 0) + 1);
  if (place.card !== 'ticket') return post(drawing, next, { reserve: true });
  const { surfaces } = attempt.parts.store;
  const waits = waitsIn(ticket, place.team);
  if (newest?.state === 'off' && !waits) return DONE;
  if (!waits && attempt.rooms.inSurge(row.address)) {
    // Whoever has it has its card; the group is told of what nobody has.
    await surfaces.reserve({ ...next(), state: 'off', frozen: null });
    return DONE;
  }
  if (!waits) return post(drawing, next, { reserve: true });
  if (isUrgent(ticket) || isRest(row.address)) {
    // It has its place before it has its permit: nothing urgent is on a list.
    const own = newest?.state === 'off' ? { ...newest, frozen: null } : { ...next(), frozen: null };
    await (newest?.state === 'off' ? surfaces.restore(own._id) : surfaces.reserve(own));
    return post(drawing, own, {});
  }
  const isAdmitted = await attempt.rooms.admit({
    ticket,
    place,
    address: row.address,
    slot,
    newest,
    ...(to !== undefined && { to }),
  });
  if (!isAdmitted) return DONE;
  if (newest?.state !== 'off') return post(drawing, next, { reserve: true, permit: true });
  await surfaces.restore(newest._id);
  return post(drawing, { ...newest, frozen: null }, { permit: true });
}

/** A ticket that waits in the room's list or stands on one of its boards has changed. */
async function listed(drawing: Drawing, surface: Surface): Promise<Delivery> {
  const { attempt, body, ticket } = drawing;
  const { surfaces } = attempt.parts.store;
  const team = body.place.card === 'ticket' ? body.place.team : '';
  const stays = waitsIn(ticket, team);
  attempt.rooms.touched(surface);
  if (!stays) {
    await surfaces.off([surface._id], surface.stand ?? '');
    return DONE;
  }
  if (!isUrgent(ticket)) return DONE;
  await surfaces.ontoCard([surface._id], surface.stand ?? '');
  return post(drawing, { ...surface, frozen: null }, {});
}

/** A card that stands shows what is no longer so. */
async function changed(drawing: Drawing, surface: Surface, ref: Ref): Promise<Delivery> {
  const { attempt, row, body, ticket } = drawing;
  const { update } = attempt.adapter.capabilities(row.address);
  if (update === true) return redraw(drawing, surface, ref);
  if (update === 'by-grant') {
    const grant = await takeLent(attempt.parts, surface);
    return grant === null ? withoutGrant(drawing, surface) : redraw(drawing, surface, ref, grant);
  }
  // Said once and for all where it cannot be changed.
  if (settles(ticket, body.place) !== null) return DONE;
  if (body.place.card !== 'ticket') return succeed(drawing, surface);
  // In a group a ticket is shown anew when the group has to take it again; what was taken answers for itself.
  return waitsIn(ticket, body.place.team) && cameBack(ticket, surface.at) ? succeed(drawing, surface) : DONE;
}

/** A card that nobody asked for is worth another message at most this often, ms. */
const SUCCESSOR_MS = 5 * 60_000;

/**
 * Nothing is left that the platform lent for changing the card: it gets a successor. Whoever presses a button of a card of something that is over, or
 * that somebody has taken, reads so there; only what goes on needs another card, and at once only where somebody has to take it anew.
 */
async function withoutGrant(drawing: Drawing, surface: Surface): Promise<Delivery> {
  const { attempt, body, ticket } = drawing;
  if (!OPEN.has(ticket.status)) return DONE;
  const waits = body.place.card === 'ticket' && waitsIn(ticket, body.place.team);
  if (body.place.card === 'ticket' && !waits) return DONE;
  const isNews = waits && (cameBack(ticket, surface.at) || isUrgent(ticket));
  const age = attempt.parts.clock.now().getTime() - surface.at.getTime();
  // A clock that was set back must not make it wait longer.
  if (!isNews && age >= 0 && age < SUCCESSOR_MS) return { state: 'wait', ms: SUCCESSOR_MS - age };
  return succeed(drawing, surface);
}

/** The next generation takes the place of a card that can no longer be changed. */
async function succeed(drawing: Drawing, surface: Surface): Promise<Delivery> {
  await drawing.attempt.parts.store.surfaces.gone(surface._id);
  return followed(drawing, { ...surface, state: 'gone' });
}

/** Once the next card stands, the one before it is taken back where that can be done; where not, a press of it says so. */
async function followed(drawing: Drawing, before: Surface): Promise<Delivery> {
  const { attempt, row, slot } = drawing;
  const delivery = await begin(drawing, before);
  if (delivery.state !== 'done' || before.ref === null || !attempt.adapter.withdraws) return delivery;
  const newest = await attempt.parts.store.surfaces.newest(slot);
  if (newest === null || newest.generation === before.generation || newest.state !== 'live') return delivery;
  try {
    await attempt.adapter.withdraw(row.address, { id: before.ref });
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
  }
  return delivery;
}

/** Whom it goes to, where the conversation calls: nobody (an empty list) when nobody has to take it any more. Null: nobody is there yet. */
async function calling(drawing: Drawing, place: Extract<Draw['place'], { card: 'ticket' }>): Promise<Drawing | null> {
  const { attempt, row, ticket } = drawing;
  if (attempt.adapter.capabilities(row.address).calls !== true) return drawing;
  if (!waitsIn(ticket, place.team)) return { ...drawing, to: [] };
  const to = await attempt.callees.of(ticket, place, row.address);
  return to === null ? null : { ...drawing, to };
}

/** A card whose posting was begun: first exactly what was begun, then what is so now. */
async function underWay(drawing: Drawing, surface: Surface): Promise<Delivery> {
  const { attempt, body, ticket } = drawing;
  const { frozen } = surface;
  if (frozen === null && body.place.card === 'ticket' && !waitsIn(ticket, body.place.team)) {
    // Nothing was sent yet, and nobody needs it any more.
    await attempt.parts.store.surfaces.spare(surface._id);
    attempt.rooms.settled(surface);
    return DONE;
  }
  if (frozen !== null) attempt.adapter.doubt(surface._id);
  const sent = frozen?.to;
  const whom =
    sent !== undefined
      ? { ...drawing, to: sent }
      : body.place.card === 'ticket'
        ? await calling(drawing, body.place)
        : drawing;
  if (whom === null || whom.to?.length === 0) return { state: 'wait', ms: NOBODY_MS };
  const settled = await post(whom, surface, {});
  const shows = frozen?.type === 'card' ? frozen.version : ticket.cardVersion;
  if (settled.state === 'wait' || shows >= ticket.cardVersion) return settled;
  return drawSurface(attempt, drawing.row, body);
}

function reservation({ attempt, row, body, ticket, slot, to }: Drawing, generation: number): Surface {
  const { clock } = attempt.parts;
  return {
    _id: `${slot}:${generation}`,
    slot,
    generation,
    ticket: ticket._id,
    place: body.place,
    address: row.address,
    state: 'reserved',
    stand: null,
    since: ticket.openedAt,
    frozen: addressed(ticketCard(attempt.parts, ticket, body.place, row.address), to),
    platformId: null,
    ref: null,
    shown: 0,
    ...(to !== undefined && { to }),
    at: clock.now(),
  };
}

const addressed = (message: OutMessage, to: readonly string[] | undefined): OutMessage =>
  to === undefined ? message : { ...message, to };

/** `reserve`: the surface is not in the store yet, nor made before the permit is there. `permit`: it was taken already. */
async function post(
  { attempt, row, ticket, to }: Drawing,
  given: Surface | (() => Surface),
  { reserve = false, permit = false }: { reserve?: boolean; permit?: boolean },
): Promise<Delivery> {
  const { parts, adapter, budgets, epoch } = attempt;
  const { surfaces } = parts.store;
  if (!permit) {
    const purpose = isUrgent(ticket) ? 'urgent' : 'new';
    const ms = await budgets.take(
      { address: row.address, method: 'send', purpose, ...(to !== undefined && { to }) },
      epoch,
    );
    if (ms > 0) return { state: 'wait', ms };
  }
  const surface = typeof given === 'function' ? given() : given;
  const message = surface.frozen ?? addressed(ticketCard(parts, ticket, surface.place, row.address), to);
  if (reserve) await surfaces.reserve(surface);
  else if (surface.frozen === null) await surfaces.freeze(surface._id, message);
  const ref = await adapter.send(row.address, message, surface._id).catch(async (error: unknown) => {
    // What is frozen here will never be taken: the next generation shows what the ticket is then.
    if (error instanceof DeliveryError && error.failure === 'permanent') await surfaces.gone(surface._id);
    throw error;
  });
  await show(attempt, row, surface, ref, message);
  attempt.rooms.settled(surface);
  return DONE;
}

async function redraw(drawing: Drawing, surface: Surface, ref: Ref, grant?: Grant): Promise<Delivery> {
  const { attempt, row, body, ticket } = drawing;
  const { parts, adapter, budgets, epoch } = attempt;
  const use = { address: row.address, method: 'update', purpose: 'redraw', urgent: isUrgent(ticket) } as const;
  const ms = await budgets.take(use, epoch);
  if (ms > 0) {
    if (grant !== undefined) await parts.store.surfaces.lend(surface._id, asLent(parts, [grant]));
    return { state: 'wait', ms };
  }
  const message = named(ticketCard(parts, ticket, body.place, row.address), surface._id);
  try {
    const now = await adapter.update(row.address, ref, message, `${surface._id}:${ticket.cardVersion}`, grant);
    await show(attempt, row, surface, now, message);
    return DONE;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    // Certainly not spent: it is good for the next try.
    if (grant !== undefined && (error.failure === 'retryable' || error.failure === 'rate-limited'))
      await parts.store.surfaces.lend(surface._id, asLent(parts, [grant]));
    if (error.failure !== 'gone') throw error;
    // Somebody deleted the card, or what was lent for changing it was spent already.
    return succeed(drawing, surface);
  }
}

async function show(attempt: Attempt, row: OutboxRow, surface: Surface, ref: Ref, message: OutMessage): Promise<void> {
  const version = message.type === 'card' ? message.version : 0;
  const { surfaces } = attempt.parts.store;
  await surfaces.lend(surface._id, asLent(attempt.parts, ref.grants));
  await putFiles(attempt, surface, message);
  await surfaces.showing(surface._id, ref.id, platformIdOf(row, ref), version);
}

/** How a posted message is found again when somebody quotes it. */
export const platformIdOf = (row: Pick<OutboxRow, 'address'>, ref: Ref): string =>
  `${addressKey(row.address)}\n${ref.id}`;
