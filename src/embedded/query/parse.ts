import { badValue, failedToParse, MongoError, notSupported } from '../error.ts';
import { compileExpression } from '../expression/expression.ts';
import { Scope } from '../expression/scope.ts';
import { isTruthy, wholeNumber } from '../values/number.ts';
import { compareStrings } from '../values/order.ts';
import type { Collation } from '../values/order.ts';
import { isDoc } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import type { Predicate } from './filter.ts';
import { anyOnPath } from './leaf.ts';
import { implicitEquality, isOperatorDocument, parseOperators, UNSUPPORTED_QUERY_OPERATORS } from './operators.ts';
import type { Condition, OperatorContext } from './operators.ts';
import { RawDocument } from './source.ts';
import type { SourceTest } from './source.ts';

/** How a filter is compiled. */
export interface FilterOptions {
  readonly collation?: Collation | undefined;
  /** The variables that `$expr` sees. */
  readonly scope?: Scope | undefined;
  /** Refuses `$expr`: inside `$elemMatch`, `$pull`, array filters, and for an upsert. */
  readonly withoutExpr?: boolean;
}

/** A compiled filter and what it requires of every match. */
export interface ParsedFilter {
  readonly test: SourceTest;
  readonly predicates: readonly Predicate[];
  /** Where it stands among the parts of a conjunction. */
  readonly order: string;
  /** The parts of a conjunction. */
  readonly parts?: readonly ParsedFilter[];
}

const ALWAYS: ParsedFilter = { test: () => true, predicates: [], order: '' };

/** The server evaluates a conjunction in this order, which decides what the positional operator stands for: the last array searched. */
const ORDER: Readonly<Record<string, number>> = { eq: 5, lte: 6, lt: 7, gt: 8, gte: 9, regex: 10, exists: 12, in: 13 };
const OTHER = 11;
const OR = 1;
const NEGATION = 18;
const EXPRESSION = 22;

const orderKey = (rank: number, path = ''): string => `${String(rank).padStart(2, '0')}${path}`;

type LogicalOperator = (operand: Value, options: FilterOptions) => ParsedFilter;

function branches(name: string, operand: Value, options: FilterOptions): ParsedFilter[] {
  if (!Array.isArray(operand)) throw badValue(`${name} must be an array`);
  if (operand.length === 0) throw badValue('$and/$or/$nor must be a nonempty array');
  return operand.map((branch) => {
    if (!isDoc(branch)) throw badValue('$or/$and/$nor entries need to be full objects');
    return parseFilter(branch, options);
  });
}

function every(parts: readonly ParsedFilter[]): ParsedFilter {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const flat = parts.flatMap((part) => part.parts ?? [part]).toSorted((a, b) => compareStrings(a.order, b.order));
  const tests = flat.map((part) => part.test);
  return {
    order: '',
    parts: flat,
    test: (source, match) => {
      for (const test of tests) if (!test(source, match)) return false;
      return true;
    },
    predicates: parts.flatMap((part) => part.predicates),
  };
}

function any(parts: readonly ParsedFilter[]): ParsedFilter {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const tests = parts.map((part) => part.test);
  return { test: (source) => tests.some((test) => test(source, undefined)), predicates: [], order: orderKey(OR) };
}

function expressionFilter(operand: Value, options: FilterOptions): ParsedFilter {
  if (options.withoutExpr === true) throw new MongoError(224, '$expr is not allowed in this context');
  const scope = options.scope ?? new Scope({ collation: options.collation });
  const expression = compileExpression(operand, scope);
  const test: SourceTest = (source) =>
    isTruthy(expression.evaluate(scope.environment(source instanceof RawDocument ? source.decoded : source)));
  return { test, predicates: [], order: orderKey(EXPRESSION) };
}

const constant =
  (name: string, value: boolean): LogicalOperator =>
  (operand) => {
    if (wholeNumber(operand) !== 1n) throw failedToParse(`${name} must be an integer value of 1`);
    return { test: () => value, predicates: [], order: orderKey(EXPRESSION) };
  };

/** The operators that stand where a field's name would. */
export const LOGICAL_OPERATORS: ReadonlyMap<string, LogicalOperator> = new Map<string, LogicalOperator>([
  ['$and', (operand, options) => every(branches('$and', operand, options))],
  ['$or', (operand, options) => any(branches('$or', operand, options))],
  [
    '$nor',
    (operand, options) => {
      const { test } = any(branches('$nor', operand, options));
      return { test: (source) => !test(source, undefined), predicates: [], order: orderKey(NEGATION) };
    },
  ],
  ['$expr', expressionFilter],
  ['$comment', () => ALWAYS],
  ['$alwaysTrue', constant('$alwaysTrue', true)],
  ['$alwaysFalse', constant('$alwaysFalse', false)],
]);

/** A condition on a path as a test of documents. */
function onPath(condition: Condition, path: readonly string[]): SourceTest {
  if (condition.kind === 'leaf') {
    const { test, intoArrays } = condition;
    return (source, match) => {
      if (source instanceof Map) return anyOnPath(source, path, 0, intoArrays, test, match);
      const { value, depth } = source.read(path);
      return anyOnPath(value, path, depth, intoArrays, test, match);
    };
  }
  if (condition.kind === 'not') {
    const test = onPath(condition.of, path);
    return (source) => !test(source, undefined);
  }
  const tests = condition.of.map((part) => onPath(part, path));
  return (source, match) => tests.every((test) => test(source, match));
}

function rankOf(condition: Condition): number {
  if (condition.kind !== 'leaf') return condition.kind === 'not' ? NEGATION : 0;
  if (!condition.intoArrays) return 3;
  return condition.predicate ? (ORDER[condition.predicate.op] ?? OTHER) : OTHER;
}

/** The conditions of a path, those of a conjunction one by one. */
function conditionParts(condition: Condition, name: string, path: readonly string[]): ParsedFilter[] {
  if (condition.kind === 'and') return condition.of.flatMap((part) => conditionParts(part, name, path));
  return [
    {
      test: onPath(condition, path),
      predicates: predicatesOf(condition, name),
      order: orderKey(rankOf(condition), name),
    },
  ];
}

function predicatesOf(condition: Condition, path: string): Predicate[] {
  return condition.kind === 'leaf' && condition.predicate ? [{ ...condition.predicate, path }] : [];
}

/** An array's elements as the fields of a document, as `$elemMatch` sees nested arrays. */
const asDocument = (v: Value): Doc | undefined =>
  isDoc(v) ? v : Array.isArray(v) ? new Map(v.map((item, i) => [String(i), item])) : undefined;

/** Compiles a filter document into a test of documents. */
export function parseFilter(filter: Doc, options: FilterOptions): ParsedFilter {
  const context: OperatorContext = {
    collation: options.collation,
    nested: (inner) => {
      const { test } = parseFilter(inner, { ...options, withoutExpr: true });
      return (element) => {
        const document = asDocument(element);
        return document !== undefined && test(document, undefined);
      };
    },
  };
  const parts = Array.from(filter, ([name, operand]): ParsedFilter => {
    if (name.startsWith('$') && name !== '$ref' && name !== '$id' && name !== '$db') {
      const logical = LOGICAL_OPERATORS.get(name);
      if (logical) return logical(operand, options);
      if (UNSUPPORTED_QUERY_OPERATORS.includes(name)) throw notSupported(name);
      throw badValue(`unknown top level operator: ${name}`);
    }
    const path = name.split('.');
    const conditions = isOperatorDocument(operand)
      ? parseOperators(operand, context)
      : [implicitEquality(operand, context)];
    return every(conditions.flatMap((condition) => conditionParts(condition, name, path)));
  });
  return parts.length === 0 ? ALWAYS : every(parts);
}
