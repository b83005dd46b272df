import type { Decision, Facts } from '../decision.ts';
import type { Change, Restored } from '../event.ts';
import type { Intent } from '../intent.ts';
import { calendarsOf, membersOnDuty } from '../duty.ts';
import { isWorking } from '../calendar.ts';
import { backAfter, dueBefore } from '../handover.ts';
import { OPEN } from '../status.ts';
import type { Ticket } from '../ticket.ts';
import { accept, already, before, next, wasBefore } from './shared.ts';

/** When somebody who is away comes back by themselves; null for who is off duty. */
const backOf = (person: string, facts: Facts): Date | null => {
  const standing = facts.standing(person);
  return standing.state === 'away' ? standing.until : null;
};

/** A ticket whose owner is not there goes to the team's queue and stays theirs until somebody claims it. */
export function covered(t: Ticket, facts: Facts): Extract<Change, { type: 'covered' }> | null {
  const to = next(t, 'cover');
  if (t.assignee === null || to === null) return null;
  return { type: 'covered', person: t.assignee, back: backOf(t.assignee, facts), to, before: before(t) };
}

/** Whether a customer's message has to go to the team: its owner is not there, and somebody else is. */
export const needsCover = (t: Ticket, facts: Facts): boolean =>
  t.assignee !== null && !facts.onDuty(t.assignee) && membersOnDuty(t.team, facts.directory, facts.onDuty).length > 0;

/** What falls due before its handler, who went home or is on a long break, is there again goes to whoever is there; null: it stays. */
export function leftAlone(t: Ticket, facts: Facts): Change | null {
  const person = facts.directory.people.get(t.assignee ?? '');
  if (person === undefined || t.offer !== null || !OPEN.has(t.status) || !needsCover(t, facts)) return null;
  const standing = facts.standing(person.id);
  // Nobody has to say that they are there.
  const atWork = calendarsOf(person, facts.directory).some((c) => isWorking(c, facts.now));
  if (standing.state === 'off' && !standing.said && atWork) return null;
  const back = standing.state === 'away' ? standing.until : backAfter(person, facts.directory, facts.now);
  return dueBefore(t, back) === null ? null : covered(t, facts);
}

/** Somebody was taken off duty: what they had goes to the team. */
export function cover(t: Ticket, intent: Extract<Intent, { type: 'cover' }>, facts: Facts): Decision {
  if (t.assignee !== intent.person || !OPEN.has(t.status)) return already;
  if (intent.dueBefore !== undefined && dueBefore(t, intent.dueBefore) === null) return already;
  const change = covered(t, facts);
  if (change === null) return already;
  return accept([intent.note === undefined ? change : { ...change, note: intent.note }]);
}

/** Somebody is back: what nobody claimed meanwhile is theirs again, as it was. */
export function uncover(t: Ticket, intent: Extract<Intent, { type: 'uncover' }>, facts: Facts): Decision {
  if (t.owner !== intent.person || next(t, 'uncover') === null || !facts.onDuty(intent.person)) return already;
  return accept([uncovered(t, intent.person)]);
}

const uncovered = (t: Ticket, person: string): Change => ({
  type: 'uncovered',
  person,
  restored: asBefore(t, 'covered', 'in_progress'),
});

/** The moment at which an owner wanted to be back: they are, or are away for longer, or it is not known. */
export function wakeCovered(t: Ticket, owner: string, facts: Facts): Decision {
  const to = next(t, 'uncover');
  if (to === null) return already;
  if (facts.onDuty(owner)) return accept([uncovered(t, owner)]);
  return accept([{ type: 'covered', person: owner, back: backOf(owner, facts), to: t.status, before: before(t) }]);
}

/**
 * How a ticket stood before its last event of this type: who worked on it waits for whom they waited for, unless the customer wrote since.
 * `otherwise`: when that is not known any more.
 */
export function asBefore(t: Ticket, type: 'covered' | 'offered', otherwise: 'in_progress' | 'new'): Restored {
  // A longer absence covers what is covered: what counts is how it was with somebody.
  const from = t.history.tail.findLast(
    (e) => e.type === type && (e.data['before'] as Ticket | undefined)?.status !== (type === 'covered' ? 'new' : ''),
  );
  const was = from === undefined ? undefined : wasBefore(from);
  const wrote = t.history.tail.some((e) => e.type === 'message_received' && from !== undefined && e.seq > from.seq);
  if (was === undefined || (wrote && was.status !== 'new'))
    return { status: otherwise, wait: null, until: null, claimedAt: was?.claimedAt ?? t.claimedAt };
  const { status = otherwise, wait = null, until = null, claimedAt = null } = was;
  return { status, wait, until, claimedAt };
}
