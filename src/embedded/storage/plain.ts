import { isTruthy } from '../values/number.ts';
import { isDoc, Regex, type Doc, type Value } from '../values/value.ts';

const OPERATORS = new Set(['$eq', '$gt', '$gte', '$lt', '$lte', '$in']);

/** Whether a filter is a conjunction of comparisons (and `$exists: true`), all of which the planner knows as predicates. */
export function isPlain(filter: Doc): boolean {
  for (const [name, condition] of filter) {
    if (name === '$and') {
      if (!Array.isArray(condition) || !condition.every((part) => isDoc(part) && isPlain(part))) return false;
    } else if (name.startsWith('$') || !isPlainCondition(condition)) return false;
  }
  return true;
}

/** A regular expression among values asks for a match, which no bounds tell. */
const hasPattern = (operand: Value): boolean =>
  operand instanceof Regex || (Array.isArray(operand) && operand.some((value) => value instanceof Regex));

function isPlainCondition(condition: Value): boolean {
  if (condition instanceof Regex) return false;
  if (!isDoc(condition)) return true;
  const operators = [...condition];
  if (!operators.some(([name]) => name.startsWith('$'))) return true;
  return operators.every(([name, operand]) =>
    name === '$exists' ? isTruthy(operand) : OPERATORS.has(name) && !hasPattern(operand),
  );
}
