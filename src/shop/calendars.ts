import { everyDay, type Calendar, type SpecialDays } from '../domain/calendar.ts';
import type { Promotion, Shift } from '../domain/directory.ts';
import { DEFAULT_HOURS, type Hours } from '../domain/hours.ts';
import { WEEKDAYS, withoutLunch } from './calendar-schema.ts';
import { holidaysOf, nearHolidayCode, type Holidays } from './holidays.ts';
import type { CheckedFile } from './problems.ts';
import type { ShopInput } from './schema.ts';

type CalendarInput = ShopInput['calendars'][string];
type TeamInput = ShopInput['teams'][string];
type Week = Calendar['week'];

const DAY = 86_400_000;
/** A calendar that is closed for so long is a mistake. */
const MOST_CLOSED_DAYS = 60;

export interface WorkingTimes {
  readonly calendar: Calendar;
  readonly shifts: readonly Shift[];
}

/** When everybody works by a shop's file. Teams that name one calendar share it. */
export class WorkingTimesOf {
  readonly #input: ShopInput;
  readonly #promoted: SpecialDays;
  readonly #built = new Map<string, WorkingTimes>();

  constructor(input: ShopInput) {
    this.#input = input;
    this.#promoted = promotedDays(promotionsOf(input));
  }

  ofTeam(team: TeamInput): WorkingTimes {
    const zone = team.timeZone ?? this.#input.timeZone;
    const named = team.calendar === undefined ? undefined : this.#input.calendars[team.calendar];
    if (named === undefined) return { calendar: this.usual(zone, team.hours), shifts: [] };
    const timeZone = named.timeZone ?? zone;
    const key = `${team.calendar} ${timeZone}`;
    const built = this.#built.get(key) ?? timesOf(named, timeZone, this.#promoted);
    this.#built.set(key, built);
    return built;
  }

  /** Every day the same hours but for promotions. */
  usual(timeZone: string, hours?: Hours): Calendar {
    return { ...everyDay(timeZone, hours), days: this.#promoted };
  }
}

export const promotionsOf = (input: ShopInput): readonly Promotion[] =>
  Object.entries(input.promotions).map(([id, { name, from, to, hours }]) => ({
    id,
    name,
    from,
    to,
    ...(hours !== undefined && { hours }),
  }));

/** The last days whose holidays are known, by calendar; those that follow rules are not named. */
export const holidaysUntil = (input: ShopInput): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(input.calendars).flatMap(([id, { holidays }]) => {
      const until = holidays === undefined ? null : (holidaysOf(holidays)?.knownUntil ?? null);
      return until === null ? [] : [[id, until] as const];
    }),
  );

/** Of two promotions at once, all that either says. */
function promotedDays(promotions: readonly Promotion[]): SpecialDays {
  const timed = promotions.filter((p) => p.hours !== undefined);
  return {
    get: (day) => {
      const on = timed.filter((p) => p.from <= day && day <= p.to);
      return on.length === 0 ? undefined : on.flatMap((p) => p.hours ?? []);
    },
  };
}

function timesOf(input: CalendarInput, timeZone: string, promoted: SpecialDays): WorkingTimes {
  const holidays = input.holidays === undefined ? null : holidaysOf(input.holidays);
  const special = new Map(Object.entries(input.days));
  const during = (week: Week): Calendar => ({
    timeZone,
    week,
    days: { get: (day) => special.get(day) ?? promoted.get(day) ?? legal(holidays, week, day) },
  });
  const shifts = Object.entries(input.shifts).map(([id, s]): Shift => {
    const spans = s.lunch === undefined ? [s.hours] : (withoutLunch(s.hours, s.lunch) ?? []);
    return { id, name: s.name, calendar: during(WEEKDAYS.map((d) => (s.days.includes(d) ? spans : []))) };
  });
  const [first, ...others] = shifts.map((s) => s.calendar);
  if (first === undefined) return { calendar: during(WEEKDAYS.map(() => [DEFAULT_HOURS])), shifts };
  return { calendar: others.length === 0 ? first : together([first, ...others]), shifts };
}

const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay();

/** A make-up workday (调休) is worked like a Monday where that weekend is free. */
function legal(holidays: Holidays | null, week: Week, day: string): readonly Hours[] | undefined {
  const kind = holidays?.of(day);
  if (kind === 'holiday') return [];
  if (kind !== 'makeUpWorkday') return undefined;
  return week[weekdayOf(day)]?.length === 0 ? week[WEEKDAYS.indexOf('mon')] : undefined;
}

/** What a calendar says of a day. */
const spansOn = ({ week, days }: Calendar, day: string): readonly Hours[] =>
  days.get(day) ?? week[weekdayOf(day)] ?? [];

/** Open whenever one of them is; all are of one time zone. */
const together = (calendars: readonly [Calendar, ...Calendar[]]): Calendar => ({
  timeZone: calendars[0].timeZone,
  week: WEEKDAYS.map((_, i) => calendars.flatMap((c) => c.week[i] ?? [])),
  days: {
    get: (day) =>
      calendars.every((c) => c.days.get(day) === undefined) ? undefined : calendars.flatMap((c) => spansOn(c, day)),
  },
});

/** Reports holidays that nobody knows and calendars by which nobody ever works. */
export function checkCalendars(file: CheckedFile, input: ShopInput): void {
  const promotions = promotionsOf(input);
  for (const [id, own] of Object.entries(input.calendars)) {
    if (own.holidays !== undefined && holidaysOf(own.holidays) === null) {
      const place = file.at(['calendars', id, 'holidays']);
      const params = { ...place, value: own.holidays, suggestion: nearHolidayCode(own.holidays) };
      file.report(place.line, { key: 'calendars.unknown_holidays', params });
      continue;
    }
    const { calendar, shifts } = timesOf(own, input.timeZone, promotedDays(promotions));
    const days = [...Object.keys(own.days), ...promotions.flatMap((p) => [p.from, p.to])];
    const all = shifts.length === 0 ? [{ path: [], calendar }] : shifts.map((s) => ({ path: ['shifts', s.id], ...s }));
    for (const { path, calendar: one } of all) {
      const since = closedSince(one, days);
      if (since === null) continue;
      const place = file.at(['calendars', id, ...path]);
      const { line, at } = place;
      file.report(
        line,
        since === 'ever'
          ? { key: 'calendars.never_works', params: { line, at } }
          : { key: 'calendars.long_closed', params: { line, at, since, days: MOST_CLOSED_DAYS } },
      );
    }
  }
}

/** Since when a calendar is closed for too long; null: never. By holidays alone none is, so it is enough to look around days that are named. */
function closedSince(calendar: Calendar, named: readonly string[]): string | null {
  if (calendar.week.every((spans) => spans.length === 0)) return 'ever';
  const moments = named.map((day) => Date.parse(day));
  let closed = 0;
  const last = Math.max(...moments) + MOST_CLOSED_DAYS * DAY;
  for (let ms = Math.min(...moments) - MOST_CLOSED_DAYS * DAY; ms <= last; ms += DAY) {
    closed = spansOn(calendar, new Date(ms).toISOString().slice(0, 10)).length === 0 ? closed + 1 : 0;
    if (closed < MOST_CLOSED_DAYS) continue;
    return new Date(ms - (MOST_CLOSED_DAYS - 1) * DAY).toISOString().slice(0, 10);
  }
  return null;
}
