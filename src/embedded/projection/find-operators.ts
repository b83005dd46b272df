import { MongoError } from '../error.ts';
import { CURRENT } from '../expression/scope.ts';
import type { Expression, Scope } from '../expression/scope.ts';
import { compileFilter } from '../query/filter.ts';
import { toInt64 } from '../values/number.ts';
import { doc, isDoc, isNumeric } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';

/** The first element of an array that matches, as an array of one. */
export function elemMatchExpression(
  entry: { readonly path: readonly string[]; readonly operand: Value },
  scope: Scope,
): Expression {
  const name = entry.path[0] ?? '';
  const filter = compileFilter(doc([name, doc(['$elemMatch', entry.operand])]), { collation: scope.collation, scope });
  return {
    evaluate: (env) => {
      const root = env[CURRENT];
      const array = isDoc(root) ? root.get(name) : undefined;
      if (!Array.isArray(array)) return undefined;
      const index = filter.match(doc([name, array]))?.positional;
      const element = index === undefined ? undefined : array[index];
      return element === undefined ? undefined : [element];
    },
  };
}

const clampInt32 = (v: Value | undefined): number => (isNumeric(v) ? Number(BigInt.asIntN(54, toInt64(v))) : 0);

/** Cuts the array at a path: `count` from the start or, if negative, the end; or `[skip, limit]`. */
export function slice(path: readonly string[], operand: Value): (document: Doc) => Doc {
  const [skip, limit] = Array.isArray(operand)
    ? [clampInt32(operand[0]), clampInt32(operand[1])]
    : [undefined, clampInt32(operand)];
  if (skip !== undefined && limit <= 0) {
    throw new MongoError(28_724, 'First argument to $slice must be an array, but is of type: int');
  }
  const cut = (array: Value[]): Value[] => {
    if (skip === undefined) return limit >= 0 ? array.slice(0, limit) : array.slice(limit);
    const start = skip >= 0 ? Math.min(skip, array.length) : Math.max(0, array.length + skip);
    return array.slice(start, start + limit);
  };
  return (document) => changeAt(document, path, 0, (v) => (Array.isArray(v) ? cut(v) : v));
}

function changeAt(document: Doc, path: readonly string[], depth: number, change: (v: Value) => Value): Doc {
  const name = path[depth] ?? '';
  const value = document.get(name);
  if (value === undefined) return document;
  const result = new Map(document);
  const isLast = depth === path.length - 1;
  const descend = (v: Value): Value => (isDoc(v) ? changeAt(v, path, depth + 1, change) : v);
  const changed = isLast ? change(value) : Array.isArray(value) ? value.map((item) => descend(item)) : descend(value);
  result.set(name, changed);
  return result;
}

/** Reduces the first array on the path to its element that matched. */
export function positional(document: Doc, path: readonly string[], index: number | undefined): Doc {
  const name = path[0] ?? '';
  const value = document.get(name);
  if (value === undefined || path.length === 0) return document;
  const result = new Map(document);
  if (Array.isArray(value)) {
    const element = index === undefined ? undefined : value[index];
    if (element === undefined) {
      throw new MongoError(51_246, "positional operator '.$' couldn't find a matching element in the array");
    }
    result.set(name, [element]);
  } else if (isDoc(value)) {
    result.set(name, positional(value, path.slice(1), index));
  }
  return result;
}
