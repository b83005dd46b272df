import type { Env, Expression } from '../expression/scope.ts';
import { keepLayout, noteMissing, setInPlace } from './layout.ts';
import { isDoc } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';

/** A projection as a tree of the fields that it names. `add` keeps everything and only computes fields. */
export interface ProjectionNode {
  readonly mode: 'include' | 'exclude' | 'add';
  /** Fields that are included or excluded whole. */
  readonly whole: Set<string>;
  readonly children: Map<string, ProjectionNode>;
  readonly computed: Map<string, Expression>;
  /** The names in `children` and `computed` in the order of the specification. */
  readonly order: string[];
}

export const projectionNode = (mode: ProjectionNode['mode']): ProjectionNode => ({
  mode,
  whole: new Set(),
  children: new Map(),
  computed: new Map(),
  order: [],
});

const hasComputed = (node: ProjectionNode): boolean =>
  node.computed.size > 0 || [...node.children.values()].some((child) => hasComputed(child));

/** Compiles the tree into a function of a document and the variables (whose ROOT is the document). */
export function runProjection(node: ProjectionNode): (doc: Doc, env: Env) => Doc {
  const computes = hasComputed(node);
  return (doc, env) => {
    const output = select(node, doc);
    if (computes) compute(node, output, env);
    return output;
  };
}

function select(node: ProjectionNode, input: Doc): Doc {
  const output: Doc = new Map();
  for (const [name, value] of input) {
    const child = node.children.get(name);
    if (child) {
      const selected = selectValue(child, value);
      if (selected !== undefined) output.set(name, selected);
    } else if ((node.mode === 'include') === node.whole.has(name)) {
      output.set(name, value);
    }
  }
  if (node.mode !== 'include') keepLayout(input, output);
  return output;
}

function selectValue(node: ProjectionNode, value: Value): Value | undefined {
  if (isDoc(value)) return select(node, value);
  if (Array.isArray(value)) {
    const kept: Value[] = [];
    for (const item of value) {
      const selected = selectValue(node, item);
      // An element that is left out makes room for a computed field.
      if (selected !== undefined) kept.push(selected);
      else if (hasComputed(node)) kept.push(null);
    }
    return kept;
  }
  return node.mode === 'include' ? undefined : value;
}

function compute(node: ProjectionNode, output: Doc, env: Env): void {
  for (const name of node.order) {
    const child = node.children.get(name);
    const value = child ? computeValue(child, output.get(name), env) : node.computed.get(name)?.evaluate(env);
    if (value === undefined) {
      noteMissing(output, name);
      output.delete(name);
    } else {
      setInPlace(output, name, value);
    }
  }
}

function computeValue(node: ProjectionNode, existing: Value | undefined, env: Env): Value | undefined {
  if (!hasComputed(node)) return existing;
  if (Array.isArray(existing)) return existing.map((item) => computeValue(node, item, env) ?? null);
  const output: Doc = new Map(isDoc(existing) ? existing : []);
  if (isDoc(existing)) keepLayout(existing, output);
  compute(node, output, env);
  return output;
}
