import type { Actor } from '../domain/actor.ts';
import { appKey } from '../domain/address.ts';
import { decide } from '../domain/decide.ts';
import type { SealedEvent } from '../domain/event.ts';
import type { Intent, IntentType } from '../domain/intent.ts';
import type { Ticket } from '../domain/ticket.ts';
import { customerAddress } from '../domain/verbs/shared.ts';
import { heldMessage, undoTarget } from '../domain/verbs/undo.ts';
import type { CustomerMessage } from '../storage/messages.ts';
import type { Parts } from './parts.ts';
import type { Perform, Performed } from './perform.ts';
import { sayLane } from './relay.ts';

/** Verbs whose answer offers to undo them. */
export const UNDOABLE_VERBS: ReadonlySet<IntentType> = new Set([
  'claim',
  'assign',
  'transfer',
  'resolve',
  'close',
  'reply',
]);

/**
 * Undoes a verb together with the customer message it let out: the message row decides. Still held, it is withdrawn first (then nobody
 * reads it, whatever happens next: the row is worked again until the ticket says so too); gone already, a correction follows.
 */
export async function performUndo(
  parts: Pick<Parts, 'store' | 'clock' | 'directory'>,
  perform: Perform,
  ticket: Ticket,
  intent: Extract<Intent, { type: 'undo' }>,
  who: { actor: Actor; cause: string },
  correction: CustomerMessage | null,
): Promise<Performed> {
  const { messages } = parts.store;
  // Worked before: a second look would find an older verb and take back its message.
  if (ticket.history.causes.some((c) => c.cause === who.cause)) return perform(ticket._id, intent, who);
  // Worked before: what it would undo now is another verb, whose message must stay.
  if (ticket.history.causes.some((c) => c.cause === who.cause)) return perform(ticket._id, intent, who);
  const person = who.actor.kind === 'person' ? who.actor.id : '';
  const target = undoTarget(ticket, intent.seq, person);
  const held = target === null ? null : heldMessage(target);
  // Asked before anything is withdrawn: what would be refused must leave the message alone.
  const facts = { now: parts.clock.now(), directory: parts.directory(), ...who };
  const trial = decide(ticket, { ...intent, notice: held === null ? 'none' : 'withdrawn' }, facts);
  if (held === null || !trial.accepted) return perform(ticket._id, { ...intent, notice: 'none' }, who);
  const withdrawn = await messages.withdraw(held);
  if (!withdrawn && correction !== null) await messages.add([correction]);
  const result = await perform(ticket._id, { ...intent, notice: withdrawn ? 'withdrawn' : 'sent' }, who);
  // Somebody overtook it in between: the message was rightly on its way.
  if (withdrawn && result.outcome === 'refused') await letGo(parts, ticket, target, held);
  return result;
}

/** Delivery may have passed over the message while it was withdrawn, so it gets another row; the message goes out once whichever comes first. */
async function letGo(parts: Parts, ticket: Ticket, target: SealedEvent | null, held: string): Promise<void> {
  const { messages, outbox } = parts.store;
  const to = customerAddress(ticket);
  if (to === null || target === null || !(await messages.restore(held))) return;
  const { replyHoldMs, noticeHoldMs } = ticket.policy;
  const hold = target.type === 'replied' ? replyHoldMs : noticeHoldMs;
  await outbox.add([
    {
      _id: `restored:${held}`,
      app: appKey(to),
      lane: sayLane(to),
      address: to,
      body: { kind: 'say', message: held },
      state: 'pending',
      order: target.at,
      notBefore: new Date(target.at.getTime() + hold),
      attempts: 0,
    },
  ]);
}
