import type { Action, Block, Card } from '../../cards/card.ts';
import { firstLines } from '../../cards/excerpt.ts';
import { hintOf, readerOf, typedLine } from '../../cards/fallback.ts';
import type { Invocation } from '../../cards/invocation.ts';
import { neutralise, neutralLine } from '../../cards/neutralise.ts';
import { comesBack } from '../../cards/pressing.ts';
import { text } from '../../src/text/text.ts';
import { bytesOf, cutTo, KEY_NAME, MOST_ROWS, URL_BYTES, widthOf, type CardSizes } from './card-limits.ts';
import { isNumbered, rowText, rowValue, type Row } from './rows.ts';

/** Lines of one message of the customer, and of all of them together. */
const QUOTE_LINES = 3;
const MOST_QUOTED = 6;

/** A name with what stands beside it. */
interface Beside {
  readonly keyname: string;
  readonly value: string;
  readonly type?: 1;
  readonly url?: string;
}

/** What a card says, but for what can be pressed. */
export interface Said {
  readonly title: string;
  readonly desc: string;
  readonly quote: { readonly title: string; readonly text: string };
  readonly beside: readonly Beside[];
  /** The text below the title, with what to type for `unreached`. */
  readonly words: (unreached: readonly Action[]) => string;
  /** What is opened by touching a row. */
  readonly opened: readonly Invocation[];
  /** Nothing was cut off. */
  readonly isWhole: boolean;
}

/** An address that a press may open. */
export const isAddress = (url: string): boolean => /^https?:\/\/[^\s/][^\s]*$/u.test(url) && bytesOf(url) <= URL_BYTES;

/**
 * What a card says, in WeCom's places: title and state, the customer's words as a quote, facts and rows as names with something beside them, and
 * the last thing that happened below these. Everything else is the text below the title.
 */
export function saidOn(
  card: Card,
  rows: readonly Row[],
  options: { readonly sizes: CardSizes; readonly pageOf: (invocation: Invocation | null) => string | null },
): Said {
  const { sizes, pageOf } = options;
  const reader = readerOf(card);
  let isWhole = true;
  const fitting = (written: string, most: number): string => {
    const short = cutTo(written, most);
    if (short !== written) isWhole = false;
    return short;
  };

  const lines = card.blocks.flatMap((block, i) => (isHeading(card, i) ? [] : linesOf(block, card)));
  const { title, below: spoken } = titleOf(card, lines, sizes.title);
  const { desc, rest } = descOf(card, sizes.desc);
  const quote = quoteOf(card);
  const footer = neutralLine(card.footer ?? '');

  const beside: Beside[] = [];
  const below = [rest];
  const opened: Invocation[] = [];
  const shown = rows.slice(0, MOST_ROWS);
  const room = (): boolean => beside.length < MOST_ROWS - shown.length;
  const fits = (name: string, value: string): boolean =>
    name !== '' && widthOf(name) <= KEY_NAME && widthOf(value) <= sizes.value;
  for (const { label, value } of factsOf(card)) {
    if (room() && fits(label, value)) beside.push({ keyname: label, value });
    else below.push(label === '' ? value : text(reader, 'card.field', { label, value }));
  }
  below.push(...spoken);
  for (const file of filesOf(card)) {
    const name = text(reader, 'field.files', null);
    if (room() && fits(name, file.value)) beside.push({ keyname: name, value: file.value, type: 1, url: file.url });
    else below.push(file.value);
  }
  for (const row of shown) {
    const { value, isWhole: isRowWhole } = rowValue(row, sizes.value);
    isWhole &&= isRowWhole;
    const [first] = row.actions;
    const url = first === undefined || !comesBack(first.invoke) ? null : pageOf(first.invoke);
    const isLink = url !== null && isAddress(url);
    if (isLink && first !== undefined) opened.push(first.invoke);
    beside.push({ keyname: row.name, value, ...(isLink && { type: 1, url }) });
  }
  below.push(...leftOver(rows.slice(shown.length), card));
  if (rows.length > shown.length) isWhole = false;
  const latest = text(reader, 'wecom.latest', null);
  if (footer !== '' && beside.length > 0 && beside.length < MOST_ROWS && fits(latest, footer))
    beside.push({ keyname: latest, value: footer });
  else if (footer !== '') below.push(footer);

  const whole = below.filter((line) => line !== '').join('\n');
  isWhole &&= quote.isWhole && widthOf(whole) <= sizes.sub;
  return {
    title: fitting(title, sizes.title) || '…',
    desc: fitting(desc, sizes.desc),
    quote,
    beside,
    opened,
    words(unreached) {
      if (unreached.length === 0) return cutTo(whole, sizes.sub);
      // What to type is never cut: it is the only way to what it does.
      const hints = typedLine(unreached.map(hintOf), reader);
      return [cutTo(whole, Math.max(0, Math.floor(sizes.sub - widthOf(hints)))), hints]
        .filter((part) => part !== '')
        .join('\n');
    },
    isWhole,
  };
}

/** Where words may be parted without tearing a sentence, or else a part of one. */
const SEAMS = [/[。；]|[.;] /gu, /[，：]|[,:] /gu];

/** A card without a title has the beginning of what it says there. `below`: the lines that stand below it. */
function titleOf(
  { title: given, summary }: Card,
  lines: readonly string[],
  most: number,
): { readonly title: string; readonly below: string[] } {
  const title = neutralLine(given);
  if (title !== '') return { title, below: [...lines] };
  const [first, ...others] = lines;
  if (first === undefined) return { title: neutralLine(summary), below: [] };
  if (widthOf(first) <= most) return { title: first, below: others };
  const seam = SEAMS.map((seams) =>
    [...first.matchAll(seams)].findLast(({ index }) => widthOf(first.slice(0, index)) <= most),
  ).find((found) => found !== undefined);
  if (seam === undefined) return { title: first, below: [...lines] };
  const rest = first.slice(seam.index + seam[0].length).trim();
  return { title: first.slice(0, seam.index), below: [rest, ...others] };
}

const DOT = ' · ';

/** As much of the state as has room, in whole parts; `rest` stands below. */
function descOf({ status = '' }: Card, most: number): { readonly desc: string; readonly rest: string } {
  const parts = neutralLine(status).split(DOT);
  const fits = parts.findLastIndex((_, i) => widthOf(parts.slice(0, i + 1).join(DOT)) <= most);
  const kept = Math.max(1, fits + 1);
  return { desc: parts.slice(0, kept).join(DOT), rest: parts.slice(kept).join(DOT) };
}

/** What stands right above the customer's words is their heading. */
const isHeading = (card: Card, at: number): boolean => {
  const next = card.blocks[at + 1];
  return card.blocks[at]?.type === 'note' && next?.type === 'text' && next.style === 'quote';
};

/** The customer's words, at most three lines of each message; where there are many, the newest. */
function quoteOf(card: Card): Said['quote'] & Pick<Said, 'isWhole'> {
  const heading = card.blocks.find((_, i) => isHeading(card, i));
  const quoted = card.blocks
    .flatMap((block) => (block.type === 'text' && block.style === 'quote' ? neutralise(block.text) : []))
    .map((words) => firstLines(words, QUOTE_LINES))
    .filter((words) => words.text !== '');
  let lines = 0;
  const kept = quoted.toReversed().filter((words) => {
    lines += words.text.split('\n').length;
    return lines <= MOST_QUOTED;
  });
  const texts = kept.toReversed().map((words) => words.text);
  const isAll = kept.length === quoted.length;
  return {
    title: heading?.type === 'note' && texts.length > 0 ? neutralLine(heading.text) : '',
    text: [...(isAll ? [] : ['…']), ...texts].join('\n'),
    isWhole: isAll && quoted.every(({ cut }) => !cut),
  };
}

const factsOf = (card: Card): readonly { readonly label: string; readonly value: string }[] =>
  card.blocks
    .flatMap((block) => (block.type === 'fields' ? block.fields : []))
    .map(({ label, value }) => ({ label: neutralLine(label), value: neutralLine(value) }))
    .filter(({ value }) => value !== '');

/** Pictures and files that can be opened. */
const filesOf = (card: Card): readonly { readonly value: string; readonly url: string }[] =>
  card.blocks.flatMap((block) => {
    if ((block.type !== 'image' && block.type !== 'file') || block.url === undefined || !isAddress(block.url))
      return [];
    return [{ value: fileText(block, card), url: block.url }];
  });

const fileText = (block: Extract<Block, { type: 'image' | 'file' }>, card: Card): string =>
  block.type === 'file' ? neutralLine(block.text) : text(readerOf(card), 'card.image', { alt: neutralLine(block.alt) });

/** What a block says that has no place of its own. */
function linesOf(block: Block, card: Card): readonly string[] {
  switch (block.type) {
    case 'text':
      if (block.style === 'quote') return [];
      return neutralise(block.text)
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
    case 'note':
      return [neutralLine(block.text)];
    case 'image':
    case 'file':
      return block.url !== undefined && isAddress(block.url) ? [] : [fileText(block, card)];
    case 'list':
      return block.items.filter(({ action, also }) => (action ?? also) === undefined).map(rowText);
    case 'fields':
    case 'divider':
      return [];
  }
}

/** Rows that have no place: of tickets their numbers, of anything else what they say. */
function leftOver(rows: readonly Row[], card: Card): readonly string[] {
  const numbers = rows.filter(isNumbered).map(({ name }) => name);
  return [
    ...(numbers.length === 0 ? [] : [text(readerOf(card), 'wecom.more_rows', { count: numbers.length, numbers })]),
    ...rows.filter((row) => !isNumbered(row)).map(({ name, item }) => `${name} ${rowText(item)}`),
  ];
}
