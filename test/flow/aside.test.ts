import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Limit } from '../../adapters/adapter.ts';
import { createAside } from '../../src/flow/aside.ts';
import type { Process } from '../../src/flow/process.ts';
import { createReceive } from '../../src/flow/receive.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';
import { aBench, aMessage, aStore, doubleAdapter } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let run = 0;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const limitOf = (more: Partial<Limit> = {}): Limit => {
  run += 1;
  return {
    name: `limit${run}`,
    per: 'conversation',
    method: 'send',
    count: 20,
    windowMs: 60_000,
    source: '',
    aside: 5,
    ...more,
  };
};
const address = (conversation = 'g', app = 'demo') => ({ platform: 'sandbox', app, conversation });

/** One process's way to the share. */
const processOf = (limit: Limit, clock: ManualClock, apps: readonly string[] = ['demo']) =>
  createAside({
    store: on.store,
    clock,
    adapters: new Map(apps.map((app) => [`sandbox\n${app}`, { ...doubleAdapter(clock, [limit]), app }])),
  });

const count = async (asked: readonly Promise<boolean>[]): Promise<number> =>
  (await Promise.all(asked)).filter(Boolean).length;

it('many processes at once give as many answers as the share holds, in every window', async () => {
  const limit = limitOf();
  const clock = manualClock();
  const processes = Array.from({ length: 12 }, () => processOf(limit, clock));
  for (let window = 0; window < 3; window += 1) {
    const asked = processes.flatMap((p) => Array.from({ length: 4 }, () => p.take(address(), 'u')));
    expect(await count(asked)).toBe(5);
    // Another conversation has a share of its own.
    expect(await processes[0]?.take(address(`other${window}`), 'u')).toBe(true);
    clock.advance(59_999);
    expect(await count(processes.map((p) => p.take(address(), 'u')))).toBe(0);
    clock.advance(1);
  }
});

it('never more than the share in any window, whoever answers and however clocks jump; after a quiet window there is room', async () => {
  const step = fc.record({
    ms: fc.integer({ min: 0, max: 400 }),
    who: fc.integer({ min: 0, max: 2 }),
    asks: fc.integer({ min: 1, max: 6 }),
    jump: fc.constantFrom(0, 0, 3_600_000, -3_600_000, 300, -300),
    restart: fc.constantFrom(false, false, false, true),
  });
  const some = fc.record({ aside: fc.integer({ min: 1, max: 6 }), windowMs: fc.integer({ min: 20, max: 1_500 }) });
  await fc.assert(
    fc.asyncProperty(some, fc.array(step, { minLength: 1, maxLength: 25 }), async (of, steps) => {
      const limit = limitOf(of);
      const clocks = [0, 1, 2].map(() => manualClock());
      const processes = clocks.map((clock) => processOf(limit, clock));
      let elapsed = 0;
      const given: number[] = [];
      const ask = async (who: number, asks: number): Promise<void> => {
        const answers = Array.from({ length: asks }, async () => processes[who]?.take(address(), 'u'));
        for (const yes of await Promise.all(answers)) if (yes === true) given.push(elapsed);
      };
      const passes = (ms: number): void => {
        elapsed += ms;
        for (const clock of clocks) clock.advance(ms);
      };
      for (const { ms, who, asks, jump, restart } of steps) {
        passes(ms);
        const clock = clocks[who];
        clock?.jump(jump);
        if (restart && clock !== undefined) processes[who] = processOf(limit, clock);
        await ask(who, asks);
      }
      for (const end of given)
        expect(given.filter((at) => at <= end && at > end - of.windowMs).length).toBeLessThanOrEqual(of.aside);
      // Whoever has seen what was given finds the whole share a window later.
      for (const who of [0, 2, 1]) await ask(who, 1);
      passes(of.windowMs);
      const before = given.length;
      await ask(1, of.aside);
      expect(given.length - before).toBe(of.aside);
    }),
    { numRuns: 60 },
  );
});

it('a long window is known by the wall clock too: who never saw the answers finds the share as free as it is', async () => {
  const answered = async (windowMs: number): Promise<boolean> => {
    const limit = limitOf({ aside: 1, windowMs });
    const clock = manualClock();
    expect(await processOf(limit, clock).take(address(), 'u')).toBe(true);
    clock.advance(windowMs);
    return processOf(limit, clock).take(address(), 'u');
  };
  expect([await answered(600_000), await answered(60_000)]).toEqual([true, false]);
});

it('installations behind one address share what it sets aside', async () => {
  const limit = limitOf({ per: 'ip', aside: 3 });
  const clock = manualClock();
  const both = processOf(limit, clock, ['one', 'two']);
  const asked = ['one', 'two', 'one', 'two'].map((app) => both.take(address('g', app), 'u'));
  expect(await count(asked)).toBe(3);
});

it('what is forgotten by the retention job is made anew', async () => {
  const limit = limitOf({ aside: 1 });
  const clock = manualClock();
  const mine = processOf(limit, clock);
  for (let i = 0; i < 2; i += 1) {
    expect(await mine.take(address(), 'u')).toBe(true);
    clock.advance(60_000);
    await on.store.budgets.prune(new Date(clock.now().getTime() + 1));
  }
  expect(await on.store.budgets.readAside(`${limit.name}\n\nsandbox\ndemo\ng`)).toBeNull();
});

it('where no limit sets anything aside the store is not asked', async () => {
  const clock = manualClock();
  const asked = () => Promise.reject(new Error('asked'));
  const budgets = { ...on.store.budgets, readAside: asked, writeAside: asked };
  const limits = [
    limitOf({ aside: 0 }),
    limitOf({ conversations: ['other'] }),
    limitOf({ method: 'update' }),
    limitOf({ per: 'robot' }),
  ];
  const adapters = new Map([['sandbox\ndemo', doubleAdapter(clock, limits)]]);
  const aside = createAside({ store: { ...on.store, budgets }, clock, adapters });
  expect(await aside.take(address(), 'u')).toBe(true);
});

/** Everybody who writes is answered; what is given at once, and what goes out by the outbox. */
function answering(limits: readonly Limit[]) {
  const bench = aBench(on.store, {}, limits);
  run += 1;
  const chat = `chat${run}`;
  const answer = { key: 'card.empty', params: null } as const;
  const process: Process = Object.assign(async () => ({ answer: { sentence: answer }, form: null, person: null }), {
    form: async () => null,
  });
  const receive = createReceive(bench.parts, process, () => undefined);
  const writes = async (text: string) => {
    const event = aMessage(bench.clock, `${chat}-${text}`, text);
    return receive.accept({ ...event, conversation: { id: chat, kind: 'group' } });
  };
  const later = () =>
    on.store.connection.collection('outbox').countDocuments({ 'address.conversation': chat, 'body.kind': 'answer' });
  return { bench, writes, later };
}

it('an answer that finds no room in the share goes the ordinary path, and nothing is lost', async () => {
  const { bench, writes, later } = answering([limitOf({ aside: 2 })]);
  const answers = [];
  for (const text of ['1', '2', '3', '4']) answers.push(await writes(text));
  expect(answers.map((a) => a.answer !== undefined)).toEqual([true, true, false, false]);
  expect(answers.every((a) => a.stored)).toBe(true);
  expect(await later()).toBe(2);
  bench.clock.advance(60_000);
  expect((await writes('5')).answer).toBeDefined();
  expect(await later()).toBe(2);
});

it('without a share every answer that is ready is given at once', async () => {
  const { writes, later } = answering([limitOf({ aside: 0, count: 1 })]);
  for (const text of ['1', '2', '3']) expect((await writes(text)).answer).toBeDefined();
  expect(await later()).toBe(0);
});
