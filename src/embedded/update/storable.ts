import { MongoError } from '../error.ts';
import { isDoc, Regex, UNDEFINED } from '../values/value.ts';
import type { Value } from '../values/value.ts';

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
