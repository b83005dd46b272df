import { entry } from './entry.ts';

interface At {
  /** Line in the file, from 1. */
  readonly line: number;
  /** Dotted path inside the file: `calendars.office.days`. */
  readonly at: string;
}

/** What is wrong with working times in gongdan.yaml, and what `gongdan doctor` says of them. */
export const calendars = {
  not_day_hours: entry<At & { value: string }>({
    note: 'gongdan.yaml, what a single day of a calendar is like, in words that mean nothing',
    sample: { line: 12, at: 'calendars.office.days.2026-10-01', value: '休息' },
    zh: (p) =>
      `第 ${p.line} 行：${p.at} 要写 closed（休息）、营业时间（例如 9:00-22:00）或几段营业时间，现在是「${p.value}」`,
    en: (p) =>
      `Line ${p.line}: ${p.at} must be closed, opening hours such as 9:00-22:00 or a list of them, it is "${p.value}"`,
  }),
  not_a_day: entry<At & { value: string }>({
    note: 'gongdan.yaml, a date that does not exist or is written otherwise',
    sample: { line: 12, at: 'promotions.double11.from', value: '2026-11-31' },
    zh: (p) => `第 ${p.line} 行：${p.at}：没有「${p.value}」这一天，日期要写成 2026-11-11`,
    en: (p) => `Line ${p.line}: ${p.at}: there is no day "${p.value}"; one is written 2026-11-11`,
  }),
  lunch_outside: entry<At>({
    note: 'gongdan.yaml, a shift whose lunch is not within its hours',
    sample: { line: 12, at: 'calendars.office.shifts.early.lunch' },
    zh: (p) => `第 ${p.line} 行：${p.at} 不在班次的营业时间里`,
    en: (p) => `Line ${p.line}: ${p.at} is not within the hours of its shift`,
  }),
  promotion_order: entry<At>({
    note: 'gongdan.yaml, a promotion that ends before it begins',
    sample: { line: 12, at: 'promotions.double11.to' },
    zh: (p) => `第 ${p.line} 行：${p.at} 比 from 早，最后一天不能在第一天之前`,
    en: (p) => `Line ${p.line}: ${p.at} is earlier than from: the last day cannot be before the first`,
  }),
  hours_and_calendar: entry<At>({
    note: 'gongdan.yaml, a team with hours and a calendar',
    sample: { line: 12, at: 'teams.aftersale' },
    zh: (p) => `第 ${p.line} 行：${p.at} 的 hours 和 calendar 只能写一个`,
    en: (p) => `Line ${p.line}: ${p.at} takes either hours or a calendar, not both`,
  }),
  unknown_holidays: entry<At & { value: string; suggestion: string | null }>({
    note: 'gongdan.yaml, holidays of a place that nobody knows',
    sample: { line: 12, at: 'calendars.office.holidays', value: 'CH-ZZ', suggestion: 'CH' },
    zh: (p) =>
      `第 ${p.line} 行：${p.at} 里没有「${p.value}」的节假日，要写 CN、DE、US-CA 这样的地区代码${p.suggestion === null ? '' : `，是不是想写 ${p.suggestion}？`}`,
    en: (p) =>
      `Line ${p.line}: ${p.at}: no holidays are known for "${p.value}"; write a code such as CN, DE or US-CA${p.suggestion === null ? '' : `; did you mean ${p.suggestion}?`}`,
  }),
  never_works: entry<At>({
    note: 'gongdan.yaml, a calendar or a shift without any working time',
    sample: { line: 12, at: 'calendars.office.shifts.early' },
    zh: (p) => `第 ${p.line} 行：${p.at} 没有一点工作时间`,
    en: (p) => `Line ${p.line}: ${p.at} has no working time at all`,
  }),
  long_closed: entry<At & { since: string; days: number }>({
    note: 'gongdan.yaml, a calendar or a shift that is closed for very long',
    sample: { line: 12, at: 'calendars.office', since: '2026-10-01', days: 60 },
    zh: (p) => `第 ${p.line} 行：${p.at} 从 ${p.since} 起连续 ${p.days} 天没有工作时间`,
    en: (p) => `Line ${p.line}: ${p.at} has no working time for ${p.days} days from ${p.since}`,
  }),

  known_ok: entry<null>({
    note: 'terminal, gongdan doctor: the holidays of all calendars are known',
    sample: null,
    zh: () => '日历里的节假日都有数据',
    en: () => 'the holidays of all calendars are known',
  }),
  known_until: entry<{ calendars: readonly string[]; until: string }>({
    note: 'terminal, gongdan doctor: holidays of calendars that end soon, or have ended',
    sample: { calendars: ['office'], until: '2026-12-31' },
    zh: (p) => `日历 ${p.calendars.join('、')} 的节假日和调休只到 ${p.until}，之后只看星期几`,
    en: (p) =>
      `holidays and make-up workdays of ${p.calendars.join(', ')} are known until ${p.until} only; after it only the day of the week counts`,
  }),
  known_until_todo: entry<null>({
    note: 'terminal, what to do about holidays that end soon',
    sample: null,
    zh: () => '国务院一般在 11 月公布明年的安排：升级工单机器人，或者先在 gongdan.yaml 的 calendars 里用 days 写出来',
    en: () =>
      'the State Council mostly announces the next year in November: upgrade Gongdan, or write those days under days of the calendar in gongdan.yaml',
  }),
} as const;
