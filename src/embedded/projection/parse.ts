import { MongoError } from '../error.ts';
import { compileExpression } from '../expression/expression.ts';
import { checkFieldName, parseFieldPath } from '../expression/names.ts';
import { EXPRESSION_OPERATORS, UNSUPPORTED_EXPRESSIONS } from '../expression/registry.ts';
import type { Expression, Scope } from '../expression/scope.ts';
import { isTruthy } from '../values/number.ts';
import { isDoc, isNumeric } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import { projectionNode } from './node.ts';
import type { ProjectionNode } from './node.ts';

/** One thing that a projection says about a path. */
export type ProjectionEntry =
  | { readonly kind: 'include' | 'exclude'; readonly path: readonly string[] }
  | {
      readonly kind: 'compute';
      readonly path: readonly string[];
      readonly expression: Expression;
      readonly isOperator: boolean;
    }
  | { readonly kind: 'positional'; readonly path: readonly string[] }
  | { readonly kind: 'slice' | 'elemMatch'; readonly path: readonly string[]; readonly operand: Value };

/** A projection of `find` knows `$slice`, `$elemMatch` and `a.$`, which `$project` does not. */
export type ProjectionDialect = 'find' | 'aggregate';

/** Whether `$slice` has one of the forms that are `find`'s own: a number, or two numbers. */
const isFindSlice = (operand: Value): boolean =>
  isNumeric(operand) || (Array.isArray(operand) && operand.length === 2 && operand.every((v) => isNumeric(v)));

/** Flattens a specification into its entries. */
export function parseEntries(spec: Doc, dialect: ProjectionDialect, scope: Scope): ProjectionEntry[] {
  const entries: ProjectionEntry[] = [];
  for (const [name, value] of spec) parseEntry(name, value, [], dialect, scope, entries);
  return entries;
}

function positionalPath(name: string, value: Value, parent: readonly string[], dialect: ProjectionDialect): string[] {
  if (dialect === 'aggregate')
    throw new MongoError(31_324, 'Cannot use positional projection in aggregation projection');
  if (isDoc(value) || (!isNumeric(value) && typeof value !== 'boolean')) {
    throw new MongoError(31_271, 'positional projection cannot be used with a literal or expression');
  }
  if (!isTruthy(value)) throw new MongoError(31_395, 'positional projection cannot be used with exclusion');
  return [...parent, ...parseFieldPath(name.slice(0, -2))];
}

function parseEntry(
  name: string,
  value: Value,
  parent: readonly string[],
  dialect: ProjectionDialect,
  scope: Scope,
  entries: ProjectionEntry[],
): void {
  const middle = name.split('.').slice(1, -1);
  if (middle.includes('$')) {
    throw new MongoError(31_394, "As of 4.4, it's illegal to specify positional operator in the middle of a path.");
  }
  if (name.endsWith('.$')) {
    entries.push({ kind: 'positional', path: positionalPath(name, value, parent, dialect) });
    return;
  }
  const path = [...parent, ...parseFieldPath(name)];
  if (isNumeric(value) || typeof value === 'boolean') {
    entries.push({ kind: isTruthy(value) ? 'include' : 'exclude', path });
    return;
  }
  if (!isDoc(value)) {
    entries.push({ kind: 'compute', path, expression: compileExpression(value, scope), isOperator: false });
    return;
  }
  const first = value.keys().next().value;
  if (first === undefined) {
    throw new MongoError(51_270, 'An empty sub-projection is not a valid value. Found empty object at path');
  }
  if (!first.startsWith('$')) {
    for (const [inner, innerValue] of value) parseEntry(inner, innerValue, path, dialect, scope, entries);
    return;
  }
  entries.push(operatorEntry(path, value, first, dialect, scope));
}

function operatorEntry(
  path: readonly string[],
  value: Doc,
  operator: string,
  dialect: ProjectionDialect,
  scope: Scope,
): ProjectionEntry {
  const operand = value.get(operator) ?? null;
  // Several operators are not one expression but field names, which cannot begin with a dollar sign.
  if (value.size > 1) checkFieldName(operator);
  if (operator === '$meta') throw metaError(operand);
  if (operator === '$elemMatch') {
    if (dialect === 'aggregate') throw new MongoError(168, 'Cannot use $elemMatch in this context');
    if (!isDoc(operand)) throw new MongoError(31_274, 'elemMatch: Invalid argument, object required');
    if (path.length > 1) throw new MongoError(31_275, 'Cannot use $elemMatch projection on a nested field.');
    return { kind: 'elemMatch', path, operand };
  }
  if (operator === '$slice' && dialect === 'find' && isFindSlice(operand)) {
    return { kind: 'slice', path, operand };
  }
  if (value.size === 1 && !EXPRESSION_OPERATORS.has(operator) && !UNSUPPORTED_EXPRESSIONS.includes(operator)) {
    throw new MongoError(31_325, `Unknown expression ${operator}`);
  }
  return { kind: 'compute', path, expression: compileExpression(value, scope), isOperator: true };
}

/** There is no metadata here that `$meta` could give. */
function metaError(operand: Value): MongoError {
  if (typeof operand !== 'string') return new MongoError(17_307, '$meta only supports string arguments');
  const known = [
    'textScore',
    'randVal',
    'searchScore',
    'searchHighlights',
    'geoNearDistance',
    'geoNearPoint',
    'recordId',
  ];
  if (operand === 'textScore') {
    return new MongoError(40_218, 'query requires text score metadata, but it is not available');
  }
  return [...known, 'indexKey', 'sortKey'].includes(operand)
    ? new MongoError(115, `$meta: ${operand} is not supported by the embedded store`)
    : new MongoError(17_308, `Unsupported argument to $meta: ${operand}`);
}

/** Builds the tree of a checked list of entries. */
export function buildTree(mode: ProjectionNode['mode'], entries: readonly ProjectionEntry[]): ProjectionNode {
  const root = projectionNode(mode);
  for (const entry of entries) addEntry(root, entry);
  return root;
}

function addEntry(root: ProjectionNode, entry: ProjectionEntry): void {
  const name = entry.path.at(-1) ?? '';
  const path = entry.path.join('.');
  let node = root;
  for (const [i, part] of entry.path.slice(0, -1).entries()) {
    if (node.whole.has(part) || node.computed.has(part)) {
      const rest = entry.path.slice(i + 1).join('.');
      throw new MongoError(31_249, `Path collision at ${path} remaining portion ${rest}`);
    }
    let child = node.children.get(part);
    if (!child) {
      child = projectionNode(root.mode);
      node.children.set(part, child);
      node.order.push(part);
    }
    node = child;
  }
  if (node.whole.has(name) || node.computed.has(name) || node.children.has(name)) {
    throw new MongoError(31_250, `Path collision at ${path}`);
  }
  if (entry.kind === 'compute') {
    node.computed.set(name, entry.expression);
    node.order.push(name);
  } else {
    node.whole.add(name);
  }
}
