/**
 * When everybody works in 2026, as somebody would write it on paper: no code of the product, no package, minute by minute.
 */

const MINUTE = 60_000;
/** From here on minutes are counted; a few days before the year so that every time zone has begun it. */
const START = Date.UTC(2025, 11, 28);
const MINUTES = 400 * 24 * 60;

type Span = readonly [from: number, to: number];
const span = (written: string): Span => {
  const [from = 0, to = 0] = written.split('-').map((clock) => {
    const [h = 0, m = 0] = clock.split(':').map(Number);
    return h * 60 + m;
  });
  return [from, to];
};

interface Shift {
  readonly hours: string;
  readonly lunch?: string;
  /** 0 Sunday. */
  readonly days: readonly number[];
}
interface Zone {
  readonly zone: string;
  readonly shifts: Readonly<Record<string, Shift>>;
  readonly closed?: readonly string[];
  /** Weekend days that are worked like a Monday. */
  readonly madeUp?: readonly string[];
  readonly own?: Readonly<Record<string, readonly string[]>>;
}

const ALL = [0, 1, 2, 3, 4, 5, 6];
const WEEK = [1, 2, 3, 4, 5];

function days(...written: readonly string[]): string[] {
  return written.flatMap((range) => {
    const [month = 0, first = 0, last = first] = range.split(/[-/]/u).map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => `2026-${two(month)}-${two(first + i)}`);
  });
}
const two = (n: number): string => String(n).padStart(2, '0');

/** The State Council's notice for 2026. */
const CHINA = {
  closed: days('1-1/3', '2-15/23', '4-4/6', '5-1/5', '6-19/21', '9-25/27', '10-1/7'),
  madeUp: days('1-4/4', '2-14/14', '2-28/28', '5-9/9', '9-20/20', '10-10/10'),
};
const PROMOTIONS: readonly (readonly [days: readonly string[], hours: string])[] = [
  [days('6-16/20'), '8:00-24:00'],
  [days('11-9/12'), '0:00-24:00'],
  [days('12-11/13'), '8:00-23:30'],
];

const TEAMS: Readonly<Record<string, Zone>> = {
  china: {
    zone: 'Asia/Shanghai',
    ...CHINA,
    shifts: {
      early: { hours: '8:00-16:30', lunch: '12:00-13:00', days: WEEK },
      late: { hours: '14:00-22:30', lunch: '18:00-18:30', days: WEEK },
      weekend: { hours: '10:00-18:00', lunch: '12:30-13:00', days: [6, 0] },
    },
  },
  night: {
    zone: 'Asia/Shanghai',
    shifts: {
      day: { hours: '8:00-20:00', lunch: '12:00-13:00', days: ALL },
      dusk: { hours: '19:00-3:00', lunch: '23:00-23:30', days: ALL },
      dawn: { hours: '2:30-8:30', lunch: '5:00-5:15', days: ALL },
    },
  },
  office: {
    zone: 'Asia/Shanghai',
    ...CHINA,
    shifts: {
      one: { hours: '9:00-18:00', lunch: '12:00-13:30', days: WEEK },
      two: { hours: '10:00-19:00', lunch: '12:30-14:00', days: WEEK },
    },
    own: { '2026-03-08': ['9:00-12:00'], '2026-07-13': [] },
  },
  berlin: {
    zone: 'Europe/Berlin',
    closed: days('1-1/1', '4-3/3', '4-6/6', '5-1/1', '5-14/14', '5-25/25', '10-3/3', '12-25/26'),
    shifts: {
      frueh: { hours: '7:00-15:00', lunch: '11:00-11:30', days: WEEK },
      spaet: { hours: '13:00-21:00', lunch: '17:00-17:30', days: WEEK },
    },
  },
  newyork: {
    zone: 'America/New_York',
    shifts: {
      day: { hours: '9:00-17:00', lunch: '12:00-12:45', days: WEEK },
      over: { hours: '22:00-4:00', lunch: '0:15-0:45', days: ALL },
    },
  },
};

/** A wall clock read at every minute: the local day and the minute of that day. */
function wallClock(zone: string): { readonly day: Int32Array; readonly minute: Int16Array } {
  const day = new Int32Array(MINUTES);
  const minute = new Int16Array(MINUTES);
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  for (let i = 0; i < MINUTES; i += 15) {
    const parts = Object.fromEntries(format.formatToParts(START + i * MINUTE).map((p) => [p.type, Number(p.value)]));
    const { year = 0, month = 0, day: date = 0, hour = 0, minute: m = 0 } = parts;
    for (let j = 0; j < 15; j += 1) {
      day[i + j] = Date.UTC(year, month - 1, date) / 86_400_000;
      minute[i + j] = hour * 60 + m + j;
    }
  }
  return { day, minute };
}

const dayName = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** What a shift works of a day that begins it, as minutes of that day; a span may run into the next day. */
function spansOf(team: Zone, shift: Shift, day: number): readonly Span[] {
  const name = dayName(day);
  const own = team.own?.[name];
  if (own !== undefined) return own.map(span);
  const promoted = PROMOTIONS.filter(([on]) => on.includes(name));
  if (promoted.length > 0) return promoted.map(([, hours]) => span(hours));
  if (team.closed?.includes(name) === true) return [];
  const weekday = new Date(day * 86_400_000).getUTCDay();
  const isMadeUp = team.madeUp?.includes(name) === true && !shift.days.includes(weekday);
  if (!shift.days.includes(isMadeUp ? 1 : weekday)) return [];
  const [from, to] = unrolled(span(shift.hours));
  if (shift.lunch === undefined) return [[from, to]];
  const [noon, after] = unrolled(span(shift.lunch));
  const [lunch, end] = noon < from ? [noon + 1440, after + 1440] : [noon, after];
  return [
    [from, lunch],
    [end, to],
  ];
}

const unrolled = ([from, to]: Span): Span => (to <= from ? [from, to + 1440] : [from, to]);

/** Working minutes, and how many there were before each: time is counted by looking it up. */
export class Hours {
  readonly #works: Uint8Array;
  readonly #before: Float64Array;

  constructor(works: Uint8Array) {
    this.#works = works;
    this.#before = new Float64Array(MINUTES + 1);
    for (let i = 0; i < MINUTES; i += 1) this.#before[i + 1] = (this.#before[i] ?? 0) + (works[i] ?? 0);
  }

  /** Working ms from the start of the count until a moment. */
  until(ms: number): number {
    const i = Math.floor((ms - START) / MINUTE);
    return (this.#before[i] ?? 0) * MINUTE + (this.#works[i] === 1 ? ms - START - i * MINUTE : 0);
  }

  works(ms: number): boolean {
    return this.#works[Math.floor((ms - START) / MINUTE)] === 1;
  }

  /** The first moment at which so much was worked. */
  when(worked: number): number {
    let [low, high] = [0, MINUTES];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#before[middle] ?? 0) * MINUTE >= worked) high = middle;
      else low = middle + 1;
    }
    const i = low - 1;
    return START + i * MINUTE + (worked - (this.#before[i] ?? 0) * MINUTE);
  }

  /** When work begins next after a moment outside of it. */
  opens(ms: number): number {
    let i = Math.floor((ms - START) / MINUTE) + 1;
    while (this.#works[i] !== 1) i += 1;
    return START + i * MINUTE;
  }
}

function hoursOf(team: Zone, shifts: readonly Shift[], clock: ReturnType<typeof wallClock>): Hours {
  const works = new Uint8Array(MINUTES);
  const known = new Map<number, readonly Span[]>();
  const spans = (day: number): readonly Span[] => {
    const found = known.get(day) ?? shifts.flatMap((shift) => spansOf(team, shift, day)).map(unrolled);
    known.set(day, found);
    return found;
  };
  for (let i = 0; i < MINUTES; i += 1) {
    const [day, minute] = [clock.day[i] ?? 0, clock.minute[i] ?? 0];
    const today = spans(day).some(([from, to]) => from <= minute && minute < to);
    const sinceYesterday = spans(day - 1).some(([from, to]) => from <= minute + 1440 && minute + 1440 < to);
    works[i] = today || sinceYesterday ? 1 : 0;
  }
  return new Hours(works);
}

/** By team (`china`), by person (`china-early`, `china-lead`, `boss`, `chef`), and for what runs day and night (`always`). */
export function allHours(): ReadonlyMap<string, Hours> {
  const all = new Map<string, Hours>();
  for (const [id, team] of Object.entries(TEAMS)) {
    const clock = wallClock(team.zone);
    const whole = hoursOf(team, Object.values(team.shifts), clock);
    all.set(id, whole).set(`${id}-lead`, whole);
    for (const [name, shift] of Object.entries(team.shifts)) all.set(`${id}-${name}`, hoursOf(team, [shift], clock));
  }
  const usual = { shifts: {}, zone: '' };
  const nineToTen = { hours: '9:00-22:00', days: ALL };
  all.set('boss', hoursOf(usual, [nineToTen], wallClock('Asia/Shanghai')));
  all.set('chef', hoursOf(usual, [nineToTen], wallClock('Europe/Berlin')));
  return all.set('always', new Hours(new Uint8Array(MINUTES).fill(1)));
}
