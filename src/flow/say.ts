import type { OutMessage } from '../../adapters/adapter.ts';
import type { Intent } from '../domain/intent.ts';
import { say } from '../text/text.ts';
import type { CustomerMessage } from '../storage/messages.ts';
import type { OutboxBody, OutboxRow } from '../storage/outbox.ts';
import { answerMessage } from './answer.ts';
import type { Attempt, Delivery } from './deliver.ts';
import { platformIdOf } from './draw.ts';
import type { Parts } from './parts.ts';
import { customerReader } from './reader.ts';
import { tellRow } from './relay.ts';

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
  const ms = await budgets.take({ address: row.address, method: 'send', purpose: 'urgent' }, epoch);
  if (ms > 0) return { state: 'wait', ms };
  if (!(await messages.startSending(message._id))) return { state: 'done' };
  const { language } = message;
  const about = language === undefined ? await tickets.load(message.ticket) : { language, team: '' };
  const out = inWords(message, customerReader(parts, about));
  const ref = await adapter.send(row.address, out, message._id);
  // Told before the message counts as sent: a crash in between sends nothing twice, and the ticket gets to know.
  if (isReply(message))
    await tell(parts, `delivered:${message._id}`, { type: 'delivered', message: message._id }, message);
  await messages.sent(message._id, platformIdOf(row, ref));
  return { state: 'done' };
}

/** The letter that could not be delivered is what the ticket's people get to know; what nobody wrote they cannot repeat. */
export async function sayFailed(parts: Parts, row: OutboxRow, id: string): Promise<void> {
  if (!(await parts.store.messages.failed(id))) return;
  const message = await parts.store.messages.load(id);
  if (message === null || message.author.kind !== 'person') return;
  await tell(parts, `undelivered:${row._id}:${row.order.getTime()}`, { type: 'undelivered', message: id }, message);
}

const isReply = ({ author, body }: CustomerMessage): boolean => author.kind === 'person' && 'text' in body;

const tell = (parts: Parts, key: string, intent: Intent, { ticket }: CustomerMessage): Promise<unknown> =>
  parts.store.inbox.add([tellRow(key, { ticket, intent }, parts.clock.now())]);

function inWords(message: CustomerMessage, reader: Parameters<typeof say>[1]): OutMessage {
  const { body } = message;
  if ('sentence' in body) return { type: 'text', text: say(body.sentence, reader), attachments: [] };
  return { type: 'text', text: body.text, attachments: body.attachments };
}

/** Gives somebody the private answer that was not ready while they waited: by what the platform lent, else as a private message. */
export async function answerRow(
  attempt: Attempt,
  row: OutboxRow,
  body: Extract<OutboxBody, { kind: 'answer' }>,
): Promise<Delivery> {
  const { parts, adapter, budgets, epoch } = attempt;
  const message = answerMessage(parts, body.answer, body.person, row.address);
  if (message === null) return { state: 'done' };
  const { grant } = body;
  if (grant !== null && grant.uses > 0 && grant.expiresAt > parts.clock.now()) {
    await adapter.reply({ ...grant, secret: parts.vault.open(grant.secret) }, message, row._id);
    return { state: 'done' };
  }
  const ms = await budgets.take(
    { address: row.address, method: 'send', purpose: 'urgent', visibleTo: body.user },
    epoch,
  );
  if (ms > 0) return { state: 'wait', ms };
  await adapter.send(row.address, message, row._id, body.user);
  return { state: 'done' };
}
