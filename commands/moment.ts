import { momentOf, offsetAt } from '../src/domain/wall-clock.ts';
import { duration, leadingDuration } from './scalars.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const MOST_MS = 30 * DAY;

/** A moment that a text begins with: what `Args` holds of it, and how many units of the text it takes. */
export interface LeadingMoment {
  /** Milliseconds since 1970, or `off`. */
  readonly value: string;
  readonly length: number;
}

const OFF = /^(?:取消|不用了|不用|关掉|cancel|none|off)(?![a-z])/u;
const READ = /^\d{13}(?!\d)/u;
const LATER = /^(?:后|之后|以后|from now)/u;
const DAYS: readonly (readonly [word: string, ahead: number])[] = [
  ['今天|今日|今晚|today|tonight', 0],
  ['明天|明日|明早|明晚|tomorrow', 1],
  ['后天', 2],
];
const DAY_WORD = new RegExp(`^(?:${DAYS.map(([word]) => word).join('|')})\\s*(?:at\\s+)?`, 'u');
const DATE = /^(?:(\d{1,2})\s*(?:月|[-/])\s*(\d{1,2})\s*(?:日|号)?)\s*/u;
const HALF = /^(上午|早上|中午|下午|晚上)\s*/u;
const TIME = /^(\d{1,2})(?:\s*:\s*(\d{2})|\s*点\s*(?:(半)|(\d{1,2})\s*分?)?)(?!\d)\s*(am|pm)?(?![a-z])/u;

/**
 * The moment that a folded text begins with: `2小时`, `30m`, `18:00`, `晚上8点半`, `明天 9:00`, `11-12 9:00`; or `off` for none. A clock time
 * alone is its next one. Null: it begins with none, or with one that is past or more than 30 days away.
 */
export function leadingMoment(text: string, timeZone: string, now: Date): LeadingMoment | null {
  const off = OFF.exec(text)?.[0];
  if (off !== undefined) return { value: 'off', length: off.length };
  const read = READ.exec(text)?.[0];
  if (read !== undefined) return sensible(Number(read), read.length, now);
  const span = leadingDuration(text);
  if (span !== null) {
    const ms = duration(span);
    const behind = LATER.exec(text.slice(span.length))?.[0] ?? '';
    return ms === null ? null : sensible(now.getTime() + Number(ms), span.length + behind.length, now);
  }
  return clockTime(text, timeZone, now);
}

function clockTime(text: string, timeZone: string, now: Date): LeadingMoment | null {
  const today = Math.floor((now.getTime() + offsetAt(timeZone, now.getTime())) / DAY) * DAY;
  const named = DAY_WORD.exec(text)?.[0];
  const date = named === undefined ? DATE.exec(text) : null;
  const start = (named ?? date?.[0] ?? '').length;
  const half = HALF.exec(text.slice(start))?.[1] ?? (/晚|night/u.test(named ?? '') ? '晚上' : '');
  const at = start + (HALF.exec(text.slice(start))?.[0].length ?? 0);
  const time = TIME.exec(text.slice(at));
  const minutes = time === null ? null : minutesOf(time, half);
  if (time === null || minutes === null) return null;
  const length = at + time[0].length;
  const wall = (day: number): number => momentOf(timeZone, day + minutes * MINUTE);
  if (named !== undefined) return sensible(wall(today + aheadOf(named) * DAY), length, now);
  if (date !== null) {
    const day = dateOf(Number(date[1]), Number(date[2]), today);
    return day === null ? null : sensible(wall(day), length, now);
  }
  const first = wall(today);
  return sensible(first > now.getTime() ? first : wall(today + DAY), length, now);
}

const aheadOf = (named: string): number => DAYS.find(([word]) => new RegExp(`^(?:${word})`, 'u').test(named))?.[1] ?? 0;

/** Minutes after midnight; null when no clock shows them. */
function minutesOf([, hours, after, halfPast, minutes, meridiem]: RegExpExecArray, half: string): number | null {
  const hour = Number(hours);
  const minute = halfPast === undefined ? Number(after ?? minutes ?? 0) : 30;
  if (hour > 23 || minute > 59) return null;
  const isLate = meridiem === 'pm' || half === '下午' || half === '晚上' || (half === '中午' && hour < 3);
  if (isLate) return (hour < 12 ? hour + 12 : hour) * 60 + minute;
  return (meridiem === 'am' && hour === 12 ? 0 : hour) * 60 + minute;
}

/** The next such day, as if it were UTC; null when there is none. */
function dateOf(month: number, day: number, today: number): number | null {
  const year = new Date(today).getUTCFullYear();
  const found = [year, year + 1].map((y) => Date.UTC(y, month - 1, day)).find((ms) => ms >= today);
  return found !== undefined && new Date(found).getUTCDate() === day ? found : null;
}

const sensible = (ms: number, length: number, now: Date): LeadingMoment | null =>
  ms > now.getTime() && ms - now.getTime() <= MOST_MS ? { value: String(ms), length } : null;
