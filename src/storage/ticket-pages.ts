import type { Status } from '../domain/status.ts';
import { STATUSES } from '../domain/status.ts';
import type { Rows } from './rows.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { TicketArchive } from './ticket-archive.ts';

/** What tickets are asked for; what is absent does not matter. */
export interface TicketQuery {
  readonly status?: readonly Status[];
  readonly team?: readonly string[];
  readonly shop?: readonly string[];
  readonly assignee?: readonly string[];
  readonly category?: readonly string[];
  /** As `wordsIn` makes them: all of them. */
  readonly words?: readonly string[];
}

/** Where a page ended: its last moment, and the numbers of the tickets that were told of it. */
export interface PageEnd {
  readonly at: Date;
  readonly told: readonly number[];
}

/** What pages tell of a ticket. */
const TOLD = [
  ...(['_id', 'number', 'shop', 'customer', 'subject', 'category', 'priority', 'tags', 'facts', 'team'] as const),
  ...(['source', 'assignee', 'status', 'wait', 'disposition', 'merged', 'clocks', 'version'] as const),
  ...(['openedAt', 'claimedAt', 'resolvedAt', 'closedAt', 'updatedAt'] as const),
] as const;

/** A ticket of a page. */
export type PageRow = Pick<Ticket, (typeof TOLD)[number]>;

/** What decides by when a ticket's promises are to be kept: little, for it is read of all open tickets while somebody waits. */
const PROMISED = [
  ...(['_id', 'number', 'shop', 'category', 'priority', 'tags', 'team', 'status', 'wait', 'until'] as const),
  ...(['clocks', 'openedAt', 'respondedAt'] as const),
] as const;
/** And of its terms. */
const OF_TERMS = ['version', 'nonstop', 'penaltyMs'] as const;
/** What else has to do with its promises. */
const TIMED = [
  ...PROMISED,
  ...(['terms', 'misses', 'took', 'reopens', 'reminders', 'nextDueAt', 'dueToken', 'updatedAt'] as const),
] as const;

export type PromisedRow = Pick<Ticket, (typeof PROMISED)[number]> & {
  readonly terms: Pick<Ticket['terms'], (typeof OF_TERMS)[number]>;
};
/** A ticket as far as its promises go. */
export type TimedRow = Pick<Ticket, (typeof TIMED)[number]>;

const only = (fields: readonly string[]): Readonly<Record<string, 1>> =>
  Object.fromEntries(fields.map((field) => [field, 1]));
const PROMISED_ONLY = only([...PROMISED, ...OF_TERMS.map((field) => `terms.${field}`)]);
const TIMED_ONLY = only(TIMED);

/** Where a walk over open tickets is: everything before this is behind it. */
export interface WalkedTo {
  readonly status: Status;
  readonly openedAt: Date;
  /** Numbers of the tickets of that very moment that it has seen. */
  readonly seen: readonly number[];
}

/** Named rather than left out: the embedded store then builds little. */
const PROJECTION = Object.fromEntries(TOLD.map((field) => [field, 1]));

/**
 * A query as the store is asked: by conditions that an index has in the order of the pages. There the status stands between most of them
 * and the moment of opening, so every status is as good as none. What is tested at least cost comes first.
 */
export function filterOf({ words, status, ...rest }: TicketQuery): Record<string, unknown> {
  const filter: Record<string, unknown> = {};
  if (status !== undefined || words === undefined) filter['status'] = { $in: status ?? STATUSES };
  for (const [key, values] of Object.entries(rest)) if (values !== undefined) filter[key] = { $in: values };
  // The longest word is the rarest, mostly.
  if (words !== undefined) filter['words'] = { $all: words.toSorted((a, b) => b.length - a.length) };
  return filter;
}

/** The same query of the archive, where every ticket is closed; null: none of it is asked for. */
export function oldFilterOf({ status, ...rest }: TicketQuery): Record<string, unknown> | null {
  if (status !== undefined && !status.includes('closed')) return null;
  const { status: _every, ...filter } = filterOf(rest);
  return filter;
}

const behind = (status: Status, after: WalkedTo | null) => ({
  status,
  ...(after === null ? {} : { openedAt: { $gte: after.openedAt }, number: { $nin: [...after.seen] } }),
});

/** Pages of tickets, for programs that read them all. */
export function ticketPages(archive: Pick<TicketArchive, 'both'>) {
  return {
    /** Newest first, after the end of the page before; tickets of one moment in no order. */
    page: (query: TicketQuery, after: PageEnd | null, limit: number): Promise<readonly PageRow[]> => {
      const from = after === null ? {} : { openedAt: { $lte: after.at }, number: { $nin: [...after.told] } };
      const old = oldFilterOf(query);
      return archive.both<PageRow>({ ...filterOf(query), ...from }, old === null ? null : { ...old, ...from }, {
        sort: { openedAt: -1 },
        limit,
        projection: PROJECTION,
      });
    },
  };
}

/** Open tickets as far as their promises go, for whoever walks over all of them. */
export function openPages(rows: Pick<Rows<Ticket & { relay: boolean; words?: readonly string[] }>, 'find'>) {
  return {
    /** Tickets of one status as far as their promises go, oldest first, behind where a walk is; null: from the first. */
    timed: (status: Status, after: WalkedTo | null, limit: number): Promise<readonly TimedRow[]> =>
      rows.find(behind(status, after), { sort: { openedAt: 1 }, limit, projection: TIMED_ONLY }),

    /** The same, of each as little as decides by when they are to be kept. */
    promised: (status: Status, after: WalkedTo | null, limit: number): Promise<readonly PromisedRow[]> =>
      rows.find(behind(status, after), { sort: { openedAt: 1 }, limit, projection: PROMISED_ONLY }),
  };
}
