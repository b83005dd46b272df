import type { Clock } from '../clock.ts';
import type { Actor } from '../domain/actor.ts';
import type { Facts } from '../domain/decision.ts';
import { membersOnDuty, opensAt, standingAt, type DutyRecord, type Roster } from '../domain/duty.ts';
import type { Store } from '../storage/store.ts';
import type { Parts } from './parts.ts';

/** How old the picture of who is on duty may be; what this process changes it sees at once. */
const FRESH_MS = 1_000;

/** Who is on duty, as one picture of all records. */
export interface RosterReads {
  read(): Promise<Roster>;
  /** Keeps what somebody said about their duty. */
  keep(record: DutyRecord): Promise<void>;
}

export function createRoster(store: Pick<Store, 'duty'>, clock: Clock): RosterReads {
  let known: { readonly at: number; readonly roster: Promise<Roster> } | null = null;

  const read = (): Promise<Roster> => {
    if (known !== null && clock.monotonic() - known.at < FRESH_MS) return known.roster;
    const roster = store.duty.all().then((records): Roster => new Map(records.map((r) => [r._id, r])));
    const mine = { at: clock.monotonic(), roster };
    known = mine;
    roster.catch(() => {
      if (known === mine) known = null;
    });
    return roster;
  };

  return {
    read,
    async keep(record) {
      await store.duty.keep(record);
      known = null;
    },
  };
}

/** Everything a decision may know at this moment. */
export async function factsFor(
  parts: Pick<Parts, 'clock' | 'directory' | 'roster'>,
  who: { readonly actor: Actor; readonly cause: string },
): Promise<Facts> {
  const roster = await parts.roster.read();
  const now = parts.clock.now();
  const standing: Facts['standing'] = (person) => standingAt(roster.get(person), now);
  return { now, directory: parts.directory(), ...who, standing, onDuty: (person) => standing(person).state === 'on' };
}

/** When a team is back that is closed and has nobody on duty; null while somebody is there or ought to be. */
export async function backAt(parts: Pick<Parts, 'clock' | 'directory' | 'roster'>, id: string): Promise<Date | null> {
  const directory = parts.directory();
  const team = directory.teams.get(id);
  if (team === undefined) return null;
  const roster = await parts.roster.read();
  const now = parts.clock.now();
  const isOn = (person: string): boolean => standingAt(roster.get(person), now).state === 'on';
  return membersOnDuty(id, directory, isOn).length > 0 ? null : opensAt(team, now);
}
