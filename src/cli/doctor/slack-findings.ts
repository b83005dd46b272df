import type { CallbackAnswer } from '../../../adapters/shared/callback.ts';
import type { ChannelAnswer, SocketAnswer, TokenAnswer } from '../../../adapters/slack/examine.ts';
import { SCOPES } from '../../../adapters/slack/manifest.ts';
import type { SlackSeen } from '../../../adapters/slack/store.ts';
import { ok, problem, warning, type Finding } from './check.ts';

/** What Slack says of one installation's token. */
export interface TokenFacts {
  /** What the store calls the workspace; null: the one of `SLACK_BOT_TOKEN`. */
  readonly workspace: string | null;
  readonly answer: TokenAnswer;
}

/** What is known of one linked channel. */
export interface ChannelFacts {
  readonly channel: string;
  /** The name of the team whose tickets stand there. */
  readonly team: string;
  /** Text: the installation it is of (`slack/T1`) is not connected. */
  readonly answer: ChannelAnswer | string;
}

/** `publicUrl` null, or no installation: what is to be opened is named by its setting. */
export function judgeTokens(
  tokens: readonly TokenFacts[],
  { oauth, publicUrl }: { readonly oauth: boolean; readonly publicUrl: string | null },
): readonly Finding[] {
  if (tokens.length === 0)
    return [
      warning(
        { key: 'slack_doctor.none_installed', params: null },
        { key: 'slack_doctor.none_installed_todo', params: { url: publicUrl } },
      ),
    ];
  return tokens.flatMap(({ workspace, answer }) => {
    switch (answer.kind) {
      case 'ok': {
        const params = { workspace: answer.workspace, bot: answer.bot };
        return [ok({ key: 'slack_doctor.token_ok', params }), ...judgeScopes(answer, oauth)];
      }
      case 'refused':
        return [
          problem(
            { key: 'slack_doctor.token_refused', params: { workspace, code: answer.code } },
            { key: 'slack_doctor.token_refused_todo', params: { oauth } },
          ),
        ];
      case 'unreachable':
        return [
          problem(
            { key: 'slack_doctor.unreachable', params: { workspace } },
            { key: 'slack_doctor.unreachable_todo', params: null },
          ),
        ];
    }
  });
}

function judgeScopes({ workspace, scopes }: Extract<TokenAnswer, { kind: 'ok' }>, oauth: boolean): readonly Finding[] {
  if (scopes === null) return [];
  const missing = SCOPES.filter((scope) => !scopes.includes(scope));
  if (missing.length === 0) return [ok({ key: 'slack_doctor.scopes_ok', params: { count: SCOPES.length } })];
  return missing.map((scope) =>
    problem(
      { key: 'slack_doctor.scope', params: { workspace, scope } },
      { key: 'slack_doctor.scope_todo', params: { scope, oauth } },
    ),
  );
}

/** Beyond this the clock is worth a look, ms. */
const NOTABLE_MS = 60_000;
/** At 300 s signatures are refused. */
const WRONG_MS = 240_000;

/** `aheadMs`: of each answer that said so. */
export function judgeSlackClock(aheadMs: readonly number[]): readonly Finding[] {
  const [ms] = aheadMs.toSorted((a, b) => Math.abs(b) - Math.abs(a));
  if (ms === undefined) return [];
  if (Math.abs(ms) <= NOTABLE_MS) return [ok({ key: 'slack_doctor.clock_ok', params: null })];
  const found = { key: 'slack_doctor.clock_apart', params: { ms } } as const;
  const todo = { key: 'slack_doctor.clock_todo', params: null } as const;
  return [Math.abs(ms) > WRONG_MS ? problem(found, todo) : warning(found, todo)];
}

export function judgeChannels(channels: readonly ChannelFacts[]): readonly Finding[] {
  if (channels.length === 0)
    return [
      warning(
        { key: 'slack_doctor.channels_none', params: null },
        { key: 'slack_doctor.channels_none_todo', params: null },
      ),
    ];
  return channels.map(judgeChannel);
}

function judgeChannel({ channel: id, team, answer }: ChannelFacts): Finding {
  const invite = { key: 'slack_doctor.channel_invite_todo', params: null } as const;
  if (typeof answer === 'string')
    return problem(
      { key: 'slack_doctor.channel_foreign', params: { channel: id, team, app: answer } },
      { key: 'slack_doctor.channel_foreign_todo', params: null },
    );
  if (answer.kind === 'unknown')
    return problem({ key: 'slack_doctor.channel_unknown', params: { channel: id, team } }, invite);
  if (answer.kind === 'unasked')
    return warning(
      { key: 'slack_doctor.channel_unasked', params: { channel: id, team, code: answer.code } },
      { key: 'slack_doctor.channel_unasked_todo', params: null },
    );
  const params = { channel: `#${answer.name}`, team };
  if (answer.isArchived)
    return problem(
      { key: 'slack_doctor.channel_archived', params },
      { key: 'slack_doctor.channel_archived_todo', params: null },
    );
  if (!answer.isMember) return problem({ key: 'slack_doctor.channel_outside', params }, invite);
  return ok({ key: 'slack_doctor.channel_ok', params });
}

export function judgeSocket(answer: SocketAnswer): readonly Finding[] {
  switch (answer.kind) {
    case 'ok':
      return [ok({ key: 'slack_doctor.socket_ok', params: null })];
    case 'refused':
      return [
        problem(
          { key: 'slack_doctor.socket_refused', params: { code: answer.code } },
          { key: 'slack_doctor.socket_refused_todo', params: null },
        ),
      ];
    case 'unreachable':
      return [
        problem(
          { key: 'slack_doctor.unreachable', params: { workspace: null } },
          { key: 'slack_doctor.unreachable_todo', params: null },
        ),
      ];
  }
}

/** `url`: where Slack sends to; null: `PUBLIC_URL` is not set, and nobody was asked. */
export function judgeCallback(url: string | null, answer: CallbackAnswer | null): readonly Finding[] {
  if (url === null || answer === null)
    return [
      problem(
        { key: 'slack_doctor.callback_unset', params: null },
        { key: 'slack_doctor.callback_unset_todo', params: null },
      ),
    ];
  switch (answer.kind) {
    case 'ours':
      return [ok({ key: 'slack_doctor.callback_ok', params: { url } })];
    case 'nobody':
      return [
        problem(
          { key: 'slack_doctor.callback_nobody', params: { url } },
          { key: 'slack_doctor.callback_nobody_todo', params: null },
        ),
      ];
    case 'refused':
      return [
        problem(
          { key: 'slack_doctor.callback_refused', params: { url } },
          { key: 'slack_doctor.callback_refused_todo', params: null },
        ),
      ];
    case 'other':
      return [
        problem(
          { key: 'slack_doctor.callback_other', params: { url, status: answer.status } },
          { key: 'slack_doctor.callback_other_todo', params: null },
        ),
      ];
  }
}

/** What came in by HTTP: whether Slack's own requests reach the bot, and fit its signing secret. */
export function judgeSeen({ verifiedAt, refusedAt }: SlackSeen, now: Date): readonly Finding[] {
  if (refusedAt !== null && (verifiedAt === null || refusedAt > verifiedAt))
    return [
      problem(
        { key: 'slack_doctor.seen_refused', params: { ms: now.getTime() - refusedAt.getTime() } },
        { key: 'slack_doctor.seen_refused_todo', params: null },
      ),
    ];
  if (verifiedAt === null)
    return [
      warning({ key: 'slack_doctor.seen_none', params: null }, { key: 'slack_doctor.seen_none_todo', params: null }),
    ];
  return [ok({ key: 'slack_doctor.seen_ok', params: { ms: now.getTime() - verifiedAt.getTime() } })];
}
