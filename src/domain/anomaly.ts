/** How many tickets came in the same stretch of time before, oldest first. */
export interface Usual {
  readonly counts: readonly number[];
  /** `weeks`: on the same day of the week; `days`: on the days before, because there are not enough weeks yet. */
  readonly by: 'weeks' | 'days';
}

/** Fewer weeks than this say little: then days are compared. */
export const ENOUGH_WEEKS = 3;
/** Fewer days than this say nothing. */
export const ENOUGH_DAYS = 3;
/** Fewer tickets than this are no surge, whatever is usual: three instead of one is chance. */
const LEAST = 8;
/** So many times the usual it has to be. */
const TIMES = 2;
/** How seldom chance alone may look like this: per look at one key; a shop is looked at some hundred thousand times a quarter. */
const CHANCE = 1e-6;
/** From a count below so many times the usual on it counts as calm again. */
const CALM_TIMES = 1.5;
/** The past's own spread is believed as it is, but never to be less than this share of the usual: demand comes in waves. So many times that it has to be. */
const SPREADS = 4;
const WAVES = 0.4;

/** Which past tells what is usual; null: there is too little. Weeks where there are enough of them. */
export function usualOf(weeks: readonly number[], days: readonly number[]): Usual | null {
  if (weeks.length >= ENOUGH_WEEKS) return { counts: weeks, by: 'weeks' };
  return days.length >= ENOUGH_DAYS ? { counts: days, by: 'days' } : null;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const at = (i: number): number => sorted[i] ?? 0;
  return sorted.length % 2 === 1 ? at(Math.floor(middle)) : (at(middle - 1) + at(middle)) / 2;
}

/** The median distance to the median, by which a spread is estimated that outliers do not move. */
const madOf = (values: readonly number[]): number => {
  const middle = median(values);
  return median(values.map((v) => Math.abs(v - middle)));
};

/** What is so in a stretch of time against what is usual then. */
export interface Judged {
  readonly count: number;
  /** The median of the stretches before, at the level of today. */
  readonly usual: number;
  readonly surge: boolean;
  /** How seldom chance alone would bring so many. */
  readonly chance: number;
  readonly calm: boolean;
  /** How many times what was usual before. */
  readonly level: number;
}

/**
 * Judges a count against the same stretch of time before. Surges are what chance does not explain: the tail of the negative binomial, which
 * is what Poisson counts follow whose rate is known from so few stretches; where the past itself varies more than that, by its spread.
 * `level`: how many times the usual everything else comes at the moment (a promotion day), so that only what rises more than that stands out.
 */
export function judge(count: number, { counts }: Usual, level = 1): Judged {
  const usual = median(counts) * level;
  const spread = 1.4826 * madOf(counts) * level;
  const chance = tailOf(count, median(counts) * counts.length, counts.length, level);
  const isFar = count - usual > SPREADS * Math.max(spread, WAVES * usual);
  const surge = count >= LEAST && count >= TIMES * usual && isFar && chance < CHANCE;
  const calm = count < Math.max(LEAST / 2, CALM_TIMES * usual);
  return { count, usual, surge, chance, calm, level: usual === 0 ? 1 : count / usual };
}

/** The chance of at least `count` where `seen` came in `times` stretches as long, at `level` times their rate. */
function tailOf(count: number, seen: number, times: number, level: number): number {
  // By Jeffreys' prior: half an event that nobody has seen yet.
  const size = seen + 0.5;
  const p = times / (times + level);
  // The sum from the count on, smallest terms last; its terms fall where it matters, that is above the mean.
  let log = lnGamma(size + count) - lnGamma(size) - lnGamma(count + 1) + size * Math.log(p) + count * Math.log1p(-p);
  let sum = 0;
  for (let k = count; k < count + MOST_TERMS; k += 1) {
    const term = Math.exp(log);
    sum += term;
    if (term < sum * 1e-9) break;
    log += Math.log((size + k) / (k + 1)) + Math.log1p(-p);
  }
  return Math.min(1, sum);
}

const MOST_TERMS = 10_000;

/** The logarithm of the gamma function, by Stirling's series from 8 on. */
function lnGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 8) {
    shift -= Math.log(z);
    z += 1;
  }
  const z2 = z * z;
  const series = 1 / (12 * z) - 1 / (360 * z * z2) + 1 / (1260 * z * z2 * z2);
  return shift + (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series;
}

/** Answers that are compared: fewer say nothing about a person. */
const LEAST_ANSWERS = 9;
const LEAST_BEFORE = 20;
const SLOW_CHANCE = 1e-4;

export interface Slowness {
  /** Medians, ms. */
  readonly now: number;
  readonly usual: number;
  readonly slow: boolean;
}

/**
 * Whether somebody suddenly takes longer than they do: more than twice their own median, and nearly every time longer than three of four
 * times before. Null: too little is known. `now`, `before`: how long answers took, ms.
 */
export function slowness(now: readonly number[], before: readonly number[]): Slowness | null {
  if (now.length < LEAST_ANSWERS || before.length < LEAST_BEFORE) return null;
  const sorted = before.toSorted((a, b) => a - b);
  const upper = sorted[Math.ceil(sorted.length * 0.75) - 1] ?? 0;
  const longer = now.filter((ms) => ms > upper).length;
  const medians = { now: median(now), usual: median(before) };
  return { ...medians, slow: medians.now > TIMES * medians.usual && binomialTail(longer, now.length) < SLOW_CHANCE };
}

/** The chance that at least so many of `n` are among the longest quarter. */
function binomialTail(least: number, n: number): number {
  let sum = 0;
  for (let k = least; k <= n; k += 1) {
    const ways = lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
    sum += Math.exp(ways + k * Math.log(0.25) + (n - k) * Math.log(0.75));
  }
  return sum;
}

/** Something that stands out, and which tickets make it up. */
export interface Standing {
  readonly key: string;
  readonly judged: Judged;
  readonly tickets: readonly string[];
}

/** What of it is one matter: most of its tickets are those of something that stands out more clearly. */
const SAME_SHARE = 0.6;

/** Of everything that stands out each matter once: the clearest first, of those as clear the one that comes first, without those that are mostly made up of its tickets. */
export function distinct<T extends Standing>(all: readonly T[], most: number): readonly T[] {
  const chosen: T[] = [];
  for (const one of all.toSorted((a, b) => a.judged.chance - b.judged.chance)) {
    if (chosen.length >= most) break;
    if (!chosen.some((other) => isSame(one.tickets, other.tickets))) chosen.push(one);
  }
  return chosen;
}

/** Whether two are one matter: most of the smaller one's tickets are the other's as well. */
export function isSame(one: readonly string[], other: readonly string[]): boolean {
  const theirs = new Set(other);
  const shared = one.filter((ticket) => theirs.has(ticket)).length;
  return shared >= SAME_SHARE * Math.min(one.length, other.length);
}
