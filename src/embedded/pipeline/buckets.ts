import { MongoError, notSupported } from '../error.ts';
import { compileExpression } from '../expression/expression.ts';
import type { Expression, Scope } from '../expression/scope.ts';
import { compileSortOrder, sortDocuments } from '../sort.ts';
import { wholeInt32 } from '../values/number.ts';
import { canonicalType, compare } from '../values/order.ts';
import { doc, int32, isDoc, isNumeric } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import { compileAccumulator, Group, groupStage } from './group.ts';
import type { Outputs } from './group.ts';
import type { CompileStage } from './stage.ts';

const isExpression = (v: Value | undefined): v is Value =>
  (typeof v === 'string' && v.startsWith('$')) || (isDoc(v) && (v.keys().next().value ?? '').startsWith('$'));

const COUNT = doc(['count', doc(['$sum', int32(1)])]);

const outputsOf = (spec: Value | undefined, scope: Scope): Outputs =>
  Array.from(isDoc(spec) ? spec : COUNT, ([name, value]) => [name, compileAccumulator(name, value, scope)] as const);

const byId = compileSortOrder(doc(['_id', int32(1)]));

/** Fixed boundaries: a group per half-open range, one more for the rest. */
export const bucket: CompileStage = (operand, { scope }) => {
  if (!isDoc(operand)) throw new MongoError(40_201, 'Argument to $bucket stage must be an object');
  for (const key of operand.keys()) {
    if (!['groupBy', 'boundaries', 'default', 'output'].includes(key)) {
      throw new MongoError(40_197, `Unrecognized option to $bucket: ${key}.`);
    }
  }
  const groupBy = operand.get('groupBy');
  const list = operand.get('boundaries');
  const output = operand.get('output');
  if (groupBy !== undefined && !isExpression(groupBy)) {
    throw new MongoError(40_202, "The $bucket 'groupBy' field must be defined as a $-prefixed path or an expression");
  }
  if (list !== undefined && !Array.isArray(list)) {
    throw new MongoError(40_200, "The $bucket 'boundaries' field must be an array");
  }
  if (output !== undefined && !isDoc(output))
    throw new MongoError(40_196, "The $bucket 'output' field must be an object");
  const constantOf = (value: Value, code: number, what: string): Value => {
    const part = compileExpression(value, scope);
    if (part.isConstant !== true) throw new MongoError(code, `The $bucket '${what}' must be a constant`);
    return part.evaluate([]) ?? null;
  };
  const boundaries = (list ?? []).map((value) => constantOf(value, 40_191, 'boundaries'));
  if (list !== undefined && boundaries.length < 2) {
    throw new MongoError(40_192, "The $bucket 'boundaries' field must have at least 2 values");
  }
  for (const [i, value] of boundaries.slice(1).entries()) {
    const before = boundaries[i] ?? null;
    if (canonicalType(before) !== canonicalType(value)) {
      throw new MongoError(40_193, "All values in the 'boundaries' option to $bucket must have the same type");
    }
    if (compare(before, value, scope.collation) >= 0) {
      throw new MongoError(40_194, "The 'boundaries' option to $bucket must be sorted");
    }
  }
  const given = operand.get('default');
  const fallback = given === undefined ? undefined : constantOf(given, 40_195, 'default');
  if (groupBy === undefined || list === undefined) {
    throw new MongoError(40_198, "$bucket requires 'groupBy' and 'boundaries' to be specified.");
  }
  const [lowest] = boundaries;
  const highest = boundaries.at(-1);
  const isWithin = (v: Value | undefined): boolean =>
    compare(v, lowest, scope.collation) >= 0 && compare(v, highest, scope.collation) < 0;
  if (fallback !== undefined && canonicalType(fallback) === canonicalType(lowest) && isWithin(fallback)) {
    throw new MongoError(
      40_199,
      "The $bucket 'default' field must be less than the lowest boundary or greater than or equal to the highest boundary.",
    );
  }
  const by = compileExpression(groupBy, scope);
  const id: Expression = {
    evaluate: (env) => {
      const value = by.evaluate(env);
      if (isWithin(value)) return boundaries.findLast((low) => compare(low, value, scope.collation) <= 0);
      if (fallback === undefined) {
        throw new MongoError(
          40_066,
          '$switch could not find a matching branch for an input, and no default was specified.',
        );
      }
      return fallback;
    },
  };
  const run = groupStage(id, outputsOf(output, scope), scope);
  return (input) => sortDocuments(run(input), byId);
};

/** As many buckets as asked for, of about the same size; equal values stay together. */
export const bucketAuto: CompileStage = (operand, { scope }) => {
  if (!isDoc(operand)) throw new MongoError(40_240, 'The argument to $bucketAuto must be an object');
  let groupBy: Value | undefined;
  let count: number | undefined;
  for (const [key, value] of operand) {
    if (key === 'groupBy') {
      groupBy = value;
      if (!isExpression(value)) {
        throw new MongoError(40_239, "The $bucketAuto 'groupBy' field must be defined as a $-prefixed path");
      }
    } else if (key === 'buckets') {
      count = bucketCount(value);
    } else if (key === 'output') {
      if (!isDoc(value)) throw new MongoError(40_244, "The $bucketAuto 'output' field must be an object");
    } else if (key === 'granularity') {
      if (typeof value !== 'string')
        throw new MongoError(40_261, "The $bucketAuto 'granularity' field must be a string");
      if (!GRANULARITIES.has(value)) throw new MongoError(40_257, `Unknown rounding granularity '${value}'`);
      throw notSupported('$bucketAuto: granularity');
    } else {
      throw new MongoError(40_245, `Unrecognized option to $bucketAuto: ${key}.`);
    }
  }
  if (groupBy === undefined || count === undefined) {
    throw new MongoError(40_246, "$bucketAuto requires 'groupBy' and 'buckets' to be specified");
  }
  const by = compileExpression(groupBy, scope);
  const outputs = outputsOf(operand.get('output'), scope);
  const buckets = count;
  return (input) => {
    const rows = Array.from(input, (document) => ({
      document,
      value: by.evaluate(scope.environment(document)) ?? null,
    }));
    const sorted = rows.toSorted((a, b) => compare(a.value, b.value, scope.collation));
    return autoBuckets(sorted, buckets, outputs, scope);
  };
};

const GRANULARITIES = new Set('R5 R10 R20 R40 R80 1-2-5 E6 E12 E24 E48 E96 E192 POWERSOF2'.split(' '));

function bucketCount(value: Value): number {
  if (!isNumeric(value)) throw new MongoError(40_241, "The $bucketAuto 'buckets' field must be a numeric value");
  const count = wholeInt32(value);
  if (count === undefined) {
    throw new MongoError(40_242, "The $bucketAuto 'buckets' field must be representable as a 32-bit integer");
  }
  if (count <= 0) throw new MongoError(40_243, "The $bucketAuto 'buckets' field must be greater than 0");
  return count;
}

function autoBuckets(
  rows: readonly { document: Doc; value: Value }[],
  count: number,
  outputs: Outputs,
  scope: Scope,
): Doc[] {
  const result: Doc[] = [];
  const approximate = Math.max(1, Math.round(rows.length / count));
  let at = 0;
  const same = (a: Value | undefined, b: Value | undefined): boolean => compare(a, b, scope.collation) === 0;
  while (at < rows.length && result.length < count) {
    const start = at;
    const isLast = result.length === count - 1;
    at = isLast ? rows.length : Math.min(rows.length, at + approximate);
    while (at < rows.length && same(rows[at]?.value, rows[at - 1]?.value)) at++;
    const max = rows[Math.min(at, rows.length - 1)]?.value ?? null;
    const group = new Group(doc(['min', rows[start]?.value ?? null], ['max', max]), outputs);
    for (const row of rows.slice(start, at)) group.add(scope.environment(row.document));
    result.push(group.result());
  }
  return result;
}
