import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Limit } from '../../adapters/adapter.ts';
import { addressKey } from '../../src/domain/address.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { faultIn, faultsOf } from '../../src/flow/ledger.ts';
import { boardOf, listOf } from '../../src/storage/surfaces.ts';
import { aBench, aMessage, aStore, failure, type Bench } from '../support/flow.ts';
import { aTicket } from '../support/tickets.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const GROUP = { platform: 'sandbox', app: 'demo', conversation: 'group:aftersales' };
const ROOM = addressKey(GROUP);
const LIMITS: readonly Limit[] = [
  {
    name: 'robot',
    per: 'conversation',
    method: 'send',
    count: 12,
    windowMs: 30_000,
    source: '',
    conversations: [GROUP.conversation],
    reserve: { urgent: 4, redraw: 4 },
  },
  { name: 'change', per: 'app', method: 'update', count: 20, windowMs: 30_000, source: '' },
];

let runs = 0;

const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('arrive' as const), count: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('claim' as const), which: fc.nat(200) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('release' as const), which: fc.nat(200) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('urgent' as const), which: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), which: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('transfer' as const), which: fc.nat(200) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 100, max: 20_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('fail' as const),
      how: fc.constantFrom('retryable' as const, 'unknown' as const, 'gone' as const),
    }),
  },
);

async function all(): Promise<Ticket[]> {
  const rows = await on.store.tickets.list({ order: 'oldest' }, 5_000);
  return (await Promise.all(rows.map((r) => on.store.tickets.load(r._id)))).filter((t) => t !== null);
}

/** The rule at one sample, from the documents alone. */
async function check(bench: Bench, tickets: readonly Ticket[]): Promise<void> {
  const faults = await Promise.all(tickets.map((t) => faultsOf(bench.parts, t)));
  expect(faults.flat()).toEqual([]);
  const boards = await Promise.all([1, 2, 3, 4].map((n) => on.store.surfaces.standing(boardOf(ROOM, n), 100)));
  expect(Math.max(...boards.map((rows) => rows.length))).toBeLessThanOrEqual(10);
  expect(boards[3]).toEqual([]);
  const listed = await on.store.surfaces.standing(listOf(ROOM), 5_000);
  const places = [...boards.flat(), ...listed].map((s) => s.ticket);
  expect(new Set(places).size).toBe(places.length);
}

it('every open ticket is in one place at every moment, and in the end people see what the ledger says', async () => {
  const steps = fc.array(act, { minLength: 4, maxLength: 16 });
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (run, canChange) => {
      runs += 1;
      await on.empty();
      const route: Bench['parts']['route'] = async (d) => d.teams.get('aftersales') ?? null;
      let bench = aBench(on.store, { route }, LIMITS, { update: canChange });
      const calls = [bench.adapter.calls];
      let events = 0;
      const settle = async (): Promise<void> => {
        await bench.flow.settle();
      };
      for (const step of run) {
        const tickets = await all();
        const ticket = 'which' in step ? tickets[step.which % Math.max(1, tickets.length)] : undefined;
        const does = async (intent: Intent, person = 'lilei'): Promise<void> => {
          events += 1;
          if (ticket === undefined) return;
          const actor = { kind: 'person', id: person, name: person } as const;
          await bench.flow.perform(ticket._id, intent, { actor, cause: `a-${runs}-${events}` });
        };
        if (step.kind === 'arrive') {
          await Promise.all(
            Array.from({ length: step.count }, async () => {
              events += 1;
              const id = `k${runs}-${events}`;
              const conversation = { id: `customer:${id}`, kind: 'customer' as const };
              await bench.flow.sink.accept({
                ...aMessage(bench.clock, `m-${id}`, '杯子碎了'),
                conversation,
                sender: { id, name: id },
              });
            }),
          );
        } else if (step.kind === 'claim') await does({ type: 'claim' });
        else if (step.kind === 'release') await does({ type: 'release', reason: 'busy' });
        else if (step.kind === 'urgent') await does({ type: 'prioritise', priority: 'urgent' }, 'zhaomin');
        else if (step.kind === 'close') await does({ type: 'close', reason: null }, 'zhaomin');
        else if (step.kind === 'transfer')
          await does({ type: 'transfer', person: null, team: 'logistics', note: 'n', words: 'n' }, 'zhaomin');
        else if (step.kind === 'fail') bench.adapter.fails(null, failure(step.how), failure(step.how));
        else if (step.kind === 'restart') {
          await bench.flow.stop();
          const { clock } = bench;
          bench = { ...aBench(on.store, { route, clock }, LIMITS, { update: canChange }), clock };
          calls.push(bench.adapter.calls);
        } else bench.clock.advance(step.ms);
        await settle();
        await check(bench, await all());
      }
      // A board that was refused for good is tried again after two minutes, here twice.
      for (let i = 0; i < 240; i += 1) {
        bench.clock.advance(2_500);
        await settle();
      }
      const tickets = await all();
      await check(bench, tickets);
      // The last version of everything has arrived.
      const room = await on.store.rooms.load(ROOM);
      for (const board of room?.boards ?? []) {
        const rows = (await on.store.surfaces.standing(boardOf(ROOM, board.number), 20)).map((s) => s.ticket);
        const shown = (board.shown?.rows ?? []).map((r) => r.slice(0, r.lastIndexOf('.')));
        // A snapshot may still show what was taken since.
        const counted = canChange ? shown : shown.filter((t) => rows.includes(t));
        expect(counted.toSorted()).toEqual(rows.toSorted());
      }
      const stale: string[] = [];
      for (const ticket of canChange ? tickets : [])
        for (const { _id, state, place, shown } of await on.store.surfaces.ofTicket(ticket._id))
          if (state === 'live' && place.card === 'ticket' && shown !== ticket.cardVersion) stale.push(_id);
      expect(stale).toEqual([]);
      // No limit was broken on the way.
      const sends = calls
        .flat()
        .filter((c) => c.method === 'send' && c.conversation === GROUP.conversation)
        .map((c) => c.at);
      for (const at of sends) expect(sends.filter((s) => s <= at && s > at - 30_000).length).toBeLessThanOrEqual(12);
      await bench.flow.stop();
    }),
    {
      numRuns: 6,
      examples: [
        // A snapshot that is refused for good, and nobody waits on the list any more.
        [
          [
            { kind: 'arrive', count: 7 },
            { kind: 'arrive', count: 28 },
            { kind: 'fail', how: 'retryable' },
            { kind: 'claim', which: 60 },
            { kind: 'fail', how: 'gone' },
          ],
          false,
        ],
      ],
    },
  );
}, 120_000);

it('the rule for one entry', () => {
  const ticket = aTicket({ status: 'new', assignee: null, team: 'aftersales' });
  const entry = {
    _id: 's',
    slot: 's',
    generation: 1,
    ticket: ticket._id,
    place: { card: 'ticket', team: 'aftersales' },
    address: GROUP,
    since: ticket.openedAt,
    frozen: null,
    platformId: null,
    ref: null,
    shown: 0,
    at: ticket.openedAt,
  } as const;
  expect(faultIn(ticket, 'aftersales', null)).toBe('missing');
  expect(faultIn(ticket, 'aftersales', { ...entry, state: 'off', stand: null })).toBe('missing');
  expect(faultIn(ticket, 'aftersales', { ...entry, state: 'row', stand: 'b' })).toBeNull();
  expect(faultIn(ticket, 'aftersales', { ...entry, state: 'row', stand: null })).toBe('torn');
  expect(faultIn({ ...ticket, priority: 'urgent' }, 'aftersales', { ...entry, state: 'waiting', stand: 'l' })).toBe(
    'coalesced',
  );
  expect(faultIn({ ...ticket, status: 'in_progress' }, 'aftersales', { ...entry, state: 'waiting', stand: 'l' })).toBe(
    'stale',
  );
  expect(faultIn(ticket, 'logistics', { ...entry, state: 'row', stand: 'b' })).toBe('stale');
});
