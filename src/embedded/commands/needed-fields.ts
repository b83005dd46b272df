import { isDoc, type Value } from '../values/value.ts';

const LEADING = ['$match', '$sort', '$skip', '$limit'];
/** What reaches fields by other ways than a path that begins with a dollar sign. */
const OPAQUE = new Set(['$getField', '$setField', '$unsetField', '$function', '$accumulator', '$meta', 'sortBy']);

/**
 * The top-level fields that a pipeline needs of its documents, when it begins with what a planner takes over and goes on with a `$group`, which
 * forgets all others. Undefined: all of them. Too many are never wrong.
 */
export function neededFields(stages: readonly Value[]): string[] | undefined {
  let step = -1;
  for (const stage of stages) {
    if (!isDoc(stage)) return undefined;
    const [[name, operand] = ['', null]] = stage;
    const at = LEADING.indexOf(name);
    if (name === '$group') {
      const fields = new Set<string>();
      return collect(operand, fields) ? [...fields] : undefined;
    }
    if (at <= step) return undefined;
    step = at;
  }
  return undefined;
}

/** Adds the fields of all paths in an expression; false when it may look at others. */
function collect(node: Value, fields: Set<string>): boolean {
  if (typeof node === 'string') {
    if (node.startsWith('$$')) return !/^\$\$(?:ROOT|CURRENT)(?:\.|$)/u.test(node);
    if (node.startsWith('$')) fields.add(node.slice(1).split('.', 1)[0] ?? '');
    return true;
  }
  if (Array.isArray(node)) return node.every((item) => collect(item, fields));
  if (isDoc(node)) return [...node].every(([name, item]) => !OPAQUE.has(name) && collect(item, fields));
  return true;
}
