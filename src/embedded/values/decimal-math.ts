import {
  DECIMAL_INFINITY,
  DECIMAL_NAN,
  DECIMAL_NEGATIVE_INFINITY,
  decimalFromInteger,
  decimalFromNumber,
  digitCount,
  power10,
  roundDecimal,
} from './decimal.ts';
import { Decimal, Int32 } from './value.ts';
import type { Numeric } from './value.ts';

/** A number of any type as a decimal. */
export function toDecimal(v: Numeric): Decimal {
  if (v instanceof Decimal) return v;
  if (typeof v === 'number') return decimalFromNumber(v);
  return decimalFromInteger(v instanceof Int32 ? BigInt(v.value) : v);
}

export const negate = (d: Decimal): Decimal =>
  d.kind === 'nan' ? d : new Decimal(d.kind, !d.negative, d.coefficient, d.exponent);

const signed = (d: Decimal): bigint => (d.negative ? -d.coefficient : d.coefficient);
const infinity = (negative: boolean): Decimal => (negative ? DECIMAL_NEGATIVE_INFINITY : DECIMAL_INFINITY);

/** Whether the exponents are so far apart that the smaller number only decides the rounding. */
const FAR = 80;

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind === 'nan' || b.kind === 'nan') return DECIMAL_NAN;
  if (a.kind === 'infinite') return b.kind === 'infinite' && a.negative !== b.negative ? DECIMAL_NAN : a;
  if (b.kind === 'infinite') return b;
  const [high, low] = a.exponent >= b.exponent ? [a, b] : [b, a];
  const distance = high.exponent - low.exponent;
  if (distance > FAR && high.coefficient !== 0n) {
    const sticky = low.coefficient === 0n ? 0n : low.negative ? -1n : 1n;
    const sum = signed(high) * power10(FAR) + sticky;
    return roundDecimal(sum < 0n, sum < 0n ? -sum : sum, high.exponent - FAR);
  }
  if (high.coefficient === 0n) {
    if (low.coefficient === 0n) return new Decimal('finite', a.negative && b.negative, 0n, low.exponent);
    return low;
  }
  const sum = signed(high) * power10(distance) + signed(low);
  const isNegative = sum < 0n || (sum === 0n && a.negative && b.negative);
  return roundDecimal(isNegative, sum < 0n ? -sum : sum, low.exponent);
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind === 'nan' || b.kind === 'nan') return DECIMAL_NAN;
  const negative = a.negative !== b.negative;
  if (a.kind === 'infinite' || b.kind === 'infinite') {
    const hasZero = (a.kind === 'finite' && a.coefficient === 0n) || (b.kind === 'finite' && b.coefficient === 0n);
    return hasZero ? DECIMAL_NAN : infinity(negative);
  }
  return roundDecimal(negative, a.coefficient * b.coefficient, a.exponent + b.exponent);
}

/** The quotient, exact when it has an end (then with the exponent nearest to the operands' difference), else 34 digits. */
export function divideDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind === 'nan' || b.kind === 'nan') return DECIMAL_NAN;
  const negative = a.negative !== b.negative;
  if (a.kind === 'infinite') return b.kind === 'infinite' ? DECIMAL_NAN : infinity(negative);
  const ideal = a.exponent - b.exponent;
  if (b.kind === 'infinite') return roundDecimal(negative, 0n, -6176);
  if (b.coefficient === 0n) return a.coefficient === 0n ? DECIMAL_NAN : infinity(negative);
  if (a.coefficient === 0n) return roundDecimal(negative, 0n, ideal);
  const shift = Math.max(0, 36 + digitCount(b.coefficient) - digitCount(a.coefficient));
  const scaled = a.coefficient * power10(shift);
  let quotient = scaled / b.coefficient;
  let exponent = ideal - shift;
  if (scaled % b.coefficient === 0n) {
    while (exponent < ideal && quotient % 10n === 0n) {
      quotient /= 10n;
      exponent++;
    }
    return roundDecimal(negative, quotient, exponent);
  }
  // One more digit that is not zero stands for the rest, so that halves round the right way.
  return roundDecimal(negative, quotient * 10n + 1n, exponent - 1);
}

export function remainderDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind !== 'finite' || b.kind === 'nan') return DECIMAL_NAN;
  if (b.kind === 'infinite') return a;
  if (b.coefficient === 0n) return DECIMAL_NAN;
  const low = Math.min(a.exponent, b.exponent);
  const divisor = b.coefficient * power10(b.exponent - low);
  const rest = (a.coefficient * power10(a.exponent - low)) % divisor;
  return roundDecimal(a.negative, rest, low);
}

export type Rounding = 'halfEven' | 'truncate' | 'floor' | 'ceil';

/** Rounds a finite decimal to a multiple of `10^exponent`. */
export function quantize(d: Decimal, exponent: number, rounding: Rounding): Decimal {
  if (d.kind !== 'finite' || d.exponent >= exponent) return d;
  const drop = exponent - d.exponent;
  const unit = power10(Math.min(drop, 60));
  let c = drop > 60 ? 0n : d.coefficient / unit;
  const rest = drop > 60 ? d.coefficient : d.coefficient % unit;
  const isUp = (): boolean => {
    if (rest === 0n || rounding === 'truncate') return false;
    if (rounding === 'floor') return d.negative;
    if (rounding === 'ceil') return !d.negative;
    return drop <= 60 && (rest * 2n > unit || (rest * 2n === unit && c % 2n === 1n));
  };
  if (isUp()) c++;
  return roundDecimal(d.negative, c, exponent);
}
