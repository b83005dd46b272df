import { describe, expect, it } from 'vitest';
import { before, periodAt, periodOf, weekBefore } from '../../src/domain/period.ts';

const of = (key: string, timeZone = 'Asia/Shanghai') => {
  const period = periodOf(key, timeZone);
  if (period === null) throw new Error(`no ${key}`);
  return period;
};
const span = (key: string, timeZone: string) => {
  const { from, to, slots } = of(key, timeZone);
  return [from.toISOString(), to.toISOString(), slots.length];
};

describe('a period', () => {
  it('is a day as clocks of its zone show it, also where they change', () => {
    expect(span('day:2026-11-10', 'Asia/Shanghai')).toEqual([
      '2026-11-09T16:00:00.000Z',
      '2026-11-10T16:00:00.000Z',
      24,
    ]);
    expect(span('day:2026-03-08', 'America/New_York')).toEqual([
      '2026-03-08T05:00:00.000Z',
      '2026-03-09T04:00:00.000Z',
      23,
    ]);
    expect(span('day:2026-11-01', 'America/New_York')).toEqual([
      '2026-11-01T04:00:00.000Z',
      '2026-11-02T05:00:00.000Z',
      25,
    ]);
    // Half an hour more: the last slot is half as long.
    expect(span('day:2026-04-05', 'Australia/Lord_Howe')[2]).toBe(25);
  });

  it('is a week from Monday on, or a month, in slots of a day', () => {
    expect(span('week:2026-W46', 'Asia/Shanghai')).toEqual(['2026-11-08T16:00:00.000Z', '2026-11-15T16:00:00.000Z', 7]);
    expect(span('month:2026-02', 'Asia/Shanghai')).toEqual([
      '2026-01-31T16:00:00.000Z',
      '2026-02-28T16:00:00.000Z',
      28,
    ]);
    expect(span('month:2026-12', 'Asia/Shanghai')[1]).toBe('2026-12-31T16:00:00.000Z');
    expect(span('week:2026-W53', 'Asia/Shanghai')[0]).toBe('2026-12-27T16:00:00.000Z');
  });

  it.each([
    ['2026-11-10T15:59:59Z', 'Asia/Shanghai', 'day:2026-11-10', 'week:2026-W46', 'month:2026-11'],
    ['2026-11-10T16:00:00Z', 'Asia/Shanghai', 'day:2026-11-11', 'week:2026-W46', 'month:2026-11'],
    ['2026-11-10T16:00:00Z', 'America/New_York', 'day:2026-11-10', 'week:2026-W46', 'month:2026-11'],
    ['2027-01-02T00:00:00Z', 'UTC', 'day:2027-01-02', 'week:2026-W53', 'month:2027-01'],
    ['2024-12-30T00:00:00Z', 'UTC', 'day:2024-12-30', 'week:2025-W01', 'month:2024-12'],
  ])('at %s in %s is %s, %s, %s', (at, zone, day, week, month) => {
    const keys = (['day', 'week', 'month'] as const).map((kind) => periodAt(kind, zone, new Date(at)).key);
    expect(keys).toEqual([day, week, month]);
  });

  it('comes after another, and a day after the same one of a week before', () => {
    const keys = (key: string) => [before(of(key)).key, weekBefore(of(key))?.key ?? null];
    expect(keys('day:2026-03-01')).toEqual(['day:2026-02-28', 'day:2026-02-22']);
    expect(keys('week:2026-W01')).toEqual(['week:2025-W52', null]);
    expect(keys('month:2026-01')).toEqual(['month:2025-12', null]);
    // Nothing lies between.
    expect(before(of('day:2026-11-02', 'America/New_York')).to).toEqual(of('day:2026-11-02', 'America/New_York').from);
  });

  it.each([
    '',
    'day:2026-02-30',
    'day:2026-13-01',
    'week:2026-W54',
    'week:2025-W53',
    'week:2026-W00',
    'month:2026-00',
    'month:2026-13',
    'year:2026',
  ])('is never called %s', (key) => {
    expect(periodOf(key, 'UTC')).toBeNull();
  });
});
