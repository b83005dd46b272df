import type { Answer, Outcome } from '../../commands/command.ts';
import { shown } from '../../cards/standing.ts';
import type { Person } from '../domain/directory.ts';
import { visibleTeams } from '../domain/permission.ts';
import { OPEN, STATUSES } from '../domain/status.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Waiting } from '../storage/tickets.ts';
import { createLanes } from './lanes.ts';
import type { Parts } from './parts.ts';
import type { Perform, Performed } from './perform.ts';
import type { Said } from './run.ts';

/** How many tickets one press tries when others are faster each time. */
const TRIES = 10;
/** Most colleagues that the answer names when nothing waits. */
const NAMED = 5;
/** Among how many tickets those colleagues are looked for. */
const LOOKED_AT = 50;

const CLAIMED = STATUSES.filter((s) => OPEN.has(s) && s !== 'new');
const NEXT = { label: { key: 'board.next', params: null }, invoke: { command: 'next', args: {} } } as const;

/** What a press for the next ticket came to: one that is the speaker's now, or why there is none. */
export type Taken =
  | { readonly outcome: Extract<Outcome, { kind: 'intent' }>; readonly result: Performed }
  | { readonly answer: Answer };

export interface Next {
  /** The ticket somebody should claim next; null: none waits for them. A read. */
  best(person: Person): Promise<Waiting | null>;
  /** Makes the best one the speaker's. The same press twice is one ticket. */
  take(said: Said): Promise<Taken>;
}

/**
 * Finds and claims what somebody should work on next: urgent ones first, then what waits longest, what they put back themselves last;
 * only of their teams and shops.
 */
export function createNext(parts: Parts, perform: Perform): Next {
  const { store } = parts;
  const lanes = createLanes();
  /** Tickets that presses of this process are claiming right now: nobody else here goes for the same. */
  const reserved = new Set<string>();

  /** Who belongs to no team has all of them or, below a manager, none. */
  const teamsOf = (person: Person): readonly string[] =>
    person.teams.length === 0 && visibleTeams(person) === null ? [...parts.directory().teams.keys()] : person.teams;

  const find = async (person: Person, except: readonly string[]): Promise<Waiting | null> => {
    const teams = teamsOf(person);
    for (const back of [false, true]) {
      for (const urgent of [true, false]) {
        const asked = { shops: person.shops, urgent, person: person.id, back, except };
        const found = await Promise.all(teams.map((team) => store.tickets.oldestNew({ team, ...asked })));
        const [first] = found.flatMap((t) => t ?? []).toSorted((a, b) => a.openedAt.getTime() - b.openedAt.getTime());
        if (first !== undefined) return first;
      }
    }
    return null;
  };

  const reserve = (person: Person, tried: ReadonlySet<string>): Promise<Waiting | null> =>
    lanes.run('reserve', async () => {
      const found = await find(person, [...reserved, ...tried]);
      if (found !== null) reserved.add(found._id);
      return found;
    });

  /** Nothing waits: how much is under way, and with whom. */
  const none = async (person: Person): Promise<Answer> => {
    const teams = teamsOf(person);
    const theirs = { team: teams, ...(person.shops.length === 0 ? {} : { shop: person.shops }), status: CLAIMED };
    const [rows, open] = await Promise.all([
      store.tickets.list({ ...theirs, order: 'oldest' }, LOOKED_AT),
      store.tickets.count(theirs),
    ]);
    const directory = parts.directory();
    const who = new Set(rows.flatMap((t) => directory.people.get(t.assignee ?? '')?.name ?? []));
    const names = teams.map((id) => directory.teams.get(id)?.name ?? id);
    return {
      sentence: { key: 'board.none', params: { teams: names, open, people: [...who].slice(0, NAMED) } },
    };
  };

  const done = (ticket: Ticket, result: Performed): Taken => {
    const params = { no: ticket.number, subject: shown(ticket, ticket.subject, 'group') };
    const sentence = { key: 'board.taken', params } as const;
    return { outcome: { kind: 'intent', intent: { type: 'claim' }, done: sentence, already: sentence }, result };
  };

  return {
    best: (person) => find(person, [...reserved]),

    async take({ row, speaker, actor }) {
      const who = { actor, cause: row._id };
      const tried = new Set<string>();
      // Kept with the press before it is claimed, and changed only once that claim was refused: a press that is worked again, wherever it
      // was cut, meets the ticket it took.
      let picked = await store.inbox.picked(row._id);
      while (tried.size < TRIES) {
        if (picked !== null) {
          const result = await perform(picked, { type: 'claim' }, who).finally(() => reserved.delete(picked ?? ''));
          if (result.outcome === 'done' && result.ticket !== null) return done(result.ticket, result);
          tried.add(picked);
        }
        const found = await reserve(speaker, tried);
        if (found === null) return { answer: await none(speaker) };
        const mine = await store.inbox.pick(row._id, picked, found._id).catch((error: unknown) => {
          reserved.delete(found._id);
          throw error;
        });
        if (!mine) reserved.delete(found._id);
        // Another process works on the same press: what it picked is what was picked.
        picked = mine ? found._id : await store.inbox.picked(row._id);
      }
      return { answer: { sentence: { key: 'board.too_slow', params: { count: TRIES } }, offers: [NEXT] } };
    },
  };
}
