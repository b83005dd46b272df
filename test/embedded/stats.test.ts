import { MongoServerError } from 'mongodb';
import { expect, it } from 'vitest';
import { startStore } from './support.ts';

const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (error: unknown) => (error instanceof MongoServerError ? error.code : error),
  );

it('$collStats tells what the shell shows, and only at the beginning of a pipeline', async () => {
  const { client } = await startStore();
  const db = client.db('d');
  const collection = db.collection('c');
  await collection.insertMany([{ a: 'x'.repeat(2_000) }, { a: 'y' }]);
  const stage = { $collStats: { storageStats: { scale: 1_024 }, count: {} } };
  expect(await collection.aggregate([stage, { $project: { host: 0, localTime: 0 } }]).toArray()).toMatchObject([
    { ns: 'd.c', storageStats: { size: 2, count: 2, nindexes: 1, scaleFactor: 1_024 }, count: 2 },
  ]);
  expect(await codeOf(collection.aggregate([{ $match: {} }, stage]).toArray())).toBe(40_602);
  expect(await codeOf(collection.aggregate([{ $collStats: 5 }]).toArray())).toBe(40_167);
  expect(await codeOf(collection.aggregate([{ $collStats: { bogus: {} } }]).toArray())).toBe(40_415);
  expect(await codeOf(collection.aggregate([{ $collStats: { latencyStats: { histograms: true } } }]).toArray())).toBe(
    115,
  );
  expect(await codeOf(db.collection('none').aggregate([stage]).toArray())).toBe(26);
});

it('sizes are divided by the scale that is asked for', async () => {
  const { client } = await startStore();
  const db = client.db('d');
  await db.collection('c').insertOne({ a: 'x'.repeat(3_000) });
  const bytes = await db.command({ dbStats: 1 });
  const kilobytes = await db.command({ dbStats: 1, scale: 1_024 });
  expect(kilobytes['dataSize']).toBe(Number(bytes['dataSize']) / 1_024);
  expect(await db.command({ collStats: 'c', scale: 1_000 })).toMatchObject({ size: 3, scaleFactor: 1_000 });
  expect(await codeOf(db.command({ dbStats: 1, scale: 0 }))).toBe(51_024);
  expect(await codeOf(db.command({ collStats: 'c', scale: 'x' }))).toBe(14);
});
