import { failedToParse, MongoError, notSupported } from '../error.ts';
import { civilTime, dayNumber, daysFromCivil, floorDivide, msFromCivil, weekday } from '../values/calendar.ts';
import { wholeNumber } from '../values/number.ts';
import { fromLocal, toLocal } from '../values/timezone.ts';
import type { TimeZone } from '../values/timezone.ts';
import { BsonDate, isNullish, isNumeric, ObjectId, Timestamp, typeName } from '../values/value.ts';
import type { Value } from '../values/value.ts';
import { coerceDate, dateOf, zoneOf } from './date.ts';
import type { OperatorTable } from './operator.ts';
import { named } from './operator.ts';

type Maybe = Value | undefined;
type Arguments = Readonly<Record<string, Maybe>>;
type Given = ReadonlyMap<string, Value>;

/** Units of a fixed length, in milliseconds. */
const FIXED: Readonly<Record<string, bigint>> = {
  millisecond: 1n,
  second: 1000n,
  minute: 60_000n,
  hour: 3_600_000n,
  day: 86_400_000n,
  week: 604_800_000n,
};
/** Units of months. */
const MONTHS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

const isDateLike = (v: Maybe): v is BsonDate | Timestamp | ObjectId =>
  v instanceof BsonDate || v instanceof Timestamp || v instanceof ObjectId;

function unitOf(name: string, v: Maybe, notString: number): string {
  if (typeof v !== 'string') {
    throw new MongoError(notString, `${name} requires 'unit' to be a string, but got ${typeName(v)}`);
  }
  if (!Object.hasOwn(FIXED, v) && !Object.hasOwn(MONTHS, v)) throw failedToParse(`unknown time unit value: ${v}`);
  return v;
}

function weekStart(name: string, v: Maybe, notString: number): number {
  if (typeof v !== 'string') {
    throw new MongoError(notString, `${name} requires 'startOfWeek' to be a string, but got ${typeName(v)}`);
  }
  const lower = v.toLowerCase();
  const day = WEEKDAYS.findIndex((weekdayName) => weekdayName === lower || weekdayName.slice(0, 3) === lower);
  if (day === -1) throw failedToParse(`unknown day of week value: ${v}`);
  return day;
}

/** Whole months since the year 0. */
const monthNumber = (localMs: bigint): number => {
  const { year, month } = civilTime(localMs);
  return year * 12 + month - 1;
};

/** Every offset of standard time and of daylight saving is a multiple of this. */
const QUARTER = 900_000n;

function dateDiff(args: Arguments, given: Given): Maybe {
  if (isNullish(args['startDate']) || isNullish(args['endDate']) || isNullish(args['unit'])) return null;
  const zone = zoneOf(args['timezone'], given.has('timezone'));
  if (!zone) return null;
  for (const key of ['startDate', 'endDate']) {
    if (!isDateLike(args[key])) {
      throw new MongoError(5_166_307, `$dateDiff requires '${key}' to be a date, but got ${typeName(args[key])}`);
    }
  }
  const unit = unitOf('$dateDiff', args['unit'], 5_166_306);
  const first = coerceDate(args['startDate']);
  const last = coerceDate(args['endDate']);
  const from = toLocal(first, zone);
  const to = toLocal(last, zone);
  const months = MONTHS[unit];
  if (months !== undefined) {
    return BigInt(Math.floor(monthNumber(to) / months) - Math.floor(monthNumber(from) / months));
  }
  if (unit === 'day') return BigInt(dayNumber(to) - dayNumber(from));
  // Servers disagree about the day on which weeks begin here.
  if (unit === 'week') throw notSupported("$dateDiff with the unit 'week'");
  // Hours are as long as they are, but begin where the zone's clock shows a full one.
  const size = FIXED[unit] ?? 1n;
  // Local mean time, which zones had before they were standardized, is not taken for daylight saving.
  const isMeanTime = (to - last - (from - first)) % QUARTER !== 0n;
  if (isMeanTime) return floorDivide(to, size) - floorDivide(from, size);
  return floorDivide(last + ((to - last) % size), size) - floorDivide(first + ((from - first) % size), size);
}

/** Bins are counted from the first of January 2000; weeks from the first week that begins after it. */
const REFERENCE_DAY = daysFromCivil(2000, 1, 1);

function truncate(ms: bigint, unit: string, size: number, zone: TimeZone, startOfWeek: number): bigint {
  const local = toLocal(ms, zone);
  const months = MONTHS[unit];
  if (months !== undefined) {
    const bin = months * size;
    const month = Math.floor((monthNumber(local) - 24_000) / bin) * bin + 24_000;
    return fromLocal(
      msFromCivil({ year: 0, month: month + 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 }),
      zone,
    );
  }
  if (unit === 'day' || unit === 'week') {
    const bin = unit === 'week' ? 7 * size : size;
    const first = unit === 'week' ? REFERENCE_DAY + ((startOfWeek - weekday(REFERENCE_DAY) + 7) % 7) : REFERENCE_DAY;
    const day = Math.floor((dayNumber(local) - first) / bin) * bin + first;
    return fromLocal(BigInt(day) * 86_400_000n, zone);
  }
  const bin = (FIXED[unit] ?? 1n) * BigInt(size);
  // Fixed units are counted from the moment at which the year 2000 began in the zone.
  const reference = fromLocal(BigInt(REFERENCE_DAY) * 86_400_000n, zone);
  return floorDivide(ms - reference, bin) * bin + reference;
}

function dateTrunc(args: Arguments, given: Given): Maybe {
  const zone = zoneOf(args['timezone'], given.has('timezone'));
  const hasBin = given.has('binSize');
  if (!zone || isNullish(args['date']) || isNullish(args['unit']) || (hasBin && isNullish(args['binSize'])))
    return null;
  if (!isDateLike(args['date'])) {
    throw new MongoError(5_439_012, `$dateTrunc requires 'date' to be a date, but got ${typeName(args['date'])}`);
  }
  const unit = unitOf('$dateTrunc', args['unit'], 5_439_013);
  if (unit === 'week' && given.has('startOfWeek') && isNullish(args['startOfWeek'])) return null;
  const size = hasBin ? (isNumeric(args['binSize']) ? wholeNumber(args['binSize']) : undefined) : 1n;
  if (size === undefined) {
    throw new MongoError(5_439_017, "$dateTrunc requires 'binSize' to be a 64-bit integer");
  }
  if (size <= 0n) throw new MongoError(5_439_018, "$dateTrunc requires 'binSize' to be greater than 0");
  if (size > 100_000_000_000n) throw new MongoError(5_439_005, "$dateTrunc 'binSize' is too large");
  const isWeek = unit === 'week' && given.has('startOfWeek');
  const startOfWeek = isWeek ? weekStart('$dateTrunc', args['startOfWeek'], 5_439_015) : 0;
  return dateOf(truncate(coerceDate(args['date']), unit, Number(size), zone, startOfWeek), '$dateTrunc');
}

export const DATE_MATH: OperatorTable = {
  $dateDiff: named(
    '$dateDiff',
    {
      required: ['startDate', 'endDate', 'unit'],
      optional: ['timezone'],
      codes: [5_166_301, 5_166_302, { startDate: 5_166_303, endDate: 5_166_304, unit: 5_166_305 }],
    },
    dateDiff,
  ),
  $dateTrunc: named(
    '$dateTrunc',
    {
      required: ['date', 'unit'],
      optional: ['binSize', 'timezone', 'startOfWeek'],
      codes: [5_439_007, 5_439_008, { date: 5_439_009, unit: 5_439_010 }],
    },
    dateTrunc,
  ),
};
