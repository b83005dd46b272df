import { isWorkday, localDay, startOfDay, type Calendar } from './calendar.ts';
import type { Promotion } from './directory.ts';
import { before, MOST_DAYS, periodAt, spanOf, type Period } from './period.ts';
import { momentOf } from './wall-clock.ts';

/** When digests are sent. Moments are minutes after midnight, by the clocks of whom they are for. */
export interface DigestRules {
  readonly at: number;
  /** On days of a promotion also at these, each of the day so far. */
  readonly promotion: readonly number[];
  readonly weekly: boolean;
  readonly monthly: boolean;
  /** Whether teams get theirs, in their groups and to their leads; managers always do. */
  readonly teams: boolean;
}

export const DIGEST_RULES: DigestRules = {
  at: 9 * 60,
  promotion: [13 * 60, 22 * 60],
  weekly: true,
  monthly: true,
  teams: true,
};

export type DigestKind = 'daily' | 'so_far' | 'weekly' | 'monthly';

/** A digest that has to be sent now. */
export interface DueDigest {
  readonly kind: DigestKind;
  /** The same for every look at the same digest, whenever that is: `daily 2026-11-11`. */
  readonly key: string;
  readonly period: Period;
  /** What it tells up to; the period's end or, of the day so far, the moment it was due. */
  readonly until: Date;
}

/** Whose digests they are, and which of them they have got: keys, and where the last of each day's ended. */
export interface DigestReader {
  readonly calendar: Calendar;
  readonly promotions: readonly Promotion[];
  readonly told: readonly string[];
  readonly last: Date | null;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Longer than any holidays: whoever has not worked for so long begins anew. */
const MOST_IDLE = MOST_DAYS - 1;
/** A month's digest that could not be sent in time is not news any more after so many days. */
const MONTHLY_DAYS = 7;

/**
 * What somebody has to be sent at a moment. Each digest is due from its hour on until the day ends on which it is due (a week's until the
 * week ends), so that one which could not be sent in time is sent late, once, and clocks that jump bring none back.
 */
export function dueDigests(rules: DigestRules, reader: DigestReader, now: Date): readonly DueDigest[] {
  const { calendar, told } = reader;
  const { timeZone } = calendar;
  const today = localDay(timeZone, now);
  const since = (day: string, minute: number): number => momentOf(timeZone, Date.parse(day) + minute * MINUTE);
  const due: DueDigest[] = [];
  if (isWorkday(calendar, now) && now.getTime() >= since(today, rules.at)) {
    const period = spanOf(timeZone, firstUntold(reader, today), dayBefore(today));
    due.push({ kind: 'daily', key: `daily ${today}`, period, until: period.to });
    for (const kind of ['weekly', 'monthly'] as const) {
      const current = periodAt(kind === 'weekly' ? 'week' : 'month', timeZone, now);
      const first = firstWorkday(calendar, current);
      const isStale = kind === 'monthly' && now.getTime() - (first?.getTime() ?? 0) > MONTHLY_DAYS * DAY;
      if (!rules[kind] || first === null || isStale) continue;
      const over = before(current);
      due.push({ kind, key: `${kind} ${current.key}`, period: over, until: over.to });
    }
  }
  const hour = isPromotion(reader.promotions, today)
    ? rules.promotion.toSorted((a, b) => a - b).findLast((minute) => now.getTime() >= since(today, minute))
    : undefined;
  if (hour !== undefined) {
    const period = periodAt('day', timeZone, now);
    // What is sent late tells what is so by then: the earlier hour alone would be of no use any more.
    due.push({ kind: 'so_far', key: `so_far ${today} ${hour}`, period, until: now });
  }
  return due.filter(({ key }) => !told.includes(key));
}

export const isPromotion = (promotions: readonly Promotion[], day: string): boolean =>
  promotions.some(({ from, to }) => from <= day && day <= to);

const dayBefore = (day: string): string => new Date(Date.parse(day) - DAY).toISOString().slice(0, 10);

/** The first day that no digest has told of: the last workday before today, or an earlier one where the last digest ended before it. */
function firstUntold({ calendar, last }: DigestReader, today: string): string {
  const { timeZone } = calendar;
  const oldest = new Date(Date.parse(today) - MOST_IDLE * DAY).toISOString().slice(0, 10);
  let day = dayBefore(today);
  while (day > oldest && !isWorkday(calendar, startOfDay(timeZone, day))) day = dayBefore(day);
  const untold = last === null ? day : localDay(timeZone, last);
  return untold < day && untold > oldest ? untold : day;
}

/** The begin of the first workday of a period; null: it has none. */
function firstWorkday(calendar: Calendar, period: Period): Date | null {
  for (const slot of period.slots) if (isWorkday(calendar, slot)) return slot;
  return null;
}
