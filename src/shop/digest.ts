import * as z from 'zod';
import { DIGEST_RULES } from '../domain/digest-schedule.ts';

/** A time of day as minutes after midnight. */
const timeOfDay = z.string().transform((value, ctx) => {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(value.trim()) ?? [];
  if (hour !== undefined && minute !== undefined && Number(hour) < 24 && Number(minute) < 60)
    return Number(hour) * 60 + Number(minute);
  ctx.issues.push({ code: 'custom', input: value, params: { problem: 'timeOfDay', value } });
  return z.NEVER;
});

/** When the figures of a day, a week and a month are sent, and whether teams get theirs. */
export const digest = z.strictObject({
  at: timeOfDay.default(DIGEST_RULES.at),
  /** Also at these on days of a promotion. */
  promotion: z
    .array(timeOfDay)
    .max(12)
    .default([...DIGEST_RULES.promotion]),
  weekly: z.boolean().default(DIGEST_RULES.weekly),
  monthly: z.boolean().default(DIGEST_RULES.monthly),
  teams: z.boolean().default(DIGEST_RULES.teams),
});
