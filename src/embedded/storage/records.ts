import { MongoError } from '../error.ts';
import { decode } from '../values/decode.ts';
import type { Doc } from '../values/value.ts';
import type { Catalogue, Collection } from './catalogue.ts';
import { type Environment, recordKey } from './environment.ts';
import {
  type DocumentKeys,
  documentKeys,
  duplicateKey,
  entryKey,
  entryValue,
  type IndexDefinition,
  lastUint32,
} from './index-definition.ts';

/** The largest document, in bytes. */
export const MAX_DOCUMENT = 16 * 1024 * 1024;

/**
 * Documents with their index entries. Every change checks all that can fail before it writes anything, so that a MongoError leaves the
 * document and its entries as they were. Changes must run inside a write transaction.
 */
export class Records {
  readonly #environment: Environment;
  readonly #catalogue: Catalogue;

  constructor(environment: Environment, catalogue: Catalogue) {
    this.#environment = environment;
    this.#catalogue = catalogue;
  }

  /** The bytes of a document, undefined when the record is gone. */
  get(collection: Collection, record: number): Uint8Array | undefined {
    return this.#environment.records.get(recordKey(collection.id, record));
  }

  /** The record behind a key of a unique index. */
  lookUp(index: IndexDefinition, key: Uint8Array): number | undefined {
    const value = this.#environment.entries.get(entryKey(index, key, 0));
    return value ? lastUint32(value) : undefined;
  }

  /**
   * Stores a new document, whose `_id` comes first.
   * @throws MongoError 11000, 171, 10334
   */
  insert(collection: Collection, document: Doc, bytes: Uint8Array): void {
    checkSize(bytes);
    const found = collection.indexes.map((index) => ({ index, next: documentKeys(index, document) }));
    for (const { index, next } of found)
      for (const key of next.keys) this.#checkUnique(collection, index, document, key, undefined);
    const record = this.#catalogue.newRecord(collection);
    this.#noteKeys(collection, found);
    for (const { index, next } of found) for (const key of next.keys) this.#put(index, key, record);
    this.#environment.records.putSync(recordKey(collection.id, record), bytes);
  }

  /**
   * Stores another version of a document.
   * @param touched the only top-level fields that differ, where that is known; of the others `before` and `after` may have no more than
   * `fieldsFor` asks for
   * @throws MongoError 11000, 171, 10334
   */
  replace(
    collection: Collection,
    record: number,
    before: () => Doc,
    after: Doc,
    bytes: Uint8Array,
    touched?: ReadonlySet<string>,
  ): void {
    checkSize(bytes);
    const indexes = collection.indexes.filter((index) => isConcerned(index, touched));
    const old = indexes.length === 0 ? after : before();
    const changes = indexes.map((index) => {
      const keysBefore = documentKeys(index, old).keys;
      const next = documentKeys(index, after);
      return { index, next, gone: without(keysBefore, next.keys), added: without(next.keys, keysBefore) };
    });
    for (const { index, added } of changes)
      for (const key of added) this.#checkUnique(collection, index, after, key, record);
    this.#noteKeys(collection, changes);
    for (const { index, gone, added } of changes) {
      for (const key of gone) this.#environment.entries.removeSync(entryKey(index, key, record));
      for (const key of added) this.#put(index, key, record);
    }
    this.#environment.records.putSync(recordKey(collection.id, record), bytes);
  }

  /** Removes a document. */
  remove(collection: Collection, record: number, document: Doc): void {
    for (const index of collection.indexes)
      for (const key of documentKeys(index, document).keys)
        this.#environment.entries.removeSync(entryKey(index, key, record));
    this.#environment.records.removeSync(recordKey(collection.id, record));
  }

  /**
   * Makes the entries of a new index for the documents that are there.
   * @throws MongoError 11000, 171; the transaction has to be undone then
   */
  build(collection: Collection, index: IndexDefinition): void {
    const { records } = this.#environment;
    const range = { start: recordKey(collection.id, 0), end: recordKey(collection.id + 1, 0) };
    for (const { key: at, value } of records.getRange(range)) {
      const document = decode(value);
      const keys = documentKeys(index, document);
      for (const key of keys.keys) this.#checkUnique(collection, index, document, key, undefined);
      this.#noteKeys(collection, [{ index, next: keys }]);
      for (const key of keys.keys) this.#put(index, key, at % 2 ** 32);
    }
  }

  /** How many documents a collection has. */
  count(collection: Collection): number {
    const range = { start: recordKey(collection.id, 0), end: recordKey(collection.id + 1, 0) };
    return this.#environment.records.getKeysCount(range);
  }

  /** How many bytes the documents of a collection take. */
  size(collection: Collection): number {
    const range = { start: recordKey(collection.id, 0), end: recordKey(collection.id + 1, 0) };
    let bytes = 0;
    for (const { value } of this.#environment.records.getRange(range)) bytes += value.length;
    return bytes;
  }

  #put(index: IndexDefinition, key: Uint8Array, record: number): void {
    this.#environment.entries.putSync(entryKey(index, key, record), entryValue(index, record));
  }

  #checkUnique(
    collection: Collection,
    index: IndexDefinition,
    document: Doc,
    key: Uint8Array,
    own: number | undefined,
  ): void {
    if (!index.unique) return;
    const holder = this.lookUp(index, key);
    if (holder !== undefined && holder !== own) throw duplicateKey(collection.namespace, index, document, key);
  }

  /** An index that has met its first array or its first long key stays marked. */
  #noteKeys(collection: Collection, found: readonly { index: IndexDefinition; next: DocumentKeys }[]): void {
    let changed = false;
    for (const { index, next } of found) {
      const arrays = next.arrays.filter((at) => !index.arrays.includes(at));
      if (arrays.length > 0 || (next.cut && !index.cut)) {
        index.multikey ||= next.multikey;
        index.arrays = [...index.arrays, ...arrays];
        index.cut ||= next.cut;
        changed = true;
      }
    }
    if (changed) this.#catalogue.save(collection);
  }
}

/** Whether a change of these top-level fields may change a document's keys in an index. */
const isConcerned = (index: IndexDefinition, touched: ReadonlySet<string> | undefined): boolean =>
  !touched || index.partial !== undefined || index.paths.some(([root = '']) => touched.has(root));

/** The top-level fields that the indexes concerned by a change of some have to see, those among them; undefined: perhaps all. */
export function fieldsFor(collection: Collection, touched: ReadonlySet<string>): Set<string> | undefined {
  const names = new Set(touched);
  for (const index of collection.indexes) {
    if (!isConcerned(index, touched)) continue;
    if (!index.roots) return undefined;
    for (const root of index.roots) names.add(root);
  }
  return names;
}

function checkSize(bytes: Uint8Array): void {
  if (bytes.length > MAX_DOCUMENT)
    throw new MongoError(
      10334,
      `BSONObj size: ${bytes.length} is invalid. Size must be between 0 and ${MAX_DOCUMENT + 16_384} (16MB)`,
    );
}

/** The keys of `all` that `others` lacks. */
function without(all: readonly Uint8Array[], others: readonly Uint8Array[]): readonly Uint8Array[] {
  if (all.length === 0 || others.length === 0) return all;
  const [first] = all;
  const [other] = others;
  if (all.length === 1 && others.length === 1 && first && other) return Buffer.compare(first, other) === 0 ? [] : all;
  const known = new Set(others.map((key) => Buffer.from(key).toString('latin1')));
  return all.filter((key) => !known.has(Buffer.from(key).toString('latin1')));
}
