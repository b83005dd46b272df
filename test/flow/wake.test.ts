import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstBroken } from '../../src/domain/chain.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import type { Perform } from '../../src/flow/perform.ts';
import { createWake } from '../../src/flow/wake.ts';
import type { Store } from '../../src/storage/store.ts';
import { manualClock } from '../support/clock.ts';
import { aBench, aStore } from '../support/flow.ts';
import { NOW } from '../support/tickets.ts';

const WIDTH = 200;
const second = (n: number): Date => new Date(NOW.getTime() - 3_600_000 + n * 1_000);

/** Due tickets as the store gives them, in the order of their moments, until they are `woken`. */
function dueTickets(moments: ReadonlyMap<string, Date>) {
  const woken = new Set<string>();
  const asked: number[] = [];
  const due: Store['tickets']['due'] = (now, limit, except, from = new Date(0)) => {
    const left = [...moments].filter(([id, at]) => !woken.has(id) && !except.includes(id) && at <= now && at >= from);
    const given = left.toSorted(([, a], [, b]) => a.getTime() - b.getTime()).slice(0, limit);
    asked.push(given.length);
    return Promise.resolve(given.map(([_id, nextDueAt], i) => ({ _id, number: i + 1, dueToken: '1', nextDueAt })));
  };
  return { store: { tickets: { due } }, woken, asked };
}

const ids = (name: string, count: number, at: (i: number) => Date): [string, Date][] =>
  Array.from({ length: count }, (_, i) => [`${name}-${i}`, at(i)]);

/** The sweep over such tickets; `perform` wakes one unless it is told otherwise. */
function aSweep(
  moments: readonly (readonly [string, Date])[],
  acts: (id: string) => Promise<void> | void = () => undefined,
) {
  const clock = manualClock(NOW);
  const { store, woken, asked } = dueTickets(new Map(moments));
  const alarms: string[] = [];
  const performed: string[] = [];
  let underWay = 0;
  let most = 0;
  const perform: Perform = async (id) => {
    performed.push(id);
    underWay += 1;
    most = Math.max(most, underWay);
    try {
      await acts(id);
    } finally {
      underWay -= 1;
    }
    woken.add(id);
    return { outcome: 'done', refusal: null, ticket: null, seq: 1 };
  };
  const meter = {
    inbound() {},
    intent() {},
    delivered() {},
    seen() {},
    platform() {},
    failed() {},
    notified() {},
    alarm: (what: string) => void alarms.push(what),
  };
  const wake = createWake({ store, clock, meter, noteFault: async () => 'E-7F3K2M', quiet: () => null }, perform);
  return { wake, clock, alarms, performed, asked, most: () => most };
}

describe('the sweep', () => {
  it('tries tickets that always fail again after a rest of their own, and lets them hold up nobody', async () => {
    const broken = ids('broken', 600, () => second(0));
    const { wake, clock, alarms, performed } = aSweep([...broken, ['fine', second(1)]], (id) => {
      if (id.startsWith('broken')) throw new Error('no');
    });
    expect(await wake()).toBe(1);
    expect(performed).toHaveLength(601);
    expect(alarms).toHaveLength(600);
    expect(await wake()).toBe(0);
    expect(alarms).toHaveLength(600);
    clock.advance(1_000);
    await wake();
    expect(alarms).toHaveLength(1_200);
    clock.advance(1_000);
    await wake();
    // Twice failed, twice the rest.
    expect(alarms).toHaveLength(1_200);
    clock.advance(1_000);
    await wake();
    expect(alarms).toHaveLength(1_800);
  });

  it.each([
    { what: 'at moments of their own', at: second },
    { what: 'all at the same moment', at: () => second(0) },
  ])('wakes many $what: each once, in order, so many at a time, and reads each but once or twice', async ({ at }) => {
    const all = ids('t', 3_000, at);
    const { wake, performed, asked, most } = aSweep(all, async () => {
      // As long as a store takes: others go on meanwhile.
      for (let i = 0; i < 5; i += 1) await Promise.resolve();
    });
    expect(await wake()).toBe(3_000);
    expect(performed).toEqual(all.map(([id]) => id));
    expect(most()).toBe(WIDTH);
    expect(asked.reduce((sum, n) => sum + n, 0)).toBeLessThan(2 * 3_000);
  });

  it('goes on beside one that takes long', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const all = ids('t', 2_000, () => second(0));
    const { wake, performed } = aSweep(all, async (id) => {
      if (id === 't-0') await held;
      if (id === 't-1999') release();
    });
    expect(await wake()).toBe(2_000);
    expect(performed).toHaveLength(2_000);
  });

  it('ends after what is under way when it is aborted, and when it has taken its time', async () => {
    const abort = new AbortController();
    const aborted = aSweep(
      ids('t', 2_000, () => second(0)),
      () => {
        abort.abort();
      },
    );
    expect(await aborted.wake(abort.signal)).toBe(aborted.performed.length);
    expect(aborted.performed.length).toBeLessThanOrEqual(WIDTH);
    const late = aSweep(
      ids('t', 2_000, () => second(0)),
      () => {
        late.clock.advance(100);
      },
    );
    expect(await late.wake()).toBe(late.performed.length);
    expect(late.performed.length).toBeLessThan(2 * WIDTH);
    // The next run takes up the rest.
    while ((await late.wake()) > 0);
    expect(new Set(late.performed).size).toBe(2_000);
  });

  it('ends when the store is away: that is no fault of a ticket', async () => {
    const away = { is: true };
    const { wake, performed, alarms } = aSweep(
      ids('t', 1_000, () => second(0)),
      () => {
        if (away.is) throw new StoreUnavailable(new Error('away'));
      },
    );
    await expect(wake()).rejects.toThrow(StoreUnavailable);
    expect(performed.length).toBeLessThanOrEqual(WIDTH);
    expect(alarms).toEqual([]);
    away.is = false;
    expect(await wake()).toBe(1_000);
  });
});

describe('over a store', () => {
  let on: Awaited<ReturnType<typeof aStore>>;
  let seeds: readonly Ticket[] = [];
  const DUE = new Date('2026-11-11T07:30:00Z');
  const SEEDS = 4;
  const documents = () => on.store.connection.collection<{ _id: string }>('tickets');

  beforeAll(async () => {
    on = await aStore();
    const bench = aBench(on.store);
    await bench.writes('杯子碎了');
    const [row] = await on.store.tickets.list({}, 1);
    const who = (cause: string) => ({ actor: { kind: 'person', id: 'lilei', name: '李雷' }, cause }) as const;
    const id = row?._id ?? '';
    await bench.flow.perform(id, { type: 'claim' }, who('claim'));
    await bench.flow.perform(id, { type: 'pend', wait: 'customer', until: DUE }, who('pend'));
    await bench.flow.settle();
    const model = (await documents().findOne({ _id: id })) as unknown as Ticket;
    seeds = Array.from({ length: SEEDS }, (_, i) => ({ ...model, _id: `seed-${i}`, number: 100 + i, clocks: {} }));
  });
  afterAll(() => on.close());

  const afresh = async (): Promise<void> => {
    for (const name of ['tickets', 'outbox', 'surfaces', 'leases'])
      await on.store.connection.collection(name).deleteMany({});
    await documents().insertMany(structuredClone(seeds));
  };
  const aProcess = (store: Store = on.store) => {
    const bench = aBench(store, {}, [], {}, manualClock(DUE));
    return { ...bench, relays: () => bench.flow.settle() };
  };

  /** Each was woken once, its chain holds, and each of its places is told of it once. */
  const audit = async (what: string): Promise<void> => {
    const found = (await documents().find({}).toArray()) as unknown as (Ticket & { relay: boolean })[];
    const rows = await on.store.connection.collection<{ _id: string }>('outbox').find({}).toArray();
    for (const { _id, history, version, pending, nextDueAt, relay } of found) {
      const woken = history.tail.filter(({ type }) => type === 'resumed');
      const model = seeds[0] as Ticket;
      const isDue = nextDueAt !== null && nextDueAt <= DUE;
      expect(
        { woken: woken.length, version, pending, isDue, relay, broken: firstBroken(history.tail) },
        `${what}: ${_id}`,
      ).toEqual({ woken: 1, version: model.version + 1, pending: [], isDue: false, relay: false, broken: null });
      const draws = rows.filter((row) => row._id.startsWith(`${_id}.`));
      expect(draws.length, `${what}: ${_id}`).toBe(model.places.length);
    }
    expect(found).toHaveLength(SEEDS);
  };

  type Calls = Record<string, (...args: never[]) => Promise<unknown>>;
  /** A store whose process dies at its n-th call, before or after the store did what it was asked; how many calls there were. */
  const dying = (at: number, when: 'before' | 'after') => {
    const state = { calls: 0 };
    const guarded = <T extends object>(part: T, names: readonly (keyof T & string)[]): T => ({
      ...part,
      ...Object.fromEntries(
        names.map((name) => {
          const act = (part as unknown as Calls)[name];
          return [
            name,
            async (...args: never[]) => {
              state.calls += 1;
              const { calls } = state;
              if (calls > at || (calls === at && when === 'before')) throw new StoreUnavailable(new Error('killed'));
              const answer = await act?.(...args);
              if (calls === at) throw new StoreUnavailable(new Error('killed'));
              return answer;
            },
          ];
        }),
      ),
    });
    const store: Store = {
      ...on.store,
      tickets: guarded(on.store.tickets, ['due', 'load', 'change', 'unrelayed', 'pull', 'archiveTails']),
      outbox: guarded(on.store.outbox, ['add']),
    };
    return { store, state };
  };

  it.each(['before', 'after'] as const)(
    'a process that dies at any of its calls, %s the store did it, loses nothing and doubles nothing',
    async (when) => {
      let at = 0;
      let calls = Number.POSITIVE_INFINITY;
      while (at < calls) {
        at += 1;
        await afresh();
        const { store, state } = dying(at, when);
        const dead = aProcess(store);
        await dead.flow.wake().catch(() => undefined);
        await dead.relays().catch(() => undefined);
        calls = state.calls;
        const next = aProcess();
        await next.flow.wake();
        await next.relays();
        await audit(`killed ${when} call ${at} of ${calls}`);
      }
      expect(at).toBeGreaterThan(2 * SEEDS);
    },
    60_000,
  );

  it('two that sweep at once wake each once', async () => {
    await afresh();
    const [one, other] = [aProcess(), aProcess()];
    await Promise.all([one.flow.wake(), other.flow.wake()]);
    await Promise.all([one.relays(), other.relays()]);
    await audit('two at once');
    expect(await documents().countDocuments({})).toBe(SEEDS);
  });
});
