import type { Connection } from 'mongoose';
import { collection, isDuplicate, reaching } from './connection.ts';

/** Who may do something that only one process may do. The holder moves the beat; whoever sees it stand still may take over. */
export interface Lease {
  readonly _id: string;
  readonly holder: string;
  /** Rises with every take-over: what an older epoch writes misses. */
  readonly epoch: number;
  readonly beat: number;
}

export function leaseStore(connection: Connection) {
  const model = collection<Lease>(connection, 'leases', {
    _id: { type: String, required: true },
    holder: { type: String, default: '' },
    epoch: { type: Number, required: true },
    beat: { type: Number, required: true },
  });
  return {
    models: [model],
    read: (name: string): Promise<Lease | null> => reaching(() => model.findById(name).lean<Lease>()),
    /** Which process delivers for each installation (appKey), or did last; '' once it gave the lease back. */
    deliverers: (): Promise<{ app: string; holder: string }[]> =>
      reaching(async () => {
        const held = await model.find({ _id: { $gte: 'deliver\n', $lt: 'deliver\v' } }).lean<Lease[]>();
        return held.map(({ _id, holder }) => ({ app: _id.slice('deliver\n'.length), holder }));
      }),
    /** Takes a lease that is as it was seen (null: nobody ever held it); null when somebody moved first. */
    take: (name: string, holder: string, seen: Lease | null): Promise<Lease | null> =>
      reaching(async () => {
        if (seen !== null) {
          return model
            .findOneAndUpdate(
              { _id: name, epoch: seen.epoch, beat: seen.beat },
              { $set: { holder }, $inc: { epoch: 1, beat: 1 } },
              { returnDocument: 'after' },
            )
            .lean<Lease>();
        }
        try {
          const first: Lease = { _id: name, holder, epoch: 1, beat: 1 };
          await model.create(first);
          return first;
        } catch (error) {
          if (isDuplicate(error)) return null;
          throw error;
        }
      }),
    /** Moves the beat; false when the lease is somebody else's by now. */
    beat: (lease: Lease): Promise<boolean> =>
      reaching(async () => {
        const result = await model.updateOne({ _id: lease._id, epoch: lease.epoch }, { $inc: { beat: 1 } });
        return result.matchedCount === 1;
      }),
    /** Gives it back, so that the next process need not wait. */
    release: (lease: Lease): Promise<void> =>
      reaching(async () => {
        await model.updateOne({ _id: lease._id, epoch: lease.epoch }, { $set: { holder: '' }, $inc: { beat: 1 } });
      }),
    /** Frees all: for the only process on a store, right after its start. */
    freeAll: (): Promise<void> =>
      reaching(async () => {
        await model.updateMany({}, { $set: { holder: '' }, $inc: { beat: 1 } });
      }),
  };
}

export type LeaseStore = ReturnType<typeof leaseStore>;
