import { MongoError, notSupported } from '../error.ts';
import { civilFromDays, daysFromCivil, isoWeekStart } from '../values/calendar.ts';
import { fromLocal, timeZone } from '../values/timezone.ts';
import type { TimeZone } from '../values/timezone.ts';

const bad = (text: string): MongoError => new MongoError(241, `Error parsing date string '${text}'`);

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  zone: TimeZone | undefined;
}

function momentOf(text: string, parts: Parts, zone: TimeZone, hasZone: boolean): bigint {
  const { year, month, day, hour, minute, second } = parts;
  const days = daysFromCivil(year, month, day);
  const isDay =
    month >= 1 && month <= 12 && day >= 1 && day <= daysFromCivil(year, month + 1, 1) - daysFromCivil(year, month, 1);
  if (!isDay || hour > 23 || minute > 59 || second > 59) throw bad(text);
  if (parts.zone && hasZone) {
    throw new MongoError(
      241,
      'you cannot pass in a date/time string with time zone information together with a timezone argument',
    );
  }
  const clock = ((hour * 60 + minute) * 60 + second) * 1000 + parts.millisecond;
  return fromLocal(BigInt(days) * 86_400_000n + BigInt(clock), parts.zone ?? zone);
}

const ISO =
  /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?\s*$/u;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(?:(\d{2}))?(Z)?)?$/u;

const zoneOfText = (text: string | undefined): TimeZone | undefined =>
  text === undefined ? undefined : timeZone(/^z$/iu.test(text) ? 'UTC' : text);

/** Texts that no reading takes for a date: nothing, or no digit at all and no word that could be one. */
const HOPELESS = /^(?:\s*|x+|[\p{sc=Han}]+)$/u;

/**
 * Reads a date without a format: ISO 8601 with its usual liberties.
 * @throws MongoError 241 for what is no date; 115 for the many other notations that MongoDB reads
 */
export function parseDate(text: string, zone: TimeZone, hasZone: boolean): bigint {
  const iso = ISO.exec(text) ?? undefined;
  const match = iso ?? COMPACT.exec(text) ?? undefined;
  if (!match) {
    if (HOPELESS.test(text)) throw bad(text);
    throw notSupported('a date string that is not ISO 8601');
  }
  const [, year, month, day, hour, minute, second] = match;
  if (hour === '24') throw notSupported('the hour 24 in a date string');
  const fraction = iso ? (iso[7] ?? '') : '';
  const named = iso ? iso[8] : match[7];
  const parts: Parts = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    millisecond: Math.trunc(Number(`0.${fraction || '0'}`) * 1000 + 1e-7),
    zone: zoneOfText(named),
  };
  return momentOf(text, parts, zone, hasZone);
}

const DIGITS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  Y: [4, 4],
  m: [1, 2],
  d: [1, 2],
  H: [1, 2],
  M: [1, 2],
  S: [1, 2],
  L: [1, 3],
  G: [4, 4],
  V: [1, 2],
  u: [1, 1],
};

/**
 * Reads a date by a format.
 * @throws MongoError 241 for a text that does not fit, 18535 and 18536 for a format that is none
 */
export function parseWithFormat(text: string, format: string, zone: TimeZone, hasZone: boolean): bigint {
  const found = new Map<string, number>();
  let named: TimeZone | undefined;
  let at = 0;
  for (let i = 0; i < format.length; i++) {
    const char = format[i] ?? '';
    if (char !== '%') {
      if (text[at] !== char) throw bad(text);
      at++;
      continue;
    }
    i++;
    if (i === format.length) throw new MongoError(18_535, "Unmatched '%' at end of format string");
    const letter = format[i] ?? '';
    const rest = text.slice(at);
    if (letter === '%') {
      if (text[at] !== '%') throw bad(text);
      at++;
    } else if (letter === 'z' || letter === 'Z') {
      const match = (letter === 'z' ? /^(?:[+-]\d{2}:?\d{2}|[+-]\d{2}|Z)/u : /^[+-]\d{1,4}/u).exec(rest);
      if (!match) throw bad(text);
      at += match[0].length;
      named = letter === 'z' ? zoneOfText(match[0]) : minutesZone(Number(match[0]));
    } else {
      const digits = Object.hasOwn(DIGITS, letter) ? DIGITS[letter] : undefined;
      if (!digits) throw new MongoError(18_536, `Invalid format character '%${letter}' in format string`);
      const match = new RegExp(`^\\d{${digits[0]},${digits[1]}}`, 'u').exec(rest);
      if (!match) throw bad(text);
      at += match[0].length;
      found.set(letter, letter === 'L' ? Number(match[0].padEnd(3, '0')) : Number(match[0]));
    }
  }
  if (at !== text.length) throw bad(text);
  return momentOf(text, partsOf(text, found, named), zone, hasZone);
}

const minutesZone = (minutes: number): TimeZone => {
  const sign = minutes < 0 ? '-' : '+';
  const size = Math.abs(minutes);
  return timeZone(`${sign}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`);
};

function partsOf(text: string, found: ReadonlyMap<string, number>, zone: TimeZone | undefined): Parts {
  const get = (letter: string, standard: number): number => found.get(letter) ?? standard;
  const clock = { hour: get('H', 0), minute: get('M', 0), second: get('S', 0), millisecond: get('L', 0), zone };
  if (found.has('G') || found.has('V') || found.has('u')) {
    if (!found.has('G') || found.has('Y')) throw bad(text);
    const days = isoWeekStart(get('G', 1970), get('V', 1)) + get('u', 1) - 1;
    return { ...civilFromDays(days), ...clock };
  }
  if (!found.has('Y')) throw bad(text);
  if (!found.has('m') || !found.has('d')) throw bad(text);
  return { year: get('Y', 1970), month: get('m', 1), day: get('d', 1), ...clock };
}
