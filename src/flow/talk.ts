import type { InboundEvent, InboundMessage } from '../../adapters/adapter.ts';
import { addressKey, type Address } from '../domain/address.ts';
import type { Person } from '../domain/directory.ts';
import { maySee } from '../domain/permission.ts';
import type { Ticket } from '../domain/ticket.ts';
import { addressOf } from './account.ts';
import { speakerOf } from './caller.ts';
import { survivorOf } from './join.ts';
import type { Parts } from './parts.ts';

/** What stands in a thread: where, and below which posted message (the platform's id of it). */
export interface Talk {
  readonly address: Address;
  readonly below: string;
}

/** The thread in which something was said; null: in none. */
export const talkOf = (event: InboundEvent): Talk | null =>
  event.kind === 'message' && event.inThread === true && event.quote !== undefined
    ? { address: addressOf(event), below: event.quote }
    : null;

/**
 * Who says what about which ticket when a colleague talks below its card in a group without addressing the bot. Null for everything
 * else: other threads, a card that has a successor, people whom the directory does not know or who may not see the ticket.
 */
export async function talkBelow(
  parts: Pick<Parts, 'store' | 'directory'>,
  event: InboundMessage,
): Promise<{ readonly speaker: Person; readonly ticket: Ticket } | null> {
  const talk = talkOf(event);
  if (talk === null || event.conversation.kind !== 'group') return null;
  if (event.text.trim() === '' && event.attachments.length === 0) return null;
  const speaker = await speakerOf(parts, event);
  if (speaker === null) return null;
  const card = await parts.store.surfaces.byPlatformId(`${addressKey(talk.address)}\n${talk.below}`);
  const its = card?.state === 'live' ? await parts.store.tickets.load(card.ticket) : null;
  if (its === null || !maySee(speaker, its)) return null;
  // What was merged into another ticket means that one.
  const ticket = await survivorOf(parts, its);
  return maySee(speaker, ticket) ? { speaker, ticket } : null;
}
