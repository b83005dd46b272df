/**
 * Text as typed words are compared: NFKC (full width becomes half width), lower case, every dash `-`, every space one ASCII space,
 * with the way back to the original.
 */
export interface Folded {
  readonly text: string;
  /** For each UTF-16 unit of `text` and for its end: the offset in the original. */
  readonly at: readonly number[];
}

const DASH = /^[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]$/u;
// Zero-width characters stand where platforms cut a mention out.
const SPACE = /^[\s\u200b-\u200d\u2060]$/u;

/** Folds the first `limit` code points: a command's head is short, however long the text after it. */
export function fold(original: string, limit = 200): Folded {
  let text = '';
  const at: number[] = [];
  let offset = 0;
  let count = 0;
  for (const char of original) {
    if (count === limit) break;
    const folded = foldChar(char);
    for (let i = 0; i < folded.length; i++) at.push(offset);
    text += folded;
    offset += char.length;
    count++;
  }
  at.push(offset);
  return { text, at };
}

/** The whole of a short text, folded and trimmed, for comparing. */
export const folded = (original: string): string => fold(original, original.length).text.trim();

function foldChar(char: string): string {
  if (char >= '!' && char <= '~') return char.toLowerCase();
  if (SPACE.test(char)) return ' ';
  if (DASH.test(char)) return '-';
  return char.normalize('NFKC').toLowerCase();
}

/** Without spaces, line breaks and zero-width characters at both ends. */
export function trimmed(text: string): string {
  // A regular expression for the end would be quadratic in runs of spaces.
  let start = 0;
  let end = text.length;
  while (start < end && SPACE.test(text.charAt(start))) start++;
  while (end > start && SPACE.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** The original text after the first `end` units of its folded form. */
export const after = (original: string, f: Folded, end: number): string => original.slice(f.at[end] ?? original.length);

/** What may stand between a word and what follows: spaces, or one mark. */
const SEPARATOR = /^(?:[,;!.。、~]|\s*:)?\s*/u;

/** Strips the separator at the start; spaces and line breaks inside the text stay as they are. */
export function skipSeparator(original: string): string {
  const f = fold(original);
  return after(original, f, SEPARATOR.exec(f.text)?.[0].length ?? 0).trimStart();
}

/** Whether a word ends before this folded text. */
export const wordEnds = (rest: string): boolean => /^(?:$|[\s:,;!。、~]|\.(?![a-z\d]))/u.test(rest);

/** The same for a number: 9:00 and 3,000 go on. */
export const numberEnds = (rest: string): boolean => /^(?:$|\s|[:,;!.。、~](?!\d))/u.test(rest);

/** The first code points of a text. */
export const head = (text: string, count: number): string => Array.from(text).slice(0, count).join('');
