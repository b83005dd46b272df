import type { Clock } from '../../../src/clock.ts';

/**
 * A stateful DingTalk on loopback: one enterprise, its people, groups, messages, cards, files. One server stands for both API hosts, the
 * gateway and the WebSocket (fact sheet, section 7). People act through the methods below; tests read what it stored. All of its times,
 * redelivery included, go by the clock that is handed in.
 */
export interface DingTalkEmulator {
  /** `http://127.0.0.1:PORT`: for both API hosts. */
  readonly url: string;
  readonly clock: Clock;
  readonly app: DingApp;
  /** The scopes (`Card.Instance.Write`, `qyapi_robot_sendmsg`, ...) the app does not have: calls that need one answer 403. */
  readonly withheld: Set<string>;

  addUser(user: Pick<DingUser, 'userId' | 'name'> & Partial<DingUser>): DingUser;
  addGroup(group: Pick<DingGroup, 'id' | 'title' | 'members'> & Partial<DingGroup>): DingGroup;
  /** The template whose variables the shipped one declares, or any other; what was not added is `param.templateNotExist`. The public ones are there from the start. */
  addTemplate(template: DingTemplate): void;
  /** A custom robot of one group (section 3.6). */
  addRobot(robot: DingRobot): void;

  // What people do. Each resolves when the bot has acknowledged or will not any more.
  /** Somebody writes to the bot, in a group with an @. `at`: whom else they name there (user ids); their names are cut out of the text, as DingTalk does. */
  says(user: string, conversation: string, text: string, more?: Saying): Promise<Told>;
  /** A picture, recording, video, file, rich text or something the platform calls unknown. */
  sendsContent(user: string, conversation: string, content: DingContent, more?: Saying): Promise<Told>;
  /** Presses a button of a card as this person sees it, by its label or its action id; of an ActionCard, by its label. Throws when they see no such button. */
  presses(user: string, message: string, button: string): Promise<Told>;
  /** Fills in and submits the form that stands open on the card for this person. What the client would not let through (a required field left empty) throws. */
  submits(user: string, message: string, values: Readonly<Record<string, string>>): Promise<Told>;
  /** An organisation event. */
  happens(type: string, data: unknown): Promise<Told>;
  joins(user: string, group: string): void;
  leaves(user: string, group: string): void;
  /** The robot is added to or removed from a group; nobody is told, as in DingTalk. */
  addsBot(group: string): void;
  removesBot(group: string): void;
  /** Takes a posted message away: its card can no longer be updated. */
  deletes(message: string): void;
  /** A frame of the caller's own over the socket, or text that is no frame; resolves with the acknowledgement, if one is awaited. */
  pushes(frame: DingFrame | string): Promise<Told>;
  /** Sends what was sent for this message id again: a new frame, the same `msgId`. */
  repeats(msgId: string): Promise<Told>;

  // What stands.
  /** What a person sees in a conversation, oldest first: a group's id, or their own user id for the chat with the bot. */
  reads(conversation: string, user: string): readonly DingMessage[];
  messages(): readonly DingMessage[];
  /** The card as this person sees it: public variables under their private ones; null: no such card, or it is not theirs to see. */
  view(outTrackId: string, user: string): DingView | null;
  /** Every HTTP call, in order. */
  readonly calls: readonly ApiCall[];
  /** Calls that count against the monthly quota (sends and cards; not tokens, not contacts, not webhooks). */
  readonly counted: number;
  /** Every acknowledgement, in order. */
  readonly acks: readonly Ack[];
  /** What DingTalk would not take or would show wrong in what the bot sent: values that are no strings, unknown variables, too long values, secrets in an address. A test that ends with any has failed. */
  readonly findings: readonly string[];

  // The connection.
  /** How HTTP mode reaches the bot; null (default): Stream. */
  connect(to: { readonly robotUrl: string } | null): void;
  /** Resolves when so many sockets are open, or more; of 0: when none is. */
  sockets(count: number): Promise<void>;
  readonly connections: number;
  /** How often `connections/open` was called. */
  readonly opened: number;
  /** SYSTEM frame `disconnect`, silence, and 10 s later the close; or an abrupt reset; or a socket that stays open and says and answers nothing. */
  disconnects(how: 'announced' | 'reset' | 'half-open'): void;
  /** SYSTEM frame `ping` on every socket; resolves with whether each echoed its opaque value within a second of real time. */
  pings(): Promise<boolean>;
  /** What becomes of messages in the ten seconds after `disconnect` where no other socket is: default `redelivered`. */
  silence: 'lost' | 'redelivered';
  /** Whether what is not acknowledged comes again after `redeliverMs` (default 60 000) by the clock. */
  redelivers: boolean;
  /** By the clock, ms. Three tries in all. */
  redeliverMs: number;

  // How it misbehaves.
  /** The next calls of this path (`POST /v1.0/card/instances/createAndDeliver`, or `*`) answer so. `GET /connect`: the next socket is refused; `*` does not mean sockets. */
  fails(path: string, ...failures: readonly Failure[]): void;
  /** Every token handed out so far is worthless from now on. */
  expireTokens(): void;
  /** Seconds that a token lasts, by the clock; default 7 200. */
  expireIn: number;
  /** User ids whom one-to-one messages do not reach for now: `flowControlledStaffIdList`. */
  readonly flowControlled: Set<string>;
  /** At most so many calls a second of one path (by the clock); beyond it 403 `QpsLimitForAppkeyAndApi`. Null (default): any number. */
  qps: number | null;
  /** So many counted calls are left this month; beyond it 403 `ApiCountLimitForOrg`. Null (default): any number. */
  quota: number | null;
  /** Where the bot reaches this server, should it be by another address than `url`: what messages name lies there. Null (default): at `url`. */
  reachedAt: string | null;
  /** Whether inbound frames carry the quota marker 20001 instead of their text. */
  inboundQuotaSpent: boolean;
  /** Resolves when nothing is on its way to the bot any more. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface DingApp {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly robotCode: string;
  readonly corpId: string;
}

export interface DingUser {
  readonly userId: string;
  readonly name: string;
  readonly unionId: string;
  readonly mobile: string | null;
  /** The mailbox that the enterprise gave them; null: none. */
  readonly email: string | null;
  /** Of another organisation: frames carry no `senderStaffId`, and no API knows them. */
  readonly external: boolean;
  readonly active: boolean;
}

export interface DingGroup {
  /** `cid...==` */
  readonly id: string;
  readonly title: string;
  readonly members: readonly string[];
  /** Whether the robot is in it. */
  readonly bot: boolean;
  /** What the old API calls it by; default: made from the id. */
  readonly chatId?: string;
}

export interface DingTemplate {
  readonly id: string;
  /** Names of its variables; `private`: may differ from person to person. */
  readonly variables: readonly { readonly name: string; readonly type: string; readonly private: boolean }[];
  readonly published: boolean;
}

export interface DingRobot {
  readonly token: string;
  /** `SEC...` */
  readonly secret: string;
  readonly group: string;
}

export interface Saying {
  readonly at?: readonly string[];
  /** The id of a message that is quoted. */
  readonly quote?: string;
  /** In a group: it names the bot with no @, which is told nothing of it. */
  readonly unheard?: true;
  /** Fields laid over the frame's data: what this DingTalk never sends by itself. */
  readonly over?: Readonly<Record<string, unknown>>;
}

export type DingContent =
  | {
      readonly type: 'picture' | 'file' | 'audio' | 'video';
      readonly name: string;
      readonly bytes: Uint8Array;
      readonly recognition?: string;
      readonly durationMs?: number;
    }
  | {
      readonly type: 'richText';
      readonly parts: readonly ({ readonly text: string } | { readonly name: string; readonly bytes: Uint8Array })[];
    }
  | { readonly type: 'unknown'; readonly words: string };

export interface DingMessage {
  /** `processQueryKey` or carrier id of what the bot sent; `msgId` of what people said. */
  readonly id: string;
  readonly conversation: string;
  /** User id, or null: the bot; a custom robot by its token. */
  readonly from: string | null;
  readonly kind:
    | 'text'
    | 'markdown'
    | 'actionCard'
    | 'card'
    | 'picture'
    | 'file'
    | 'audio'
    | 'video'
    | 'richText'
    | 'link'
    | 'unknown';
  /** As a person reads it: Markdown rendered to plain text, of a card everything that it shows this reader. */
  readonly text: string;
  /** User ids whom it really notified by an @. */
  readonly at: readonly string[];
  /** Only these see it; null: everybody there. */
  readonly recipients: readonly string[] | null;
  readonly card: DingView | null;
  /** Of an ActionCard: label and address. */
  readonly links: readonly { readonly label: string; readonly url: string }[];
  readonly file: { readonly name: string; readonly bytes: Uint8Array } | null;
  readonly sentAt: Date;
}

/** A card as one person sees it. */
export interface DingView {
  readonly outTrackId: string;
  readonly template: string;
  /** Every variable, as strings. */
  readonly values: Readonly<Record<string, string>>;
  /** What they can press, in order: of own templates every visible button group, of the public one `msgButtons`. */
  readonly buttons: readonly {
    readonly label: string;
    readonly actionId: string;
    readonly params: Readonly<Record<string, unknown>>;
    readonly group: string;
  }[];
  /** The form that is open for them; null: none. */
  readonly form: { readonly submit: string; readonly enabled: boolean; readonly fields: readonly DingField[] } | null;
}

export interface DingField {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly required: boolean;
  readonly hidden: boolean;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
}

export interface DingFrame {
  readonly specVersion?: string;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data?: unknown;
}

export interface Told {
  /** Whether an acknowledgement came (HTTP mode: an answer with 2xx). */
  readonly acked: boolean;
  /** What it held, parsed: of a card press the `response`. Null: nothing, or it came later than DingTalk waits (2 s, by the machine's clock). */
  readonly response: Readonly<Record<string, unknown>> | null;
  /** How long it took, by the machine's clock, ms. */
  readonly ms: number;
  /** The message's `msgId`; of presses and events ''. */
  readonly msgId: string;
}

export interface Ack {
  readonly messageId: string;
  readonly code: number;
  readonly data: unknown;
}

export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly status: number;
}

export type Failure =
  | {
      readonly status: number;
      readonly code?: string;
      readonly message?: string;
      /** Answered instead of an error object, as the wall around all APIs does: `{status: 1111, ...}`. */
      readonly body?: unknown;
    }
  /** The old API: HTTP 200 with an error inside. */
  | { readonly errcode: number; readonly errmsg?: string }
  /** HTTP 200, and a delivery that failed (`deliverResults`; the card is there all the same) or was held back (`flowControlledStaffIdList`). */
  | { readonly undelivered: string }
  /** A page instead of an answer. */
  | { readonly html: true }
  /** Done, but the answer never arrives: the connection is reset. */
  | { readonly lost: true }
  /** Not done: the connection is reset. */
  | { readonly reset: true }
  /** Done, and not answered for so long, by the machine's clock. */
  | { readonly slowMs: number };
