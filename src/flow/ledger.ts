import { appKey, type Address } from '../domain/address.ts';
import type { Place } from '../domain/effect.ts';
import { OPEN } from '../domain/status.ts';
import { isUrgent, MOST_BOARDS, waitsIn } from '../domain/surge.ts';
import { ticketName, type Ticket } from '../domain/ticket.ts';
import { boardOf, listOf, type Surface } from '../storage/surfaces.ts';
import type { Parts } from './parts.ts';
import { slotOf } from './places.ts';
import { drawRow } from './row.ts';

/** What is wrong with where a ticket stands in one group. */
export type Fault =
  /** It stands nowhere, though it waits for somebody. */
  | 'missing'
  /** It stands on a list or board, though nobody has to take it there. */
  | 'stale'
  /** It is urgent and has no card of its own. */
  | 'coalesced'
  /** What it stands on is not what its entry says. */
  | 'torn';

export interface LedgerFault {
  readonly fault: Fault;
  readonly ticket: string;
  readonly place: Place;
  readonly group: Address;
  readonly slot: string;
}

/** The ledger's rule for one entry: every open ticket is in exactly one place of each of its team's groups. Null: it is so. */
export function faultIn(ticket: Ticket, team: string, entry: Surface | null): Fault | null {
  const state = entry === null || entry.state === 'gone' ? null : entry.state;
  const isListed = state === 'waiting' || state === 'row';
  if (entry !== null && isListed !== (entry.stand !== null)) return 'torn';
  if (!waitsIn(ticket, team) || !OPEN.has(ticket.status)) return isListed ? 'stale' : null;
  if (state === null || state === 'off') return 'missing';
  return isListed && isUrgent(ticket) ? 'coalesced' : null;
}

/** Looks at one ticket in all groups of its team that can be reached, and in those it may have left. */
export async function faultsOf(
  parts: Pick<Parts, 'store' | 'directory' | 'adapters'>,
  ticket: Ticket,
): Promise<LedgerFault[]> {
  const { teams } = parts.directory();
  const groups = ticket.places.flatMap((place) =>
    place.card !== 'ticket'
      ? []
      : (teams.get(place.team)?.groups ?? [])
          .filter((group) => parts.adapters.has(appKey(group)))
          .map((group) => ({ place, group, slot: slotOf(place, ticket._id, group) })),
  );
  const found = await Promise.all(
    groups.map(async ({ place, group, slot }) => {
      const fault = faultIn(ticket, place.team, await parts.store.surfaces.newest(slot));
      return fault === null ? null : { fault, ticket: ticket._id, place, group, slot };
    }),
  );
  return found.filter((f) => f !== null);
}

/** Unclaimed tickets that one audit looks at. */
const BATCH = 1_000;
/** What changed so recently is on its way. */
const SETTLED_MS = 60_000;

/** Looks at a part of the ledger, the next part each time; puts right what is wrong and says so. How many faults there were. */
export function createAudit(parts: Parts): () => Promise<number> {
  const { store, clock, ids, meter } = parts;
  let from = new Date(0);

  /** Drawing the ticket in its group again puts it where it belongs. */
  const repair = async ({ fault, place, group }: LedgerFault, ticket: Ticket): Promise<void> => {
    const at = { ticket: ticket._id, place, address: group };
    const row = drawRow(`audit:${ids.next()}`, at, isUrgent(ticket), clock.now());
    await store.outbox.add([row]);
    meter.alarm('ledger', { fault, ticket: ticketName(ticket), cause: row._id });
  };

  const auditOf = async (tickets: readonly Ticket[]): Promise<number> => {
    const settled = clock.now().getTime() - SETTLED_MS;
    const quiet = tickets.filter((t) => t.updatedAt.getTime() < settled && t.pending.length === 0);
    const faults = (await Promise.all(quiet.map((t) => faultsOf(parts, t)))).flat();
    if (faults.length === 0) return 0;
    // What is about to be drawn is being put right already.
    const drawn = await store.outbox.heads(faults.map((f) => f.slot));
    const left = faults.filter((f) => !drawn.has(f.slot));
    const looked = new Map(quiet.map((t) => [t._id, t]));
    for (const fault of left) {
      const ticket = looked.get(fault.ticket);
      if (ticket !== undefined) await repair(fault, ticket);
    }
    return left.length;
  };

  /** What stands on lists and boards although nobody has to take it there. */
  const listed = async (): Promise<readonly Ticket[]> => {
    const rooms = (await Promise.all([...parts.adapters.keys()].map((app) => store.rooms.ofApp(app)))).flat();
    const stands = rooms.flatMap(({ _id }) => [
      listOf(_id),
      ...Array.from({ length: MOST_BOARDS }, (_, i) => boardOf(_id, i + 1)),
    ]);
    const entries = (await Promise.all(stands.map((stand) => store.surfaces.standing(stand, BATCH)))).flat();
    const tickets = await Promise.all(entries.map((e) => store.tickets.load(e.ticket)));
    return tickets.filter((t) => t !== null && t.status !== 'new') as readonly Ticket[];
  };

  return async () => {
    const unclaimed = await store.tickets.unclaimedFrom(from, BATCH);
    const last = unclaimed.at(-1)?.openedAt;
    const isEnd = unclaimed.length < BATCH || last === undefined;
    // Tickets of one millisecond that do not fit into one part are looked at in the next round.
    from = isEnd ? new Date(0) : last > from ? last : new Date(from.getTime() + 1);
    return (await auditOf(unclaimed)) + (await auditOf(await listed()));
  };
}
