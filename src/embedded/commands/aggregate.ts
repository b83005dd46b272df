import { MongoError, notSupported, typeMismatch } from '../error.ts';
import { encode } from '../values/encode.ts';
import { wholeInt32 } from '../values/number.ts';
import { doc, int32, isDoc, isNumeric, type Doc, typeName, type Value } from '../values/value.ts';
import { numberOf } from '../storage/show.ts';
import type { Call, Command } from './command.ts';
import { FIRST_BATCH } from './cursors.ts';
import { ANY, ARRAY, type Arguments, BOOL, OBJECT, required } from './fields.ts';
import { checkCollectionName } from './namespace.ts';
import { collationOf, filterOf, hintOf, scopeOf, type Selection } from './query.ts';

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
    const name = args.string('aggregate') ?? '$cmd.aggregate';
    if (typeof args.value('aggregate') === 'string') checkCollectionName(name, call.database);
    const stages = args.array('pipeline') ?? [];
    const selection = selectionOf(args, call, name, stages);
    const counted = countedBy(stages);
    if (!counted || !selection.collection) throw notSupported('this aggregation');
    const n = call.store.count(selection.collection, selection);
    return call.cursors.start(
      {
        namespace: `${call.database}.${name}`,
        collection: undefined,
        documents: (n === 0 ? [] : [doc(['_id', counted.id], [counted.field, int32(n)])]).map(encode).values(),
      },
      { batchSize: batchSizeIn(args) },
    );
  },
};

function selectionOf(args: Arguments, call: Call, name: string, stages: readonly Value[]): Selection {
  const [first] = stages;
  const match = isDoc(first) ? first.get('$match') : undefined;
  const query = isDoc(match) ? match : undefined;
  const collation = collationOf(args);
  return {
    collection: call.store.catalogue.get(call.database, name),
    filter: filterOf(query, collation, scopeOf(call, collation, args.doc('let'))),
    query,
    sort: undefined,
    collation,
    hint: hintOf(args),
    skip: 0,
    limit: undefined,
  };
}

/** `[{ $match }, { $group: { _id: constant, n: { $sum: 1 } } }]`, which is how drivers count. */
function countedBy(stages: readonly Value[]): { id: Value; field: string } | undefined {
  const [match, group] = stages;
  if (stages.length !== 2 || !isDoc(match) || !isDoc(match.get('$match')) || !isDoc(group)) return undefined;
  const spec = group.get('$group');
  if (!isDoc(spec) || spec.size !== 2) return undefined;
  const [[idName, id] = ['', null], [field, sum] = ['', null]] = [...spec];
  const isConstant = id === null || isNumeric(id);
  if (idName !== '_id' || !isConstant || !isDoc(sum) || wholeInt32(sum.get('$sum')) !== 1 || sum.size !== 1)
    return undefined;
  return { id, field };
}

function batchSizeIn(args: Arguments): number {
  const cursor = args.value('cursor');
  if (cursor === undefined) return FIRST_BATCH;
  if (!isDoc(cursor)) throw typeMismatch('cursor field must be missing or an object');
  for (const [name, value] of cursor) {
    if (name !== 'batchSize')
      throw new MongoError(40415, `BSON field 'parseCommandCursorOptions.${name}' is an unknown field.`);
    if (value !== null && !isNumeric(value))
      throw typeMismatch(`BSON field 'parseCommandCursorOptions.batchSize' is the wrong type '${typeName(value)}'`);
    if (numberOf(value) < 0)
      throw new MongoError(51024, `BSON field 'batchSize' value must be >= 0, actual value '${numberOf(value)}'`);
  }
  const size = cursor.get('batchSize');
  return size === undefined || size === null ? FIRST_BATCH : Math.trunc(numberOf(size));
}

export function explainAggregate(args: Arguments, call: Call, describe: (selection: Selection) => Doc): Doc {
  return describe(selectionOf(args, call, args.string('aggregate') ?? '', args.array('pipeline') ?? []));
}
