import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addWorking,
  closesAfter,
  isWorkday,
  isWorking,
  localDay,
  opensAfter,
  startOfDay,
  workingBetween,
  type Calendar,
} from '../../src/domain/calendar.ts';
import type { Hours } from '../../src/domain/hours.ts';

const MINUTE = 60_000;
const DAY_MINUTES = 1_440;

/** Days around which something happens: clocks change (at Lord Howe by half an hour), a year ends, a leap day, nothing. */
const WINDOWS: readonly (readonly [timeZone: string, day: string])[] = [
  ['Asia/Shanghai', '2026-12-31'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['Europe/Berlin', '2028-02-29'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  // Clocks change at midnight: one day begins at 1:00, another has its last hour twice.
  ['America/Santiago', '2026-09-06'],
  ['America/Santiago', '2026-04-05'],
  // A whole day that never was.
  ['Pacific/Apia', '2011-12-30'],
];
const DAYS_ASIDE = 4;

/** Every minute of some days, by what clocks on the wall show: minutes since 1970 as if they were UTC. */
interface Minutes {
  readonly first: number;
  readonly wall: readonly number[];
}
const known = new Map<string, Minutes>();

function minutesAround(timeZone: string, day: string): Minutes {
  const before = known.get(timeZone + day);
  if (before !== undefined) return before;
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const first = Date.parse(day) / MINUTE - DAYS_ASIDE * DAY_MINUTES;
  const wall: number[] = [];
  for (let quarter = 0; quarter < (2 * DAYS_ASIDE + 1) * 96; quarter += 1) {
    // `2026-03-08 01:45:00`; clocks change at full quarters.
    const shown = Date.parse(`${clock.format((first + quarter * 15) * MINUTE).replace(' ', 'T')}Z`) / MINUTE;
    for (let i = 0; i < 15; i += 1) wall.push(shown + i);
  }
  known.set(timeZone + day, { first, wall });
  return { first, wall };
}

/** Which minutes are worked, told minute by minute. */
function workedMinutes(calendar: Calendar, { wall }: Minutes): readonly boolean[] {
  const worked = wall.map(() => false);
  const dayBefore = Math.floor((wall[0] ?? 0) / DAY_MINUTES) - 1;
  for (let day = dayBefore; day <= dayBefore + 2 * DAYS_ASIDE + 4; day += 1) {
    const midnight = new Date(day * DAY_MINUTES * MINUTE);
    const hours = calendar.days.get(midnight.toISOString().slice(0, 10)) ?? calendar.week[midnight.getUTCDay()] ?? [];
    for (const { from, to } of hours) {
      const opens = day * DAY_MINUTES + from;
      const closes = day * DAY_MINUTES + (to > from ? to : to + DAY_MINUTES);
      let [began, ended] = [false, false];
      for (const [i, shown] of wall.entries()) {
        began ||= shown >= opens;
        ended ||= shown >= closes;
        if (began && !ended) worked[i] = true;
      }
    }
  }
  return worked;
}

/** Often at night, when clocks change. */
const minuteOfDay = fc.oneof(
  fc.integer({ min: 0, max: 1_439 }),
  fc.integer({ min: 0, max: 16 }).map((n) => n * 15),
  fc.constantFrom(0, 1_425),
);
const hours: fc.Arbitrary<Hours> = fc
  .tuple(minuteOfDay, fc.oneof(minuteOfDay, fc.constant(DAY_MINUTES)))
  .filter(([from, to]) => from !== to)
  .map(([from, to]) => ({ from, to }));
const day = fc.array(hours, { maxLength: 3 });
const week = fc.array(day, { minLength: 7, maxLength: 7 });

const situation = fc
  .record({
    window: fc.constantFrom(...WINDOWS),
    week,
    special: fc.array(fc.tuple(fc.integer({ min: -DAYS_ASIDE, max: DAYS_ASIDE }), day), { maxLength: 4 }),
  })
  .map(({ window: [timeZone, middle], week: w, special }) => {
    const name = (offset: number): string =>
      new Date(Date.parse(middle) + offset * DAY_MINUTES * MINUTE).toISOString().slice(0, 10);
    const days = new Map(special.map(([offset, spans]) => [name(offset), spans] as const));
    return { calendar: { timeZone, week: w, days } satisfies Calendar, middle };
  });

/** Places within a window, away from its ends, whose neighbours outside are not known to the slow way. */
const EDGE = 2 * DAY_MINUTES;
const place = fc.integer({ min: EDGE, max: (2 * DAYS_ASIDE + 1) * DAY_MINUTES - EDGE });

describe('working time, against minutes that are counted one by one', () => {
  it('is open and sums up the same', () => {
    fc.assert(
      fc.property(situation, place, place, fc.integer({ min: 0, max: 59_999 }), ({ calendar, middle }, a, b, ms) => {
        const minutes = minutesAround(calendar.timeZone, middle);
        const worked = workedMinutes(calendar, minutes);
        const at = (i: number): Date => new Date((minutes.first + i) * MINUTE);
        for (const i of [a, b, a + 1, b - 1, DAYS_ASIDE * DAY_MINUTES])
          expect(isWorking(calendar, at(i))).toBe(worked[i]);
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const between = worked.slice(from, to).filter(Boolean).length * MINUTE;
        expect(workingBetween(calendar, at(from), at(to))).toBe(between);
        // Less what is cut from the first minute.
        const late = new Date(at(from).getTime() + ms);
        expect(workingBetween(calendar, late, at(to))).toBe(from < to ? between - (worked[from] === true ? ms : 0) : 0);
      }),
      { numRuns: 60 },
    );
  });

  it('adds up to the same moment, opens at the same and stays open until it closes', () => {
    fc.assert(
      fc.property(situation, place, fc.integer({ min: 1, max: 4_000 }), ({ calendar, middle }, a, count) => {
        const minutes = minutesAround(calendar.timeZone, middle);
        const worked = workedMinutes(calendar, minutes);
        const at = (i: number): Date => new Date((minutes.first + i) * MINUTE);
        const last = worked.length - EDGE;
        let left = count;
        let i = a;
        for (; i < last && left > 0; i += 1) if (worked[i] === true) left -= 1;
        const [told, right]: [Date[], Date[]] = [[], []];
        if (left === 0) {
          told.push(addWorking(calendar, at(a), count * MINUTE));
          right.push(at(i));
        }
        const next = worked.indexOf(true, a);
        if (worked[a] === false && next !== -1 && next < last) {
          told.push(opensAfter(calendar, at(a)));
          right.push(at(next));
        }
        expect(told).toEqual(right);
        const until = worked[a] === true ? closesAfter(calendar, at(a)).getTime() / MINUTE - minutes.first : a;
        expect(worked.slice(a, Math.min(until, last))).not.toContain(false);
      }),
      { numRuns: 60 },
    );
  });

  it('finds local days and where they begin', () => {
    for (const [timeZone, middle] of WINDOWS) {
      const { first, wall } = minutesAround(timeZone, middle);
      const names = wall.map((shown) => new Date(shown * MINUTE).toISOString().slice(0, 10));
      const begins = names.flatMap((name, i) => (i > 0 && names.indexOf(name) === i ? [{ name, i }] : []));
      expect(begins.length).toBeGreaterThan(2 * DAYS_ASIDE - 2);
      for (const { name, i } of begins) {
        const moment = new Date((first + i) * MINUTE);
        expect(localDay(timeZone, moment)).toBe(name);
        expect(startOfDay(timeZone, name)).toEqual(moment);
      }
    }
  });
});

describe('working time, wherever and whenever', () => {
  const moment = fc.date({ min: new Date('2023-01-01'), max: new Date('2029-01-01'), noInvalidDate: true });
  const working = fc.integer({ min: 0, max: 60 * 24 * 3_600_000 });
  const calendar: fc.Arbitrary<Calendar> = fc.record({
    timeZone: fc.constantFrom('Asia/Shanghai', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe'),
    week: week.filter((w) => w.some((spans) => spans.some((h) => (h.to - h.from + 1_440) % 1_440 > 240))),
    days: fc
      .array(fc.tuple(fc.integer({ min: 0, max: 2_192 }), day), { maxLength: 40 })
      .map(
        (days) =>
          new Map(days.map(([n, spans]) => [new Date(Date.UTC(2023, 0, 1 + n)).toISOString().slice(0, 10), spans])),
      ),
  });

  it('that is added is what is measured, in one go or two', () => {
    fc.assert(
      fc.property(calendar, moment, working, working, (c, from, x, y) => {
        const there = addWorking(c, from, x);
        expect(workingBetween(c, from, there)).toBe(x);
        expect(addWorking(c, there, y)).toEqual(addWorking(c, from, x + y));
        // Not earlier: a moment before it, less has passed.
        expect(workingBetween(c, from, new Date(there.getTime() - 1))).toBe(Math.max(0, x - 1));
      }),
      { numRuns: 100 },
    );
  });

  it('grows with the time that passes and sums up over any moment between', () => {
    const later = fc.integer({ min: 0, max: 60 * 24 * 3_600_000 });
    fc.assert(
      fc.property(calendar, moment, later, later, working, (c, a, x, y, ms) => {
        const b = new Date(a.getTime() + x);
        const d = new Date(b.getTime() + y);
        const all = workingBetween(c, a, d);
        expect(workingBetween(c, a, b) + workingBetween(c, b, d)).toBe(all);
        expect(all).toBeLessThanOrEqual(x + y);
        expect(workingBetween(c, d, a)).toBe(0);
        expect(addWorking(c, a, ms).getTime()).toBeLessThanOrEqual(addWorking(c, b, ms).getTime());
        expect(addWorking(c, a, ms).getTime()).toBeGreaterThanOrEqual(a.getTime() + ms);
      }),
      { numRuns: 100 },
    );
  });

  it('begins on workdays', () => {
    fc.assert(
      fc.property(calendar, moment, (c, from) => {
        expect(isWorkday(c, opensAfter(c, from))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
