import { notSupported } from '../error.ts';
import { CLASS_ESCAPES, invert, POSIX_CLASSES } from './regex-class.ts';
import type { Ranges } from './regex-class.ts';

/** A regular expression of PCRE as a tree. Characters are code points. */
export type RegexNode =
  | { readonly kind: 'set'; readonly ranges: Ranges; readonly fold: boolean }
  | { readonly kind: 'seq' | 'alt'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'group'; readonly index: number; readonly item: RegexNode }
  | {
      readonly kind: 'repeat';
      readonly item: RegexNode;
      readonly min: number;
      readonly max: number;
      readonly mode: 'greedy' | 'lazy' | 'possessive';
    }
  | { readonly kind: 'look'; readonly ahead: boolean; readonly negated: boolean; readonly item: RegexNode }
  | { readonly kind: 'atomic'; readonly item: RegexNode }
  | { readonly kind: 'back'; readonly group: number | string; readonly fold: boolean }
  | { readonly kind: 'assert'; readonly what: Assertion };

export type Assertion = 'start' | 'end' | 'lastEnd' | 'lineStart' | 'lineEnd' | 'word' | 'notWord';

export interface ParsedRegex {
  readonly root: RegexNode;
  /** How many groups capture. */
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

/** The pattern is no regular expression. */
export class InvalidPattern extends Error {}

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly x: boolean;
}

const NEWLINE: Ranges = [[10, 10]];
const EVERYTHING: Ranges = [[0, 0x10ffff]];
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, e: 27, a: 7 };
const ASSERTIONS: Readonly<Record<string, Assertion>> = { A: 'start', z: 'end', Z: 'lastEnd', b: 'word', B: 'notWord' };

/** Parses the dialect; what PCRE knows beyond it is refused with code 115. */
export class RegexParser {
  readonly #chars: readonly string[];
  #at = 0;
  #groups = 0;
  readonly #names = new Map<string, number>();
  #depth = 0;
  readonly #isWrapped: boolean;

  /** @param isWrapped whether the server puts the pattern into a group, as it does in queries */
  constructor(pattern: string, isWrapped: boolean) {
    this.#isWrapped = isWrapped;
    this.#chars = Array.from(pattern);
  }

  /** @throws InvalidPattern, MongoError 115 */
  parse(options: string): ParsedRegex {
    const has = (flag: string): boolean => options.includes(flag);
    const root = this.#alternatives({ i: has('i'), m: has('m'), s: has('s'), x: has('x') });
    if (this.#at < this.#chars.length) throw new InvalidPattern('unmatched parentheses');
    return { root, groups: this.#groups, names: this.#names };
  }

  #peek(offset = 0): string {
    return this.#chars[this.#at + offset] ?? '';
  }

  #next(): string {
    return this.#chars[this.#at++] ?? '';
  }

  #accept(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.#peek(i) !== text[i]) return false;
    this.#at += text.length;
    return true;
  }

  #until(end: string): string {
    let text = '';
    while (this.#peek() !== end) {
      if (this.#at >= this.#chars.length) throw new InvalidPattern(`missing ${end}`);
      text += this.#next();
    }
    this.#at++;
    return text;
  }

  #alternatives(flags: Flags): RegexNode {
    if (++this.#depth > 200) throw new InvalidPattern('parentheses are too deeply nested');
    const options: RegexNode[] = [];
    let current: RegexNode[] = [];
    let active = flags;
    while (this.#at < this.#chars.length && this.#peek() !== ')') {
      if (this.#accept('|')) {
        options.push({ kind: 'seq', items: current });
        current = [];
        continue;
      }
      const setting = this.#inlineFlags(active);
      if (setting) {
        active = setting;
        continue;
      }
      const node = this.#term(active);
      if (node) current.push(node);
    }
    this.#depth--;
    const last: RegexNode = { kind: 'seq', items: current };
    return options.length === 0 ? last : { kind: 'alt', items: [...options, last] };
  }

  /** `(?i)` and its like hold until the end of the group. */
  #inlineFlags(flags: Flags): Flags | undefined {
    if (this.#peek() !== '(' || this.#peek(1) !== '?') return undefined;
    const match = /^\(\?([imsx]*)(?:-([imsx]*))?\)/u.exec(this.#chars.slice(this.#at, this.#at + 14).join(''));
    if (!match || match[0] === '(?)') return undefined;
    this.#at += match[0].length;
    return changed(flags, match[1] ?? '', match[2] ?? '');
  }

  #term(flags: Flags): RegexNode | undefined {
    if (flags.x && this.#skipBlank()) return undefined;
    if (this.#accept('(?#')) {
      this.#until(')');
      return undefined;
    }
    if (this.#accept('\\Q')) return this.#quoted(flags);
    const atom = this.#atom(flags);
    if (flags.x) while (this.#skipBlank());
    return this.#quantified(atom);
  }

  /** Skips white space or a comment of the extended syntax. */
  #skipBlank(): boolean {
    if (/^\s$/u.test(this.#peek())) {
      this.#at++;
      return true;
    }
    if (this.#peek() !== '#') return false;
    while (this.#peek() !== '\n') {
      if (this.#at >= this.#chars.length) {
        // Such a comment swallows the group's end.
        if (this.#isWrapped) throw new InvalidPattern('missing )');
        return true;
      }
      this.#at++;
    }
    this.#at++;
    return true;
  }

  #quoted(flags: Flags): RegexNode {
    const items: RegexNode[] = [];
    while (this.#at < this.#chars.length && !this.#accept('\\E')) items.push(char(this.#next(), flags));
    return { kind: 'seq', items };
  }

  #quantified(atom: RegexNode): RegexNode {
    let node = atom;
    for (;;) {
      const range = this.#quantifier();
      if (!range) return node;
      if (node.kind === 'assert' && range[1] > 1) node = { kind: 'seq', items: [node] };
      const mode = this.#accept('?') ? 'lazy' : this.#accept('+') ? 'possessive' : 'greedy';
      node = { kind: 'repeat', item: node, min: range[0], max: range[1], mode };
    }
  }

  #quantifier(): [min: number, max: number] | undefined {
    if (this.#accept('*')) return [0, Infinity];
    if (this.#accept('+')) return [1, Infinity];
    if (this.#accept('?')) return [0, 1];
    const match = /^\{(\d{1,5})(?:(,)(\d{1,5})?)?\}/u.exec(this.#chars.slice(this.#at, this.#at + 14).join(''));
    if (!match) return undefined;
    this.#at += match[0].length;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] === undefined ? Infinity : Number(match[3]);
    if (min > 65_535 || (Number.isFinite(max) && max > 65_535))
      throw new InvalidPattern('number too big in {} quantifier');
    if (max < min) throw new InvalidPattern('numbers out of order in {} quantifier');
    return [min, max];
  }

  #atom(flags: Flags): RegexNode {
    const c = this.#next();
    switch (c) {
      case '^':
        return { kind: 'assert', what: flags.m ? 'lineStart' : 'start' };
      case '$':
        return { kind: 'assert', what: flags.m ? 'lineEnd' : 'lastEnd' };
      case '.':
        return { kind: 'set', ranges: flags.s ? EVERYTHING : invert(NEWLINE), fold: false };
      case '[':
        return this.#class(flags);
      case '(':
        return this.#group(flags);
      case '\\':
        return this.#escape(flags);
      case '*':
      case '+':
      case '?':
        throw new InvalidPattern('nothing to repeat');
      default:
        return char(c, flags);
    }
  }

  #group(flags: Flags): RegexNode {
    if (this.#peek() === '*') throw notSupported('the regular expression verb (*...)');
    if (!this.#accept('?')) return this.#capture(flags, undefined);
    if (this.#accept('P=')) return { kind: 'back', group: this.#until(')'), fold: flags.i };
    if (this.#accept('P<')) return this.#capture(flags, this.#until('>'));
    if (this.#accept("'")) return this.#capture(flags, this.#until("'"));
    if (this.#accept('=')) return this.#look(flags, true, false);
    if (this.#accept('!')) return this.#look(flags, true, true);
    if (this.#accept('<=')) return this.#look(flags, false, false);
    if (this.#accept('<!')) return this.#look(flags, false, true);
    if (this.#accept('<')) return this.#capture(flags, this.#until('>'));
    if (this.#accept('>')) return { kind: 'atomic', item: this.#closed(flags) };
    const match = /^([imsx]*)(?:-([imsx]*))?:/u.exec(this.#chars.slice(this.#at, this.#at + 14).join(''));
    if (match) {
      this.#at += match[0].length;
      return this.#closed(changed(flags, match[1] ?? '', match[2] ?? ''));
    }
    if (/[\dR&|(+\-PC]/u.test(this.#peek())) throw notSupported('recursion or a condition in a regular expression');
    throw new InvalidPattern('unrecognized character after (?');
  }

  #closed(flags: Flags): RegexNode {
    const item = this.#alternatives(flags);
    if (!this.#accept(')')) throw new InvalidPattern('missing )');
    return item;
  }

  #capture(flags: Flags, name: string | undefined): RegexNode {
    const index = ++this.#groups;
    if (name !== undefined) {
      if (!/^[A-Za-z_]\w*$/u.test(name)) throw new InvalidPattern('subpattern name expected');
      if (this.#names.has(name)) throw new InvalidPattern('two named subpatterns have the same name');
      this.#names.set(name, index);
    }
    return { kind: 'group', index, item: this.#closed(flags) };
  }

  #look(flags: Flags, ahead: boolean, negated: boolean): RegexNode {
    const item = this.#closed(flags);
    if (!ahead && branchesOf(item).some((branch) => widthOf(branch) === undefined)) {
      throw new InvalidPattern('lookbehind assertion is not fixed length');
    }
    return { kind: 'look', ahead, negated, item };
  }

  #escape(flags: Flags): RegexNode {
    const c = this.#next();
    if (c === '') throw new InvalidPattern('\\ at end of pattern');
    const assertion = Object.hasOwn(ASSERTIONS, c) ? ASSERTIONS[c] : undefined;
    if (assertion) return { kind: 'assert', what: assertion };
    const ranges = CLASS_ESCAPES.get(c);
    if (ranges) return { kind: 'set', ranges, fold: false };
    if (/[1-9]/u.test(c)) {
      const digits = c + (/\d/u.test(this.#peek()) ? this.#next() : '');
      return { kind: 'back', group: Number(digits), fold: flags.i };
    }
    if (c === 'k' || c === 'g') return this.#reference(c, flags);
    if ('pPXCKGR'.includes(c)) throw notSupported(`\\${c} in a regular expression`);
    return single(this.#escapedCode(c), flags);
  }

  #reference(c: string, flags: Flags): RegexNode {
    const open = this.#next();
    const close = { '<': '>', "'": "'", '{': '}' }[open];
    if (close === undefined) throw notSupported(`\\${c} without a name in a regular expression`);
    const name = this.#until(close);
    if (/^-|^\+/u.test(name)) throw notSupported('relative references in a regular expression');
    return { kind: 'back', group: /^\d+$/u.test(name) ? Number(name) : name, fold: flags.i };
  }

  /** The character of an escape that stands for one. */
  #escapedCode(c: string): number {
    const control = Object.hasOwn(CONTROLS, c) ? CONTROLS[c] : undefined;
    if (control !== undefined) return control;
    if (c === 'x') {
      const hex = this.#accept('{') ? this.#until('}') : this.#hexPair();
      const code = Number.parseInt(hex === '' ? '0' : hex, 16);
      if (Number.isNaN(code) || code > 0x10ffff)
        throw new InvalidPattern('character value in \\x{...} sequence is too large');
      return code;
    }
    if (c === '0') {
      let digits = '';
      while (digits.length < 2 && /[0-7]/u.test(this.#peek())) digits += this.#next();
      return Number.parseInt(`0${digits}`, 8);
    }
    if (c === 'c') return (this.#next().toUpperCase().codePointAt(0) ?? 0) ^ 64;
    if (/[A-Za-z]/u.test(c)) throw new InvalidPattern(`unrecognized escape \\${c}`);
    return c.codePointAt(0) ?? 0;
  }

  #hexPair(): string {
    let hex = '';
    while (hex.length < 2 && /[\da-f]/iu.test(this.#peek())) hex += this.#next();
    return hex;
  }

  #class(flags: Flags): RegexNode {
    const negated = this.#accept('^');
    const ranges: (readonly [number, number])[] = [];
    let isFirst = true;
    for (;;) {
      if (this.#at >= this.#chars.length) throw new InvalidPattern('missing terminating ] for character class');
      if (!isFirst && this.#accept(']')) break;
      isFirst = false;
      const low = this.#classItem();
      if (typeof low !== 'number') {
        ranges.push(...low);
        continue;
      }
      let high: number | Ranges = low;
      if (this.#peek() === '-' && this.#peek(1) !== ']' && this.#peek(1) !== '') {
        this.#at++;
        high = this.#classItem();
      }
      if (typeof high !== 'number') ranges.push([low, low], [45, 45], ...high);
      else if (high < low) throw new InvalidPattern('range out of order in character class');
      else ranges.push([low, high]);
    }
    return { kind: 'set', ranges: negated ? invert(ranges, flags.i) : ranges, fold: flags.i && !negated };
  }

  #classItem(): number | Ranges {
    const posix = /^\[:(\^?)([a-z]+):\]/u.exec(this.#chars.slice(this.#at, this.#at + 14).join(''));
    if (posix) {
      const named = POSIX_CLASSES.get(posix[2] ?? '');
      if (!named) throw new InvalidPattern('unknown POSIX class name');
      this.#at += posix[0].length;
      return posix[1] === '^' ? invert(named) : named;
    }
    const c = this.#next();
    if (c !== '\\') return c.codePointAt(0) ?? 0;
    const escaped = this.#next();
    if (escaped === '') throw new InvalidPattern('\\ at end of pattern');
    if (escaped === 'b') return 8;
    if (/[1-7]/u.test(escaped)) {
      let digits = escaped;
      while (digits.length < 3 && /[0-7]/u.test(this.#peek())) digits += this.#next();
      return Number.parseInt(digits, 8);
    }
    if ('pPQE'.includes(escaped)) throw notSupported(`\\${escaped} in a character class`);
    return CLASS_ESCAPES.get(escaped) ?? this.#escapedCode(escaped);
  }
}

function changed(flags: Flags, on: string, off: string): Flags {
  const flag = (name: 'i' | 'm' | 's' | 'x'): boolean => (flags[name] || on.includes(name)) && !off.includes(name);
  return { i: flag('i'), m: flag('m'), s: flag('s'), x: flag('x') };
}

const single = (code: number, flags: Flags): RegexNode => ({ kind: 'set', ranges: [[code, code]], fold: flags.i });
const char = (c: string, flags: Flags): RegexNode => single(c.codePointAt(0) ?? 0, flags);

/** The alternatives of a lookbehind, which may differ in length. */
export const branchesOf = (node: RegexNode): readonly RegexNode[] => (node.kind === 'alt' ? node.items : [node]);

/** How many characters a node matches, if it is always the same number. */
export function widthOf(node: RegexNode): number | undefined {
  switch (node.kind) {
    case 'set':
      return 1;
    case 'assert':
    case 'look':
      return 0;
    case 'back':
      return undefined;
    case 'group':
    case 'atomic':
      return widthOf(node.item);
    case 'repeat': {
      const width = widthOf(node.item);
      return node.min === node.max && width !== undefined ? width * node.min : undefined;
    }
    case 'seq':
    case 'alt': {
      const widths = node.items.map((item) => widthOf(item));
      if (node.kind === 'alt') return widths.every((width) => width === widths[0]) ? widths[0] : undefined;
      return widths.reduce((sum, width) => (sum === undefined || width === undefined ? undefined : sum + width), 0);
    }
  }
}
