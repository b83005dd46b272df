import { isWorking, opensAfter } from './calendar.ts';
import type { Directory, Person } from './directory.ts';
import { calendarsOf, type Standing } from './duty.ts';
import { maySee } from './permission.ts';
import { nearestDue } from './sla.ts';
import type { ClockName } from './terms.ts';
import type { Ticket } from './ticket.ts';

/** How long before the end of a shift it is asked what becomes of the tickets. */
export const ASKED_MS = 30 * 60_000;
/** Who begins within this long after a shift's end comes next: a supper lies between, no night. */
const NEXT_MS = 2 * 3_600_000;

/** When somebody who goes home at a moment is at work again: when the first of their calendars opens. */
export const backAfter = (person: Person, directory: Directory, ends: Date): Date =>
  new Date(Math.min(...calendarsOf(person, directory).map((c) => opensAfter(c, ends).getTime())));

/** A promise that falls due before a moment, or has done so already: the nearest; null: there is none. */
export function dueBefore(
  ticket: Pick<Ticket, 'clocks'>,
  moment: Date,
): { readonly clock: ClockName; readonly at: Date } | null {
  const nearest = nearestDue(ticket.clocks);
  return nearest !== null && nearest.at < moment ? nearest : null;
}

/** Whether somebody is to go on with this ticket of theirs tomorrow, as they said. */
export const isKept = ({ kept, assignee }: Pick<Ticket, 'kept' | 'assignee'>, now: Date): boolean =>
  kept !== undefined && kept.person === assignee && now < kept.until;

/** Where somebody stands by what they said; without it by nothing. */
type Stands = (person: string) => Standing;

/** From when on somebody is there after a shift's end: at once, or when their own work begins. */
function thereFrom(person: Person, directory: Directory, ends: Date, standing: Stands): Date {
  const stands = standing(person.id);
  if (stands.state === 'on' && stands.until > ends) return ends;
  const starts = calendarsOf(person, directory).map((c) => (isWorking(c, ends) ? ends : opensAfter(c, ends)).getTime());
  return new Date(Math.min(...starts));
}

/** Whether somebody is there when a shift ends, or comes right then. */
export const comesNext = (person: Person, directory: Directory, ends: Date, standing: Stands): boolean =>
  thereFrom(person, directory, ends, standing).getTime() - ends.getTime() <= NEXT_MS;

export interface NextShift {
  /** Who of the same teams is there next; empty: nobody comes after this shift's end. */
  readonly people: readonly Person[];
  /** When the first of them is there, else when anybody of the teams is again; null: nobody else is in them. */
  readonly from: Date | null;
}

/** Who takes over from somebody whose shift ends. */
export function nextShift(leaves: Person, directory: Directory, ends: Date, standing: Stands): NextShift {
  const colleagues = [...directory.people.values()].filter(
    (p) => p.id !== leaves.id && p.teams.some((team) => leaves.teams.includes(team)),
  );
  const there = colleagues.map((person) => ({ person, from: thereFrom(person, directory, ends, standing) }));
  const first = Math.min(...there.map(({ from }) => from.getTime()));
  const people = there.filter(({ from }) => from.getTime() - ends.getTime() <= NEXT_MS).map(({ person }) => person);
  return { people, from: Number.isFinite(first) ? new Date(first) : null };
}

/** Most urgent first: what is urgent, then what falls due before its handler is back, the soonest first. */
export function inOrder<T extends Pick<Ticket, 'clocks' | 'priority' | 'openedAt'>>(
  tickets: readonly T[],
  back: Date,
): readonly T[] {
  const rank = (t: T): number => (t.priority === 'urgent' ? 0 : dueBefore(t, back) !== null ? 1 : 2);
  const due = (t: T): number => nearestDue(t.clocks)?.at.getTime() ?? Infinity;
  const gap = (a: number, b: number): number => (a === b ? 0 : a - b);
  return tickets.toSorted(
    (a, b) => gap(rank(a), rank(b)) || gap(due(a), due(b)) || a.openedAt.getTime() - b.openedAt.getTime(),
  );
}

/** Whether a colleague may have this ticket at all. */
export const mayTake = (person: Person, ticket: Pick<Ticket, 'team' | 'shop'>): boolean =>
  maySee(person, { team: ticket.team, shop: ticket.shop });
