import { MongoError } from '../error.ts';
import { UNDEFINED } from './value.ts';
import type { Doc, Value } from './value.ts';

/** Whether a component of a path can be an array index: digits without a leading zero. */
export const isIndex = (component: string): boolean => /^(?:0|[1-9]\d{0,8})$/u.test(component);

/** The value at a path that does not look into arrays; `undefined` when it is missing. */
export function getExact(root: Doc, path: readonly string[]): Value | undefined {
  let node: Value | undefined = root;
  for (const component of path) {
    if (!(node instanceof Map)) return undefined;
    node = node.get(component);
  }
  return node;
}

/** What an index holds for a document. */
export interface IndexKeys {
  /** One list of values per key, in the order of the paths; a missing value is null, an empty array `undefined`. */
  readonly keys: Value[][];
  /** Whether an array was expanded. */
  readonly multikey: boolean;
  /** Positions of the paths that met one. */
  readonly arrays: readonly number[];
}

interface Slot {
  value: Value | undefined;
  path: readonly string[];
  /** How many components of the path led to `value`. */
  at: number;
  done: boolean;
}

/** Walks on until the path ends or meets an array. */
function advance(slot: Slot): void {
  while (!slot.done && slot.at < slot.path.length && !Array.isArray(slot.value)) {
    slot.value = slot.value instanceof Map ? slot.value.get(slot.path[slot.at] ?? '') : undefined;
    slot.at = slot.value === undefined ? slot.path.length : slot.at + 1;
  }
  const next = slot.path[slot.at];
  if (!slot.done && next !== undefined && Array.isArray(slot.value) && isIndex(next)) {
    const element = slot.value[Number(next)];
    if (element === undefined) return;
    slot.value = element;
    slot.at++;
    // What a position leads to is not taken apart.
    if (slot.at === slot.path.length) slot.done = true;
    else advance(slot);
  }
}

function element(slot: Slot, item: Value | undefined): Slot {
  if (slot.at === slot.path.length) return { ...slot, value: item, done: true };
  return { ...slot, value: item instanceof Map ? item : undefined, done: !(item instanceof Map) };
}

/**
 * The keys of a document in an index over the paths: arrays give one key per element, together for all paths that meet the same array.
 * A sparse index has no key where all paths are missing.
 * @throws MongoError 171 when two paths meet different arrays
 */
export function indexKeys(root: Doc, paths: readonly (readonly string[])[], sparse = false): IndexKeys {
  const only = withoutArrays(root, paths);
  if (!only) return expandedKeys(root, paths, sparse);
  const isLeftOut = sparse && only.every((value) => value === undefined);
  return { keys: isLeftOut ? [] : [only.map((value) => value ?? null)], multikey: false, arrays: [] };
}

/** The value of each path, unless an array is met on the way. */
function withoutArrays(root: Doc, paths: readonly (readonly string[])[]): (Value | undefined)[] | undefined {
  const values: (Value | undefined)[] = [];
  for (const path of paths) {
    let node: Value | undefined = root;
    for (const component of path) {
      if (Array.isArray(node)) return undefined;
      node = node instanceof Map ? node.get(component) : undefined;
    }
    if (Array.isArray(node)) return undefined;
    values.push(node);
  }
  return values;
}

function expandedKeys(root: Doc, paths: readonly (readonly string[])[], sparse: boolean): IndexKeys {
  const keys: Value[][] = [];
  const arrays = new Set<number>();
  const expand = (slots: Slot[]): void => {
    let shared: Value[] | undefined;
    for (const slot of slots) {
      advance(slot);
      if (slot.done || !Array.isArray(slot.value)) continue;
      if (shared && shared !== slot.value) throw new MongoError(171, 'cannot index parallel arrays');
      shared = slot.value;
    }
    if (!shared) {
      if (sparse && slots.every((slot) => slot.value === undefined)) return;
      keys.push(slots.map((slot) => slot.value ?? null));
      return;
    }
    const array = shared;
    const isShared = (slot: Slot): boolean => !slot.done && slot.value === array;
    for (const [i, slot] of slots.entries()) if (isShared(slot)) arrays.add(i);
    if (array.length === 0) {
      const empty = (slot: Slot): Value | undefined => (slot.at === slot.path.length ? UNDEFINED : undefined);
      expand(slots.map((slot) => (isShared(slot) ? { ...slot, value: empty(slot), done: true } : slot)));
      return;
    }
    for (const item of array) expand(slots.map((slot) => (isShared(slot) ? element(slot, item) : { ...slot })));
  };
  expand(paths.map((path) => ({ value: root, path, at: 0, done: false })));
  return { keys, multikey: arrays.size > 0, arrays: [...arrays] };
}
