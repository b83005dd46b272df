import type { Answer, Outcome } from '../../commands/command.ts';
import { addressKey, type Address } from '../domain/address.ts';
import type { Directory } from '../domain/directory.ts';
import { namesOf } from '../domain/membership.ts';
import type { Sentence } from '../text/text.ts';
import { addressOf } from './account.ts';
import type { Parts } from './parts.ts';
import { post } from './post.ts';
import { postedUnder } from './row.ts';
import type { Said } from './run.ts';

/** One button per team that binds this group to it. */
export const bindOffers = (directory: Directory, but: string | null): NonNullable<Answer['offers']> =>
  [...directory.teams.values()]
    .filter((team) => team.id !== but)
    .map(({ name }) => ({
      label: { key: but === null ? 'people.bind' : 'people.rebind', params: { team: name } } as const,
      invoke: { command: 'link', args: { to: name } },
    }));

/** Whether the team has this group alone. */
const isLast = (directory: Directory, team: string, group: Address): boolean =>
  (directory.teams.get(team)?.groups ?? []).every((g) => addressKey(g) === addressKey(group));

/** Binds the group in which it was said to a team, or to none; a binding that changes is asked about first. */
export async function link(parts: Parts, said: Said, asked: Extract<Outcome, { kind: 'link' }>): Promise<Answer> {
  const { event, speaker } = said;
  const directory = parts.directory();
  const address = addressOf(event);
  const now = directory.groups.get(addressKey(address)) ?? null;
  const nameOf = (id: string): string => directory.teams.get(id)?.name ?? id;
  if (event.conversation.kind !== 'group') {
    const team = nameOf(asked.team ?? [...directory.teams.keys()][0] ?? '');
    return { sentence: { key: 'people.bind_where', params: { team } } };
  }
  if (!speaker.roles.includes('admin'))
    return { sentence: { key: 'people.bind_needs_admin', params: { admins: namesOf(directory, 'admin') } } };
  if (asked.team === null) {
    const team = now === null ? null : nameOf(now);
    return { sentence: { key: 'people.bind_which', params: { team } }, offers: bindOffers(directory, now) };
  }
  const to = asked.team === 'none' ? null : asked.team;
  if (to === now) {
    if (now === null) return { sentence: { key: 'people.unbind_already', params: null } };
    return { sentence: { key: 'people.bind_already', params: { team: nameOf(now) } } };
  }
  if (now !== null && !asked.sure) return question(directory, address, now, to);
  await parts.store.groups.link({ address, team: to, by: speaker.id, at: parts.clock.now() });
  await parts.live.changed();
  const by = speaker.name;
  const told: Sentence =
    to === null
      ? { key: 'people.unbound', params: { team: nameOf(now ?? ''), by } }
      : { key: 'people.bound', params: { team: nameOf(to), by, before: now === null ? null : nameOf(now) } };
  // The card with the buttons says from now on what came of it.
  const card = event.kind === 'message' ? null : postedUnder(event.surface);
  await post(parts, {
    key: `link:${said.row._id}`,
    to: address,
    person: null,
    sentence: told,
    offers: [],
    ...(card === null ? {} : { instead: card }),
  });
  return to === null
    ? { sentence: { key: 'people.unbind_done', params: { team: nameOf(now ?? '') } } }
    : { sentence: { key: 'people.bind_done', params: { team: nameOf(to) } } };
}

function question(directory: Directory, address: Address, from: string, to: string | null): Answer {
  const name = directory.teams.get(from)?.name ?? from;
  const last = isLast(directory, from, address);
  if (to === null) {
    const invoke = { command: 'link', args: { to: 'none', sure: 'yes' } };
    return {
      sentence: { key: 'people.unbind_ask', params: { team: name, last } },
      offers: [{ label: { key: 'people.unbind', params: null }, invoke }],
    };
  }
  const team = directory.teams.get(to)?.name ?? to;
  const invoke = { command: 'link', args: { to: team, sure: 'yes' } };
  return {
    sentence: { key: 'people.bind_ask', params: { from: name, to: team, last } },
    offers: [{ label: { key: 'people.rebind', params: { team } }, invoke }],
  };
}
