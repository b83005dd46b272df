import { decode, readPath } from '../values/decode.ts';
import type { Doc, Value } from '../values/value.ts';
import type { Match } from './leaf.ts';

/** A stored document that is decoded only when something needs the whole of it. */
export class RawDocument {
  readonly bytes: Uint8Array;
  #decoded: Doc | undefined;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get decoded(): Doc {
    this.#decoded ??= decode(this.bytes);
    return this.#decoded;
  }

  /** The value of a path as far as it can be read without looking into arrays, and how many names that took. */
  read(path: readonly string[]): { readonly value: Value | undefined; readonly depth: number } {
    return this.#decoded ? { value: this.#decoded, depth: 0 } : readPath(this.bytes, path);
  }
}

/** What a filter looks at: a decoded document or its bytes. */
export type Source = Doc | RawDocument;

/** A compiled condition on a document. */
export type SourceTest = (source: Source, match: Match | undefined) => boolean;
