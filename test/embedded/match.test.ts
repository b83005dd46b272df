import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../src/embedded/query/filter.ts';
import { encode } from '../../src/embedded/values/encode.ts';
import { parseDecimal } from '../../src/embedded/values/decimal.ts';
import { compileRegex } from '../../src/embedded/values/regex.ts';
import { doc, int32, isDoc, Regex } from '../../src/embedded/values/value.ts';
import type { Doc, Value } from '../../src/embedded/values/value.ts';
import { documents, paths, plain, reach, values } from './oracle.ts';

const matches = (filter: Doc, document: Doc): boolean => compileFilter(filter).test(document);

/** Equality as a query means it, written down a second time. */
const equals = (found: Value | undefined, wanted: Value): boolean =>
  wanted === null ? found === undefined || found === null : plain(found) === plain(wanted);

const numberOf = (v: Value | undefined): number | undefined => {
  const text = plain(v);
  return text.startsWith('n:') ? Number(text.slice(2)) : undefined;
};

const isOperator = (v: Value): boolean => isDoc(v) && (v.keys().next().value ?? '').startsWith('$');

describe('a filter against a plain oracle', () => {
  it('finds equal values', () => {
    fc.assert(
      fc.property(documents, paths, values, (document, path, value) => {
        fc.pre(!isOperator(value));
        const expected = reach(document, path.split('.')).some((found) => equals(found, value));
        expect(matches(doc([path, value]), document)).toBe(expected);
        expect(matches(doc([path, doc(['$ne', value])]), document)).toBe(!expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds any of a list', () => {
    fc.assert(
      fc.property(documents, paths, fc.array(values, { maxLength: 3 }), (document, path, list) => {
        fc.pre(!list.some((v) => isOperator(v)));
        const expected = reach(document, path.split('.')).some((found) => list.some((value) => equals(found, value)));
        expect(matches(doc([path, doc(['$in', list])]), document)).toBe(expected);
        expect(matches(doc([path, doc(['$nin', list])]), document)).toBe(!expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('compares numbers with numbers only', () => {
    fc.assert(
      fc.property(documents, paths, fc.integer({ min: -1, max: 5 }), (document, path, n) => {
        const numbers = reach(document, path.split('.')).map((found) => numberOf(found));
        expect(matches(doc([path, doc(['$gt', int32(n)])]), document)).toBe(
          numbers.some((x) => x !== undefined && x > n),
        );
        expect(matches(doc([path, doc(['$lte', n])]), document)).toBe(numbers.some((x) => x !== undefined && x <= n));
      }),
      { numRuns: 1000 },
    );
  });

  it('tells existing fields from missing ones', () => {
    fc.assert(
      fc.property(documents, paths, (document, path) => {
        const exists = reach(document, path.split('.')).some((found) => found !== undefined);
        expect(matches(doc([path, doc(['$exists', true])]), document)).toBe(exists);
        expect(matches(doc([path, doc(['$exists', false])]), document)).toBe(!exists);
      }),
      { numRuns: 1000 },
    );
  });

  it('combines conditions', () => {
    fc.assert(
      fc.property(documents, paths, paths, values, values, (document, p, q, v, w) => {
        fc.pre(!isOperator(v) && !isOperator(w));
        const [first, second] = [doc([p, v]), doc([q, w])];
        const [a, b] = [matches(first, document), matches(second, document)];
        expect(matches(doc(['$and', [first, second]]), document)).toBe(a && b);
        expect(matches(doc(['$or', [first, second]]), document)).toBe(a || b);
        expect(matches(doc(['$nor', [first, second]]), document)).toBe(!a && !b);
      }),
      { numRuns: 1000 },
    );
  });

  it('decides on the bytes as it does on the document', () => {
    fc.assert(
      fc.property(documents, paths, paths, values, values, (document, p, q, v, w) => {
        fc.pre(!isOperator(v) && !isOperator(w));
        const filter = compileFilter(doc(['$or', [doc([p, v]), doc([q, doc(['$gte', w])])]], [q, doc(['$ne', v])]));
        expect(filter.testRaw(encode(document))).toBe(filter.test(document));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('numbers at the edges', () => {
  const decimal = parseDecimal('9007199254740993') ?? null;
  it.each<[string, Value, Value, boolean]>([
    ['an int64 beyond 2^53 and its neighbour', 2n ** 53n + 1n, 2 ** 53, false],
    ['an int64 and a decimal', 2n ** 53n + 1n, decimal, true],
    ['minus zero and zero', -0, int32(0), true],
    ['NaN and NaN', NaN, parseDecimal('NaN') ?? null, true],
  ])('%s', (_, stored, wanted, expected) => {
    expect(matches(doc(['v', wanted]), doc(['v', stored]))).toBe(expected);
  });

  it('searches an array of 100 000 elements', () => {
    const array = Array.from({ length: 100_000 }, (_, i): Value => int32(i));
    const document = doc(['v', array]);
    const filter = compileFilter(doc(['v', int32(99_999)]));
    expect(filter.match(document)).toEqual({ positional: 99_999 });
    expect(filter.testRaw(encode(document))).toBe(true);
  });
});

/** Where a match begins and what it is; what groups keep over repetitions differs. */
const matchOf = (found: RegExpExecArray): unknown => expect.objectContaining({ index: found.index, text: found[0] });

describe('regular expressions', () => {
  const finds = (pattern: string, text: string, options = ''): boolean =>
    matches(doc(['v', new Regex(pattern, options)]), doc(['v', text]));

  it.each<[string, string, boolean, string?]>([
    ['^a$', 'a\n', true],
    ['(?>a)$', 'a\n', true],
    ['(?>a)\\z', 'a\n', false],
    ['^a\\z', 'a\n', false],
    ['a.c', 'a\u{1f600}c', true],
    ['a.c', 'a\u2028c', true],
    ['(?i)STRASSE', 'strasse', true],
    ['k', '\u212a', true, 'i'],
    ['(a)(?:b|c)\\1', 'aca', true],
    ['(?>a+)ab', 'aaab', false],
    ['a++ab', 'aaab', false],
    ['(?<=\\d{2})x', '12x', true],
    ['^b', 'a\nb', true, 'm'],
    ['[[:alpha:]]+\\d', '\u00e91', false],
    ['\\x{5de5}\\x{5355}', '\u5de5\u5355', true],
    [' a b # rest\n', 'ab', true, 'x'],
  ])('%s in %j', (pattern, text, expected, options) => {
    expect(finds(pattern, text, options)).toBe(expected);
  });

  it.each(['(a+)+$', '(a|aa)+$', '(.*)*b', '^(([a-z])+.)+[A-Z]([a-z])+$'])('%s does not run for ever', (pattern) => {
    const text = `${'a'.repeat(5000)}!`;
    expect(() => finds(pattern, text)).toThrow(expect.objectContaining({ code: 51_156 }));
  });

  it.each(['(', 'a)', '[z-a]', '*a', 'a{2,1}', '(?<=a+)b', '\\'])('refuses %s', (pattern) => {
    expect(() => finds(pattern, 'a')).toThrow(expect.objectContaining({ code: 51_091 }));
  });

  it('agrees with JavaScript where the two mean the same', () => {
    const atoms = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', 'a?', 'b*', 'a+', '(?:ab)+', 'a{2}', '(a|b)');
    const pattern = fc.array(atoms, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', '1', 'c'), maxLength: 8 }), (source, text) => {
        const regex = compileRegex(source, '');
        expect(regex.test(text)).toBe(new RegExp(source, 'u').test(text));
        const native = new RegExp(source, 'u').exec(text);
        expect(regex.exec(text, 0)).toEqual(native ? matchOf(native) : undefined);
      }),
      { numRuns: 1000 },
    );
  });
});
