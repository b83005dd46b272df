import { compileProjection } from '../projection/projection.ts';
import { decode } from '../values/decode.ts';
import { encode } from '../values/encode.ts';
import { isTruthy, shortest } from '../values/number.ts';
import { type Doc, isDoc, type Value } from '../values/value.ts';
import type { Plan } from '../storage/plan.ts';
import { numberOf } from '../storage/show.ts';
import type { Call, Command } from './command.ts';
import { FIRST_BATCH } from './cursors.ts';
import { ANY, type Arguments, BOOL, type Fields, NUMBER, OBJECT, refused, required, STRING } from './fields.ts';
import { collectionName } from './namespace.ts';
import {
  collationOf,
  filterOf,
  hintOf,
  nonNegative,
  planOf,
  scopeOf,
  select,
  type Selection,
  sortOf,
  variablesOf,
} from './query.ts';

const FIND_FIELDS: Fields = {
  find: required(STRING),
  filter: OBJECT,
  sort: OBJECT,
  projection: OBJECT,
  hint: ANY,
  skip: NUMBER,
  limit: NUMBER,
  batchSize: NUMBER,
  singleBatch: BOOL,
  collation: OBJECT,
  let: OBJECT,
  allowDiskUse: BOOL,
  allowPartialResults: BOOL,
  noCursorTimeout: BOOL,
  min: refused(OBJECT),
  max: refused(OBJECT),
  returnKey: refused(BOOL),
  showRecordId: refused(BOOL),
  tailable: refused(BOOL),
  awaitData: refused(BOOL),
  oplogReplay: BOOL,
};

export const find: Command = {
  name: 'find',
  summary: 'documents that match, sorted, skipped, limited, projected',
  fields: FIND_FIELDS,
  parseCode: 9,
  run(args, call) {
    const name = collectionName(args, 'find', call.database);
    const { selection, project } = parseFind(args, call);
    const plan = planOf(call, selection);
    const found = select(call, selection, plan, call.examined());
    const documents = project
      ? projected(found, inIndexOrder(project, plan, selection, args.doc('projection')))
      : bytesOf(found);
    const batchSize = nonNegative(args, 'batchSize');
    return call.cursors.start(
      { namespace: `${call.database}.${name}`, collection: selection.collection, documents },
      {
        batchSize: batchSize ?? FIRST_BATCH,
        singleBatch: args.bool('singleBatch'),
        noTimeout: args.bool('noCursorTimeout'),
        ...(selection.limit !== undefined && { limit: selection.limit }),
      },
    );
  },
};

type Project = (bytes: Uint8Array) => Uint8Array;

/** The query of a `find` command, for itself and for `explain`. */
export function parseFind(args: Arguments, call: Call): { selection: Selection; project: Project | undefined } {
  const name = collectionName(args, 'find', call.database);
  const collation = collationOf(args);
  const scope = scopeOf(call, collation, variablesOf(args, call, collation));
  const filter = filterOf(args.doc('filter'), collation, scope);
  const limit = nonNegative(args, 'limit');
  const spec = args.doc('projection');
  const projection = spec && spec.size > 0 ? compileProjection(spec, { filter, scope }) : undefined;
  return {
    selection: {
      collection: call.store.catalogue.get(call.database, name),
      filter,
      sort: sortOf(args.doc('sort')),
      collation,
      query: args.doc('filter') ?? new Map(),
      hint: hintOf(args),
      skip: nonNegative(args, 'skip') ?? 0,
      limit: limit === 0 ? undefined : limit,
    },
    project: projection && ((bytes) => encode(projection(decode(bytes)))),
  };
}

/** Where an index has every field that a query looks at, MongoDB answers from it alone: with the fields in the index's order. */
function inIndexOrder(project: Project, plan: Plan, selection: Selection, spec: Doc | undefined): Project {
  if (plan.kind !== 'index' || plan.index.multikey || !spec) return project;
  const { fields } = plan.index;
  const shown = [...spec].filter(([name]) => name !== '_id');
  const isId = isTruthy(spec.get('_id') ?? true);
  const isCovered =
    (shown.length > 0 || isId) &&
    shown.every(
      ([name, value]) => fields.includes(name) && !name.includes('.') && (value === true || numberOf(value) === 1),
    ) &&
    (!isId || fields.includes('_id')) &&
    pathsOf(selection.query ?? new Map()).every((path) => fields.includes(path));
  if (!isCovered) return project;
  return (bytes) => {
    const document = decode(project(bytes));
    return encode(new Map(fields.flatMap((name): [string, Value][] => entryOf(document, name))));
  };
}

function entryOf(document: Doc, name: string): [string, Value][] {
  const value = document.get(name);
  return value === undefined ? [] : [[name, value]];
}

/** The paths that a filter tests; what is not a comparison of fields stands for itself and so is in no index. */
function pathsOf(query: Doc): string[] {
  return [...query].flatMap(([name, value]) => {
    if (!['$and', '$or', '$nor'].includes(name) || !Array.isArray(value)) return [name];
    return value.flatMap((part) => (isDoc(part) ? pathsOf(part) : ['']));
  });
}

function* bytesOf(found: Iterable<{ bytes: Uint8Array }>): Generator<Uint8Array, void, undefined> {
  for (const { bytes } of found) yield bytes;
}

function* projected(found: Iterable<{ bytes: Uint8Array }>, project: Project): Generator<Uint8Array, void, undefined> {
  for (const { bytes } of found) yield project(bytes);
}

export const count: Command = {
  name: 'count',
  summary: 'how many documents match',
  fields: {
    count: required(ANY),
    query: OBJECT,
    limit: NUMBER,
    skip: NUMBER,
    hint: ANY,
    collation: OBJECT,
    fields: ANY,
  },
  run(args, call) {
    const selection = parseCount(args, call);
    return new Map([['n', shortest(BigInt(countSelection(call, selection)))]]);
  },
};

/** The query of a `count` command. */
export function parseCount(args: Arguments, call: Call): Selection {
  const name = collectionName(args, 'count', call.database);
  const collation = collationOf(args);
  const skip = nonNegative(args, 'skip') ?? 0;
  // A negative limit means the same as its positive.
  const limit = Math.abs(args.integer('limit') ?? 0);
  return {
    collection: call.store.catalogue.get(call.database, name),
    filter: filterOf(args.doc('query'), collation, scopeOf(call, collation, undefined)),
    sort: undefined,
    collation,
    query: args.doc('query') ?? new Map(),
    hint: hintOf(args),
    skip,
    limit: limit === 0 ? undefined : limit,
  };
}

function countSelection(call: Call, selection: Selection): number {
  const { collection, skip, limit } = selection;
  if (!collection) return 0;
  const total = call.store.count(collection, selection);
  return Math.min(Math.max(total - skip, 0), limit ?? Infinity);
}
