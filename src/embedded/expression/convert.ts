import { badValue, failedToParse, MongoError } from '../error.ts';
import { formatIso } from '../values/calendar.ts';
import { decimalFromInteger, decimalFromNumber, decimalToNumber, parseDecimal } from '../values/decimal.ts';
import { formatNumber } from '../values/format.ts';
import {
  INT32_MAX,
  INT32_MIN,
  INT64_MAX,
  INT64_MIN,
  isTruthy,
  toDouble,
  truncateDecimal,
  wholeInt32,
} from '../values/number.ts';
import { compareNumbers } from '../values/order.ts';
import { UTC } from '../values/timezone.ts';
import {
  BsonDate,
  Decimal,
  int32,
  Int32,
  isNullish,
  isNumeric,
  ObjectId,
  TYPE_NAMES,
  typeName,
} from '../values/value.ts';
import type { Numeric, Value } from '../values/value.ts';
import { coerceDate } from './date.ts';
import { parseDate } from './date-parse.ts';
import type { Compiler, OperatorTable } from './operator.ts';
import { checkNamed, combine, operandsOf } from './operator.ts';
import type { Expression } from './scope.ts';

const failure = (message: string): MongoError => new MongoError(241, `${message} in $convert with no onError value`);

const unsupported = (v: Value, to: string): MongoError =>
  failure(`Unsupported conversion from ${typeName(v)} to ${to}`);

/** The integer part of a number, within the range of a type. */
function toInteger(v: Numeric, min: bigint, max: bigint): bigint {
  if (v instanceof Int32) return BigInt(v.value);
  let n: bigint;
  if (typeof v === 'bigint') {
    n = v;
  } else {
    const isNaNValue = v instanceof Decimal ? v.kind === 'nan' : Number.isNaN(v);
    if (isNaNValue) throw failure('Attempt to convert NaN value to integer type');
    const isInfinite = v instanceof Decimal ? v.kind === 'infinite' : !Number.isFinite(v);
    if (isInfinite) throw failure('Attempt to convert infinity value to integer type');
    n = v instanceof Decimal ? truncateDecimal(v) : BigInt(Math.trunc(v));
    if (typeof v === 'number' && (compareNumbers(v, min) < 0 || compareNumbers(v, max) > 0))
      throw failure('Conversion would overflow target type');
  }
  if (n < min || n > max) throw failure('Conversion would overflow target type');
  return n;
}

function integerFromText(text: string, min: bigint, max: bigint): bigint {
  if (/^[+-]?0[xX]/u.test(text)) throw failure('Illegal hexadecimal input');
  if (!/^[+-]?\d+$/u.test(text)) throw failure(`Failed to parse number '${text}'`);
  const n = BigInt(text.startsWith('+') ? text.slice(1) : text);
  if (n < min || n > max) throw failure(`Failed to parse number '${text}': Overflow`);
  return n;
}

const integer =
  (to: string, min: bigint, max: bigint, make: (n: bigint) => Value) =>
  (v: Value): Value => {
    if (isNumeric(v)) return make(toInteger(v, min, max));
    if (typeof v === 'string') return make(integerFromText(v, min, max));
    if (typeof v === 'boolean') return make(v ? 1n : 0n);
    if (to === 'long' && v instanceof BsonDate) return v.ms;
    throw unsupported(v, to);
  };

function doubleFromText(text: string): number {
  if (/^[+-]?0[xX]/u.test(text)) throw failure('Illegal hexadecimal input');
  if (/^[+-]?(?:inf|infinity)$/iu.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^[+-]?nan$/iu.test(text)) return NaN;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(text)) throw failure(`Failed to parse number '${text}'`);
  const n = Number(text);
  const isZero = !/[1-9]/u.test(text.split(/[eE]/u)[0] ?? '');
  if (!Number.isFinite(n) || (n === 0 && !isZero)) throw failure(`Failed to parse number '${text}': Out of range`);
  return n;
}

function toDoubleValue(v: Value): Value {
  if (v instanceof Decimal) {
    const n = decimalToNumber(v);
    const isOutside = v.kind === 'finite' && (!Number.isFinite(n) || (n === 0 && v.coefficient !== 0n));
    if (isOutside) throw failure('Conversion would overflow target type');
    return n;
  }
  if (isNumeric(v)) return toDouble(v);
  if (typeof v === 'string') return doubleFromText(v);
  if (typeof v === 'boolean') return v ? 1 : 0;
  if (v instanceof BsonDate) return Number(v.ms);
  throw unsupported(v, 'double');
}

function toDecimalValue(v: Value): Value {
  if (v instanceof Decimal) return v;
  if (typeof v === 'number') return decimalFromNumber(v);
  if (v instanceof Int32) return decimalFromInteger(BigInt(v.value));
  if (typeof v === 'bigint') return decimalFromInteger(v);
  if (typeof v === 'boolean') return decimalFromInteger(v ? 1n : 0n);
  if (v instanceof BsonDate) return decimalFromInteger(v.ms);
  if (typeof v !== 'string') throw unsupported(v, 'decimal');
  if (/^[+-]?0[xX]/u.test(v)) throw failure('Illegal hexadecimal input');
  const parsed = parseDecimal(v, true);
  if (!parsed) throw failure(`Failed to parse number '${v}'`);
  if (parsed.kind === 'infinite' && /\d/u.test(v)) throw failure(`Failed to parse number '${v}': Out of range`);
  return parsed;
}

function toDate(v: Value): Value {
  if (v instanceof BsonDate) return v;
  if (v instanceof ObjectId) return new BsonDate(coerceDate(v));
  if (typeof v === 'string') return new BsonDate(parseDate(v, UTC, false));
  if (isNumeric(v) && !(v instanceof Int32)) return new BsonDate(toInteger(v, INT64_MIN, INT64_MAX));
  throw unsupported(v, 'date');
}

function toText(v: Value): Value {
  if (typeof v === 'string') return v;
  if (isNumeric(v)) return formatNumber(v);
  if (typeof v === 'boolean') return String(v);
  if (v instanceof ObjectId) return v.hex;
  if (v instanceof BsonDate) return formatIso(v);
  throw unsupported(v, 'string');
}

function toObjectId(v: Value): Value {
  if (v instanceof ObjectId) return v;
  if (typeof v !== 'string') throw unsupported(v, 'objectId');
  if (!/^[\da-f]{24}$/iu.test(v)) throw failure(`Failed to parse objectId '${v}'`);
  return new ObjectId(v.toLowerCase());
}

/** The conversions by the target's name. */
const CONVERSIONS: ReadonlyMap<string, (v: Value) => Value> = new Map([
  ['double', toDoubleValue],
  ['string', toText],
  ['objectId', toObjectId],
  ['bool', (v) => isTruthy(v)],
  ['date', toDate],
  ['int', integer('int', BigInt(INT32_MIN), BigInt(INT32_MAX), (n) => int32(Number(n)))],
  ['long', integer('long', INT64_MIN, INT64_MAX, (n) => n)],
  ['decimal', toDecimalValue],
]);

/** The name of a type from a name or a number. */
function targetOf(to: Value): string {
  let name: string | undefined;
  if (typeof to === 'string') {
    name = to;
    if (![...TYPE_NAMES.values(), 'missing'].includes(to)) throw badValue(`Unknown type name: ${to}`);
  } else if (isNumeric(to)) {
    const code = wholeInt32(to);
    if (code === undefined) throw failedToParse("In $convert, numeric 'to' argument is not an integer");
    name = code === 0 ? 'missing' : TYPE_NAMES.get(code);
    if (name === undefined)
      throw failedToParse(`In $convert, numeric value for 'to' does not correspond to a BSON type: ${code}`);
  } else {
    throw failedToParse(`$convert's 'to' argument must be a string or number, but is ${typeName(to)}`);
  }
  return name;
}

function convertTo(v: Value, name: string): Value {
  const convert = CONVERSIONS.get(name);
  if (!convert) throw unsupported(v, name);
  return convert(v);
}

function convertOperator(operand: Value, { compile }: Compiler): Expression {
  const given = checkNamed('$convert', operand, {
    required: ['input', 'to'],
    optional: ['onError', 'onNull'],
    codes: [9, 9, 9],
  });
  const part = (key: string): Expression | undefined => {
    const value = given.get(key);
    return value === undefined ? undefined : compile(value);
  };
  const [input, to, onError, onNull] = ['input', 'to', 'onError', 'onNull'].map((key) => part(key));
  const parts = [input, to, onError, onNull].filter((item) => item !== undefined);
  return combine(parts, (env) => {
    const target = to?.evaluate(env);
    const value = input?.evaluate(env);
    const name = isNullish(target) ? undefined : targetOf(target);
    if (isNullish(value)) return onNull ? onNull.evaluate(env) : null;
    if (name === undefined) return null;
    try {
      return convertTo(value, name);
    } catch (error) {
      if (onError && error instanceof MongoError && error.code === 241) return onError.evaluate(env);
      throw error;
    }
  });
}

const shorthand = (name: string, target: string): OperatorTable => ({
  [name]: (operand, { compile }) => {
    const operands = operandsOf(operand);
    const [only] = operands;
    if (operands.length !== 1 || only === undefined) {
      throw new MongoError(50_723, `${name} requires a single argument, got ${operands.length}`);
    }
    const part = compile(only);
    return combine([part], (env) => {
      const value = part.evaluate(env);
      return isNullish(value) ? null : convertTo(value, target);
    });
  },
});

export const CONVERT: OperatorTable = {
  $convert: convertOperator,
  ...shorthand('$toBool', 'bool'),
  ...shorthand('$toDate', 'date'),
  ...shorthand('$toDecimal', 'decimal'),
  ...shorthand('$toDouble', 'double'),
  ...shorthand('$toInt', 'int'),
  ...shorthand('$toLong', 'long'),
  ...shorthand('$toObjectId', 'objectId'),
  ...shorthand('$toString', 'string'),
};
