import { MongoServerError } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { startStore } from './support.ts';

const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (error: unknown) => (error instanceof MongoServerError ? error.code : error),
  );

describe("a request's variables", () => {
  it('are expressions that are worked out once, without a document', async () => {
    const { client } = await startStore();
    const collection = client.db('d').collection<{ _id: number; x?: string; y?: unknown }>('c');
    await collection.insertMany([{ _id: 1, x: 'a' }, { _id: 2 }]);
    const vars = { one: { $literal: '$a' }, two: { $concat: ['$$one', 'b'] }, rand: { $rand: {} }, no: '$$REMOVE' };
    const [row] = await collection
      .aggregate([{ $match: { _id: 1 } }, { $project: { a: '$$one', b: '$$two', c: '$$rand', d: '$$no' } }], {
        let: vars,
      })
      .toArray();
    expect(row).toEqual({ _id: 1, a: '$a', b: '$ab', c: expect.any(Number) as number });
    const variables = { id: { $add: [1, 1] }, text: { $literal: '$x' } };
    await collection.updateMany({ $expr: { $eq: ['$_id', '$$id'] } }, [{ $set: { y: '$$text' } }], { let: variables });
    expect(await collection.find({ y: '$x' }).toArray()).toEqual([{ _id: 2, y: '$x' }]);
    expect(await collection.deleteMany({ $expr: { $eq: ['$_id', '$$id'] } }, { let: variables })).toMatchObject({
      deletedCount: 1,
    });
  });

  it('cannot look at a document, and need names of variables', async () => {
    const { client } = await startStore();
    const db = client.db('d');
    const find = (vars: object): Promise<unknown> => codeOf(db.command({ find: 'c', let: vars }));
    expect(await find({ a: '$x' })).toBe(4_890_500);
    expect(await find({ a: { $cond: [true, 1, '$$ROOT.x'] } })).toBe(4_890_500);
    expect(await find({ A: 1 })).toBe(9);
    expect(await find({ a: { $let: { vars: { b: 1 }, in: '$$b' } } })).toBe('answered');
  });
});

describe('an update by a pipeline that cannot be worked out', () => {
  it('fails when there is a document, as does an aggregation without any', async () => {
    const { client } = await startStore();
    const collection = client.db('d').collection<{ _id: number; y?: unknown }>('c');
    const broken = { y: { $add: ['text', 1] } };
    expect(await collection.updateOne({ _id: 1 }, [{ $set: broken }])).toMatchObject({ matchedCount: 0 });
    await collection.insertOne({ _id: 1 });
    expect(await codeOf(collection.updateOne({ _id: 1 }, [{ $set: broken }]))).toBe(16_554);
    expect(await codeOf(collection.aggregate([{ $match: { _id: 9 } }, { $project: broken }]).toArray())).toBe(16_554);
  });
});
