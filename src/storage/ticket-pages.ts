import type { Status } from '../domain/status.ts';
import { STATUSES } from '../domain/status.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { TicketRow } from '../../commands/command.ts';
import type { Rows } from './rows.ts';
import { wordsOf } from '../domain/words.ts';

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

/** A ticket of a page. */
export type PageRow = Omit<TicketRow, 'quotes'>;

/** Everything but what only the full ticket shows. */
const WITHOUT = { history: 0, pending: 0, description: 0, relay: 0, words: 0, quotes: 0 } as const;

/** Conditions whose index goes on with the moment of opening; in the others the status stands between. */
const INDEXED: ReadonlySet<keyof TicketQuery> = new Set(['words', 'category']);

/** A query as the store is asked: by conditions that an index has in the order of the pages. Every status is as good as none. */
export function filterOf(query: TicketQuery): Record<string, unknown> {
  const { words, status, ...rest } = query;
  const given = Object.entries(rest).filter(([, values]) => values !== undefined);
  // The longest word is the rarest, mostly.
  const all = words?.toSorted((a, b) => b.length - a.length);
  const filter: Record<string, unknown> = Object.fromEntries(given.map(([key, values]) => [key, { $in: values }]));
  if (all !== undefined) filter['words'] = { $all: all };
  const isIndexed = given.some(([key]) => INDEXED.has(key as keyof TicketQuery)) || all !== undefined;
  if (status !== undefined || !isIndexed) filter['status'] = { $in: status ?? STATUSES };
  return filter;
}

/** Pages of tickets, for programs that read them all. */
export function ticketPages(rows: Rows<Ticket & { relay: boolean; words?: readonly string[] }>) {
  return {
    /** Newest first, after the end of the page before; tickets of one moment in no order. */
    page: (query: TicketQuery, after: PageEnd | null, limit: number): Promise<readonly PageRow[]> =>
      rows.find(
        {
          ...filterOf(query),
          ...(after === null ? {} : { openedAt: { $lte: after.at }, number: { $nin: [...after.told] } }),
        },
        { sort: { openedAt: -1 }, limit, projection: WITHOUT },
      ),

    /** Gives tickets that were stored without them the words they are found by; how many, at most `limit`. Again until it is none. */
    keepWords: async (limit: number): Promise<number> => {
      const without = await rows.find({ words: { $exists: false } }, { limit });
      if (without.length === 0) return 0;
      return rows.bulk(
        without.map((t) => ({ filter: { _id: t._id, version: t.version }, update: { $set: { words: wordsOf(t) } } })),
      );
    },
  };
}
