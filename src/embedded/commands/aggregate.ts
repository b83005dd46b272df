import { badValue, failedToParse, MongoError, typeMismatch } from '../error.ts';
import { compilePipeline, SOURCE_STAGE } from '../pipeline/pipeline.ts';
import type { CompiledPipeline, Leading } from '../pipeline/stage.ts';
import { numberOf, showValue } from '../storage/show.ts';
import { decode, readPath } from '../values/decode.ts';
import { encode } from '../values/encode.ts';
import { shortest, wholeInt32 } from '../values/number.ts';
import { type Doc, doc, isDoc, isNumeric, typeName, type Value } from '../values/value.ts';
import type { Call, Command, Reply } from './command.ts';
import { FIRST_BATCH } from './cursors.ts';
import { statsDocument } from './diagnostics.ts';
import { ANY, type Arguments, ARRAY, BOOL, OBJECT, required } from './fields.ts';
import { checkCollectionName } from './namespace.ts';
import { neededFields } from './needed-fields.ts';
import { type Output, splitOutput } from './output.ts';
import { collationOf, filterOf, hintOf, planOf, scopeOf, select, type Selection, variablesOf } from './query.ts';

export const aggregate: Command = {
  name: 'aggregate',
  summary: 'an aggregation pipeline',
  fields: {
    aggregate: required(ANY),
    pipeline: required(ARRAY),
    cursor: ANY,
    explain: BOOL,
    allowDiskUse: BOOL,
    bypassDocumentValidation: BOOL,
    collation: OBJECT,
    hint: ANY,
    let: OBJECT,
  },
  run(args, call) {
    const name = sourceName(args, call);
    if (args.bool('explain')) throw badValue("use the command explain instead of aggregate's field explain");
    if (!args.has('cursor'))
      throw failedToParse("The 'cursor' option is required, except for aggregate with the explain argument");
    const batchSize = batchSizeIn(args);
    const { stages, pipeline, selection, output } = parseAggregate(args, call, name);
    const run = (): Iterable<Doc> =>
      counted(stages, call, selection) ?? pipeline.run(read(call, selection, neededFields(stages)));
    const reply = (documents: Iterable<Doc>): Reply =>
      call.cursors.start(
        { namespace: `${call.database}.${name}`, collection: selection.collection, documents: encoded(documents) },
        { batchSize },
      );
    return output ? written(call, run, output).then(() => reply([])) : reply(run());
  },
};

/** Runs a pipeline that writes. What it wrote before an error stays. */
async function written(call: Call, run: () => Iterable<Doc>, output: Output): Promise<void> {
  const error = await call.store.environment.write(() => output([...run()]));
  if (error) throw error;
}

/** The collection that the pipeline reads. */
function sourceName(args: Arguments, call: Call): string {
  const name = args.value('aggregate');
  if (typeof name === 'string') {
    checkCollectionName(name, call.database);
    return name;
  }
  if (!isNumeric(name)) throw typeMismatch(`collection name has invalid type: ${typeName(name)}`);
  if (numberOf(name) !== 1)
    throw failedToParse("Invalid command format: the 'aggregate' field must specify a collection name or 1");
  const [stage] = args.array('pipeline') ?? [];
  const [first] = isDoc(stage) ? stage.keys() : [];
  if (first === '$documents') return '$cmd.aggregate';
  throw new MongoError(
    73,
    `{aggregate: 1} is not valid for ${first === undefined ? 'an empty pipeline.' : `'${first}'; a collection is required.`}`,
  );
}

/** The query and the rest of the pipeline. */
export function parseAggregate(
  args: Arguments,
  call: Call,
  name: string,
): { stages: readonly Value[]; pipeline: CompiledPipeline; selection: Selection; output: Output | undefined } {
  const collation = collationOf(args);
  const scope = scopeOf(call, collation, variablesOf(args, call, collation));
  const readOther = (from: string, leading: Leading): Iterable<Doc> =>
    read(call, selectionFor(call, from, leading, collation, scope, undefined));
  const all = args.array('pipeline') ?? [];
  checkSource(all, isNumeric(args.value('aggregate') ?? null));
  const sourced = withStats(all, call, name);
  const { stages, output } = splitOutput(sourced, call, scope) ?? { stages: sourced, output: undefined };
  const pipeline = compilePipeline(stages, scope, readOther);
  const selection = selectionFor(call, name, pipeline.leading, collation, scope, hintOf(args));
  return { stages, pipeline, selection, output };
}

/** The pipeline with what `$collStats` tells in its place. */
function withStats(stages: readonly Value[], call: Call, name: string): readonly Value[] {
  const [first, ...others] = stages;
  if (!isDoc(first) || first.size !== 1 || !first.has(SOURCE_STAGE)) return stages;
  const document = statsDocument(first.get(SOURCE_STAGE) ?? null, call, name);
  return [doc(['$documents', doc(['$literal', [document]])]), ...others];
}

/** @throws MongoError 73, 40602 when `$documents` is not the first stage of a pipeline without a collection */
function checkSource(stages: readonly Value[], isWithoutCollection: boolean): void {
  const at = stages.findLastIndex((stage) => isDoc(stage) && stage.has('$documents'));
  if (at > 0) throw new MongoError(40_602, '$documents is only valid as the first stage in a pipeline');
  if (at === 0 && !isWithoutCollection) throw new MongoError(73, "'$documents' can only be run with {aggregate: 1}");
}

function selectionFor(
  call: Call,
  name: string,
  { filter, sort, skip, limit }: Leading,
  collation: Selection['collation'],
  scope: Parameters<typeof filterOf>[2],
  hint: Selection['hint'],
): Selection {
  return {
    collection: call.store.catalogue.get(call.database, name),
    filter: filter ?? filterOf(undefined, collation, scope),
    query: filter ? undefined : new Map(),
    sort,
    collation,
    hint,
    skip: skip ?? 0,
    limit,
  };
}

/** More fields than this are found sooner by decoding all. */
const FEW = 4;

function* read(call: Call, selection: Selection, fields?: readonly string[]): Generator<Doc, void, undefined> {
  const toDoc = fields && fields.length <= FEW ? (bytes: Uint8Array) => decodeFields(bytes, fields) : decode;
  for (const { bytes } of select(call, selection, planOf(call, selection), call.examined())) yield toDoc(bytes);
}

function decodeFields(bytes: Uint8Array, fields: readonly string[]): Doc {
  const document: Doc = new Map();
  for (const field of fields) {
    const { value } = readPath(bytes, [field]);
    if (value !== undefined) document.set(field, value);
  }
  return document;
}

function* encoded(documents: Iterable<Doc>): Generator<Uint8Array, void, undefined> {
  for (const document of documents) yield encode(document);
}

/**
 * The result of `[{ $match }, { $group: { _id: constant, n: { $sum: 1 } } }]`, which is how drivers count: from the index alone where
 * that is exact. Undefined for every other pipeline.
 */
function counted(stages: readonly Value[], call: Call, selection: Selection): Doc[] | undefined {
  const [match, group, ...others] = stages;
  const query = isDoc(match) ? match.get('$match') : undefined;
  const spec = isDoc(group) ? group.get('$group') : undefined;
  if (others.length > 0 || !isDoc(query) || !isDoc(spec) || spec.size !== 2 || !selection.collection) return undefined;
  const [id, sum] = spec;
  if (!id || !sum || id[0] !== '_id' || !(id[1] === null || isNumeric(id[1]))) return undefined;
  if (!isDoc(sum[1]) || sum[1].size !== 1 || wholeInt32(sum[1].get('$sum')) !== 1 || isLong(sum[1].get('$sum')))
    return undefined;
  const n = call.store.count(selection.collection, { ...selection, query });
  return n === 0 ? [] : [new Map<string, Value>([id, [sum[0], shortest(BigInt(n))]])];
}

/** The sum has the type of what is summed up: only an int32 gives an int32. */
const isLong = (value: Value | undefined): boolean => typeName(value) !== 'int';

function batchSizeIn(args: Arguments): number {
  const cursor = args.value('cursor');
  if (!isDoc(cursor)) throw typeMismatch('cursor field must be missing or an object');
  for (const [name, value] of cursor) {
    if (name !== 'batchSize')
      throw new MongoError(40415, `BSON field 'parseCommandCursorOptions.${name}' is an unknown field.`);
    if (value !== null && !isNumeric(value))
      throw typeMismatch(`BSON field 'parseCommandCursorOptions.batchSize' is the wrong type '${typeName(value)}'`);
    if (numberOf(value) < 0)
      throw new MongoError(51024, `BSON field 'batchSize' value must be >= 0, actual value '${showValue(value)}'`);
  }
  const size = cursor.get('batchSize');
  return size === undefined || size === null ? FIRST_BATCH : Math.trunc(numberOf(size));
}
