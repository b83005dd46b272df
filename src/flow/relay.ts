import type { Actor } from '../domain/actor.ts';
import { addressKey, appKey, type Address } from '../domain/address.ts';
import type { Effect } from '../domain/effect.ts';
import type { Intent } from '../domain/intent.ts';
import { isUrgent } from '../domain/surge.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { InboxRow } from '../storage/inbox.ts';
import type { OutboxRow } from '../storage/outbox.ts';
import type { Standby } from '../storage/standbys.ts';
import { standbyAddresses, standbysOf } from './failover.ts';
import type { Parts } from './parts.ts';
import { addressesOf, drawKey, settles, slotOf } from './places.ts';

/** Events a ticket keeps in itself; older ones are archived. */
const TAIL = 20;
const BATCH = 200;

export interface Relay {
  /** Says that a ticket was just written and has effects; never fails, never waits. */
  offer(ticket: Ticket): void;
  /** Relays what was offered, else what is found waiting; how many tickets. */
  step(): Promise<number>;
}

/** Who has to be woken when there is something for them. */
export interface RelayTo {
  outbox(apps: Iterable<string>): void;
  inbox(): void;
  relay(): void;
}

/** The lane in which everything is said to one customer, in order. */
export const sayLane = (to: Address): string => `say:${addressKey(to)}`;

/** Copies tickets' pending effects to outbox and inbox under their keys, then takes them off the tickets. */
export function createRelay(parts: Parts, to: RelayTo): Relay {
  const { store, clock } = parts;
  let offered = new Map<string, Ticket>();

  const relayAll = async (tickets: readonly Ticket[]): Promise<void> => {
    const now = clock.now();
    const out: OutboxRow[] = [];
    const told: InboxRow[] = [];
    const standbys = await standbysOf(parts, tickets);
    for (const ticket of tickets) {
      for (const effect of ticket.pending) {
        if (effect.kind === 'tell') told.push(tellRow(effect.key, effect, now));
        else out.push(...rowsOf(parts, ticket, effect, now, standbys.get(ticket._id) ?? []));
      }
    }
    if (out.length > 0) await store.outbox.add(out);
    if (told.length > 0) await store.inbox.add(told);
    // One without effects is here only because its mark outlived them: the pull takes the mark off.
    await store.tickets.pull(
      tickets.map((t) => ({ id: t._id, version: t.version, keys: t.pending.map((e) => e.key) })),
    );
    for (const ticket of tickets) if (ticket.history.tail.length > TAIL) await store.tickets.archiveTail(ticket, TAIL);
    if (out.length > 0) to.outbox(new Set(out.map((row) => row.app)));
    if (told.length > 0) to.inbox();
  };

  return {
    offer(ticket) {
      if (ticket.pending.length === 0 && ticket.history.tail.length <= TAIL) return;
      // The newest version carries every effect that is still pending.
      offered.set(ticket._id, ticket);
      to.relay();
    },
    async step() {
      const mine = offered;
      offered = new Map();
      const batch = mine.size > 0 ? [...mine.values()] : await store.tickets.unrelayed(BATCH);
      if (batch.length > 0) await relayAll(batch);
      return batch.length;
    },
  };
}

function rowsOf(
  parts: Parts,
  ticket: Ticket,
  effect: Exclude<Effect, { kind: 'tell' }>,
  now: Date,
  standbys: readonly Standby[],
): OutboxRow[] {
  const base = { state: 'pending', order: now, attempts: 0, ...(isUrgent(ticket) ? { urgent: true } : {}) } as const;
  if (effect.kind === 'say') {
    const app = appKey(effect.to);
    if (!parts.adapters.has(app)) return [];
    const lane = sayLane(effect.to);
    const body = { kind: 'say', message: effect.message } as const;
    return [{ ...base, _id: effect.key, app, lane, address: effect.to, body, notBefore: effect.notBefore }];
  }
  const directory = parts.directory();
  const reachable = (address: Address): boolean => parts.adapters.has(appKey(address));
  return effect.places.flatMap((place) => {
    const own = addressesOf(directory, place, reachable);
    const besides = standbyAddresses(standbys, place, directory).filter(reachable);
    const addresses = new Map([...own, ...besides].map((address) => [addressKey(address), address]));
    return [...addresses.values()].map((address): OutboxRow => {
      const app = appKey(address);
      const held = parts.adapters.get(app)?.capabilities(address).update === false ? settles(ticket, place) : null;
      return {
        ...base,
        _id: drawKey(effect.key, place, address),
        app,
        lane: slotOf(place, ticket._id, address),
        address,
        body: { kind: 'draw', ticket: ticket._id, place },
        notBefore: held === null || held < now ? now : held,
      };
    });
  });
}

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
