import type { Connection } from 'mongoose';
import type { Row } from '../domain/figures.ts';
import type { Window } from '../domain/figure.ts';
import type { Tally } from '../domain/tally.ts';
import { EPOCH, Mixed, collection } from './connection.ts';
import { rowsOf } from './rows.ts';
import { everythingIn, type TallyFilter, type TallyQuery } from './tally-query.ts';
import { TallyReader } from './tally-reader.ts';

/** Where a page ended: the moment that it is ordered by, and the ids of the tickets of that moment that were told. */
export interface TallyPageEnd {
  readonly at: Date;
  readonly told: readonly string[];
}

/** What is looked at where tickets are only counted. */
const OPENED = {
  number: 1,
  openedAt: 1,
  team: 1,
  category: 1,
  shop: 1,
  region: 1,
  assignee: 1,
  resolver: 1,
  firstMs: 1,
} as const;
export type OpenedTally = Pick<Tally, '_id' | keyof typeof OPENED>;

/** Per ticket the one document that figures are counted from; it stays when the ticket is archived. */
export function tallyStore(connection: Connection) {
  const text = { type: String, required: true };
  const date = { type: Date, required: true };
  const count = { type: Number, required: true };
  const flag = { type: Boolean, required: true };
  const model = collection<Tally>(
    connection,
    'tallies',
    {
      _id: text,
      v: count,
      number: count,
      touchedAt: date,
      openedAt: date,
      open: flag,
      status: text,
      team: text,
      shop: text,
      category: { type: String, default: null },
      source: text,
      priority: text,
      assignee: { type: String, default: null },
      resolver: { type: String, default: null },
      respondedAt: { type: Date, default: null },
      firstMs: { type: Number, default: null },
      resolveMs: { type: Number, default: null },
      done: { type: Mixed },
      misses: { type: Mixed },
      overdue: { type: Date, default: null },
      reopens: [Date],
      passes: count,
      nudges: count,
      merged: flag,
      resolvedAt: { type: Date, default: null },
      closedAt: { type: Date, default: null },
      language: text,
      rules: [String],
      region: { type: String, default: null },
    },
    [
      { fields: { touchedAt: 1 } },
      { fields: { openedAt: 1 } },
      { fields: { open: 1, openedAt: 1 }, options: { partialFilterExpression: { open: true } } },
      { fields: { overdue: 1 }, options: { partialFilterExpression: { overdue: { $gt: EPOCH } } } },
    ],
  );
  const rows = rowsOf<Tally>(connection, 'tallies');

  return {
    models: [model],

    /** Keeps tallies; one that was made of a newer version of its ticket stays. */
    keep: (tallies: readonly Tally[]): Promise<void> => rows.putNewer(tallies),

    withIds: (ids: readonly string[]): Promise<readonly Tally[]> => rows.find({ _id: { $in: [...ids] } }),

    /** When the first ticket was opened; null: there was none. */
    begin: async (): Promise<Date | null> =>
      (await rows.findOne({ openedAt: { $gt: EPOCH } }, { sort: { openedAt: 1 } }))?.openedAt ?? null,

    /** Shows every row that figures of a window are counted from, each good only for the call: none is kept in memory. */
    scan: async (window: Pick<Window, 'from'>, see: (row: Row) => void): Promise<void> => {
      const reader = new TallyReader();
      for (const { filter, hint } of everythingIn(window))
        for await (const lot of rows.raw(filter, hint)) for (const bytes of lot) see(reader.read(bytes));
    },

    /** The tickets that opened in a stretch of time, `to` not in it, oldest first. */
    openedIn: (from: Date, to: Date, limit: number): Promise<readonly OpenedTally[]> =>
      rows.find(
        { openedAt: { $gte: from, $lt: to } },
        { sort: { openedAt: 1 }, limit, hint: { openedAt: 1 }, projection: OPENED },
      ),

    count: async ({ parts }: TallyQuery): Promise<number> => {
      const counts = await Promise.all(parts.map(({ filter, hint }) => rows.count(filter, { hint })));
      return counts.reduce((sum, n) => sum + n, 0);
    },

    /** A page of the tickets behind a figure, after the end of the page before. */
    page: async (
      { parts, by, order }: TallyQuery,
      after: TallyPageEnd | null,
      limit: number,
    ): Promise<readonly Tally[]> => {
      const found = await Promise.all(
        parts.map(({ filter, hint }) =>
          rows.find(from(filter, by, order, after), { sort: { [by]: order }, limit, hint }),
        ),
      );
      const at = (t: Tally): number => t[by]?.getTime() ?? 0;
      return found
        .flat()
        .toSorted((a, b) => order * (at(a) - at(b)))
        .slice(0, limit);
    },

    /** All of them, one after another: for a file. */
    each: async function* ({ parts, by, order }: TallyQuery): AsyncGenerator<Tally, void, undefined> {
      for (const { filter, hint } of parts) yield* rows.each(filter, { sort: { [by]: order }, hint });
    },
  };
}

/** A filter from the end of a page on. */
function from(part: TallyFilter, by: string, order: 1 | -1, after: TallyPageEnd | null): TallyFilter {
  if (after === null) return part;
  const known = part[by];
  const range = typeof known === 'object' && known !== null ? known : {};
  const on = order === 1 ? { $gte: after.at } : { $lte: after.at };
  return { ...part, [by]: { ...range, ...on }, _id: { $nin: [...after.told] } };
}

/** Where a page ends, so that the next one goes on there; null: it is empty. */
export function endOf({ by }: TallyQuery, page: readonly Tally[], before: TallyPageEnd | null): TallyPageEnd | null {
  const at = page.at(-1)?.[by];
  if (at === undefined || at === null) return null;
  const told = page.filter((t) => t[by]?.getTime() === at.getTime()).map((t) => t._id);
  const still = before !== null && before.at.getTime() === at.getTime() ? before.told : [];
  return { at, told: [...still, ...told] };
}
