import type { Collation } from '../values/order.ts';
import type { Doc, Regex, Value } from '../values/value.ts';
import type { ComparisonOp, Match } from './leaf.ts';
import { parseFilter } from './parse.ts';
import type { FilterOptions } from './parse.ts';
import { RawDocument } from './source.ts';

/** One condition that every match meets, for the planner. `prefix` is what strings that match `regex` start with. */
export type Predicate =
  | { readonly path: string; readonly op: ComparisonOp; readonly value: Value }
  | { readonly path: string; readonly op: 'in'; readonly values: readonly Value[] }
  | { readonly path: string; readonly op: 'regex'; readonly regex: Regex; readonly prefix: string }
  | { readonly path: string; readonly op: 'exists' };

/** A compiled filter of `find`, `$match`, `delete` ... */
export interface Filter {
  readonly collation: Collation | undefined;
  /** Conditions that hold for every match (not all that a match has to meet). */
  readonly predicates: readonly Predicate[];
  test(doc: Doc): boolean;
  /** Decides on the bytes of a document, decoding no more than the filter's own fields where it can. */
  testRaw(bytes: Uint8Array): boolean;
  /** The index that the positional operator `$` stands for, if the filter searched an array. */
  match(doc: Doc): Match | undefined;
}

/**
 * Compiles a filter.
 * @throws MongoError with MongoDB's codes (2, 9, 14, 115, 168, 51091 ...) for what is malformed or not supported
 */
export function compileFilter(filter: Doc, options: FilterOptions = {}): Filter {
  const { test, predicates } = parseFilter(filter, options);
  return {
    collation: options.collation,
    predicates,
    test: (doc) => test(doc, undefined),
    testRaw: (bytes) => test(new RawDocument(bytes), undefined),
    match: (doc) => {
      const match: Match = { positional: undefined };
      return test(doc, match) ? match : undefined;
    },
  };
}
