import { localDay, startOfDay } from './calendar.ts';

/** A span of time that figures are told of, as clocks in one time zone show it. */
export interface Period {
  /** `day:2026-11-10`, `week:2026-W46`, `month:2026-11`, `days:2026-11-06..2026-11-08` (both included). */
  readonly key: string;
  readonly timeZone: string;
  readonly from: Date;
  /** The first moment after it. */
  readonly to: Date;
  /** Where its slots begin: those of a day are its hours (23 or 25 where clocks change), those of longer ones are days. */
  readonly slots: readonly Date[];
}

export type PeriodKind = 'day' | 'week' | 'month';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const KEY = /^(?:day:(\d{4}-\d{2}-\d{2})|week:(\d{4})-W(\d{2})|month:(\d{4}-\d{2}))$/;
const DAYS = /^days:(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/;
/** Days that one period may have: slots of a chart. */
export const MOST_DAYS = 31;

// Days of the calendar are counted as midnights of UTC here: they know no time zone.
const midnight = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const dayAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const plusDays = (day: string, days: number): string => dayAt(midnight(day) + days * DAY);
/** Monday first. */
const weekday = (day: string): number => (new Date(midnight(day)).getUTCDay() + 6) % 7;

/** The Monday of an ISO week: the first is the one with the 4th of January. */
function mondayOf(year: number, week: number): string {
  const fourth = `${String(year).padStart(4, '0')}-01-04`;
  return plusDays(fourth, (week - 1) * 7 - weekday(fourth));
}

function weekOf(day: string): string {
  const thursday = plusDays(day, 3 - weekday(day));
  const year = thursday.slice(0, 4);
  const week = Math.round((midnight(plusDays(thursday, -3)) - midnight(mondayOf(Number(year), 1))) / (7 * DAY)) + 1;
  return `week:${year}-W${String(week).padStart(2, '0')}`;
}

const keyOf = (kind: PeriodKind, day: string): string =>
  kind === 'day' ? `day:${day}` : kind === 'week' ? weekOf(day) : `month:${day.slice(0, 7)}`;

/** The period of a kind in which a moment lies. */
export const periodAt = (kind: PeriodKind, timeZone: string, at: Date): Period =>
  made(keyOf(kind, localDay(timeZone, at)), timeZone);

/** A period by its key; null: that is no key of one. */
export function periodOf(key: string, timeZone: string): Period | null {
  const [, begins, ends] = DAYS.exec(key) ?? [];
  if (begins !== undefined && ends !== undefined) {
    const isSpan = isDay(begins) && isDay(ends) && begins < ends && midnight(ends) - midnight(begins) < MOST_DAYS * DAY;
    return isSpan ? made(key, timeZone) : null;
  }
  const first = KEY.test(key) ? daysOf(key)[0] : undefined;
  // `2026-02-30` and `2026-W53` are none.
  if (first === undefined || Number.isNaN(midnight(first)) || keyOf(kindOf(key), plusDays(first, 0)) !== key)
    return null;
  return made(key, timeZone);
}

/** The period from a day to another, both included: a day of its own, or several. */
export const spanOf = (timeZone: string, first: string, last: string): Period =>
  made(first === last ? `day:${first}` : `days:${first}..${last}`, timeZone);

const isDay = (day: string): boolean => !Number.isNaN(midnight(day)) && plusDays(day, 0) === day;

const kindOf = (key: string): PeriodKind =>
  key.startsWith('day:') ? 'day' : key.startsWith('week:') ? 'week' : 'month';

/** The first day of a period, and the first one after it. */
function daysOf(key: string): readonly [string, string] {
  const [, begins, ends] = DAYS.exec(key) ?? [];
  if (begins !== undefined && ends !== undefined) return [begins, plusDays(ends, 1)];
  const [, day, year = '', week = '', month = ''] = KEY.exec(key) ?? [];
  if (day !== undefined) return Number.isNaN(midnight(day)) ? [day, day] : [day, plusDays(day, 1)];
  if (year !== '') {
    const monday = mondayOf(Number(year), Number(week));
    return [monday, plusDays(monday, 7)];
  }
  const first = `${month}-01`;
  return Number.isNaN(midnight(first)) ? [first, first] : [first, `${plusDays(first, 31).slice(0, 7)}-01`];
}

function made(key: string, timeZone: string): Period {
  const [first, next] = daysOf(key);
  const [from, to] = [startOfDay(timeZone, first), startOfDay(timeZone, next)];
  const slots: Date[] = [];
  if (key.startsWith('day:')) for (let at = from.getTime(); at < to.getTime(); at += HOUR) slots.push(new Date(at));
  else for (let day = first; day !== next; day = plusDays(day, 1)) slots.push(startOfDay(timeZone, day));
  return { key, timeZone, from, to, slots };
}

/** The period of the same length before one. */
export const before = ({ key, timeZone }: Pick<Period, 'key' | 'timeZone'>): Period =>
  moved(key, timeZone, null) ?? made(keyOf(kindOf(key), plusDays(daysOf(key)[0], -1)), timeZone);

/** The same weekday one week before; null: longer periods have none. */
export const weekBefore = ({ key, timeZone }: Pick<Period, 'key' | 'timeZone'>): Period | null =>
  moved(key, timeZone, 7) ??
  (kindOf(key) === 'day' ? made(keyOf('day', plusDays(daysOf(key)[0], -7)), timeZone) : null);

/** Several days, so many days earlier (null: as many as they are); null: it is no such period, or they would overlap it. */
function moved(key: string, timeZone: string, days: number | null): Period | null {
  if (!DAYS.test(key)) return null;
  const [first, next] = daysOf(key);
  const length = Math.round((midnight(next) - midnight(first)) / DAY);
  const by = days ?? length;
  return by < length ? null : spanOf(timeZone, plusDays(first, -by), plusDays(next, -by - 1));
}
