import type { Block, Card, ListItem } from '../../cards/card.ts';
import { hintOf, readerOf, typedLine } from '../../cards/fallback.ts';
import { neutralLine, neutralise } from '../../cards/neutralise.ts';
import type { Locale } from '../../src/domain/directory.ts';
import { text } from '../../src/text/text.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (words: string): string => words.replace(/[&<>"']/gu, (sign) => ENTITIES[sign] ?? sign);
const line = (words: string): string => escaped(neutralLine(words));
const lines = (words: string): string => escaped(neutralise(words)).replaceAll('\n', '<br>');

/** Seen on white and on black alike, as a bar: no word is written in it. */
const BARS: Readonly<Record<Card['tone'], string>> = {
  grey: '#8a8f98',
  blue: '#3b82f6',
  amber: '#d97706',
  red: '#dc2626',
  green: '#16a34a',
};

/** Smaller and quieter than what it stands by, in whatever colour the reader's program writes. */
const QUIET = 'font-size:14px;opacity:.75';

/**
 * A page that holds everything itself: nothing is fetched when it is opened, so nobody learns that it was. It names no colours of its own
 * for words and paper: each program shows it as light or dark as its reader has it.
 */
function page(locale: Locale, tone: Card['tone'], inside: string, note: string): string {
  const font = "16px/1.5 -apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei',sans-serif";
  return [
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="color-scheme" content="light dark"></head>',
    `<body style="margin:0;padding:16px;font:${font};overflow-wrap:anywhere">`,
    `<div style="max-width:560px;margin:0 auto"><div style="border-left:4px solid ${BARS[tone]};padding:2px 0 2px 14px">`,
    inside,
    `</div><p style="margin:16px 0 0;${QUIET}">${escaped(note)}</p></div></body></html>`,
  ].join('');
}

/** Words alone. */
export const pageOf = (locale: Locale, said: string, note: string): string =>
  page(locale, 'grey', paragraph(lines(said)), note);

/** A card: nothing of it is left out, and nothing can be pressed. */
export function htmlOf(card: Card, note: string): string {
  const reader = readerOf(card);
  const typed = card.actions.length === 0 ? '' : typedLine(card.actions.map(hintOf), reader);
  const parts = [
    card.title === '' ? '' : `<h1 style="margin:0 0 4px;font-size:19px;line-height:1.35">${line(card.title)}</h1>`,
    paragraph(line(card.status ?? ''), 'font-weight:600'),
    ...card.blocks.map((block) => blockOf(block, card)),
    paragraph(line(card.footer ?? ''), QUIET),
    paragraph(escaped(typed), QUIET),
  ];
  const inside = parts.join('');
  return page(card.locale, card.tone, inside === '' ? paragraph(line(card.summary)) : inside, note);
}

const paragraph = (inside: string, style = ''): string =>
  inside === '' ? '' : `<p style="margin:6px 0${style === '' ? '' : `;${style}`}">${inside}</p>`;

function blockOf(block: Block, card: Card): string {
  switch (block.type) {
    case 'text': {
      const said = lines(block.text);
      return block.style === 'quote'
        ? `<blockquote style="margin:8px 0;padding:0 0 0 10px;border-left:2px solid #8a8f98">${said}</blockquote>`
        : paragraph(said, block.style === 'copy' ? 'font-family:monospace' : '');
    }
    case 'fields':
      return block.fields
        .map((f) =>
          paragraph(
            escaped(text(readerOf(card), 'card.field', { label: neutralLine(f.label), value: neutralLine(f.value) })),
          ),
        )
        .join('');
    case 'list':
      return `<ul style="margin:6px 0;padding-left:20px">${block.items.map(itemOf).join('')}</ul>`;
    case 'note':
      return paragraph(line(block.text), QUIET);
    case 'image':
      return paragraph(linked(line(text(readerOf(card), 'card.image', { alt: neutralLine(block.alt) })), block.url));
    case 'file':
      return paragraph(linked(line(block.text), block.url));
    case 'divider':
      return '<hr style="border:0;border-top:1px solid #8a8f98;margin:10px 0">';
  }
}

function itemOf(item: ListItem): string {
  const hints = [item.action, item.also].flatMap((a) => (a === undefined ? [] : hintOf(a)));
  const below = [item.detail ?? '', hints.join(' / ')].filter((part) => part !== '').map(line);
  return `<li style="margin:4px 0">${line(item.text)}${below.map((b) => `<br><span style="${QUIET}">${b}</span>`).join('')}</li>`;
}

/** Only what our own links are: whatever else a card names is words. */
const linked = (words: string, url = ''): string =>
  /^https?:\/\//u.test(url) ? `<a href="${escaped(url)}">${words}</a>` : words;
