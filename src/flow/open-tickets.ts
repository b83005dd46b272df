import { OPEN, type Status } from '../domain/status.ts';
import type { WalkedTo } from '../storage/ticket-pages.ts';

/** Tickets that are read at once. */
const PAGE = 2_000;

const STATUSES: readonly Status[] = [...OPEN];

/** A ticket as far as the walk has to know it. */
interface Walkable {
  readonly number: number;
  readonly openedAt: Date;
}

/** Reads tickets of one status, oldest first, behind where a walk is. */
export type ReadOpen<T extends Walkable> = (
  status: Status,
  after: WalkedTo | null,
  limit: number,
) => Promise<readonly T[]>;

/** Some open tickets, and where the walk is behind them; null: it is at its end. */
export interface Walked<T> {
  readonly tickets: readonly T[];
  readonly at: WalkedTo | null;
}

/**
 * Open tickets page by page in the order of an index, from where a walk was. The next page is read while this one is worked on. A ticket
 * whose status changes meanwhile may be passed over, or come twice.
 */
export async function* openTickets<T extends Walkable>(
  read: ReadOpen<T>,
  from: WalkedTo | null = null,
  page = PAGE,
): AsyncGenerator<Walked<T>> {
  let ahead: Promise<Walked<T>> | null = openPage(read, from, page);
  while (ahead !== null) {
    const walked: Walked<T> = await ahead;
    ahead = walked.at === null ? null : openPage(read, walked.at, page);
    // Whoever stops here leaves it unread.
    ahead?.catch(() => undefined);
    yield walked;
  }
}

/** The open tickets behind where a walk was. */
export async function openPage<T extends Walkable>(
  read: ReadOpen<T>,
  from: WalkedTo | null,
  page: number,
): Promise<Walked<T>> {
  for (const status of STATUSES.slice(from === null ? 0 : STATUSES.indexOf(from.status))) {
    const after = from?.status === status ? from : null;
    const found = await read(status, after, page);
    const last = found.at(-1);
    if (last === undefined) continue;
    return { tickets: found, at: { status, openedAt: last.openedAt, seen: seenAt(found, last.openedAt, after) } };
  }
  return { tickets: [], at: null };
}

/** Further pages begin with the same moment: what of it was seen already. */
function seenAt(found: readonly Walkable[], at: Date, after: WalkedTo | null): readonly number[] {
  const same = found.filter(({ openedAt }) => openedAt.getTime() === at.getTime()).map(({ number }) => number);
  return after?.openedAt.getTime() === at.getTime() ? [...after.seen, ...same] : same;
}
