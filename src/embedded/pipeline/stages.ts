import { MongoError } from '../error.ts';
import { compileExpression } from '../expression/expression.ts';
import { checkFieldName, parseFieldPath } from '../expression/names.ts';
import { CURRENT, Scope } from '../expression/scope.ts';
import type { Env } from '../expression/scope.ts';
import { compileAddFields, compileProjection } from '../projection/projection.ts';
import { compileFilter } from '../query/filter.ts';
import type { Filter } from '../query/filter.ts';
import { compileSortOrder, sortDocuments } from '../sort.ts';
import { toInt64, wholeNumber } from '../values/number.ts';
import { doc, int32, isDoc, isNumeric, typeName } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import { bucket, bucketAuto } from './buckets.ts';
import { group } from './group.ts';
import { lookup, unionWith } from './lookup.ts';
import type { CompileStage, StageContext } from './stage.ts';
import { mapStage } from './stage.ts';
import { unwind } from './unwind.ts';

export function matchFilter(operand: Value, { scope }: StageContext): Filter {
  if (!isDoc(operand)) throw new MongoError(15_959, 'the match filter must be an expression in an object');
  return compileFilter(operand, { collation: scope.collation, scope });
}

function* filtered(input: Iterable<Doc>, filter: Filter): Generator<Doc, void, undefined> {
  for (const document of input) if (filter.test(document)) yield document;
}

export function sortSpec(operand: Value): Doc {
  if (!isDoc(operand)) throw new MongoError(15_973, 'the $sort key specification must be an object');
  if (operand.size === 0) throw new MongoError(15_976, '$sort stage must have at least one sort key');
  return operand;
}

/** The number of `$skip`. */
export function skipCount(operand: Value): number {
  if (!isNumeric(operand)) {
    throw new MongoError(15_972, `Argument to $skip must be a number not a ${typeName(operand)}`);
  }
  const count = toInt64(operand);
  if (count < 0n) throw new MongoError(15_956, 'Argument to $skip cannot be negative');
  return Number(count);
}

/** The number of `$limit`. */
export function limitCount(operand: Value): number {
  if (!isNumeric(operand)) throw new MongoError(15_957, 'the limit must be specified as a number');
  const count = toInt64(operand);
  if (count <= 0n) throw new MongoError(15_958, 'the limit must be positive');
  return Number(count);
}

export function* skipped(input: Iterable<Doc>, count: number): Generator<Doc, void, undefined> {
  let left = count;
  for (const document of input) if (left-- <= 0) yield document;
}

export function* limited(input: Iterable<Doc>, count: number): Generator<Doc, void, undefined> {
  let left = count;
  for (const document of input) {
    yield document;
    if (--left <= 0) return;
  }
}

const addFields =
  (name: string): CompileStage =>
  (operand, { scope }) => {
    if (!isDoc(operand)) {
      throw new MongoError(40_272, `${name} specification stage must be an object, got ${typeName(operand)}`);
    }
    return mapStage(compileAddFields(operand, scope));
  };

const project: CompileStage = (operand, { scope }) => {
  if (!isDoc(operand)) throw new MongoError(15_969, '$project specification must be an object');
  return mapStage(compileProjection(operand, { scope }));
};

const unset: CompileStage = (operand, { scope }) => {
  if (typeof operand !== 'string' && !Array.isArray(operand)) {
    throw new MongoError(31_002, '$unset specification must be a string or an array');
  }
  const names = Array.isArray(operand) ? operand : [operand];
  if (names.length === 0) {
    throw new MongoError(31_119, '$unset specification must be a string or an array with at least one field');
  }
  const spec: Doc = new Map();
  for (const name of names) {
    if (typeof name !== 'string') {
      throw new MongoError(31_120, '$unset specification must be a string or an array containing only string values');
    }
    parseFieldPath(name);
    if (spec.has(name)) throw new MongoError(31_250, `Path collision at ${name}`);
    spec.set(name, int32(0));
  }
  return mapStage(compileProjection(spec, { scope }));
};

const replaceWith =
  (what: string): CompileStage =>
  (operand, { scope }) => {
    const expression = compileExpression(operand, scope);
    return mapStage((document) => {
      const root = expression.evaluate(scope.environment(document));
      if (isDoc(root)) return root;
      throw new MongoError(40_228, `${what} must evaluate to an object. Type of resulting value: '${typeName(root)}'`);
    });
  };

const replaceRoot: CompileStage = (operand, context) => {
  if (!isDoc(operand)) throw new MongoError(40_229, 'expected an object as specification for $replaceRoot stage');
  for (const key of operand.keys()) {
    if (key !== 'newRoot') throw new MongoError(40_415, `BSON field '$replaceRoot.${key}' is an unknown field.`);
  }
  const root = operand.get('newRoot');
  if (root === undefined) {
    throw new MongoError(40_414, "BSON field '$replaceRoot.newRoot' is missing but a required field");
  }
  return replaceWith("'newRoot' expression")(root, context);
};

const count: CompileStage = (operand, context) => {
  if (typeof operand !== 'string') throw new MongoError(40_156, 'the count field must be a non-empty string');
  if (operand === '') throw new MongoError(40_157, 'the count field must be a non-empty string');
  if (operand.startsWith('$')) throw new MongoError(40_158, 'the count field cannot be a $-prefixed path');
  if (operand.includes('\0')) throw new MongoError(40_159, 'the count field cannot contain a null byte');
  if (operand.includes('.')) throw new MongoError(40_160, "the count field cannot contain '.'");
  if (operand === '_id') throw new MongoError(15_948, "a group's _id may only be specified once");
  const run = group(doc(['_id', null], [operand, doc(['$sum', int32(1)])]), context);
  return (input) => withoutId(run(input));
};

function* withoutId(input: Iterable<Doc>): Generator<Doc, void, undefined> {
  for (const document of input) {
    document.delete('_id');
    yield document;
  }
}

const sortByCount: CompileStage = (operand, context) => {
  if (typeof operand === 'string') {
    if (!operand.startsWith('$')) {
      throw new MongoError(40_148, 'the sortByCount field must be defined as a $-prefixed path');
    }
  } else if (!isDoc(operand)) {
    throw new MongoError(40_149, 'the sortByCount field must be specified as a string or as an object');
  } else if (!(operand.keys().next().value ?? '').startsWith('$')) {
    throw new MongoError(40_147, 'the sortByCount field must be defined as an expression inside an object');
  }
  const run = group(doc(['_id', operand], ['count', doc(['$sum', int32(1)])]), context);
  const order = compileSortOrder(doc(['count', int32(-1)]));
  return (input) => sortDocuments(run(input), order);
};

const facet: CompileStage = (operand, { scope, nested }) => {
  if (!isDoc(operand) || operand.size === 0) {
    throw new MongoError(40_169, 'the $facet specification must be a non-empty object');
  }
  const facets = Array.from(operand, ([name, stages]) => {
    checkFieldName(name);
    if (!Array.isArray(stages))
      throw new MongoError(40_170, `arguments to $facet must be arrays, ${name} is type ${typeName(stages)}`);
    for (const stage of stages) {
      if (!isDoc(stage)) throw new MongoError(40_171, 'elements of arrays in $facet spec must be non-empty objects');
    }
    return { name, pipeline: nested(stages, scope, '$facet') };
  });
  return (input) => {
    const documents = [...input];
    return [doc(...facets.map(({ name, pipeline }): [string, Value] => [name, [...pipeline.run(documents)]]))];
  };
};

const sample: CompileStage = (operand, { scope }) => {
  if (!isDoc(operand)) throw new MongoError(28_745, 'the $sample stage specification must be an object');
  for (const key of operand.keys()) {
    if (key !== 'size') throw new MongoError(28_748, `unrecognized option to $sample: ${key}`);
  }
  const size = operand.get('size');
  if (size === undefined) throw new MongoError(28_749, '$sample stage must specify a size');
  if (!isNumeric(size)) throw new MongoError(28_746, 'size argument to $sample must be a number');
  const wanted = toInt64(size);
  if (wanted < 0n || wholeNumber(wanted) === undefined) {
    throw new MongoError(28_747, 'size argument to $sample must not be negative');
  }
  const { random } = scope.options;
  if (!random) throw new MongoError(115, '$sample is not supported here');
  return (input) => {
    const rows = Array.from(input, (document) => ({ document, rank: random() }));
    return rows
      .toSorted((a, b) => a.rank - b.rank)
      .slice(0, Number(wanted))
      .map((row) => row.document);
  };
};

const redact: CompileStage = (operand, { scope: outer }) => {
  const { scope } = outer.extend([]);
  scope.isRedaction = true;
  const expression = compileExpression(operand, scope);
  const visit = (document: Doc, env: Env): Doc | undefined => {
    env[CURRENT] = document;
    const decision = expression.evaluate(env);
    if (decision === 'keep') return document;
    if (decision === 'prune') return undefined;
    if (decision !== 'descend') {
      throw new MongoError(
        17_053,
        "$redact's expression should not return anything aside from the variables $$KEEP, $$DESCEND, and $$PRUNE",
      );
    }
    const result: Doc = new Map();
    for (const [name, value] of document) {
      const kept = visitValue(value, env);
      if (kept !== undefined) result.set(name, kept);
    }
    return result;
  };
  const visitValue = (value: Value, env: Env): Value | undefined => {
    if (isDoc(value)) return visit(value, env);
    if (!Array.isArray(value)) return value;
    return value.flatMap((item) => {
      const kept = visitValue(item, env);
      return kept === undefined ? [] : [kept];
    });
  };
  return function* redacted(input) {
    for (const document of input) {
      const kept = visit(document, scope.environment(document));
      if (kept) yield kept;
    }
  };
};

/** Takes no input: only the first stage of a pipeline without a collection. */
const documents: CompileStage = (operand, { scope }) => {
  const alone = new Scope({ ...scope.options, withoutDocument: true });
  const list = compileExpression(operand, alone).evaluate(alone.environment(new Map()));
  if (!Array.isArray(list)) {
    throw new MongoError(5_858_203, `$documents: an array is expected, but found ${typeName(list)}`);
  }
  const found = list.filter(isDoc);
  if (found.length < list.length) throw new MongoError(40_228, '$documents: the elements must be objects');
  return () => found;
};

/** The stages of the aggregation pipeline. */
export const STAGES: ReadonlyMap<string, CompileStage> = new Map<string, CompileStage>([
  [
    '$match',
    (operand, context) => {
      const filter = matchFilter(operand, context);
      return (input) => filtered(input, filter);
    },
  ],
  ['$project', project],
  ['$addFields', addFields('$addFields')],
  ['$set', addFields('$set')],
  ['$unset', unset],
  ['$group', group],
  [
    '$sort',
    (operand, { scope, isComputed }) => {
      const order = compileSortOrder(sortSpec(operand), scope.collation, isComputed);
      return (input) => sortDocuments(input, order);
    },
  ],
  [
    '$skip',
    (operand) => {
      const n = skipCount(operand);
      return (input) => skipped(input, n);
    },
  ],
  [
    '$limit',
    (operand) => {
      const n = limitCount(operand);
      return (input) => limited(input, n);
    },
  ],
  ['$unwind', unwind],
  ['$lookup', lookup],
  ['$unionWith', unionWith],
  ['$facet', facet],
  ['$bucket', bucket],
  ['$bucketAuto', bucketAuto],
  ['$count', count],
  ['$sortByCount', sortByCount],
  ['$replaceRoot', replaceRoot],
  ['$replaceWith', replaceWith("'replacement document'")],
  ['$sample', sample],
  ['$redact', redact],
  ['$documents', documents],
]);
