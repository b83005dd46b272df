import { MongoServerError } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { startStore } from './support.ts';

interface Row {
  _id: number;
  k?: string;
  n?: number;
}

const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (error: unknown) => (error instanceof MongoServerError ? error.code : error),
  );

describe('stages that write', () => {
  it('leave the old collection as it was when the new one cannot be made', async () => {
    const { client } = await startStore();
    const db = client.db('d');
    await db.collection<Row>('from').insertMany([
      { _id: 1, k: 'a' },
      { _id: 2, k: 'a' },
    ]);
    const to = db.collection<Row>('to');
    await to.insertOne({ _id: 9, k: 'z' });
    await to.createIndex({ k: 1 }, { unique: true });
    expect(
      await codeOf(
        db
          .collection('from')
          .aggregate([{ $out: 'to' }])
          .toArray(),
      ),
    ).toBe(11_000);
    expect(await to.find().toArray()).toEqual([{ _id: 9, k: 'z' }]);
    await db
      .collection('from')
      .aggregate([{ $limit: 1 }, { $out: 'to' }])
      .toArray();
    expect(await to.find().toArray()).toEqual([{ _id: 1, k: 'a' }]);
    expect(await codeOf(to.insertOne({ _id: 5, k: 'a' }))).toBe(11_000);
  });

  it('reach other databases, and tell what was there from what is new', async () => {
    const { client } = await startStore();
    const from = client.db('d').collection<Row>('from');
    await from.insertMany([
      { _id: 1, n: 5 },
      { _id: 2, n: 7 },
    ]);
    const to = client.db('e').collection<Row>('to');
    await to.insertOne({ _id: 1, n: 100 });
    const add = [{ $set: { n: { $add: ['$n', '$$new.n', '$$one'] } } }];
    const stage = { $merge: { into: { db: 'e', coll: 'to' }, let: { one: 1 }, whenMatched: add } };
    await from.aggregate([stage]).toArray();
    expect(await to.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, n: 106 },
      { _id: 2, n: 7 },
    ]);
    await from.aggregate([{ $out: { db: 'e', coll: 'copy' } }]).toArray();
    expect(await client.db('e').collection('copy').countDocuments()).toBe(2);
  });
});

describe('$documents', () => {
  it('is the source of a pipeline without a collection', async () => {
    const { client } = await startStore();
    const db = client.db('d');
    const stages = [{ $documents: [{ a: { $add: [1, 1] } }, { a: 5 }] }, { $match: { a: { $gt: 2 } } }];
    expect(await db.aggregate(stages).toArray()).toEqual([{ a: 5 }]);
    expect(await codeOf(db.collection('c').aggregate(stages).toArray())).toBe(73);
    expect(await codeOf(db.aggregate(stages.toReversed()).toArray())).toBe(73);
    expect(await codeOf(db.aggregate([{ $documents: [] }, { $documents: [] }]).toArray())).toBe(40_602);
    expect(await codeOf(db.aggregate([{ $documents: 5 }]).toArray())).toBe(5_858_203);
    expect(await codeOf(db.aggregate([{ $documents: ['text'] }]).toArray())).toBe(40_228);
  });
});
