import type { Connection } from 'mongoose';
import type { Ticket } from '../domain/ticket.ts';
import { collection, reaching } from './connection.ts';
import { rowsOf, type Filter, type Rows } from './rows.ts';

/** A ticket as stored: `relay` marks that effects are waiting, `words` are what it is found by. */
export type Stored = Ticket & { relay: boolean; words?: readonly string[] };
/** `moving`: it is on its way here or back, and may stand among the hot ones as well. */
type Archived = Stored & { moving?: true };

/** The collections in which tickets stand, of one shape: those at work, and those that were closed long ago. */
export const TICKETS = ['tickets', 'tickets_archive'] as const;

type Opened = Pick<Ticket, '_id' | 'openedAt'>;
interface Asked {
  readonly sort: { readonly openedAt: 1 | -1 };
  readonly limit: number;
  readonly projection: Readonly<Record<string, unknown>>;
}

/**
 * Tickets that were closed long ago, so that the indexes of those at work stay small. What is in both is as the hot one says.
 *
 * A copy here is made before the hot one goes, and the hot one goes only in the version that was copied. What comes back does so as one
 * insert of its next version, before the copy goes, and only in the version that was copied. So whoever is cut between two steps, or works
 * at the same time, leaves at worst a copy too many, marked `moving`, that the next `archive` takes away.
 */
export function ticketArchive(connection: Connection, hot: Rows<Stored>) {
  const [, name] = TICKETS;
  const known = (field: string) => ({ partialFilterExpression: { [field]: { $gt: '' } } });
  // The documents go in and out as the hot ones are; only what the indexes and the forgetting need is said here.
  const model = collection<Archived>(
    connection,
    name,
    { _id: { type: String, required: true }, number: { type: Number, required: true }, moving: Boolean },
    [
      { fields: { number: 1 }, options: { unique: true } },
      { fields: { openedAt: 1 } },
      { fields: { team: 1, openedAt: 1 } },
      { fields: { assignee: 1, openedAt: 1 } },
      { fields: { category: 1, openedAt: 1 } },
      { fields: { words: 1, openedAt: 1 } },
      { fields: { 'customer.account': 1, openedAt: -1 }, options: known('customer.account') },
      { fields: { moving: 1 }, options: { partialFilterExpression: { moving: true } } },
    ],
  );
  const old = rowsOf<Archived>(connection, name);

  /** Takes away what steps that were cut left twice, and the marks of what has arrived. */
  const settle = async (limit: number): Promise<void> => {
    const moving = await old.find({ moving: true }, { limit, projection: { version: 1 } });
    if (moving.length === 0) return;
    const among = { _id: { $in: moving.map(({ _id }) => _id) } };
    const versions = new Map((await hot.find(among, { projection: { version: 1 } })).map((t) => [t._id, t.version]));
    const is = (copy: Archived, compared: (hotVersion: number) => boolean): boolean => {
      const version = versions.get(copy._id);
      return version !== undefined && compared(version);
    };
    const same = moving.filter((t) => is(t, (version) => version === t.version));
    const left = moving.filter((t) => is(t, (version) => version > t.version));
    await hot.remove(same.map(({ _id, version }) => ({ _id, version })));
    await old.remove(left.map(({ _id, version }) => ({ _id, version })));
    const gone = new Set(left);
    const arrived = moving.filter((t) => !gone.has(t)).map(({ _id }) => _id);
    if (arrived.length > 0) await old.updateMany({ _id: { $in: arrived }, moving: true }, { $unset: { moving: true } });
  };

  /** Copies what may go; those of the hot ones that now stand here as they are. */
  const copied = async (found: readonly Stored[]): Promise<readonly Stored[]> => {
    const added = await old.add(found.map((ticket) => ({ ...ticket, moving: true })));
    const there = found.filter((_t, i) => added[i] !== true).map(({ _id }) => _id);
    if (there.length === 0) return found;
    const copies = await old.find({ _id: { $in: there } }, { projection: { version: 1 } });
    const versions = new Map(copies.map(({ _id, version }) => [_id, version]));
    // Left from an earlier life: it makes room, and the ticket follows next time.
    const stale = found.flatMap(({ _id, version }) => {
      const copy = versions.get(_id);
      return copy !== undefined && copy < version ? [{ _id, version: copy }] : [];
    });
    await old.remove(stale);
    return found.filter((t, i) => added[i] === true || versions.get(t._id) === t.version);
  };

  return {
    model,

    /** What is found among the hot ones, else here. Looked for once more, for it may have come back in between. */
    either: async <T>(look: (rows: Rows<Stored>) => Promise<T | null>): Promise<T | null> =>
      (await look(hot)) ?? (await look(old)) ?? (await look(hot)),

    old,

    /** Of the hot ones and, where `oldOnes` is a filter, of those here: the first in order of their opening. Hot first, so that none is missed. */
    both: async <T extends Opened>(hotOnes: Filter, oldOnes: Filter | null, asked: Asked): Promise<T[]> => {
      const first = (await hot.find(hotOnes, asked)) as readonly Opened[] as readonly T[];
      if (oldOnes === null) return [...first];
      const seen = new Set(first.map(({ _id }) => _id));
      const second = ((await old.find(oldOnes, asked)) as readonly Opened[] as readonly T[]).filter(
        (t) => !seen.has(t._id),
      );
      const { openedAt: order } = asked.sort;
      const all = [...first, ...second].toSorted((a, b) => order * (a.openedAt.getTime() - b.openedAt.getTime()));
      return all.slice(0, asked.limit);
    },

    /** Brings a ticket back that stands here in this version: `insert` puts the next one among the hot ones. False: it does not, or another was first. */
    comesBack: async (before: Pick<Ticket, '_id' | 'version'>, insert: () => Promise<boolean>): Promise<boolean> => {
      const { _id, version } = before;
      if ((await old.updateOne({ _id, version }, { $set: { moving: true } })) === 0) return false;
      if (!(await insert())) return false;
      await old.remove([{ _id, version }]);
      return true;
    },

    /** Moves tickets here that were closed before a moment and of which nothing is awaited, the longest ago first; how many there were, at most `limit`. */
    archive: (before: Date, limit: number): Promise<number> =>
      reaching(async () => {
        await settle(limit);
        const found = await hot.find(
          { status: 'closed', closedAt: { $lt: before }, relay: { $ne: true }, nextDueAt: null },
          { sort: { closedAt: 1 }, limit },
        );
        if (found.length === 0) return 0;
        await hot.remove((await copied(found)).map(({ _id, version }) => ({ _id, version })));
        await settle(limit);
        return found.length;
      }),
  };
}

export type TicketArchive = ReturnType<typeof ticketArchive>;
