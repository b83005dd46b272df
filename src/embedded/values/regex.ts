import { MongoError } from '../error.ts';
import { RegexMatcher, TooManySteps } from './regex-match.ts';
import type { RegexMatch } from './regex-match.ts';
import { InvalidPattern, RegexParser } from './regex-parse.ts';
import type { ParsedRegex, RegexNode } from './regex-parse.ts';

/** A regular expression that was checked and can be run. */
export interface CompiledRegex {
  /** Whether the text contains a match. */
  test(text: string): boolean;
  /** The first match from a position (in UTF-16 units) on. */
  exec(text: string, from: number): RegexMatch | undefined;
  /** What every matching string starts with; empty but for a case-sensitive pattern that is anchored at its start. */
  readonly prefix: string;
}

/** The code for patterns of queries; expressions have one of their own. Options that are not known are ignored. */
const QUERY = 51_091;

const cache = new Map<string, CompiledRegex>();

/**
 * Compiles a regular expression of PCRE's syntax.
 * @throws MongoError with `code` for an invalid one, 115 for what is not supported of PCRE
 */
export function compileRegex(pattern: string, options: string, code = QUERY): CompiledRegex {
  const key = `${code}/${options}/${pattern}`;
  const known = cache.get(key);
  if (known) return known;
  try {
    const compiled = build(new RegexParser(pattern, code === QUERY).parse(options));
    if (cache.size > 500) cache.clear();
    cache.set(key, compiled);
    return compiled;
  } catch (error) {
    if (error instanceof InvalidPattern) throw new MongoError(code, `Regular expression is invalid: ${error.message}`);
    throw error;
  }
}

function build(parsed: ParsedRegex): CompiledRegex {
  const matcher = new RegexMatcher(parsed);
  const exec = (text: string, from: number): RegexMatch | undefined => {
    try {
      return matcher.exec(text, from);
    } catch (error) {
      if (!(error instanceof TooManySteps)) throw error;
      throw new MongoError(51_156, 'Error occurred while executing the regular expression: it takes too many steps');
    }
  };
  const fast = nativeRegex(parsed.root);
  return {
    exec,
    test: (text) =>
      fast && text.length ** fast.degree <= MAX_NATIVE_WORK ? fast.regex.test(text) : exec(text, 0) !== undefined,
    prefix: prefixOf(parsed.root),
  };
}

/** JavaScript's own engine is faster but cannot be stopped: it runs what surely ends after about this many steps. */
const MAX_NATIVE_WORK = 2_000_000;

/** The same pattern for JavaScript's engine, if it is one that means the same there. `degree`: its time is text length to this power. */
function nativeRegex(root: RegexNode): { regex: RegExp; degree: number } | undefined {
  const folds = new Set<boolean>();
  const source = sourceOf(root, folds);
  const degree = degreeOf(root);
  if (source === undefined || degree === undefined || folds.size > 1) return undefined;
  return { regex: new RegExp(source, folds.has(true) ? 'iu' : 'u'), degree: degree + 1 };
}

/** How many unbounded repetitions can follow each other; `undefined` when they are nested. */
function degreeOf(node: RegexNode): number | undefined {
  switch (node.kind) {
    case 'set':
    case 'assert':
      return 0;
    case 'group':
      return degreeOf(node.item);
    case 'repeat': {
      const inner = degreeOf(node.item);
      const isBounded = node.max <= 3;
      if (inner === undefined || (inner > 0 && !(isBounded && node.max <= 1))) return undefined;
      return isBounded ? inner : 1;
    }
    case 'seq':
    case 'alt':
      return node.items
        .map((item) => degreeOf(item))
        .reduce((sum, degree) => (sum === undefined || degree === undefined ? undefined : sum + degree), 0);
    default:
      return undefined;
  }
}

const escapeCode = (code: number): string => `\\u{${code.toString(16)}}`;

const NATIVE_ASSERTIONS: Readonly<Record<string, string>> = {
  start: '^',
  end: '$',
  lastEnd: '(?=\\n?$)',
};

function sourceOf(node: RegexNode, folds: Set<boolean>): string | undefined {
  switch (node.kind) {
    case 'set': {
      const hasCase = node.fold && node.ranges.some(([low, high]) => high > 64 && low < 0x1_e944);
      if (hasCase || node.ranges.some(([low, high]) => high > 64 && high - low < 200)) folds.add(node.fold);
      const parts = node.ranges.map(([low, high]) => escapeCode(low) + (high > low ? `-${escapeCode(high)}` : ''));
      return `[${parts.join('')}]`;
    }
    case 'assert':
      return Object.hasOwn(NATIVE_ASSERTIONS, node.what) ? NATIVE_ASSERTIONS[node.what] : undefined;
    case 'group': {
      const item = sourceOf(node.item, folds);
      return item === undefined ? undefined : `(?:${item})`;
    }
    case 'repeat': {
      const item = sourceOf(node.item, folds);
      if (item === undefined || node.mode === 'possessive') return undefined;
      const max = Number.isFinite(node.max) ? node.max : '';
      return `(?:${item}){${node.min},${max}}${node.mode === 'lazy' ? '?' : ''}`;
    }
    case 'seq':
    case 'alt': {
      const parts = node.items.map((item) => sourceOf(item, folds));
      return parts.includes(undefined) ? undefined : `(?:${parts.join(node.kind === 'alt' ? '|' : '')})`;
    }
    default:
      return undefined;
  }
}

function prefixOf(root: RegexNode): string {
  if (root.kind !== 'seq') return '';
  const [first, ...rest] = root.items;
  if (first?.kind !== 'assert' || first.what !== 'start') return '';
  let prefix = '';
  for (const node of rest) {
    const [range, more] = node.kind === 'set' && !node.fold ? node.ranges : [];
    if (!range || more || range[0] !== range[1]) break;
    prefix += String.fromCodePoint(range[0]);
  }
  return prefix;
}
