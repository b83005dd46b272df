import { failedToParse, MongoError } from '../error.ts';
import { parseFieldPath } from '../expression/names.ts';
import { checkVariableName } from '../expression/names.ts';
import { compileExpression } from '../expression/expression.ts';
import { keepLayout, noteMissing, setInPlace } from '../projection/layout.ts';
import { compileFilter } from '../query/filter.ts';
import type { Filter } from '../query/filter.ts';
import { isIndex } from '../values/path.ts';
import { doc, isDoc, Regex, typeName } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import type { CompileStage } from './stage.ts';
import { mapStage } from './stage.ts';

const STRINGS = new Set(['from', 'as', 'localField', 'foreignField']);

interface LookupSpec {
  readonly from: string;
  readonly as: readonly string[];
  readonly localField: readonly string[] | undefined;
  readonly foreignField: string | undefined;
  readonly pipeline: Value[] | undefined;
  readonly let: Doc | undefined;
}

function parse(operand: Value): LookupSpec {
  if (!isDoc(operand))
    throw failedToParse(`the $lookup stage specification must be an object, but found ${typeName(operand)}`);
  for (const [key, value] of operand) {
    if (key === 'pipeline') {
      if (!Array.isArray(value)) throw new MongoError(14, "'pipeline' option must be specified as an array");
    } else if (key === 'let') {
      if (!isDoc(value)) throw failedToParse("$lookup argument 'let' must be an object");
    } else if (!STRINGS.has(key)) {
      throw failedToParse(`unknown argument to $lookup: ${key}`);
    } else if (typeof value !== 'string') {
      throw failedToParse(`$lookup argument '${key}' must be a string, found ${typeName(value)}`);
    }
  }
  const text = (key: string): string | undefined => {
    const value = operand.get(key);
    return typeof value === 'string' ? value : undefined;
  };
  const from = text('from');
  const as = text('as');
  const localField = text('localField');
  const foreignField = text('foreignField');
  const pipeline = operand.get('pipeline');
  const variables = operand.get('let');
  if (from === undefined) throw failedToParse("missing 'from' option to $lookup stage specification");
  if (as === undefined) throw failedToParse("must specify 'as' field for a $lookup");
  if ((localField === undefined) !== (foreignField === undefined)) {
    throw failedToParse("$lookup requires both or neither of 'localField' and 'foreignField' to be specified");
  }
  if (localField === undefined && pipeline === undefined) {
    throw failedToParse("$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified");
  }
  if (variables !== undefined && pipeline === undefined) {
    throw failedToParse("$lookup with a 'let' argument must also specify 'pipeline'");
  }
  if (foreignField !== undefined) parseFieldPath(foreignField);
  return {
    from,
    as: parseFieldPath(as),
    localField: localField === undefined ? undefined : parseFieldPath(localField),
    foreignField,
    pipeline: Array.isArray(pipeline) ? pipeline : undefined,
    let: isDoc(variables) ? variables : undefined,
  };
}

/** All values at a path: those of documents in arrays, and the elements of an array at its end. */
function valuesAt(node: Value | undefined, path: readonly string[], depth: number, found: Value[]): Value[] {
  if (node === undefined) return found;
  if (depth === path.length) {
    if (Array.isArray(node)) found.push(...node);
    else found.push(node);
    return found;
  }
  const name = path[depth] ?? '';
  if (isDoc(node)) return valuesAt(node.get(name), path, depth + 1, found);
  if (!Array.isArray(node)) return found;
  for (const item of node) if (isDoc(item)) valuesAt(item, path, depth, found);
  if (isIndex(name)) valuesAt(node[Number(name)], path, depth + 1, found);
  return found;
}

function joinCondition(document: Doc, localField: readonly string[], foreignField: string): Doc {
  const values = valuesAt(document, localField, 0, []);
  if (values.length === 0) values.push(null);
  return values.some((v) => v instanceof Regex)
    ? doc(['$or', values.map((v) => doc([foreignField, doc(['$eq', v])]))])
    : doc([foreignField, doc(['$in', values])]);
}

function both(join: Doc | undefined, filter: Filter | undefined, make: (condition: Doc) => Filter): Filter | undefined {
  if (!join) return filter;
  const joined = make(join);
  if (!filter) return joined;
  return {
    collation: joined.collation,
    predicates: [...joined.predicates, ...filter.predicates],
    test: (d) => joined.test(d) && filter.test(d),
    testRaw: (bytes) => joined.testRaw(bytes) && filter.testRaw(bytes),
    match: (d) => (joined.test(d) ? filter.match(d) : undefined),
  };
}

/** Sets a value at a path, making documents of whatever is in the way. */
export function withField(document: Doc, path: readonly string[], value: Value | undefined, depth = 0): Doc {
  const name = path[depth] ?? '';
  const result = new Map(document);
  keepLayout(document, result);
  if (depth < path.length - 1) {
    const child = document.get(name);
    setInPlace(result, name, withField(isDoc(child) ? child : new Map(), path, value, depth + 1));
  } else if (value === undefined) {
    noteMissing(result, name);
    result.delete(name);
  } else {
    setInPlace(result, name, value);
  }
  return result;
}

export const lookup: CompileStage = (operand, { scope, read, nested }) => {
  const spec = parse(operand);
  const variables = [...(spec.let ?? [])];
  for (const [name] of variables) checkVariableName(name);
  const values = variables.map(([, value]) => compileExpression(value, scope));
  const { scope: inner, slots } = scope.extend(variables.map(([name]) => name));
  const pipeline = spec.pipeline ? nested(spec.pipeline, inner, '$lookup') : undefined;
  const { localField, foreignField } = spec;
  const makeFilter = (condition: Doc): Filter => compileFilter(condition, { collation: scope.collation, scope: inner });
  return mapStage((document) => {
    const env = scope.environment(document);
    for (const [i, slot] of slots.entries()) inner.base[slot] = values[i]?.evaluate(env);
    const join =
      localField && foreignField !== undefined ? joinCondition(document, localField, foreignField) : undefined;
    const leading = { ...pipeline?.leading, filter: both(join, pipeline?.leading.filter, makeFilter) };
    const found = read(spec.from, leading);
    return withField(document, spec.as, [...(pipeline ? pipeline.run(found) : found)]);
  });
};

export const unionWith: CompileStage = (operand, { scope, read, nested }) => {
  let from: Value | undefined = operand;
  let stages: Value[] = [];
  if (isDoc(operand)) {
    for (const [key, value] of operand) {
      if (key === 'pipeline') {
        if (!Array.isArray(value)) throw new MongoError(14, "'pipeline' must be an array");
        stages = value;
      } else if (key !== 'coll') {
        throw new MongoError(40_415, `BSON field '$unionWith.${key}' is an unknown field.`);
      }
    }
    from = operand.get('coll');
    if (from === undefined)
      throw new MongoError(40_414, "BSON field '$unionWith.coll' is missing but a required field");
  }
  if (typeof from !== 'string') throw failedToParse('the $unionWith stage specification must be an object or string');
  const collection = from;
  const pipeline = nested(stages, scope, '$unionWith');
  return (input) => concatenated(input, () => pipeline.run(read(collection, pipeline.leading)));
};

function* concatenated(input: Iterable<Doc>, more: () => Iterable<Doc>): Generator<Doc, void, undefined> {
  yield* input;
  yield* more();
}
