import { Long, MongoBulkWriteError, MongoClient, MongoServerError } from 'mongodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { COMMANDS } from '../../src/embedded/commands/registry.ts';
import { startEngine } from '../../src/embedded/engine.ts';
import { freshDirectory, startStore } from './support.ts';

/** The error that a command is answered with. */
async function errorOf(work: Promise<unknown>): Promise<MongoServerError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof MongoServerError) return error;
    throw error;
  }
  throw new Error('it was answered');
}

describe('what every command refuses', () => {
  it('refuses fields that it does not know, of every command', async () => {
    const { client } = await startStore();
    const db = client.db('admin');
    for (const command of COMMANDS) {
      const [type] = command.fields[command.name]?.types ?? [];
      const value = type === 'number' ? 1 : type === 'object' ? {} : 'x';
      const error = await errorOf(db.command({ [command.name]: value, bogusField: 1 }));
      expect([40415, 9], command.name).toContain(error.code);
    }
    expect(COMMANDS.length).toBeGreaterThan(30);
  });

  it('refuses unknown commands and sub-document fields, and wrong types', async () => {
    const { client } = await startStore();
    const db = client.db('d');
    expect((await errorOf(db.command({ bogus: 1 }))).code).toBe(59);
    expect((await errorOf(db.command({ update: 'c', updates: [{ q: {}, u: {}, bogus: 1 }] }))).code).toBe(40415);
    expect((await errorOf(db.command({ update: 'c', updates: [{ q: {} }] }))).code).toBe(40414);
    expect((await errorOf(db.command({ insert: 'c', documents: [{}], ordered: 'yes' }))).code).toBe(14);
    expect((await errorOf(db.command({ insert: 'a$b', documents: [{}] }))).code).toBe(73);
  });

  it('refuses transactions like a stand-alone server, and takes sessions', async () => {
    const { client } = await startStore();
    const collection = client.db('d').collection('c');
    const session = client.startSession();
    await collection.insertOne({ a: 1 }, { session });
    expect(await collection.countDocuments({}, { session })).toBe(1);
    await session.endSession();
    const inTransaction = { insert: 'c', documents: [{ a: 2 }], txnNumber: Long.fromNumber(1), autocommit: false };
    expect((await errorOf(client.db('d').command(inTransaction))).code).toBe(20);
    expect((await errorOf(client.db('d').command({ find: 'c', readConcern: { level: 'snapshot' } }))).code).toBe(246);
  });

  it('describes a collection with a collation, and refuses to work with its documents', async () => {
    const { client } = await startStore();
    const db = client.db('d');
    const collection = await db.createCollection('c', { collation: { locale: 'en', strength: 2 } });
    expect((await collection.indexes())[0]).toMatchObject({ name: '_id_', collation: { locale: 'en', strength: 2 } });
    expect((await errorOf(collection.insertOne({ s: 'a' }))).code).toBe(115);
    expect((await errorOf(collection.updateOne({ s: 'a' }, { $set: { n: 1 } }, { upsert: true }))).code).toBe(115);
    expect((await errorOf(collection.findOne({ s: 'A' }))).code).toBe(115);
    expect((await errorOf(collection.createIndex({ s: 1 }))).code).toBe(115);
    await db.createCollection('plain', { collation: { locale: 'simple' } });
    await db.collection('plain').insertOne({ s: 'a' });
    await collection.drop();
  });

  it('refuses what it does not have with code 115', async () => {
    const { client } = await startStore();
    const db = client.db('d');
    const requests = [
      { createIndexes: 'c', indexes: [{ key: { a: 'text' }, name: 'a' }] },
      { createIndexes: 'c', indexes: [{ key: { a: '2dsphere' }, name: 'a' }] },
      { createIndexes: 'c', indexes: [{ key: { '$**': 1 }, name: 'a' }] },
      { create: 'c', capped: true, size: 100 },
      { create: 'c', viewOn: 'x', pipeline: [] },
      { create: 'c', validator: { $jsonSchema: {} } },
      { find: 'c', returnKey: true },
      { create: 'c', validationLevel: 'off' },
      { create: 'c', indexOptionDefaults: { storageEngine: { other: {} } } },
      { create: 'c', idIndex: { key: { _id: 1 }, name: '_id_', collation: { locale: 'en' } } },
      { createIndexes: 'c', indexes: [{ key: { a: 1 }, name: 'a', prepareUnique: true }] },
    ];
    for (const request of requests) expect((await errorOf(db.command(request))).code).toBe(115);
  });
});

it('makes no collection with options that mean nothing or something else', async () => {
  const { client } = await startStore();
  const db = client.db('d');
  expect((await errorOf(db.command({ create: 'c', size: 100 }))).code).toBe(72);
  expect((await errorOf(db.command({ create: 'c', max: 1 }))).code).toBe(72);
  expect((await errorOf(db.command({ create: 'c', autoIndexId: false }))).code).toBe(72);
  await db.command({ create: 'c', idIndex: { v: 2, key: { _id: 1 }, name: '_id_' }, autoIndexId: true });
  expect(await db.collection('c').indexes()).toEqual([{ v: 2, key: { _id: 1 }, name: '_id_' }]);
});

describe('writes', () => {
  it('tells duplicate keys with their key, one by one and in bulk', async () => {
    const { client } = await startStore();
    const collection = client.db('d').collection<{ _id: number; k: string }>('c');
    await collection.createIndex({ k: 1 }, { unique: true });
    await collection.insertOne({ _id: 1, k: 'a' });
    const error = await errorOf(collection.insertOne({ _id: 2, k: 'a' }));
    expect(error).toMatchObject({ code: 11000, keyPattern: { k: 1 }, keyValue: { k: 'a' } });
    expect(error.message).toBe('E11000 duplicate key error collection: d.c index: k_1 dup key: { k: "a" }');
    const documents = [
      { _id: 3, k: 'b' },
      { _id: 4, k: 'a' },
      { _id: 1, k: 'z' },
      { _id: 5, k: 'c' },
    ];
    const bulk = await collection.insertMany(documents, { ordered: false }).catch((caught: unknown) => caught);
    expect(bulk).toBeInstanceOf(MongoBulkWriteError);
    if (!(bulk instanceof MongoBulkWriteError)) return;
    expect(bulk.insertedCount).toBe(2);
    const { writeErrors } = bulk;
    expect(Array.isArray(writeErrors) && writeErrors.map(({ index, code }) => [index, code])).toEqual([
      [1, 11000],
      [2, 11000],
    ]);
  });

  it('changes nothing when one of the unique indexes refuses', async () => {
    const { client } = await startStore();
    const collection = client.db('d').collection<{ _id: number; a?: number; b: number }>('c');
    await collection.createIndexes([{ key: { a: 1 } }, { key: { b: 1 }, unique: true }]);
    await collection.insertMany([
      { _id: 1, a: 1, b: 1 },
      { _id: 2, a: 2, b: 2 },
    ]);
    await errorOf(collection.updateOne({ _id: 2 }, { $set: { a: 9, b: 1 } }));
    expect(await collection.find({ a: 2 }).toArray()).toEqual([{ _id: 2, a: 2, b: 2 }]);
    expect(await collection.find({ a: 9 }).toArray()).toEqual([]);
    expect((await collection.find({ a: 9 }).explain('executionStats'))['executionStats'].totalKeysExamined).toBe(0);
  });

  it('lets one of a hundred claims win', async () => {
    const { client } = await startStore();
    const collection = client.db('d').collection<{ _id: number; by: number | null }>('c');
    await collection.insertOne({ _id: 1, by: null });
    const claims = await Promise.all(
      Array.from({ length: 100 }, (_, by) => collection.findOneAndUpdate({ _id: 1, by: null }, { $set: { by } })),
    );
    expect(claims.filter((claim) => claim !== null).length).toBe(1);
  });

  it('upserts once when a hundred ask at the same time', async () => {
    const { client } = await startStore();
    const collection = client.db('d').collection<{ _id: string; n: number }>('c');
    await Promise.all(
      Array.from({ length: 100 }, () => collection.updateOne({ _id: 'x' }, { $inc: { n: 1 } }, { upsert: true })),
    );
    expect(await collection.find().toArray()).toEqual([{ _id: 'x', n: 100 }]);
  });

  it('does not meet a document twice that an update moves within the index', async () => {
    const { client } = await startStore();
    const collection = client.db('d').collection<{ _id: number; n: number }>('c');
    await collection.createIndex({ n: 1 });
    await collection.insertMany(Array.from({ length: 200 }, (_, i) => ({ _id: i, n: i })));
    const result = await collection.updateMany({ n: { $gte: 0 } }, { $inc: { n: 1_000 } });
    expect(result.modifiedCount).toBe(200);
    expect(await collection.countDocuments({ n: { $gte: 1_000, $lt: 1_200 } })).toBe(200);
  });

  it('refuses documents above 16 MB and takes those below', async () => {
    const { client } = await startStore();
    const db = client.db('d');
    const half = 'x'.repeat(9 * 1024 * 1024);
    await db.collection('c').insertOne({ half });
    expect((await errorOf(db.collection('c').updateOne({}, { $set: { other: half } }))).code).toBe(10334);
    expect(await db.collection('c').countDocuments({ other: { $exists: true } })).toBe(0);
  });
});

describe('cursors', () => {
  it('streams in batches, of which none is above 16 MB', async () => {
    const { client } = await startStore();
    const collection = client.db('d').collection<{ _id: number; text: string }>('c');
    const text = 'x'.repeat(1_000_000);
    for (let i = 0; i < 4; i++)
      await collection.insertMany(Array.from({ length: 10 }, (_, k) => ({ _id: i * 10 + k, text })));
    const first = await client.db('d').command({ find: 'c', batchSize: 1_000 });
    expect(first['cursor'].firstBatch.length).toBe(16);
    expect((await collection.find({}, { batchSize: 1_000 }).toArray()).length).toBe(40);
  });

  it('ends when it is killed and when its collection is dropped', async () => {
    const { client, store } = await startStore();
    const db = client.db('d');
    await db.collection('c').insertMany(Array.from({ length: 10 }, (_, a) => ({ a })));
    const open = async (): Promise<unknown> => (await db.command({ find: 'c', batchSize: 2 }))['cursor'].id;
    const killed = await open();
    const dropped = await open();
    expect((await db.command({ killCursors: 'c', cursors: [killed] }))['cursorsKilled']).toEqual([killed]);
    expect((await errorOf(db.command({ getMore: killed, collection: 'c' }))).code).toBe(43);
    expect((await errorOf(db.command({ getMore: dropped, collection: 'other' }))).code).toBe(13);
    await db.dropCollection('c');
    expect((await errorOf(db.command({ getMore: dropped, collection: 'c' }))).code).toBe(175);
    await store.sweep();
  });

  it('is forgotten when nobody asks for ten minutes', async () => {
    let now = 1_700_000_000_000;
    const engine = await startEngine({
      directory: freshDirectory(),
      fsync: false,
      now: () => now,
      report: (error) => expect.unreachable(error.message),
    });
    const client = new MongoClient(engine.uri);
    onTestFinished(async () => {
      await client.close();
      await engine.stop();
    });
    const db = client.db('d');
    await db.collection('c').insertMany(Array.from({ length: 10 }, (_, a) => ({ a })));
    const open = async (options = {}): Promise<unknown> =>
      (await db.command({ find: 'c', batchSize: 2, ...options }))['cursor'].id;
    const [idle, used, kept] = [await open(), await open(), await open({ noCursorTimeout: true })];
    now += 6 * 60_000;
    await db.command({ getMore: used, collection: 'c', batchSize: 2 });
    now += 6 * 60_000;
    await engine.sweep();
    expect((await errorOf(db.command({ getMore: idle, collection: 'c' }))).code).toBe(43);
    await db.command({ getMore: used, collection: 'c' });
    await db.command({ getMore: kept, collection: 'c' });
  });

  it('goes on where it was while documents come and go', async () => {
    const { client } = await startStore();
    const collection = client.db('d').collection<{ _id: number }>('c');
    await collection.insertMany(Array.from({ length: 300 }, (_, _id) => ({ _id })));
    const cursor = collection.find({}, { batchSize: 50 });
    const seen: number[] = [];
    for await (const { _id } of cursor) {
      seen.push(_id);
      if (_id === 60) await collection.deleteMany({ _id: { $gte: 200 } });
    }
    expect(seen.slice(0, 150)).toEqual(Array.from({ length: 150 }, (_, i) => i));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('ends what takes longer than the client wants to wait, and lets a cursor rest', async () => {
    const { client } = await startStore();
    const collection = client.db('d').collection<{ _id: number }>('c');
    await collection.insertMany(Array.from({ length: 20_000 }, (_, _id) => ({ _id })));
    const slow = { $expr: { $gt: [{ $strLenCP: { $concat: ['x', { $toString: '$_id' }] } }, 99] } };
    expect((await errorOf(collection.find(slow, { maxTimeMS: 1 }).toArray())).code).toBe(50);
    const cursor = collection.find({}, { maxTimeMS: 10_000, batchSize: 10 });
    expect((await cursor.toArray()).length).toBe(20_000);
  });

  it('groups by few fields as by whole documents', async () => {
    const { client } = await startStore();
    const collection = client.db('d').collection<{ _id: number; a: { b: number } | null; c: number[] }>('c');
    await collection.insertMany(
      Array.from({ length: 100 }, (_, i) => ({ _id: i, a: i % 9 === 0 ? null : { b: i % 4 }, c: [i, i + 1] })),
    );
    const group = { $group: { _id: '$a.b', n: { $sum: { $size: '$c' } }, last: { $max: '$_id' } } };
    const some = await collection.aggregate([{ $match: { c: { $gt: 10 } } }, group, { $sort: { _id: 1 } }]).toArray();
    const all = await collection
      .aggregate([{ $match: { c: { $gt: 10 } } }, { $set: { z: 1 } }, group, { $sort: { _id: 1 } }])
      .toArray();
    expect(some).toEqual(all);
    expect(some.length).toBe(5);
    const [whole] = await collection.aggregate([{ $group: { _id: null, all: { $push: '$$ROOT' } } }]).toArray();
    expect(whole?.['all'][1]).toEqual({ _id: 1, a: { b: 1 }, c: [1, 2] });
  });

  it('reads a collection that is not there as empty', async () => {
    const { client } = await startStore();
    const db = client.db('d');
    expect(await db.collection('none').find().toArray()).toEqual([]);
    expect(
      await db
        .collection('none')
        .aggregate([{ $match: {} }])
        .toArray(),
    ).toEqual([]);
    expect(await db.collection('none').countDocuments()).toBe(0);
    expect((await errorOf(db.command({ listIndexes: 'none' }))).code).toBe(26);
  });
});

describe('catalogue', () => {
  it('lists, renames and drops', async () => {
    const { client } = await startStore();
    const db = client.db('d');
    await db.collection('b').insertOne({ x: 1 });
    await db.createCollection('a');
    expect((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name)).toEqual(['a', 'b']);
    await db.renameCollection('b', 'c');
    expect(await db.collection('c').countDocuments({ x: 1 })).toBe(1);
    expect(await db.collection('b').countDocuments()).toBe(0);
    expect((await client.db().admin().listDatabases()).databases.map(({ name }) => name)).toEqual(['d']);
    await db.dropDatabase();
    expect((await client.db().admin().listDatabases()).databases).toEqual([]);
  });

  it('builds an index over what is there, or not at all', async () => {
    const { client } = await startStore();
    const collection = client.db('d').collection<{ a: number }>('c');
    await collection.insertMany([{ a: 1 }, { a: 2 }, { a: 2 }]);
    expect((await errorOf(collection.createIndex({ a: 1 }, { unique: true }))).code).toBe(11000);
    expect((await collection.indexes()).map(({ name }) => name)).toEqual(['_id_']);
    await collection.createIndex({ a: 1 });
    expect(await collection.countDocuments({ a: 2 })).toBe(2);
    await collection.dropIndex('a_1');
    expect((await collection.indexes()).length).toBe(1);
    expect(await collection.countDocuments({ a: 2 })).toBe(2);
  });

  it('remembers everything after it was closed', async () => {
    const first = await startStore();
    const collection = first.client.db('d').collection<{ _id: number; tags: string[] }>('c');
    await collection.createIndex({ tags: 1 }, { name: 'by tag' });
    await collection.insertMany(Array.from({ length: 50 }, (_, _id) => ({ _id, tags: [`t${_id % 5}`, 'all'] })));
    await first.client.close();
    await first.store.stop();
    const second = await startStore(first.directory);
    const again = second.client.db('d').collection<{ _id: number; tags: string[] }>('c');
    expect(await again.countDocuments({ tags: 't3' })).toBe(10);
    const plan = await again.find({ tags: 'all' }).explain('queryPlanner');
    expect(plan['queryPlanner'].winningPlan.inputStage).toMatchObject({
      stage: 'IXSCAN',
      indexName: 'by tag',
      isMultiKey: true,
    });
    await again.insertOne({ _id: 99, tags: ['t3'] });
    expect((await again.find({}, { projection: { _id: 1 } }).toArray()).at(-1)).toEqual({ _id: 99 });
  });
});
