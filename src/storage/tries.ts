import type { Connection } from 'mongoose';
import { collection, isDuplicate, reaching } from './connection.ts';

/** How often an account was wrong about a code. */
export interface Tries {
  /** accountKey. */
  readonly _id: string;
  readonly wrong: number;
  readonly lockedUntil: Date | null;
  /** The inbox row of the latest one: worked twice it counts once. */
  readonly cause: string;
}

export function tryStore(connection: Connection) {
  const model = collection<Tries>(connection, 'tries', {
    _id: { type: String, required: true },
    wrong: { type: Number, required: true },
    lockedUntil: { type: Date, default: null },
    cause: { type: String, required: true },
  });
  const read = (account: string): Promise<Tries | null> => reaching(() => model.findById(account).lean<Tries>());
  return {
    models: [model],
    read,
    /** Counts one more; how many there are since the last lock. */
    wrong: async (account: string, cause: string): Promise<number> => {
      await reaching(async () => {
        const more = { $inc: { wrong: 1 }, $set: { cause }, $setOnInsert: { lockedUntil: null } };
        try {
          await model.updateOne({ _id: account, cause: { $ne: cause } }, more, { upsert: true });
        } catch (error) {
          if (!isDuplicate(error)) throw error;
        }
      });
      return (await read(account))?.wrong ?? 0;
    },
    /** Starts again from none, not before `lockedUntil`. */
    reset: (account: string, lockedUntil: Date | null): Promise<void> =>
      reaching(async () => {
        await model.updateOne({ _id: account }, { $set: { wrong: 0, lockedUntil } });
      }),
  };
}
