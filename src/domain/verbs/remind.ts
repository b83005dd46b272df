import type { Decision, Facts } from '../decision.ts';
import type { Change, Told } from '../event.ts';
import type { Intent } from '../intent.ts';
import type { NewEffect } from '../effect.ts';
import { aboveOn, levelOf, passedAt, peopleOf, tellFrom, toldOf } from '../ladder.ts';
import { lacking } from '../permission.ts';
import { waitingFor } from '../pinged.ts';
import { OPEN } from '../status.ts';
import { CLOCKS } from '../terms.ts';
import type { Ticket } from '../ticket.ts';
import { retimed, timingFault } from '../retiming.ts';
import { accept, already, refuse, wrongStatus } from './shared.ts';

/** The pings that tell people of the event that comes next on this ticket; `ahead`: of one so many events later. */
const pings = (t: Ticket, to: readonly Told[], ahead = 0): readonly NewEffect[] =>
  to.length === 0 ? [] : [{ kind: 'ping', since: t.history.seq + 1 + ahead, to, over: [] }];

/** Steps of ladders and personal reminders that are due: all of them at once, and everybody hears once. `quietly`: nobody does. */
export function remindDue(t: Ticket, facts: Facts, quietly: boolean): Decision {
  const changes: Change[] = [];
  const effects: NewEffect[] = [];
  const passed = passedAt(t, facts.now, facts.directory);
  if (passed.length > 0) {
    const tell = quietly ? [] : toldOf(t, passed, facts);
    const pinged = tell.find(({ person, level }) => level === 'handler' && person === t.assignee)?.person ?? null;
    const steps = passed.map(({ clock, steps, share }) => ({ clock, steps, share }));
    changes.push({ type: 'reminded', passed: steps, tell, pinged });
    effects.push(...pings(t, tell));
  }
  const due = t.reminders.filter(({ at }) => at <= facts.now);
  if (due.length > 0) {
    const people = new Set(due.map(({ person }) => person));
    // They named the moment themselves: it is no time off.
    const tell = [...people]
      .filter((person) => !quietly && facts.directory.people.has(person))
      .map((person): Told => ({ person, level: 'handler', at: facts.now }));
    changes.push({ type: 'prompted', reminders: due.map(({ since }) => since), tell });
    effects.push(...pings(t, tell, passed.length > 0 ? 1 : 0));
  }
  return changes.length === 0 ? already : accept(changes, effects);
}

/** Of nobody but who says it. */
const OWN_LEVEL = -1;

/** Whoever was told says that they know: they and everybody below them hear no more of what is late now. */
export function acknowledge(t: Ticket, _intent: Extract<Intent, { type: 'acknowledge' }>, facts: Facts): Decision {
  const missing = lacking(facts.actor, 'member', t, facts.directory);
  if (missing !== null) return refuse(missing);
  const person = facts.actor.kind === 'person' ? facts.directory.people.get(facts.actor.id) : undefined;
  if (person === undefined) return wrongStatus(t, 'acknowledge');
  const level = levelOf(person, t);
  // What somebody asked for or wanted to be reminded of ends with this as well.
  if (waitingFor(t).has(person.id))
    return accept([{ type: 'acknowledged', person: person.id, level: level ?? OWN_LEVEL }]);
  const reminded = CLOCKS.flatMap((name) => t.clocks[name] ?? []).filter(({ rung }) => rung > 0);
  if (level === null || reminded.every(({ due }) => due === null)) return refuse({ code: 'nothing_due', no: t.number });
  if (reminded.every(({ quiet = OWN_LEVEL }) => quiet >= level)) return already;
  return accept([{ type: 'acknowledged', person: person.id, level }]);
}

/** Whoever stands above hears of a ticket at once. */
export function escalate(t: Ticket, intent: Extract<Intent, { type: 'escalate' }>, facts: Facts): Decision {
  const { actor, directory } = facts;
  const missing = lacking(actor, 'member', t, directory);
  if (missing !== null) return refuse(missing);
  const by = actor.kind === 'person' ? directory.people.get(actor.id) : undefined;
  if (by === undefined || !OPEN.has(t.status)) return wrongStatus(t, 'escalate');
  const { level, people } = aboveOn(t, by, directory);
  if (people.length === 0) return refuse({ code: 'nobody_above', no: t.number });
  const urgent = t.priority === 'urgent';
  const tell = people.map((p): Told => ({ person: p.id, level, at: tellFrom(p, urgent, facts) }));
  return accept([{ type: 'escalated', by: by.id, note: intent.note, tell }], pings(t, tell));
}

/** A lead wants whoever handles it to hear of it now, however often they have. */
export function chase(t: Ticket, _intent: Extract<Intent, { type: 'chase' }>, facts: Facts): Decision {
  const { actor, directory } = facts;
  const missing = lacking(actor, 'lead', t, directory);
  if (missing !== null) return refuse(missing);
  if (!OPEN.has(t.status)) return already;
  const by = actor.kind === 'person' ? actor.id : null;
  const urgent = t.priority === 'urgent';
  const tell = peopleOf(t, 'handler', directory)
    .filter((p) => p.id !== by)
    .map((p): Told => ({ person: p.id, level: 'handler', at: tellFrom(p, urgent, facts) }));
  if (tell.length === 0) return already;
  const pinged = tell.some(({ person }) => person === t.assignee) ? t.assignee : null;
  return accept([{ type: 'chased', tell, pinged }], pings(t, tell));
}

/** The speaker wants to hear of it again at a moment, whatever becomes of it meanwhile; or not any more. */
export function remind(t: Ticket, intent: Extract<Intent, { type: 'remind' }>, facts: Facts): Decision {
  const { actor } = facts;
  const missing = lacking(actor, 'member', t, facts.directory);
  if (missing !== null) return refuse(missing);
  if (actor.kind !== 'person') return wrongStatus(t, 'remind');
  if (intent.at !== null) return accept([{ type: 'reminder_set', person: actor.id, at: intent.at }]);
  const has = t.reminders.some(({ person }) => person === actor.id);
  return has ? accept([{ type: 'reminder_dropped', person: actor.id }]) : already;
}

/** What is promised is looked at anew, by the terms and calendars of now; and when the ticket has to be looked at next. */
export const retime = (t: Ticket, _intent: Extract<Intent, { type: 'retime' }>, facts: Facts): Decision =>
  timingFault(t) !== null || (OPEN.has(t.status) && retimed(t, facts.now, facts.directory) !== null)
    ? accept([{ type: 'retimed' }])
    : already;
