import type { Actor } from '../domain/actor.ts';
import { addressKey, appKey, type Address } from '../domain/address.ts';
import type { Effect } from '../domain/effect.ts';
import type { Intent } from '../domain/intent.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { InboxRow } from '../storage/inbox.ts';
import type { OutboxRow } from '../storage/outbox.ts';
import type { Parts } from './parts.ts';

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

/** The lane and slot of one card: what is drawn there goes out in order. */
export const slotOf = (card: string, ticket: string, address: Address): string =>
  `${card}:${ticket}:${addressKey(address)}`;

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
    for (const ticket of tickets) {
      for (const effect of ticket.pending) {
        if (effect.kind === 'tell') told.push(tellRow(effect.key, effect, now));
        else out.push(...rowsOf(parts, ticket, effect, now));
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

function rowsOf(parts: Parts, ticket: Ticket, effect: Exclude<Effect, { kind: 'tell' }>, now: Date): OutboxRow[] {
  const base = { state: 'pending', order: now, attempts: 0 } as const;
  if (effect.kind === 'say') {
    const app = appKey(effect.to);
    if (!parts.adapters.has(app)) return [];
    const lane = sayLane(effect.to);
    const body = { kind: 'say', message: effect.message } as const;
    return [{ ...base, _id: effect.key, app, lane, address: effect.to, body, notBefore: effect.notBefore }];
  }
  const { people, teams } = parts.directory();
  const rows: OutboxRow[] = [];
  for (const place of effect.places) {
    const person = place.card === 'work' ? place.person : null;
    const direct = person === null ? undefined : people.get(person)?.direct.find((a) => parts.adapters.has(appKey(a)));
    const addresses =
      place.card === 'ticket' ? (teams.get(place.team)?.groups ?? []) : direct === undefined ? [] : [direct];
    for (const address of addresses) {
      const app = appKey(address);
      if (!parts.adapters.has(app)) continue;
      const lane = slotOf(place.card, ticket._id, address);
      const body = { kind: 'draw', ticket: ticket._id, card: place.card, person } as const;
      rows.push({
        ...base,
        _id: `${effect.key}:${place.card}:${addressKey(address)}`,
        app,
        lane,
        address,
        body,
        notBefore: now,
      });
    }
  }
  return rows;
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
