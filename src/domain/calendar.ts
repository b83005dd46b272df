import { DEFAULT_HOURS, endOf, type Hours } from './hours.ts';
import { momentOf, offsetAt } from './wall-clock.ts';

/**
 * When somebody works. A span begins when clocks show its first minute and ends when they first show its last one: an hour that they jump
 * over is none, one that they show twice counts as the two hours that pass.
 */
export interface Calendar {
  readonly timeZone: string;
  /** Working spans by day of the week, Sunday first; they may overlap. Each belongs to the day on which it begins. */
  readonly week: readonly (readonly Hours[])[];
  /** Other spans on single days; none: closed. */
  readonly days: SpecialDays;
}

/** Single days by name (`2026-10-01`); undefined: as the day of the week. Answers the same for good. A `Map` is one. */
export interface SpecialDays {
  get(day: string): readonly Hours[] | undefined;
}

const DAY = 86_400_000;
const MINUTE = 60_000;
/** Whatever has no working time for so many days has none. */
const MOST_IDLE_DAYS = 400;
/** Days that are remembered per calendar; forgotten all at once when there are more. */
const MOST_KNOWN = 1_500;

/** The same span every day, without holidays. */
export const everyDay = (timeZone: string, hours: Hours = DEFAULT_HOURS): Calendar => ({
  timeZone,
  week: Array.from({ length: 7 }, () => [hours]),
  days: new Map(),
});

const moved = new WeakMap<Calendar, Map<string, Calendar>>();

/** The same spans by clocks of another time zone; always the same object, so what is known of it stays known. */
export function inZone(calendar: Calendar, timeZone: string): Calendar {
  if (calendar.timeZone === timeZone) return calendar;
  const known = moved.get(calendar) ?? new Map<string, Calendar>();
  moved.set(calendar, known);
  const there = known.get(timeZone) ?? { ...calendar, timeZone };
  known.set(timeZone, there);
  return there;
}

/** One UTC day of a calendar, moments in ms. Days in UTC are found without looking at a clock on a wall. */
interface Stretch {
  /** Working spans in order as pairs, clipped to the day. */
  readonly spans: readonly number[];
  /** Their length together. */
  readonly total: number;
  readonly opens: readonly number[];
  readonly closes: readonly number[];
}

interface Known {
  /** Spans of local days (by number: days since 1970), in order and without overlaps, as pairs of moments. */
  readonly local: Map<number, readonly number[]>;
  readonly utc: Map<number, Stretch>;
}
const caches = new WeakMap<Calendar, Known>();

function knownOf(calendar: Calendar): Known {
  let known = caches.get(calendar);
  if (known === undefined) {
    known = { local: new Map(), utc: new Map() };
    caches.set(calendar, known);
  }
  return known;
}

function remembered<T>(map: Map<number, T>, key: number, find: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const found = find();
  if (map.size >= MOST_KNOWN) map.clear();
  map.set(key, found);
  return found;
}

const nameOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

/** What is worked on a local day, whatever the days beside it. */
const localSpans = (calendar: Calendar, day: number): readonly number[] =>
  remembered(knownOf(calendar).local, day, () => {
    // 1 January 1970 was a Thursday.
    const weekday = (((day + 4) % 7) + 7) % 7;
    const hours = calendar.days.get(nameOf(day)) ?? calendar.week[weekday] ?? [];
    const moment = (minute: number): number => momentOf(calendar.timeZone, day * DAY + minute * MINUTE);
    const spans = hours.map((h) => [moment(h.from), moment(endOf(h))] as const).toSorted((a, b) => a[0] - b[0]);
    const merged: number[] = [];
    for (const [opens, closes] of spans) {
      const last = merged.at(-1);
      if (opens >= closes) continue;
      if (last === undefined || opens > last) merged.push(opens, closes);
      else merged[merged.length - 1] = Math.max(last, closes);
    }
    return merged;
  });

/** The same less what the day before reaches into it: no span reaches further than over one midnight. */
function ownSpans(calendar: Calendar, day: number): number[] {
  const before = localSpans(calendar, day - 1);
  const own: number[] = [];
  for (const [opens, closes] of pairs(localSpans(calendar, day))) {
    let from = opens;
    for (const [began, ended] of pairs(before)) {
      if (ended <= from || began >= closes) continue;
      // A break of the night before is worked when today's span covers it.
      if (began > from) own.push(from, began);
      from = ended;
    }
    if (from < closes) own.push(from, closes);
  }
  return own;
}

function* pairs(spans: readonly number[]): Generator<readonly [opens: number, closes: number]> {
  for (let i = 0; i < spans.length; i += 2) yield [spans[i] ?? 0, spans[i + 1] ?? 0];
}

/** Clocks are at most 12 hours behind UTC and 14 ahead of it, and a span may last into the day after its own. */
const REACH = [-2, -1, 0, 1];

const stretchOf = (calendar: Calendar, day: number): Stretch =>
  remembered(knownOf(calendar).utc, day, () => {
    const [start, end] = [day * DAY, (day + 1) * DAY];
    const all = REACH.flatMap((offset) => [...pairs(ownSpans(calendar, day + offset))])
      .toSorted((a, b) => a[0] - b[0])
      .flat();
    const within = (ms: number): boolean => start <= ms && ms < end;
    const spans: number[] = [];
    let total = 0;
    for (const [opens, closes] of pairs(all)) {
      const [from, to] = [Math.max(opens, start), Math.min(closes, end)];
      if (from >= to) continue;
      spans.push(from, to);
      total += to - from;
    }
    return {
      spans,
      total,
      opens: all.filter((ms, i) => i % 2 === 0 && within(ms)),
      closes: all.filter((ms, i) => i % 2 === 1 && within(ms)),
    };
  });

const utcDay = (ms: number): number => Math.floor(ms / DAY);

function neverWorks(): never {
  throw new Error(`a calendar without working time in ${MOST_IDLE_DAYS} days`);
}

/** Whether a moment is in working time. The moment at which a span ends is not. */
export function isWorking(calendar: Calendar, at: Date): boolean {
  const ms = at.getTime();
  const { spans } = stretchOf(calendar, utcDay(ms));
  for (let i = 0; i < spans.length; i += 2) {
    if ((spans[i] ?? 0) > ms) return false;
    if ((spans[i + 1] ?? 0) > ms) return true;
  }
  return false;
}

/**
 * The next moment at which working time begins, later than `at`. Where the spans of one day run into those of the next, the seam is an
 * opening and a closing: what is open around the clock opens and closes at midnight. Throws when there is none within 400 days.
 */
export const opensAfter = (calendar: Calendar, at: Date): Date => edgeAfter(calendar, at, 'opens');

/** The next moment at which working time ends, later than `at`; seams as with openings. Throws when there is none within 400 days. */
export const closesAfter = (calendar: Calendar, at: Date): Date => edgeAfter(calendar, at, 'closes');

function edgeAfter(calendar: Calendar, at: Date, which: 'opens' | 'closes'): Date {
  const ms = at.getTime();
  const first = utcDay(ms);
  for (let day = first; day <= first + MOST_IDLE_DAYS; day += 1) {
    const found = stretchOf(calendar, day)[which].find((edge) => edge > ms);
    if (found !== undefined) return new Date(found);
  }
  return neverWorks();
}

/**
 * The first moment at which `ms` of working time have passed since `from`; `from` itself when nothing has to pass (0 or less). Throws when
 * no time is worked for 400 days.
 */
export function addWorking(calendar: Calendar, from: Date, ms: number): Date {
  if (!Number.isFinite(ms)) throw new Error('working time is a finite number of milliseconds');
  if (ms <= 0) return from;
  const start = from.getTime();
  let left = ms;
  let day = utcDay(start);
  let idle = 0;
  for (;;) {
    const stretch = stretchOf(calendar, day);
    // A whole day passes without a look into it.
    if (start <= day * DAY && stretch.total < left) left -= stretch.total;
    else {
      for (let i = 0; i < stretch.spans.length; i += 2) {
        const opens = Math.max(stretch.spans[i] ?? 0, start);
        const length = (stretch.spans[i + 1] ?? 0) - opens;
        if (length <= 0) continue;
        if (length >= left) return new Date(opens + left);
        left -= length;
      }
    }
    idle = stretch.total === 0 ? idle + 1 : 0;
    if (idle > MOST_IDLE_DAYS) return neverWorks();
    day += 1;
  }
}

/** Milliseconds of working time between two moments; 0 when `to` is not later than `from`. */
export function workingBetween(calendar: Calendar, from: Date, to: Date): number {
  const [start, end] = [from.getTime(), to.getTime()];
  if (end <= start) return 0;
  let passed = 0;
  for (let day = utcDay(start); day * DAY < end; day += 1) {
    const { spans, total } = stretchOf(calendar, day);
    if (start <= day * DAY && (day + 1) * DAY <= end) passed += total;
    else {
      for (let i = 0; i < spans.length; i += 2) {
        passed += Math.max(0, Math.min(spans[i + 1] ?? 0, end) - Math.max(spans[i] ?? 0, start));
      }
    }
  }
  return passed;
}

const dayOf = (timeZone: string, at: Date): number => utcDay(at.getTime() + offsetAt(timeZone, at.getTime()));

/** Whether working time begins on the local day of a moment. */
export const isWorkday = (calendar: Calendar, at: Date): boolean =>
  localSpans(calendar, dayOf(calendar.timeZone, at)).length > 0;

/** A gap that is longer ends the day's work: it is no lunch. */
const LONGEST_BREAK_MS = 3 * 3_600_000;

/**
 * When who is at work at a moment goes home, later than that moment; outside of work the next time they go home. Breaks of a day do not
 * count. Throws when there is no working time within 400 days.
 */
export function goesHomeAfter(calendar: Calendar, at: Date): Date {
  const ms = at.getTime();
  const first = dayOf(calendar.timeZone, at) - 1;
  for (let day = first; day <= first + MOST_IDLE_DAYS; day += 1) {
    let home: number | null = null;
    for (const [opens, closes] of pairs(ownSpans(calendar, day))) {
      if (closes <= ms || (home !== null && opens - home > LONGEST_BREAK_MS)) continue;
      home = closes;
    }
    if (home !== null) return new Date(home);
  }
  return neverWorks();
}

/** The local day of a moment: `2026-11-11`. */
export const localDay = (timeZone: string, at: Date): string => nameOf(dayOf(timeZone, at));

/** The moment at which a local day (`2026-11-11`) begins. */
export const startOfDay = (timeZone: string, day: string): Date => new Date(momentOf(timeZone, Date.parse(day)));
