import { describe, expect, it } from 'vitest';
import {
  addWorking,
  closesAfter,
  everyDay,
  goesHomeAfter,
  inZone,
  isWorkday,
  isWorking,
  localDay,
  opensAfter,
  startOfDay,
  workingBetween,
  type Calendar,
} from '../../src/domain/calendar.ts';
import { parseHours, type Hours } from '../../src/domain/hours.ts';

const at = (iso: string): Date => new Date(iso);
const DAY = everyDay('Asia/Shanghai');
const NIGHT = everyDay('Asia/Shanghai', { from: 18 * 60, to: 2 * 60 });
const ALWAYS = everyDay('Asia/Shanghai', { from: 0, to: 24 * 60 });
const NEW_YORK = everyDay('America/New_York');

describe('the same span every day', () => {
  it.each([
    ['2026-11-11T00:59:59Z', false],
    ['2026-11-11T01:00:00Z', true],
    ['2026-11-11T13:59:59Z', true],
    ['2026-11-11T14:00:00Z', false],
    ['2026-11-11T17:00:00Z', false],
  ])('9:00-22:00 in Shanghai at %s: open %s', (moment, open) => {
    expect(isWorking(DAY, at(moment))).toBe(open);
  });

  it.each([
    ['before opening', '2026-11-10T22:00:00Z', '2026-11-11T14:00:00Z', '2026-11-11T01:00:00Z'],
    ['at noon', '2026-11-11T04:00:00Z', '2026-11-11T14:00:00Z', '2026-11-12T01:00:00Z'],
    ['at the closing time', '2026-11-11T14:00:00Z', '2026-11-12T14:00:00Z', '2026-11-12T01:00:00Z'],
    ['a second before midnight', '2026-11-11T15:59:59Z', '2026-11-12T14:00:00Z', '2026-11-12T01:00:00Z'],
    ['at midnight', '2026-11-11T16:00:00Z', '2026-11-12T14:00:00Z', '2026-11-12T01:00:00Z'],
  ])('%s: when it closes and opens next', (_when, now, closes, opens) => {
    expect(closesAfter(DAY, at(now))).toEqual(at(closes));
    expect(opensAfter(DAY, at(now))).toEqual(at(opens));
  });

  it.each([
    ['2026-11-11T09:59:00Z', false, '2026-11-11T18:00:00Z', '2026-11-11T10:00:00Z'],
    ['2026-11-11T15:00:00Z', true, '2026-11-11T18:00:00Z', '2026-11-12T10:00:00Z'],
    ['2026-11-11T16:30:00Z', true, '2026-11-11T18:00:00Z', '2026-11-12T10:00:00Z'],
    ['2026-11-11T18:00:00Z', false, '2026-11-12T18:00:00Z', '2026-11-12T10:00:00Z'],
  ])('over midnight, 18:00-2:00 in Shanghai at %s', (now, open, closes, opens) => {
    expect(isWorking(NIGHT, at(now))).toBe(open);
    expect(closesAfter(NIGHT, at(now))).toEqual(at(closes));
    expect(opensAfter(NIGHT, at(now))).toEqual(at(opens));
  });

  it('around the clock: never closed, and a day ends at midnight', () => {
    expect(isWorking(ALWAYS, at('2026-11-11T16:00:00Z'))).toBe(true);
    expect(closesAfter(ALWAYS, at('2026-11-11T16:00:00Z'))).toEqual(at('2026-11-12T16:00:00Z'));
    expect(goesHomeAfter(ALWAYS, at('2026-11-11T16:00:00Z'))).toEqual(at('2026-11-12T16:00:00Z'));
  });
});

describe('when clocks change in New York', () => {
  it.each([
    ['the night before they go forward', '2026-03-08T03:00:00Z', '2026-03-08T13:00:00Z', '2026-03-09T02:00:00Z'],
    ['the night before they go back', '2026-11-01T03:00:00Z', '2026-11-01T14:00:00Z', '2026-11-02T03:00:00Z'],
  ])('%s: 9:00 and 22:00 are what the clock on the wall shows', (_when, now, opens, closes) => {
    expect(opensAfter(NEW_YORK, at(now))).toEqual(at(opens));
    expect(closesAfter(NEW_YORK, at(now))).toEqual(at(closes));
  });

  it('a time that clocks jump over comes when they jump, of a time they show twice the first counts', () => {
    const early: Calendar = everyDay('America/New_York', { from: 2 * 60 + 30, to: 12 * 60 });
    expect(opensAfter(early, at('2026-03-08T05:00:00Z'))).toEqual(at('2026-03-08T07:00:00Z'));
    const twice: Calendar = everyDay('America/New_York', { from: 90, to: 12 * 60 });
    expect(opensAfter(twice, at('2026-11-01T04:00:00Z'))).toEqual(at('2026-11-01T05:30:00Z'));
  });
});

const HOUR = 3_600_000;
const MINUTE = 60_000;
const spans = (...written: readonly string[]): readonly Hours[] =>
  written.map((w) => parseHours(w) ?? { from: Number.NaN, to: Number.NaN });
const around = (timeZone: string): Calendar => everyDay(timeZone, { from: 0, to: 24 * 60 });
/** Monday to Friday with a lunch, longer on Singles' Day, closed on the day before it. */
const OFFICE: Calendar = {
  timeZone: 'Asia/Shanghai',
  week: Array.from({ length: 7 }, (_, d) => (d === 0 || d === 6 ? [] : spans('9:00-12:00', '13:00-18:00'))),
  days: new Map([
    ['2026-11-10', []],
    ['2026-11-11', spans('8:00-24:00')],
  ]),
};
/** A moment by clocks in China. */
const china = (local: string): Date => new Date(`${local.replace(' ', 'T')}:00+08:00`);

describe('working time by hand', () => {
  it.each([
    ['within a span', DAY, '2026-11-11 10:00', 3, '2026-11-11 10:03'],
    ['to the very end of a day', DAY, '2026-11-11 21:57', 3, '2026-11-11 22:00'],
    ['over the night', DAY, '2026-11-11 21:57', 4, '2026-11-12 09:01'],
    ['a whole day, asked the evening before', DAY, '2026-11-10 23:00', 13 * 60, '2026-11-11 22:00'],
    ['24 hours of 13 a day', DAY, '2026-11-11 14:30', 24 * 60, '2026-11-13 12:30'],
    ['over the end of a year', DAY, '2026-12-31 21:30', 60, '2027-01-01 09:30'],
    ['within a night', NIGHT, '2026-12-31 23:30', 120, '2027-01-01 01:30'],
    ['from one night to the next', NIGHT, '2026-12-31 23:30', 180, '2027-01-01 18:30'],
    ['around the clock', ALWAYS, '2026-12-31 23:30', 60, '2027-01-01 00:30'],
    ['over lunch', OFFICE, '2026-11-12 11:30', 60, '2026-11-12 13:30'],
    ['asked at lunch', OFFICE, '2026-11-12 12:20', 10, '2026-11-12 13:10'],
    ['over a weekend', OFFICE, '2026-11-13 17:30', 60, '2026-11-16 09:30'],
    ['over a closed day into a long one', OFFICE, '2026-11-09 17:00', 120, '2026-11-11 09:00'],
    ['a long day whole', OFFICE, '2026-11-10 10:00', 16 * 60, '2026-11-12 00:00'],
    ['nothing: where it began, open or not', OFFICE, '2026-11-10 10:00', 0, '2026-11-10 10:00'],
  ])('%s', (_what, calendar, from, minutes, there) => {
    expect(addWorking(calendar, china(from), minutes * MINUTE)).toEqual(china(there));
    expect(workingBetween(calendar, china(from), china(there))).toBe(minutes * MINUTE);
  });

  it.each([
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['Asia/Shanghai', '2026-10-04', 24],
  ])('%s: %s has %d hours', (timeZone, day, hours) => {
    const next = new Date(Date.parse(day) + 24 * HOUR).toISOString().slice(0, 10);
    const [from, to] = [startOfDay(timeZone, day), startOfDay(timeZone, next)];
    expect(workingBetween(around(timeZone), from, to)).toBe(hours * HOUR);
    expect(localDay(timeZone, from)).toBe(day);
    expect(localDay(timeZone, new Date(from.getTime() - 1))).not.toBe(day);
  });

  it('a day that never was has none', () => {
    const [from, to] = ['2011-12-30', '2011-12-31'].map((day) => startOfDay('Pacific/Apia', day));
    expect(from).toEqual(to);
    expect(localDay('Pacific/Apia', from ?? new Date(0))).toBe('2011-12-31');
  });

  it('an hour that clocks jump over is none, one that they show twice is two', () => {
    const on = (written: string, day: string): number =>
      workingBetween(
        { ...NEW_YORK, week: Array.from({ length: 7 }, () => spans(written)) },
        startOfDay('America/New_York', day),
        new Date(startOfDay('America/New_York', day).getTime() + 12 * HOUR),
      ) / HOUR;
    expect(on('2:00-3:00', '2026-03-08')).toBe(0);
    expect(on('1:30-3:30', '2026-03-08')).toBe(1);
    expect(on('1:00-2:00', '2026-11-01')).toBe(2);
    expect(on('1:30-2:00', '2026-11-01')).toBe(1.5);
  });

  it('ends nowhere where nobody ever works', () => {
    const never: Calendar = { timeZone: 'UTC', week: Array.from({ length: 7 }, () => []), days: new Map() };
    const now = at('2026-11-11T06:30:00Z');
    expect(isWorking(never, now)).toBe(false);
    expect(workingBetween(never, now, at('2027-11-11T06:30:00Z'))).toBe(0);
    for (const ask of [opensAfter, closesAfter, goesHomeAfter])
      expect(() => ask(never, now)).toThrow('without working time');
    expect(() => addWorking(never, now, 1)).toThrow('without working time');
    expect(() => addWorking(DAY, now, Number.POSITIVE_INFINITY)).toThrow('finite');
  });

  it('is closed for long between two seasons and still found', () => {
    const days = new Map([['2027-11-01', spans('9:00-12:00')]]);
    const fair: Calendar = { timeZone: 'UTC', week: Array.from({ length: 7 }, () => []), days };
    expect(opensAfter(fair, at('2026-11-11T06:30:00Z'))).toEqual(at('2027-11-01T09:00:00Z'));
    expect(addWorking(fair, at('2026-11-11T06:30:00Z'), HOUR)).toEqual(at('2027-11-01T10:00:00Z'));
  });
});

describe('a day', () => {
  it.each([
    ['in the morning', '2026-11-12 09:30', '2026-11-12 18:00'],
    ['at lunch', '2026-11-12 12:30', '2026-11-12 18:00'],
    ['at its end', '2026-11-12 18:00', '2026-11-13 18:00'],
    ['before a weekend', '2026-11-13 19:00', '2026-11-16 18:00'],
  ])('ends in the evening, not with lunch: %s', (_when, now, home) => {
    expect(goesHomeAfter(OFFICE, china(now))).toEqual(china(home));
  });

  it('ends with a gap of more than three hours', () => {
    const twice: Calendar = { ...DAY, week: Array.from({ length: 7 }, () => spans('8:00-12:00', '18:00-22:00')) };
    expect(goesHomeAfter(twice, china('2026-11-12 09:00'))).toEqual(china('2026-11-12 12:00'));
    expect(goesHomeAfter(twice, china('2026-11-12 13:00'))).toEqual(china('2026-11-12 22:00'));
  });

  it('is a workday when working time begins on it', () => {
    expect(
      ['2026-11-09', '2026-11-10', '2026-11-11', '2026-11-14'].map((d) => isWorkday(OFFICE, china(`${d} 23:30`))),
    ).toEqual([true, false, true, false]);
  });

  it('of one shift that reaches into the next belongs to neither twice', () => {
    const both: Calendar = { ...DAY, week: Array.from({ length: 7 }, () => spans('18:00-2:00', '0:00-8:00')) };
    expect(workingBetween(both, china('2026-11-11 00:00'), china('2026-11-12 00:00'))).toBe(14 * HOUR);
  });

  it('is the same in another time zone, by the clocks there', () => {
    const there = inZone(DAY, 'America/New_York');
    expect(opensAfter(there, at('2026-11-11T06:30:00Z'))).toEqual(at('2026-11-11T14:00:00Z'));
    expect(inZone(DAY, 'America/New_York')).toBe(there);
    expect(inZone(DAY, 'Asia/Shanghai')).toBe(DAY);
  });
});
