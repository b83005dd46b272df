import { digitCount, divideHalfEven, power10, roundDecimal } from './decimal.ts';
import { Decimal } from './value.ts';

/**
 * Transcendental functions of doubles, correctly rounded by way of fixed-point numbers: an integer counts units of 10^-DIGITS.
 * JavaScript's own may be off by one in the last place, and the server's C library is not.
 */
const DIGITS = 60;
const ONE = power10(DIGITS);

/** The exact value of a positive finite double as coefficient and power of ten. */
function exactly(v: number): { coefficient: bigint; exponent: number } {
  let mantissa = v;
  let twos = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    twos++;
  }
  // A fraction of 2^k has exactly k decimal digits after the point.
  return { coefficient: BigInt(mantissa) * 5n ** BigInt(twos), exponent: -twos };
}

const fixed = ({ coefficient, exponent }: { coefficient: bigint; exponent: number }): bigint =>
  exponent + DIGITS >= 0
    ? coefficient * power10(exponent + DIGITS)
    : divideHalfEven(coefficient, power10(-exponent - DIGITS));

/** 2 * artanh((x - 1) / (x + 1)), for x from 0.3 to 4. */
function lnFixed(x: bigint): bigint {
  const z = ((x - ONE) * ONE) / (x + ONE);
  const square = (z * z) / ONE;
  let term = z;
  let sum = 0n;
  for (let n = 1n; term !== 0n; n += 2n) {
    sum += term / n;
    term = (term * square) / ONE;
  }
  return 2n * sum;
}

const LN_10 = lnFixed((ONE * 10n) / 8n) + 3n * lnFixed(2n * ONE);

/** The natural logarithm of a positive finite double. */
function lnOf(v: number): bigint {
  const { coefficient, exponent } = exactly(v);
  const digits = digitCount(coefficient);
  let scaled = fixed({ coefficient, exponent: -digits });
  let power = exponent + digits;
  if (scaled * 3n < ONE) {
    scaled = fixed({ coefficient, exponent: 1 - digits });
    power--;
  }
  return lnFixed(scaled) + BigInt(power) * LN_10;
}

/** e^x as a double. */
function expOf(x: bigint): number {
  const power = x >= 0n ? x / LN_10 : -((-x + LN_10 - 1n) / LN_10);
  const rest = (x - power * LN_10) / 256n;
  let term = ONE;
  let sum = ONE;
  for (let n = 1n; term !== 0n; n++) {
    term = (term * rest) / ONE / n;
    sum += term;
  }
  for (let i = 0; i < 8; i++) sum = (sum * sum) / ONE;
  return toNumber(sum, Number(power) - DIGITS);
}

const toNumber = (coefficient: bigint, exponent: number): number => Number(`${coefficient}e${exponent}`);

/** e to the power of a double. */
export function exp(v: number): number {
  if (Number.isNaN(v)) return NaN;
  if (v === 0) return 1;
  if (v > 710) return Infinity;
  if (v < -746) return 0;
  const magnitude = fixed(exactly(Math.abs(v)));
  return expOf(v < 0 ? -magnitude : magnitude);
}

/** The natural logarithm of a positive double (or NaN). */
export function ln(v: number): number {
  if (Number.isNaN(v) || v === Infinity) return v;
  return v === 1 ? 0 : toNumber(lnOf(v), -DIGITS);
}

/** The decimal logarithm of a positive double (or NaN). */
export function log10(v: number): number {
  if (Number.isNaN(v) || v === Infinity) return v;
  const { coefficient, exponent } = exactly(v);
  const digits = coefficient.toString();
  if (/^10*$/u.test(digits)) return exponent + digits.length - 1;
  return toNumber((lnOf(v) * ONE) / LN_10, -DIGITS);
}

/** A positive finite double to a finite power. */
export function power(base: number, exponent: number): number {
  const rough = exponent * Math.log(base);
  if (Math.abs(rough) > 800) return rough > 0 ? Infinity : 0;
  const e = exactly(Math.abs(exponent));
  const product =
    (lnOf(base) * e.coefficient * (e.exponent > 0 ? power10(e.exponent) : 1n)) /
    (e.exponent < 0 ? power10(-e.exponent) : 1n);
  return expOf(exponent < 0 ? -product : product);
}

/** The square root of a non-negative finite decimal, with the exponent that IEEE 754 prefers when it is exact. */
export function sqrtDecimal(d: Decimal): Decimal {
  if (d.coefficient === 0n) return new Decimal('finite', d.negative, 0n, Math.floor(d.exponent / 2));
  const isOdd = d.exponent % 2 !== 0;
  const ideal = Math.floor(d.exponent / 2);
  const shift = 40;
  const scaled = d.coefficient * power10(2 * shift + (isOdd ? 1 : 0));
  let root = isqrt(scaled);
  let exponent = (isOdd ? d.exponent - 1 : d.exponent) / 2 - shift;
  if (root * root !== scaled) return roundDecimal(false, root * 10n + 1n, exponent - 1);
  while (exponent < ideal && root % 10n === 0n) {
    root /= 10n;
    exponent++;
  }
  return roundDecimal(false, root, exponent);
}

function isqrt(n: bigint): bigint {
  let x = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}
