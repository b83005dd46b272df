import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OutMessage } from '../../adapters/adapter.ts';
import { accountKey } from '../../src/domain/address.ts';
import type { Directory } from '../../src/domain/directory.ts';
import { createFlow, type Flow } from '../../src/flow/flow.ts';
import { liveQuiet, type QuietStory } from '../../src/flow/quiet.ts';
import { systemIds } from '../../src/ids.ts';
import { aBench, aMessage, aStore, failure, type Bench, type DoubleAdapter, doubleAdapter } from '../support/flow.ts';
import { aDirectory, aPerson } from '../support/tickets.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const SECOND = 1_000;
const MINUTE = 60_000;

function withAdmin(): Directory {
  const directory = aDirectory();
  const admin = aPerson('gaofei', '高飞', { roles: ['admin'], teams: [] });
  const account = accountKey({ platform: 'sandbox', app: 'demo', user: 'gaofei' });
  return {
    ...directory,
    people: new Map([...directory.people, [admin.id, admin]]),
    accounts: new Map([...directory.accounts, [account, admin.id]]),
  };
}
const directory = withAdmin();

let bench: Bench;
let other: { flow: Flow; adapter: DoubleAdapter };
beforeEach(async () => {
  await on.empty();
  bench = aBench(on.store, { directory: () => directory });
  other = another();
});

/** A second process on the same store; its own knowledge, its own calls. */
function another(): typeof other {
  const adapter = doubleAdapter(bench.clock);
  const parts = {
    ...bench.parts,
    process: systemIds.next(),
    quiet: liveQuiet(on.store),
    adapters: new Map([['sandbox\ndemo', adapter]]),
  };
  return { flow: createFlow(parts), adapter };
}

const words = (m: OutMessage): string => (m.type === 'card' ? m.card.summary : m.text);
const toCustomers = (): string[] =>
  [...bench.adapter.calls, ...other.adapter.calls]
    .filter((c) => c.conversation.startsWith('customer:'))
    .map((c) => words(c.message));
const elsewhere = (): string[] =>
  [...bench.adapter.calls, ...other.adapter.calls].map((c) => c.conversation).filter((c) => c !== 'direct:gaofei');
const story = async (): Promise<QuietStory> => (await on.store.settings.load('quiet'))?.value as QuietStory;

/** So many customers whose first answer waits when the bot is restored. */
async function restored(customers: number): Promise<void> {
  const { clock, flow } = bench;
  await bench.parts.quiet.begin(
    { since: clock.now(), backupMadeAt: new Date(clock.now().getTime() - MINUTE) },
    clock.now(),
  );
  for (let i = 0; i < customers; i += 1) {
    await flow.sink.accept({
      ...aMessage(clock, `m${i}`, '杯子碎了'),
      conversation: { id: `customer:${i}`, kind: 'customer' },
      sender: { id: `c${i}`, name: '小美' },
    });
  }
  await flow.settle();
  clock.advance(SECOND);
}

let pressed = 0;
async function says(flow: Flow, args: Readonly<Record<string, string>>): Promise<string> {
  pressed += 1;
  const accepted = await flow.sink.accept({
    kind: 'invoke',
    platform: 'sandbox',
    app: 'demo',
    id: `press-${pressed}`,
    conversation: { id: 'direct:gaofei', kind: 'direct' },
    sender: { id: 'gaofei', name: '高飞' },
    receivedAt: bench.clock.now(),
    invocation: { command: 'backlog', args },
  });
  const message = accepted.answer?.message ?? null;
  return message === null ? '' : words(message);
}

describe('two processes on one store', () => {
  it('are quiet together, whichever of them delivers', async () => {
    await restored(3);
    await other.flow.settle();
    expect(other.flow.quiet()).not.toBeNull();
    await bench.flow.stop();
    bench.clock.advance(MINUTE);
    for (let i = 0; i < 3; i += 1) {
      await other.flow.settle();
      bench.clock.advance(MINUTE);
    }
    await other.flow.wake();
    await other.flow.settle();
    expect(elsewhere()).toEqual([]);
    expect(bench.adapter.calls.map((c) => c.conversation)).toEqual(['direct:gaofei']);
  });

  it('one decides, the other delivers: it goes on being quiet until all is given up', async () => {
    await restored(3);
    await other.flow.settle();
    expect(await says(other.flow, { what: 'void' })).toContain('作废了：给客户的消息 3 条');
    expect((await story()).state).toBe('voiding');
    // It has the lease and does not know yet.
    await bench.flow.settle();
    await other.flow.settle();
    await bench.flow.settle();
    expect((await story()).state).toBe('over');
    expect(toCustomers()).toEqual([]);
    await bench.writes('在吗，快递三天没更新');
    expect(toCustomers()).toHaveLength(1);
  });

  it('both give up at the same time, and each ticket is told once', async () => {
    await restored(205);
    await says(bench.flow, { what: 'void' });
    await Promise.all([bench.flow.settle(), other.flow.settle()]);
    await bench.flow.settle();
    const tickets = await on.store.tickets.list({}, 300);
    expect(tickets).toHaveLength(205);
    for (const { _id } of tickets) {
      const ticket = await on.store.tickets.load(_id);
      expect(ticket?.history.tail.filter((e) => e.type === 'voided').map((e) => e.actor)).toEqual([
        { kind: 'person', id: 'gaofei', name: '高飞' },
      ]);
      // Nobody wrote it, so nobody has to write it again.
      expect(ticket?.undelivered).toBeNull();
    }
    expect(toCustomers()).toEqual([]);
    expect((await story()).state).toBe('over');
  });
});

it('whatever is cut, giving up goes on where it was and ends the same', async () => {
  for (let cut = 1; cut < 12; cut += 1) {
    await on.empty();
    bench = aBench(on.store, { directory: () => directory });
    await restored(3);
    let left = cut;
    let died = false;
    // Each write of giving up may be the last that the process makes.
    const dying = <A extends unknown[], R>(write: (...args: A) => Promise<R>) => {
      return async (...args: A): Promise<R> => {
        left -= 1;
        if (left > 0) return write(...args);
        died = true;
        throw new Error('dead');
      };
    };
    const { store } = bench.parts;
    const failing = {
      ...store,
      messages: { ...store.messages, withdraw: dying(store.messages.withdraw) },
      inbox: { ...store.inbox, add: dying(store.inbox.add) },
      outbox: { ...store.outbox, done: dying(store.outbox.done) },
      settings: { ...store.settings, replace: dying(store.settings.replace) },
    };
    await says(bench.flow, { what: 'void' });
    const adapter = doubleAdapter(bench.clock);
    const adapters = new Map([['sandbox\ndemo', adapter]]);
    const first = createFlow({ ...bench.parts, store: failing, quiet: liveQuiet(failing), adapters });
    await first.settle().catch(() => undefined);
    other = another();
    await bench.flow.stop();
    bench.clock.advance(MINUTE);
    for (let i = 0; i < 3; i += 1) {
      await other.flow.settle();
      bench.clock.advance(MINUTE);
    }
    expect((await story()).state, `cut ${cut}`).toBe('over');
    for (const { _id } of await on.store.tickets.list({}, 10)) {
      const ticket = await on.store.tickets.load(_id);
      expect(
        ticket?.history.tail.filter((e) => e.type === 'voided'),
        `cut ${cut}`,
      ).toHaveLength(1);
    }
    expect([...toCustomers(), ...adapter.calls.filter((c) => c.conversation.startsWith('customer:'))]).toEqual([]);
    expect(died || cut > 10, `cut ${cut}`).toBe(true);
  }
});

it('what was under way when the backup was made counts as sent', async () => {
  await restored(1);
  const [row] = await on.store.outbox.inLanes({ from: 'say:', to: 'say;' }, {}, 1);
  const message = row?.body.kind === 'say' ? row.body.message : '';
  await on.store.messages.startSending(message);
  await says(bench.flow, { what: 'void' });
  await bench.flow.settle();
  expect((await on.store.messages.load(message))?.state).toBe('sent');
  expect(toCustomers()).toEqual([]);
});

it('a message that an admin lets go is tried like any other, and gives up like any other', async () => {
  await restored(2);
  const [row] = await on.store.outbox.inLanes({ from: 'say:', to: 'say;' }, {}, 1);
  await says(bench.flow, { what: 'send', row: row?._id ?? '' });
  bench.adapter.fails(failure('retryable'), failure('permanent'));
  await bench.passes(0);
  await bench.passes(SECOND);
  await bench.passes(SECOND);
  const told = bench.adapter.calls.filter((c) => c.conversation.startsWith('customer:'));
  expect(new Set(told.map((c) => c.conversation)).size).toBe(1);
  expect((await on.store.outbox.load(row?._id ?? ''))?.state).toBe('dead');
  // The notice about that letter waits like everything.
  await bench.passes(MINUTE);
  expect(bench.adapter.calls.filter((c) => words(c.message).includes('没送到'))).toEqual([]);
});

it('somebody who becomes an admin later gets the card as well', async () => {
  let people = aDirectory();
  bench = aBench(on.store, { directory: () => people });
  await restored(1);
  expect(bench.adapter.calls).toEqual([]);
  people = directory;
  await bench.passes(SECOND);
  await bench.passes(SECOND);
  expect(bench.adapter.calls.map((c) => c.conversation)).toEqual(['direct:gaofei']);
});
