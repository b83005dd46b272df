import type { OutMessage } from '../../adapters/adapter.ts';
import type { Intent } from '../domain/intent.ts';
import { heldMessage, isUndone, UNDO_MS } from '../domain/verbs/undo.ts';
import { DeliveryError, type DeliveryFailure } from '../errors.ts';
import { say } from '../text/text.ts';
import type { CustomerMessage } from '../storage/messages.ts';
import type { OutboxBody, OutboxRow } from '../storage/outbox.ts';
import { answerMessage } from './answer.ts';
import type { Attempt, Delivery } from './deliver.ts';
import { platformIdOf } from './draw.ts';
import type { Parts } from './parts.ts';
import { customerReader } from './reader.ts';
import { tellRow } from './relay.ts';

/** What certainly did not arrive and is tried again. */
const COMES_AGAIN: ReadonlySet<DeliveryFailure> = new Set(['retryable', 'rate-limited', 'auth']);

/** Says one stored message to the customer, once: the message row decides between sending and withdrawal. */
export async function sayRow(
  attempt: Attempt,
  row: OutboxRow,
  body: Extract<OutboxBody, { kind: 'say' }>,
): Promise<Delivery> {
  const { parts, adapter, budgets, epoch } = attempt;
  const { messages, tickets } = parts.store;
  const message = await messages.load(body.message);
  // Only what was written for the customer is ever in this collection and of this direction.
  if (message === null || message.direction !== 'out') return { state: 'done' };
  // Given up by a try that was cut before it could say so.
  if (message.state === 'failed') throw new DeliveryError('permanent', 'given up before');
  if (message.state === 'withdrawn') return passBy(parts, message);
  if (message.state !== 'held' && message.state !== 'sending') return { state: 'done' };
  // What the customer never got needs no correction, and must not come later by itself.
  if (message.corrects !== undefined && (await neverRead(parts, message.corrects))) {
    await messages.withdraw(message._id);
    return { state: 'done' };
  }
  const ms = await budgets.take({ address: row.address, method: 'send', purpose: 'urgent' }, epoch);
  if (ms > 0) return { state: 'wait', ms };
  if (!(await messages.startSending(message._id))) return { state: 'done' };
  const { language } = message;
  const about = language === undefined ? await tickets.load(message.ticket) : { language, team: '' };
  const out = inWords(message, customerReader(parts, about));
  const isFirstTry = message.state === 'held';
  const ref = await adapter.send(row.address, out, message._id).catch(async (error: unknown) => {
    // Once a try may have arrived it counts as read for good.
    if (isFirstTry && error instanceof DeliveryError && COMES_AGAIN.has(error.failure))
      await messages.release(message._id);
    throw error;
  });
  // Told before the message counts as sent: a crash in between sends nothing twice, and the ticket gets to know.
  if (isReply(message))
    await tell(parts, `delivered:${message._id}`, { type: 'delivered', message: message._id }, message);
  await messages.sent(message._id, platformIdOf(row, ref));
  return { state: 'done' };
}

/** The letter that could not be delivered is what the ticket's people get to know; what nobody wrote they cannot repeat. */
export async function sayFailed(parts: Parts, row: OutboxRow, id: string): Promise<void> {
  const { messages } = parts.store;
  await messages.failed(id);
  const message = await messages.load(id);
  if (message?.state !== 'failed' || message.author.kind !== 'person') return;
  // The same try, worked again, tells it once; one that was put back and failed anew tells it again.
  const key = `undelivered:${row._id}:${row.notBefore.getTime()}`;
  await tell(parts, key, { type: 'undelivered', message: id }, message);
}

/** How often a withdrawn message is looked at while its undo is under way. */
const UNDER_WAY_MS = 500;
/** By then an undo that was in time has been written, however slow the process. */
const SURELY_MS = UNDO_MS + 60_000;

/**
 * A withdrawn message is passed by once its ticket says that it was taken back. Until then the undo may still be refused, and what was written
 * later must not overtake it; an undo that died for good is given up once it would be too late for it.
 */
async function passBy({ store, clock }: Parts, message: CustomerMessage): Promise<Delivery> {
  const ticket = await store.tickets.load(message.ticket);
  const event = ticket?.history.tail.findLast((e) => heldMessage(e) === message._id);
  if (ticket === null || event === undefined || isUndone(ticket, event.seq)) return { state: 'done' };
  if (clock.now().getTime() - event.at.getTime() > SURELY_MS) await store.messages.restore(message._id);
  return { state: 'wait', ms: UNDER_WAY_MS };
}

/** Whether the customer never got a message, nor ever will. */
async function neverRead(parts: Parts, id: string): Promise<boolean> {
  const { messages } = parts.store;
  const state = (await messages.load(id))?.state;
  return (state === 'failed' || state === 'withdrawn') && messages.withdraw(id);
}

const isReply = ({ author, body }: CustomerMessage): boolean => author.kind === 'person' && 'text' in body;

const tell = (parts: Parts, key: string, intent: Intent, { ticket }: CustomerMessage): Promise<unknown> =>
  parts.store.inbox.add([tellRow(key, { ticket, intent }, parts.clock.now())]);

function inWords(message: CustomerMessage, reader: Parameters<typeof say>[1]): OutMessage {
  const { body } = message;
  if ('sentence' in body) return { type: 'text', text: say(body.sentence, reader), attachments: [] };
  return { type: 'text', text: body.text, attachments: body.attachments };
}

/** What was lent is of no use: spent, expired or not accepted. Nobody read the answer. */
const NO_USE: ReadonlySet<DeliveryFailure> = new Set(['gone', 'permanent']);

/**
 * Gives somebody the private answer that was not ready while they waited: by what the platform lent, else as a private message. A grant
 * that is of no use is taken off the row before the message goes: cut before that, the grant is refused once more; cut after it, the
 * message goes under the row's key, which makes a repeat the same message. So it is read at least once.
 */
export async function answerRow(
  attempt: Attempt,
  row: OutboxRow,
  body: Extract<OutboxBody, { kind: 'answer' }>,
): Promise<Delivery> {
  const { parts, adapter, budgets, epoch } = attempt;
  const message = answerMessage(parts, body.answer, body.person, row.address);
  if (message === null) return { state: 'done' };
  const permit = (): Promise<number> =>
    budgets.take({ address: row.address, method: 'send', purpose: 'urgent', visibleTo: body.user }, epoch);
  const { grant } = body;
  if (grant !== null && grant.uses > 0 && grant.expiresAt > parts.clock.now()) {
    const opened = { ...grant, secret: parts.vault.open(grant.secret) };
    const wait = adapter.replyCounts(opened, message) ? await permit() : 0;
    if (wait > 0) return { state: 'wait', ms: wait };
    try {
      await adapter.reply(opened, message, row._id);
      return { state: 'done' };
    } catch (error) {
      if (!(error instanceof DeliveryError && NO_USE.has(error.failure))) throw error;
      await parts.store.outbox.withoutGrant(row._id);
    }
  }
  const ms = await permit();
  if (ms > 0) return { state: 'wait', ms };
  await adapter.send(row.address, message, row._id, body.user);
  return { state: 'done' };
}
