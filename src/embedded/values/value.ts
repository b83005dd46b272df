/** A BSON document: a Map keeps field order and makes integer-like names, `__proto__` and `constructor` harmless. */
export type Doc = Map<string, Value>;

/** A BSON value with its exact type: `number` is a double, `bigint` an int64. JavaScript's `undefined` means "missing". */
export type Value =
  | number
  | Int32
  | bigint
  | Decimal
  | string
  | boolean
  | null
  | BsonDate
  | ObjectId
  | Binary
  | Timestamp
  | Regex
  | Code
  | CodeWithScope
  | BsonSymbol
  | DBPointer
  | Singleton
  | Doc
  | Value[];

/** A 32-bit integer. Make it with `int32()`, which shares the small ones. */
export class Int32 {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

const SMALL = Array.from({ length: 1280 }, (_, i) => new Int32(i - 256));

/** The int32 of a whole number within its range. */
export const int32 = (n: number): Int32 => SMALL[n + 256] ?? new Int32(n);

/** IEEE 754-2008 decimal128: `(-1)^negative * coefficient * 10^exponent`, at most 34 digits. */
export class Decimal {
  readonly kind: 'finite' | 'infinite' | 'nan';
  readonly negative: boolean;
  readonly coefficient: bigint;
  readonly exponent: number;
  constructor(kind: 'finite' | 'infinite' | 'nan', negative: boolean, coefficient: bigint, exponent: number) {
    this.kind = kind;
    this.negative = negative;
    this.coefficient = coefficient;
    this.exponent = exponent;
  }
}

/** A UTC date: milliseconds since 1970, the whole int64 range. */
export class BsonDate {
  readonly ms: bigint;
  constructor(ms: bigint) {
    this.ms = ms;
  }
}

/** Twelve bytes as 24 lower-case hexadecimal digits, which order as the bytes do. */
export class ObjectId {
  readonly hex: string;
  constructor(hex: string) {
    this.hex = hex;
  }
}

export class Binary {
  readonly subtype: number;
  readonly bytes: Uint8Array;
  constructor(subtype: number, bytes: Uint8Array) {
    this.subtype = subtype;
    this.bytes = bytes;
  }
}

/** Unsigned 64 bits: seconds in the high half, an increment in the low half. */
export class Timestamp {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

export class Regex {
  readonly pattern: string;
  readonly options: string;
  constructor(pattern: string, options: string) {
    this.pattern = pattern;
    this.options = options;
  }
}

export class Code {
  readonly code: string;
  constructor(code: string) {
    this.code = code;
  }
}

export class CodeWithScope {
  readonly code: string;
  readonly scope: Doc;
  constructor(code: string, scope: Doc) {
    this.code = code;
    this.scope = scope;
  }
}

export class BsonSymbol {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}

export class DBPointer {
  readonly namespace: string;
  readonly id: ObjectId;
  constructor(namespace: string, id: ObjectId) {
    this.namespace = namespace;
    this.id = id;
  }
}

/** The values without content: the deprecated `undefined`, MinKey, MaxKey. */
export class Singleton {
  readonly name: 'undefined' | 'minKey' | 'maxKey';
  constructor(name: 'undefined' | 'minKey' | 'maxKey') {
    this.name = name;
  }
}

export const UNDEFINED = new Singleton('undefined');
export const MIN_KEY = new Singleton('minKey');
export const MAX_KEY = new Singleton('maxKey');

/** Numbers of all four types. */
export type Numeric = number | Int32 | bigint | Decimal;

export const isDoc = (v: Value | undefined): v is Doc => v instanceof Map;

export const isNumeric = (v: Value | undefined): v is Numeric =>
  typeof v === 'number' || v instanceof Int32 || typeof v === 'bigint' || v instanceof Decimal;

/** Null, the deprecated `undefined` or missing. */
export const isNullish = (v: Value | undefined): v is null | undefined | Singleton =>
  v === null || v === undefined || v === UNDEFINED;

/** A document from pairs, in their order. */
export const doc = (...fields: [string, Value][]): Doc => new Map(fields);

/** BSON's type number, as `$type` and the wire format know it (MinKey is -1). */
export function typeNumber(v: Value): number {
  switch (typeof v) {
    case 'number':
      return 1;
    case 'string':
      return 2;
    case 'bigint':
      return 18;
    case 'boolean':
      return 8;
    default:
      break;
  }
  if (v === null) return 10;
  if (v instanceof Map) return 3;
  if (Array.isArray(v)) return 4;
  if (v instanceof Int32) return 16;
  if (v instanceof BsonDate) return 9;
  if (v instanceof ObjectId) return 7;
  if (v instanceof Decimal) return 19;
  if (v instanceof Binary) return 5;
  if (v instanceof Regex) return 11;
  if (v instanceof Timestamp) return 17;
  if (v instanceof Singleton) return v === UNDEFINED ? 6 : v === MIN_KEY ? -1 : 127;
  if (v instanceof Code) return 13;
  if (v instanceof CodeWithScope) return 15;
  if (v instanceof BsonSymbol) return 14;
  return 12;
}

/** The aliases of `$type` and of the aggregation operator `$type`, by type number. */
export const TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [-1, 'minKey'],
  [1, 'double'],
  [2, 'string'],
  [3, 'object'],
  [4, 'array'],
  [5, 'binData'],
  [6, 'undefined'],
  [7, 'objectId'],
  [8, 'bool'],
  [9, 'date'],
  [10, 'null'],
  [11, 'regex'],
  [12, 'dbPointer'],
  [13, 'javascript'],
  [14, 'symbol'],
  [15, 'javascriptWithScope'],
  [16, 'int'],
  [17, 'timestamp'],
  [18, 'long'],
  [19, 'decimal'],
  [127, 'maxKey'],
]);

/** The type's name, "missing" for a value that is not there. */
export const typeName = (v: Value | undefined): string =>
  v === undefined ? 'missing' : (TYPE_NAMES.get(typeNumber(v)) ?? 'unknown');
