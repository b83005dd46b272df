import type { Block, Card, ListItem } from '../../cards/card.ts';
import { readerOf } from '../../cards/fallback.ts';
import { neutralise, neutralLine } from '../../cards/neutralise.ts';
import { text } from '../../src/text/text.ts';
import { rowsOf, type RowAction } from './room.ts';
import { labelOf } from './press.ts';

/** The sign beside the status word, which says the same. */
const SIGNS: Readonly<Record<Card['tone'], string>> = {
  grey: '\u26AA',
  blue: '\u{1F535}',
  amber: '\u{1F7E1}',
  red: '\u{1F534}',
  green: '\u{1F7E2}',
};

/** Text without what DingTalk cannot carry and nobody sees: controls but for tab and line feed, half characters. Everything else stays. */
export const carried = (written: string): string =>
  written
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
    .replaceAll(/(?!\n|\t)\p{Cc}/gu, '');

/** The same as a message, which has to say something. */
export const spoken = (written: string): string => carried(written).trim() || '…';

/** The status with its sign; empty where there is none. */
export function statusLine({ status = '', tone }: Card): string {
  const line = neutralLine(status);
  return line === '' ? '' : `${SIGNS[tone]} ${line}`;
}

/** A ticket's number as it stands in a row or on a button. */
const NUMBER = /\bT-\d+\b/u;

/** How the rows of a card are told apart where their buttons stand elsewhere: by the ticket's number, else by where they stand in the list. */
export interface Rows {
  /** What goes before the row: `2. ` or a dot. */
  readonly bullet: (item: ListItem) => string;
  /** What a button of the row says: `认领 T-4830`. */
  readonly label: (row: RowAction) => string;
}

export function rowsFor(card: Card): Rows {
  const acting = [...new Set(rowsOf(card).map(({ item }) => item))];
  const nameless = acting.filter((item) => numberOf(item) === null);
  const place = (item: ListItem): string | null => {
    const at = nameless.indexOf(item);
    return at < 0 || nameless.length < 2 ? null : String(at + 1);
  };
  return {
    bullet: (item) => (place(item) === null ? '• ' : `${place(item)}. `),
    label({ item, action }) {
      const label = labelOf(action);
      const name = numberOf(item) ?? place(item);
      return name === null || NUMBER.test(label) ? label : `${label} ${name}`;
    },
  };
}

function numberOf({ text: written, action, also }: ListItem): string | null {
  const found = NUMBER.exec(written)?.[0];
  if (found !== undefined) return found;
  const ticket = (action ?? also)?.invoke.args['ticket'] ?? '';
  return /^\d{1,12}$/u.test(ticket) ? `T-${ticket}` : null;
}

/** A thin line of its own. */
const RULE = '──────────';

/** What one block says, in plain text; empty where it says nothing. */
export function blockText(block: Block, card: Card, rows: Rows): string {
  const reader = readerOf(card);
  switch (block.type) {
    case 'text': {
      if (block.style === 'copy') return carried(block.text);
      const said = neutralise(block.text).trim();
      return block.style === 'quote' && said !== '' ? text(reader, 'dingtalk.quote', { text: said }) : said;
    }
    case 'fields':
      return block.fields
        .map(({ label, value }) => {
          const [name, worth] = [neutralLine(label), neutralLine(value)];
          return name === '' ? worth : text(reader, 'card.field', { label: name, value: worth });
        })
        .filter((line) => line !== '')
        .join('\n');
    case 'list':
      return block.items
        .map((item) => {
          const detail = neutralLine(item.detail ?? '');
          return `${rows.bullet(item)}${neutralLine(item.text)}${detail === '' ? '' : `\n   ${detail}`}`;
        })
        .join('\n');
    case 'note':
      return neutralLine(block.text);
    case 'image':
      return text(reader, 'card.image', { alt: neutralLine(block.alt) });
    case 'file':
      return neutralLine(block.text);
    case 'divider':
      return RULE;
  }
}
