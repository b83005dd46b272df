import type { Directory } from '../src/domain/directory.ts';
import type { Ticket } from '../src/domain/ticket.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Block, Card } from './card.ts';
import { cut } from './excerpt.ts';
import { attachedTo } from './attached.ts';
import { factsOf, placeOf } from './facts.ts';
import { footerOf, happened } from './happening.ts';
import { shown, statusOf, titleOf, toneOf, type Audience, problemOf } from './standing.ts';
import { actionsOf } from './verb.ts';
import { verbsFor } from './ticket.ts';
import { OWN, ownVerbs } from './work.ts';

export interface ShowCardInput {
  readonly ticket: Ticket;
  readonly directory: Directory;
  /** Who asked; the assignee reads it unmasked. */
  readonly person: string;
}

/** Most characters of the opening text and of one later message; the rest is in the conversation. */
const MAX_TEXT = 2000;
const MAX_EVENTS = 12;

/** One ticket in full, as a private answer: facts, the customer's words, what happened, every verb that fits. */
export function drawShow({ ticket: t, directory, person }: ShowCardInput, reader: Reader): Card {
  const audience: Audience = t.assignee === person ? 'assignee' : 'group';
  const title = titleOf(t, reader, audience);
  const status = statusOf(t, directory, reader);
  const verbs = (audience === 'assignee' ? [...ownVerbs(t), ...OWN] : verbsFor(t)).filter((verb) => verb !== 'show');
  // The timeline ends with what a footer would say.
  const footer = t.history.tail.length > 0 ? undefined : footerOf(t, directory, reader, audience);
  return {
    kind: 'show',
    locale: reader.locale,
    tone: toneOf(t, reader.now),
    title,
    summary: text(reader, 'card.summary', { title, status }),
    status,
    blocks: [
      ...problemOf(t, reader),
      ...wordsOf(t, reader, audience),
      ...attachedTo(t, t.attachments, { reader, audience, pictures: t.attachments.length }),
      ...factsOf(t, directory, reader, audience, t.attachments.length),
      ...placeOf(t, directory, reader),
      ...timeline(t, directory, reader, audience),
    ],
    actions: actionsOf(verbs, { ticket: t, directory, reader }, { buttons: 4, expand: false }),
    ...(footer === undefined ? {} : { footer }),
  };
}

/** The text with which the ticket was opened, then what the customer wrote since. */
function wordsOf(t: Ticket, reader: Reader, audience: Audience): readonly Block[] {
  const written = (what: string): string => cut(shown(t, what.trim(), audience), MAX_TEXT);
  const texts = [t.description, ...t.quotes.map((q) => q.text)].map(written).filter((w) => w !== '');
  const [first, ...later] = texts;
  if (first === undefined) return [];
  // The first quote is the opening text again until three newer ones have replaced it.
  const words = [first, ...later.filter((w) => w !== first)];
  return [
    { type: 'note', text: text(reader, 'card.description', null) },
    ...words.map((w): Block => ({ type: 'text', style: 'quote', text: w })),
  ];
}

function timeline(t: Ticket, directory: Directory, reader: Reader, audience: Audience): readonly Block[] {
  const items = t.history.tail.slice(-MAX_EVENTS).map((e) => ({ text: happened(t, e, directory, reader, audience) }));
  if (items.length === 0) return [];
  return [{ type: 'divider' }, { type: 'note', text: text(reader, 'card.timeline', null) }, { type: 'list', items }];
}
