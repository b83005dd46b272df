import { addressKey } from '../domain/address.ts';
import { membersOnDuty, quietSince, standingAt } from '../domain/duty.ts';
import { post } from './post.ts';
import type { Parts } from './parts.ts';

/** Tells a team's groups that a ticket waits because nobody is on duty: one line until somebody is again. */
export type TellNobody = (team: string) => Promise<void>;

export function createTellNobody(parts: Parts): TellNobody {
  /** What was told last, by team: most tickets of a night need not ask the store again. */
  const told = new Map<string, string>();

  return async (id) => {
    const directory = parts.directory();
    const team = directory.teams.get(id);
    if (team === undefined) return;
    const roster = await parts.roster.read();
    const now = parts.clock.now();
    const isOn = (person: string): boolean => standingAt(roster.get(person), now).state === 'on';
    if (membersOnDuty(id, directory, isOn).length > 0) return;
    const members = [...directory.people.values()].filter((p) => p.teams.includes(id));
    const since = quietSince(
      members.flatMap((p) => roster.get(p.id) ?? []),
      now,
    );
    const key = `nobody:${id}:${since === null ? 'ever' : since.getTime()}`;
    if (told.get(id) === key) return;
    for (const to of team.groups) {
      await post(parts, {
        key: `${key}:${addressKey(to)}`,
        to,
        person: null,
        sentence: { key: 'duty.nobody', params: null },
        offers: [
          { label: { key: 'command.form_submit', params: { verb: 'on' } }, invoke: { command: 'on', args: {} } },
        ],
      });
    }
    told.set(id, key);
  };
}
