import type { InboundForm, InboundInvoke, InboundMessage, Profile } from '../../adapters/adapter.ts';
import type { Answer } from '../../commands/command.ts';
import { accountKey } from '../domain/address.ts';
import type { Person } from '../domain/directory.ts';
import {
  belongs,
  CODES,
  isAboveAgent,
  isInForce,
  personByEmail,
  type Member,
  type Proof,
} from '../domain/membership.ts';
import { accountOf, addressOf, personOf, type Account } from './account.ts';
import { forgiveTries, newCode, spoilCode, tryCode, useCode, wrongCode, type Failed } from './codes.ts';
import type { Parts } from './parts.ts';

type Event = InboundMessage | InboundInvoke | InboundForm;

/** Races at one account that one attempt may lose. */
const TRIES = 5;

/**
 * Whoever is known gets a code for another account of theirs; an account that nobody knows becomes the person whose code it sends.
 * `code`: as it was written, empty where there was none; `cause` is the inbox row.
 */
export async function linkAccount(parts: Parts, event: Event, cause: string, code: string): Promise<Answer> {
  if (event.conversation.kind !== 'direct') {
    if (code !== '') await spoilCode(parts, code, cause);
    return { sentence: { key: 'people.account_alone', params: { void: code !== '' } } };
  }
  const account = accountOf(event);
  // Another process may have linked it a moment ago.
  await parts.live.refresh();
  const known = personOf(parts, account);
  if (code === '')
    return known === null ? { sentence: { key: 'people.account_missing', params: null } } : tellCode(parts, known);
  const tried = { account, kind: 'account', code, cause } as const;
  const trial = await tryCode(parts, tried);
  if (trial.kind !== 'good') return refusedCode(trial);
  const person = parts.directory().people.get(trial.key.replace(/^person:/u, ''));
  if (person === undefined || !belongs(person)) return refusedCode(await wrongCode(parts, tried));
  if (known !== null && known.id !== person.id)
    return { sentence: { key: 'people.account_other', params: { name: known.name } } };
  if (known === null) {
    if (!(await useCode(parts, tried))) return refusedCode(await wrongCode(parts, tried));
    if (!(await become(parts, event, person, { how: 'code' })))
      throw new Error('an account changes hands faster than it can be linked');
    await forgiveTries(parts, account);
  } else if (!trial.again) return { sentence: { key: 'people.account_already', params: { name: known.name } } };
  return {
    sentence: { key: 'people.account_done', params: { name: person.name, where: elsewhere(parts, account, person) } },
  };
}

async function tellCode(parts: Parts, { id }: Person): Promise<Answer> {
  const code = await newCode(parts, `person:${id}`, CODES.toldMs);
  return { sentence: { key: 'people.account_code', params: { code, minutes: CODES.toldMs / 60_000 } } };
}

const refusedCode = (failed: Failed): Answer =>
  failed.kind === 'wrong'
    ? { sentence: { key: 'people.account_wrong', params: { left: failed.left } } }
    : { sentence: { key: 'people.code_locked', params: { until: failed.until } } };

/** The platforms on which somebody has other accounts than this one. */
function elsewhere(parts: Pick<Parts, 'directory'>, account: Account, { id }: Person): readonly string[] {
  const here = accountKey(account);
  const others = [...parts.directory().accounts].filter(([key, person]) => person === id && key !== here);
  return [...new Set(others.map(([key]) => key.split('\n')[0] ?? ''))];
}

/**
 * Who an unknown account is by the address that its platform has verified: the person, what whoever has a role above an agent reads, or
 * null when it is nobody's.
 */
export async function linkByEmail(
  parts: Parts,
  event: Event,
  profile: Profile,
): Promise<{ readonly person: Person } | { readonly answer: Answer } | null> {
  const { email, outsider } = profile;
  if (email === undefined || outsider === true) return null;
  const person = personByEmail(parts.directory(), email);
  if (person === null || !belongs(person)) return null;
  if (isAboveAgent(person)) return { answer: { sentence: { key: 'people.email_needs_code', params: null } } };
  await become(parts, event, person, { how: 'email', email: person.email ?? '' }, profile);
  // Whoever they have become, perhaps by somebody else's decision at the same moment.
  const now = personOf(parts, accountOf(event));
  return now === null ? null : { person: now };
}

/** Who an unknown account is by another of its names, which the shop's file lists as somebody's account there and the platform has verified; null: nobody. */
export async function linkByAlias(parts: Parts, event: Event, profile: Profile): Promise<Person | null> {
  const { aliases = [], outsider } = profile;
  if (outsider === true) return null;
  const account = accountOf(event);
  for (const alias of aliases) {
    const person = personOf(parts, { ...account, user: alias });
    if (person === null || !belongs(person)) continue;
    await become(parts, event, person, { how: 'alias', alias }, profile);
    return personOf(parts, account);
  }
  return null;
}

/** Makes an account that is nobody's one more of a person's own, in force at once; false: it has become somebody else's meanwhile. */
async function become(
  parts: Parts,
  event: Event,
  person: Person,
  linked: Proof,
  profile: Profile | null = null,
): Promise<boolean> {
  const { store, live, clock } = parts;
  const account = accountOf(event);
  const direct =
    event.conversation.kind === 'direct' ? addressOf(event).conversation : (profile?.direct ?? account.user);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const before = await store.members.of(account);
    if (before !== null && isInForce(before, parts.directory())) break;
    const formerly = before === null || before.linked !== undefined ? before?.formerly : before.person;
    const member: Member = {
      account,
      person: person.id,
      name: profile?.name ?? event.sender.name,
      direct,
      locale: profile?.locale ?? null,
      timeZone: profile?.timeZone ?? null,
      roles: [],
      teams: [],
      by: linked.how,
      at: clock.now(),
      linked,
      ...(formerly !== undefined && formerly !== person.id && { formerly }),
    };
    if (await store.members.link(member, before)) break;
  }
  await live.changed();
  return personOf(parts, account)?.id === person.id;
}
