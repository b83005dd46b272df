import type { Connection } from 'mongoose';
import { Mixed, collection, isDuplicate, reaching } from './connection.ts';

interface Setting {
  readonly _id: string;
  readonly hash: string;
  readonly value: unknown;
  readonly version: number;
  readonly at: Date;
}

/** Versioned documents that all processes agree on, such as the imported gongdan.yaml. */
export function settingStore(connection: Connection) {
  const model = collection<Setting>(connection, 'settings', {
    _id: { type: String, required: true },
    hash: { type: String, required: true },
    value: Mixed,
    version: { type: Number, required: true },
    at: { type: Date, required: true },
  });
  return {
    models: [model],
    /** Imports a value by its hash in one conditional write, so that processes that start together agree; true for the one that wrote. */
    import: (name: string, hash: string, value: unknown, at: Date): Promise<boolean> =>
      reaching(async () => {
        const result = await model.updateOne(
          { _id: name, hash: { $ne: hash } },
          { $set: { hash, value, at }, $inc: { version: 1 } },
        );
        if (result.matchedCount === 1) return true;
        if ((await model.exists({ _id: name })) !== null) return false;
        try {
          await model.create({ _id: name, hash, value, version: 1, at });
          return true;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      }),
    /** How often a document changed; 0: there is none. */
    version: (name: string): Promise<number> =>
      reaching(async () => (await model.findById(name, { version: 1 }).lean<Setting>())?.version ?? 0),
    /** The same of several at once; what there is none of is left out. */
    versions: (names: readonly string[]): Promise<ReadonlyMap<string, number>> =>
      reaching(async () => {
        const found = await model.find({ _id: { $in: [...names] } }, { version: 1 }).lean<Setting[]>();
        return new Map(found.map(({ _id, version }) => [_id, version]));
      }),
    /** Counts one more change of what the document stands for. */
    bump: (name: string, at: Date): Promise<void> =>
      reaching(async () => {
        const update = { $inc: { version: 1 }, $set: { at }, $setOnInsert: { hash: '', value: null } };
        await model.updateOne({ _id: name }, update, { upsert: true });
      }),
    /** There is no such document any more. */
    drop: (name: string): Promise<void> =>
      reaching(async () => {
        await model.deleteMany({ _id: name });
      }),
    /** A document with its version; null: there is none. */
    load: (name: string): Promise<{ readonly value: unknown; readonly version: number } | null> =>
      reaching(() => model.findById(name, { value: 1, version: 1 }).lean<Setting>()),
    /** Puts another value in the place of the version that was read; 0: of none. False when somebody else was first. */
    replace: (name: string, version: number, value: unknown, at: Date): Promise<boolean> =>
      reaching(async () => {
        if (version > 0) {
          const update = { $set: { value, at }, $inc: { version: 1 } };
          return (await model.updateOne({ _id: name, version }, update)).matchedCount === 1;
        }
        try {
          const first = { $setOnInsert: { hash: '', value, version: 1, at } };
          return (await model.updateOne({ _id: name }, first, { upsert: true })).upsertedCount === 1;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      }),
    read: (name: string): Promise<unknown> =>
      reaching(async () => (await model.findById(name).lean<Setting>())?.value ?? null),
  };
}
