import type { Document, Filter, FindOptions, MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { startStore } from './support.ts';

interface Row {
  readonly _id: number;
  readonly a?: number | null;
  readonly b?: number;
  readonly s?: string;
  readonly tags?: number[];
}

async function rows(): Promise<{ client: MongoClient; explain: Explain }> {
  const { client } = await startStore();
  const collection = client.db('d').collection<Row>('c');
  await collection.insertMany(
    Array.from({ length: 100 }, (_, i) => ({ _id: i, a: i % 10, b: i, s: `s${i % 4}`, tags: [i % 3, i % 5] })),
  );
  const explain: Explain = async (filter, options = {}) => {
    const found = await collection.find(filter, options).explain('executionStats');
    const stages: string[] = [];
    let index: string | undefined;
    for (let stage: Document | undefined = found['queryPlanner'].winningPlan; stage; stage = stage['inputStage']) {
      stages.push(stage['stage']);
      index ??= stage['indexName'];
    }
    const stats = found['executionStats'];
    return { stages, index, n: stats.nReturned, keys: stats.totalKeysExamined, documents: stats.totalDocsExamined };
  };
  return { client, explain };
}

type Explain = (
  filter: Filter<Row>,
  options?: FindOptions,
) => Promise<{ stages: string[]; index: string | undefined; n: number; keys: number; documents: number }>;

const index = (client: MongoClient, key: Record<string, 1 | -1>, options = {}): Promise<string> =>
  client.db('d').collection('c').createIndex(key, options);

describe('which index is used', () => {
  it('none without one', async () => {
    const { explain } = await rows();
    expect(await explain({ a: 3 })).toEqual({ stages: ['COLLSCAN'], index: undefined, n: 10, keys: 0, documents: 100 });
  });

  it('the one of _id, reading one key', async () => {
    const { explain } = await rows();
    expect(await explain({ _id: 7 })).toEqual({
      stages: ['FETCH', 'IXSCAN'],
      index: '_id_',
      n: 1,
      keys: 1,
      documents: 1,
    });
  });

  it('for equality, $in and ranges, reading only what can match', async () => {
    const { client, explain } = await rows();
    await index(client, { a: 1, b: -1 });
    expect(await explain({ a: 3 })).toMatchObject({ index: 'a_1_b_-1', keys: 10, documents: 10 });
    expect(await explain({ a: { $in: [3, 5] } })).toMatchObject({ n: 20, keys: 20, documents: 20 });
    expect(await explain({ a: { $gt: 7 } })).toMatchObject({ n: 20, keys: 20, documents: 20 });
    expect(await explain({ a: { $gte: 7, $lt: 9 } })).toMatchObject({ n: 20, keys: 20, documents: 20 });
    expect(await explain({ a: 3, b: { $lte: 33 } })).toMatchObject({ n: 4, keys: 4, documents: 4 });
    expect(await explain({ a: { $in: [1, 2] }, b: { $gt: 80 } })).toMatchObject({ n: 4, keys: 4, documents: 4 });
    expect(await explain({ b: 5 })).toMatchObject({ stages: ['COLLSCAN'], n: 1 });
  });

  it('for the literal beginning of a regular expression', async () => {
    const { client, explain } = await rows();
    await index(client, { s: 1 });
    expect(await explain({ s: /^s3/u })).toMatchObject({ index: 's_1', n: 25, keys: 25 });
  });

  it('for any regular expression, as good as a scan of all strings, and only if nothing else narrows', async () => {
    const { client, explain } = await rows();
    await index(client, { s: 1 });
    await index(client, { a: 1 });
    expect(await explain({ s: /3/u })).toMatchObject({ index: 's_1', n: 25, keys: 100 });
    expect(await explain({ s: /3/u, a: { $gt: 8 } })).toMatchObject({ index: 'a_1' });
    const collection = client.db('d').collection<{ s: unknown }>('c');
    await collection.insertOne({ s: /3/ });
    expect(await collection.countDocuments({ s: /3/ })).toBe(26);
    // The least of the strings that match, as an index gives them.
    await client
      .db('d')
      .collection<{ _id: string }>('ids')
      .insertMany([{ _id: 'a' }, { _id: 'A' }]);
    expect(await client.db('d').collection('ids').findOne({ _id: /a/i })).toEqual({ _id: 'A' });
  });

  it('none for what MongoDB answers from the keys of arrays and not from the documents: that is refused', async () => {
    const { client } = await rows();
    await index(client, { tags: 1 });
    const collection = client.db('d').collection<{ tags: unknown }>('c');
    await expect(collection.findOne({ tags: { $gte: [[1], 2] } })).rejects.toMatchObject({ code: 115 });
    expect(await collection.countDocuments({ tags: { $gte: [0, 0] } })).toBe(100);
  });

  it('the unique one, before one with more conditions', async () => {
    const { client, explain } = await rows();
    await index(client, { a: 1, s: 1 });
    await index(client, { b: 1 }, { unique: true });
    expect(await explain({ a: 3, s: 's1', b: 13 })).toMatchObject({ index: 'b_1', keys: 1 });
  });

  it('for sorting, forwards and backwards, and stops at the limit', async () => {
    const { client, explain } = await rows();
    await index(client, { a: 1, b: -1 });
    const page = { limit: 5 };
    expect(await explain({ a: 3 }, { ...page, sort: { b: -1 } })).toMatchObject({
      stages: ['LIMIT', 'FETCH', 'IXSCAN'],
      keys: 5,
      documents: 5,
    });
    expect((await explain({ a: 3 }, { ...page, sort: { b: 1 } })).keys).toBe(5);
    expect((await explain({}, { ...page, sort: { a: 1, b: -1 } })).keys).toBe(5);
    expect((await explain({}, { ...page, sort: { a: -1, b: 1 } })).keys).toBe(5);
    expect((await explain({}, { ...page, sort: { a: 1, b: 1 } })).stages).toEqual(['LIMIT', 'SORT', 'COLLSCAN']);
    const backwards = await client.db('d').collection<Row>('c').find({ a: 3 }).sort({ b: 1 }).toArray();
    expect(backwards.map(({ b }) => b)).toEqual([3, 13, 23, 33, 43, 53, 63, 73, 83, 93]);
  });

  it('a partial one only where the query keeps to its condition', async () => {
    const { client, explain } = await rows();
    await index(client, { b: 1 }, { partialFilterExpression: { a: { $gt: 4 } } });
    expect((await explain({ b: 16, a: 6 })).index).toBe('b_1');
    expect((await explain({ b: 16, a: { $gte: 5 } })).index).toBe('b_1');
    expect((await explain({ b: 16, a: { $in: [5, 6] } })).index).toBe('b_1');
    expect((await explain({ b: 16, a: { $gt: 3 } })).index).toBeUndefined();
    expect((await explain({ b: 16 })).index).toBeUndefined();
  });

  it('none whose order a collation does not share, be it simple, partial or one with that collation', async () => {
    const { client } = await startStore();
    const collection = client.db('d').collection<{ _id: number; s: string; n: number }>('c');
    await collection.insertMany(['B', 'b', 'c', 'A'].map((s, _id) => ({ _id, s, n: 1 })));
    const found = async (): Promise<unknown[]> => [
      await collection.countDocuments({ n: 1, s: 'b' }, { collation: { locale: 'en', strength: 2 } }),
      await collection.countDocuments({ n: 1, s: { $gte: 'b' } }, { collation: { locale: 'en', strength: 2 } }),
      await collection.countDocuments({ s: 'b' }),
    ];
    const scanned = await found();
    expect(scanned).toEqual([2, 3, 1]);
    const options = [
      {},
      { partialFilterExpression: { s: { $gte: 'a' } } },
      { collation: { locale: 'en', strength: 2 } },
    ];
    for (const [i, option] of options.entries()) {
      await index(client, { n: 1, s: 1 }, { ...option, name: `s${i}` });
      expect(await found()).toEqual(scanned);
      await collection.dropIndex(`s${i}`);
    }
  });

  it('a sparse one only where missing cannot match', async () => {
    const { client, explain } = await rows();
    const collection = client.db('d').collection<Row>('c');
    await collection.insertMany([{ _id: 1_000 }, { _id: 1_001, a: null }]);
    await index(client, { a: 1 }, { sparse: true });
    expect((await explain({ a: 3 })).index).toBe('a_1');
    expect(await explain({ a: null })).toMatchObject({ index: undefined, n: 2 });
    expect(await explain({}, { sort: { a: 1 } })).toMatchObject({ index: undefined, n: 102 });
  });

  it('one with arrays without giving a document twice or a wrong order', async () => {
    const { client, explain } = await rows();
    await index(client, { tags: 1 });
    const collection = client.db('d').collection<Row>('c');
    const byIndex = await explain({ tags: { $gte: 0 } });
    expect(byIndex).toMatchObject({ index: 'tags_1', n: 100 });
    expect(byIndex.keys).toBeGreaterThan(100);
    expect((await explain({}, { sort: { tags: 1 } })).stages).toContain('SORT');
    const both = await collection.find({ tags: { $gt: 1, $lt: 1 } }).toArray();
    const scanned = await collection
      .find({ tags: { $gt: 1, $lt: 1 } })
      .hint({ $natural: 1 })
      .toArray();
    expect(new Set(both.map(({ _id }) => _id))).toEqual(new Set(scanned.map(({ _id }) => _id)));
    expect(both.length).toBe(scanned.length);
    expect(both.length).toBeGreaterThan(0);
  });

  it('the one that is hinted at, and none that is not there', async () => {
    const { client, explain } = await rows();
    await index(client, { a: 1 });
    await index(client, { b: 1 });
    expect((await explain({ a: 3 }, { hint: 'b_1' })).index).toBe('b_1');
    expect((await explain({ a: 3 }, { hint: { b: 1 } })).index).toBe('b_1');
    expect((await explain({ a: 3 }, { hint: { $natural: 1 } })).index).toBeUndefined();
    await expect(explain({ a: 3 }, { hint: 'nope' })).rejects.toMatchObject({ code: 2 });
  });

  it('none that is hidden', async () => {
    const { client, explain } = await rows();
    await index(client, { a: 1 });
    await client.db('d').command({ collMod: 'c', index: { name: 'a_1', hidden: true } });
    expect((await explain({ a: 3 })).index).toBeUndefined();
  });

  it('is told for updates, deletes and aggregations, too', async () => {
    const { client } = await rows();
    await index(client, { a: 1 });
    const stage = async (explain: Document): Promise<string> => {
      const found = await client.db('d').command({ explain });
      return (
        /"indexName":"(?<name>[^"]*)"/u.exec(JSON.stringify(found['queryPlanner'].winningPlan))?.groups?.['name'] ?? ''
      );
    };
    expect(await stage({ update: 'c', updates: [{ q: { a: 1 }, u: { $set: { z: 1 } } }] })).toBe('a_1');
    expect(await stage({ delete: 'c', deletes: [{ q: { a: 1 }, limit: 0 }] })).toBe('a_1');
    expect(await stage({ aggregate: 'c', pipeline: [{ $match: { a: 1 } }], cursor: {} })).toBe('a_1');
    expect(await stage({ count: 'c', query: { a: 1 } })).toBe('a_1');
    expect(await client.db('d').collection('c').countDocuments({ z: 1 })).toBe(0);
  });
});

describe('counting', () => {
  it('reads no documents where the index says it exactly', async () => {
    const { client } = await rows();
    await index(client, { a: 1 });
    const cost = async (query: Document): Promise<Document> => {
      const found = await client.db('d').command({ explain: { count: 'c', query }, verbosity: 'executionStats' });
      const { totalKeysExamined: keys, totalDocsExamined: documents } = found['executionStats'];
      return { stage: found['queryPlanner'].winningPlan.stage, keys, documents };
    };
    expect(await cost({ a: { $gte: 8 } })).toEqual({ stage: 'COUNT', keys: 20, documents: 0 });
    expect(await cost({ a: 8, b: { $gte: 0 } })).toEqual({ stage: 'FETCH', keys: 10, documents: 10 });
    expect(await cost({ a: null })).toMatchObject({ stage: 'FETCH' });
  });

  it('gives the same with the index alone', async () => {
    const { client } = await rows();
    const collection = client.db('d').collection<Row>('c');
    const filters: Filter<Row>[] = [
      { a: 3 },
      { a: { $gt: 3, $lte: 8 } },
      { a: { $in: [1, 2, 2, 77] } },
      { a: { $lt: 4 }, b: { $gt: 50 } },
      { a: null },
      {},
    ];
    await collection.insertMany([
      { _id: 500 },
      { _id: 501, a: NaN },
      { _id: 502, a: -Infinity },
      { _id: 503, a: null },
    ]);
    const before = await Promise.all(filters.map((filter) => collection.countDocuments(filter)));
    await index(client, { a: 1 });
    const after = await Promise.all(filters.map((filter) => collection.countDocuments(filter)));
    expect(after).toEqual(before);
    expect(before).toEqual([10, 50, 20, 19, 2, 104]);
  });
});

describe('several values of a field before the one that sorts', () => {
  it('are read side by side, only as far as the limit, in either direction', async () => {
    const { client, explain } = await rows();
    await index(client, { a: 1, b: 1 });
    const collection = client.db('d').collection<Row>('c');
    const filter = { a: { $in: [7, 1, 3, 99] } };
    for (const b of [1, -1] as const) {
      const found = await explain(filter, { sort: { b }, limit: 6 });
      expect(found).toMatchObject({ stages: ['LIMIT', 'FETCH', 'IXSCAN'], n: 6 });
      expect(found.keys).toBeLessThan(12);
      const sorted = (await collection.find(filter).toArray()).toSorted((x, y) => b * ((x.b ?? 0) - (y.b ?? 0)));
      expect(await collection.find(filter).sort({ b }).toArray()).toEqual(sorted);
      expect(
        await collection
          .find({ ...filter, b: { $gt: 20, $lte: 60 } })
          .sort({ b })
          .limit(5)
          .toArray(),
      ).toEqual(sorted.filter((r) => (r.b ?? 0) > 20 && (r.b ?? 0) <= 60).slice(0, 5));
    }
    await collection.updateMany({ a: 3 }, { $unset: { a: 1 } });
    expect((await collection.find({ a: null }).sort({ b: 1 }).toArray()).map((r) => r.b)).toEqual(
      Array.from({ length: 10 }, (_, i) => i * 10 + 3),
    );
  });

  it('are not preferred to an index with one value, whose matches are then sorted', async () => {
    const { client, explain } = await rows();
    await index(client, { a: 1, b: 1 });
    await index(client, { s: 1 });
    const found = await explain({ a: { $in: [1, 3] }, s: 's1' }, { sort: { b: 1 }, limit: 2 });
    expect(found.index).toBe('s_1');
  });

  it('by random queries: what a sort in memory gives', async () => {
    const { client } = await startStore();
    const [plain, fast] = ['plain', 'fast'].map((name) =>
      client.db('d').collection<{ _id: number; at: Date } & Document>(name),
    );
    if (plain === undefined || fast === undefined) throw new Error('no collections');
    const some = Array.from({ length: 300 }, (_, i) => ({
      _id: i,
      a: i % 7,
      s: ['x', 'y', 'zz'][i % 3],
      at: new Date((i * 7919) % 1_000),
      tags: i % 5 === 0 ? [] : [`t${i % 4}`, `t${i % 6}`],
    }));
    for (const c of [plain, fast]) await c.insertMany(some.map((r) => ({ ...r })));
    for (const key of [
      { a: 1, s: 1, at: -1 },
      { tags: 1, at: -1 },
      { s: 1, at: 1 },
    ] as const)
      await fast.createIndex(key);
    const filters = [
      { a: { $in: [1, 5] }, s: { $in: ['x', 'zz'] } },
      { a: 2, s: { $in: ['x', 'y', 'zz', 'none'] } },
      { tags: 't1' },
      { tags: { $all: ['t1', 't3'] } },
      { tags: { $in: ['t0', 't3'] }, at: { $lte: new Date(600) } },
      { s: { $in: ['y', 'zz'] }, at: { $gt: new Date(100), $lt: new Date(900) } },
    ];
    for (const filter of filters)
      for (const at of [1, -1] as const)
        for (const limit of [3, 1_000]) {
          const [slow, quick] = await Promise.all(
            [plain, fast].map((c) => c.find(filter).sort({ at }).limit(limit).toArray()),
          );
          expect(quick?.map((r) => r.at)).toEqual(slow?.map((r) => r.at));
          expect(new Set(quick?.map((r) => r._id)).size).toBe(quick?.length);
        }
  });
});

describe('an index over an array and a field', () => {
  it('sorts by the field, and by the array never', async () => {
    const { client, explain } = await rows();
    await index(client, { tags: 1, b: -1 });
    const found = await explain({ tags: 2 }, { sort: { b: -1 }, limit: 4 });
    expect(found).toMatchObject({ stages: ['LIMIT', 'FETCH', 'IXSCAN'], index: 'tags_1_b_-1', n: 4 });
    expect(found.keys).toBeLessThan(10);
    expect((await explain({ tags: 2 }, { sort: { tags: 1 } })).stages).toContain('SORT');
    expect((await explain({ tags: { $in: [0, 2] } }, { sort: { tags: 1 } })).stages).toContain('SORT');
  });

  it('no longer sorts by it once that has had an array, though the other may', async () => {
    const { client, explain } = await rows();
    await index(client, { a: 1, b: 1 });
    expect((await explain({ a: 3 }, { sort: { b: 1 } })).stages).toEqual(['FETCH', 'IXSCAN']);
    await client
      .db('d')
      .collection('c')
      .insertOne({ _id: 1_000 as never, a: 3, b: [1, 50] });
    expect((await explain({ a: 3 }, { sort: { b: 1 } })).stages).toContain('SORT');
    expect((await explain({ a: 3 }, { sort: { a: 1 } })).stages).toEqual(['FETCH', 'IXSCAN']);
  });
});

describe('expiry', () => {
  it('removes what a TTL index says, and nothing else', async () => {
    const { client, store } = await startStore();
    const collection = client.db('d').collection<{ _id: number; at: unknown }>('c');
    await collection.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    const now = Date.now();
    await collection.insertMany([
      { _id: 1, at: new Date(now - 61_000) },
      { _id: 2, at: new Date(now + 100_000) },
      { _id: 3, at: [new Date(now + 100_000), new Date(now - 100_000)] },
      { _id: 4, at: 'long ago' },
      { _id: 5, at: null },
      { _id: 6, at: 5 },
    ]);
    await store.sweep();
    expect((await collection.find().toArray()).map(({ _id }) => _id)).toEqual([2, 4, 5, 6]);
    await client.db('d').command({ collMod: 'c', index: { keyPattern: { at: 1 }, expireAfterSeconds: 1_000_000 } });
    await collection.insertOne({ _id: 7, at: new Date(now - 61_000) });
    await store.sweep();
    expect(await collection.countDocuments({ _id: 7 })).toBe(1);
  });

  it('removes many in several transactions', async () => {
    const { client, store } = await startStore();
    const collection = client.db('d').collection<{ at: Date }>('c');
    await collection.createIndex({ at: -1 }, { expireAfterSeconds: 0 });
    await collection.insertMany(Array.from({ length: 1_234 }, () => ({ at: new Date(0) })));
    await store.sweep();
    expect(await collection.countDocuments()).toBe(0);
  });
});
