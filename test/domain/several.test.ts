import { describe, expect, it } from 'vitest';
import { dueOf, type TicketClock } from '../../src/domain/sla.ts';
import { apply } from '../../src/domain/apply.ts';
import { firstBroken, GENESIS } from '../../src/domain/chain.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Facts } from '../../src/domain/decision.ts';
import type { Effect } from '../../src/domain/effect.ts';
import type { Intent } from '../../src/domain/intent.ts';
import { joined } from '../../src/domain/join.ts';
import type { Quote, Ticket } from '../../src/domain/ticket.ts';
import { newestMessages } from '../../src/domain/verbs/split.ts';
import { clocksDue, NOW, aDirectory, anAttachment, aQuote, aTicket, everybodyOn, minutes } from '../support/tickets.ts';

const directory = aDirectory();
let causes = 0;
const facts = (person: string | null, at: Date = NOW): Facts => {
  causes += 1;
  const actor =
    person === null
      ? ({ kind: 'customer', account: 'x' } as const)
      : ({ kind: 'person', id: person, name: directory.people.get(person)?.name ?? person } as const);
  return { now: at, directory, actor, cause: `cause-${causes}`, ...everybodyOn() };
};

/** Tickets that tell each other things, in one shop without a store; what is told is worked in the order given. */
class World {
  readonly tickets = new Map<string, Ticket>();
  readonly told: Extract<Effect, { kind: 'tell' }>[] = [];

  constructor(...tickets: readonly Ticket[]) {
    for (const t of tickets) this.tickets.set(t._id, t);
  }

  of(id: string): Ticket {
    const found = this.tickets.get(id);
    if (found === undefined) throw new Error(id);
    return found;
  }

  act(id: string, intent: Intent, f: Facts): string | null {
    const ticket = this.tickets.get(id) ?? null;
    const decision = decide(ticket, intent, f);
    if (!decision.accepted) return decision.refusal.code;
    if (decision.changes.length === 0) return null;
    const { ticket: after, effects } = apply(ticket, decision, f, id, 'salt');
    this.tickets.set(id, after);
    for (const e of effects) if (e.kind === 'tell') this.told.push(e);
    return null;
  }

  /** Works everything that is told; `last`: the newest first. */
  settle(last = false): void {
    for (let i = 0; this.told.length > 0; i += 1) {
      if (i > 200) throw new Error('they never stop telling each other');
      const next = last ? this.told.pop() : this.told.shift();
      if (next === undefined) return;
      const f = facts('lilei');
      const told = { ...f, actor: next.by ?? f.actor, cause: next.key };
      this.act(next.ticket, next.intent, told);
      // Worked again after a crash: nothing happens twice.
      this.act(next.ticket, next.intent, told);
    }
  }
}

const numbered = (number: number, more: Partial<Ticket> = {}): Ticket =>
  aTicket({
    _id: `t${number}`,
    number,
    status: 'in_progress',
    assignee: 'lilei',
    facts: {},
    quotes: [aQuote(`第${number}件`, { message: `m${number}`, at: minutes(-number) })],
    attachments: [anAttachment(`f${number}`)],
    history: { head: GENESIS, seq: 0, tail: [], causes: [] },
    ...more,
  });
const said = (message: string, at: Date = NOW): Quote => aQuote(message, { message, at });
const merge = (w: World, a: string, b: string, person = 'lilei'): string | null =>
  w.act(a, { type: 'merge', into: w.of(b) }, facts(person));
const separate = (w: World, a: string): string | null =>
  w.act(a, { type: 'unmerge', into: null, own: [] }, facts('lilei'));
const content = ({ quotes, attachments, customerMessages, facts: known, merged }: Ticket) => ({
  quotes,
  attachments,
  customerMessages,
  facts: known,
  merged,
});

describe('merge', () => {
  it('twenty into one, and each of them back: nothing is left over', () => {
    const all = Array.from({ length: 20 }, (_, i) => numbered(i + 1));
    const w = new World(numbered(100, { attachments: [] }), ...all);
    const before = content(w.of('t100'));
    for (const t of all) expect(merge(w, t._id, 't100')).toBeNull();
    w.settle();
    expect(w.of('t100')).toMatchObject({ customerMessages: 21 });
    expect(w.of('t100').attachments).toHaveLength(20);
    expect(JSON.stringify(w.of('t100')).length).toBeLessThan(128_000);
    for (const t of all) expect(separate(w, t._id)).toBeNull();
    w.settle();
    expect({ ...content(w.of('t100')), quotes: [] }).toEqual({ ...before, quotes: [] });
    for (const t of all) expect(content(w.of(t._id))).toEqual(content(t));
  });

  it('what both have is not given away: the same picture and the same order stay', () => {
    const shared = { attachments: [anAttachment('same')], facts: { order: '1', phone: '13812345678' } };
    const w = new World(numbered(1, shared), numbered(2, { ...shared, facts: { order: '1' } }));
    merge(w, 't1', 't2');
    w.settle();
    expect(w.of('t2').facts).toEqual({ order: '1', phone: '13812345678' });
    expect(w.of('t2').attachments).toHaveLength(1);
    separate(w, 't1');
    w.settle();
    expect(w.of('t2').facts).toEqual({ order: '1' });
    expect(w.of('t2').attachments.map((a) => a.id)).toEqual(['same']);
  });

  it.each([
    [2, false],
    [2, true],
    [3, false],
    [3, true],
    [5, false],
  ])(
    '%i merged in a circle at the same moment, told newest first %s: the oldest goes on with everything',
    (n, last) => {
      const w = new World(...Array.from({ length: n }, (_, i) => numbered(i + 1)));
      const read = new Map(w.tickets);
      for (let i = 1; i <= n; i += 1) {
        const into = read.get(`t${(i % n) + 1}`);
        if (into !== undefined) w.act(`t${i}`, { type: 'merge', into }, facts('lilei'));
      }
      w.settle(last);
      expect([...w.tickets.values()].map((t) => t.merged.into === null)).toEqual([
        true,
        ...Array.from({ length: n - 1 }, () => false),
      ]);
      expect(w.of('t1').status).toBe('in_progress');
      expect(
        w
          .of('t1')
          .attachments.map((a) => a.id)
          .toSorted(),
      ).toEqual(Array.from({ length: n }, (_, i) => `f${i + 1}`).toSorted());
    },
  );

  it('a ticket that was merged before what it is told arrives passes it on', () => {
    const w = new World(numbered(1), numbered(2), numbered(3));
    merge(w, 't1', 't2');
    merge(w, 't2', 't3');
    w.settle(true);
    expect(
      w
        .of('t3')
        .attachments.map((a) => a.id)
        .toSorted(),
    ).toEqual(['f1', 'f2', 'f3']);
    separate(w, 't1');
    w.settle();
    expect(
      w
        .of('t3')
        .attachments.map((a) => a.id)
        .toSorted(),
    ).toEqual(['f2', 'f3']);
    expect(w.of('t2').attachments.map((a) => a.id)).toEqual(['f2']);
  });

  it('keeps the nearer promise of the two, and takes up what waited for the customer', () => {
    const owing = numbered(1, { clocks: clocksDue({ firstResponse: minutes(2), resolution: minutes(60) }) });
    const { resolution } = clocksDue({ resolution: minutes(30) });
    const paused = { ...resolution, due: null, next: null, leftMs: 30 * 60_000 } as TicketClock;
    const clocks = { ...clocksDue({ wait: minutes(100) }), resolution: paused };
    const waiting = numbered(2, { status: 'waiting_customer', wait: 'customer', clocks });
    const w = new World(owing, waiting);
    merge(w, 't1', 't2');
    w.settle();
    expect(w.of('t2')).toMatchObject({ status: 'in_progress', wait: null });
    expect(dueOf(w.of('t2').clocks)).toEqual({ nextResponse: minutes(2), resolution: minutes(30) });
    separate(w, 't1');
    w.settle();
    expect(w.of('t2')).toMatchObject({ status: 'waiting_customer', wait: 'customer', clocks: waiting.clocks });
  });

  it('needs the right on both tickets', () => {
    const w = new World(
      numbered(1),
      numbered(2, { assignee: 'wangfang' }),
      numbered(3, { status: 'new', assignee: null }),
      numbered(4, { status: 'new', assignee: null }),
    );
    expect(merge(w, 't1', 't2')).toBe('not_allowed');
    expect(merge(w, 't1', 't2', 'zhaomin')).toBeNull();
    expect(merge(w, 't3', 't2', 'wangfang')).toBeNull();
    expect(merge(w, 't4', 't2', 'chenchen')).toBe('not_allowed');
  });

  it('no event holds customer text, and the chain is whole', () => {
    const w = new World(
      numbered(1, { facts: { phone: '13812345678' }, quotes: [said('电话13812345678')] }),
      numbered(2),
    );
    merge(w, 't1', 't2');
    w.settle();
    const { tail } = w.of('t2').history;
    expect(JSON.stringify(tail)).not.toContain('13812345678');
    expect(firstBroken(tail)).toBeNull();
  });
});

describe('split', () => {
  const receive = (w: World, id: string, message: string, at: Date): string | null =>
    w.act(
      id,
      {
        type: 'receive',
        message,
        quote: said(message, at),
        courtesy: false,
        order: null,
        note: null,
        draft: null,
        others: [],
      },
      facts(null, at),
    );

  it('moves what came since somebody last acted, else the newest alone', () => {
    const w = new World(numbered(1));
    expect(newestMessages(w.of('t1'))).toEqual([]);
    receive(w, 't1', 'a', minutes(1));
    receive(w, 't1', 'b', minutes(2));
    expect(newestMessages(w.of('t1'))).toEqual(['a', 'b']);
    w.act('t1', { type: 'pend', wait: 'warehouse', until: null }, facts('lilei', minutes(3)));
    expect(newestMessages(w.of('t1'))).toEqual(['b']);
    receive(w, 't1', 'c', minutes(4));
    w.act('t1', { type: 'prioritise', priority: 'high' }, facts('lilei', minutes(5)));
    expect(newestMessages(w.of('t1'))).toEqual(['c']);
  });

  it('of a message that is gone already is refused', () => {
    const w = new World(numbered(1), numbered(2));
    receive(w, 't1', 'a', minutes(1));
    const split = { type: 'split', to: { ticket: 't2', number: 2 }, opening: null, quotes: [said('a')] } as const;
    expect(w.act('t1', split, facts('lilei'))).toBeNull();
    expect(w.act('t1', split, facts('lilei'))).toBe('split_only');
  });

  it('to a ticket that was merged, closed or resolved meanwhile: the words are where the work goes on', () => {
    const w = new World(numbered(1), numbered(2), numbered(3, { status: 'closed', closedAt: NOW }));
    receive(w, 't1', 'a', minutes(1));
    w.act(
      't1',
      { type: 'split', to: { ticket: 't2', number: 2 }, opening: null, quotes: [said('a')] },
      facts('lilei', minutes(2)),
    );
    const told = w.told.splice(0);
    w.tickets.set(
      't2',
      numbered(2, { status: 'closed', merged: { into: { ticket: 't3', number: 3 }, before: {}, from: [] } }),
    );
    w.told.push(...told);
    w.settle();
    expect(w.of('t3')).toMatchObject({ status: 'in_progress', closedAt: null, customerMessages: 2 });
  });
});

describe('which ticket a message joins', () => {
  const one = numbered(1, { facts: { order: 'A-12345' }, quotes: [said('x', minutes(-5))] });
  const two = numbered(2, { facts: { tracking: 'SF123' }, quotes: [said('y', minutes(-1))] });

  it.each([
    ['a-12345 呢', 1],
    ['Ａ-12345', 1],
    ['xA-12345', 2],
    ['A-123456', 2],
    ['sf123到了吗', 2],
    ['T-1', 1],
    ['t-12', 2],
    ['什么时候', 2],
  ])('%s', (words, no) => {
    expect(joined([one, two], words, null)?.ticket.number).toBe(no);
  });

  it('the quote decides when no number does', () => {
    expect(joined([one, two], '这个', one)).toEqual({ ticket: one, others: [] });
  });

  it('resolved tickets only when none is open, and are no others', () => {
    const done = numbered(3, { status: 'resolved', quotes: [said('z')] });
    expect(joined([one, done], '什么时候', null)).toEqual({ ticket: one, others: [] });
    expect(joined([done], '什么时候', null)).toEqual({ ticket: done, others: [] });
    expect(joined([], '什么时候', null)).toBeNull();
  });
});
