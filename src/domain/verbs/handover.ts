import type { Decision, Facts } from '../decision.ts';
import { membersOnDuty } from '../duty.ts';
import { comesNext, dueBefore, mayTake } from '../handover.ts';
import type { Intent } from '../intent.ts';
import { lacking } from '../permission.ts';
import { OPEN } from '../status.ts';
import type { Ticket } from '../ticket.ts';
import { accept, already, before, next, refuse, wrongStatus } from './shared.ts';

/** Most colleagues that a refusal names as being there. */
const NAMED = 5;

/** Whoever has it goes home: from now on it is a colleague's, or its team's. */
export function handOver(t: Ticket, intent: Extract<Intent, { type: 'hand_over' }>, facts: Facts): Decision {
  if (t.assignee === null && OPEN.has(t.status)) return already;
  const missing = lacking(facts.actor, 'assignee', t, facts.directory);
  if (missing !== null) return refuse(missing);
  const to = next(t, intent.person === null ? 'release' : 'assign');
  if (to === null) return wrongStatus(t, 'handover');
  if (t.priority === 'urgent' && intent.note === null) return refuse({ code: 'handover_note', numbers: [t.number] });
  const { person: id, note } = intent;
  if (id !== null) {
    const person = facts.directory.people.get(id);
    if (person === undefined) return refuse({ code: 'unknown_person', name: id });
    if (!mayTake(person, t)) return refuse({ code: 'not_in_team', name: person.name, no: t.number });
    if (t.assignee === id) return already;
    if (!comesNext(person, facts.directory, intent.ends, facts.standing)) {
      const on = membersOnDuty(t.team, facts.directory, facts.onDuty)
        .filter((p) => p.id !== t.assignee && comesNext(p, facts.directory, intent.ends, facts.standing))
        .slice(0, NAMED)
        .map((p) => p.name);
      return refuse({ code: 'off_duty', name: person.name, until: null, on });
    }
  }
  return accept([{ type: 'handed_over', person: id, note, to, before: before(t) }]);
}

/** Whoever has it goes home and goes on with it when they are back: not where a promise would be broken meanwhile. */
export function keep(t: Ticket, { until }: Extract<Intent, { type: 'keep' }>, facts: Facts): Decision {
  const { actor } = facts;
  const missing = lacking(actor, 'assignee', t, facts.directory);
  if (missing !== null) return refuse(missing);
  if (actor.kind !== 'person' || t.assignee !== actor.id || !OPEN.has(t.status)) return wrongStatus(t, 'handover');
  const due = dueBefore(t, until);
  if (due !== null) return refuse({ code: 'due_before_back', no: t.number, ...due, back: until });
  if (t.kept?.person === actor.id && t.kept.until.getTime() === until.getTime()) return already;
  return accept([{ type: 'kept', person: actor.id, until }]);
}
