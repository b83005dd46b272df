import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/embedded/expression/expression.ts';
import { Scope } from '../../src/embedded/expression/scope.ts';
import { compilePipeline } from '../../src/embedded/pipeline/pipeline.ts';
import { formatIso } from '../../src/embedded/values/calendar.ts';
import { BsonDate, doc, int32, isDoc } from '../../src/embedded/values/value.ts';
import type { Doc, Value } from '../../src/embedded/values/value.ts';

/** Plain objects read better here than documents; `Date` stands for a date, a number for a double. */
type Plain = string | number | bigint | boolean | null | Date | readonly Plain[] | { readonly [name: string]: Plain };

function value(plain: Plain): Value {
  if (plain instanceof Date) return new BsonDate(BigInt(plain.getTime()));
  if (Array.isArray(plain)) return plain.map((item) => value(item));
  if (plain !== null && typeof plain === 'object') {
    return new Map(Object.entries(plain).map(([name, item]) => [name, value(item)]));
  }
  return typeof plain === 'number' && Number.isInteger(plain) ? int32(plain) : plain;
}

function evaluate(expression: Plain, root: Doc = new Map()): Value | undefined {
  const scope = new Scope({ now: new BsonDate(0n) });
  return compileExpression(value(expression), scope).evaluate(scope.environment(root));
}

/** A date as text, anything else as it is. */
const shown = (v: Value | undefined): unknown => (v instanceof BsonDate ? formatIso(v) : v);

const at = (text: string): Date => new Date(text);

describe('$dateTrunc, as documented', () => {
  it.each<[string, Plain, string]>([
    [
      'day in Shanghai',
      { date: at('2026-01-01T17:00:00Z'), unit: 'day', timezone: 'Asia/Shanghai' },
      '2026-01-01T16:00:00.000Z',
    ],
    ['hour', { date: at('2021-03-20T11:30:05Z'), unit: 'hour' }, '2021-03-20T11:00:00.000Z'],
    ['two hours', { date: at('2021-03-20T11:30:05Z'), unit: 'hour', binSize: 2 }, '2021-03-20T10:00:00.000Z'],
    [
      'five hours, counted from 2000',
      { date: at('2021-03-20T11:30:05Z'), unit: 'hour', binSize: 5 },
      '2021-03-20T09:00:00.000Z',
    ],
    ['week', { date: at('2021-03-20T11:30:05Z'), unit: 'week' }, '2021-03-14T00:00:00.000Z'],
    [
      'week from Monday',
      { date: at('2021-03-20T11:30:05Z'), unit: 'week', startOfWeek: 'Monday' },
      '2021-03-15T00:00:00.000Z',
    ],
    [
      'two weeks from Monday',
      {
        date: at('2021-03-20T11:30:05Z'),
        unit: 'week',
        binSize: 2,
        timezone: 'America/Los_Angeles',
        startOfWeek: 'Monday',
      },
      '2021-03-15T07:00:00.000Z',
    ],
    [
      'month in a zone',
      { date: at('2021-03-20T11:30:05Z'), unit: 'month', timezone: 'America/New_York' },
      '2021-03-01T05:00:00.000Z',
    ],
    ['quarter', { date: at('2021-11-20T11:30:05Z'), unit: 'quarter' }, '2021-10-01T00:00:00.000Z'],
    [
      'five years before 2000',
      { date: at('1998-06-01T00:00:00Z'), unit: 'year', binSize: 5 },
      '1995-01-01T00:00:00.000Z',
    ],
    [
      'day of the clock change',
      { date: at('2021-03-14T12:00:00Z'), unit: 'day', timezone: 'America/New_York' },
      '2021-03-14T05:00:00.000Z',
    ],
  ])('%s', (_, spec, expected) => {
    expect(shown(evaluate({ $dateTrunc: spec }))).toBe(expected);
  });

  it('gives null for null and says what is wrong', () => {
    expect(evaluate({ $dateTrunc: { date: null, unit: 'day' } })).toBeNull();
    expect(() => evaluate({ $dateTrunc: { date: at('2021-01-01'), unit: 'days' } })).toThrow(
      expect.objectContaining({ code: 9 }),
    );
    expect(() => evaluate({ $dateTrunc: { date: 'x', unit: 'day' } })).toThrow(
      expect.objectContaining({ code: 5_439_012 }),
    );
  });
});

describe('fields with dots and dollars', () => {
  const root = doc(['a.b', 1], ['$c', 2], ['__proto__', 3]);

  it('are read by $getField', () => {
    expect(evaluate({ $getField: 'a.b' }, root)).toBe(1);
    expect(evaluate({ $getField: { $literal: '$c' } }, root)).toBe(2);
    expect(evaluate({ $getField: '__proto__' }, root)).toBe(3);
    expect(evaluate({ $getField: 'none' }, root)).toBeUndefined();
  });

  it('are set and removed by $setField and $unsetField', () => {
    const set = evaluate({ $setField: { field: 'a.b', input: '$$ROOT', value: 'x' } }, root);
    expect(isDoc(set) ? set.get('a.b') : undefined).toBe('x');
    const unset = evaluate({ $unsetField: { field: { $literal: '$c' }, input: '$$ROOT' } }, root);
    expect(isDoc(unset) ? [...unset.keys()] : []).toEqual(['a.b', '__proto__']);
  });
});

describe('lists', () => {
  it('are sorted by $sortArray', () => {
    expect(evaluate({ $sortArray: { input: [3, 1, 2], sortBy: -1 } })).toEqual([3, 2, 1].map((n) => int32(n)));
    const rows = [
      { n: 2, k: 'a' },
      { n: 1, k: 'b' },
    ];
    expect(evaluate({ $sortArray: { input: rows, sortBy: { n: 1 } } })).toEqual(
      [rows[1], rows[0]].map((row) => value(row ?? null)),
    );
  });

  it('give their first, last, least and greatest elements', () => {
    const of = (name: string): Value | undefined => evaluate({ [name]: { input: [3, 1, null, 2], n: 2 } });
    expect(of('$firstN')).toEqual([int32(3), int32(1)]);
    expect(of('$lastN')).toEqual([null, int32(2)]);
    expect(of('$minN')).toEqual([int32(1), int32(2)]);
    expect(of('$maxN')).toEqual([int32(3), int32(2)]);
  });
});

describe('ranked accumulators', () => {
  const rows = [
    [1, 'a', 5],
    [1, 'b', 7],
    [1, 'c', 6],
    [2, 'd', null],
  ].map(([g, name, score]) =>
    doc(
      ['g', Number(g)],
      ['name', String(name)],
      ...(score === null ? [] : [['score', Number(score)] as [string, Value]]),
    ),
  );

  const grouped = (accumulator: Plain): (Value | undefined)[] => {
    const stages = [value({ $group: { _id: '$g', r: accumulator } })];
    const pipeline = compilePipeline(stages, new Scope(), () => []);
    return Array.from(pipeline.run(rows), (group) => group.get('r'));
  };

  it.each<[string, Plain, Value[]]>([
    ['$top', { $top: { sortBy: { score: -1 }, output: '$name' } }, ['b', 'd']],
    ['$topN', { $topN: { n: 2, sortBy: { score: -1 }, output: '$name' } }, [['b', 'c'], ['d']]],
    ['$bottom', { $bottom: { sortBy: { score: -1 }, output: '$name' } }, ['a', 'd']],
    ['$bottomN', { $bottomN: { n: 2, sortBy: { score: -1 }, output: '$name' } }, [['c', 'a'], ['d']]],
    ['$firstN', { $firstN: { n: 2, input: '$score' } }, [[5, 7], [null]]],
    ['$lastN', { $lastN: { n: 2, input: '$name' } }, [['b', 'c'], ['d']]],
    ['$minN', { $minN: { n: 2, input: '$score' } }, [[5, 6], []]],
    ['$maxN', { $maxN: { n: 1, input: '$score' } }, [[7], []]],
  ])('%s', (_, accumulator, expected) => {
    expect(grouped(accumulator)).toEqual(expected);
  });
});

describe('what is not supported', () => {
  it.each<[Plain, number]>([
    [{ $sin: 1 }, 115],
    [{ $function: {} }, 115],
    [{ $median: {} }, 115],
    [{ $nope: 1 }, 168],
    ['$$nope', 17_276],
    [{ $toDate: 'next tuesday' }, 115],
  ])('%j is refused', (expression, code) => {
    expect(() => evaluate(expression)).toThrow(expect.objectContaining({ code }));
  });

  it.each<[Plain, number]>([
    [{ $setWindowFields: {} }, 115],
    [{ $graphLookup: {} }, 115],
    [{ $changeStream: {} }, 40_573],
    [{ $nope: {} }, 40_324],
    [{ $match: { $where: 'true' } }, 115],
    [{ $match: { $text: { $search: 'x' } } }, 115],
    [{ $group: { _id: null, m: { $median: {} } } }, 115],
  ])('the stage %j is refused', (stage, code) => {
    expect(() => compilePipeline([value(stage)], new Scope(), () => [])).toThrow(expect.objectContaining({ code }));
  });
});
