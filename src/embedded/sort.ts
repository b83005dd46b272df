import { badValue, MongoError } from './error.ts';
import { isFiniteNumber, toInt64 } from './values/number.ts';
import type { Collation } from './values/order.ts';
import { compare } from './values/order.ts';
import { indexKeys } from './values/path.ts';
import { isDoc, isNumeric } from './values/value.ts';
import type { Doc, Value } from './values/value.ts';
import { parseFieldPath } from './expression/names.ts';

/** One part of a sort order. */
export interface SortKey {
  readonly path: readonly string[];
  readonly direction: 1 | -1;
}

/**
 * Checks a sort document.
 * @throws MongoError 15974, 15975, 17312 and those of a field path
 */
export function parseSort(spec: Doc): SortKey[] {
  if (spec.size > 32) throw badValue('too many sort keys');
  return Array.from(spec, ([name, order]) => {
    if (isDoc(order)) {
      const meta = order.get('$meta');
      if (order.size !== 1 || meta === undefined) {
        throw new MongoError(17_312, '$meta is the only expression supported by $sort right now');
      }
      if (meta === 'textScore')
        throw new MongoError(40_218, 'query requires text score metadata, but it is not available');
      throw new MongoError(31_138, 'Illegal $meta sort');
    }
    if (!isNumeric(order)) throw new MongoError(15_974, `Illegal key in $sort specification: ${name}`);
    const direction = isFiniteNumber(order) ? toInt64(order) : undefined;
    if (direction !== 1n && direction !== -1n) {
      throw new MongoError(15_975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    }
    return { path: parseFieldPath(name), direction: direction === 1n ? 1 : -1 };
  });
}

/** The values that a document sorts by: of an array the least or, descending, the greatest element. */
export type SortValues = Value[];

/** A sort order over documents. */
export interface SortOrder {
  readonly keys: readonly SortKey[];
  readonly valuesOf: (doc: Doc) => SortValues;
  readonly compareValues: (a: SortValues, b: SortValues) => number;
}

/** The values of all keys if no array is met; an array that an earlier stage computed counts as one value. */
function directValues(
  doc: Doc,
  keys: readonly SortKey[],
  isComputed: (field: string) => boolean,
): SortValues | undefined {
  const values: SortValues = [];
  for (const { path } of keys) {
    let node: Value | undefined = doc;
    for (const name of path) {
      if (Array.isArray(node)) return undefined;
      node = node instanceof Map ? node.get(name) : undefined;
    }
    if (Array.isArray(node) && !(path.length === 1 && isComputed(path[0] ?? ''))) return undefined;
    values.push(node ?? null);
  }
  return values;
}

/** Compiles a sort document so that the values of each document need to be taken only once. */
export function compileSortOrder(
  spec: Doc,
  collation?: Collation,
  isComputed: (field: string) => boolean = () => false,
): SortOrder {
  const keys = parseSort(spec);
  const paths = keys.map((key) => key.path);
  const compareValues = (a: SortValues, b: SortValues): number => {
    for (const [i, { direction }] of keys.entries()) {
      const order = compare(a[i], b[i], collation);
      if (order !== 0) return order * direction;
    }
    return 0;
  };
  const valuesOf = (doc: Doc): SortValues => {
    const direct = directValues(doc, keys, isComputed);
    if (direct) return direct;
    try {
      const { keys: candidates } = indexKeys(doc, paths);
      return candidates.length === 1
        ? (candidates[0] ?? [])
        : candidates.reduce((a, b) => (compareValues(b, a) < 0 ? b : a));
    } catch (error) {
      if (!(error instanceof MongoError)) throw error;
      throw badValue('cannot sort with keys that are parallel arrays');
    }
  };
  return { keys, valuesOf, compareValues };
}

/** Compiles a sort document into a comparison. */
export function compileSort(spec: Doc, collation?: Collation): (a: Doc, b: Doc) => number {
  const { valuesOf, compareValues } = compileSortOrder(spec, collation);
  return (a, b) => compareValues(valuesOf(a), valuesOf(b));
}

/** Sorts stably; with a limit keeps no more than the first ones in memory at a time. */
export function sortDocuments(docs: Iterable<Doc>, order: SortOrder, limit = Infinity): Doc[] {
  let rows: { doc: Doc; values: SortValues }[] = [];
  const byValues = (a: { values: SortValues }, b: { values: SortValues }): number =>
    order.compareValues(a.values, b.values);
  for (const doc of docs) {
    rows.push({ doc, values: order.valuesOf(doc) });
    if (rows.length >= limit * 2 + 1000) rows = rows.toSorted(byValues).slice(0, limit);
  }
  return rows
    .toSorted(byValues)
    .slice(0, limit)
    .map((row) => row.doc);
}
