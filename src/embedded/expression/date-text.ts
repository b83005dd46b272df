import { MongoError } from '../error.ts';
import { checkYear, civilTime, dayNumber, dayOfYear, isoWeek, sundayWeek, weekday } from '../values/calendar.ts';
import type { CivilTime } from '../values/calendar.ts';
import { toLocal } from '../values/timezone.ts';
import type { TimeZone } from '../values/timezone.ts';
import { BsonDate, isNullish, typeName } from '../values/value.ts';
import type { Value } from '../values/value.ts';
import { coerceDate, zoneOf } from './date.ts';
import { parseDate, parseWithFormat } from './date-parse.ts';
import type { OperatorTable } from './operator.ts';
import { named } from './operator.ts';

type Maybe = Value | undefined;

const pad = (n: number, width: number): string => String(n).padStart(width, '0');

function offsetText(ms: number): string {
  const minutes = Math.trunc(Math.abs(ms) / 60_000);
  return `${ms < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60), 2)}${pad(minutes % 60, 2)}`;
}

/** A moment in a zone, taken apart once for all specifiers of a format. */
interface Local {
  readonly time: CivilTime;
  /** Days since 1970-01-01. */
  readonly day: number;
  /** Milliseconds that the zone is ahead of UTC. */
  readonly offset: number;
}

/** The specifiers of a date format. */
const SPECIFIERS: Readonly<Record<string, (local: Local) => string>> = {
  Y: ({ time }) => year(time.year),
  m: ({ time }) => pad(time.month, 2),
  d: ({ time }) => pad(time.day, 2),
  H: ({ time }) => pad(time.hour, 2),
  M: ({ time }) => pad(time.minute, 2),
  S: ({ time }) => pad(time.second, 2),
  L: ({ time }) => pad(time.millisecond, 3),
  j: ({ day }) => pad(dayOfYear(day), 3),
  w: ({ day }) => String(weekday(day) + 1),
  u: ({ day }) => String(weekday(day) || 7),
  U: ({ day }) => pad(sundayWeek(day), 2),
  V: ({ day }) => pad(isoWeek(day).week, 2),
  G: ({ day }) => year(isoWeek(day).year),
  z: ({ offset }) => offsetText(offset),
  Z: ({ offset }) => String(Math.trunc(offset / 60_000)),
  '%': () => '%',
};

function year(n: number): string {
  checkYear(n);
  return pad(n, 4);
}

/** @throws MongoError 18535, 18536 */
function checkFormat(format: string): void {
  for (let i = 0; i < format.length; i++) {
    if (format[i] !== '%') continue;
    i++;
    if (i === format.length) throw new MongoError(18_535, "Unmatched '%' at end of format string");
    const letter = format[i] ?? '';
    if (!Object.hasOwn(SPECIFIERS, letter)) {
      throw new MongoError(18_536, `Invalid format character '%${letter}' in format string`);
    }
  }
}

function formatDate(format: string, ms: bigint, zone: TimeZone): string {
  const localMs = toLocal(ms, zone);
  const local: Local = { time: civilTime(localMs), day: dayNumber(localMs), offset: Number(localMs - ms) };
  let text = '';
  for (let i = 0; i < format.length; i++) {
    const char = format[i] ?? '';
    text += char === '%' ? (SPECIFIERS[format[++i] ?? '']?.(local) ?? '') : char;
  }
  return text;
}

function dateToString(args: Readonly<Record<string, Maybe>>, given: ReadonlyMap<string, Value>): Maybe {
  const onNull = given.has('onNull') ? args['onNull'] : null;
  const { format } = args;
  const zone = zoneOf(args['timezone'], given.has('timezone'));
  let pattern = '%Y-%m-%dT%H:%M:%S.%LZ';
  if (given.has('format')) {
    if (isNullish(format)) return isNullish(args['date']) ? onNull : null;
    if (typeof format !== 'string') {
      throw new MongoError(18_533, `$dateToString requires that 'format' be a string, found: ${typeName(format)}`);
    }
    checkFormat(format);
    pattern = format;
  }
  if (isNullish(args['date'])) return onNull;
  if (!zone) return null;
  return formatDate(pattern, coerceDate(args['date']), zone);
}

function dateFromString(args: Readonly<Record<string, Maybe>>, given: ReadonlyMap<string, Value>): Maybe {
  const { dateString, format } = args;
  const onNull = given.has('onNull') ? args['onNull'] : null;
  const zone = zoneOf(args['timezone'], given.has('timezone'));
  if (given.has('format') && !isNullish(format)) {
    if (typeof format !== 'string') {
      throw new MongoError(40_684, `$dateFromString requires that 'format' be a string, found: ${typeName(format)}`);
    }
  }
  if (isNullish(dateString)) return onNull;
  try {
    if (typeof dateString !== 'string') {
      throw new MongoError(
        241,
        `$dateFromString requires that 'dateString' be a string, found: ${typeName(dateString)}`,
      );
    }
    if (!zone || (given.has('format') && isNullish(format))) return null;
    const hasZone = given.has('timezone');
    const ms =
      typeof format === 'string'
        ? parseWithFormat(dateString, format, zone, hasZone)
        : parseDate(dateString, zone, hasZone);
    return new BsonDate(ms);
  } catch (error) {
    if (error instanceof MongoError && error.code === 241 && given.has('onError')) return args['onError'];
    throw error;
  }
}

export const DATE_TEXT: OperatorTable = {
  $dateToString: named(
    '$dateToString',
    { required: ['date'], optional: ['format', 'timezone', 'onNull'], codes: [18_629, 18_534, 18_628] },
    dateToString,
  ),
  $dateFromString: named(
    '$dateFromString',
    {
      required: ['dateString'],
      optional: ['format', 'timezone', 'onNull', 'onError'],
      codes: [40_540, 40_541, 40_542],
    },
    dateFromString,
  ),
};
