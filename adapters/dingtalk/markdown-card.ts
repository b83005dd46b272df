import type { Block, Card } from '../../cards/card.ts';
import { readerOf } from '../../cards/fallback.ts';
import { neutralise, neutralLine } from '../../cards/neutralise.ts';
import { text } from '../../src/text/text.ts';
import { blockText, carried, rowsFor, statusLine, type Rows } from './lines.ts';
import { bold, escapeMarkdown, inline, link, linkedMarkdown, quote } from './markdown.ts';

/** Addresses in one text that can be followed. */
const MOST_LINKS = 15;

/** Words of our own as Markdown that shows them as they are. */
export const textMarkdown = (written: string): string => linkedMarkdown(carried(written).trim(), MOST_LINKS);

/** Everything on a card but for its title and its buttons, as Markdown. */
export function cardMarkdown(card: Card): string {
  const rows = rowsFor(card);
  return [
    bold(statusLine(card)),
    ...card.blocks.map((block) => blockMarkdown(block, card, rows)),
    inline(neutralLine(card.footer ?? '')),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Where a paragraph goes on in the next line (fact sheet, 5). */
const BREAK = '  \n';

function blockMarkdown(block: Block, card: Card, rows: Rows): string {
  switch (block.type) {
    case 'text': {
      if (block.style === 'copy') return escapeMarkdown(carried(block.text));
      const said = neutralise(block.text).trim();
      if (said === '') return '';
      return block.style === 'quote' ? quote(said) : linkedMarkdown(said, MOST_LINKS);
    }
    case 'fields':
      return block.fields
        .map(({ label, value }) => {
          const name = neutralLine(label);
          const between = text(readerOf(card), 'card.field', { label: '', value: '' });
          // What stands between is no part of the name: bold that ends in a full-width sign is not seen as bold.
          return name === '' ? inline(neutralLine(value)) : `${bold(name)}${between}${inline(neutralLine(value))}`;
        })
        .filter((line) => line !== '')
        .join(BREAK);
    case 'list':
      return block.items
        .map((item) => {
          const detail = inline(neutralLine(item.detail ?? ''));
          const row = `${rows.bullet(item).replace('•', '-')}${inline(neutralLine(item.text))}`;
          return detail === '' ? row : `${row}${BREAK}  ${detail}`;
        })
        .join('\n');
    case 'image':
    case 'file':
      return link(block.url ?? '', blockText(block, card, rows));
    case 'note':
    case 'divider':
      return inline(blockText(block, card, rows));
  }
}
