import { Decimal } from './value.ts';

const MAX_DIGITS = 34;
const MAX_COEFFICIENT = 10n ** 34n - 1n;
const MIN_EXPONENT = -6176;
const MAX_EXPONENT = 6111;

export const DECIMAL_NAN = new Decimal('nan', false, 0n, 0);
export const DECIMAL_INFINITY = new Decimal('infinite', false, 0n, 0);
export const DECIMAL_NEGATIVE_INFINITY = new Decimal('infinite', true, 0n, 0);

const POWERS = Array.from({ length: 70 }, (_, i) => 10n ** BigInt(i));
export const power10 = (n: number): bigint => POWERS[n] ?? 10n ** BigInt(n);

/** Number of decimal digits of a non-negative integer (1 for zero). */
export const digitCount = (n: bigint): number => n.toString().length;

/** Divides non-negative integers, rounding half to even. */
export function divideHalfEven(n: bigint, d: bigint): bigint {
  const quotient = n / d;
  const twice = (n % d) * 2n;
  return twice > d || (twice === d && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

/** The decimal nearest to `(-1)^negative * coefficient * 10^exponent`, rounded half to even as IEEE 754 says. */
export function roundDecimal(negative: boolean, coefficient: bigint, exponent: number): Decimal {
  let c = coefficient;
  let e = exponent;
  const excess = Math.max(digitCount(c) - MAX_DIGITS, MIN_EXPONENT - e);
  if (excess > 0) {
    c = excess > 7000 ? 0n : divideHalfEven(c, power10(excess));
    e += excess;
    if (c > MAX_COEFFICIENT) {
      c /= 10n;
      e++;
    }
  }
  if (e > MAX_EXPONENT) {
    if (c === 0n) return new Decimal('finite', negative, 0n, MAX_EXPONENT);
    const shift = e - MAX_EXPONENT;
    if (digitCount(c) + shift > MAX_DIGITS) return negative ? DECIMAL_NEGATIVE_INFINITY : DECIMAL_INFINITY;
    c *= power10(shift);
    e = MAX_EXPONENT;
  }
  return new Decimal('finite', negative, c, e);
}

/** From the two little-endian halves of BSON's binary integer decimal encoding. */
export function decimalFromBits(high: bigint, low: bigint): Decimal {
  const negative = high >> 63n === 1n;
  const combination = Number((high >> 58n) & 0x1fn);
  if (combination === 0x1f) return DECIMAL_NAN;
  if (combination === 0x1e) return negative ? DECIMAL_NEGATIVE_INFINITY : DECIMAL_INFINITY;
  if (combination >> 3 === 3) {
    // The coefficient of this form is beyond 34 digits, so it counts as zero.
    return new Decimal('finite', negative, 0n, Number((high >> 47n) & 0x3fffn) + MIN_EXPONENT);
  }
  const coefficient = ((high & 0x1ffffffffffffn) << 64n) | low;
  const exponent = Number((high >> 49n) & 0x3fffn) + MIN_EXPONENT;
  return new Decimal('finite', negative, coefficient > MAX_COEFFICIENT ? 0n : coefficient, exponent);
}

export function decimalToBits(d: Decimal): { high: bigint; low: bigint } {
  const sign = d.negative ? 1n << 63n : 0n;
  if (d.kind === 'nan') return { high: 0x7cn << 56n, low: 0n };
  if (d.kind === 'infinite') return { high: sign | (0x78n << 56n), low: 0n };
  const high = sign | (BigInt(d.exponent - MIN_EXPONENT) << 49n) | (d.coefficient >> 64n);
  return { high, low: d.coefficient & 0xffffffffffffffffn };
}

/** Parses decimal notation, rounding (or cutting) to 34 digits; `undefined` for text that is no number. */
export function parseDecimal(text: string, cut = false): Decimal | undefined {
  const special = /^([+-]?)(?:(inf(?:inity)?)|(nan))$/iu.exec(text);
  if (special) {
    if (special[3] !== undefined) return DECIMAL_NAN;
    return special[1] === '-' ? DECIMAL_NEGATIVE_INFINITY : DECIMAL_INFINITY;
  }
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/u.exec(text);
  const whole = parts?.[2] ?? '';
  const fraction = parts?.[3] ?? '';
  if (!parts || whole + fraction === '') return undefined;
  const digits = (whole + fraction).replace(/^0+(?=\d)/u, '');
  const kept = cut ? digits.slice(0, MAX_DIGITS) : digits;
  const exponent = Number(parts[4] ?? 0) - fraction.length + digits.length - kept.length;
  return roundDecimal(parts[1] === '-', BigInt(kept), exponent);
}

/** The canonical string of the decimal, as MongoDB prints it. */
export function formatDecimal(d: Decimal): string {
  if (d.kind === 'nan') return 'NaN';
  const sign = d.negative ? '-' : '';
  if (d.kind === 'infinite') return `${sign}Infinity`;
  const digits = d.coefficient.toString();
  const adjusted = d.exponent + digits.length - 1;
  if (d.exponent > 0 || adjusted < -6) {
    const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
    return `${sign}${mantissa}E${adjusted < 0 ? '' : '+'}${adjusted}`;
  }
  if (d.exponent === 0) return sign + digits;
  const padded = digits.padStart(1 - d.exponent, '0');
  return `${sign}${padded.slice(0, d.exponent)}.${padded.slice(d.exponent)}`;
}

/** The double nearest to the decimal. */
export const decimalToNumber = (d: Decimal): number => Number(formatDecimal(d));

/** The exact decimal of a 64-bit or smaller integer. */
export const decimalFromInteger = (n: bigint): Decimal => new Decimal('finite', n < 0n, n < 0n ? -n : n, 0);

/** A double as MongoDB converts it: the 15 significant digits that every double keeps. */
export function decimalFromNumber(n: number): Decimal {
  if (Number.isNaN(n)) return DECIMAL_NAN;
  if (!Number.isFinite(n)) return n < 0 ? DECIMAL_NEGATIVE_INFINITY : DECIMAL_INFINITY;
  if (n === 0) return new Decimal('finite', Object.is(n, -0), 0n, 0);
  return parseDecimal(n.toExponential(14)) ?? DECIMAL_NAN;
}

/** The exact value of a double, rounded to 34 digits. */
export function exactDecimal(n: number): Decimal {
  if (!Number.isFinite(n) || n === 0) return decimalFromNumber(n);
  let mantissa = Math.abs(n);
  let twos = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    twos++;
  }
  return roundDecimal(n < 0, BigInt(mantissa) * 5n ** BigInt(twos), -twos);
}

const DOUBLE_BITS = new DataView(new ArrayBuffer(8));

/** Compares a finite double with a finite decimal by their exact values. */
export function compareNumberDecimal(n: number, d: Decimal): number {
  const rough = decimalToNumber(d);
  if (rough !== n) return n < rough ? -1 : 1;
  DOUBLE_BITS.setFloat64(0, n);
  const bits = DOUBLE_BITS.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const mantissa = biased === 0 ? bits & 0xfffffffffffffn : (bits & 0xfffffffffffffn) | (1n << 52n);
  const shift = (biased === 0 ? 1 : biased) - 1075;
  const left = (n < 0 ? -mantissa : mantissa) * (shift > 0 ? 1n << BigInt(shift) : 1n);
  const right = (d.negative ? -d.coefficient : d.coefficient) * (d.exponent > 0 ? power10(d.exponent) : 1n);
  const a = left * (d.exponent < 0 ? power10(-d.exponent) : 1n);
  const b = right * (shift < 0 ? 1n << BigInt(-shift) : 1n);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Compares two finite decimals by value. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const x = a.negative ? -a.coefficient : a.coefficient;
  const y = b.negative ? -b.coefficient : b.coefficient;
  if (x === 0n || y === 0n || x < 0n !== y < 0n) return x < y ? -1 : x > y ? 1 : 0;
  const difference = a.exponent + digitCount(a.coefficient) - b.exponent - digitCount(b.coefficient);
  if (difference !== 0) return difference < 0 === x > 0n ? -1 : 1;
  const low = Math.min(a.exponent, b.exponent);
  const left = x * power10(a.exponent - low);
  const right = y * power10(b.exponent - low);
  return left < right ? -1 : left > right ? 1 : 0;
}
