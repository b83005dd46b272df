import type { Directory } from '../src/domain/directory.ts';
import type { Ticket } from '../src/domain/ticket.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Card } from './card.ts';
import { nameOf, statusOf, titleOf } from './standing.ts';
import { actionsOf } from './verb.ts';
import { handedOn } from './work.ts';

export interface AlertCardInput {
  readonly ticket: Ticket;
  readonly directory: Directory;
  /** Sequence of the event it tells of. */
  readonly since: number;
}

/** What somebody has to know about a ticket although they did not press anything: it came back, or goes round. */
export function drawAlert({ ticket: t, directory, since }: AlertCardInput, reader: Reader): Card {
  const told = what({ ticket: t, directory, since }, reader);
  const title = titleOf(t, reader, 'group');
  return {
    kind: 'alert',
    locale: reader.locale,
    tone: 'amber',
    title,
    summary: text(reader, 'card.summary', { title, status: told }),
    status: told,
    blocks: [{ type: 'note', text: statusOf(t, directory, reader) }],
    actions: actionsOf(['transfer', 'show'], { ticket: t, directory, reader }, { buttons: 1, expand: false }),
  };
}

function what({ ticket: t, directory, since }: AlertCardInput, reader: Reader): string {
  const event = t.history.tail.find((e) => e.seq === since);
  const person = event?.data['person'];
  const who = typeof person === 'string' ? nameOf(directory, person) : '';
  const where = handedOn(t, directory, reader);
  if (event?.type === 'lapsed') return text(reader, 'card.alert_lapsed', { who, ms: t.policy.offerMs, where });
  if (event?.type === 'declined') return text(reader, 'card.alert_declined', { who, where });
  return text(reader, 'card.alert_passes', { count: t.passes });
}
