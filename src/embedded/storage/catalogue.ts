import type { Database, Key } from 'lmdb';
import { MongoError, notSupported } from '../error.ts';
import { decode } from '../values/decode.ts';
import { encode } from '../values/encode.ts';
import { Binary, doc, int32, isDoc, type Doc, type Value } from '../values/value.ts';
import { numberOf } from './show.ts';
import { type Environment, MAX_RECORD, recordKey, recordOf } from './environment.ts';
import { defineIndex, type IndexDefinition } from './index-definition.ts';

/** Collection numbers share 53 bits with the record numbers. */
const MAX_COLLECTION = 2 ** 21 - 1;

/** A collection and its indexes; `_id_` is the first of them. */
export interface Collection {
  readonly id: number;
  readonly database: string;
  readonly name: string;
  /** `database.name` */
  readonly namespace: string;
  readonly uuid: Binary;
  readonly options: Doc;
  indexes: readonly IndexDefinition[];
  /** Set when it is dropped: cursors that still hold it end. */
  dropped: boolean;
}

/**
 * A collection with a collation of its own can be made and described, so that what belongs into it is not put into one without.
 * @throws MongoError 115 for one that has a collation
 */
export function checkUsable(collection: Collection): void {
  if (collection.options.has('collation')) throw notSupported('the documents of a collection with a collation');
}

export const ID_INDEX: Doc = doc(['v', int32(2)], ['key', doc(['_id', int32(1)])], ['name', '_id_']);

/** The collections of a store, in memory and in the catalogue table. Changes must happen inside a write transaction. */
export class Catalogue {
  readonly #environment: Environment;
  readonly #randomBytes: (size: number) => Uint8Array;
  readonly #databases = new Map<string, Map<string, Collection>>();
  readonly #nextRecord = new Map<number, number>();
  #nextId = 1;

  constructor(environment: Environment, randomBytes: (size: number) => Uint8Array) {
    this.#environment = environment;
    this.#randomBytes = randomBytes;
    this.reload();
  }

  /** Reads everything again: after a transaction was rolled back, memory is ahead of the disk. */
  reload(): void {
    this.#databases.clear();
    this.#nextRecord.clear();
    this.#nextId = 1;
    for (const { key, value } of this.#environment.catalogue.getRange({})) {
      if (key.startsWith('#')) continue;
      const dot = key.indexOf('.');
      this.#remember(readCollection(key.slice(0, dot), key.slice(dot + 1), decode(value)));
    }
  }

  #remember(collection: Collection): void {
    let collections = this.#databases.get(collection.database);
    if (!collections) this.#databases.set(collection.database, (collections = new Map()));
    collections.set(collection.name, collection);
    for (const { id } of [collection, ...collection.indexes]) this.#nextId = Math.max(this.#nextId, id + 1);
  }

  databases(): string[] {
    return [...this.#databases.keys()].toSorted();
  }

  collections(database: string): Collection[] {
    return [...(this.#databases.get(database)?.values() ?? [])];
  }

  get(database: string, name: string): Collection | undefined {
    return this.#databases.get(database)?.get(name);
  }

  /** Makes an empty collection with its `_id_` index. */
  create(database: string, name: string, options: Doc): Collection {
    const uuid = Uint8Array.from(this.#randomBytes(16));
    uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x40;
    uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
    const collection: Collection = {
      id: this.#newId(),
      database,
      name,
      namespace: `${database}.${name}`,
      uuid: new Binary(4, uuid),
      options,
      indexes: [
        defineIndex(new Map([...ID_INDEX, ...options]), { id: this.#newId(), multikey: false, arrays: [], cut: false }),
      ],
      dropped: false,
    };
    this.#remember(collection);
    this.save(collection);
    return collection;
  }

  #newId(): number {
    if (this.#nextId > MAX_COLLECTION) throw new MongoError(1, 'the store has no collection numbers left: restart it');
    return this.#nextId++;
  }

  /** Adds an index without entries; the caller fills it. */
  addIndex(collection: Collection, spec: Doc): IndexDefinition {
    checkUsable(collection);
    const index = defineIndex(spec, { id: this.#newId(), multikey: false, arrays: [], cut: false });
    collection.indexes = [...collection.indexes, index];
    this.save(collection);
    return index;
  }

  /** Removes an index and its entries. */
  dropIndex(collection: Collection, index: IndexDefinition): void {
    collection.indexes = collection.indexes.filter((other) => other !== index);
    this.#clearEntries(index);
    this.save(collection);
  }

  /** Puts another specification in an index's place (collMod). */
  replaceIndex(collection: Collection, index: IndexDefinition, spec: Doc): void {
    const next = defineIndex(spec, index);
    collection.indexes = collection.indexes.map((other) => (other === index ? next : other));
    this.save(collection);
  }

  /** Removes a collection with its documents and indexes. */
  drop(collection: Collection): void {
    for (const index of collection.indexes) this.#clearEntries(index);
    const { records } = this.#environment;
    const range = { start: recordKey(collection.id, 0), end: recordKey(collection.id + 1, 0) };
    removeAll(records, range);
    this.#forget(collection);
    collection.dropped = true;
  }

  /** Gives a collection another name; cursors on the old name end. */
  rename(collection: Collection, database: string, name: string): void {
    this.#forget(collection);
    collection.dropped = true;
    const renamed: Collection = { ...collection, database, name, namespace: `${database}.${name}`, dropped: false };
    this.#remember(renamed);
    this.save(renamed);
  }

  #forget(collection: Collection): void {
    this.#environment.catalogue.removeSync(collection.namespace);
    const collections = this.#databases.get(collection.database);
    collections?.delete(collection.name);
    if (collections?.size === 0) this.#databases.delete(collection.database);
  }

  #clearEntries(index: IndexDefinition): void {
    const { entries } = this.#environment;
    removeAll(entries, indexRange(index));
  }

  /** Writes a collection's description, for instance after an index became multikey. */
  save(collection: Collection): void {
    const indexes = collection.indexes.map((index): Value =>
      doc(
        ['id', int32(index.id)],
        ['multikey', index.multikey],
        ['arrays', index.arrays.map((at) => int32(at))],
        ['cut', index.cut],
        ['spec', index.spec],
      ),
    );
    const description = doc(
      ['id', int32(collection.id)],
      ['uuid', collection.uuid],
      ['options', collection.options],
      ['indexes', indexes],
    );
    this.#environment.catalogue.putSync(collection.namespace, encode(description));
  }

  /** A record number that the collection has not used; numbers follow the order of insertion. */
  newRecord(collection: Collection): number {
    const next = this.#nextRecord.get(collection.id) ?? this.#lastRecord(collection) + 1;
    if (next >= MAX_RECORD) throw new MongoError(1, `collection ${collection.namespace} has no record numbers left`);
    this.#nextRecord.set(collection.id, next + 1);
    return next;
  }

  #lastRecord(collection: Collection): number {
    const range = {
      start: recordKey(collection.id + 1, 0) - 1,
      end: recordKey(collection.id, 0),
      reverse: true,
      limit: 1,
    };
    for (const key of this.#environment.records.getKeys(range)) return recordOf(key);
    return 0;
  }
}

/** Removes all keys of a range; they are collected first, since removing moves what a cursor stands on. */
function removeAll<K extends Key>(table: Database<Uint8Array, K>, range: { start: K; end: K }): void {
  const keys = Array.from(table.getKeys(range));
  for (const key of keys) table.removeSync(key);
}

/** All entries of an index: from its number to the next. */
export function indexRange(index: IndexDefinition): { start: Uint8Array; end: Uint8Array } {
  const start = Buffer.allocUnsafe(4);
  start.writeUInt32BE(index.id, 0);
  const end = Buffer.allocUnsafe(4);
  end.writeUInt32BE(index.id + 1, 0);
  return { start, end };
}

function readCollection(database: string, name: string, description: Doc): Collection {
  const indexes = description.get('indexes');
  const uuid = description.get('uuid');
  const options = description.get('options');
  if (!Array.isArray(indexes) || !(uuid instanceof Binary) || !isDoc(options))
    throw new Error(`the catalogue entry of ${database}.${name} is damaged`);
  return {
    id: numberOf(description.get('id')),
    database,
    name,
    namespace: `${database}.${name}`,
    uuid,
    options,
    indexes: indexes.filter(isDoc).map((index) => {
      const spec = index.get('spec');
      const key = isDoc(spec) ? spec.get('key') : undefined;
      const arrays = index.get('arrays');
      const multikey = index.get('multikey') === true;
      return defineIndex(isDoc(spec) ? spec : new Map(), {
        id: numberOf(index.get('id')),
        multikey,
        // Stores of earlier versions say only that there were some.
        arrays: Array.isArray(arrays)
          ? arrays.map(numberOf)
          : multikey && isDoc(key)
            ? [...key.keys()].map((_, i) => i)
            : [],
        cut: index.get('cut') === true,
      });
    }),
    dropped: false,
  };
}
