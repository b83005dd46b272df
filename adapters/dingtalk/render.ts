import type { Action, Block, Card } from '../../cards/card.ts';
import { cut } from '../../cards/excerpt.ts';
import { fallback, readerOf } from '../../cards/fallback.ts';
import { neutralLine } from '../../cards/neutralise.ts';
import { text } from '../../src/text/text.ts';
import type { OutMessage } from '../adapter.ts';
import { bodyParts, cutBytes } from './bytes.ts';
import { bytesOf, dingtalkCard, MAX_JSON_BYTES, MAX_TEXT, MAX_VALUE_BYTES } from './limits.ts';
import { blockText, carried, rowsFor, statusLine } from './lines.ts';
import { addressesIn, addressOf, link, picture } from './markdown.ts';
import { comesBack } from '../../cards/pressing.ts';
import { buttonOf, LESS, MORE, sending, type Button } from './press.ts';
import { refit, rowsOf, type Over, type Placed } from './room.ts';
import { NO_BUTTONS, OFF, type CardValues, type OwnValues } from './variables.ts';

/** DingTalk's names for the colours, which it knows in light and in dark (fact sheet, 5). */
const TONES: Readonly<Record<Card['tone'], string>> = {
  grey: 'common_level3_base_color',
  blue: 'common_blue1_color',
  amber: 'common_orange1_color',
  red: 'common_red1_color',
  green: 'common_green1_color',
};

/** Addresses that can be followed from words. */
const MOST_LINKS = 3;
const NOTHING = '…';

/** What DingTalk calls our pictures (`media_id`), by file. */
export type Media = ReadonlyMap<string, string>;

const NONE: CardValues = {
  lastMessage: NOTHING,
  title: '',
  status: '',
  tone: TONES.grey,
  ...bodyParts('').values,
  pictures: '',
  footer: '',
  rows: NO_BUTTONS,
  buttons: NO_BUTTONS,
  menu: NO_BUTTONS,
};

/**
 * A card as the values of our own template. Total: whatever it holds, no value is longer than DingTalk takes; what finds no room is named as
 * what to type. Every variable of the card is there, so that a change by key takes away what is gone.
 */
export const cardVariables = (card: Card, version: number, media: Media = new Map()): CardValues =>
  placeCard(card, version, media).drawn;

/** Words as a card: all of them, as long as they are within `MAX_TEXT`; nothing in them means anything, addresses in them can be followed below. */
export function textVariables(written: string): CardValues {
  const shown = cut(carried(written), MAX_TEXT);
  return {
    ...NONE,
    lastMessage: summaryOf(shown),
    ...bodyParts(shown.trim() === '' ? '' : shown).values,
    pictures: paragraphs(addressesIn(shown, MOST_LINKS).map((address) => link(address, address))),
  };
}

/** A card as this platform shows it, for the gallery. */
export function dingtalkRung(card: Card): { readonly card: Card; readonly cut: readonly string[] } {
  const placed = placeCard(card, 0, new Map());
  return { card: placed.card, cut: placed.cut.map(({ what, count }) => `${what} ${count}`) };
}

const works = (action: Action): boolean => comesBack(action.invoke);
const summaryOf = (line: string): string =>
  cutBytes(cut(neutralLine(line), dingtalkCard.own.summary), MAX_VALUE_BYTES) || NOTHING;

const placeCard = (card: Card, version: number, media: Media): Placed<CardValues> =>
  refit(card, dingtalkCard.own, works, (fitted) => drawCard(fitted, version, media));

function drawCard(card: Card, version: number, media: Media): { drawn: CardValues; over: Over | null } {
  const { pictures, unlinked } = picturesOf(card, media);
  const title = neutralLine(card.title);
  const status = statusLine(card);
  const said = wordsOf(card, unlinked);
  const { values, share } = bodyParts(title + status + said === '' ? summaryOf(card.summary) : said);
  const { rows, buttons, menu } = pressesOf(card, version);
  const drawn: CardValues = {
    lastMessage: summaryOf(card.summary.trim() === '' ? card.title : card.summary),
    title,
    status,
    tone: TONES[card.tone],
    ...values,
    pictures,
    footer: neutralLine(card.footer ?? ''),
    rows,
    buttons,
    menu,
  };
  if (bytesOf(rows) > MAX_JSON_BYTES) return { drawn, over: { what: 'rows', share: bytesOf(rows) / MAX_JSON_BYTES } };
  if (bytesOf(menu) > MAX_JSON_BYTES) return { drawn, over: { what: 'menu', share: bytesOf(menu) / MAX_JSON_BYTES } };
  return { drawn, over: share > 1 ? { what: 'words', share } : null };
}

/** All that a card's blocks say, in plain text. */
function wordsOf(card: Card, unlinked: ReadonlySet<Block>): string {
  const rows = rowsFor(card);
  return card.blocks
    .map((block) => {
      const said = blockText(block, card, rows);
      const address = unlinked.has(block) && 'url' in block ? addressOf(block.url ?? '') : null;
      return address === null ? said : `${said}\n${address}`;
    })
    .filter((said) => said !== '')
    .join('\n');
}

const paragraphs = (pieces: readonly string[]): string => pieces.filter((piece) => piece !== '').join('\n\n');

/** Pictures, and links to what is opened elsewhere; what has no room for its link says it in words. */
function picturesOf(card: Card, media: Media): { readonly pictures: string; readonly unlinked: ReadonlySet<Block> } {
  const pieces: string[] = [];
  const unlinked = new Set<Block>();
  const rows = rowsFor(card);
  const fits = (piece: string): boolean => bytesOf(paragraphs([...pieces, piece])) <= MAX_VALUE_BYTES;
  for (const block of card.blocks) {
    if (block.type !== 'image' && block.type !== 'file') continue;
    const shown = block.type === 'image' ? picture(media.get(block.file) ?? '') : '';
    if (fits(shown)) pieces.push(shown);
    if (addressOf(block.url ?? '') === null) continue;
    const piece = link(block.url ?? '', blockText(block, card, rows));
    if (fits(piece)) pieces.push(piece);
    else unlinked.add(block);
  }
  return { pictures: paragraphs(pieces), unlinked };
}

const groupOf = (buttons: readonly Button[]): string => (buttons.length === 0 ? NO_BUTTONS : JSON.stringify(buttons));

/** What can be pressed; the menu is closed until somebody opens it. */
function pressesOf(card: Card, version: number): Readonly<Record<'rows' | 'buttons' | 'menu', string>> {
  const reader = readerOf(card);
  const rows = rowsFor(card);
  const placed = (placement: Action['placement'], letter: string): readonly Button[] =>
    card.actions
      .filter((action) => action.placement === placement)
      .map((action, i) => buttonOf(action, { id: `${letter}${i}`, version }));
  const menu = placed('menu', 'm');
  const [more, less] =
    menu.length === 0
      ? [[], []]
      : [[sending(text(reader, 'card.menu', null), MORE)], [sending(text(reader, 'dingtalk.less', null), LESS)]];
  return {
    rows: groupOf(rowsOf(card).map((row, i) => buttonOf(row.action, { id: `r${i}`, version }, rows.label(row)))),
    buttons: groupOf([...placed('button', 'b'), ...more]),
    menu: groupOf([...menu, ...less]),
  };
}

/** Words of a notice that are all there, and all there is to press. */
const NOTICE = { ...dingtalkCard.own, images: 0, rowActions: 0, buttons: 4, menu: 0 };

/**
 * What the person who pressed reads on the card, and they alone: words, or a card as words with its buttons. Null: no more of it. More than
 * `MAX_VALUE_BYTES` is cut: `isBrief` says whether it is.
 */
export function noticeVariables(message: OutMessage | null): OwnValues {
  if (message === null) return { notice: '', notice_buttons: NO_BUTTONS };
  const { words, buttons } = noticeOf(message);
  return { notice: cutBytes(words, MAX_VALUE_BYTES), notice_buttons: groupOf(buttons), menu_open: OFF };
}

/** Whether a notice says all of it. */
export const isBrief = (message: OutMessage): boolean => {
  if (message.type === 'text')
    return message.attachments.length === 0 && bytesOf(noticeOf(message).words) <= MAX_VALUE_BYTES;
  return message.card.blocks.length === 0 && bytesOf(noticeOf(message).words) <= MAX_VALUE_BYTES;
};

function noticeOf(message: OutMessage): { readonly words: string; readonly buttons: readonly Button[] } {
  if (message.type === 'text') {
    const words = carried(message.text).trim();
    const links = addressesIn(words, MOST_LINKS).map((url): Button => ({
      text: cut(new URL(url).host, dingtalkCard.own.label),
      color: 'gray',
      status: 'normal',
      event: { type: 'openLink', params: { url } },
    }));
    return { words: words === '' ? NOTHING : words, buttons: links };
  }
  // The state it stands on is that of another card than the one that was pressed.
  const { drawn, card } = refit(message.card, NOTICE, works, (fitted) => {
    const lines = [
      neutralLine(fitted.title),
      statusLine(fitted),
      wordsOf(fitted, new Set()),
      neutralLine(fitted.footer ?? ''),
    ];
    const words = lines.filter((line) => line !== '').join('\n');
    const share = bytesOf(words) / MAX_VALUE_BYTES;
    return { drawn: words, over: share > 1 ? { what: 'words', share } : null };
  });
  const buttons = card.actions.map((action, i) => buttonOf(action, { id: `n${i}`, version: null }));
  return { words: drawn === '' ? summaryOf(message.card.summary || fallback(message.card)) : drawn, buttons };
}
