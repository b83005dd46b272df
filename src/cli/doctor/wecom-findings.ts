import type { AppAnswer, CredentialsAnswer, GroupAnswer, MemberAnswer } from '../../../adapters/wecom/examine.ts';
import type { CallbackAnswer } from '../../../adapters/shared/callback.ts';
import type { WeComSeen } from '../../../adapters/wecom/store.ts';
import { isLoopback } from '../../config.ts';
import { ok, problem, warning, type Finding } from './check.ts';

/** WeCom's word for an address that is not in 企业可信IP (fact sheet, 5.2). */
const NOT_LISTED = '60020';
/** An enterprise of this id there is not. */
const NO_CORP = '40013';

const addressRefused = (): Finding =>
  problem(
    { key: 'wecom_doctor.address_refused', params: null },
    { key: 'wecom_doctor.address_refused_todo', params: null },
  );

export function judgeCredentials(answer: CredentialsAnswer): readonly Finding[] {
  switch (answer.kind) {
    case 'ok':
      return [ok({ key: 'wecom_doctor.credentials_ok', params: null }), ...judgeWeComClock(answer.aheadMs)];
    case 'refused': {
      const { code } = answer;
      if (code === NOT_LISTED) return [addressRefused()];
      return [
        code === NO_CORP
          ? problem(
              { key: 'wecom_doctor.corp_refused', params: { code } },
              { key: 'wecom_doctor.corp_refused_todo', params: null },
            )
          : problem(
              { key: 'wecom_doctor.credentials_refused', params: { code } },
              { key: 'wecom_doctor.credentials_refused_todo', params: null },
            ),
      ];
    }
    case 'unreachable':
      return [
        problem(
          { key: 'wecom_doctor.unreachable', params: { code: answer.code } },
          { key: 'wecom_doctor.unreachable_todo', params: null },
        ),
      ];
  }
}

/** Beyond this the clock is worth a look, ms. */
const NOTABLE_MS = 60_000;
/** At ten minutes nothing that comes is believed any more. */
const WRONG_MS = 9 * 60_000;

/** Null: WeCom did not say. */
function judgeWeComClock(ms: number | null): readonly Finding[] {
  if (ms === null) return [];
  if (Math.abs(ms) <= NOTABLE_MS) return [ok({ key: 'wecom_doctor.clock_ok', params: null })];
  const found = { key: 'wecom_doctor.clock_apart', params: { ms } } as const;
  const todo = { key: 'wecom_doctor.clock_todo', params: null } as const;
  return [Math.abs(ms) > WRONG_MS ? problem(found, todo) : warning(found, todo)];
}

export function judgeApp(answer: AppAnswer): Finding {
  switch (answer.kind) {
    case 'ok':
      return answer.range > 0
        ? ok({ key: 'wecom_doctor.app_ok', params: { name: answer.name } })
        : problem(
            { key: 'wecom_doctor.app_unseen', params: { name: answer.name } },
            { key: 'wecom_doctor.range_todo', params: null },
          );
    case 'refused':
      return addressRefused();
    case 'disabled':
      return problem(
        { key: 'wecom_doctor.app_disabled', params: null },
        { key: 'wecom_doctor.app_disabled_todo', params: null },
      );
    case 'foreign':
      return problem(
        { key: 'wecom_doctor.app_foreign', params: null },
        { key: 'wecom_doctor.app_foreign_todo', params: null },
      );
    case 'unasked':
      return warning(
        { key: 'wecom_doctor.app_unasked', params: { code: answer.code } },
        { key: 'wecom_doctor.unasked_todo', params: null },
      );
  }
}

/** What came to the app's callback, and whether it could be read. */
export function judgeHeard({ heardAt, refusedAt, verifiedAt }: WeComSeen, now: Date): Finding {
  const ago = (at: Date): number => now.getTime() - at.getTime();
  const isSince = (at: Date | null): boolean => refusedAt !== null && (at === null || refusedAt > at);
  if (refusedAt !== null && isSince(heardAt) && isSince(verifiedAt))
    return problem(
      { key: 'wecom_doctor.seen_refused', params: { ms: ago(refusedAt) } },
      { key: 'wecom_doctor.seen_refused_todo', params: null },
    );
  if (heardAt !== null) return ok({ key: 'wecom_doctor.seen_ok', params: { ms: ago(heardAt) } });
  return verifiedAt === null
    ? warning({ key: 'wecom_doctor.seen_none', params: null }, { key: 'wecom_doctor.seen_none_todo', params: null })
    : warning(
        { key: 'wecom_doctor.seen_verified', params: { ms: ago(verifiedAt) } },
        { key: 'wecom_doctor.seen_verified_todo', params: null },
      );
}

/** What the running process heard by the smart bot: to ask would take the connection away from it. */
export function judgeBotHeard({ botHeardAt }: WeComSeen, now: Date): Finding {
  if (botHeardAt !== null)
    return ok({ key: 'wecom_doctor.bot_heard', params: { ms: now.getTime() - botHeardAt.getTime() } });
  return warning(
    { key: 'wecom_doctor.bot_silent', params: null },
    { key: 'wecom_doctor.bot_silent_todo', params: null },
  );
}

/** What has to be known of a smart bot, and cannot be asked. `hasApp`: it can translate encrypted ids. */
export const judgeBot = (hasApp: boolean): Finding =>
  hasApp
    ? ok({ key: 'wecom_doctor.bot_facts', params: null })
    : warning({ key: 'wecom_doctor.bot_alone', params: null }, { key: 'wecom_doctor.bot_alone_todo', params: null });

/** Whether the address is one that WeCom reaches; nothing: it is. */
export function judgeAddress(publicUrl: string): readonly Finding[] {
  const { protocol, hostname, origin: url } = new URL(publicUrl);
  const todo = { key: 'wecom_doctor.url_todo', params: null } as const;
  if (isLoopback(hostname.replaceAll(/[[\]]/gu, '')))
    return [problem({ key: 'wecom_doctor.url_local', params: { url } }, todo)];
  return protocol === 'https:' ? [] : [problem({ key: 'wecom_doctor.url_plain', params: { url } }, todo)];
}

/** `url`: where WeCom sends to; null: `PUBLIC_URL` is not set, and nobody was asked. */
export function judgeCallback(url: string | null, answer: CallbackAnswer | null): Finding {
  if (url === null || answer === null)
    return problem(
      { key: 'wecom_doctor.callback_unset', params: null },
      { key: 'wecom_doctor.url_todo', params: null },
    );
  switch (answer.kind) {
    case 'ours':
      return ok({ key: 'wecom_doctor.callback_ok', params: { url } });
    case 'nobody':
      return problem(
        { key: 'wecom_doctor.callback_nobody', params: { url } },
        { key: 'wecom_doctor.callback_nobody_todo', params: null },
      );
    case 'refused':
      return problem(
        { key: 'wecom_doctor.callback_refused', params: { url } },
        { key: 'wecom_doctor.callback_refused_todo', params: null },
      );
    case 'other':
      return problem(
        { key: 'wecom_doctor.callback_other', params: { url, status: answer.status } },
        { key: 'wecom_doctor.callback_other_todo', params: null },
      );
  }
}

/** Whether pages behind cards may be where ours are. `domain`: as WeCom has it, '': none. */
export function judgeDomain(domain: string, publicUrl: string | null): readonly Finding[] {
  if (publicUrl === null) return [];
  const { host, hostname } = new URL(publicUrl);
  if ([host, hostname].includes(domain.toLowerCase()))
    return [ok({ key: 'wecom_doctor.domain_ok', params: { domain } })];
  return [
    warning(
      { key: 'wecom_doctor.domain_other', params: { domain, host } },
      { key: 'wecom_doctor.domain_todo', params: { host } },
    ),
  ];
}

/** What is known of one linked conversation. */
export interface PlaceFacts {
  readonly place: string;
  /** The name of the team whose tickets stand there. */
  readonly team: string;
  readonly answer:
    /** `appless`, `botless`: what it needs is not set up · `strange`: no conversation in which a team's tickets can stand. */
    | { readonly kind: 'appless' | 'botless' | 'strange' }
    /** `people`: how many of the team the app can write to. */
    | { readonly kind: 'duty'; readonly people: number }
    /** Whether somebody spoke to the smart bot there. */
    | { readonly kind: 'chat'; readonly isHeard: boolean }
    /** Whether the settings have it. */
    | { readonly kind: 'push'; readonly isKnown: boolean }
    | { readonly kind: 'group'; readonly answer: GroupAnswer };
}

export function judgePlaces(places: readonly PlaceFacts[]): readonly Finding[] {
  if (places.length > 0) return places.map(judgePlace);
  return [
    warning({ key: 'wecom_doctor.places_none', params: null }, { key: 'wecom_doctor.places_none_todo', params: null }),
  ];
}

function judgePlace({ place, team, answer }: PlaceFacts): Finding {
  const params = { place, team };
  switch (answer.kind) {
    case 'appless':
    case 'botless':
      return problem(
        { key: `wecom_doctor.${answer.kind}`, params },
        { key: `wecom_doctor.${answer.kind}_todo`, params: null },
      );
    case 'strange':
      return problem({ key: 'wecom_doctor.strange', params }, { key: 'wecom_doctor.strange_todo', params: null });
    case 'duty':
      return answer.people > 0
        ? ok({ key: 'wecom_doctor.duty_ok', params: { ...params, people: answer.people } })
        : problem({ key: 'wecom_doctor.duty_nobody', params }, { key: 'wecom_doctor.duty_nobody_todo', params: null });
    case 'chat':
      return answer.isHeard
        ? ok({ key: 'wecom_doctor.chat_ok', params })
        : problem({ key: 'wecom_doctor.chat_unheard', params }, { key: 'wecom_doctor.chat_todo', params: null });
    case 'push':
      return answer.isKnown
        ? ok({ key: 'wecom_doctor.push_ok', params })
        : problem({ key: 'wecom_doctor.push_unknown', params }, { key: 'wecom_doctor.push_todo', params: null });
    case 'group':
      return judgeGroup(params, answer.answer);
  }
}

function judgeGroup(params: { readonly place: string; readonly team: string }, answer: GroupAnswer): Finding {
  const todo = { key: 'wecom_doctor.group_todo', params: null } as const;
  switch (answer.kind) {
    case 'ok':
      return ok({ key: 'wecom_doctor.group_ok', params });
    case 'foreign':
      return problem({ key: 'wecom_doctor.group_foreign', params }, todo);
    case 'unknown':
      return problem({ key: 'wecom_doctor.group_unknown', params }, todo);
    case 'unasked':
      return warning(
        { key: 'wecom_doctor.group_unasked', params: { ...params, code: answer.code } },
        { key: 'wecom_doctor.unasked_todo', params: null },
      );
  }
}

/** What the member list says of one account of a colleague. */
export interface MemberFacts {
  readonly user: string;
  /** What colleagues call them. */
  readonly person: string;
  readonly answer: MemberAnswer;
}

/** Those who are named, so that their ids can be copied. */
const MOST_NAMED = 20;

/** Members whom the app may see and whom nobody has told the bot of: no fault, but whoever fills in gongdan.yaml needs their ids. */
export function judgeStrangers(
  strangers: readonly { readonly user: string; readonly name: string }[],
): readonly Finding[] {
  if (strangers.length === 0) return [];
  const named = strangers.slice(0, MOST_NAMED).map(({ user, name }) => (name === user ? user : `${name} ${user}`));
  return [ok({ key: 'wecom_doctor.members_beside', params: { count: strangers.length, named } })];
}

/** What is wrong with accounts, each kind once with everybody of whom it is so; that all is well it says once. `known`: so many there are. */
export function judgeMembers(members: readonly MemberFacts[], known: number): readonly Finding[] {
  const of = (kind: MemberAnswer['kind']): readonly MemberFacts[] =>
    members.filter(({ answer }) => answer.kind === kind);
  const findings: Finding[] = [];
  const say = (kind: 'outside' | 'inactive' | 'disabled' | 'unknown'): void => {
    const people = of(kind).map(({ person }) => person);
    const todo = { key: `wecom_doctor.member_${kind}_todo`, params: null } as const;
    if (people.length > 0) findings.push(warning({ key: `wecom_doctor.member_${kind}`, params: { people } }, todo));
  };
  say('outside');
  say('inactive');
  say('disabled');
  say('unknown');
  for (const { person, user, answer } of members)
    if (answer.kind === 'capitals')
      findings.push(
        problem(
          { key: 'wecom_doctor.member_capitals', params: { person, user, id: answer.id } },
          { key: 'wecom_doctor.member_capitals_todo', params: { id: answer.id } },
        ),
      );
  const [unasked] = members.flatMap(({ answer }) => (answer.kind === 'unasked' ? [answer] : []));
  if (unasked !== undefined)
    findings.push(
      warning(
        { key: 'wecom_doctor.members_unasked', params: { code: unasked.code } },
        { key: 'wecom_doctor.unasked_todo', params: null },
      ),
    );
  if (findings.length > 0 || members.length === 0) return findings;
  return [ok({ key: 'wecom_doctor.members_ok', params: { asked: members.length, known } })];
}
