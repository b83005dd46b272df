import type { Connection } from 'mongoose';
import { collection, isDuplicate, reaching } from './connection.ts';

/** Whom a code is for: whoever becomes an admin by it, or the person whose account it links. One code of each is good at a time. */
export type CodeKey = 'admin' | `person:${string}`;

interface Code {
  readonly _id: CodeKey;
  readonly hash: string;
  readonly expiresAt: Date;
  /** What used it up; null: nothing yet. */
  readonly usedBy: string | null;
}

/** A code that is still good. */
export interface GoodCode {
  readonly key: CodeKey;
  /** The cause that asks has used it up before. */
  readonly again: boolean;
}

/** Codes by which somebody proves who they are, as hashes. */
export function codeStore(connection: Connection) {
  const model = collection<Code>(
    connection,
    'codes',
    {
      _id: { type: String, required: true },
      hash: { type: String, required: true },
      expiresAt: { type: Date, required: true },
      usedBy: { type: String, default: null },
    },
    [{ fields: { hash: 1 } }],
  );
  const good = (hash: string, cause: string, now: Date) => ({
    hash,
    expiresAt: { $gt: now },
    usedBy: { $in: [null, cause] },
  });
  return {
    models: [model],
    /** A new code in place of any other with this key. */
    put: (key: CodeKey, hash: string, expiresAt: Date): Promise<void> =>
      reaching(async () => {
        await model.updateOne({ _id: key }, { $set: { hash, expiresAt, usedBy: null } }, { upsert: true });
      }),
    /** A new code unless one is good already, so that processes that start together agree; whether it is this one. */
    offer: (key: CodeKey, hash: string, expiresAt: Date, now: Date): Promise<boolean> =>
      reaching(async () => {
        const spent = { _id: key, $or: [{ expiresAt: { $lte: now } }, { usedBy: { $ne: null } }] };
        const fresh = { hash, expiresAt, usedBy: null };
        if ((await model.updateOne(spent, { $set: fresh })).matchedCount === 1) return true;
        try {
          await model.create({ _id: key, ...fresh });
          return true;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      }),
    /** Whose code it is; null: it is wrong, late or used. Good also for the cause that used it. */
    find: (hash: string, cause: string, now: Date): Promise<GoodCode | null> =>
      reaching(async () => {
        const found = await model.findOne(good(hash, cause, now)).lean<Code>();
        return found === null ? null : { key: found._id, again: found.usedBy === cause };
      }),
    /** Uses the code up; true also when the same cause used it before. */
    use: (hash: string, cause: string, now: Date): Promise<boolean> =>
      reaching(
        async () => (await model.updateOne(good(hash, cause, now), { $set: { usedBy: cause } })).matchedCount === 1,
      ),
  };
}
