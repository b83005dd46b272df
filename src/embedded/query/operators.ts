import { badValue, failedToParse, MongoError, notSupported, typeMismatch } from '../error.ts';
import type { Collation } from '../values/order.ts';
import { toInt64, wholeInt32, wholeNumber } from '../values/number.ts';
import { compileRegex } from '../values/regex.ts';
import { Binary, isDoc, isNumeric, Regex, TYPE_NAMES, UNDEFINED } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import { isTruthy } from '../values/number.ts';
import { bitsTest, comparisonTest, elemMatchTest, inTest, modTest, regexTest, sizeTest, typeTest } from './leaf.ts';
import type { BitsOp, ComparisonOp, ValueTest } from './leaf.ts';
import type { Predicate } from './filter.ts';

/** A predicate without its path. */
type PathlessPredicate = Predicate extends infer P ? (P extends Predicate ? Omit<P, 'path'> : never) : never;

/** A condition on the values of one path, or on one value inside `$elemMatch`. */
export type Condition =
  | {
      readonly kind: 'leaf';
      readonly test: ValueTest;
      /** Whether the elements of an array at the path's end are tried, too. */
      readonly intoArrays: boolean;
      readonly predicate?: PathlessPredicate;
    }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and'; readonly of: readonly Condition[] };

/** What operators need to know of the filter around them. */
export interface OperatorContext {
  readonly collation: Collation | undefined;
  /** Compiles a nested filter, for `$elemMatch`. */
  nested(filter: Doc): (element: Value) => boolean;
}

type Operator = (operand: Value, context: OperatorContext, all: Doc) => Condition;

const leaf = (test: ValueTest, predicate?: PathlessPredicate): Condition => ({
  kind: 'leaf',
  test,
  intoArrays: true,
  ...(predicate && { predicate }),
});
const onWhole = (test: ValueTest): Condition => ({ kind: 'leaf', test, intoArrays: false });
const not = (of: Condition): Condition => ({ kind: 'not', of });
const NEVER: Condition = leaf(() => false);

/** Whether a document is a set of operators; references (`$ref` first) are plain values. */
export function isOperatorDocument(v: Value): v is Doc {
  if (!isDoc(v)) return false;
  const first = v.keys().next().value;
  return first !== undefined && first.startsWith('$') && first !== '$ref' && first !== '$id' && first !== '$db';
}

function comparison(op: ComparisonOp, operand: Value, collation: Collation | undefined): Condition {
  if (operand === UNDEFINED) throw badValue('cannot compare to undefined');
  if (operand instanceof Regex && op !== 'eq') throw badValue("Can't have RegEx as arg to predicate over field.");
  return leaf(comparisonTest(op, operand, collation), { op, value: operand });
}

const compareWith =
  (op: ComparisonOp): Operator =>
  (operand, { collation }) =>
    comparison(op, operand, collation);

function regexCondition(regex: Regex): Condition {
  const compiled = compileRegex(regex.pattern, regex.options);
  const test = regexTest(compiled, regex);
  return leaf(test, { op: 'regex', regex, prefix: compiled.prefix });
}

/** Equality as `{ field: value }` means it: a regular expression matches strings. */
export function implicitEquality(value: Value, context: OperatorContext): Condition {
  return value instanceof Regex ? regexCondition(value) : comparison('eq', value, context.collation);
}

function membership(name: string, operand: Value, { collation }: OperatorContext): Condition {
  if (!Array.isArray(operand)) throw badValue(`${name} needs an array`);
  const values: Value[] = [];
  const regexes: ValueTest[] = [];
  for (const item of operand) {
    if (isOperatorDocument(item)) throw badValue('cannot nest $ under $in');
    if (item === UNDEFINED) throw badValue('InMatchExpression equality cannot be undefined');
    if (item instanceof Regex) regexes.push(regexTest(compileRegex(item.pattern, item.options), item));
    else values.push(item);
  }
  return leaf(inTest(values, regexes, collation), regexes.length === 0 ? { op: 'in', values } : undefined);
}

function notOperator(operand: Value, context: OperatorContext): Condition {
  if (operand instanceof Regex) return not(regexCondition(operand));
  if (!isDoc(operand)) throw badValue('$not needs a regex or a document');
  if (operand.size === 0) throw badValue('$not cannot be empty');
  return not({ kind: 'and', of: parseOperators(operand, context) });
}

const isElemMatch = (v: Value | undefined): v is Doc => isDoc(v) && v.keys().next().value === '$elemMatch';

function allOperator(operand: Value, context: OperatorContext): Condition {
  if (!Array.isArray(operand)) throw badValue('$all needs an array');
  if (operand.length === 0) return NEVER;
  if (isElemMatch(operand[0])) {
    return {
      kind: 'and',
      of: operand.map((item) => {
        if (!isElemMatch(item)) throw badValue('$all/$elemMatch has to be consistent');
        return elemMatch(item.get('$elemMatch') ?? null, context);
      }),
    };
  }
  const of = operand.map((item) => {
    if (isOperatorDocument(item)) throw badValue('no $ expressions in $all');
    return implicitEquality(item, context);
  });
  return { kind: 'and', of };
}

function elemMatch(operand: Value, context: OperatorContext): Condition {
  if (!isDoc(operand)) throw badValue('$elemMatch needs an Object');
  const first = operand.keys().next().value ?? '';
  const isLogical = first === '$and' || first === '$or' || first === '$nor' || first === '$expr' || first === '$where';
  if (!isOperatorDocument(operand) || isLogical) return onWhole(elemMatchTest(context.nested(operand)));
  const tests = parseOperators(operand, context).map((condition) => onValue(condition));
  return onWhole(elemMatchTest((element) => tests.every((test) => test(element, undefined))));
}

/** A condition as a test of one value, without looking into arrays. */
export function onValue(condition: Condition): ValueTest {
  if (condition.kind === 'leaf') return condition.test;
  if (condition.kind === 'not') {
    const test = onValue(condition.of);
    return (value) => !test(value, undefined);
  }
  const tests = condition.of.map((part) => onValue(part));
  return (value, match) => tests.every((test) => test(value, match));
}

function regexOperator(operand: Value, _: OperatorContext, all: Doc): Condition {
  const options = all.get('$options');
  if (options !== undefined && typeof options !== 'string') throw badValue('$options has to be a string');
  if (typeof operand === 'string') return regexCondition(new Regex(operand, options ?? ''));
  if (!(operand instanceof Regex)) throw badValue('$regex has to be a string');
  if (options !== undefined && operand.options !== '') {
    throw new MongoError(51_075, 'options set in both $regex and $options');
  }
  return regexCondition(new Regex(operand.pattern, options ?? operand.options));
}

function optionsOperator(_: Value, __: OperatorContext, all: Doc): Condition {
  if (!all.has('$regex')) throw badValue('$options needs a $regex');
  return { kind: 'and', of: [] };
}

function modOperator(operand: Value): Condition {
  if (!Array.isArray(operand)) throw badValue('malformed mod, needs to be an array');
  const [divisor, remainder, surplus] = operand;
  if (divisor === undefined || remainder === undefined) throw badValue('malformed mod, not enough elements');
  if (surplus !== undefined) throw badValue('malformed mod, too many elements');
  if (!isNumeric(divisor)) throw badValue('malformed mod, divisor not a number');
  if (!isNumeric(remainder)) throw badValue('malformed mod, remainder not a number');
  const d = toInt64(divisor);
  if (d === 0n) throw badValue('divisor cannot be 0');
  return leaf(modTest(d, toInt64(remainder)));
}

function sizeOperator(operand: Value): Condition {
  if (!isNumeric(operand)) throw badValue('$size needs a number');
  const size = wholeNumber(operand);
  if (size === undefined) throw badValue('$size must be a whole number');
  if (size < 0n) throw badValue('$size may not be negative');
  return onWhole(sizeTest(Number(size)));
}

const TYPE_CODES = new Map([...TYPE_NAMES].map(([code, name]) => [name, code]));
const NUMBER_CODES = [1, 16, 18, 19];

function typeCodes(v: Value): readonly number[] {
  if (typeof v === 'string') {
    if (v === 'number') return NUMBER_CODES;
    const code = TYPE_CODES.get(v);
    if (code === undefined) throw badValue(`Unknown type name alias: ${v}`);
    return [code];
  }
  if (!isNumeric(v)) throw typeMismatch('type must be represented as a number or a string');
  const code = wholeInt32(v);
  if (code === undefined || !TYPE_NAMES.has(code)) throw badValue('Invalid numerical type code');
  return [code];
}

function typeOperator(operand: Value): Condition {
  const codes = Array.isArray(operand) ? operand.flatMap((v) => typeCodes(v)) : typeCodes(operand);
  if (codes.length === 0) throw failedToParse('$type must match at least one type');
  return leaf(typeTest(new Set(codes)));
}

const bitsOperator =
  (op: BitsOp): Operator =>
  (operand) =>
    leaf(bitsTest(op, bitPositions(op, operand)));

function bitPositions(op: BitsOp, operand: Value): number[] {
  if (Array.isArray(operand)) {
    return operand.map((v) => {
      const position = wholeInt32(v);
      if (position === undefined) throw badValue('bit positions must be an integer');
      if (position < 0) throw badValue('bit positions must be >= 0');
      return position;
    });
  }
  if (operand instanceof Binary) {
    const { bytes } = operand;
    return Array.from({ length: bytes.length * 8 }, (_, p) => p).filter((p) => ((bytes[p >> 3] ?? 0) >> (p & 7)) & 1);
  }
  if (!isNumeric(operand)) throw badValue(`${op} takes an Array, a number, or a BinData`);
  const mask = wholeNumber(operand);
  if (mask === undefined) throw failedToParse(`Expected an integer: ${op}`);
  if (mask < 0n) throw failedToParse(`Expected a positive number in: ${op}`);
  return Array.from({ length: 63 }, (_, p) => p).filter((p) => ((mask >> BigInt(p)) & 1n) === 1n);
}

/** The operators of a field. */
export const FIELD_OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['$eq', compareWith('eq')],
  ['$gt', compareWith('gt')],
  ['$gte', compareWith('gte')],
  ['$lt', compareWith('lt')],
  ['$lte', compareWith('lte')],
  [
    '$ne',
    (operand, { collation }) => {
      if (operand instanceof Regex) throw badValue("Can't have regex as arg to $ne.");
      return not(comparison('eq', operand, collation));
    },
  ],
  ['$in', (operand, context) => membership('$in', operand, context)],
  ['$nin', (operand, context) => not(membership('$nin', operand, context))],
  ['$not', notOperator],
  [
    '$exists',
    (operand) => {
      const exists = leaf((value) => value !== undefined, { op: 'exists' });
      return isTruthy(operand) ? exists : not(exists);
    },
  ],
  ['$type', typeOperator],
  ['$mod', modOperator],
  ['$regex', regexOperator],
  ['$options', optionsOperator],
  ['$size', sizeOperator],
  ['$all', allOperator],
  ['$elemMatch', elemMatch],
  ['$bitsAllSet', bitsOperator('$bitsAllSet')],
  ['$bitsAllClear', bitsOperator('$bitsAllClear')],
  ['$bitsAnySet', bitsOperator('$bitsAnySet')],
  ['$bitsAnyClear', bitsOperator('$bitsAnyClear')],
]);

/** Query operators that MongoDB has and this store refuses with code 115. */
export const UNSUPPORTED_QUERY_OPERATORS: readonly string[] =
  '$where $text $jsonSchema $near $nearSphere $geoNear $geoWithin $within $geoIntersects $maxDistance $minDistance'.split(
    ' ',
  );

/** Compiles `{ $op: operand, ... }`. */
export function parseOperators(operators: Doc, context: OperatorContext): Condition[] {
  return Array.from(operators, ([name, operand]) => {
    const operator = FIELD_OPERATORS.get(name);
    if (operator) return operator(operand, context, operators);
    if (UNSUPPORTED_QUERY_OPERATORS.includes(name)) throw notSupported(name);
    throw badValue(`unknown operator: ${name}`);
  });
}
