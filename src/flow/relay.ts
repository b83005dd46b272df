import type { Actor } from '../domain/actor.ts';
import { addressKey, appKey, type Address } from '../domain/address.ts';
import { REST_AFTER_MS, restOf, waitingSince } from '../domain/call.ts';
import type { Effect } from '../domain/effect.ts';
import type { Intent } from '../domain/intent.ts';
import { isUrgent } from '../domain/surge.ts';
import { tallyOf } from '../domain/tally.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { InboxRow } from '../storage/inbox.ts';
import type { OutboxRow } from '../storage/outbox.ts';
import type { Standby } from '../storage/standbys.ts';
import type { HookDelivery } from '../storage/hook-deliveries.ts';
import { standbyAddresses, standbysOf } from './failover.ts';
import { noticeRows } from './notify.ts';
import type { Parts } from './parts.ts';
import { pingRows } from './ping.ts';
import { addressesOf, drawKey, settles } from './places.ts';
import { drawRow, outboxRow } from './row.ts';

/** Events a ticket keeps in itself; older ones are archived. */
const TAIL = 20;
const BATCH = 200;
/** Tickets kept in memory until they are relayed. */
const MOST_OFFERED = 2_000;

export interface Relay {
  /** Says that a ticket was just written, and whether it has effects or counts otherwise than before; never fails, never waits. */
  offer(ticket: Ticket, isConcerned: boolean): void;
  /** Relays what was offered, else what is found waiting; how many tickets. */
  step(): Promise<number>;
}

/** Who has to be woken when there is something for them. */
export interface RelayTo {
  outbox(apps: Iterable<string>): void;
  inbox(): void;
  hooks(): void;
  relay(): void;
}

/** The lane in which everything is said to one customer, in order. */
export const sayLane = (to: Address): string => `say:${addressKey(to)}`;

/**
 * Copies tickets' pending effects to outbox, inbox and hook deliveries under their keys and keeps their tallies, then takes the effects off
 * the tickets.
 */
export function createRelay(parts: Parts, to: RelayTo): Relay {
  const { store, clock } = parts;
  const offered = new Map<string, Ticket>();
  /** Whether some were not kept, and whether the last step looked for them. */
  const state = { hasMore: false, looks: false };

  const relayAll = async (tickets: readonly Ticket[]): Promise<void> => {
    const now = clock.now();
    const out: OutboxRow[] = [];
    const told: InboxRow[] = [];
    const notices: HookDelivery[] = [];
    const standbys = await standbysOf(parts, tickets);
    for (const ticket of tickets) {
      for (const effect of ticket.pending) {
        if (effect.kind === 'tell') told.push(tellRow(effect.key, effect, now));
        else if (effect.kind === 'notify') notices.push(...noticeRows(ticket, effect, now));
        else if (effect.kind === 'ping') out.push(...pingRows(parts, effect, ticket, now));
        else out.push(...rowsOf(parts, ticket, effect, now, standbys.get(ticket._id) ?? []));
      }
    }
    await store.outbox.add(out);
    await store.tallies.keep(tickets.map(tallyOf));
    await store.inbox.add(told);
    await store.hookDeliveries.add(notices);
    // One without effects counts otherwise than before, or its mark outlived them: the pull takes the mark off.
    await store.tickets.pull(
      tickets.map((t) => ({ id: t._id, version: t.version, keys: t.pending.map((e) => e.key) })),
    );
    await store.tickets.archiveTails(tickets, TAIL);
    if (out.length > 0) to.outbox(new Set(out.map((row) => row.app)));
    if (told.length > 0) to.inbox();
    if (notices.length > 0) to.hooks();
  };

  /** The first that were offered, as many as one write takes well. */
  const takeOffered = (): readonly Ticket[] => {
    const batch: Ticket[] = [];
    for (const ticket of offered.values()) {
      if (batch.length === BATCH) break;
      batch.push(ticket);
    }
    for (const { _id } of batch) offered.delete(_id);
    return batch;
  };
  /** Those that wait in the store, which may be offered as well. */
  const findWaiting = async (): Promise<readonly Ticket[]> => {
    const found = await store.tickets.unrelayed(BATCH);
    for (const { _id, version } of found) if ((offered.get(_id)?.version ?? 0) <= version) offered.delete(_id);
    if (found.length < BATCH) state.hasMore = false;
    return found;
  };

  return {
    offer(ticket, isConcerned) {
      if (!isConcerned && ticket.history.tail.length <= TAIL) return;
      // The newest version carries every effect that is still pending. One that is not kept here is found in the store.
      if (offered.size < MOST_OFFERED || offered.has(ticket._id)) offered.set(ticket._id, ticket);
      else state.hasMore = true;
      to.relay();
    },
    async step() {
      state.looks = offered.size === 0 || (state.hasMore && !state.looks);
      const batch = state.looks ? await findWaiting() : takeOffered();
      if (batch.length > 0) await relayAll(batch);
      return batch.length;
    },
  };
}

function rowsOf(
  parts: Parts,
  ticket: Ticket,
  effect: Exclude<Effect, { kind: 'tell' | 'notify' | 'ping' }>,
  now: Date,
  standbys: readonly Standby[],
): OutboxRow[] {
  if (effect.kind === 'say') {
    const { key: _id, to: address, message, notBefore } = effect;
    if (!parts.adapters.has(appKey(address))) return [];
    const body = { kind: 'say', message } as const;
    const urgent = isUrgent(ticket) && { urgent: true };
    return [outboxRow({ _id, lane: sayLane(address), address, body, notBefore, ...urgent }, now)];
  }
  const directory = parts.directory();
  const reachable = (address: Address): boolean => parts.adapters.has(appKey(address));
  return effect.places.flatMap((place) => {
    const own = addressesOf(directory, place, reachable);
    const besides = standbyAddresses(standbys, place, directory).filter(reachable);
    const addresses = new Map([...own, ...besides].map((address) => [addressKey(address), address]));
    const rowOf = (address: Address, held: Date | null): OutboxRow => {
      const key = drawKey(effect.key, place, address);
      const row = drawRow(key, { ticket: ticket._id, place, address }, isUrgent(ticket), now);
      return held === null || held < now ? row : { ...row, notBefore: held };
    };
    return [...addresses.values()].flatMap((address): OutboxRow[] => {
      const can = parts.adapters.get(appKey(address))?.capabilities(address);
      const first = rowOf(address, can?.update === false ? settles(ticket, place) : null);
      return can?.calls === true ? [first, rowOf(restOf(address), restAt(ticket))] : [first];
    });
  });
}

/** When those who are not called first hear of a ticket; null: at once. */
const restAt = (ticket: Ticket): Date | null =>
  isUrgent(ticket) ? null : new Date(waitingSince(ticket).getTime() + REST_AFTER_MS);

/** What is told to a ticket, as the inbox takes it; telling it again under the same key changes nothing. */
export function tellRow(
  key: string,
  told: { readonly ticket: string; readonly intent: Intent; readonly by?: Actor },
  now: Date,
): InboxRow {
  const { ticket, intent, by } = told;
  return {
    _id: key,
    lane: `ticket:${ticket}`,
    body: { from: 'ticket', ticket, intent, ...(by === undefined ? {} : { by }) },
    order: now,
    open: true,
    attempts: 0,
    lease: { by: '', until: now },
  };
}
