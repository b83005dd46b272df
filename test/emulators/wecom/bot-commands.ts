import { createHash } from 'node:crypto';
import { asObject, asText, asTexts, bytesOf, isObject, type Json } from '../json.ts';
import type { BotState, Request, StoredBotMessage, Upload } from './bot-state.ts';
import { checkCard, checkTask, isInteractive } from './card-rules.ts';
import { textOf, viewOf } from './card-view.ts';
import { mediaOf } from './content.ts';
import { refuse } from './method.ts';
import { DAY_MS, findMember, HOUR_MS, MINUTE_MS, type StoredFile } from './state.ts';

/** A press is answered within so long (fact sheet, 4.5). */
const PRESS_MS = 5_000;
const STREAM_MS = 6 * MINUTE_MS;
const CONTENT_BYTES = 20_480;
const CHUNK_BYTES = 512 * 1_024;
const CHUNKS = 100;
const MEDIA = ['file', 'image', 'voice', 'video'];

/** The request does not take this command; it ended; it came to nothing. */
const WRONG_COMMAND = 846605;
const EXPIRED = 846608;

export type Command = (bot: BotState, reqId: string, body: Json) => Json;

/** @throws Refusal */
function requestOf(bot: BotState, reqId: string, kinds: readonly Request['kind'][], ms: number): Request {
  const request = bot.requests.get(reqId) ?? refuse(WRONG_COMMAND, 'invalid req_id');
  if (!kinds.includes(request.kind)) return refuse(WRONG_COMMAND, 'this request does not take this command');
  return bot.state.now() - request.at > ms ? refuse(EXPIRED, 'request expired') : request;
}

/** @throws Refusal */
function checkRate({ state, settings }: BotState, chat: string): void {
  const { minute, hour } = settings.perChat;
  const fits = state.fits(`chat ${chat}`, [
    [minute, MINUTE_MS],
    [hour, HOUR_MS],
  ]);
  if (!fits) refuse(45009, 'api freq out of limit');
}

interface Draft {
  readonly kind: string;
  readonly text: string;
  readonly card: Json | null;
  readonly file: StoredFile | null;
  readonly stream?: StoredBotMessage['stream'];
  readonly warnings: readonly string[];
}

/** @throws Refusal */
function cardIn(bot: BotState, value: unknown): Pick<Draft, 'card' | 'text' | 'warnings'> {
  if (!isObject(value)) return refuse(40063, 'template_card missing');
  const warnings = checkCard(value, 'bot');
  const task = asText(value['task_id']);
  if (isInteractive(value) || value['task_id'] !== undefined) checkTask(task);
  if (task !== '' && bot.tasks.has(task)) refuse(42014, 'task_id was used before');
  if (task !== '') bot.tasks.add(task);
  return { card: value, text: textOf(viewOf({ raw: value, greyed: null, changes: 0 }, task)), warnings };
}

/** @throws Refusal */
function markdownIn(content: unknown): string {
  const text = asText(content);
  if (text === '') refuse(44004, 'empty content');
  if (bytesOf(text) > CONTENT_BYTES) refuse(45002, 'content size out of limit');
  return text;
}

/** @throws Refusal */
function draftOf(bot: BotState, body: Json, kinds: readonly string[]): Draft {
  const kind = asText(body['msgtype']);
  if (!kinds.includes(kind)) refuse(40008, 'invalid message type');
  const plain = { kind, text: '', card: null, file: null, warnings: [] };
  const content = asObject(body[kind]);
  if (kind === 'template_card') return { ...plain, ...cardIn(bot, body[kind]) };
  if (MEDIA.includes(kind)) {
    const file = mediaOf(bot.state, content['media_id'], kind);
    return { ...plain, text: kind === 'file' ? file.name : '', file };
  }
  return { ...plain, text: markdownIn(content['content']) };
}

function store({ state, messages }: BotState, chat: string, draft: Draft, answers: string | null): void {
  messages.push({
    id: state.next('bot-msg-'),
    chat,
    kind: draft.kind,
    text: draft.text,
    taskId: asText(draft.card?.['task_id']),
    card: draft.card === null ? null : { raw: draft.card, greyed: null, changes: 0 },
    own: new Map(),
    file: draft.file,
    answers,
    stream: draft.stream ?? null,
    warnings: [...draft.warnings],
    sentAt: state.clock.now(),
  });
}

/** An answer that grows: the same `stream.id` goes on with the same message. @throws Refusal */
function stream(bot: BotState, reqId: string, chat: string, body: Json): void {
  const given = asObject(body['stream']);
  const id = asText(given['id']);
  if (id === '') refuse(40063, 'stream.id missing');
  const text = asText(given['content']);
  if (bytesOf(text) > CONTENT_BYTES) refuse(45002, 'content size out of limit');
  const before = bot.messages.find((m) => m.answers === reqId && m.stream?.id === id);
  const isDone = given['finish'] === true;
  const isCard = body['msgtype'] === 'stream_with_template_card' && body['template_card'] !== undefined;
  if (before?.stream === undefined || before.stream === null) {
    checkRate(bot, chat);
    const card = isCard ? cardIn(bot, body['template_card']) : { card: null, warnings: [] };
    const at = { id, isDone, began: bot.state.now() };
    store(bot, chat, { kind: 'stream', file: null, ...card, text, stream: at }, reqId);
    return;
  }
  if (before.stream.isDone || bot.state.now() - before.stream.began > STREAM_MS) refuse(EXPIRED, 'stream expired');
  before.text = text;
  before.stream.isDone = isDone;
  if (isCard && before.card === null)
    before.card = { raw: cardIn(bot, body['template_card']).card ?? {}, greyed: null, changes: 0 };
}

const respond: Command = (bot, reqId, body) => {
  const { chat } = requestOf(bot, reqId, ['said', 'entered'], DAY_MS);
  const kind = asText(body['msgtype']);
  if (kind === 'stream' || kind === 'stream_with_template_card') stream(bot, reqId, chat, body);
  else {
    checkRate(bot, chat);
    store(bot, chat, draftOf(bot, body, ['template_card', 'markdown', ...MEDIA]), reqId);
  }
  return {};
};

const welcome: Command = (bot, reqId, body) => {
  const request = requestOf(bot, reqId, ['entered'], PRESS_MS);
  if (request.isUsed) refuse(WRONG_COMMAND, 'the welcome was given');
  store(bot, request.chat, draftOf(bot, body, ['text', 'template_card']), reqId);
  request.isUsed = true;
  return {};
};

const update: Command = (bot, reqId, body) => {
  const request = requestOf(bot, reqId, ['pressed'], PRESS_MS);
  const { message } = request;
  if (request.isUsed || message?.card === undefined || message.card === null)
    return refuse(WRONG_COMMAND, 'the card was changed');
  if (body['response_type'] !== 'update_template_card') refuse(40058, 'invalid response_type');
  const card = body['template_card'];
  if (!isObject(card)) return refuse(40063, 'template_card missing');
  if (card['task_id'] !== message.taskId) refuse(42014, 'another task_id');
  const warnings = checkCard(card, 'bot').map((warning) => `changed: ${warning}`);
  message.warnings.push(...warnings);
  request.isUsed = true;
  const next = { raw: card, greyed: null, changes: message.card.changes + 1 };
  const users = asTexts(body['userids']);
  if (users.length === 0) {
    message.card = next;
    message.own.clear();
  }
  for (const user of users) message.own.set(user, next);
  return {};
};

/** The chat that an id means. @throws Refusal */
function chatOf({ state, chats }: BotState, body: Json): string {
  const id = asText(body['chatid']);
  const type = body['chat_type'] ?? 0;
  if (id === '' || ![0, 1, 2].includes(type as number)) return refuse(40058, 'invalid chatid or chat_type');
  if (type !== 1 && chats.has(id)) return id;
  const member = findMember(state, id) ?? Array.from(state.members.values()).find((m) => m.openUserId === id);
  if (type !== 2 && member !== undefined) return member.userId;
  return refuse(93006, 'invalid chatid');
}

const send: Command = (bot, _reqId, body) => {
  const chat = chatOf(bot, body);
  if (!bot.opened.has(chat)) refuse(bot.settings.unopened, 'nobody has written to the bot here');
  checkRate(bot, chat);
  store(bot, chat, draftOf(bot, body, ['markdown', 'template_card', ...MEDIA]), null);
  return {};
};

const beginUpload: Command = ({ state, uploads }, _reqId, body) => {
  const count = Number(body['total_chunks']);
  if (!MEDIA.includes(asText(body['type']))) refuse(40005, 'invalid type');
  if (!(count >= 1 && count <= CHUNKS)) refuse(40058, 'invalid total_chunks');
  if (!state.fits('bot upload', [[30, MINUTE_MS]])) refuse(45009, 'api freq out of limit');
  const id = state.secret('upload-');
  uploads.set(id, {
    type: asText(body['type']),
    name: asText(body['filename']),
    chunks: Array.from({ length: count }, () => null),
    size: Number(body['total_size']),
    md5: asText(body['md5']),
  });
  return { upload_id: id };
};

/** @throws Refusal */
const uploadOf = ({ uploads }: BotState, body: Json): Upload =>
  uploads.get(asText(body['upload_id'])) ?? refuse(40058, 'invalid upload_id');

const chunk: Command = (bot, _reqId, body) => {
  const upload = uploadOf(bot, body);
  const bytes = Buffer.from(asText(body['base64_data']), 'base64');
  const index = Number(body['chunk_index']);
  if (!(index >= 0 && index < upload.chunks.length) || bytes.length > CHUNK_BYTES) refuse(40058, 'invalid chunk');
  upload.chunks[index] = bytes;
  return {};
};

const endUpload: Command = (bot, _reqId, body) => {
  const { type, name, chunks, size, md5 } = uploadOf(bot, body);
  const bytes = Buffer.concat(chunks.map((part) => part ?? refuse(40058, 'a chunk is missing')));
  if (bytes.length !== size || createHash('md5').update(bytes).digest('hex') !== md5) refuse(40058, 'invalid md5');
  const id = bot.state.secret('bot-media-');
  bot.state.media.set(id, { name, type, bytes, at: bot.state.now() });
  return { type, media_id: id, created_at: Math.floor(bot.state.now() / 1_000) };
};

/** What the bot can ask, by the name of the frame. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  aibot_respond_msg: respond,
  aibot_respond_welcome_msg: welcome,
  aibot_respond_update_msg: update,
  aibot_send_msg: send,
  aibot_upload_media_init: beginUpload,
  aibot_upload_media_chunk: chunk,
  aibot_upload_media_finish: endUpload,
};
