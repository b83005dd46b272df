import { hostname } from 'node:os';
import { MongoError } from '../error.ts';
import { shortest } from '../values/number.ts';
import { BsonDate, doc, int32, isDoc, typeName, type Doc, type Value } from '../values/value.ts';
import type { Call, Command } from './command.ts';
import { ANY, Arguments, BOOL, checkFields, type Fields, NUMBER, OBJECT, refused, required } from './fields.ts';

export const serverStatus: Command = {
  name: 'serverStatus',
  summary: 'uptime, connections, open cursors',
  fields: { serverStatus: required(ANY), repl: ANY, metrics: ANY, locks: ANY, asserts: ANY },
  run(_args, call) {
    const uptime = (call.now() - call.startedAt) / 1000;
    return doc(
      ['host', hostname()],
      ['version', '7.0.0'],
      ['process', 'gongdan'],
      ['pid', BigInt(process.pid)],
      ['uptime', uptime],
      ['uptimeMillis', BigInt(Math.round(uptime * 1000))],
      ['localTime', new BsonDate(BigInt(call.now()))],
      ['connections', doc(['current', int32(call.connections())], ['available', int32(2_000)])],
      ['metrics', doc(['cursor', doc(['open', doc(['total', BigInt(call.cursors.size)])])])],
      ['storageEngine', doc(['name', 'lmdb'], ['persistent', true])],
    );
  },
};

const PARAMETERS: Doc = doc(['featureCompatibilityVersion', doc(['version', '7.0'])]);

export const getParameter: Command = {
  name: 'getParameter',
  summary: '`featureCompatibilityVersion`',
  fields: { getParameter: required(ANY), featureCompatibilityVersion: ANY, allParameters: BOOL },
  run(args) {
    const reply = new Map(PARAMETERS);
    if (args.value('getParameter') === '*' || args.has('featureCompatibilityVersion')) return reply;
    throw new MongoError(72, 'no option found to get');
  },
};

export const getLog: Command = {
  name: 'getLog',
  summary: 'empty: the store keeps no log of its own',
  fields: { getLog: required(ANY) },
  run(args) {
    if (args.value('getLog') === '*') return doc(['names', ['global', 'startupWarnings']]);
    return doc(['totalLinesWritten', int32(0)], ['log', []]);
  },
};

export const hostInfo: Command = {
  name: 'hostInfo',
  summary: 'the host name',
  fields: { hostInfo: required(ANY) },
  run: () => doc(['system', doc(['hostname', hostname()])], ['os', doc(['type', process.platform])], ['extra', doc()]),
};

export const getCmdLineOpts: Command = {
  name: 'getCmdLineOpts',
  summary: 'empty',
  fields: { getCmdLineOpts: required(ANY) },
  run: () => doc(['argv', ['gongdan']], ['parsed', doc()]),
};

export const dbStats: Command = {
  name: 'dbStats',
  aliases: ['dbstats'],
  summary: 'numbers of collections, documents and indexes',
  fields: { dbStats: required(ANY), scale: NUMBER, freeStorage: ANY },
  run(args, call) {
    const scale = scaleOf(args);
    const collections = call.store.catalogue.collections(call.database);
    let objects = 0;
    let indexes = 0;
    let size = 0;
    for (const collection of collections) {
      objects += call.store.records.count(collection);
      indexes += collection.indexes.length;
      size += call.store.records.size(collection);
    }
    return doc(
      ['db', call.database],
      ['collections', BigInt(collections.length)],
      ['views', 0n],
      ['objects', BigInt(objects)],
      ['avgObjSize', objects ? size / objects : 0],
      ['dataSize', size / scale],
      ['storageSize', size / scale],
      ['indexes', BigInt(indexes)],
      ['indexSize', 0],
      ['totalSize', size / scale],
      ['scaleFactor', BigInt(scale)],
    );
  },
};

/** By what sizes are divided. @throws MongoError 51024 */
function scaleOf(args: Arguments): number {
  const scale = Math.trunc(args.integer('scale') ?? 1);
  if (scale < 1) throw new MongoError(51_024, `BSON field 'scale' value must be >= 1, actual value '${scale}'`);
  return scale;
}

export const collStats: Command = {
  name: 'collStats',
  aliases: ['collstats'],
  summary: 'numbers of documents and indexes of one collection',
  fields: { collStats: required({ types: ['string'] }), scale: NUMBER },
  run(args, call) {
    const name = args.string('collStats') ?? '';
    return new Map([['ns', `${call.database}.${name}`], ...collectionStats(call, name, scaleOf(args))]);
  },
};

function collectionStats(call: Call, name: string, scale: number): Doc {
  const collection = call.store.catalogue.get(call.database, name);
  const count = collection ? call.store.records.count(collection) : 0;
  const size = collection ? call.store.records.size(collection) : 0;
  const scaled = shortest(BigInt(Math.trunc(size / scale)));
  return doc(
    ['size', scaled],
    ['count', shortest(BigInt(count))],
    ['avgObjSize', int32(count ? Math.floor(size / count) : 0)],
    ['storageSize', scaled],
    ['capped', false],
    ['nindexes', int32(collection?.indexes.length ?? 0)],
    ['indexSizes', new Map(collection?.indexes.map((index): [string, Value] => [index.name, int32(0)]) ?? [])],
    ['totalIndexSize', int32(0)],
    ['totalSize', scaled],
    ['scaleFactor', int32(scale)],
  );
}

const STAGE_FIELDS: Fields = {
  storageStats: OBJECT,
  count: OBJECT,
  latencyStats: refused(OBJECT),
  queryExecStats: refused(OBJECT),
};

/**
 * The one document of the stage `$collStats`.
 * @throws MongoError 40167, 40415, 115, and 26 for the count of a collection that is not there
 */
export function statsDocument(operand: Value, call: Call, name: string): Doc {
  if (!isDoc(operand)) {
    throw new MongoError(40_167, `$collStats must take a nested object but found: ${typeName(operand)}`);
  }
  checkFields('$collStats', operand, STAGE_FIELDS);
  const wanted = new Arguments(operand);
  const storage = wanted.doc('storageStats');
  if (storage) checkFields('$collStats.storageStats', storage, { scale: NUMBER });
  const stats = collectionStats(call, name, storage ? scaleOf(new Arguments(storage)) : 1);
  const result = doc(
    ['ns', `${call.database}.${name}`],
    ['host', hostname()],
    ['localTime', new BsonDate(BigInt(call.now()))],
  );
  if (storage) result.set('storageStats', stats);
  if (wanted.has('count')) {
    if (!call.store.catalogue.get(call.database, name)) {
      const reason = `Collection [${call.database}.${name}] not found.`;
      throw new MongoError(26, `Unable to retrieve count in $collStats stage :: caused by :: ${reason}`);
    }
    result.set('count', stats.get('count') ?? null);
  }
  return result;
}
