import { badValue, ConstantError, failedToParse, MongoError } from '../error.ts';
import type { Scope } from '../expression/scope.ts';
import { compileUpdatePipeline } from '../pipeline/pipeline.ts';
import { compileFilter } from '../query/filter.ts';
import type { Filter } from '../query/filter.ts';
import { encode } from '../values/encode.ts';
import { decode } from '../values/decode.ts';
import { equal } from '../values/order.ts';
import { getExact } from '../values/path.ts';
import { BsonDate, doc, isDoc, Regex, typeName } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import { arrayFilterName } from './array-filter.ts';
import { MODIFIERS, notFields } from './modifier.ts';
import { checkId, checkStorable, withTimestamps } from './storable.ts';
import { addLeaf, applyTree, branch, isDynamic, parseUpdatePath } from './tree.ts';
import type { Branch } from './tree.ts';

/** What became of a document. */
export interface Updated {
  readonly document: Doc;
  /** Whether it counts as modified even if its bytes are the same, as a replacement by itself does. */
  readonly isForced: boolean;
}

/** A compiled update. */
export interface Update {
  readonly kind: 'modifiers' | 'replacement' | 'pipeline';
  /** The only top-level fields that can change; undefined: all of them. */
  readonly touched?: ReadonlySet<string>;
  /** Whether it looks at no others either. */
  readonly isLocal?: boolean;
  /** Updates a document; `positional` is what `$` stands for. The document that is handed in may be changed. */
  apply(existing: Doc, positional?: number): Updated;
  /** The document that an upsert inserts, from the filter's equalities and the update. It may lack an `_id`. */
  upsert(filter: Filter): Doc;
}

export interface UpdateOptions {
  readonly scope: Scope;
  readonly arrayFilters?: readonly Doc[] | undefined;
}

/**
 * Compiles an update document, a replacement or an update pipeline.
 * @throws MongoError with MongoDB's codes (2, 9, 14, 28, 40, 52, 56 ...)
 */
export function compileUpdate(update: Doc | readonly Value[], options: UpdateOptions): Update {
  if (!(update instanceof Map)) {
    if (options.arrayFilters !== undefined && options.arrayFilters.length > 0) {
      throw failedToParse('arrayFilters may not be specified for pipeline-style updates');
    }
    return pipelineUpdate(update, options.scope);
  }
  const first = update.keys().next().value;
  return first !== undefined && first.startsWith('$') ? modifierUpdate(update, options) : replacement(update, options);
}

/** The document with `_id` as its first field. */
function withIdFirst(value: Doc): Doc {
  const id = value.get('_id');
  return id === undefined || value.keys().next().value === '_id' ? value : new Map([['_id', id], ...value]);
}

const altered = (): MongoError =>
  new MongoError(66, "After applying the update, the (immutable) field '_id' was found to have been altered");

/** The document with the old `_id` when the new one has none. */
function keepId(id: Value | undefined, result: Doc): Doc {
  const newId = result.get('_id');
  if (newId === undefined) return id === undefined ? result : new Map([['_id', id], ...result]);
  if (id !== undefined && !equal(id, newId)) throw altered();
  checkId(newId);
  return withIdFirst(result);
}

/** An update does not work out constants before there is a document: one that matches none does not fail. */
function compileLazily(stages: readonly Value[], scope: Scope): (document: Doc) => Doc {
  try {
    return compileUpdatePipeline(stages, scope);
  } catch (error) {
    if (!(error instanceof ConstantError)) throw error;
    return () => {
      throw error;
    };
  }
}

function pipelineUpdate(stages: readonly Value[], scope: Scope): Update {
  const run = compileLazily(stages, scope);
  const apply = (existing: Doc): Updated => {
    const id = existing.get('_id');
    const result = run(existing);
    // Since $setField, a pipeline may make fields with dollar signs, but not within the _id.
    checkStorable(result.get('_id') ?? null);
    return { document: keepId(id, result), isForced: id !== undefined && !result.has('_id') };
  };
  return { kind: 'pipeline', apply, upsert: (filter) => apply(equalitiesOf(filter)).document };
}

function replacement(update: Doc, { scope }: UpdateOptions): Update {
  const apply = (existing: Doc): Updated => {
    checkStorable(update);
    return { document: keepId(existing.get('_id'), withTimestamps(update, nowOf(scope).ms)), isForced: true };
  };
  const idOf = (filter: Filter): Doc => {
    const id = equalitiesOf(filter, (path) => path === '_id' || path.startsWith('_id.')).get('_id');
    return id === undefined ? new Map() : doc(['_id', id]);
  };
  return { kind: 'replacement', apply, upsert: (filter) => apply(idOf(filter)).document };
}

const nowOf = (scope: Scope): BsonDate => scope.options.now ?? new BsonDate(0n);

/** Whether the update changed the `_id`, or something within it. */
function checkIdKept(before: Value | undefined, root: Doc): void {
  const after = root.get('_id');
  if (before !== undefined && (after === undefined || !equal(before, after))) {
    throw new MongoError(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
  }
  if (after !== undefined) checkId(after);
}

function modifierUpdate(update: Doc, { scope, arrayFilters }: UpdateOptions): Update {
  const filters = compileArrayFilters(arrayFilters ?? [], scope);
  const used = new Set<string>();
  const tree = buildTree(update, scope, filters, used);
  for (const name of filters.keys()) {
    if (!used.has(name)) throw failedToParse(`The array filter for identifier '${name}' was not used in the update`);
  }
  const run = (root: Doc, positional: number | undefined, isInsert: boolean): Updated => {
    const id = root.get('_id');
    const before = id instanceof Map ? decode(encode(id)) : id;
    const effect = { isForced: false };
    applyTree(tree, { root, positional, arrayFilters: filters, isInsert, effect });
    checkIdKept(before, root);
    return { document: root, ...effect };
  };
  return {
    kind: 'modifiers',
    touched: new Set(tree.children.keys()),
    isLocal: [...update].every(
      ([name, fields]) => name !== '$rename' && isDoc(fields) && [...fields.keys()].every((f) => !f.includes('$')),
    ),
    apply: (existing, positional) => run(existing, positional, false),
    upsert: (filter) => withIdFirst(run(equalitiesOf(filter), undefined, true).document),
  };
}

function buildTree(update: Doc, scope: Scope, filters: ReadonlyMap<string, Filter>, used: Set<string>): Branch {
  const tree = branch();
  const context = { collation: scope.collation, now: nowOf(scope) };
  for (const [name, operand] of update) {
    const compile = MODIFIERS.get(name);
    if (!compile && name !== '$rename') {
      throw failedToParse(
        `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    }
    if (!isDoc(operand)) throw notFields(name, operand);
    for (const [field, value] of operand) {
      if (compile) {
        const parts = parseUpdatePath(field);
        addLeaf(tree, parts, { kind: 'leaf', modifier: compile(value, field, context) }, filters, used);
      } else {
        addRename(tree, field, value, filters, used);
      }
    }
  }
  return tree;
}

function addRename(
  tree: Branch,
  from: string,
  to: Value,
  filters: ReadonlyMap<string, Filter>,
  used: Set<string>,
): void {
  if (typeof to !== 'string') throw badValue(`The 'to' field for $rename must be a string: ${from}: ${typeName(to)}`);
  const source = parseUpdatePath(from);
  const target = parseUpdatePath(to);
  if (source.some((part) => isDynamic(part))) {
    throw badValue(`The source field for $rename may not be dynamic: ${from}`);
  }
  if (target.some((part) => isDynamic(part))) {
    throw badValue(`The destination field for $rename may not be dynamic: ${to}`);
  }
  if (from === to) throw badValue(`The source and target field for $rename must differ: ${from}`);
  if (to.startsWith(`${from}.`) || from.startsWith(`${to}.`)) {
    throw badValue(`The source and target field for $rename must not be on the same path: ${from}: "${to}"`);
  }
  addLeaf(tree, source, { kind: 'placeholder' }, filters, used);
  addLeaf(tree, target, { kind: 'rename', source }, filters, used);
}

function compileArrayFilters(list: readonly Doc[], scope: Scope): Map<string, Filter> {
  const filters = new Map<string, Filter>();
  for (const item of list) {
    const filter = compileFilter(item, { collation: scope.collation, withoutExpr: true });
    const name = arrayFilterName(item);
    if (filters.has(name))
      throw failedToParse(`Found multiple array filters with the same top-level field name ${name}`);
    filters.set(name, filter);
  }
  return filters;
}

/**
 * The fields that a filter's equalities give to an upserted document.
 * @throws MongoError 54 when a path has two values
 */
function equalitiesOf(filter: Filter, wanted: (path: string) => boolean = () => true): Doc {
  const values = new Map<string, Value>();
  for (const predicate of filter.predicates) {
    const value = predicate.op === 'eq' ? predicate.value : onlyValue(predicate);
    if (value === undefined || !wanted(predicate.path)) continue;
    const { path } = predicate;
    if (values.has(path)) throw new MongoError(54, `cannot infer query fields to set, path '${path}' is matched twice`);
    for (const other of values.keys()) {
      if (other.startsWith(`${path}.`) || path.startsWith(`${other}.`)) {
        throw new MongoError(54, `cannot infer query fields to set, both paths '${path}' and '${other}' are matched`);
      }
    }
    values.set(path, value);
  }
  const root: Doc = new Map();
  for (const path of [...values.keys()].toSorted()) setPath(root, path, values.get(path) ?? null);
  const id = getExact(root, ['_id']);
  if (id !== undefined) checkId(id);
  checkStorable(root);
  // The filter's own values must not be changed by the modifiers that follow.
  return withIdFirst(decode(encode(root)));
}

const onlyValue = (predicate: Filter['predicates'][number]): Value | undefined =>
  predicate.op === 'in' && predicate.values.length === 1 && !(predicate.values[0] instanceof Regex)
    ? predicate.values[0]
    : undefined;

function setPath(root: Doc, path: string, value: Value): void {
  const parts = path.split('.');
  let node = root;
  for (const part of parts.slice(0, -1)) {
    const next = node.get(part);
    const child: Doc = isDoc(next) ? next : new Map();
    node.set(part, child);
    node = child;
  }
  node.set(parts.at(-1) ?? '', value);
}
