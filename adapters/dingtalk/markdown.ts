import { bytesOf, MAX_URL_BYTES } from './limits.ts';

// DingTalk's Markdown (fact sheet, 5): headings, quotes, bold, italic, links, pictures, lists. Clients know more than the page names, so what other dialects mean is escaped as well.

/** Signs that mean something wherever they stand. */
const ANYWHERE = /[`[|]|~(?=~)|(?<=~)~/gu;
/** A backslash that would escape what follows it. */
const BACKSLASH = /\\(?=[\p{P}\p{S}\n]|$)/gu;
/** Stars and underscores, but for those that stand alone, as in `3 * 4`. */
const EMPHASIS = /[*_](?=\S)|(?<=\S)[*_]/gu;
/** The start of a tag, and of an entity. */
const TAG = /<(?=[A-Za-z/!?])|&(?=#?\w{1,32};)/gu;
/** What makes a line code. */
const INDENT = /^(?: {0,3}\t| {4})[ \t]*/gmu;
/** What makes a line a heading, a quote, an item, a rule, or the underline of a heading. */
const AT_START = /^([ \t]*)(?=[#>]|[+*_-](?:[ \t]|$|-)|=+[ \t]*$)/gmu;
const NUMBERED = /^([ \t]*\d{1,9})(?=[.)](?!\d))/gmu;

/** Written between words of any language: what ends a sentence is no part of it. */
const ADDRESS = /https:\/\/[\w.~:/?#@!$&*+;=%,-]*[\w/=#-]/giu;

/** Text in which nothing means anything, on its own lines: what to do about their ends is the caller's matter. */
const literal = (text: string): string =>
  text
    .replace(BACKSLASH, String.raw`\\`)
    .replace(ANYWHERE, String.raw`\$&`)
    .replace(EMPHASIS, String.raw`\$&`)
    .replace(TAG, String.raw`\$&`)
    .replace(INDENT, '   ')
    .replace(AT_START, '$1\\')
    .replace(NUMBERED, '$1\\');

/** A blank line ends a paragraph; any other line end takes two spaces before it. */
const withBreaks = (text: string): string =>
  text
    .trim()
    .split(/\n[ \t]*(?:\n[ \t]*)+/u)
    .map((paragraph) => paragraph.replace(/[ \t]*\n/gu, '  \n'))
    .join('\n\n');

/** Text that somebody wrote, shown as they wrote it. */
export const escapeMarkdown = (text: string): string => withBreaks(literal(text));

/** The same on one line. */
export const inline = (line: string): string => literal(line.replace(/\s+/gu, ' ').trim());

/** The same, with the addresses in it to be followed; each stands there as it is, behind no other words. */
export function linkedMarkdown(text: string, most: number): string {
  let written = '';
  let from = 0;
  for (const { 0: address, index } of [...text.matchAll(ADDRESS)].slice(0, most)) {
    written += literal(text.slice(from, index)) + link(address, address);
    from = index + address.length;
  }
  return withBreaks(written + literal(text.slice(from)));
}

export const bold = (line: string): string => (line.trim() === '' ? '' : `**${literal(line.trim())}**`);

/** A quote, line by line. */
export const quote = (text: string): string =>
  escapeMarkdown(text)
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');

/** An address that can be linked: no script, nothing that would end the link; null: none. */
export function addressOf(url: string): string | null {
  if (!/^https:\/\/[\u0021-\u007E]+$/iu.test(url) || !URL.canParse(url)) return null;
  const safe = url.replace(/[()<>[\]\\*_~`|"]/gu, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return bytesOf(safe) <= MAX_URL_BYTES ? safe : null;
}

/** A link where it is an address that can be linked, else the words alone. */
export function link(url: string, words: string): string {
  const address = addressOf(url);
  const shown = inline(words);
  if (address === null) return shown;
  return `[${(shown === '' ? literal(address) : shown).replaceAll(']', String.raw`\]`)}](${address})`;
}

/** A picture by what DingTalk calls it (`media_id`); nothing where that is no such name. */
export const picture = (media: string): string => (/^[@$#\w+/=.-]{1,200}$/u.test(media) ? `![](${media})` : '');

/** Addresses in words of our own, each once, as far as they can be linked. */
export const addressesIn = (text: string, most: number): readonly string[] =>
  [...new Set(Array.from(text.matchAll(ADDRESS), ([found]) => found))]
    .filter((found) => addressOf(found) !== null)
    .slice(0, most);
