import type { CardView } from './emulator.ts';
import type { Json } from '../json.ts';

export interface WeComBot {
  readonly botId: string;
  /** Of the long connection. */
  readonly secret: string;
  readonly name: string;
}

/** The smart bot (智能机器人) on its long connection, and the chats it is in (fact sheet, 4.5). */
export interface BotEmulator extends WeComBot {
  /** A group with the bot in it. Nobody has written to it yet: the bot cannot send there before. */
  addChat(chat: { readonly id: string; readonly members: readonly string[] }): void;

  // What people do. `chat`: a group's id, or null: their own chat with the bot. Frames go out once, and are lost where no socket is.
  says(user: string, chat: string | null, text: string, more?: BotSaying): Told;
  /** Text and pictures in one, in a group or alone. */
  sendsMixed(user: string, chat: string | null, parts: readonly (string | Uint8Array)[], more?: BotSaying): Told;
  /** Only alone. Voice comes as the words it was heard as. */
  sendsImage(user: string, bytes: Uint8Array): Told;
  sendsFile(user: string, name: string, bytes: Uint8Array): Told;
  sendsVideo(user: string, bytes: Uint8Array): Told;
  sendsVoice(user: string, words: string): Told;
  /** As `presses` of an app; `card`: task_id, message id, or null: the newest with such a button. */
  presses(
    user: string,
    chat: string | null,
    card: string | null,
    button: string,
    chosen?: Readonly<Record<string, string | readonly string[]>>,
  ): Told;
  menuPress(user: string, chat: string | null, card: string | null, entry: string): Told;
  /** First entry of the day. */
  enters(user: string): Told;
  /** Whether others wrote to the bot there before: then it may send. */
  opens(chat: string): void;
  /** Any frame, as it is. */
  pushes(frame: unknown): void;

  // What stands.
  /** What the bot said in a chat (a group's id or a user id), oldest first; cards as they stand now. */
  chat(id: string): readonly BotMessage[];
  /** Every frame that the bot sent, and what it was answered. */
  readonly frames: readonly BotFrame[];
  /** Resolves with the frame of the bot that answers this request, when it has come; `nth`: 0 is the first. */
  answer(told: Told, nth?: number): Promise<BotFrame>;

  // The connection.
  /** Subscribed sockets. */
  readonly connections: number;
  /** How often somebody subscribed, rightly or not. */
  readonly subscribed: number;
  /** Resolves when so many are subscribed, or more; of 0: when none is. */
  sockets(count: number): Promise<void>;
  /** The connection is reset. */
  drops(): void;
  /** Another process subscribes and takes over: the bot is told by `disconnected_event`. */
  kicks(): void;
  /** The next subscriptions are refused with this, so often. */
  refuses(errcode: number, times?: number): void;
  /** Whether pings are answered; default true. */
  pongs: boolean;
  /** Acknowledgements come so late, by the clock; default 0. */
  ackDelayMs: number;
  /** Of this kind of frame (`aibot_send_msg`; `*`: any but subscriptions and pings) the next ones are answered so, and not done. `lost`: done and never acknowledged. */
  fails(cmd: string, ...failures: readonly (number | 'lost' | 'pass')[]): void;

  // How it differs.
  /** People are called by their open_userid: the bot was not made by a super administrator. Default false. */
  encryptsUsers: boolean;
  /** Presses are told flat, as the SDK's README has it, instead of nested. Default false. */
  flatEvents: boolean;
  /** Of one chat, in a minute and an hour; over it: 45009. Default 30 and 1 000. */
  perChat: { readonly minute: number; readonly hour: number };
  /** What a chat is refused with that nobody has written in; default 93006. */
  unopened: number;
}

export interface BotSaying {
  /** Quoted: text, a picture, or a file with its name. */
  readonly quote?: string | Uint8Array | { readonly name: string; readonly bytes: Uint8Array };
  /** Fields laid over the body. */
  readonly over?: Json;
}

export interface Told {
  readonly reqId: string;
  readonly msgId: string;
  /** Whether there was a socket to tell. */
  readonly sent: boolean;
  readonly body: Json;
}

export interface BotMessage {
  readonly id: string;
  readonly chat: string;
  /** `markdown`, `template_card`, `stream`, `text` (a welcome), `file`, ... */
  readonly kind: string;
  readonly text: string;
  /** Of a card: for `viewer`, or for whom nobody was changed alone. */
  readonly card: CardView | null;
  /** The same for one person. */
  view(user: string): CardView | null;
  readonly file: { readonly name: string; readonly bytes: Uint8Array } | null;
  /** The request it answers; null: on the bot's own account. */
  readonly answers: string | null;
  readonly warnings: readonly string[];
  readonly sentAt: Date;
}

export interface BotFrame {
  readonly cmd: string;
  readonly reqId: string;
  readonly body: Json;
  readonly errcode: number;
  readonly at: Date;
}
