import { describe, expect, it } from 'vitest';
import {
  closesAfter,
  everyDay,
  goesHomeAfter,
  isWorking,
  opensAfter,
  type Calendar,
} from '../../src/domain/calendar.ts';

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
