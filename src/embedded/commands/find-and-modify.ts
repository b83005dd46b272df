import { badValue, failedToParse } from '../error.ts';
import { compileProjection } from '../projection/projection.ts';
import { decode } from '../values/decode.ts';
import { doc, int32, type Doc, type Value } from '../values/value.ts';
import type { Call, Command } from './command.ts';
import { ANY, type Arguments, ARRAY, BOOL, OBJECT, required } from './fields.ts';
import { applyUpdate, applyUpsert, hits, targetOf, updateOf } from './modify.ts';
import { checkWritable, collectionName } from './namespace.ts';
import { collationOf, scopeOf, type Selection, variablesOf } from './query.ts';

export const findAndModify: Command = {
  name: 'findAndModify',
  aliases: ['findandmodify'],
  summary: 'changes or removes one document and answers with it',
  fields: {
    findAndModify: required(ANY),
    query: OBJECT,
    sort: OBJECT,
    remove: BOOL,
    update: ANY,
    new: BOOL,
    fields: OBJECT,
    upsert: BOOL,
    bypassDocumentValidation: BOOL,
    collation: OBJECT,
    arrayFilters: ARRAY,
    hint: ANY,
    let: OBJECT,
  },
  async run(args, call) {
    const name = collectionName(args, 'findAndModify', call.database);
    checkWritable(name, call.database);
    const isRemove = args.bool('remove');
    const isNew = args.bool('new');
    const isUpsert = args.bool('upsert');
    const change = args.value('update');
    if (isRemove && change !== undefined) throw failedToParse('Cannot specify both an update and remove=true');
    if (isRemove && isUpsert) throw failedToParse('Cannot specify both upsert=true and remove=true');
    if (isRemove && isNew)
      throw failedToParse("Cannot specify both new=true and remove=true; 'remove' always returns the deleted document");
    if (!isRemove && change === undefined) throw failedToParse('Either an update or remove=true must be specified');
    const vars = variablesOf(args, call, collationOf(args));
    const query = args.doc('query') ?? new Map();
    const target = targetOf(name, query, args, call, { vars, sort: args.doc('sort'), limit: 1, isUpsert });
    const fields = args.doc('fields');
    if (isNew && [...(fields?.keys() ?? [])].some((field) => field.endsWith('.$')))
      throw badValue('Cannot use a positional projection and return the new document.');
    const projection =
      fields && fields.size > 0
        ? compileProjection(fields, { filter: target.filter, scope: scopeOf(call, target.selection.collation, vars) })
        : undefined;
    const shown = (document: Doc): Value => (projection ? projection(document) : document);
    const update = isRemove ? undefined : updateOf(change ?? null, args, vars, call);
    return call.store.environment.write(() => {
      const collection = call.store.catalogue.get(call.database, name);
      const [hit] = collection ? hits(call, collection, target) : [];
      if (collection && hit) {
        if (!update) {
          const document = decode(hit.bytes);
          const value = shown(document);
          call.store.records.remove(collection, hit.record, document);
          return doc(['lastErrorObject', doc(['n', int32(1)])], ['value', value]);
        }
        const after = applyUpdate(call, collection, hit, target, update);
        const state = doc(['n', int32(1)], ['updatedExisting', true]);
        return doc(['lastErrorObject', state], ['value', shown(decode((isNew && after) || hit.bytes))]);
      }
      if (!update) return doc(['lastErrorObject', doc(['n', int32(0)])], ['value', null]);
      if (!isUpsert) return doc(['lastErrorObject', doc(['n', int32(0)], ['updatedExisting', false])], ['value', null]);
      const made = applyUpsert(call, target, update);
      const state = doc(['n', int32(1)], ['updatedExisting', false], ['upserted', made.get('_id') ?? null]);
      return doc(['lastErrorObject', state], ['value', isNew ? shown(made) : null]);
    });
  },
};

/** The query of the command, for `explain`. */
export function parseFindAndModify(args: Arguments, call: Call): Selection {
  const name = collectionName(args, 'findAndModify', call.database);
  const query = args.doc('query') ?? new Map();
  const target = targetOf(name, query, args, call, {
    vars: variablesOf(args, call, undefined),
    sort: args.doc('sort'),
    limit: 1,
  });
  return { ...target.selection, collection: call.store.catalogue.get(call.database, name) };
}
