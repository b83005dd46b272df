import type { Connection } from 'mongoose';
import type { ErrorPlace } from '../errors.ts';
import { Mixed, collection, reaching } from './connection.ts';
import { rowsOf } from './rows.ts';

/** Which part of us it happened in. */
export type Where = 'request' | 'event' | 'delivery' | 'loop' | 'job' | 'command';

/** Something that went wrong on our side, under the number that people are shown. */
export interface StoredError {
  /** `E-7F3K2M` */
  readonly _id: string;
  readonly at: Date;
  readonly where: Where;
  /** Route, row of the inbox or outbox, loop, job or verb. */
  readonly what: string;
  /** The inbound id or effect it follows from; null: none. */
  readonly cause: string | null;
  /** Number of the ticket it is about; null: none, or it is not known. */
  readonly ticket: number | null;
  readonly error: ErrorPlace;
}

const MOST = 200;

/** What went wrong, kept for a month so that a number can be followed. */
export function errorStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<StoredError>(
    connection,
    'errors',
    {
      _id: text,
      at: { type: Date, required: true },
      where: text,
      what: text,
      cause: { type: String, default: null },
      ticket: { type: Number, default: null },
      error: Mixed,
    },
    [
      { fields: { at: 1 } },
      { fields: { ticket: 1, at: 1 }, options: { partialFilterExpression: { ticket: { $gt: 0 } } } },
      { fields: { cause: 1, at: 1 }, options: { partialFilterExpression: { cause: { $gt: '' } } } },
    ],
  );
  const rows = rowsOf<StoredError>(connection, 'errors');
  return {
    models: [model],
    /** Keeps one; false when its number is taken. */
    add: async (error: StoredError): Promise<boolean> => (await rows.add([error]))[0] === true,
    load: rows.load,
    /** What went wrong about a ticket, or about one of these causes: the newest 200, oldest first. */
    about: async (ticket: number, causes: readonly string[]): Promise<StoredError[]> => {
      const options = { sort: { at: -1 }, limit: MOST } as const;
      const found = await Promise.all([
        rows.find({ ticket: { $eq: ticket, $gt: 0 } }, options),
        rows.find({ cause: { $in: [...causes], $gt: '' } }, options),
      ]);
      const all = new Map(found.flat().map((error) => [error._id, error]));
      return [...all.values()].toSorted((a, b) => a.at.getTime() - b.at.getTime()).slice(-MOST);
    },
    /** Forgets what is older than `before`; how many. */
    prune: (before: Date): Promise<number> =>
      reaching(async () => (await model.deleteMany({ at: { $lt: before } })).deletedCount),
  };
}
