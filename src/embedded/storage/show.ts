import { toDouble } from '../values/number.ts';
import { BsonDate, Int32, isDoc, isNumeric, ObjectId, Regex, typeName, type Value } from '../values/value.ts';

/** A value of any numeric type as a double; 0 for everything else. */
export const numberOf = (value: Value | undefined): number => (isNumeric(value) ? toDouble(value) : 0);

/** A value the way the server writes it into its messages: `{ _id: 1, name: "x" }`. */
export function showValue(value: Value): string {
  if (typeof value === 'string') return `"${value}"`;
  if (typeof value === 'number') return Number.isInteger(value) ? value.toFixed(1) : String(value).toLowerCase();
  if (isDoc(value)) {
    if (value.size === 0) return '{}';
    return `{ ${[...value].map(([name, item]) => `${name}: ${showValue(item)}`).join(', ')} }`;
  }
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(showValue).join(', ')} ]`;
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof Int32) return String(value.value);
  if (value instanceof BsonDate) return `new Date(${value.ms})`;
  if (value instanceof ObjectId) return `ObjectId('${value.hex}')`;
  if (value instanceof Regex) return `/${value.pattern}/${value.options}`;
  return typeName(value);
}
