import { describe, expect, it } from 'vitest';
import { closingAfter, DEFAULT_HOURS, isOpen, openingAfter, parseHours, type Hours } from '../../src/domain/hours.ts';

const SHANGHAI = 'Asia/Shanghai';
const NEW_YORK = 'America/New_York';
const at = (iso: string): Date => new Date(iso);
const NIGHT: Hours = { from: 18 * 60, to: 2 * 60 };
const ALWAYS: Hours = { from: 0, to: 24 * 60 };

describe('hours of a day', () => {
  it.each([
    ['2026-11-11T00:59:59Z', false],
    ['2026-11-11T01:00:00Z', true],
    ['2026-11-11T13:59:59Z', true],
    ['2026-11-11T14:00:00Z', false],
    ['2026-11-11T17:00:00Z', false],
  ])('9:00-22:00 in Shanghai at %s: open %s', (moment, open) => {
    expect(isOpen(DEFAULT_HOURS, SHANGHAI, at(moment))).toBe(open);
  });

  it.each([
    ['before opening', '2026-11-10T22:00:00Z', '2026-11-11T14:00:00Z', '2026-11-11T01:00:00Z'],
    ['at noon', '2026-11-11T04:00:00Z', '2026-11-11T14:00:00Z', '2026-11-12T01:00:00Z'],
    ['at the closing time', '2026-11-11T14:00:00Z', '2026-11-12T14:00:00Z', '2026-11-12T01:00:00Z'],
    ['a second before midnight', '2026-11-11T15:59:59Z', '2026-11-12T14:00:00Z', '2026-11-12T01:00:00Z'],
    ['at midnight', '2026-11-11T16:00:00Z', '2026-11-12T14:00:00Z', '2026-11-12T01:00:00Z'],
  ])('%s: when it closes and opens next', (_when, now, closes, opens) => {
    expect(closingAfter(DEFAULT_HOURS, SHANGHAI, at(now))).toEqual(at(closes));
    expect(openingAfter(DEFAULT_HOURS, SHANGHAI, at(now))).toEqual(at(opens));
  });
});

describe('hours over midnight', () => {
  it.each([
    ['2026-11-11T09:59:00Z', false, '2026-11-11T18:00:00Z', '2026-11-11T10:00:00Z'],
    ['2026-11-11T15:00:00Z', true, '2026-11-11T18:00:00Z', '2026-11-12T10:00:00Z'],
    ['2026-11-11T16:30:00Z', true, '2026-11-11T18:00:00Z', '2026-11-12T10:00:00Z'],
    ['2026-11-11T18:00:00Z', false, '2026-11-12T18:00:00Z', '2026-11-12T10:00:00Z'],
  ])('18:00-2:00 in Shanghai at %s', (now, open, closes, opens) => {
    expect(isOpen(NIGHT, SHANGHAI, at(now))).toBe(open);
    expect(closingAfter(NIGHT, SHANGHAI, at(now))).toEqual(at(closes));
    expect(openingAfter(NIGHT, SHANGHAI, at(now))).toEqual(at(opens));
  });

  it('all day: never closed, and a day ends at midnight', () => {
    expect(isOpen(ALWAYS, SHANGHAI, at('2026-11-11T16:00:00Z'))).toBe(true);
    expect(closingAfter(ALWAYS, SHANGHAI, at('2026-11-11T16:00:00Z'))).toEqual(at('2026-11-12T16:00:00Z'));
  });
});

describe('when clocks change in New York', () => {
  it.each([
    ['the night before they go forward', '2026-03-08T03:00:00Z', '2026-03-08T13:00:00Z', '2026-03-09T02:00:00Z'],
    ['the night before they go back', '2026-11-01T03:00:00Z', '2026-11-01T14:00:00Z', '2026-11-02T03:00:00Z'],
  ])('%s: 9:00 and 22:00 are what the clock on the wall shows', (_when, now, opens, closes) => {
    expect(openingAfter(DEFAULT_HOURS, NEW_YORK, at(now))).toEqual(at(opens));
    expect(closingAfter(DEFAULT_HOURS, NEW_YORK, at(now))).toEqual(at(closes));
  });

  it('a time that the clocks jump over comes an hour later, of a time they show twice the first counts', () => {
    const early: Hours = { from: 2 * 60 + 30, to: 12 * 60 };
    expect(openingAfter(early, NEW_YORK, at('2026-03-08T05:00:00Z'))).toEqual(at('2026-03-08T07:30:00Z'));
    const twice: Hours = { from: 90, to: 12 * 60 };
    expect(openingAfter(twice, NEW_YORK, at('2026-11-01T04:00:00Z'))).toEqual(at('2026-11-01T05:30:00Z'));
  });
});

describe('as written', () => {
  it.each([
    ['9:00-22:00', { from: 540, to: 1320 }],
    ['09:00 - 22:00', { from: 540, to: 1320 }],
    ['18：00—2：00', { from: 1080, to: 120 }],
    ['0:00-24:00', { from: 0, to: 1440 }],
  ])('%s', (written, hours) => {
    expect(parseHours(written)).toEqual(hours);
  });

  it.each(['', '9-22', '9:00', '9:60-22:00', '25:00-26:00', '24:00-9:00', '9:00-24:30', '9:00-9:00', 'all day'])(
    '"%s" is none',
    (written) => {
      expect(parseHours(written)).toBeNull();
    },
  );
});
