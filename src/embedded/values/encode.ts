import { invalidBson, MongoError } from '../error.ts';
import { decimalToBits } from './decimal.ts';
import { eachField, MAX_DEPTH } from './decode.ts';
import {
  Binary,
  BsonDate,
  BsonSymbol,
  Code,
  CodeWithScope,
  DBPointer,
  Decimal,
  Int32,
  ObjectId,
  Regex,
  Timestamp,
  typeNumber,
} from './value.ts';
import type { Doc, Value } from './value.ts';

/** Grows by doubling; shared between calls, so `encode` copies the result out. */
let scratch = Buffer.allocUnsafe(65536);

function room(at: number, size: number): void {
  if (at + size <= scratch.length) return;
  const larger = Buffer.allocUnsafe(Math.max(scratch.length * 2, at + size));
  scratch.copy(larger, 0, 0, at);
  scratch = larger;
}

function writeText(text: string, at: number): number {
  room(at, text.length * 3 + 1);
  const end = at + scratch.write(text, at, 'utf8');
  scratch[end] = 0;
  return end + 1;
}

function writeName(text: string, at: number): number {
  if (text.includes('\0')) throw invalidBson('field names and regular expressions cannot hold a null byte');
  return writeText(text, at);
}

function writeString(text: string, at: number): number {
  room(at, 4);
  const end = writeText(text, at + 4);
  scratch.writeInt32LE(end - at - 4, at);
  return end;
}

function writeDocument(value: Doc | Value[], at: number, depth: number): number {
  if (depth > MAX_DEPTH) throw new MongoError(15, `Object exceeded maximum nesting depth: ${MAX_DEPTH}`);
  room(at, 5);
  let end = at + 4;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) end = writeField(String(i), item, end, depth);
  } else {
    for (const [name, item] of value) end = writeField(name, item, end, depth);
  }
  room(end, 1);
  scratch[end] = 0;
  scratch.writeInt32LE(end + 1 - at, at);
  return end + 1;
}

function writeField(name: string, value: Value, at: number, depth: number): number {
  room(at, 1);
  const start = writeName(name, at + 1);
  room(start, 24);
  scratch[at] = typeNumber(value) & 0xff;
  return writeValue(value, start, depth);
}

function writeValue(value: Value, at: number, depth: number): number {
  switch (typeof value) {
    case 'number':
      return scratch.writeDoubleLE(value, at);
    case 'string':
      return writeString(value, at);
    case 'bigint':
      return scratch.writeBigInt64LE(value, at);
    case 'boolean':
      scratch[at] = value ? 1 : 0;
      return at + 1;
    default:
      return value === null ? at : writeObject(value, at, depth);
  }
}

function writeObject(
  value: Exclude<Value, number | string | bigint | boolean | null>,
  at: number,
  depth: number,
): number {
  if (value instanceof Map || Array.isArray(value)) return writeDocument(value, at, depth + 1);
  if (value instanceof Int32) return scratch.writeInt32LE(value.value, at);
  if (value instanceof BsonDate) return scratch.writeBigInt64LE(value.ms, at);
  if (value instanceof ObjectId) return at + scratch.write(value.hex, at, 'hex');
  if (value instanceof Timestamp) return scratch.writeBigUInt64LE(value.value, at);
  if (value instanceof Code) return writeString(value.code, at);
  if (value instanceof BsonSymbol) return writeString(value.value, at);
  if (value instanceof Regex) return writeName(value.options, writeName(value.pattern, at));
  if (value instanceof Decimal) {
    const { high, low } = decimalToBits(value);
    return scratch.writeBigUInt64LE(high, scratch.writeBigUInt64LE(low, at));
  }
  if (value instanceof Binary) {
    room(at, value.bytes.length + 5);
    scratch.writeInt32LE(value.bytes.length, at);
    scratch[at + 4] = value.subtype;
    scratch.set(value.bytes, at + 5);
    return at + 5 + value.bytes.length;
  }
  if (value instanceof CodeWithScope) {
    const end = writeDocument(value.scope, writeString(value.code, at + 4), depth + 1);
    scratch.writeInt32LE(end - at, at);
    return end;
  }
  if (value instanceof DBPointer) {
    const end = writeString(value.namespace, at);
    room(end, 12);
    return end + scratch.write(value.id.hex, end, 'hex');
  }
  return at;
}

/**
 * Encodes a document with the exact types of its values.
 * @throws MongoError 15 for nesting beyond 200, 22 for a null byte in a field name
 */
export function encode(value: Doc): Uint8Array {
  const end = writeDocument(value, 0, 1);
  return copyOf(scratch, end);
}

/**
 * Encodes another version of a stored document: these top-level fields as they are in `changed` (absent: removed, others: added behind), all
 * others byte for byte as they were.
 * @throws MongoError as `encode` does
 */
export function encodeOver(bytes: Uint8Array, names: ReadonlySet<string>, changed: Doc): Uint8Array {
  const added = new Set(changed.keys());
  let end = 4;
  eachField(bytes, (name, from, _valueAt, to) => {
    if (names.has(name)) {
      const value = changed.get(name);
      added.delete(name);
      if (value !== undefined) end = writeField(name, value, end, 1);
      return;
    }
    room(end, to - from);
    scratch.set(bytes.subarray(from, to), end);
    end += to - from;
  });
  for (const name of added) end = writeField(name, changed.get(name) ?? null, end, 1);
  room(end, 1);
  scratch[end] = 0;
  scratch.writeInt32LE(end + 1, 0);
  return copyOf(scratch, end + 1);
}

/** The first bytes of a buffer that is used again; small copies share memory, which spares the collector. */
export function copyOf(shared: Buffer, size: number): Uint8Array {
  const copy = Buffer.allocUnsafe(size);
  copy.set(shared.subarray(0, size));
  return copy;
}
