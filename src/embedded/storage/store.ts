import type { Filter } from '../query/filter.ts';
import { Catalogue, checkUsable, type Collection } from './catalogue.ts';
import type { Environment } from './environment.ts';
import type { Examined, IndexScan, Plan } from './plan.ts';
import { planQuery, type Query } from './planner.ts';
import { Records } from './records.ts';
import { countEntries, type Found, scan } from './scan.ts';
import { isPlain } from './plain.ts';
import type { Doc } from '../values/value.ts';

/** Everything under one roof: the environment, what is in it, and how it is read and written. */
export class Store {
  readonly environment: Environment;
  readonly catalogue: Catalogue;
  readonly records: Records;

  constructor(environment: Environment, randomBytes: (size: number) => Uint8Array) {
    this.environment = environment;
    this.catalogue = new Catalogue(environment, randomBytes);
    this.records = new Records(environment, this.catalogue);
    environment.onRollback = () => this.catalogue.reload();
  }

  /** The collection, made when it is missing. Inside a write transaction. */
  ensure(database: string, name: string): Collection {
    const collection = this.catalogue.get(database, name) ?? this.catalogue.create(database, name, new Map());
    checkUsable(collection);
    return collection;
  }

  plan(collection: Collection, query: Query): Plan {
    checkUsable(collection);
    return planQuery(collection, query);
  }

  /** The documents that match, in the plan's order. */
  scan(
    collection: Collection,
    plan: Plan,
    filter: Filter | undefined,
    examined: Examined = { keys: 0, documents: 0 },
    wanted?: number,
  ): Generator<Found, void, undefined> {
    return scan(this.environment, collection, plan, filter, examined, wanted);
  }

  /** How many documents match; from an index alone where its bounds say it exactly. */
  count(collection: Collection, query: Query & { readonly query: Doc | undefined }, examined?: Examined): number {
    const hasFilter = query.query !== undefined && query.query.size > 0;
    if (!hasFilter) return this.records.count(collection);
    const plan = this.plan(collection, query);
    if (isCovered(plan, query.query)) return countEntries(this.environment, plan);
    let count = 0;
    for (const _ of this.scan(collection, plan, query.filter, examined)) count++;
    return count;
  }
}

/** Whether the entries of an index between the plan's bounds are the matches, one each. */
export function isCovered(plan: Plan, query: Doc | undefined): plan is IndexScan {
  return plan.kind === 'index' && plan.exact && query !== undefined && isPlain(query);
}
