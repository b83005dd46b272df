import type { Directory } from '../src/domain/directory.ts';
import type { Ticket } from '../src/domain/ticket.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Action, Block, Card } from './card.ts';
import { firstLines } from './excerpt.ts';
import { nameOf, shown, titleOf, toneOf } from './standing.ts';
import { typedOf } from './verb.ts';
import { handedOn } from './work.ts';

export interface OfferCardInput {
  readonly ticket: Ticket;
  readonly directory: Directory;
  /** Sequence of the event that offered it. */
  readonly since: number;
}

/** A ticket that a colleague wants to pass on, in the chat of whom it is for; one quiet line once that is settled. */
export function drawOffer({ ticket: t, directory, since }: OfferCardInput, reader: Reader): Card {
  const { offer } = t;
  if (offer === null || offer.since !== since) {
    const over = text(reader, 'card.offer_over', { no: t.number, what: whyOver(t, directory, since, reader) });
    return { kind: 'offer', locale: reader.locale, tone: 'grey', title: over, summary: over, blocks: [], actions: [] };
  }
  // It is not theirs yet: numbers stay masked.
  const title = titleOf(t, reader, 'group');
  const status = text(reader, 'card.offer_from', { who: nameOf(directory, offer.by), until: offer.until });
  const words = t.quotes.map((q) => q.text).filter((q) => q.trim() !== '');
  const quote = firstLines(shown(t, words.length === 0 ? t.description : words.join('\n'), 'group'), 3);
  const blocks: Block[] = [{ type: 'note', text: shown(t, offer.words, 'group') }];
  if (quote.text !== '') blocks.push({ type: 'text', style: 'quote', text: quote.text });
  return {
    kind: 'offer',
    locale: reader.locale,
    tone: toneOf(t, reader.now),
    title,
    summary: text(reader, 'card.summary', { title, status }),
    status,
    blocks,
    actions: [
      press('claim', 'primary', text(reader, 'card.take', null), t, reader),
      press('decline', 'default', text(reader, 'command.form_submit', { verb: 'decline' }), t, reader),
    ],
  };
}

function press(command: string, style: Action['style'], label: string, t: Ticket, reader: Reader): Action {
  const invoke = { command, args: { ticket: String(t.number) } };
  return { label, style, placement: 'button', invoke, typed: typedOf(invoke, reader.locale) };
}

function whyOver(t: Ticket, directory: Directory, since: number, reader: Reader): string {
  const end = t.history.tail.find((e) => e.seq > since && ENDS.has(e.type));
  switch (end?.type) {
    case 'taken':
      return text(reader, 'card.offer_taken', null);
    case 'declined':
      return text(reader, 'card.offer_declined', null);
    case 'lapsed':
      return text(reader, 'card.offer_lapsed', { at: end.at, where: handedOn(t, directory, reader) });
    default:
      return handedOn(t, directory, reader);
  }
}

const ENDS: ReadonlySet<string> = new Set(['taken', 'declined', 'lapsed', 'retracted', 'undone']);
