import { MongoError } from '../error.ts';
import { compare } from '../values/order.ts';
import { isTruthy } from '../values/number.ts';
import { int32, isDoc, isNullish } from '../values/value.ts';
import type { Value } from '../values/value.ts';
import type { Compiler, OperatorTable } from './operator.ts';
import { binary, combine, constant, operandsOf, unary } from './operator.ts';
import type { Expression } from './scope.ts';

const comparison = (name: string, accepts: (order: number) => boolean): OperatorTable => ({
  [name]: binary(name, (a, b, scope) => accepts(compare(a, b, scope.collation))),
});

function conjunction(decides: boolean) {
  return (operand: Value, { compile }: Compiler): Expression => {
    const parts = operandsOf(operand).map((item) => compile(item));
    const evaluate: Expression['evaluate'] = (env) => {
      for (const part of parts) if (isTruthy(part.evaluate(env)) === decides) return decides;
      return !decides;
    };
    const decided = parts.some((part) => part.isConstant === true && isTruthy(part.evaluate([])) === decides);
    return decided ? constant(decides) : combine(parts, evaluate);
  };
}

function cond(operand: Value, compiler: Compiler): Expression {
  if (!isDoc(operand)) {
    const [test, yes, no] = threeOperands(operand, compiler);
    return conditional(test, yes, no);
  }
  for (const key of operand.keys()) {
    if (key !== 'if' && key !== 'then' && key !== 'else') {
      throw new MongoError(17_083, `Unrecognized parameter to $cond: ${key}`);
    }
  }
  const part = (key: string, code: number): Expression => {
    const value = operand.get(key);
    if (value === undefined) throw new MongoError(code, `Missing '${key}' parameter to $cond`);
    return compiler.compile(value);
  };
  return conditional(part('if', 17_080), part('then', 17_081), part('else', 17_082));
}

function threeOperands(operand: Value, { compile }: Compiler): [Expression, Expression, Expression] {
  const parts = operandsOf(operand).map((item) => compile(item));
  const [a, b, c] = parts;
  if (!a || !b || !c || parts.length > 3) {
    throw new MongoError(16_020, `Expression $cond takes exactly 3 arguments. ${parts.length} were passed in.`);
  }
  return [a, b, c];
}

const conditional = (test: Expression, yes: Expression, no: Expression): Expression =>
  combine([test, yes, no], (env) => (isTruthy(test.evaluate(env)) ? yes : no).evaluate(env));

function ifNull(operand: Value, { compile }: Compiler): Expression {
  const parts = operandsOf(operand).map((item) => compile(item));
  if (parts.length < 2) {
    throw new MongoError(1_257_300, `$ifNull needs at least two arguments, had: ${parts.length}`);
  }
  const last = parts.at(-1) ?? constant(null);
  return combine(parts, (env) => {
    for (const part of parts.slice(0, -1)) {
      const value = part.evaluate(env);
      if (!isNullish(value)) return value;
    }
    return last.evaluate(env);
  });
}

function switchOperator(operand: Value, { compile }: Compiler): Expression {
  if (!isDoc(operand)) throw new MongoError(40_060, '$switch requires an object as an argument');
  for (const key of operand.keys()) {
    if (key !== 'branches' && key !== 'default') {
      throw new MongoError(40_067, `$switch found an unknown argument: ${key}`);
    }
  }
  const list = operand.get('branches') ?? [];
  if (!Array.isArray(list)) throw new MongoError(40_061, "$switch expected an array for 'branches'");
  const branches = list.map((branch) => {
    if (!isDoc(branch)) throw new MongoError(40_062, '$switch expected each branch to be an object');
    for (const key of branch.keys()) {
      if (key !== 'case' && key !== 'then') throw new MongoError(40_063, `$switch found an unknown argument: ${key}`);
    }
    const test = branch.get('case');
    const result = branch.get('then');
    if (test === undefined) throw new MongoError(40_064, "$switch requires each branch have a 'case' expression");
    if (result === undefined) throw new MongoError(40_065, "$switch requires each branch have a 'then' expression.");
    return { test: compile(test), result: compile(result) };
  });
  if (branches.length === 0) throw new MongoError(40_068, '$switch requires at least one branch.');
  const otherwise = operand.get('default');
  const fallback = otherwise === undefined ? undefined : compile(otherwise);
  return {
    evaluate: (env) => {
      for (const { test, result } of branches) if (isTruthy(test.evaluate(env))) return result.evaluate(env);
      if (fallback) return fallback.evaluate(env);
      throw new MongoError(
        40_066,
        '$switch could not find a matching branch for an input, and no default was specified.',
      );
    },
  };
}

export const LOGIC: OperatorTable = {
  $cmp: binary('$cmp', (a, b, scope) => int32(compare(a, b, scope.collation))),
  ...comparison('$eq', (order) => order === 0),
  ...comparison('$ne', (order) => order !== 0),
  ...comparison('$gt', (order) => order > 0),
  ...comparison('$gte', (order) => order >= 0),
  ...comparison('$lt', (order) => order < 0),
  ...comparison('$lte', (order) => order <= 0),
  $and: conjunction(false),
  $or: conjunction(true),
  $not: unary('$not', (v) => !isTruthy(v)),
  $cond: cond,
  $ifNull: ifNull,
  $switch: switchOperator,
};
