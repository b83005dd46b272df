import type { Connection, mongo } from 'mongoose';
import { batched } from './batch.ts';
import { countWrite, isDuplicate, reaching } from './connection.ts';

/** A document as far as the driver has to know it. */
interface Known {
  readonly _id: string;
}
export type Filter = mongo.Filter<Known> & Readonly<Record<string, unknown>>;
type Update = Readonly<Record<string, unknown>>;
type Order = Readonly<Record<string, 1 | -1>>;

/** One step of a bulk write. */
export interface Change {
  readonly filter: Filter;
  readonly update: Update;
  readonly upsert?: boolean;
}

/**
 * One collection by the driver alone, for the paths that every ticket takes: documents go in and come out as they are, without the casting
 * that mongoose's models do (half of the time of a short operation). Only for documents that the code itself made.
 */
export interface Rows<T> {
  readonly find: (
    filter: Filter,
    options?: { sort?: Order; limit?: number; projection?: Update; hint?: Order },
  ) => Promise<T[]>;
  readonly findOne: (filter: Filter, options?: { sort?: Order; projection?: Update }) => Promise<T | null>;
  /** Documents as the store keeps them, in lots, without an end: the next lot is under way while one is looked at. */
  readonly raw: (filter: Filter, hint: Order) => AsyncGenerator<readonly Uint8Array[], void, undefined>;
  /** Documents one after another. */
  readonly each: (filter: Filter, options: { sort: Order; hint: Order }) => AsyncGenerator<T, void, undefined>;
  /** Reads one document; calls that come together share one query, so nobody may change what it returns. */
  readonly load: (id: string) => Promise<T | null>;
  /** Inserts; for each row whether it was new. One whose `_id` or another unique key exists stays as it is. */
  readonly add: (rows: readonly T[]) => Promise<readonly boolean[]>;
  /** How many documents the filter met. */
  readonly updateOne: (filter: Filter, update: Update) => Promise<number>;
  readonly updateMany: (filter: Filter, update: Update) => Promise<number>;
  /** How many documents the filters met, all together. */
  readonly bulk: (changes: readonly Change[]) => Promise<number>;
  /** How many there are, at most `limit`. */
  readonly count: (filter: Filter, options?: { limit?: number; hint?: Order }) => Promise<number>;
  /** Takes the document away that each filter meets, if it does. */
  readonly remove: (filters: readonly Filter[]) => Promise<void>;
  /** Puts these in the place of what stands under their `_id` with a lower `v`; what is as new or newer stays. */
  readonly putNewer: (rows: readonly (T & { readonly v: number })[]) => Promise<void>;
}

export function rowsOf<T extends { readonly _id: string }>(connection: Connection, name: string): Rows<T> {
  const rows = (): mongo.Collection<Known> => {
    if (connection.db === undefined) throw new Error('the store is not connected');
    return connection.db.collection<Known>(name);
  };
  const count = (command: string): void => {
    countWrite(connection, command, name);
  };
  const find: Rows<T>['find'] = (filter, options = {}) =>
    reaching(
      async () =>
        (await rows()
          .find(filter, { ...options })
          .toArray()) as T[],
    );

  return {
    find,
    findOne: (filter, options = {}) => reaching(async () => (await rows().findOne(filter, { ...options })) as T | null),
    async *raw(filter, hint) {
      const { db } = connection;
      if (db === undefined) throw new Error('the store is not connected');
      const session = connection.getClient().startSession();
      const options = { session, promoteLongs: false, fieldsAsRaw: { firstBatch: true, nextBatch: true } } as const;
      const ask = async (command: Update): Promise<Lot> =>
        (await reaching(() => db.command(command, options)))['cursor'] as Lot;
      let open: Lot['id'] | null = null;
      try {
        let lot = await ask({ find: name, filter, hint, batchSize: LOT });
        for (;;) {
          const { id, firstBatch, nextBatch = firstBatch ?? [] } = lot;
          open = id.isZero() ? null : id;
          const next = open === null ? null : ask({ getMore: open, collection: name, batchSize: LOT });
          // Not waited for when the reader stops early.
          next?.catch(() => undefined);
          // So that the question is on its way before the reader begins to work.
          await new Promise(setImmediate);
          yield nextBatch;
          if (next === null) return;
          lot = await next;
        }
      } finally {
        if (open !== null) await db.command({ killCursors: name, cursors: [open] }, { session }).catch(() => undefined);
        await session.endSession();
      }
    },
    async *each(filter, options) {
      const cursor = await reaching(async () => rows().find(filter, { ...options, batchSize: LOT }));
      try {
        for (;;) {
          const row = await reaching(() => cursor.next());
          if (row === null) return;
          yield row as unknown as T;
        }
      } finally {
        await cursor.close();
      }
    },
    load: batched(async (ids: readonly string[]) => {
      const [only] = ids;
      if (ids.length === 1 && only !== undefined) return find({ _id: only }, { limit: 1 }).then((r) => [r[0] ?? null]);
      const found = new Map((await find({ _id: { $in: [...new Set(ids)] } })).map((row) => [row._id, row]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    add: (added) =>
      reaching(async () => {
        if (added.length === 0) return [];
        count('insert');
        try {
          await rows().insertMany([...added], { ordered: false });
          return added.map(() => true);
        } catch (error) {
          if (!isDuplicate(error)) throw error;
          const known = duplicates(error);
          return added.map((_, i) => known !== null && !known.has(i));
        }
      }),
    updateOne: (filter, update) =>
      reaching(async () => {
        count('update');
        return (await rows().updateOne(filter, update)).matchedCount;
      }),
    updateMany: (filter, update) =>
      reaching(async () => {
        count('update');
        return (await rows().updateMany(filter, update)).matchedCount;
      }),
    bulk: (changes) =>
      reaching(async () => {
        count('update');
        const result = await rows().bulkWrite(
          changes.map(({ filter, update, upsert = false }) => ({ updateOne: { filter, update, upsert } })),
          { ordered: false },
        );
        return result.matchedCount;
      }),
    count: (filter, options = {}) => reaching(() => rows().countDocuments(filter, { ...options })),
    remove: (filters) =>
      reaching(async () => {
        if (filters.length === 0) return;
        count('delete');
        await rows().bulkWrite(
          filters.map((filter) => ({ deleteOne: { filter } })),
          { ordered: false },
        );
      }),
    putNewer: (put) =>
      reaching(async () => {
        if (put.length === 0) return;
        count('update');
        const replacements = put.map(({ _id, ...replacement }) => ({
          replaceOne: { filter: { _id, v: { $lt: replacement.v } }, replacement, upsert: true },
        }));
        try {
          await rows().bulkWrite(replacements, { ordered: false });
        } catch (error) {
          // The filter does not meet what is as new: then the upsert meets its `_id`.
          if (!isDuplicate(error)) throw error;
          duplicates(error);
        }
      }),
  };
}

/** What the store answers to `find` and `getMore`, the documents as it keeps them: the driver's own cursor reads each of them even then. */
interface Lot {
  readonly id: mongo.Long;
  readonly firstBatch?: readonly Uint8Array[];
  readonly nextBatch?: readonly Uint8Array[];
}

/** Positions of the rows that existed; null: all of them. Throws what is no duplicate. */
function duplicates(error: unknown): ReadonlySet<number> | null {
  const failures =
    typeof error === 'object' && error !== null && 'writeErrors' in error && Array.isArray(error.writeErrors)
      ? (error.writeErrors as { index: number; code: number }[])
      : [];
  if (failures.some(({ code }) => code !== DUPLICATE)) throw error;
  return failures.length === 0 ? null : new Set(failures.map(({ index }) => index));
}

const DUPLICATE = 11_000;
/** Documents that a long reading fetches at a time. */
const LOT = 2_000;
