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
  readonly find: (filter: Filter, options?: { sort?: Order; limit?: number; projection?: Update }) => Promise<T[]>;
  readonly findOne: (filter: Filter, options?: { sort?: Order; projection?: Update }) => Promise<T | null>;
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
  readonly count: (filter: Filter, options?: { limit?: number }) => Promise<number>;
  /** Takes the document away that each filter meets, if it does. */
  readonly remove: (filters: readonly Filter[]) => Promise<void>;
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
  };
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
