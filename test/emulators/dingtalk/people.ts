import type { DingTalk } from './api-method.ts';
import { answerPress } from './card-rules.ts';
import { buttonsOf, formFields, viewOf, type Button } from './card-view.ts';
import type { DingContent, DingField, DingGroup, DingUser, Saying, Told } from './emulator.ts';
import { asList, asText, isObject, type Json } from '../json.ts';
import {
  BOT,
  chatCid,
  groupOf,
  isThere,
  lwcp,
  maySee,
  store,
  userOf,
  type State,
  type StoredCard,
  type StoredMessage,
} from './state.ts';
import { UNTOLD } from './wire.ts';

/** A session's webhook works for so long (fact sheet, 2). */
const SESSION_MS = 5_400_000;

const DTMD = /^dtmd:\/\/dingtalkclient\/sendMessage\?content=(.+)$/u;

interface Heard {
  readonly person: DingUser;
  readonly conversation: string;
  readonly msgId: string;
  readonly at: readonly string[];
  readonly quote: string | undefined;
}

/** The message a person points at, if they see it. */
function seen(state: State, user: string, id: string): StoredMessage {
  const found = state.messages.find((m) => (m.id === id || m.card === id) && maySee(state, m, user));
  if (found === undefined) throw new Error(`${user} sees no message ${id}`);
  return found;
}

function quoted(state: State, { person, quote }: Heard): Json {
  if (quote === undefined) return {};
  const message = seen(state, person.userId, quote);
  const isBot = message.from === null;
  return {
    // What the bot sent has another id among messages than the one its sending was answered with.
    ...(isBot && { originalMsgId: `in-${message.id}`, originalProcessQueryKey: message.id }),
    text: {
      isReplyMsg: true,
      repliedMsg: {
        msgType: message.kind === 'card' ? 'interactiveCard' : message.kind,
        msgId: isBot ? `in-${message.id}` : message.id,
        senderId: isBot ? BOT : lwcp(message.from ?? ''),
        createdAt: message.sentAt.getTime(),
        content: { text: message.text },
      },
    },
  };
}

/** Everything of a frame's data but what was said (fact sheet, 2). */
function envelope({ state, url }: DingTalk, heard: Heard): Json {
  const { person, conversation, msgId, at } = heard;
  const group = state.groups.get(conversation);
  const session = state.next('session');
  const now = state.now();
  state.sessions.set(session, { conversation, expiresAt: now + SESSION_MS });
  const atUser = (id: string): Json => {
    const user = userOf(state, id);
    return { dingtalkId: lwcp(id), ...(!user.external && { staffId: id }) };
  };
  return {
    senderPlatform: 'Mac',
    conversationId: group?.id ?? chatCid(person.userId),
    chatbotCorpId: state.app.corpId,
    chatbotUserId: BOT,
    msgId,
    senderNick: person.name,
    isAdmin: false,
    ...(!person.external && { senderStaffId: person.userId }),
    senderCorpId: person.external ? 'dingelsewhere' : state.app.corpId,
    senderId: lwcp(person.userId),
    sessionWebhook: `${state.settings.reachedAt ?? url}/robot/sendBySession?session=${session}`,
    sessionWebhookExpiredTime: now + SESSION_MS,
    createAt: now,
    conversationType: group === undefined ? '1' : '2',
    ...(group !== undefined && {
      conversationTitle: group.title,
      isInAtList: true,
      atUsers: [{ dingtalkId: BOT }, ...at.map(atUser)],
    }),
    robotCode: state.app.robotCode,
    openThreadId: conversation,
    newField: { unknown: true },
  };
}

/** Stores what somebody said and tells the bot, if it is there to hear. */
async function tell(
  ding: DingTalk,
  person: DingUser,
  conversation: string,
  draft: Pick<StoredMessage, 'kind' | 'text'> & Partial<StoredMessage>,
  payload: Json,
  { at = [], quote, unheard, over = {} }: Saying,
): Promise<Told> {
  const { state, wire } = ding;
  if (!isThere(state, person.userId, conversation)) throw new Error(`${person.userId} is not in ${conversation}`);
  const heard: Heard = { person, conversation, msgId: `${state.next('msg')}+w==`, at, quote };
  const quotes = quoted(state, heard);
  const base = envelope(ding, heard);
  store(state, { at, ...draft, conversation, from: person.userId, id: heard.msgId });
  if (unheard === true || state.groups.get(conversation)?.bot === false) return { ...UNTOLD, msgId: heard.msgId };
  const text = { ...(isObject(payload['text']) && payload['text']), ...(isObject(quotes['text']) && quotes['text']) };
  const said = state.settings.inboundQuotaSpent
    ? { msgtype: payload['msgtype'], errorCode: '20001', errorMessage: '本月消息额度已用完' }
    : { ...quotes, ...payload, ...(Object.keys(text).length > 0 && { text }) };
  return wire.tell({ kind: 'message', id: heard.msgId, data: { ...base, ...said, ...over } });
}

/** The names of others are cut out with their @, and so is the bot's, which leaves a blank (fact sheet, 2). */
function cut(state: State, group: DingGroup | undefined, text: string, at: readonly string[]): string {
  let rest = text;
  for (const id of at)
    rest = rest.replaceAll(`@${userOf(state, id).name} `, '').replaceAll(`@${userOf(state, id).name}`, '');
  return group === undefined ? rest : ` ${rest}`;
}

export async function says(
  ding: DingTalk,
  user: string,
  conversation: string,
  text: string,
  more: Saying = {},
): Promise<Told> {
  const person = userOf(ding.state, user);
  const content = cut(ding.state, ding.state.groups.get(conversation), text, more.at ?? []);
  return tell(ding, person, conversation, { kind: 'text', text }, { msgtype: 'text', text: { content } }, more);
}

function keep(state: State, name: string, bytes: Uint8Array): string {
  const code = `${state.next('download')}/+w==`;
  state.downloads.set(code, { name, bytes });
  return code;
}

/** How a content is told: its fields, and what people see of it. */
function contentOf(state: State, content: DingContent): { readonly fields: Json; readonly text: string } {
  switch (content.type) {
    case 'unknown':
      return { fields: { unknownMsgType: content.words }, text: content.words };
    case 'richText': {
      const parts = content.parts.map((part) => {
        if ('text' in part) return { text: part.text };
        const downloadCode = keep(state, part.name, part.bytes);
        return { type: 'picture', downloadCode, pictureDownloadCode: downloadCode };
      });
      const texts = content.parts.flatMap((part) => ('text' in part ? [part.text] : []));
      return { fields: { richText: parts }, text: texts.join('') };
    }
    default: {
      const downloadCode = keep(state, content.name, content.bytes);
      const duration = content.durationMs ?? 1_000;
      const more: Readonly<Record<typeof content.type, Json>> = {
        picture: { pictureDownloadCode: downloadCode },
        file: { fileName: content.name, fileId: state.next(''), spaceId: '1' },
        audio: { recognition: content.recognition ?? '', duration },
        video: { videoType: 'mp4', duration },
      };
      return { fields: { downloadCode, ...more[content.type] }, text: content.type === 'file' ? content.name : '' };
    }
  }
}

export async function sendsContent(
  ding: DingTalk,
  user: string,
  conversation: string,
  content: DingContent,
  more: Saying = {},
): Promise<Told> {
  const { state } = ding;
  const isGroup = state.groups.has(conversation);
  if (isGroup && ['file', 'audio', 'video'].includes(content.type))
    throw new Error(`no ${content.type} can be sent to a robot in a group`);
  const { fields, text } = contentOf(state, content);
  const file = 'bytes' in content ? { name: content.name, bytes: content.bytes } : null;
  const msgtype = content.type === 'unknown' ? 'unknownMsgType' : content.type;
  const draft = { kind: content.type, text, file };
  return tell(ding, userOf(state, user), conversation, draft, { msgtype, content: fields }, more);
}

/** A press as DingTalk tells of it (fact sheet, 4.3); what is answered, the one who pressed sees. */
async function press(
  { state, wire }: DingTalk,
  card: StoredCard,
  { user, conversation }: { readonly user: string; readonly conversation: string },
  actionIds: readonly string[],
  params: Json,
): Promise<Told> {
  const { callback } = card;
  if (callback === null) return UNTOLD;
  const route = callback.type === 'HTTP' ? (state.routes.get(callback.route) ?? null) : null;
  if (callback.type === 'HTTP' && route === null) return UNTOLD;
  const content = JSON.stringify({ cardPrivateData: { actionIds, params } });
  const data = {
    type: 'actionCallback',
    outTrackId: card.outTrackId,
    userId: user,
    userIdType: 1,
    corpId: state.app.corpId,
    spaceType: 'im',
    spaceId: state.groups.has(conversation) ? conversation : chatCid(conversation),
    extension: '{}',
    content,
    value: content,
    newField: { unknown: true },
  };
  const told = await wire.ask(data, route);
  if (told.response !== null) answerPress(state, card, user, told.response);
  return told;
}

function cardOf(state: State, message: StoredMessage): StoredCard {
  const card = message.card === null ? undefined : state.cards.get(message.card);
  if (card === undefined) throw new Error(`${message.id} is no card`);
  return card;
}

export async function presses(ding: DingTalk, user: string, id: string, wanted: string): Promise<Told> {
  const { state } = ding;
  userOf(state, user);
  const message = seen(state, user, id);
  const { conversation } = message;
  if (message.card === null) {
    const link = message.links.find(({ label }) => label === wanted);
    if (link === undefined) throw new Error(`${user} sees no button ${wanted} on ${id}`);
    const words = DTMD.exec(link.url)?.[1];
    if (words === undefined) throw new Error(`${wanted} opens an address and says nothing`);
    return says(ding, user, conversation, decodeURIComponent(words));
  }
  const card = cardOf(state, message);
  const { values } = viewOf(state, card, user);
  const isIt = ({ label, actionId }: Button): boolean => label === wanted || (actionId !== '' && actionId === wanted);
  const button = buttonsOf(card.template, values).find(isIt);
  if (button === undefined) throw new Error(`${user} sees no button ${wanted} on ${id}`);
  if (button.url !== null) throw new Error(`${wanted} opens an address and tells nobody`);
  return press(ding, card, { user, conversation }, [button.actionId], button.params);
}

/** What a field sends; null: nothing was filled in. */
function sent({ type, options, name }: DingField, value: string): unknown {
  if (type === 'CHECKBOX') return value === 'true';
  if (value === '') return null;
  const indexOf = (wanted: string): number => {
    const index = options.findIndex((option) => option.value === wanted);
    if (index === -1) throw new Error(`${name} offers no ${wanted}`);
    return index;
  };
  if (type === 'SELECT') return { index: indexOf(value), value };
  if (type !== 'MULTI_SELECT') return value;
  const several = value.split(',');
  return { index: several.map(indexOf), value: several };
}

export async function submits(
  ding: DingTalk,
  user: string,
  id: string,
  values: Readonly<Record<string, string>>,
): Promise<Told> {
  const { state } = ding;
  const message = seen(state, user, id);
  const card = cardOf(state, message);
  const view = viewOf(state, card, user);
  if (view.form === null) throw new Error(`no form stands open for ${user} on ${id}`);
  if (!view.form.enabled) throw new Error(`the form on ${id} cannot be sent`);
  const fields = formFields(view.values['form'] ?? '') ?? [];
  for (const name of Object.keys(values)) {
    const found = fields.find(({ field }) => field.name === name);
    if (found === undefined || found.field.hidden) throw new Error(`the form has no field ${name}`);
    if (found.raw['readOnly'] === true) throw new Error(`${name} cannot be changed`);
  }
  const form: Record<string, unknown> = {};
  for (const { field, raw } of fields) {
    const value = sent(field, values[field.name] ?? field.value);
    const isEmpty = value === null || (typeof value === 'string' && value.trim() === '');
    if (field.required && !field.hidden && isEmpty)
      throw new Error(`${field.name}: ${asText(raw['requiredMsg']) || 'has to be filled in'}`);
    if (value !== null) form[field.name] = value;
  }
  return press(ding, card, { user, conversation: message.conversation }, ['form'], { form });
}

/** Whoever joins or leaves is not told of. */
export function move(state: State, user: string, id: string, isComing: boolean): void {
  const group = groupOf(state, id);
  const others = group.members.filter((member) => member !== userOf(state, user).userId);
  state.groups.set(id, { ...group, members: isComing ? [...others, user] : others });
}

/** Of an event: its frame. */
export async function happens({ state, wire }: DingTalk, type: string, data: unknown): Promise<Told> {
  const id = state.next('event');
  return wire.tell({
    kind: 'event',
    id,
    headers: {
      eventType: type,
      eventId: id,
      eventCorpId: state.app.corpId,
      eventBornTime: String(state.now()),
      eventUnifiedAppId: 'unified-emulated',
    },
    data: isObject(data) ? data : { list: asList(data) },
  });
}
