import { badValue, failedToParse, MongoError, notSupported, typeMismatch } from '../error.ts';
import { compileExpression } from '../expression/expression.ts';
import { checkVariableName } from '../expression/names.ts';
import { Scope } from '../expression/scope.ts';
import { checkStages } from '../pipeline/pipeline.ts';
import { compileUpdate } from '../update/update.ts';
import { encode } from '../values/encode.ts';
import { getExact } from '../values/path.ts';
import { doc, isDoc, UNDEFINED, typeName, type Doc, type Value } from '../values/value.ts';
import type { Collection } from '../storage/catalogue.ts';
import type { Call } from './command.ts';
import { Arguments } from './fields.ts';
import { newObjectId, prepareInsert } from './insert.ts';
import { applyUpdate, applyUpsert, hits, targetOf } from './modify.ts';
import { checkCollectionName } from './namespace.ts';

/**
 * Writes the documents of a pipeline. Must run inside a write transaction.
 * @returns the first error of a single document, when what the others did stays
 * @throws MongoError when nothing was written
 */
export type Output = (documents: readonly Doc[]) => MongoError | undefined;

/**
 * A pipeline without its `$out` or `$merge`, and what that does with the documents; undefined when it does not end with one.
 * @throws MongoError for what is malformed in the last stage
 */
export function splitOutput(
  stages: readonly Value[],
  call: Call,
  scope: Scope,
): { stages: readonly Value[]; output: Output } | undefined {
  const last = stages.at(-1);
  if (!isDoc(last) || last.size !== 1) return undefined;
  const [[name, operand] = ['', null]] = last;
  if (name !== '$out' && name !== '$merge') return undefined;
  const output = name === '$out' ? compileOut(operand, call) : compileMerge(operand, call, scope);
  return { stages: stages.slice(0, -1), output };
}

interface Namespace {
  readonly database: string;
  readonly name: string;
}

const text = (value: Value | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

function compileOut(operand: Value, call: Call): Output {
  const target = outTarget(operand, call);
  if (target.name === '') throw new MongoError(73, `Invalid $out target namespace, ${target.database}.`);
  if (target.name.startsWith('system.')) {
    throw new MongoError(17_385, `Can't $out to special collection: ${target.name}`);
  }
  try {
    checkCollectionName(target.name, target.database);
  } catch (error) {
    if (!(error instanceof MongoError)) throw error;
    throw new MongoError(20, `error with target namespace: ${error.message}`);
  }
  return (documents) => {
    const stored = documents.map((document) => prepareInsert(document, call));
    const { catalogue, environment, records } = call.store;
    environment.atomically(() => {
      const old = catalogue.get(target.database, target.name);
      if (old) catalogue.drop(old);
      const collection = catalogue.create(target.database, target.name, old?.options ?? doc());
      for (const index of old?.indexes ?? []) if (index.name !== '_id_') catalogue.addIndex(collection, index.spec);
      for (const document of stored) records.insert(collection, document, encode(document));
    });
    return undefined;
  };
}

function outTarget(operand: Value, call: Call): Namespace {
  if (typeof operand === 'string') return { database: call.database, name: operand };
  if (!isDoc(operand)) {
    throw new MongoError(16_990, `$out only supports a string or object argument, but found ${typeName(operand)}`);
  }
  if (operand.has('timeseries')) throw notSupported('timeseries of $out');
  const database = text(operand.get('db'));
  const name = text(operand.get('coll'));
  if (operand.size !== 2 || database === undefined || name === undefined) {
    throw new MongoError(16_994, "If an object is passed to $out it must have exactly 2 fields: 'db' and 'coll'");
  }
  return { database, name };
}

const MERGE_FIELDS = new Set(['into', 'on', 'let', 'whenMatched', 'whenNotMatched']);
const WHEN_MATCHED = new Set(['replace', 'keepExisting', 'merge', 'fail']);
const WHEN_NOT_MATCHED = new Set(['insert', 'discard', 'fail']);

interface Merge {
  readonly into: Namespace;
  readonly on: readonly string[];
  /** The name of a mode, or the stages that change the document that is there. */
  readonly whenMatched: string | readonly Value[];
  readonly whenNotMatched: string;
  readonly variables: Doc;
}

function compileMerge(operand: Value, call: Call, scope: Scope): Output {
  const merge = parseMerge(operand, call);
  const { on, whenNotMatched, into } = merge;
  const elsewhere: Call = { ...call, database: into.database };
  const args = new Arguments(doc());
  const variables = Array.from(merge.variables, ([name, value]) => [name, compileExpression(value, scope)] as const);

  const mergeOne = (document: Doc): void => {
    const known = keyed(document, on, call);
    if (merge.whenMatched === 'fail') return insert(elsewhere, into.name, known);
    const env = scope.environment(document);
    const own = variables.map(([name, value]) => [name, value.evaluate(env)] as const);
    const vars = new Map([...(scope.options.vars ?? []), ...own]);
    const query = doc(...on.map((field): [string, Value] => [field, getExact(known, field.split('.')) ?? null]));
    const isUpsert = whenNotMatched === 'insert';
    const target = targetOf(into.name, query, args, elsewhere, { vars: undefined, limit: 1 });
    const update = compileUpdate(changeOf(merge.whenMatched, known), { scope: new Scope({ ...scope.options, vars }) });
    const collection = call.store.catalogue.get(into.database, into.name);
    const [hit] = collection ? hits(elsewhere, collection, target) : [];
    if (collection && hit) {
      applyUpdate(elsewhere, collection, hit, target, update);
    } else if (isUpsert) {
      if (typeof merge.whenMatched === 'string') applyUpsert(elsewhere, target, update);
      else insert(elsewhere, into.name, known);
    } else if (whenNotMatched === 'fail') {
      const message = 'at least one document in the source collection';
      throw new MongoError(13_113, `$merge could not find a matching document in the target collection for ${message}`);
    }
  };

  return (documents) => {
    checkUniqueness(call.store.catalogue.get(into.database, into.name), on);
    let first: MongoError | undefined;
    for (const document of documents) {
      try {
        mergeOne(document);
      } catch (error) {
        if (!(error instanceof MongoError)) throw error;
        first ??= error;
      }
    }
    return first;
  };
}

function insert(call: Call, name: string, document: Doc): void {
  const stored = prepareInsert(document, call);
  call.store.records.insert(call.store.ensure(call.database, name), stored, encode(stored));
}

/** What an update with the mode does to the document that is there. */
function changeOf(mode: Merge['whenMatched'], document: Doc): Doc | readonly Value[] {
  if (typeof mode !== 'string') return mode;
  if (mode === 'replace') return document;
  return doc([mode === 'merge' ? '$set' : '$setOnInsert', document]);
}

/** The document with all fields by which it is matched; an `_id` is made. */
function keyed(document: Doc, on: readonly string[], call: Call): Doc {
  const known =
    on.includes('_id') && !document.has('_id') ? new Map([['_id', newObjectId(call)], ...document]) : document;
  for (const field of on) {
    const value = getExact(known, field.split('.'));
    if (Array.isArray(value)) throw new MongoError(51_185, `$merge write error: 'on' field '${field}' is an array`);
    if (field !== '_id' && (value === undefined || value === null || value === UNDEFINED)) {
      const message = 'cannot be missing, null, undefined or an array';
      throw new MongoError(51_132, `$merge write error: 'on' field '${field}' ${message}`);
    }
  }
  return known;
}

/** @throws MongoError 51183 when no unique index has exactly these fields */
function checkUniqueness(collection: Collection | undefined, on: readonly string[]): void {
  if (on.length === 1 && on[0] === '_id') return;
  const isUnique = collection?.indexes.some(
    (index) =>
      index.unique &&
      !index.partial &&
      !index.collation &&
      index.fields.length === on.length &&
      on.every((field) => index.fields.includes(field)),
  );
  if (isUnique !== true) throw new MongoError(51_183, 'Cannot find index to verify that join fields will be unique');
}

function parseMerge(operand: Value, call: Call): Merge {
  if (typeof operand === 'string') {
    if (operand === '') throw new MongoError(73, `Invalid $merge target namespace: '${call.database}.'`);
    return parseMerge(doc(['into', operand]), call);
  }
  if (!isDoc(operand)) {
    throw typeMismatch(`$merge requires a string or object argument, but found ${typeName(operand)}`);
  }
  for (const name of operand.keys()) {
    if (!MERGE_FIELDS.has(name)) throw new MongoError(40_415, `BSON field '$merge.${name}' is an unknown field.`);
  }
  const into = mergeTarget(operand.get('into'), call);
  const on = joinFields(operand.get('on'));
  const whenMatched = matchedMode(operand.get('whenMatched') ?? 'merge');
  const whenNotMatched = operand.get('whenNotMatched') ?? 'insert';
  if (typeof whenNotMatched !== 'string') {
    throw typeMismatch(`BSON field '$merge.whenNotMatched' is the wrong type '${typeName(whenNotMatched)}'`);
  }
  if (!WHEN_NOT_MATCHED.has(whenNotMatched)) {
    throw badValue(`Enumeration value '${whenNotMatched}' for field '$merge.whenNotMatched' is not a valid value.`);
  }
  if ((whenMatched === 'keepExisting' || whenMatched === 'fail') && whenNotMatched !== 'insert') {
    const modes = `'whenMatched: ${whenMatched}' and 'whenNotMatched: ${whenNotMatched}'`;
    throw new MongoError(51_181, `Combination of $merge modes ${modes} is not supported`);
  }
  return { into, on, whenMatched, whenNotMatched, variables: variablesOfMerge(operand.get('let'), whenMatched) };
}

function mergeTarget(into: Value | undefined, call: Call): Namespace {
  if (into === undefined) throw new MongoError(40_414, "BSON field '$merge.into' is missing but a required field");
  if (typeof into !== 'string' && !isDoc(into)) {
    const message = `must be either a string or an object, but found ${typeName(into)}`;
    throw new MongoError(51_178, `$merge 'into' field  ${message}`);
  }
  const given = isDoc(into) ? into : doc(['coll', into]);
  for (const [name, value] of given) {
    if (name !== 'db' && name !== 'coll') {
      throw new MongoError(40_415, `BSON field '$merge.into.${name}' is an unknown field.`);
    }
    if (typeof value !== 'string') {
      throw typeMismatch(
        `BSON field '$merge.into.${name}' is the wrong type '${typeName(value)}', expected type 'string'`,
      );
    }
  }
  const name = text(given.get('coll'));
  if (name === undefined) throw new MongoError(40_414, "BSON field '$merge.into.coll' is missing but a required field");
  const database = text(given.get('db')) ?? call.database;
  checkCollectionName(name, database);
  return { database, name };
}

function joinFields(on: Value | undefined): string[] {
  if (on === undefined) return ['_id'];
  if (typeof on === 'string') return [on];
  if (!Array.isArray(on)) {
    const message = `must be either a string or an array of strings, but found ${typeName(on)}`;
    throw new MongoError(51_186, `$merge 'on' field  ${message}`);
  }
  if (on.length === 0) {
    throw new MongoError(51_187, "If explicitly specifying $merge 'on', must include at least one field");
  }
  const fields = new Set<string>();
  for (const field of on) {
    if (typeof field !== 'string') {
      throw new MongoError(51_134, `$merge 'on' array elements must be strings, but found ${typeName(field)}`);
    }
    if (fields.has(field)) throw new MongoError(31_465, `Found a duplicate field '${field}'`);
    fields.add(field);
  }
  return [...fields];
}

function matchedMode(mode: Value): string | readonly Value[] {
  if (Array.isArray(mode)) {
    checkStages(mode);
    return mode;
  }
  if (typeof mode !== 'string') {
    const message = `must be either a string or an array, but found ${typeName(mode)}`;
    throw new MongoError(51_191, `$merge 'whenMatched' field  ${message}`);
  }
  if (WHEN_MATCHED.has(mode)) return mode;
  throw badValue(`Enumeration value '${mode}' for field 'whenMatched' is not a valid value.`);
}

function variablesOfMerge(given: Value | undefined, mode: Merge['whenMatched']): Doc {
  const isNew = doc(['new', '$$ROOT']);
  if (given === undefined) return typeof mode === 'string' ? doc() : isNew;
  if (!isDoc(given)) throw failedToParse(`$merge 'let' must be an object, but found ${typeName(given)}`);
  if (typeof mode === 'string') {
    throw new MongoError(51_199, `Cannot use 'let' variables with 'whenMatched: ${mode}' mode`);
  }
  for (const name of given.keys()) checkVariableName(name);
  if (given.has('new') && given.get('new') !== '$$ROOT') {
    const message = "may not define a value for the reserved 'new' variable other than '$$ROOT'";
    throw new MongoError(51_273, `'let' ${message}`);
  }
  return new Map([...given, ...isNew]);
}
