import type { Actor } from '../domain/actor.ts';
import { decide } from '../domain/decide.ts';
import type { Intent, IntentType } from '../domain/intent.ts';
import type { Ticket, TicketRef } from '../domain/ticket.ts';
import { isVoided } from '../domain/verbs/delivery.ts';
import { customerAddress } from '../domain/verbs/shared.ts';
import type { SealedEvent } from '../domain/event.ts';
import { refOf, sourceOf } from '../domain/verbs/split.ts';
import { heldMessage, undoTarget } from '../domain/verbs/undo.ts';
import type { CustomerMessage } from '../storage/messages.ts';
import type { Parts } from './parts.ts';
import { factsFor } from './roster.ts';
import { ownQuotes } from './split.ts';
import type { Perform, Performed } from './perform.ts';

/** Verbs whose answer offers to undo them. */
export const UNDOABLE_VERBS: ReadonlySet<IntentType> = new Set([
  'claim',
  'assign',
  'transfer',
  'hand_over',
  'group',
  'resolve',
  'close',
  'reply',
  'reply_elsewhere',
  'split',
  'merge',
]);

export interface Undone extends Performed {
  /** What it means for the customer: never told, spared in time, or told the correction. */
  readonly customer: 'untold' | 'spared' | 'corrected';
}

/** Verbs whose message to the customer is held for a while. */
export const HELD_VERBS: ReadonlySet<IntentType> = new Set(['resolve', 'reply']);

/**
 * Undoes a verb together with the customer message it let out: the message row decides. Still held, it is withdrawn first (then nobody
 * reads it, whatever happens next: the row is worked again until the ticket says so too); gone already, a correction follows.
 */
export async function performUndo(
  parts: Pick<Parts, 'store' | 'clock' | 'directory' | 'roster'>,
  perform: Perform,
  ticket: Ticket,
  intent: Extract<Intent, { type: 'undo' }>,
  who: { actor: Actor; cause: string },
  correction: CustomerMessage | null,
): Promise<Undone> {
  const { messages } = parts.store;
  // Worked before: what it would undo now is another verb, whose message must stay.
  if (ticket.history.causes.some((c) => c.cause === who.cause))
    return { ...(await perform(ticket._id, intent, who)), customer: 'untold' };
  const person = who.actor.kind === 'person' ? who.actor.id : '';
  const target = undoTarget(ticket, intent.seq, person);
  if (target?.type === 'merged') return { ...(await undoMerge(parts, perform, ticket, who)), customer: 'untold' };
  if (target?.type === 'split_off')
    return { ...(await undoSplit(parts, perform, ticket, target, who)), customer: 'untold' };
  if (target?.type === 'grouped') {
    const tickets = target.data['tickets'] as readonly TicketRef[];
    return { ...(await perform(ticket._id, { type: 'ungroup', tickets }, who)), customer: 'untold' };
  }
  const held = target === null ? null : heldMessage(target);
  // Asked before anything is withdrawn: what would be refused must leave the message alone.
  const trial = decide(ticket, { ...intent, notice: held === null ? 'none' : 'withdrawn' }, await factsFor(parts, who));
  if (held === null || !trial.accepted) {
    const refused = await perform(ticket._id, { ...intent, notice: 'none' }, who);
    // Withdrawn by a try that died before the ticket knew: what is refused now may not have silenced it.
    if (held !== null && !isVoided(ticket, held)) await messages.restore(held);
    return { ...refused, customer: 'untold' };
  }
  const withdrawn = await messages.withdraw(held);
  if (!withdrawn && intent.sure && correction !== null) await messages.add([{ ...correction, corrects: held }]);
  const result = await perform(ticket._id, { ...intent, notice: withdrawn ? 'withdrawn' : 'sent' }, who);
  // Somebody overtook it in between: the message was rightly on its way.
  if (withdrawn && result.outcome === 'refused') await messages.restore(held);
  if (customerAddress(ticket) === null) return { ...result, customer: 'untold' };
  return { ...result, customer: withdrawn ? 'spared' : 'corrected' };
}

type Who = { readonly actor: Actor; readonly cause: string };

/** A merge has no time limit to be taken back. */
async function undoMerge(parts: Pick<Parts, 'store'>, perform: Perform, ticket: Ticket, who: Who): Promise<Performed> {
  const { into } = ticket.merged;
  const survivor = into === null ? null : await parts.store.tickets.load(into.ticket);
  const own = survivor === null ? [] : await ownQuotes(parts, survivor);
  return perform(ticket._id, { type: 'unmerge', into: survivor, own }, who);
}

/** A split is taken back where the messages are now: only there it is known whether somebody has acted on them. */
async function undoSplit(
  parts: Pick<Parts, 'store'>,
  perform: Perform,
  ticket: Ticket,
  event: SealedEvent,
  who: Who,
): Promise<Performed> {
  const target = sourceOf(event);
  const there = target === null ? null : await parts.store.tickets.load(target.ticket);
  // They are still on their way: the row is worked again in a moment.
  if (there === null) throw new Error(`what was split off ${ticket._id} has not arrived`);
  const { data, seq } = event;
  const messages = Array.isArray(data['messages']) ? data['messages'].filter((m) => typeof m === 'string') : [];
  const opened = data['opens'] === true;
  return perform(there._id, { type: 'hand_back', to: refOf(ticket), undoes: seq, messages, opened }, who);
}
