import { badValue } from '../error.ts';
import { compileSort } from '../sort.ts';
import { toInt64, wholeNumber } from '../values/number.ts';
import type { Collation } from '../values/order.ts';
import { compare } from '../values/order.ts';
import { isDoc, isNumeric, typeName } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import type { Change } from './modifier.ts';

const CLAUSES = new Set(['$each', '$slice', '$sort', '$position']);

function integerClause(clauses: Doc, name: string): number | undefined {
  const value = clauses.get(name);
  if (value === undefined) return undefined;
  const n = isNumeric(value) ? wholeNumber(value) : undefined;
  if (n === undefined)
    throw badValue(`The value for ${name} must be an integer value, not of type: ${typeName(value)}`);
  return Number(toInt64(n));
}

/** The order of `$sort`: of whole elements, or of documents by their fields; what is no document sorts as an empty one. */
function sortClause(
  sort: Value | undefined,
  collation: Collation | undefined,
): ((a: Value, b: Value) => number) | undefined {
  if (sort === undefined) return undefined;
  const direction = (v: Value): 1 | -1 => {
    const n = isNumeric(v) ? wholeNumber(v) : undefined;
    if (n !== 1n && n !== -1n) throw badValue('The $sort element value must be either 1 or -1');
    return n === 1n ? 1 : -1;
  };
  if (isNumeric(sort)) {
    const sign = direction(sort);
    return (a, b) => compare(a, b, collation) * sign;
  }
  if (!isDoc(sort))
    throw badValue('The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields');
  if (sort.size === 0) throw badValue('The $sort pattern is empty when it should be a set of fields.');
  for (const [name, order] of sort) {
    direction(order);
    if (name === '') throw badValue('The $sort field cannot be empty');
    if (name.split('.').includes(''))
      throw badValue(`The $sort field is a dotted field but has an empty part: ${name}`);
  }
  const order = compileSort(sort, collation);
  const asDoc = (v: Value): Doc => (isDoc(v) ? v : new Map());
  return (a, b) => order(asDoc(a), asDoc(b));
}

/** `$push` of one value, or of several with `$each`, `$position`, `$sort` and `$slice`. */
export function compilePush(operand: Value, collation: Collation | undefined): Change {
  const clauses: Doc = isDoc(operand) && operand.has('$each') ? operand : new Map([['$each', [operand]]]);
  for (const name of clauses.keys()) {
    if (!CLAUSES.has(name)) throw badValue(`Unrecognized clause in $push: ${name}`);
  }
  const each = clauses.get('$each');
  if (!Array.isArray(each)) {
    throw badValue('The argument to $each in $push must be an array');
  }
  const slice = integerClause(clauses, '$slice');
  const position = integerClause(clauses, '$position');
  const order = sortClause(clauses.get('$sort'), collation);
  return (existing, path) => {
    if (existing !== undefined && !Array.isArray(existing)) {
      throw badValue(`The field '${path}' must be an array but is of type ${typeName(existing)}`);
    }
    const old = existing ?? [];
    let result: Value[];
    if (position === undefined) {
      result = [...old, ...each];
    } else {
      const at = position >= 0 ? Math.min(position, old.length) : Math.max(0, old.length + position);
      result = [...old.slice(0, at), ...each, ...old.slice(at)];
    }
    if (order) result = result.toSorted(order);
    if (slice === undefined) return result;
    return slice >= 0 ? result.slice(0, slice) : result.slice(slice);
  };
}
