import { badValue, MongoError } from '../error.ts';
import type { Filter } from '../query/filter.ts';
import { compareStrings } from '../values/order.ts';
import { doc, isDoc } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import type { Modifier } from './modifier.ts';
import { isPosition } from './position.ts';
import { renameTo } from './rename.ts';
import { checkStorableField, checkStorable } from './storable.ts';

/** The fields that an update touches, as a tree: each leaf is one modifier, `$[id]` and `$` are nodes of their own. */
export type UpdateNode =
  | { readonly kind: 'object'; readonly children: Map<string, UpdateNode>; positional: UpdateNode | undefined }
  | { readonly kind: 'array'; readonly children: Map<string, UpdateNode> }
  | { readonly kind: 'leaf'; readonly modifier: Modifier }
  /** Moves the value of `source` here. */
  | { readonly kind: 'rename'; readonly source: readonly string[] }
  /** Takes part in conflicts only. */
  | { readonly kind: 'placeholder' };

export type Leaf = Exclude<UpdateNode, { children: unknown }>;
export type Branch = Extract<UpdateNode, { kind: 'object' }>;

export const branch = (): Branch => ({ kind: 'object', children: new Map(), positional: undefined });

/** The identifier of `$[id]`, the empty text for `$[]`. */
const identifierOf = (part: string): string | undefined => /^\$\[(.*)\]$/su.exec(part)?.[1];

const conflict = (path: string, at: string): MongoError =>
  new MongoError(40, `Updating the path '${path}' would create a conflict at '${at}'`);

/** Checks the path of an update. */
export function parseUpdatePath(path: string): string[] {
  if (path === '') throw new MongoError(56, 'An empty update path is not valid.');
  const parts = path.split('.');
  if (parts.includes('')) {
    throw new MongoError(56, `The update path '${path}' contains an empty field name, which is not allowed.`);
  }
  const [first = ''] = parts;
  if (first === '$')
    throw badValue(`Cannot have positional (i.e. '$') element in the first position in path '${path}'`);
  if (identifierOf(first) !== undefined) {
    throw badValue(
      `Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path '${path}'`,
    );
  }
  if (parts.filter((part) => part === '$').length > 1) {
    throw badValue(`Too many positional (i.e. '$') elements found in path '${path}'`);
  }
  return parts;
}

export const isDynamic = (part: string): boolean => part === '$' || identifierOf(part) !== undefined;

/**
 * Adds a leaf to the tree.
 * @throws MongoError 40 when another modifier touches the same path
 */
export function addLeaf(
  root: Branch,
  parts: readonly string[],
  leaf: Leaf,
  filters: ReadonlyMap<string, unknown>,
  used: Set<string>,
): void {
  const path = parts.join('.');
  let node: UpdateNode = root;
  for (const [i, part] of parts.entries()) {
    const taken = parts.slice(0, i).join('.');
    const identifier = identifierOf(part);
    if (identifier !== undefined && identifier !== '') {
      if (!filters.has(identifier)) {
        throw badValue(`No array filter found for identifier '${identifier}' in path '${path}'`);
      }
      used.add(identifier);
    }
    if (!('children' in node)) throw conflict(path, taken);
    if ((node.kind === 'array') !== (identifier !== undefined)) throw conflict(path, taken);
    const existing: UpdateNode | undefined =
      part === '$' && node.kind === 'object' ? node.positional : node.children.get(identifier ?? part);
    const isLast = i === parts.length - 1;
    if (existing && isLast) throw conflict(path, path);
    if (existing) {
      node = existing;
      continue;
    }
    const nextPart = parts[i + 1];
    const isArray = nextPart !== undefined && identifierOf(nextPart) !== undefined;
    const next: UpdateNode = isLast ? leaf : isArray ? { kind: 'array', children: new Map() } : branch();
    if (part === '$' && node.kind === 'object') node.positional = next;
    else node.children.set(identifier ?? part, next);
    node = next;
  }
}

function merge(a: UpdateNode, b: UpdateNode, path: string): UpdateNode {
  if (!('children' in a) || !('children' in b) || a.kind !== b.kind) throw conflict(path, path);
  const children = new Map(a.children);
  for (const [name, node] of b.children) {
    const other = children.get(name);
    children.set(name, other ? merge(other, node, `${path}.${name === '' ? '$[]' : name}`) : node);
  }
  if (a.kind === 'array' || b.kind === 'array') return { kind: 'array', children };
  const positional = a.positional && b.positional ? merge(a.positional, b.positional, `${path}.$`) : undefined;
  return { kind: 'object', children, positional: positional ?? a.positional ?? b.positional };
}

/** Digits order as numbers, everything else by bytes: the order in which fields are updated and created. */
function compareNames(a: string, b: string): number {
  if (/^\d+$/u.test(a) && /^\d+$/u.test(b)) {
    const x = BigInt(a);
    const y = BigInt(b);
    if (x !== y) return x < y ? -1 : 1;
  }
  return compareStrings(a, b);
}

/** What one application of an update needs to know. */
export interface Application {
  readonly root: Doc;
  readonly positional: number | undefined;
  readonly arrayFilters: ReadonlyMap<string, Filter>;
  readonly isInsert: boolean;
  /** Whether the document counts as changed even if its bytes are the same. */
  readonly effect: { isForced: boolean };
}

const MAX_PADDING = 1_500_000;

/** Applies an update's tree to a document, which is changed in place. */
export function applyTree(root: Branch, application: Application): void {
  applyObject(root, application.root, '', application);
}

/** The new value of a field; `isBlocked` says that the path to it leads through a value that has no fields. */
function apply(
  node: UpdateNode,
  existing: Value | undefined,
  path: string,
  isBlocked: boolean,
  application: Application,
): Value | undefined {
  switch (node.kind) {
    case 'placeholder':
      return existing;
    case 'leaf':
      return applyModifier(node.modifier, existing, path, isBlocked, application);
    case 'rename':
      return renamed(application.root, node.source, path, isBlocked, existing);
    case 'array':
      return applyToElements(node.children, existing, path, application);
    case 'object':
      return applyObject(node, existing, path, application, isBlocked);
  }
}

function renamed(
  root: Doc,
  source: readonly string[],
  path: string,
  isBlocked: boolean,
  existing: Value | undefined,
): Value | undefined {
  const value = renameTo(root, source, path, isBlocked);
  return value === undefined ? existing : value;
}

function applyModifier(
  modifier: Modifier,
  existing: Value | undefined,
  path: string,
  isBlocked: boolean,
  application: Application,
): Value | undefined {
  if (modifier.onInsert === true && !application.isInsert) return existing;
  if (existing === undefined && modifier.missing !== 'create') {
    if (isBlocked && modifier.missing === 'ignoreIfViable') {
      throw new MongoError(28, `Cannot use the part of (${path}) to traverse the element`);
    }
    return undefined;
  }
  if (isBlocked) throw new MongoError(28, `Cannot create field in element at '${path}'`);
  const value = modifier.change(existing, path);
  if (modifier.isAlwaysChange?.(value) === true) application.effect.isForced = true;
  if (value !== undefined && value !== existing) checkStorable(value);
  return value;
}

function applyToElements(
  children: ReadonlyMap<string, UpdateNode>,
  existing: Value | undefined,
  path: string,
  application: Application,
): Value {
  if (existing === undefined) {
    throw badValue(`The path '${path}' must exist in the document in order to apply array updates.`);
  }
  if (!Array.isArray(existing)) throw badValue(`Cannot apply array updates to non-array element ${path}`);
  return existing.map((element, i) => {
    let node: UpdateNode | undefined;
    for (const [identifier, child] of children) {
      const filter = application.arrayFilters.get(identifier);
      if (filter && !filter.test(doc([identifier, element]))) continue;
      node = node ? merge(node, child, `${path}.${i}`) : child;
    }
    return node ? (apply(node, element, `${path}.${i}`, false, application) ?? null) : element;
  });
}

/** The children in the order in which they apply, the positional one under its index. */
function orderedChildren(node: Branch, path: string, { positional }: Application): [string, UpdateNode][] {
  const children = new Map(node.children);
  if (node.positional) {
    if (positional === undefined) {
      throw badValue('The positional operator did not find the match needed from the query.');
    }
    const name = String(positional);
    const same = children.get(name);
    children.set(name, same ? merge(same, node.positional, path === '' ? name : `${path}.${name}`) : node.positional);
  }
  return children.size < 2 ? [...children] : [...children].toSorted(([a], [b]) => compareNames(a, b));
}

function applyObject(
  node: Branch,
  existing: Value | undefined,
  path: string,
  application: Application,
  isBlocked = false,
): Value | undefined {
  let container = existing;
  for (const [name, child] of orderedChildren(node, path, application)) {
    const childPath = path === '' ? name : `${path}.${name}`;
    if (isDoc(container)) {
      const value = apply(child, container.get(name), childPath, false, application);
      setField(container, name, value);
    } else if (Array.isArray(container)) {
      const index = isPosition(name) ? Number(name) : undefined;
      const old = index === undefined ? undefined : container[index];
      const value = apply(child, old, childPath, index === undefined, application);
      if (index !== undefined && (value !== undefined || old !== undefined))
        setElement(container, index, value ?? null);
    } else {
      const value = apply(child, undefined, childPath, isBlocked || container !== undefined, application);
      if (value === undefined) continue;
      container = new Map();
      setField(container, name, value);
    }
  }
  return container;
}

function setField(owner: Doc, name: string, value: Value | undefined): void {
  if (value === undefined) {
    owner.delete(name);
  } else {
    const isNew = !owner.has(name);
    owner.set(name, value);
    if (isNew && name.startsWith('$')) checkStorableField(owner, name);
  }
}

function setElement(array: Value[], index: number, value: Value): void {
  if (index - array.length > MAX_PADDING) {
    throw badValue(`can't backfill array to larger than ${MAX_PADDING} elements`);
  }
  while (array.length < index) array.push(null);
  array[index] = value;
}
