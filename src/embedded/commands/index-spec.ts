import { failedToParse, MongoError, notSupported } from '../error.ts';
import { compileFilter } from '../query/filter.ts';
import type { Collection } from '../storage/catalogue.ts';
import type { IndexDefinition } from '../storage/index-definition.ts';
import { numberOf, showValue } from '../storage/show.ts';
import { isNaNNumber, isTruthy, toInt64 } from '../values/number.ts';
import { equal } from '../values/order.ts';
import { doc, int32, isDoc, isNumeric, Regex, typeName, type Doc, type Value } from '../values/value.ts';
import { expandCollation } from '../values/collation.ts';

/** The options of an index that are known; others are code 197. */
export const INDEX_OPTIONS: ReadonlySet<string> = new Set(
  'v key name ns unique sparse background hidden expireAfterSeconds partialFilterExpression collation dropDups'.split(
    ' ',
  ),
);

/** Options that this store does not have, most of them of index types. */
export const REFUSED_INDEX_OPTIONS: ReadonlySet<string> = new Set(
  (
    'weights default_language language_override textIndexVersion 2dsphereIndexVersion bits min max bucketSize ' +
    'wildcardProjection columnstoreProjection clustered prepareUnique storageEngine'
  ).split(' '),
);

/** Index types that this store does not have. */
export const REFUSED_INDEX_TYPES: ReadonlySet<string> = new Set(
  'text 2d 2dsphere 2dsphere_bucket geoHaystack hashed wildcard columnstore'.split(' '),
);

/** The flags of a query that a partial index's filter may have. */
const PARTIAL_OPERATORS = new Set(['$eq', '$gt', '$gte', '$lt', '$lte', '$exists', '$type', '$and']);

/**
 * Checks one index of `createIndexes` and gives the specification as it is kept and listed.
 * @throws MongoError with the server's codes (9, 14, 67, 115, 197 ...)
 */
export function parseIndexSpec(given: Doc): Doc {
  const fail = (code: number, message: string): MongoError =>
    new MongoError(code, `Error in specification ${showValue(given)} :: caused by :: ${message}`);
  const key = given.get('key');
  if (key === undefined) throw fail(9, "The 'key' field is a required property of an index specification");
  if (!isDoc(key)) throw fail(14, `The field 'key' must be an object, but got ${typeName(key)}`);
  checkKey(key, fail);
  const name = given.get('name');
  if (name === undefined) throw fail(9, "The 'name' field is a required property of an index specification");
  if (typeof name !== 'string') throw fail(14, `The field 'name' must be a string, but got ${typeName(name)}`);
  if (name === '') throw fail(67, 'The index name cannot be empty');
  const version = given.get('v');
  if (version !== undefined && (!isNumeric(version) || (numberOf(version) !== 1 && numberOf(version) !== 2)))
    throw fail(
      67,
      `Invalid index specification ${showValue(given)}; cannot create an index with v=${showValue(version)}`,
    );
  for (const option of given.keys()) {
    if (REFUSED_INDEX_OPTIONS.has(option)) throw notSupported(`the index option ${option}`);
    if (!INDEX_OPTIONS.has(option)) throw fail(197, `The field '${option}' is not valid for an index specification.`);
  }
  const isId = key.size === 1 && key.has('_id');
  if (isId) checkIdSpec(given, key);
  const spec: Doc = doc(
    ['v', int32(version === undefined ? 2 : numberOf(version))],
    ['key', key],
    ['name', isId ? '_id_' : name],
  );
  for (const [option, value] of given) {
    if (option === 'unique' || option === 'sparse' || option === 'hidden') {
      if (isTruthy(value)) spec.set(option, true);
    } else if (option === 'background') {
      spec.set(option, value);
    } else if (option === 'expireAfterSeconds') spec.set(option, checkExpiry(value, given));
    else if (option === 'partialFilterExpression') spec.set(option, checkPartial(value, fail));
    else if (option === 'collation' && isDoc(value) && value.get('locale') !== 'simple')
      spec.set(option, checkCollation(value, given));
    else if (option === 'collation' && !isDoc(value))
      throw fail(14, `The field 'collation' must be an object, but got ${typeName(value)}`);
  }
  if (spec.has('collation') && spec.has('unique')) throw notSupported('a unique index with a collation');
  if (spec.has('sparse') && spec.has('partialFilterExpression'))
    throw fail(67, 'cannot mix "partialFilterExpression" and "sparse" options');
  return spec;
}

type Fail = (code: number, message: string) => MongoError;

function checkKey(key: Doc, fail: Fail): void {
  if (key.size === 0) throw fail(67, 'Index keys cannot be empty.');
  if (key.size > 32) throw fail(13103, 'too many compound keys');
  for (const [field, value] of key) {
    if (typeof value === 'string') {
      if (REFUSED_INDEX_TYPES.has(value)) throw notSupported(`an index of type ${value}`);
      throw fail(67, `Unknown index plugin '${value}'`);
    }
    if (!isNumeric(value))
      throw fail(
        67,
        `Values in v:2 index key pattern cannot be of type ${typeName(value)}. Only numbers > 0, numbers < 0, and strings are allowed.`,
      );
    if (isNaNNumber(value)) throw fail(67, 'Values in the index key pattern cannot be NaN.');
    if (numberOf(value) === 0) throw fail(67, 'Values in the index key pattern cannot be 0.');
    if (field === '') throw fail(67, 'Index keys cannot be an empty field.');
    const parts = field.split('.');
    if (parts.includes('')) throw fail(67, 'Index keys cannot contain an empty field.');
    if (parts.includes('$**')) throw notSupported('a wildcard index');
    if (parts.some((part) => part.startsWith('$') && !['$id', '$ref', '$db'].includes(part)))
      throw fail(67, "Index key contains an illegal field name: field name starts with '$'.");
  }
}

function checkIdSpec(given: Doc, key: Doc): void {
  if (numberOf(key.get('_id')) !== 1)
    throw new MongoError(2, `The field 'key' for an _id index must be {_id: 1}, but got ${showValue(key)}`);
  for (const option of given.keys())
    if (!['v', 'key', 'name', 'ns', 'collation', 'background'].includes(option))
      throw new MongoError(
        197,
        `The field '${option}' is not valid for an _id index specification. Specification: ${showValue(given)}`,
      );
}

function checkExpiry(value: Value, given: Doc): Value {
  if (!isNumeric(value))
    throw new MongoError(
      67,
      `TTL index 'expireAfterSeconds' option must be numeric, but received a type of '${typeName(value)}'. Index spec: ${showValue(given)}`,
    );
  const seconds = Number(toInt64(value));
  if (seconds < 0)
    throw new MongoError(
      67,
      `TTL index 'expireAfterSeconds' option cannot be less than 0. Index spec: ${showValue(given)}`,
    );
  if (seconds > 2 ** 31 - 1)
    throw new MongoError(
      67,
      `TTL index 'expireAfterSeconds' option must be within an acceptable range. Index spec: ${showValue(given)}`,
    );
  const key = given.get('key');
  if (isDoc(key) && key.size > 1)
    throw new MongoError(
      67,
      `TTL indexes are single-field indexes, compound indexes do not support TTL. Index spec: ${showValue(given)}`,
    );
  return value;
}

function checkPartial(value: Value, fail: Fail): Doc {
  if (!isDoc(value))
    throw fail(14, `The field 'partialFilterExpression' must be an object, but got ${typeName(value)}`);
  checkPartialFilter(value, fail);
  compileFilter(value);
  return value;
}

function checkPartialFilter(filter: Doc, fail: Fail): void {
  const unsupported = (what: string): MongoError => fail(67, `unsupported expression in partial index: ${what}`);
  for (const [name, condition] of filter) {
    if (name === '$and') {
      for (const part of Array.isArray(condition) ? condition : []) if (isDoc(part)) checkPartialFilter(part, fail);
    } else if (name.startsWith('$')) throw unsupported(name);
    else if (condition instanceof Regex) throw unsupported(`${name} regex`);
    else if (isDoc(condition))
      for (const [operator, operand] of condition) {
        if (operator.startsWith('$') && !PARTIAL_OPERATORS.has(operator)) throw unsupported(operator);
        if (operator === '$exists' && !isTruthy(operand)) throw unsupported('$not');
      }
  }
}

function checkCollation(value: Doc, given: Doc): Doc {
  try {
    return expandCollation(value);
  } catch (error) {
    if (!(error instanceof MongoError)) throw error;
    throw new MongoError(
      error.code,
      `failed to add collation information to index spec for index creation: ${showValue(given)} :: caused by :: ${error.message}`,
    );
  }
}

/** Whether two key patterns name the same fields in the same order and directions. */
export function sameKey(a: Doc, b: Doc): boolean {
  if (a.size !== b.size) return false;
  const other = [...b];
  return [...a].every(([field, direction], i) => {
    const [otherField, otherDirection] = other[i] ?? ['', null];
    return field === otherField && Math.sign(numberOf(direction)) === Math.sign(numberOf(otherDirection));
  });
}

/** What two indexes over one key may differ in. */
const signature = (spec: Doc): Value => [spec.get('collation') ?? null, spec.get('partialFilterExpression') ?? null];

/**
 * The index that the collection has already under this specification, undefined when it is a new one.
 * @throws MongoError 85, 86 when it clashes with an index that is there
 */
export function findExisting(collection: Collection, spec: Doc): IndexDefinition | undefined {
  const key = spec.get('key');
  if (!isDoc(key)) throw failedToParse('an index has no key');
  const showBoth = (existing: Doc): string =>
    `Requested index: ${showValue(spec)}, existing index: ${showValue(existing)}`;
  for (const index of collection.indexes) {
    const existing = index.spec.get('key');
    const isSameKey = isDoc(existing) && sameKey(existing, key);
    const isSameName = index.name === spec.get('name');
    const isSameSignature = equal(signature(index.spec), signature(spec));
    if (isSameKey && index.name === '_id_') return index;
    if (isSameKey && isSameSignature) {
      if (!sameOptions(index.spec, spec)) {
        throw isSameName
          ? new MongoError(
              85,
              `An equivalent index already exists with the same name but different options. ${showBoth(index.spec)}`,
            )
          : new MongoError(
              85,
              `An equivalent index already exists with a different name and options. ${showBoth(index.spec)}`,
            );
      }
      if (!isSameName) throw new MongoError(85, `Index already exists with a different name: ${index.name}`);
      return index;
    }
    if (isSameName)
      throw new MongoError(86, `An existing index has the same name as the requested index. ${showBoth(index.spec)}`);
  }
  return undefined;
}

function sameOptions(a: Doc, b: Doc): boolean {
  return ['unique', 'sparse', 'expireAfterSeconds'].every((option) => {
    const x = a.get(option);
    const y = b.get(option);
    return x === undefined || y === undefined ? x === y : equal(x, y);
  });
}
