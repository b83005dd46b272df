import type { Address } from '../domain/address.ts';
import { FIRST_CALLED, firstOf, isRest } from '../domain/call.ts';
import type { Person } from '../domain/directory.ts';
import { membersOnDuty, standingAt } from '../domain/duty.ts';
import type { Place } from '../domain/effect.ts';
import { isUrgent } from '../domain/surge.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Parts } from './parts.ts';
import { slotOf } from './places.ts';

/** How long it is believed how much somebody has to do, ms. */
const FRESH_MS = 2_000;

/** Whom a ticket goes to where a team has no group but is called one by one. */
export interface Callees {
  /**
   * By user id: first the people on duty with the least work, all of them when it is urgent; at the rest's address those who were not
   * called first. Null: nobody can be called yet.
   */
  of(ticket: Ticket, place: Extract<Place, { card: 'ticket' }>, address: Address): Promise<readonly string[] | null>;
  /** Everybody of a team who is on duty; nobody: an empty list. */
  onDuty(team: string, address: Address): Promise<readonly string[]>;
  /** The same, and all of the team where nobody is. */
  anybody(team: string, address: Address): Promise<readonly string[]>;
}

const usersOf = (people: readonly { readonly user: string }[]): readonly string[] => people.map(({ user }) => user);

export function createCallees(parts: Pick<Parts, 'store' | 'clock' | 'directory' | 'roster'>): Callees {
  const { store, clock, directory, roster } = parts;
  let work = { at: Number.NEGATIVE_INFINITY, by: new Map<string, Promise<number>>() };

  const workOf = (person: string): Promise<number> => {
    const now = clock.monotonic();
    if (now - work.at >= FRESH_MS) work = { at: now, by: new Map() };
    const known = work.by.get(person);
    if (known !== undefined) return known;
    const asked = store.tickets.openOfPerson(person);
    work.by.set(person, asked);
    asked.catch(() => work.by.delete(person));
    return asked;
  };

  /** The account by which this app reaches somebody alone; null: none. */
  const accountOf = ({ direct }: Person, { platform, app }: Address): string | null =>
    direct.find((a) => a.platform === platform && a.app === app)?.conversation ?? null;

  const reachable = (people: readonly Person[], address: Address) =>
    people.flatMap((person) => {
      const user = accountOf(person, address);
      return user === null ? [] : [{ person, user }];
    });

  const there = async (team: string, address: Address) => {
    const records = await roster.read();
    const now = clock.now();
    const isOn = (id: string): boolean => standingAt(records.get(id), now).state === 'on';
    return reachable(membersOnDuty(team, directory(), isOn), address);
  };

  const members = (team: string, address: Address) =>
    reachable(
      [...directory().people.values()].filter((p) => p.teams.includes(team)),
      address,
    );

  const leastWork = async (
    people: Awaited<ReturnType<typeof there>>,
    { avoid }: Ticket,
  ): Promise<readonly string[]> => {
    const loaded = await Promise.all(people.map(async (p) => ({ ...p, open: await workOf(p.person.id) })));
    const late = (id: string): number => (avoid.includes(id) ? 1 : 0);
    return loaded
      .toSorted((a, b) => late(a.person.id) - late(b.person.id) || a.open - b.open)
      .slice(0, FIRST_CALLED)
      .map(({ user }) => user);
  };

  return {
    async of(ticket, place, address) {
      const onDuty = await there(place.team, address);
      if (!isRest(address)) {
        if (isUrgent(ticket)) {
          // What cannot wait until somebody comes on duty goes to everybody there is.
          const all = usersOf(onDuty.length > 0 ? onDuty : members(place.team, address));
          return all.length === 0 ? null : all;
        }
        return onDuty.length === 0 ? null : leastWork(onDuty, ticket);
      }
      const first = await store.surfaces.newest(slotOf(place, ticket._id, firstOf(address)));
      if (first?.state !== 'live') return null;
      const called = new Set(first.to);
      return usersOf(onDuty).filter((user) => !called.has(user));
    },

    onDuty: async (team, address) => usersOf(await there(team, address)),

    async anybody(team, address) {
      const onDuty = await there(team, address);
      return usersOf(onDuty.length > 0 ? onDuty : members(team, address));
    },
  };
}
