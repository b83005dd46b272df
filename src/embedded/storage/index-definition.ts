import { createHash } from 'node:crypto';
import { MongoError } from '../error.ts';
import { compileFilter, type Filter } from '../query/filter.ts';
import { encodeKey } from '../values/key.ts';
import { indexKeys } from '../values/path.ts';
import type { Doc, Value } from '../values/value.ts';
import { isDoc } from '../values/value.ts';
import { isPlain } from './plain.ts';
import { numberOf, showValue } from './show.ts';

/** Longer keys are cut and ended with a digest: LMDB takes 1 978 bytes for index number, key and record number. */
export const MAX_KEY_BYTES = 1_900;

/** One index of a collection, as the catalogue holds it, ready for use. */
export interface IndexDefinition {
  /** The number that its entries begin with; never used twice. */
  readonly id: number;
  readonly name: string;
  readonly fields: readonly string[];
  readonly paths: readonly (readonly string[])[];
  readonly directions: readonly (1 | -1)[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly hidden: boolean;
  readonly partial: Filter | undefined;
  /** The top-level fields that its keys are made of, and whether a document is in it; undefined: perhaps all. */
  readonly roots: readonly string[] | undefined;
  /** Whether the conditions of `partial` are all among its predicates. */
  readonly isPartialPlain: boolean;
  /** Seconds after the date in the (only) field when a document expires. */
  readonly expireAfterSeconds: number | undefined;
  readonly collation: Doc | undefined;
  /** What `listIndexes` answers. */
  readonly spec: Doc;
  /** Whether some document has had several keys: different array elements may then meet different bounds. */
  multikey: boolean;
  /** Positions of the fields under which arrays were met. */
  arrays: readonly number[];
  /** Whether some key was cut: the order of the entries is then not quite the order of the values. */
  cut: boolean;
}

/** What the catalogue keeps of an index besides its specification. */
export interface IndexState {
  readonly id: number;
  readonly multikey: boolean;
  readonly arrays: readonly number[];
  readonly cut: boolean;
}

/** Prepares an index from a specification that was checked when it was created. */
export function defineIndex(spec: Doc, state: IndexState): IndexDefinition {
  const key = spec.get('key');
  const pattern: Doc = isDoc(key) ? key : new Map();
  const fields = [...pattern.keys()];
  const name = spec.get('name');
  const partial = spec.get('partialFilterExpression');
  const collation = spec.get('collation');
  const ttl = spec.get('expireAfterSeconds');
  const filter = isDoc(partial) ? compileFilter(partial, {}) : undefined;
  const isPartialPlain = isDoc(partial) && isPlain(partial);
  const paths = [...fields, ...(filter?.predicates.map(({ path }) => path) ?? [])];
  return {
    ...state,
    name: typeof name === 'string' ? name : '',
    fields,
    paths: fields.map((field) => field.split('.')),
    directions: [...pattern.values()].map((direction) => (numberOf(direction) < 0 ? -1 : 1)),
    unique: spec.get('unique') === true || spec.get('name') === '_id_',
    sparse: spec.get('sparse') === true,
    hidden: spec.get('hidden') === true,
    partial: filter,
    roots: filter && !isPartialPlain ? undefined : [...new Set(paths.map((path) => path.split('.', 1)[0] ?? ''))],
    isPartialPlain,
    expireAfterSeconds: ttl === undefined ? undefined : numberOf(ttl),
    collation: isDoc(collation) ? collation : undefined,
    spec,
  };
}

/** The keys of one document in one index. */
export interface DocumentKeys {
  /** Distinct encoded keys, ready to be stored. */
  readonly keys: readonly Uint8Array[];
  readonly multikey: boolean;
  readonly arrays: readonly number[];
  readonly cut: boolean;
}

const NO_KEYS: DocumentKeys = { keys: [], multikey: false, arrays: [], cut: false };

/**
 * The keys of a document in an index; none when the index is partial or sparse and the document is not in it.
 * @throws MongoError 171 for arrays under two paths
 */
export function documentKeys(index: IndexDefinition, document: Doc): DocumentKeys {
  if (index.partial && !index.partial.test(document)) return NO_KEYS;
  const found = indexKeys(document, index.paths, index.sparse);
  const { multikey, arrays } = found;
  let cut = false;
  const keys = new Map<string, Uint8Array>();
  for (const values of found.keys) {
    const whole = encodeKey(values, index.directions);
    const key = storableKey(whole);
    if (key !== whole) cut = true;
    if (found.keys.length === 1) return { keys: [key], multikey, arrays, cut };
    keys.set(Buffer.from(key).toString('latin1'), key);
  }
  // In the order of the index, in which a duplicate is looked for.
  return { keys: [...keys.values()].toSorted((a, b) => Buffer.compare(a, b)), multikey, arrays, cut };
}

/** The key as it is stored: whole, or its beginning and a digest of all of it. */
export function storableKey(key: Uint8Array): Uint8Array {
  if (key.length <= MAX_KEY_BYTES) return key;
  return Buffer.concat([key.subarray(0, MAX_KEY_BYTES - 32), createHash('sha256').update(key).digest()]);
}

/** An entry of a unique index is its key alone and holds the record number; other entries end with it. */
export function entryKey(index: IndexDefinition, key: Uint8Array, record: number): Uint8Array {
  const size = 4 + key.length + (index.unique ? 0 : 4);
  const entry = Buffer.allocUnsafe(size);
  entry.writeUInt32BE(index.id, 0);
  entry.set(key, 4);
  if (!index.unique) entry.writeUInt32BE(record, size - 4);
  return entry;
}

/** The value of an entry. */
export function entryValue(index: IndexDefinition, record: number): Uint8Array {
  if (!index.unique) return EMPTY;
  const value = Buffer.allocUnsafe(4);
  value.writeUInt32BE(record, 0);
  return value;
}

const EMPTY = new Uint8Array(0);

/** The record number in the last four bytes of an entry's key or value. */
export function lastUint32(bytes: Uint8Array): number {
  const at = bytes.length - 4;
  return (
    (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0
  );
}

/** Code 11000 with the fields that clients read. */
export function duplicateKey(namespace: string, index: IndexDefinition, document: Doc, key: Uint8Array): MongoError {
  const values = indexKeys(document, index.paths, index.sparse).keys.find(
    (candidate) => Buffer.compare(storableKey(encodeKey(candidate, index.directions)), key) === 0,
  );
  const keyValue: Doc = new Map(index.fields.map((field, i): [string, Value] => [field, values?.[i] ?? null]));
  const keyPattern = index.spec.get('key') ?? null;
  return new MongoError(
    11000,
    `E11000 duplicate key error collection: ${namespace} index: ${index.name} dup key: ${showValue(keyValue)}`,
    new Map([
      ['keyPattern', keyPattern],
      ['keyValue', keyValue],
    ]),
  );
}
