import { MongoError } from '../error.ts';
import { isTruthy } from '../values/number.ts';
import { compare } from '../values/order.ts';
import { isNullish, typeName } from '../values/value.ts';
import type { Value } from '../values/value.ts';
import type { Compiler, OperatorTable } from './operator.ts';
import { binary, combine, operandsOf, unary, variadic } from './operator.ts';
import type { Expression, Scope } from './scope.ts';
import { ValueSet } from './value-set.ts';

type Maybe = Value | undefined;

function setOf(values: readonly Value[], scope: Scope): ValueSet {
  const set = new ValueSet(scope.collation);
  for (const value of values) set.add(value);
  return set;
}

function mustBeArray(name: string, code: number, value: Maybe): Value[] {
  if (!Array.isArray(value)) {
    throw new MongoError(code, `All operands of ${name} must be arrays. One argument is of type: ${typeName(value)}`);
  }
  return value;
}

function setUnion(values: Maybe[], scope: Scope): Maybe {
  const union = new ValueSet(scope.collation);
  for (const value of values) {
    if (isNullish(value)) return null;
    for (const item of mustBeArray('$setUnion', 17_043, value)) union.add(item);
  }
  return union.result().toSorted(byOrder(scope));
}

function setIntersection(values: Maybe[], scope: Scope): Maybe {
  let common: Value[] | undefined;
  for (const value of values) {
    if (isNullish(value)) return null;
    const set = setOf(mustBeArray('$setIntersection', 17_047, value), scope);
    common = common === undefined ? set.result() : common.filter((item) => set.has(item));
  }
  return (common ?? []).toSorted(byOrder(scope));
}

const byOrder =
  (scope: Scope) =>
  (a: Value, b: Value): number =>
    compare(a, b, scope.collation);

function setDifference(a: Maybe, b: Maybe, scope: Scope): Maybe {
  if (isNullish(a) || isNullish(b)) return null;
  const left = mustBeArray('$setDifference', 17_048, a);
  const right = setOf(mustBeArray('$setDifference', 17_049, b), scope);
  return setOf(
    left.filter((item) => !right.has(item)),
    scope,
  ).result();
}

function setIsSubset(a: Maybe, b: Maybe, scope: Scope): Maybe {
  const left = mustBeArray('$setIsSubset', 17_046, a);
  const right = setOf(mustBeArray('$setIsSubset', 17_042, b), scope);
  return left.every((item) => right.has(item));
}

function setEquals(operand: Value, { compile, scope }: Compiler): Expression {
  const parts = operandsOf(operand).map((item) => compile(item));
  if (parts.length < 2) {
    throw new MongoError(17_045, `$setEquals needs at least two arguments had: ${parts.length}`);
  }
  return combine(parts, (env) => {
    const sets = parts.map((part) => setOf(mustBeArray('$setEquals', 17_044, part.evaluate(env)), scope));
    const [first] = sets;
    return sets.every((set) => set.size === first?.size && set.result().every((item) => first.has(item)));
  });
}

const elements = (name: string, code: number, test: (values: Value[]) => boolean): OperatorTable => ({
  [name]: unary(name, (value) => {
    if (!Array.isArray(value)) {
      throw new MongoError(code, `${name}'s argument must be an array, but is ${typeName(value)}`);
    }
    return test(value);
  }),
});

export const SET: OperatorTable = {
  $setUnion: variadic(setUnion),
  $setIntersection: variadic(setIntersection),
  $setDifference: binary('$setDifference', setDifference),
  $setIsSubset: binary('$setIsSubset', setIsSubset),
  $setEquals: setEquals,
  ...elements('$allElementsTrue', 17_040, (values) => values.every((v) => isTruthy(v))),
  ...elements('$anyElementTrue', 17_041, (values) => values.some((v) => isTruthy(v))),
};
