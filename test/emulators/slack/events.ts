import type { Json } from './block-kit-rules.ts';
import type { SlackChannel, SlackTeam, Told } from './emulator.ts';
import { isShared, messageJson, viewJson } from './shapes.ts';
import type { Sockets } from './sockets.ts';
import { APP, channelOf, directOf, teamOf, type State, type StoredMessage, type StoredUser } from './state.ts';
import { UNTOLD, type Wire } from './wire.ts';

/** What every part of the emulator works with. */
export interface Slack {
  readonly state: State;
  readonly wire: Wire;
  readonly sockets: Sockets;
  /** Where it can be reached. */
  readonly url: string;
}

const MESSAGES: Readonly<Record<SlackChannel['kind'], string>> = {
  channel: 'message.channels',
  group: 'message.groups',
  im: 'message.im',
  mpim: 'message.mpim',
};

/** The scope without which an event is not told; several: any of them. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
  'message.mpim': ['mpim:history'],
  app_mention: ['app_mentions:read'],
  link_shared: ['links:read'],
  member_joined_channel: ['channels:read', 'groups:read'],
  member_left_channel: ['channels:read', 'groups:read'],
};

const mayTell = (team: SlackTeam, name: string): boolean =>
  team.subscribed.includes(name) && (SCOPES[name]?.some((scope) => team.scopes.includes(scope)) ?? true);

/** Tells one event in its envelope, if the app asked for it and, in a conversation, is there. */
export async function tellEvent(
  slack: Slack,
  team: SlackTeam,
  event: Json,
  channel: SlackChannel | null = null,
): Promise<Told> {
  const { state, wire } = slack;
  const type = String(event['type']);
  const name = type === 'message' && channel !== null ? MESSAGES[channel.kind] : type;
  if (!mayTell(team, name)) return UNTOLD;
  const context = JSON.stringify({ et: type, tid: team.id, aid: APP.id, cid: channel?.id });
  return wire.tell('events_api', {
    token: 'verification-token',
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: team.enterprise?.id ?? null,
    ...(team.enterprise === null ? {} : { enterprise_id: team.enterprise.id }),
    api_app_id: APP.id,
    event,
    type: 'event_callback',
    event_id: state.next('Ev'),
    event_time: state.seconds(),
    authorizations: [
      {
        enterprise_id: team.enterprise?.id ?? null,
        team_id: team.orgWide ? null : team.id,
        user_id: team.botUser,
        is_bot: true,
        is_enterprise_install: team.orgWide,
      },
    ],
    is_ext_shared_channel: channel !== null && isShared(state, channel),
    event_context: `4-${Buffer.from(context).toString('base64url')}`,
  });
}

/** The first that was told, with the others beside it. */
export function together(tolds: readonly Told[], ts = ''): Told {
  const [first = UNTOLD, ...also] = tolds.filter((t) => t.eventId !== '');
  return { ...first, ts, also };
}

const inChannel = (channel: SlackChannel): Json => ({ channel: channel.id, channel_type: channel.kind });

/** A new message: as `message`, and as `app_mention` when somebody mentions the bot outside of a direct conversation. */
export async function tellMessage(slack: Slack, m: StoredMessage): Promise<Told> {
  const { state, url } = slack;
  const channel = channelOf(state, m.channel);
  const team = teamOf(state, m.team);
  if (!channel.bot || m.ephemeralTo !== null) return { ...UNTOLD, ts: m.ts };
  const message = messageJson(state, url, m);
  const telling = [tellEvent(slack, team, { ...message, ...inChannel(channel), event_ts: m.ts }, channel)];
  const mentions = new RegExp(`<@${team.botUser}(?:\\|[^>]*)?>`).test(m.text);
  if (mentions && m.botId === null && channel.kind !== 'im') {
    const { subtype: _, parent_user_id: __, ...rest } = message;
    const mention = { ...rest, type: 'app_mention', channel: channel.id, event_ts: m.ts };
    telling.push(tellEvent(slack, team, mention, channel));
  }
  return together(await Promise.all(telling), m.ts);
}

/** A message was changed; `before`: as `messageJson` gave it. */
export async function tellChanged(slack: Slack, m: StoredMessage, before: Json): Promise<Told> {
  const { state, url } = slack;
  const channel = channelOf(state, m.channel);
  if (!channel.bot || m.ephemeralTo !== null) return { ...UNTOLD, ts: m.ts };
  const ts = state.nextTs(m.channel);
  const event = {
    type: 'message',
    subtype: 'message_changed',
    message: messageJson(state, url, m),
    previous_message: before,
    hidden: true,
    ...inChannel(channel),
    ts,
    event_ts: ts,
  };
  return { ...(await tellEvent(slack, teamOf(state, m.team), event, channel)), ts: m.ts };
}

export async function tellDeleted(slack: Slack, m: StoredMessage): Promise<Told> {
  const { state, url } = slack;
  const channel = channelOf(state, m.channel);
  if (!channel.bot || m.ephemeralTo !== null) return { ...UNTOLD, ts: m.ts };
  const ts = state.nextTs(m.channel);
  const event = {
    type: 'message',
    subtype: 'message_deleted',
    previous_message: messageJson(state, url, m),
    hidden: true,
    deleted_ts: m.ts,
    ...inChannel(channel),
    ts,
    event_ts: ts,
  };
  return { ...(await tellEvent(slack, teamOf(state, m.team), event, channel)), ts: m.ts };
}

/** Somebody came or went: once as an event of its own, once as a notice in the conversation. */
export async function tellMember(
  slack: Slack,
  what: 'joined' | 'left',
  user: string,
  channel: SlackChannel,
  inviter: string | null,
): Promise<Told> {
  const team = teamOf(slack.state, channel.team);
  const ts = slack.state.nextTs(channel.id);
  const member = {
    type: `member_${what}_channel`,
    user,
    channel: channel.id,
    channel_type: channel.kind === 'channel' ? 'C' : 'G',
    team: slack.state.users.get(user)?.team ?? team.id,
    ...(inviter === null ? {} : { inviter }),
    event_ts: ts,
  };
  const notice = {
    type: 'message',
    subtype: what === 'joined' ? 'channel_join' : 'channel_leave',
    user,
    text: `<@${user}> has ${what} the channel`,
    ...(inviter === null ? {} : { inviter }),
    ...inChannel(channel),
    ts,
    event_ts: ts,
  };
  return together(
    await Promise.all([tellEvent(slack, team, member, channel), tellEvent(slack, team, notice, channel)]),
  );
}

export async function tellHomeOpened(slack: Slack, user: StoredUser, tab: 'home' | 'messages'): Promise<Told> {
  const { state } = slack;
  const team = teamOf(state, user.seenIn);
  const home = state.homes.get(user.id);
  const direct = directOf(state, team, user.id);
  return tellEvent(slack, team, {
    type: 'app_home_opened',
    user: user.id,
    channel: direct.id,
    tab,
    ...(tab === 'home' && home !== undefined ? { view: viewJson(state, home) } : {}),
    event_ts: state.nextTs(direct.id),
  });
}

/** A link of the app's own was posted; its words are told as a message besides. */
export async function tellLink(slack: Slack, m: StoredMessage, link: string): Promise<Told> {
  const channel = channelOf(slack.state, m.channel);
  if (!channel.bot) return { ...UNTOLD, ts: m.ts };
  const event = {
    type: 'link_shared',
    user: m.user,
    channel: m.channel,
    message_ts: m.ts,
    ...(m.threadTs === null ? {} : { thread_ts: m.threadTs }),
    links: [{ url: link, domain: new URL(link).hostname }],
    source: 'conversations_history',
    unfurl_id: `${m.channel}-${m.ts}`,
    is_bot_user_member: true,
    event_ts: m.ts,
  };
  const told = await Promise.all([
    tellEvent(slack, teamOf(slack.state, m.team), event, channel),
    tellMessage(slack, m),
  ]);
  return together(told, m.ts);
}
