import type { Collation } from '../values/order.ts';
import { canonicalType, compare, equal } from '../values/order.ts';
import { isFiniteNumber, isNaNNumber, toInt64 } from '../values/number.ts';
import type { CompiledRegex } from '../values/regex.ts';
import {
  Binary,
  BsonSymbol,
  isDoc,
  isNumeric,
  MAX_KEY,
  MIN_KEY,
  Regex,
  typeNumber,
  UNDEFINED,
} from '../values/value.ts';
import type { Value } from '../values/value.ts';

/** What a match remembers for the positional operator: the index within the outermost array that was searched. */
export interface Match {
  positional: number | undefined;
}

/** Decides about one value that a path led to; `undefined` is a missing one. */
export type ValueTest = (value: Value | undefined, match: Match | undefined) => boolean;

export type ComparisonOp = 'eq' | 'gt' | 'gte' | 'lt' | 'lte';

const ACCEPTS: Readonly<Record<ComparisonOp, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
};

/** Comparisons hold between values of one kind only, but for null (which missing equals), MinKey and MaxKey. */
export function comparisonTest(op: ComparisonOp, operand: Value, collation: Collation | undefined): ValueTest {
  const accepts = ACCEPTS[op];
  const rank = canonicalType(operand);
  const isEqual = accepts(0);
  if (isNaNNumber(operand)) return (value) => isEqual && isNaNNumber(value);
  if (operand === MIN_KEY || operand === MAX_KEY) {
    const wins = operand === MIN_KEY ? op === 'gt' || op === 'gte' : op === 'lt' || op === 'lte';
    return (value) => (value === operand ? isEqual : wins);
  }
  if (operand === null) return (value) => isEqual && (value === null || value === undefined || value === UNDEFINED);
  return (value) => canonicalType(value) === rank && !isNaNNumber(value) && accepts(compare(value, operand, collation));
}

export function regexTest(regex: CompiledRegex, source: Regex): ValueTest {
  return (value) => {
    if (typeof value === 'string') return regex.test(value);
    if (value instanceof Regex) return value.pattern === source.pattern && value.options === source.options;
    return value instanceof BsonSymbol && regex.test(value.value);
  };
}

/** Membership in a list; single values are looked up by a hash when they are plain strings. */
export function inTest(
  values: readonly Value[],
  regexes: readonly ValueTest[],
  collation: Collation | undefined,
): ValueTest {
  const hasNull = values.includes(null);
  const strings = new Set(collation ? [] : values.filter((v) => typeof v === 'string'));
  const others = collation ? values : values.filter((v) => typeof v !== 'string');
  return (value, match) => {
    if (value === undefined) return hasNull;
    if (typeof value === 'string' && strings.has(value)) return true;
    return others.some((item) => equal(item, value, collation)) || regexes.some((test) => test(value, match));
  };
}

export function modTest(divisor: bigint, remainder: bigint): ValueTest {
  return (value) => isNumeric(value) && isFiniteNumber(value) && toInt64(value) % divisor === remainder;
}

/** `types` holds BSON type numbers. */
export const typeTest =
  (types: ReadonlySet<number>): ValueTest =>
  (value) =>
    value !== undefined && types.has(typeNumber(value));

export const sizeTest =
  (size: number): ValueTest =>
  (value) =>
    Array.isArray(value) && value.length === size;

/** An array with an element that passes; notes where. */
export function elemMatchTest(passes: (element: Value) => boolean): ValueTest {
  return (value, match) => {
    if (!Array.isArray(value)) return false;
    const index = value.findIndex((element) => passes(element));
    if (index !== -1 && match) match.positional = index;
    return index !== -1;
  };
}

export type BitsOp = '$bitsAllSet' | '$bitsAllClear' | '$bitsAnySet' | '$bitsAnyClear';

/** Bits of a whole number (sign-extended for ever) or of binary data. */
export function bitsTest(op: BitsOp, positions: readonly number[]): ValueTest {
  const wanted = op === '$bitsAllSet' || op === '$bitsAnySet';
  const every = op === '$bitsAllSet' || op === '$bitsAllClear';
  return (value) => {
    const bits = bitsOf(value);
    if (!bits) return false;
    return every ? positions.every((p) => bits(p) === wanted) : positions.some((p) => bits(p) === wanted);
  };
}

function bitsOf(value: Value | undefined): ((position: number) => boolean) | undefined {
  if (value instanceof Binary) return (p) => (((value.bytes[p >> 3] ?? 0) >> (p & 7)) & 1) === 1;
  const n = isNumeric(value) ? exactInt64(value) : undefined;
  return n === undefined ? undefined : (p) => ((n >> BigInt(Math.min(p, 63))) & 1n) === 1n;
}

function exactInt64(value: Value): bigint | undefined {
  if (!isNumeric(value) || !isFiniteNumber(value)) return undefined;
  const n = toInt64(value);
  return equal(n, value) ? n : undefined;
}

/** Whether any of the values that a path leads to passes: documents are walked, arrays are searched element by element. */
export function anyOnPath(
  root: Value | undefined,
  path: readonly string[],
  from: number,
  intoLeafArrays: boolean,
  test: ValueTest,
  match: Match | undefined,
): boolean {
  let node = root;
  let depth = from;
  while (depth < path.length && isDoc(node)) node = node.get(path[depth++] ?? '');
  if (!Array.isArray(node)) return test(depth < path.length ? undefined : node, match);
  if (depth === path.length) {
    return (intoLeafArrays && anyElement(node, test, match)) || test(node, match);
  }
  const component = path[depth] ?? '';
  for (const [index, element] of node.entries()) {
    const isPosition = component === String(index);
    if (isDoc(element)) {
      if (anyOnPath(element, path, depth, intoLeafArrays, test, match)) return note(match, index);
      if (!isPosition) continue;
      if (depth + 1 === path.length) {
        if (test(element, match)) return true;
      } else if (anyOnPath(element, path, depth + 1, intoLeafArrays, test, match)) return true;
    } else if (isPosition) {
      if (depth + 1 === path.length) {
        if (test(element, match)) return true;
      } else if (Array.isArray(element) && anyOnPath(element, path, depth + 1, intoLeafArrays, test, match))
        return true;
    }
  }
  return false;
}

function note(match: Match | undefined, index: number): true {
  if (match) match.positional = index;
  return true;
}

function anyElement(array: readonly Value[], test: ValueTest, match: Match | undefined): boolean {
  for (let i = 0; i < array.length; i++) if (test(array[i], match)) return note(match, i);
  return false;
}
