const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Number of code points; what the platforms count as characters. */
export function length(text: string): number {
  let n = text.length;
  for (let i = 0; i < text.length - 1; i += 1) {
    if (isHigh(text.charCodeAt(i)) && isLow(text.charCodeAt(i + 1))) n -= 1;
  }
  return n;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/**
 * The text in at most `max` code points, with `…` where something was left out. Never cuts inside a surrogate pair, and inside a
 * grapheme cluster (an emoji family, a letter with its accents) only when the first cluster alone is too long.
 */
export function cut(text: string, max: number): string {
  if (text.length <= max || length(text) <= max) return text;
  if (max < 1) return '';
  let kept = '';
  let points = 0;
  // A code point has at most two units; nothing beyond can matter, and segmenting a whole book would be slow.
  for (const { segment } of graphemes.segment(text.slice(0, max * 2 + 2))) {
    const more = length(segment);
    if (points + more > max - 1) {
      if (points === 0)
        kept = Array.from(segment)
          .slice(0, max - 1)
          .join('');
      break;
    }
    kept += segment;
    points += more;
  }
  return `${kept.trimEnd()}…`;
}

/** Columns of a line on the narrowest screen a card is read on; a Han character takes two. */
const COLUMNS = 44;

/** At most so many lines as a phone shows them, without empty ones; `cut` says whether something was left out. */
export function firstLines(text: string, lines: number): { readonly text: string; readonly cut: boolean } {
  // Enough for the lines asked for; what a customer pastes may be a book.
  const head = text.slice(0, lines * COLUMNS * 8);
  const rows = head.split(/\s*[\n\r\u2028\u2029]+\s*/u).filter((row) => row.trim() !== '');
  const kept: string[] = [];
  let left = lines;
  for (const row of rows) {
    if (left === 0) return { text: ellipsis(kept.join('\n')), cut: true };
    const end = fitting(row, left);
    kept.push(row.slice(0, end.at));
    if (end.at < row.length) return { text: ellipsis(kept.join('\n')), cut: true };
    left -= end.rows;
  }
  const cutAway = text.slice(head.length).trim() !== '';
  return { text: cutAway ? ellipsis(kept.join('\n')) : kept.join('\n').trim(), cut: cutAway };
}

const ellipsis = (text: string): string => `${text.trimEnd().replace(/…$/u, '')}…`;

const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]|\p{Extended_Pictographic}/u;

/** Where to cut one row so that it wraps onto at most `lines` lines, and how many it takes. */
function fitting(row: string, lines: number): { readonly at: number; readonly rows: number } {
  // A character takes at most two columns for each unit it is written with.
  if (row.length * 2 <= COLUMNS) return { at: row.length, rows: 1 };
  let rows = 1;
  let column = 0;
  for (const { segment, index } of graphemes.segment(row)) {
    const width = WIDE.test(segment) ? 2 : 1;
    if (column + width > COLUMNS) {
      if (rows === lines) return { at: index, rows };
      rows += 1;
      column = 0;
    }
    column += width;
  }
  return { at: row.length, rows };
}
