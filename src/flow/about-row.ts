import { causeOfEffect } from '../domain/apply.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { OutboxRow } from '../storage/outbox.ts';
import type { Parts } from './parts.ts';

/** Rows that a row of the inbox asked for itself bear its id behind one of these. */
const OF_INBOX = /^(?:answer|refresh):/;
/** And behind that, where it says that it was given up, the number of the error. */
const NUMBER = /\nE-[0-9A-Z]+$/;

/** What a row of the outbox follows from: the cause of the change it came with, the inbox row that asked for it, else its own id. */
export function causeOfRow(ticket: Ticket | null, { _id, body }: Pick<OutboxRow, '_id' | 'body'>): string {
  if (body.kind === 'thread') {
    const note = 'note' in body.what ? body.what.note : null;
    return ticket?.history.tail.find((event) => note !== null && event.data['note'] === note)?.cause ?? _id;
  }
  if (OF_INBOX.test(_id)) return _id.replace(OF_INBOX, '').replace(NUMBER, '');
  return (ticket === null ? null : causeOfEffect(ticket, _id)) ?? _id;
}

/** Number of the ticket that a row of the outbox is about, null where it is about none, and what it follows from. */
export async function aboutRow(
  { store }: Pick<Parts, 'store'>,
  row: Pick<OutboxRow, '_id' | 'body'>,
): Promise<{ readonly ticket: number | null; readonly cause: string }> {
  const id = await ticketOf(store, row.body);
  const ticket = id === null ? null : await store.tickets.load(id);
  return { ticket: ticket?.number ?? null, cause: causeOfRow(ticket, row) };
}

async function ticketOf(store: Parts['store'], body: OutboxRow['body']): Promise<string | null> {
  switch (body.kind) {
    case 'draw':
    case 'thread':
    case 'ping':
      return body.ticket;
    case 'superseded':
      return (await store.surfaces.load(body.surface))?.ticket ?? null;
    case 'say':
      return (await store.messages.load(body.message))?.ticket ?? null;
    case 'board':
    case 'answer':
    case 'post':
    case 'digest':
    case 'letters':
      return null;
  }
}
