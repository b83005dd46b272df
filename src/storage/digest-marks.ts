import type { Connection } from 'mongoose';
import { collection, reaching } from './connection.ts';

/** Which digests somebody has got. */
export interface DigestMark {
  /** Whose figures, and who reads them: `team:aftersale\ndirect address`. */
  readonly _id: string;
  /** Keys of the newest, at most 40. */
  readonly told: readonly string[];
  /** Where the last day's digest ended; null: there was none. */
  readonly last: Date | null;
}

/** Kept per reader: a few days' worth, so that none is sent twice when the clock is set back. */
const MOST = 40;

/** One row for everybody who gets digests; posts themselves are forgotten sooner than the month for which they stand. */
export function digestMarkStore(connection: Connection) {
  const model = collection<DigestMark>(connection, 'digest_marks', {
    _id: { type: String, required: true },
    told: [String],
    last: { type: Date, default: null },
  });
  return {
    models: [model],
    /** Those that there are, by id. */
    load: (ids: readonly string[]): Promise<ReadonlyMap<string, DigestMark>> =>
      reaching(async () => {
        const found = await model.find({ _id: { $in: [...ids] } }).lean<DigestMark[]>();
        return new Map(found.map((mark) => [mark._id, mark]));
      }),
    /** Notes that one was sent; `last`: where it ended, if it was a day's. */
    note: (id: string, key: string, last: Date | null): Promise<unknown> =>
      reaching(() =>
        model.updateOne(
          { _id: id },
          { $push: { told: { $each: [key], $slice: -MOST } }, ...(last !== null && { $set: { last } }) },
          { upsert: true },
        ),
      ),
  };
}
