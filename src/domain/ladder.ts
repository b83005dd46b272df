import { isWorking, opensAfter } from './calendar.ts';
import type { Facts } from './decision.ts';
import type { Directory, Person } from './directory.ts';
import { calendarOf } from './duty.ts';
import type { Told } from './event.ts';
import { leads, maySee } from './permission.ts';
import { armed, rungAt, type Ruled, type TicketClock } from './sla.ts';
import { CLOCKS, LEVELS, type ClockName, type Level, type Rung } from './terms.ts';
import type { Ticket } from './ticket.ts';
import { calendarFor } from './timing.ts';

/** Before a limit as short as this is over, the card alone says so: a message would come with the limit itself. */
const SHORT_MS = 15 * 60_000;
/** Who handles a ticket is pinged about it not more often than this. */
export const PING_EVERY_MS = 10 * 60_000;

/** Steps of one promise's ladder that are due. */
export interface Passed {
  readonly clock: ClockName;
  readonly steps: number;
  /** The highest share of the limit among them. */
  readonly share: number;
  /** Whom they concern, those left out who have acknowledged. */
  readonly levels: readonly Level[];
}

/** Every step that is due at a moment. */
export function passedAt(t: Ticket, now: Date, directory: Directory): readonly Passed[] {
  const by = { terms: t.terms, calendar: calendarFor(t, directory) };
  return CLOCKS.flatMap((name): Passed[] => {
    const clock = t.clocks[name];
    if (clock === undefined) return [];
    const steps = stepsOf(name, clock, now, by);
    const share = steps.at(-1)?.at;
    if (share === undefined) return [];
    const loud = steps.filter(({ at, to }) => isLoud(clock, at) && LEVELS.indexOf(to) > (clock.quiet ?? -1));
    return [{ clock: name, steps: steps.length, share, levels: [...new Set(loud.map(({ to }) => to))] }];
  });
}

function stepsOf(name: ClockName, clock: TicketClock, now: Date, by: Ruled): readonly Rung[] {
  const steps: Rung[] = [];
  let at = clock;
  while (at.next !== null && at.next <= now) {
    const step = rungAt(name, by.terms, at.rung);
    if (step === null) break;
    steps.push(step);
    at = armed(name, { ...at, rung: at.rung + 1 }, by);
  }
  return steps;
}

const isLoud = ({ limitMs }: TicketClock, share: number): boolean => share >= 1 || limitMs >= SHORT_MS;

/** Whom a level means on this ticket. Where there is nobody of a level, the next one above hears in their place. */
export function peopleOf(ticket: Ticket, level: Level, directory: Directory): readonly Person[] {
  const all = [...directory.people.values()];
  const above = (role: 'manager' | 'admin'): readonly Person[] =>
    all.filter((p) => p.roles.includes(role) && maySee(p, ticket));
  const managers = (): readonly Person[] => (above('manager').length > 0 ? above('manager') : above('admin'));
  const leadsOf = (): readonly Person[] => {
    const own = all.filter((p) => p.roles.includes('lead') && p.teams.includes(ticket.team) && maySee(p, ticket));
    return own.length > 0 ? own : managers();
  };
  switch (level) {
    case 'handler': {
      const handler = directory.people.get(ticket.assignee ?? '');
      // What nobody has is the leads' matter.
      return handler === undefined ? leadsOf() : [handler];
    }
    case 'lead':
      return leadsOf();
    case 'manager':
      return managers();
    case 'outside':
      return managers().filter((p) => p.outside.length > 0);
  }
}

/** Who stands above somebody on a ticket: of an agent the leads, of a lead, or where nobody else leads, the managers. May be nobody. */
export function aboveOn(
  ticket: Ticket,
  by: Person,
  directory: Directory,
): { readonly level: 'lead' | 'manager'; readonly people: readonly Person[] } {
  const others = (level: 'lead' | 'manager'): readonly Person[] =>
    peopleOf(ticket, level, directory).filter(({ id }) => id !== by.id);
  const isLead = by.roles.some((role) => role !== 'agent');
  const level = isLead || others('lead').length === 0 ? 'manager' : 'lead';
  return { level, people: others(level) };
}

/** From when on somebody may be told: at once on duty or in their working time, else when that begins; what is urgent does not wait. */
export function tellFrom(
  person: Person,
  isUrgent: boolean,
  facts: Pick<Facts, 'now' | 'directory' | 'standing'>,
): Date {
  const { now, directory } = facts;
  const standing = facts.standing(person.id);
  if (isUrgent || standing.state === 'on') return now;
  if (standing.state === 'away') return standing.until;
  const calendar = calendarOf(person, directory);
  return isWorking(calendar, now) && !standing.said ? now : opensAfter(calendar, now);
}

/** Who hears of steps that are due: everybody once, by the highest level that concerns them. */
export function toldOf(ticket: Ticket, passed: readonly Passed[], facts: Facts): readonly Told[] {
  const { directory } = facts;
  const levels = LEVELS.filter((level) => passed.some((p) => p.levels.includes(level)));
  const told = new Map<string, Told>();
  for (const level of levels) {
    // Nobody has it and its time is not over yet: the card in the group says it.
    if (level === 'handler' && ticket.assignee === null && passed.every(({ share }) => share < 1)) continue;
    for (const person of peopleOf(ticket, level, directory)) {
      if (level === 'handler' && pingedLately(ticket, person.id, facts.now)) continue;
      const key = level === 'outside' ? `outside ${person.id}` : person.id;
      told.set(key, { person: person.id, level, at: tellFrom(person, isUrgent(ticket), facts) });
    }
  }
  return [...told.values()];
}

const isUrgent = ({ priority }: Ticket): boolean => priority === 'urgent';

const pingedLately = ({ pinged }: Ticket, person: string, now: Date): boolean =>
  pinged?.person === person && now.getTime() - pinged.at.getTime() < PING_EVERY_MS;

/** The highest level at which somebody acknowledges a ticket; null: it is none of their business. */
export function levelOf(person: Person, ticket: Ticket): number | null {
  if (!maySee(person, ticket)) return null;
  if (person.roles.includes('manager') || person.roles.includes('admin')) return LEVELS.indexOf('outside');
  if (leads(person, ticket.team)) return LEVELS.indexOf('lead');
  return ticket.assignee === person.id ? LEVELS.indexOf('handler') : null;
}
