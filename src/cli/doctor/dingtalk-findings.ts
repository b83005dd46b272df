import type {
  ContactAnswer,
  CredentialsAnswer,
  GatewayAnswer,
  GroupAnswer,
  TemplateAnswer,
} from '../../../adapters/dingtalk/examine.ts';
import type { DingTalkSeen } from '../../../adapters/dingtalk/store.ts';
import type { Quota } from '../../../adapters/adapter.ts';
import type { CallbackAnswer } from '../../../adapters/shared/callback.ts';
import { KEPT_AT, monthAt, SCARCE_AT } from '../../flow/quota.ts';
import { ok, problem, warning, type Finding } from './check.ts';

/** What cards are made of: an imported template, DingTalk's public one, or none. */
export type TemplateKind = 'own' | 'public' | 'none';

/** Calls that a ticket costs which one person claims and resolves by pressing, as `npm run bench -- dingtalk` prints them ("life"). */
export const CALLS_PER_TICKET: Readonly<Record<TemplateKind, number>> = { own: 5, public: 8, none: 4 };

/** DingTalk's words for addresses that are not on the app's list (fact sheet, 3.2). */
const NOT_LISTED: ReadonlySet<string> = new Set(['Forbidden.AccessDenied.IpNotInWhiteList', '60020']);
/** Its words for a month's calls that are used up. */
const SPENT = /ApiCountLimit|^90020$/u;

export function judgeCredentials(answer: CredentialsAnswer): readonly Finding[] {
  switch (answer.kind) {
    case 'ok':
      return [ok({ key: 'dingtalk_doctor.credentials_ok', params: null }), ...judgeDingTalkClock(answer.aheadMs)];
    case 'refused':
      return [
        NOT_LISTED.has(answer.code)
          ? problem(
              { key: 'dingtalk_doctor.address_refused', params: null },
              { key: 'dingtalk_doctor.address_refused_todo', params: null },
            )
          : problem(
              { key: 'dingtalk_doctor.credentials_refused', params: { code: answer.code } },
              { key: 'dingtalk_doctor.credentials_refused_todo', params: null },
            ),
      ];
    case 'unreachable':
      return [unreachable(answer.code)];
  }
}

const unreachable = (code: string | null): Finding =>
  problem(
    { key: 'dingtalk_doctor.unreachable', params: { code } },
    { key: 'dingtalk_doctor.unreachable_todo', params: null },
  );

/** Beyond this the clock is worth a look, ms. */
const NOTABLE_MS = 60_000;
/** At an hour signatures are refused. */
const WRONG_MS = 50 * 60_000;

/** Null: DingTalk did not say. */
function judgeDingTalkClock(ms: number | null): readonly Finding[] {
  if (ms === null) return [];
  if (Math.abs(ms) <= NOTABLE_MS) return [ok({ key: 'dingtalk_doctor.clock_ok', params: null })];
  const found = { key: 'dingtalk_doctor.clock_apart', params: { ms } } as const;
  const todo = { key: 'dingtalk_doctor.clock_todo', params: null } as const;
  return [Math.abs(ms) > WRONG_MS ? problem(found, todo) : warning(found, todo)];
}

export function judgeGateway(answer: GatewayAnswer): Finding {
  const todo = { key: 'dingtalk_doctor.gateway_todo', params: null } as const;
  switch (answer.kind) {
    case 'ok':
      return ok({ key: 'dingtalk_doctor.gateway_ok', params: null });
    case 'refused':
      return problem({ key: 'dingtalk_doctor.gateway_refused', params: { code: answer.code } }, todo);
    case 'unready':
      return problem({ key: 'dingtalk_doctor.gateway_unready', params: { code: answer.code } }, todo);
    case 'unreachable':
      return unreachable(answer.code);
  }
}

/** `url`: where DingTalk sends to; null: `PUBLIC_URL` is not set, and nobody was asked. */
export function judgeRobotCallback(url: string | null, answer: CallbackAnswer | null): Finding {
  if (url === null || answer === null)
    return problem(
      { key: 'dingtalk_doctor.callback_unset', params: null },
      { key: 'dingtalk_doctor.callback_unset_todo', params: null },
    );
  switch (answer.kind) {
    case 'ours':
      return ok({ key: 'dingtalk_doctor.callback_ok', params: { url } });
    case 'nobody':
      return problem(
        { key: 'dingtalk_doctor.callback_nobody', params: { url } },
        { key: 'dingtalk_doctor.callback_nobody_todo', params: null },
      );
    case 'refused':
      return problem(
        { key: 'dingtalk_doctor.callback_refused', params: { url } },
        { key: 'dingtalk_doctor.callback_refused_todo', params: null },
      );
    case 'other':
      return problem(
        { key: 'dingtalk_doctor.callback_other', params: { url, status: answer.status } },
        { key: 'dingtalk_doctor.callback_other_todo', params: null },
      );
  }
}

/** Null: no template was to be asked for. */
export function judgeTemplate(template: TemplateKind, answer: TemplateAnswer | null): Finding {
  if (template === 'none' || answer === null) return ok({ key: 'dingtalk_doctor.template_none', params: null });
  const todo = { key: 'dingtalk_doctor.template_todo', params: { template } } as const;
  switch (answer.kind) {
    case 'ok':
      return ok({ key: 'dingtalk_doctor.template_ok', params: { template } });
    case 'missing':
      return problem({ key: 'dingtalk_doctor.template_missing', params: { template } }, todo);
    case 'unpublished':
      return problem({ key: 'dingtalk_doctor.template_unpublished', params: { template } }, todo);
    case 'denied':
      return problem(
        { key: 'dingtalk_doctor.template_denied', params: null },
        { key: 'dingtalk_doctor.template_denied_todo', params: null },
      );
    case 'unasked':
      return unasked({ key: 'dingtalk_doctor.template_unasked', params: { code: answer.code } }, answer.code);
  }
}

/** What DingTalk would not say: for now, or because the month is used up. */
const unasked = (found: Finding['found'], code: string | null): Finding =>
  SPENT.test(code ?? '')
    ? problem(
        { key: 'dingtalk_doctor.quota_refused', params: null },
        { key: 'dingtalk_doctor.quota_refused_todo', params: null },
      )
    : warning(found, { key: 'dingtalk_doctor.unasked_todo', params: null });

/** What is known of one linked conversation. */
export interface GroupFacts {
  readonly group: string;
  /** The name of the team whose tickets stand there. */
  readonly team: string;
  /** Of a custom robot's: whether the settings have it. */
  readonly answer: GroupAnswer | { readonly kind: 'robot'; readonly isKnown: boolean };
}

export function judgeGroups(groups: readonly GroupFacts[]): readonly Finding[] {
  if (groups.length > 0) return groups.map(judgeGroup);
  return [
    warning(
      { key: 'dingtalk_doctor.groups_none', params: null },
      { key: 'dingtalk_doctor.groups_none_todo', params: null },
    ),
  ];
}

function judgeGroup({ group, team, answer }: GroupFacts): Finding {
  const params = { group, team };
  const todo = { key: 'dingtalk_doctor.group_todo', params: null } as const;
  switch (answer.kind) {
    case 'ok':
      return ok({ key: 'dingtalk_doctor.group_ok', params });
    case 'outside':
      return problem({ key: 'dingtalk_doctor.group_outside', params }, todo);
    case 'unknown':
      return problem({ key: 'dingtalk_doctor.group_unknown', params }, todo);
    case 'unasked':
      return unasked({ key: 'dingtalk_doctor.group_unasked', params: { ...params, code: answer.code } }, answer.code);
    case 'robot':
      return answer.isKnown
        ? ok({ key: 'dingtalk_doctor.robot_ok', params: { robot: group, team } })
        : problem(
            { key: 'dingtalk_doctor.robot_unknown', params: { robot: group, team } },
            { key: 'dingtalk_doctor.robot_unknown_todo', params: null },
          );
  }
}

/** What the member list says of one account of a colleague. */
export interface ContactFacts {
  /** What colleagues call them. */
  readonly person: string;
  /** They were asked for by their mobile number: without it in the answer nobody is known by theirs. */
  readonly byMobile: boolean;
  readonly answer: ContactAnswer;
}

/** Says once that all is well. */
export function judgeContacts(contacts: readonly ContactFacts[]): readonly Finding[] {
  const findings = contacts.map(judgeContact);
  const wrong = findings.filter(({ level }) => level !== 'ok');
  return wrong.length > 0 ? wrong : findings.slice(0, 1);
}

function judgeContact({ person, byMobile, answer }: ContactFacts): Finding {
  switch (answer.kind) {
    case 'ok':
      return byMobile && !answer.hasMobile
        ? problem(
            { key: 'dingtalk_doctor.contacts_numberless', params: null },
            { key: 'dingtalk_doctor.contacts_numberless_todo', params: null },
          )
        : ok({ key: 'dingtalk_doctor.contacts_ok', params: null });
    case 'denied':
      return problem(
        { key: 'dingtalk_doctor.contacts_denied', params: { permission: answer.permission } },
        { key: 'dingtalk_doctor.contacts_denied_todo', params: { permission: answer.permission } },
      );
    case 'unknown':
      return warning(
        { key: 'dingtalk_doctor.contacts_unknown', params: { person } },
        { key: 'dingtalk_doctor.contacts_unknown_todo', params: null },
      );
    case 'unasked':
      return warning(
        { key: 'dingtalk_doctor.contacts_unasked', params: { code: answer.code } },
        { key: 'dingtalk_doctor.unasked_todo', params: null },
      );
  }
}

/** What came in, and whether it could be read. Months begin by a clock that is `offsetMs` ahead of UTC. */
export function judgeHeard(
  { heardAt, refusedAt, mutedAt }: DingTalkSeen,
  { mode, offsetMs, now }: { readonly mode: 'stream' | 'http'; readonly offsetMs: number; readonly now: Date },
): readonly Finding[] {
  const ago = (at: Date): number => now.getTime() - at.getTime();
  const month = monthAt(now, offsetMs);
  const isMuted = mutedAt !== null && monthAt(mutedAt, offsetMs).name === month.name;
  const findings: Finding[] = [];
  if (mode === 'http' && refusedAt !== null && (heardAt === null || refusedAt > heardAt))
    findings.push(
      problem(
        { key: 'dingtalk_doctor.seen_refused', params: { ms: ago(refusedAt) } },
        { key: 'dingtalk_doctor.seen_refused_todo', params: null },
      ),
    );
  else if (heardAt === null)
    findings.push(
      warning(
        { key: 'dingtalk_doctor.seen_none', params: null },
        { key: 'dingtalk_doctor.seen_none_todo', params: { mode } },
      ),
    );
  else findings.push(ok({ key: 'dingtalk_doctor.seen_ok', params: { ms: ago(heardAt) } }));
  if (isMuted)
    findings.push(
      problem(
        { key: 'dingtalk_doctor.muted', params: { at: mutedAt, until: month.endsAt } },
        { key: 'dingtalk_doctor.muted_todo', params: null },
      ),
    );
  return findings;
}

/** Calls of the month so far, and how many tickets the rest carries. */
export function judgeQuota(
  { count, setting, offsetMs }: Pick<Quota, 'count' | 'setting' | 'offsetMs'>,
  used: number,
  template: TemplateKind,
  now: Date,
): Finding {
  const tickets = Math.max(0, Math.floor((count - used) / CALLS_PER_TICKET[template]));
  const until = monthAt(now, offsetMs).endsAt;
  const found = { key: 'dingtalk_doctor.quota_used', params: { used, count, tickets, until } } as const;
  if (used >= count * KEPT_AT) return problem(found, { key: 'dingtalk_doctor.quota_last_todo', params: { setting } });
  if (used >= count * SCARCE_AT)
    return warning(found, { key: 'dingtalk_doctor.quota_short_todo', params: { setting } });
  return ok(found);
}
