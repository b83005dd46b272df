import type { Connection } from 'mongoose';
import type { PublicEvent } from '../domain/public-event.ts';
import { EPOCH, Mixed, collection, reaching } from './connection.ts';
import { rowsOf } from './rows.ts';

/** One try at a delivery: what the receiver answered, or why it did not. */
export interface HookTry {
  readonly at: Date;
  readonly ms: number;
  readonly status?: number;
  readonly failure?: string;
}

/** What one subscription is to be told of one event. */
export interface HookDelivery {
  /** Derived from the effect's key and the subscription; the receiver knows it as the notice's id. */
  readonly _id: string;
  readonly subscription: string;
  readonly type: PublicEvent;
  readonly ticket: string;
  readonly number: number;
  readonly seq: number;
  /** While a subscription is paused its rows stay pending. */
  readonly state: 'pending' | 'done' | 'dead';
  readonly madeAt: Date;
  /** Not before; moved ahead by whoever takes it, so that a row of a process that died comes back by itself. */
  readonly nextAt: Date;
  /** Tries that were begun. */
  readonly attempts: number;
  /** When it is given up: a day after its first try. Absent before. */
  readonly until?: Date;
  /** What goes over the wire, the same at every try. Absent before the first. */
  readonly body?: string;
  /** The newest, oldest first. */
  readonly tries: readonly HookTry[];
  readonly doneAt?: Date;
}

/** A row that somebody works on: what they write about it counts as long as nobody took it after them. */
export type Taken = HookDelivery & { readonly until: Date };

const MOST_TRIES = 20;

/** Waiting rows of one subscription. */
export interface HookQueue {
  readonly pending: number;
  readonly oldest: Date | null;
}

/** What subscriptions are told of: apart from the outbox, for a receiver has no budgets, no order and a life of its own. */
export function hookDeliveryStore(connection: Connection) {
  const text = { type: String, required: true };
  const date = { type: Date, required: true };
  const model = collection<HookDelivery>(
    connection,
    'hook_deliveries',
    {
      _id: text,
      subscription: text,
      type: text,
      ticket: text,
      number: { type: Number, required: true },
      seq: { type: Number, required: true },
      state: text,
      madeAt: date,
      nextAt: date,
      attempts: { type: Number, required: true },
      until: Date,
      body: String,
      tries: { type: Mixed },
      doneAt: Date,
    },
    [
      { fields: { subscription: 1, nextAt: 1 }, options: { partialFilterExpression: { state: 'pending' } } },
      { fields: { state: 1, subscription: 1, madeAt: 1 }, options: { partialFilterExpression: { state: 'pending' } } },
      { fields: { subscription: 1, madeAt: -1 } },
      { fields: { madeAt: 1 } },
      { fields: { ticket: 1, madeAt: 1 } },
      { fields: { doneAt: 1 }, options: { partialFilterExpression: { doneAt: { $gt: EPOCH } } } },
    ],
  );
  const rows = rowsOf<HookDelivery>(connection, 'hook_deliveries');
  const mine = ({ _id, nextAt }: Taken) => ({ _id, state: 'pending', nextAt }) as const;
  const one = ({ at, ms, ...outcome }: HookTry) => ({
    $push: { tries: { $each: [{ at, ms, ...outcome }], $slice: -MOST_TRIES } },
  });
  return {
    models: [model],
    /** Adds rows; those that exist already stay as they are, whatever became of them. */
    add: (added: readonly HookDelivery[]): Promise<void> => rows.add(added).then(() => undefined),
    load: (id: string): Promise<HookDelivery | null> => rows.findOne({ _id: id }),
    /** Rows of a subscription whose moment has come, the longest waiting first. */
    ready: (subscription: string, now: Date, limit: number): Promise<HookDelivery[]> =>
      rows.find({ state: 'pending', subscription, nextAt: { $lte: now } }, { sort: { nextAt: 1 }, limit }),
    /** Takes a row that is as it was read: it comes back at `backAt` unless something is written about it. Null: somebody was first. */
    take: async (row: HookDelivery, backAt: Date, until: Date): Promise<Taken | null> => {
      const { _id, nextAt, attempts } = row;
      const taken = { nextAt: backAt, attempts: attempts + 1, until: row.until ?? until };
      const met = await rows.updateOne({ _id, state: 'pending', nextAt, attempts }, { $set: taken });
      return met === 1 ? { ...row, ...taken } : null;
    },
    /** Keeps what goes over the wire; false when the row is somebody else's by now. */
    freeze: (row: Taken, body: string): Promise<boolean> =>
      rows.updateOne(mine(row), { $set: { body } }).then((met) => met === 1),
    done: (row: Taken, last: HookTry, at: Date): Promise<void> =>
      rows.updateOne(mine(row), { $set: { state: 'done', doneAt: at }, ...one(last) }).then(() => undefined),
    /** A try failed: not again before `nextAt`. */
    later: (row: Taken, last: HookTry, nextAt: Date): Promise<void> =>
      rows.updateOne(mine(row), { $set: { nextAt }, ...one(last) }).then(() => undefined),
    /** Given up. */
    dead: (row: Taken, last: HookTry): Promise<void> =>
      rows.updateOne(mine(row), { $set: { state: 'dead' }, ...one(last) }).then(() => undefined),
    /** Everything that waits for a subscription goes at once, and has a day again. */
    resume: (subscription: string, now: Date): Promise<number> =>
      rows.updateMany(
        { state: 'pending', subscription, nextAt: { $gte: EPOCH } },
        { $set: { nextAt: now }, $unset: { until: 1 } },
      ),
    /** Gives up what waits for a subscription and was made until this moment; it can be sent again like any that was given up. How many. */
    giveUp: (subscription: string, until: Date): Promise<number> =>
      rows.updateMany(
        { state: 'pending', subscription, madeAt: { $gte: EPOCH, $lte: until } },
        { $set: { state: 'dead' } },
      ),
    /** Sends rows again that arrived or were given up, under the same id and with the same words; how many. */
    replay: (ids: readonly string[], now: Date): Promise<number> =>
      rows.updateMany(
        { _id: { $in: [...ids] }, state: { $in: ['done', 'dead'] } },
        { $set: { state: 'pending', nextAt: now, attempts: 0 }, $unset: { until: 1, doneAt: 1 } },
      ),
    /** Sends again what was given up of a subscription; how many. */
    replayDead: (subscription: string, now: Date): Promise<number> =>
      rows.updateMany(
        { subscription, madeAt: { $gte: EPOCH }, state: 'dead' },
        { $set: { state: 'pending', nextAt: now, attempts: 0 }, $unset: { until: 1 } },
      ),
    /** The newest rows, of one subscription or of all (null), newest first. */
    newest: (subscription: string | null, limit: number): Promise<HookDelivery[]> =>
      rows.find(
        { ...(subscription === null ? {} : { subscription }), madeAt: { $gte: EPOCH } },
        { sort: { madeAt: -1 }, limit, projection: { body: 0 } },
      ),
    /** All that a ticket's events became, oldest first, without the words. */
    ofTicket: (ticket: string): Promise<HookDelivery[]> =>
      rows.find({ ticket, madeAt: { $gte: EPOCH } }, { sort: { madeAt: 1 }, projection: { body: 0 } }),
    /** How much waits for a subscription, and since when. */
    queue: (subscription: string): Promise<HookQueue> =>
      reaching(async () => {
        const waiting = { state: 'pending', subscription, madeAt: { $gte: EPOCH } } as const;
        const [pending, first] = await Promise.all([
          model.countDocuments(waiting),
          rows.findOne(waiting, { sort: { madeAt: 1 }, projection: { madeAt: 1 } }),
        ]);
        return { pending, oldest: first?.madeAt ?? null };
      }),
    /** Forgets what arrived before `done`, and all that was made before `made`, whatever became of it. */
    prune: (done: Date, made: Date): Promise<void> =>
      reaching(async () => {
        await model.deleteMany({ doneAt: { $lt: done, $gt: EPOCH } });
        await model.deleteMany({ madeAt: { $lt: made } });
      }),
  };
}
