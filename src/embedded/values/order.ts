import { compareDecimals, compareNumberDecimal, decimalFromInteger } from './decimal.ts';
import {
  Binary,
  BsonDate,
  BsonSymbol,
  Code,
  CodeWithScope,
  DBPointer,
  Decimal,
  Int32,
  isNumeric,
  MIN_KEY,
  ObjectId,
  Regex,
  Timestamp,
  UNDEFINED,
} from './value.ts';
import type { Doc, Numeric, Value } from './value.ts';

/** How strings compare when it is not by their bytes. */
export interface Collation {
  compare(a: string, b: string): number;
}

/** The rank of a value's type in BSON's order: missing and `undefined` 0, null 5, numbers 10, strings 15 ... */
export function canonicalType(v: Value | undefined): number {
  switch (typeof v) {
    case 'undefined':
      return 0;
    case 'number':
    case 'bigint':
      return 10;
    case 'string':
      return 15;
    case 'boolean':
      return 40;
    default:
      break;
  }
  if (v === null) return 5;
  if (v instanceof Int32 || v instanceof Decimal) return 10;
  if (v instanceof Map) return 20;
  if (Array.isArray(v)) return 25;
  if (v instanceof BsonDate) return 45;
  if (v instanceof ObjectId) return 35;
  if (v instanceof BsonSymbol) return 15;
  if (v instanceof Binary) return 30;
  if (v instanceof Timestamp) return 47;
  if (v instanceof Regex) return 50;
  if (v instanceof DBPointer) return 55;
  if (v instanceof Code) return 60;
  if (v instanceof CodeWithScope) return 65;
  return v === UNDEFINED ? 0 : v === MIN_KEY ? -1 : 127;
}

/** Compares two numbers of any type by their exact values; NaN is less than every number and equal to itself. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  const x = a instanceof Int32 ? a.value : a;
  const y = b instanceof Int32 ? b.value : b;
  if (x instanceof Decimal) return y instanceof Decimal ? compareTwoDecimals(x, y) : 0 - compareWithDecimal(y, x);
  if (y instanceof Decimal) return compareWithDecimal(x, y);
  // JavaScript compares doubles with bigints exactly.
  if (x < y) return -1;
  if (x > y) return 1;
  return x == y ? 0 : Number(isNaNValue(y)) - Number(isNaNValue(x));
}

const isNaNValue = (v: number | bigint): boolean => typeof v === 'number' && Number.isNaN(v);

const asRank = (d: Decimal): number => (d.kind === 'nan' ? NaN : d.negative ? -Infinity : Infinity);

function compareTwoDecimals(x: Decimal, y: Decimal): number {
  if (x.kind === 'finite' && y.kind === 'finite') return compareDecimals(x, y);
  return compareNumbers(
    x.kind === 'finite' ? decimalToFinite(x) : asRank(x),
    y.kind === 'finite' ? decimalToFinite(y) : asRank(y),
  );
}

/** Any finite stand-in serves against NaN and the infinities. */
const decimalToFinite = (d: Decimal): number => (d.negative ? -1 : 1);

function compareWithDecimal(x: number | bigint, y: Decimal): number {
  if (y.kind !== 'finite') return compareNumbers(x, asRank(y));
  if (typeof x === 'bigint') return compareDecimals(decimalFromInteger(x), y);
  return Number.isFinite(x) ? compareNumberDecimal(x, y) : compareNumbers(x, 0);
}

const sign = (n: number): number => (n < 0 ? -1 : n > 0 ? 1 : 0);

/** Compares strings by their UTF-8 bytes, which differs from JavaScript's order for characters beyond U+FFFF. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const wide = x >= 0xd800 && y >= 0xd800;
    return wide && isSurrogate(x) !== isSurrogate(y) ? (isSurrogate(x) ? 1 : -1) : x < y ? -1 : 1;
  }
  return a.length < b.length ? -1 : 1;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

const compareBigints = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

const textOf = (v: string | BsonSymbol): string => (typeof v === 'string' ? v : v.value);

/** BSON's order of any two values; missing sorts with `undefined`, before null. */
export function compare(a: Value | undefined, b: Value | undefined, collation?: Collation): number {
  if (typeof a === 'string' && typeof b === 'string') {
    return collation ? collation.compare(a, b) : compareStrings(a, b);
  }
  if (isNumeric(a) && isNumeric(b)) return compareNumbers(a, b);
  const rank = canonicalType(a) - canonicalType(b);
  if (rank !== 0) return sign(rank);
  return a === undefined || b === undefined || a === null || b === null ? 0 : compareSameRank(a, b, collation);
}

function compareSameRank(a: Value, b: Value, collation: Collation | undefined): number {
  if (a instanceof Map && b instanceof Map) return compareDocs(a, b, collation);
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b, collation);
  if (a instanceof BsonDate && b instanceof BsonDate) return compareBigints(a.ms, b.ms);
  if (a instanceof ObjectId && b instanceof ObjectId) return a.hex < b.hex ? -1 : a.hex > b.hex ? 1 : 0;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (isTextual(a) && isTextual(b)) {
    return collation ? collation.compare(textOf(a), textOf(b)) : compareStrings(textOf(a), textOf(b));
  }
  if (a instanceof Timestamp && b instanceof Timestamp) return compareBigints(a.value, b.value);
  if (a instanceof Binary && b instanceof Binary) {
    return sign(a.bytes.length - b.bytes.length) || sign(a.subtype - b.subtype) || compareBytes(a.bytes, b.bytes);
  }
  if (a instanceof Regex && b instanceof Regex) {
    return compareStrings(a.pattern, b.pattern) || compareStrings(a.options, b.options);
  }
  if (a instanceof Code && b instanceof Code) return compareStrings(a.code, b.code);
  if (a instanceof CodeWithScope && b instanceof CodeWithScope) {
    return compareStrings(a.code, b.code) || compareDocs(a.scope, b.scope, undefined);
  }
  if (a instanceof DBPointer && b instanceof DBPointer) {
    return (
      sign(a.namespace.length - b.namespace.length) ||
      compareStrings(a.namespace, b.namespace) ||
      compareStrings(a.id.hex, b.id.hex)
    );
  }
  return 0;
}

const isTextual = (v: Value): v is string | BsonSymbol => typeof v === 'string' || v instanceof BsonSymbol;

function compareArrays(a: Value[], b: Value[], collation: Collation | undefined): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compare(a[i], b[i], collation);
    if (order !== 0) return order;
  }
  return sign(a.length - b.length);
}

/** Field by field: first the type's rank, then the name, then the value; a prefix is less. */
function compareDocs(a: Doc, b: Doc, collation: Collation | undefined): number {
  const right = b.entries();
  for (const [name, value] of a) {
    const next = right.next();
    if (next.done === true) return 1;
    const [otherName, otherValue] = next.value;
    const order =
      sign(canonicalType(value) - canonicalType(otherValue)) ||
      compareStrings(name, otherName) ||
      compare(value, otherValue, collation);
    if (order !== 0) return order;
  }
  return right.next().done === true ? 0 : -1;
}

/** Whether BSON's order calls the two values equal (1, 1.0 and NumberLong(1) are). */
export const equal = (a: Value | undefined, b: Value | undefined, collation?: Collation): boolean =>
  compare(a, b, collation) === 0;
