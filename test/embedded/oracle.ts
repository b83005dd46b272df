import * as fc from 'fast-check';
import { int32, isDoc, ObjectId } from '../../src/embedded/values/value.ts';
import type { Doc, Value } from '../../src/embedded/values/value.ts';

/** Plain values in a small space, so that random conditions are often met. */
export const scalars: fc.Arbitrary<Value> = fc.oneof(
  fc.integer({ min: 0, max: 4 }).map((n): Value => n),
  fc.integer({ min: 0, max: 4 }).map((n): Value => int32(n)),
  fc.integer({ min: 0, max: 4 }).map((n): Value => BigInt(n)),
  fc.constantFrom<Value>('a', 'b', 'ab', null, true, false, NaN, -0, new ObjectId('0'.repeat(24))),
);

export const names = fc.constantFrom('a', 'b', '0', '1', '__proto__', 'constructor');

export const { value: values } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(names, tie('value')), { maxLength: 3 }).map((fields): Value => new Map(fields)),
  ),
}));

export const documents: fc.Arbitrary<Doc> = fc
  .array(fc.tuple(names, values), { maxLength: 4 })
  .map((fields) => new Map(fields));

export const paths = fc.array(names, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('.'));

/** A value as plain JSON, in which equal numbers of different types are the same: a comparison that shares no code with the store. */
export function plain(value: Value | undefined): string {
  if (value === undefined) return 'missing';
  if (isDoc(value)) return `{${Array.from(value, ([k, v]) => `${JSON.stringify(k)}:${plain(v)}`).join(',')}}`;
  if (Array.isArray(value)) return `[${value.map((item) => plain(item)).join(',')}]`;
  if (value instanceof ObjectId) return `oid:${value.hex}`;
  if (value !== null && typeof value === 'object') return `n:${'value' in value ? String(value.value) : ''}`;
  if (typeof value === 'number' || typeof value === 'bigint') return `n:${String(value === 0 ? 0 : value)}`;
  return JSON.stringify(value);
}

/** Every value that a dotted path leads to, as a query looks at it: through documents, through arrays, by position. */
export function reach(node: Value | undefined, parts: readonly string[]): (Value | undefined)[] {
  const [part, ...rest] = parts;
  if (part === undefined) return Array.isArray(node) ? [...node, node] : [node];
  if (isDoc(node)) return reach(node.get(part), rest);
  if (!Array.isArray(node)) return [undefined];
  const found: (Value | undefined)[] = [];
  for (const [i, item] of node.entries()) {
    if (isDoc(item)) found.push(...reach(item, parts));
    if (String(i) !== part) continue;
    if (rest.length === 0) found.push(item);
    else if (isDoc(item) || Array.isArray(item)) found.push(...reach(item, rest));
  }
  return found;
}
