/** Ranges of code points, both ends included. */
export type Ranges = readonly (readonly [low: number, high: number])[];

const variants = new Map<number, readonly number[]>();

/** The other cases of a character. */
export function otherCases(code: number): readonly number[] {
  let known = variants.get(code);
  if (!known) {
    const text = String.fromCodePoint(code);
    const others = new Set<number>();
    for (const form of [text.toLowerCase(), text.toUpperCase(), text.toUpperCase().toLowerCase()]) {
      const [point = '', more] = form;
      if (more === undefined) others.add(point.codePointAt(0) ?? code);
    }
    others.delete(code);
    known = [...others];
    if (variants.size > 10_000) variants.clear();
    variants.set(code, known);
  }
  return known;
}

function within(ranges: Ranges, code: number): boolean {
  for (const [low, high] of ranges) if (code >= low && code <= high) return true;
  return false;
}

export const inRanges = (ranges: Ranges, code: number, fold: boolean): boolean =>
  within(ranges, code) || (fold && otherCases(code).some((other) => within(ranges, other)));

/** Everything else; with `fold` the other cases of what is listed do not belong to it, either. */
export function invert(ranges: Ranges, fold = false): Ranges {
  const all = fold ? withCases(ranges) : ranges;
  const sorted = [...all].toSorted((a, b) => a[0] - b[0]);
  const result: [number, number][] = [];
  let from = 0;
  for (const [low, high] of sorted) {
    if (low > from) result.push([from, low - 1]);
    from = Math.max(from, high + 1);
  }
  if (from <= 0x10ffff) result.push([from, 0x10ffff]);
  return result;
}

function withCases(ranges: Ranges): Ranges {
  const result: (readonly [number, number])[] = [...ranges];
  for (const [low, high] of ranges) {
    // Beyond this no script has cases, and a range that wide is meant to be everything.
    for (let code = low; code <= Math.min(high, 0x1_e943); code++) {
      for (const other of otherCases(code)) result.push([other, other]);
    }
  }
  return result;
}

const DIGIT: Ranges = [[48, 57]];
const SPACE: Ranges = [
  [9, 13],
  [32, 32],
];
export const WORD: Ranges = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const BLANK: Ranges = [
  [9, 9],
  [32, 32],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x180e, 0x180e],
  [0x2000, 0x200a],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];
const VERTICAL: Ranges = [
  [10, 13],
  [0x85, 0x85],
  [0x2028, 0x2029],
];

/** The escapes that stand for a set of characters. */
export const CLASS_ESCAPES: ReadonlyMap<string, Ranges> = new Map([
  ['d', DIGIT],
  ['D', invert(DIGIT)],
  ['s', SPACE],
  ['S', invert(SPACE)],
  ['w', WORD],
  ['W', invert(WORD)],
  ['h', BLANK],
  ['H', invert(BLANK)],
  ['v', VERTICAL],
  ['V', invert(VERTICAL)],
  ['N', invert([[10, 10]])],
]);

const UPPER: Ranges = [[65, 90]];
const LOWER: Ranges = [[97, 122]];
const PUNCTUATION: Ranges = [
  [33, 47],
  [58, 64],
  [91, 96],
  [123, 126],
];

/** The POSIX classes, which know ASCII only. */
export const POSIX_CLASSES: ReadonlyMap<string, Ranges> = new Map<string, Ranges>([
  ['alpha', [...UPPER, ...LOWER]],
  ['digit', DIGIT],
  ['alnum', [...UPPER, ...LOWER, ...DIGIT]],
  ['upper', UPPER],
  ['lower', LOWER],
  ['space', SPACE],
  ['word', WORD],
  ['punct', PUNCTUATION],
  ['xdigit', [...DIGIT, [65, 70], [97, 102]]],
  [
    'cntrl',
    [
      [0, 31],
      [127, 127],
    ],
  ],
  ['print', [[32, 126]]],
  ['graph', [[33, 126]]],
  [
    'blank',
    [
      [9, 9],
      [32, 32],
    ],
  ],
  ['ascii', [[0, 127]]],
]);
