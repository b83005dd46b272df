import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Applied } from '../../src/domain/apply.ts';
import { wordsIn } from '../../src/domain/words.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { databaseOf } from '../../src/storage/schema.ts';
import { TICKETS } from '../../src/storage/ticket-archive.ts';
import { openStore, type Store } from '../../src/storage/store.ts';
import { aStore, type OwnStore } from '../support/flow.ts';
import { aTicket, NOW } from '../support/tickets.ts';

const DAY = 86_400_000;
const daysAgo = (n: number): Date => new Date(NOW.getTime() - n * DAY);
const cutoff = daysAgo(30);

let on: OwnStore;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(() => empty());

async function empty(): Promise<void> {
  for (const name of TICKETS) await databaseOf(on.store.connection).collection(name).deleteMany({});
}
const applied = (ticket: Ticket): Applied => ({
  ticket,
  events: [],
  effects: [],
  cause: { cause: `c${ticket.version}`, seq: 0, already: false },
});
/** A ticket that was closed so many days ago, a day after it was opened. */
const closed = (number: number, days: number, more: Partial<Ticket> = {}): Ticket =>
  aTicket({
    _id: `t${number}`,
    number,
    status: 'closed',
    openedAt: daysAgo(days + 1),
    closedAt: daysAgo(days),
    ...more,
  });
/** Tickets of which nothing waits any more, but for what they have pending themselves. */
const create = async (...tickets: readonly Ticket[]): Promise<void> => {
  for (const ticket of tickets) await on.store.tickets.create(applied(ticket));
  const told = tickets.filter(({ pending }) => pending.length === 0);
  await on.store.tickets.pull(told.map(({ _id: id, version }) => ({ id, version, keys: [] })));
};
const reopened = (t: Ticket): Ticket => ({ ...t, status: 'in_progress', closedAt: null, version: t.version + 1 });
const at = async (collection: string): Promise<string[]> =>
  (await databaseOf(on.store.connection).collection(collection).find({}).sort({ number: 1 }).toArray()).map(
    ({ number, version, moving }) => `${number}v${version}${moving === true ? ' moving' : ''}`,
  );
const both = async () => ({ hot: await at('tickets'), old: await at('tickets_archive') });

describe('what was closed long ago', () => {
  it('goes, and nothing else: not what is open, was closed lately, has effects waiting or a moment to come', async () => {
    await create(
      closed(1, 31),
      closed(2, 29),
      closed(3, 40, { nextDueAt: NOW }),
      aTicket({ _id: 't4', number: 4, openedAt: daysAgo(90) }),
      closed(5, 45),
    );
    await databaseOf(on.store.connection)
      .collection('tickets')
      .updateOne({ number: 5 }, { $set: { relay: true } });
    expect(await on.store.tickets.archive(cutoff, 10)).toBe(1);
    expect(await both()).toEqual({ hot: ['2v1', '3v1', '4v1', '5v1'], old: ['1v1'] });
  });

  it('goes in steps, the longest ago first', async () => {
    await create(closed(1, 31), closed(2, 50), closed(3, 40));
    expect(await on.store.tickets.archive(cutoff, 2)).toBe(2);
    expect(await both()).toEqual({ hot: ['1v1'], old: ['2v1', '3v1'] });
    expect(await on.store.tickets.archive(cutoff, 2)).toBe(1);
    expect(await on.store.tickets.archive(cutoff, 2)).toBe(0);
  });

  it('is read as it was: by id and number, in lists, pages and counts, as an earlier visit', async () => {
    const { tickets } = on.store;
    const all = [closed(1, 60), closed(2, 31), closed(3, 5), aTicket({ _id: 't4', number: 4, openedAt: daysAgo(45) })];
    await create(...all);
    const words = wordsIn('快递三天');
    const looks = async () => ({
      loaded: await Promise.all(['t1', 't2', 't3', 't4', 'none'].map(tickets.load)),
      numbered: await Promise.all([1, 2, 9].map(tickets.byNumber)),
      several: (await tickets.byNumbers([1, 3, 9])).map((t) => t._id).toSorted(),
      visits: await tickets.visitsOf(all[0]?.customer.account ?? ''),
      closed: (await tickets.list({ status: ['closed'] }, 10)).map((t) => t._id),
      oldest: (await tickets.list({ team: ['aftersales'], order: 'oldest' }, 2)).map((t) => t._id),
      open: (await tickets.list({ status: ['new'] }, 10)).map((t) => t._id),
      counts: [
        await tickets.count({ status: ['closed'] }),
        await tickets.count({}),
        await tickets.count({ assignee: '' }),
      ],
      found: (await tickets.page({ words }, null, 10)).map((t) => t._id),
      missed: (await tickets.page({ words: wordsIn('退款') }, null, 10)).map((t) => t._id),
      ofTeam: (await tickets.page({ team: ['logistics', 'aftersales'], status: ['closed'] }, null, 10)).map(
        (t) => t._id,
      ),
      first: (await tickets.page({}, null, 3)).map((t) => t._id),
      second: (await tickets.page({}, { at: daysAgo(45), told: [3, 2, 4] }, 3)).map((t) => t._id),
    });
    const before = await looks();
    expect(await tickets.archive(cutoff, 10)).toBe(2);
    expect(await looks()).toEqual(before);
    expect(before).toMatchObject({ first: ['t3', 't2', 't4'], second: ['t1'], several: ['t1', 't3'] });
    expect(before.visits).toMatchObject({ count: 4, newest: { number: 3 } });
    expect(Object.keys(before.visits.newest ?? {})).not.toContain('history');
  });

  it('comes back with the first change, once, and goes again when its time has come', async () => {
    const { tickets } = on.store;
    const ticket = closed(1, 60);
    await create(ticket);
    await tickets.archive(cutoff, 10);
    const loaded = await tickets.load('t1');
    if (loaded === null) throw new Error('not there');
    expect(await tickets.change(loaded, applied(reopened(loaded)))).toBe(true);
    expect(await both()).toEqual({ hot: ['1v2'], old: [] });
    // Who read it before that is too late, as ever.
    expect(await tickets.change(loaded, applied(reopened(loaded)))).toBe(false);
    const now = await tickets.load('t1');
    expect(now).toEqual(reopened(ticket));
    await tickets.change(now ?? loaded, applied({ ...closed(1, 40), version: 3 }));
    await tickets.pull([{ id: 't1', version: 3, keys: [] }]);
    await tickets.archive(cutoff, 10);
    expect(await both()).toEqual({ hot: [], old: ['1v3'] });
  });

  it('that goes with effects is found by who relays them', async () => {
    await create(closed(1, 60));
    await on.store.tickets.archive(cutoff, 10);
    const loaded = await on.store.tickets.load('t1');
    if (loaded === null) throw new Error('not there');
    const effect = { kind: 'draw', places: [], key: 'k' } as const;
    const next = { ...applied({ ...reopened(loaded), pending: [effect] }), effects: [effect] };
    await on.store.tickets.change(loaded, next);
    expect((await on.store.tickets.unrelayed(10)).map((t) => t.number)).toEqual([1]);
  });
});

/** Asked before and told after each call that a store makes of its tickets. */
interface Gate {
  readonly before: (call: number) => Promise<void> | void;
  readonly after: (call: number) => Promise<void> | void;
}

/** A store of its own on the same data, each of whose calls goes through a gate. */
async function gated(gate: Gate): Promise<Store> {
  const store = await openStore(on.uri);
  const db = databaseOf(store.connection);
  let calls = 0;
  const through = async <T>(act: () => Promise<T>): Promise<T> => {
    calls += 1;
    const call = calls;
    await gate.before(call);
    const result = await act();
    await gate.after(call);
    return result;
  };
  const collection = (name: string): unknown =>
    new Proxy(db.collection(name), {
      get: (target, method: 'find') => {
        const own: unknown = Reflect.get(target, method);
        if (typeof own !== 'function') return own;
        if (method === 'find')
          return (...args: Parameters<typeof target.find>) => ({
            toArray: () => through(() => target.find(...args).toArray()),
          });
        return (...args: unknown[]) => through(() => Reflect.apply(own, target, args) as Promise<unknown>);
      },
    });
  Object.defineProperty(store.connection, 'db', { value: { collection } });
  return store;
}

class Cut extends Error {}

/** Does something that is cut at each call of the store it makes, before and after the call, then looks what has come of it. */
async function cutEverywhere(
  prepare: () => Promise<void>,
  act: (store: Store) => Promise<unknown>,
  look: (where: string) => Promise<void>,
): Promise<number> {
  let total = 0;
  let cut: { readonly call: number; readonly when: 'before' | 'after' } | null = null;
  const meet = (call: number, when: 'before' | 'after'): void => {
    if (cut?.call === call - begun && cut.when === when) throw new Cut();
    total = Math.max(total, call - begun);
    last = call;
  };
  let begun = 0;
  let last = 0;
  const store = await gated({ before: (call) => meet(call, 'before'), after: (call) => meet(call, 'after') });
  try {
    await prepare();
    await act(store);
    const calls = total;
    for (let call = 1; call <= calls; call += 1)
      for (const when of ['before', 'after'] as const) {
        await empty();
        await prepare();
        cut = { call, when };
        begun = last;
        await expect(act(store)).rejects.toThrow(Cut);
        // The call that was cut is counted as well.
        last = begun + call;
        cut = null;
        await look(`cut ${when} call ${call} of ${calls}`);
      }
    return calls;
  } finally {
    await store.close();
  }
}

describe('cut at any call of the store', () => {
  const seen = async (where: string): Promise<Ticket> => {
    const ticket = await on.store.tickets.load('t1');
    expect((await on.store.tickets.byNumber(1))?.version, where).toBe(ticket?.version);
    expect(
      (await on.store.tickets.page({}, null, 10)).map((t) => t.number),
      where,
    ).toEqual([2, 1]);
    if (ticket === null) throw new Error(`lost: ${where}`);
    return ticket;
  };
  const prepare = () => create(closed(1, 60), closed(2, 50));

  it('archiving loses nothing, shows nothing twice, and ends with the next run', async () => {
    const calls = await cutEverywhere(
      prepare,
      (store) => store.tickets.archive(cutoff, 10),
      async (where) => {
        expect((await seen(where)).version, where).toBe(1);
        await on.store.tickets.archive(cutoff, 10);
        expect(await both(), where).toEqual({ hot: [], old: ['1v1', '2v1'] });
        await seen(where);
      },
    );
    expect(calls).toBeGreaterThanOrEqual(6);
  });

  it('what changes meanwhile is kept, and nothing older of it stays behind', async () => {
    await cutEverywhere(
      prepare,
      (store) => store.tickets.archive(cutoff, 10),
      async (where) => {
        const before = await seen(where);
        expect(await on.store.tickets.change(before, applied(reopened(before))), where).toBe(true);
        expect(await seen(where), where).toMatchObject({ version: 2, status: 'in_progress' });
        await on.store.tickets.archive(cutoff, 10);
        expect(await both(), where).toEqual({ hot: ['1v2'], old: ['2v1'] });
      },
    );
  });

  it('coming back is whole or not at all, and can be repeated', async () => {
    const calls = await cutEverywhere(
      async () => {
        await prepare();
        await on.store.tickets.archive(cutoff, 10);
      },
      async (store) => {
        const before = await on.store.tickets.load('t1');
        if (before !== null) await store.tickets.change(before, applied(reopened(before)));
      },
      async (where) => {
        const before = await seen(where);
        const repeated = before.version > 1 || (await on.store.tickets.change(before, applied(reopened(before))));
        expect(repeated, where).toBe(true);
        expect(await seen(where), where).toMatchObject({ version: 2, status: 'in_progress' });
        await on.store.tickets.archive(cutoff, 10);
        expect(await both(), where).toEqual({ hot: ['1v2'], old: ['2v1'] });
      },
    );
    expect(calls).toBe(4);
  });
});

it('who looks while it comes back finds it', async () => {
  await create(closed(1, 60));
  await on.store.tickets.archive(cutoff, 10);
  const looking = await gated({
    before: () => undefined,
    // Not found among the hot ones; then it comes back, and is gone from the archive.
    after: async (call) => {
      const before = call === 1 ? await on.store.tickets.load('t1') : null;
      if (before !== null) await on.store.tickets.change(before, applied(reopened(before)));
    },
  });
  try {
    expect(await looking.tickets.load('t1')).toMatchObject({ version: 2 });
  } finally {
    await looking.close();
  }
});

it('two who archive and two who change at once, in any order of their calls, lose no change', async () => {
  /** Calls that wait for their turn; each is let go when the one before is done. */
  let waiting: (() => void)[] = [];
  let arrived: () => void = () => undefined;
  const gate: Gate = {
    before: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        arrived();
      }),
    after: () => undefined,
  };
  const stores = await Promise.all([1, 2, 3, 4].map(() => gated(gate)));
  const [first, second, third, fourth] = stores;
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) throw new Error();
  const changes = async ({ tickets }: Store): Promise<boolean> => {
    const before = await tickets.load('t1');
    if (before === null) throw new Error('lost');
    return tickets.change(before, applied(reopened({ ...before, passes: before.passes + 1 })));
  };
  try {
    for (let seed = 1; seed <= 40; seed += 1) {
      await empty();
      await create(closed(1, 60));
      let random = seed;
      const actors = [
        first.tickets.archive(cutoff, 10),
        second.tickets.archive(cutoff, 10),
        changes(third),
        changes(fourth),
      ];
      const left = new Set<unknown>(actors);
      for (const actor of actors)
        void actor.finally(() => {
          left.delete(actor);
          arrived();
        });
      while (left.size > 0) {
        // Whoever is under way comes to their next call, or to their end.
        while (waiting.length < left.size) await new Promise<void>((resolve) => (arrived = resolve));
        if (left.size === 0) break;
        random = (random * 48_271) % 2_147_483_647;
        const [next] = waiting.splice(random % waiting.length, 1);
        next?.();
      }
      const [, , one, other] = await Promise.all(actors);
      const done = [one, other].filter((changed) => changed === true).length;
      const ticket = await on.store.tickets.load('t1');
      expect(ticket, `seed ${seed}`).toMatchObject({ version: 1 + done, passes: done });
      expect(done, `seed ${seed}`).toBeGreaterThan(0);
      await on.store.tickets.archive(cutoff, 10);
      expect(await both(), `seed ${seed}`).toEqual({ hot: [`1v${1 + done}`], old: [] });
    }
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
});
