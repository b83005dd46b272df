import type { Clock } from '../../../src/clock.ts';
import type { Finding } from './block-kit.ts';
import { isObject, type Json } from './block-kit-rules.ts';
import type { ApiCall, SlackChannel, SlackFile, SlackMessage, SlackTeam, SlackUser } from './emulator.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export interface StoredMessage extends Writable<SlackMessage> {
  readonly team: string;
  /** `file_share`, `thread_broadcast`, or null for an ordinary message. */
  subtype: string | null;
  deleted: boolean;
}

export interface StoredUser extends SlackUser {
  /** The workspace in which the app meets them; `team` is where they are from. */
  readonly seenIn: string;
}

export interface StoredFile extends Writable<SlackFile> {
  readonly team: string;
  title: string;
  readonly size: number;
  /** Its bytes have come. */
  isThere: boolean;
  /** `files.completeUploadExternal` was called. */
  isComplete: boolean;
  readonly created: number;
}

export interface StoredView {
  readonly id: string;
  readonly team: string;
  readonly user: string;
  hash: string;
  /** As it was sent, with block ids. */
  raw: Json;
  /** What is chosen and typed: by block id and action id. */
  values: Record<string, Record<string, Json>>;
  errors: Readonly<Record<string, string>>;
  readonly previous: string | null;
  readonly root: string;
}

interface Trigger {
  readonly user: string;
  readonly team: string;
  readonly expiresAt: number;
  isUsed: boolean;
}

export interface ResponseUrl {
  readonly team: string;
  readonly user: string;
  readonly channel: string;
  /** The message that was pressed; null after a command. */
  readonly original: string | null;
  readonly expiresAt: number;
  uses: number;
}

/** What OAuth hands to the app's page. */
export interface Code {
  readonly team: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

/** Everything the emulator knows. */
export interface State {
  readonly clock: Clock;
  /** Who may be mentioned. */
  readonly mentions: readonly string[];
  readonly teams: Map<string, SlackTeam>;
  readonly users: Map<string, StoredUser>;
  readonly channels: Map<string, SlackChannel>;
  readonly messages: StoredMessage[];
  readonly files: Map<string, StoredFile>;
  /** Stacks of modals by user, the topmost last. */
  readonly modals: Map<string, StoredView[]>;
  readonly homes: Map<string, StoredView>;
  readonly triggers: Map<string, Trigger>;
  readonly responseUrls: Map<string, ResponseUrl>;
  readonly codes: Map<string, Code>;
  /** By team: with what its token is refused. */
  readonly revoked: Map<string, string>;
  readonly findings: Finding[];
  readonly calls: ApiCall[];
  /** Seconds since 1970 by the clock. */
  seconds(): number;
  /** An id that was not there before, such as `F000000007`. */
  next(prefix: string): string;
  /** A message's key: unique in its channel, and later than all before. */
  nextTs(channel: string): string;
  /** Good once, for three seconds. */
  trigger(team: string, user: string): string;
}

export const APP = { id: 'A0GONGDAN', clientId: '1111111111.2222222222', clientSecret: 'emulated-client-secret' };

export function createState(clock: Clock, mentions: readonly string[]): State {
  const last = new Map<string, number>();
  let count = 0;
  const next = (prefix: string): string => {
    count += 1;
    return `${prefix}${String(count).padStart(9, '0')}`;
  };
  const triggers: State['triggers'] = new Map();
  return {
    clock,
    mentions,
    teams: new Map(),
    users: new Map(),
    channels: new Map(),
    messages: [],
    files: new Map(),
    modals: new Map(),
    homes: new Map(),
    triggers,
    responseUrls: new Map(),
    codes: new Map(),
    revoked: new Map(),
    findings: [],
    calls: [],
    seconds: () => Math.floor(clock.now().getTime() / 1000),
    next,
    nextTs(channel) {
      const micros = Math.max(clock.now().getTime() * 1000, (last.get(channel) ?? 0) + 1);
      last.set(channel, micros);
      return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
    },
    trigger(team, user) {
      const id = `${next('')}.${next('')}.${next('f')}`;
      triggers.set(id, { user, team, expiresAt: clock.now().getTime() + 3000, isUsed: false });
      return id;
    },
  };
}

function known<T>(map: ReadonlyMap<string, T>, id: string, what: string): T {
  const found = map.get(id);
  if (found === undefined) throw new Error(`there is no ${what} ${id}`);
  return found;
}

/** These throw when a test speaks of what does not exist. */
export const teamOf = (state: State, id: string): SlackTeam => known(state.teams, id, 'team');
export const userOf = (state: State, id: string): StoredUser => known(state.users, id, 'user');
export const channelOf = (state: State, id: string): SlackChannel => known(state.channels, id, 'channel');

/** A message that stands; ephemeral ones only when asked for as whose. */
export const findMessage = (
  state: State,
  channel: string,
  ts: string,
  user: string | null = null,
): StoredMessage | undefined =>
  state.messages.find(
    (m) =>
      m.channel === channel &&
      m.ts === ts &&
      !m.deleted &&
      (m.ephemeralTo === null || (user !== null && m.ephemeralTo === user)),
  );

/** It stands in the conversation itself, not only in a thread. */
export const isInChannel = (m: StoredMessage): boolean =>
  m.threadTs === null || m.threadTs === m.ts || m.subtype === 'thread_broadcast';

export const repliesOf = (state: State, channel: string, ts: string): StoredMessage[] =>
  state.messages.filter((m) => m.channel === channel && m.threadTs === ts && m.ts !== ts && !m.deleted);

/** The direct conversation of a person with the bot; it comes into being when it is asked for. */
export function directOf(state: State, team: SlackTeam, user: string): SlackChannel {
  for (const channel of state.channels.values()) {
    if (channel.kind === 'im' && channel.team === team.id && channel.members.includes(user)) return channel;
  }
  const channel: SlackChannel = {
    id: state.next('D'),
    team: team.id,
    name: 'directmessage',
    kind: 'im',
    members: [user, team.botUser],
    bot: true,
    isArchived: false,
  };
  state.channels.set(channel.id, channel);
  return channel;
}

/** Blocks as Slack stores them: each with a block id, each element that can be acted on with an action id. */
export function withIds(state: State, blocks: readonly unknown[]): Json[] {
  const element = (value: unknown): unknown =>
    isObject(value) && value['type'] !== 'image' && !('action_id' in value)
      ? { ...value, action_id: state.next('a') }
      : value;
  return blocks.filter(isObject).map((block) => {
    const named: Record<string, unknown> = { ...block, block_id: block['block_id'] ?? state.next('b') };
    if (block['type'] === 'actions' && Array.isArray(block['elements']))
      named['elements'] = block['elements'].map(element);
    for (const key of ['accessory', 'element']) if (isObject(block[key])) named[key] = element(block[key]);
    return named;
  });
}

export interface Draft {
  readonly team: string;
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly botId?: string | null;
  readonly blocks?: readonly unknown[];
  readonly threadTs?: string | null;
  readonly metadata?: SlackMessage['metadata'];
  readonly files?: readonly string[];
  readonly ephemeralTo?: string | null;
}

/** Stores a message; tells nobody. */
export function store(state: State, draft: Draft): StoredMessage {
  const files = draft.files ?? [];
  const message: StoredMessage = {
    team: draft.team,
    channel: draft.channel,
    ts: state.nextTs(draft.channel),
    threadTs: draft.threadTs ?? null,
    user: draft.user,
    botId: draft.botId ?? null,
    text: draft.text,
    blocks: withIds(state, draft.blocks ?? []),
    metadata: draft.metadata ?? null,
    files,
    ephemeralTo: draft.ephemeralTo ?? null,
    edited: false,
    reactions: [],
    unfurls: {},
    subtype: files.length > 0 ? 'file_share' : null,
    deleted: false,
  };
  state.messages.push(message);
  for (const id of files) {
    const file = state.files.get(id);
    const share = { channel: draft.channel, threadTs: message.threadTs, ts: message.ts };
    if (file !== undefined) file.shares = [...file.shares, share];
  }
  return message;
}
