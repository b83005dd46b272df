import { createHash } from 'node:crypto';
import { asObject, asText, asTexts, isObject, type Json } from '../json.ts';
import { checkCard } from './card-rules.ts';
import { textOf, viewOf } from './card-view.ts';
import { BY_APP, BY_PUSH, readContent, type Said } from './content.ts';
import type { CardView, PushMessage } from './emulator.ts';
import { needText, refuse, type Asked, type Endpoints, type WeCom } from './method.ts';
import { DAY_MS, findMember, MINUTE_MS, type State, type StoredChat } from './state.ts';

const CHAT_KINDS = new Set(['text', 'markdown', 'textcard', 'news', 'image', 'voice', 'video', 'file']);
const PUSH_KINDS = new Set(['text', 'markdown', 'markdown_v2', 'news', 'file', 'voice']);
/** Of a message push, in a minute (fact sheet, 4.3). */
const PUSHES = 20;
const IMAGE_BYTES = 2 * 1_024 * 1_024;
const GROUPS_A_DAY = 1_000;

/** @throws Refusal */
function create({ state }: WeCom, { args, agentId }: Asked): Json {
  if (state.apps.get(agentId)?.seesAll !== true) refuse(48002, 'the visible range is not the root department');
  if (!state.fits('appchat', [[GROUPS_A_DAY, DAY_MS]])) refuse(45009, 'too many groups');
  const users = asTexts(args['userlist']);
  const members = users.map((user) => findMember(state, user)?.userId ?? refuse(86006, 'invalid member'));
  if (members.length < 2 || members.length > 2_000) refuse(86007, 'invalid member count');
  const name = asText(args['name']);
  if (Array.from(name).length > 50) refuse(40058, 'invalid name');
  const owner = asText(args['owner']);
  if (owner !== '' && !members.includes(owner)) refuse(86006, 'the owner is no member');
  const given = args['chatid'];
  if (given !== undefined && !/^[0-9A-Za-z]{1,32}$/u.test(asText(given))) refuse(86001, 'invalid chatid');
  const id = given === undefined ? state.next('wrGroup') : asText(given);
  if (state.chats.has(id)) refuse(86215, 'chatid exists');
  state.chats.set(id, { id, agentId, name, owner: owner === '' ? (members[0] ?? '') : owner, members, messages: [] });
  return { chatid: id };
}

/** @throws Refusal */
function chatOf({ state }: WeCom, agentId: number, id: unknown): StoredChat {
  if (id === undefined || id === '') return refuse(86003, 'chatid missing');
  const chat = state.chats.get(asText(id)) ?? refuse(86001, 'invalid chatid');
  if (chat.agentId !== agentId) return refuse(86008, 'a group of another app');
  return chat;
}

const stored = (state: State, kind: string, said: Said, card: CardView | null = null): PushMessage => ({
  kind,
  text: said.text,
  content: said.content,
  at: said.at,
  card,
  file: said.file,
  warnings: said.warnings,
  sentAt: state.clock.now(),
});

/** @throws Refusal */
function sendChat(wecom: WeCom, { args, agentId }: Asked): Json {
  const chat = chatOf(wecom, agentId, args['chatid']);
  const kind = asText(args['msgtype']);
  if (!CHAT_KINDS.has(kind)) refuse(40008, 'invalid message type');
  const said = readContent(wecom.state, kind, args, BY_APP) ?? refuse(40008, 'invalid message type');
  const isThere = (user: string): boolean => user === '@all' || chat.members.includes(user);
  chat.messages.push(stored(wecom.state, kind, { ...said, at: said.at.filter(isThere) }));
  return {};
}

/** A picture in the body, with its digest. @throws Refusal */
function imageIn(args: Json): Said {
  const image = asObject(args['image']);
  const bytes = Buffer.from(asText(image['base64']), 'base64');
  if (bytes.length === 0) refuse(40063, 'base64 missing');
  if (bytes.length > IMAGE_BYTES) refuse(40009, 'invalid image size');
  if (createHash('md5').update(bytes).digest('hex') !== image['md5']) refuse(301019, 'md5 does not match');
  return { text: '', content: image, file: { name: 'image', type: 'image', bytes, at: 0 }, at: [], warnings: [] };
}

/** @throws Refusal */
function pushed(state: State, key: string, args: Json): PushMessage {
  const kind = asText(args['msgtype']);
  if (kind === 'image') return stored(state, kind, imageIn(args));
  if (kind === 'template_card') {
    const card = args['template_card'];
    if (!isObject(card)) return refuse(40063, 'template_card missing');
    const warnings = [...checkCard(card, 'push')];
    for (const name of ['action_menu', 'task_id'])
      if (card[name] !== undefined) refuse(40058, `${name} is not taken here`);
    const view = viewOf({ raw: card, greyed: null, changes: 0 }, '');
    return stored(state, kind, { text: textOf(view), content: card, file: null, at: [], warnings }, view);
  }
  if (!PUSH_KINDS.has(kind)) refuse(40008, 'invalid message type');
  const said = readContent(state, kind, args, BY_PUSH) ?? refuse(40008, 'invalid message type');
  const isOurs = asText(said.content['media_id']).startsWith(`push-${key}-`);
  if (said.file !== null && !isOurs) refuse(40007, 'invalid media_id: uploaded elsewhere');
  return stored(state, kind, said);
}

/** @throws Refusal */
function push({ state }: WeCom, { args, query }: Asked): Json {
  const key = needText(query['key'], 93000, 'invalid webhook url');
  const messages = state.webhooks.get(key) ?? refuse(93000, 'invalid webhook url');
  if (!state.fits(`push ${key}`, [[PUSHES, MINUTE_MS]])) refuse(45009, 'api freq out of limit');
  messages.push(pushed(state, key, args));
  return {};
}

export const GROUP_ENDPOINTS: Endpoints = {
  'appchat/create': { method: 'POST', run: create },
  'appchat/send': { method: 'POST', run: sendChat },
  'appchat/get': {
    method: 'GET',
    run(wecom, { query, agentId }) {
      const { id, name, owner, members } = chatOf(wecom, agentId, query['chatid']);
      return { chat_info: { chatid: id, name, owner, userlist: members, chat_type: 0 } };
    },
  },
  'webhook/send': { method: 'POST', open: true, run: push },
};
