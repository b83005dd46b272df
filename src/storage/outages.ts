import type { Connection } from 'mongoose';
import { collection, reaching } from './connection.ts';

/** `auth`: it refused our credentials. */
export type OutageReason = 'no-answer' | 'auth';

/** A time in which a platform app did not answer, from its first failure until what waited is out of the way. */
export interface Outage {
  /** App and moment of the first failure. */
  readonly _id: string;
  /** appKey. */
  readonly app: string;
  readonly since: Date;
  readonly reason: OutageReason;
  /** When it answered again; null: not yet. */
  readonly until: Date | null;
  /** Rows that waited at that moment. */
  readonly waited: number;
  /** What became of them, once that is known. */
  readonly delivered: number;
  readonly givenUp: number;
  /** Whether something is still to be done about it: it lasts, or what waited is not out yet. */
  readonly open: boolean;
}

/** Outages of platforms: kept, so that a restart goes on where the process before it stood. */
export function outageStore(connection: Connection) {
  const text = { type: String, required: true };
  const date = { type: Date, required: true };
  const count = { type: Number, required: true };
  const model = collection<Outage>(
    connection,
    'outages',
    {
      _id: text,
      app: text,
      since: date,
      reason: text,
      until: { type: Date, default: null },
      waited: count,
      delivered: count,
      givenUp: count,
      open: { type: Boolean, required: true },
    },
    [{ fields: { open: 1, since: 1 }, options: { partialFilterExpression: { open: true } } }],
  );
  return {
    models: [model],
    load: (id: string): Promise<Outage | null> => reaching(() => model.findById(id).lean<Outage>()),
    /** Keeps an outage as it stands now. */
    keep: ({ _id, ...rest }: Outage): Promise<void> =>
      reaching(async () => {
        await model.updateOne({ _id }, { $set: rest }, { upsert: true });
      }),
    /** All of which something is still to be done, oldest first. */
    open: (): Promise<Outage[]> => reaching(() => model.find({ open: true }).sort({ since: 1 }).lean<Outage[]>()),
  };
}
