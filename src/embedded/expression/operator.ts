import { ConstantError, MongoError } from '../error.ts';
import { isDoc } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import type { Env, Expression, Scope } from './scope.ts';

/** What the compiler of an operator needs. */
export interface Compiler {
  readonly scope: Scope;
  /** Compiles an operand, in this scope or in one that was extended. */
  readonly compile: (operand: Value, scope?: Scope) => Expression;
}

/** Compiles the operand of one operator. */
export type Operator = (operand: Value, compiler: Compiler) => Expression;

/** A table of operators by name (with the dollar sign). */
export type OperatorTable = Readonly<Record<string, Operator>>;

export const constant = (value: Value | undefined): Expression => ({ evaluate: () => value, isConstant: true });

/** An expression of its parts; it is worked out at once when all of them are constant, as the server's optimizer does. */
export function combine(parts: readonly Expression[], evaluate: (env: Env) => Value | undefined): Expression {
  if (!parts.every((part) => part.isConstant === true)) return { evaluate };
  try {
    return constant(evaluate([]));
  } catch (error) {
    throw error instanceof MongoError ? new ConstantError(error) : error;
  }
}

/** The operands of an operator that takes a list; a single one may stand without brackets. */
export const operandsOf = (operand: Value): readonly Value[] => (Array.isArray(operand) ? operand : [operand]);

/** An operator of exactly one operand. */
export function unary(name: string, apply: (v: Value | undefined) => Value | undefined): Operator {
  return (operand, compiler) => {
    const [part] = exactly(name, 1, operand, compiler);
    return part ? combine([part], (env) => apply(part.evaluate(env))) : constant(null);
  };
}

/** An operator of exactly two operands. */
export function binary(
  name: string,
  apply: (a: Value | undefined, b: Value | undefined, scope: Scope) => Value | undefined,
): Operator {
  return (operand, compiler) => {
    const [a, b] = exactly(name, 2, operand, compiler);
    if (!a || !b) return constant(null);
    return combine([a, b], (env) => apply(a.evaluate(env), b.evaluate(env), compiler.scope));
  };
}

function exactly(name: string, count: number, operand: Value, compiler: Compiler): Expression[] {
  const operands = operandsOf(operand);
  if (operands.length !== count) {
    const were = `${operands.length} were passed in.`;
    throw new MongoError(16_020, `Expression ${name} takes exactly ${count} arguments. ${were}`);
  }
  return operands.map((item) => compiler.compile(item));
}

/** An operator of `min` to `max` operands. */
export function ranged(
  name: string,
  min: number,
  max: number,
  apply: (values: (Value | undefined)[]) => Value | undefined,
): Operator {
  return (operand, compiler) => {
    const operands = operandsOf(operand);
    if (operands.length < min || operands.length > max) {
      if (min === max) return exactly(name, min, operand, compiler)[0] ?? constant(null);
      const range = `at least ${min} arguments, and at most ${max}, but ${operands.length} were passed in.`;
      throw new MongoError(28_667, `Expression ${name} takes ${range}`);
    }
    const parts = operands.map((item) => compiler.compile(item));
    return combine(parts, (env) => apply(parts.map((part) => part.evaluate(env))));
  };
}

/** An operator of any number of operands. */
export function variadic(apply: (values: (Value | undefined)[], scope: Scope) => Value | undefined): Operator {
  return (operand, compiler) => {
    const parts = operandsOf(operand).map((item) => compiler.compile(item));
    return combine(parts, (env) =>
      apply(
        parts.map((part) => part.evaluate(env)),
        compiler.scope,
      ),
    );
  };
}

/** The codes and names of an operator whose operand is an object of named arguments. */
export interface NamedArguments {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
  /** Codes for: the operand is no object, an argument is not known, a required one is missing (one, or by name). */
  readonly codes: readonly [notObject: number, unknown: number, missing: number | Readonly<Record<string, number>>];
}

/** Checks named arguments; gives the operand as a document. */
export function checkNamed(name: string, operand: Value, spec: NamedArguments): Doc {
  const [notObject, unknown, missing] = spec.codes;
  if (!isDoc(operand)) throw new MongoError(notObject, `${name} only supports an object as its argument`);
  for (const key of operand.keys()) {
    if (!spec.required.includes(key) && spec.optional?.includes(key) !== true) {
      throw new MongoError(unknown, `Unrecognized argument to ${name}: ${key}`);
    }
  }
  for (const key of spec.required) {
    if (operand.has(key)) continue;
    const code = typeof missing === 'number' ? missing : (missing[key] ?? 9);
    throw new MongoError(code, `Missing '${key}' parameter to ${name}`);
  }
  return operand;
}

/** An operator of named arguments that are all evaluated before it is applied; absent optional ones are not in the record. */
export function named(
  name: string,
  spec: NamedArguments,
  apply: (args: Readonly<Record<string, Value | undefined>>, given: Doc) => Value | undefined,
): Operator {
  return (operand, compiler) => {
    const given = checkNamed(name, operand, spec);
    const parts = Array.from(given, ([key, item]) => [key, compiler.compile(item)] as const);
    return combine(
      parts.map(([, part]) => part),
      (env) => {
        const args: Record<string, Value | undefined> = {};
        for (const [key, part] of parts) args[key] = part.evaluate(env);
        return apply(args, given);
      },
    );
  };
}
