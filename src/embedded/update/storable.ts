import { MongoError } from '../error.ts';
import { isDoc, Regex, Timestamp, UNDEFINED } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';

const invalidReference = (message: string): MongoError => new MongoError(55, message);

/** Field names with a dollar sign are stored only in references: `$ref` (a string), then `$id`, then perhaps `$db`. */
function checkDollarName(name: string, value: Value, before: string | undefined, after: string | undefined): void {
  if (name === '$ref') {
    if (typeof value !== 'string') throw invalidReference('The DBRef $ref field must be a String');
    if (after !== '$id') throw invalidReference('The DBRef $ref field must be followed by a $id field');
  } else if (name === '$id') {
    if (before !== '$ref') throw invalidReference('Found $id field without a $ref before it, which is invalid.');
  } else if (name === '$db') {
    if (typeof value !== 'string') throw invalidReference('The DBRef $db field must be a String');
    if (before !== '$id') throw invalidReference('Found $db field without a $id before it, which is invalid.');
  } else {
    throw new MongoError(52, `The dollar ($) prefixed field '${name}' is not valid for storage.`);
  }
}

/** Checks one field of a document and what is inside of it. */
export function checkStorableField(owner: ReadonlyMap<string, Value>, name: string): void {
  const value = owner.get(name);
  if (value === undefined) return;
  if (name.startsWith('$')) {
    const names = [...owner.keys()];
    const at = names.indexOf(name);
    checkDollarName(name, value, names[at - 1], names[at + 1]);
  }
  checkStorable(value);
}

/**
 * Checks that a value may be stored by an update.
 * @throws MongoError 52 for a field name with a dollar sign, 55 for a reference that is none
 */
export function checkStorable(value: Value): void {
  if (isDoc(value)) for (const name of value.keys()) checkStorableField(value, name);
  else if (Array.isArray(value)) for (const item of value) checkStorable(item);
}

/** @throws MongoError 53 for a type that an `_id` cannot have */
export function checkId(id: Value): void {
  if (Array.isArray(id)) throw new MongoError(53, "The '_id' value cannot be of type array");
  if (id instanceof Regex) throw new MongoError(53, "The '_id' value cannot be of type regex");
  if (id === UNDEFINED) throw new MongoError(53, "The '_id' value cannot be of type undefined");
}

/** The document that is stored for a whole one: a timestamp of zero at its top level stands for now (milliseconds since 1970). */
export function withTimestamps(document: Doc, now: bigint): Doc {
  const isZero = (name: string, v: Value): boolean => name !== '_id' && v instanceof Timestamp && v.value === 0n;
  let hasZero = false;
  for (const [name, v] of document) hasZero ||= isZero(name, v);
  if (!hasZero) return document;
  const current = new Timestamp(((now / 1000n) << 32n) | 1n);
  return new Map(Array.from(document, ([name, v]) => [name, isZero(name, v) ? current : v]));
}
