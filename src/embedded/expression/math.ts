import { MongoError } from '../error.ts';
import { divide, integerOf, kindOf, widest } from '../values/arithmetic.ts';
import { divideDecimals, negate, quantize, toDecimal } from '../values/decimal-math.ts';
import type { Rounding } from '../values/decimal-math.ts';
import { DECIMAL_NAN, decimalToNumber, digitCount, parseDecimal, roundDecimal } from '../values/decimal.ts';
import {
  INT64_MAX,
  INT64_MIN,
  isNaNNumber,
  shortest,
  toDouble,
  truncateDecimal,
  wholeInt32,
} from '../values/number.ts';
import { compareNumbers } from '../values/order.ts';
import { exp, ln, log10, power, sqrtDecimal } from '../values/precise.ts';
import { Decimal, int32, isNullish, isNumeric, typeName } from '../values/value.ts';
import type { Int32, Numeric, Value } from '../values/value.ts';
import type { OperatorTable } from './operator.ts';
import { binary, ranged, unary } from './operator.ts';

type Maybe = Value | undefined;

/** A function of one number; null and missing give null. */
const numeric = (name: string, apply: (v: Numeric) => Value, code = 28_765): OperatorTable => ({
  [name]: unary(name, (v) => {
    if (isNullish(v)) return null;
    if (!isNumeric(v)) throw new MongoError(code, `${name} only supports numeric types, not ${typeName(v)}`);
    return apply(v);
  }),
});

function abs(v: Numeric): Value {
  if (typeof v === 'number') return Math.abs(v);
  if (v instanceof Decimal) return v.negative ? negate(v) : v;
  const n = integerOf(v);
  if (n === INT64_MIN) throw new MongoError(28_680, "can't take $abs of long long min");
  const magnitude = n < 0n ? -n : n;
  return typeof v === 'bigint' ? magnitude : shortest(magnitude);
}

const toInteger =
  (doubles: (n: number) => number, rounding: Rounding) =>
  (v: Numeric): Value => {
    if (typeof v === 'number') return doubles(v);
    return v instanceof Decimal ? quantize(v, 0, rounding) : v;
  };

function sqrt(v: Numeric): Value {
  if (!isNaNNumber(v) && compareNumbers(v, int32(0)) < 0) {
    throw new MongoError(28_714, "$sqrt's argument must be greater than or equal to 0");
  }
  if (v instanceof Decimal) return v.kind === 'finite' ? sqrtDecimal(v) : v;
  return Math.sqrt(toDouble(v));
}

/** Infinity stays infinity in both types; only what is positive (or NaN) has a logarithm. */
function positive(name: string, code: number, v: Numeric): void {
  if (!isNaNNumber(v) && compareNumbers(v, int32(0)) <= 0) {
    throw new MongoError(code, `${name}'s argument must be a positive number`);
  }
}

function log(argument: Maybe, base: Maybe): Maybe {
  if (isNullish(argument) || isNullish(base)) return null;
  if (!isNumeric(argument)) throw new MongoError(28_756, `$log's argument must be numeric, not ${typeName(argument)}`);
  if (!isNumeric(base)) throw new MongoError(28_757, `$log's base must be numeric, not ${typeName(base)}`);
  positive('$log', 28_758, argument);
  if (!isNaNNumber(base) && (compareNumbers(base, int32(0)) <= 0 || compareNumbers(base, int32(1)) === 0)) {
    throw new MongoError(28_759, "$log's base must be a positive number not equal to 1");
  }
  const isDecimal = widest(kindOf(argument), kindOf(base)) === 'decimal';
  const [a, b] = isDecimal ? [toDecimal(argument), toDecimal(base)] : [toDouble(argument), toDouble(base)];
  const quotient = divide(ln(a), ln(b));
  return quotient ?? (isDecimal ? DECIMAL_NAN : NaN);
}

function pow(base: Maybe, exponent: Maybe): Maybe {
  if (isNullish(base) || isNullish(exponent)) return null;
  if (!isNumeric(base)) throw new MongoError(28_762, `$pow's base must be numeric, not ${typeName(base)}`);
  if (!isNumeric(exponent)) throw new MongoError(28_763, `$pow's exponent must be numeric, not ${typeName(exponent)}`);
  if (compareNumbers(base, int32(0)) === 0 && !isNaNNumber(exponent) && compareNumbers(exponent, int32(0)) < 0) {
    throw new MongoError(28_764, '$pow cannot take a base of 0 and a negative exponent');
  }
  const kind = widest(kindOf(base), kindOf(exponent));
  if (kind === 'decimal') return decimalPower(toDecimal(base), toDecimal(exponent));
  if (kind === 'double') return doublePower(toDouble(base), toDouble(exponent));
  const [b, e] = [integerOf(base as Int32 | bigint), integerOf(exponent as Int32 | bigint)];
  const exact = integerPower(b, e);
  if (exact === undefined) return doublePower(Number(b), Number(e));
  return kind === 'long' ? exact : shortest(exact);
}

/** The power if it is an int64. */
function integerPower(base: bigint, exponent: bigint): bigint | undefined {
  if (exponent === 0n || base === 1n) return 1n;
  if (base === 0n) return 0n;
  if (base === -1n) return exponent % 2n === 0n ? 1n : -1n;
  if (exponent < 0n || exponent > 63n) return undefined;
  const result = base ** exponent;
  return result > INT64_MAX || result < INT64_MIN ? undefined : result;
}

function doublePower(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && !Number.isFinite(exponent) && !Number.isNaN(exponent)) return 1;
  const isSpecial = base === 0 || exponent === 0 || !Number.isFinite(base) || !Number.isFinite(exponent);
  if (isSpecial || (base < 0 && !Number.isInteger(exponent))) return base ** exponent;
  const magnitude = power(Math.abs(base), exponent, false);
  const n = toDouble(magnitude);
  return base < 0 && Math.abs(exponent % 2) === 1 ? -n : n;
}

function decimalPower(base: Decimal, exponent: Decimal): Decimal {
  if (base.kind === 'nan' || exponent.kind === 'nan') return DECIMAL_NAN;
  const one = roundDecimal(false, 1n, 0);
  if (exponent.kind === 'finite' && exponent.coefficient === 0n) return one;
  if (base.kind !== 'finite' || exponent.kind !== 'finite' || base.coefficient === 0n) {
    const n = decimalToNumber(base) ** decimalToNumber(exponent);
    return parseDecimal(String(n)) ?? DECIMAL_NAN;
  }
  const whole = truncateDecimal(exponent);
  const isWhole = compareNumbers(whole, exponent) === 0;
  if (base.negative && !isWhole) return DECIMAL_NAN;
  const negative = base.negative && whole % 2n !== 0n;
  if (isWhole && whole > 0n && whole < 400n) {
    return roundDecimal(negative, base.coefficient ** whole, base.exponent * Number(whole));
  }
  if (isWhole && whole < 0n && whole > -400n) {
    const inverse = divideDecimals(one, roundExactly(base.coefficient ** -whole, base.exponent * Number(-whole)));
    return negative ? negate(inverse) : inverse;
  }
  const magnitude = toDecimal(power(base.negative ? negate(base) : base, exponent, true));
  return negative ? negate(magnitude) : magnitude;
}

/** A decimal with more digits than it may have, for one step in between. */
const roundExactly = (coefficient: bigint, exponent: number): Decimal =>
  new Decimal('finite', false, coefficient, exponent);

const rounded =
  (name: string, rounding: Rounding) =>
  ([v, place]: Maybe[], count: number): Maybe => {
    if (isNullish(v)) return null;
    if (!isNumeric(v)) throw new MongoError(51_081, `${name} only supports numeric types, not ${typeName(v)}`);
    if (count > 1 && isNullish(place)) return null;
    const precision = count > 1 ? precisionOf(name, place) : 0;
    if (typeof v === 'number') {
      if (!Number.isFinite(v)) return v;
      const result = roundDecimalTo(exactDecimal(v), precision, rounding);
      return decimalToNumber(result);
    }
    if (v instanceof Decimal) return v.kind === 'finite' ? roundDecimalTo(v, precision, rounding) : v;
    if (precision >= 0) return v;
    const result = truncateDecimal(quantize(toDecimal(v), -precision, rounding));
    if (result > INT64_MAX || result < INT64_MIN) {
      throw new MongoError(51_080, `invalid conversion from Decimal128 result in ${name}`);
    }
    return typeof v === 'bigint' ? result : shortest(result);
  };

function precisionOf(name: string, place: Maybe): number {
  if (!isNumeric(place)) throw new MongoError(16_004, `can't convert from BSON type ${typeName(place)} to long`);
  const precision = wholeInt32(place);
  if (precision === undefined) throw new MongoError(51_082, `precision argument to  ${name} must be a integral value`);
  if (precision < -20 || precision > 100) {
    throw new MongoError(51_083, `cannot apply ${name} with precision value ${precision} value must be in [-20, 100]`);
  }
  return precision;
}

/** A double as a decimal of 34 digits. */
function exactDecimal(n: number): Decimal {
  if (n === 0) return new Decimal('finite', Object.is(n, -0), 0n, 0);
  let mantissa = Math.abs(n);
  let twos = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    twos++;
  }
  return roundDecimal(n < 0, BigInt(mantissa) * 5n ** BigInt(twos), -twos);
}

/** Gives the decimal exactly as many places; NaN if that takes more than 34 digits. */
function roundDecimalTo(d: Decimal, places: number, rounding: Rounding): Decimal {
  const result = quantize(d, -places, rounding);
  const pad = result.exponent + places;
  if (pad <= 0) return result;
  if (result.coefficient === 0n) return new Decimal('finite', result.negative, 0n, -places);
  if (digitCount(result.coefficient) + pad > 34) return DECIMAL_NAN;
  return new Decimal('finite', result.negative, result.coefficient * 10n ** BigInt(pad), -places);
}

export const MATH: OperatorTable = {
  ...numeric('$abs', abs),
  ...numeric('$ceil', toInteger(Math.ceil, 'ceil')),
  ...numeric('$floor', toInteger(Math.floor, 'floor')),
  ...numeric('$sqrt', sqrt),
  ...numeric('$exp', (v) => exp(v instanceof Decimal ? v : toDouble(v))),
  ...numeric('$ln', (v) => {
    positive('$ln', 28_766, v);
    return ln(v instanceof Decimal ? v : toDouble(v));
  }),
  ...numeric('$log10', (v) => {
    positive('$log10', 28_761, v);
    return log10(v instanceof Decimal ? v : toDouble(v));
  }),
  $log: binary('$log', log),
  $pow: binary('$pow', pow),
  $round: ranged('$round', 1, 2, (values) => rounded('$round', 'halfEven')(values, values.length)),
  $trunc: ranged('$trunc', 1, 2, (values) => rounded('$trunc', 'truncate')(values, values.length)),
};
