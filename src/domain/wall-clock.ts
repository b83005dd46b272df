const SECOND = 1_000;
const DAY = 86_400_000;
/** Clocks change at full quarters of an hour (UTC). */
const QUARTER = 15 * 60_000;

/** Offsets that were read, by time zone and moment. Those of a zone are forgotten all at once when there are many. */
const offsets = new Map<string, Map<number, number>>();
const MOST_OFFSETS = 5_000;

/** Milliseconds that clocks in a time zone are ahead of UTC at a moment. */
export function offsetAt(timeZone: string, ms: number): number {
  let known = offsets.get(timeZone);
  if (known === undefined) {
    known = new Map();
    offsets.set(timeZone, known);
  }
  // Nowhere do clocks change twice within a day (UTC), so on most days two readings tell all of it.
  const day = Math.floor(ms / DAY) * DAY;
  const before = knownOffset(known, timeZone, day);
  if (before === knownOffset(known, timeZone, day + DAY)) return before;
  return knownOffset(known, timeZone, Math.floor(ms / QUARTER) * QUARTER);
}

function knownOffset(known: Map<number, number>, timeZone: string, ms: number): number {
  const before = known.get(ms);
  if (before !== undefined) return before;
  if (known.size >= MOST_OFFSETS) known.clear();
  const found = readOffset(timeZone, ms);
  known.set(ms, found);
  return found;
}

/**
 * The first moment at which clocks in a time zone show this wall time (given as if it were UTC) or, where they jump over it, a later one:
 * of a time they show twice the first, instead of one they never show the moment of the jump.
 */
export function momentOf(timeZone: string, wall: number): number {
  const before = wall - offsetAt(timeZone, wall - DAY);
  const after = wall - offsetAt(timeZone, wall + DAY);
  const real = [before, after].filter((ms) => ms + offsetAt(timeZone, ms) === wall);
  if (real.length > 0) return Math.min(...real);
  // Clocks jump forward over it: before the jump at `after`, behind it at `before`.
  let [low, high] = [after, before];
  const old = offsetAt(timeZone, low);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(timeZone, middle) === old) low = middle;
    else high = middle;
  }
  return high;
}

function readOffset(timeZone: string, ms: number): number {
  const parts = Object.fromEntries(
    formatter(timeZone)
      .formatToParts(ms)
      .map((p) => [p.type, Number(p.value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / SECOND) * SECOND;
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
