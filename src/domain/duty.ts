import { goesHomeAfter, inZone, isWorking, opensAfter, type Calendar } from './calendar.ts';
import type { Directory, Person, Shift, Team } from './directory.ts';

/** What somebody said last about their own duty, or a lead about theirs. */
export interface DutyRecord {
  /** The person's id. */
  readonly _id: string;
  readonly state: 'on' | 'away' | 'off';
  readonly since: Date;
  /** Until when the state holds: the closing time; the return of who is away. */
  readonly until: Date;
  /** The closing time: whoever is back before it is on duty until then. */
  readonly ends: Date;
  /** Who said so: the person, or a lead. */
  readonly by: string;
}

/** Where somebody stands at a moment. Off after closing time is no press: `said` tells it from 下线. */
export type Standing =
  | { readonly state: 'on'; readonly until: Date }
  | { readonly state: 'away'; readonly until: Date }
  | { readonly state: 'off'; readonly said: boolean };

/** Duty records by person; immutable. */
export type Roster = ReadonlyMap<string, DutyRecord>;

const OVER: Standing = { state: 'off', said: false };

/** Where a record puts its person at a moment; without one they are off duty. */
export function standingAt(record: DutyRecord | undefined, now: Date): Standing {
  if (record === undefined || now >= record.ends) return OVER;
  if (record.state === 'off') return { state: 'off', said: true };
  if (record.state === 'away' && now < record.until) return { state: 'away', until: record.until };
  return { state: 'on', until: record.ends };
}

/** Somebody's own shift; null: they have none. */
export const shiftOf = (person: Person, directory: Directory): Shift | null =>
  teamsOf(person, directory)
    .flatMap((team) => team.shifts)
    .find((shift) => shift.id === person.shift) ?? null;

/** By which calendars somebody works: their own shift's, else those of their teams, else the usual one in their own time zone. Never empty. */
export function calendarsOf(person: Person, directory: Directory): readonly Calendar[] {
  const shift = shiftOf(person, directory);
  if (shift !== null) return [shift.calendar];
  const teams = teamsOf(person, directory);
  return teams.length > 0 ? teams.map((team) => team.calendar) : [inZone(directory.calendar, person.timeZone)];
}

/** The calendar that counts where only one can: of several teams' the first. */
export const calendarOf = (person: Person, directory: Directory): Calendar =>
  calendarsOf(person, directory)[0] ?? directory.calendar;

const teamsOf = (person: Person, directory: Directory): readonly Team[] =>
  person.teams.flatMap((id) => directory.teams.get(id) ?? []);

/** When somebody who is on duty at a moment goes home: when their own shift ends, else the last of their teams. */
export const closingOf = (person: Person, directory: Directory, at: Date): Date =>
  new Date(Math.max(...calendarsOf(person, directory).map((c) => goesHomeAfter(c, at).getTime())));

/** What is written when a person goes on or off duty or away for `awayMs`. */
export function recordOf(
  person: Person,
  state: DutyRecord['state'],
  { at, by, awayMs, directory }: { at: Date; by: string; awayMs: number; directory: Directory },
): DutyRecord {
  const ends = closingOf(person, directory, at);
  const back = new Date(at.getTime() + awayMs);
  return { _id: person.id, state, since: at, until: state === 'away' && back < ends ? back : ends, ends, by };
}

/** Since when nobody of these people, none of whom is on duty, has been; null: nobody ever was. */
export function quietSince(records: readonly DutyRecord[], now: Date): Date | null {
  const still = (r: DutyRecord): boolean => r.state === 'off' || (r.state === 'away' && now < r.until);
  const left = records.map((r) => (still(r) ? r.since : r.ends).getTime());
  return left.length === 0 ? null : new Date(Math.max(...left));
}

/** Who of a team is on duty at a moment. */
export const membersOnDuty = (
  team: string,
  directory: Directory,
  onDuty: (person: string) => boolean,
): readonly Person[] => [...directory.people.values()].filter((p) => p.teams.includes(team) && onDuty(p.id));

/** When a team that is closed opens again; null while it is open. */
export const opensAt = ({ calendar }: Pick<Team, 'calendar'>, now: Date): Date | null =>
  isWorking(calendar, now) ? null : opensAfter(calendar, now);
