import { MongoError, notSupported } from '../error.ts';
import { compileFilter } from '../query/filter.ts';
import { type Collection, ID_INDEX } from '../storage/catalogue.ts';
import { numberOf } from '../storage/show.ts';
import { encode } from '../values/encode.ts';
import { expandCollation } from '../values/collation.ts';
import { equal } from '../values/order.ts';
import { doc, int32, type Doc, type Value } from '../values/value.ts';
import type { Command } from './command.ts';
import { listReply } from './cursors.ts';
import { parseIndexSpec } from './index-spec.ts';
import { ANY, ARRAY, BOOL, NUMBER, OBJECT, refused, required, STRING } from './fields.ts';
import { checkCollectionName, checkWritable, collectionName } from './namespace.ts';

export const create: Command = {
  name: 'create',
  summary: 'makes an empty collection',
  fields: {
    create: required(ANY),
    capped: refused(BOOL),
    size: NUMBER,
    max: NUMBER,
    autoIndexId: BOOL,
    storageEngine: refused(OBJECT),
    indexOptionDefaults: refused(OBJECT),
    validationLevel: refused(STRING),
    validationAction: refused(STRING),
    idIndex: OBJECT,
    temp: refused(BOOL),
    timeseries: refused(OBJECT),
    clusteredIndex: refused(ANY),
    viewOn: refused(STRING),
    pipeline: refused(ARRAY),
    validator: refused(OBJECT),
    collation: OBJECT,
    encryptedFields: refused(OBJECT),
    expireAfterSeconds: refused(ANY),
    changeStreamPreAndPostImages: refused(OBJECT),
  },
  async run(args, call) {
    const name = collectionName(args, 'create', call.database);
    checkWritable(name, call.database);
    if (args.has('size') || args.has('max')) {
      const message = "the 'capped' field needs to be true when either the 'size' or 'max' fields are present";
      throw new MongoError(72, message);
    }
    if (args.has('autoIndexId') && !args.bool('autoIndexId')) {
      throw new MongoError(72, 'autoIndexId: false is not allowed');
    }
    const idIndex = args.doc('idIndex');
    if (idIndex && !equal(parseIndexSpec(idIndex), ID_INDEX)) throw notSupported('another _id index');
    const given = args.doc('collation');
    const collation = given && given.size > 0 ? expandCollation(given) : doc();
    const options = collation.size > 1 ? doc(['collation', collation]) : doc();
    return call.store.environment.write(() => {
      if (call.store.catalogue.get(call.database, name))
        throw new MongoError(48, `Collection already exists. NS: ${call.database}.${name}`);
      call.store.catalogue.create(call.database, name, options);
      return doc();
    });
  },
};

export const drop: Command = {
  name: 'drop',
  summary: 'removes a collection',
  fields: { drop: required(ANY) },
  async run(args, call) {
    const name = collectionName(args, 'drop', call.database);
    return call.store.environment.write(() => {
      const collection = call.store.catalogue.get(call.database, name);
      if (!collection) throw new MongoError(26, 'ns not found');
      const indexes = collection.indexes.length;
      call.store.catalogue.drop(collection);
      return doc(['nIndexesWas', int32(indexes)], ['ns', collection.namespace]);
    });
  },
};

export const renameCollection: Command = {
  name: 'renameCollection',
  summary: 'gives a collection another name',
  fields: { renameCollection: required(STRING), to: required(STRING), dropTarget: BOOL },
  async run(args, call) {
    if (call.database !== 'admin')
      throw new MongoError(13, 'renameCollection may only be run against the admin database.');
    const [fromDatabase, from] = splitNamespace(args.string('renameCollection') ?? '');
    const [toDatabase, to] = splitNamespace(args.string('to') ?? '');
    checkCollectionName(from, fromDatabase);
    checkCollectionName(to, toDatabase);
    checkWritable(to, toDatabase);
    return call.store.environment.write(() => {
      const { catalogue } = call.store;
      const source = catalogue.get(fromDatabase, from);
      if (!source) throw new MongoError(26, `Source collection ${fromDatabase}.${from} does not exist`);
      if (fromDatabase === toDatabase && from === to) throw new MongoError(20, "Can't rename a collection to itself");
      const target = catalogue.get(toDatabase, to);
      if (target && !args.bool('dropTarget')) throw new MongoError(48, 'target namespace exists');
      if (target) catalogue.drop(target);
      catalogue.rename(source, toDatabase, to);
      return doc();
    });
  },
};

function splitNamespace(namespace: string): [string, string] {
  const dot = namespace.indexOf('.');
  if (dot < 1) throw new MongoError(73, `Invalid namespace specified '${namespace}'`);
  return [namespace.slice(0, dot), namespace.slice(dot + 1)];
}

export const listCollections: Command = {
  name: 'listCollections',
  summary: 'the collections of a database',
  fields: {
    listCollections: required(ANY),
    filter: OBJECT,
    nameOnly: BOOL,
    authorizedCollections: BOOL,
    cursor: OBJECT,
  },
  run(args, call) {
    const isNameOnly = args.bool('nameOnly');
    const filterSpec = args.doc('filter');
    const filter = filterSpec && compileFilter(filterSpec);
    const collections = call.store.catalogue
      .collections(call.database)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .filter((collection) => !filter || filter.test(describe(collection)))
      .map((collection) =>
        isNameOnly ? doc(['name', collection.name], ['type', 'collection']) : describe(collection),
      );
    return listReply(call, '$cmd.listCollections', collections, encode, batchSizeOf(args.doc('cursor')));
  },
};

function describe(collection: Collection): Doc {
  const [idIndex] = collection.indexes;
  return doc(
    ['name', collection.name],
    ['type', 'collection'],
    ['options', collection.options],
    ['info', doc(['readOnly', false], ['uuid', collection.uuid])],
    ['idIndex', idIndex?.spec ?? null],
  );
}

/** The batch size in a `cursor` field; everything when it is not given. */
export function batchSizeOf(cursor: Doc | undefined): number {
  const size = cursor?.get('batchSize');
  return size === undefined ? Infinity : numberOf(size);
}

export const listDatabases: Command = {
  name: 'listDatabases',
  summary: 'the databases',
  fields: { listDatabases: required(ANY), filter: OBJECT, nameOnly: BOOL, authorizedDatabases: BOOL },
  run(args, call) {
    const filterSpec = args.doc('filter');
    const filter = filterSpec && compileFilter(filterSpec);
    let total = 0;
    const databases: Value[] = [];
    for (const name of call.store.catalogue.databases()) {
      const size = call.store.catalogue
        .collections(name)
        .reduce((sum, collection) => sum + call.store.records.size(collection), 0);
      const entry = doc(['name', name], ['sizeOnDisk', BigInt(size)], ['empty', false]);
      if (filter && !filter.test(entry)) continue;
      total += size;
      databases.push(args.bool('nameOnly') ? doc(['name', name]) : entry);
    }
    const reply = doc(['databases', databases]);
    if (!args.bool('nameOnly')) {
      reply.set('totalSize', BigInt(total));
      reply.set('totalSizeMb', BigInt(Math.floor(total / 1_048_576)));
    }
    return reply;
  },
};

export const dropDatabase: Command = {
  name: 'dropDatabase',
  summary: 'removes a database',
  fields: { dropDatabase: required(ANY) },
  async run(_args, call) {
    const { catalogue, environment } = call.store;
    if (catalogue.collections(call.database).length === 0) return doc();
    return environment.write(() => {
      for (const collection of catalogue.collections(call.database)) catalogue.drop(collection);
      return doc(['dropped', call.database]);
    });
  },
};
