import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSort, compileSortOrder, sortDocuments } from '../../src/embedded/sort.ts';
import { compare } from '../../src/embedded/values/order.ts';
import { doc, int32, UNDEFINED } from '../../src/embedded/values/value.ts';
import type { Doc, Value } from '../../src/embedded/values/value.ts';
import { documents } from './oracle.ts';

/** What a document sorts by on a field: the least or greatest element of an array, null for nothing. */
function keyOf(document: Doc, name: string, direction: 1 | -1): Value {
  const value = document.get(name) ?? null;
  if (!Array.isArray(value)) return value;
  if (value.length === 0) return UNDEFINED;
  return value.reduce((best, item) => (compare(item, best) * direction < 0 ? item : best));
}

describe('sorting against a plain oracle', () => {
  it('orders by one field, arrays by their least or greatest element, and keeps ties in place', () => {
    fc.assert(
      fc.property(fc.array(documents, { maxLength: 12 }), fc.constantFrom<1 | -1>(1, -1), (list, direction) => {
        const sorted = list.toSorted(compileSort(doc(['a', int32(direction)])));
        const expected = list
          .map((document, i) => ({ document, i, key: keyOf(document, 'a', direction) }))
          .toSorted((x, y) => compare(x.key, y.key) * direction || x.i - y.i)
          .map(({ document }) => document);
        expect(sorted).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('gives the first ones of the whole order when there is a limit', () => {
    const order = compileSortOrder(doc(['a', int32(1)], ['b', int32(-1)]));
    const rows = Array.from({ length: 5000 }, (_, i) =>
      doc(['a', (i * 7919) % 97], ['b', (i * 104_729) % 89], ['i', i]),
    );
    expect(sortDocuments(rows, order, 10)).toEqual(sortDocuments(rows, order).slice(0, 10));
  });

  it.each<[Doc, number]>([
    [doc(['a', 'asc']), 15_974],
    [doc(['a', int32(0)]), 15_975],
    [doc(['', int32(1)]), 40_352],
    [doc(['a.', int32(1)]), 40_353],
    [doc(['$a', int32(1)]), 16_410],
  ])('refuses %j', (spec, code) => {
    expect(() => compileSort(spec)).toThrow(expect.objectContaining({ code }));
  });

  it('refuses parallel arrays', () => {
    const order = compileSortOrder(doc(['a', int32(1)], ['b', int32(1)]));
    expect(() => order.valuesOf(doc(['a', [1]], ['b', [2]]))).toThrow(expect.objectContaining({ code: 2 }));
  });
});
