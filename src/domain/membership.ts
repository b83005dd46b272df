import { accountKey, addressKey, type Address } from './address.ts';
import type { Directory, Locale, Person, Role, Team } from './directory.ts';

/** How an account was found to be somebody whom the directory knew before; the address, or the other name the file lists the account by, as it was then. */
export type Proof =
  | { readonly how: 'code' }
  | { readonly how: 'email'; readonly email: string }
  | { readonly how: 'alias'; readonly alias: string };

/** Who a platform account is, as it was decided in chat: by a lead, by a code, by its address, or by a trusted platform's own list. */
export interface Member {
  readonly account: { readonly platform: string; readonly app: string; readonly user: string };
  /** The person the account stands for: somebody of the file, or one that chat made. */
  readonly person: string;
  /** As the platform names them. */
  readonly name: string;
  /** Where they are reached alone. */
  readonly direct: string;
  /** Null: those of their first team. */
  readonly locale: Locale | null;
  readonly timeZone: string | null;
  /** Added to what the file says. */
  readonly roles: readonly Role[];
  readonly teams: readonly string[];
  /** Person id, or how else it was decided: `code`, `email`, `trust`. */
  readonly by: string;
  readonly at: Date;
  /** The account is one more of a person's own; what it may do comes from the person alone. */
  readonly linked?: Proof;
  /** The person that chat had made of the account before it was linked; tickets still bear that id. */
  readonly formerly?: string;
}

/** Which team a group belongs to, as it was decided in chat. */
export interface GroupLink {
  readonly address: Address;
  /** Null: none, whatever the file says. */
  readonly team: string | null;
  /** Person id; `removed` when the bot left the group. */
  readonly by: string;
  readonly at: Date;
}

export interface ChatDecisions {
  readonly members: readonly Member[];
  readonly groups: readonly GroupLink[];
}

/** The file's organisation with what chat decided over it. What names a team that the file no longer has is left out, not lost. */
export function compose(file: Directory, chat: ChatDecisions): Directory {
  if (chat.members.length === 0 && chat.groups.length === 0) return file;
  const groups = linkedGroups(file, chat.groups);
  const addresses = groupsByTeam(file, chat.groups);
  const decided = chat.groups.filter(({ team }) => team === null || file.teams.has(team));
  const linked = new Set(decided.map(({ address }) => addressKey(address)));
  const teams = new Map(
    [...file.teams].map(([id, t]): [string, Team] => {
      // What chat decided about a standby group makes it an ordinary one, or none.
      const standby = t.standby.filter((a) => !linked.has(addressKey(a)));
      return [id, { ...t, groups: addresses.get(id) ?? [], standby }];
    }),
  );
  const people = new Map(file.people);
  const accounts = new Map(file.accounts);
  /** Ids of the file that gave way to those of chat. */
  const became = new Map<string, string>();
  for (const member of chat.members) {
    if (isLink(member)) continue;
    const key = accountKey(member.account);
    const named = people.get(accounts.get(key) ?? '');
    // The account stays with the person it first became: tickets bear that id. Who was taken out of every team keeps the name alone.
    if (named !== undefined || member.teams.length > 0 || member.roles.includes('admin'))
      accounts.set(key, member.person);
    const own =
      people.get(member.person) ?? (named === undefined ? newcomer(file, member) : { ...named, id: member.person });
    people.set(member.person, withRights(own, named, member, file));
    if (named !== undefined && named.id !== member.person && ![...accounts.values()].includes(named.id)) {
      people.delete(named.id);
      became.set(named.id, member.person);
    }
  }
  for (const member of chat.members) {
    const { linked } = member;
    if (linked === undefined || !isLink(member)) continue;
    const key = accountKey(member.account);
    const person = people.get(became.get(member.person) ?? member.person);
    // What the file says about an account counts.
    if (!accounts.has(key) && person !== undefined && proves(linked, person, member.account, file.accounts)) {
      accounts.set(key, person.id);
      people.set(person.id, withRights(person, undefined, member, file));
    }
  }
  for (const member of chat.members) {
    if (member.formerly !== undefined && !people.has(member.formerly))
      people.set(member.formerly, newcomer(file, { ...member, person: member.formerly, teams: [] }));
  }
  return { ...file, people, teams, accounts, groups };
}

/** Whether the account is somebody's further one: who became an admin on it is one by the code, whatever was before. */
const isLink = (member: Member): boolean => member.linked !== undefined && !member.roles.includes('admin');

/** Whether they belong to the place at all: who was taken out of every team has a name, and no part in anything. */
export const belongs = ({ teams, roles }: Pick<Person, 'teams' | 'roles'>): boolean =>
  teams.length > 0 || roles.includes('manager') || roles.includes('admin');

/** Whether they may do more than agents: such a person's accounts are linked by a code, never by an address. */
export const isAboveAgent = ({ roles }: Pick<Person, 'roles'>): boolean => roles.some((role) => role !== 'agent');

/**
 * A code counts as long as they belong here; an address, as long as it is the person's and they are no more than an agent; another name of
 * the account, as long as the file lists the account by it as theirs.
 */
function proves(proof: Proof, person: Person, account: Member['account'], accounts: Directory['accounts']): boolean {
  if (!belongs(person)) return false;
  if (proof.how === 'code') return true;
  if (proof.how === 'alias') return accounts.get(accountKey({ ...account, user: proof.alias })) === person.id;
  return person.email === proof.email && !isAboveAgent(person);
}

/** Whether what chat decided makes the account somebody, as the directory is. */
export function isInForce(
  { account, linked, person, teams, roles }: Member,
  { people, accounts }: Pick<Directory, 'people' | 'accounts'>,
): boolean {
  if (roles.includes('admin')) return true;
  const owner = people.get(person);
  if (linked === undefined) return teams.length > 0;
  return owner !== undefined && proves(linked, owner, account, accounts);
}

/** The one person of this address, however it is written; null: nobody, or several. */
export function personByEmail({ people }: Pick<Directory, 'people'>, email: string): Person | null {
  const address = email.trim().toLowerCase();
  const [found, second] = [...people.values()].filter((p) => p.email === address);
  return found === undefined || second !== undefined ? null : found;
}

function linkedGroups(file: Directory, links: readonly GroupLink[]): Map<string, string> {
  const groups = new Map(file.groups);
  for (const { address, team } of links) {
    if (team !== null && file.teams.has(team)) groups.set(addressKey(address), team);
    else if (team === null) groups.delete(addressKey(address));
  }
  return groups;
}

function groupsByTeam(file: Directory, links: readonly GroupLink[]): Map<string, Address[]> {
  const groups = linkedGroups(file, links);
  const known = new Map([...file.teams.values()].flatMap((t) => t.groups).map((a) => [addressKey(a), a]));
  for (const { address } of links) known.set(addressKey(address), address);
  const byTeam = new Map<string, Address[]>();
  for (const [key, team] of groups) {
    const address = known.get(key);
    if (address !== undefined) byTeam.set(team, [...(byTeam.get(team) ?? []), address]);
  }
  return byTeam;
}

/** Somebody whom only chat knows. */
function newcomer(file: Directory, { person, name, locale, timeZone, teams }: Member): Person {
  const team = teams.map((t) => file.teams.get(t)).find((t) => t !== undefined) ?? [...file.teams.values()][0];
  return {
    id: person,
    name,
    outwardName: name,
    roles: [],
    teams: [],
    shops: [],
    locale: locale ?? team?.locale ?? 'zh-CN',
    timeZone: timeZone ?? team?.timeZone ?? 'Asia/Shanghai',
    shift: null,
    direct: [],
    outside: [],
  };
}

function withRights(own: Person, named: Person | undefined, member: Member, file: Directory): Person {
  const { platform, app } = member.account;
  const direct: Address = { platform, app, conversation: member.direct };
  const places = [...own.direct, ...(named?.direct ?? []), direct];
  const email = own.email ?? named?.email;
  const outside = [...own.outside, ...(named?.outside ?? [])];
  return {
    ...own,
    ...(email !== undefined && { email }),
    roles: [...new Set([...own.roles, ...(named?.roles ?? []), ...member.roles])],
    teams: [...new Set([...own.teams, ...(named?.teams ?? []), ...member.teams.filter((t) => file.teams.has(t))])],
    direct: [...new Map(places.map((a) => [addressKey(a), a])).values()],
    outside: [...new Map(outside.map((a) => [addressKey(a), a])).values()],
  };
}

/** Whether anybody could run the place: an admin with an account on one of these apps (`appKey`s). */
export function hasAdmin(directory: Directory, apps: ReadonlySet<string>): boolean {
  return [...directory.accounts].some(([key, id]) => {
    const [platform = '', app = ''] = key.split('\n');
    return apps.has(`${platform}\n${app}`) && directory.people.get(id)?.roles.includes('admin') === true;
  });
}

/** The people who decide who belongs to a team: its leads, else the admins; of them only those `reaches` finds. */
export function decidersOf(
  directory: Directory,
  team: string,
  reaches: (person: Person) => boolean,
): readonly Person[] {
  const people = [...directory.people.values()].filter(reaches);
  const leads = people.filter((p) => p.roles.includes('lead') && p.teams.includes(team));
  return leads.length > 0 ? leads : people.filter((p) => p.roles.includes('admin'));
}

/** Names of everybody with the role, for sentences that say whom to ask. */
export const namesOf = (directory: Directory, role: Role): readonly string[] =>
  [...directory.people.values()].filter((p) => p.roles.includes(role)).map((p) => p.name);

/** How joining goes, ms. */
export const JOINING = {
  /** What somebody pressed before they were let in counts for so long. */
  countsMs: 10 * 60_000,
  /** Who was turned away, or never answered, may ask again after this. */
  againMs: 24 * 3_600_000,
} as const;

/** How long codes are good for, ms, and what becomes of who tries wrong ones. */
export const CODES = {
  /** Printed on the server: to make an admin, or to link an account. */
  printedMs: 24 * 3_600_000,
  /** Given in chat to whoever links another account of theirs. */
  toldMs: 10 * 60_000,
  /** Wrong codes of one account after which it has to wait. */
  tries: 5,
  /** How long, ms. */
  lockMs: 3_600_000,
} as const;
