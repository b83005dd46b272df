import { addressKey, appKey, type Address } from '../domain/address.ts';
import type { Place } from '../domain/effect.ts';
import type { Directory, Team } from '../domain/directory.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { OutboxRow } from '../storage/outbox.ts';
import type { Standby } from '../storage/standbys.ts';
import type { Down, OutageBoard } from './outage.ts';
import type { Parts } from './parts.ts';
import { drawRow } from './row.ts';
import { explain, PATIENCE_MS } from './standby.ts';

/** Tickets that are looked at in one step, per team. */
const BATCH = 1_000;

/**
 * While a platform is away, urgent tickets that nobody has claimed are shown in their team's standby group on one that answers, each once
 * per outage. How many. Any process may do it: who stands where is decided by one document per ticket and outage.
 */
export function createFailover(parts: Parts, board: OutageBoard): () => Promise<number> {
  const { store, clock } = parts;
  /** By outage, the tickets that need no look any more; a new process looks again and changes nothing. */
  const placed = new Map<string, Set<string>>();

  const place = async (down: Down, team: Team, to: Address, isUp: (a: Address) => boolean): Promise<number> => {
    const seen = placed.get(down.outage) ?? new Set<string>();
    placed.set(down.outage, seen);
    const urgent = await store.tickets.urgentUnclaimed([team.id], BATCH);
    const fresh = urgent.filter(({ _id }) => !seen.has(_id));
    if (fresh.length === 0) return 0;
    const now = clock.now();
    const standing = new Set(
      (await store.standbys.ofTickets(fresh.map(({ _id }) => _id)))
        .filter((s) => s.team === team.id && idOf(s.ticket, down) !== s._id && isUp(s.address))
        .map((s) => s.ticket),
    );
    const moving = fresh.filter(({ _id }) => !standing.has(_id)).map(({ _id }) => _id);
    await store.standbys.add(
      moving.map((ticket) => ({ _id: idOf(ticket, down), ticket, team: team.id, address: to, at: now })),
    );
    // Another process may have chosen for this outage before: its choice counts.
    const chosen = (await store.standbys.ofTickets(moving)).filter((s) => s._id === idOf(s.ticket, down));
    for (const address of new Map(chosen.map((s) => [addressKey(s.address), s.address])).values())
      await explain(parts, down, team, address);
    await store.outbox.add(chosen.map((s) => rowOf(s, now)));
    for (const { _id } of fresh) seen.add(_id);
    return chosen.length;
  };

  return async () => {
    const now = clock.now().getTime();
    const down = board.down();
    const away = new Set(down.map(({ app }) => app));
    const isUp = (a: Address): boolean => parts.adapters.has(appKey(a)) && !away.has(appKey(a));
    for (const outage of placed.keys()) if (!down.some((d) => d.outage === outage)) placed.delete(outage);
    let shown = 0;
    for (const outage of down.filter(({ since }) => now - since.getTime() > PATIENCE_MS)) {
      for (const team of parts.directory().teams.values()) {
        const to = team.standby.find(isUp);
        if (to !== undefined && team.groups.some((g) => appKey(g) === outage.app))
          shown += await place(outage, team, to, isUp);
      }
    }
    return shown;
  };
}

const idOf = (ticket: string, { outage }: Down): string => `${ticket}\n${outage}`;

function rowOf({ _id, ticket, team, address }: Standby, now: Date): OutboxRow {
  return drawRow(`standby:${_id}`, { ticket, place: { card: 'ticket', team }, address }, true, now);
}

/** Where tickets stand besides their team's groups, by ticket. Asks only where a team has a standby group at all. */
export async function standbysOf(
  { store, directory }: Pick<Parts, 'store' | 'directory'>,
  tickets: readonly Pick<Ticket, '_id'>[],
): Promise<ReadonlyMap<string, readonly Standby[]>> {
  const byTicket = new Map<string, Standby[]>();
  if (tickets.length === 0 || ![...directory().teams.values()].some((t) => t.standby.length > 0)) return byTicket;
  for (const standby of await store.standbys.ofTickets(tickets.map(({ _id }) => _id)))
    byTicket.set(standby.ticket, [...(byTicket.get(standby.ticket) ?? []), standby]);
  return byTicket;
}

/** The standby groups in which a place of the ticket has a card as well, as long as they are the team's. */
export function standbyAddresses(
  standbys: readonly Standby[],
  place: Place,
  { groups }: Pick<Directory, 'groups'>,
): readonly Address[] {
  if (place.card !== 'ticket') return [];
  const own = standbys.filter((s) => s.team === place.team && groups.get(addressKey(s.address)) === place.team);
  return own.map((s) => s.address);
}
