import { copyOf } from './encode.ts';
import { decimalFromInteger, decimalToNumber } from './decimal.ts';
import { canonicalType, compareNumbers } from './order.ts';
import {
  Binary,
  BsonDate,
  BsonSymbol,
  Code,
  CodeWithScope,
  DBPointer,
  Decimal,
  Int32,
  isNumeric,
  ObjectId,
  Regex,
  Timestamp,
} from './value.ts';
import type { Doc, Numeric, Value } from './value.ts';

let buffer = Buffer.allocUnsafe(4096);
let size = 0;

function reserve(bytes: number): void {
  if (size + bytes <= buffer.length) return;
  const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, size + bytes));
  buffer.copy(larger, 0, 0, size);
  buffer = larger;
}

function putByte(byte: number): void {
  reserve(1);
  buffer[size++] = byte;
}

function putBytes(bytes: Uint8Array): void {
  reserve(bytes.length);
  buffer.set(bytes, size);
  size += bytes.length;
}

/** Text of any content, ended so that a prefix is less: 00 becomes 00 FF, the end is 00 00. */
function putText(text: string): void {
  reserve(text.length * 3 + 2);
  if (text.includes('\0')) {
    for (const byte of Buffer.from(text)) {
      putByte(byte);
      if (byte === 0) putByte(0xff);
    }
    reserve(2);
  } else {
    size += buffer.write(text, size, 'utf8');
  }
  buffer[size++] = 0;
  buffer[size++] = 0;
}

function putInt64(n: bigint): void {
  reserve(8);
  size = buffer.writeBigUInt64BE(BigInt.asUintN(64, n) ^ (1n << 63n), size);
}

/** A double's bits, changed so that they order as the doubles do. */
function putDouble(n: number): void {
  reserve(8);
  const at = size;
  size = buffer.writeDoubleBE(n === 0 ? 0 : n, at);
  if (n < 0) for (let i = at; i < size; i++) buffer[i] = ~(buffer[i] ?? 0);
  else buffer[at] = (buffer[at] ?? 0) ^ 0x80;
}

const NEXT = new DataView(new ArrayBuffer(8));

/** The greatest double below a finite one. */
function nextBelow(n: number): number {
  if (n === 0) return -Number.MIN_VALUE;
  NEXT.setFloat64(0, n);
  NEXT.setBigInt64(0, NEXT.getBigInt64(0) + (n > 0 ? -1n : 1n));
  return NEXT.getFloat64(0);
}

/**
 * The greatest double that is not above the number, then 0 if it is exact, else 1 and the exact decimal digits: numbers that are
 * equal get equal keys whatever their types, and int64 and decimal values between two doubles stay apart.
 */
function putNumber(v: Numeric): void {
  if (typeof v === 'number' || v instanceof Int32) {
    const n = v instanceof Int32 ? v.value : v;
    if (Number.isNaN(n)) return putByte(0);
    putByte(1);
    putDouble(n);
    return putByte(0);
  }
  if (v instanceof Decimal && v.kind !== 'finite') {
    return putNumber(v.kind === 'nan' ? NaN : v.negative ? -Infinity : Infinity);
  }
  let floor = typeof v === 'bigint' ? Number(v) : decimalToNumber(v);
  if (floor === Infinity) floor = Number.MAX_VALUE;
  const order = compareNumbers(floor, v);
  putByte(1);
  putDouble(order > 0 ? nextBelow(floor) : floor);
  putByte(order === 0 ? 0 : 1);
  if (order !== 0) putDigits(typeof v === 'bigint' ? decimalFromInteger(v) : v);
  return undefined;
}

/** A non-zero decimal as sign, power of ten and digits without trailing zeros. */
function putDigits(d: Decimal): void {
  const digits = d.coefficient.toString();
  const from = size;
  reserve(digits.length + 4);
  size = buffer.writeUInt16BE(d.exponent + digits.length + 10_000, size);
  for (const digit of digits.replace(/0+$/u, '')) buffer[size++] = digit.charCodeAt(0);
  buffer[size++] = 0;
  if (d.negative) invert(from);
}

function invert(from: number): void {
  for (let i = from; i < size; i++) buffer[i] = ~(buffer[i] ?? 0);
}

/** The type's rank as a byte above 0, so that 0 can end a list. */
const rankByte = (v: Value): number => canonicalType(v) + 2;

function putValue(v: Value): void {
  putByte(rankByte(v));
  putContent(v);
}

function putContent(v: Value): void {
  if (typeof v === 'string') return putText(v);
  if (isNumeric(v)) return putNumber(v);
  if (typeof v === 'boolean') return putByte(v ? 1 : 0);
  if (v instanceof ObjectId) return putBytes(Buffer.from(v.hex, 'hex'));
  if (v instanceof BsonDate) return putInt64(v.ms);
  if (v instanceof Map) return putDocument(v);
  if (Array.isArray(v)) {
    for (const item of v) putValue(item);
    return putByte(0);
  }
  if (v instanceof BsonSymbol) return putText(v.value);
  if (v instanceof Timestamp) return putInt64(v.value ^ (1n << 63n));
  if (v instanceof Binary) {
    reserve(5);
    size = buffer.writeUInt32BE(v.bytes.length, size);
    buffer[size++] = v.subtype;
    return putBytes(v.bytes);
  }
  if (v instanceof Regex) {
    putText(v.pattern);
    return putText(v.options);
  }
  if (v instanceof Code) return putText(v.code);
  if (v instanceof CodeWithScope) {
    putText(v.code);
    return putDocument(v.scope);
  }
  if (v instanceof DBPointer) {
    reserve(4);
    size = buffer.writeUInt32BE(v.namespace.length, size);
    putText(v.namespace);
    return putBytes(Buffer.from(v.id.hex, 'hex'));
  }
  return undefined;
}

function putDocument(v: Doc): void {
  for (const [name, value] of v) {
    putByte(rankByte(value));
    putText(name);
    putContent(value);
  }
  putByte(0);
}

/**
 * Encodes values so that comparing the bytes compares the values in BSON's order (binary collation), each in its direction.
 * Equal numbers of different types give equal bytes; no key of n values is a prefix of another one.
 */
export function encodeKey(values: readonly Value[], directions: readonly (1 | -1)[]): Uint8Array {
  size = 0;
  for (const [i, value] of values.entries()) {
    const from = size;
    putValue(value);
    if (directions[i] === -1) invert(from);
  }
  return copyOf(buffer, size);
}
