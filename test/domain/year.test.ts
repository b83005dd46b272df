import { expect, it } from 'vitest';
import { isWorking } from '../../src/domain/calendar.ts';
import { calendarOf } from '../../src/domain/duty.ts';
import { allHours } from '../support/year/hours.ts';
import { livedOf } from '../support/year/lived.ts';
import { expectedOf, type Expected } from '../support/year/oracle.ts';
import { plotOf, seeded, type Plot } from '../support/year/plot.ts';
import { yearDirectory } from '../support/year/shop.ts';

const DAY = 86_400_000;
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

/** The tickets of a day: few, for every run has its price. `GONGDAN_YEAR_TICKETS=200 npx vitest run test/domain/year.test.ts` lives the year of a busy shop in a minute and a half. */
const A_DAY = Number(process.env['GONGDAN_YEAR_TICKETS'] ?? 10);
const END = Date.UTC(2026, 11, 30);

const TIMEOUT_MS = 60_000 + 5_000 * A_DAY;

it(`${A_DAY} tickets a day: everybody hears when they should, and nobody else`, { timeout: TIMEOUT_MS }, () => {
  const wrong: string[] = [];
  const count = { tickets: 0, lines: 0 };
  const random = seeded(2026);
  for (let day = Date.UTC(2026, 0, 5); day < Date.UTC(2026, 11, 20) && wrong.length < 5; day += DAY) {
    for (let i = 0; i < A_DAY; i += 1) {
      const plot = plotOf(day + Math.floor(random() * DAY), hours, random);
      const expected = expectedOf(plot, hours, END);
      const lived = livedOf(plot, directory, hours, END);
      count.tickets += 1;
      count.lines += expected.lines.length;
      if (JSON.stringify(lived) !== JSON.stringify(expected)) wrong.push(difference(plot, expected, lived));
    }
  }
  expect(wrong.slice(0, 3).join('\n\n')).toBe('');
  // So that an oracle that expects nothing is noticed.
  expect(count.lines).toBeGreaterThan(4 * count.tickets);
});

function difference(plot: Plot, expected: Expected, lived: Expected): string {
  const at = expected.lines.findIndex((line, i) => line !== lived.lines[i]);
  const from = at === -1 ? expected.lines.length : at;
  return [
    JSON.stringify({ ...plot, at: new Date(plot.at), acts: [] }),
    ...plot.acts.map((act) => `  ${new Date(act.at).toISOString()} ${JSON.stringify(act)}`),
    `expected: ${expected.lines.slice(from, from + 2).join('\n          ')}  misses ${expected.misses.join(' ')}`,
    `lived:    ${lived.lines.slice(from, from + 2).join('\n          ')}  misses ${lived.misses.join(' ')}`,
  ].join('\n');
}
