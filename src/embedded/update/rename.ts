import { badValue, MongoError } from '../error.ts';
import { isPosition } from './position.ts';
import { isDoc } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';

/**
 * Takes a field out of a document, for `$rename`; `undefined` if it is not there.
 * @throws MongoError 28 when the path leads through a scalar, 2 when it ends in an array's element
 */
function take(root: Doc, source: readonly string[]): Value | undefined {
  let node: Value | undefined = root;
  let owner: Doc | undefined = root;
  let throughArray = false;
  for (const part of source) {
    if (isDoc(node)) {
      owner = node;
      node = node.get(part);
    } else if (Array.isArray(node) && isPosition(part)) {
      throughArray = true;
      node = node[Number(part)];
    } else if (node !== undefined) {
      throw new MongoError(28, `cannot use the part (of ${source.join('.')}) to traverse the element`);
    }
    if (node === undefined) return undefined;
  }
  if (throughArray) throw badValue(`The source field cannot be an array element, '${source.join('.')}'`);
  owner.delete(source.at(-1) ?? '');
  return node;
}

function leadsThroughArray(root: Doc, path: readonly string[]): boolean {
  let node: Value | undefined = root;
  for (const part of path) {
    if (Array.isArray(node)) return true;
    node = isDoc(node) ? node.get(part) : undefined;
  }
  return false;
}

/** The value that a `$rename` moves to `path`; `undefined` if there is none. */
export function renameTo(root: Doc, source: readonly string[], path: string, isBlocked: boolean): Value | undefined {
  const value = take(root, source);
  if (value === undefined) return undefined;
  if (leadsThroughArray(root, path.split('.'))) {
    throw badValue(`The destination field cannot be an array element, '${path}'`);
  }
  if ((path === '_id' || path.startsWith('_id.')) && root.has('_id')) {
    throw new MongoError(66, `Performing an update on the path '${path}' would modify the immutable field '_id'`);
  }
  if (isBlocked) throw new MongoError(28, `Cannot create field in element at '${path}'`);
  return value;
}
