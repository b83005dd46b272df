import type { InboundEvent, InboundMessage, Profile } from '../../adapters/adapter.ts';
import { accountKey, appKey, type Address } from '../domain/address.ts';
import type { Person, Role } from '../domain/directory.ts';
import type { Member } from '../domain/membership.ts';
import { derivedId } from '../ids.ts';
import type { Parts } from './parts.ts';

export type Account = Member['account'];

/** The account that an event comes from. */
export const accountOf = ({ platform, app, sender }: Pick<InboundEvent, 'platform' | 'app' | 'sender'>): Account => ({
  platform,
  app,
  user: sender.id,
});

/** The place an event comes from. */
export const addressOf = ({ platform, app, conversation }: InboundEvent): Address => ({
  platform,
  app,
  conversation: conversation.id,
});

/** The person an account stands for. */
export function personOf(parts: Pick<Parts, 'directory'>, account: Account): Person | null {
  const { accounts, people } = parts.directory();
  return people.get(accounts.get(accountKey(account)) ?? '') ?? null;
}

/** How a message calls the people whose accounts it names, by person id. */
export function namedIn(
  parts: Pick<Parts, 'directory'>,
  event: Pick<InboundEvent, 'platform' | 'app'> & Partial<Pick<InboundMessage, 'mentions'>>,
): ReadonlyMap<string, readonly string[]> {
  const { platform, app, mentions = [] } = event;
  const named = new Map<string, readonly string[]>();
  for (const { user, as } of mentions) {
    const person = personOf(parts, { platform, app, user });
    // A name is looked up without its sign.
    if (person !== null) named.set(person.id, [...(named.get(person.id) ?? []), as.replace(/^[@\uFF20]\s*/u, '')]);
  }
  return named;
}

/** Where somebody is reached alone by this process, rather not on an app that is `away`; null: on no platform that is connected. */
export function directOf(
  parts: Pick<Parts, 'adapters'>,
  { direct }: Pick<Person, 'direct'>,
  away: ReadonlySet<string> = new Set(),
): Address | null {
  const connected = direct.filter((a) => parts.adapters.has(appKey(a)));
  return connected.find((a) => !away.has(appKey(a))) ?? connected[0] ?? null;
}

/** Every admin who can be reached alone, and where. */
export const reachedAdmins = (
  parts: Pick<Parts, 'adapters' | 'directory'>,
  away?: ReadonlySet<string>,
): readonly { readonly person: Person; readonly to: Address }[] =>
  [...parts.directory().people.values()].flatMap((person) => {
    const to = person.roles.includes('admin') ? directOf(parts, person, away) : null;
    return to === null ? [] : [{ person, to }];
  });

/** What the platform knows about an account. */
export const profileOf = async (parts: Pick<Parts, 'adapters'>, account: Account): Promise<Profile | null> =>
  (await parts.adapters.get(appKey(account))?.lookUp(account.user)) ?? null;

/** Gives an account roles and teams, and makes it a person if it is none yet; in force at once. `profile`: where it was asked for already. */
export async function grant(
  parts: Pick<Parts, 'store' | 'adapters' | 'clock' | 'directory' | 'live'>,
  to: {
    readonly account: Account;
    readonly name: string;
    readonly direct?: string;
    readonly profile?: Profile;
  },
  rights: { readonly roles: readonly Role[]; readonly teams: readonly string[]; readonly by: string },
): Promise<string> {
  const { account } = to;
  const { members } = parts.store;
  const profile = to.profile ?? (await profileOf(parts, account));
  const key = accountKey(account);
  const known = personOf(parts, account);
  const person = known?.id ?? `p-${derivedId('person', key).toLowerCase()}`;
  const member: Member = {
    account,
    person,
    name: profile?.name ?? to.name,
    direct: to.direct ?? profile?.direct ?? account.user,
    locale: profile?.locale ?? null,
    timeZone: profile?.timeZone ?? null,
    ...rights,
    at: parts.clock.now(),
  };
  const before = known === null ? await members.of(account) : null;
  // It was once linked to somebody and no longer counts as theirs: what is granted now is for whoever has it.
  const isNew = before?.linked !== undefined && (await members.link(member, before));
  if (!isNew) await members.grant(member);
  await parts.live.changed();
  return person;
}
