import { encodeKey } from '../values/key.ts';
import type { Collation } from '../values/order.ts';
import { compare } from '../values/order.ts';
import type { Value } from '../values/value.ts';

/** A map from values to anything, where values are the same when BSON's order (with the collation) calls them equal. */
export class ValueMap<T> {
  readonly #collation: Collation | undefined;
  readonly #byKey = new Map<string, T>();
  /** With a collation there is no key that can be hashed: the entries are kept in order and searched. */
  readonly #sorted: { value: Value | undefined; item: T }[] = [];

  constructor(collation: Collation | undefined) {
    this.#collation = collation;
  }

  /** The item of a value; made when it is new. */
  get(value: Value | undefined, make: () => T): T {
    if (this.#collation) return this.#search(value, make);
    const key = keyOf(value);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const item = make();
    this.#byKey.set(key, item);
    return item;
  }

  has(value: Value | undefined): boolean {
    if (!this.#collation) return this.#byKey.has(keyOf(value));
    const entry = this.#sorted[this.#position(value)];
    return entry !== undefined && compare(entry.value, value, this.#collation) === 0;
  }

  #position(value: Value | undefined): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.#sorted[middle]?.value, value, this.#collation) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #search(value: Value | undefined, make: () => T): T {
    const at = this.#position(value);
    const entry = this.#sorted[at];
    if (entry && compare(entry.value, value, this.#collation) === 0) return entry.item;
    const item = make();
    this.#sorted.splice(at, 0, { value, item });
    return item;
  }

  get size(): number {
    return this.#byKey.size + this.#sorted.length;
  }
}

/** A text that is the same for equal values only; plain strings and booleans need no encoding. */
function keyOf(value: Value | undefined): string {
  if (typeof value === 'string') return `s${value}`;
  return value === undefined ? '' : `k${Buffer.from(encodeKey([value], [1])).toString('latin1')}`;
}

/** Distinct values in the order in which they came. */
export class ValueSet {
  readonly #seen: ValueMap<true>;
  readonly #values: Value[] = [];

  constructor(collation: Collation | undefined) {
    this.#seen = new ValueMap(collation);
  }

  add(value: Value | undefined): void {
    if (value === undefined) return;
    const before = this.#seen.size;
    this.#seen.get(value, () => true);
    if (this.#seen.size > before) this.#values.push(value);
  }

  has(value: Value): boolean {
    return this.#seen.has(value);
  }

  get size(): number {
    return this.#values.length;
  }

  result(): Value[] {
    return this.#values;
  }
}
