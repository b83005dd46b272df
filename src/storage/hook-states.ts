import type { Connection } from 'mongoose';
import { Mixed, collection, isDuplicate, reaching } from './connection.ts';

/** Why nothing is sent to a subscription. */
export interface HookPause {
  readonly at: Date;
  /** `failing` nothing got through for a day · `gone` it answered 410 · `operator` somebody paused it. */
  readonly reason: 'failing' | 'gone' | 'operator';
}

/** How a subscription stands; one without a document is well. */
export interface HookState {
  /** The subscription. */
  readonly _id: string;
  /** When the first of the tries began that failed in a row; null: the last one got through. */
  readonly failingSince: Date | null;
  readonly paused: HookPause | null;
}

/** How subscriptions stand, over all processes. */
export function hookStateStore(connection: Connection) {
  const model = collection<HookState>(connection, 'hook_states', {
    _id: { type: String, required: true },
    failingSince: { type: Date, default: null },
    paused: { type: Mixed, default: null },
  });
  return {
    models: [model],
    all: (): Promise<readonly HookState[]> =>
      reaching(() => model.find({ _id: { $gte: '' } }).lean<readonly HookState[]>()),
    /** A try that began at `at` failed; since when all did. */
    failed: (subscription: string, at: Date): Promise<Date> =>
      reaching(async () => {
        const first = { $set: { failingSince: at }, $setOnInsert: { paused: null } };
        try {
          await model.updateOne({ _id: subscription, failingSince: null }, first, { upsert: true });
        } catch (error) {
          // It fails already.
          if (!isDuplicate(error)) throw error;
        }
        return (await model.findById(subscription).lean<HookState>())?.failingSince ?? at;
      }),
    /** One got through. */
    healed: (subscription: string): Promise<void> =>
      reaching(async () => {
        await model.updateOne({ _id: subscription }, { $set: { failingSince: null } });
      }),
    /** Nothing is sent to it any more; false when that was so already. */
    pause: (subscription: string, pause: HookPause): Promise<boolean> =>
      reaching(async () => {
        const paused = { $set: { paused: pause }, $setOnInsert: { failingSince: null } };
        try {
          const result = await model.updateOne({ _id: subscription, paused: null }, paused, { upsert: true });
          return result.matchedCount + result.upsertedCount === 1;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      }),
    /** It is sent to again, as if nothing had failed; false when it was not paused. */
    resume: (subscription: string): Promise<boolean> =>
      reaching(async () => {
        const well = { $set: { paused: null, failingSince: null } };
        return (await model.updateOne({ _id: subscription, paused: { $ne: null } }, well)).matchedCount === 1;
      }),
  };
}
