import { MongoError } from '../error.ts';
import type { Variables } from '../expression/scope.ts';
import { compileFilter, type Filter } from '../query/filter.ts';
import type { Collection } from '../storage/catalogue.ts';
import { fieldsFor } from '../storage/records.ts';
import { compileUpdate, type Update } from '../update/update.ts';
import { decode, decodeFields } from '../values/decode.ts';
import { encode, encodeOver } from '../values/encode.ts';
import { isDoc, type Doc, type Value } from '../values/value.ts';
import type { Call } from './command.ts';
import type { Arguments } from './fields.ts';
import { newObjectId } from './insert.ts';
import { collationOf, hintOf, planOf, scopeOf, select, type Selection, sortOf } from './query.ts';

/** A write's query: which documents of a collection are changed or removed. */
export interface Target {
  readonly name: string;
  readonly filter: Filter;
  readonly selection: Omit<Selection, 'collection'>;
}

/** Compiles the query of one statement. @throws MongoError for what is malformed, before anything is written */
export function targetOf(
  name: string,
  query: Doc,
  args: Arguments,
  call: Call,
  options: { vars: Variables | undefined; sort?: Doc | undefined; limit: number | undefined; isUpsert?: boolean },
): Target {
  const collation = collationOf(args);
  const filter = compileFilter(query, {
    collation,
    scope: scopeOf(call, collation, options.vars),
    withoutExpr: options.isUpsert === true,
  });
  const sort = sortOf(options.sort);
  const selection = { filter, query, sort, collation, hint: hintOf(args), skip: 0, limit: options.limit };
  return { name, filter, selection };
}

/** One document that a write is about. */
export interface Hit {
  readonly record: number;
  readonly bytes: Uint8Array;
}

/**
 * The documents that a write is about, all found before the first of them changes: a change that moves a document within an index
 * does not meet it again.
 */
export function* hits(call: Call, collection: Collection, target: Target): Generator<Hit, void, undefined> {
  const selection = { ...target.selection, collection };
  const plan = planOf(call, selection);
  const records: number[] = [];
  for (const found of select(call, selection, plan, call.examined())) {
    if (selection.limit === 1) {
      yield found;
      return;
    }
    records.push(found.record);
  }
  for (const record of records) {
    const bytes = call.store.records.get(collection, record);
    if (bytes) yield { record, bytes };
  }
}

/** The array filters of one statement. */
export function arrayFiltersOf(args: Arguments): Doc[] | undefined {
  return args.array('arrayFilters')?.map((item) => {
    if (!isDoc(item)) throw new MongoError(14, 'arrayFilters must be objects');
    return item;
  });
}

/** Compiles the update of one statement. */
export function updateOf(u: Value, args: Arguments, vars: Variables | undefined, call: Call): Update {
  if (!isDoc(u) && !Array.isArray(u)) throw new MongoError(9, 'Update argument must be either an object or an array');
  return compileUpdate(u, { arrayFilters: arrayFiltersOf(args), scope: scopeOf(call, collationOf(args), vars) });
}

/** Writes the new version of a document and gives its bytes. Gives undefined when nothing changed. */
export function applyUpdate(
  call: Call,
  collection: Collection,
  hit: Hit,
  target: Target,
  update: Update,
): Uint8Array | undefined {
  const names = update.isLocal === true && update.touched && fieldsFor(collection, update.touched);
  if (names) return applyLocally(call, collection, hit, update, names.add('_id'));
  const document = decode(hit.bytes);
  const match = update.kind === 'modifiers' ? target.filter.match(document) : undefined;
  const { document: after, isForced } = update.apply(document, match?.positional);
  const bytes = encode(after);
  if (!isForced && Buffer.compare(bytes, hit.bytes) === 0) return undefined;
  call.store.records.replace(collection, hit.record, () => decode(hit.bytes), after, bytes, update.touched);
  return bytes;
}

/** The same without a look at any but these fields: most of a long document stays as it is. */
function applyLocally(
  call: Call,
  collection: Collection,
  hit: Hit,
  update: Update,
  names: ReadonlySet<string>,
): Uint8Array | undefined {
  const { document: after, isForced } = update.apply(decodeFields(hit.bytes, names));
  const bytes = encodeOver(hit.bytes, names, after);
  if (!isForced && Buffer.compare(bytes, hit.bytes) === 0) return undefined;
  const before = (): Doc => decodeFields(hit.bytes, names);
  call.store.records.replace(collection, hit.record, before, after, bytes, update.touched);
  return bytes;
}

/** Inserts what an upsert makes of its query and its update. */
export function applyUpsert(call: Call, target: Target, update: Update): Doc {
  const made = update.upsert(target.filter);
  const document = made.has('_id') ? made : new Map<string, Value>([['_id', newObjectId(call)], ...made]);
  const collection = call.store.ensure(call.database, target.name);
  call.store.records.insert(collection, document, encode(document));
  return document;
}
