import { addressKey, type Address } from '../domain/address.ts';
import type { Person } from '../domain/directory.ts';
import { membersOnDuty, quietSince, standingAt } from '../domain/duty.ts';
import { post } from './post.ts';
import type { Parts } from './parts.ts';

/** Tells a team's groups that a ticket waits because nobody is on duty: one line until somebody is again. */
export type TellNobody = (team: string) => Promise<void>;

/** What tells the times apart in which nobody of a team is on duty; null: somebody is. */
async function quietOf(parts: Pick<Parts, 'directory' | 'roster'>, team: string, now: Date): Promise<string | null> {
  const directory = parts.directory();
  const roster = await parts.roster.read();
  const isOn = (person: string): boolean => standingAt(roster.get(person), now).state === 'on';
  if (membersOnDuty(team, directory, isOn).length > 0) return null;
  const members = [...directory.people.values()].filter((p) => p.teams.includes(team));
  const since = quietSince(
    members.flatMap((p) => roster.get(p.id) ?? []),
    now,
  );
  return `nobody:${team}:${since === null ? 'ever' : since.getTime()}`;
}

const keyAt = (quiet: string, to: Address): string => `${quiet}:${addressKey(to)}`;

export function createTellNobody(parts: Parts): TellNobody {
  /** What was told last, by team: most tickets of a night need not ask the store again. */
  const told = new Map<string, string>();

  return async (id) => {
    const team = parts.directory().teams.get(id);
    if (team === undefined) return;
    const quiet = await quietOf(parts, id, parts.clock.now());
    if (quiet === null || told.get(id) === quiet) return;
    for (const to of team.groups) {
      await post(parts, {
        key: keyAt(quiet, to),
        to,
        person: null,
        sentence: { key: 'duty.nobody', params: null },
        offers: [
          { label: { key: 'command.form_submit', params: { verb: 'on' } }, invoke: { command: 'on', args: {} } },
        ],
      });
    }
    told.set(id, quiet);
  };
}

/** Where it was told that nobody is on duty, it now says who is. Before that is kept: afterwards nobody knows since when nobody was. */
export async function tellSomebody(
  parts: Pick<Parts, 'store' | 'clock' | 'adapters' | 'directory' | 'roster'>,
  person: Person,
  at: Date,
): Promise<void> {
  const sentence = { key: 'duty.somebody', params: { who: person.name, at } } as const;
  for (const id of person.teams) {
    const quiet = await quietOf(parts, id, at);
    if (quiet === null) continue;
    for (const to of parts.directory().teams.get(id)?.groups ?? []) {
      const instead = keyAt(quiet, to);
      await post(parts, { key: `${instead}:over`, instead, to, person: null, sentence, offers: [] });
    }
  }
}
