import type { Connection } from 'mongoose';
import type { TicketFilter, TicketRow } from '../../commands/command.ts';
import type { Applied } from '../domain/apply.ts';
import { OPEN, STATUSES } from '../domain/status.ts';
import type { Ticket } from '../domain/ticket.ts';
import { batched } from './batch.ts';
import { EPOCH, Mixed, collection, reaching } from './connection.ts';
import { rowsOf } from './rows.ts';
import { ticketArchive, type Stored } from './ticket-archive.ts';
import { ticketChanges } from './ticket-changes.ts';
import { ticketEvents } from './ticket-events.ts';
import { openPages, ticketPages } from './ticket-pages.ts';
import { wordsOf } from '../domain/words.ts';

const LIST_WITHOUT = { history: 0, pending: 0, description: 0, relay: 0, words: 0, moving: 0 } as const;

/** What two tickets about one matter have in common. */
export interface Marks {
  readonly 'facts.order'?: string | undefined;
  readonly 'facts.tracking'?: string | undefined;
  readonly 'customer.handle'?: string | undefined;
  /** Where the handle is one. */
  readonly place?: string | null;
}

/** A ticket nobody has claimed, as far as who looks for the next one has to know it. */
export type Waiting = Pick<Ticket, '_id' | 'number' | 'subject' | 'facts' | 'openedAt'>;

/** Statuses in which a ticket still takes its customer's messages. */
const UNCLOSED = STATUSES.filter((s) => s !== 'closed');
const MOST_OF_CUSTOMER = 50;
const MOST_VISITS = 1_000;
const MOST_OLD = 10_000;

const where = (f: TicketFilter): Record<string, unknown> => ({
  ...(f.team === undefined ? {} : { team: { $in: f.team } }),
  ...(f.shop === undefined ? {} : { shop: { $in: f.shop } }),
  ...(f.assignee === undefined ? {} : { assignee: f.assignee }),
  ...(f.status === undefined ? {} : { status: { $in: f.status } }),
});

const bare = (t: (Stored & { moving?: true }) | null): Ticket | null => {
  if (t === null) return null;
  const { relay: _relay, words: _words, moving: _moving, ...ticket } = t;
  return ticket;
};

const storedOf = ({ ticket }: Applied): Stored => ({
  ...ticket,
  // At least its tally waits.
  relay: true,
  words: wordsOf(ticket),
});

/** The same filter of the archive, where every ticket is closed; null: none of it is asked for. */
const whereOld = ({ status, ...rest }: TicketFilter): Record<string, unknown> | null =>
  status === undefined || status.includes('closed') ? { ...where(rest), openedAt: { $gt: EPOCH } } : null;

const drop = (keys: readonly string[]) => ({ $pull: { pending: { key: { $in: keys } } } });

/** Tickets: one document each, changed by one conditional write. */
export function ticketStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<Stored>(
    connection,
    'tickets',
    {
      _id: text,
      number: { type: Number, required: true },
      shop: text,
      source: Mixed,
      customer: Mixed,
      links: { type: Mixed },
      subject: { type: String, default: '' },
      description: { type: String, default: '' },
      attachments: [Mixed],
      category: { type: String, default: null },
      classified: text,
      priority: text,
      tags: [String],
      language: text,
      facts: Mixed,
      team: text,
      assignee: { type: String, default: null },
      owner: { type: String, default: null },
      ownerBack: { type: Date, default: null },
      offer: { type: Mixed, default: null },
      kept: { type: Mixed },
      problem: { type: Mixed },
      cases: { type: Mixed },
      passes: { type: Number, default: 0 },
      avoid: [String],
      helpers: [String],
      watchers: [String],
      status: { type: String, required: true, enum: STATUSES },
      wait: { type: String, default: null },
      disposition: { type: String, default: null },
      clocks: Mixed,
      terms: Mixed,
      misses: { type: Mixed },
      took: Mixed,
      reopens: [Date],
      resolver: { type: String, default: null },
      reminders: { type: Mixed },
      pinged: { type: Mixed, default: null },
      until: { type: Date, default: null },
      respondedAt: { type: Date, default: null },
      undelivered: { type: String, default: null },
      nextDueAt: { type: Date, default: null },
      dueToken: { type: String, default: null },
      policy: Mixed,
      custom: Mixed,
      quotes: { type: Mixed },
      customerMessages: Number,
      news: { type: Mixed, default: null },
      merged: Mixed,
      others: [Number],
      duplicates: [Number],
      nudges: Mixed,
      visits: Mixed,
      follows: { type: Mixed, default: null },
      left: { type: Mixed, default: null },
      last: Mixed,
      places: { type: Mixed },
      history: { head: String, seq: Number, tail: { type: Mixed }, causes: { type: Mixed } },
      pending: { type: Mixed },
      version: { type: Number, required: true },
      cardVersion: { type: Number, required: true },
      openedAt: { type: Date, required: true },
      claimedAt: { type: Date, default: null },
      resolvedAt: { type: Date, default: null },
      closedAt: { type: Date, default: null },
      turns: [Date],
      updatedAt: { type: Date, required: true },
      relay: Boolean,
      words: [String],
    },
    [
      { fields: { number: 1 }, options: { unique: true } },
      { fields: { team: 1, status: 1, openedAt: 1 } },
      {
        fields: { team: 1, status: 1, priority: 1, openedAt: 1 },
        options: { partialFilterExpression: { status: 'new', priority: 'urgent' } },
      },
      { fields: { assignee: 1, status: 1, openedAt: 1 } },
      { fields: { category: 1, status: 1, openedAt: 1 } },
      { fields: { words: 1, openedAt: 1 } },
      { fields: { status: 1, openedAt: 1 } },
      { fields: { nextDueAt: 1 }, options: { partialFilterExpression: { nextDueAt: { $gt: EPOCH } } } },
      // The newest of many that have it in common: a reseller's parcels, one order's parts.
      ...['facts.tracking', 'customer.handle', 'facts.order'].map((field) => ({
        fields: { [field]: 1 as const, openedAt: -1 as const },
        options: { partialFilterExpression: { [field]: { $gt: '' } } },
      })),
      {
        fields: { 'customer.account': 1, status: 1 },
        options: { partialFilterExpression: { 'customer.account': { $gt: '' } } },
      },
      {
        fields: { 'customer.account': 1, openedAt: -1 },
        options: { partialFilterExpression: { 'customer.account': { $gt: '' } } },
      },
      { fields: { owner: 1 }, options: { partialFilterExpression: { owner: { $gt: '' } } } },
      { fields: { relay: 1 }, options: { partialFilterExpression: { relay: true } } },
      { fields: { status: 1, closedAt: 1 }, options: { partialFilterExpression: { status: 'closed' } } },
    ],
  );
  const rows = rowsOf<Stored>(connection, 'tickets');
  const archive = ticketArchive(connection, rows);
  const changes = ticketChanges(rows);
  const events = ticketEvents(connection, rows.bulk);
  const create = batched(rows.add);
  const ofCustomer = batched(async (asked: readonly { account: string; shop: string }[]) => {
    const accounts = [...new Set(asked.map(({ account }) => account))];
    // Messages join open tickets, so a customer has few; the bound is for whoever files without end.
    const limit = MOST_OF_CUSTOMER * accounts.length;
    const found = await rows.find(
      { 'customer.account': { $in: accounts, $gt: '' }, status: { $in: UNCLOSED } },
      { limit },
    );
    return asked.map(({ account, shop }) =>
      found.filter((t) => t.customer.account === account && t.shop === shop).flatMap((t) => bare(t) ?? []),
    );
  });

  return {
    models: [model, archive.model, events.archive],

    load: async (id: string): Promise<Ticket | null> => bare(await archive.either((among) => among.load(id))),

    byNumber: async (number: number): Promise<Ticket | null> =>
      bare(await archive.either((among) => among.findOne({ number }))),

    /** A customer's tickets in one shop that are not closed, in no order; calls that come together share one query. */
    ofCustomer: (account: string, shop: string): Promise<readonly Ticket[]> => ofCustomer({ account, shop }),

    /** How many tickets a customer has had, at most 1 000, and the newest of them. */
    visitsOf: (account: string): Promise<{ count: number; newest: TicketRow | null }> =>
      reaching(async () => {
        const theirs = { 'customer.account': { $eq: account, $gt: '' } };
        const [count, older, [newest]] = await Promise.all([
          model.countDocuments(theirs, { limit: MOST_VISITS }),
          archive.old.count(theirs, { limit: MOST_VISITS }),
          archive.both<TicketRow>(theirs, theirs, { sort: { openedAt: -1 }, limit: 1, projection: LIST_WITHOUT }),
        ]);
        return { count: Math.min(count + older, MOST_VISITS), newest: newest ?? null };
      }),

    byNumbers: async (numbers: readonly number[]): Promise<readonly Ticket[]> => {
      const hot = await rows.find({ number: { $in: numbers } });
      const left = numbers.filter((number) => !hot.some((t) => t.number === number));
      const old = left.length === 0 ? [] : await archive.old.find({ number: { $in: left } });
      return [...hot, ...old].flatMap((t) => bare(t) ?? []);
    },

    /** Open tickets of a shop with this order, this parcel, or filed for this nick or number at this place; newest first. */
    alike: (shop: string, marks: Marks, limit: number): Promise<readonly Ticket[]> =>
      Promise.all(
        (['facts.order', 'facts.tracking', 'customer.handle'] as const).map(async (field) => {
          const value = marks[field] ?? '';
          if (value === '') return [];
          const place = field === 'customer.handle' ? { 'customer.place': marks.place } : {};
          const status = { $in: [...OPEN] };
          return rows.find(
            { [field]: { $eq: value, $gt: '' }, shop, status, ...place },
            { sort: { openedAt: -1 }, limit },
          );
        }),
      ).then((found) => {
        const all = new Map(found.flat().map((t) => [t._id, t]));
        const newest = [...all.values()].toSorted((a, b) => b.openedAt.getTime() - a.openedAt.getTime());
        return newest.slice(0, limit).flatMap((t) => bare(t) ?? []);
      }),

    /** Inserts a ticket that `apply` made; false when it exists already. */
    create: (applied: Applied): Promise<boolean> => create(storedOf(applied)),

    /** The one conditional write: false when somebody else changed the ticket since `before` was read. */
    change: (before: Ticket, applied: Applied): Promise<boolean> =>
      reaching(async () => {
        const isWritten = await changes(before, applied);
        if (isWritten || before.status !== 'closed') return isWritten;
        return archive.comesBack(before, () => create(storedOf(applied)));
      }),

    archive: archive.archive,

    /** Takes relayed effects off their tickets; the mark goes with them where nothing was pushed since `version`. */
    pull: (relayed: readonly { id: string; version: number; keys: readonly string[] }[]): Promise<void> =>
      reaching(async () => {
        const met = await rows.bulk(
          relayed.map(({ id, version, keys }) => ({
            filter: { _id: id, version },
            update: { ...drop(keys), $set: { relay: false } },
          })),
        );
        if (met === relayed.length) return;
        const missed = relayed.filter(({ keys }) => keys.length > 0);
        if (missed.length === 0) return;
        await rows.bulk(
          missed.map(({ id, keys }) => ({ filter: { _id: id, 'pending.key': keys[0] }, update: drop(keys) })),
        );
      }),

    /** Which version tickets have, and whether relay has yet to look at them; in the order of their ids, after one of them. */
    heads: (after: string, limit: number): Promise<readonly Pick<Stored, '_id' | 'version' | 'relay'>[]> =>
      rows.find({ _id: { $gt: after } }, { sort: { _id: 1 }, limit, projection: { version: 1, relay: 1 } }),

    /** Tickets with effects or a tally nobody has relayed yet. */
    unrelayed: (limit: number): Promise<Ticket[]> =>
      reaching(async () => (await rows.find({ relay: true }, { limit })).flatMap((t) => bare(t) ?? [])),

    ...events.reads,
    ...ticketPages(archive),
    ...openPages(rows),

    /** Tickets whose due moment has come, in its order, but for these; `from`: none whose moment was before it. */
    due: (
      now: Date,
      limit: number,
      except: readonly string[],
      from?: Date,
    ): Promise<Pick<Ticket, '_id' | 'number' | 'dueToken' | 'nextDueAt'>[]> =>
      rows.find(
        {
          nextDueAt: { $lte: now, $gt: EPOCH, ...(from !== undefined && { $gte: from }) },
          ...(except.length > 0 && { _id: { $nin: [...except] } }),
        },
        { sort: { nextDueAt: 1 }, limit, projection: { number: 1, dueToken: 1, nextDueAt: 1 } },
      ),

    countDue: (until: Date): Promise<number> =>
      reaching(() => model.countDocuments({ nextDueAt: { $lte: until, $gt: EPOCH } })),

    /** Open tickets of a shop about one of these orders, newest first. */
    withOrder: (orders: readonly string[], shop: string, limit: number): Promise<readonly TicketRow[]> =>
      reaching(() =>
        model
          .find({ 'facts.order': { $in: orders, $gt: '' }, shop, status: { $in: [...OPEN] } }, LIST_WITHOUT)
          .sort({ openedAt: -1 })
          .limit(limit)
          .lean<TicketRow[]>(),
      ),

    /** Ids of what a team covers for somebody who is not there. */
    coveredFor: (person: string): Promise<readonly string[]> =>
      reaching(async () => (await rows.find({ owner: { $eq: person, $gt: '' } })).map((t) => t._id)),

    /** Ids of what somebody still has to work on. */
    openWith: (person: string): Promise<readonly string[]> =>
      reaching(async () => (await rows.find({ assignee: person, status: { $in: [...OPEN] } })).map((t) => t._id)),

    list: (filter: TicketFilter, limit: number): Promise<readonly TicketRow[]> =>
      archive.both<TicketRow>(where(filter), whereOld(filter), {
        sort: { openedAt: filter.order === 'oldest' ? 1 : -1 },
        limit,
        projection: LIST_WITHOUT,
      }),

    /** Urgent tickets of these teams that nobody has claimed, oldest first. */
    urgentUnclaimed: (teams: readonly string[], limit: number): Promise<{ _id: string; team: string }[]> =>
      rows.find(
        { team: { $in: [...teams] }, status: 'new', priority: 'urgent' },
        { sort: { openedAt: 1 }, limit, projection: { team: 1 } },
      ),

    /** Of those in the archive at most 10 000. */
    count: async (filter: TicketFilter): Promise<number> => {
      const old = whereOld(filter);
      return (await rows.count(where(filter))) + (old === null ? 0 : await archive.old.count(old, { limit: MOST_OLD }));
    },

    /**
     * Of what waits in a team to be claimed, what waits longest; null: nothing. `back`: among what the person put back, else among the
     * rest; `shops`: none means all.
     */
    oldestNew: (of: {
      readonly team: string;
      readonly shops: readonly string[];
      readonly urgent: boolean;
      readonly person: string;
      readonly back: boolean;
      readonly except: readonly string[];
    }): Promise<Waiting | null> =>
      rows.findOne(
        {
          team: of.team,
          status: 'new',
          ...(of.urgent ? { priority: 'urgent' } : {}),
          ...(of.shops.length === 0 ? {} : { shop: { $in: of.shops } }),
          avoid: of.back ? of.person : { $ne: of.person },
          ...(of.except.length === 0 ? {} : { _id: { $nin: of.except } }),
        },
        { sort: { openedAt: 1 }, projection: { number: 1, subject: 1, facts: 1, openedAt: 1 } },
      ),

    /** Tickets nobody has claimed, in the order in which they were opened, from a moment on. */
    unclaimedFrom: (openedAt: Date, limit: number): Promise<readonly Ticket[]> =>
      rows
        .find({ status: 'new', openedAt: { $gte: openedAt } }, { sort: { status: 1, openedAt: 1 }, limit })
        .then((found) => found.flatMap((t) => bare(t) ?? [])),

    /** How many of a team's tickets nobody has claimed were there before this moment; at most 1 000. */
    ahead: (team: string, openedAt: Date): Promise<number> =>
      reaching(() =>
        model.countDocuments(
          { team, status: { $in: ['new', 'offered'] }, openedAt: { $lt: openedAt } },
          { limit: 1_000 },
        ),
      ),

    /** How many tickets somebody still has to work on. */
    openOfPerson: (person: string): Promise<number> =>
      reaching(() => model.countDocuments({ assignee: person, status: { $in: [...OPEN] } })),

    /** How many tickets of a team somebody still has to work on. */
    openOf: (team: string): Promise<number> =>
      reaching(() => model.countDocuments({ team, status: { $in: [...OPEN] } })),
  };
}
