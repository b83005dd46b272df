import { notSupported } from '../error.ts';
import type { Predicate } from '../query/filter.ts';
import { isNaNNumber } from '../values/number.ts';
import { encodeKey } from '../values/key.ts';
import { isDoc, isNumeric, MAX_KEY, MIN_KEY, Regex, UNDEFINED, type Value } from '../values/value.ts';
import type { Interval } from './plan.ts';
import { showValue } from './show.ts';

/** What an index field is narrowed to, in the order of the field's bytes: points, or stretches. */
export interface FieldBounds {
  readonly kind: 'points' | 'range';
  /** Encoded values, ascending and distinct. */
  readonly points: readonly Uint8Array[];
  readonly stretches: readonly Interval[];
  /** Whether they are little better than reading everything. */
  readonly isWide: boolean;
  /** Whether they hold exactly the values that the predicates accept. */
  readonly exact: boolean;
  /** Whether a document without the field can be among them. */
  readonly admitsMissing: boolean;
  /** As `explain` shows them: `[1, 5)`. */
  readonly text: () => readonly string[];
}

/** Above every key that begins with these bytes, and below every other key that is greater. */
export const above = (key: Uint8Array): Uint8Array => Buffer.concat([key, CEILING]);
/** No key part begins with FF; after the last part follow the four bytes of a record number. */
const CEILING = Buffer.alloc(5, 0xff);

const encodeOne = (value: Value, direction: 1 | -1): Uint8Array => encodeKey([value], [direction]);

/** The bounds that a field's predicates give it, undefined when they give none. */
export function boundsOf(
  predicates: readonly Predicate[],
  direction: 1 | -1,
  isMultikey: boolean,
): FieldBounds | undefined {
  if (isMultikey && predicates.some(isNestedOrder))
    throw notSupported('$gt and $gte of an array that begins with an array, by an index that holds arrays');
  const usable = predicates.filter(isUsable);
  const equal = usable.find((predicate) => predicate.op === 'eq');
  if (equal?.op === 'eq') return pointBounds([equal.value], direction, predicates.length === 1);
  const oneOf = usable.find((predicate) => predicate.op === 'in');
  if (oneOf?.op === 'in') return pointBounds(oneOf.values, direction, predicates.length === 1);
  const ranges = usable.map((predicate) => rangeOf(predicate, direction)).filter((range) => range !== undefined);
  const [first, ...others] = ranges;
  if (!first) return undefined;
  // With arrays, one element may meet one condition and another element the other.
  const narrowed = isMultikey ? first : others.reduce(intersect, first);
  return ranges.length === predicates.length ? narrowed : { ...narrowed, exact: false };
}

function isUsable(predicate: Predicate): boolean {
  switch (predicate.op) {
    case 'exists':
      return false;
    case 'regex':
      return true;
    case 'in':
      return predicate.values.every(isPoint);
    case 'eq':
      return isPoint(predicate.value);
    default:
      return isRangeEnd(predicate.value);
  }
}

/** MongoDB answers such a comparison from the keys alone, which are the elements, and so differs from what the documents say. */
const isNestedOrder = (predicate: Predicate): boolean =>
  (predicate.op === 'gt' || predicate.op === 'gte') &&
  Array.isArray(predicate.value) &&
  Array.isArray(predicate.value[0]);

const isPoint = (value: Value): boolean => !(value instanceof Regex) && value !== UNDEFINED;
const isRangeEnd = (value: Value): boolean =>
  isPoint(value) && !Array.isArray(value) && value !== MIN_KEY && value !== MAX_KEY;

/** Whether equality with this value means: exactly the entries under its key. */
const isExactPoint = (value: Value): boolean => value !== null && !Array.isArray(value) && !isDoc(value);

function pointBounds(values: readonly Value[], direction: 1 | -1, isOnly: boolean): FieldBounds {
  const keys = new Map<string, Uint8Array>();
  for (const value of values.flatMap(equals)) {
    const key = encodeOne(value, direction);
    keys.set(Buffer.from(key).toString('latin1'), key);
  }
  return {
    kind: 'points',
    points: [...keys.values()].toSorted((a, b) => Buffer.compare(a, b)),
    stretches: [],
    isWide: false,
    exact: isOnly && values.every(isExactPoint),
    admitsMissing: values.includes(null),
    text: () => values.map((value) => `[${showValue(value)}, ${showValue(value)}]`),
  };
}

/** The keys that a document may have when a field equals a value: an array is found by its first element, too. */
function equals(value: Value): Value[] {
  if (value === null) return [null, UNDEFINED];
  if (Array.isArray(value)) return [value.length === 0 ? UNDEFINED : (value[0] ?? null), value];
  return [value];
}

function rangeOf(predicate: Predicate, direction: 1 | -1): FieldBounds | undefined {
  if (predicate.op === 'regex') return regexRange(predicate.prefix, predicate.regex, direction);
  if (predicate.op === 'exists' || predicate.op === 'in' || predicate.op === 'eq') return undefined;
  const { op, value } = predicate;
  // Only null and missing compare with null.
  if (value === null) return op === 'gte' || op === 'lte' ? pointBounds([null], direction, false) : undefined;
  const isLower = op === 'gt' || op === 'gte';
  const isInclusive = op === 'gte' || op === 'lte';
  const key = encodeOne(value, direction);
  const [lowest, highest] = typeRange(value, key, direction);
  const forwards = isLower === (direction === 1);
  const start = forwards ? (isInclusive ? key : above(key)) : lowest;
  const end = forwards ? highest : isInclusive ? above(key) : key;
  const text = (): string =>
    isLower
      ? `${isInclusive ? '[' : '('}${showValue(value)}, ...]`
      : `[..., ${showValue(value)}${isInclusive ? ']' : ')'}`;
  return {
    kind: 'range',
    points: [],
    stretches: [{ start, end }],
    isWide: false,
    exact: isExactPoint(value) && !isNaNNumber(value),
    admitsMissing: false,
    text: () => [text()],
  };
}

/** The stretch of the value's own type; NaN, the least number, is neither less nor greater than any. */
function typeRange(value: Value, key: Uint8Array, direction: 1 | -1): [Uint8Array, Uint8Array] {
  const type = key[0] ?? 0;
  let lowest: Uint8Array = Uint8Array.of(type);
  let highest: Uint8Array = Uint8Array.of(type + 1);
  if (isNumeric(value) && !isNaNNumber(value)) {
    const least = encodeOne(-Infinity, direction);
    if (direction === 1) lowest = least;
    else highest = above(least);
  }
  return [lowest, highest];
}

/** The strings that begin so, and the regular expression itself, which equals itself. */
function regexRange(prefix: string, regex: Regex, direction: 1 | -1): FieldBounds {
  // Without the two bytes that end the text.
  const strings = encodeOne(prefix, direction).slice(0, -2);
  const itself = encodeOne(regex, direction);
  const stretches = [
    { start: strings, end: increment(strings) },
    { start: itself, end: above(itself) },
  ];
  return {
    kind: 'range',
    points: [],
    stretches: direction === 1 ? stretches : stretches.toReversed(),
    isWide: prefix === '',
    exact: false,
    admitsMissing: false,
    text: () => [`["${prefix}", ...)`, `[${showValue(regex)}, ${showValue(regex)}]`],
  };
}

/** The least bytes above all that begin with these. */
function increment(bytes: Uint8Array): Uint8Array {
  const next = Uint8Array.from(bytes);
  for (let i = next.length - 1; i >= 0; i--) {
    if (next[i] !== 0xff) {
      next[i] = (next[i] ?? 0) + 1;
      return next.subarray(0, i + 1);
    }
  }
  return above(bytes);
}

function intersect(a: FieldBounds, b: FieldBounds): FieldBounds {
  if (a.kind === 'points' || b.kind === 'points') {
    const points = a.kind === 'points' ? a : b;
    return { ...points, exact: false };
  }
  return {
    kind: 'range',
    points: [],
    stretches: a.stretches.flatMap((one) => b.stretches.map((other) => overlap(one, other)).filter(isSome)),
    isWide: a.isWide && b.isWide,
    exact: a.exact && b.exact,
    admitsMissing: false,
    text: () => [...a.text(), ...b.text()],
  };
}

const overlap = (a: Interval, b: Interval): Interval => ({
  start: Buffer.compare(a.start, b.start) >= 0 ? a.start : b.start,
  end: Buffer.compare(a.end, b.end) <= 0 ? a.end : b.end,
});

const isSome = ({ start, end }: Interval): boolean => Buffer.compare(start, end) < 0;
