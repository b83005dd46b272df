import { MongoError, notSupported } from '../error.ts';
import { integerOf, kindOf, widest } from '../values/arithmetic.ts';
import { negate, quantize, toDecimal } from '../values/decimal-math.ts';
import type { Rounding } from '../values/decimal-math.ts';
import { DECIMAL_NAN, decimalToNumber, digitCount, exactDecimal } from '../values/decimal.ts';
import {
  INT32_MAX,
  INT64_MAX,
  INT64_MIN,
  isFiniteNumber,
  isNaNNumber,
  shortest,
  toDouble,
  truncateDecimal,
  wholeInt32,
} from '../values/number.ts';
import { compareNumbers } from '../values/order.ts';
import { exp, ln, log10, power, sqrtDecimal } from '../values/precise.ts';
import { Decimal, int32, isDoc, isNullish, isNumeric, typeName } from '../values/value.ts';
import type { Int32, Numeric, Value } from '../values/value.ts';
import type { Operator, OperatorTable } from './operator.ts';
import { binary, operandsOf, ranged, unary } from './operator.ts';

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
    if (!(v instanceof Decimal)) return v;
    if (v.kind !== 'finite' || (v.coefficient !== 0n && v.exponent + digitCount(v.coefficient) > 34))
      return DECIMAL_NAN;
    return roundDecimalTo(v, 0, rounding);
  };

function sqrt(v: Numeric): Value {
  if (!isNaNNumber(v) && compareNumbers(v, int32(0)) < 0) {
    throw new MongoError(28_714, "$sqrt's argument must be greater than or equal to 0");
  }
  if (v instanceof Decimal) return v.kind === 'finite' ? sqrtDecimal(v) : v;
  return Math.sqrt(toDouble(v));
}

/** The server's library for decimals is not correctly rounded here, so its last digits cannot be had. */
const notForDecimals = (name: string): MongoError => notSupported(`${name} of a decimal`);

function asDouble(name: string, v: Numeric): number {
  if (v instanceof Decimal) throw notForDecimals(name);
  return toDouble(v);
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
  if (isDecimal) throw notForDecimals('$log');
  return ln(toDouble(argument)) / ln(toDouble(base));
}

function pow(base: Maybe, exponent: Maybe): Maybe {
  if (isNullish(base) || isNullish(exponent)) return null;
  if (!isNumeric(base)) throw new MongoError(28_762, `$pow's base must be numeric, not ${typeName(base)}`);
  if (!isNumeric(exponent)) throw new MongoError(28_763, `$pow's exponent must be numeric, not ${typeName(exponent)}`);
  if (compareNumbers(base, int32(0)) === 0 && !isNaNNumber(exponent) && compareNumbers(exponent, int32(0)) < 0) {
    throw new MongoError(28_764, '$pow cannot take a base of 0 and a negative exponent');
  }
  const kind = widest(kindOf(base), kindOf(exponent));
  if (kind === 'decimal') throw notForDecimals('$pow');
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
  const n = power(Math.abs(base), exponent);
  return base < 0 && Math.abs(exponent % 2) === 1 ? -n : n;
}

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
    // An int32 that is rounded below its range wraps around, as it does on the server.
    const isLong = typeof v === 'bigint' || result > INT32_MAX;
    return isLong ? result : int32(Number(BigInt.asIntN(32, result)));
  };

function precisionOf(name: string, place: Maybe): number {
  if (!isNumeric(place)) throw new MongoError(16_004, `can't convert from BSON type ${typeName(place)} to long`);
  if (!isFiniteNumber(place)) throw new MongoError(31_109, "Can't coerce out of range value to long");
  const precision = wholeInt32(place);
  if (precision === undefined) throw new MongoError(51_082, `precision argument to  ${name} must be a integral value`);
  if (precision < -20 || precision > 100) {
    throw new MongoError(51_083, `cannot apply ${name} with precision value ${precision} value must be in [-20, 100]`);
  }
  return precision;
}

/** Gives the decimal exactly as many places, or as many as 34 digits allow. */
function roundDecimalTo(d: Decimal, places: number, rounding: Rounding): Decimal {
  const result = quantize(d, -places, rounding);
  const pad = result.exponent + places;
  if (pad <= 0) return result;
  if (result.coefficient === 0n) return new Decimal('finite', result.negative, 0n, -places);
  const room = Math.min(pad, 34 - digitCount(result.coefficient));
  return new Decimal('finite', result.negative, result.coefficient * 10n ** BigInt(room), result.exponent - room);
}

const rand: Operator = (operand, { scope }) => {
  if (operandsOf(operand).some((item) => !isDoc(item) || item.size > 0)) {
    throw new MongoError(3_040_501, '$rand does not currently accept arguments');
  }
  const { random } = scope.options;
  if (!random) throw notSupported('$rand here');
  return { evaluate: () => random() };
};

export const MATH: OperatorTable = {
  $rand: rand,
  ...numeric('$abs', abs),
  ...numeric('$ceil', toInteger(Math.ceil, 'ceil')),
  ...numeric('$floor', toInteger(Math.floor, 'floor')),
  ...numeric('$sqrt', sqrt),
  ...numeric('$exp', (v) => exp(asDouble('$exp', v))),
  ...numeric('$ln', (v) => {
    positive('$ln', 28_766, v);
    return ln(asDouble('$ln', v));
  }),
  ...numeric('$log10', (v) => {
    positive('$log10', 28_761, v);
    return log10(asDouble('$log10', v));
  }),
  $log: binary('$log', log),
  $pow: binary('$pow', pow),
  $round: ranged('$round', 1, 2, (values) => rounded('$round', 'halfEven')(values, values.length)),
  $trunc: ranged('$trunc', 1, 2, (values) => rounded('$trunc', 'truncate')(values, values.length)),
};
