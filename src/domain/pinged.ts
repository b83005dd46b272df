import type { Directory } from './directory.ts';
import type { SealedEvent } from './event.ts';
import { peopleOf } from './ladder.ts';
import { maySee } from './permission.ts';
import type { TicketClock } from './sla.ts';
import { OPEN } from './status.ts';
import { CLOCKS, LEVELS, type ClockName, type Level } from './terms.ts';
import type { Ticket } from './ticket.ts';

/** Why somebody hears of a ticket. */
export interface Telling {
  /** A promise is due, a colleague asked for it, or they did so themselves. */
  readonly why: 'due' | 'escalated' | 'reminder';
  /** As what it concerns them. */
  readonly level: Level;
  /** Sequence of the event that told them. */
  readonly since: number;
  /** Who escalated, and the id of the note with which they did. */
  readonly by?: string;
  readonly note?: string;
}

type Open = Pick<Ticket, 'status' | 'clocks' | 'assignee' | 'team' | 'shop' | 'offer'>;

/** A promise of which somebody was told. */
export interface Owed {
  readonly clock: ClockName;
  readonly at: Date;
}

/** The nearest promise of which somebody was told and which still concerns them; null: none does any more. */
export function owedTo(t: Ticket, person: string, level: Level, directory: Directory): Owed | null {
  if (!OPEN.has(t.status) || !peopleOf(t, level, directory).some(({ id }) => id === person)) return null;
  const owed = CLOCKS.flatMap((clock): Owed[] => {
    const running = t.clocks[clock];
    return running?.due == null || !tells(running, person, level) ? [] : [{ clock, at: running.due }];
  });
  return owed.toSorted((a, b) => a.at.getTime() - b.at.getTime())[0] ?? null;
}

const tells = ({ told = [], quiet = -1 }: TicketClock, person: string, level: Level): boolean =>
  told.includes(person) && LEVELS.indexOf(level) > quiet;

/** Whether what somebody was told once has found no answer yet: they have done nothing about the ticket since. */
export function isUnanswered(t: Ticket, person: string, { why, since }: Telling, directory: Directory): boolean {
  const who = directory.people.get(person);
  if (who === undefined || !maySee(who, t) || (why === 'escalated' && !OPEN.has(t.status))) return false;
  return !t.history.tail.some((e) => e.seq > since && isBy(e, person));
}

const isBy = ({ actor }: SealedEvent, person: string): boolean => actor.kind === 'person' && actor.id === person;

/** How the promises stand of which people were told: who, of what, by when, whose it is, up to whom it was acknowledged. */
function tellings({ clocks, assignee, status }: Open): ReadonlyMap<string, string> {
  const of = new Map<string, string>();
  if (!OPEN.has(status)) return of;
  for (const name of CLOCKS) {
    const { due = null, told = [], quiet } = clocks[name] ?? {};
    if (due === null) continue;
    for (const person of told) of.set(`${name} ${person}`, `${due.getTime()} ${quiet} ${assignee}`);
  }
  return of;
}

/** People who were told something once, by events that the ticket still bears, and have not done anything about it. */
export function waitingFor({ history, status }: Pick<Ticket, 'history' | 'status'>): ReadonlySet<string> {
  const people = new Set<string>();
  for (const { seq, type, data } of history.tail) {
    if (type !== 'prompted' && (type !== 'escalated' || !OPEN.has(status))) continue;
    for (const person of peopleIn(data['tell']))
      if (!history.tail.some((e) => e.seq > seq && isBy(e, person))) people.add(person);
  }
  return people;
}

const peopleIn = (tell: unknown): readonly string[] =>
  Array.isArray(tell) ? tell.map(({ person }: { person: string }) => person) : [];

/** Whose message about a ticket is not right any more after a change: what it says is kept, moved, acknowledged, or somebody else's. */
export function toldOtherwise(before: Ticket | null, after: Ticket): readonly string[] {
  if (before === null) return [];
  const people = new Set<string>();
  if (before.clocks !== after.clocks || before.assignee !== after.assignee || before.status !== after.status) {
    const still = tellings(after);
    for (const [key, how] of tellings(before)) if (still.get(key) !== how) people.add(key.slice(key.indexOf(' ') + 1));
  }
  const waits = waitingFor(after);
  for (const person of waitingFor(before)) if (!waits.has(person)) people.add(person);
  return [...people];
}
