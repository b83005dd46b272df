import { mimetypeOf } from './api-files.ts';
import type { SlackChannel, SlackMessage, SlackUser, Told } from './emulator.ts';
import {
  tellChanged,
  tellDeleted,
  tellEvent,
  tellHomeOpened,
  tellLink,
  tellMember,
  tellMessage,
  type Slack,
} from './events.ts';
import { messageJson } from './shapes.ts';
import {
  channelOf,
  directOf,
  findMessage,
  isInChannel,
  repliesOf,
  store,
  teamOf,
  userOf,
  type State,
  type StoredMessage,
  type StoredUser,
} from './state.ts';
import { richTextOf, typed } from './text.ts';
import { UNTOLD } from './wire.ts';

/** What people do with their keyboard, apart from pressing what the bot posted. */

/** Somebody in a conversation they are in. */
export function memberIn(state: State, user: string, channel: string): { user: StoredUser; channel: SlackChannel } {
  const found = { user: userOf(state, user), channel: channelOf(state, channel) };
  if (!found.channel.members.includes(user)) throw new Error(`${user} is not in ${channel}`);
  return found;
}

const written = (state: State, text: string): { text: string; blocks: SlackMessage['blocks'] } => {
  const escaped = typed(text);
  return { text: escaped, blocks: escaped === '' ? [] : [richTextOf(escaped, state.next('b'))] };
};

interface More {
  readonly thread?: string;
  readonly files?: readonly string[];
}

export function write(slack: Slack, user: string, channelId: string, text: string, more: More = {}): StoredMessage {
  const { state } = slack;
  const { channel } = memberIn(state, user, channelId);
  if (channel.isArchived) throw new Error(`${channelId} is archived: nobody can write there`);
  const parent = more.thread === undefined ? null : findMessage(state, channelId, more.thread, user);
  if (parent === undefined) throw new Error(`there is no message ${more.thread} to reply to`);
  const files = more.files ?? [];
  for (const id of files) if (!state.files.has(id)) throw new Error(`there is no file ${id}`);
  if (text === '' && files.length === 0) throw new Error('nothing was written');
  const threadTs = parent === null ? null : (parent.threadTs ?? parent.ts);
  return store(state, { team: channel.team, channel: channelId, user, threadTs, files, ...written(state, text) });
}

export function upload(state: State, user: string, name: string, content: Uint8Array, mimetype?: string): string {
  const id = state.next('F');
  state.files.set(id, {
    id,
    team: userOf(state, user).seenIn,
    user,
    name,
    title: name,
    mimetype: mimetype ?? mimetypeOf(name),
    content,
    shares: [],
    size: content.length,
    isThere: true,
    isComplete: true,
    created: state.seconds(),
  });
  return id;
}

function existing(state: State, channel: string, ts: string, user: string): StoredMessage {
  const message = findMessage(state, channel, ts, user);
  if (message === undefined) throw new Error(`there is no message ${ts} in ${channel}`);
  return message;
}

export async function edit(slack: Slack, user: string, channel: string, ts: string, text: string): Promise<Told> {
  const message = existing(slack.state, channel, ts, user);
  if (message.user !== user) throw new Error(`${user} did not write ${ts}`);
  const before = messageJson(slack.state, slack.url, message);
  Object.assign(message, written(slack.state, text), { edited: true });
  return tellChanged(slack, message, before);
}

/** Anybody may delete anything here: admins can in Slack. */
export async function remove(slack: Slack, user: string, channel: string, ts: string): Promise<Told> {
  memberIn(slack.state, user, channel);
  const message = existing(slack.state, channel, ts, user);
  message.deleted = true;
  return tellDeleted(slack, message);
}

export async function share(slack: Slack, user: string, channel: string, url: string): Promise<Told> {
  return tellLink(slack, write(slack, user, channel, url), url);
}

function withMember(state: State, channel: SlackChannel, user: string, isIn: boolean, bot = channel.bot): SlackChannel {
  const others = channel.members.filter((id) => id !== user);
  const changed = { ...channel, bot, members: isIn ? [...others, user] : others };
  state.channels.set(channel.id, changed);
  return changed;
}

export async function move(slack: Slack, user: string, id: string, what: 'joined' | 'left'): Promise<Told> {
  const { state } = slack;
  userOf(state, user);
  const channel = withMember(state, channelOf(state, id), user, what === 'joined');
  return channel.bot ? tellMember(slack, what, user, channel, null) : UNTOLD;
}

export async function moveBot(slack: Slack, by: string, id: string, what: 'joined' | 'left'): Promise<Told> {
  const { state } = slack;
  const { channel } = memberIn(state, by, id);
  const { botUser } = teamOf(state, channel.team);
  const changed = withMember(state, channel, botUser, what === 'joined', what === 'joined');
  return tellMember(slack, what, botUser, changed, what === 'joined' ? by : null);
}

export async function types(slack: Slack, user: string, channel: string, text: string, more?: More): Promise<Told> {
  return tellMessage(slack, write(slack, user, channel, text, more));
}

export async function openHome(slack: Slack, user: string, tab: 'home' | 'messages'): Promise<Told> {
  return tellHomeOpened(slack, userOf(slack.state, user), tab);
}

/** The token is worthless before the bot hears of it. */
export async function uninstall(slack: Slack, id: string): Promise<void> {
  const team = teamOf(slack.state, id);
  slack.state.revoked.set(id, 'account_inactive');
  const ts = slack.state.nextTs(id);
  await tellEvent(slack, team, { type: 'tokens_revoked', tokens: { oauth: [], bot: [team.botUser] }, event_ts: ts });
  await tellEvent(slack, team, { type: 'app_uninstalled', event_ts: ts });
}

/** Of this moment: what happens to the message later does not change it. */
function seen(m: StoredMessage): SlackMessage {
  const { team: _, subtype: _subtype, deleted: _deleted, ...message } = m;
  return message;
}

const isFor = (m: StoredMessage, user: string | undefined): boolean => m.ephemeralTo === null || m.ephemeralTo === user;

export function readChannel(state: State, id: string, user: string): SlackMessage[] {
  const channel = channelOf(state, id);
  userOf(state, user);
  if (channel.kind !== 'channel' && !channel.members.includes(user)) return [];
  return state.messages.filter((m) => m.channel === id && !m.deleted && isInChannel(m) && isFor(m, user)).map(seen);
}

export const readThread = (state: State, channel: string, ts: string, user?: string): SlackMessage[] =>
  repliesOf(state, channel, ts)
    .filter((m) => isFor(m, user))
    .map(seen);

export const readAll = (state: State): SlackMessage[] => state.messages.filter((m) => !m.deleted).map(seen);

/** Somebody of a workspace, with everything that was not said about them. */
export function userFrom(team: string, user: Pick<SlackUser, 'id' | 'name'> & Partial<SlackUser>): StoredUser {
  const isStranger = user.isStranger ?? false;
  return {
    team: isStranger ? 'T0STRANGER' : team,
    realName: user.name,
    email: `${user.name}@example.com`,
    tz: 'Asia/Shanghai',
    locale: 'zh-CN',
    isBot: false,
    isRestricted: false,
    isUltraRestricted: false,
    isDeleted: false,
    ...user,
    isStranger,
    seenIn: team,
  };
}

/** The direct conversation of somebody with the bot of their workspace. */
export const directWith = (state: State, team: string, user: string): string => {
  userOf(state, user);
  return directOf(state, teamOf(state, team), user).id;
};
