import { SetupError } from '../../errors.ts';
import { ok, warning, type Check, type Finding } from './check.ts';
import { ownShop } from './configuration.ts';

/** So long before known holidays end it is said: the next year's are announced by then. */
const AHEAD_MS = 45 * 86_400_000;

/** `until`: the last days whose holidays are known (`2026-12-31`), by calendar. */
export function judgeCalendars(facts: { until: ReadonlyMap<string, string>; now: Date }): readonly Finding[] {
  const soon = [...facts.until].filter(([, day]) => Date.parse(day) - facts.now.getTime() < AHEAD_MS);
  const days = [...new Set(soon.map(([, day]) => day))].toSorted();
  const findings = days.map((until) => {
    const calendars = soon.filter(([, day]) => day === until).map(([id]) => id);
    return warning(
      { key: 'calendars.known_until', params: { calendars, until } },
      { key: 'calendars.known_until_todo', params: null },
    );
  });
  return findings.length > 0 ? findings : [ok({ key: 'calendars.known_ok', params: null })];
}

/** Nothing is said where no calendar has holidays that end, nor of a file with problems. */
export const calendars: Check = {
  name: 'calendars',
  run: async ({ config, clock }) => {
    try {
      const until = (await ownShop(config))?.holidaysUntil ?? new Map<string, string>();
      return until.size === 0 ? [] : judgeCalendars({ until, now: clock.now() });
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      return [];
    }
  },
};
