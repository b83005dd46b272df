import { MongoError } from '../error.ts';
import type { Filter, Predicate } from '../query/filter.ts';
import { isNaNNumber } from '../values/number.ts';
import { isIndex } from '../values/path.ts';
import { canonicalType, compare } from '../values/order.ts';
import { isDoc, type Doc, type Value } from '../values/value.ts';
import { above, boundsOf, type FieldBounds } from './bounds.ts';
import type { Collection } from './catalogue.ts';
import { type IndexDefinition, MAX_KEY_BYTES } from './index-definition.ts';
import type { IndexScan, Interval, Plan } from './plan.ts';
import { numberOf, showValue } from './show.ts';

/** What the planner knows of a query. */
export interface Query {
  readonly filter: Filter | undefined;
  readonly sort: Doc | undefined;
  /** Whether strings compare by a collation: their bounds in an index then mean nothing. */
  readonly collation?: unknown;
  /** The name or the key pattern of the only index that may be used; `$natural` is none. */
  readonly hint?: string | Doc | undefined;
}

/** More stretches than this are not worth it: the rest of an index's fields then stay unbounded. */
const MAX_INTERVALS = 2_000;
/** More stretches than this are not read side by side. */
const MAX_MERGED = 200;

/**
 * Chooses how to find the candidates of a query.
 * @throws MongoError 2 for a hint that names no index
 */
export function planQuery(collection: Collection, query: Query): Plan {
  const natural = naturalOrder(query);
  if (natural) return natural;
  const hinted = query.hint === undefined ? undefined : hintedIndex(collection, query.hint);
  if (hinted) return scanIndex(hinted, query, predicatesByPath(query)).plan;
  const predicates = predicatesByPath(query);
  let best: { plan: IndexScan; score: number } | undefined;
  for (const index of collection.indexes) {
    // Nothing narrows its first field, and nothing is to be sorted.
    if (!query.sort && !predicates.has(index.fields[0] ?? '')) continue;
    if (!isUsable(index, query, predicates)) continue;
    const candidate = scanIndex(index, query, predicates);
    if (candidate.score > (best?.score ?? 0)) best = candidate;
  }
  return best?.plan ?? { kind: 'collection', backwards: false, sorted: query.sort === undefined };
}

function naturalOrder(query: Query): Plan | undefined {
  const bySort = query.sort?.get('$natural');
  const byHint = isDoc(query.hint) ? query.hint.get('$natural') : undefined;
  const order = bySort ?? byHint;
  if (order === undefined) return undefined;
  const sorted = query.sort === undefined || bySort !== undefined;
  return { kind: 'collection', backwards: numberOf(order) < 0, sorted };
}

function hintedIndex(collection: Collection, hint: string | Doc): IndexDefinition {
  const index = collection.indexes.find((candidate) => {
    if (typeof hint === 'string') return candidate.name === hint;
    const key = candidate.spec.get('key');
    return isDoc(key) && compare(key, hint) === 0;
  });
  if (!index || index.hidden)
    throw new MongoError(
      2,
      `error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index: ${showValue(hint)}`,
    );
  return index;
}

/** The conditions that say what an index's bytes say: under a collation those about strings do not. */
function predicatesByPath(query: Query): Map<string, Predicate[]> {
  const byPath = new Map<string, Predicate[]>();
  for (const predicate of query.filter?.predicates ?? []) {
    if (query.collation && !ignoresCollation(predicate)) continue;
    const known = byPath.get(predicate.path);
    if (known) known.push(predicate);
    else byPath.set(predicate.path, [predicate]);
  }
  return byPath;
}

type PredicatesByPath = ReadonlyMap<string, readonly Predicate[]>;

/** Whether the index holds every document that can match. */
function isUsable(index: IndexDefinition, query: Query, predicates: PredicatesByPath): boolean {
  if (index.hidden || index.collation) return false;
  if (query.collation && query.sort) return false;
  // A component like 0 means an array's element to one and a field's name to the other.
  if (index.paths.some((path) => path.some(isIndex))) return false;
  if (index.partial && !index.partial.predicates.every((needed) => isImplied(needed, predicates))) return false;
  if (index.partial && !index.isPartialPlain) return false;
  if (!index.sparse) return true;
  return index.fields.some((field) => predicates.get(field)?.some((predicate) => !admitsMissing(predicate)));
}

function admitsMissing(predicate: Predicate): boolean {
  if (predicate.op === 'in') return predicate.values.includes(null);
  if (predicate.op === 'regex' || predicate.op === 'exists') return false;
  return predicate.value === null;
}

/** Whether a query's own conditions see to a condition of a partial index. */
function isImplied(needed: Predicate, predicates: PredicatesByPath): boolean {
  return (predicates.get(needed.path) ?? []).some((given) => implies(given, needed));
}

function implies(given: Predicate, needed: Predicate): boolean {
  if (needed.op === 'exists') return !admitsMissing(given);
  if (given.op === 'in') {
    return (
      given.values.length > 0 && given.values.every((value) => implies({ path: given.path, op: 'eq', value }, needed))
    );
  }
  if (given.op === 'exists' || given.op === 'regex' || needed.op === 'regex') return false;
  if (needed.op === 'in') return given.op === 'eq' && needed.values.some((value) => compare(value, given.value) === 0);
  if (isAwkward(given.value) || isAwkward(needed.value)) return false;
  const [low, high] = [given.value, needed.value];
  if (canonicalType(low) !== canonicalType(high)) return false;
  const order = compare(given.value, needed.value);
  switch (needed.op) {
    case 'eq':
      return given.op === 'eq' && order === 0;
    case 'gt':
      return order > 0 ? given.op !== 'lt' && given.op !== 'lte' : order === 0 && given.op === 'gt';
    case 'gte':
      return order >= 0 && given.op !== 'lt' && given.op !== 'lte';
    case 'lt':
      return order < 0 ? given.op !== 'gt' && given.op !== 'gte' : order === 0 && given.op === 'lt';
    default:
      return order <= 0 && given.op !== 'gt' && given.op !== 'gte';
  }
}

const isAwkward = (value: Value): boolean =>
  value === null || Array.isArray(value) || isDoc(value) || isNaNNumber(value);

function scanIndex(
  index: IndexDefinition,
  query: Query,
  predicates: PredicatesByPath,
): { plan: IndexScan; score: number } {
  const fields = fieldBounds(index, predicates);
  let prefixes: Uint8Array[] = [new Uint8Array(0)];
  let intervals: Interval[] | undefined;
  let score = 0;
  const fixed = new Set<string>();
  const several = new Set<string>();
  let exactFields = 0;
  for (const [i, bound] of fields.entries()) {
    const field = index.fields[i] ?? '';
    if (!bound || intervals || prefixes.length * Math.max(bound.points.length, 1) > MAX_INTERVALS) {
      intervals ??= prefixes.map((prefix) => ({ start: prefix, end: above(prefix) }));
      continue;
    }
    if (bound.exact) exactFields++;
    if (bound.kind === 'points') {
      (bound.points.length === 1 ? fixed : several).add(field);
      score += bound.points.length === 1 ? 12 : 10;
      prefixes = prefixes.flatMap((prefix) => bound.points.map((point) => Buffer.concat([prefix, point])));
    } else {
      score += bound.isWide ? 1 : 6;
      intervals = prefixes.flatMap((prefix) =>
        bound.stretches.map(({ start, end }) => ({
          start: Buffer.concat([prefix, start]),
          end: Buffer.concat([prefix, end]),
        })),
      );
    }
  }
  const isWhole = intervals === undefined;
  // Of a range's field every interval has one stretch, and with a regular expression two.
  const perPrefix = (intervals?.length ?? prefixes.length) / prefixes.length;
  intervals ??= prefixes.map((prefix) => ({ start: prefix, end: above(prefix) }));
  if (index.unique && fixed.size === index.fields.length) score += 100;
  const plainOrder = query.sort ? sortDirection(index, query, fixed) : undefined;
  const canMerge = perPrefix === 1 && several.size > 0 && prefixes.length <= MAX_MERGED;
  const order = plainOrder ?? (query.sort && canMerge ? sortDirection(index, query, fixed, several) : undefined);
  // Many stretches side by side are worth less than one condition more that holds for all that is read.
  if (order !== undefined) score += plainOrder === undefined ? 1 : 4;
  const isCut = index.cut || intervals.some(({ start, end }) => start.length > MAX_PREFIX || end.length > MAX_PREFIX);
  const kept = intervals
    .map((interval, i) => ({ interval, prefix: prefixes[i]?.length ?? 0 }))
    .filter(({ interval: { start, end } }) => Buffer.compare(start, end) < 0);
  const plan: IndexScan = {
    kind: 'index',
    index,
    intervals: kept.map(({ interval }) => shorten(interval)),
    merge: order !== undefined && plainOrder === undefined ? kept.map(({ prefix }) => prefix) : undefined,
    backwards: order === -1,
    sorted: query.sort === undefined || order !== undefined,
    exact: !isCut && !index.multikey && !query.collation && exactFields === predicates.size && exactFields > 0,
    isLookup: index.unique && isWhole && !isCut,
    bounds: () => new Map(index.fields.map((field, i) => [field, [...(fields[i]?.text() ?? ['[MinKey, MaxKey]'])]])),
  };
  return { plan, score };
}

/** The part of a cut key that is as it was. */
const MAX_PREFIX = MAX_KEY_BYTES - 32;

/** Bounds that reach into the part of a key that may have been cut are widened to what is left of it. */
function shorten({ start, end }: Interval): Interval {
  return {
    start: start.length > MAX_PREFIX ? start.subarray(0, MAX_PREFIX) : start,
    end: end.length > MAX_PREFIX ? Buffer.concat([end.subarray(0, MAX_PREFIX), Buffer.alloc(40, 0xff)]) : end,
  };
}

function fieldBounds(index: IndexDefinition, predicates: PredicatesByPath): (FieldBounds | undefined)[] {
  const roots = new Set<string>();
  return index.fields.map((field, i) => {
    const root = index.paths[i]?.[0] ?? '';
    // Two conditions below one array may be met by different elements: only one of them can narrow the index.
    const isTaken = index.multikey && roots.has(root);
    const given = predicates.get(field);
    if (isTaken || !given) return undefined;
    const bound = boundsOf(given, index.directions[i] ?? 1, index.multikey);
    if (bound) roots.add(root);
    return bound;
  });
}

/** Whether a condition means the same under every collation. */
function ignoresCollation(predicate: Predicate): boolean {
  if (predicate.op === 'regex') return false;
  if (predicate.op === 'exists') return true;
  const values = predicate.op === 'in' ? predicate.values : [predicate.value];
  return values.every((value) => typeof value !== 'string' && !Array.isArray(value) && !isDoc(value));
}

/**
 * 1 or -1 when reading the index forwards or backwards gives the order of the sort; where fields have several values, when their
 * intervals are read side by side.
 */
function sortDirection(
  index: IndexDefinition,
  query: Query,
  fixed: ReadonlySet<string>,
  several: ReadonlySet<string> = NONE,
): 1 | -1 | undefined {
  if (index.cut || query.collation || !query.sort) return undefined;
  const passed = (field = ''): boolean => fixed.has(field) || several.has(field);
  let direction: 1 | -1 | undefined;
  let at = 0;
  for (const [field, wanted] of query.sort) {
    // A field with only one value is in every order, unless that is one of several.
    if (fixed.has(field) && !index.arrays.includes(index.fields.indexOf(field))) continue;
    while (at < index.fields.length && passed(index.fields[at])) at++;
    // Of an array the sort takes the least or the greatest, the index all.
    if (index.fields[at] !== field || index.arrays.includes(at) || isDoc(wanted)) return undefined;
    const relative = Math.sign(numberOf(wanted)) === index.directions[at] ? 1 : -1;
    if (direction !== undefined && direction !== relative) return undefined;
    direction = relative;
    at++;
  }
  return direction ?? 1;
}

const NONE: ReadonlySet<string> = new Set();
