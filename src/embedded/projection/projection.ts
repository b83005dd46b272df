import { MongoError } from '../error.ts';
import { compileExpression } from '../expression/expression.ts';
import type { Scope } from '../expression/scope.ts';
import { parseFieldPath } from '../expression/names.ts';
import type { Filter } from '../query/filter.ts';
import { isDoc } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import { elemMatchExpression, positional, slice } from './find-operators.ts';
import { runProjection } from './node.ts';
import { buildTree, parseEntries } from './parse.ts';
import type { ProjectionDialect, ProjectionEntry } from './parse.ts';

export interface ProjectionOptions {
  readonly scope: Scope;
  /** The filter of the query, for `a.$`; without it the projection is one of an aggregation. */
  readonly filter?: Filter | undefined;
}

export type Projection = (doc: Doc) => Doc;

const isId = (entry: ProjectionEntry): boolean => entry.path.length === 1 && entry.path[0] === '_id';

/** Whether the projection selects what it names or leaves it out. */
function modeOf(entries: readonly ProjectionEntry[], dialect: ProjectionDialect): 'include' | 'exclude' {
  let mode: 'include' | 'exclude' | undefined;
  for (const entry of entries) {
    const name = entry.path.join('.');
    if (
      entry.kind === 'slice' ||
      entry.kind === 'elemMatch' ||
      ((entry.kind === 'include' || entry.kind === 'exclude') && isId(entry))
    ) {
      continue;
    }
    if (entry.kind === 'exclude') {
      if (mode === 'include')
        throw new MongoError(31_254, `Cannot do exclusion on field ${name} in inclusion projection`);
      mode = 'exclude';
      continue;
    }
    if (mode === 'exclude') throw inExclusion(entry, name, dialect);
    mode = 'include';
  }
  if (mode) return mode;
  const id = entries.find((entry) => isId(entry));
  if (id?.kind === 'include') return 'include';
  return entries.some((entry) => entry.kind === 'elemMatch') && id?.kind !== 'exclude' ? 'include' : 'exclude';
}

function inExclusion(entry: ProjectionEntry, name: string, dialect: ProjectionDialect): MongoError {
  if (entry.kind === 'include')
    return new MongoError(31_253, `Cannot do inclusion on field ${name} in exclusion projection`);
  if (entry.kind === 'positional') {
    return new MongoError(31_395, 'positional projection cannot be used with exclusion');
  }
  return dialect === 'find' && entry.kind === 'compute' && entry.isOperator
    ? new MongoError(31_252, 'Cannot use expression other than $meta in exclusion projection')
    : new MongoError(31_310, `Cannot use an expression ${name} in an exclusion projection`);
}

/**
 * Compiles the projection of a `find` or of a `$project` stage.
 * @throws MongoError with MongoDB's codes (31249 ... 31395, 51270, 51272, those of expressions)
 */
export function compileProjection(spec: Doc, { scope, filter }: ProjectionOptions): Projection {
  const dialect: ProjectionDialect = filter ? 'find' : 'aggregate';
  const entries = parseEntries(spec, dialect, scope);
  if (entries.length === 0) throw new MongoError(51_272, 'projection specification must have at least one field');
  const mode = modeOf(entries, dialect);
  const tree = buildTree(
    mode,
    entries
      .filter((entry) => entry.kind !== 'slice' || mode === 'include')
      .flatMap((entry) => treeEntry(entry, mode, scope)),
  );
  if (mode === 'include' && !entries.some((entry) => isId(entry))) tree.whole.add('_id');
  const run = runProjection(tree);
  const after = entries.flatMap((entry) => (entry.kind === 'slice' ? [slice(entry.path, entry.operand)] : []));
  const positionals = entries.filter((entry) => entry.kind === 'positional');
  if (positionals.length > 1) {
    throw new MongoError(31_276, 'Cannot specify more than one positional projection per query.');
  }
  const [dollar] = positionals;
  return (doc) => {
    let output = run(doc, scope.environment(doc));
    if (dollar && filter) output = positional(output, dollar.path, filter.match(doc)?.positional);
    for (const step of after) output = step(output);
    return output;
  };
}

/** What an entry means for the tree. */
function treeEntry(entry: ProjectionEntry, mode: 'include' | 'exclude', scope: Scope): ProjectionEntry[] {
  switch (entry.kind) {
    case 'elemMatch':
      return [{ kind: 'compute', path: entry.path, expression: elemMatchExpression(entry, scope), isOperator: true }];
    case 'positional':
    case 'slice':
      return [{ kind: 'include', path: entry.path }];
    case 'include':
    case 'exclude':
      // Only `_id` may differ from the rest.
      return entry.kind === mode ? [entry] : [];
    case 'compute':
      return [entry];
  }
}

/**
 * Compiles `$addFields`, `$set`: computes fields and keeps everything else.
 * @throws MongoError 40176, 40180, 40181, 40272 and those of paths and expressions
 */
export function compileAddFields(spec: Doc, scope: Scope): Projection {
  const entries: ProjectionEntry[] = [];
  for (const [name, value] of spec) addFieldsEntry(name, value, [], scope, entries);
  const tree = conflictsAs40176(() => buildTree('add', entries));
  const run = runProjection(tree);
  return (doc) => run(doc, scope.environment(doc));
}

function addFieldsEntry(
  name: string,
  value: Value,
  parent: readonly string[],
  scope: Scope,
  entries: ProjectionEntry[],
): void {
  const path = [...parent, ...parseFieldPath(name)];
  if (isDoc(value)) {
    const first = value.keys().next().value;
    if (first === undefined) {
      throw new MongoError(
        40_180,
        `an empty object is not a valid value. Found empty object at path ${path.join('.')}`,
      );
    }
    if (!first.startsWith('$')) {
      for (const [inner, innerValue] of value) addFieldsEntry(inner, innerValue, path, scope, entries);
      return;
    }
    if (value.size > 1) {
      throw new MongoError(
        40_181,
        'an expression specification must contain exactly one field, the name of the expression.',
      );
    }
  }
  entries.push({ kind: 'compute', path, expression: compileExpression(value, scope), isOperator: false });
}

function conflictsAs40176<T>(build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof MongoError)) throw error;
    throw new MongoError(40_176, `specification contains two conflicting paths. ${error.message}`);
  }
}
