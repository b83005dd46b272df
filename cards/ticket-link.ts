import type { Directory } from '../src/domain/directory.ts';
import type { Ticket } from '../src/domain/ticket.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Card } from './card.ts';
import { categoryName, fact, fieldsOf } from './facts.ts';
import { statusOf, teamName, titleOf, toneOf } from './standing.ts';
import { actionOf } from './verb.ts';

export interface TicketLinkInput {
  readonly ticket: Ticket;
  readonly directory: Directory;
}

/** What a link to a ticket shows to everybody who reads the chat: matter and status as a group may see them, nothing of the customer. */
export function drawTicketLink({ ticket: t, directory }: TicketLinkInput, reader: Reader): Card {
  const title = titleOf(t, reader, 'group');
  const status = statusOf(t, directory, reader);
  const show = actionOf('show', { ticket: t, directory, reader });
  return {
    kind: 'ticket',
    locale: reader.locale,
    tone: toneOf(t, reader.now),
    title,
    summary: text(reader, 'card.summary', { title, status }),
    status,
    blocks: fieldsOf([
      fact(reader, 'team', teamName(directory, t.team)),
      fact(reader, 'category', categoryName(directory, t.category, reader)),
    ]),
    actions: show === null ? [] : [show],
  };
}
