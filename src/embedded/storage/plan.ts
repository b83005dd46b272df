import type { Doc } from '../values/value.ts';
import type { IndexDefinition } from './index-definition.ts';

/** A stretch of an index in the order of its bytes: from `start` up to but not including `end`, both without the index number. */
export interface Interval {
  readonly start: Uint8Array;
  readonly end: Uint8Array;
}

/** How the candidates of a query are found; every candidate is still tested with the whole filter. */
export type Plan = CollectionScan | IndexScan;

/** Reads every document in the order of insertion, or backwards. */
export interface CollectionScan {
  readonly kind: 'collection';
  readonly backwards: boolean;
  /** Whether the documents come in the order that the query asks for. */
  readonly sorted: boolean;
}

/** Reads the entries of an index between bounds. */
export interface IndexScan {
  readonly kind: 'index';
  readonly index: IndexDefinition;
  /** Disjoint, in ascending order of bytes. */
  readonly intervals: readonly Interval[];
  readonly backwards: boolean;
  readonly sorted: boolean;
  /** How many bytes the keys of each interval begin with that a sort passes over: the intervals are then read side by side, in the order of what follows. */
  readonly merge: readonly number[] | undefined;
  /** Whether every entry between the bounds belongs to a match, so that a count needs no documents. */
  readonly exact: boolean;
  /** Whether each interval begins with the one key of a unique index that it holds. */
  readonly isLookup: boolean;
  /** The bounds by field, as `explain` shows them. */
  readonly bounds: () => Doc;
}

/** What a query costs, as `explain` tells it. */
export interface Examined {
  keys: number;
  documents: number;
  /** Called now and then: throws when the time that the client gave is over. */
  readonly check?: (() => void) | undefined;
}
