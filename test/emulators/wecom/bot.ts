import { createCipheriv, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { asObject, isObject, type Json } from '../json.ts';
import type { BotEmulator, BotFrame, BotMessage, BotSaying, Told, WeComBot } from './bot-driver.ts';
import { createBotSockets } from './bot-sockets.ts';
import { createBotState, type BotState, type Request, type StoredBotMessage } from './bot-state.ts';
import { buttonOn, chosenOn, entryOn, viewOf } from './card-view.ts';
import type { CardView, Chosen } from './emulator.ts';
import type { Answer } from './method.ts';
import { memberOf, MINUTE_MS, type State } from './state.ts';

/** Addresses of files work for so long (fact sheet, 4.4). */
const FILE_MS = 5 * MINUTE_MS;
const BLOCK = 32;

export interface Bot {
  readonly driver: BotEmulator;
  file(key: string): Answer | null;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/** Keeps a file as WeCom hands it out: encrypted, under a key of its own, for five minutes. */
function keep(bot: BotState, name: string, bytes: Uint8Array): Json {
  const key = randomBytes(32);
  const fill = BLOCK - (bytes.length % BLOCK);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const sealed = Buffer.concat([cipher.update(bytes), cipher.update(Buffer.alloc(fill, fill)), cipher.final()]);
  const id = bot.state.secret('file-');
  bot.files.set(id, { name, bytes: sealed, endsAt: bot.state.now() + FILE_MS });
  return { url: `${bot.url()}/files/${id}`, aeskey: key.toString('base64') };
}

function cardFor(message: StoredBotMessage, user: string | null): CardView | null {
  const card = (user === null ? undefined : message.own.get(user)) ?? message.card;
  return card === null ? null : viewOf(card, message.taskId);
}

function quoted(bot: BotState, quote: BotSaying['quote']): Json {
  if (quote === undefined) return {};
  if (typeof quote === 'string') return { quote: { msgtype: 'text', text: { content: quote } } };
  if (quote instanceof Uint8Array) return { quote: { msgtype: 'image', image: keep(bot, 'image.png', quote) } };
  return { quote: { msgtype: 'file', file: keep(bot, quote.name, quote.bytes) } };
}

const shown = (message: StoredBotMessage): BotMessage => {
  const { id, chat, kind, text, file, answers, warnings, sentAt } = message;
  const view = (user: string | null): CardView | null => cardFor(message, user);
  return { id, chat, kind, text, file, answers, warnings, sentAt, card: view(null), view };
};

export function createBot(state: State, given: Partial<WeComBot>, url: () => string): Bot {
  const bot = createBotState(state, given, url);
  const sockets = createBotSockets(bot);
  const { settings } = bot;

  const isIn = (user: string, chat: string | null): void => {
    memberOf(state, user);
    if (chat === null) return;
    const members = bot.chats.get(chat);
    if (members === undefined) throw new Error(`there is no chat ${chat}`);
    if (!members.includes(user)) throw new Error(`${user} is not in ${chat}`);
  };

  interface News {
    readonly cmd: 'aibot_msg_callback' | 'aibot_event_callback';
    readonly kind: Request['kind'];
    readonly message?: StoredBotMessage;
  }
  const tell = (user: string, chat: string | null, fields: Json, { cmd, kind, message }: News): Told => {
    isIn(user, chat);
    const reqId = state.next('req-');
    const msgId = state.next('bot-in-');
    const { openUserId } = memberOf(state, user);
    const body = {
      msgid: msgId,
      create_time: Math.floor(state.now() / 1_000),
      aibotid: bot.bot.botId,
      ...(chat !== null && { chatid: chat }),
      chattype: chat === null ? 'single' : 'group',
      from: { userid: settings.encryptsUsers ? openUserId : user },
      ...fields,
    };
    if (kind === 'said') bot.opened.add(chat ?? user);
    bot.requests.set(reqId, { kind, chat: chat ?? user, at: state.now(), message: message ?? null, isUsed: false });
    const sent = sockets.push({ cmd, headers: { req_id: reqId }, body });
    return { reqId, msgId, sent, body };
  };
  const say = (user: string, chat: string | null, fields: Json, more: BotSaying = {}): Told =>
    tell(
      user,
      chat,
      { ...fields, ...quoted(bot, more.quote), ...more.over },
      { cmd: 'aibot_msg_callback', kind: 'said' },
    );

  /** What they point at, or the newest that fits. */
  const seen = (user: string, chat: string | null, card: string | null, fits: (view: CardView) => boolean) => {
    isIn(user, chat);
    const theirs = bot.messages
      .filter((m) => m.chat === (chat ?? user) && (card === null || m.id === card || m.taskId === card))
      .flatMap((message) => {
        const view = cardFor(message, user);
        return view === null ? [] : [{ message, view }];
      });
    const found = theirs.findLast(({ view }) => fits(view)) ?? theirs.at(-1);
    if (found === undefined) throw new Error(`${user} sees no card ${card ?? 'at all'}`);
    return found;
  };

  const press = (user: string, chat: string | null, message: StoredBotMessage, type: string, facts: Json): Told => {
    const event = settings.flatEvents ? { eventtype: type, ...facts } : { eventtype: type, [type]: facts };
    return tell(user, chat, { msgtype: 'event', event }, { cmd: 'aibot_event_callback', kind: 'pressed', message });
  };

  const driver: BotEmulator = {
    ...bot.bot,
    addChat({ id, members }) {
      for (const member of members) memberOf(state, member);
      bot.chats.set(id, members);
    },
    says: (user, chat, text, more) =>
      say(user, chat, { msgtype: 'text', text: { content: chat === null ? text : `@${bot.bot.name} ${text}` } }, more),
    sendsMixed(user, chat, parts, more) {
      const items = parts.map((part) =>
        typeof part === 'string'
          ? { msgtype: 'text', text: { content: part } }
          : { msgtype: 'image', image: keep(bot, 'image.png', part) },
      );
      return say(user, chat, { msgtype: 'mixed', mixed: { msg_item: items } }, more);
    },
    sendsImage: (user, bytes) => say(user, null, { msgtype: 'image', image: keep(bot, 'image.png', bytes) }),
    sendsFile: (user, name, bytes) => say(user, null, { msgtype: 'file', file: keep(bot, name, bytes) }),
    sendsVideo: (user, bytes) => say(user, null, { msgtype: 'video', video: keep(bot, 'video.mp4', bytes) }),
    sendsVoice: (user, words) => say(user, null, { msgtype: 'voice', voice: { content: words } }),
    presses(user, chat, card, wanted, chosen: Chosen = {}) {
      const isOn = (view: CardView): boolean => view.buttons.some((b) => b.text === wanted || b.key === wanted);
      const { message, view } = seen(user, chat, card, isOn);
      const { key } = buttonOn(view, wanted);
      const items = chosenOn(view, chosen).map((q) => ({ question_key: q.key, option_ids: { option_id: q.ids } }));
      return press(user, chat, message, 'template_card_event', {
        card_type: view.type,
        event_key: key,
        task_id: message.taskId,
        ...(items.length > 0 && { selected_items: { selected_item: items } }),
      });
    },
    menuPress(user, chat, card, wanted) {
      const isOn = (view: CardView): boolean => view.menu.some((e) => e.text === wanted || e.key === wanted);
      const { message, view } = seen(user, chat, card, isOn);
      const facts = { card_type: view.type, event_key: entryOn(view, wanted), task_id: message.taskId };
      return press(user, chat, message, 'template_card_event', facts);
    },
    enters: (user) =>
      tell(
        user,
        null,
        { msgtype: 'event', event: { eventtype: 'enter_chat' } },
        { cmd: 'aibot_event_callback', kind: 'entered' },
      ),
    opens(chat) {
      bot.opened.add(chat);
    },
    pushes(frame) {
      if (isObject(frame)) {
        const reqId = asObject(frame['headers'])['req_id'];
        const request: Request = { kind: 'other', chat: '', at: state.now(), message: null, isUsed: false };
        if (typeof reqId === 'string' && !bot.requests.has(reqId)) bot.requests.set(reqId, request);
      }
      sockets.push(frame);
    },
    chat: (id) => bot.messages.filter((m) => m.chat === id).map(shown),
    frames: bot.frames,
    async answer({ reqId }, nth = 0) {
      const frame = (): BotFrame | undefined => bot.frames.filter((f) => f.reqId === reqId)[nth];
      await state.until(() => frame() !== undefined);
      return frame() ?? Promise.reject(new Error('no answer'));
    },
    get connections() {
      return sockets.count;
    },
    get subscribed() {
      return sockets.subscribed;
    },
    sockets: async (count) => state.until(() => (count === 0 ? sockets.count === 0 : sockets.count >= count)),
    drops: () => {
      sockets.drops();
    },
    kicks: () => {
      sockets.kicks();
    },
    refuses: (errcode, times = 1) => {
      sockets.refuses(errcode, times);
    },
    fails: (cmd, ...failures) => {
      sockets.fails(cmd, ...failures);
    },
    get pongs() {
      return settings.pongs;
    },
    set pongs(to) {
      settings.pongs = to;
    },
    get ackDelayMs() {
      return settings.ackDelayMs;
    },
    set ackDelayMs(to) {
      settings.ackDelayMs = to;
    },
    get encryptsUsers() {
      return settings.encryptsUsers;
    },
    set encryptsUsers(to) {
      settings.encryptsUsers = to;
    },
    get flatEvents() {
      return settings.flatEvents;
    },
    set flatEvents(to) {
      settings.flatEvents = to;
    },
    get perChat() {
      return settings.perChat;
    },
    set perChat(to) {
      settings.perChat = to;
    },
    get unopened() {
      return settings.unopened;
    },
    set unopened(to) {
      settings.unopened = to;
    },
  };

  return {
    driver,
    file(key) {
      const found = bot.files.get(key);
      if (found === undefined || found.endsAt <= state.now()) return null;
      const headers = {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(found.name)}`,
      };
      return { status: 200, bytes: found.bytes, headers };
    },
    upgrade: (request, socket, head) => {
      sockets.upgrade(request, socket, head);
    },
    close: () => {
      sockets.close();
    },
  };
}
