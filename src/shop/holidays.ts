import { createRequire } from 'node:module';
import type HolidaysOf from 'date-holidays';
import * as z from 'zod';
import { suggest } from './suggestion.ts';

/** What a day is by law; undefined: nothing out of the ordinary. */
export type LegalDay = 'holiday' | 'makeUpWorkday' | undefined;

export interface Holidays {
  /** `day` is `2026-10-01`. */
  of(day: string): LegalDay;
  /** The last day for which holidays are known; null: they follow rules, for all years. */
  readonly knownUntil: string | null;
}

// Loaded when a calendar asks for holidays: date-holidays alone takes a tenth of a second.
const require = createRequire(import.meta.url);

const CHINA = 'CN';
/** The kinds of holidays on which shops may close: not bank holidays, not days of remembrance. */
const PUBLIC = { types: ['public' as const] };
const DAY = 86_400_000;

const known = new Map<string, Holidays>();

/** The public holidays of a country (`DE`) or a part of one (`US-CA`); null: nobody knows the code. */
export function holidaysOf(code: string): Holidays | null {
  const before = known.get(code);
  if (before !== undefined) return before;
  const found = code === CHINA ? chinese() : isPlace(code) ? byRules(code) : null;
  if (found !== null) known.set(code, found);
  return found;
}

/** The code that was probably meant; null when none is near. */
export function nearHolidayCode(code: string): string | null {
  const wanted = code.trim().toUpperCase();
  if (isPlace(wanted)) return wanted;
  const [country = '', state] = wanted.split('-');
  const countries = Object.keys(new (package_())().getCountries());
  if (!countries.includes(country))
    return suggest(country, countries) ?? countries.find((c) => wanted.startsWith(c)) ?? null;
  const states = Object.keys(new (package_())().getStates(country) ?? {});
  const near = states.includes(state ?? '') ? (state ?? null) : suggest(state ?? '', states);
  return near === null ? country : `${country}-${near}`;
}

const arrangement = z.object({
  holidays: z.record(z.string(), z.string()),
  workdays: z.record(z.string(), z.string()),
});

/** As the State Council arranges each year: holidays, and the weekends that are worked for them (调休). */
function chinese(): Holidays {
  const { holidays, workdays } = arrangement.parse(require('chinese-days/dist/chinese-days.json'));
  const last = Object.keys(holidays).toSorted().at(-1) ?? '';
  return {
    of: (day) => (day in workdays ? 'makeUpWorkday' : day in holidays ? 'holiday' : undefined),
    knownUntil: `${last.slice(0, 4)}-12-31`,
  };
}

function byRules(code: string): Holidays {
  const [country = '', ...parts] = code.split('-');
  const [state, region] = parts;
  const Rules = package_();
  const rules =
    state === undefined
      ? new Rules(country, PUBLIC)
      : region === undefined
        ? new Rules(country, state, PUBLIC)
        : new Rules(country, state, region, PUBLIC);
  const years = new Map<number, ReadonlySet<string>>();
  const ofYear = (year: number): ReadonlySet<string> => {
    const before = years.get(year);
    if (before !== undefined) return before;
    const days = new Set(rules.getHolidays(year).flatMap(daysOf));
    years.set(year, days);
    return days;
  };
  return {
    of: (day) => {
      const year = Number(day.slice(0, 4));
      // A feast of several days may have begun in the year before.
      const is = ofYear(year).has(day) || (day.slice(5, 7) === '01' && ofYear(year - 1).has(day));
      return is ? 'holiday' : undefined;
    },
    knownUntil: null,
  };
}

/** The whole days of a holiday; none of one that begins at noon. */
function daysOf({ date, start, end }: { date: string; start: Date; end: Date }): string[] {
  // Clocks may change in between.
  const length = Math.round((end.getTime() - start.getTime() - DAY / 4) / DAY);
  const first = Date.parse(date.slice(0, 10));
  return Array.from({ length }, (_, i) => new Date(first + i * DAY).toISOString().slice(0, 10));
}

/** Whether rules for the code are known: the package itself takes any. */
function isPlace(code: string): boolean {
  const [country = '', state, region, ...more] = code.split('-');
  const all = new (package_())();
  if (more.length > 0 || !(country in all.getCountries())) return false;
  if (state === undefined) return true;
  if (!(state in (all.getStates(country) ?? {}))) return false;
  return region === undefined || region in (all.getRegions(country, state) ?? {});
}

const package_ = (): typeof HolidaysOf => require('date-holidays') as typeof HolidaysOf;
