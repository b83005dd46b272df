import { failedToParse, MongoError, typeMismatch } from '../error.ts';
import type { Collection } from '../storage/catalogue.ts';
import { numberOf, showValue } from '../storage/show.ts';
import { encode } from '../values/encode.ts';
import { doc, int32, isDoc, type Doc, type Value } from '../values/value.ts';
import { batchSizeOf } from './collections.ts';
import type { Call, Command } from './command.ts';
import { listReply } from './cursors.ts';
import { ANY, ARRAY, OBJECT, required } from './fields.ts';
import { findExisting, parseIndexSpec, sameKey } from './index-spec.ts';
import { checkWritable, collectionName } from './namespace.ts';

const MAX_INDEXES = 64;

export const createIndexes: Command = {
  name: 'createIndexes',
  summary: 'single, compound, unique, sparse, partial and TTL indexes',
  fields: { createIndexes: required(ANY), indexes: ARRAY, commitQuorum: ANY, ignoreUnknownIndexOptions: ANY },
  async run(args, call) {
    const name = collectionName(args, 'createIndexes', call.database);
    checkWritable(name, call.database);
    const list = args.array('indexes');
    if (!list) throw failedToParse("The 'indexes' field is a required argument of the createIndexes command");
    if (list.length === 0) throw new MongoError(2, 'Must specify at least one index to create');
    const specs = list.map((item) => {
      if (!isDoc(item)) throw typeMismatch("The elements of the 'indexes' array must be objects");
      return parseIndexSpec(item);
    });
    return call.store.environment.write(() => build(call, name, specs));
  },
};

function build(call: Call, name: string, specs: readonly Doc[]): Doc {
  const { catalogue, environment, records } = call.store;
  const existing = catalogue.get(call.database, name);
  const before = existing?.indexes.length ?? 1;
  const wanted = existing ? specs.filter((spec) => !findExisting(existing, spec)) : specs;
  for (const [i, spec] of wanted.entries())
    if (wanted.slice(0, i).some((other) => showValue(other) === showValue(spec)))
      throw new MongoError(96, 'Cannot build two identical indexes. Try again without duplicate indexes.');
  if (before + wanted.length > MAX_INDEXES)
    throw new MongoError(67, `add index fails, too many indexes for ${call.database}.${name}`);
  const collection = existing ?? catalogue.create(call.database, name, doc());
  const isNew = (spec: Doc): boolean => !findExisting(collection, spec);
  const missing = wanted.filter(isNew);
  // Entries and description of a failed build go away together.
  environment.atomically(() => {
    for (const spec of missing) records.build(collection, catalogue.addIndex(collection, spec));
  });
  const after = collection.indexes.length;
  const reply = doc(['numIndexesBefore', int32(before)], ['numIndexesAfter', int32(after)]);
  if (missing.length === 0) {
    reply.set('note', 'all indexes already exist');
    return existing ? reply : new Map<string, Value>([['createdCollectionAutomatically', true], ...reply]);
  }
  return new Map<string, Value>([['createdCollectionAutomatically', !existing], ...reply]);
}

export const listIndexes: Command = {
  name: 'listIndexes',
  summary: 'the indexes of a collection',
  fields: { listIndexes: required(ANY), cursor: OBJECT },
  run(args, call) {
    const name = collectionName(args, 'listIndexes', call.database);
    const collection = call.store.catalogue.get(call.database, name);
    if (!collection) throw new MongoError(26, `ns does not exist: ${call.database}.${name}`);
    return listReply(
      call,
      name,
      collection.indexes.map((index) => index.spec),
      encode,
      batchSizeOf(args.doc('cursor')),
    );
  },
};

export const dropIndexes: Command = {
  name: 'dropIndexes',
  aliases: ['deleteIndexes'],
  summary: 'removes indexes by name or key',
  fields: { dropIndexes: required(ANY), index: ANY },
  async run(args, call) {
    const name = collectionName(args, 'dropIndexes', call.database);
    const wanted = args.value('index');
    return call.store.environment.write(() => {
      const collection = call.store.catalogue.get(call.database, name);
      if (!collection) throw new MongoError(26, `ns not found ${call.database}.${name}`);
      const before = collection.indexes.length;
      const isAll = wanted === '*' || (Array.isArray(wanted) && wanted.length === 1 && wanted[0] === '*');
      const reply = doc(['nIndexesWas', int32(before)]);
      const going =
        wanted === undefined
          ? []
          : isAll
            ? collection.indexes.filter((index) => index.name !== '_id_')
            : (Array.isArray(wanted) ? wanted : [wanted]).map((one) => findIndex(collection, one));
      for (const index of going) call.store.catalogue.dropIndex(collection, index);
      if (isAll) reply.set('msg', 'non-_id indexes dropped for collection');
      return reply;
    });
  },
};

/** @throws MongoError 27, 72, 181 */
function findIndex(collection: Collection, wanted: Value): Collection['indexes'][number] {
  if (typeof wanted === 'string') {
    const index = collection.indexes.find((candidate) => candidate.name === wanted);
    if (!index) throw new MongoError(27, `index not found with name [${wanted}]`);
    if (index.name === '_id_') throw new MongoError(72, 'cannot drop _id index');
    return index;
  }
  if (!isDoc(wanted)) throw typeMismatch('the index must be named by a string or by its key');
  const found = collection.indexes.filter((index) => {
    const key = index.spec.get('key');
    return isDoc(key) && sameKey(key, wanted);
  });
  const [index] = found;
  if (!index) throw new MongoError(27, `can't find index with key: ${showValue(wanted)}`);
  if (found.length > 1)
    throw new MongoError(
      181,
      `${found.length} indexes found for key: ${showValue(wanted)}, identify by name instead. Conflicting indexes: ${found.map((one) => showValue(one.spec)).join(', ')}`,
    );
  if (index.name === '_id_') throw new MongoError(72, 'cannot drop _id index');
  return index;
}

export const collMod: Command = {
  name: 'collMod',
  summary: 'changes when the documents of a TTL index expire, hides an index',
  fields: { collMod: required(ANY), index: OBJECT },
  async run(args, call) {
    const name = collectionName(args, 'collMod', call.database);
    const change = args.doc('index');
    return call.store.environment.write(() => {
      const collection = call.store.catalogue.get(call.database, name);
      if (!collection) throw new MongoError(26, 'ns does not exist');
      if (!change) return doc();
      const index = findIndex(collection, change.get('name') ?? change.get('keyPattern') ?? null);
      const spec = new Map(index.spec);
      const reply = doc();
      const seconds = change.get('expireAfterSeconds');
      if (seconds !== undefined) {
        const old = spec.get('expireAfterSeconds');
        if (old !== undefined) reply.set('expireAfterSeconds_old', BigInt(numberOf(old)));
        reply.set('expireAfterSeconds_new', BigInt(numberOf(seconds)));
        spec.set('expireAfterSeconds', seconds);
      }
      const hidden = change.get('hidden');
      if (hidden !== undefined) {
        reply.set('hidden_old', index.hidden);
        reply.set('hidden_new', hidden);
        if (hidden === true) spec.set('hidden', true);
        else spec.delete('hidden');
      }
      call.store.catalogue.replaceIndex(collection, index, parseIndexSpec(spec));
      return reply;
    });
  },
};
