import { MongoError } from '../error.ts';
import { divide, modulo, multiply, subtract } from '../values/arithmetic.ts';
import { toInt64 } from '../values/number.ts';
import { BsonDate, int32, isNullish, isNumeric, typeName } from '../values/value.ts';
import type { Numeric, Value } from '../values/value.ts';
import { INT64_MAX, INT64_MIN } from '../values/number.ts';
import { Sum } from './sum.ts';
import type { OperatorTable } from './operator.ts';
import { binary, variadic } from './operator.ts';

const numericOrNull = (v: Numeric | undefined): Value => v ?? null;

function dateWithin(ms: bigint, name: string): BsonDate {
  if (ms > INT64_MAX || ms < INT64_MIN) throw new MongoError(15, `date overflow in ${name}`);
  return new BsonDate(ms);
}

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
  if (!date) return sum.total();
  return dateWithin(date.ms + roundedMs(sum.total()), '$add');
}

/** Milliseconds of a number: doubles and decimals are rounded. */
function roundedMs(v: Value): bigint {
  return isNumeric(v) ? toInt64(typeof v === 'number' ? Math.round(v) : v) : 0n;
}

function multiplyAll(values: (Value | undefined)[]): Value {
  let product: Numeric = int32(1);
  let isNull = false;
  for (const value of values) {
    if (isNumeric(value)) product = multiply(product, value) ?? product;
    else if (isNullish(value)) isNull = true;
    else throw new MongoError(16_555, `$multiply only supports numeric types, not ${typeName(value)}`);
    if (isNull) return null;
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
  return dateWithin(a.ms - roundedMs(b), '$subtract');
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

function modTwo(a: Value | undefined, b: Value | undefined): Value {
  if (isNullish(a) || isNullish(b)) return null;
  if (!isNumeric(a) || !isNumeric(b)) {
    throw new MongoError(16_611, `$mod only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
  }
  const rest = modulo(a, b);
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
