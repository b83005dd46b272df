import type { Connection } from 'mongoose';
import type { InboundMessage } from '../../adapters/adapter.ts';
import { EPOCH, Mixed, collection, reaching } from './connection.ts';
import { rowsOf } from './rows.ts';

/** One message that said nothing of a matter yet: its inbox row, what came in, and when. */
export interface Held {
  readonly row: string;
  readonly event: InboundMessage;
  readonly at: Date;
}

/** What a customer without an open ticket opened a conversation with; it becomes a ticket with their next words, or when it is due. */
export interface Opener {
  /** The join's key: shop and customer account. */
  readonly _id: string;
  readonly shop: string;
  readonly account: string;
  readonly held: readonly Held[];
  /** Counts changes: the condition of every write. */
  readonly version: number;
  /** When it becomes a ticket by itself; absent once that was asked for. */
  readonly dueAt?: Date;
}

/** Greetings that wait for what they are about. */
export function openerStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<Opener>(
    connection,
    'openers',
    {
      _id: text,
      shop: text,
      account: text,
      held: { type: Mixed },
      version: { type: Number, required: true },
      dueAt: Date,
    },
    [{ fields: { dueAt: 1 }, options: { partialFilterExpression: { dueAt: { $gt: EPOCH } } } }],
  );
  const rows = rowsOf<Opener>(connection, 'openers');
  return {
    models: [model],
    load: rows.load,
    /** Stores an opener; false when the customer has one already. */
    begin: (opener: Opener): Promise<boolean> => rows.add([opener]).then(([fresh]) => fresh === true),
    /** Holds one more; false when it has changed since it was read. */
    append: (opener: Opener, held: Held): Promise<boolean> =>
      rows
        .updateOne({ _id: opener._id, version: opener.version }, { $push: { held }, $inc: { version: 1 } })
        .then((met) => met === 1),
    /** Replaces what is held; false when it has changed since it was read. */
    keep: (opener: Opener, held: readonly Held[]): Promise<boolean> =>
      rows
        .updateOne({ _id: opener._id, version: opener.version }, { $set: { held }, $inc: { version: 1 } })
        .then((met) => met === 1),
    /** Ends an opener that became a ticket; false when it has changed since it was read. */
    end: (opener: Opener): Promise<boolean> =>
      reaching(async () => (await model.deleteOne({ _id: opener._id, version: opener.version })).deletedCount === 1),
    /** Openers whose moment has come, oldest first. */
    due: (now: Date, limit: number): Promise<Opener[]> =>
      rows.find({ dueAt: { $lte: now, $gt: EPOCH } }, { sort: { dueAt: 1 }, limit }),
    /** Their rows are in the inbox. */
    asked: (openers: readonly Opener[]): Promise<void> =>
      rows
        .bulk(
          openers.map(({ _id, dueAt }) => ({
            filter: { _id, dueAt: dueAt ?? EPOCH },
            update: { $unset: { dueAt: 1 } },
          })),
        )
        .then(() => undefined),
  };
}
