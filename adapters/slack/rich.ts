import type { types } from '@slack/bolt';
import { cut } from '../../cards/excerpt.ts';
import { MAX_ELEMENT, MAX_URL } from './limits.ts';

// Nothing that anybody wrote goes through mrkdwn: rich text and plain text are shown as they are, so that no text can mention, link or mark up.

export type KnownBlock = types.KnownBlock;
export type RichTextBlock = types.RichTextBlock;
type Element = types.RichTextBlockElement;

/** A piece of a line. */
export type Inline = types.RichTextText | types.RichTextLink;

/** Shown where Slack insists on a text and there is none. */
const NOTHING = '…';

/** A plain text of at most `max` code points; never empty, which Slack refuses. */
export function plainText(text: string, max: number = MAX_ELEMENT, instead: string = NOTHING): types.PlainTextElement {
  const seen = text.trim() === '' ? instead : text;
  return { type: 'plain_text', text: cut(seen.trim() === '' ? NOTHING : seen, max), emoji: false };
}

/** Text without what Slack cannot carry and nobody sees: controls but for tab and line feed, half characters. Everything else stays. */
export const carried = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
    .replaceAll(/(?!\n|\t)\p{Cc}/gu, '');

/** Pieces of at most as many code points as one element takes; none for no text. */
function pieces(text: string): readonly string[] {
  if (text.length <= MAX_ELEMENT) return text === '' ? [] : [text];
  const all: string[] = [];
  let start = 0;
  let points = 0;
  let at = 0;
  for (const sign of text) {
    if (points === MAX_ELEMENT) {
      all.push(text.slice(start, at));
      start = at;
      points = 0;
    }
    points += 1;
    at += sign.length;
  }
  return [...all, text.slice(start)];
}

export const words = (text: string): Inline[] => pieces(text).map((piece) => ({ type: 'text', text: piece }));

export const bold = (text: string): Inline[] =>
  pieces(text).map((piece) => ({ type: 'text', text: piece, style: { bold: true } }));

/** A link where it is an address that Slack takes, else the text alone. */
export function link(url: string, text: string): Inline[] {
  const taken = /^https?:\/\/[\u0021-\u007E]+$/i.test(url) && url.length <= MAX_URL;
  const seen = text.trim() === '' ? url : text;
  return taken ? [{ type: 'link', url, text: cut(seen, MAX_ELEMENT) }] : words(text);
}

/** Printable ASCII, so that it ends where Chinese goes on; closing punctuation belongs to the sentence. */
const ADDRESS = /https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+(?<![.,;:!?'")\]])/gi;
/** Each costs as much as a line of text; the ones that follow stay text. */
const MAX_LINKS = 15;

/** Words in which addresses can be followed; each stands there as it is, behind no other words. */
export function linkedWords(text: string): Inline[] {
  const all: Inline[] = [];
  let from = 0;
  for (const { 0: url, index } of [...text.matchAll(ADDRESS)].slice(0, MAX_LINKS)) {
    all.push(...words(text.slice(from, index)), ...link(url, url));
    from = index + url.length;
  }
  return [...all, ...words(text.slice(from))];
}

const blank = (parts: readonly Inline[]): boolean =>
  parts.every((part) => part.type === 'text' && part.text.trim() === '');

/** A rich text block of what is there to show; null when that is nothing. */
function block(type: 'section' | 'quote', parts: readonly Inline[]): RichTextBlock | null {
  if (blank(parts)) return null;
  const element: Element = { type: type === 'quote' ? 'rich_text_quote' : 'rich_text_section', elements: [...parts] };
  return { type: 'rich_text', elements: [element] };
}

export const paragraph = (parts: readonly Inline[]): RichTextBlock | null => block('section', parts);
export const quote = (parts: readonly Inline[]): RichTextBlock | null => block('quote', parts);

/** To be taken over as it stands: one width, with Slack's own way to copy it. */
export function copyText(text: string): RichTextBlock | null {
  const parts = words(text);
  if (blank(parts)) return null;
  return { type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: parts }] };
}

/** Lines below each other, with a dot before each; null without any. */
export function bulletList(lines: readonly (readonly Inline[])[]): RichTextBlock | null {
  const shown = lines.filter((line) => !blank(line));
  if (shown.length === 0) return null;
  const elements = shown.map((line) => ({ type: 'rich_text_section' as const, elements: [...line] }));
  return { type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'bullet', elements }] };
}
