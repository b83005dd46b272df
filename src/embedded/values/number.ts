import { decimalToNumber } from './decimal.ts';
import { Decimal, int32, Int32, isNumeric } from './value.ts';
import type { Numeric, Value } from './value.ts';

export const INT32_MAX = 2 ** 31 - 1;
export const INT32_MIN = -(2 ** 31);
export const INT64_MAX = 2n ** 63n - 1n;
export const INT64_MIN = -(2n ** 63n);

/** The double nearest to a number of any type. */
export function toDouble(v: Numeric): number {
  if (typeof v === 'number') return v;
  if (v instanceof Int32) return v.value;
  return typeof v === 'bigint' ? Number(v) : decimalToNumber(v);
}

export const isNaNNumber = (v: Value | undefined): boolean =>
  typeof v === 'number' ? Number.isNaN(v) : v instanceof Decimal && v.kind === 'nan';

export const isFiniteNumber = (v: Numeric): boolean =>
  typeof v === 'number' ? Number.isFinite(v) : !(v instanceof Decimal) || v.kind === 'finite';

/** The decimal's integer part, towards zero. */
export function truncateDecimal(d: Decimal): bigint {
  // Beyond 10^40 no 64-bit integer is near, so the exact value does not matter.
  if (d.exponent > 40) return d.coefficient === 0n ? 0n : d.negative ? -(2n ** 200n) : 2n ** 200n;
  const magnitude =
    d.exponent >= 0
      ? d.coefficient * 10n ** BigInt(d.exponent)
      : d.exponent < -40
        ? 0n
        : d.coefficient / 10n ** BigInt(-d.exponent);
  return d.negative ? -magnitude : magnitude;
}

/** The integer part towards zero, clamped to int64; NaN is 0: how the server reads a count. */
export function toInt64(v: Numeric): bigint {
  if (typeof v === 'bigint') return v;
  if (v instanceof Int32) return BigInt(v.value);
  if (v instanceof Decimal && v.kind === 'finite') return clamp(truncateDecimal(v));
  const n = toDouble(v);
  if (Number.isNaN(n)) return 0n;
  return Number.isFinite(n) ? clamp(BigInt(Math.trunc(n))) : n > 0 ? INT64_MAX : INT64_MIN;
}

const clamp = (n: bigint): bigint => (n > INT64_MAX ? INT64_MAX : n < INT64_MIN ? INT64_MIN : n);

/** The value as an integer when it is a whole number of any type that fits int64. */
export function wholeNumber(v: Value | undefined): bigint | undefined {
  if (v instanceof Int32) return BigInt(v.value);
  if (typeof v === 'bigint') return v;
  if (typeof v === 'number') return Number.isInteger(v) && v >= -(2 ** 63) && v < 2 ** 63 ? BigInt(v) : undefined;
  if (!(v instanceof Decimal) || v.kind !== 'finite') return undefined;
  const n = truncateDecimal(v);
  const isWhole = v.exponent >= 0 || (v.exponent >= -40 && v.coefficient % 10n ** BigInt(-v.exponent) === 0n);
  return (isWhole || v.coefficient === 0n) && n >= INT64_MIN && n <= INT64_MAX ? n : undefined;
}

/** The value as a whole number within int32, whatever its type. */
export function wholeInt32(v: Value | undefined): number | undefined {
  const n = wholeNumber(v);
  return n !== undefined && n >= INT32_MIN && n <= INT32_MAX ? Number(n) : undefined;
}

/** An integer as int32 if it fits, else as int64. */
export const shortest = (n: bigint): Int32 | bigint => (n >= INT32_MIN && n <= INT32_MAX ? int32(Number(n)) : n);

/** How the server reads a flag: numbers other than 0 (NaN included) and every other value but false, null and missing are true. */
export function isTruthy(v: Value | undefined): boolean {
  if (v === undefined || v === null || v === false) return false;
  if (isNumeric(v)) return v instanceof Decimal ? v.kind !== 'finite' || v.coefficient !== 0n : toDouble(v) !== 0;
  return !(typeof v === 'object' && 'name' in v && v.name === 'undefined');
}
