import { badValue, MongoError } from '../error.ts';
import { compileExpression } from '../expression/expression.ts';
import { checkVariableName } from '../expression/names.ts';
import { Scope, type ScopeOptions, type Variables } from '../expression/scope.ts';
import { compileFilter, type Filter } from '../query/filter.ts';
import { compileSortOrder, parseSort, type SortValues } from '../sort.ts';
import type { Collection } from '../storage/catalogue.ts';
import type { Examined, Plan } from '../storage/plan.ts';
import type { Found } from '../storage/scan.ts';
import { compileCollation } from '../values/collation.ts';
import { decode } from '../values/decode.ts';
import type { Collation } from '../values/order.ts';
import { BsonDate, isDoc, type Doc, type Value } from '../values/value.ts';
import type { Call } from './command.ts';
import type { Arguments } from './fields.ts';

/** What the expressions of one request share. */
export function scopeOf(call: Call, collation: Collation | undefined, vars: Variables | undefined): Scope {
  return new Scope({ ...surroundings(call, collation), vars });
}

const surroundings = (call: Call, collation: Collation | undefined): ScopeOptions => ({
  collation,
  now: new BsonDate(BigInt(call.now())),
  random: call.random,
});

/**
 * The variables of a request's `let`: expressions without a document, each of which may use the ones before it.
 * @throws MongoError 9 for a name that no variable can have, 4890500 for a field, and those of the expressions
 */
export function variablesOf(args: Arguments, call: Call, collation: Collation | undefined): Variables {
  const vars = new Map<string, Value | undefined>();
  for (const [name, value] of args.doc('let') ?? []) {
    checkVariableName(name);
    const scope = new Scope({ ...surroundings(call, collation), vars, withoutDocument: true });
    vars.set(name, compileExpression(value, scope).evaluate(scope.environment(new Map())));
  }
  return vars;
}

/** The collation of a request, undefined for comparing bytes. */
export function collationOf(args: Arguments): Collation | undefined {
  const spec = args.doc('collation');
  return spec ? compileCollation(spec) : undefined;
}

/** The index that a request insists on. */
export function hintOf(args: Arguments): string | Doc | undefined {
  const hint = args.value('hint');
  if (hint === undefined || hint === null) return undefined;
  if (typeof hint === 'string' || isDoc(hint)) return isDoc(hint) && hint.size === 0 ? undefined : hint;
  throw new MongoError(9, 'Hint must be a string or an object');
}

/** A query as several commands share it: which documents, in which order, how many. */
export interface Selection {
  readonly collection: Collection | undefined;
  readonly filter: Filter;
  /** The filter as it was written, empty when everything matches; undefined when it is not at hand. */
  readonly query: Doc | undefined;
  readonly sort: Doc | undefined;
  readonly collation: Collation | undefined;
  readonly hint: string | Doc | undefined;
  readonly skip: number;
  /** Undefined: all. */
  readonly limit: number | undefined;
}

/** @throws MongoError for what is malformed or not supported */
export function filterOf(filter: Doc | undefined, collation: Collation | undefined, scope: Scope): Filter {
  return compileFilter(filter ?? new Map(), { collation, scope });
}

/** @throws MongoError 2, 51024 */
export function nonNegative(args: Arguments, name: string): number | undefined {
  const n = args.integer(name);
  if (n !== undefined && n < 0) throw badValue(`BSON field '${name}' value must be >= 0, actual value '${n}'`);
  return n;
}

/** How the documents of a selection are found; a collection that is not there has none. */
export function planOf(call: Call, selection: Selection): Plan {
  return selection.collection
    ? call.store.plan(selection.collection, selection)
    : { kind: 'collection', backwards: false, sorted: true };
}

/** @throws MongoError for a sort that is malformed */
export function sortOf(sort: Doc | undefined): Doc | undefined {
  if (!sort || sort.size === 0) return undefined;
  if (!sort.has('$natural')) parseSort(sort);
  else if (sort.size > 1) throw badValue('$natural sort cannot be set to a value other than -1 or 1.');
  return sort;
}

/** The most bytes that a sort may hold. */
const SORT_BYTES = 512 * 1024 * 1024;

/** The documents of a selection as bytes, in its order, skipped and limited. */
export function* select(
  call: Call,
  selection: Selection,
  plan: Plan,
  examined: Examined,
): Generator<Found, void, undefined> {
  const { collection, filter, sort, skip, limit } = selection;
  if (!collection) return;
  const isOrdered = plan.sorted || !sort;
  const wanted = isOrdered && limit !== undefined ? skip + limit : undefined;
  const found = call.store.scan(collection, plan, selection.query?.size === 0 ? undefined : filter, examined, wanted);
  const ordered = isOrdered
    ? found
    : sorted(found, sort, selection.collation, limit === undefined ? undefined : skip + limit);
  let toSkip = skip;
  let left = limit ?? Infinity;
  if (left === 0) return;
  for (const item of ordered) {
    if (toSkip > 0) {
      toSkip--;
      continue;
    }
    yield item;
    if (--left === 0) return;
  }
}

/** Sorts in memory; with a limit it keeps only what can still be among the first. */
function sorted(found: Iterable<Found>, spec: Doc, collation: Collation | undefined, limit = Infinity): Found[] {
  const order = compileSortOrder(spec, collation);
  let rows: { item: Found; values: SortValues }[] = [];
  let bytes = 0;
  const byValues = (a: { values: SortValues }, b: { values: SortValues }): number =>
    order.compareValues(a.values, b.values);
  for (const item of found) {
    rows.push({ item, values: order.valuesOf(decode(item.bytes)) });
    bytes += item.bytes.length;
    if (rows.length >= limit * 2 + 1_000) {
      rows = rows.toSorted(byValues).slice(0, limit);
      bytes = rows.reduce((sum, kept) => sum + kept.item.bytes.length, 0);
    }
    if (bytes > SORT_BYTES) throw new MongoError(292, 'Sort exceeded memory limit: add an index or narrow the filter');
  }
  return rows
    .toSorted(byValues)
    .slice(0, limit)
    .map((kept) => kept.item);
}
