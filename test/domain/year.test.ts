import { expect, it } from 'vitest';
import { addWorking, isWorking, opensAfter, workingBetween } from '../../src/domain/calendar.ts';
import { calendarOf } from '../../src/domain/duty.ts';
import { allHours } from '../support/year/hours.ts';
import { yearDirectory } from '../support/year/shop.ts';

const hours = allHours();
const directory = yearDirectory();

it('everybody works when paper says so, every minute of the year', () => {
  const calendars = new Map([
    ...[...directory.teams].map(([id, team]) => [id, team.calendar] as const),
    ...[...directory.people].map(([id, person]) => [id, calendarOf(person, directory)] as const),
  ]);
  expect(calendars.size).toBe(5 + 12 + 5 + 2);
  const wrong: string[] = [];
  for (const [id, calendar] of calendars) {
    const paper = hours.get(id);
    if (paper === undefined) throw new Error(`no hours of ${id}`);
    for (let ms = Date.UTC(2026, 0, 2); ms < Date.UTC(2026, 11, 31); ms += 5 * 60_000)
      if (isWorking(calendar, new Date(ms)) !== paper.works(ms)) wrong.push(`${id} ${new Date(ms).toISOString()}`);
  }
  expect(wrong.slice(0, 20)).toEqual([]);
});
