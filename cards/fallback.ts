import { text, type Reader } from '../src/text/text.ts';
import type { Action, Block, Card, ListItem } from './card.ts';
import { neutralise, neutralLine } from './neutralise.ts';

/** A reader for the few words that a renderer adds; none of them names a time. */
export const readerOf = (card: Card): Reader => ({ locale: card.locale, timeZone: 'UTC', now: new Date(0) });

/** What a person types for an action; `…` where values have to follow. */
export function hintOf(action: Action): string {
  const asks = action.form?.fields.some((f) => f.required) ?? false;
  return neutralLine(action.typed) + (asks ? ' …' : '');
}

/** One line with what can be typed instead of pressing: `可发送：认领 4821 / 查看 4821`. */
export const typedLine = (hints: readonly string[], reader: Reader): string =>
  text(reader, 'card.typed', { hints: [...new Set(hints)].join(' / ') });

/**
 * The last rung: a card as plain text for any surface. Nothing is left out: title, status, every block, and for every action
 * what to type instead. All of it neutralised.
 */
export function fallback(card: Card): string {
  const reader = readerOf(card);
  const lines = [
    neutralLine(card.title),
    neutralLine(card.status ?? ''),
    ...card.blocks.flatMap((block) => blockLines(block, reader)),
    neutralLine(card.footer ?? ''),
    card.actions.length === 0 ? '' : typedLine(card.actions.map(hintOf), reader),
  ].filter((line) => line !== '');
  // A card with nothing but a summary still says that.
  return lines.length === 0 ? neutralLine(card.summary) : lines.join('\n');
}

function blockLines(block: Block, reader: Reader): readonly string[] {
  switch (block.type) {
    case 'text': {
      const written = neutralise(block.text)
        .split('\n')
        .filter((line) => line.trim() !== '');
      return block.style === 'quote' ? written.map((line) => `> ${line}`) : written;
    }
    case 'fields':
      return block.fields.map((f) =>
        text(reader, 'card.field', { label: neutralLine(f.label), value: neutralLine(f.value) }),
      );
    case 'list':
      return block.items.flatMap(itemLines);
    case 'note':
      return [neutralLine(block.text)];
    case 'image':
      return [withAddress(text(reader, 'card.image', { alt: neutralLine(block.alt) }), block.url)];
    case 'file':
      return [withAddress(neutralLine(block.text), block.url)];
    case 'divider':
      return [];
  }
}

const withAddress = (line: string, url = ''): string => `${line} ${url}`.trimEnd();

function itemLines(item: ListItem): readonly string[] {
  const hints = [item.action, item.also].flatMap((a) => (a === undefined ? [] : hintOf(a)));
  const typed = hints.length === 0 ? '' : ` → ${hints.join(' / ')}`;
  const detail = neutralLine(item.detail ?? '');
  return [`- ${neutralLine(item.text)}${typed}`, ...(detail === '' ? [] : [`  ${detail}`])];
}
