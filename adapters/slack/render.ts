import type { Block, Card, ListItem } from '../../cards/card.ts';
import { cut, length } from '../../cards/excerpt.ts';
import { fallback, readerOf } from '../../cards/fallback.ts';
import { neutralise, neutralLine } from '../../cards/neutralise.ts';
import { text } from '../../src/text/text.ts';
import { actionBlocks, buttonOf, penFor, type Pen } from './actions.ts';
import { escapeWithin } from './escape.ts';
import { MAX_HEADER, MAX_TEXT, MAX_TEXT_ARGUMENT, MESSAGE_ROOM, type Room } from './limits.ts';
import type { CardMark } from './press.ts';
import {
  bold,
  bulletList,
  carried,
  copyText,
  link,
  linkedWords,
  paragraph,
  plainText,
  quote,
  words,
  type Inline,
  type KnownBlock,
} from './rich.ts';
import { refit, sizeOf, type Placed } from './room.ts';

export type { CardMark } from './press.ts';

/** What is posted: blocks, and the words for notifications and screen readers, escaped. Neither is ever empty. */
export interface Rendered {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** The sign beside the status word, which says the same. */
const SIGNS: Readonly<Record<Card['tone'], string>> = {
  grey: '\u26AA',
  blue: '\u{1F535}',
  amber: '\u{1F7E1}',
  red: '\u{1F534}',
  green: '\u{1F7E2}',
};

/** A card as a message. Total: whatever the card holds, no limit of Slack is broken; what finds no room is named as what to type. */
export function renderCard(card: Card, mark: CardMark): Rendered {
  return { text: spoken(card), blocks: placeCard(card, mark, MESSAGE_ROOM).blocks };
}

/** Words as a message: all of them in a block, where nothing in them means anything. At most `MAX_TEXT` code points; more is cut. */
export function renderText(written: string): Rendered {
  const shown = cut(carried(written), MAX_TEXT);
  const linked = paragraph(linkedWords(shown));
  const block = linked !== null && sizeOf([linked]) <= MESSAGE_ROOM.size ? linked : paragraph(words(shown));
  const said = escapeWithin(neutralise(shown).trim(), MAX_TEXT_ARGUMENT);
  return { text: said === '' ? NOTHING : said, blocks: [block ?? nothing(NOTHING)] };
}

/** A card as this platform shows it, for the gallery. */
export function slackRung(card: Card): { readonly card: Card; readonly cut: readonly string[] } {
  const placed = placeCard(card, { surface: null, version: 0 }, MESSAGE_ROOM);
  return { card: placed.card, cut: placed.cut.map(({ what, count }) => `${what} ${count}`) };
}

const NOTHING = '…';

function spoken(card: Card): string {
  const line = neutralLine(card.summary) || neutralLine(card.title) || neutralLine(fallback(card));
  return escapeWithin(cut(line, MESSAGE_ROOM.limits.summary), MAX_TEXT_ARGUMENT) || NOTHING;
}

const nothing = (instead: string): KnownBlock => ({
  type: 'context',
  elements: [plainText(instead)],
});

/** A card, cut and drawn for a place with so much room. */
export function placeCard(card: Card, mark: CardMark | null, room: Room): Placed {
  const placed = refit(card, room, (fitted, choices) => drawCard(fitted, penFor(mark), choices));
  const blocks = placed.blocks.length > 0 ? placed.blocks : [nothing(cut(neutralLine(card.summary), room.limits.line))];
  return { ...placed, blocks };
}

function drawCard(card: Card, pen: Pen, choices: number): KnownBlock[] {
  const status = neutralLine(card.status ?? '');
  return [
    ...titleOf(card),
    ...(status === '' ? [] : [paragraph(words(`${SIGNS[card.tone]} ${status}`))]),
    ...card.blocks.flatMap((block) => drawBlock(block, card, pen)),
    ...quiet(card.footer ?? ''),
    ...actionBlocks(card, pen, choices),
  ].filter((block) => block !== null);
}

type Drawn = KnownBlock | null;

function titleOf({ title }: Card): readonly Drawn[] {
  const line = neutralLine(title);
  if (line === '') return [];
  return length(line) > MAX_HEADER ? [paragraph(bold(line))] : [{ type: 'header', text: plainText(line, MAX_HEADER) }];
}

/** A line in small grey letters. */
function quiet(written: string): readonly Drawn[] {
  const line = neutralLine(written);
  return line === '' ? [] : [{ type: 'context', elements: [plainText(line)] }];
}

function drawBlock(block: Block, card: Card, pen: Pen): readonly Drawn[] {
  switch (block.type) {
    case 'text':
      if (block.style === 'copy') return [copyText(carried(block.text))];
      if (block.style === 'quote') return [quote(words(neutralise(block.text).trim()))];
      return [paragraph(linkedWords(neutralise(block.text).trim()))];
    case 'fields':
      return [paragraph(fieldLines(block.fields, card))];
    case 'list':
      return rowsOf(block.items, pen);
    case 'note':
      return quiet(block.text);
    case 'image':
      return [paragraph(link(block.url ?? '', text(readerOf(card), 'card.image', { alt: neutralLine(block.alt) })))];
    case 'file':
      return [paragraph(link(block.url ?? '', neutralLine(block.text)))];
    case 'divider':
      return [{ type: 'divider' }];
  }
}

/** `订单：20261108112233`, a line each, the label in bold. */
function fieldLines(
  fields: readonly { readonly label: string; readonly value: string }[],
  card: Card,
): readonly Inline[] {
  const between = text(readerOf(card), 'card.field', { label: '', value: '' });
  return fields.flatMap(({ label, value }, i) => {
    const name = neutralLine(label);
    const end = i === fields.length - 1 ? '' : '\n';
    return [...(name === '' ? [] : bold(`${name}${between}`)), ...words(`${neutralLine(value)}${end}`)];
  });
}

/** Rows that can be acted on stand alone with their buttons; those between them are lines of one list. */
function rowsOf(items: readonly ListItem[], pen: Pen): readonly Drawn[] {
  const drawn: Drawn[] = [];
  let lines: Inline[][] = [];
  const list = (): void => {
    drawn.push(bulletList(lines));
    lines = [];
  };
  for (const item of items) {
    if (item.action === undefined && item.also === undefined) {
      lines.push(words([neutralLine(item.text), neutralLine(item.detail ?? '')].filter((l) => l !== '').join('\n')));
      continue;
    }
    list();
    drawn.push(...rowOf(item, pen));
  }
  list();
  return drawn;
}

function rowOf({ text: written, detail = '', action, also }: ListItem, pen: Pen): readonly Drawn[] {
  const row = plainText(neutralLine(written));
  const both = [action, also].filter((a) => a !== undefined);
  const [only, ...more] = both;
  if (only !== undefined && more.length === 0)
    return [{ type: 'section', block_id: pen.block(), text: row, accessory: buttonOf(only, pen) }, ...quiet(detail)];
  const elements = both.map((a) => buttonOf(a, pen));
  return [{ type: 'section', text: row }, ...quiet(detail), { type: 'actions', block_id: pen.block(), elements }];
}
