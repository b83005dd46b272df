import type { OutMessage } from '../../adapters/adapter.ts';
import { say } from '../text/text.ts';
import type { CustomerMessage } from '../storage/messages.ts';
import type { OutboxBody, OutboxRow } from '../storage/outbox.ts';
import { answerMessage } from './answer.ts';
import type { Attempt, Delivery } from './deliver.ts';
import { platformIdOf } from './draw.ts';
import { customerReader } from './reader.ts';

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
  const ms = await budgets.take({ address: row.address, method: 'send' }, epoch);
  if (ms > 0) return { state: 'wait', ms };
  if (!(await messages.startSending(message._id))) return { state: 'done' };
  const ticket = await tickets.load(message.ticket);
  const out = inWords(message, customerReader(parts, ticket));
  const ref = await adapter.send(row.address, out, message._id);
  await messages.sent(message._id, platformIdOf(row, ref));
  return { state: 'done' };
}

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
  const message = answerMessage(parts, body.answer, body.person);
  if (message === null) return { state: 'done' };
  const { grant } = body;
  if (grant !== null && grant.uses > 0 && grant.expiresAt > parts.clock.now()) {
    await adapter.reply({ ...grant, secret: parts.vault.open(grant.secret) }, message, row._id);
    return { state: 'done' };
  }
  const ms = await budgets.take({ address: row.address, method: 'send' }, epoch);
  if (ms > 0) return { state: 'wait', ms };
  await adapter.send(row.address, message, row._id, body.user);
  return { state: 'done' };
}
