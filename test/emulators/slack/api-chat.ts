import { serialised } from './block-kit-objects.ts';
import { asText, isObject, lengthOf, type Json } from './block-kit-rules.ts';
import { checkBlocks } from './block-kit.ts';
import {
  channelIn,
  flag,
  has,
  inspect,
  inspectMessage,
  listIn,
  need,
  refuse,
  text,
  type Call,
  type Methods,
} from './api-method.ts';
import type { SlackChannel, SlackMessage } from './emulator.ts';
import { tellChanged, tellDeleted, tellMessage } from './events.ts';
import { messageJson } from './shapes.ts';
import { directOf, findMessage, store, withIds, type StoredMessage } from './state.ts';

/** Where to post: a channel, or a person, whose direct conversation is opened. */
function target(call: Call): SlackChannel {
  const { slack, team, args } = call;
  const id = text(args, 'channel');
  const user = slack.state.users.get(id);
  if (user !== undefined)
    return user.isBot || user.isDeleted || user.seenIn !== team.id
      ? refuse('channel_not_found')
      : directOf(slack.state, team, id);
  const byName = [...slack.state.channels.values()].find((c) => `#${c.name}` === id && c.team === team.id);
  return channelIn(byName === undefined ? call : { ...call, args: { ...args, channel: byName.id } });
}

/** Throws unless the bot may write there. */
export function mayPost(call: Call, channel: SlackChannel): void {
  if (channel.isArchived) refuse('is_archived');
  if (!channel.bot && !call.team.scopes.includes('chat:write.public')) refuse('not_in_channel');
}

/** The parent of a thread; a reply is none. */
export function threadIn({ slack, args }: Call, channel: SlackChannel): string | null {
  const ts = text(args, 'thread_ts');
  if (ts === '') return null;
  const parent = findMessage(slack.state, channel.id, ts);
  if (parent === undefined || (parent.threadTs !== null && parent.threadTs !== ts)) refuse('cannot_reply_to_message');
  return ts;
}

const metadataIn = (args: Json): SlackMessage['metadata'] => {
  const { metadata } = args;
  if (!isObject(metadata)) return null;
  const payload = metadata['event_payload'];
  return { event_type: asText(metadata['event_type']), event_payload: isObject(payload) ? payload : {} };
};

const MAX_TEXT = 40_000;

function postMessage(call: Call): Json {
  const { slack, team, args, method } = call;
  const channel = target(call);
  mayPost(call, channel);
  inspectMessage(slack, args, method);
  if (serialised(args['blocks'] ?? []) > 13_000) refuse('msg_blocks_too_long');
  if (['username', 'icon_emoji', 'icon_url'].some((key) => has(args, key))) need(team, ['chat:write.customize']);
  const words = text(args, 'text') || text(args, 'markdown_text');
  const isCut = lengthOf(words) > MAX_TEXT;
  const message = store(slack.state, {
    team: team.id,
    channel: channel.id,
    user: team.botUser,
    botId: team.botId,
    text: isCut ? Array.from(words).slice(0, MAX_TEXT).join('') : words,
    blocks: listIn(args, 'blocks'),
    threadTs: threadIn(call, channel),
    metadata: metadataIn(args),
  });
  if (message.threadTs !== null && flag(args, 'reply_broadcast')) message.subtype = 'thread_broadcast';
  void tellMessage(slack, message);
  return {
    channel: channel.id,
    ts: message.ts,
    message: { ...messageJson(slack.state, slack.url, message), ...metadataOf(message) },
    ...(isCut ? { warning: 'message_truncated', response_metadata: { warnings: ['message_truncated'] } } : {}),
  };
}

const metadataOf = (m: StoredMessage): Json => (m.metadata === null ? {} : { metadata: m.metadata });

/** A message of the bot's own. */
function ownMessage(call: Call, channel: SlackChannel, error: string): StoredMessage {
  const message = findMessage(call.slack.state, channel.id, text(call.args, 'ts'));
  if (message === undefined) return refuse('message_not_found');
  return message.botId === call.team.botId ? message : refuse(error);
}

function update(call: Call): Json {
  const { slack, args, method } = call;
  const channel = channelIn(call);
  const message = ownMessage(call, channel, 'cant_update_message');
  if (channel.isArchived) refuse('is_inactive');
  const words = has(args, 'text') ? text(args, 'text') : null;
  if (lengthOf(words ?? '') > 4000) refuse('msg_too_long');
  const isMetadataOnly = words === null && !has(args, 'blocks') && has(args, 'metadata');
  if (!isMetadataOnly) inspectMessage(slack, args, method);
  if (serialised(args['blocks'] ?? []) > 13_000) refuse('msg_blocks_too_long');
  const before = messageJson(slack.state, slack.url, message);
  if (words !== null) message.text = words;
  if (has(args, 'blocks')) message.blocks = withIds(slack.state, listIn(args, 'blocks'));
  else if (words !== null) message.blocks = [];
  if (has(args, 'metadata')) message.metadata = metadataIn(args);
  // Slack flags as edited what has no blocks.
  message.edited = message.edited || (words !== null && message.blocks.length === 0);
  void tellChanged(slack, message, before);
  return {
    channel: channel.id,
    ts: message.ts,
    text: message.text,
    message: { ...messageJson(slack.state, slack.url, message), ...metadataOf(message) },
  };
}

function postEphemeral(call: Call): Json {
  const { slack, team, args, method } = call;
  const channel = channelIn(call);
  mayPost(call, channel);
  const user = text(args, 'user');
  if (!channel.members.includes(user)) refuse('user_not_in_channel');
  inspectMessage(slack, args, method);
  if (lengthOf(text(args, 'text')) > MAX_TEXT) refuse('msg_too_long');
  const message = store(slack.state, {
    team: team.id,
    channel: channel.id,
    user: team.botUser,
    botId: team.botId,
    text: text(args, 'text'),
    blocks: listIn(args, 'blocks'),
    threadTs: threadIn(call, channel),
    ephemeralTo: user,
  });
  return { message_ts: message.ts };
}

function remove(call: Call): Json {
  const channel = channelIn(call);
  const message = ownMessage(call, channel, 'cant_delete_message');
  message.deleted = true;
  void tellDeleted(call.slack, message);
  return { channel: channel.id, ts: message.ts };
}

function getPermalink(call: Call): Json {
  const channel = channelIn(call);
  const message = findMessage(call.slack.state, channel.id, text(call.args, 'message_ts'));
  if (message === undefined) return refuse('message_not_found');
  const root = `https://${call.team.domain}.slack.com/archives/${channel.id}/p${message.ts.replace('.', '')}`;
  const isReply = message.threadTs !== null && message.threadTs !== message.ts;
  const thread = isReply ? `?thread_ts=${message.threadTs}&cid=${channel.id}` : '';
  return { channel: channel.id, permalink: `${root}${thread}` };
}

function unfurl(call: Call): Json {
  const { slack, args, method } = call;
  // `unfurl_id` of the event stands for channel and moment.
  const [channelId = '', ts = ''] = has(args, 'unfurl_id')
    ? text(args, 'unfurl_id').split('-')
    : [text(args, 'channel'), text(args, 'ts')];
  const channel = slack.state.channels.get(channelId);
  if (channel?.team !== call.team.id) return refuse('cannot_find_channel');
  const message = findMessage(slack.state, channel.id, ts);
  if (message === undefined) return refuse('cannot_find_message');
  const unfurls = isObject(args['unfurls']) ? args['unfurls'] : {};
  if (Object.keys(unfurls).length === 0) refuse('missing_unfurls');
  const before = messageJson(slack.state, slack.url, message);
  const added = Object.entries(unfurls).map(([link, value]) => {
    if (!message.text.includes(`<${link.replaceAll('&', '&amp;')}`)) refuse('cannot_unfurl_url');
    const blocks = isObject(value) ? listIn(value, 'blocks') : [];
    inspect(slack, checkBlocks(blocks, 'message', { where: method, mentions: slack.state.mentions }), 'invalid_blocks');
    return [link, { blocks: withIds(slack.state, blocks) }] as const;
  });
  message.unfurls = { ...message.unfurls, ...Object.fromEntries(added) };
  void tellChanged(slack, message, before);
  return {};
}

function reaction(call: Call, change: 'add' | 'remove'): Json {
  const { slack, args, team } = call;
  const channel = channelIn(call);
  if (channel.isArchived) refuse('is_archived');
  const name = text(args, 'name');
  if (!/^[a-z0-9_+'-]+(?:::skin-tone-[2-6])?$/.test(name)) refuse('invalid_name');
  const message = findMessage(slack.state, channel.id, text(args, 'timestamp'));
  if (message === undefined) return refuse('message_not_found');
  const known = message.reactions.find((r) => r.name === name);
  const isThere = known?.users.includes(team.botUser) === true;
  if (change === 'add' && isThere) refuse('already_reacted');
  if (change === 'remove' && !isThere) refuse('no_reaction');
  const others = known?.users.filter((u) => u !== team.botUser) ?? [];
  const users = change === 'add' ? [...others, team.botUser] : others;
  const rest = message.reactions.map((r) => (r.name === name ? { name, users } : r));
  message.reactions = (known === undefined ? [...rest, { name, users }] : rest).filter((r) => r.users.length > 0);
  return {};
}

const scopes = ['chat:write'];

export const CHAT: Methods = {
  'chat.postMessage': { scopes, required: ['channel'], run: postMessage },
  'chat.update': { scopes, required: ['channel', 'ts'], run: update },
  'chat.postEphemeral': { scopes, required: ['channel', 'user'], run: postEphemeral },
  'chat.delete': { scopes, required: ['channel', 'ts'], run: remove },
  'chat.getPermalink': { required: ['channel', 'message_ts'], run: getPermalink },
  'chat.unfurl': { scopes: ['links:write'], required: ['unfurls'], run: unfurl },
  'reactions.add': {
    scopes: ['reactions:write'],
    required: ['channel', 'timestamp', 'name'],
    run: (call) => reaction(call, 'add'),
  },
  'reactions.remove': {
    scopes: ['reactions:write'],
    required: ['channel', 'timestamp', 'name'],
    run: (call) => reaction(call, 'remove'),
  },
};

/** Whether a call puts a new message into a conversation, and so counts against the limit per second. */
export const posts = (method: string, args: Json): boolean =>
  method === 'chat.postMessage' || (method === 'files.completeUploadExternal' && has(args, 'channel_id'));

/** Under which conversation `limit` counts a call. */
export const conversationOf = (args: Json): string => text(args, has(args, 'channel') ? 'channel' : 'channel_id');
