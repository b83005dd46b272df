import { text } from '../src/text/text.ts';
import type { Action, Block, Card, ListItem } from './card.ts';
import { cut, length } from './excerpt.ts';
import { hintOf, readerOf, typedLine } from './fallback.ts';

/** What a platform's card can hold; `Infinity` where it does not say. Characters are code points. */
export interface CardLimits {
  readonly title: number;
  readonly summary: number;
  /** Characters of the status line and of the footer. */
  readonly line: number;
  /** Characters of one text, note, list row or picture's description. */
  readonly text: number;
  readonly fieldLabel: number;
  readonly fieldValue: number;
  /** Characters of a button's label. */
  readonly label: number;
  readonly blocks: number;
  /** Pictures on the whole card; 0: it shows none. */
  readonly images: number;
  /** Fields and list rows on the whole card. */
  readonly fields: number;
  readonly rows: number;
  /** List rows that can have an action of their own. */
  readonly rowActions: number;
  readonly buttons: number;
  /** Lines in the one menu; 0: there is none. */
  readonly menu: number;
  /** Characters of title, status, blocks and footer together. */
  readonly characters: number;
}

/** Something that did not fit: how many were left out, or shortened (`shortened`, `hints`). */
export interface Cut {
  readonly what: Block['type'] | 'row' | 'detail' | 'field' | 'action' | 'row-action' | 'shortened' | 'hints';
  readonly count: number;
}

export interface Fitted {
  readonly card: Card;
  readonly cut: readonly Cut[];
}

/** Which blocks go first when there are too many, the last of each type before the ones above it. */
const DROP_ORDER: readonly Block['type'][] = ['divider', 'image', 'note', 'fields', 'file', 'list', 'text'];

/** A card on its way to fitting; `lost` holds what to type for the actions that found no place. */
interface Draft {
  card: Card;
  blocks: Block[];
  readonly lost: Set<string>;
  /** What to type for every action of the card, as it stood: the order of the closing line. */
  readonly hints: readonly string[];
  readonly cut: Map<Cut['what'], number>;
}

/**
 * Cuts a card to what a platform can hold. In this order: pictures become lines, buttons go into the menu, then actions, rows and fields beyond the count;
 * texts beyond their length; blocks beyond the count (`DROP_ORDER`); then, for the whole card's length, notes, row details, rows,
 * fields, texts, footer, status and title. Every action that is left out is named in a closing line as what to type instead.
 */
export function fit(card: Card, limits: CardLimits): Fitted {
  const d: Draft = { card, blocks: [...card.blocks], lost: new Set(), hints: hintsOf(card), cut: new Map() };
  fitActions(d, limits);
  fitImages(d, limits);
  fitRows(d, limits);
  fitFields(d, limits);
  fitTexts(d, limits);
  fitBlocks(d, limits);
  fitWhole(d, limits);
  const closed = close(d, limits);
  return { card: closed, cut: [...d.cut].map(([what, count]) => ({ what, count })) };
}

function hintsOf(card: Card): readonly string[] {
  const rows = card.blocks.flatMap((b) => (b.type === 'list' ? actionsOf(b.items) : []));
  return [...rows, ...card.actions].map(hintOf);
}

const actionsOf = (items: readonly ListItem[]): readonly Action[] =>
  items.flatMap(({ action, also }) => [action, also].filter((a) => a !== undefined));

/** What to type for everything that found no place; empty when everything did. */
const closingLine = (d: Draft): string =>
  d.lost.size === 0
    ? ''
    : typedLine(
        d.hints.filter((hint) => d.lost.has(hint)),
        readerOf(d.card),
      );

function note(d: Draft, what: Cut['what'], count = 1): void {
  if (count > 0) d.cut.set(what, (d.cut.get(what) ?? 0) + count);
}

function lose(d: Draft, what: 'action' | 'row-action', lost: readonly Action[]): void {
  note(d, what, lost.length);
  for (const a of lost) d.lost.add(hintOf(a));
}

function fitActions(d: Draft, limits: CardLimits): void {
  const label = (a: Action): Action => ({ ...a, label: shorten(d, a.label, limits.label) });
  const all = d.card.actions.map(label);
  const wanted = all.filter((a) => a.placement === 'button');
  const buttons = wanted.slice(0, limits.buttons);
  const behind = [...wanted.slice(limits.buttons), ...all.filter((a) => a.placement === 'menu')];
  const menu = behind
    .slice(0, limits.menu)
    .map((a): Action => ({ ...a, placement: 'menu', style: a.style === 'primary' ? 'default' : a.style }));
  lose(d, 'action', behind.slice(limits.menu));
  d.card = { ...d.card, actions: [...buttons, ...menu] };
}

/** A picture that finds no place is named in a line, from which it is opened. */
function fitImages(d: Draft, limits: CardLimits): void {
  let room = limits.images;
  d.blocks = d.blocks.map((block): Block => {
    if (block.type !== 'image') return block;
    room -= 1;
    if (room >= 0) return block;
    note(d, 'image');
    const { file, alt, url } = block;
    const line = text(readerOf(d.card), 'card.image', { alt });
    return { type: 'file', file, text: line, ...(url === undefined ? {} : { url }) };
  });
}

function fitRows(d: Draft, limits: CardLimits): void {
  let rows = 0;
  let actions = 0;
  d.blocks = d.blocks.map((block) => {
    if (block.type !== 'list') return block;
    const items = block.items.slice(0, Math.max(0, limits.rows - rows));
    const gone = block.items.slice(items.length);
    rows += items.length;
    note(d, 'row', gone.length);
    lose(d, 'row-action', actionsOf(gone));
    return {
      type: 'list',
      items: items.map((item): ListItem => {
        const { action, also, ...rest } = item;
        const own = actionsOf([item]);
        if (own.length === 0) return item;
        actions += own.length;
        // All that can be done about a row, or none of it.
        if (actions > limits.rowActions) {
          lose(d, 'row-action', own);
          return rest;
        }
        const label = (a: Action): Action => ({ ...a, label: shorten(d, a.label, limits.label) });
        return { ...rest, ...(action && { action: label(action) }), ...(also && { also: label(also) }) };
      }),
    };
  });
  d.blocks = d.blocks.filter((block) => block.type !== 'list' || block.items.length > 0);
}

function fitFields(d: Draft, limits: CardLimits): void {
  let room = limits.fields;
  d.blocks = d.blocks
    .map((block): Block => {
      if (block.type !== 'fields') return block;
      const fields = block.fields.slice(0, Math.max(0, room));
      room -= fields.length;
      note(d, 'field', block.fields.length - fields.length);
      return { type: 'fields', fields };
    })
    .filter((block) => block.type !== 'fields' || block.fields.length > 0);
}

function shorten(d: Draft, text: string, max: number): string {
  const short = cut(text, max);
  if (short !== text) note(d, 'shortened');
  return short;
}

function fitTexts(d: Draft, limits: CardLimits): void {
  const { status, footer } = d.card;
  d.card = {
    ...d.card,
    title: shorten(d, d.card.title, limits.title),
    summary: shorten(d, d.card.summary, limits.summary),
    ...(status === undefined ? {} : { status: shorten(d, status, limits.line) }),
    ...(footer === undefined ? {} : { footer: shorten(d, footer, limits.line) }),
  };
  const shortened = (t: string): string => shorten(d, t, limits.text);
  d.blocks = d.blocks.map((block): Block => {
    switch (block.type) {
      case 'text':
      case 'note':
      case 'file':
        return { ...block, text: shortened(block.text) };
      case 'image':
        return { ...block, alt: shortened(block.alt) };
      case 'list':
        return {
          type: 'list',
          items: block.items.map((i) => ({
            ...i,
            text: shortened(i.text),
            ...(i.detail === undefined ? {} : { detail: shortened(i.detail) }),
          })),
        };
      case 'fields':
        return {
          type: 'fields',
          fields: block.fields.map((f) => ({
            label: shorten(d, f.label, limits.fieldLabel),
            value: shorten(d, f.value, limits.fieldValue),
          })),
        };
      case 'divider':
        return block;
    }
  });
}

function drop(d: Draft, index: number): void {
  const [block] = d.blocks.splice(index, 1);
  if (block === undefined) return;
  note(d, block.type);
  if (block.type === 'list') lose(d, 'row-action', actionsOf(block.items));
}

function fitBlocks(d: Draft, limits: CardLimits): void {
  for (const type of DROP_ORDER) {
    while (d.blocks.length + (d.lost.size > 0 ? 1 : 0) > limits.blocks) {
      const last = d.blocks.findLastIndex((b) => b.type === type);
      if (last < 0) break;
      drop(d, last);
    }
  }
}

/** Characters of a card but for the labels of its actions. */
export function charactersOf(card: Pick<Card, 'title' | 'status' | 'footer' | 'blocks'>): number {
  const lines = length(card.title) + length(card.status ?? '') + length(card.footer ?? '');
  return card.blocks.reduce((sum, block) => sum + blockLength(block), lines);
}

function blockLength(block: Block): number {
  switch (block.type) {
    case 'text':
    case 'note':
    case 'file':
      return length(block.text);
    case 'image':
      return length(block.alt);
    case 'fields':
      return block.fields.reduce((sum, f) => sum + length(f.label) + length(f.value), 0);
    case 'list':
      return block.items.reduce((sum, i) => sum + length(i.text) + length(i.detail ?? ''), 0);
    case 'divider':
      return 0;
  }
}

function fitWhole(d: Draft, limits: CardLimits): void {
  const over = (): number => charactersOf({ ...d.card, blocks: d.blocks }) + length(closingLine(d)) - limits.characters;
  for (const step of WHOLE) {
    // Each step takes one thing away and says whether it did.
    while (over() > 0 && step(d, over())) {
      // Taken away; look again.
    }
  }
}

type Step = (d: Draft, over: number) => boolean;

const dropLast =
  (type: Block['type']): Step =>
  (d) => {
    const last = d.blocks.findLastIndex((b) => b.type === type);
    if (last >= 0) drop(d, last);
    return last >= 0;
  };

const dropDetails: Step = (d) => {
  const at = d.blocks.findLastIndex((b) => b.type === 'list' && b.items.some((i) => i.detail !== undefined));
  const block = d.blocks[at];
  if (block?.type !== 'list') return false;
  note(d, 'detail', block.items.filter((i) => i.detail !== undefined).length);
  d.blocks[at] = { type: 'list', items: block.items.map(({ detail: _detail, ...rest }) => rest) };
  return true;
};

const dropRow: Step = (d) => {
  const at = d.blocks.findLastIndex((b) => b.type === 'list');
  const block = d.blocks[at];
  if (block?.type !== 'list') return false;
  if (block.items.length <= 1) {
    drop(d, at);
    return true;
  }
  note(d, 'row');
  lose(d, 'row-action', actionsOf(block.items.slice(-1)));
  d.blocks[at] = { type: 'list', items: block.items.slice(0, -1) };
  return true;
};

const dropField: Step = (d) => {
  const at = d.blocks.findLastIndex((b) => b.type === 'fields');
  const block = d.blocks[at];
  if (block?.type !== 'fields') return false;
  note(d, 'field');
  if (block.fields.length <= 1) d.blocks.splice(at, 1);
  else d.blocks[at] = { type: 'fields', fields: block.fields.slice(0, -1) };
  return true;
};

/** Texts shorter than this say nothing: they go whole. */
const MIN_TEXT = 8;

const shortenText: Step = (d, over) => {
  const at = d.blocks.findLastIndex((b) => b.type === 'text');
  const block = d.blocks[at];
  if (block?.type !== 'text') return false;
  const room = length(block.text) - over;
  if (room < MIN_TEXT) drop(d, at);
  else d.blocks[at] = { ...block, text: shorten(d, block.text, room) };
  return true;
};

const shortenLine =
  (part: 'footer' | 'status' | 'title'): Step =>
  (d, over) => {
    const line = d.card[part] ?? '';
    if (line === '') return false;
    d.card = { ...d.card, [part]: shorten(d, line, Math.max(0, length(line) - over)) };
    return true;
  };

const WHOLE: readonly Step[] = [
  dropLast('note'),
  dropDetails,
  dropRow,
  dropField,
  dropLast('image'),
  dropLast('file'),
  shortenText,
  shortenLine('footer'),
  shortenLine('status'),
  shortenLine('title'),
];

/** Puts the typed hints in: a closing note, or the footer where the card has no room for a block. */
function close(d: Draft, limits: CardLimits): Card {
  const card = { ...d.card, blocks: d.blocks };
  const whole = closingLine(d);
  if (whole === '') return card;
  const room = limits.characters - charactersOf(card);
  const asFooter = d.blocks.length >= limits.blocks;
  if (!asFooter) {
    const closing = cut(whole, Math.min(limits.text, room));
    if (closing !== whole) note(d, 'hints');
    if (closing === '') return card;
    return { ...card, blocks: [...d.blocks, { type: 'note', text: closing }] };
  }
  const replaced = charactersOf(card) - length(card.footer ?? '');
  const closing = cut(whole, Math.min(limits.line, limits.characters - replaced));
  if (closing !== whole) note(d, 'hints');
  if (card.footer !== undefined) note(d, 'shortened');
  return { ...card, footer: closing };
}
