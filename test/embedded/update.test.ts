import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Scope } from '../../src/embedded/expression/scope.ts';
import { compileFilter } from '../../src/embedded/query/filter.ts';
import { compileUpdate } from '../../src/embedded/update/update.ts';
import { decode } from '../../src/embedded/values/decode.ts';
import { encode } from '../../src/embedded/values/encode.ts';
import { BsonDate, doc, int32, isDoc } from '../../src/embedded/values/value.ts';
import type { Doc, Value } from '../../src/embedded/values/value.ts';
import { documents, plain, scalars, values } from './oracle.ts';

const scope = new Scope({ now: new BsonDate(1_800_000_000_000n) });
const copy = (document: Doc): Doc => decode(encode(document));

function updated(update: Doc, document: Doc, positional?: number): Doc {
  return compileUpdate(update, { scope }).apply(copy(document), positional).document;
}

const fields = fc.constantFrom('a', 'b', '__proto__', 'constructor');

describe('updates against a plain oracle', () => {
  it('set and unset a field and touch nothing else', () => {
    fc.assert(
      fc.property(documents, fields, values, (document, name, value) => {
        const set = new Map(document).set(name, value);
        expect(updated(doc(['$set', doc([name, value])]), document)).toEqual(set);
        const without = new Map(document);
        without.delete(name);
        expect(updated(doc(['$unset', doc([name, true])]), document)).toEqual(without);
      }),
    );
  });

  it('set nested fields where the way is free, and say so where it is not', () => {
    fc.assert(
      fc.property(documents, fields, scalars, (document, name, value) => {
        const owner = document.get(name);
        const update = doc(['$set', doc([`${name}.x`, value])]);
        const isFree = owner === undefined || isDoc(owner);
        const attempt = (): Value | undefined => updated(update, document).get(name);
        const inner = new Map(isDoc(owner) ? owner : []).set('x', value);
        const outcome = isFree ? attempt() : errorOf(attempt);
        expect(outcome).toEqual(isFree ? inner : 28);
      }),
    );
  });

  it('push, add to a set, pull and pop', () => {
    const lists = fc.array(scalars, { maxLength: 5 });
    fc.assert(
      fc.property(lists, scalars, (list, value) => {
        const document = doc(['l', list]);
        const result = (update: Doc): Value | undefined => updated(update, document).get('l');
        const same = (item: Value): boolean => plain(item) === plain(value);
        expect(result(doc(['$push', doc(['l', value])]))).toEqual([...list, value]);
        expect(result(doc(['$addToSet', doc(['l', value])]))).toEqual(
          list.some((v) => same(v)) ? list : [...list, value],
        );
        expect(result(doc(['$pullAll', doc(['l', [value]])]))).toEqual(list.filter((item) => !same(item)));
        expect(result(doc(['$pop', doc(['l', int32(1)])]))).toEqual(list.slice(0, -1));
      }),
    );
  });

  it('push with position, sort and slice', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 6 });
    fc.assert(
      fc.property(numbers, numbers, fc.integer({ min: -4, max: 4 }), (list, each, slice) => {
        const clauses = doc(['$each', each], ['$sort', int32(-1)], ['$slice', int32(slice)]);
        const sorted = [...list, ...each].toSorted((a, b) => b - a);
        const expected = slice >= 0 ? sorted.slice(0, slice) : sorted.slice(slice);
        expect(updated(doc(['$push', doc(['l', clauses])]), doc(['l', list])).get('l')).toEqual(expected);
      }),
    );
  });

  it('count exactly and say when int64 is full', () => {
    const inc = (by: Value): Doc => doc(['$inc', doc(['n', by])]);
    expect(updated(inc(int32(1)), doc(['n', int32(2 ** 31 - 1)])).get('n')).toBe(2n ** 31n);
    expect(updated(inc(int32(1)), doc(['n', 2n ** 53n])).get('n')).toBe(2n ** 53n + 1n);
    expect(errorOf(() => updated(inc(int32(1)), doc(['n', 2n ** 63n - 1n])))).toBe(2);
    expect(errorOf(() => updated(inc(int32(1)), doc(['n', 'x'])))).toBe(14);
  });

  it('replace a document but not its _id', () => {
    const replacement = compileUpdate(doc(['b', 1]), { scope });
    expect(replacement.apply(doc(['_id', 7], ['a', 1]))).toEqual({
      document: doc(['_id', 7], ['b', 1]),
      isForced: true,
    });
    expect(errorOf(() => compileUpdate(doc(['_id', 8]), { scope }).apply(doc(['_id', 7])))).toBe(66);
  });

  it('change the element that the query found', () => {
    const rows = doc(['rows', [doc(['k', 1]), doc(['k', 2])]]);
    const match = compileFilter(doc(['rows.k', 2])).match(rows);
    expect(updated(doc(['$set', doc(['rows.$.v', 'x'])]), rows, match?.positional).get('rows')).toEqual([
      doc(['k', 1]),
      doc(['k', 2], ['v', 'x']),
    ]);
  });

  it('insert what the query and the update say', () => {
    const filter = compileFilter(doc(['b', 2], ['_id', 1], ['c', doc(['$gt', 5])]));
    const update = compileUpdate(doc(['$set', doc(['z', 1])], ['$setOnInsert', doc(['y', 2])]), { scope });
    expect([...update.upsert(filter)]).toEqual([
      ['_id', 1],
      ['b', 2],
      ['y', 2],
      ['z', 1],
    ]);
  });
});

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
  return undefined;
}
