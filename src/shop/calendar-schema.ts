import * as z from 'zod';
import { endOf, parseHours, type Hours } from '../domain/hours.ts';

const ID = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/);
const name = z.string().trim().min(1).max(60);
/** Spans of one day. */
const MOST_SPANS = 12;

export const timeZone = z.string().superRefine((value, ctx) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value }).format(0);
  } catch {
    ctx.addIssue({ code: 'custom', params: { problem: 'timeZone', value } });
  }
});

/** `9:00-22:00`, over midnight `18:00-2:00`. */
export const hours = z.string().transform((value, ctx) => {
  const parsed = parseHours(value);
  if (parsed !== null) return parsed;
  ctx.issues.push({ code: 'custom', input: value, params: { problem: 'hours', value } });
  return z.NEVER;
});

const several = z.array(hours).min(1).max(MOST_SPANS);

/** One span or several. */
const spans = z.union([several, hours.transform((one) => [one])]);

/** The same, or `closed`. */
const daySpans = z.union([
  several,
  z.string().transform((value, ctx): Hours[] => {
    const parsed = parseHours(value);
    if (parsed !== null) return [parsed];
    if (value.trim() === 'closed') return [];
    ctx.issues.push({ code: 'custom', input: value, params: { problem: 'daySpans', value } });
    return z.NEVER;
  }),
]);

/** Whether it is a day of this century as it is written: `2026-02-28`, not `2026-02-29`. */
function isDay(value: string): boolean {
  const ms = /^20\d\d-\d\d-\d\d$/.test(value) ? Date.parse(value) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === value;
}

const day = z.string().superRefine((value, ctx) => {
  if (!isDay(value)) ctx.addIssue({ code: 'custom', params: { problem: 'day', value } });
});

/** Sunday first, as the domain has them. */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const shift = z
  .strictObject({
    name,
    hours,
    lunch: hours.optional(),
    days: z
      .array(z.enum(WEEKDAYS))
      .min(1)
      .max(7)
      .default([...WEEKDAYS]),
  })
  .superRefine(({ hours: own, lunch }, ctx) => {
    if (lunch !== undefined && withoutLunch(own, lunch) === null)
      ctx.addIssue({ code: 'custom', path: ['lunch'], params: { problem: 'lunch' } });
  });

/** What is worked of a span with a lunch in it; null: the lunch is not within the span. */
export function withoutLunch(own: Hours, lunch: Hours): readonly Hours[] | null {
  const end = endOf(own);
  // Lunch of a night shift may be after midnight.
  for (const later of [0, 24 * 60]) {
    const [from, to] = [lunch.from + later, endOf(lunch) + later];
    if (from < own.from || to > end) continue;
    return [
      { from: own.from, to: from },
      { from: to, to: end },
    ].filter((span) => span.from < span.to);
  }
  return null;
}

/** When somebody works; teams name it. */
export const calendar = z.strictObject({
  /** Default: the team's. */
  timeZone: timeZone.optional(),
  /** Whose public holidays are none's workdays: `CN`, `DE`, `US-CA`. Default: nobody's. */
  holidays: z.string().trim().min(1).max(20).optional(),
  shifts: z.record(ID, shift).default({}),
  /** What single days are like whatever else is said of them. */
  days: z
    .record(z.string(), daySpans)
    .default({})
    .superRefine((days, ctx) => {
      for (const value of Object.keys(days))
        if (!isDay(value)) ctx.addIssue({ code: 'custom', path: [value], params: { problem: 'day', value } });
    }),
});

/** Days on which more is bought (大促); with hours, these are worked on them by everybody. */
export const promotion = z
  .strictObject({ name, from: day, to: day, hours: spans.optional() })
  .superRefine(({ from, to }, ctx) => {
    if (to < from) ctx.addIssue({ code: 'custom', path: ['to'], params: { problem: 'promotionOrder' } });
  });

/** For "did you mean". */
export const CALENDAR_KEYS: Readonly<Record<string, readonly string[]>> = {
  'calendars.*': Object.keys(calendar.shape),
  'calendars.*.shifts.*': Object.keys(shift.shape),
  'promotions.*': Object.keys(promotion.shape),
};
