import type { Decision, Facts } from '../decision.ts';
import type { Intent } from '../intent.ts';
import { lacking, maySee } from '../permission.ts';
import { OPEN } from '../status.ts';
import type { Ticket } from '../ticket.ts';
import { claimOffered } from './pass.ts';
import { accept, already, before, next, refuse, wrongStatus } from './shared.ts';

export const nameOf = (facts: Facts, person: string): string => facts.directory.people.get(person)?.name ?? person;

/** One winner: whoever comes second reads who was faster. */
export function claim(t: Ticket, _intent: Extract<Intent, { type: 'claim' }>, facts: Facts): Decision {
  const missing = lacking(facts.actor, 'member', t, facts.directory);
  if (missing !== null) return refuse(missing);
  const by = facts.actor.kind === 'person' ? facts.actor.id : null;
  if (by === null) return wrongStatus(t, 'claim');
  const offered = t.offer === null ? null : claimOffered(t, t.offer, by, facts);
  if (offered !== null) return offered;
  if (t.assignee === by && OPEN.has(t.status)) return already;
  const to = next(t, 'claim');
  if (to === null) {
    if (t.assignee !== null && OPEN.has(t.status)) {
      return refuse({
        code: 'already_claimed',
        no: t.number,
        by: nameOf(facts, t.assignee),
        at: t.claimedAt ?? t.openedAt,
      });
    }
    return wrongStatus(t, 'claim');
  }
  return accept([{ type: 'claimed', by, to, before: before(t) }]);
}

/** Gives a ticket back to its team's queue; it keeps its age. */
export function release(t: Ticket, intent: Extract<Intent, { type: 'release' }>, facts: Facts): Decision {
  if (t.status === 'new') return already;
  const missing = lacking(facts.actor, 'assignee', t, facts.directory);
  if (missing !== null) return refuse(missing);
  const to = next(t, 'release');
  if (to === null) return wrongStatus(t, 'release');
  return accept([{ type: 'released', reason: intent.reason, to, before: before(t) }]);
}

/** Gives a ticket to a colleague of its team. Leads assign anybody, everybody may assign themselves an unclaimed one. */
export function assign(t: Ticket, intent: Extract<Intent, { type: 'assign' }>, facts: Facts): Decision {
  const self = facts.actor.kind === 'person' && facts.actor.id === intent.person;
  if (self && t.assignee === null) return claim(t, { type: 'claim' }, facts);
  const missing = lacking(facts.actor, 'lead', t, facts.directory);
  if (missing !== null) return refuse(missing);
  const person = facts.directory.people.get(intent.person);
  if (person === undefined) return refuse({ code: 'unknown_person', name: intent.person });
  if (!maySee(person, t)) return refuse({ code: 'not_in_team', name: person.name, no: t.number });
  if (t.assignee === person.id && t.offer === null && OPEN.has(t.status)) return already;
  if (t.assignee !== intent.seen && t.assignee !== null && t.last.type === 'assigned') {
    const { by, at } = t.last;
    return refuse({ code: 'assigned_first', no: t.number, by, to: nameOf(facts, t.assignee), at });
  }
  const to = next(t, 'assign');
  if (to === null) return wrongStatus(t, 'assign');
  return accept([{ type: 'assigned', person: person.id, to, before: before(t) }]);
}
