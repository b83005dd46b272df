import type { Asker } from '../../adapters/adapter.ts';
import type { Card } from '../../cards/card.ts';
import type { HomeDuty, HomeQueues, HomeTickets } from '../../cards/home.ts';
import { cards } from '../../cards/registry.ts';
import type { TicketFilter, TicketRow } from '../../commands/command.ts';
import type { Person } from '../domain/directory.ts';
import { standingAt, type DutyRecord } from '../domain/duty.ts';
import { visibleTeams } from '../domain/permission.ts';
import { bestFirst } from '../domain/routing.ts';
import { nearestDue } from '../domain/sla.ts';
import { OPEN, type Status } from '../domain/status.ts';
import { speakerOf } from './caller.ts';
import type { Parts } from './parts.ts';
import { personReader } from './reader.ts';

/** Rows of the reader's own tickets, of all queues together, and of the overview of all teams. */
const MOST = 10;
/** Among so many of somebody's tickets, the oldest, those that are due first are looked for. */
const LOOKED_AT = 100;
const WAITING: readonly Status[] = ['new', 'offered'];

/** The page that somebody of the staff has for themselves: duty, own tickets, what waits. A read; null: nobody the directory knows. */
export async function openHome(parts: Parts, asker: Asker): Promise<Card | null> {
  const person = await speakerOf(parts, asker);
  if (person === null) return null;
  const [roster, mine, queues] = await Promise.all([
    parts.roster.read(),
    mineOf(parts, person),
    queuesOf(parts, person),
  ]);
  const duty = dutyOf(roster.get(person.id), parts.clock.now());
  return cards.home({ person, duty, mine, queues, directory: parts.directory() }, personReader(parts, person.id));
}

function dutyOf(record: DutyRecord | undefined, now: Date): HomeDuty {
  const standing = standingAt(record, now);
  if (record === undefined) return { state: 'off', since: null };
  switch (standing.state) {
    case 'on':
      // Whoever was on a break is back since it ended.
      return { state: 'on', since: record.state === 'away' ? record.until : record.since, until: standing.until };
    case 'away':
      return { state: 'away', until: standing.until };
    case 'off':
      return { state: 'off', since: record.state === 'off' ? record.since : record.ends };
  }
}

const withinShops = ({ shops }: Person): Pick<TicketFilter, 'shop'> => (shops.length === 0 ? {} : { shop: shops });

async function mineOf({ store: { tickets } }: Parts, person: Person): Promise<HomeTickets> {
  const filter = { ...withinShops(person), assignee: person.id, status: [...OPEN] };
  const [rows, total] = await Promise.all([
    tickets.list({ ...filter, order: 'oldest' }, LOOKED_AT),
    tickets.count(filter),
  ]);
  const due = (t: TicketRow): number => nearestDue(t.clocks)?.at.getTime() ?? Infinity;
  // The order of the list stays where nothing is promised.
  const first = rows.toSorted((a, b) => (due(a) === due(b) ? 0 : due(a) - due(b)));
  return { tickets: first.slice(0, MOST), total };
}

async function queuesOf(parts: Parts, person: Person): Promise<HomeQueues> {
  if (person.teams.length === 0) return visibleTeams(person) === null ? allQueues(parts, person) : { of: 'nobody' };
  const { tickets } = parts.store;
  const found = await Promise.all(
    person.teams.map(async (team) => {
      const filter = { ...withinShops(person), team: [team], status: WAITING };
      const [rows, total] = await Promise.all([
        tickets.list({ ...filter, order: 'oldest' }, MOST),
        tickets.count(filter),
      ]);
      // What they passed on and nobody has taken yet stands among their own.
      const others = rows.filter((t) => t.assignee !== person.id);
      return { team, rows: bestFirst(others, person.id), total: total - (rows.length - others.length) };
    }),
  );
  const shares = inTurns(
    found.map(({ rows }) => rows.length),
    MOST,
  );
  return {
    of: 'teams',
    teams: found.map(({ team, rows, total }, i) => ({ team, total, tickets: rows.slice(0, shares[i] ?? 0) })),
  };
}

/** Every team's queue as one row, the longest first. */
async function allQueues({ store: { tickets }, directory }: Parts, person: Person): Promise<HomeQueues> {
  const found = await Promise.all(
    [...directory().teams.keys()].map(async (team) => {
      const filter = { ...withinShops(person), team: [team], status: WAITING };
      const [[oldest], total] = await Promise.all([
        tickets.list({ ...filter, order: 'oldest' }, 1),
        tickets.count(filter),
      ]);
      return { team, total, oldest: oldest?.openedAt ?? null };
    }),
  );
  const waiting = found.filter(({ total }) => total > 0).toSorted((a, b) => b.total - a.total);
  return { of: 'all', teams: waiting.slice(0, MOST), total: waiting.length };
}

/** How many rows each queue gets of `most`: one each in turn until there are no more. */
function inTurns(lengths: readonly number[], most: number): readonly number[] {
  const shares = lengths.map(() => 0);
  for (let left = most, given = -1; left > 0 && given !== 0;) {
    given = 0;
    for (const [i, length] of lengths.entries()) {
      const has = shares[i] ?? 0;
      if (has >= length || left === 0) continue;
      shares[i] = has + 1;
      left -= 1;
      given += 1;
    }
  }
  return shares;
}
