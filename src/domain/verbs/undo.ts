import type { Decision, Facts } from '../decision.ts';
import type { ChangeType, SealedEvent } from '../event.ts';
import type { Intent } from '../intent.ts';
import type { NewEffect } from '../effect.ts';
import type { Ticket } from '../ticket.ts';
import { accept, customerAddress, refuse, wasBefore } from './shared.ts';

/** How long a verb can be undone. */
export const UNDO_MS = 30_000;

const UNDOABLE: ReadonlySet<ChangeType> = new Set([
  'claimed',
  'assigned',
  'transferred',
  'offered',
  'taken',
  'handed_over',
  'resolved',
  'closed',
  'replied',
  'replied_elsewhere',
  'split_off',
  'merged',
  'grouped',
]);

/** Changes after which what stood before can no longer be restored. */
const TOUCHES: ReadonlySet<ChangeType> = new Set([
  'claimed',
  'released',
  'assigned',
  'transferred',
  'offered',
  'taken',
  'declined',
  'lapsed',
  'retracted',
  'covered',
  'uncovered',
  'handed_over',
  'replied',
  'undelivered',
  'voided',
  'replied_elsewhere',
  'pended',
  'resumed',
  'resolved',
  'closed',
  'cancelled',
  'reopened',
  'undone',
  'merged',
  'unmerged',
]);

/** Whether an event changed what undoable verbs change. */
export const touches = (e: SealedEvent): boolean => TOUCHES.has(e.type) || e.data['resume'] === true;

/** Whether the event of this sequence was taken back. */
export const isUndone = (t: Ticket, seq: number): boolean =>
  t.history.tail.some(
    (e) =>
      ((e.type === 'undone' || e.type === 'taken_in') && e.data['undoes'] === seq) ||
      (e.type === 'unmerged' && e.seq > seq && t.history.tail.some((m) => m.type === 'merged' && m.seq === seq)),
  );

/** The event that an undo by this person would undo: the named one, else their last undoable one. */
export function undoTarget(t: Ticket, seq: number | null, person: string): SealedEvent | null {
  const own = t.history.tail.filter(
    (e) => UNDOABLE.has(e.type) && e.actor.kind === 'person' && e.actor.id === person && !isUndone(t, e.seq),
  );
  return (seq === null ? own.at(-1) : own.find((e) => e.seq === seq)) ?? null;
}

/** The customer message that an undoable event lets out after its hold, if it does. */
export function heldMessage(e: SealedEvent): string | null {
  const id =
    e.type === 'replied' || e.type === 'replied_elsewhere'
      ? e.data['message']
      : e.type === 'resolved'
        ? e.data['notice']
        : null;
  return typeof id === 'string' ? id : null;
}

/** Restores what stood before one's own verb, for 30 s, unless somebody changed the same since. */
export function undo(t: Ticket, intent: Extract<Intent, { type: 'undo' }>, facts: Facts): Decision {
  const person = facts.actor.kind === 'person' ? facts.actor.id : '';
  const target = undoTarget(t, intent.seq, person);
  if (target === null) return refuse({ code: 'undo_nothing' });
  if (facts.now.getTime() - target.at.getTime() > UNDO_MS)
    return refuse({ code: 'undo_late', seconds: UNDO_MS / 1000 });
  const overtaking = t.history.tail.find((e) => e.seq > target.seq && touches(e));
  if (overtaking !== undefined) {
    const by = overtaking.actor.kind === 'person' ? overtaking.actor.name : '';
    return refuse({ code: 'undo_overtaken', no: t.number, by });
  }
  // What another ticket has a part in is taken back through that ticket.
  if (target.type === 'split_off' || target.type === 'merged' || target.type === 'grouped')
    return refuse({ code: 'undo_nothing' });
  const address = customerAddress(t);
  const correct = intent.notice === 'sent' && address !== null;
  if (correct && !intent.sure) {
    const what = target.type === 'replied' ? 'reply' : 'notice';
    return refuse({ code: 'undo_seen', no: t.number, seq: target.seq, what });
  }
  const effects: NewEffect[] = correct
    ? [{ kind: 'say', message: intent.correction, to: address, notBefore: facts.now }]
    : [];
  return accept(
    [
      {
        type: 'undone',
        undoes: target.seq,
        verb: target.type,
        before: wasBefore(target),
        correction: correct ? intent.correction : null,
      },
    ],
    effects,
  );
}
