import { BSON, Int32, Long, ObjectId } from 'mongodb';
import { expect, it } from 'vitest';
import { copyDatabase, CopyMismatch, type CopyProgress } from '../../src/storage/copy.ts';
import { startStore } from '../embedded/support.ts';

const filled = async (): Promise<Awaited<ReturnType<typeof startStore>>> => {
  const side = await startStore();
  const db = side.client.db('test');
  await db.collection('tickets').createIndexes([
    { key: { n: -1 }, unique: true },
    { key: { at: 1 }, expireAfterSeconds: 60 },
  ]);
  await db.collection('tickets').insertMany(
    Array.from({ length: 1_234 }, (_, n) => ({
      n,
      whole: new Int32(5),
      double: 5.5,
      long: Long.fromNumber(7),
      nested: { list: [1, { b: null }], id: new ObjectId() },
    })),
  );
  await db
    .collection<{ _id: unknown }>('mixed')
    .insertMany([{ _id: 'a' }, { _id: 1 }, { _id: new ObjectId() }, { _id: { x: 1 } }]);
  await db.createCollection('empty');
  return side;
};

it('copies documents, types and indexes, and proves it', async () => {
  const [from, to] = [await filled(), await startStore()];
  const progress: CopyProgress[] = [];
  const copied = await copyDatabase({ from: from.store.uri, to: to.store.uri, report: (step) => progress.push(step) });
  expect(copied.map(({ collection, documents }) => [collection, documents])).toEqual([
    ['empty', 0],
    ['mixed', 4],
    ['tickets', 1_234],
  ]);
  expect(progress.at(-1)).toEqual({ collection: 'tickets', step: 'verifying', documents: 1_234, total: 1_234 });
  const copy = to.client.db('test').collection('tickets');
  expect(await copy.indexes()).toEqual(await from.client.db('test').collection('tickets').indexes());
  const raw = await copy.findOne({ n: 3 }, { promoteValues: false });
  expect(BSON.EJSON.stringify(raw, { relaxed: false })).toContain('"whole":{"$numberInt":"5"}');
});

it('goes on where it was, and brings what has changed', async () => {
  const [from, to] = [await filled(), await startStore()];
  const report = (): void => undefined;
  await copyDatabase({ from: from.store.uri, to: to.store.uri, report });
  const source = from.client.db('test').collection('tickets');
  const target = to.client.db('test').collection('tickets');
  await target.deleteMany({ n: { $gt: 600 } });
  await source.updateOne({ n: 5 }, { $set: { changed: true } });
  await copyDatabase({ from: from.store.uri, to: to.store.uri, report });
  expect(await target.countDocuments()).toBe(1_234);
  expect(await target.countDocuments({ changed: true })).toBe(1);
});

it('says so when the target has what the source has not', async () => {
  const [from, to] = [await filled(), await startStore()];
  await to.client.db('test').collection('tickets').insertOne({ n: -1 });
  await expect(copyDatabase({ from: from.store.uri, to: to.store.uri, report: () => undefined })).rejects.toThrow(
    CopyMismatch,
  );
});
