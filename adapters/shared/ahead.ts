/** A `Date` header names the second that has begun. */
const HALF_SECOND_MS = 500;

/** How far our clock is ahead of the one that wrote a `Date` header, ms, to about a second; null: there was none. Both moments are ours. */
export function aheadOf(date: string | null, asked: Date, answered: Date): number | null {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return null;
  return Math.round((asked.getTime() + answered.getTime()) / 2 - theirs - HALF_SECOND_MS);
}
