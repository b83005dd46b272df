import { parseFieldPath } from '../expression/names.ts';
import { decode } from '../values/decode.ts';
import { compare } from '../values/order.ts';
import { isIndex } from '../values/path.ts';
import { doc, isDoc, type Value } from '../values/value.ts';
import type { Call, Command } from './command.ts';
import { ANY, type Arguments, OBJECT, required, STRING } from './fields.ts';
import { collectionName } from './namespace.ts';
import { collationOf, filterOf, hintOf, planOf, scopeOf, select, type Selection } from './query.ts';

export const distinct: Command = {
  name: 'distinct',
  summary: 'the different values of a field',
  fields: { distinct: required(ANY), key: required(STRING), query: OBJECT, collation: OBJECT, hint: ANY },
  run(args, call) {
    const selection = parseDistinct(args, call);
    const { collection, collation } = selection;
    const path = parseFieldPath(args.string('key') ?? '');
    if (!collection) return doc(['values', []]);
    const values: Value[] = [];
    for (const found of select(call, selection, planOf(call, selection), call.examined())) {
      collect(decode(found.bytes), path, 0, values);
      // Now and then, so that many documents with few values stay few.
      if (values.length > 10_000) unique(values, collation);
    }
    unique(values, collation);
    return doc(['values', values]);
  },
};

/** The query of a `distinct` command. */
export function parseDistinct(args: Arguments, call: Call): Selection {
  const name = collectionName(args, 'distinct', call.database);
  const collation = collationOf(args);
  const query = args.doc('query');
  parseFieldPath(args.string('key') ?? '');
  return {
    collection: call.store.catalogue.get(call.database, name),
    filter: filterOf(query, collation, scopeOf(call, collation, undefined)),
    query: query ?? new Map(),
    sort: undefined,
    collation,
    hint: hintOf(args),
    skip: 0,
    limit: undefined,
  };
}

/** The values at a path: arrays on the way and at the end stand for their elements. */
function collect(node: Value | undefined, path: readonly string[], at: number, into: Value[]): void {
  if (node === undefined) return;
  const name = path[at];
  if (name === undefined) {
    if (Array.isArray(node)) into.push(...node);
    else into.push(node);
  } else if (isDoc(node)) collect(node.get(name), path, at + 1, into);
  else if (Array.isArray(node)) {
    if (isIndex(name)) collect(node[Number(name)], path, at + 1, into);
    else for (const item of node) if (isDoc(item)) collect(item, path, at, into);
  }
}

/** Sorts, keeping of equal values the one that came first. */
function unique(values: Value[], collation: Parameters<typeof compare>[2]): void {
  const sorted = values.toSorted((a, b) => compare(a, b, collation));
  values.length = 0;
  for (const value of sorted)
    if (values.length === 0 || compare(values.at(-1), value, collation) !== 0) values.push(value);
}
