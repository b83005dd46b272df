import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Scope } from '../../src/embedded/expression/scope.ts';
import { compileUpdate } from '../../src/embedded/update/update.ts';
import { decode, decodeFields } from '../../src/embedded/values/decode.ts';
import { encode, encodeOver } from '../../src/embedded/values/encode.ts';
import { BsonDate, doc, int32, type Doc } from '../../src/embedded/values/value.ts';
import { documents, values } from './oracle.ts';
import { startStore } from './support.ts';

const scope = new Scope({ now: new BsonDate(1_800_000_000_000n) });
const names = fc.constantFrom('a', 'b', 'c', '名', '__proto__', 'constructor');

describe('an update that decodes no more than it changes', () => {
  const updates = fc
    .tuple(fc.uniqueArray(fc.tuple(names, values), { maxLength: 4, selector: ([name]) => name }), names)
    .map(([set, gone]): Doc => {
      const fields = set.filter(([name]) => name !== gone);
      const unset: Doc = new Map([['$unset', doc([gone, true])]]);
      return fields.length === 0 ? unset : new Map([['$set', new Map(fields)], ...unset]);
    });

  it('makes the same bytes as one of the whole document', () => {
    fc.assert(
      fc.property(documents, updates, fc.array(names), (document, update, others) => {
        const stored = encode(new Map([['_id', int32(1)], ...document]));
        const compiled = compileUpdate(update, { scope });
        expect(compiled.isLocal).toBe(true);
        const whole = encode(compiled.apply(decode(stored)).document);
        const seen = new Set(['_id', ...(compiled.touched ?? []), ...others]);
        const bytes = encodeOver(stored, seen, compiled.apply(decodeFields(stored, seen)).document);
        expect(Buffer.from(bytes)).toEqual(Buffer.from(whole));
      }),
    );
  });

  it.each([
    doc(['$rename', doc(['a', 'b'])]),
    doc(['$set', doc(['a.$[]', int32(1)])]),
    doc(['$set', doc(['a.$', int32(1)])]),
  ])('is none of those that look elsewhere', (update) => {
    expect(compileUpdate(update, { scope }).isLocal).not.toBe(true);
  });

  interface Row {
    readonly _id: number;
    readonly at?: Date;
    readonly state?: string;
    readonly list?: readonly number[];
    readonly big?: string;
  }
  const aCollection = async () => {
    const { client } = await startStore();
    const rows = client.db().collection<Row>('rows');
    const by = async (filter: object, hint: object): Promise<number[]> =>
      (await rows.find(filter, { hint }).toArray()).map(({ _id }) => _id);
    return { rows, by };
  };

  it('keeps indexes right that are partial by fields it does not touch', async () => {
    const { rows, by } = await aCollection();
    await rows.createIndex({ at: 1 }, { partialFilterExpression: { state: 'open' } });
    await rows.createIndex({ list: 1, at: -1 });
    await rows.insertMany(
      [1, 2, 3].map((n, i) => ({ _id: i, at: new Date(n), state: 'open', list: [i, i + 1], big: 'x'.repeat(500) })),
    );
    await rows.updateOne({ _id: 0 }, { $set: { state: 'done' } });
    await rows.updateOne({ _id: 1 }, { $set: { at: new Date(9) }, $push: { list: 7 } });
    const open = (at: object) => by({ state: 'open', at }, { at: 1 });
    expect(await open({ $gt: new Date(0) })).toEqual([2, 1]);
    expect(await open({ $gt: new Date(5) })).toEqual([1]);
    expect(await by({ list: 7 }, { list: 1, at: -1 })).toEqual([1]);
    expect(await by({ list: 2 }, { list: 1, at: -1 })).toEqual([1, 2]);
    expect(await rows.findOne({ _id: 1 })).toMatchObject({ state: 'open', big: 'x'.repeat(500) });
  });

  it('keeps an index right whose filter asks for more than comparisons', async () => {
    const { rows, by } = await aCollection();
    const filter = { state: { $type: 'string' } };
    await rows.createIndex({ at: 1 }, { partialFilterExpression: filter });
    await rows.insertMany([1, 2].map((n) => ({ _id: n, at: new Date(n), state: 'open' })));
    await rows.updateOne({ _id: 1 }, { $set: { at: new Date(9) } });
    expect(await by({ ...filter, at: { $gt: new Date(5) } }, { at: 1 })).toEqual([1]);
  });
});
