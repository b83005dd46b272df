import { folded } from './fold.ts';

const UNITS: readonly (readonly [pattern: string, ms: number])[] = [
  ['分钟|分|minutes?|mins?|m', 60_000],
  ['个小时|小时|个钟头|钟头|hours?|hrs?|h', 3_600_000],
  ['天|日|days?|d', 86_400_000],
];
const SECONDS = ['秒钟|秒|seconds?|secs?|s', 1_000] as const;
const ANY_UNIT = UNITS.map(([p]) => p).join('|');
const DURATION = new RegExp(`^(?:\\d{1,5}(?:\\.\\d)?\\s*(?:${ANY_UNIT})(?![a-z])\\s*)+`, 'u');
const PART = new RegExp(`(\\d+(?:\\.\\d)?)\\s*(${ANY_UNIT})(?![a-z])`, 'gu');
const MIN_MS = 60_000;
const MAX_MS = 30 * 86_400_000;

/** The length of time that a folded text begins with (`2h`, `1h30m`, `2 小时`, `1天`), as written; null when it begins with none. */
export const leadingDuration = (text: string): string | null => DURATION.exec(text)?.[0] ?? null;

/** Milliseconds of a length of time, as text; null when it is none or not between a minute and 30 days. */
export function duration(text: string): string | null {
  const written = folded(text);
  if (leadingDuration(written) !== written) return null;
  let ms = 0;
  for (const [, amount, unit] of written.matchAll(PART)) ms += Number(amount) * msOf(unit ?? '');
  return inRange(String(Math.round(ms))) ? String(Math.round(ms)) : null;
}

/** Whether this is a length of time as `duration` returns it. */
export const inRange = (ms: string): boolean =>
  /^[1-9]\d{4,9}$/u.test(ms) && Number(ms) >= MIN_MS && Number(ms) <= MAX_MS;

/** The shortest and the longest that can be promised, ms. */
const [SHORTEST_MS, LONGEST_MS] = [10_000, 90 * 86_400_000];
const LIMIT_UNITS = [SECONDS, ...UNITS];
const LIMIT_UNIT = LIMIT_UNITS.map(([p]) => p).join('|');
const LIMIT = new RegExp(`^(?:\\d{1,5}(?:\\.\\d)?\\s*(?:${LIMIT_UNIT})(?![a-z])\\s*)+$`, 'u');
const LIMIT_PART = new RegExp(`(\\d+(?:\\.\\d)?)\\s*(${LIMIT_UNIT})(?![a-z])`, 'gu');
const AS_FILE: ReadonlySet<string> = new Set(['file', 'reset', 'default', '恢复', '还原', '默认', '文件']);

/** Milliseconds of what can be promised (`90s`, `12h`), as text, between ten seconds and 90 days; `file`: as the file says; null: neither. */
export function limit(text: string): string | null {
  const written = folded(text).trim();
  if (AS_FILE.has(written)) return 'file';
  const unitOf = (unit: string): number =>
    LIMIT_UNITS.find(([p]) => new RegExp(`^(?:${p})$`, 'u').test(unit))?.[1] ?? 0;
  const sum = LIMIT.test(written)
    ? [...written.matchAll(LIMIT_PART)].reduce((ms, [, amount, unit]) => ms + Number(amount) * unitOf(unit ?? ''), 0)
    : // As `Args` holds it: it may come back on a button.
      /^[1-9]\d{4,9}$/u.test(written)
      ? Number(written)
      : 0;
  return sum >= SHORTEST_MS && sum <= LONGEST_MS ? String(Math.round(sum)) : null;
}

const msOf = (unit: string): number => UNITS.find(([p]) => new RegExp(`^(?:${p})$`, 'u').test(unit))?.[1] ?? 0;

/** Milliseconds of a number of minutes, as `duration` returns them; null when it is not between one and a day's worth. */
export function minutes(text: string): string | null {
  const written = folded(text);
  const count = /^\d{1,4}$/u.test(written) ? Number(written) : 0;
  return count >= 1 && count <= 24 * 60 ? String(count * 60_000) : null;
}

/** A whole number from 1 with at most 9 digits, in any width; null when it is none. */
export function number(text: string): string | null {
  const written = folded(text);
  return /^[1-9]\d{0,8}$/u.test(written) ? written : null;
}

/**
 * Tags to add and to remove, as `+vip -old`: lower case, each named once (the last sign counts), at most 10 of at most 32 characters;
 * null when it is no such list.
 */
export function tags(text: string): string | null {
  const signs = new Map<string, '+' | '-'>();
  for (const written of folded(text).split(/[\s,、;]+/u)) {
    if (written === '') continue;
    const [, sign, tag] = /^([+-]?)#?([^\s+#-][^\s]*)$/u.exec(written) ?? [];
    if (tag === undefined || Array.from(tag).length > 32) return null;
    signs.set(tag, sign === '-' ? '-' : '+');
  }
  if (signs.size === 0 || signs.size > 10) return null;
  return [...signs].map(([tag, sign]) => `${sign}${tag}`).join(' ');
}

/** The two halves of what `tags` returned. */
export function splitTags(list: string): { readonly add: readonly string[]; readonly remove: readonly string[] } {
  const all = list.split(' ').filter((t) => t !== '');
  const of = (sign: string): string[] => all.filter((t) => t.startsWith(sign)).map((t) => t.slice(1));
  return { add: of('+'), remove: of('-') };
}
