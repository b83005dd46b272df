import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountKey } from '../../src/domain/address.ts';
import type { Directory, Person } from '../../src/domain/directory.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import type { Meter } from '../../src/flow/meter.ts';
import type { Store } from '../../src/storage/store.ts';
import { aBench, aMessage, aStore, type Bench } from '../support/flow.ts';
import { aDirectory, aPerson } from '../support/tickets.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(async () => {
  claims = [];
  await on.store.leases.freeAll();
  for (const name of ['tickets', 'inbox', 'outbox', 'joins', 'surfaces'])
    await on.store.connection.collection(name).deleteMany({});
});

/** Fifty agents of the after-sales team beside the usual people. */
function manyAgents(): Directory {
  const directory = aDirectory();
  const agents = Array.from({ length: 50 }, (_, i): Person => aPerson(`a${i + 1}`, `客服${i + 1}号`));
  const account = (user: string): string => accountKey({ platform: 'sandbox', app: 'demo', user });
  return {
    ...directory,
    teams: new Map([...directory.teams].map(([id, t]) => [id, id === 'aftersales' ? { ...t, categories: [] } : t])),
    people: new Map([...directory.people, ...agents.map((p) => [p.id, p] as const)]),
    accounts: new Map([...directory.accounts, ...agents.map((p) => [account(p.id), p.id] as const)]),
  };
}
const directory = manyAgents();

/** What became of each claim, as the metrics count it. */
let claims: string[] = [];
const meter: Meter = {
  inbound: () => undefined,
  intent: (type, outcome) => {
    if (type === 'claim') claims.push(outcome);
  },
  delivered: () => undefined,
  seen: () => undefined,
  platform: () => undefined,
  failed: () => undefined,
  notified: () => undefined,
  alarm: () => undefined,
};
const bench = (process = 'p1', store: Store = on.store): Bench =>
  aBench(store, { process, store, meter, directory: () => directory });

let customers = 0;
/** So many customers write, a second apart; their tickets, oldest first. */
async function opens(b: Bench, count: number): Promise<readonly Ticket[]> {
  const written: Ticket[] = [];
  for (let i = 0; i < count; i += 1) {
    customers += 1;
    const id = `n${customers}`;
    b.clock.advance(1_000);
    await b.flow.sink.accept({
      ...aMessage(b.clock, id, '我要退货'),
      conversation: { id: `customer:${id}`, kind: 'customer' },
      sender: { id, name: '小美' },
    });
    const [ticket] = await on.store.tickets.ofCustomer(`sandbox\ndemo\n${id}`, 'tea');
    if (ticket === undefined) throw new Error('no ticket');
    written.push(ticket);
  }
  return written;
}

const press = (b: Bench, user: string, id = `press-${user}`) =>
  b.flow.sink.accept({
    kind: 'invoke',
    platform: 'sandbox',
    app: 'demo',
    id,
    conversation: { id: `direct:${user}`, kind: 'direct' },
    sender: { id: user, name: user },
    receivedAt: b.clock.now(),
    invocation: { command: 'next', args: {} },
  });
const said = async (answer: ReturnType<typeof press>): Promise<string> => {
  const message = (await answer).answer?.message;
  return message?.type === 'card' ? message.card.summary : (message?.text ?? '');
};
const claimed = async (): Promise<readonly [number, string | null][]> => {
  const rows = await on.store.tickets.list({ status: ['in_progress'], order: 'oldest' }, 100);
  return rows.map((t) => [t.number, t.assignee]);
};
const system = { actor: { kind: 'system', name: 's' } } as const;
const urgent = (b: Bench, t: Ticket | undefined) =>
  b.flow.perform(t?._id ?? '', { type: 'prioritise', priority: 'urgent' }, { ...system, cause: `urgent-${t?._id}` });

it('50 agents press at once over 60 tickets: 50 different ones, urgent first, then the oldest', async () => {
  const b = bench();
  const tickets = await opens(b, 60);
  await urgent(b, tickets[58]);
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => said(press(b, `a${i + 1}`))));
  const best = [...tickets.slice(0, 49), tickets[58]].map((t) => t?.number);
  const got = await claimed();
  expect(got.map(([no]) => no)).toEqual(best);
  expect(new Set(got.map(([, who]) => who)).size).toBe(50);
  // Nobody went for a ticket that somebody else of this process was claiming.
  expect(claims).toEqual(Array.from({ length: 50 }, () => 'done'));
  expect(answers.map((a) => Number(/^T-(\d+) 归你了：我要退货/u.exec(a)?.[1])).toSorted((x, y) => x - y)).toEqual(best);
});

it('two processes: nobody goes away without a ticket, and none is claimed twice', async () => {
  const [b, other] = [bench(), bench('p2')];
  const tickets = await opens(b, 30);
  const over = { yet: false };
  const all = Promise.all(Array.from({ length: 20 }, (_, i) => press(i % 2 === 0 ? b : other, `a${i + 1}`)));
  const ended = all.then(() => {
    over.yet = true;
  });
  // Who meets the other process at a ticket waits a moment before the next look.
  while (!over.yet) {
    await new Promise((resolve) => setImmediate(resolve));
    for (const { clock } of [b, other]) clock.advance(1);
  }
  await ended;
  const got = await claimed();
  expect(new Set(got.map(([, who]) => who)).size).toBe(got.length);
  expect(got).toHaveLength(20);
  expect(got.map(([no]) => no)).toEqual(tickets.slice(0, got.length).map((t) => t.number));
});

describe('what somebody gets', () => {
  it('what they put back comes last, and what is of other teams or shops never', async () => {
    const b = bench();
    const [first, second] = await opens(b, 2);
    const set = { avoid: ['a1'], priority: 'urgent' };
    await on.store.connection
      .collection<{ _id: string }>('tickets')
      .updateOne({ _id: first?._id ?? '' }, { $set: set });
    expect(await said(press(b, 'chenchen'))).toBe('物流没有待认领的工单，也没有处理中的');
    expect(await said(press(b, 'a1'))).toContain(`T-${second?.number} 归你了`);
    expect(await said(press(b, 'a1', 'again'))).toContain(`T-${first?.number} 归你了`);
    expect(await said(press(b, 'a2'))).toBe('售后没有待认领的工单，处理中的 2 张由客服1号跟进');
  });

  it('who lost a race for another ticket is offered the urgent one first', async () => {
    const b = bench();
    const [first, , third] = await opens(b, 3);
    await urgent(b, third);
    const claims = (user: string) =>
      b.flow.sink.accept({
        ...aMessage(b.clock, `claim-${user}`, `认领 ${first?.number}`),
        conversation: { id: `direct:${user}`, kind: 'direct' },
        sender: { id: user, name: user },
      });
    await claims('a1');
    b.clock.advance(1_200);
    const lost = (await claims('a2')).answer?.message;
    expect(lost?.type === 'card' ? lost.card.summary : '').toBe(
      `客服1号 1.2 秒前已认领 T-${first?.number}。下一张待认领：T-${third?.number} 我要退货`,
    );
  });
});

describe('one press is one ticket, wherever it is cut', () => {
  /** A store whose next call of one operation fails, before or after it is done. */
  function cut(where: 'before the claim' | 'after the claim'): { store: Store; armed: { now: boolean } } {
    const armed = { now: false };
    const change: Store['tickets']['change'] = async (...args) => {
      if (!armed.now) return on.store.tickets.change(...args);
      armed.now = false;
      if (where === 'after the claim') await on.store.tickets.change(...args);
      throw new Error('the process died');
    };
    return { armed, store: { ...on.store, tickets: { ...on.store.tickets, change } } };
  }

  it.each(['before the claim', 'after the claim'] as const)('%s', async (where) => {
    const { store, armed } = cut(where);
    const b = bench('p1', store);
    const [first] = await opens(b, 3);
    armed.now = true;
    await press(b, 'a1');
    await b.passes(5_000);
    expect(await claimed()).toEqual([[first?.number, 'a1']]);
    const answers = b.adapter.calls.filter((c) => c.conversation === 'direct:a1' && c.key.startsWith('answer:'));
    expect(answers.map((c) => (c.message.type === 'card' ? c.message.card.summary : ''))).toEqual([
      `T-${first?.number} 归你了：我要退货`,
    ]);
  });

  it('somebody else takes it meanwhile: the press goes on to the next', async () => {
    const { store, armed } = cut('before the claim');
    const b = bench('p1', store);
    const [first, second] = await opens(b, 3);
    armed.now = true;
    await press(b, 'a1');
    await press(b, 'a2');
    await b.passes(5_000);
    expect(await claimed()).toEqual([
      [first?.number, 'a2'],
      [second?.number, 'a1'],
    ]);
  });

  it('worked again after it was done and the ticket was put back: it stays there', async () => {
    const b = bench();
    const [first] = await opens(b, 2);
    await press(b, 'a1');
    const lilei = { actor: { kind: 'person', id: 'a1', name: 'a1' }, cause: 'back' } as const;
    await b.flow.perform(first?._id ?? '', { type: 'release', reason: 'busy' }, lilei);
    await on.store.connection
      .collection<{ _id: string }>('inbox')
      .updateOne({ _id: 'sandbox\ndemo\npress-a1' }, { $set: { open: true, lease: { by: '', until: b.clock.now() } } });
    await b.passes(5_000);
    expect(await claimed()).toEqual([]);
  });
});
