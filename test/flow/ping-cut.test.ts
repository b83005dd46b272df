import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ticket } from '../../src/domain/ticket.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import { createDeliverer } from '../../src/flow/deliver.ts';
import { outboxRow } from '../../src/flow/row.ts';
import type { OutboxRow } from '../../src/storage/outbox.ts';
import type { Store } from '../../src/storage/store.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';
import { aBench, aStore, failure, type Bench, type Call } from '../support/flow.ts';
import { anOwed } from '../support/owed.ts';
import { aDirectory, aPerson, clocksDue, NOW } from '../support/tickets.ts';

const MINUTE = 60_000;

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(() => on.empty());

const begin = (): void => {
  bench = aBench(on.store, {}, [], {}, manualClock());
};
const owed = (number: number, more: Partial<Ticket> = {}): Promise<Ticket> =>
  anOwed(on.store, bench.clock.now(), { number, dueIn: 0, ...more });

const pings = (person = 'lilei'): Call[] =>
  bench.adapter.calls.filter(({ key, conversation }) => key.startsWith('ping:') && conversation === `direct:${person}`);
const titleOf = (call: Call | undefined): string =>
  call?.message.type === 'card' ? call.message.card.title : 'no card';
/** A promise of which somebody has been told. */
const told = (person: string): Ticket['clocks'] => {
  const { nextResponse } = clocksDue({ nextResponse: NOW });
  if (nextResponse === undefined) throw new Error('no clock');
  return { nextResponse: { ...nextResponse, rung: 3, told: [person] } };
};

/** The store as one process sees it, which dies at its n-th step: before what it asks for is done, or right after. */
function dying(store: Store, n: number, after: boolean): { readonly store: Store; readonly steps: () => number } {
  let steps = 0;
  const watched = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        const found: unknown = Reflect.get(target, name);
        if (typeof found !== 'function') return found;
        return async (...args: readonly unknown[]): Promise<unknown> => {
          steps += 1;
          const dies = steps >= n;
          if (dies && !(after && steps === n)) throw new StoreUnavailable(new Error('cut'));
          const answer: unknown = await Reflect.apply(found, target, args);
          if (dies) throw new StoreUnavailable(new Error('cut'));
          return answer;
        };
      },
    });
  const cut: Store = { ...store, outbox: watched(store.outbox), pings: watched(store.pings) };
  return { store: cut, steps: () => steps };
}

describe('a process that dies', () => {
  const lane = 'ping:sandbox\ndemo\ndirect:lilei';
  const row = (number: number, telling: boolean): OutboxRow =>
    outboxRow(
      {
        _id: `t${number}.${telling ? 'told' : 'over'}`,
        lane,
        address: { platform: 'sandbox', app: 'demo', conversation: 'direct:lilei' },
        body: {
          kind: 'ping',
          person: 'lilei',
          ticket: `t${number}`,
          number,
          telling: telling ? { why: 'due', level: 'handler', since: 2 } : null,
        },
      },
      new Date(bench.clock.now().getTime() + number),
    );
  const deliver = async (store: Store, clock: ManualClock, process: string): Promise<void> => {
    const parts = { ...bench.parts, store, process };
    const deliverer = createDeliverer(parts, 'sandbox\ndemo', bench.adapter);
    try {
      for (let i = 0; i < 3; i += 1) {
        await deliverer.step();
        clock.advance(1_000);
      }
    } finally {
      await deliverer.stop();
    }
  };
  /** A message that stands, with a ticket that is settled by now and two that are new. */
  const prepare = async (): Promise<void> => {
    await on.empty();
    begin();
    const clocks = told('lilei');
    await owed(1, { clocks });
    await on.store.outbox.add([row(1, true)]);
    await deliver(on.store, bench.clock, 'first');
    for (const number of [2, 3]) await owed(number, { clocks });
    await on.store.outbox.add([row(2, true), row(3, true)]);
    bench.adapter.calls.splice(0);
  };

  it.each([
    ['before', false],
    ['after', true],
  ])(
    '%s whatever it does to the store loses nothing and says nothing twice',
    async (_when, after) => {
      for (let n = 1; ; n += 1) {
        await prepare();
        const cut = dying(on.store, n, after);
        const ended = await deliver(cut.store, bench.clock, 'dies').catch((error: unknown) => error);
        expect(ended === undefined || ended instanceof StoreUnavailable).toBe(true);
        bench.clock.advance(MINUTE);
        await deliver(on.store, bench.clock, 'goes on');
        const sent = pings().filter(({ method }) => method === 'send');
        // A repeat under its key is the same message.
        const messages = new Map(sent.map(({ key, message }) => [key, JSON.stringify(message)]));
        expect([n, ...messages.keys()]).toEqual([n, `${lane}:2`]);
        expect(new Set(sent.map(({ message }) => JSON.stringify(message))).size).toBe(1);
        expect(titleOf(sent[0])).toBe('3 张工单到时限了');
        // The one before it says so.
        expect(titleOf(pings().at(-1))).toBe('这条提醒旧了，看下面最新的');
        expect((await on.store.pings.load(lane))?.items).toHaveLength(3);
        if (cut.steps() < n) break;
      }
    },
    60_000,
  );

  it('says nothing twice outside the chats either, where nothing is left of what was said', async () => {
    begin();
    const mail = { platform: 'email', app: 'main', conversation: 'zhou@example.com' };
    const boss = aPerson('zhou', '周总', { roles: ['manager'], teams: [], outside: [mail] });
    const directory = aDirectory({ people: new Map([['zhou', boss]]) });
    const adapter = { ...bench.adapter, platform: 'email', app: 'main' };
    await owed(1, { clocks: told('zhou') });
    const telling = { why: 'due', level: 'outside', since: 2 } as const;
    const body = { kind: 'ping', person: 'zhou', ticket: 't1', number: 1, telling } as const;
    await on.store.outbox.add([
      outboxRow({ _id: 't1.outside', lane: 'ping:email\nmain\nzhou', address: mail, body }, bench.clock.now()),
    ]);
    // Whoever sends it dies before it is noted that the row is done.
    const forgetful: Store = { ...on.store, outbox: { ...on.store.outbox, done: () => Promise.resolve() } };
    for (const store of [forgetful, forgetful, on.store]) {
      const parts = { ...bench.parts, store, directory: () => directory };
      const deliverer = createDeliverer(parts, 'email\nmain', adapter);
      await deliverer.step();
      await deliverer.step();
      await deliverer.stop();
    }
    const sent = bench.adapter.calls.filter(({ conversation }) => conversation === mail.conversation);
    expect(sent.map(({ method, key }) => [method, key])).toEqual([['send', 'ping:email\nmain\nzhou:1']]);
    expect(await on.store.outbox.load('t1.outside')).toMatchObject({ state: 'done' });
  });

  it('while its message may have arrived is followed by the same message', async () => {
    await prepare();
    bench.adapter.fails(failure('unknown'));
    await deliver(on.store, bench.clock, 'dies');
    await owed(4, { assignee: 'wangfang' });
    await on.store.outbox.add([row(4, true)]);
    bench.clock.advance(MINUTE);
    await deliver(on.store, bench.clock, 'goes on');
    const sent = pings().filter(({ method }) => method === 'send');
    expect(sent.map(({ key }) => key)).toEqual([`${lane}:2`, `${lane}:2`]);
    expect(sent[0]?.message).toEqual(sent[1]?.message);
  });

  it('between a message and the one before it comes back to the older one', async () => {
    await prepare();
    bench.adapter.fails(null, failure('retryable'));
    await deliver(on.store, bench.clock, 'dies');
    bench.clock.advance(MINUTE);
    await deliver(on.store, bench.clock, 'goes on');
    expect(pings().map(({ method, key }) => [method, key.slice(lane.length)])).toEqual([
      ['send', ':2'],
      ['update', expect.stringMatching(/^:1:/)],
      ['update', expect.stringMatching(/^:1:/)],
    ]);
    expect((await on.store.pings.load(lane))?.before).toBeNull();
  });

  it('is not what keeps a message that will never be taken from being followed by one that is', async () => {
    await prepare();
    bench.adapter.fails(failure('permanent'));
    await deliver(on.store, bench.clock, 'first');
    await owed(4, { clocks: told('lilei') });
    await on.store.outbox.add([row(4, true)]);
    bench.clock.advance(MINUTE);
    await deliver(on.store, bench.clock, 'first');
    expect(pings().map(({ method, key }) => [method, key.slice(lane.length)])).toEqual([
      ['send', ':2'],
      ['send', ':3'],
      ['update', expect.stringMatching(/^:1:/)],
    ]);
  });

  it('leaves the rest to another one: of two that both believe to deliver one says it', async () => {
    await prepare();
    const [a, b] = ['a', 'b'].map((process) =>
      createDeliverer({ ...bench.parts, process }, 'sandbox\ndemo', bench.adapter),
    );
    bench.clock.advance(MINUTE);
    await Promise.all([a?.step(), b?.step()]);
    bench.clock.advance(MINUTE);
    await Promise.all([a?.step(), b?.step()]);
    await Promise.all([a?.stop(), b?.stop()]);
    expect(new Set(pings().flatMap(({ method, key }) => (method === 'send' ? [key] : [])))).toEqual(
      new Set([`${lane}:2`]),
    );
  });
});

describe('thousands at once', () => {
  it('are one message, of reads that are bounded', async () => {
    begin();
    const now = bench.clock.now();
    const address = { platform: 'sandbox', app: 'demo', conversation: 'direct:zhaomin' };
    await owed(1, { clocks: told('zhaomin') });
    const rows = Array.from({ length: 2_500 }, (_, i) =>
      outboxRow(
        {
          _id: `t${i + 1}.told`,
          lane: 'ping:sandbox\ndemo\ndirect:zhaomin',
          address,
          body: {
            kind: 'ping',
            person: 'zhaomin',
            ticket: `t${i + 1}`,
            number: i + 1,
            telling: { why: 'due', level: 'lead', since: 2 },
          },
        },
        now,
      ),
    );
    await on.store.outbox.add(rows);
    await bench.passes(1);
    await bench.passes(1);
    expect(pings('zhaomin').map(({ method }) => method)).toEqual(['send']);
    expect(titleOf(pings('zhaomin').at(-1))).toBe('至少 1 张工单到时限了');
    expect(await on.store.outbox.counts(['sandbox\ndemo'])).toMatchObject([{ pending: 0 }]);
  });
});
