import { addDecimals, divideDecimals, multiplyDecimals, negate, remainderDecimals, toDecimal } from './decimal-math.ts';
import { INT64_MAX, INT64_MIN, shortest, toDouble } from './number.ts';
import { Decimal, Int32 } from './value.ts';
import type { Numeric } from './value.ts';

/** The type of a result of several numbers: the widest of int32, int64, double, decimal. */
export type NumericKind = 'int' | 'long' | 'double' | 'decimal';

export function kindOf(v: Numeric): NumericKind {
  if (v instanceof Int32) return 'int';
  if (typeof v === 'bigint') return 'long';
  return typeof v === 'number' ? 'double' : 'decimal';
}

const RANK: Readonly<Record<NumericKind, number>> = { int: 0, long: 1, double: 2, decimal: 3 };

export const widest = (a: NumericKind, b: NumericKind): NumericKind => (RANK[a] >= RANK[b] ? a : b);

/** The exact integer of an int32 or int64. */
export const integerOf = (v: Int32 | bigint): bigint => (typeof v === 'bigint' ? v : BigInt(v.value));

/** What becomes of an int64 result that overflows: a double (aggregation), or nothing (updates, which then fail). */
export type Overflow = (exact: bigint) => Numeric | undefined;

const toDoubleOnOverflow: Overflow = Number;

function arithmetic(
  a: Numeric,
  b: Numeric,
  integers: (x: bigint, y: bigint) => bigint,
  doubles: (x: number, y: number) => number,
  decimals: (x: Decimal, y: Decimal) => Decimal,
  overflow: Overflow,
): Numeric | undefined {
  if (a instanceof Decimal || b instanceof Decimal) return decimals(toDecimal(a), toDecimal(b));
  if (typeof a === 'number' || typeof b === 'number') return doubles(toDouble(a), toDouble(b));
  const exact = integers(integerOf(a), integerOf(b));
  if (exact > INT64_MAX || exact < INT64_MIN) return overflow(exact);
  return typeof a === 'bigint' || typeof b === 'bigint' ? exact : shortest(exact);
}

export const add = (a: Numeric, b: Numeric, overflow: Overflow = toDoubleOnOverflow): Numeric | undefined =>
  arithmetic(
    a,
    b,
    (x, y) => x + y,
    (x, y) => x + y,
    addDecimals,
    overflow,
  );

export const subtract = (a: Numeric, b: Numeric, overflow: Overflow = toDoubleOnOverflow): Numeric | undefined =>
  arithmetic(
    a,
    b,
    (x, y) => x - y,
    (x, y) => x - y,
    (x, y) => addDecimals(x, negate(y)),
    overflow,
  );

export const multiply = (a: Numeric, b: Numeric, overflow: Overflow = toDoubleOnOverflow): Numeric | undefined =>
  arithmetic(
    a,
    b,
    (x, y) => x * y,
    (x, y) => x * y,
    multiplyDecimals,
    overflow,
  );

/** Division is of doubles unless a decimal takes part; `undefined` for division by zero. */
export function divide(a: Numeric, b: Numeric): Numeric | undefined {
  if (a instanceof Decimal || b instanceof Decimal) {
    const divisor = toDecimal(b);
    return divisor.kind === 'finite' && divisor.coefficient === 0n ? undefined : divideDecimals(toDecimal(a), divisor);
  }
  const divisor = toDouble(b);
  return divisor === 0 ? undefined : toDouble(a) / divisor;
}

/** The remainder with the sign of the dividend; `undefined` for a zero divisor. */
export function modulo(a: Numeric, b: Numeric): Numeric | undefined {
  if (a instanceof Decimal || b instanceof Decimal) {
    const divisor = toDecimal(b);
    return divisor.kind === 'finite' && divisor.coefficient === 0n
      ? undefined
      : remainderDecimals(toDecimal(a), divisor);
  }
  if (typeof a === 'number' || typeof b === 'number') {
    const divisor = toDouble(b);
    return divisor === 0 ? undefined : toDouble(a) % divisor;
  }
  const divisor = integerOf(b);
  if (divisor === 0n) return undefined;
  const remainder = integerOf(a) % divisor;
  return typeof a === 'bigint' || typeof b === 'bigint' ? remainder : shortest(remainder);
}
