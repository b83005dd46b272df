import type { Json } from './block-kit-rules.ts';
import type { SlackChannel, SlackTeam } from './emulator.ts';
import {
  APP,
  repliesOf,
  teamOf,
  type State,
  type StoredFile,
  type StoredMessage,
  type StoredUser,
  type StoredView,
} from './state.ts';

/** Objects as Slack writes them in answers and events. */

export const enterpriseJson = (team: SlackTeam): Json | null =>
  team.enterprise === null ? null : { id: team.enterprise.id, name: team.enterprise.name };

/** In interactions; an installation on the whole organisation has none. */
export const teamJson = (team: SlackTeam): Json | null =>
  team.orgWide
    ? null
    : {
        id: team.id,
        domain: team.domain,
        ...(team.enterprise === null
          ? {}
          : { enterprise_id: team.enterprise.id, enterprise_name: team.enterprise.name }),
      };

/** The person in interactions. */
export const actorJson = (user: StoredUser): Json => ({
  id: user.id,
  username: user.name,
  name: user.name,
  team_id: user.team,
});

const ICON = 'https://a.slack-edge.com/80588/img/plugins/app/bot';

export const botProfile = (team: SlackTeam): Json => ({
  id: team.botId,
  app_id: APP.id,
  user_id: team.botUser,
  name: 'gongdan',
  icons: { image_36: `${ICON}_36.png`, image_48: `${ICON}_48.png`, image_72: `${ICON}_72.png` },
  deleted: false,
  updated: 1_700_000_000,
  team_id: team.id,
});

export function fileJson(state: State, url: string, file: StoredFile): Json {
  const extension = file.name.includes('.') ? (file.name.split('.').at(-1) ?? '') : 'text';
  const path = `${url}/files-pri/${file.team}-${file.id}`;
  const name = encodeURIComponent(file.name);
  const isPrivate = file.shares.every((s) => state.channels.get(s.channel)?.kind !== 'channel');
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: extension,
    pretty_type: extension.toUpperCase(),
    user: file.user,
    user_team: file.team,
    editable: false,
    size: file.size,
    mode: 'hosted',
    is_external: false,
    external_type: '',
    is_public: !isPrivate,
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    url_private: `${path}/${name}`,
    url_private_download: `${path}/download/${name}`,
    permalink: `https://${teamOf(state, file.team).domain}.slack.com/files/${file.user}/${file.id}/${name}`,
    has_rich_preview: false,
    file_access: 'visible',
    channels: file.shares.map((s) => s.channel),
  };
}

/** A message as it stands inside of events, answers and interactions. */
export function messageJson(state: State, url: string, m: StoredMessage): Json {
  const team = teamOf(state, m.team);
  const parent = state.messages.find((other) => other.channel === m.channel && other.ts === m.threadTs);
  const files = m.files.flatMap((id) => state.files.get(id) ?? []);
  const unfurls = Object.entries(m.unfurls);
  return {
    type: 'message',
    ...(m.subtype === null ? {} : { subtype: m.subtype }),
    user: m.user,
    ts: m.ts,
    ...(m.botId === null
      ? { client_msg_id: `00000000-0000-4000-8000-${m.ts.replace('.', '').slice(-12)}` }
      : { bot_id: m.botId, app_id: APP.id, bot_profile: botProfile(team) }),
    text: m.text,
    team: m.botId === null ? (state.users.get(m.user)?.team ?? m.team) : m.team,
    ...(m.blocks.length === 0 ? {} : { blocks: m.blocks }),
    ...(m.threadTs === null ? {} : { thread_ts: m.threadTs }),
    ...(m.threadTs !== null && m.threadTs !== m.ts && parent !== undefined ? { parent_user_id: parent.user } : {}),
    ...(files.length === 0 ? {} : { files: files.map((f) => fileJson(state, url, f)), upload: false }),
    ...(m.edited ? { edited: { user: m.user, ts: m.ts } } : {}),
    ...(unfurls.length === 0
      ? {}
      : {
          attachments: unfurls.map(([from, { blocks }], i) => ({
            id: i + 1,
            from_url: from,
            blocks,
            bot_id: team.botId,
            is_app_unfurl: true,
            app_unfurl_url: from,
            app_id: APP.id,
          })),
        }),
  };
}

/** What only lists of messages say: how many replies, who reacted. */
export function listedMessage(state: State, url: string, m: StoredMessage, withMetadata: boolean): Json {
  const replies = repliesOf(state, m.channel, m.ts).filter((r) => r.ephemeralTo === null);
  const repliers = [...new Set(replies.map((r) => r.user))];
  return {
    ...messageJson(state, url, m),
    ...(replies.length === 0
      ? {}
      : {
          thread_ts: m.ts,
          reply_count: replies.length,
          reply_users_count: repliers.length,
          reply_users: repliers,
          latest_reply: replies.at(-1)?.ts,
          is_locked: false,
          subscribed: false,
        }),
    ...(m.reactions.length === 0
      ? {}
      : { reactions: m.reactions.map((r) => ({ name: r.name, users: r.users, count: r.users.length })) }),
    ...(withMetadata && m.metadata !== null ? { metadata: m.metadata } : {}),
  };
}

/** A conversation in which somebody of another workspace is. */
export const isShared = (state: State, channel: SlackChannel): boolean =>
  channel.members.some((id) => state.users.get(id)?.isStranger === true);

export function channelJson(state: State, channel: SlackChannel): Json {
  const { kind } = channel;
  const common = {
    id: channel.id,
    created: 1_700_000_000,
    is_archived: channel.isArchived,
    is_im: kind === 'im',
    is_org_shared: false,
    context_team_id: channel.team,
    updated: 1_700_000_000_000,
  };
  const [user] = channel.members;
  if (kind === 'im') return { ...common, user, is_user_deleted: state.users.get(user ?? '')?.isDeleted, priority: 0 };
  const shared = isShared(state, channel);
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: kind === 'channel',
    is_group: kind === 'group',
    is_mpim: kind === 'mpim',
    is_private: kind !== 'channel',
    is_general: false,
    is_shared: shared,
    is_ext_shared: shared,
    is_pending_ext_shared: false,
    is_member: channel.bot,
    creator: user ?? '',
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

/** `whole`: with the e-mail address, which has a scope of its own. */
export function userJson(user: StoredUser, whole: boolean, withLocale: boolean): Json {
  const [first = '', ...rest] = user.realName.split(' ');
  return {
    id: user.id,
    team_id: user.team,
    name: user.name,
    deleted: user.isDeleted,
    real_name: user.realName,
    tz: user.tz,
    tz_label: user.tz,
    tz_offset: offsetOf(user.tz),
    ...(withLocale ? { locale: user.locale } : {}),
    profile: {
      real_name: user.realName,
      real_name_normalized: user.realName,
      display_name: user.name,
      display_name_normalized: user.name,
      first_name: first,
      last_name: rest.join(' '),
      avatar_hash: 'g000000000000',
      image_72: 'https://secure.gravatar.com/avatar/0.jpg?s=72',
      team: user.team,
      ...(whole && !user.isBot ? { email: user.email } : {}),
    },
    is_admin: false,
    is_owner: false,
    is_bot: user.isBot,
    is_app_user: false,
    is_restricted: user.isRestricted,
    is_ultra_restricted: user.isUltraRestricted,
    ...(user.isStranger ? { is_stranger: true } : {}),
    updated: 1_700_000_000,
  };
}

/** Seconds east of UTC in winter. */
function offsetOf(tz: string): number {
  const format = new Intl.DateTimeFormat('en', { timeZone: tz, timeZoneName: 'longOffset' });
  const name = format.formatToParts(new Date('2026-01-01T00:00:00Z')).find((p) => p.type === 'timeZoneName')?.value;
  const match = /GMT([+-])(\d+):(\d+)/.exec(name ?? '');
  const seconds = Number(match?.[2] ?? 0) * 3600 + Number(match?.[3] ?? 0) * 60;
  return match?.[1] === '-' ? -seconds : seconds;
}

/** A view as the Web API answers it and as interactions carry it. */
export function viewJson(state: State, view: StoredView): Json {
  const team = teamOf(state, view.team);
  const { raw } = view;
  return {
    id: view.id,
    team_id: view.team,
    type: raw['type'],
    blocks: raw['blocks'],
    private_metadata: raw['private_metadata'] ?? '',
    callback_id: raw['callback_id'] ?? '',
    state: { values: view.values },
    hash: view.hash,
    title: raw['title'] ?? { type: 'plain_text', text: 'View Title', emoji: true },
    clear_on_close: raw['clear_on_close'] ?? false,
    notify_on_close: raw['notify_on_close'] ?? false,
    close: raw['close'] ?? null,
    submit: raw['submit'] ?? null,
    previous_view_id: view.previous,
    root_view_id: view.root,
    app_id: APP.id,
    external_id: raw['external_id'] ?? '',
    app_installed_team_id: team.orgWide ? (team.enterprise?.id ?? team.id) : team.id,
    bot_id: team.botId,
  };
}
