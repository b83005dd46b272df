import type { Connection } from 'mongoose';
import type { TicketRef } from '../domain/ticket.ts';
import { Mixed, collection } from './connection.ts';
import { rowsOf } from './rows.ts';

/** Something that stands out, from when it was found until it has been calm for a while. */
export interface Anomaly {
  /** What, and when it was found. */
  readonly _id: string;
  /** What it is about: see `src/flow/anomaly-key.ts`. */
  readonly key: string;
  readonly team: string;
  readonly open: boolean;
  readonly since: Date;
  /** When it was looked at last. */
  readonly at: Date;
  /** Since when it has been calm; null: it is not. */
  readonly calmSince: Date | null;
  /** Tickets in `windowMs`, or how long somebody takes (ms). */
  readonly count: number;
  readonly usual: number;
  readonly by: 'weeks' | 'days';
  readonly windowMs: number;
  /** The newest of its tickets. */
  readonly tickets: readonly TicketRef[];
  /** What its card shows; empty: nothing yet. */
  readonly shown: string;
}

export function anomalyStore(connection: Connection) {
  const text = { type: String, required: true };
  const date = { type: Date, required: true };
  const number = { type: Number, required: true };
  const model = collection<Anomaly>(
    connection,
    'anomalies',
    {
      _id: text,
      key: text,
      team: text,
      open: { type: Boolean, required: true },
      since: date,
      at: date,
      calmSince: { type: Date, default: null },
      count: number,
      usual: number,
      by: text,
      windowMs: number,
      tickets: { type: Mixed },
      shown: { type: String, default: '' },
    },
    [{ fields: { at: 1 } }, { fields: { open: 1 }, options: { partialFilterExpression: { open: true } } }],
  );
  const rows = rowsOf<Anomaly>(connection, 'anomalies');
  return {
    models: [model],
    load: rows.load,
    /** Those that are open, and those that were looked at since a moment. */
    recent: async (at: Date): Promise<readonly Anomaly[]> => {
      const found = await Promise.all([rows.find({ open: true }), rows.find({ at: { $gte: at } })]);
      return [...new Map(found.flat().map((a) => [a._id, a])).values()];
    },
    keep: async ({ _id, ...rest }: Anomaly): Promise<void> => {
      await rows.bulk([{ filter: { _id }, update: { $set: rest }, upsert: true }]);
    },
    /** Forgets those that nobody looked at since. */
    prune: async (before: Date): Promise<void> => {
      const old = await rows.find({ at: { $lt: before } }, { projection: { _id: 1 } });
      await rows.remove(old.map(({ _id }) => ({ _id })));
    },
  };
}
