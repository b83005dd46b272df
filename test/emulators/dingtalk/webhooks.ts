import { refuseOld, type DingTalk, type Endpoints } from './api-method.ts';
import { webhookContent } from './content.ts';
import { asObject, asText, asTexts, isObject, type Json } from '../json.ts';
import { sign } from './signature.ts';
import { store, type State } from './state.ts';

const MOST_BYTES = 20_000;
/** A signature is good for so long, ms (fact sheet, 3.6). */
const SIGNED_MS = 3_600_000;

/** A name in the words: not the beginning of a longer one. */
const mention = (name: string): RegExp =>
  new RegExp(`@${name.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`)}(?![\\w-])`, 'gu');

/** Whom a message really notifies: members that the list and the words name, both of them (fact sheet, 5). */
function named(state: State, conversation: string, words: string, at: Json): ReadonlyMap<string, string> {
  const members = state.groups.get(conversation)?.members ?? [];
  const found = new Map<string, string>();
  if (at['isAtAll'] === true) for (const member of members) found.set(member, '');
  const ids = asTexts(at['atUserIds']);
  const mobiles = asTexts(at['atMobiles']);
  for (const id of members) {
    const user = state.users.get(id);
    if (user === undefined || user.external) continue;
    const by = [
      ...(ids.includes(id) ? [id] : []),
      ...(user.mobile !== null && mobiles.includes(user.mobile) ? [user.mobile] : []),
    ].find((name) => mention(name).test(words));
    if (by !== undefined) found.set(id, by);
  }
  return found;
}

/** Posts what a webhook's body says; false: it cannot be said. `empty` says nothing. */
export function sayByWebhook(
  state: State,
  conversation: string,
  from: string | null,
  body: Json,
  where: string,
): boolean {
  if (body['msgtype'] === 'empty') return true;
  const content = webhookContent(state, body, where);
  if (content === null) return false;
  const inner = asObject(body[asText(body['msgtype'])]);
  const words = `${asText(inner['content'])}\n${asText(inner['text'])}`;
  const takesAt = content.kind !== 'link';
  const at = takesAt ? named(state, conversation, words, asObject(body['at'])) : new Map<string, string>();
  let { text } = content;
  for (const [id, by] of at) if (by !== '') text = text.replaceAll(mention(by), `@${state.users.get(id)?.name ?? id}`);
  store(state, { ...content, conversation, from, text, at: [...at.keys()] });
  return true;
}

/** The body, if a webhook takes it. */
function bodyOf(headers: Readonly<Record<string, string>>, body: unknown, size: number): Json {
  if (!(headers['content-type'] ?? '').includes('application/json')) refuseOld(43004, 'invalid content-type');
  if (!isObject(body) || Object.keys(body).length === 0) return refuseOld(40035, '缺少参数 json');
  if (size > MOST_BYTES) refuseOld(460101, 'message too long, exceed 20000 bytes');
  return body;
}

const OK = { errcode: 0, errmsg: 'ok' };

function checkSignature({ state }: DingTalk, secret: string, query: Readonly<Record<string, string>>): void {
  const timestamp = query['timestamp'] ?? '';
  const isFresh = Math.abs(state.now() - Number(timestamp)) <= SIGNED_MS && timestamp !== '';
  if (!isFresh) refuseOld(310000, 'sign not match, more: timestamp is invalid');
  if (query['sign'] !== sign(secret, timestamp)) refuseOld(310000, 'sign not match');
}

const used = new WeakMap<State, Set<string>>();

/** Whether a custom robot said it before under the same key; from now on it has. */
function isSaid(state: State, token: string, key: string): boolean {
  const keys = used.get(state) ?? new Set<string>();
  used.set(state, keys);
  const before = keys.has(`${token} ${key}`);
  keys.add(`${token} ${key}`);
  return before;
}

export const WEBHOOKS: Endpoints = {
  'POST /robot/sendBySession': {
    api: 'hook',
    run({ state }, { query, headers, body, size }) {
      const json = bodyOf(headers, body, size);
      const session = state.sessions.get(query['session'] ?? '');
      if (session === undefined || state.now() > session.expiresAt) return refuseOld(300001, 'session 不存在');
      const group = state.groups.get(session.conversation);
      if (group?.bot === false) return refuseOld(400106, 'robot does not exist');
      if (!sayByWebhook(state, session.conversation, null, json, 'sendBySession'))
        refuseOld(400105, 'unsupported message type');
      return OK;
    },
  },
  'POST /robot/send': {
    api: 'hook',
    run(ding, { query, headers, body, size }) {
      const { state, faults } = ding;
      const robot = state.robots.get(query['access_token'] ?? '');
      if (robot === undefined) return refuseOld(300005, 'token is not exist');
      checkSignature(ding, robot.secret, query);
      const json = bodyOf(headers, body, size);
      if (faults.isRobotBlocked(robot.token)) refuseOld(130101, 'send too fast, exceed 20 times per minute');
      const key = asText(json['msgUuid']);
      if (key !== '' && isSaid(state, robot.token, key)) return OK;
      if (!sayByWebhook(state, robot.group, robot.token, json, 'robot/send'))
        refuseOld(400105, 'unsupported message type');
      return OK;
    },
  },
};
