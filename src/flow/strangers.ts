import type { InboundForm, InboundInvoke, InboundMessage, Profile } from '../../adapters/adapter.ts';
import type { Answer } from '../../commands/command.ts';
import { accountKey, addressKey } from '../domain/address.ts';
import type { Person } from '../domain/directory.ts';
import { decidersOf, JOINING, namesOf } from '../domain/membership.ts';
import { DeliveryError } from '../errors.ts';
import type { InboxRow } from '../storage/inbox.ts';
import type { JoinRequest } from '../storage/requests.ts';
import { accountOf, addressOf, directOf, grant, personOf, profileOf, type Account } from './account.ts';
import { linkByAlias, linkByEmail } from './linking.ts';
import type { Parts } from './parts.ts';
import { post } from './post.ts';

/** Somebody the directory does not know said or pressed something: who they are by now, or what they read. */
export type Met = { readonly person: Person } | { readonly answer: Answer };

type Event = InboundMessage | InboundInvoke | InboundForm;

/** Races at one request that one press may lose. */
const TRIES = 5;

/** The key of the card that one decider was sent about a request. */
export const askKey = (request: Pick<JoinRequest, 'number'>, person: string): string =>
  `join:${request.number}:${person}`;

/**
 * Whose address the platform has verified is the person who has it in the shop's file. Else, in a bound group, the team's leads or the
 * admins are asked once whether the unknown person belongs to the team, and what was pressed waits for their answer; where the platform's
 * own member list is trusted, it answers instead. Guests, programs and people of other organisations are let in by hand alone.
 */
export async function meet(parts: Parts, row: InboxRow, event: Event): Promise<Met> {
  if (event.conversation.kind === 'customer')
    return { answer: { sentence: { key: 'notice.not_yours', params: null } } };
  const account = accountOf(event);
  const profile = await askedFor(parts, account);
  const listed = profile === null ? null : await linkByAlias(parts, event, profile);
  if (listed !== null) return { person: listed };
  const linked = profile === null ? null : await linkByEmail(parts, event, profile);
  if (linked !== null) return linked;
  const directory = parts.directory();
  const team = directory.teams.get(directory.groups.get(addressKey(addressOf(event))) ?? '');
  if (event.conversation.kind !== 'group' || team === undefined)
    return { answer: { sentence: { key: 'people.unknown', params: { admins: namesOf(directory, 'admin') } } } };
  if (directory.trusted.includes(event.platform) && profile !== null && profile.outsider !== true) {
    const to = { account, name: event.sender.name, profile };
    await grant(parts, to, { roles: ['agent'], teams: [team.id], by: 'trust' });
    const person = personOf(parts, account);
    if (person !== null) return { person };
  }
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const met = await once(parts, row, event, team);
    if (met !== null) return met;
  }
  throw new Error('a request to join changes faster than it can be read');
}

/** What the platform knows about an account, where that could let it in; a platform that does not answer knows nothing. */
async function askedFor(parts: Parts, account: Account): Promise<Profile | null> {
  const { trusted, people, accounts } = parts.directory();
  const there = accountKey({ ...account, user: '' });
  const matters =
    trusted.includes(account.platform) ||
    [...people.values()].some((p) => p.email !== undefined) ||
    // Listed by another name than the platform's own id.
    [...accounts.keys()].some((key) => key.startsWith(there) && key.slice(there.length).includes(':'));
  if (!matters) return null;
  try {
    return await profileOf(parts, account);
  } catch (error) {
    if (error instanceof DeliveryError) return null;
    throw error;
  }
}

/** Null: somebody else changed the request meanwhile. */
async function once(
  parts: Parts,
  row: InboxRow,
  event: Event,
  team: { readonly id: string; readonly name: string },
): Promise<Met | null> {
  const { requests } = parts.store;
  const account = accountOf(event);
  const known = await requests.of({ account, team: team.id });
  const again = known === null ? null : new Date(known.at.getTime() + JOINING.againMs);
  const late = again !== null && again <= parts.clock.now();
  if (known?.state === 'asking' && known.cause === row._id) return asking(parts, known);
  if (known?.state === 'asking' && !late) {
    if (!(await requests.waitsFor(known.number, row._id))) return null;
    const { people } = parts.directory();
    const deciders = known.asked.map(({ person }) => people.get(person)?.name ?? person);
    return { answer: { sentence: { key: 'people.asked_already', params: { deciders } } } };
  }
  if (known?.state === 'yes') {
    // Let in a moment ago, perhaps by another process.
    await parts.live.refresh();
    const person = personOf(parts, account);
    if (person !== null) return { person };
  }
  if (known !== null && again !== null && (known.state === 'no' || known.state === 'out') && !late)
    return { answer: { sentence: { key: 'people.declined', params: { team: team.name, by: known.by, again } } } };
  return ask(parts, row, event, team, known);
}

async function ask(
  parts: Parts,
  row: InboxRow,
  event: Event,
  team: { readonly id: string; readonly name: string },
  earlier: JoinRequest | null,
): Promise<Met | null> {
  const { requests, counters } = parts.store;
  const asked = decidersOf(parts.directory(), team.id, (p) => directOf(parts, p) !== null).flatMap((p) => {
    const to = directOf(parts, p);
    return to === null ? [] : [{ person: p.id, to }];
  });
  if (asked.length === 0) return { answer: { sentence: { key: 'people.nobody_to_ask', params: { team: team.name } } } };
  const request: JoinRequest = {
    number: await counters.block('join-requests', 1, 1),
    account: accountOf(event),
    name: event.sender.name,
    team: team.id,
    place: addressOf(event),
    state: 'asking',
    cause: row._id,
    waiting: row._id,
    asked,
    at: parts.clock.now(),
    by: '',
    decided: '',
  };
  return (await requests.ask(request, earlier?.number ?? null)) ? asking(parts, request) : null;
}

async function asking(parts: Parts, request: JoinRequest): Promise<Met> {
  const { people, teams } = parts.directory();
  const { name, team, number, asked } = request;
  const invoke = (verdict: string) => ({ command: 'join', args: { request: String(number), verdict } });
  for (const { person, to } of asked) {
    await post(parts, {
      key: askKey(request, person),
      to,
      person,
      sentence: { key: 'people.wants', params: { name, team: teams.get(team)?.name ?? team } },
      offers: [
        { label: { key: 'people.let_in', params: null }, invoke: invoke('yes') },
        { label: { key: 'people.turn_away', params: null }, invoke: invoke('no') },
      ],
    });
  }
  const known = asked.flatMap(({ person }) => people.get(person) ?? []);
  const isLead = known.some((p) => p.roles.includes('lead') && p.teams.includes(team));
  const params = { deciders: known.map((p) => p.name), isLead };
  return { answer: { sentence: { key: 'people.asked', params } } };
}
