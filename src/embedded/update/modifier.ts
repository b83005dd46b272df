import { badValue, failedToParse, typeMismatch } from '../error.ts';
import { compileFilter } from '../query/filter.ts';
import { FIELD_OPERATORS } from '../query/operators.ts';
import { add, integerOf, kindOf, multiply } from '../values/arithmetic.ts';
import { isNaNNumber, wholeNumber } from '../values/number.ts';
import type { MongoError } from '../error.ts';
import type { Collation } from '../values/order.ts';
import { compare, equal } from '../values/order.ts';
import { doc, int32, Int32, isDoc, isNumeric, Regex, Timestamp, typeName } from '../values/value.ts';
import type { BsonDate, Numeric, Value } from '../values/value.ts';
import { compilePush } from './push.ts';

/** What the modifiers of one update share. */
export interface ModifierContext {
  readonly collation: Collation | undefined;
  readonly now: BsonDate;
}

/** What becomes of a field: its new value, or `undefined` for none. */
export type Change = (existing: Value | undefined, path: string) => Value | undefined;

/** A modifier of one field. */
export interface Modifier {
  readonly change: Change;
  /** How a path counts that does not exist: it is made, left alone, or left alone if it could be made. */
  readonly missing: 'create' | 'ignore' | 'ignoreIfViable';
  /** Applies to documents that an upsert inserts only. */
  readonly onInsert?: boolean;
  /** Whether a result counts as a change even if it is the same as before. */
  readonly isAlwaysChange?: (result: Value | undefined) => boolean;
}

type CompileModifier = (operand: Value, field: string, context: ModifierContext) => Modifier;

const creating = (change: Change): Modifier => ({ change, missing: 'create' });

function numeric(name: '$inc' | '$mul', verb: string): CompileModifier {
  const combine = name === '$inc' ? add : multiply;
  return (operand, field) => {
    if (!isNumeric(operand)) throw typeMismatch(`Cannot ${verb} with non-numeric argument: {${field}: ...}`);
    const change: Change = (existing, path) => {
      if (existing === undefined) return name === '$inc' ? operand : multiply(int32(0), operand);
      if (!isNumeric(existing)) {
        throw typeMismatch(
          `Cannot apply ${name} to a value of non-numeric type. The field '${path}' is of type ${typeName(existing)}`,
        );
      }
      const result: Numeric | undefined = combine(existing, operand, () => undefined);
      if (result === undefined) throw badValue(`Failed to apply ${name} operations to current value of '${path}'`);
      // A result that equals the old value in type and value leaves it as it is (a decimal keeps its digits).
      return kindOf(result) === kindOf(existing) && equal(result, existing) ? existing : result;
    };
    return { ...creating(change), isAlwaysChange: isNaNNumber };
  };
}

const extreme =
  (wins: (order: number) => boolean): CompileModifier =>
  (operand, _, { collation }) =>
    creating((existing) =>
      existing === undefined || wins(compare(operand, existing, collation)) ? operand : existing,
    );

function currentDate(operand: Value, _: string, { now }: ModifierContext): Modifier {
  if (typeof operand === 'boolean') return creating(() => now);
  if (!isDoc(operand)) {
    throw badValue(
      `${typeName(operand)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression`,
    );
  }
  for (const key of operand.keys()) if (key !== '$type') throw badValue(`Unrecognized $currentDate option: ${key}`);
  const type = operand.get('$type');
  if (type === 'date') return creating(() => now);
  if (type !== 'timestamp') throw badValue("The '$type' string field is required to be 'date' or 'timestamp'");
  return creating(() => new Timestamp(((now.ms / 1000n) << 32n) | 1n));
}

function arrayOf(existing: Value, path: string, name: string): Value[] {
  if (!Array.isArray(existing)) {
    throw badValue(`Cannot apply ${name} to non-array field. Field '${path}' has non-array type ${typeName(existing)}`);
  }
  return existing;
}

function addToSet(operand: Value, _: string, { collation }: ModifierContext): Modifier {
  let items: readonly Value[] = [operand];
  if (isDoc(operand) && operand.keys().next().value === '$each') {
    const each = operand.get('$each');
    if (!Array.isArray(each)) {
      throw typeMismatch('The argument to $each in $addToSet must be an array');
    }
    if (operand.size > 1) throw badValue('Found unexpected fields after $each in $addToSet');
    items = each;
  }
  return creating((existing, path) => {
    const set = existing === undefined ? [] : [...arrayOf(existing, path, '$addToSet')];
    for (const item of items) if (!set.some((member) => equal(member, item, collation))) set.push(item);
    return set;
  });
}

function pop(operand: Value, field: string): Modifier {
  if (!isNumeric(operand)) throw failedToParse(`Expected a number in: ${field}`);
  const end = wholeNumber(operand);
  if (end === undefined) throw failedToParse(`Expected an integer: ${field}`);
  if (end !== 1n && end !== -1n) throw failedToParse(`$pop expects 1 or -1, found: ${end}`);
  return {
    missing: 'ignoreIfViable',
    change: (existing, path) => {
      if (existing === undefined) return undefined;
      if (!Array.isArray(existing)) {
        throw typeMismatch(`Path '${path}' contains an element of non-array type '${typeName(existing)}'`);
      }
      return end === 1n ? existing.slice(0, -1) : existing.slice(1);
    },
  };
}

function removal(doomed: (element: Value) => boolean): Modifier {
  return {
    missing: 'ignoreIfViable',
    change: (existing) => {
      if (existing === undefined) return undefined;
      if (!Array.isArray(existing)) throw badValue('Cannot apply $pull to a non-array value');
      return existing.filter((element) => !doomed(element));
    },
  };
}

function pull(operand: Value, _: string, { collation }: ModifierContext): Modifier {
  const options = { collation, withoutExpr: true };
  if (operand instanceof Regex || (isDoc(operand) && startsWithFieldOperator(operand))) {
    const filter = compileFilter(doc(['', operand]), options);
    return removal((element) => filter.test(doc(['', element])));
  }
  if (isDoc(operand)) {
    const filter = compileFilter(operand, options);
    return removal((element) => isDoc(element) && filter.test(element));
  }
  return removal((element) => equal(element, operand, collation));
}

function startsWithFieldOperator(operand: ReadonlyMap<string, Value>): boolean {
  const first = operand.keys().next().value ?? '';
  return FIELD_OPERATORS.has(first) && first !== '$not';
}

function pullAll(operand: Value, _: string, { collation }: ModifierContext): Modifier {
  if (!Array.isArray(operand)) {
    throw badValue(`$pullAll requires an array argument but was given a ${typeName(operand)}`);
  }
  return removal((element) => operand.some((item) => equal(item, element, collation)));
}

const BITWISE: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
};

function bit(operand: Value): Modifier {
  if (!isDoc(operand))
    throw badValue('The $bit modifier is not compatible with this type. You must pass in an embedded document');
  const steps = Array.from(operand, ([name, argument]) => {
    const apply = Object.hasOwn(BITWISE, name) ? BITWISE[name] : undefined;
    if (!apply) throw badValue("The $bit modifier only supports 'and', 'or', and 'xor', not this");
    if (!(argument instanceof Int32) && typeof argument !== 'bigint') {
      throw badValue(
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(argument)}' is not supported here`,
      );
    }
    return { apply, argument };
  });
  if (steps.length === 0) throw badValue('You must pass in at least one bitwise operation.');
  return creating((existing = int32(0), path) => {
    if (!(existing instanceof Int32) && typeof existing !== 'bigint') {
      throw badValue(
        `Cannot apply $bit to a value of non-integral type. The field '${path}' is of type ${typeName(existing)}`,
      );
    }
    let value: Int32 | bigint = existing;
    for (const { apply, argument } of steps) {
      const isLong: boolean = typeof value === 'bigint' || typeof argument === 'bigint';
      const bits: bigint = apply(integerOf(value), integerOf(argument));
      value = isLong ? bits : int32(Number(bits));
    }
    return value;
  });
}

/** The update operators that change one field each (`$rename` moves one and is a matter of the tree). */
export const MODIFIERS: ReadonlyMap<string, CompileModifier> = new Map<string, CompileModifier>([
  ['$set', (operand) => creating(() => operand)],
  ['$setOnInsert', (operand) => ({ ...creating(() => operand), onInsert: true })],
  ['$unset', () => ({ change: () => undefined, missing: 'ignore' })],
  ['$inc', numeric('$inc', 'increment')],
  ['$mul', numeric('$mul', 'multiply')],
  ['$min', extreme((order) => order < 0)],
  ['$max', extreme((order) => order > 0)],
  ['$currentDate', currentDate],
  [
    '$push',
    (operand, _, context) => ({
      ...creating(compilePush(operand, context.collation)),
      isAlwaysChange: () => isDoc(operand) && operand.has('$each') && operand.has('$sort'),
    }),
  ],
  ['$addToSet', addToSet],
  ['$pop', pop],
  ['$pull', pull],
  ['$pullAll', pullAll],
  ['$bit', bit],
]);

/** The error of a modifier whose operand is not `{ field: ... }`. */
export const notFields = (name: string, operand: Value): MongoError =>
  failedToParse(
    `Modifiers operate on fields but we found type ${typeName(operand)} instead. For example: {$mod: {<field>: ...}} not {${name}: ...}`,
  );
