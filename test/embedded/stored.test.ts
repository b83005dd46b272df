import { Int32, Long, MongoServerError, Timestamp } from 'mongodb';
import { expect, it } from 'vitest';
import { startStore } from './support.ts';

const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (error: unknown) => (error instanceof MongoServerError ? error.code : error),
  );

const ZERO = Timestamp.fromBits(0, 0);

it('an inserted or replacing document has the time where its top level has a timestamp of zero', async () => {
  const { client } = await startStore();
  const collection = client
    .db('d')
    .collection<{ _id: number | Timestamp; t: Timestamp; below?: { t: Timestamp } }>('c');
  await collection.insertOne({ _id: 1, t: ZERO, below: { t: ZERO } });
  await collection.replaceOne({ _id: 2 }, { t: ZERO }, { upsert: true });
  await collection.insertOne({ _id: ZERO, t: ZERO });
  const documents = await collection.find().toArray();
  expect(documents.map((document) => document.t.t > 1_700_000_000)).toEqual([true, true, true]);
  expect(documents[0]?.below?.t.t).toBe(0);
  expect(await collection.countDocuments({ _id: ZERO })).toBe(1);
});

it('an upsert cannot take its document from $expr', async () => {
  const { client } = await startStore();
  const collection = client.db('d').collection('c');
  const filter = { $expr: { $eq: ['$a', 5] } };
  expect(await codeOf(collection.findOneAndUpdate(filter, { $set: { a: 1 } }, { upsert: true }))).toBe(224);
  expect(await codeOf(collection.updateOne(filter, { $set: { a: 1 } }, { upsert: true }))).toBe(224);
  expect(await codeOf(collection.findOneAndUpdate(filter, { $set: { a: 1 } }))).toBe('answered');
});

it('an update has no sort before MongoDB 8', async () => {
  const { client } = await startStore();
  const collection = client.db('d').collection('c');
  expect(await codeOf(collection.updateOne({}, { $set: { a: 1 } }, { sort: { a: 1 } }))).toBe(40_415);
});

it('numbers keep their types when they are stored and counted up', async () => {
  const { client } = await startStore();
  const db = client.db('d');
  await db.collection('c').insertOne({ i: new Int32(2_147_483_647), l: Long.fromNumber(5) });
  await db.collection('c').updateOne({}, { $inc: { i: 1, l: 1 } });
  const [raw] = await db.collection('c').find({}, { promoteValues: false }).toArray();
  expect(raw).toMatchObject({ i: Long.fromNumber(2_147_483_648), l: Long.fromNumber(6) });
});

it('a pipeline may store names with dollar signs, other updates may not', async () => {
  const { client } = await startStore();
  const collection = client.db('d').collection<{ _id: number }>('c');
  await collection.insertOne({ _id: 1 });
  const set = { $setField: { field: { $literal: '$a' }, input: '$$ROOT', value: { $literal: { $b: 1 } } } };
  await collection.updateOne({ _id: 1 }, [{ $replaceWith: set }]);
  expect(await collection.findOne()).toEqual({ _id: 1, $a: { $b: 1 } });
  await collection.updateOne({ _id: 1 }, { $set: { c: 1 } });
  expect(await collection.findOne()).toEqual({ _id: 1, $a: { $b: 1 }, c: 1 });
  expect(await codeOf(collection.updateOne({ _id: 1 }, { $set: { c: { $b: 1 } } }))).toBe(52);
  const inId = [{ $set: { _id: { $literal: { $b: 1 } } } }];
  expect(await codeOf(collection.updateOne({ _id: { $type: 'object' } }, inId, { upsert: true }))).toBe(52);
});
