import { addWorking, workingBetween, type Calendar } from './calendar.ts';
import { CLOCKS, type ClockName, type Rung, type Terms } from './terms.ts';

/** One promise of a ticket while it counts: running, or paused while somebody else is waited for. */
export interface TicketClock {
  /** When the promise was made. */
  readonly since: Date;
  /** The whole of it, working ms by its calendar. */
  readonly limitMs: number;
  /** From when on it runs by `leftMs`: `since`, or when it last went on. */
  readonly from: Date;
  /** What was left of the limit at `from`, while it is paused what is left of it; negative once it is broken. */
  readonly leftMs: number;
  /** By when it has to be kept; null: paused. */
  readonly due: Date | null;
  /** When the next step of the ladder is to be taken; null: none is left, or it is paused. */
  readonly next: Date | null;
  /** Steps taken. */
  readonly rung: number;
  /** Day and night, whatever the calendar says. */
  readonly nonstop?: true;
  /** Its moment passed unkept, and that is written down. */
  readonly missed?: true;
  /** Who was pinged about it (person ids). */
  readonly told?: readonly string[];
  /** Up to which level it was acknowledged: an index of `LEVELS`. */
  readonly quiet?: number;
}

/** A ticket's promises by name; what is kept, or was never made, is not there. */
export type Clocks = { readonly [K in ClockName]?: TicketClock };

/** Moments by which something was promised; absent when kept, paused or not promised. */
export type Due = { readonly [K in ClockName]?: Date };

/** The calendar by which a promise runs: its team's, or none that runs day and night. */
const working = (calendar: Calendar, nonstop: boolean, from: Date, ms: number): Date =>
  nonstop ? new Date(from.getTime() + ms) : addWorking(calendar, from, ms);

const spent = (calendar: Calendar, { nonstop, from }: TicketClock, to: Date): number =>
  nonstop === true ? Math.max(0, to.getTime() - from.getTime()) : workingBetween(calendar, from, to);

/** Whoever is waited for is not late before the moment comes; when nobody can be written to any more, nothing is left to be reminded of. */
const OF_LADDER: { readonly [K in ClockName]?: (rung: Rung) => boolean } = {
  wait: ({ at }) => at >= 1,
  window: ({ at }) => at < 1,
};

/** The step of a promise's ladder with this number: those of the terms, then the last one again, each one limit later. Null: there is none. */
export function rungAt(name: ClockName, terms: Pick<Terms, 'ladder' | 'repeats'>, index: number): Rung | null {
  const fits = OF_LADDER[name];
  const ladder = fits === undefined ? terms.ladder : terms.ladder.filter(fits);
  const repeats = name === 'window' ? 0 : terms.repeats;
  const step = ladder[index];
  if (step !== undefined) return step;
  const last = ladder.at(-1);
  const again = index - ladder.length + 1;
  return last === undefined || again > repeats ? null : { at: last.at + again, to: last.to };
}

/** When this step of a running promise's ladder is due. */
function momentOf(clock: Omit<TicketClock, 'next'>, rung: Rung, calendar: Calendar): Date {
  const need = rung.at * clock.limitMs - (clock.limitMs - clock.leftMs);
  return need <= 0 ? clock.from : working(calendar, clock.nonstop === true, clock.from, need);
}

/** What a promise's moments follow from. */
export interface Ruled {
  readonly terms: Pick<Terms, 'ladder' | 'repeats'>;
  readonly calendar: Calendar;
}

/** A promise with the moment of its next step. */
export function armed(name: ClockName, clock: Omit<TicketClock, 'next'>, by: Ruled): TicketClock {
  const rung = clock.due === null ? null : rungAt(name, by.terms, clock.rung);
  return { ...clock, next: rung === null ? null : momentOf(clock, rung, by.calendar) };
}

/** How a promise begins. */
export interface Start {
  readonly at: Date;
  readonly limitMs: number;
  readonly nonstop: boolean;
}

/** A promise made at a moment. */
export function begun(name: ClockName, { at, limitMs, nonstop }: Start, by: Ruled): TicketClock {
  const due = working(by.calendar, nonstop, at, limitMs);
  const clock = { since: at, limitMs, from: at, leftMs: limitMs, due, rung: 0, ...(nonstop && { nonstop }) } as const;
  return armed(name, clock, by);
}

/** What is left of a running promise, working ms; negative: it is broken for so long. */
export function leftAt(clock: TicketClock, calendar: Calendar, at: Date): number {
  return clock.due === null ? clock.leftMs : clock.leftMs - spent(calendar, clock, at);
}

/** It stands still from a moment on. */
export const paused = (clock: TicketClock, calendar: Calendar, at: Date): TicketClock =>
  clock.due === null ? clock : { ...clock, leftMs: leftAt(clock, calendar, at), due: null, next: null };

/** It goes on from a moment on. What was broken before stays so. */
export function resumed(name: ClockName, clock: TicketClock, by: Ruled, at: Date): TicketClock {
  if (clock.due !== null) return clock;
  const { leftMs, nonstop } = clock;
  const due = leftMs < 0 ? new Date(at.getTime() + leftMs) : working(by.calendar, nonstop === true, at, leftMs);
  return armed(name, { ...clock, from: at, due }, by);
}

/**
 * The same promise with another limit, from a moment on by another calendar than `was`. What has passed of it counts; as long as the
 * calendar stays it is reckoned from where it last began to run, so that a moment which has passed already is the same however late that is
 * done.
 */
export function relimited(
  name: ClockName,
  clock: TicketClock,
  limitMs: number,
  by: Ruled & { readonly was: Calendar },
  at: Date,
): TicketClock {
  const more = limitMs - clock.limitMs;
  if (clock.due === null) return { ...clock, limitMs, leftMs: clock.leftMs + more };
  const [from, leftMs] = by.was === by.calendar ? [clock.from, clock.leftMs] : [at, leftAt(clock, by.was, at)];
  const moved = resumed(name, { ...clock, limitMs, leftMs: leftMs + more, due: null }, by, from);
  // A step that would have been due earlier is due now.
  const isLate = moved.next !== null && moved.next < at && moved.next.getTime() !== clock.next?.getTime();
  return isLate ? { ...moved, next: at } : moved;
}

/** Steps of another ladder that count as taken: those up to the last one that was. */
export function stepsCarried(name: ClockName, clock: TicketClock, was: Ruled['terms'], is: Ruled['terms']): number {
  if (clock.rung === 0) return 0;
  const last = rungAt(name, was, clock.rung - 1)?.at ?? Number.POSITIVE_INFINITY;
  let steps = 0;
  for (let next = rungAt(name, is, 0); next !== null && next.at <= last; next = rungAt(name, is, steps)) steps += 1;
  return steps;
}

/** The same promise, to be kept by another moment. */
export function hastened(name: ClockName, clock: TicketClock, due: Date, by: Ruled, at: Date): TicketClock {
  const leftMs = due <= at ? due.getTime() - at.getTime() : spent(by.calendar, { ...clock, from: at }, due);
  return resumed(name, { ...clock, leftMs, due: null }, by, at);
}

/** The promises that run, by when. */
export const dueOf = (clocks: Clocks): Due =>
  Object.fromEntries(CLOCKS.flatMap((name) => (clocks[name]?.due == null ? [] : [[name, clocks[name].due]])));

/** The nearest promise and which one it is; null when nothing is promised. */
export function nearestDue(clocks: Clocks): { readonly clock: ClockName; readonly at: Date } | null {
  let best: { clock: ClockName; at: Date } | null = null;
  for (const clock of CLOCKS) {
    const at = clocks[clock]?.due;
    if (at !== undefined && at !== null && (best === null || at < best.at)) best = { clock, at };
  }
  return best;
}

/** The moments that an event sets anew, for its seal; null: it takes one away. */
export function dueChanges(before: Clocks, after: Clocks): Readonly<Record<string, Date | null>> | null {
  const [was, is] = [dueOf(before), dueOf(after)];
  const changed = CLOCKS.flatMap((name): [string, Date | null][] =>
    was[name]?.getTime() === is[name]?.getTime() ? [] : [[name, is[name] ?? null]],
  );
  return changed.length === 0 ? null : Object.fromEntries(changed);
}
