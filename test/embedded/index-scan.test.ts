import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { compileFilter } from '../../src/embedded/query/filter.ts';
import { compileSort } from '../../src/embedded/sort.ts';
import { Environment } from '../../src/embedded/storage/environment.ts';
import { Store } from '../../src/embedded/storage/store.ts';
import { parseIndexSpec } from '../../src/embedded/commands/index-spec.ts';
import { compileCollation } from '../../src/embedded/values/collation.ts';
import { decode } from '../../src/embedded/values/decode.ts';
import { encode } from '../../src/embedded/values/encode.ts';
import { compare } from '../../src/embedded/values/order.ts';
import {
  BsonDate,
  doc,
  int32,
  isDoc,
  MAX_KEY,
  MIN_KEY,
  ObjectId,
  Regex,
  type Doc,
  type Value,
} from '../../src/embedded/values/value.ts';
import { freshDirectory } from './support.ts';

// An index must never change an answer: whatever the documents, the index and the query, what is found by the index is what a scan of
// the whole collection finds, in an order that the sort allows.

const scalar: fc.Arbitrary<Value> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -2, max: 4 }).map(int32) },
  { weight: 2, arbitrary: fc.constantFrom<Value>(1, 2.5, -0, NaN, Infinity, -Infinity, 2n, 3n, 9007199254740993n) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Value>(
      '',
      'a',
      'A',
      'ab',
      'AB',
      'abc',
      'b',
      '工单',
      'a\0b',
      'x'.repeat(2_500),
      `${'x'.repeat(2_500)}y`,
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom<Value>(null, true, false, MIN_KEY, MAX_KEY) },
  { weight: 1, arbitrary: fc.constantFrom<Value>(new BsonDate(0n), new BsonDate(5n), new ObjectId('0'.repeat(24))) },
  { weight: 1, arbitrary: fc.constantFrom<Value>(new Regex('^a', ''), new Regex('b', '')) },
);
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 8, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: scalar.map((b): Value => doc(['b', b])) },
  {
    weight: 1,
    arbitrary: fc.array(
      scalar.map((b): Value => doc(['b', b])),
      { maxLength: 3 },
    ),
  },
  { weight: 1, arbitrary: fc.array(fc.array(scalar, { maxLength: 2 }), { maxLength: 2 }) },
);
/** For which `a` and `A` are equal. */
const ENGLISH = compileCollation(doc(['locale', 'en'], ['strength', int32(2)]));

const FIELDS = ['a', 'b', 'a.b', 'c'] as const;

const document: fc.Arbitrary<Doc> = fc
  .record({ a: value, b: value, c: scalar }, { requiredKeys: [] })
  .map((fields) => new Map(Object.entries(fields)));

const comparison: fc.Arbitrary<Value> = fc.oneof(
  value,
  fc.tuple(fc.constantFrom('$eq', '$gt', '$gte', '$lt', '$lte', '$ne'), value).map(([op, v]): Value => doc([op, v])),
  fc.array(value, { maxLength: 4 }).map((values): Value => doc(['$in', values])),
  fc.tuple(value, value).map(([low, high]): Value => doc(['$gte', low], ['$lt', high])),
  fc.boolean().map((exists): Value => doc(['$exists', exists])),
  fc.constantFrom('^a', '^ab', '^工', 'b').map((pattern): Value => doc(['$regex', pattern])),
);
const filter: fc.Arbitrary<Doc> = fc
  .array(fc.tuple(fc.constantFrom(...FIELDS), comparison), { maxLength: 3 })
  .map((conditions) => new Map(conditions));

const direction = fc.constantFrom(int32(1), int32(-1));
const keyPattern: fc.Arbitrary<Doc> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...FIELDS), direction), {
    minLength: 1,
    maxLength: 3,
    selector: ([field]) => field,
  })
  .map((fields) => new Map<string, Value>(fields));
const indexSpec: fc.Arbitrary<Doc> = fc
  .tuple(
    keyPattern,
    fc.constantFrom<[string, Value][]>(
      [],
      [],
      [['sparse', true]],
      [['collation', doc(['locale', 'en'], ['strength', int32(2)])]],
      [['partialFilterExpression', doc(['c', doc(['$gt', int32(0)])])]],
      [['partialFilterExpression', doc(['a', doc(['$exists', true])])]],
      [['partialFilterExpression', doc(['a', doc(['$gte', 'a'])])]],
    ),
  )
  .map(([key, options]) => doc(['key', key], ['name', 'i'], ...options));

it('gives with an index what it gives without', { timeout: 60_000 }, () => {
  const environment = new Environment({ directory: freshDirectory(), fsync: false });
  const store = new Store(environment, randomBytes);
  let round = 0;
  let withIndex = 0;
  fc.assert(
    fc.property(
      fc.array(document, { maxLength: 25 }),
      fc.array(indexSpec, { minLength: 1, maxLength: 2 }),
      fc.array(fc.tuple(filter, fc.option(keyPattern), fc.constantFrom(undefined, undefined, ENGLISH)), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.array(fc.tuple(fc.nat({ max: 24 }), document), { maxLength: 6 }),
      (documents, specs, queries, changes) => {
        const name = `c${round++}`;
        environment.atomically(() => fill(store, name, documents, specs, changes));
        const collection = store.catalogue.get('d', name);
        if (!collection) throw new Error('the collection is missing');
        try {
          for (const [query, sort, collation] of queries) {
            if (!isComparable(query)) continue;
            const compiled = compileFilter(query, { collation });
            const asked = { filter: compiled, sort: sort ?? undefined, collation };
            const plan = store.plan(collection, asked);
            if (plan.kind === 'index') withIndex++;
            const whole = { kind: 'collection', backwards: false, sorted: false } as const;
            const found = [...store.scan(collection, plan, compiled)].map(({ bytes }) => decode(bytes));
            const expected = [...store.scan(collection, whole, undefined)]
              .map(({ bytes }) => decode(bytes))
              .filter((d) => compiled.test(d));
            expect(ids(found).toSorted(byText)).toEqual(ids(expected).toSorted(byText));
            expect(store.count(collection, { ...asked, query })).toBe(expected.length);
            const order = sort && plan.sorted ? compileSort(sort, collation) : () => 0;
            const isInOrder = found.slice(1).every((next, k) => order(found[k] ?? next, next) <= 0);
            expect(isInOrder).toBe(true);
          }
        } finally {
          const there = store.catalogue.get('d', name);
          environment.atomically(() => there && store.catalogue.drop(there));
        }
        expect(environment.entries.getKeysCount({})).toBe(0);
        expect(environment.records.getKeysCount({})).toBe(0);
      },
    ),
    {
      numRuns: 600,
      examples: [
        // Counted by the index on `a` alone it would be one.
        [
          [doc(['a', int32(0)])],
          [doc(['key', doc(['a', int32(1)])], ['name', 'i'])],
          [[doc(['a', doc(['$eq', int32(0)])], ['b', doc(['$in', [new Regex('^a', '')]])]), null, undefined]],
          [],
        ],
      ],
    },
  );
  expect(withIndex).toBeGreaterThan(100);
});

/** Without what is refused: regular expressions as the end of a range, and nested arrays against an index over arrays. */
const isComparable = (query: Doc): boolean =>
  [...query.values()].every(
    (condition) =>
      !isDoc(condition) ||
      [...condition].every(
        ([operator, operand]) =>
          !/^\$(?:gte?|lte?|ne)$/u.test(operator) ||
          !(operand instanceof Regex || (Array.isArray(operand) && Array.isArray(operand[0]))),
      ),
  );

const byText = (a: string, b: string): number => (a < b ? -1 : 1);
const ids = (documents: readonly Doc[]): string[] => documents.map((d) => JSON.stringify(d.get('_id')));

/** Inserts, builds one index before and one after, then replaces and removes some. */
function fill(
  store: Store,
  name: string,
  documents: readonly Doc[],
  specs: readonly Doc[],
  changes: readonly [number, Doc][],
): void {
  const collection = store.ensure('d', name);
  const [first, second] = specs;
  if (first) store.catalogue.addIndex(collection, parseIndexSpec(first));
  for (const [i, fields] of documents.entries())
    attempt(() => {
      const stored: Doc = new Map<string, Value>([['_id', int32(i)], ...fields]);
      store.records.insert(collection, stored, encode(stored));
    });
  for (const [at, fields] of changes)
    attempt(() => {
      const found = [...store.scan(collection, { kind: 'collection', backwards: false, sorted: false }, undefined)][at];
      if (!found) return;
      const before = decode(found.bytes);
      if (fields.size === 0) {
        store.records.remove(collection, found.record, before);
        return;
      }
      const after: Doc = new Map<string, Value>([['_id', before.get('_id') ?? null], ...fields]);
      store.records.replace(collection, found.record, () => before, after, encode(after));
    });
  if (second && compare(second.get('key'), first?.get('key')) !== 0) {
    try {
      store.environment.atomically(() =>
        store.records.build(collection, store.catalogue.addIndex(collection, withName(second))),
      );
    } catch {
      // Parallel arrays: the index is refused and leaves nothing behind.
    }
  }
}

const withName = (spec: Doc): Doc => parseIndexSpec(new Map([...spec, ['name', 'second']]));

/** Parallel arrays are refused, and a refusal changes nothing. */
function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('parallel')) throw error;
  }
}
