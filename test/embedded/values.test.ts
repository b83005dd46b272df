import * as bson from 'bson';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, readPath } from '../../src/embedded/values/decode.ts';
import { formatDecimal, parseDecimal } from '../../src/embedded/values/decimal.ts';
import { encode } from '../../src/embedded/values/encode.ts';
import { encodeKey } from '../../src/embedded/values/key.ts';
import { compare } from '../../src/embedded/values/order.ts';
import { indexKeys } from '../../src/embedded/values/path.ts';
import {
  BsonDate,
  Decimal,
  doc,
  int32,
  MAX_KEY,
  MIN_KEY,
  ObjectId,
  UNDEFINED,
} from '../../src/embedded/values/value.ts';
import type { Value } from '../../src/embedded/values/value.ts';

const decimalOf = (text: string): Decimal => {
  const d = parseDecimal(text);
  if (!d) throw new Error(text);
  return d;
};

const numbers = fc.oneof(
  fc.double(),
  fc.integer({ min: -300, max: 300 }).map((n): Value => n),
  fc.integer().map(int32),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.integer({ min: -3, max: 3 }).map((n) => 2n ** 53n + BigInt(n)),
  fc
    .tuple(fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }), fc.integer({ min: -40, max: 40 }))
    .map(([c, e]) => new Decimal('finite', c < 0n, c < 0n ? -c : c, e)),
  fc.double().map((n) => decimalOf(String(n))),
  fc.constantFrom('NaN', 'Infinity', '-Infinity', '1E-6176', '-1E-6176', '9E+6144').map(decimalOf),
);
const leaves: fc.Arbitrary<Value> = fc.oneof(
  numbers,
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom<Value>(null, true, false, UNDEFINED, MIN_KEY, MAX_KEY, 'a', 'a\0', 'a\0b', '\u{ffff}', '\u{10000}'),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => new BsonDate(n)),
  fc.constantFrom('000000000000000000000000', 'ffffffffffffffffffffffff').map((hex) => new ObjectId(hex)),
);
const { tree } = fc.letrec<{ tree: Value }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaves,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b', '1', '__proto__', 'constructor'), tie('tree')), { maxLength: 3 })
      .map((fields) => doc(...fields)),
  ),
}));

/** What the function throws, or a stand-in when the bytes happen to be valid. */
function failure(run: () => void): unknown {
  try {
    run();
    return { name: 'MongoError' };
  } catch (error) {
    return error;
  }
}

describe('BSON', () => {
  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const input = doc(['v', value]);
        expect(decode(encode(input))).toEqual(input);
      }),
    );
  });

  it('agrees with the bson package byte by byte', () => {
    const source = {
      a: 1.5,
      b: new bson.Int32(3),
      c: bson.Long.fromString('9007199254740993'),
      d: bson.Decimal128.fromString('-1.20E-7'),
      e: [null, true, { ['__proto__x']: 'é' }],
      f: new bson.ObjectId('0123456789abcdef01234567'),
      g: new bson.Binary(new Uint8Array([1, 2]), 4),
      h: new bson.Timestamp({ t: 4_000_000_000, i: 1 }),
      i: new bson.BSONRegExp('a.b', 'i'),
      j: new bson.Code('x'),
      k: new bson.Code('x', { y: new bson.Int32(1) }),
      l: new bson.MinKey(),
      m: new Date(-5),
    };
    const bytes = bson.serialize(source);
    expect(Buffer.from(encode(decode(bytes)))).toEqual(Buffer.from(bytes));
  });

  it.each([
    ['too short', [4, 0, 0, 0]],
    ['length that lies', [9, 0, 0, 0, 0x0a, 97, 0, 0]],
    ['name without end', [8, 0, 0, 0, 0x0a, 97, 98, 0]],
    ['string beyond the document', [14, 0, 0, 0, 2, 97, 0, 99, 0, 0, 0, 98, 0, 0]],
    ['negative string length', [14, 0, 0, 0, 2, 97, 0, 255, 255, 255, 255, 98, 0, 0]],
    ['invalid UTF-8', [14, 0, 0, 0, 2, 97, 0, 2, 0, 0, 0, 0xff, 0, 0]],
    ['unknown type', [8, 0, 0, 0, 0x20, 97, 0, 0]],
    ['boolean of 2', [9, 0, 0, 0, 8, 97, 0, 2, 0]],
  ])('refuses %s', (_, bytes) => {
    expect(() => decode(new Uint8Array(bytes))).toThrow(expect.objectContaining({ code: 22 }));
  });

  it('refuses random bytes with an error of its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(failure(() => decode(bytes))).toMatchObject({ name: 'MongoError' });
      }),
    );
  });

  it('refuses nesting beyond 200 levels', () => {
    const nest = (n: number): Value => (n === 0 ? 1 : doc(['a', nest(n - 1)]));
    expect(() => encode(doc(['a', nest(199)]))).not.toThrow();
    expect(() => encode(doc(['a', nest(200)]))).toThrow(expect.objectContaining({ code: 15 }));
  });

  it('reads a path without decoding the rest', () => {
    const bytes = encode(doc(['x', 'y'], ['é', doc(['b', int32(1)])], ['l', [doc(['m', 1])]], ['', 2]));
    expect(readPath(bytes, ['é', 'b'])).toEqual({ value: int32(1), depth: 2 });
    expect(readPath(bytes, ['l', 'm'])).toEqual({ value: [doc(['m', 1])], depth: 1 });
    expect(readPath(bytes, ['x', 'b'])).toEqual({ value: undefined, depth: 2 });
    expect(readPath(bytes, [''])).toEqual({ value: 2, depth: 1 });
  });
});

describe('order', () => {
  it('ranks the types as BSON does', () => {
    const ranked: Value[] = [MIN_KEY, null, decimalOf('NaN'), -1, 'a', doc(), [], new ObjectId('0'.repeat(24)), false];
    expect([...ranked].toReversed().toSorted(compare)).toEqual(ranked);
  });

  it('compares numbers of different types exactly', () => {
    expect(compare(2n ** 53n + 1n, 2 ** 53)).toBe(1);
    expect(compare(decimalOf('0.1'), 0.1)).toBe(-1);
    expect(compare(decimalOf('1.0'), int32(1))).toBe(0);
    expect(compare(-0, 0n)).toBe(0);
    expect(compare(NaN, decimalOf('NaN'))).toBe(0);
    expect(compare(decimalOf('NaN'), -Infinity)).toBe(-1);
  });

  it('gives keys whose bytes order as the values do', () => {
    fc.assert(
      fc.property(tree, tree, fc.constantFrom<1 | -1>(1, -1), (a, b, direction) => {
        const left = encodeKey([a, 1], [direction, 1]);
        const right = encodeKey([b, 1], [direction, 1]);
        expect(Buffer.compare(left, right)).toBe(compare(a, b) * direction || 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives number keys whose bytes order as the numbers do', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(Buffer.compare(encodeKey([a], [1]), encodeKey([b], [1]))).toBe(compare(a, b));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('decimal128', () => {
  it.each(['0', '-0', '1E+3', '0.00', '1.5E-10', '123456789012345678901234567890.1234', 'NaN', '-Infinity'])(
    'prints %s as it was written',
    (text) => expect(formatDecimal(decimalOf(text))).toBe(text),
  );

  it('rounds to 34 digits, half to even', () => {
    expect(formatDecimal(decimalOf(`1${'0'.repeat(33)}5`))).toBe(`1.${'0'.repeat(33)}E+34`);
    expect(formatDecimal(decimalOf('9'.repeat(35)))).toBe(`1.${'0'.repeat(33)}E+35`);
    expect(formatDecimal(decimalOf('1E+6145'))).toBe('Infinity');
  });
});

describe('index keys', () => {
  it('expand an array for all paths that meet it', () => {
    const root = doc(['a', [doc(['b', 1], ['c', 2]), doc(['b', 3])]], ['d', 4]);
    expect(indexKeys(root, [['a', 'b'], ['a', 'c'], ['d']])).toEqual({
      keys: [
        [1, 2, 4],
        [3, null, 4],
      ],
      multikey: true,
      arrays: [0, 1],
    });
  });

  it('refuse parallel arrays', () => {
    expect(() => indexKeys(doc(['a', [1]], ['b', [2]]), [['a'], ['b']])).toThrow(
      expect.objectContaining({ code: 171 }),
    );
  });

  it('leave out missing paths in a sparse index only', () => {
    const root = doc(['a', [doc(['b', 1]), doc()]]);
    expect(indexKeys(root, [['a', 'b']], true).keys).toEqual([[1]]);
    expect(indexKeys(root, [['a', 'b']]).keys).toEqual([[1], [null]]);
    expect(indexKeys(doc(['a', []]), [['a']]).keys).toEqual([[UNDEFINED]]);
  });
});
