import { MongoError, notSupported } from '../error.ts';
import { ACCUMULATORS, UNSUPPORTED_ACCUMULATORS } from '../expression/accumulator.ts';
import type { Accumulation, Accumulator } from '../expression/accumulator.ts';
import { compileExpression } from '../expression/expression.ts';
import type { Expression, Scope } from '../expression/scope.ts';
import { ValueMap } from '../expression/value-set.ts';
import { isDoc } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import type { CompileStage, Stage } from './stage.ts';

/** The fields of a group with their accumulators. */
export type Outputs = readonly (readonly [name: string, accumulator: Accumulator])[];

/** Compiles `{ $op: operand }`, the accumulator of one output field. */
export function compileAccumulator(name: string, spec: Value, scope: Scope): Accumulator {
  if (name.includes('.')) throw new MongoError(40_235, `The field name '${name}' cannot contain '.'`);
  if (name.startsWith('$')) throw new MongoError(40_236, `The field name '${name}' cannot be an operator name`);
  if (!isDoc(spec)) throw new MongoError(40_234, `The field '${name}' must be an accumulator object`);
  const [operator = ''] = spec.keys();
  if (spec.size !== 1) throw new MongoError(40_238, `The field '${name}' must specify one accumulator`);
  const compile = ACCUMULATORS.get(operator);
  if (!compile) {
    if (UNSUPPORTED_ACCUMULATORS.includes(operator)) throw notSupported(`the accumulator ${operator}`);
    throw new MongoError(15_952, `unknown group operator '${operator}'`);
  }
  const operand = spec.get(operator) ?? null;
  if (Array.isArray(operand)) throw new MongoError(40_237, `The ${operator} accumulator is a unary operator`);
  return compile(operand, { scope, compile: (v, inner) => compileExpression(v, inner ?? scope) });
}

/** One group under way. */
export class Group {
  readonly #states: readonly Accumulation[];
  readonly #outputs: Outputs;
  readonly id: Value;

  constructor(id: Value, outputs: Outputs) {
    this.id = id;
    this.#outputs = outputs;
    this.#states = outputs.map(([, accumulator]) => accumulator.start());
  }

  add(env: ReturnType<Scope['environment']>): void {
    for (const [i, [, accumulator]] of this.#outputs.entries()) this.#states[i]?.add(accumulator.evaluate(env));
  }

  result(): Doc {
    const doc: Doc = new Map([['_id', this.id]]);
    for (const [i, [name]] of this.#outputs.entries()) doc.set(name, this.#states[i]?.result() ?? null);
    return doc;
  }
}

/** Groups documents by the value of an expression. */
export function groupStage(id: Expression, outputs: Outputs, scope: Scope): Stage {
  return (input) => grouped(input, id, outputs, scope);
}

function* grouped(
  input: Iterable<Doc>,
  id: Expression,
  outputs: Outputs,
  scope: Scope,
): Generator<Doc, void, undefined> {
  const groups = new ValueMap<Group>(scope.collation);
  const inOrder: Group[] = [];
  for (const doc of input) {
    const env = scope.environment(doc);
    const key = id.evaluate(env) ?? null;
    const group = groups.get(key, () => {
      const fresh = new Group(key, outputs);
      inOrder.push(fresh);
      return fresh;
    });
    group.add(env);
  }
  for (const group of inOrder) yield group.result();
}

/** A key of one named field has null for a missing value, as a key without a name does. */
function groupKey(spec: Value, scope: Scope): Expression {
  const key = compileExpression(spec, scope);
  const [first] = isDoc(spec) && spec.size === 1 ? spec.keys() : [];
  if (first === undefined || first.startsWith('$')) return key;
  return {
    evaluate: (env) => {
      const value = key.evaluate(env);
      return isDoc(value) && !value.has(first) ? new Map([[first, null]]) : value;
    },
  };
}

export const group: CompileStage = (operand, { scope }) => {
  if (!isDoc(operand)) throw new MongoError(15_947, "a group's fields must be specified in an object");
  const outputs: [string, Accumulator][] = [];
  let id: Expression | undefined;
  for (const [name, spec] of operand) {
    if (name === '_id') id = groupKey(spec, scope);
    else outputs.push([name, compileAccumulator(name, spec, scope)]);
  }
  if (!id) throw new MongoError(15_955, 'a group specification must include an _id');
  return groupStage(id, outputs, scope);
};
