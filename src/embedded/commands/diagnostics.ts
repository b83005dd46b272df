import { hostname } from 'node:os';
import { MongoError } from '../error.ts';
import { BsonDate, doc, int32, type Doc, type Value } from '../values/value.ts';
import type { Command } from './command.ts';
import { ANY, BOOL, required } from './fields.ts';

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
  fields: { dbStats: required(ANY), scale: ANY, freeStorage: ANY },
  run(_args, call) {
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
      ['dataSize', size],
      ['storageSize', size],
      ['indexes', BigInt(indexes)],
      ['indexSize', 0],
      ['totalSize', size],
      ['scaleFactor', 1],
    );
  },
};

export const collStats: Command = {
  name: 'collStats',
  aliases: ['collstats'],
  summary: 'numbers of documents and indexes of one collection',
  fields: { collStats: required({ types: ['string'] }), scale: ANY },
  run(args, call) {
    const name = args.string('collStats') ?? '';
    const collection = call.store.catalogue.get(call.database, name);
    const count = collection ? call.store.records.count(collection) : 0;
    const size = collection ? call.store.records.size(collection) : 0;
    return doc(
      ['ns', `${call.database}.${name}`],
      ['size', int32(size)],
      ['count', int32(count)],
      ['avgObjSize', int32(count ? Math.floor(size / count) : 0)],
      ['storageSize', int32(size)],
      ['capped', false],
      ['nindexes', int32(collection?.indexes.length ?? 0)],
      ['indexSizes', new Map(collection?.indexes.map((index): [string, Value] => [index.name, int32(0)]) ?? [])],
      ['totalIndexSize', int32(0)],
      ['totalSize', int32(size)],
      ['scaleFactor', int32(1)],
    );
  },
};
