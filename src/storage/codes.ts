import type { Connection } from 'mongoose';
import { collection, isDuplicate, reaching } from './connection.ts';

interface Code {
  readonly _id: string;
  readonly hash: string;
  readonly expiresAt: Date;
  /** What used it up; null: nothing yet. */
  readonly usedBy: string | null;
}

const ADMIN = 'admin';

/** The one code that makes the first admin, as a hash. */
export function codeStore(connection: Connection) {
  const model = collection<Code>(connection, 'codes', {
    _id: { type: String, required: true },
    hash: { type: String, required: true },
    expiresAt: { type: Date, required: true },
    usedBy: { type: String, default: null },
  });
  return {
    models: [model],
    /** A new code in place of any other. */
    put: (hash: string, expiresAt: Date): Promise<void> =>
      reaching(async () => {
        await model.updateOne({ _id: ADMIN }, { $set: { hash, expiresAt, usedBy: null } }, { upsert: true });
      }),
    /** A new code unless one is good already, so that processes that start together agree; whether it is this one. */
    offer: (hash: string, expiresAt: Date, now: Date): Promise<boolean> =>
      reaching(async () => {
        const spent = { _id: ADMIN, $or: [{ expiresAt: { $lte: now } }, { usedBy: { $ne: null } }] };
        const fresh = { hash, expiresAt, usedBy: null };
        if ((await model.updateOne(spent, { $set: fresh })).matchedCount === 1) return true;
        try {
          await model.create({ _id: ADMIN, ...fresh });
          return true;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      }),
    /** Uses the code up; true also when the same cause used it before. */
    use: (hash: string, cause: string, now: Date): Promise<boolean> =>
      reaching(async () => {
        const good = { _id: ADMIN, hash, expiresAt: { $gt: now }, usedBy: { $in: [null, cause] } };
        return (await model.updateOne(good, { $set: { usedBy: cause } })).matchedCount === 1;
      }),
  };
}
