import type { InboundEvent } from '../../adapters/adapter.ts';
import { ticketNumber } from '../../commands/parse.ts';
import type { InboxRow } from '../storage/inbox.ts';
import type { OutboxRow } from '../storage/outbox.ts';
import { accountOf, addressOf, personOf } from './account.ts';
import type { Parts } from './parts.ts';
import { privateRow } from './privately.ts';

/** What an inbox row is, in a word: `message`, `invoke`, `form`, `lifecycle`; `ticket` or `opener` when it is our own. */
export const kindOf = ({ body }: Pick<InboxRow, 'body'>): string =>
  body.from === 'platform' ? body.event.kind : body.from;

/** Number of the ticket an inbox row is about, as far as it says so itself; null otherwise. */
export async function ticketOfEvent({ store }: Pick<Parts, 'store'>, { body }: InboxRow): Promise<number | null> {
  if (body.from === 'ticket') return (await store.tickets.load(body.ticket))?.number ?? null;
  if (body.from === 'opener' || !('invocation' in body.event)) return null;
  return ticketNumber(body.event.invocation.args['ticket'] ?? '');
}

/** Whether somebody of the staff waits for what comes of it: what stands in a customer's conversation is the customer's. */
const isAsked = (event: InboundEvent): boolean =>
  event.conversation.kind !== 'customer' &&
  (event.kind === 'invoke' || event.kind === 'form' || (event.kind === 'message' && event.addressed));

/** What whoever of the staff acted reads when it was given up; null: nobody of the staff did. A customer never reads a number. */
export function sorryRow(parts: Parts, row: InboxRow, number: string): OutboxRow | null {
  if (row.body.from !== 'platform' || !isAsked(row.body.event)) return null;
  const { event } = row.body;
  const person = personOf(parts, accountOf(event));
  if (person === null) return null;
  const sentence = { key: 'flow.failed', params: { number } } as const;
  const said = { address: addressOf(event), user: event.sender.id, person: person.id, answer: { sentence } };
  const grant = event.grants?.find((g) => g.surface === undefined) ?? null;
  // A key of its own: put back to work, the row's own answer follows under the row's id.
  return privateRow({ key: `${row._id}\n${number}`, ...said, grant }, parts.clock.now());
}
