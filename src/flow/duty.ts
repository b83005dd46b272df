import type { Answer, Outcome } from '../../commands/command.ts';
import type { Person } from '../domain/directory.ts';
import { recordOf, standingAt, type DutyRecord } from '../domain/duty.ts';
import { OPEN } from '../domain/status.ts';
import type { Parts } from './parts.ts';

export interface Duty {
  /** Somebody said who is on duty; `at` is when. What they read. */
  change(speaker: Person, change: Extract<Outcome, { kind: 'duty' }>, at: Date): Promise<Answer>;
  /** Somebody claimed or replied: who has said nothing today is on duty from then on. */
  atWork(person: Person, at: Date): Promise<void>;
}

/** Who is on duty is what they said, kept per person. */
export function createDuty(parts: Parts): Duty {
  const { store, roster } = parts;

  const mineOf = (person: Person): Promise<number> => store.tickets.count({ assignee: person.id, status: [...OPEN] });

  const answerTo = async (speaker: Person, person: Person, record: DutyRecord): Promise<Answer> => {
    const { until } = record;
    if (person.id !== speaker.id) {
      const who = person.name;
      return record.state === 'off'
        ? { sentence: { key: 'duty.off_other', params: { who } } }
        : { sentence: { key: 'duty.on_other', params: { who, until } } };
    }
    const mine = await mineOf(person);
    if (record.state === 'away') return { sentence: { key: 'duty.away', params: { until, mine } } };
    if (record.state === 'off') return { sentence: { key: 'duty.off', params: { mine } } };
    const shops = person.shops.length === 0 ? {} : { shop: person.shops };
    const waiting = await store.tickets.count({ team: person.teams, ...shops, status: ['new'] });
    const list = {
      label: { key: 'command.form_submit', params: { verb: 'list' } },
      invoke: { command: 'list', args: {} },
    } as const;
    return { sentence: { key: 'duty.on', params: { until, mine, waiting } }, offers: waiting === 0 ? [] : [list] };
  };

  return {
    async change(speaker, { person: id, state, awayMs }, at) {
      const directory = parts.directory();
      const person = directory.people.get(id) ?? speaker;
      const record = recordOf(person, state, { at, by: speaker.id, awayMs, directory });
      await roster.keep(record);
      return answerTo(speaker, person, record);
    },

    async atWork(person, at) {
      const standing = standingAt((await roster.read()).get(person.id), at);
      if (standing.state !== 'off' || standing.said) return;
      const directory = parts.directory();
      await roster.keep(recordOf(person, 'on', { at, by: person.id, awayMs: 0, directory }));
    },
  };
}
