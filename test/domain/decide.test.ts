import fc from 'fast-check';
import { dueOf } from '../../src/domain/sla.ts';
import { describe, expect, it } from 'vitest';
import { apply } from '../../src/domain/apply.ts';
import { firstBroken } from '../../src/domain/chain.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Facts } from '../../src/domain/decision.ts';
import type { Intent } from '../../src/domain/intent.ts';
import { OPEN, STATUSES, TRANSITIONS } from '../../src/domain/status.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { NOW, aDirectory, aTicket, everybodyOn, minutes } from '../support/tickets.ts';

const directory = aDirectory();
let causes = 0;

const facts = (person: string, at: Date = NOW): Facts => {
  causes += 1;
  const name = directory.people.get(person)?.name ?? person;
  return {
    now: at,
    directory,
    actor: { kind: 'person', id: person, name },
    cause: `cause-${causes}`,
    ...everybodyOn(),
  };
};

/** Decides and applies; the ticket afterwards and the refusal's code. */
function act(ticket: Ticket, intent: Intent, f: Facts): { ticket: Ticket; refused: string | null; already: boolean } {
  const decision = decide(ticket, intent, f);
  if (!decision.accepted) return { ticket, refused: decision.refusal.code, already: false };
  if (decision.changes.length === 0) return { ticket, refused: null, already: decision.already };
  return { ticket: apply(ticket, decision, f, ticket._id, 'salt').ticket, refused: null, already: decision.already };
}

const quote = { message: 'm1', text: '还没好吗', attachments: [], at: NOW };

describe('claim', () => {
  it('has one winner, and tells the second who was faster', () => {
    const first = act(aTicket({ status: 'new', assignee: null }), { type: 'claim' }, facts('lilei'));
    expect(first.ticket).toMatchObject({ status: 'in_progress', assignee: 'lilei' });
    const second = decide(first.ticket, { type: 'claim' }, facts('wangfang'));
    expect(second).toMatchObject({ accepted: false, refusal: { code: 'already_claimed', by: '李雷', at: NOW } });
  });

  it('repeated by the winner answers "already yours" and changes nothing', () => {
    const first = act(aTicket({ status: 'new', assignee: null }), { type: 'claim' }, facts('lilei'));
    const again = act(first.ticket, { type: 'claim' }, facts('lilei'));
    expect(again).toMatchObject({ already: true, refused: null });
    expect(again.ticket).toBe(first.ticket);
  });

  it('is refused to somebody of another team', () => {
    expect(act(aTicket({ status: 'new', assignee: null }), { type: 'claim' }, facts('chenchen')).refused).toBe(
      'not_allowed',
    );
  });

  it('gives the same answer to the same cause', () => {
    const f = facts('lilei');
    const once = act(aTicket({ status: 'new', assignee: null }), { type: 'claim' }, f);
    const twice = decide(once.ticket, { type: 'claim' }, f);
    expect(twice).toEqual({ accepted: true, already: false, changes: [], effects: [] });
  });
});

describe('undo', () => {
  const claimed = () => act(aTicket({ status: 'new', assignee: null }), { type: 'claim' }, facts('lilei')).ticket;
  const undo = { type: 'undo', seq: null, notice: 'none', sure: false, correction: 'c1' } as const;
  const later = (ms: number): Date => new Date(NOW.getTime() + ms);

  it('within 30 s restores what stood before', () => {
    const result = act(claimed(), undo, facts('lilei', later(30_000)));
    expect(result.ticket).toMatchObject({ status: 'new', assignee: null });
  });

  it('is refused after 30 s', () => {
    expect(act(claimed(), undo, facts('lilei', later(30_001))).refused).toBe('undo_late');
  });

  it('is refused to anybody else', () => {
    expect(act(claimed(), undo, facts('zhaomin')).refused).toBe('undo_nothing');
  });

  it('is refused with the name of who changed the same since', () => {
    const moved = act(claimed(), { type: 'assign', person: 'wangfang', seen: 'lilei' }, facts('zhaomin')).ticket;
    expect(decide(moved, undo, facts('lilei'))).toMatchObject({ refusal: { code: 'undo_overtaken', by: '赵敏' } });
  });

  it('does not undo the same thing twice', () => {
    const once = act(claimed(), undo, facts('lilei')).ticket;
    expect(act(once, undo, facts('lilei')).refused).toBe('undo_nothing');
  });

  it('of a resolution whose notice is out says one correction', () => {
    const resolve = { type: 'resolve', disposition: 'handled', note: null, notice: 'n1' } as const;
    const resolved = act(claimed(), resolve, facts('lilei')).ticket;
    const unasked = decide(resolved, { ...undo, notice: 'sent' }, facts('lilei'));
    expect(unasked).toMatchObject({ accepted: false, refusal: { code: 'undo_seen', what: 'notice' } });
    const decision = decide(resolved, { ...undo, notice: 'sent', sure: true }, facts('lilei'));
    expect(decision.accepted && decision.effects).toMatchObject([{ kind: 'say', message: 'c1' }]);
    const inTime = decide(resolved, { ...undo, notice: 'withdrawn' }, facts('lilei'));
    expect(inTime.accepted && inTime.effects).toEqual([]);
  });
});

describe('a customer message', () => {
  const receive = (courtesy: boolean) =>
    ({ type: 'receive', message: 'm1', quote, courtesy, order: null, note: null, draft: null, others: [] }) as const;

  it('takes a waiting ticket up again', () => {
    const waiting = aTicket({ status: 'waiting_customer', assignee: 'lilei' });
    expect(act(waiting, receive(false), facts('x')).ticket.status).toBe('in_progress');
  });

  it('of thanks alone leaves a resolved ticket resolved', () => {
    const resolved = aTicket({ status: 'resolved', assignee: 'lilei', resolvedAt: minutes(-5) });
    expect(act(resolved, receive(true), facts('x')).ticket.status).toBe('resolved');
  });

  it('with content reopens a resolved ticket for its last assignee', () => {
    const resolved = aTicket({ status: 'resolved', assignee: 'lilei', resolvedAt: minutes(-5) });
    expect(act(resolved, receive(false), facts('x')).ticket).toMatchObject({
      status: 'in_progress',
      assignee: 'lilei',
    });
  });

  it('finds a closed ticket closed', () => {
    expect(act(aTicket({ status: 'closed', closedAt: minutes(-5) }), receive(false), facts('x')).refused).toBe(
      'wrong_status',
    );
  });
});

describe('a due moment', () => {
  it('with a stale token does nothing', () => {
    const ticket = aTicket({ status: 'resolved', until: NOW, nextDueAt: NOW, dueToken: '7' });
    expect(act(ticket, { type: 'wake', token: '6' }, facts('x'))).toMatchObject({ already: true, ticket });
  });

  it('closes a resolved ticket', () => {
    const ticket = aTicket({ status: 'resolved', until: NOW, nextDueAt: NOW, dueToken: '7' });
    expect(act(ticket, { type: 'wake', token: '7' }, facts('x')).ticket.status).toBe('closed');
  });

  it('that has not come yet does nothing', () => {
    const ticket = aTicket({ status: 'resolved', nextDueAt: new Date(NOW.getTime() + 1), dueToken: '7' });
    expect(act(ticket, { type: 'wake', token: '7' }, facts('x')).ticket.status).toBe('resolved');
  });
});

const intents: fc.Arbitrary<Intent> = fc.oneof(
  fc.constantFrom<Intent>(
    { type: 'claim' },
    { type: 'release', reason: 'busy' },
    { type: 'decline' },
    { type: 'cover', person: 'lilei' },
    { type: 'uncover', person: 'lilei' },
    { type: 'reopen' },
    { type: 'close', reason: null },
    { type: 'resolve', disposition: 'handled', note: null, notice: 'n' },
    { type: 'pend', wait: 'customer', until: null },
    { type: 'pend', wait: 'warehouse', until: new Date(NOW.getTime() + 60_000) },
    { type: 'reply', message: 'm', sure: true },
    { type: 'note', note: 'n' },
    { type: 'receive', message: 'm', quote, courtesy: false, order: null, note: null, draft: null, others: [] },
    { type: 'receive', message: 'm', quote, courtesy: true, order: null, note: null, draft: null, others: [] },
    { type: 'transfer', person: null, team: 'logistics', note: 'n', words: 'n' },
    { type: 'transfer', person: 'wangfang', team: null, note: 'n', words: 'n' },
    { type: 'undo', seq: null, notice: 'withdrawn', sure: false, correction: 'c' },
    { type: 'prioritise', priority: 'urgent' },
    { type: 'tag', add: ['vip'], remove: ['old'] },
  ),
  fc.constantFrom('lilei', 'wangfang', 'chenchen').map((person): Intent => ({ type: 'assign', person, seen: null })),
);
const steps = fc.array(
  fc.record({
    intent: intents,
    person: fc.constantFrom('lilei', 'wangfang', 'zhaomin', 'chenchen', 'zhou'),
    ms: fc.nat(20_000),
  }),
  { maxLength: 40 },
);

describe('any run of intents', () => {
  it('follows the transition table, keeps the chain whole and never has an open ticket in progress without somebody', () => {
    fc.assert(
      fc.property(steps, (run) => {
        let ticket = aTicket({ status: 'new', assignee: null });
        const start = ticket.history;
        let now = NOW.getTime();
        for (const { intent, person, ms } of run) {
          now += ms;
          const before = ticket;
          const result = act(ticket, intent, facts(person, new Date(now)));
          ticket = result.ticket;
          expect(result.refused === null || ticket === before).toBe(true);
          expect(STATUSES).toContain(ticket.status);
          const reachable = new Set(Object.values(TRANSITIONS[before.status]));
          const direct = ticket.status === before.status || reachable.has(ticket.status);
          // A reply claims first; undo, coming back and declining restore what stood before: the ways around a single step of the table.
          expect(direct || ['reply', 'undo', 'uncover', 'decline'].includes(intent.type)).toBe(true);
          const owned = ticket.assignee !== null;
          expect({ new: !owned, in_progress: owned }[ticket.status as string] ?? true).toBe(true);
          expect(OPEN.has(ticket.status) || Object.keys(dueOf(ticket.clocks)).length === 0).toBe(true);
          expect(ticket.version).toBe(before.version + (ticket === before ? 0 : 1));
        }
        const added = ticket.history.tail.slice(start.tail.length);
        expect(firstBroken(added, start.head)).toBeNull();
        const changed =
          added[0] === undefined
            ? []
            : [{ ...added[0], actor: { kind: 'system' as const, name: 'x' } }, ...added.slice(1)];
        expect(firstBroken(changed, start.head)).toBe(changed[0]?.seq ?? null);
      }),
      { numRuns: 300 },
    );
  });

  it('decides the same twice', () => {
    fc.assert(
      fc.property(
        intents,
        fc.constantFrom(...STATUSES),
        fc.constantFrom('lilei', 'zhaomin', 'chenchen'),
        (intent, status, person) => {
          const ticket = aTicket({ status, assignee: status === 'new' ? null : 'lilei' });
          const f = facts(person);
          expect(decide(ticket, intent, f)).toEqual(decide(ticket, intent, f));
        },
      ),
    );
  });
});
