import { failedToParse, MongoError } from '../error.ts';
import { isTruthy, toDouble, wholeInt32 } from '../values/number.ts';
import { compare } from '../values/order.ts';
import { int32, isDoc, isNullish, isNumeric, typeName } from '../values/value.ts';
import type { Value } from '../values/value.ts';
import { compileSort } from '../sort.ts';
import { checkVariableName } from './names.ts';
import type { Compiler, OperatorTable } from './operator.ts';
import { binary, checkNamed, combine, named, operandsOf, ranged, unary, variadic } from './operator.ts';
import type { Expression } from './scope.ts';

type Maybe = Value | undefined;

function elementAt(array: Maybe, index: Maybe): Maybe {
  if (isNullish(array) || isNullish(index)) return null;
  if (!Array.isArray(array)) {
    throw new MongoError(28_689, `$arrayElemAt's first argument must be an array, but is ${typeName(array)}`);
  }
  if (!isNumeric(index)) {
    throw new MongoError(28_690, `$arrayElemAt's second argument must be a numeric value, but is ${typeName(index)}`);
  }
  const i = wholeInt32(index);
  if (i === undefined) {
    throw new MongoError(28_691, "$arrayElemAt's second argument must be representable as a 32-bit integer");
  }
  return array.at(i);
}

const end = (name: string, position: number): OperatorTable => ({
  [name]: unary(name, (array) => {
    if (isNullish(array)) return null;
    if (!Array.isArray(array)) {
      throw new MongoError(28_689, `${name}'s argument must be an array, but is ${typeName(array)}`);
    }
    return array.at(position);
  }),
});

function concatArrays(values: Maybe[]): Maybe {
  const result: Value[] = [];
  for (const value of values) {
    if (isNullish(value)) return null;
    if (!Array.isArray(value)) {
      throw new MongoError(28_664, `$concatArrays only supports arrays, not ${typeName(value)}`);
    }
    for (const item of value) result.push(item);
  }
  return result;
}

function slice([array, second, third]: Maybe[]): Maybe {
  if (isNullish(array) || isNullish(second)) return null;
  if (!Array.isArray(array)) {
    throw new MongoError(28_724, `First argument to $slice must be an array, but is of type: ${typeName(array)}`);
  }
  if (!isNumeric(second)) throw new MongoError(28_725, 'Second argument to $slice must be a numeric value');
  const n = wholeInt32(second);
  if (n === undefined) {
    throw new MongoError(28_726, "Second argument to $slice can't be represented as a 32-bit integer");
  }
  if (third === undefined) return n >= 0 ? array.slice(0, n) : array.slice(n);
  if (isNullish(third)) return null;
  if (!isNumeric(third)) throw new MongoError(28_727, 'Third argument to $slice must be numeric');
  const count = wholeInt32(third);
  if (count === undefined) {
    throw new MongoError(28_728, "Third argument to $slice can't be represented as a 32-bit integer");
  }
  if (count <= 0) throw new MongoError(28_729, `Third argument to $slice must be positive: ${count}`);
  const start = n >= 0 ? Math.min(n, array.length) : Math.max(0, array.length + n);
  return array.slice(start, start + count);
}

/** Names a variable for the elements, compiles the body that sees it. */
function iteration(
  name: string,
  operand: Value,
  compiler: Compiler,
  spec: Parameters<typeof checkNamed>[2],
  bodyKey: string,
): { input: Expression; body: Expression; slot: number } {
  const given = checkNamed(name, operand, spec);
  const as = given.get('as') ?? 'this';
  if (typeof as !== 'string') throw failedToParse(`${name}: 'as' must be a string`);
  const input = compiler.compile(given.get('input') ?? null);
  checkVariableName(as);
  const { scope, slots } = compiler.scope.extend([as]);
  return { input, body: compiler.compile(given.get(bodyKey) ?? null, scope), slot: slots[0] ?? 0 };
}

function filterOperator(operand: Value, compiler: Compiler): Expression {
  const spec = {
    required: ['input', 'cond'],
    optional: ['as'],
    codes: [28_646, 28_647, { input: 28_648, cond: 28_650 }],
  } as const;
  const { input, body, slot } = iteration('$filter', operand, compiler, spec, 'cond');
  const evaluate: Expression['evaluate'] = (env) => {
    const array = input.evaluate(env);
    if (isNullish(array)) return null;
    if (!Array.isArray(array)) {
      throw new MongoError(28_651, `input to $filter must be an array not ${typeName(array)}`);
    }
    const result: Value[] = [];
    for (const item of array) {
      env[slot] = item;
      if (isTruthy(body.evaluate(env))) result.push(item);
    }
    return result;
  };
  return { evaluate };
}

function mapOperator(operand: Value, compiler: Compiler): Expression {
  const spec = {
    required: ['input', 'in'],
    optional: ['as'],
    codes: [16_878, 16_879, { input: 16_880, in: 16_882 }],
  } as const;
  const { input, body, slot } = iteration('$map', operand, compiler, spec, 'in');
  return {
    evaluate: (env) => {
      const array = input.evaluate(env);
      if (isNullish(array)) return null;
      if (!Array.isArray(array)) {
        throw new MongoError(16_883, `input to $map must be an array not ${typeName(array)}`);
      }
      return array.map((item) => {
        env[slot] = item;
        return body.evaluate(env) ?? null;
      });
    },
  };
}

function reduceOperator(operand: Value, compiler: Compiler): Expression {
  const given = checkNamed('$reduce', operand, {
    required: ['input', 'initialValue', 'in'],
    codes: [40_075, 40_076, { input: 40_077, initialValue: 40_078, in: 40_079 }],
  });
  const input = compiler.compile(given.get('input') ?? null);
  const initial = compiler.compile(given.get('initialValue') ?? null);
  const { scope, slots } = compiler.scope.extend(['this', 'value']);
  const [thisSlot = 0, valueSlot = 0] = slots;
  const body = compiler.compile(given.get('in') ?? null, scope);
  return {
    evaluate: (env) => {
      const array = input.evaluate(env);
      if (isNullish(array)) return null;
      if (!Array.isArray(array)) throw new MongoError(40_080, "$reduce requires that 'input' be an array");
      let value = initial.evaluate(env);
      for (const item of array) {
        env[thisSlot] = item;
        env[valueSlot] = value;
        value = body.evaluate(env);
      }
      return value;
    },
  };
}

/** In a constant array the server knows only the first position of a value. */
function indexOfArray([array, search, from, to]: Maybe[], count: number, isKnown: boolean): Maybe {
  if (isNullish(array)) return null;
  if (!Array.isArray(array)) throw new MongoError(40_090, '$indexOfArray requires an array as a first argument');
  const start = count > 2 ? indexArgument(from, 'starting') : 0;
  const stop = Math.min(count > 3 ? indexArgument(to, 'ending') : array.length, array.length);
  const first = isKnown ? array.findIndex((item) => compare(item, search) === 0) : start;
  for (let i = Math.max(start, first); i < (isKnown ? first + 1 : stop) && i < stop; i++) {
    if (compare(array[i], search) === 0) return int32(i);
  }
  return int32(-1);
}

/** A position argument of the `$indexOf` operators. */
export function indexArgument(v: Maybe, which: string): number {
  const n = wholeInt32(v);
  if (n === undefined) throw new MongoError(40_096, `$indexOf requires an integral ${which} index`);
  if (n < 0) throw new MongoError(40_097, `$indexOf requires a nonnegative ${which} index`);
  return n;
}

function range([from, to, by]: Maybe[], count: number): Maybe {
  const whole = (v: Maybe, code: number): number => {
    if (!isNumeric(v)) throw new MongoError(code, '$range requires numeric values');
    const n = wholeInt32(v);
    if (n === undefined) throw new MongoError(code + 1, '$range requires values representable as 32-bit integers');
    return n;
  };
  const start = whole(from, 34_443);
  const stop = whole(to, 34_445);
  const step = count > 2 ? whole(by, 34_447) : 1;
  if (step === 0) throw new MongoError(34_449, '$range requires a non-zero step value');
  const result: Value[] = [];
  for (let i = start; step > 0 ? i < stop : i > stop; i += step) result.push(int32(i));
  return result;
}

function zip(operand: Value, compiler: Compiler): Expression {
  if (!isDoc(operand)) throw new MongoError(34_460, '$zip only supports an object as an argument');
  for (const key of operand.keys()) {
    if (key !== 'inputs' && key !== 'defaults' && key !== 'useLongestLength') {
      throw new MongoError(34_464, `$zip found an unknown argument: ${key}`);
    }
  }
  const inputs = operand.get('inputs');
  const defaults = operand.get('defaults');
  const longest = operand.get('useLongestLength') ?? false;
  if (inputs !== undefined && !Array.isArray(inputs)) throw new MongoError(34_461, 'inputs must be an array');
  if (defaults !== undefined && !Array.isArray(defaults)) throw new MongoError(34_462, 'defaults must be an array');
  if (typeof longest !== 'boolean') throw new MongoError(34_463, 'useLongestLength must be a bool');
  if (inputs === undefined || inputs.length === 0)
    throw new MongoError(34_465, '$zip requires at least one input array');
  if (defaults !== undefined && !longest) {
    throw new MongoError(34_466, 'cannot specify defaults unless useLongestLength is true');
  }
  if (defaults !== undefined && defaults.length !== inputs.length) {
    throw new MongoError(34_467, 'defaults and inputs must have the same length');
  }
  const parts = inputs.map((item) => compiler.compile(item));
  const fills = (defaults ?? []).map((item) => compiler.compile(item));
  return combine([...parts, ...fills], (env) => {
    const arrays: Value[][] = [];
    for (const part of parts) {
      const array = part.evaluate(env);
      if (isNullish(array)) return null;
      if (!Array.isArray(array)) throw new MongoError(34_468, `$zip found a non-array expression in input`);
      arrays.push(array);
    }
    const lengths = arrays.map((array) => array.length);
    const length = longest ? Math.max(...lengths) : Math.min(...lengths);
    const filler = fills.map((part) => part.evaluate(env));
    const cell = (array: Value[], i: number, k: number): Maybe => array[i] ?? (fills.length === 0 ? null : filler[k]);
    return Array.from({ length }, (_, i) => arrays.map((array, k) => cell(array, i, k)).filter((v) => v !== undefined));
  });
}

function inOperator(item: Maybe, array: Maybe, compiler: Compiler['scope']): Maybe {
  if (!Array.isArray(array)) {
    throw new MongoError(40_081, `$in requires an array as a second argument, found: ${typeName(array)}`);
  }
  return array.some((v) => compare(v, item, compiler.collation) === 0);
}

function sortArray(
  args: Readonly<Record<string, Maybe>>,
  given: ReadonlyMap<string, Value>,
  compiler: Compiler,
): Maybe {
  const input = args['input'];
  if (isNullish(input)) return null;
  if (!Array.isArray(input)) {
    throw new MongoError(
      2_942_504,
      `The input argument to $sortArray must be an array, but was of type: ${typeName(input)}`,
    );
  }
  const by = given.get('sortBy');
  const { collation } = compiler.scope;
  if (isNumeric(by)) {
    const direction = toDouble(by);
    if (direction !== 1 && direction !== -1) {
      throw new MongoError(2_942_505, 'The $sort element value must be either 1 or -1');
    }
    return input.toSorted((a, b) => compare(a, b, collation) * direction);
  }
  if (!isDoc(by)) throw new MongoError(2_942_507, '$sortArray requires sortBy to be an object or 1 or -1');
  const order = compileSort(by, collation);
  return input.toSorted((a, b) => order(isDoc(a) ? a : new Map(), isDoc(b) ? b : new Map()));
}

/** `$firstN` and its like over one array. */
const severalOf = (name: string, pick: (array: Value[], n: number) => Value[]): OperatorTable => ({
  [name]: named(name, { required: ['input', 'n'], codes: [5_787_801, 5_787_901, 5_787_906] }, (args) => {
    const n = wholeInt32(args['n']);
    if (n === undefined) throw new MongoError(5_787_903, "Value for 'n' must be of integral type");
    if (n <= 0) throw new MongoError(5_787_908, `'n' must be greater than 0, found ${n}`);
    const input = args['input'];
    if (!Array.isArray(input)) throw new MongoError(5_788_200, 'input must be an array');
    return pick(input, n);
  }),
});

const extremes =
  (sign: 1 | -1) =>
  (array: Value[], n: number): Value[] =>
    array
      .filter((v) => !isNullish(v))
      .toSorted((a, b) => compare(a, b) * sign)
      .slice(0, n);

export const ARRAY: OperatorTable = {
  $arrayElemAt: binary('$arrayElemAt', elementAt),
  ...end('$first', 0),
  ...end('$last', -1),
  ...severalOf('$firstN', (array, n) => array.slice(0, n)),
  ...severalOf('$lastN', (array, n) => array.slice(-n)),
  ...severalOf('$minN', extremes(1)),
  ...severalOf('$maxN', extremes(-1)),
  $concatArrays: variadic(concatArrays),
  $slice: ranged('$slice', 2, 3, (values) => (values.length === 3 && values[2] === undefined ? null : slice(values))),
  $filter: filterOperator,
  $map: mapOperator,
  $reduce: reduceOperator,
  $in: binary('$in', inOperator),
  $indexOfArray: (operand, compiler) => {
    const [haystack] = operandsOf(operand);
    const isKnown = haystack !== undefined && compiler.compile(haystack).isConstant === true;
    return ranged('$indexOfArray', 2, 4, (values) => indexOfArray(values, values.length, isKnown))(operand, compiler);
  },
  $isArray: unary('$isArray', (v) => Array.isArray(v)),
  $range: ranged('$range', 2, 3, (values) => range(values, values.length)),
  $reverseArray: unary('$reverseArray', (v) => {
    if (isNullish(v)) return null;
    if (!Array.isArray(v)) throw new MongoError(34_435, 'The argument to $reverseArray must be an array');
    return v.toReversed();
  }),
  $size: unary('$size', (v) => {
    if (!Array.isArray(v))
      throw new MongoError(17_124, `The argument to $size must be an array, but was of type: ${typeName(v)}`);
    return int32(v.length);
  }),
  $sortArray: (operand, compiler) => {
    const given = checkNamed('$sortArray', operand, {
      required: ['input', 'sortBy'],
      codes: [2_942_500, 2_942_501, { input: 2_942_502, sortBy: 2_942_503 }],
    });
    const input = compiler.compile(given.get('input') ?? null);
    return combine([input], (env) => sortArray({ input: input.evaluate(env) }, given, compiler));
  },
  $zip: zip,
};
