import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DutyRecord, Roster } from '../../src/domain/duty.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { liveDirectory } from '../../src/flow/live-directory.ts';
import { manualClock, type ManualClock } from '../support/clock.ts';
import { aBench, aStore, type Bench, type Call } from '../support/flow.ts';
import { aDirectory, aPerson } from '../support/tickets.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const TEAM = ['li', 'wang', 'zhao', 'sun', 'qian'];
const FIRST = 'group:aftersales';
const REST = `${FIRST}#rest`;

let bench: Bench;
let clock: ManualClock;
let there: Set<string>;
let turn = 0;
beforeEach(async () => {
  await bench?.flow.stop();
  await on.empty();
  turn += 1;
  clock = manualClock();
  there = new Set(TEAM);
  const direct = (conversation: string) => [{ platform: 'sandbox', app: 'demo', conversation }];
  const people = TEAM.map((id) => aPerson(id, id, { direct: direct(id) }));
  const directory = aDirectory({ people: new Map(people.map((p) => [p.id, p])) });
  const until = new Date('2100-01-01T00:00:00Z');
  const record = (_id: string): DutyRecord => ({ _id, state: 'on', since: clock.now(), until, ends: until, by: _id });
  const roster = {
    read: async (): Promise<Roster> => new Map([...there].map((id) => [id, record(id)])),
    keep: async () => undefined,
  };
  const live = liveDirectory(on.store, clock, directory);
  bench = aBench(
    on.store,
    { roster, live, directory: live.now, route: async (d) => d.teams.get('aftersales') ?? null },
    [
      { name: 'member', per: 'member', method: 'send', count: 8, windowMs: 60_000, source: 'test' },
      { name: 'conversation', per: 'conversation', method: 'send', count: 12, windowMs: 60_000, source: 'test' },
    ],
    { update: 'by-grant', calls: true },
    clock,
  );
});

let causes = 0;
const newest = async (): Promise<Ticket> => {
  const [row] = await on.store.tickets.list({ order: 'newest' }, 1);
  const ticket = await on.store.tickets.load(row?._id ?? '');
  if (ticket === null) throw new Error('no ticket');
  return ticket;
};
const asks = async (text = '杯子碎了', id = `c${turn}.${(causes += 1)}`): Promise<Ticket> => {
  // One at a time: the newest is the last one.
  clock.advance(10);
  await bench.writes(text, { id, conversation: { id, kind: 'customer' }, sender: { id, name: id } });
  return newest();
};
const does = async (ticket: Ticket, intent: Intent, person: string): Promise<void> => {
  causes += 1;
  const actor = { kind: 'person', id: person, name: person } as const;
  const { refusal } = await bench.flow.perform(ticket._id, intent, { actor, cause: `call-${causes}` });
  expect(refusal).toBeNull();
  await bench.flow.settle();
};
/** Cards of tickets, not what the team is told besides. */
const cards = (conversation: string): Call[] =>
  bench.adapter.calls.filter((c) => c.conversation === conversation && !c.key.startsWith('post:'));
const to = (call: Call | undefined): readonly string[] | undefined => call?.message.to?.toSorted();

describe('where a team is called one by one', () => {
  it('a ticket goes to the three with the least work, as one card', async () => {
    for (const person of ['li', 'wang']) await does(await asks(), { type: 'claim' }, person);
    await bench.passes(3_000);
    const ticket = await asks();
    const sent = cards(FIRST).filter((c) => c.method === 'send' && c.key.includes(ticket._id));
    expect(sent.map(to)).toEqual([['qian', 'sun', 'zhao']]);
    expect(cards(REST)).toEqual([]);
  });

  it('after 60 s that nobody took it the others get it, and a claim changes both cards', async () => {
    const ticket = await asks();
    await bench.passes(59_000);
    expect(cards(REST)).toEqual([]);
    await bench.passes(1_000);
    expect(cards(REST).map((c) => [c.method, to(c)])).toEqual([['send', expect.any(Array)]]);
    const all = [...(to(cards(FIRST)[0]) ?? []), ...(to(cards(REST)[0]) ?? [])];
    expect(all.toSorted()).toEqual(TEAM.toSorted());
    await does(ticket, { type: 'claim' }, 'sun');
    expect(cards(FIRST).map((c) => c.method)).toEqual(['send', 'update']);
    expect(cards(REST).map((c) => c.method)).toEqual(['send', 'update']);
  });

  it('whoever was not called hears nothing of what was taken in time', async () => {
    await does(await asks(), { type: 'claim' }, 'sun');
    await bench.passes(120_000);
    expect(cards(REST)).toEqual([]);
  });

  it('what is put back goes to the others 60 s after that, and last to who put it back', async () => {
    const ticket = await asks();
    await does(ticket, { type: 'claim' }, 'li');
    await bench.passes(600_000);
    await does(ticket, { type: 'release', reason: 'busy' }, 'li');
    await bench.passes(59_000);
    expect(cards(REST)).toEqual([]);
    await bench.passes(1_000);
    expect(cards(REST).map((c) => c.method)).toEqual(['send']);
    const again = cards(FIRST).filter((c) => c.method === 'send');
    expect(again.length).toBe(2);
    expect(to(again[1])).not.toContain('li');
  });

  it('an urgent one goes to everybody at once, and to all of the team when nobody is on duty', async () => {
    const ticket = await asks();
    await does(ticket, { type: 'prioritise', priority: 'urgent' }, 'li');
    expect(cards(REST).map((c) => c.method)).toEqual(['send']);
    there.clear();
    await does(ticket, { type: 'claim' }, 'li');
    const other = await asks();
    await bench.passes(5_000);
    expect(cards(FIRST).some((c) => c.key.includes(other._id))).toBe(false);
    await does(other, { type: 'prioritise', priority: 'urgent' }, 'li');
    expect(
      cards(FIRST)
        .filter((c) => c.key.includes(other._id))
        .map(to),
    ).toEqual([TEAM.toSorted()]);
  });

  it('while nobody is on duty it waits for whoever comes', async () => {
    there.clear();
    const ticket = await asks();
    await bench.passes(3_600_000);
    expect(cards(FIRST)).toEqual([]);
    const told = bench.adapter.calls.filter((c) => c.conversation === FIRST);
    expect(told.map(to)).toEqual([TEAM.toSorted()]);
    there.add('wang');
    await bench.passes(60_000);
    expect(cards(FIRST).map((c) => [c.key.includes(ticket._id), to(c)])).toEqual([[true, ['wang']]]);
  });

  it('nobody gets more than the limit of one member bears, whoever else is called with them', async () => {
    there = new Set(['li']);
    for (let i = 0; i < 25; i += 1) await asks();
    const sent = (): number => bench.adapter.calls.filter((c) => c.method === 'send' && to(c)?.includes('li')).length;
    expect(sent()).toBeLessThanOrEqual(8);
    expect(sent()).toBeGreaterThan(5);
  });

  it('in a rush everybody who is on duty gets boards', async () => {
    there = new Set(['li', 'wang', 'zhao', 'sun']);
    for (let i = 0; i < 60; i += 1) await asks();
    await bench.passes(61_000);
    await bench.passes(5_000);
    const boards = bench.adapter.calls.filter((c) => c.key.startsWith('board:'));
    expect(boards.length).toBeGreaterThan(0);
    for (const board of boards) expect(to(board)).toEqual(['li', 'sun', 'wang', 'zhao']);
    // What stands there, nobody gets a second time by itself.
    expect(cards(REST)).toEqual([]);
  });
});
