import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apply } from '../../src/domain/apply.ts';
import { decide } from '../../src/domain/decide.ts';
import { concernsRelay, tallyOf } from '../../src/domain/tally.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { periodAt } from '../../src/domain/period.ts';
import { createFigures } from '../../src/flow/figures.ts';
import { createPerform } from '../../src/flow/perform.ts';
import { createRelay } from '../../src/flow/relay.ts';
import { createTallyAudit } from '../../src/flow/tallies.ts';
import { factsFor } from '../../src/flow/roster.ts';
import { aBench, aMessage, aStore, type Bench, type OwnStore } from '../support/flow.ts';

let on: OwnStore;
let bench: Bench;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(async () => {
  await on.empty();
  bench = aBench(on.store);
});

const deaf = { outbox: () => undefined, inbox: () => undefined, hooks: () => undefined, relay: () => undefined };
const who = (cause: string) => ({ actor: { kind: 'person', id: 'lilei', name: '李雷' }, cause }) as const;
const moveTo = (at: Date): void => {
  bench.clock.advance(at.getTime() - bench.clock.now().getTime());
};
const today = (zone = 'Asia/Shanghai') => periodAt('day', zone, bench.clock.now());

/** A customer opens a ticket; as it stands. */
async function opened(n = 1): Promise<Ticket> {
  const event = aMessage(bench.clock, `open-${n}`, '杯子碎了');
  await bench.flow.sink.accept({
    ...event,
    conversation: { id: `chat-${n}`, kind: 'customer' },
    sender: { id: `c${n}`, name: '小美' },
  });
  await bench.flow.settle();
  const row = (await on.store.tickets.list({}, 100)).find((t) => t.links[0]?.address.conversation === `chat-${n}`);
  return load(row?._id ?? '');
}
async function load(id: string): Promise<Ticket> {
  const found = await on.store.tickets.load(id);
  if (found === null) throw new Error('no ticket');
  return found;
}
const tally = async (id: string) => (await on.store.tallies.withIds([id]))[0];

describe('a tally', () => {
  it('follows its ticket from the opening to the end and back', async () => {
    const { _id } = await opened();
    const seen = [(await tally(_id))?.status];
    const resolve = { type: 'resolve', disposition: 'handled', note: null, notice: 'n' } as const;
    for (const intent of [{ type: 'claim' }, resolve, { type: 'reopen' }] as const) {
      bench.clock.advance(60_000);
      await bench.flow.perform(_id, intent, who(intent.type));
      await bench.flow.settle();
      expect(await tally(_id)).toEqual(tallyOf(await load(_id)));
      seen.push((await tally(_id))?.status);
    }
    expect(seen).toEqual(['new', 'in_progress', 'resolved', 'in_progress']);
    expect(await tally(_id)).toMatchObject({ resolver: 'lilei', reopens: [bench.clock.now()] });
    const done = (await tally(_id))?.done;
    expect(done).toEqual([{ from: new Date(bench.clock.now().getTime() - 60_000), to: bench.clock.now() }]);
  });

  it('is brought up to date by whoever comes after a crash at any point of the relay', async () => {
    const { _id } = await opened();
    const perform = createPerform(bench.parts, { offer: () => undefined, step: async () => 0 });
    const dies = () => Promise.reject(new Error('killed'));
    for (const [i, part] of (['outbox', 'tallies', 'inbox', 'tickets'] as const).entries()) {
      await perform(_id, { type: 'prioritise', priority: i % 2 === 0 ? 'high' : 'low' }, who(`p${i}`));
      const broken = {
        outbox: { ...on.store.outbox, add: dies },
        tallies: { ...on.store.tallies, keep: dies },
        inbox: { ...on.store.inbox, add: dies },
        tickets: { ...on.store.tickets, pull: dies },
      };
      const dying = { ...on.store, [part]: broken[part] };
      await expect(createRelay({ ...bench.parts, store: dying }, deaf).step()).rejects.toThrow('killed');
      while ((await createRelay(bench.parts, deaf).step()) > 0);
      expect(await tally(_id)).toEqual(tallyOf(await load(_id)));
    }
  });

  it('of an older version that a slow process brings late changes nothing', async () => {
    const before = await opened();
    const slow = createRelay(bench.parts, deaf);
    slow.offer(before, true);
    await bench.flow.perform(before._id, { type: 'claim' }, who('claim'));
    await bench.flow.settle();
    await slow.step();
    expect(await tally(before._id)).toMatchObject({ status: 'in_progress', assignee: 'lilei' });
  });

  it('changes also with what no card shows and nobody is told', async () => {
    const before = await opened();
    const facts = await factsFor(bench.parts, who('silent'));
    const decision = decide(before, { type: 'note', note: 'n' }, facts);
    if (!decision.accepted) throw new Error('refused');
    const silent = apply(before, decision, facts, before._id, 'salt');
    expect(silent.effects.filter((e) => e.kind === 'draw')).toEqual([]);
    const plain = { ...silent, effects: [], ticket: { ...silent.ticket, pending: [] } };
    expect(concernsRelay(before, plain)).toBe(false);
    const missed = { clock: 'resolution' as const, at: bench.clock.now() };
    const counts = { ...plain, ticket: { ...plain.ticket, misses: [missed] } };
    expect(concernsRelay(before, counts)).toBe(true);
    expect(await on.store.tickets.change(before, counts)).toBe(true);
    await bench.flow.settle();
    expect((await tally(before._id))?.misses).toEqual([missed]);
    expect(await on.store.tickets.unrelayed(10)).toEqual([]);
  });

  it('that is lost or wrong is found and put right by the audit, what relay has yet to do is left to it', async () => {
    const [lost, wrong, fine, waiting] = [await opened(1), await opened(2), await opened(3), await opened(4)];
    const rows = on.store.connection.collection<{ _id: string }>('tallies');
    await rows.deleteOne({ _id: lost._id });
    await rows.updateOne({ _id: wrong._id }, { $set: { v: 0, team: 'nobody' } });
    await bench.flow.perform(fine._id, { type: 'note', note: 'n' }, who('note'));
    await bench.flow.settle();
    await createPerform(bench.parts, { offer: () => undefined, step: async () => 0 })(
      waiting._id,
      { type: 'claim' },
      who('claim'),
    );
    const audit = createTallyAudit(bench.parts);
    expect(await audit()).toBe(2);
    expect(bench.alarms.map(({ what }) => what)).toEqual(['tally', 'tally']);
    for (const { _id } of [lost, wrong, fine]) expect(await tally(_id)).toEqual(tallyOf(await load(_id)));
    expect((await tally(waiting._id))?.status).toBe('new');
    expect(await audit()).toBe(0);
  });
});

describe('figures', () => {
  const logistics = { team: 'logistics' } as const;

  it('of a period that is over stay what was told first; of one under way they are what is so now', async () => {
    const { team } = await opened(1);
    const period = today();
    const { figures } = bench.flow;
    const read = async () => (await figures.of(period, ['all', { team }, logistics])).get('all')?.new;
    expect(await read()).toBe(1);
    await opened(2);
    expect(await read()).toBe(2);
    // What happened in its last moments may still be on its way.
    moveTo(new Date(period.to.getTime() + 30_000));
    await opened(3);
    expect(await read()).toBe(2);
    moveTo(new Date(period.to.getTime() + 60_000));
    await figures.of(period, ['all']);
    await on.store.connection.collection('tallies').deleteMany({});
    expect(await read()).toBe(2);
    expect((await figures.of(period, [logistics])).get('team:logistics')).toMatchObject({ new: 0 });
    // Another time zone has another day.
    expect((await figures.of(today('America/New_York'), ['all'])).get('all')?.new).toBe(0);
  });

  it('are compared with the day and the week before once those were whole, and never counted twice', async () => {
    await opened(1);
    let counted = 0;
    const scan: typeof on.store.tallies.scan = async (window, see) => {
      counted += 1;
      await on.store.tallies.scan(window, see);
    };
    const figures = createFigures({ ...on.store, tallies: { ...on.store.tallies, scan } }, bench.clock);
    const first = today();
    const compared = async (days: number) => {
      moveTo(new Date(first.from.getTime() + days * 86_400_000 + 9 * 3_600_000));
      const day = periodAt('day', 'Asia/Shanghai', new Date(bench.clock.now().getTime() - 86_400_000));
      const { before, week } = (await figures.compared(day, ['all'])).get('all') ?? { before: null, week: null };
      return [before?.new ?? null, week?.new ?? null];
    };
    expect(await compared(1)).toEqual([null, null]);
    // The first day began before the first ticket.
    expect(await compared(2)).toEqual([null, null]);
    expect(await compared(3)).toEqual([0, null]);
    expect(await compared(8)).toEqual([0, null]);
    expect(await compared(9)).toEqual([0, 0]);
    const before = counted;
    expect(await compared(9)).toEqual([0, 0]);
    expect(counted).toBe(before);
  });

  it('lead to the tickets behind them, page by page', async () => {
    const all = [await opened(1), await opened(2), await opened(3)];
    const { figures } = bench.flow;
    const period = today();
    const ask = (after: Parameters<typeof figures.behind>[3]['after']) =>
      figures.behind({ is: 'new' }, 'all', period, { after, limit: 2 });
    expect(await figures.count({ is: 'new' }, 'all', period)).toBe(3);
    const first = await ask(null);
    expect(first.tickets).toHaveLength(2);
    const second = await ask(first.next);
    expect(second.next).toBeNull();
    expect([...first.tickets, ...second.tickets].map((t) => t._id).toSorted()).toEqual(
      all.map((t) => t._id).toSorted(),
    );
  });
});
