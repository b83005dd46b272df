import { MongoError } from '../error.ts';
import {
  civilTime,
  dayNumber,
  dayOfYear,
  daysFromCivil,
  isoWeek,
  isoWeekStart,
  sundayWeek,
  weekday,
} from '../values/calendar.ts';
import { INT64_MAX, INT64_MIN, wholeNumber } from '../values/number.ts';
import { fromLocal, timeZone, toLocal, UTC } from '../values/timezone.ts';
import type { TimeZone } from '../values/timezone.ts';
import { BsonDate, doc, int32, isDoc, isNullish, isNumeric, ObjectId, Timestamp, typeName } from '../values/value.ts';
import type { Value } from '../values/value.ts';
import type { Compiler, NamedArguments, OperatorTable } from './operator.ts';
import { combine, named } from './operator.ts';
import type { Expression } from './scope.ts';

type Maybe = Value | undefined;

/** What counts as a date in the date expressions. */
export function coerceDate(v: Maybe): bigint {
  if (v instanceof BsonDate) return v.ms;
  if (v instanceof Timestamp) return (v.value >> 32n) * 1000n;
  if (v instanceof ObjectId) return BigInt(Number.parseInt(v.hex.slice(0, 8), 16)) * 1000n;
  throw new MongoError(16_006, `can't convert from BSON type ${typeName(v)} to Date`);
}

/** The zone of a `timezone` argument; `undefined` when the argument is null. */
export function zoneOf(v: Maybe, isGiven: boolean, code = 40_517): TimeZone | undefined {
  if (!isGiven) return UTC;
  if (isNullish(v)) return undefined;
  if (typeof v !== 'string') throw new MongoError(code, `timezone must evaluate to a string, found ${typeName(v)}`);
  return timeZone(v);
}

export function dateOf(ms: bigint, name: string): BsonDate {
  if (ms > INT64_MAX || ms < INT64_MIN) throw new MongoError(15, `date overflow in ${name}`);
  return new BsonDate(ms);
}

/** An operator of a date that may come with a zone: `"$d"`, `["$d"]` or `{ date, timezone }`. */
function part(name: string, apply: (localMs: bigint) => Value): OperatorTable {
  const compileOperand = (operand: Value, { compile }: Compiler): Expression => {
    const hasArguments = isDoc(operand) && !(operand.keys().next().value ?? '').startsWith('$');
    if (!hasArguments) {
      if (Array.isArray(operand) && operand.length !== 1) {
        throw new MongoError(
          40_536,
          `${name} accepts exactly one argument if given an array, but was given ${operand.length}`,
        );
      }
      const date = compile(Array.isArray(operand) ? (operand[0] ?? null) : operand);
      return combine([date], (env) => {
        const value = date.evaluate(env);
        return isNullish(value) ? null : apply(coerceDate(value));
      });
    }
    for (const key of operand.keys()) {
      if (key !== 'date' && key !== 'timezone')
        throw new MongoError(40_535, `unrecognized option to ${name}: "${key}"`);
    }
    const given = operand.get('date');
    if (given === undefined) throw new MongoError(40_539, `missing 'date' argument to ${name}`);
    const date = compile(given);
    const zone = operand.get('timezone');
    const timezone = zone === undefined ? undefined : compile(zone);
    return combine(timezone ? [date, timezone] : [date], (env) => {
      const value = date.evaluate(env);
      if (isNullish(value)) return null;
      const ms = coerceDate(value);
      const place = zoneOf(timezone?.evaluate(env), timezone !== undefined, 40_533);
      return place ? apply(toLocal(ms, place)) : null;
    });
  };
  return { [name]: compileOperand };
}

const DATE_PARTS: OperatorTable = {
  ...part('$year', (ms) => int32(civilTime(ms).year)),
  ...part('$month', (ms) => int32(civilTime(ms).month)),
  ...part('$dayOfMonth', (ms) => int32(civilTime(ms).day)),
  ...part('$dayOfWeek', (ms) => int32(weekday(dayNumber(ms)) + 1)),
  ...part('$dayOfYear', (ms) => int32(dayOfYear(dayNumber(ms)))),
  ...part('$hour', (ms) => int32(civilTime(ms).hour)),
  ...part('$minute', (ms) => int32(civilTime(ms).minute)),
  ...part('$second', (ms) => int32(civilTime(ms).second)),
  ...part('$millisecond', (ms) => int32(civilTime(ms).millisecond)),
  ...part('$week', (ms) => int32(sundayWeek(dayNumber(ms)))),
  ...part('$isoWeek', (ms) => int32(isoWeek(dayNumber(ms)).week)),
  ...part('$isoWeekYear', (ms) => BigInt(isoWeek(dayNumber(ms)).year)),
  ...part('$isoDayOfWeek', (ms) => int32(weekday(dayNumber(ms)) || 7)),
};

function dateToParts(args: Readonly<Record<string, Maybe>>, given: ReadonlyMap<string, Value>): Maybe {
  const zone = zoneOf(args['timezone'], given.has('timezone'));
  const iso = given.has('iso8601') ? args['iso8601'] : false;
  if (!isNullish(iso) && typeof iso !== 'boolean') {
    throw new MongoError(40_521, `iso8601 must evaluate to a bool, found ${typeName(iso)}`);
  }
  if (!zone || isNullish(iso) || isNullish(args['date'])) return null;
  const local = toLocal(coerceDate(args['date']), zone);
  const t = civilTime(local);
  const days = dayNumber(local);
  const week = isoWeek(days);
  const clock: [string, Value][] = [
    ['hour', int32(t.hour)],
    ['minute', int32(t.minute)],
    ['second', int32(t.second)],
    ['millisecond', int32(t.millisecond)],
  ];
  return iso
    ? doc(
        ['isoWeekYear', int32(week.year)],
        ['isoWeek', int32(week.week)],
        ['isoDayOfWeek', int32(weekday(days) || 7)],
        ...clock,
      )
    : doc(['year', int32(t.year)], ['month', int32(t.month)], ['day', int32(t.day)], ...clock);
}

const NATURAL = ['year', 'month', 'day'];
const ISO = ['isoWeekYear', 'isoWeek', 'isoDayOfWeek'];

/** Checks which of the two kinds of parts are given before they are evaluated. */
function dateFromParts(operand: Value, compiler: Compiler): Expression {
  const spec: NamedArguments = {
    required: [],
    optional: [...NATURAL, ...ISO, 'hour', 'minute', 'second', 'millisecond', 'timezone'],
    codes: [40_519, 40_518, 40_516],
  };
  if (isDoc(operand)) {
    for (const key of operand.keys()) {
      if (spec.optional?.includes(key) !== true) {
        throw new MongoError(40_518, `Unrecognized argument to $dateFromParts: ${key}`);
      }
    }
    if (!operand.has('year') && !operand.has('isoWeekYear')) {
      throw new MongoError(40_516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present");
    }
    if (operand.has('year') && ISO.some((key) => operand.has(key))) {
      throw new MongoError(40_489, '$dateFromParts does not allow mixing natural dates with ISO dates');
    }
    if (operand.has('isoWeekYear') && NATURAL.some((key) => operand.has(key))) {
      throw new MongoError(40_525, '$dateFromParts does not allow mixing ISO dates with natural dates');
    }
  }
  return named('$dateFromParts', spec, fromParts)(operand, compiler);
}

const SHORT = 32_767;

function fromParts(args: Readonly<Record<string, Maybe>>, given: ReadonlyMap<string, Value>): Maybe {
  let isNull = false;
  const number = (name: string, standard: number, max: number): number => {
    if (!given.has(name)) return standard;
    const v = args[name];
    if (isNullish(v)) {
      isNull = true;
      return standard;
    }
    const n = isNumeric(v) ? wholeNumber(v) : undefined;
    if (n === undefined) throw new MongoError(40_515, `'${name}' must evaluate to an integer, found ${typeName(v)}`);
    if (n > BigInt(max) || n < BigInt(-max - 1)) {
      if (max === SHORT)
        throw new MongoError(31_034, `'${name}' must evaluate to a value in the range [-32768, 32767]`);
      throw new MongoError(159, 'Overflow casting from a lower-precision duration to a higher-precision duration');
    }
    return Number(n);
  };
  const year = (name: string): number => {
    const n = number(name, 1970, Number.MAX_SAFE_INTEGER);
    if (!isNull && (n < 1 || n > 9999)) {
      throw new MongoError(40_523, `'${name}' must evaluate to an integer in the range 1 to 9999, found ${n}`);
    }
    return n;
  };
  const isIso = given.has('isoWeekYear');
  const days = isIso
    ? isoWeekStart(year('isoWeekYear'), number('isoWeek', 1, SHORT)) + number('isoDayOfWeek', 1, SHORT) - 1
    : daysFromCivil(year('year'), number('month', 1, SHORT), number('day', 1, SHORT));
  const local =
    BigInt(days) * 86_400_000n +
    BigInt(number('hour', 0, SHORT)) * 3_600_000n +
    BigInt(number('minute', 0, SHORT)) * 60_000n +
    BigInt(number('second', 0, Number.MAX_SAFE_INTEGER)) * 1000n +
    BigInt(number('millisecond', 0, Number.MAX_SAFE_INTEGER));
  const zone = zoneOf(args['timezone'], given.has('timezone'));
  return isNull || !zone ? null : new BsonDate(fromLocal(local, zone));
}

export const DATE: OperatorTable = {
  ...DATE_PARTS,
  $dateToParts: named(
    '$dateToParts',
    { required: ['date'], optional: ['timezone', 'iso8601'], codes: [40_524, 40_520, 40_522] },
    dateToParts,
  ),
  $dateFromParts: dateFromParts,
};
