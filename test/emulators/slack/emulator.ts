import type { Clock } from '../../../src/clock.ts';
import type { Finding } from './block-kit.ts';

/**
 * A stateful Slack on loopback: workspaces, people, channels, messages, views, files. The bot reaches it through the real Bolt client
 * (`slackApiUrl`); people act through the methods below; tests read what it stored. Times go by the clock that is handed in.
 */
export interface SlackEmulator {
  /** For `slackApiUrl`: ends in `/api/`. */
  readonly apiUrl: string;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly clock: Clock;
  /** What the app is known by. OAuth begins at `URL/oauth/v2/authorize`; `team` in its query says who installs, `deny` that nobody does. */
  readonly app: { readonly id: string; readonly clientId: string; readonly clientSecret: string };
  /** Where what people do is sent to; null: nobody is told. */
  connect(to: Connection | null): void;
  /** Resolves when a bot has opened this many sockets (Socket Mode). */
  sockets(count?: number): Promise<void>;
  /** Says over every socket that it is about to end, or ends it without a word. */
  disconnect(how: 'announced' | 'silent'): void;

  readonly teams: ReadonlyMap<string, SlackTeam>;
  addTeam(team: Pick<SlackTeam, 'id'> & Partial<SlackTeam>): SlackTeam;
  addUser(team: string, user: Pick<SlackUser, 'id' | 'name'> & Partial<SlackUser>): SlackUser;
  /** A public or private channel; direct conversations come into being when somebody writes. */
  addChannel(
    team: string,
    channel: Pick<SlackChannel, 'id' | 'name' | 'members'> & Partial<SlackChannel>,
  ): SlackChannel;
  /** The id of the direct conversation between a person and the team's bot. */
  direct(team: string, user: string): string;
  /** Makes the bot's token worthless: every call answers this error from now on. */
  revoke(team: string, error?: 'invalid_auth' | 'account_inactive' | 'token_revoked'): void;

  // What people do. Each resolves when the bot has answered, with how it did.
  /** Somebody writes. A mention of the bot (`<@BOTID>`) in a channel is told twice, as Slack does: as `message` and as `app_mention`. */
  types(
    user: string,
    channel: string,
    text: string,
    more?: { thread?: string; files?: readonly string[] },
  ): Promise<Told>;
  /** Adds a file to what somebody is about to write; its id. */
  uploads(user: string, name: string, content: Uint8Array, mimetype?: string): string;
  edits(user: string, channel: string, ts: string, text: string): Promise<Told>;
  deletes(user: string, channel: string, ts: string): Promise<Told>;
  /** `/ticket TEXT`. What it answers at once appears as a message; its `ts`. */
  slash(user: string, channel: string, text: string, command?: string): Promise<Told>;
  /** Presses a button, or chooses in a select or overflow menu: `choice` is the option's value; of a text input, what is typed. Throws when that person finds no such thing there. */
  presses(user: string, at: Pressed, actionId: string, choice?: string): Promise<Told>;
  /** Types and chooses in the topmost modal without submitting it. */
  fills(user: string, values: Readonly<Record<string, string>>): void;
  /** Submits the topmost modal; values by block id, as typed or chosen; several choices with commas between. What Slack's client would not let through throws. */
  submits(user: string, values: Readonly<Record<string, string>>): Promise<Told>;
  /** Closes the topmost modal by hand. */
  closes(user: string): Promise<Told>;
  /** A global or, with a message, a message shortcut. */
  shortcut(user: string, callbackId: string, message?: { channel: string; ts: string }): Promise<Told>;
  opensHome(user: string, tab?: 'home' | 'messages'): Promise<Told>;
  shares(user: string, channel: string, url: string): Promise<Told>;
  joins(user: string, channel: string): Promise<Told>;
  leaves(user: string, channel: string): Promise<Told>;
  /** The bot is invited to or removed from a channel. */
  invitesBot(user: string, channel: string): Promise<Told>;
  removesBot(user: string, channel: string): Promise<Told>;
  /** `app_uninstalled` and `tokens_revoked`. */
  uninstalls(team: string): Promise<void>;
  /** Sends something of the caller's own: signed as Slack signs, unless told otherwise. */
  sends(body: unknown, how?: Sending): Promise<Told>;
  /** Resolves when nothing is on its way to the bot any more: what it posts is told back to it, as Slack does. */
  settled(): Promise<void>;
  /** Sends what was sent under this event id again, as Slack does when it got no answer. */
  repeats(eventId: string, retry: { num: number; reason: string }): Promise<Told>;

  // What stands.
  /** What a person sees in a channel, oldest first: the bot's words, everybody's, and ephemeral ones that are theirs. */
  reads(channel: string, user: string): readonly SlackMessage[];
  /** The replies below a message, oldest first. */
  thread(channel: string, ts: string, user?: string): readonly SlackMessage[];
  /** Every message that was ever posted and is not deleted. */
  messages(): readonly SlackMessage[];
  /** The stack of modals a person has open, the topmost last. */
  views(user: string): readonly SlackView[];
  home(user: string): SlackView | null;
  files(): readonly SlackFile[];
  /** Every call of the Web API, in order. */
  readonly calls: readonly ApiCall[];
  /** What is wrong with payloads that the bot sent anywhere, by Block Kit's limits; a test that ends with any has failed. */
  readonly findings: readonly Finding[];

  // How it misbehaves.
  /** The next calls of this method (`*`: any) answer so. `response_url`, `upload` and `download` stand for what is no method. */
  fails(method: string, ...failures: readonly Failure[]): void;
  /** How many messages of one channel it takes per second before 429; default: any number. */
  limit(perSecond: number | null, retryAfterSeconds?: number): void;
  close(): Promise<void>;
}

export type Connection =
  | { readonly mode: 'http'; readonly url: string; readonly signingSecret: string }
  | { readonly mode: 'socket'; readonly appToken: string };

export interface SlackTeam {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  /** Null: it belongs to no Enterprise Grid. */
  readonly enterprise: { readonly id: string; readonly name: string } | null;
  /** The app is installed on the whole organisation: payloads carry `team: null`. */
  readonly orgWide: boolean;
  readonly botToken: string;
  readonly botUser: string;
  readonly botId: string;
  readonly scopes: readonly string[];
  /** Events the app subscribes to, as the manifest names them (`message.channels`, ...); what the scopes do not allow is not told. */
  readonly subscribed: readonly string[];
}

export interface SlackUser {
  readonly id: string;
  readonly team: string;
  readonly name: string;
  readonly realName: string;
  readonly email: string;
  readonly tz: string;
  readonly locale: string;
  readonly isBot: boolean;
  readonly isRestricted: boolean;
  readonly isUltraRestricted: boolean;
  /** Of another workspace, in a shared channel. */
  readonly isStranger: boolean;
  readonly isDeleted: boolean;
}

export interface SlackChannel {
  readonly id: string;
  readonly team: string;
  readonly name: string;
  readonly kind: 'channel' | 'group' | 'im' | 'mpim';
  readonly members: readonly string[];
  /** The bot is a member. */
  readonly bot: boolean;
  readonly isArchived: boolean;
}

export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | null;
  readonly user: string;
  readonly botId: string | null;
  /** As it was sent, escaped. */
  readonly text: string;
  readonly blocks: readonly Readonly<Record<string, unknown>>[];
  readonly metadata: { readonly event_type: string; readonly event_payload: Readonly<Record<string, unknown>> } | null;
  readonly files: readonly string[];
  /** Only this user sees it. */
  readonly ephemeralTo: string | null;
  readonly edited: boolean;
  /** Emoji names, in order of their first use, and who reacted so. */
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[];
  /** What was attached to it by `chat.unfurl`, by URL. */
  readonly unfurls: Readonly<Record<string, { readonly blocks: readonly Readonly<Record<string, unknown>>[] }>>;
}

export interface SlackView {
  readonly id: string;
  readonly hash: string;
  readonly type: 'modal' | 'home';
  readonly callbackId: string;
  readonly title: string;
  readonly privateMetadata: string;
  readonly blocks: readonly Readonly<Record<string, unknown>>[];
  /** What the last submission was told is wrong, by block id. */
  readonly errors: Readonly<Record<string, string>>;
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface SlackFile {
  readonly id: string;
  readonly user: string;
  readonly name: string;
  readonly mimetype: string;
  readonly content: Uint8Array;
  /** Where it was shared: channel and thread. */
  readonly shares: readonly { readonly channel: string; readonly threadTs: string | null; readonly ts: string }[];
}

export interface ApiCall {
  readonly method: string;
  readonly token: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** What it answered. */
  readonly answer: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly at: Date;
}

/** What a person pressed something on: a message, a modal (the topmost of theirs) or their home. */
export type Pressed = { readonly channel: string; readonly ts: string } | 'modal' | 'home';

/** How the bot took what it was sent. */
export interface Told {
  /** HTTP status, or 200 when a socket's envelope was acknowledged; 0: nothing came within 3 s, or there was nobody to tell. */
  readonly status: number;
  /** Parsed when it was JSON. */
  readonly body: unknown;
  /** Milliseconds on the machine's clock. */
  readonly ms: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Of events: by which it can be repeated. */
  readonly eventId: string;
  /** Of a message. */
  readonly ts: string;
  /** How what else the same deed caused was taken, such as the `app_mention` beside the `message`. */
  readonly also: readonly Told[];
}

/** What `openSlack` takes besides the clock. */
export interface SlackOptions {
  /** Who may be mentioned without a finding: ids of people and groups, `here`, `channel`, `everyone`. */
  readonly mentions?: readonly string[];
}

export interface Sending {
  readonly contentType?: string;
  /** `form`: as commands come; `payload`: JSON in the one field `payload`, as interactions come; default: JSON. */
  readonly as?: 'json' | 'form' | 'payload' | 'raw';
  /** Seconds by which the timestamp is off; default 0. */
  readonly skew?: number;
  readonly signature?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Failure =
  | { readonly error: string; readonly needed?: string }
  | { readonly status: number; readonly body?: string }
  | { readonly retryAfter: number | null }
  /** It does what was asked, and the answer never arrives: the connection is cut. */
  | { readonly lost: true }
  /** The connection is cut before anything was done. */
  | { readonly cut: true };
