import { MongoError } from '../error.ts';
import { compileSortOrder } from '../sort.ts';
import type { SortOrder } from '../sort.ts';
import { wholeInt32 } from '../values/number.ts';
import { compare } from '../values/order.ts';
import { isDoc, isNullish } from '../values/value.ts';
import type { Value } from '../values/value.ts';
import type { Accumulation, Accumulator, CompileAccumulator } from './accumulator.ts';
import type { Compiler } from './operator.ts';
import { checkNamed } from './operator.ts';
import { CURRENT } from './scope.ts';

/** Keeps the first of a sorted list of rows, as many as `n`. */
class Ranking implements Accumulation {
  readonly #limit: number;
  readonly #order: (a: Value[], b: Value[]) => number;
  readonly #finish: (rows: Value[][]) => Value;
  #rows: Value[][] = [];

  constructor(limit: number, order: (a: Value[], b: Value[]) => number, finish: (rows: Value[][]) => Value) {
    this.#limit = limit;
    this.#order = order;
    this.#finish = finish;
  }

  add(row: Value | undefined): void {
    if (!Array.isArray(row)) return;
    this.#rows.push(row);
    if (this.#rows.length > this.#limit * 2 + 1000) this.#shrink();
  }

  #shrink(): void {
    this.#rows = this.#rows.toSorted(this.#order).slice(0, this.#limit);
  }

  result(): Value {
    this.#shrink();
    return this.#finish(this.#rows);
  }
}

function countOf(n: Value | undefined, compiler: Compiler): number {
  const part = compiler.compile(n ?? null);
  if (part.isConstant !== true) throw new MongoError(115, "a value for 'n' that is no constant is not supported");
  const count = wholeInt32(part.evaluate([]));
  if (count === undefined) throw new MongoError(5_787_902, "Value for 'n' must be of integral type");
  if (count <= 0) throw new MongoError(5_787_908, `'n' must be greater than 0, found ${count}`);
  return count;
}

/** A row is the values to sort by, then the output as an array of one, so that a missing output is kept as null. */
const outputOf = (row: readonly Value[]): Value => row.at(-1) ?? null;

function top(name: string, isTop: boolean, isList: boolean): CompileAccumulator {
  return (operand, compiler) => {
    const given = checkNamed(name, operand, {
      required: isList ? ['n', 'sortBy', 'output'] : ['sortBy', 'output'],
      codes: [5_788_001, 5_788_002, { n: 5_788_003, output: 5_788_004, sortBy: 5_788_005 }],
    });
    const sortBy = given.get('sortBy') ?? null;
    if (!isDoc(sortBy)) throw new MongoError(5_788_604, `expected 'sortBy' to be an object in ${name}`);
    const order: SortOrder = compileSortOrder(sortBy, compiler.scope.collation);
    const output = compiler.compile(given.get('output') ?? null);
    const limit = isList ? countOf(given.get('n'), compiler) : 1;
    const sign = isTop ? 1 : -1;
    const finish = (rows: Value[][]): Value => {
      const outputs = (isTop ? rows : rows.toReversed()).map((row) => outputOf(row));
      return isList ? outputs : (outputs[0] ?? null);
    };
    return {
      evaluate: (env) => {
        const root = env[CURRENT];
        return [...order.valuesOf(isDoc(root) ? root : new Map()), output.evaluate(env) ?? null];
      },
      start: () => new Ranking(limit, (a, b) => order.compareValues(a, b) * sign, finish),
    };
  };
}

function limited(name: string, pick: 'first' | 'last' | 'min' | 'max'): CompileAccumulator {
  return (operand, compiler): Accumulator => {
    const given = checkNamed(name, operand, {
      required: ['input', 'n'],
      codes: [5_787_900, 5_787_901, { input: 5_787_907, n: 5_787_906 }],
    });
    const input = compiler.compile(given.get('input') ?? null);
    const n = countOf(given.get('n'), compiler);
    return {
      evaluate: (env) => input.evaluate(env),
      start: () => new Limited(pick, n, (a, b) => compare(a, b, compiler.scope.collation)),
    };
  };
}

class Limited implements Accumulation {
  readonly #pick: 'first' | 'last' | 'min' | 'max';
  readonly #n: number;
  readonly #compare: (a: Value, b: Value) => number;
  #values: Value[] = [];

  constructor(pick: 'first' | 'last' | 'min' | 'max', n: number, order: (a: Value, b: Value) => number) {
    this.#pick = pick;
    this.#n = n;
    this.#compare = order;
  }

  add(value: Value | undefined): void {
    const isExtreme = this.#pick === 'min' || this.#pick === 'max';
    if (isExtreme && isNullish(value)) return;
    if (this.#pick === 'first' && this.#values.length === this.#n) return;
    this.#values.push(value ?? null);
    if (this.#values.length > this.#n * 2 + 1000) this.#shrink();
  }

  #shrink(): void {
    if (this.#pick === 'last') this.#values = this.#values.slice(-this.#n);
    if (this.#pick === 'min' || this.#pick === 'max') {
      const sign = this.#pick === 'min' ? 1 : -1;
      this.#values = this.#values.toSorted((a, b) => this.#compare(a, b) * sign).slice(0, this.#n);
    }
  }

  result(): Value {
    this.#shrink();
    return this.#values;
  }
}

/** `$top`, `$topN`, `$firstN` and their like, with the name of each. */
export const rankedAccumulators: readonly [string, CompileAccumulator][] = [
  ['$top', top('$top', true, false)],
  ['$topN', top('$topN', true, true)],
  ['$bottom', top('$bottom', false, false)],
  ['$bottomN', top('$bottomN', false, true)],
  ['$firstN', limited('$firstN', 'first')],
  ['$lastN', limited('$lastN', 'last')],
  ['$minN', limited('$minN', 'min')],
  ['$maxN', limited('$maxN', 'max')],
];
