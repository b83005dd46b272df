import { MongoError } from '../error.ts';
import { civilTime, formatIso } from '../values/calendar.ts';
import { formatNumber } from '../values/format.ts';
import { toInt64, wholeInt32 } from '../values/number.ts';
import { compareStrings } from '../values/order.ts';
import { BsonDate, BsonSymbol, Code, int32, isNullish, isNumeric, Timestamp, typeName } from '../values/value.ts';
import type { Value } from '../values/value.ts';
import { indexArgument } from './array.ts';
import type { OperatorTable } from './operator.ts';
import { binary, named, ranged, unary, variadic } from './operator.ts';

type Maybe = Value | undefined;

const C_NAMES: Readonly<Record<string, string>> = { NaN: 'nan', Infinity: 'inf', '-Infinity': '-inf' };
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function timestampText({ value }: Timestamp): string {
  const t = civilTime((value >> 32n) * 1000n);
  const clock = [t.hour, t.minute, t.second].map((n) => String(n).padStart(2, '0')).join(':');
  return `${MONTHS[t.month - 1]} ${String(t.day).padStart(2)} ${clock}:${value & 0xffffffffn}`;
}

/** What the older string operators make of a value. */
function coerce(v: Maybe): string {
  if (typeof v === 'string') return v;
  if (isNullish(v)) return '';
  if (isNumeric(v)) return typeof v === 'number' && !Number.isFinite(v) ? (C_NAMES[String(v)] ?? '') : formatNumber(v);
  if (v instanceof BsonDate) return formatIso(v);
  if (v instanceof Code) return v.code;
  if (v instanceof BsonSymbol) return v.value;
  if (v instanceof Timestamp) return timestampText(v);
  throw new MongoError(16_007, `can't convert from BSON type ${typeName(v)} to String`);
}

const upper = (text: string): string => text.replaceAll(/[a-z]+/gu, (part) => part.toUpperCase());
const lower = (text: string): string => text.replaceAll(/[A-Z]+/gu, (part) => part.toLowerCase());

function concat(values: Maybe[]): Maybe {
  let result = '';
  for (const value of values) {
    if (isNullish(value)) return null;
    if (typeof value !== 'string')
      throw new MongoError(16_702, `$concat only supports strings, not ${typeName(value)}`);
    result += value;
  }
  return result;
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

function substrBytes([text, from, length]: Maybe[]): Maybe {
  const bytes = Buffer.from(coerce(text));
  if (!isNumeric(from)) throw new MongoError(16_034, '$substrBytes:  starting index must be a numeric type');
  if (!isNumeric(length)) throw new MongoError(16_035, '$substrBytes:  length must be a numeric type');
  const start = toInt64(from);
  if (start < 0n) throw new MongoError(50_752, `$substrBytes:  starting index must be non-negative (got: ${start})`);
  const size = toInt64(length);
  const begin = Number(start);
  const end = size < 0n ? bytes.length : Math.min(bytes.length, begin + Number(size));
  if (begin < bytes.length && isContinuation(bytes[begin])) {
    throw new MongoError(28_656, '$substrBytes:  Invalid range, starting index is a UTF-8 continuation byte.');
  }
  if (begin < bytes.length && isContinuation(bytes[end])) {
    throw new MongoError(28_657, '$substrBytes:  Invalid range, ending index is in the middle of a UTF-8 character.');
  }
  return begin >= bytes.length ? '' : bytes.toString('utf8', begin, end);
}

function substrCP([text, from, length]: Maybe[]): Maybe {
  const source = coerce(text);
  const start = integer(from, 34_450, 34_451, 'starting index');
  const count = integer(length, 34_452, 34_453, 'length');
  if (count < 0) throw new MongoError(34_454, '$substrCP: length must be a nonnegative integer.');
  if (start < 0) throw new MongoError(34_455, '$substrCP: the starting index must be nonnegative integer.');
  return Array.from(source)
    .slice(start, start + count)
    .join('');
}

function integer(v: Maybe, notNumeric: number, notWhole: number, what: string): number {
  if (!isNumeric(v)) throw new MongoError(notNumeric, `$substrCP: ${what} must be a numeric type`);
  const n = wholeInt32(v);
  if (n === undefined)
    throw new MongoError(notWhole, `$substrCP: ${what} cannot be represented as a 32-bit integral value`);
  return n;
}

/** Positions within text: of bytes or of code points. */
interface Units {
  readonly codes: readonly [notText: number, notSearch: number];
  length(text: string): number;
  /** The part of the text before a position. */
  before(text: string, position: number): string;
}

const BYTES: Units = {
  codes: [40_091, 40_092],
  length: (text) => Buffer.byteLength(text),
  before: (text, position) => Buffer.from(text).toString('latin1', 0, position),
};

const CODE_POINTS: Units = {
  codes: [40_093, 40_094],
  length: (text) => Array.from(text).length,
  before: (text, position) => Array.from(text).slice(0, position).join(''),
};

function indexOf(values: Maybe[], units: Units): Maybe {
  const [text, search, from, to] = values;
  if (isNullish(text)) return null;
  if (typeof text !== 'string')
    throw new MongoError(units.codes[0], '$indexOf requires a string as the first argument');
  if (typeof search !== 'string') {
    throw new MongoError(units.codes[1], '$indexOf requires a string as the second argument');
  }
  if (units === CODE_POINTS && text === '' && search === '') return int32(0);
  const length = units.length(text);
  const start = values.length > 2 ? indexArgument(from, 'starting') : 0;
  const end = Math.min(values.length > 3 ? indexArgument(to, 'ending') : length, length);
  if (start > length || end < start) return int32(-1);
  const isBytes = units === BYTES;
  const haystack = isBytes ? Buffer.from(text).toString('latin1') : text;
  const needle = isBytes ? Buffer.from(search).toString('latin1') : search;
  const offset = units.before(text, start).length;
  const found = haystack.indexOf(needle, offset);
  if (found === -1) return int32(-1);
  const position = isBytes ? found : Array.from(text.slice(0, found)).length;
  return int32(position + units.length(search) <= end ? position : -1);
}

function split(text: Maybe, separator: Maybe): Maybe {
  if (isNullish(text) || isNullish(separator)) return null;
  if (typeof text !== 'string') throw new MongoError(40_085, '$split requires a string as a first argument');
  if (typeof separator !== 'string') throw new MongoError(40_086, '$split requires a string as a second argument');
  if (separator === '') throw new MongoError(40_087, '$split requires a non-empty separator');
  return text.split(separator);
}

/** The white space that the trim operators remove unless told otherwise. */
const BLANKS = [
  '\0',
  ' ',
  '\t',
  '\n',
  '\v',
  '\f',
  '\r',
  '\u{a0}',
  '\u{1680}',
  '\u{2000}',
  '\u{2001}',
  '\u{2002}',
  '\u{2003}',
  '\u{2004}',
  '\u{2005}',
  '\u{2006}',
  '\u{2007}',
  '\u{2008}',
  '\u{2009}',
  '\u{200a}',
];

const trimmer = (name: string, atStart: boolean, atEnd: boolean): OperatorTable => ({
  [name]: named(name, { required: ['input'], optional: ['chars'], codes: [50_696, 50_694, 50_695] }, (args, given) => {
    const text = args['input'];
    const chars = args['chars'];
    if (isNullish(text)) return null;
    if (typeof text !== 'string') throw new MongoError(50_699, `${name} requires its input to be a string`);
    if (given.has('chars') && isNullish(chars)) return null;
    if (chars !== undefined && typeof chars !== 'string') {
      throw new MongoError(50_700, `${name} requires 'chars' to be a string`);
    }
    const removed = new Set(chars === undefined ? BLANKS : chars);
    const points = Array.from(text);
    let start = 0;
    let end = points.length;
    if (atStart) while (start < end && removed.has(points[start] ?? '')) start++;
    if (atEnd) while (end > start && removed.has(points[end - 1] ?? '')) end--;
    return points.slice(start, end).join('');
  }),
});

const replacer = (name: string, all: boolean): OperatorTable => ({
  [name]: named(
    name,
    {
      required: ['input', 'find', 'replacement'],
      codes: [51_751, 51_750, { input: 51_749, find: 51_748, replacement: 51_747 }],
    },
    (args) => {
      const text = (key: string, code: number): string | undefined => {
        const v = args[key];
        if (isNullish(v)) return undefined;
        if (typeof v !== 'string') throw new MongoError(code, `${name} requires that '${key}' be a string`);
        return v;
      };
      const input = text('input', 51_746);
      const find = text('find', 51_745);
      const replacement = text('replacement', 51_744);
      if (input === undefined || find === undefined || replacement === undefined) return null;
      return all ? input.replaceAll(find, () => replacement) : input.replace(find, () => replacement);
    },
  ),
});

export const STRING: OperatorTable = {
  $concat: variadic(concat),
  $toUpper: unary('$toUpper', (v) => upper(coerce(v))),
  $toLower: unary('$toLower', (v) => lower(coerce(v))),
  $strcasecmp: binary('$strcasecmp', (a, b) => int32(compareStrings(upper(coerce(a)), upper(coerce(b))))),
  $substr: ranged('$substrBytes', 3, 3, substrBytes),
  $substrBytes: ranged('$substrBytes', 3, 3, substrBytes),
  $substrCP: ranged('$substrCP', 3, 3, substrCP),
  $strLenBytes: unary('$strLenBytes', (v) => {
    if (typeof v !== 'string')
      throw new MongoError(34_473, `$strLenBytes requires a string argument, found: ${typeName(v)}`);
    return int32(Buffer.byteLength(v));
  }),
  $strLenCP: unary('$strLenCP', (v) => {
    if (typeof v !== 'string')
      throw new MongoError(34_471, `$strLenCP requires a string argument, found: ${typeName(v)}`);
    return int32(Array.from(v).length);
  }),
  $indexOfBytes: ranged('$indexOfBytes', 2, 4, (values) => indexOf(values, BYTES)),
  $indexOfCP: ranged('$indexOfCP', 2, 4, (values) => indexOf(values, CODE_POINTS)),
  $split: binary('$split', split),
  ...trimmer('$trim', true, true),
  ...trimmer('$ltrim', true, false),
  ...trimmer('$rtrim', false, true),
  ...replacer('$replaceOne', false),
  ...replacer('$replaceAll', true),
};
