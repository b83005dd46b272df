import { isUtf8 } from 'node:buffer';
import { invalidBson, MongoError } from '../error.ts';
import { decimalFromBits } from './decimal.ts';
import {
  Binary,
  BsonDate,
  BsonSymbol,
  Code,
  CodeWithScope,
  DBPointer,
  int32,
  MAX_KEY,
  MIN_KEY,
  ObjectId,
  Regex,
  Timestamp,
  UNDEFINED,
} from './value.ts';
import type { Doc, Value } from './value.ts';

/** The deepest nesting of documents and arrays that MongoDB stores. */
export const MAX_DEPTH = 200;

/** A cursor over BSON bytes; one instance is reused, since a request decodes thousands of values. */
interface Reader {
  buffer: Buffer;
  pos: number;
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Field names repeat in every document: a small direct-mapped table spares their decoding. */
const NAMES: string[] = Array.from({ length: 4096 }, () => '');

function sameAscii(buffer: Buffer, start: number, end: number, text: string): boolean {
  if (text.length !== end - start) return false;
  for (let i = start; i < end; i++) if (buffer[i] !== text.charCodeAt(i - start)) return false;
  return true;
}

function readName(r: Reader, limit: number): string {
  const { buffer } = r;
  const start = r.pos;
  let end = start;
  let hash = 0;
  let seen = 0;
  for (;;) {
    if (end >= limit) throw invalidBson('field name is not terminated');
    const byte = buffer[end] ?? 0;
    if (byte === 0) break;
    hash = (Math.imul(hash, 31) + byte) | 0;
    seen |= byte;
    end++;
  }
  r.pos = end + 1;
  if (seen >= 128) return readUtf8(buffer, start, end);
  const slot = hash & 4095;
  const known = NAMES[slot] ?? '';
  if (sameAscii(buffer, start, end, known)) return known;
  const name = buffer.toString('latin1', start, end);
  if (name.length <= 32) NAMES[slot] = name;
  return name;
}

function readUtf8(buffer: Buffer, start: number, end: number): string {
  if (end - start < 48) {
    let seen = 0;
    for (let i = start; i < end; i++) seen |= buffer[i] ?? 0;
    if (seen < 128) return buffer.toString('latin1', start, end);
  }
  if (!isUtf8(buffer.subarray(start, end))) throw invalidBson('string is not valid UTF-8');
  return buffer.toString('utf8', start, end);
}

function need(r: Reader, size: number, limit: number): number {
  const at = r.pos;
  if (size < 0 || at + size > limit) throw invalidBson('value reaches beyond its document');
  r.pos = at + size;
  return at;
}

function readString(r: Reader, limit: number): string {
  const size = r.buffer.readInt32LE(need(r, 4, limit));
  const start = need(r, size, limit);
  if (size < 1 || r.buffer[start + size - 1] !== 0) throw invalidBson('string is not terminated');
  return readUtf8(r.buffer, start, start + size - 1);
}

/** Reads the length of an embedded document and gives where it ends (the position of its terminator). */
function openDocument(r: Reader, limit: number): number {
  const at = need(r, 4, limit);
  const end = at + r.buffer.readInt32LE(at) - 1;
  if (end < at + 4 || end >= limit || r.buffer[end] !== 0) throw invalidBson('document length is wrong');
  return end;
}

function readDocument(r: Reader, limit: number, depth: number): Doc {
  if (depth > MAX_DEPTH) throw new MongoError(15, `Object exceeded maximum nesting depth: ${MAX_DEPTH}`);
  const end = openDocument(r, limit);
  const result: Doc = new Map();
  while (r.pos < end) {
    const type = r.buffer[r.pos++] ?? 0;
    const name = readName(r, end);
    result.set(name, readValue(r, type, end, depth));
  }
  if (r.pos !== end) throw invalidBson('document length is wrong');
  r.pos = end + 1;
  return result;
}

function readArray(r: Reader, limit: number, depth: number): Value[] {
  if (depth > MAX_DEPTH) throw new MongoError(15, `Object exceeded maximum nesting depth: ${MAX_DEPTH}`);
  const end = openDocument(r, limit);
  const result: Value[] = [];
  while (r.pos < end) {
    const type = r.buffer[r.pos++] ?? 0;
    while (r.pos < end && r.buffer[r.pos] !== 0) r.pos++;
    r.pos++;
    result.push(readValue(r, type, end, depth));
  }
  if (r.pos !== end) throw invalidBson('array length is wrong');
  r.pos = end + 1;
  return result;
}

function readValue(r: Reader, type: number, limit: number, depth: number): Value {
  const { buffer } = r;
  switch (type) {
    case 0x01:
      return buffer.readDoubleLE(need(r, 8, limit));
    case 0x02:
      return readString(r, limit);
    case 0x03:
      return readDocument(r, limit, depth + 1);
    case 0x04:
      return readArray(r, limit, depth + 1);
    case 0x05:
      return readBinary(r, limit);
    case 0x06:
      return UNDEFINED;
    case 0x07:
      return readObjectId(r, limit);
    case 0x08: {
      const byte = buffer[need(r, 1, limit)];
      if (byte !== 0 && byte !== 1) throw invalidBson('boolean is neither 0 nor 1');
      return byte === 1;
    }
    case 0x09:
      return new BsonDate(buffer.readBigInt64LE(need(r, 8, limit)));
    case 0x0a:
      return null;
    case 0x0b: {
      const pattern = readName(r, limit);
      return new Regex(pattern, readName(r, limit));
    }
    case 0x0c: {
      const namespace = readString(r, limit);
      return new DBPointer(namespace, readObjectId(r, limit));
    }
    case 0x0d:
      return new Code(readString(r, limit));
    case 0x0e:
      return new BsonSymbol(readString(r, limit));
    case 0x0f: {
      const start = need(r, 4, limit);
      const end = start + buffer.readInt32LE(start);
      const code = readString(r, limit);
      const scope = readDocument(r, limit, depth + 1);
      if (r.pos !== end) throw invalidBson('code with scope has a wrong length');
      return new CodeWithScope(code, scope);
    }
    case 0x10:
      return int32(buffer.readInt32LE(need(r, 4, limit)));
    case 0x11:
      return new Timestamp(buffer.readBigUInt64LE(need(r, 8, limit)));
    case 0x12:
      return buffer.readBigInt64LE(need(r, 8, limit));
    case 0x13: {
      const at = need(r, 16, limit);
      return decimalFromBits(buffer.readBigUInt64LE(at + 8), buffer.readBigUInt64LE(at));
    }
    case 0x7f:
      return MAX_KEY;
    case 0xff:
      return MIN_KEY;
    default:
      throw invalidBson(`unknown BSON type ${type}`);
  }
}

function readObjectId(r: Reader, limit: number): ObjectId {
  const at = need(r, 12, limit);
  return new ObjectId(r.buffer.toString('hex', at, at + 12));
}

function readBinary(r: Reader, limit: number): Binary {
  const size = r.buffer.readInt32LE(need(r, 4, limit));
  const subtype = r.buffer[need(r, 1, limit)] ?? 0;
  const at = need(r, size, limit);
  return new Binary(subtype, Uint8Array.prototype.slice.call(r.buffer, at, at + size));
}

/**
 * Decodes a whole document.
 * @throws MongoError 22 for bytes that are no valid BSON, 15 for nesting beyond 200
 */
export function decode(bytes: Uint8Array): Doc {
  const r: Reader = { buffer: asBuffer(bytes), pos: 0 };
  const result = readDocument(r, bytes.length, 1);
  if (r.pos !== bytes.length) throw invalidBson('bytes follow the document');
  return result;
}

/** Where a value of the type that starts at `at` ends; the document was checked when it was stored. */
function skip(buffer: Buffer, type: number, at: number): number {
  switch (type) {
    case 0x06:
    case 0x0a:
    case 0x7f:
    case 0xff:
      return at;
    case 0x08:
      return at + 1;
    case 0x10:
      return at + 4;
    case 0x01:
    case 0x09:
    case 0x11:
    case 0x12:
      return at + 8;
    case 0x07:
      return at + 12;
    case 0x13:
      return at + 16;
    case 0x03:
    case 0x04:
    case 0x0f:
      return at + buffer.readInt32LE(at);
    case 0x02:
    case 0x0d:
    case 0x0e:
      return at + 4 + buffer.readInt32LE(at);
    case 0x05:
      return at + 5 + buffer.readInt32LE(at);
    case 0x0c:
      return at + 16 + buffer.readInt32LE(at);
    case 0x0b:
      return buffer.indexOf(0, buffer.indexOf(0, at) + 1) + 1;
    default:
      throw invalidBson(`unknown BSON type ${type}`);
  }
}

/** Walks the top-level fields of a stored document: where each begins (with its type), where its value begins and where it ends. */
export function eachField(
  bytes: Uint8Array,
  visit: (name: string, from: number, valueAt: number, to: number) => void,
): void {
  const r: Reader = { buffer: asBuffer(bytes), pos: 4 };
  const limit = bytes.length - 1;
  while (r.pos < limit) {
    const from = r.pos++;
    const name = readName(r, limit);
    const valueAt = r.pos;
    r.pos = skip(r.buffer, r.buffer[from] ?? 0, valueAt);
    visit(name, from, valueAt, r.pos);
  }
}

/** Decodes these top-level fields of a stored document alone. */
export function decodeFields(bytes: Uint8Array, names: ReadonlySet<string>): Doc {
  const buffer = asBuffer(bytes);
  const result: Doc = new Map();
  eachField(bytes, (name, from, valueAt, to) => {
    if (names.has(name)) result.set(name, readValue({ buffer, pos: valueAt }, buffer[from] ?? 0, to, 1));
  });
  return result;
}

/** What a raw look-up found: the value after `depth` names of the path; an array may end the walk early. */
export interface RawValue {
  readonly value: Value | undefined;
  readonly depth: number;
}

/** Reads one path from raw bytes without decoding the rest; stops early at an array, whose elements are the caller's matter. */
export function readPath(bytes: Uint8Array, path: readonly string[]): RawValue {
  const buffer = asBuffer(bytes);
  let at = 4;
  let limit = buffer.length - 1;
  for (let depth = 0; depth < path.length; depth++) {
    const name = path[depth] ?? '';
    const found = findField(buffer, at, limit, name);
    if (found === -1) return { value: undefined, depth: path.length };
    const type = buffer[found] ?? 0;
    const start = found + 1 + Buffer.byteLength(name) + 1;
    const last = depth === path.length - 1;
    if (last || type !== 0x03) {
      if (!last && type !== 0x04) return { value: undefined, depth: path.length };
      return { value: readValue({ buffer, pos: start }, type, limit, depth + 1), depth: depth + 1 };
    }
    limit = start + buffer.readInt32LE(start) - 1;
    at = start + 4;
  }
  return { value: undefined, depth: path.length };
}

function findField(buffer: Buffer, from: number, limit: number, name: string): number {
  const first = name.charCodeAt(0);
  const ascii = first < 128 ? first : -1;
  let at = from;
  while (at < limit) {
    const type = buffer[at] ?? 0;
    const start = at + 1;
    let end = start;
    while (buffer[end] !== 0) end++;
    if ((ascii === -1 || buffer[start] === ascii || name === '') && sameName(buffer, start, end, name)) return at;
    at = skip(buffer, type, end + 1);
  }
  return -1;
}

const sameName = (buffer: Buffer, start: number, end: number, name: string): boolean =>
  sameAscii(buffer, start, end, name) || (end - start > name.length && buffer.toString('utf8', start, end) === name);
