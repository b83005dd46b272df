import type { Connection } from 'mongoose';
import { Mixed, collection, isDuplicate, reaching } from './connection.ts';

/** A secret that webhooks are signed with, sealed by the installation's vault. */
export interface HookSecret {
  readonly sealed: string;
  readonly createdAt: Date;
}

/** `out:NAME` signs what a subscription is sent, `in:NAME` proves what a source sends. */
export type HookId = `${'in' | 'out'}:${string}`;

interface HookSecrets {
  /** HookId. */
  readonly _id: string;
  /** Those that are valid, newest first: two during a rotation. */
  readonly secrets: readonly HookSecret[];
}

/** How many secrets of one hook are valid at once. */
const VALID = 2;

/** Secrets of webhooks, in both directions; they stand nowhere else. */
export function hookSecretStore(connection: Connection) {
  const model = collection<HookSecrets>(connection, 'hook_secrets', {
    _id: { type: String, required: true },
    secrets: { type: Mixed },
  });
  return {
    models: [model],
    /** The valid secrets of a hook, newest first; none: nobody made one. */
    of: (hook: HookId): Promise<readonly HookSecret[]> =>
      reaching(async () => (await model.findById(hook).lean<HookSecrets>())?.secrets ?? []),
    /** Makes a secret the newest; the one before stays valid, older ones end. How many are valid now. */
    rotate: (hook: HookId, secret: HookSecret): Promise<number> =>
      reaching(async () => {
        const newest = { $push: { secrets: { $each: [secret], $position: 0, $slice: VALID } } };
        const after = await model
          .findOneAndUpdate({ _id: hook }, newest, { upsert: true, returnDocument: 'after' })
          .lean<HookSecrets>();
        return after?.secrets.length ?? 0;
      }),
    /** Makes the first secret of a hook that has none, so that processes that start together agree; whether it is this one. */
    first: (hook: HookId, secret: HookSecret): Promise<boolean> =>
      reaching(async () => {
        try {
          await model.create({ _id: hook, secrets: [secret] });
          return true;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      }),
    /** Ends every secret but the newest; false when there is none. */
    endOld: (hook: HookId): Promise<boolean> =>
      reaching(async () => {
        const result = await model.updateOne({ _id: hook }, { $push: { secrets: { $each: [], $slice: 1 } } });
        return result.matchedCount === 1;
      }),
  };
}
