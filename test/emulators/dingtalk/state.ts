import type { Clock } from '../../../src/clock.ts';
import type {
  Ack,
  ApiCall,
  DingApp,
  DingGroup,
  DingMessage,
  DingRobot,
  DingTalkEmulator,
  DingTemplate,
  DingUser,
} from './emulator.ts';
import type { Values } from '../json.ts';

export interface StoredMessage extends Omit<DingMessage, 'card'> {
  /** `outTrackId`; null: no card. */
  readonly card: string | null;
  deleted: boolean;
}

export interface StoredCard {
  readonly outTrackId: string;
  readonly template: string;
  /** How presses come back; null: not at all. */
  readonly callback: { readonly type: 'STREAM' } | { readonly type: 'HTTP'; readonly route: string } | null;
  shared: Values;
  /** What the answer to a press made of the shared values, for the one who pressed alone. */
  readonly seen: Map<string, Values>;
  readonly own: Map<string, Values>;
  isGone: boolean;
}

export interface StoredFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a test sets as it goes. */
export type Settings = Pick<
  DingTalkEmulator,
  'silence' | 'redelivers' | 'redeliverMs' | 'qps' | 'quota' | 'reachedAt' | 'inboundQuotaSpent' | 'expireIn'
>;

interface Session {
  readonly conversation: string;
  readonly expiresAt: number;
}

export interface Route {
  readonly url: string;
  /** '': nothing is signed. */
  readonly secret: string;
}

/** Everything the emulator knows. */
export interface State {
  readonly clock: Clock;
  readonly app: DingApp;
  readonly settings: Settings;
  readonly withheld: Set<string>;
  readonly flowControlled: Set<string>;
  readonly users: Map<string, DingUser>;
  readonly groups: Map<string, DingGroup>;
  readonly templates: Map<string, DingTemplate>;
  /** By token. */
  readonly robots: Map<string, DingRobot>;
  readonly messages: StoredMessage[];
  /** By `outTrackId`. */
  readonly cards: Map<string, StoredCard>;
  /** What the bot uploaded, by media id. */
  readonly media: Map<string, StoredFile>;
  /** What people sent, by download code, and again by the key of the address it is had at. */
  readonly downloads: Map<string, StoredFile>;
  readonly sessions: Map<string, Session>;
  /** Where card callbacks go in HTTP mode, by `callbackRouteKey`. */
  readonly routes: Map<string, Route>;
  /** When tokens end, ms. */
  readonly tokens: Map<string, number>;
  readonly calls: ApiCall[];
  readonly acks: Ack[];
  readonly findings: string[];
  counted: number;
  opened: number;
  /** ms since 1970 by the clock. */
  now(): number;
  /** An id that was not there before, such as `msg000000007`. */
  next(prefix: string): string;
  /** Says what is wrong in what the bot sent. */
  find(what: string): void;
}

export const APP = {
  clientId: 'dingemulated0001',
  clientSecret: 'emulated-client-secret-0001',
  corpId: 'dingcorp0001',
};

export function createState(clock: Clock, app: Partial<DingApp>, templates: readonly DingTemplate[]): State {
  let count = 0;
  const given = { ...APP, ...app };
  const findings: string[] = [];
  return {
    clock,
    app: { robotCode: given.clientId, ...given },
    settings: {
      silence: 'redelivered',
      redelivers: true,
      redeliverMs: 60_000,
      qps: null,
      quota: null,
      reachedAt: null,
      inboundQuotaSpent: false,
      expireIn: 7_200,
    },
    withheld: new Set(),
    flowControlled: new Set(),
    users: new Map(),
    groups: new Map(),
    templates: new Map(templates.map((template) => [template.id, template])),
    robots: new Map(),
    messages: [],
    cards: new Map(),
    media: new Map(),
    downloads: new Map(),
    sessions: new Map(),
    routes: new Map(),
    tokens: new Map(),
    calls: [],
    acks: [],
    findings,
    counted: 0,
    opened: 0,
    now: () => clock.now().getTime(),
    next(prefix) {
      count += 1;
      return `${prefix}${String(count).padStart(9, '0')}`;
    },
    find(what) {
      findings.push(what);
    },
  };
}

function known<T>(map: ReadonlyMap<string, T>, id: string, what: string): T {
  const found = map.get(id);
  if (found === undefined) throw new Error(`there is no ${what} ${id}`);
  return found;
}

/** These throw when a test speaks of what does not exist. */
export const userOf = (state: State, id: string): DingUser => known(state.users, id, 'user');
export const groupOf = (state: State, id: string): DingGroup => known(state.groups, id, 'group');

/** An encrypted id: of somebody, or of the robot. */
export const lwcp = (id: string): string => `$:LWCP_v1:$${id}`;
export const BOT = lwcp('bot-emulated');

/** What DingTalk calls somebody's chat with the bot. */
export const chatCid = (user: string): string => `cid1on1/${user}==`;

/** An id of something the bot sent; with characters that have to be encoded in addresses. */
export const nextKey = (state: State): string => `${state.next('key/')}+w==`;

/** Whether somebody is there to read a conversation: a member of a group, the person of a chat. */
export const isThere = (state: State, user: string, conversation: string): boolean =>
  state.groups.get(conversation)?.members.includes(user) ?? conversation === user;

export const maySee = (state: State, message: StoredMessage, user: string): boolean =>
  !message.deleted &&
  isThere(state, user, message.conversation) &&
  (message.recipients === null || message.recipients.includes(user));

export type Draft = Pick<StoredMessage, 'conversation' | 'from' | 'kind'> & Partial<StoredMessage>;

/** Stores a message; tells nobody. */
export function store(state: State, draft: Draft): StoredMessage {
  const message: StoredMessage = {
    id: nextKey(state),
    text: '',
    at: [],
    recipients: null,
    card: null,
    links: [],
    file: null,
    sentAt: state.clock.now(),
    deleted: false,
    ...draft,
  };
  state.messages.push(message);
  return message;
}

/** Takes a message away, and with it its card. */
export function remove(state: State, message: StoredMessage): void {
  message.deleted = true;
  const stands = state.messages.some((other) => other.card === message.card && !other.deleted);
  const card = message.card === null ? undefined : state.cards.get(message.card);
  if (card !== undefined && !stands) card.isGone = true;
}
