import type { HandoverCardInput } from '../../cards/handover.ts';
import type { TicketRow } from '../../commands/command.ts';
import { MOST_HANDED } from '../../commands/handover.ts';
import { standingAt, type Roster, type Standing } from '../domain/duty.ts';
import { backAfter, isKept, nextShift, type NextShift } from '../domain/handover.ts';
import { OPEN } from '../domain/status.ts';
import type { Parts } from './parts.ts';

/** What somebody still has to work on. */
export const ticketsOf = (parts: Pick<Parts, 'store'>, person: string): Promise<readonly TicketRow[]> =>
  parts.store.tickets.list({ assignee: person, status: [...OPEN], order: 'oldest' }, MOST_HANDED);

export const standingIn =
  (roster: Roster, now: Date): ((person: string) => Standing) =>
  (person) =>
    standingAt(roster.get(person), now);

/** The card as it is now. */
export async function handoverNow(
  parts: Pick<Parts, 'store' | 'directory' | 'clock' | 'roster'>,
  id: string,
  ends: Date,
): Promise<HandoverCardInput | null> {
  const directory = parts.directory();
  const person = directory.people.get(id);
  if (person === undefined) return null;
  const now = parts.clock.now();
  const all = await ticketsOf(parts, id);
  const tickets = all.filter((t) => !isKept(t, now));
  const next = nextShift(person, directory, ends, standingIn(await parts.roster.read(), now));
  return {
    tickets,
    kept: all.length - tickets.length,
    person: id,
    ends,
    back: backAfter(person, directory, ends),
    ...namesOf(next),
    directory,
  };
}

export const namesOf = ({ people, from }: NextShift) => ({ names: people.map((p) => p.name), from });
