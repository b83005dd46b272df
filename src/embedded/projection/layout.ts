import type { Doc, Value } from '../values/value.ts';

/**
 * A field that a stage removes, or computes as missing, keeps its place in the server's documents: a later stage that sets it
 * puts it back there. This remembers the order of all names, the ones without a value among them, of documents that have such.
 */
const layouts = new WeakMap<Doc, string[]>();

/** Says that a document came from another one and lacks some of its fields. */
export function keepLayout(from: Doc, to: Doc): void {
  const known = layouts.get(from);
  if (known) layouts.set(to, [...known]);
  else if (to.size < from.size) layouts.set(to, [...from.keys()]);
}

/** Says that a field was computed and has no value. */
export function noteMissing(doc: Doc, name: string): void {
  const layout = layouts.get(doc) ?? [...doc.keys()];
  if (!layout.includes(name)) layout.push(name);
  layouts.set(doc, layout);
}

/** Sets a field at the place that it has or had, else at the end. */
export function setInPlace(doc: Doc, name: string, value: Value): void {
  const layout = doc.has(name) ? undefined : layouts.get(doc);
  doc.set(name, value);
  if (!layout) return;
  const at = layout.indexOf(name);
  if (at === -1) {
    layout.push(name);
    return;
  }
  for (const later of layout.slice(at + 1)) {
    const moved = doc.get(later);
    if (moved === undefined) continue;
    doc.delete(later);
    doc.set(later, moved);
  }
}
