import { describe, expect, it } from 'vitest';
import { apply } from '../../src/domain/apply.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Facts } from '../../src/domain/decision.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { Ticket, TicketRef } from '../../src/domain/ticket.ts';
import { MAX_CASES } from '../../src/domain/verbs/problem.ts';
import { aDirectory, aTicket, everybodyOn, NOW } from '../support/tickets.ts';

const by = { kind: 'person', id: 'lilei', name: '李雷' } as const;
const facts = (more: Partial<Facts> = {}): Facts => ({
  now: NOW,
  directory: aDirectory(),
  actor: by,
  cause: 'press',
  ...everybodyOn(),
  ...more,
});
const ref = (number: number): TicketRef => ({ ticket: `t${number}`, number });
const after = (t: Ticket, intent: Intent, cause = 'press'): Ticket => {
  const known = facts({ cause });
  const decision = decide(t, intent, known);
  if (!decision.accepted) throw new Error(decision.refusal.code);
  return decision.changes.length === 0 ? t : apply(t, decision, known, t._id, 'salt').ticket;
};
const told = (t: Ticket, intent: Intent) => {
  const decision = decide(t, intent, facts({ cause: 'asked' }));
  return decision.accepted ? decision.effects.flatMap((e) => (e.kind === 'tell' ? [[e.ticket, e.intent]] : [])) : null;
};
const problem = aTicket({ _id: 'p', number: 4800 });
const mine = { ticket: 'p', number: 4800 };

describe('a problem', () => {
  it('has its cases once each, and tells each of them', () => {
    const intent: Intent = { type: 'group', tickets: [ref(1), ref(2), ref(1), mine] };
    expect(told(problem, intent)).toEqual([
      ['t1', { type: 'link', problem: mine }],
      ['t2', { type: 'link', problem: mine }],
    ]);
    const t = after(problem, intent);
    expect(t.cases).toEqual([ref(1), ref(2)]);
    expect(decide(t, intent, facts({ cause: 'again' }))).toMatchObject({ accepted: true, already: true });
    expect(after(t, { type: 'group', tickets: [ref(3)] }, 'more').cases).toEqual([ref(1), ref(2), ref(3)]);
  });

  it('may have none yet', () => {
    expect(after(problem, { type: 'group', tickets: [] }).cases).toEqual([]);
  });

  it('lets go of them again', () => {
    const t = after(problem, { type: 'group', tickets: [ref(1), ref(2)] });
    expect(told(t, { type: 'ungroup', tickets: [ref(2), ref(9)] })).toEqual([
      ['t2', { type: 'unlink', problem: mine }],
    ]);
    expect(after(t, { type: 'ungroup', tickets: [ref(2)] }, 'out').cases).toEqual([ref(1)]);
    expect(decide(t, { type: 'ungroup', tickets: [ref(9)] }, facts({ cause: 'no' }))).toMatchObject({ already: true });
  });

  it('has a bound, takes a member of the team, and is no case of another one', () => {
    const many = Array.from({ length: MAX_CASES + 1 }, (_, i) => ref(i + 1));
    const refused = (t: Ticket, tickets: readonly TicketRef[], more: Partial<Facts> = {}) => {
      const decision = decide(t, { type: 'group', tickets }, facts(more));
      return decision.accepted ? null : decision.refusal;
    };
    expect(refused(problem, many)).toMatchObject({ code: 'problem_full', max: MAX_CASES });
    expect(refused(problem, many.slice(1))).toBeNull();
    const stranger = { kind: 'person', id: 'chenchen', name: '陈晨' } as const;
    expect(refused(problem, [ref(1)], { actor: stranger })).toMatchObject({ code: 'not_allowed' });
    expect(refused(aTicket({ problem: ref(7) }), [ref(1)])).toEqual({ code: 'problem_case', no: 4821, of: 7 });
  });
});

describe('a case', () => {
  it('belongs to one problem: the one before is told', () => {
    const t = after(aTicket(), { type: 'link', problem: ref(1) });
    expect(t.problem).toEqual(ref(1));
    expect(told(t, { type: 'link', problem: ref(1) })).toEqual([]);
    expect(told(t, { type: 'link', problem: ref(2) })).toEqual([
      ['t1', { type: 'ungroup', tickets: [{ ticket: 'ticket-4821', number: 4821 }] }],
    ]);
    // What the one before answers comes too late to take it out of the other.
    const moved = after(t, { type: 'link', problem: ref(2) }, 'other');
    expect(after(moved, { type: 'unlink', problem: ref(1) }, 'late').problem).toEqual(ref(2));
    expect(after(moved, { type: 'unlink', problem: ref(2) }, 'out').problem).toBeNull();
  });
});
