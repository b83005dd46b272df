import { MongoError, notSupported } from '../error.ts';
import { divide, modulo, multiply, subtract } from '../values/arithmetic.ts';
import { quantize } from '../values/decimal-math.ts';
import { BsonDate, Decimal, int32, isNullish, isNumeric, typeName } from '../values/value.ts';
import type { Numeric, Value } from '../values/value.ts';
import {
  INT64_MAX,
  INT64_MIN,
  isFiniteNumber,
  isNaNNumber,
  toDouble,
  toInt64,
  truncateDecimal,
  wholeInt32,
} from '../values/number.ts';
import { Sum } from './sum.ts';
import type { OperatorTable } from './operator.ts';
import { binary, variadic } from './operator.ts';

const numericOrNull = (v: Numeric | undefined): Value => v ?? null;

function dateWithin(ms: bigint, name: string): BsonDate {
  if (ms > INT64_MAX || ms < INT64_MIN) throw new MongoError(15, `date overflow in ${name}`);
  return new BsonDate(ms);
}

/** Up to here the server's sums of doubles and integers are understood. */
const HUGE = 2n ** 62n;

function addAll(values: (Value | undefined)[]): Value {
  const sum = new Sum();
  let date: BsonDate | undefined;
  for (const value of values) {
    if (isNumeric(value)) {
      sum.add(value);
    } else if (value instanceof BsonDate) {
      if (date) throw new MongoError(16_612, 'only one date allowed in an $add expression');
      date = value;
    } else if (isNullish(value)) {
      return null;
    } else {
      throw new MongoError(16_554, `$add only supports numeric or date types, not ${typeName(value)}`);
    }
  }
  const isHuge = values.length > 2 && values.some((v) => typeof v === 'bigint' && (v > HUGE || v < -HUGE));
  if (isHuge && values.some((v) => typeof v === 'number')) {
    throw notSupported('$add of doubles and of int64 values beyond 2^62 at once');
  }
  if (!date) return sum.total();
  sum.add(date.ms);
  const total = sum.total();
  if (total instanceof Decimal) return new BsonDate(decimalToLong(total));
  if (isNaNNumber(total) || !isFiniteNumber(total)) throw new MongoError(15, 'date overflow in $add');
  return dateWithin(wholePart(total), '$add');
}

const wholePart = (v: Numeric): bigint => (typeof v === 'number' ? BigInt(Math.trunc(v)) : toInt64(v));

/** A decimal rounded to int64; what does not fit becomes the least int64. */
function decimalToLong(d: Decimal): bigint {
  const n = d.kind === 'finite' ? truncateDecimal(quantize(d, 0, 'halfEven')) : INT64_MIN;
  return n > INT64_MAX || n < INT64_MIN ? INT64_MIN : n;
}

/** The integer part; the server refuses a double that int64 does not hold. */
function coerceToLong(v: Numeric): bigint {
  if (v instanceof Decimal) return decimalToLong(v);
  const n = isFiniteNumber(v) ? wholePart(v) : undefined;
  if (n === undefined || n > INT64_MAX || n < INT64_MIN) {
    throw new MongoError(31_109, `Can't coerce out of range value to long`);
  }
  return n;
}

function multiplyAll(values: (Value | undefined)[]): Value {
  let product: Numeric = int32(1);
  for (const value of values) {
    if (isNumeric(value)) {
      // The server keeps an integer product beside the double one as long as it can.
      if (typeof value === 'number' && Number.isFinite(value) && !(product instanceof Decimal)) coerceToLong(value);
      const [left, right]: [Numeric, Numeric] = [product, value];
      product = multiply(left, right, () => toDouble(left) * toDouble(right)) ?? product;
    } else if (isNullish(value)) {
      return null;
    } else {
      throw new MongoError(16_555, `$multiply only supports numeric types, not ${typeName(value)}`);
    }
  }
  return product;
}

function subtractTwo(a: Value | undefined, b: Value | undefined): Value {
  if (isNumeric(a) && isNumeric(b)) return numericOrNull(subtract(a, b));
  if (isNullish(a) || isNullish(b)) return null;
  if (!(a instanceof BsonDate)) throw new MongoError(16_556, `cant $subtract a${typeName(b)} from a ${typeName(a)}`);
  if (b instanceof BsonDate) {
    const difference = a.ms - b.ms;
    if (difference > INT64_MAX || difference < INT64_MIN) throw new MongoError(15, 'date overflow in $subtract');
    return difference;
  }
  if (!isNumeric(b)) throw new MongoError(16_613, `cant $subtract a ${typeName(b)} from a Date`);
  const ms = coerceToLong(b);
  if (ms === INT64_MIN) throw new MongoError(159, 'Cannot negate the minimum duration');
  return dateWithin(a.ms - ms, '$subtract');
}

function divideTwo(a: Value | undefined, b: Value | undefined): Value {
  if (isNullish(a) || isNullish(b)) return null;
  if (!isNumeric(a) || !isNumeric(b)) {
    throw new MongoError(16_609, `$divide only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
  }
  const quotient = divide(a, b);
  if (quotient === undefined) throw new MongoError(16_608, "can't $divide by zero");
  return quotient;
}

/** A divisor that is whole and fits int32 counts as an integer. */
const isWholeInt32 = (v: Numeric): boolean => typeof v !== 'number' || wholeInt32(v) !== undefined;
const asInteger = (v: Numeric): Numeric => (typeof v === 'number' ? int32(wholeInt32(v) ?? 0) : v);

function modTwo(a: Value | undefined, b: Value | undefined): Value {
  if (isNullish(a) || isNullish(b)) return null;
  if (!isNumeric(a) || !isNumeric(b)) {
    throw new MongoError(16_611, `$mod only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
  }
  const isWhole = !(a instanceof Decimal || b instanceof Decimal) && typeof a !== 'number' && isWholeInt32(b);
  const rest = isWhole ? modulo(a, asInteger(b)) : modulo(a, b);
  if (rest === undefined) throw new MongoError(16_610, "can't $mod by zero");
  return rest;
}

export const ARITHMETIC: OperatorTable = {
  $add: variadic(addAll),
  $subtract: binary('$subtract', subtractTwo),
  $multiply: variadic(multiplyAll),
  $divide: binary('$divide', divideTwo),
  $mod: binary('$mod', modTwo),
};
