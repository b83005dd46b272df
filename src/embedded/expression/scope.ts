import type { Collation } from '../values/order.ts';
import type { BsonDate, Doc, Value } from '../values/value.ts';

/** The values of the variables while an expression is evaluated, by slot: 0 is ROOT, 1 is CURRENT. */
export type Env = (Value | undefined)[];

/** A compiled aggregation expression; `undefined` is a missing value. */
export interface Expression {
  evaluate(env: Env): Value | undefined;
  /** Whether the value does not depend on the document or on variables. */
  readonly isConstant?: boolean;
}

/** The values of named variables; `undefined` is a missing one. */
export type Variables = ReadonlyMap<string, Value | undefined>;

/** What a request hands to all its expressions. */
export interface ScopeOptions {
  readonly collation?: Collation | undefined;
  /** The time that `$$NOW` stands for. */
  readonly now?: BsonDate | undefined;
  /** The request's `let` variables. */
  readonly vars?: Variables | undefined;
  /** A number from 0 to 1 (exclusive), for `$sample` and `$rand`. */
  readonly random?: (() => number) | undefined;
  /** Whether there is no document yet, as for the values of a request's `let`: fields are then an error (4890500). */
  readonly withoutDocument?: boolean | undefined;
}

export const ROOT = 0;
export const CURRENT = 1;

/** Which variables an expression may use; names are resolved to slots when it is compiled. */
export class Scope {
  readonly options: ScopeOptions;
  readonly #names: ReadonlyMap<string, number>;
  readonly #slots: { used: number };
  /** Whether `$$DESCEND`, `$$PRUNE` and `$$KEEP` are defined. */
  isRedaction = false;
  /** The values that variables have from the outset. */
  readonly base: Env;

  constructor(options: ScopeOptions = {}, parent?: Scope, names?: ReadonlyMap<string, number>) {
    this.options = options;
    this.#slots = parent ? parent.#slots : { used: 2 };
    this.base = parent ? parent.base : [undefined, undefined];
    this.isRedaction = parent?.isRedaction === true;
    if (names) {
      this.#names = names;
    } else {
      const all = new Map([
        ['ROOT', ROOT],
        ['CURRENT', CURRENT],
      ]);
      for (const [name, value] of options.vars ?? []) {
        const slot = this.#slots.used++;
        all.set(name, slot);
        this.base[slot] = value;
      }
      this.#names = all;
    }
  }

  get collation(): Collation | undefined {
    return this.options.collation;
  }

  /** The slot of a variable, if it is defined here. */
  slot(name: string): number | undefined {
    return this.#names.get(name);
  }

  /** The scope with further variables, and their slots in the same order. */
  extend(names: readonly string[]): { scope: Scope; slots: number[] } {
    const all = new Map(this.#names);
    const slots = names.map((name) => {
      const slot = this.#slots.used++;
      all.set(name, slot);
      return slot;
    });
    return { scope: new Scope(this.options, this, all), slots };
  }

  /** Fresh variables for one document. */
  environment(root: Doc): Env {
    const env = [...this.base];
    env[ROOT] = root;
    env[CURRENT] = root;
    return env;
  }
}
