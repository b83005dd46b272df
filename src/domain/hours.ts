/**
 * A team's daily opening hours, minutes after midnight of its own time zone; `to` at or before `from` is on the next day, 1440 is midnight.
 */
export interface Hours {
  readonly from: number;
  readonly to: number;
}

/** When a team is there, unless `gongdan.yaml` says otherwise: 9:00-22:00. */
export const DEFAULT_HOURS: Hours = { from: 9 * 60, to: 22 * 60 };

const DAY = 86_400_000;
const MINUTE = 60_000;

/** One day's opening: from `opens` to before `closes`. */
interface Shift {
  readonly opens: Date;
  readonly closes: Date;
}

/** The shifts around a moment, in order: the one that began the day before, today's, the next two. */
function shiftsAround(hours: Hours, timeZone: string, at: Date): readonly Shift[] {
  const today = Math.floor((at.getTime() + offsetAt(timeZone, at.getTime())) / DAY) * DAY;
  const length = hours.to > hours.from ? hours.to : hours.to + 24 * 60;
  return [-1, 0, 1, 2].map((day) => ({
    opens: instant(today + day * DAY + hours.from * MINUTE, timeZone),
    closes: instant(today + day * DAY + length * MINUTE, timeZone),
  }));
}

/** Whether a team with these hours is open at a moment. */
export const isOpen = (hours: Hours, timeZone: string, at: Date): boolean =>
  shiftsAround(hours, timeZone, at).some((s) => s.opens <= at && at < s.closes);

/** The next closing time after a moment. */
export const closingAfter = (hours: Hours, timeZone: string, at: Date): Date => first(hours, timeZone, at, 'closes');

/** The next opening time after a moment. */
export const openingAfter = (hours: Hours, timeZone: string, at: Date): Date => first(hours, timeZone, at, 'opens');

function first(hours: Hours, timeZone: string, at: Date, which: keyof Shift): Date {
  const found = shiftsAround(hours, timeZone, at).find((s) => s[which] > at);
  // Four shifts in a row always hold one that is later.
  if (found === undefined) throw new Error('no shift after a moment');
  return found[which];
}

/**
 * The moment at which clocks in a time zone show this wall time (given as if it were UTC). A time that the clocks jump over is as much
 * later as they jump; of a time they show twice, the first.
 */
function instant(wall: number, timeZone: string): Date {
  const before = wall - offsetAt(timeZone, wall - DAY);
  const after = wall - offsetAt(timeZone, wall + DAY);
  const real = [before, after].filter((ms) => ms + offsetAt(timeZone, ms) === wall);
  return new Date(real.length === 0 ? before : Math.min(...real));
}

/** Clocks change at full quarters of an hour (UTC). */
const QUARTER = 15 * MINUTE;
/** Offsets by time zone and quarter: every ticket that opens asks for the same few. Forgotten all at once when there are many. */
const offsets = new Map<string, number>();
const MOST_OFFSETS = 5_000;

/** Milliseconds that clocks in a time zone are ahead of UTC at a moment. */
function offsetAt(timeZone: string, ms: number): number {
  const key = `${timeZone} ${Math.floor(ms / QUARTER)}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= MOST_OFFSETS) offsets.clear();
  const found = readOffset(timeZone, ms);
  offsets.set(key, found);
  return found;
}

function readOffset(timeZone: string, ms: number): number {
  const parts = Object.fromEntries(
    formatter(timeZone)
      .formatToParts(ms)
      .map((p) => [p.type, Number(p.value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1_000) * 1_000;
}

// Building an Intl formatter costs more than all else here; there are few time zones.
const formatters = new Map<string, Intl.DateTimeFormat>();
function formatter(timeZone: string): Intl.DateTimeFormat {
  let known = formatters.get(timeZone);
  if (known === undefined) {
    known = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(timeZone, known);
  }
  return known;
}

const WRITTEN = /^([01]?\d|2[0-4])[:：]([0-5]\d)\s*[-–—~]\s*([01]?\d|2[0-4])[:：]([0-5]\d)$/u;

/** Hours as they are written: `9:00-22:00`, over midnight `18:00-2:00`, all day `0:00-24:00`; null when it is none. */
export function parseHours(written: string): Hours | null {
  const found = WRITTEN.exec(written.trim());
  if (found === null) return null;
  const [from, to] = [Number(found[1]) * 60 + Number(found[2]), Number(found[3]) * 60 + Number(found[4])];
  return from >= 24 * 60 || to > 24 * 60 || from === to ? null : { from, to };
}
