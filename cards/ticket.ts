import type { Directory } from '../src/domain/directory.ts';
import type { Ticket } from '../src/domain/ticket.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Block, Card } from './card.ts';
import { firstLines } from './excerpt.ts';
import { attachedTo } from './attached.ts';
import { factsOf } from './facts.ts';
import { footerOf } from './happening.ts';
import { besides, buttonsBeside, duplicateBlocks, mergeActions, mergedActions, type WithTwins } from './several.ts';
import {
  coverOf,
  isHandled,
  nameOf,
  problemOf,
  shown,
  statusOf,
  teamName,
  titleOf,
  toneOf,
  type Row,
} from './standing.ts';
import { actionsOf, fits, type Verb } from './verb.ts';

export interface TicketCardInput {
  readonly ticket: WithTwins;
  readonly directory: Directory;
  /** The team in whose group the card stands. */
  readonly team: string;
}

const REST: readonly Verb[] = [
  'assign',
  'release',
  'note',
  'reveal',
  'priority',
  'category',
  'tag',
  'split',
  'close',
  'show',
];

/** The verbs in the order in which they matter now; the first is the primary button. */
export function verbsFor(t: Row): readonly Verb[] {
  if (isHandled(t)) return ['reopen', 'note', 'reveal', 'split', 'close', 'show'];
  // Nothing but the last ticket the customer wrote to decided for this one: then one press puts it right.
  if (t.others.length > 0) return unsure(t);
  return usual(t);
}

function unsure(t: Row): readonly Verb[] {
  const [first = 'show', ...rest] = usual(t).filter((v) => v !== 'split');
  return [first, 'split', ...rest];
}

function usual(t: Row): readonly Verb[] {
  // It waits for one person, whose own card has the button.
  if (t.status === 'offered')
    return ['reply', 'told', 'transfer', 'note', ...REST.filter((v) => v !== 'note'), 'claim'];
  if (fits('claim', t))
    return ['claim', 'transfer', 'priority', 'reply', 'told', ...REST.filter((v) => v !== 'priority')];
  // The customer has an answer: what is left is to finish.
  const first: readonly Verb[] =
    t.status === 'waiting_customer' ? ['resolve', 'reply', 'told', 'pending'] : ['reply', 'told', 'pending', 'resolve'];
  return [...first, 'transfer', ...REST];
}

/** A ticket in its team's group: what is wrong, for whom, until when, what to press. Personal data is masked. */
export function drawTicket({ ticket: t, directory, team }: TicketCardInput, reader: Reader): Card {
  const title = titleOf(t, reader, 'group');
  if (t.team !== team) return moved(t, directory, reader, title);
  const status = statusOf(t, directory, reader);
  const card = {
    kind: 'ticket',
    locale: reader.locale,
    tone: toneOf(t, reader.now),
    title,
    summary: text(reader, 'card.summary', { title, status }),
    status,
  } as const;
  const asking = { ticket: t, directory, reader };
  if (t.merged.into !== null) return { ...card, blocks: [], actions: mergedActions(t, asking) };
  if (isHandled(t)) {
    return { ...card, blocks: [], actions: actionsOf(verbsFor(t), asking, { buttons: 0, expand: false }) };
  }
  const merges = mergeActions(t, asking);
  // Who works on it has the words and facts in their own chat; the group needs to know whose it is and until when.
  if (t.assignee !== null) {
    const buttons = t.others.length > 0 ? 2 : 1;
    const actions = actionsOf(verbsFor(t), asking, { buttons, expand: false });
    return { ...card, blocks: problemOf(t, reader), actions: [...actions, ...merges] };
  }
  const quote = quoteOf(t);
  const files = latestFiles(t, reader);
  const footer = footerOf(t, directory, reader, 'group');
  return {
    ...card,
    blocks: [
      ...problemOf(t, reader),
      ...coverOf(t, directory, null, reader),
      ...quote.blocks,
      ...files.blocks,
      ...duplicateBlocks(t, asking),
      ...factsOf(t, directory, reader, 'group', files.count),
    ],
    actions: besides(
      actionsOf(verbsFor(t), asking, { buttons: buttonsBeside(merges, quote.cut), expand: quote.cut }),
      merges,
    ),
    ...(footer === undefined ? {} : { footer }),
  };
}

/** The ticket has left this team: two lines that say where it went, and nothing to press that this team may not. */
function moved(t: Ticket, directory: Directory, reader: Reader, title: string): Card {
  const who = t.assignee === null || isHandled(t) ? '' : nameOf(directory, t.assignee);
  const status = text(reader, 'card.moved', { team: teamName(directory, t.team), who });
  const summary = text(reader, 'card.summary', { title, status });
  return { kind: 'ticket', locale: reader.locale, tone: 'grey', title, summary, status, blocks: [], actions: [] };
}

/** Pictures in small on a card in a group. */
const PICTURES = 3;

/** What came with the newest message that had anything with it. */
function latestFiles(t: Ticket, reader: Reader): { readonly blocks: readonly Block[]; readonly count: number } {
  const attachments = t.quotes.findLast((q) => q.attachments.length > 0)?.attachments ?? [];
  const blocks = attachedTo(t, attachments, { reader, audience: 'group', pictures: PICTURES });
  return { blocks, count: attachments.length };
}

/** The customer's own words, three lines; none when the title has said them already. */
function quoteOf(t: Ticket): { readonly blocks: readonly Block[]; readonly cut: boolean } {
  const words = t.quotes.map((q) => q.text).filter((q) => q.trim() !== '');
  const all = shown(t, words.length === 0 ? t.description : words.join('\n'), 'group');
  const excerpt = firstLines(all, 3);
  if (excerpt.text === '' || excerpt.text === shown(t, t.subject.trim(), 'group')) return { blocks: [], cut: false };
  return { blocks: [{ type: 'text', style: 'quote', text: excerpt.text }], cut: excerpt.cut };
}
