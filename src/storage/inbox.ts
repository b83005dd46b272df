import type { Connection } from 'mongoose';
import type { InboundEvent } from '../../adapters/adapter.ts';
import type { Actor } from '../domain/actor.ts';
import type { Intent } from '../domain/intent.ts';
import { batched } from './batch.ts';
import { EPOCH, Mixed, collection, reaching } from './connection.ts';
import { rowsOf } from './rows.ts';

/** What waits to be worked: an event from a platform, or what one ticket tells another. Grants' secrets are encrypted. */
export type InboxBody =
  | { readonly from: 'platform'; readonly event: InboundEvent }
  | { readonly from: 'ticket'; readonly ticket: string; readonly intent: Intent; readonly by?: Actor }
  /** A greeting has waited long enough: `opener` is the customer's, `row` its first message's. */
  | { readonly from: 'opener'; readonly opener: string; readonly row: string };

export interface InboxRow {
  /** Platform, app and the platform's own id; or the effect key of a `tell`; or what an opener's first row was, marked. */
  readonly _id: string;
  /** Rows of one lane are worked in order: a conversation, or a ticket. */
  readonly lane: string;
  readonly body: InboxBody;
  readonly order: Date;
  /** True while there is work; absent afterwards, so that the working set's indexes stay small. */
  readonly open?: boolean;
  readonly parked?: boolean;
  readonly attempts: number;
  readonly error?: string;
  /** `E-7F3K2M`: of the error for which it was parked. */
  readonly number?: string;
  /** The process that works on it, until when (ms of the wall clock, only to find abandoned rows). */
  readonly lease: { readonly by: string; readonly until: Date };
  readonly doneAt?: Date;
  /** The ticket that a press for the next one goes for. */
  readonly picked?: string;
}

/** Attempts after which a row is parked. */
export const MAX_ATTEMPTS = 5;

const PRESSED_FOR = 'body.event.invocation.args.ticket';
const MOST_PRESSES = 500;

/** Everything that came in; stored before it is acknowledged. */
export function inboxStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<InboxRow>(
    connection,
    'inbox',
    {
      _id: text,
      lane: text,
      body: Mixed,
      order: { type: Date, required: true },
      open: Boolean,
      parked: Boolean,
      attempts: { type: Number, required: true },
      error: String,
      number: String,
      lease: { by: String, until: Date },
      doneAt: Date,
      picked: String,
    },
    [
      { fields: { lane: 1, order: 1 }, options: { partialFilterExpression: { open: true } } },
      { fields: { 'lease.until': 1 }, options: { partialFilterExpression: { open: true } } },
      { fields: { parked: 1, order: 1 }, options: { partialFilterExpression: { parked: true } } },
      // Few rows have it; what presses changed is found by the ticket's causes, what was refused only here.
      { fields: { [PRESSED_FOR]: 1 }, options: { partialFilterExpression: { [PRESSED_FOR]: { $gt: '' } } } },
      { fields: { doneAt: 1 }, options: { partialFilterExpression: { doneAt: { $gt: EPOCH } } } },
    ],
  );

  const rows = rowsOf<InboxRow>(connection, 'inbox');
  const hasOlder = batched(async (asked: readonly Pick<InboxRow, '_id' | 'lane' | 'order'>[]) => {
    const lanes = [...new Set(asked.map(({ lane }) => lane))];
    const projection = { lane: 1, order: 1 };
    const open = await rows.find({ open: true, lane: { $in: lanes } }, { sort: { lane: 1, order: 1 }, projection });
    const oldest = new Map(open.toReversed().map((row) => [row.lane, row.order.getTime()]));
    return asked.map(({ lane, order }) => (oldest.get(lane) ?? Number.POSITIVE_INFINITY) < order.getTime());
  });

  return {
    models: [model],
    /** Stores rows; for each whether it was new. */
    add: rows.add,
    load: rows.load,
    withIds: (ids: readonly string[]): Promise<InboxRow[]> => rows.find({ _id: { $in: [...ids] } }),
    /** Buttons pressed and forms sent for a ticket, as far as they are kept; the newest 500. */
    pressesFor: (ticket: number): Promise<InboxRow[]> =>
      rows.find(
        { [PRESSED_FOR]: { $in: [String(ticket), `T-${ticket}`], $gt: '' } },
        { sort: { order: -1 }, limit: MOST_PRESSES },
      ),
    /** Whether an older row of the lane is still to be worked, by anybody. */
    hasOlder: (row: Pick<InboxRow, '_id' | 'lane' | 'order'>): Promise<boolean> => hasOlder(row),
    /** What a platform lent with the event goes with the work: nobody needs it any more. */
    done: (ids: readonly string[], at: Date): Promise<void> =>
      reaching(async () => {
        const unset = { open: 1, lease: 1, 'body.event.grants': 1 };
        await rows.updateMany({ _id: { $in: [...ids] } }, { $set: { doneAt: at }, $unset: unset });
      }),
    /** Takes the words out of a message that was worked: its writer took it back. */
    blank: (id: string): Promise<void> =>
      rows
        .updateOne(
          { _id: id, 'body.event.kind': 'message' },
          { $set: { 'body.event.text': '', 'body.event.attachments': [] } },
        )
        .then(() => undefined),
    /** A try failed: the next one not before `until`. */
    failed: (row: InboxRow, error: string, until: Date): Promise<void> =>
      reaching(async () => {
        await model.updateOne(
          { _id: row._id },
          { $set: { attempts: row.attempts + 1, error, 'lease.by': '', 'lease.until': until } },
        );
      }),
    /** It failed once too often: out of the way until somebody puts it back. `number`: of the error. */
    park: (row: InboxRow, error: string, number: string): Promise<void> =>
      reaching(async () => {
        await model.updateOne(
          { _id: row._id },
          { $set: { attempts: row.attempts + 1, error, number, parked: true }, $unset: { open: 1, lease: 1 } },
        );
      }),
    /** The ticket a row goes for; null: none yet. */
    picked: (id: string): Promise<string | null> =>
      rows.findOne({ _id: id }, { projection: { picked: 1 } }).then((row) => row?.picked ?? null),
    /** Makes a row go for a ticket instead of `before`; false when it goes for another by now. */
    pick: (id: string, before: string | null, ticket: string): Promise<boolean> =>
      rows.updateOne({ _id: id, picked: before }, { $set: { picked: ticket } }).then((met) => met === 1),
    /** Gives a row back until `until`: it is not its turn yet. */
    postpone: (id: string, until: Date): Promise<void> =>
      reaching(async () => {
        await model.updateOne({ _id: id }, { $set: { 'lease.by': '', 'lease.until': until } });
      }),
    /** Takes rows whose lease has run out, oldest first. */
    takeAbandoned: (by: string, now: Date, until: Date, limit: number): Promise<InboxRow[]> =>
      reaching(async () => {
        const found = await rows.find(
          { open: true, 'lease.until': { $lte: now } },
          { sort: { 'lease.until': 1 }, limit },
        );
        if (found.length === 0) return [];
        const free = { _id: { $in: found.map((row) => row._id) }, open: true, 'lease.until': { $lte: now } };
        const met = await rows.updateMany(free, { $set: { lease: { by, until } } });
        // Another process may have taken some of them in between: those that bear this lease now are ours.
        const taken =
          met === found.length
            ? found.map((row) => ({ ...row, lease: { by, until } }))
            : await rows.find({ _id: free._id, open: true, 'lease.by': by, 'lease.until': until });
        return taken.toSorted((a, b) => a.order.getTime() - b.order.getTime());
      }),
    /** Frees every lease: for the only process on a store, right after its start. */
    freeAll: (now: Date): Promise<void> =>
      reaching(async () => {
        await model.updateMany(
          { open: true, 'lease.until': { $gte: new Date(0) } },
          { $set: { 'lease.by': '', 'lease.until': now } },
        );
      }),
    /** Puts parked rows back to work. */
    replay: (ids: readonly string[], now: Date): Promise<number> =>
      reaching(async () => {
        const result = await model.updateMany(
          { _id: { $in: ids }, parked: true },
          { $set: { open: true, attempts: 0, lease: { by: '', until: now } }, $unset: { parked: 1 } },
        );
        return result.modifiedCount;
      }),
    parked: (limit: number): Promise<InboxRow[]> =>
      reaching(() => model.find({ parked: true }).sort({ order: 1 }).limit(limit).lean<InboxRow[]>()),
    counts: (): Promise<{ open: number; parked: number }> =>
      reaching(async () => {
        const [open, parked] = await Promise.all([
          model.countDocuments({ open: true, 'lease.until': { $gte: new Date(0) } }),
          model.countDocuments({ parked: true }),
        ]);
        return { open, parked };
      }),
    /** Forgets rows done before `before`; how many. */
    prune: (before: Date): Promise<number> =>
      reaching(async () => (await model.deleteMany({ doneAt: { $lt: before, $gt: EPOCH } })).deletedCount),
  };
}
