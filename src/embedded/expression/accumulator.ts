import { MongoError } from '../error.ts';
import { divide } from '../values/arithmetic.ts';
import { toDouble } from '../values/number.ts';
import { compare } from '../values/order.ts';
import { int32, isDoc, isNullish, isNumeric, typeName } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import type { Compiler, OperatorTable } from './operator.ts';
import { combine, operandsOf } from './operator.ts';
import { rankedAccumulators } from './ranked.ts';
import type { Env, Expression, Scope } from './scope.ts';
import { Sum } from './sum.ts';
import { ValueSet } from './value-set.ts';

/** The running state of an accumulator within one group. */
export interface Accumulation {
  add(value: Value | undefined): void;
  result(): Value;
}

/** A compiled accumulator of `$group`: what it evaluates per document, and a fresh state per group. */
export interface Accumulator {
  evaluate(env: Env): Value | undefined;
  start(): Accumulation;
}

export type CompileAccumulator = (operand: Value, compiler: Compiler) => Accumulator;

class Total implements Accumulation {
  readonly #sum = new Sum();
  add(value: Value | undefined): void {
    if (isNumeric(value)) this.#sum.add(value);
  }

  result(): Value {
    return this.#sum.total();
  }
}

class Average implements Accumulation {
  readonly #sum = new Sum();
  #count = 0;
  add(value: Value | undefined): void {
    if (!isNumeric(value)) return;
    this.#sum.add(value);
    this.#count++;
  }

  result(): Value {
    if (this.#count === 0) return null;
    return this.#sum.isDecimal
      ? (divide(this.#sum.decimalTotal(), int32(this.#count)) ?? null)
      : this.#sum.asDouble() / this.#count;
  }
}

class Extreme implements Accumulation {
  readonly #sign: 1 | -1;
  readonly #scope: Scope;
  #best: Value | undefined;
  constructor(sign: 1 | -1, scope: Scope) {
    this.#sign = sign;
    this.#scope = scope;
  }

  add(value: Value | undefined): void {
    if (isNullish(value)) return;
    if (this.#best === undefined || compare(value, this.#best, this.#scope.collation) * this.#sign < 0) {
      this.#best = value;
    }
  }

  result(): Value {
    return this.#best ?? null;
  }
}

class StandardDeviation implements Accumulation {
  readonly #freedom: 0 | 1;
  #count = 0;
  #mean = 0;
  #squares = 0;
  constructor(freedom: 0 | 1) {
    this.#freedom = freedom;
  }

  add(value: Value | undefined): void {
    if (!isNumeric(value)) return;
    const x = toDouble(value);
    this.#count++;
    const delta = x - this.#mean;
    this.#mean += delta / this.#count;
    this.#squares += delta * (x - this.#mean);
  }

  result(): Value {
    const count = this.#count - this.#freedom;
    return count <= 0 ? null : Math.sqrt(this.#squares / count);
  }
}

class Kept implements Accumulation {
  readonly #last: boolean;
  #value: Value | undefined;
  #seen = false;
  constructor(last: boolean) {
    this.#last = last;
  }

  add(value: Value | undefined): void {
    if (this.#last || !this.#seen) this.#value = value;
    this.#seen = true;
  }

  result(): Value {
    return this.#value ?? null;
  }
}

class Pushed implements Accumulation {
  readonly #values: Value[] = [];
  add(value: Value | undefined): void {
    if (value !== undefined) this.#values.push(value);
  }

  result(): Value {
    return this.#values;
  }
}

class Merged implements Accumulation {
  readonly #merged: Doc = new Map();
  add(value: Value | undefined): void {
    if (isNullish(value)) return;
    if (!isDoc(value)) {
      throw new MongoError(40_400, `$mergeObjects requires object inputs, but input is of type ${typeName(value)}`);
    }
    for (const [name, item] of value) this.#merged.set(name, item);
  }

  result(): Value {
    return this.#merged;
  }
}

const simple =
  (start: (scope: Scope) => Accumulation): CompileAccumulator =>
  (operand, { compile, scope }) => {
    const part = compile(operand);
    return { evaluate: (env) => part.evaluate(env), start: () => start(scope) };
  };

/** Accumulators that take the values of documents and, as expressions, those of arrays or of several operands. */
const NUMERIC: Readonly<Record<string, (scope: Scope) => Accumulation>> = {
  $sum: () => new Total(),
  $avg: () => new Average(),
  $min: (scope) => new Extreme(1, scope),
  $max: (scope) => new Extreme(-1, scope),
  $stdDevPop: () => new StandardDeviation(0),
  $stdDevSamp: () => new StandardDeviation(1),
};

/** The accumulators of `$group` and of the stages that are made of it. */
export const ACCUMULATORS: ReadonlyMap<string, CompileAccumulator> = new Map<string, CompileAccumulator>([
  ...Object.entries(NUMERIC).map(([name, start]): [string, CompileAccumulator] => [name, simple(start)]),
  ['$first', simple(() => new Kept(false))],
  ['$last', simple(() => new Kept(true))],
  ['$push', simple(() => new Pushed())],
  ['$addToSet', simple((scope) => new ValueSet(scope.collation))],
  ['$mergeObjects', simple(() => new Merged())],
  [
    '$count',
    (operand) => {
      if (!isDoc(operand) || operand.size > 0) {
        throw new MongoError(9, '$count takes no arguments, i.e. $count:{}');
      }
      return { evaluate: () => int32(1), start: () => new Total() };
    },
  ],
  ...rankedAccumulators,
]);

/** Accumulators that MongoDB has and this store refuses with code 115. */
export const UNSUPPORTED_ACCUMULATORS: readonly string[] = ['$accumulator', '$percentile', '$median'];

function overValues(start: (scope: Scope) => Accumulation) {
  return (operand: Value, { compile, scope }: Compiler): Expression => {
    const parts = operandsOf(operand).map((item) => compile(item));
    return combine(parts, (env) => {
      const values = parts.map((part) => part.evaluate(env));
      const [only] = values;
      const state = start(scope);
      for (const value of values.length === 1 && Array.isArray(only) ? only : values) state.add(value);
      return state.result();
    });
  };
}

/** The same accumulators as expressions. */
export const ACCUMULATING: OperatorTable = Object.fromEntries(
  Object.entries(NUMERIC).map(([name, start]) => [name, overValues(start)]),
);
