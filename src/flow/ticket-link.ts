import type { Asker, InboundEvent } from '../../adapters/adapter.ts';
import type { Card } from '../../cards/card.ts';
import { cards } from '../../cards/registry.ts';
import { addressKey } from '../domain/address.ts';
import { maySee } from '../domain/permission.ts';
import { speakerOf } from './caller.ts';
import type { Parts } from './parts.ts';
import { groupReader, personReader } from './reader.ts';

type Asking = Asker & Pick<InboundEvent, 'conversation'>;

/** Origin, path and number of what could be a ticket's address: no login, no query, no fragment, nothing that a browser would rewrite. */
const TICKET_URL = /^(https?:\/\/[^/?#\\@\s]{1,255})((?:\/[\w~-][\w.~-]{0,99}){0,9})\/t\/([1-9]\d{0,11})$/u;

/** The number of the ticket whose address this is; null: the address of anything else. `publicUrl` has no trailing slash. */
export function ticketOfUrl(url: string, publicUrl: string): number | null {
  const [, origin = '', path, number] = TICKET_URL.exec(url) ?? [];
  if (number === undefined || !URL.canParse(origin) || !URL.canParse(publicUrl)) return null;
  const ours = new URL(publicUrl);
  const isOurs = new URL(origin).origin === ours.origin && path === ours.pathname.replace(/\/$/u, '');
  return isOurs ? Number(number) : null;
}

/**
 * What a link to a ticket shows where it was written; a read. Null unless the speaker may see the ticket and so may everybody who reads
 * there: a linked group of the ticket's own team, or the speaker alone.
 */
export async function openTicketLink(parts: Parts, asking: Asking, url: string): Promise<Card | null> {
  const number = ticketOfUrl(url, parts.publicUrl());
  const person = number === null ? null : await speakerOf(parts, asking);
  if (number === null || person === null) return null;
  const ticket = await parts.store.tickets.byNumber(number);
  if (ticket === null || !maySee(person, ticket)) return null;
  const { platform, app, conversation } = asking;
  const address = { platform, app, conversation: conversation.id };
  const directory = parts.directory();
  switch (conversation.kind) {
    case 'direct':
      return cards.ticketLink({ ticket, directory }, personReader(parts, person.id));
    case 'group':
      if (directory.groups.get(addressKey(address)) !== ticket.team) return null;
      return cards.ticketLink({ ticket, directory }, groupReader(parts, address));
    case 'customer':
    case 'system':
      return null;
  }
}
