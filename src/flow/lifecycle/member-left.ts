import type { Happening, InboundLifecycle } from '../../../adapters/adapter.ts';
import type { Answer } from '../../../commands/command.ts';
import { addressKey } from '../../domain/address.ts';
import type { Directory, Person, Team } from '../../domain/directory.ts';
import { decidersOf } from '../../domain/membership.ts';
import { OPEN } from '../../domain/status.ts';
import type { InboxRow } from '../../storage/inbox.ts';
import { addressOf, directOf, personOf, type Account } from '../account.ts';
import type { Parts } from '../parts.ts';
import { post } from '../post.ts';

type Left = InboundLifecycle & Extract<Happening, { what: 'member_joined' | 'member_left' }>;

/**
 * A colleague left the group of their team, or the organisation and with it all of their teams: the leads get one card with what the
 * colleague still has, and can give it back to the team.
 */
export async function memberLeft(parts: Parts, row: InboxRow, event: Left): Promise<void> {
  const { groups, teams } = parts.directory();
  const account = { platform: event.platform, app: event.app, user: event.member.id };
  const person = personOf(parts, account);
  if (person === null) return;
  const group = groups.get(addressKey(addressOf(event)));
  const left = person.teams.filter((id) => event.conversation.kind !== 'group' || id === group);
  for (const id of left) {
    const team = teams.get(id);
    if (team !== undefined) await leftTeam(parts, row, { account, person, team });
  }
}

async function leftTeam(
  parts: Parts,
  row: InboxRow,
  { account, person, team }: { readonly account: Account; readonly person: Person; readonly team: Team },
): Promise<void> {
  const directory = parts.directory();
  const open = await parts.store.tickets.count({ assignee: person.id, status: [...OPEN] });
  const request = await parts.store.requests.of({ account, team: team.id });
  const requeue = {
    label: { key: 'people.requeue', params: null },
    invoke: { command: 'off', args: { person: typedName(directory, person) } },
  } as const;
  const expel = (number: number) =>
    ({
      label: { key: 'people.expel', params: { team: team.name } },
      invoke: { command: 'join', args: { request: String(number), verdict: 'out' } },
    }) as const;
  const offers: NonNullable<Answer['offers']> = [
    ...(open === 0 ? [] : [requeue]),
    // Whom the file put into the team only the file takes out.
    ...(request?.state === 'yes' ? [expel(request.number)] : []),
  ];
  const sentence = { key: 'people.left', params: { name: person.name, team: team.name, open } } as const;
  for (const lead of decidersOf(directory, team.id, (p) => p.id !== person.id && directOf(parts, p) !== null)) {
    const to = directOf(parts, lead);
    if (to !== null)
      await post(parts, { key: `left:${row._id}:${team.id}:${lead.id}`, to, person: lead.id, sentence, offers });
  }
}

/** The name, as long as nobody else has it. */
const typedName = (directory: Directory, { id, name }: Person): string =>
  [...directory.people.values()].filter((p) => p.name === name).length === 1 ? name : id;
