import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { StoreUnavailable } from '../../src/errors.ts';
import { createReceive } from '../../src/flow/receive.ts';
import type { Process } from '../../src/flow/process.ts';
import { MAX_ATTEMPTS, type InboxRow } from '../../src/storage/inbox.ts';
import { deferred } from '../emulators/slack/wire.ts';
import { aBench, aMessage, aStore, type Bench } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

let chats = 0;
/** A conversation of its own, whose rows are worked by `work`; what was worked, in order. */
function conversation(work: (text: string, recovered: boolean) => void) {
  chats += 1;
  const id = `customer:${chats}`;
  const bench: Bench = aBench(on.store);
  const done: string[] = [];
  const textOf = (row: InboxRow): string =>
    row.body.from === 'platform' && row.body.event.kind === 'message' ? row.body.event.text : '';
  const process: Process = Object.assign(
    async (row: InboxRow, recovered: boolean) => {
      work(textOf(row), recovered);
      done.push(textOf(row));
      return null;
    },
    { form: async () => null },
  );
  const receive = createReceive(bench.parts, process, () => undefined);
  const accept = async (text: string) => {
    const event = aMessage(bench.clock, `${id}-${text}`, text);
    const answer = await receive.accept({ ...event, conversation: { id, kind: 'customer' } });
    // Two messages never share a millisecond here: their order is the clock's.
    bench.clock.advance(1);
    return answer;
  };
  const passes = async (ms: number): Promise<void> => {
    bench.clock.advance(ms);
    while ((await receive.step()) > 0) await receive.idle();
  };
  return { id, bench, done, accept, passes, receive };
}

it('a row that always fails is parked after five tries, visibly; the rest of its conversation goes on in order; replay works', async () => {
  let broken = true;
  let tries = 0;
  const c = conversation((text) => {
    if (text !== 'poison' || !broken) return;
    tries += 1;
    throw new Error('the directory entry is broken');
  });
  expect(await c.accept('poison')).toEqual({ stored: true });
  await c.accept('second');
  await c.accept('third');
  // Nobody overtakes it while it is being tried.
  expect(c.done).toEqual([]);
  for (let i = 0; i < 40; i += 1) await c.passes(1_000);
  expect(tries).toBe(MAX_ATTEMPTS);
  expect(c.done).toEqual(['second', 'third']);
  const parked = (await on.store.inbox.parked(10)).filter((row) => row._id.includes(c.id));
  expect(parked).toMatchObject([{ attempts: 5, error: 'Error: the directory entry is broken', parked: true }]);
  expect(c.bench.alarms.map((a) => a.what)).toEqual(['parked']);

  for (let i = 0; i < 10; i += 1) await c.passes(60_000);
  expect(tries).toBe(MAX_ATTEMPTS);
  broken = false;
  expect(
    await on.store.inbox.replay(
      parked.map((row) => row._id),
      c.bench.clock.now(),
    ),
  ).toBe(1);
  await c.passes(1_000);
  expect(c.done).toEqual(['second', 'third', 'poison']);
  expect((await on.store.inbox.load(parked[0]?._id ?? ''))?.doneAt).toBeInstanceOf(Date);
});

it('what the store cut short is worked as soon as it answers, not when its lease ends', async () => {
  let away = true;
  const c = conversation(() => {
    if (away) throw new StoreUnavailable(new Error('away'));
  });
  expect(await c.accept('first')).toEqual({ stored: true });
  expect(c.done).toEqual([]);
  away = false;
  await c.passes(250);
  expect(c.done).toEqual(['first']);
  expect(c.bench.alarms).toEqual([]);
});

it('rows of a process that died are taken over when their lease has run out, oldest first', async () => {
  const dead = conversation(() => {
    throw new StoreUnavailable(new Error('died'));
  });
  await dead.accept('one');
  await dead.accept('two');
  const heir = conversation(() => undefined);
  await heir.passes(59_000);
  expect(heir.done).toEqual([]);
  await heir.passes(2_000);
  await heir.passes(1_000);
  expect(heir.done).toEqual(['one', 'two']);
});

it('a repeat of what is stored is neither stored nor worked again', async () => {
  const c = conversation(() => undefined);
  await Promise.all([c.accept('same'), c.accept('same'), c.accept('same')]);
  await c.accept('same');
  expect(c.done).toEqual(['same']);
});

it('a row that stands is told of before it is worked, and its answer is waited for from the call on', async () => {
  const bench = aBench(on.store);
  const work = deferred<null>();
  const process: Process = Object.assign(() => work.promise, { form: async () => null });
  const add: typeof on.store.inbox.add = async (rows) => {
    bench.clock.advance(100);
    return on.store.inbox.add(rows);
  };
  const parts = { ...bench.parts, store: { ...on.store, inbox: { ...on.store.inbox, add } } };
  const receive = createReceive(parts, process, () => undefined);
  const stored = deferred<null>();
  const event = aMessage(bench.clock, 'slowly stored', 'x');
  const accepted = receive.accept(event, {
    answerBy: 400,
    stored: () => {
      stored.resolve(null);
    },
  });
  await stored.promise;
  expect(await on.store.inbox.load('sandbox\ndemo\nslowly stored')).toMatchObject({ open: true });
  // What is left of the 400 ms.
  bench.clock.advance(300);
  expect(await accepted).toEqual({ stored: true });
  work.resolve(null);
  await receive.idle();
});

it('nothing is acknowledged that is not stored', async () => {
  const bench = aBench({
    ...on.store,
    inbox: { ...on.store.inbox, add: () => Promise.reject(new StoreUnavailable(null)) },
  });
  const stored = vi.fn<() => void>();
  const accepted = bench.flow.sink.accept(aMessage(bench.clock, 'never', 'x'), { stored });
  await expect(accepted).rejects.toThrow(StoreUnavailable);
  expect(stored).not.toHaveBeenCalled();
  expect(await on.store.inbox.load('sandbox\ndemo\nnever')).toBeNull();
});
