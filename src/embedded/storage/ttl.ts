import { BsonDate } from '../values/value.ts';
import { decode } from '../values/decode.ts';
import { encodeKey } from '../values/key.ts';
import type { IndexDefinition } from './index-definition.ts';
import type { IndexScan } from './plan.ts';
import { indexRecords } from './scan.ts';
import type { Store } from './store.ts';

/** How many documents one transaction removes: others want to write, too. */
const PER_TRANSACTION = 500;

/** Removes the documents whose TTL index says that their time is over. Resolves with how many these were. */
export async function removeExpired(store: Store, now: number): Promise<number> {
  let removed = 0;
  for (const database of store.catalogue.databases())
    for (const { name, indexes } of store.catalogue.collections(database))
      for (const index of indexes) {
        if (index.expireAfterSeconds === undefined) continue;
        for (let count = PER_TRANSACTION; count === PER_TRANSACTION; removed += count)
          count = await store.environment.write(() => removeSome(store, database, name, index.name, now));
      }
  return removed;
}

function removeSome(store: Store, database: string, name: string, indexName: string, now: number): number {
  // Looked up again: since the last transaction it may have been dropped.
  const collection = store.catalogue.get(database, name);
  const index = collection?.indexes.find((candidate) => candidate.name === indexName);
  if (!collection || index?.expireAfterSeconds === undefined) return 0;
  const before = now - index.expireAfterSeconds * 1000;
  let removed = 0;
  for (const record of indexRecords(store.environment, expired(index, before), { keys: 0, documents: 0 })) {
    const bytes = store.records.get(collection, record);
    if (!bytes) continue;
    store.records.remove(collection, record, decode(bytes));
    if (++removed === PER_TRANSACTION) break;
  }
  return removed;
}

/** The stretch of the index that holds dates from the earliest up to `before`: of several dates the first one counts. */
function expired(index: IndexDefinition, before: number): IndexScan {
  const first = encodeKey([new BsonDate(-(2n ** 63n))], index.directions);
  const last = encodeKey([new BsonDate(BigInt(Math.floor(before)) + 1n)], index.directions);
  const isDescending = index.directions[0] === -1;
  return {
    kind: 'index',
    index,
    intervals: [isDescending ? { start: last, end: after(first) } : { start: first, end: last }],
    backwards: false,
    sorted: false,
    merge: undefined,
    exact: false,
    isLookup: false,
    bounds: () => new Map(),
  };
}

/** The least key above all that begin with this one. */
const after = (key: Uint8Array): Uint8Array => Buffer.concat([key, Buffer.alloc(1, 0xff)]);
