import { accountKey } from '../domain/address.ts';
import { kindOf } from '../flow/sorry.ts';
import type { InboxRow } from '../storage/inbox.ts';
import { oneLine, type Source, type TraceEntry } from './trace.ts';

/** What came in: the events that changed the ticket, and presses for it that did not. */
export const cameIn: Source = async (store, { ticket, events, causes }) => {
  const known = new Set(events.map(({ cause }) => cause));
  const [rows, presses] = await Promise.all([
    store.inbox.withIds(causes),
    ticket === null ? [] : store.inbox.pressesFor(ticket.number),
  ]);
  const all = new Map([...rows, ...presses].map((row) => [row._id, row]));
  return Array.from(all.values(), (row): TraceEntry => ({
    at: row.order,
    stage: 'in',
    what: kindOf(row),
    fields: {
      ...contentOf(row),
      cause: oneLine(row._id),
      // It was a question, was refused, or was done already.
      changed: known.has(row._id) ? undefined : 'nothing',
      attempts: row.attempts === 0 ? undefined : row.attempts,
      state: row.parked === true ? 'parked' : row.open === true ? 'waiting' : 'worked',
      ms: row.doneAt === undefined ? undefined : row.doneAt.getTime() - row.order.getTime(),
      error: row.number,
    },
  }));
};

/** Of what somebody wrote its length alone. */
function contentOf({ body }: InboxRow): TraceEntry['fields'] {
  if (body.from === 'ticket') return { intent: body.intent.type };
  if (body.from === 'opener') return {};
  const { event } = body;
  const by = oneLine(accountKey({ platform: event.platform, app: event.app, user: event.sender.id }));
  // A matter may name an order.
  if (event.kind === 'report') return { by, chars: event.report.text.length, digest: event.report.digest };
  const from = { by, conversation: event.conversation.id };
  if (event.kind === 'lifecycle') return { ...from, what: event.what };
  if (event.kind !== 'message') return { ...from, command: event.invocation.command };
  return { ...from, chars: event.text.length, files: event.attachments.length };
}
