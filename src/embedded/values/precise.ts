import { toDecimal } from './decimal-math.ts';
import {
  DECIMAL_INFINITY,
  DECIMAL_NAN,
  decimalToNumber,
  digitCount,
  divideHalfEven,
  power10,
  roundDecimal,
} from './decimal.ts';
import { Decimal } from './value.ts';
import type { Numeric } from './value.ts';

/** Fixed-point numbers: an integer counts units of 10^-DIGITS. Enough digits for 34 correct ones after every function here. */
const DIGITS = 90;
const ONE = power10(DIGITS);

/** Exact decimal coefficient and exponent of a finite number; a double is the very binary fraction that it stands for. */
function exactly(v: Numeric): { sign: 1n | -1n; coefficient: bigint; exponent: number } {
  if (typeof v !== 'number') {
    const d = toDecimal(v);
    return { sign: d.negative ? -1n : 1n, coefficient: d.coefficient, exponent: d.exponent };
  }
  const magnitude = Math.abs(v);
  let mantissa = magnitude;
  let twos = 0;
  while (mantissa !== 0 && !Number.isInteger(mantissa)) {
    mantissa *= 2;
    twos++;
  }
  // A fraction of 2^k has exactly k decimal digits after the point.
  return { sign: v < 0 ? -1n : 1n, coefficient: BigInt(mantissa) * 5n ** BigInt(twos), exponent: -twos };
}

const fixed = (coefficient: bigint, exponent: number): bigint =>
  exponent + DIGITS >= 0
    ? coefficient * power10(exponent + DIGITS)
    : divideHalfEven(coefficient, power10(-exponent - DIGITS));

/** 2 * artanh((x - 1) / (x + 1)), for x from 0.3 to 4. */
function lnFixed(x: bigint): bigint {
  const z = ((x - ONE) * ONE) / (x + ONE);
  const square = (z * z) / ONE;
  let power = z;
  let sum = 0n;
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n;
    power = (power * square) / ONE;
  }
  return 2n * sum;
}

const LN_10 = lnFixed((ONE * 10n) / 8n) + 3n * lnFixed(2n * ONE);

/** The natural logarithm of a positive finite number. */
function lnOf(v: Numeric): bigint {
  const { coefficient, exponent } = exactly(v);
  const digits = digitCount(coefficient);
  let scaled = fixed(coefficient, -digits);
  let power = exponent + digits;
  if (scaled * 3n < ONE) {
    scaled *= 10n;
    power--;
  }
  return lnFixed(scaled) + BigInt(power) * LN_10;
}

/** e^x as a coefficient of DIGITS digits and a power of ten. */
function expFixed(x: bigint): { coefficient: bigint; exponent: number } {
  const power = divideFloor(x, LN_10);
  let rest = (x - power * LN_10) / 256n;
  let term = ONE;
  let sum = ONE;
  for (let n = 1n; term !== 0n; n++) {
    term = (term * rest) / ONE / n;
    sum += term;
  }
  for (let i = 0; i < 8; i++) sum = (sum * sum) / ONE;
  rest = sum;
  return { coefficient: rest, exponent: Number(power) - DIGITS };
}

const divideFloor = (a: bigint, b: bigint): bigint => (a >= 0n ? a / b : -((-a + b - 1n) / b));

/** A fixed-point result in the type that was asked for. */
function finish(negative: boolean, coefficient: bigint, exponent: number, isDecimal: boolean): Numeric {
  if (isDecimal) return roundDecimal(negative, coefficient, exponent);
  const n = Number(`${coefficient}e${exponent}`);
  return negative ? -n : n;
}

const isDecimalValue = (v: Numeric): boolean => v instanceof Decimal;
const asDouble = (v: Numeric): number =>
  v instanceof Decimal ? (v.kind === 'nan' ? NaN : decimalToNumber(v)) : Number(typeof v === 'object' ? v.value : v);

/** e to the power of a number, correctly rounded; a decimal for a decimal, else a double. */
export function exp(v: Numeric): Numeric {
  const isDecimal = isDecimalValue(v);
  const n = asDouble(v);
  if (Number.isNaN(n)) return isDecimal ? DECIMAL_NAN : NaN;
  if (n === 0) return isDecimal ? roundDecimal(false, 1n, 0) : 1;
  if (n > 15_000) return isDecimal ? DECIMAL_INFINITY : Infinity;
  if (n < -15_000) return isDecimal ? roundDecimal(false, 0n, -6176) : 0;
  const { sign, coefficient, exponent } = exactly(v);
  const result = expFixed(sign * fixed(coefficient, exponent));
  return finish(false, result.coefficient, result.exponent, isDecimal);
}

function isOne(v: Numeric): boolean {
  const d = v instanceof Decimal ? v : undefined;
  return d ? decimalToNumber(d) === 1 && d.coefficient === power10(-d.exponent) : asDouble(v) === 1;
}

/** The natural logarithm of a positive number (or NaN), correctly rounded. */
export function ln(v: Numeric): Numeric {
  const isDecimal = isDecimalValue(v);
  const n = asDouble(v);
  if (Number.isNaN(n)) return isDecimal ? DECIMAL_NAN : NaN;
  if (v instanceof Decimal ? v.kind === 'infinite' : n === Infinity) return isDecimal ? DECIMAL_INFINITY : Infinity;
  if (isOne(v)) return isDecimal ? roundDecimal(false, 0n, 0) : 0;
  const result = lnOf(v);
  return finish(result < 0n, result < 0n ? -result : result, -DIGITS, isDecimal);
}

/** The decimal logarithm of a positive number (or NaN), correctly rounded. */
export function log10(v: Numeric): Numeric {
  const isDecimal = isDecimalValue(v);
  const n = asDouble(v);
  if (Number.isNaN(n)) return isDecimal ? DECIMAL_NAN : NaN;
  if (v instanceof Decimal ? v.kind === 'infinite' : n === Infinity) return isDecimal ? DECIMAL_INFINITY : Infinity;
  const { coefficient, exponent } = exactly(v);
  const digits = coefficient.toString().replace(/0+$/u, '');
  if (digits === '1') {
    const power = exponent + coefficient.toString().length - 1;
    return isDecimal ? roundDecimal(power < 0, BigInt(Math.abs(power)), 0) : power;
  }
  const result = (lnOf(v) * ONE) / LN_10;
  return finish(result < 0n, result < 0n ? -result : result, -DIGITS, isDecimal);
}

/** A positive finite number to a finite power, correctly rounded (exact results are exact). */
export function power(base: Numeric, exponent: Numeric, isDecimal: boolean): Numeric {
  const e = exactly(exponent);
  // Past this the result is beyond every decimal.
  if (
    Math.abs(asDouble(exponent) * Math.log(asDouble(base) || Number.MIN_VALUE)) > 1e6 &&
    Math.abs(asDouble(exponent)) > 1e4
  ) {
    const grows = asDouble(exponent) > 0 === asDouble(base) > 1;
    if (!isDecimal) return grows ? Infinity : 0;
    return grows ? DECIMAL_INFINITY : roundDecimal(false, 0n, -6176);
  }
  const product =
    (lnOf(base) * e.sign * e.coefficient * (e.exponent > 0 ? power10(e.exponent) : 1n)) /
    (e.exponent < 0 ? power10(-e.exponent) : 1n);
  const result = expFixed(product);
  return finish(false, trimNoise(result.coefficient), result.exponent, isDecimal);
}

/** Removes the error of the last digits when all but them are zeros or nines: an exact power then is exact. */
function trimNoise(coefficient: bigint): bigint {
  const unit = power10(20);
  const rest = coefficient % power10(40);
  const isNear = rest < unit || rest > power10(40) - unit;
  return isNear ? divideHalfEven(coefficient, power10(40)) * power10(40) : coefficient;
}

/** The square root of a non-negative finite decimal, with the exponent that IEEE 754 prefers when it is exact. */
export function sqrtDecimal(d: Decimal): Decimal {
  if (d.coefficient === 0n) return new Decimal('finite', d.negative, 0n, Math.floor(d.exponent / 2));
  let exponent = d.exponent;
  let coefficient = d.coefficient;
  if (exponent % 2 !== 0) {
    coefficient *= 10n;
    exponent--;
  }
  const ideal = Math.floor(d.exponent / 2);
  const shift = 40;
  const scaled = coefficient * power10(2 * shift);
  let root = isqrt(scaled);
  const isExact = root * root === scaled;
  let e = exponent / 2 - shift;
  if (!isExact) return roundDecimal(false, root * 10n + 1n, e - 1);
  while (e < ideal && root % 10n === 0n) {
    root /= 10n;
    e++;
  }
  return roundDecimal(false, root, e);
}

function isqrt(n: bigint): bigint {
  let x = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}
