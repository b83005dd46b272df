import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apply, type Applied } from '../../src/domain/apply.ts';
import { firstBroken } from '../../src/domain/chain.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import { rowsOf, type Rows } from '../../src/storage/rows.ts';
import { ticketChanges } from '../../src/storage/ticket-changes.ts';
import { aStore } from '../support/flow.ts';
import { aDirectory, aTicket, everybodyOn, NOW } from '../support/tickets.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let rows: Rows<Ticket>;
beforeAll(async () => {
  on = await aStore();
  rows = rowsOf<Ticket>(on.store.connection, 'tickets');
});
afterAll(() => on.close());

const MANY = 12;
let tickets: readonly Ticket[] = [];
beforeEach(async () => {
  await on.empty();
  tickets = Array.from({ length: MANY }, (_, i) =>
    aTicket({ _id: `t${i}`, number: i + 1, history: { head: 'h', seq: 0, tail: [], causes: [] }, pending: [] }),
  );
  await rows.add(tickets);
});

/** What a manager's word makes of a ticket. */
function tagged(ticket: Ticket, tag: string, cause = `cause:${tag}`): Applied {
  const actor = { kind: 'person', id: 'zhou', name: '周总' } as const;
  const facts = { now: NOW, directory: aDirectory(), actor, cause, ...everybodyOn() };
  const decision = decide(ticket, { type: 'tag', add: [tag], remove: [] }, facts);
  if (!decision.accepted || decision.changes.length === 0) throw new Error('the tag changed nothing');
  return apply(ticket, decision, facts, ticket._id, 'salt');
}

/** The commands that went to the store, and what stands between. */
function watched(between: Partial<Rows<Ticket>> = {}) {
  const commands: string[] = [];
  const all: Rows<Ticket> = { ...rows, ...between };
  const told: Pick<Rows<Ticket>, 'bulk' | 'find' | 'updateOne'> = {
    bulk: (changes) => {
      commands.push(`bulk ${changes.length}`);
      return all.bulk(changes);
    },
    find: (filter, options) => {
      commands.push('find');
      return all.find(filter, options);
    },
    updateOne: (filter, update) => {
      commands.push('one');
      return all.updateOne(filter, update);
    },
  };
  return { change: ticketChanges(told), commands };
}

const tagsOf = async (): Promise<readonly (readonly string[])[]> => {
  const found = await rows.find({}, { sort: { number: 1 } });
  for (const { history } of found) expect(firstBroken(history.tail, 'h')).toBeNull();
  return found.map((t) => t.tags.filter((tag) => tag.length <= 2));
};

const SOMEBODY = { actor: 'x' };
/** Somebody else's change of a ticket, whatever it is. */
const changedBy = (id: string): Promise<number> =>
  rows.updateOne({ _id: id }, { $inc: { version: 1 }, $set: { custom: SOMEBODY } });

describe('changes of tickets', () => {
  it('that come together are one write, and each ticket is what was decided about it', async () => {
    const { change, commands } = watched();
    const made = tickets.map((t, i) => tagged(t, `n${i % 10}`));
    expect(await Promise.all(tickets.map((t, i) => change(t, made[i] as Applied)))).toEqual(tickets.map(() => true));
    expect(commands).toEqual([`bulk ${MANY}`]);
    const found = await rows.find({}, { sort: { number: 1 } });
    found.forEach((t, i) => {
      const { ticket } = made[i] as Applied;
      expect(t).toMatchObject({ tags: ticket.tags, history: ticket.history, version: ticket.version });
      expect(t.pending).toEqual(ticket.pending);
    });
  });

  it('one alone is a write of its own, and waits for no other that is under way', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { change, commands } = watched({ bulk: (changes) => held.then(() => rows.bulk(changes)) });
    const [first, second, third] = tickets as [Ticket, Ticket, Ticket];
    const slow = Promise.all([change(first, tagged(first, 'a')), change(second, tagged(second, 'a'))]);
    await Promise.resolve();
    await Promise.resolve();
    expect(await change(third, tagged(third, 'a'))).toBe(true);
    expect(commands).toEqual(['bulk 2', 'one']);
    release();
    expect(await slow).toEqual([true, true]);
  });

  it('of which some were overtaken: exactly those were not written', async () => {
    const { change, commands } = watched();
    const overtaken = new Set([0, 5, 11]);
    for (const i of overtaken) await changedBy(`t${i}`);
    const written = await Promise.all(tickets.map((t) => change(t, tagged(t, 'a'))));
    expect(written).toEqual(tickets.map((_, i) => !overtaken.has(i)));
    expect(commands).toEqual([`bulk ${MANY}`, 'find']);
    expect(await tagsOf()).toEqual(tickets.map((_, i) => (overtaken.has(i) ? [] : ['a'])));
  });

  it('that are changed on before anybody looks count as written all the same', async () => {
    const more = watched();
    const { change } = watched({
      bulk: async (changes) => {
        const met = await rows.bulk(changes);
        const [now] = await rows.find({ _id: 't3' });
        if (now === undefined) throw new Error('no ticket');
        expect(await more.change(now, tagged(now, 'b'))).toBe(true);
        // And one whose events are in the archive by now.
        await rows.updateOne({ _id: 't4' }, { $set: { 'history.tail': [] } });
        return met;
      },
    });
    await changedBy('t0');
    const written = await Promise.all(tickets.map((t) => change(t, tagged(t, 'a'))));
    expect(written).toEqual(tickets.map((_, i) => i !== 0));
  });

  it('that somebody else made in the same place under the same cause do not count as ours', async () => {
    const [first, second] = tickets as [Ticket, Ticket];
    await rows.updateOne(
      { _id: 't0' },
      { $inc: { version: 1 }, $set: { history: tagged(first, 'b', 'same').ticket.history } },
    );
    const { change } = watched();
    const written = await Promise.all([change(first, tagged(first, 'a', 'same')), change(second, tagged(second, 'a'))]);
    expect(written).toEqual([false, true]);
  });

  it('of a ticket that is gone are not written', async () => {
    const [first, second] = tickets as [Ticket, Ticket];
    await on.empty();
    await rows.add([second]);
    const { change } = watched();
    expect(await Promise.all([first, second].map((t) => change(t, tagged(t, 'a'))))).toEqual([false, true]);
  });

  it('of one ticket twice: the first is written, once', async () => {
    const { change } = watched();
    const [first, second] = tickets as [Ticket, Ticket];
    const same = tagged(first, 'a');
    const all = [
      change(first, same),
      change(second, tagged(second, 'b')),
      change(first, same),
      change(first, tagged(first, 'c')),
    ];
    expect(await Promise.all(all)).toEqual([true, true, false, false]);
    expect((await tagsOf()).slice(0, 2)).toEqual([['a'], ['b']]);
  });

  it('while the store is away fail for everybody who waits, whether before or after the write', async () => {
    const away = (): Promise<never> => Promise.reject(new StoreUnavailable(new Error('away')));
    const two = tickets.slice(0, 2);
    const settled = (change: ReturnType<typeof ticketChanges>) =>
      Promise.allSettled(two.map((t) => change(t, tagged(t, 'a'))));
    const failed = two.map(() => ({ status: 'rejected', reason: expect.any(StoreUnavailable) as unknown }));
    expect(await settled(watched({ bulk: away }).change)).toEqual(failed);
    expect((await tagsOf()).flat()).toEqual([]);
    // It is written, and nobody can be told of it.
    await changedBy('t0');
    expect(await settled(watched({ find: away }).change)).toEqual(failed);
    expect((await tagsOf()).slice(0, 2)).toEqual([[], ['a']]);
  });

  it('of which the store does not take one: that one fails, the others are written once', async () => {
    const [bad, ...good] = tickets.slice(0, 4) as [Ticket, ...Ticket[]];
    const made = tagged(bad, 'a');
    const refused: Applied = { ...made, ticket: { ...made.ticket, number: 7 } };
    const { change } = watched();
    const all = await Promise.allSettled([change(bad, refused), ...good.map((t) => change(t, tagged(t, 'a')))]);
    expect(all.map((a) => (a.status === 'fulfilled' ? a.value : 'failed'))).toEqual(['failed', true, true, true]);
    expect((await tagsOf()).slice(0, 4)).toEqual([[], ['a'], ['a'], ['a']]);
  });
});
