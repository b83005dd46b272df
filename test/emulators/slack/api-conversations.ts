import { isObject, type Json } from './block-kit-rules.ts';
import {
  channelIn,
  flag,
  has,
  need,
  needOf,
  nextPage,
  page,
  refuse,
  text,
  type Call,
  type Methods,
} from './api-method.ts';
import type { SlackChannel } from './emulator.ts';
import { channelJson, listedMessage, userJson } from './shapes.ts';
import { APP, directOf, findMessage, isInChannel, repliesOf, type StoredMessage, type StoredUser } from './state.ts';

function open(call: Call): Json {
  const { slack, team, args } = call;
  const { state } = slack;
  if (has(args, 'channel')) {
    const channel = channelIn(call);
    return {
      no_op: true,
      already_open: true,
      channel: flag(args, 'return_im') ? channelJson(state, channel) : { id: channel.id },
    };
  }
  const ids = text(args, 'users')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  const [id] = ids;
  if (id === undefined) return refuse('users_list_not_supplied');
  const users = ids.map((one) => visible(call, one));
  if (users.some((user) => user.isDeleted)) refuse('user_disabled');
  if (ids.length > 8) refuse('too_many_users');
  const channel = ids.length === 1 ? directOf(state, team, id) : group(call, ids);
  return { channel: flag(args, 'return_im') ? channelJson(state, channel) : { id: channel.id } };
}

/** The conversation of several people with the bot; the same people have one. */
function group({ slack, team }: Call, ids: readonly string[]): SlackChannel {
  need(team, ['mpim:write']);
  const key = [...ids, team.botUser].toSorted().join();
  const known = [...slack.state.channels.values()].find(
    (c) => c.kind === 'mpim' && c.team === team.id && c.members.toSorted().join() === key,
  );
  const id = known?.id ?? slack.state.next('G');
  const members = [...ids, team.botUser];
  const channel = known ?? {
    id,
    team: team.id,
    name: `mpdm-${id}`,
    kind: 'mpim',
    members,
    bot: true,
    isArchived: false,
  };
  slack.state.channels.set(id, channel);
  return channel;
}

const kindOf: Readonly<Record<SlackChannel['kind'], string>> = {
  channel: 'public_channel',
  group: 'private_channel',
  im: 'im',
  mpim: 'mpim',
};

function list({ slack, team, args }: Call): Json {
  const types = (text(args, 'types') || 'public_channel').split(',').map((type) => type.trim());
  if (types.some((type) => !Object.values(kindOf).includes(type))) refuse('invalid_types');
  const all = [...slack.state.channels.values()].filter(
    (c) =>
      c.team === team.id &&
      types.includes(kindOf[c.kind]) &&
      (c.kind === 'channel' || c.bot) &&
      !(flag(args, 'exclude_archived') && c.isArchived),
  );
  for (const channel of all) needOf(team, channel, 'read');
  const { items, next } = page(args, all, 100);
  return { channels: items.map((c) => channelJson(slack.state, c)), ...nextPage(next) };
}

function join(call: Call): Json {
  const channel = channelIn(call);
  if (channel.kind !== 'channel') refuse('method_not_supported_for_channel_type');
  if (channel.isArchived) refuse('is_archived');
  const { state } = call.slack;
  if (channel.bot)
    return {
      channel: channelJson(state, channel),
      warning: 'already_in_channel',
      response_metadata: { warnings: ['already_in_channel'] },
    };
  const joined = { ...channel, bot: true, members: [...channel.members, call.team.botUser] };
  state.channels.set(channel.id, joined);
  return { channel: channelJson(state, joined) };
}

/** A conversation whose messages the bot may read. */
function readable(call: Call): SlackChannel {
  const channel = channelIn(call);
  needOf(call.team, channel, 'history');
  return channel.bot ? channel : refuse('not_in_channel');
}

const TS = /^\d+(?:\.\d+)?$/;
const micros = (ts: string): bigint => {
  const [seconds = '0', rest = ''] = ts.split('.');
  return BigInt(seconds) * 1_000_000n + BigInt(rest.padEnd(6, '0').slice(0, 6));
};

/** Those within the bounds that were asked for. */
function bounded(args: Json, all: readonly StoredMessage[]): StoredMessage[] {
  const bound = (key: 'oldest' | 'latest'): bigint | null => {
    const ts = text(args, key);
    if (ts !== '' && !TS.test(ts)) refuse(`invalid_ts_${key}`);
    return ts === '' || ts === '0' ? null : micros(ts);
  };
  const [oldest, latest] = [bound('oldest'), bound('latest')];
  const isInclusive = flag(args, 'inclusive');
  return all.filter(({ ts }) => {
    const at = micros(ts);
    if (isInclusive && (at === oldest || at === latest)) return true;
    return (oldest === null || at > oldest) && (latest === null || at < latest);
  });
}

function messages(call: Call, found: readonly StoredMessage[]): Json {
  const { items, next } = page(call.args, found, 100);
  const withMetadata = flag(call.args, 'include_all_metadata');
  return {
    messages: items.map((m) => listedMessage(call.slack.state, call.slack.url, m, withMetadata)),
    has_more: next !== '',
    ...(next === '' ? {} : nextPage(next)),
  };
}

function history(call: Call): Json {
  const channel = readable(call);
  const all = call.slack.state.messages.filter(
    (m) => m.channel === channel.id && !m.deleted && m.ephemeralTo === null && isInChannel(m),
  );
  return { ...messages(call, bounded(call.args, all).toReversed()), pin_count: 0 };
}

function replies(call: Call): Json {
  const channel = readable(call);
  const { state } = call.slack;
  const parent = findMessage(state, channel.id, text(call.args, 'ts'));
  if (parent === undefined) return refuse('thread_not_found');
  const below = repliesOf(state, channel.id, parent.ts).filter((m) => m.ephemeralTo === null);
  // The parent stands at the head whatever is asked for.
  return messages(call, [parent, ...bounded(call.args, below)]);
}

function visible({ slack, team }: Call, id: string): StoredUser {
  const user = slack.state.users.get(id);
  return user === undefined || user.seenIn !== team.id ? refuse('user_not_found') : user;
}

const seesMail = ({ team }: Call): boolean => team.scopes.includes('users:read.email');

function lookupByEmail(call: Call): Json {
  const email = text(call.args, 'email').toLowerCase();
  const found = [...call.slack.state.users.values()].find(
    (u) => u.seenIn === call.team.id && !u.isDeleted && !u.isBot && !u.isStranger && u.email.toLowerCase() === email,
  );
  return found === undefined ? refuse('users_not_found') : { user: userJson(found, true, false) };
}

function users(call: Call): Json {
  const all = [...call.slack.state.users.values()].filter((u) => u.seenIn === call.team.id);
  const { items, next } = page(call.args, all, 200);
  const withLocale = flag(call.args, 'include_locale');
  return {
    members: items.map((u) => userJson(u, seesMail(call), withLocale)),
    cache_ts: call.slack.state.seconds(),
    ...nextPage(next),
  };
}

export const CONVERSATIONS: Methods = {
  'conversations.open': { scopes: ['im:write', 'mpim:write'], run: open },
  'conversations.info': {
    required: ['channel'],
    run: (call) => {
      const channel = channelIn(call);
      needOf(call.team, channel, 'read');
      const count = flag(call.args, 'include_num_members') ? { num_members: channel.members.length } : {};
      return { channel: { ...channelJson(call.slack.state, channel), ...count } };
    },
  },
  'conversations.members': {
    required: ['channel'],
    run: (call) => {
      const channel = channelIn(call);
      needOf(call.team, channel, 'read');
      const { items, next } = page(call.args, channel.members, 100);
      return { members: items, ...nextPage(next) };
    },
  },
  'conversations.list': { run: list },
  'conversations.join': { scopes: ['channels:join'], required: ['channel'], run: join },
  'conversations.history': { required: ['channel'], run: history },
  'conversations.replies': { required: ['channel', 'ts'], run: replies },
  'users.info': {
    scopes: ['users:read'],
    required: ['user'],
    run: (call) => ({
      user: userJson(visible(call, text(call.args, 'user')), seesMail(call), flag(call.args, 'include_locale')),
    }),
  },
  'users.lookupByEmail': { scopes: ['users:read.email'], required: ['email'], run: lookupByEmail },
  'users.list': { scopes: ['users:read'], run: users },
};

export const TEAMS: Methods = {
  'auth.test': {
    run: ({ team }) => {
      // For an installation on the organisation, that one takes the workspace's place.
      const whole = team.orgWide && team.enterprise !== null ? team.enterprise : team;
      return {
        url: `https://${team.domain}.slack.com/`,
        team: whole.name,
        user: 'gongdan',
        team_id: whole.id,
        user_id: team.botUser,
        bot_id: team.botId,
        ...(team.enterprise === null ? {} : { enterprise_id: team.enterprise.id }),
        is_enterprise_install: team.orgWide,
      };
    },
  },
  'team.info': {
    scopes: ['team:read'],
    run: (call) => {
      const asked = text(call.args, 'team');
      if (asked !== '' && asked !== call.team.id) refuse('team_not_found');
      const { team } = call;
      return {
        team: {
          id: team.id,
          name: team.name,
          domain: team.domain,
          url: `https://${team.domain}.slack.com/`,
          email_domain: '',
          icon: { image_default: true },
          ...(team.enterprise === null
            ? {}
            : { enterprise_id: team.enterprise.id, enterprise_name: team.enterprise.name }),
        },
      };
    },
  },
  'bots.info': {
    scopes: ['users:read'],
    run: ({ team, args }) => {
      const asked = text(args, 'bot');
      if (asked !== '' && asked !== team.botId) refuse('bot_not_found');
      return {
        bot: {
          id: team.botId,
          deleted: false,
          name: 'gongdan',
          updated: 1_700_000_000,
          app_id: APP.id,
          user_id: team.botUser,
          icons: {},
        },
      };
    },
  },
  'apps.connections.open': { token: 'app', run: ({ slack }) => ({ url: slack.sockets.ticket(slack.url) }) },
};

/** An argument that has to be an object. */
export const objectIn = (args: Json, key: string): Json => {
  const value = args[key];
  return isObject(value) ? value : refuse('invalid_arguments');
};
