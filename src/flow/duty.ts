import type { Answer, Outcome } from '../../commands/command.ts';
import type { Person } from '../domain/directory.ts';
import { recordOf, standingAt, type DutyRecord } from '../domain/duty.ts';
import type { Intent } from '../domain/intent.ts';
import { OPEN } from '../domain/status.ts';
import type { InboxRow } from '../storage/inbox.ts';
import { tellSomebody } from './nobody.ts';
import type { Parts } from './parts.ts';
import { tellRow } from './relay.ts';

export interface Duty {
  /** Somebody said who is on duty; `row` is where. What they read. */
  change(speaker: Person, change: Extract<Outcome, { kind: 'duty' }>, row: InboxRow): Promise<Answer>;
  /** Somebody claimed or replied: who has said nothing today is on duty from then on. */
  atWork(person: Person, row: InboxRow): Promise<void>;
}

/** Who is on duty is what they said, kept per person. */
export function createDuty(parts: Parts, wakeInbox: () => void): Duty {
  const { store, roster, clock } = parts;

  /** Tells many tickets the same; each under a key of its own, so that telling it again changes nothing. */
  const tellAll = async (
    tickets: readonly string[],
    intent: Extract<Intent, { type: 'cover' | 'uncover' }>,
    { row, speaker }: { row: InboxRow; speaker: Person },
  ): Promise<void> => {
    if (tickets.length === 0) return;
    const by = { kind: 'person', id: speaker.id, name: speaker.name } as const;
    const key = (ticket: string): string => `${row._id}:${intent.type}:${ticket}`;
    await store.inbox.add(tickets.map((ticket) => tellRow(key(ticket), { ticket, intent, by }, clock.now())));
    wakeInbox();
  };

  /** What is covered for somebody who is back, and nobody claimed, is theirs again. */
  const isBack = async (person: Person, row: InboxRow, speaker: Person): Promise<void> =>
    tellAll(await store.tickets.coveredFor(person.id), { type: 'uncover', person: person.id }, { row, speaker });

  /** Everything somebody still has goes to their teams; how many tickets. */
  const isGone = async (person: Person, row: InboxRow, speaker: Person): Promise<number> => {
    const tickets = await store.tickets.openWith(person.id);
    await tellAll(tickets, { type: 'cover', person: person.id }, { row, speaker });
    return tickets.length;
  };

  const mineOf = (person: Person): Promise<number> => store.tickets.count({ assignee: person.id, status: [...OPEN] });

  const teamsOf = (person: Person): readonly string[] =>
    person.teams.map((id) => parts.directory().teams.get(id)?.name ?? id);

  /** `moved`: how many tickets are on their way, to the team from who is gone, back to who is here again. */
  const answerTo = async (speaker: Person, person: Person, record: DutyRecord, moved: number): Promise<Answer> => {
    const { until } = record;
    if (person.id !== speaker.id) {
      const who = person.name;
      return record.state === 'off'
        ? { sentence: { key: 'duty.off_other', params: { who, moved, teams: teamsOf(person) } } }
        : { sentence: { key: 'duty.on_other', params: { who, until } } };
    }
    const mine = await mineOf(person);
    if (record.state === 'away') return { sentence: { key: 'duty.away', params: { until, mine } } };
    if (record.state === 'off') return { sentence: { key: 'duty.off', params: { mine } } };
    const shops = person.shops.length === 0 ? {} : { shop: person.shops };
    const queued = await store.tickets.count({ team: person.teams, ...shops, status: ['new'] });
    const waiting = Math.max(0, queued - moved);
    const list = {
      label: { key: 'command.form_submit', params: { verb: 'list' } },
      invoke: { command: 'list', args: {} },
    } as const;
    return {
      sentence: { key: 'duty.on', params: { until, mine: mine + moved, waiting } },
      offers: waiting === 0 ? [] : [list],
    };
  };

  return {
    async change(speaker, { person: id, state, awayMs }, row) {
      const directory = parts.directory();
      const person = directory.people.get(id) ?? speaker;
      const record = recordOf(person, state, { at: row.order, by: speaker.id, awayMs, directory });
      if (state === 'on') await tellSomebody(parts, person, row.order);
      await roster.keep(record);
      if (state === 'on') {
        // Counted before anything is on its way back.
        const covered = await store.tickets.coveredFor(person.id);
        const answer = await answerTo(speaker, person, record, covered.length);
        await isBack(person, row, speaker);
        return answer;
      }
      // Who goes by themselves keeps what waits; whom a lead takes off may not be back for long.
      const moved = state === 'off' && person.id !== speaker.id ? await isGone(person, row, speaker) : 0;
      return answerTo(speaker, person, record, moved);
    },

    async atWork(person, row) {
      const at = row.order;
      const standing = standingAt((await roster.read()).get(person.id), at);
      if (standing.state !== 'off' || standing.said) return;
      const directory = parts.directory();
      await tellSomebody(parts, person, at);
      await roster.keep(recordOf(person, 'on', { at, by: person.id, awayMs: 0, directory }));
      await isBack(person, row, person);
    },
  };
}
