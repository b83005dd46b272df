import type { Grant, InboundEvent } from '../../adapters/adapter.ts';
import { cards } from '../../cards/registry.ts';
import type { InboxRow } from '../storage/inbox.ts';
import type { OutboxBody, OutboxRow } from '../storage/outbox.ts';
import { pingOf } from '../storage/pings.ts';
import type { Lent, Surface } from '../storage/surfaces.ts';
import type { Attempt, Delivery } from './deliver.ts';
import type { Parts } from './parts.ts';
import { asMessage, named } from './picture.ts';
import { groupReader, personReader } from './reader.ts';
import { outboxRow, postedUnder } from './row.ts';

/** A grant that changes a card is kept with the card's surface, its secret sealed. One that is good for several changes is kept as one: the platforms that lend them lend single ones. */
export const asLent = (parts: Pick<Parts, 'vault'>, grants: readonly Grant[] = []): readonly Lent[] =>
  grants.map(({ secret, expiresAt }) => ({ secret: parts.vault.seal(secret), expiresAt }));

/** Keeps what a press lent for changing the pressed card, before anything spends it; its secret is sealed already. A card that has a successor is marked with it. */
export async function keepLent(
  { store, clock }: Pick<Parts, 'store' | 'clock'>,
  { _id }: InboxRow,
  event: InboundEvent,
): Promise<void> {
  for (const { surface, secret, expiresAt } of event.grants ?? []) {
    if (surface === undefined) continue;
    if (pingOf(surface) !== null) {
      await store.pings.lend(surface, [{ secret, expiresAt }]);
      continue;
    }
    if (postedUnder(surface) !== null) {
      await store.outbox.lend(surface, [{ secret, expiresAt }]);
      continue;
    }
    await store.surfaces.lend(surface, [{ secret, expiresAt }]);
    const pressed = await store.surfaces.load(surface);
    if (pressed?.state !== 'gone' || pressed.ref === null) continue;
    const body = { kind: 'superseded', surface } as const;
    const { address, slot: lane } = pressed;
    await store.outbox.add([outboxRow({ _id: `superseded:${_id}`, lane, address, body }, clock.now())]);
  }
}

/**
 * Takes one grant that is still good for changing a card, the newest first, so that what the post lent is kept for a change nobody pressed
 * for; null: none is left. `keeper`: where it is kept, with the card's surface, the row of a post, or what somebody was pinged.
 */
export async function takeLent(
  { store, clock, vault }: Pick<Parts, 'store' | 'clock' | 'vault'>,
  { _id, lent = [] }: Pick<Surface, '_id' | 'lent'>,
  keeper: 'surfaces' | 'outbox' | 'pings' = 'surfaces',
): Promise<Grant | null> {
  for (const { secret, expiresAt } of lent.toReversed()) {
    if (!(await store[keeper].spend(_id, secret))) continue;
    if (expiresAt > clock.now()) return { secret: vault.open(secret), uses: 1, expiresAt, surface: _id };
  }
  return null;
}

/** Says on an old card that a newer one stands further down. */
export async function supersededRow(
  { parts, adapter, budgets, epoch }: Attempt,
  row: OutboxRow,
  { surface: id }: Extract<OutboxBody, { kind: 'superseded' }>,
): Promise<Delivery> {
  const { surfaces, tickets } = parts.store;
  const surface = await surfaces.load(id);
  const ticket = surface === null ? null : await tickets.load(surface.ticket);
  if (surface === null || surface.ref === null || ticket === null) return { state: 'done' };
  const ms = await budgets.take({ address: row.address, method: 'update', purpose: 'redraw' }, epoch);
  if (ms > 0) return { state: 'wait', ms };
  const grant = await takeLent(parts, surface);
  if (grant === null) return { state: 'done' };
  const { place } = surface;
  const reader = 'person' in place ? personReader(parts, place.person) : groupReader(parts, row.address);
  const sentence = { key: 'card.superseded', params: { no: ticket.number } } as const;
  const show = { command: 'show', args: { ticket: String(ticket.number) } };
  const offers = [{ label: { key: 'card.show_other', params: { no: ticket.number } } as const, invoke: show }];
  const message = named(asMessage(cards.notice({ sentence, offers }, reader), ticket.cardVersion), id);
  await adapter.update(row.address, { id: surface.ref }, message, row._id, grant);
  return { state: 'done' };
}
