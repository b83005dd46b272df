import { describe, expect, it } from 'vitest';
import { addWorking, goesHomeAfter, isWorking, workingBetween, type Calendar } from '../../src/domain/calendar.ts';
import { closingOf, shiftOf } from '../../src/domain/duty.ts';
import { SetupError } from '../../src/errors.ts';
import { holidaysOf, nearHolidayCode } from '../../src/shop/holidays.ts';
import { parseShop, type Shop } from '../../src/shop/shop.ts';

const HOUR = 3_600_000;

/** A shop with a team that works by `calendar`; `more` are top-level lines. */
const withCalendar = (calendar: string, more = ''): string => `
shops:
  main: { name: 小店, apps: [slack/T1] }
teams:
  service: { name: 客服, calendar: office }
  night: { name: 夜班, hours: 18:00-2:00, timeZone: Europe/Berlin }
people:
  lilei: { name: 李雷, roles: [agent], teams: [service] }
calendars:
  office: ${calendar}
${more}`;

const load = (source: string): Shop => parseShop(source, 'gongdan.yaml', 'en');

function calendarOf(shop: Shop, team = 'service'): Calendar {
  const found = shop.directory.teams.get(team);
  if (found === undefined) throw new Error('no such team');
  return found.calendar;
}

function problems(source: string, locale: 'en' | 'zh-CN' = 'en'): string[] {
  try {
    parseShop(source, 'gongdan.yaml', locale);
  } catch (error) {
    if (error instanceof SetupError) return error.message.split('\n  - ').slice(1);
    throw error;
  }
  return [];
}

/** A moment by clocks in China. */
const china = (local: string): Date => new Date(`${local.replace(' ', 'T')}:00+08:00`);
const nextDay = (day: string): string => new Date(Date.parse(day) + 24 * HOUR).toISOString().slice(0, 10);
/** Hours that are worked on a day, by clocks in China. */
const hoursOn = (calendar: Calendar, day: string): number =>
  workingBetween(calendar, china(`${day} 00:00`), china(`${nextDay(day)} 00:00`)) / HOUR;

const WEEKDAYS = 'days: [mon, tue, wed, thu, fri]';
const OFFICE = `{ holidays: CN, shifts: { day: { name: 白班, hours: 9:00-18:00, lunch: 12:00-13:00, ${WEEKDAYS} } } }`;

describe('working times in gongdan.yaml', () => {
  it('are 9:00-22:00 every day, or the hours of a team, or its calendar', () => {
    const shop = load(
      withCalendar('{ shifts: { day: { name: 白班, hours: 9:00-18:00 } } }').replace(', calendar: office', ''),
    );
    expect(hoursOn(calendarOf(shop), '2026-11-14')).toBe(13);
    expect(shop.directory.teams.get('service')?.shifts).toEqual([]);
    expect(hoursOn(shop.directory.calendar, '2026-11-14')).toBe(13);
    expect(isWorking(calendarOf(shop, 'night'), new Date('2026-11-11T17:00:00Z'))).toBe(true);
    expect(goesHomeAfter(calendarOf(shop, 'night'), new Date('2026-11-11T17:00:00Z'))).toEqual(
      new Date('2026-11-12T01:00:00Z'),
    );
    expect(hoursOn(calendarOf(load(withCalendar('{}'))), '2026-11-14')).toBe(13);
  });

  it('are those of all shifts together: one covers the lunch of another', () => {
    const shop = load(
      withCalendar(
        `\n    shifts:\n      early: { name: 早班, hours: 8:00-16:30, lunch: 12:00-13:00, ${WEEKDAYS} }\n      late: { name: 晚班, hours: 14:00-22:00 }`,
      ).replace('teams: [service] }', 'teams: [service], shift: early }'),
    );
    const team = shop.directory.teams.get('service');
    expect(team?.shifts.map(({ id, name }) => [id, name])).toEqual([
      ['early', '早班'],
      ['late', '晚班'],
    ]);
    expect(hoursOn(calendarOf(shop), '2026-11-12')).toBe(13);
    expect(isWorking(calendarOf(shop), china('2026-11-12 12:30'))).toBe(false);
    expect(hoursOn(calendarOf(shop), '2026-11-14')).toBe(8);
    const person = shop.directory.people.get('lilei');
    if (person === undefined) throw new Error('nobody');
    expect(shiftOf(person, shop.directory)?.id).toBe('early');
    expect(closingOf(person, shop.directory, china('2026-11-12 09:00'))).toEqual(china('2026-11-12 16:30'));
    const covered = load(
      withCalendar(
        '{ shifts: { a: { name: A, hours: 8:00-16:00, lunch: 12:00-13:00 }, b: { name: B, hours: 9:00-17:00, lunch: 13:00-14:00 } } }',
      ),
    );
    expect(hoursOn(calendarOf(covered), '2026-11-12')).toBe(9);
  });

  it('have lunch after midnight in a night shift', () => {
    const shop = load(withCalendar('{ shifts: { night: { name: 夜班, hours: 22:00-6:00, lunch: 2:00-3:00 } } }'));
    expect(isWorking(calendarOf(shop), china('2026-11-12 01:59'))).toBe(true);
    expect(isWorking(calendarOf(shop), china('2026-11-12 02:00'))).toBe(false);
    expect(addWorking(calendarOf(shop), china('2026-11-11 22:00'), 7 * HOUR)).toEqual(china('2026-11-12 06:00'));
    expect(goesHomeAfter(calendarOf(shop), china('2026-11-11 23:00'))).toEqual(china('2026-11-12 06:00'));
  });

  it('are by clocks of the calendar, else of the team; teams of one time zone share them', () => {
    const two = withCalendar('{ shifts: { day: { name: 白班, hours: 9:00-18:00 } } }').replace(
      'hours: 18:00-2:00, timeZone: Europe/Berlin',
      'calendar: office',
    );
    const shop = load(two);
    expect(calendarOf(shop, 'night')).toBe(calendarOf(shop));
    expect(calendarOf(load(two.replace('name: 夜班', 'name: 夜班, timeZone: Europe/Berlin')), 'night').timeZone).toBe(
      'Europe/Berlin',
    );
    const own = load(two.replace('office: {', 'office: { timeZone: Asia/Tokyo,'));
    expect(calendarOf(own, 'night').timeZone).toBe('Asia/Tokyo');
  });

  it('are those of single days before promotions before holidays', () => {
    const shop = load(
      withCalendar(
        `\n    holidays: CN\n    shifts: { day: { name: 白班, hours: 9:00-18:00, ${WEEKDAYS} } }\n    days:\n      2026-10-01: 10:00-12:00\n      2026-11-11: 0:00-24:00\n      2026-11-12: [9:00-12:00, 13:00-22:00]\n      2026-11-13: closed`,
        'promotions:\n  double11: { name: 双11, from: 2026-11-09, to: 2026-11-12, hours: 8:00-24:00 }\n  national: { name: 国庆, from: 2026-10-01, to: 2026-10-02, hours: [9:00-11:00, 20:00-21:00] }\n  quiet: { name: 双12, from: 2026-12-12, to: 2026-12-12 }',
      ),
    );
    const calendar = calendarOf(shop);
    const days = [
      '2026-10-01',
      '2026-10-02',
      '2026-10-03',
      '2026-11-09',
      '2026-11-11',
      '2026-11-12',
      '2026-11-13',
      '2026-11-16',
      '2026-12-12',
    ];
    expect(days.map((day) => hoursOn(calendar, day))).toEqual([2, 3, 0, 16, 24, 12, 0, 9, 0]);
    expect(hoursOn(shop.directory.calendar, '2026-11-09')).toBe(16);
    expect(shop.directory.promotions).toEqual([
      { id: 'double11', name: '双11', from: '2026-11-09', to: '2026-11-12', hours: [{ from: 480, to: 1_440 }] },
      {
        id: 'national',
        name: '国庆',
        from: '2026-10-01',
        to: '2026-10-02',
        hours: [
          { from: 540, to: 660 },
          { from: 1_200, to: 1_260 },
        ],
      },
      { id: 'quiet', name: '双12', from: '2026-12-12', to: '2026-12-12' },
    ]);
  });
});

// As the State Council arranged 2026 on 4 November 2025.
describe('holidays of China in 2026', () => {
  const shop = load(withCalendar(OFFICE));
  const calendar = calendarOf(shop);

  it.each([
    ['New Year', ['2026-01-01', '2026-01-02'], ['2026-01-04'], ['2026-01-03', '2026-01-05']],
    [
      'Spring Festival',
      ['2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19', '2026-02-20', '2026-02-23'],
      ['2026-02-14', '2026-02-28'],
      ['2026-02-15', '2026-02-24'],
    ],
    ['Tomb-sweeping Day', ['2026-04-06'], [], ['2026-04-05', '2026-04-07']],
    ['Labour Day', ['2026-05-01', '2026-05-04', '2026-05-05'], ['2026-05-09'], ['2026-05-10', '2026-05-06']],
    ['Dragon Boat Festival', ['2026-06-19'], [], ['2026-06-20', '2026-06-22']],
    ['Mid-autumn Festival', ['2026-09-25'], [], ['2026-09-26', '2026-09-28']],
    [
      'National Day',
      ['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'],
      ['2026-09-20', '2026-10-10'],
      ['2026-10-11', '2026-10-08'],
    ],
  ])(
    '%s: closed, made up for, and a free and a working day beside',
    (_name, closed, madeUp, [free = '', working = '']) => {
      expect(closed.map((day) => hoursOn(calendar, day))).toEqual(closed.map(() => 0));
      expect(madeUp.map((day) => hoursOn(calendar, day))).toEqual(madeUp.map(() => 8));
      expect([hoursOn(calendar, free), hoursOn(calendar, working)]).toEqual([0, 8]);
    },
  );

  it.each([
    ['a make-up Saturday before Spring Festival', '2026-02-13 17:00', 9, '2026-02-14 18:00'],
    ['over Spring Festival', '2026-02-13 17:00', 10, '2026-02-24 10:00'],
    ['over National Day', '2026-09-30 17:30', 1, '2026-10-08 09:30'],
    ['a make-up Saturday after it', '2026-10-09 17:30', 1, '2026-10-10 09:30'],
  ])('%s: from %s, %d hours', (_what, from, hours, there) => {
    expect(addWorking(calendar, china(from), hours * HOUR)).toEqual(china(there));
  });

  it('a make-up day is worked as the weekend where that works anyway', () => {
    const every = calendarOf(
      load(
        withCalendar(
          '{ holidays: CN, shifts: { day: { name: 白班, hours: 10:00-15:00, days: [sat] }, week: { name: 平日, hours: 9:00-18:00, days: [tue] } } }',
        ),
      ),
    );
    expect(hoursOn(every, '2026-02-14')).toBe(5);
    expect(hoursOn(every, '2026-02-28')).toBe(5);
    // Nobody works on Mondays, so nobody does on a Sunday instead.
    expect(hoursOn(every, '2026-09-20')).toBe(0);
  });

  it('a make-up day adds up over shifts that work on it for different reasons', () => {
    const weekend = `weekend: { name: 周末, hours: 10:00-20:00, days: [sat, sun] }`;
    const both = calendarOf(load(withCalendar(OFFICE.replace('shifts: {', `shifts: { ${weekend},`))));
    expect(['2026-02-13', '2026-02-14', '2026-02-21', '2026-02-22'].map((day) => hoursOn(both, day))).toEqual([
      8, 11, 0, 0,
    ]);
    expect(hoursOn(both, '2026-03-01')).toBe(10);
  });

  it('end with what was announced; then the days of the week count', () => {
    expect(shop.holidaysUntil.get('office')).toBe(holidaysOf('CN')?.knownUntil);
    const beyond = `${Number(holidaysOf('CN')?.knownUntil?.slice(0, 4)) + 5}-10-01`;
    expect(hoursOn(calendar, beyond)).toBe([0, 6].includes(new Date(beyond).getUTCDay()) ? 0 : 8);
    expect(load(withCalendar(OFFICE.replace('CN', 'DE'))).holidaysUntil.size).toBe(0);
  });
});

describe('holidays of other places', () => {
  it.each([
    ['DE', ['2026-04-03', '2026-04-06', '2026-05-14', '2026-12-25'], ['2026-12-24', '2026-11-01']],
    ['DE-BY', ['2026-11-01', '2026-01-06'], ['2026-10-31']],
    ['US-CA', ['2026-11-26', '2026-07-03', '2026-03-31'], ['2026-10-12']],
    ['GB-SCT', ['2026-11-30', '2026-01-02'], ['2026-04-06']],
    ['KR', ['2026-09-24', '2026-09-25', '2026-09-26'], ['2026-09-23', '2026-09-27']],
    // Half a holiday is a workday.
    ['IS', ['2026-12-25'], ['2026-12-24']],
    ['GT', ['2026-12-25'], ['2026-12-24']],
    ['DE', ['2027-03-26', '2031-04-11'], ['2027-04-03']],
  ])('%s', (code, holidays, workdays) => {
    expect(holidays.map((day) => holidaysOf(code)?.of(day))).toEqual(holidays.map(() => 'holiday'));
    expect(workdays.map((day) => holidaysOf(code)?.of(day))).toEqual(workdays.map(() => undefined));
  });

  it('close a team', () => {
    const shop = load(withCalendar(OFFICE.replace('CN', 'DE')));
    expect(hoursOn(calendarOf(shop), '2026-12-25')).toBe(0);
    expect(hoursOn(calendarOf(shop), '2026-10-01')).toBe(8);
  });

  it.each([
    ['de', 'DE'],
    ['USA', 'US'],
    ['US-CAL', 'US-CA'],
    ['GB-XXXX', 'GB'],
    ['DE-BY-A-B', 'DE-BY'],
    ['中国', null],
  ])('%s is none; near it is %s', (code, near) => {
    expect(holidaysOf(code)).toBeNull();
    expect(nearHolidayCode(code)).toBe(near);
  });
});

describe('working times that are refused', () => {
  const from = (day: string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, i) => new Date(Date.parse(day) + i * 24 * HOUR).toISOString().slice(0, 10));
  const closed = from('2026-12-01', 60);
  const days = (of: readonly string[]): string => `{ days: { ${of.map((d) => `${d}: closed`).join(', ')} } }`;
  const day = (more: string): string => `{ shifts: { day: { name: 白班, hours: 9:00-18:00, ${more} } } }`;
  const at = 'calendars.office';
  it.each([
    [
      'a calendar that is none',
      withCalendar('{}').replace('calendar: office', 'calendar: ofice'),
      'Line 5: teams.service.calendar names the calendar "ofice", which is not defined; did you mean office?',
    ],
    [
      'a shift that is none',
      withCalendar(OFFICE).replace('teams: [service] }', 'teams: [service], shift: dai }'),
      'Line 8: people.lilei.shift names the shift "dai", which is not defined; did you mean day?',
    ],
    [
      'a shift of somebody else’s team',
      withCalendar(OFFICE).replace('teams: [service] }', 'teams: [night], shift: day }'),
      'Line 8: people.lilei.shift names the shift "day", which is not defined',
    ],
    [
      'hours and a calendar',
      withCalendar('{}').replace('calendar: office', 'calendar: office, hours: 9:00-18:00'),
      'Line 5: teams.service takes either hours or a calendar, not both',
    ],
    [
      'holidays of nowhere',
      withCalendar('{ holidays: GE-XX }'),
      `Line 10: ${at}.holidays: no holidays are known for "GE-XX"; write a code such as CN, DE or US-CA; did you mean GE?`,
    ],
    [
      'a lunch before the shift',
      withCalendar(day('lunch: 8:30-9:30')),
      `Line 10: ${at}.shifts.day.lunch is not within the hours of its shift`,
    ],
    [
      'a lunch beyond the shift',
      withCalendar(day('lunch: 17:30-18:30')),
      `Line 10: ${at}.shifts.day.lunch is not within the hours of its shift`,
    ],
    [
      'nothing but lunch',
      withCalendar(day('lunch: 9:00-18:00')),
      `Line 10: ${at}.shifts.day has no working time at all`,
    ],
    ['no days', withCalendar(day('days: []')), `Line 10: ${at}.shifts.day.days must be at least 1`],
    [
      'a day of no week',
      withCalendar(day('days: [mon, tus]')),
      `Line 10: ${at}.shifts.day.days.1 cannot be "tus"; possible: sun, mon, tue, wed, thu, fri, sat; did you mean tue?`,
    ],
    [
      'hours that are none',
      withCalendar('{ shifts: { day: { name: 白班, hours: 9-18 } } }'),
      `Line 10: ${at}.shifts.day.hours must be opening hours such as 9:00-22:00 (over midnight: 18:00-2:00), it is "9-18"`,
    ],
    [
      'a date that is none',
      withCalendar('{ days: { 2026-02-29: closed } }'),
      `Line 10: ${at}.days.2026-02-29: there is no day "2026-02-29"; one is written 2026-11-11`,
    ],
    [
      'a date of another form',
      withCalendar('{ days: { 11-11: closed } }'),
      `Line 10: ${at}.days.11-11: there is no day "11-11"; one is written 2026-11-11`,
    ],
    [
      'a day in words',
      withCalendar('{ days: { 2026-11-11: busy } }'),
      `Line 10: ${at}.days.2026-11-11 must be closed, opening hours such as 9:00-22:00 or a list of them, it is "busy"`,
    ],
    [
      'a list with something else',
      withCalendar('{ days: { 2026-11-11: [9:00-12:00, late] } }'),
      `Line 10: ${at}.days.2026-11-11.1 must be opening hours such as 9:00-22:00 (over midnight: 18:00-2:00), it is "late"`,
    ],
    ['sixty closed days', withCalendar(days(closed)), `Line 10: ${at} has no working time for 60 days from 2026-12-01`],
    [
      'fewer that weekends and holidays fill up',
      withCalendar(OFFICE.replace('shifts', `${days(from('2026-08-10', 52)).slice(2, -2)}, shifts`)),
      `Line 10: ${at}.shifts.day has no working time for 60 days from 2026-08-08`,
    ],
    [
      'a key that is none',
      withCalendar('{ holiday: CN }'),
      `Line 10: ${at} has no key "holiday"; did you mean holidays?`,
    ],
    [
      'a promotion that ends before it begins',
      withCalendar('{}', 'promotions:\n  p: { name: 双11, from: 2026-11-12, to: 2026-11-11 }'),
      'Line 12: promotions.p.to is earlier than from: the last day cannot be before the first',
    ],
    [
      'a promotion on no day',
      withCalendar('{}', 'promotions:\n  p: { name: 双11, from: 2026-11-31, to: 2026-12-01 }'),
      'Line 12: promotions.p.from: there is no day "2026-11-31"; one is written 2026-11-11',
    ],
  ])('%s', (_what, source, sentence) => {
    expect(problems(source)).toEqual([sentence]);
  });

  it('fifty-nine closed days are not, and the words are Chinese for who reads Chinese', () => {
    expect(problems(withCalendar(days(closed.slice(1))))).toEqual([]);
    const working = OFFICE.replace('CN', 'DE').replace(
      'shifts',
      `${days(from('2026-08-10', 52)).slice(2, -2)}, shifts`,
    );
    expect(problems(withCalendar(working))).toEqual([]);
    expect(problems(withCalendar(days(closed)), 'zh-CN')).toEqual([
      '第 10 行：calendars.office 从 2026-12-01 起连续 60 天没有工作时间',
    ]);
  });
});
