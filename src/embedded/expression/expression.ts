import { failedToParse, MongoError, notSupported } from '../error.ts';
import { isDoc } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import { checkFieldName, parseFieldPath } from './names.ts';
import type { Compiler } from './operator.ts';
import { combine, constant } from './operator.ts';
import { EXPRESSION_OPERATORS, UNSUPPORTED_EXPRESSIONS } from './registry.ts';
import type { Expression, Scope } from './scope.ts';
import { CURRENT, ROOT } from './scope.ts';

/** Follows a path from a value; an array on the way gives the list of what its documents have there. */
export function walkPath(start: Value | undefined, path: readonly string[], from: number): Value | undefined {
  let node = start;
  for (let i = from; i < path.length; i++) {
    if (isDoc(node)) {
      node = node.get(path[i] ?? '');
    } else if (Array.isArray(node)) {
      const found: Value[] = [];
      for (const item of node) {
        const value = isDoc(item) ? walkPath(item, path, i) : undefined;
        if (value !== undefined) found.push(value);
      }
      return found;
    } else {
      return undefined;
    }
  }
  return node;
}

const KEYWORDS: ReadonlyMap<string, string> = new Map([
  ['DESCEND', 'descend'],
  ['PRUNE', 'prune'],
  ['KEEP', 'keep'],
]);

function fieldPath(slot: number, path: readonly string[]): Expression {
  const [first] = path;
  if (first === undefined) return { evaluate: (env) => env[slot] };
  if (path.length === 1) {
    return {
      evaluate: (env) => {
        const root = env[slot];
        return root instanceof Map ? root.get(first) : walkPath(root, path, 0);
      },
    };
  }
  return { evaluate: (env) => walkPath(env[slot], path, 0) };
}

function checkDocument(scope: Scope): void {
  if (scope.options.withoutDocument !== true) return;
  const why = 'Command let Expressions run before the query examines any documents.';
  throw new MongoError(4_890_500, `Command let Expression tried to access a field, but this is not allowed as ${why}`);
}

function variable(text: string, scope: Scope): Expression {
  const dot = text.indexOf('.');
  const name = dot === -1 ? text : text.slice(0, dot);
  if (text.endsWith('.')) throw new MongoError(40_353, "FieldPath must not end with a '.'.");
  const path = dot === -1 ? [] : parseFieldPath(text.slice(dot + 1));
  if (name === '') throw failedToParse('empty variable names are not allowed');
  if (!/^[A-Za-z\u{80}-\u{10ffff}]/u.test(name)) {
    throw failedToParse(`'${name}' starts with an invalid character for a variable name`);
  }
  if (!/^[\w\u{80}-\u{10ffff}]+$/u.test(name)) {
    throw failedToParse(`'${name}' contains an invalid character for a variable name`);
  }
  const slot = scope.slot(name);
  if (slot === ROOT || slot === CURRENT) checkDocument(scope);
  if (slot !== undefined) return fieldPath(slot, path);
  if (name === 'NOW') return constant(path.length === 0 ? (scope.options.now ?? undefined) : undefined);
  if (name === 'REMOVE') return constant(undefined);
  const keyword = scope.isRedaction ? KEYWORDS.get(name) : undefined;
  if (keyword !== undefined) return constant(path.length === 0 ? keyword : undefined);
  if (name === 'CLUSTER_TIME' || name === 'JS_SCOPE' || name === 'IS_MR') {
    const evaluate = (): never => {
      throw new MongoError(51_144, `Builtin variable '$$${name}' is not available`);
    };
    return { evaluate };
  }
  throw new MongoError(17_276, `Use of undefined variable: ${name}`);
}

function objectExpression(fields: Doc, scope: Scope): Expression {
  const parts = Array.from(fields, ([name, value]) => {
    checkFieldName(name);
    return [name, compileExpression(value, scope)] as const;
  });
  return combine(
    parts.map(([, part]) => part),
    (env) => {
      const result: Doc = new Map();
      for (const [name, part] of parts) {
        const value = part.evaluate(env);
        if (value !== undefined) result.set(name, value);
      }
      return result;
    },
  );
}

function operatorExpression(fields: Doc, name: string, scope: Scope): Expression {
  if (fields.size !== 1) {
    throw new MongoError(15_983, 'An object representing an expression must have exactly one field');
  }
  const operator = EXPRESSION_OPERATORS.get(name);
  if (!operator) {
    if (UNSUPPORTED_EXPRESSIONS.includes(name)) throw notSupported(name);
    throw new MongoError(168, `Unrecognized expression '${name}'`);
  }
  const compiler: Compiler = { scope, compile: (operand, inner) => compileExpression(operand, inner ?? scope) };
  return operator(fields.get(name) ?? null, compiler);
}

/**
 * Compiles an aggregation expression.
 * @throws MongoError with MongoDB's codes for what is malformed, 168 for an unknown operator, 115 for an unsupported one
 */
export function compileExpression(value: Value, scope: Scope): Expression {
  if (typeof value === 'string') {
    if (!value.startsWith('$')) return constant(value);
    if (value === '$') throw new MongoError(16_872, "'$' by itself is not a valid FieldPath");
    if (value.startsWith('$$')) return variable(value.slice(2), scope);
    checkDocument(scope);
    return fieldPath(CURRENT, parseFieldPath(value.slice(1)));
  }
  if (Array.isArray(value)) {
    const parts = value.map((item) => compileExpression(item, scope));
    return combine(parts, (env) => parts.map((part) => part.evaluate(env) ?? null));
  }
  if (!isDoc(value)) return constant(value);
  const first = value.keys().next().value;
  return first !== undefined && first.startsWith('$')
    ? operatorExpression(value, first, scope)
    : objectExpression(value, scope);
}
