import type { Directory } from './directory.ts';
import type { Clocks, TicketClock } from './sla.ts';
import { OPEN } from './status.ts';
import { CLOCKS, promiseSame } from './terms.ts';
import type { Ticket } from './ticket.ts';
import { nextWake, timed, type Timeable, type Timing } from './timing.ts';

/** What looking at a ticket's promises anew, by the terms and calendars of now, would change; null: nothing but where they were taken from. */
export function retimed(t: Timeable, at: Date, directory: Directory): Timing | null {
  const timing = timed(t, t, { type: 'retimed' }, at, directory);
  if (timing === null) return null;
  return promiseSame(t.terms, timing.terms) && sameClocks(t.clocks, timing.clocks, at) ? null : timing;
}

const sameClocks = (a: Clocks, b: Clocks, at: Date): boolean => CLOCKS.every((name) => sameClock(a[name], b[name], at));

function sameClock(a: TicketClock | undefined, b: TicketClock | undefined, at: Date): boolean {
  if (a === undefined || b === undefined) return a === b;
  const moment = (of: Date | null): number | null => of?.getTime() ?? null;
  // What is to be done by now is to be done now.
  const step = (of: Date | null): number | null => (of === null ? null : Math.max(of.getTime(), at.getTime()));
  return (
    a.limitMs === b.limitMs &&
    a.rung === b.rung &&
    (a.nonstop ?? false) === (b.nonstop ?? false) &&
    moment(a.due) === moment(b.due) &&
    step(a.next) === step(b.next) &&
    (a.due !== null || a.leftMs === b.leftMs)
  );
}

/** Why a ticket is not looked at when it should be. */
export type Fault =
  /** It is open and nothing is promised. */
  | 'clockless'
  /** It is to be looked at at another moment than its promises ask for, or by nobody. */
  | 'unarmed';

/** What is wrong with when a ticket is looked at next; null: nothing. */
export function timingFault(t: Timeable & Pick<Ticket, 'reminders' | 'nextDueAt' | 'dueToken'>): Fault | null {
  if (OPEN.has(t.status) && t.clocks.resolution === undefined) return 'clockless';
  const next = nextWake(t);
  if (next?.getTime() !== t.nextDueAt?.getTime()) return 'unarmed';
  return (next === null) === (t.dueToken === null) ? null : 'unarmed';
}
