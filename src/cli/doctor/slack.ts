import type { Examiner } from '../../../adapters/slack/examine.ts';
import { EVENTS_PATH } from '../../../adapters/slack/receiver.ts';
import { readSlackSettings, type SlackSettings } from '../../../adapters/slack/settings.ts';
import type { SlackStore } from '../../../adapters/slack/store.ts';
import type { Clock } from '../../clock.ts';
import type { Config } from '../../config.ts';
import { appName } from '../../domain/address.ts';
import type { Directory } from '../../domain/directory.ts';
import { systemIds as ids } from '../../ids.ts';
import { knownSecret, loadSecrets } from '../../secret.ts';
import { slackStore } from '../../storage/slack.ts';
import type { Store } from '../../storage/store.ts';
import { createVault } from '../../vault.ts';
import { ok, type Check, type Finding } from './check.ts';
import { organisation } from './configuration.ts';
import {
  judgeCallback,
  judgeChannels,
  judgeSeen,
  judgeSlackClock,
  judgeSocket,
  judgeTokens,
  type ChannelFacts,
  type TokenFacts,
} from './slack-findings.ts';
import { linkedOn } from './linked.ts';

/** One workspace, or one organisation, that the bot works in. */
export interface Installed {
  /** The installation's name as an app: `slack`, or the id of the team. */
  readonly app: string;
  /** Null: the one of `SLACK_BOT_TOKEN`. */
  readonly workspace: string | null;
  readonly token: string;
}

/** What everything about Slack on the command line stands on. */
export interface SlackGround {
  readonly settings: SlackSettings;
  readonly examiner: Examiner;
  readonly installed: readonly Installed[];
  /** Null: nothing was stored yet. */
  readonly kept: Pick<SlackStore, 'seen'> | null;
}

/** Null: Slack is not configured. */
export async function slackGround(config: Config, clock: Clock, store: Store | null): Promise<SlackGround | null> {
  const values = config.platforms.get('slack');
  if (values === undefined) return null;
  const settings = readSlackSettings(values);
  const { botToken, apiUrl } = settings;
  // A look makes no secret where there is none: nothing can have been sealed then.
  const isSealed = store !== null && knownSecret(config.secret) !== null;
  const kept = isSealed
    ? slackStore(store.connection, createVault(loadSecrets(config.secret, ids, config.locale), ids))
    : null;
  // Slack's own packages are loaded where they are needed alone.
  const { createExaminer } = await import('../../../adapters/slack/examine.ts');
  const byOAuth = botToken === null ? ((await kept?.installations()) ?? []) : [];
  return {
    settings,
    examiner: createExaminer({ apiUrl, clock }),
    installed:
      botToken === null
        ? byOAuth.map(({ id, name, botToken: token }) => ({ app: id, workspace: name, token }))
        : [{ app: 'slack', workspace: null, token: botToken }],
    kept,
  };
}

/** Whether the bot's tokens work: what every `doctor` looks at. */
export const slackBrief: Check = {
  name: 'slack',
  run: async ({ config, clock, store }) => {
    const ground = await slackGround(config, clock, store);
    return ground === null ? [] : withTokens(config, clock, ground);
  },
};

/** Everything about Slack. */
export const slackWhole: Check = {
  name: 'slack',
  run: async (surroundings) => {
    const { config, clock, store } = surroundings;
    const ground = await slackGround(config, clock, store);
    if (ground === null) return [];
    const directory = await organisation(surroundings);
    return [
      ...(await withTokens(config, clock, ground)),
      ...(await withEntrance(config, ground)),
      ...(directory === null ? [] : judgeChannels(await channelsOf(ground, directory))),
    ];
  },
};

async function withTokens(config: Config, clock: Clock, ground: SlackGround): Promise<readonly Finding[]> {
  const { settings, examiner, installed, kept } = ground;
  const oauth = settings.oauth !== null;
  const tokens: TokenFacts[] = [];
  for (const { workspace, token } of installed) tokens.push({ workspace, answer: await examiner.token(token) });
  const ahead = tokens.flatMap(({ answer }) =>
    answer.kind === 'ok' && answer.aheadMs !== null ? [answer.aheadMs] : [],
  );
  const seen = settings.appToken === null ? ((await kept?.seen()) ?? null) : null;
  return [
    ok({ key: 'slack_doctor.mode', params: { mode: settings.appToken === null ? 'http' : 'socket', oauth } }),
    ...judgeTokens(tokens, { oauth, publicUrl: config.publicUrl }),
    ...judgeSlackClock(ahead),
    ...(seen === null ? [] : judgeSeen(seen, clock.now())),
  ];
}

async function withEntrance({ publicUrl }: Config, { settings, examiner }: SlackGround): Promise<readonly Finding[]> {
  const { appToken, signingSecret } = settings;
  if (appToken !== null) return judgeSocket(await examiner.socket(appToken));
  if (publicUrl === null || signingSecret === null) return judgeCallback(null, null);
  return judgeCallback(`${publicUrl}${EVENTS_PATH}`, await examiner.callback(publicUrl, signingSecret, ids.next()));
}

async function channelsOf(
  { installed, examiner }: SlackGround,
  directory: Directory,
): Promise<readonly ChannelFacts[]> {
  const found: ChannelFacts[] = [];
  for (const { address, team } of linkedOn('slack', directory)) {
    const of = installed.find(({ app }) => app === address.app);
    const answer =
      of === undefined ? appName(`slack\n${address.app}`) : await examiner.channel(of.token, address.conversation);
    found.push({ channel: address.conversation, team: team.name, answer });
  }
  return found;
}
