import type { Connection } from 'mongoose';
import type { Grant } from '../../adapters/adapter.ts';
import type { Address } from '../domain/address.ts';
import type { Digest } from '../domain/digest.ts';
import type { Place } from '../domain/effect.ts';
import type { Telling } from '../domain/pinged.ts';
import type { Answer } from '../../commands/command.ts';
import type { DeliveryFailure } from '../errors.ts';
import type { Sentence } from '../text/text.ts';
import { batched } from './batch.ts';
import { EPOCH, Mixed, collection, reaching } from './connection.ts';
import { rowsOf } from './rows.ts';
import type { Lent, PostView } from './surfaces.ts';

/** What is to go out. Drawn or put into words only when it goes. */
export type OutboxBody =
  /** Bring one card to the ticket's latest state. */
  | { readonly kind: 'draw'; readonly ticket: string; readonly place: Place }
  /** Bring one board of a group to what stands on it. */
  | { readonly kind: 'board'; readonly number: number }
  /** Mark a card that has a successor, now that somebody pressed it and so lent what that takes. */
  | { readonly kind: 'superseded'; readonly surface: string }
  /** Say one stored message to the customer. */
  | { readonly kind: 'say'; readonly message: string }
  /** A private answer that was not ready while its asker waited. */
  | {
      readonly kind: 'answer';
      readonly answer: Answer;
      readonly person: string;
      readonly user: string;
      readonly grant: Grant | null;
    }
  /** Words to colleagues: a group (`person` null) or one person in their direct chat. */
  | {
      readonly kind: 'post';
      readonly person: string | null;
      readonly sentence: Sentence;
      readonly offers: NonNullable<Answer['offers']>;
      /** Id of the row whose message this replaces; null: a message of its own. */
      readonly instead: string | null;
      readonly view?: PostView;
      /** Something will replace it: it has to be a card. */
      readonly passing?: true;
      /** The platform's id of the message, once it was posted. */
      readonly ref: string | null;
      /** What changes the message, where the platform lends it. */
      readonly lent?: readonly Lent[];
    }
  /** Figures for a group (`person` null: without names) or one person; `ref`: the platform's id of the message, once it was posted. */
  | { readonly kind: 'digest'; readonly person: string | null; readonly digest: Digest; readonly ref: string | null }
  /** Tells a person of a ticket; `telling` null: what they were told of it is put right. `number`: the ticket's. */
  | {
      readonly kind: 'ping';
      readonly person: string;
      readonly ticket: string;
      readonly number: number;
      readonly telling: Telling | null;
    }
  /** Puts a note (its id), or files that a card names (their ids), below a card. Both are looked up when it goes. */
  | {
      readonly kind: 'thread';
      readonly ticket: string;
      readonly place: Place;
      readonly what: { readonly note: string } | { readonly surface: string; readonly files: readonly string[] };
      readonly ref: string | null;
    }
  /** Tells an admin what could not be delivered, as it is when this goes. */
  | {
      readonly kind: 'letters';
      readonly person: string;
      /** How many-th of theirs it is. */
      readonly number: number;
      /** When it was last put into words: what died before is in it. */
      readonly drawn: Date | null;
      readonly ref: string | null;
    };

export interface OutboxRow {
  /** The effect's key and the address: inserting it again changes nothing. */
  readonly _id: string;
  /** `platform\napp`: who delivers it. */
  readonly app: string;
  /** Rows of one lane go out in order: one surface, or what one conversation is told. */
  readonly lane: string;
  readonly address: Address;
  readonly body: OutboxBody;
  readonly state: 'pending' | 'done' | 'dead';
  readonly order: Date;
  readonly notBefore: Date;
  /** Somebody waits for it, or it cannot wait: it goes before everything else that is ready. */
  readonly urgent?: boolean;
  readonly attempts: number;
  readonly error?: string;
  /** The key of a send that may have gone out, where the platform can be asked what became of it. */
  readonly unsure?: string;
  readonly doneAt?: Date;
  /** When it was given up, and why. */
  readonly deadAt?: Date;
  readonly failure?: DeliveryFailure;
  /** `E-7F3K2M`: of the error for which it was given up. */
  readonly number?: string;
}

/** How a row was given up. */
export type Death = Required<Pick<OutboxRow, 'attempts' | 'error' | 'failure' | 'deadAt' | 'number'>>;

/** All lanes from one name up to, but without, another. */
export interface LaneRange {
  readonly from: string;
  readonly to: string;
}

/** What stands in these lanes and was made in this time, both ends included. */
const within = ({ from, to }: LaneRange, made: { readonly since?: Date; readonly until?: Date }) => ({
  state: 'pending' as const,
  lane: { $gte: from, $lt: to },
  order: { $gte: made.since ?? EPOCH, ...(made.until !== undefined && { $lte: made.until }) },
});

/** What is younger than a row. */
const behind = ({ _id, order }: Pick<OutboxRow, '_id' | 'order'>) => ({
  $or: [{ order: { $gt: order } }, { order, _id: { $gt: _id } }],
});

/** The oldest pending row of a lane. */
export type LaneHead = Pick<OutboxRow, '_id' | 'lane' | 'order' | 'notBefore'>;

const SHIFTED_AT_ONCE = 500;
const MOST_ABOUT = 2_000;

/** What waits to be delivered. */
export function outboxStore(connection: Connection) {
  const text = { type: String, required: true };
  const date = { type: Date, required: true };
  const model = collection<OutboxRow>(
    connection,
    'outbox',
    {
      _id: text,
      app: text,
      lane: text,
      address: Mixed,
      body: Mixed,
      state: text,
      order: date,
      notBefore: date,
      urgent: Boolean,
      attempts: { type: Number, required: true },
      error: String,
      unsure: String,
      doneAt: Date,
      deadAt: Date,
      failure: String,
      number: String,
    },
    [
      { fields: { app: 1, notBefore: 1, order: 1 }, options: { partialFilterExpression: { state: 'pending' } } },
      {
        fields: { app: 1, urgent: 1, notBefore: 1, order: 1 },
        options: { partialFilterExpression: { state: 'pending', urgent: true } },
      },
      { fields: { lane: 1, order: 1, _id: 1 }, options: { partialFilterExpression: { state: 'pending' } } },
      {
        fields: { lane: 1, notBefore: 1, order: 1, _id: 1 },
        options: { partialFilterExpression: { state: 'pending', 'body.kind': 'ping' } },
      },
      { fields: { state: 1, deadAt: 1 }, options: { partialFilterExpression: { state: 'dead' } } },
      {
        fields: { 'body.person': 1, 'body.number': 1 },
        options: { partialFilterExpression: { 'body.kind': 'letters' } },
      },
      { fields: { doneAt: 1 }, options: { partialFilterExpression: { doneAt: { $gt: EPOCH } } } },
    ],
  );
  const rows = rowsOf<OutboxRow>(connection, 'outbox');
  const set = batched(async (changes: readonly { id: string; to: Partial<OutboxRow> }[]) => {
    await rows.bulk(changes.map(({ id, to }) => ({ filter: { _id: id }, update: { $set: to } })));
    return changes.map(() => undefined);
  });
  const refer = batched(async (posts: readonly { id: string; ref: string }[]) => {
    await rows.bulk(posts.map(({ id, ref }) => ({ filter: { _id: id }, update: { $set: { 'body.ref': ref } } })));
    return posts.map(() => undefined);
  });
  return {
    models: [model],
    /** Adds rows; those that exist already stay as they are, whatever became of them. */
    add: (added: readonly OutboxRow[]): Promise<void> => rows.add(added).then(() => undefined),
    load: rows.load,
    /** The rows that a ticket's changes led to, as far as they are kept, at most 2 000, and these others. */
    about: async (ticket: string | null, others: readonly string[]): Promise<OutboxRow[]> => {
      const [own, named] = await Promise.all([
        // Effects' keys begin with their ticket's id and a dot; `/` comes right after it.
        ticket === null
          ? []
          : rows.find({ _id: { $gte: `${ticket}.`, $lt: `${ticket}/` } }, { sort: { _id: 1 }, limit: MOST_ABOUT }),
        others.length === 0 ? [] : rows.find({ _id: { $in: [...others] } }),
      ]);
      return [...own, ...named];
    },
    /** Keeps which message a row became, so that a later row may change it. */
    posted: (id: string, ref: string): Promise<void> => refer({ id, ref }),
    /** What was lent for changing the message that a row became; the same again changes nothing. */
    lend: async (id: string, lent: readonly Lent[]): Promise<void> => {
      if (lent.length > 0) await rows.updateOne({ _id: id }, { $addToSet: { 'body.lent': { $each: lent } } });
    },
    /** Takes one of these for good; false: somebody else took it. */
    spend: async (id: string, secret: string): Promise<boolean> =>
      (await rows.updateOne({ _id: id, 'body.lent.secret': secret }, { $pull: { 'body.lent': { secret } } })) === 1,
    /** Rows of an app whose moment has come, the urgent ones first, but for those of the lanes that are busy. */
    ready: async (app: string, now: Date, limit: number, busy: readonly string[] = []): Promise<OutboxRow[]> => {
      const others = busy.length === 0 ? {} : { lane: { $nin: [...busy] } };
      const due = { state: 'pending', app, notBefore: { $lte: now }, ...others } as const;
      const order = { sort: { notBefore: 1, order: 1 }, limit } as const;
      const all = await rows.find(due, order);
      // Urgent ones may stand behind the last of them only where there are more.
      const urgent =
        all.length < limit
          ? all.filter((row) => row.urgent === true)
          : await rows.find({ ...due, urgent: true }, order);
      const first = new Set(urgent.map(({ _id }) => _id));
      return [...urgent, ...all.filter(({ _id }) => !first.has(_id))].slice(0, limit);
    },
    /** Rows of a lane of pings whose moment has come, by when it came. */
    pingsOf: (lane: string, now: Date, limit: number): Promise<OutboxRow[]> =>
      rows.find(
        { state: 'pending', 'body.kind': 'ping', lane, notBefore: { $lte: now } },
        { sort: { notBefore: 1, order: 1, _id: 1 }, limit },
      ),
    /** What was lent for this answer is of no use any more. */
    withoutGrant: (id: string): Promise<void> =>
      rows.updateOne({ _id: id }, { $set: { 'body.grant': null } }).then(() => undefined),
    /** Notes before a send that it may have gone out. */
    unsure: (id: string, key: string): Promise<void> =>
      rows.updateOne({ _id: id }, { $set: { unsure: key } }).then(() => undefined),
    /** The oldest pending row of each of these lanes. */
    heads: (lanes: readonly string[]): Promise<Map<string, LaneHead>> =>
      reaching(async () => {
        const rows = await model
          .find({ state: 'pending', lane: { $in: lanes } }, { lane: 1, order: 1, notBefore: 1 })
          .sort({ lane: 1, order: 1, _id: 1 })
          .lean<LaneHead[]>();
        const heads = new Map<string, LaneHead>();
        for (const row of rows) if (!heads.has(row.lane)) heads.set(row.lane, row);
        return heads;
      }),
    /** Pending rows of a range of lanes that were made in this time, lane by lane in order. */
    inLanes: (lanes: LaneRange, made: { since?: Date; until?: Date }, limit: number): Promise<OutboxRow[]> =>
      rows.find(within(lanes, made), { sort: { lane: 1, order: 1, _id: 1 }, limit }),
    countInLanes: (lanes: LaneRange, made: { since?: Date; until?: Date }): Promise<number> =>
      reaching(() => model.countDocuments(within(lanes, made))),
    /** The same, oldest first over all of them; those after a row, when one is named. */
    oldestInLanes: (
      lanes: LaneRange,
      after: Pick<OutboxRow, '_id' | 'order'> | null,
      limit: number,
    ): Promise<OutboxRow[]> => {
      const beyond = after === null ? {} : behind(after);
      return rows.find({ ...within(lanes, {}), ...beyond }, { sort: { order: 1, _id: 1 }, limit });
    },
    /** How many of them come after a row. */
    countBehind: (lanes: LaneRange, after: Pick<OutboxRow, '_id' | 'order'>): Promise<number> =>
      reaching(() => model.countDocuments({ ...within(lanes, {}), ...behind(after) })),
    /** Moves a pending row to another lane, where it may go at once; false when it is not pending any more. */
    moveTo: (id: string, lane: string, now: Date): Promise<boolean> =>
      rows.updateOne({ _id: id, state: 'pending' }, { $set: { lane, notBefore: now } }).then((met) => met === 1),
    done: (ids: readonly string[], at: Date): Promise<void> =>
      reaching(async () => {
        if (ids.length === 0) return;
        const update = { $set: { state: 'done', doneAt: at }, $unset: { 'body.grant': 1 } };
        await rows.updateMany({ _id: { $in: [...ids] } }, update);
      }),
    /** Not before this moment; calls that come together are one write. */
    later: (id: string, attempts: number, error: string, notBefore: Date): Promise<void> =>
      set({ id, to: { attempts, error, notBefore } }),
    dead: (id: string, death: Death): Promise<void> =>
      // One that a younger holder of the lease has delivered meanwhile stays delivered.
      rows.updateOne({ _id: id, state: 'pending' }, { $set: { state: 'dead', ...death } }).then(() => undefined),
    /** The first or last row of these kinds that was given up and still is. */
    dying: (
      kinds: readonly OutboxBody['kind'][],
      which: 'oldest' | 'newest',
    ): Promise<(Pick<Death, 'deadAt' | 'failure'> & { readonly number: string | null }) | null> =>
      rows
        .findOne(
          { state: 'dead', 'body.kind': { $in: kinds } },
          { sort: { deadAt: which === 'oldest' ? 1 : -1 }, projection: { deadAt: 1, failure: 1, number: 1 } },
        )
        .then((row) => {
          if (row?.deadAt === undefined) return null;
          return { deadAt: row.deadAt, failure: row.failure ?? 'unknown', number: row.number ?? null };
        }),
    countDying: (kinds: readonly OutboxBody['kind'][]): Promise<number> =>
      reaching(() => model.countDocuments({ state: 'dead', 'body.kind': { $in: kinds } })),
    /** The newest notice to an admin about what was given up. */
    newestLetters: (person: string): Promise<(OutboxRow & { body: Extract<OutboxBody, { kind: 'letters' }> }) | null> =>
      rows
        .findOne({ 'body.kind': 'letters', 'body.person': person }, { sort: { 'body.number': -1 } })
        .then((row) => (row?.body.kind === 'letters' ? { ...row, body: row.body } : null)),
    /** All such notices that were put into words, as far as they are kept. */
    drawnLetters: (): Promise<OutboxRow[]> =>
      rows.find({ 'body.kind': 'letters', 'body.person': { $gt: '' }, 'body.drawn': { $gt: EPOCH } }),
    /** Such a notice is put into words at this moment. */
    drawn: (id: string, at: Date): Promise<void> =>
      rows.updateOne({ _id: id }, { $set: { 'body.drawn': at } }).then(() => undefined),
    /** Puts dead letters back; how many. */
    replay: (ids: readonly string[], now: Date): Promise<number> =>
      reaching(async () => {
        const result = await model.updateMany(
          { _id: { $in: ids }, state: 'dead' },
          { $set: { state: 'pending', attempts: 0, notBefore: now }, $unset: { deadAt: 1, failure: 1, number: 1 } },
        );
        return result.modifiedCount;
      }),
    /** What was given up, first ones first; until a moment, when one is named. */
    deadLetters: (limit: number, until?: Date): Promise<OutboxRow[]> =>
      rows.find(
        { state: 'dead', ...(until === undefined ? {} : { deadAt: { $lte: until } }) },
        { sort: { deadAt: 1 }, limit },
      ),
    /** Depth and the moment the oldest pending row was made, per app. */
    counts: (apps: readonly string[]): Promise<{ app: string; pending: number; oldest: Date | null }[]> =>
      reaching(() =>
        Promise.all(
          apps.map(async (app) => {
            const filter = { state: 'pending', app, notBefore: { $gte: new Date(0) } } as const;
            const [pending, oldest] = await Promise.all([
              model.countDocuments(filter),
              model.findOne(filter, { order: 1 }).sort({ notBefore: 1, order: 1 }).lean<OutboxRow>(),
            ]);
            return { app, pending, oldest: oldest?.order ?? null };
          }),
        ),
      ),
    /** How many rows of an app made until `until` were ready then and wait still. */
    waiting: (app: string, until: Date): Promise<number> =>
      reaching(() =>
        model.countDocuments({ state: 'pending', app, notBefore: { $lte: until }, order: { $lte: until } }),
      ),
    /** How many rows of an app made until `until` may not go yet at `now` because a limit of the platform's was used up. */
    limited: (app: string, now: Date, until: Date): Promise<number> =>
      reaching(() =>
        // Who had to wait for a permit bears an empty error; who was never tried none at all.
        model.countDocuments({ state: 'pending', app, notBefore: { $gt: now }, order: { $lte: until }, error: '' }),
      ),
    /** Whether a row of an app made until `until` waits for whatever reason. */
    hasBefore: (app: string, until: Date): Promise<boolean> =>
      rows
        .findOne(
          { state: 'pending', app, notBefore: { $gte: new Date(0) }, order: { $lte: until } },
          { sort: { notBefore: 1, order: 1 }, projection: { _id: 1 } },
        )
        .then((found) => found !== null),
    /** How many rows of an app made until `until` were given up since `since`. */
    givenUp: (app: string, since: Date, until: Date): Promise<number> =>
      reaching(() => model.countDocuments({ state: 'dead', app, order: { $lte: until }, deadAt: { $gte: since } })),
    /**
     * Moves the moments of an app's pending rows that lie after `after` by `ms`; how many. `made`: the rows it is about, by the moment they were
     * made. Batch by batch from the end towards which they move, so that none is moved twice.
     */
    shift: async (app: string, after: Date, ms: number, made: Readonly<Record<string, unknown>>): Promise<number> => {
      const forward = ms > 0;
      const order = forward ? -1 : 1;
      let moved = 0;
      let edge: Date | null = null;
      for (;;) {
        const range: Record<string, Date> = { $gt: after };
        // Rows of one moment may lie on both sides of the edge between two batches: the condition below keeps them from moving twice.
        if (edge !== null) range[forward ? '$lte' : '$gte'] = edge;
        const found: OutboxRow[] = await rows.find(
          { state: 'pending', app, notBefore: range, ...made },
          { sort: { notBefore: order, order }, limit: SHIFTED_AT_ONCE, projection: { notBefore: 1 } },
        );
        if (found.length === 0) return moved;
        moved += await rows.bulk(
          found.map(({ _id, notBefore }) => ({
            filter: { _id, state: 'pending', notBefore },
            update: { $set: { notBefore: new Date(notBefore.getTime() + ms) } },
          })),
        );
        edge = found.at(-1)?.notBefore ?? null;
        if (found.length < SHIFTED_AT_ONCE) return moved;
      }
    },
    /** How many were given up: of one app, or all. */
    countDead: (app?: string): Promise<number> =>
      reaching(() => model.countDocuments({ state: 'dead', ...(app === undefined ? {} : { app }) })),
    /** The earliest moment a pending row of the app may go; null when none waits. */
    nextMoment: (app: string): Promise<Date | null> =>
      reaching(async () => {
        const row = await model
          .findOne({ state: 'pending', app, notBefore: { $gte: new Date(0) } }, { notBefore: 1 })
          .sort({ notBefore: 1, order: 1 })
          .lean<OutboxRow>();
        return row?.notBefore ?? null;
      }),
    /** Forgets rows done before `before`: by then their tickets were relieved of the effects. */
    prune: (before: Date): Promise<number> =>
      reaching(async () => (await model.deleteMany({ doneAt: { $lt: before, $gt: EPOCH } })).deletedCount),
  };
}
