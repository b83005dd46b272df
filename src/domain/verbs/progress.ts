import type { Decision, Facts } from '../decision.ts';
import type { Change } from '../event.ts';
import type { Intent } from '../intent.ts';
import type { NewEffect } from '../effect.ts';
import { placeOf } from '../contact.ts';
import { leftAlone, wakeCovered } from './cover.ts';
import { remindDue } from './remind.ts';
import { ended, lapse, taken } from './pass.ts';
import { lacking } from '../permission.ts';
import { OPEN } from '../status.ts';
import type { Ticket } from '../ticket.ts';
import { nameOf } from './hands.ts';
import { accept, already, before, customerAddress, next, refuse, wrongStatus } from './shared.ts';

const later = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

const repliedWith = (t: Ticket, message: string): boolean =>
  t.history.tail.some((e) => e.type === 'replied' && e.data['message'] === message);

/** Answers the customer. On an unclaimed ticket this claims it first; on a colleague's any member may who is sure. */
export function reply(t: Ticket, intent: Extract<Intent, { type: 'reply' }>, facts: Facts): Decision {
  const { actor } = facts;
  const takes = actor.kind === 'person' && t.offer?.to === actor.id;
  const unclaimed = t.assignee === null || takes;
  const missing = lacking(actor, 'member', t, facts.directory);
  if (missing !== null) return refuse(missing);
  // The same words on the same button, pressed twice.
  if (repliedWith(t, intent.message)) return already;
  const to = customerAddress(t);
  if (to === null) {
    const { name, handle } = placeOf(t, facts.directory);
    return refuse({ code: 'unreachable', no: t.number, place: { name, handle } });
  }
  if (!OPEN.has(t.status)) return wrongStatus(t, 'reply');
  const person = facts.actor.kind === 'person' ? facts.actor.id : null;
  if (!unclaimed && !intent.sure && person !== null && person !== t.assignee && !t.helpers.includes(person))
    return refuse({ code: 'with_colleague', no: t.number, by: nameOf(facts, t.assignee) });
  const changes: Change[] = [];
  if (unclaimed) {
    if (actor.kind !== 'person') return wrongStatus(t, 'reply');
    const claimed = { type: 'claimed', by: actor.id, to: 'in_progress', before: before(t) } as const;
    changes.push(takes ? taken(t, actor.id, facts) : claimed);
  }
  const was = unclaimed ? repliedBefore(t, facts) : before(t);
  changes.push({ type: 'replied', message: intent.message, to: 'waiting_customer', before: was });
  return accept(changes, [
    { kind: 'say', message: intent.message, to, notBefore: later(facts.now, t.policy.replyHoldMs) },
  ]);
}

/** What undoing a reply restores: the claim that came with it stays. */
function repliedBefore(t: Ticket, facts: Facts) {
  if (facts.actor.kind !== 'person') return before(t);
  const theirs = { assignee: facts.actor.id, claimedAt: facts.now, owner: null, ownerBack: null, offer: null };
  return { ...before(t), status: 'in_progress' as const, ...theirs };
}

/** An internal note; no status forbids it. */
export function note(t: Ticket, intent: Extract<Intent, { type: 'note' }>, facts: Facts): Decision {
  const missing = lacking(facts.actor, 'member', t, facts.directory);
  return missing === null ? accept([{ type: 'noted', note: intent.note }]) : refuse(missing);
}

/** Waits for somebody, at most until a moment if one is named. */
export function pend(t: Ticket, intent: Extract<Intent, { type: 'pend' }>, facts: Facts): Decision {
  const missing = lacking(facts.actor, 'assignee', t, facts.directory);
  if (missing !== null) return refuse(missing);
  const to = next(t, intent.wait === 'customer' ? 'pend_customer' : 'pend_other');
  if (to === null) return wrongStatus(t, 'pending');
  return accept([{ type: 'pended', wait: intent.wait, until: intent.until, to, before: before(t) }]);
}

/** The matter is done; the customer is told after the hold. */
export function resolve(t: Ticket, intent: Extract<Intent, { type: 'resolve' }>, facts: Facts): Decision {
  if (t.status === 'resolved') return already;
  const to = next(t, 'resolve');
  // What nobody has claimed is claimed first: that says more than a missing right.
  if (to === null) return wrongStatus(t, 'resolve');
  const missing = lacking(facts.actor, 'assignee', t, facts.directory);
  if (missing !== null) return refuse(missing);
  const address = customerAddress(t);
  const notice = address === null ? null : intent.notice;
  const effects: NewEffect[] =
    address === null
      ? []
      : [{ kind: 'say', message: intent.notice, to: address, notBefore: later(facts.now, t.policy.noticeHoldMs) }];
  const { disposition, note } = intent;
  return accept([{ type: 'resolved', disposition, note, notice, to, before: before(t) }], effects);
}

/** The end. The customer is told nothing: that was the resolution's part. */
export function close(t: Ticket, intent: Extract<Intent, { type: 'close' }>, facts: Facts): Decision {
  if (t.status === 'closed') return already;
  const missing = lacking(facts.actor, 'assignee', t, facts.directory);
  if (missing !== null) return refuse(missing);
  const to = next(t, 'close');
  if (to === null) return wrongStatus(t, 'close');
  return accept([{ type: 'closed', reason: intent.reason, to, before: before(t) }]);
}

/** Open again, with its last assignee or in the queue. */
export function reopen(t: Ticket, _intent: Extract<Intent, { type: 'reopen' }>, facts: Facts): Decision {
  const missing = lacking(facts.actor, 'member', t, facts.directory);
  if (missing !== null) return refuse(missing);
  if (OPEN.has(t.status)) return already;
  const to = next(t, t.assignee === null ? 'reopen_queue' : 'reopen_owned');
  if (to === null) return wrongStatus(t, 'reopen');
  return accept([{ type: 'reopened', to, message: null, left: null }]);
}

/**
 * A due moment: the wait is over, or the resolved ticket closes. A token that is not the ticket's any more does nothing. One that comes
 * `late`, after a restore, settles how the ticket stands and tells nobody: a wait, an absence, an offer are over as on any day, but
 * nobody gets a card about the offer; a resolved ticket has the whole time once more, for what the customer wrote since is not known.
 */
export function wake(t: Ticket, intent: Extract<Intent, { type: 'wake' }>, facts: Facts): Decision {
  if (t.dueToken !== intent.token || t.nextDueAt === null || t.nextDueAt > facts.now) return already;
  const late = intent.late === true;
  if (t.until === null || t.until > facts.now) return withCover(t, remindDue(t, facts, late), facts);
  if (t.status === 'resolved') {
    if (late) return accept([{ type: 'rearmed', until: later(facts.now, t.policy.autoCloseMs) }]);
    const to = next(t, 'close');
    return to === null ? already : accept([{ type: 'closed', reason: 'auto', to, before: before(t) }]);
  }
  if (t.offer !== null) return late ? accept([ended(t, 'lapsed', t.offer)]) : lapse(t, t.offer);
  if (t.owner !== null) return wakeCovered(t, t.owner, facts);
  const to = next(t, 'resume');
  return to === null ? already : accept([{ type: 'resumed', to }]);
}

/** Of what is due soon it is looked whether who has it will be there in time. */
function withCover(t: Ticket, decision: Decision, facts: Facts): Decision {
  if (!decision.accepted || decision.changes.every(({ type }) => type !== 'reminded')) return decision;
  const left = leftAlone(t, facts);
  return left === null ? decision : { ...decision, changes: [...decision.changes, left] };
}
