import type { Clock } from '../../../src/clock.ts';
import type { BotEmulator, WeComBot } from './bot-driver.ts';
import type { Json } from '../json.ts';

export interface WeComOptions {
  /** The time it tells and lives by; redelivery, tokens, codes and limits go by it. */
  readonly clock: Clock;
  readonly corpId?: string;
  /** The default app; what is not given is made up. */
  readonly app?: Partial<WeComApp>;
  /** The smart bot. */
  readonly bot?: Partial<WeComBot>;
}

/**
 * A stateful WeCom on loopback: one enterprise with its members, self-built apps, groups, message pushes, and a smart bot (`bot`). One
 * server stands for the API, the authorize page, files and the WebSocket (fact sheet, section 9).
 *
 * To start: `const wecom = await startWeCom({ clock }); wecom.addMember({ userId: 'lilei', name: '李雷' });
 * wecom.connect(url + '/wecom/callback')`. Point `WECOM_API_URL` and `WECOM_OAUTH_URL` at `wecom.url`, `WECOM_BOT_URL` at
 * `wecom.botUrl`. People act by `says`, `presses` and so on; tests read `inbox(user)`, `bot.chat(id)`, `appchat(id)`, `webhook(key)`,
 * `deliveries`, `calls`. After an own call of the bot that nobody waits for: `await wecom.until(() => ...)`.
 */
export interface WeComEmulator {
  /** `http://127.0.0.1:PORT`: for the API and for the authorize page. */
  readonly url: string;
  /** `ws://127.0.0.1:PORT`: for the smart bot. */
  readonly botUrl: string;
  readonly clock: Clock;
  readonly corpId: string;
  /** The default app: what methods act on that are told of none. */
  readonly app: WeComApp;
  readonly apps: readonly WeComApp[];
  readonly bot: BotEmulator;

  addApp(app?: Partial<WeComApp>): WeComApp;
  /** Whom the app's callback reaches; null (as at the start): it has none, and cards with callbacks are 43012. */
  connect(callbackUrl: string | null, agentId?: number): void;
  addMember(member: Pick<Member, 'userId' | 'name'> & Partial<Member>): Member;
  /** Such as `{ visible: false }`, `{ active: false }`. Nobody is told; `says...` of events is. */
  changeMember(userId: string, to: Partial<Omit<Member, 'userId'>>): void;
  removeMember(userId: string): void;
  /** The root, 1, is there from the start. */
  addDepartment(department: Department): void;
  /** A message push (消息推送) of a group. */
  addWebhook(key: string): void;
  /** The key means nothing any more: 93000. */
  removeWebhook(key: string): void;

  // What people do. Each resolves with the delivery as soon as an attempt of it was answered, it was given up, or 3 s of real time have
  // gone by; redelivery goes on by the clock. `over`: fields of the XML laid over ('' as value: an empty element; null: it is not there).
  says(user: string, text: string, over?: Over): Promise<Delivery>;
  sendsImage(user: string, bytes: Uint8Array, over?: Over): Promise<Delivery>;
  sendsVoice(user: string, bytes: Uint8Array, over?: Over): Promise<Delivery>;
  sendsVideo(user: string, bytes: Uint8Array, over?: Over): Promise<Delivery>;
  /** The official list of what reaches an app has no files: what comes is as other kinds are. */
  sendsFile(user: string, name: string, bytes: Uint8Array, over?: Over): Promise<Delivery>;
  sendsLocation(user: string, at: { lat: string; lon: string; label: string }, over?: Over): Promise<Delivery>;
  sendsLink(user: string, link: { title: string; description: string; url: string }, over?: Over): Promise<Delivery>;
  /**
   * Presses a button of a card as this person sees it, by its label or its key; `card`: its msgid, its task_id, or null: the newest that
   * has such a button. `chosen`: ids by question key, of what they chose in lists of the card; what they did not choose stands as preselected. A button that
   * opens an address, a card that is greyed or recalled, a card they do not have: throws.
   */
  presses(user: string, card: string | null, button: string, chosen?: Chosen): Promise<Delivery>;
  /** An entry of the card's menu at the top right, by its text or key. */
  menuPress(user: string, card: string | null, entry: string): Promise<Delivery>;
  /** An entry of the app's menu with this key, or by its name. */
  clicksMenu(user: string, key: string, agentId?: number): Promise<Delivery>;
  /** `subscribe`, `unsubscribe`, `enter_agent`, `view`, `LOCATION`, or any other. */
  happens(user: string, event: string, fields?: Over, agentId?: number): Promise<Delivery>;
  /** WeCom checks the address that an administrator entered: GET, 1 s of real time. */
  verify(agentId?: number): Promise<Verified>;
  /** A request that WeCom would never send. */
  forges(how: Forgery, text?: string): Promise<{ readonly status: number; readonly body: string }>;
  /** Sends what was delivered again, as WeCom does when it believes it was not heard: same plain text. `times` of them at once. */
  repeats(delivery: Delivery, how?: { readonly sameNonce?: boolean; readonly times?: number }): Promise<Delivery>;
  /** While true, deliveries wait; `releases` sends them, in this order. */
  holding: boolean;
  releases(order?: 'first-first' | 'last-first' | 'at-once'): Promise<readonly Delivery[]>;
  /** Every delivery is sent by so many requests at the same time; default 1. */
  copies: number;
  /** Whether an answer other than 200 brings it again (the official pages disagree); default true. Time-outs always do. */
  retriesRefused: boolean;
  /** So often again after the first; default 3. */
  retries: number;
  /** By the clock, between an answer that was none and the next attempt; default 1 000. After a time-out (5 s by the clock): at once. */
  retryGapMs: number;
  /** Whether retries come with the nonce, timestamp and cipher text of the first; default false: fresh ones around the same plain text. */
  sameNonce: boolean;

  // The page that opens in the client.
  /** Who opens links: a user id, somebody outside the enterprise (any other id), or null: a browser outside of WeCom. The header `x-wecom-user` goes before it. */
  phone: string | null;

  // What stands.
  /** What the app sent to somebody, oldest first; also what WeCom dropped in silence (`dropped`) and what was recalled (`recalled`). */
  inbox(user: string, agentId?: number): readonly AppMessage[];
  /** Every message of an app, once each, as its sender stored it. */
  readonly sent: readonly SentMessage[];
  /** A card as somebody sees it now; by msgid or task_id. Null: they do not have it. */
  view(user: string, card: string): CardView | null;
  /** What stands in a group that an app made; throws when there is none. */
  appchat(chatId: string): AppChat;
  webhook(key: string): readonly PushMessage[];
  menu(agentId?: number): Json | null;
  readonly deliveries: readonly Delivery[];
  /** Every HTTP call, in order. */
  readonly calls: readonly ApiCall[];
  /** How often an endpoint was called, such as `gettoken` or `message/send`. */
  count(path: string): number;
  /** What WeCom would not say, but no bot should do: unknown endpoints, control characters, broken passive answers. A test that ends with any has failed. */
  readonly findings: readonly string[];
  /** Resolves when it is so; it is looked at after every call, frame and delivery. */
  until(isSo: () => boolean): Promise<void>;
  /** Resolves when no attempt is on its way. What waits for the clock is not waited for. */
  settled(): Promise<void>;

  // How it misbehaves.
  /** The next calls of an endpoint (`message/send`; `*`: any) answer so, one after the other. */
  fails(path: string, ...failures: readonly Failure[]): void;
  /** Every token handed out so far is refused from now on. */
  revokeTokens(errcode?: 40014 | 42001): void;
  /** So that `user/get` and lists keep mail addresses to themselves, as for apps made since 2022; default false. */
  hidesMail: boolean;
  /** At most so many messages of an app a member gets in a minute and an hour; the rest is dropped in silence. Default 30 and 1 000. */
  perMember: { readonly minute: number; readonly hour: number };
  close(): Promise<void>;
}

export interface WeComApp {
  readonly agentId: number;
  readonly name: string;
  readonly secret: string;
  /** Of the callback. */
  readonly token: string;
  /** EncodingAESKey, 43 characters. */
  readonly aesKey: string;
  /** Domains that the authorize page may come back to (可信域名), `host` or `host:port`; null: any. */
  readonly trusted: readonly string[] | null;
  /** Whether everybody may use it: its visible range is the root department. Else `visible` of members. Default true. */
  readonly seesAll: boolean;
  /** An app that was switched off: 50003. */
  readonly disabled: boolean;
}

export interface Member {
  readonly userId: string;
  readonly name: string;
  readonly departments: readonly number[];
  /** Whether they are in the visible range of the apps. */
  readonly visible: boolean;
  /** Whether they ever logged in. */
  readonly active: boolean;
  /** Of the enterprise (`biz_mail`); null: none. */
  readonly mail: string | null;
  /** What a smart bot without a super administrator calls them. */
  readonly openUserId: string;
}

export interface Department {
  readonly id: number;
  readonly name: string;
  readonly parent: number;
}

export type Over = Readonly<Record<string, string | null>>;
export type Chosen = Readonly<Record<string, string | readonly string[]>>;

export type Forgery =
  | 'unsigned'
  | 'wrong-signature'
  | 'wrong-key'
  | 'foreign-id'
  | 'unencrypted'
  | 'stale'
  | 'future'
  | 'doctype'
  | 'entities'
  | 'huge'
  | 'deep'
  | 'no-msgid'
  | 'repeated-keys'
  | 'no-xml'
  | 'empty'
  | 'broken-cipher';

/** What a member has of a message now. */
export interface AppMessage {
  /** msgid */
  readonly id: string;
  readonly agentId: number;
  readonly kind: 'text' | 'markdown' | 'textcard' | 'news' | 'image' | 'voice' | 'video' | 'file' | 'template_card';
  /** Of a text or Markdown its source, cut as WeCom cuts it; of the rest everything that it says, in lines. */
  readonly text: string;
  /** The object of its kind as it was sent (`content[kind]`). */
  readonly content: Json;
  /** The card as this member sees it at this moment. */
  readonly card: CardView | null;
  readonly file: { readonly name: string; readonly bytes: Uint8Array } | null;
  /** Over the limit: the member never sees it. */
  readonly dropped: boolean;
  readonly recalled: boolean;
  /** What is longer than recommended; clients cut it. */
  readonly warnings: readonly string[];
  readonly sentAt: Date;
}

export interface SentMessage extends Omit<AppMessage, 'card' | 'dropped'> {
  /** User ids whom it was for. */
  readonly to: readonly string[];
  readonly dropped: readonly string[];
  /** Which of the codes that change it are left: of the send, of each press. */
  readonly codesLeft: number;
}

/** A card as one member sees it. */
export interface CardView {
  readonly type: string;
  /** The one it was sent with. */
  readonly taskId: string;
  readonly source: string;
  readonly title: string;
  readonly desc: string;
  readonly subTitle: string;
  readonly quote: string;
  readonly rows: readonly { readonly key: string; readonly value: string; readonly url: string | null }[];
  /** What can be pressed, in order; the submit button of a form too. None where the card is greyed. */
  readonly buttons: readonly {
    readonly text: string;
    readonly key: string;
    readonly style: number;
    readonly url: string | null;
  }[];
  /** Lists and checkboxes. */
  readonly questions: readonly {
    readonly key: string;
    readonly title: string;
    readonly several: boolean;
    readonly disabled: boolean;
    readonly selected: readonly string[];
    readonly options: readonly { readonly id: string; readonly text: string }[];
  }[];
  readonly menu: readonly { readonly text: string; readonly key: string }[];
  readonly jumps: readonly { readonly text: string; readonly url: string }[];
  /** `card_action` */
  readonly opens: string | null;
  /** What stands in place of the buttons; null: they can be pressed. */
  readonly greyed: string | null;
  /** How often it was changed since it was sent. */
  readonly changes: number;
  /** As it was sent or changed last. */
  readonly raw: Json;
}

export interface AppChat {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly members: readonly string[];
  readonly messages: readonly PushMessage[];
}

/** What stands in a group, of a message push or an appchat. */
export interface PushMessage {
  readonly kind: string;
  readonly text: string;
  readonly content: Json;
  /** Whom it really notified; `@all`: everybody. */
  readonly at: readonly string[];
  readonly card: CardView | null;
  readonly file: { readonly name: string; readonly bytes: Uint8Array } | null;
  readonly warnings: readonly string[];
  readonly sentAt: Date;
}

/** Something WeCom tells the app: it goes on changing as attempts are made. */
export interface Delivery {
  readonly agentId: number;
  /** `text`, `image`, ..., or the event's name. */
  readonly what: string;
  readonly user: string;
  /** The plain text; the same at every attempt. */
  readonly xml: string;
  /** `MsgId`; '' of events. */
  readonly msgId: string;
  /** `ResponseCode`; '' where there is none. */
  readonly responseCode: string;
  readonly attempts: readonly Attempt[];
  /** One of them was answered with 200. */
  readonly acked: boolean;
  /** It does not come any more. */
  readonly over: boolean;
}

export interface Attempt {
  /** Null: not answered in time, refused or cut. */
  readonly status: number | null;
  readonly body: string;
  /** How long it took, by the machine's clock. */
  readonly ms: number;
  readonly nonce: string;
  /** What our answer held, decrypted: recorded, and without effect. */
  readonly passive: string | null;
}

export interface Verified {
  /** 200, the very words, within a second. */
  readonly ok: boolean;
  readonly status: number | null;
  readonly body: string;
  readonly ms: number;
}

export interface ApiCall {
  readonly method: string;
  /** Without `/cgi-bin/`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** 0: the connection was reset. */
  readonly status: number;
  readonly errcode: number;
}

export type Failure =
  /** HTTP 200 with an error inside, so often (default once). Nothing is done. */
  | { readonly errcode: number; readonly errmsg?: string; readonly times?: number }
  /** The same to every call, for so long from the first on, by the clock. */
  | { readonly errcode: number; readonly forMs: number }
  /** A page of a gateway instead of an answer; nothing is done. */
  | { readonly html: number }
  /** Done, but the answer never arrives: the connection is reset. */
  | { readonly lost: true }
  /** Not done: the connection is reset. */
  | { readonly reset: true }
  /** Done, and not answered for so long, by the emulator's clock. */
  | { readonly slowMs: number }
  /** Done, and half of the JSON arrives. */
  | { readonly truncated: true }
  /** Done, but these members are refused (`invaliduser`). */
  | { readonly invalid: readonly string[] }
  /** Answered as ever: for failing a later call. */
  | { readonly pass: number };
