import type { Action, Block, Card } from '../../cards/card.ts';
import { hintOf, readerOf, typedLine } from '../../cards/fallback.ts';
import type { Invocation } from '../../cards/invocation.ts';
import { neutralise, neutralLine } from '../../cards/neutralise.ts';
import { comesBack } from '../../cards/pressing.ts';
import { text } from '../../src/text/text.ts';
import { bytesOf } from './card-limits.ts';

// WeCom's Markdown (fact sheet, 3.1): bold, links, quotes, code on one line, three colours. It has no way to say that a sign is no mark, so that
// what somebody wrote has signs that look like it. The smart bot's knows more, which is taken away as well.

/** Red and amber are one; blue has none. The status says the same in words. */
const COLOURS: Readonly<Record<Card['tone'], string | null>> = {
  grey: 'comment',
  blue: null,
  amber: 'warning',
  red: 'warning',
  green: 'info',
};

/** Signs that mean something wherever they stand, or at a border of a word, before what they escape, or twice. */
const ANYWHERE =
  /[*`<>[\]|]|(?<![\p{L}\p{N}_])_|_(?![\p{L}\p{N}_])|\\(?=[\p{P}\p{S}])|~(?=~)|(?<=~)~|&(?=#?\w{1,32};)/gu;
/** What makes a line a heading, or the line above it one. */
const HEADING = /^[ \t]*(?:#+|[=-]+[ \t]*$)/gmu;
/** What makes a line code. */
const INDENT = /^(?: {0,3}\t| {4})[ \t]*/gmu;
/** Written between words of any language: what ends a sentence is no part of it. */
const ADDRESS = /https?:\/\/[\w.:/?#@!$&+;=%,-]*[\w/=#-]/giu;

/** The full-width sign that looks like an ASCII one. */
const wide = (sign: string): string => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfe_e0);

const literal = (written: string): string =>
  written
    .replaceAll(INDENT, '   ')
    .replaceAll(HEADING, (marks) => marks.replaceAll(/[#=-]/gu, wide))
    .replaceAll(ANYWHERE, wide);

/** Words that somebody wrote, as Markdown that says just them; addresses among them can be followed, and stand behind no other words. */
export function plainMarkdown(written: string): string {
  const clean = written
    .replaceAll(/\r\n?/gu, '\n')
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
    .replaceAll(/(?!\n|\t)\p{Cc}/gu, '');
  let said = '';
  let from = 0;
  for (const { 0: address, index } of clean.matchAll(ADDRESS)) {
    said += literal(clean.slice(from, index)) + address;
    from = index + address.length;
  }
  return said + literal(clean.slice(from));
}

const line = (written: string): string => plainMarkdown(neutralLine(written));

/** Words behind which an address is opened; the words alone where it is none that can be opened. */
function link(words: string, url: string): string {
  if (!/^https?:\/\/[\u0021-\u007E]+$/iu.test(url) || !URL.canParse(url)) return words;
  const { origin, href } = new URL(url);
  const path = href
    .slice(origin.length)
    .replaceAll(/[()<>[\]\\*_~`|"]/gu, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return `[${words || '…'}](${origin}${path})`;
}

export interface MarkdownOptions {
  /** Bytes that it may have. */
  readonly most: number;
  /** Where something can be done; null: it has to be typed. */
  readonly linkOf: (invocation: Invocation) => string | null;
}

/** A line of a card, with what can be done about it. */
interface Line {
  readonly before: string;
  readonly words: string;
  readonly actions: readonly Action[];
}

/** One line of so many has room for so large a part of the message, where not all of it has. */
const SHARE = 4;

/**
 * A card in words, with links for what can be done, within so many bytes. What has no room is counted, and what could be done about it is what to
 * type: long lines are cut, then what stands last goes, then links are typed.
 */
export function drawMarkdown(card: Card, { most, linkOf }: MarkdownOptions): string {
  const reader = readerOf(card);
  const linked = (action: Action): string | null => {
    const url = comesBack(action.invoke) ? linkOf(action.invoke) : null;
    return url === null ? null : link(line(action.label) || line(action.typed), url);
  };
  const shown = ({ before, words, actions }: Line): string =>
    [before + words, ...actions.map((a) => linked(a) ?? line(hintOf(a)))].filter((part) => part !== '').join(' ');
  const [title, status, footer] = [card.title, card.status, card.footer].map((one = '') => line(one));
  const color = COLOURS[card.tone];
  const links = card.actions.flatMap((action) => linked(action) ?? []);
  const typed = card.actions.filter((action) => linked(action) === null);
  const followed = card.actions.filter((action) => linked(action) !== null);

  /** What to type where only so many lines and links are there. */
  const hintsWith = (body: readonly Line[], kept: number, follow: number): readonly string[] => {
    const gone = body.slice(kept).flatMap(({ actions }) => actions);
    return [...new Set([...gone, ...followed.slice(follow), ...typed].map((action) => line(hintOf(action))))];
  };
  const draw = (body: readonly Line[], kept: number, follow: number, hints = hintsWith(body, kept, follow)): string =>
    [
      title === '' ? '' : `**${title}**`,
      status === '' || color === null ? status : `<font color="${color}">${status}</font>`,
      ...body.slice(0, kept).map(shown),
      kept === body.length ? '' : text(reader, 'wecom.rest', { count: body.length - kept }),
      footer === '' ? '' : `<font color="comment">${footer}</font>`,
      links.slice(0, follow).join('　'),
      hints.length === 0 ? '' : typedLine(hints, reader),
    ]
      .filter((part) => part !== undefined && part !== '')
      .join('\n');

  const whole = card.blocks.flatMap((block) => linesOf(block, card)).filter((one) => shown(one) !== '');
  const all = draw(whole, whole.length, links.length);
  if (bytesOf(all) <= most) return all || cutBytes(line(card.summary), most) || '…';

  const short = whole.map((one) => ({ ...one, words: cutBytes(one.words, Math.floor(most / SHARE)) }));
  for (let kept = countWithin(short.map(shown), most); kept >= 0; kept -= 1) {
    const drawn = draw(short, kept, links.length);
    if (bytesOf(drawn) <= most) return drawn;
  }
  for (let follow = countWithin(links, most); follow >= 0; follow -= 1) {
    const drawn = draw(short, 0, follow);
    if (bytesOf(drawn) <= most) return drawn;
  }
  const hints = hintsWith(short, 0, 0);
  for (let count = countWithin(hints, most); count >= 0; count -= 1) {
    const drawn = draw(short, 0, 0, hints.slice(0, count));
    if (bytesOf(drawn) <= most) return drawn;
  }
  return cutBytes(title || line(card.summary), most) || '…';
}

/** How many of these have room for themselves, at most. */
function countWithin(parts: readonly string[], most: number): number {
  let left = most;
  const over = parts.findIndex((part) => (left -= bytesOf(part)) < 0);
  return over < 0 ? parts.length : over;
}

const say = (words: string, more: Partial<Line> = {}): Line => ({ before: '', words, actions: [], ...more });

function linesOf(block: Block, card: Card): readonly Line[] {
  const reader = readerOf(card);
  switch (block.type) {
    case 'text': {
      if (block.style === 'copy') return block.text.split('\n').map((one) => say('', { before: copied(one) }));
      const lines = neutralise(block.text)
        .split('\n')
        .map((one) => plainMarkdown(one.trim()))
        .filter((one) => one !== '');
      return lines.map((one) => say(one, block.style === 'quote' ? { before: '> ' } : {}));
    }
    case 'fields':
      return block.fields.map(({ label, value }) => {
        const [name, worth] = [line(label), line(value)];
        return say(name === '' ? worth : text(reader, 'card.field', { label: name, value: worth }));
      });
    case 'list':
      return block.items.map(({ text: row, detail = '', action, also }) =>
        say([line(row), line(detail)].filter((part) => part !== '').join(' '), {
          actions: [action, also].filter((one) => one !== undefined),
        }),
      );
    case 'note':
      return [say(line(block.text))];
    case 'image':
      return [opening(plainMarkdown(text(reader, 'card.image', { alt: neutralLine(block.alt) })), block.url)];
    case 'file':
      return [opening(line(block.text), block.url)];
    case 'divider':
      return [];
  }
}

/** A link that is cut is none: it stands before what may be cut. */
const opening = (words: string, url = ''): Line =>
  link(words, url) === words ? say(words) : say('', { before: link(cutBytes(words, LINK_WORDS), url) });

/** Bytes of words behind which a file is opened. */
const LINK_WORDS = 200;

/** As it stands, where WeCom can show it so: as code. Half of it is worth nothing: it is never cut. */
const copied = (written: string): string =>
  /^[^`<>\p{Cc}\p{Surrogate}]+$/u.test(written) ? `\`${written}\`` : plainMarkdown(written);

/** How many UTF-16 units of a text, in whole characters, have so many bytes at most; one character at least. */
function unitsWithin(written: string, most: number): number {
  let units = 0;
  let bytes = 0;
  for (const character of written) {
    bytes += bytesOf(character);
    if (bytes > most && units > 0) break;
    units += character.length;
  }
  return units;
}

const ELLIPSIS = '…';

/** The text in at most so many bytes, with `…` where something was left out. */
function cutBytes(written: string, most: number): string {
  if (bytesOf(written) <= most) return written;
  const short = written.slice(0, unitsWithin(written, most - bytesOf(ELLIPSIS)));
  return `${short.trimEnd()}${ELLIPSIS}`;
}

/** A long text in parts of at most so many bytes, broken between lines, else between words, else between characters. None is empty. */
export function textParts(written: string, most: number): readonly string[] {
  const parts: string[] = [];
  let left = written.trim();
  while (bytesOf(left) > most) {
    const end = unitsWithin(left, most);
    // What follows may be the very border.
    const within = left.slice(0, end + 1);
    // A break near the beginning would leave most of the message empty.
    const at = ['\n', ' '].map((border) => within.lastIndexOf(border)).find((one) => one > end / 2) ?? end;
    parts.push(left.slice(0, at).trimEnd());
    left = left.slice(at).trimStart();
  }
  return left === '' ? parts : [...parts, left];
}
