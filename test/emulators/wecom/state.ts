import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../src/clock.ts';
import type { Json } from '../json.ts';
import type {
  ApiCall,
  AppMessage,
  Attempt,
  Department,
  Delivery,
  Member,
  PushMessage,
  WeComApp,
  WeComOptions,
} from './emulator.ts';

export interface StoredFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** A card of one message, as one person has it. */
export interface CardState {
  raw: Json;
  /** `button.replace_name`; null: not greyed by it. */
  greyed: string | null;
  changes: number;
}

export interface StoredMessage extends Omit<AppMessage, 'card' | 'dropped' | 'recalled' | 'warnings'> {
  readonly warnings: string[];
  /** User ids that it reached or was dropped for. */
  readonly to: readonly string[];
  readonly dropped: ReadonlySet<string>;
  /** '' where it has none. */
  readonly taskId: string;
  /** By user; empty: no card. */
  readonly cards: Map<string, CardState>;
  recalled: boolean;
}

/** Right to change one card once. */
export interface Code {
  readonly message: StoredMessage;
  readonly endsAt: number;
  used: boolean;
}

export interface Token {
  readonly agentId: number;
  readonly endsAt: number;
  /** Refused with it; null: it is good until it ends. */
  revoked: number | null;
}

export interface StoredChat {
  readonly id: string;
  readonly agentId: number;
  readonly name: string;
  readonly owner: string;
  readonly members: readonly string[];
  readonly messages: PushMessage[];
}

/** The one that changes as attempts are made. */
export interface LiveDelivery extends Delivery {
  readonly attempts: Attempt[];
  acked: boolean;
  over: boolean;
}

export interface Settings {
  holding: boolean;
  copies: number;
  retriesRefused: boolean;
  retries: number;
  retryGapMs: number;
  sameNonce: boolean;
  phone: string | null;
  hidesMail: boolean;
  perMember: { readonly minute: number; readonly hour: number };
}

/** Everything the emulator knows. */
export interface State {
  readonly clock: Clock;
  readonly corpId: string;
  readonly settings: Settings;
  readonly apps: Map<number, WeComApp>;
  /** Callback addresses, by agentid. */
  readonly callbacks: Map<number, string>;
  /** By user id as it is written. */
  readonly members: Map<string, Member>;
  readonly departments: Map<number, Department>;
  readonly tokens: Map<string, Token>;
  readonly messages: StoredMessage[];
  readonly codes: Map<string, Code>;
  /** By agentid and task_id: taken for ever. */
  readonly tasks: Set<string>;
  readonly media: Map<string, StoredFile>;
  readonly chats: Map<string, StoredChat>;
  readonly webhooks: Map<string, PushMessage[]>;
  readonly menus: Map<number, Json>;
  /** Of the authorize page. */
  readonly logins: Map<string, { readonly user: string; readonly endsAt: number }>;
  /** Bodies that were sent with `enable_duplicate_check`. */
  readonly duplicates: Map<string, { readonly endsAt: number; readonly answer: Json }>;
  readonly deliveries: LiveDelivery[];
  readonly calls: ApiCall[];
  readonly findings: string[];
  /** ms since 1970 by the clock. */
  now(): number;
  /** An id that was not there before. */
  next(prefix: string): string;
  /** A secret that was not there before. */
  secret(prefix: string): string;
  find(what: string): void;
  /** Whether there is room for one more in the last so many ms; if there is, it counts. */
  fits(key: string, limits: readonly (readonly [most: number, windowMs: number])[]): boolean;
  /** What waits looks whether it is met. */
  touch(): void;
  until(isSo: () => boolean): Promise<void>;
}

export const DAY_MS = 86_400_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

export const APP: WeComApp = {
  agentId: 1_000_002,
  name: '工单',
  secret: 'emulated-app-secret-0123456789abcdefghijklm',
  token: 'emulatedToken0001',
  aesKey: 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR',
  trusted: null,
  seesAll: true,
  disabled: false,
};

export const defaultCorp = 'ww0000000000000001';

export function createState({ clock, corpId = defaultCorp, app = {} }: WeComOptions): State {
  let count = 0;
  const first = { ...APP, ...app };
  const findings: string[] = [];
  const counted = new Map<string, readonly number[]>();
  let watchers: { readonly isSo: () => boolean; readonly resolve: () => void }[] = [];
  const next = (prefix: string): string => {
    count += 1;
    return `${prefix}${String(count).padStart(6, '0')}`;
  };
  return {
    clock,
    corpId,
    settings: {
      holding: false,
      copies: 1,
      retriesRefused: true,
      retries: 3,
      retryGapMs: 1_000,
      sameNonce: false,
      phone: null,
      hidesMail: false,
      perMember: { minute: 30, hour: 1_000 },
    },
    apps: new Map([[first.agentId, first]]),
    callbacks: new Map(),
    members: new Map(),
    departments: new Map([[1, { id: 1, name: '总部', parent: 0 }]]),
    tokens: new Map(),
    messages: [],
    codes: new Map(),
    tasks: new Set(),
    media: new Map(),
    chats: new Map(),
    webhooks: new Map(),
    menus: new Map(),
    logins: new Map(),
    duplicates: new Map(),
    deliveries: [],
    calls: [],
    findings,
    now: () => clock.now().getTime(),
    next,
    secret: (prefix) => `${next(prefix)}-${randomBytes(12).toString('base64url')}`,
    find(what) {
      findings.push(what);
    },
    fits(key, limits) {
      const now = clock.monotonic();
      const recent = counted.get(key) ?? [];
      const isFree = limits.every(([most, windowMs]) => recent.filter((at) => at > now - windowMs).length < most);
      if (isFree) counted.set(key, [...recent.filter((at) => at > now - HOUR_MS), now]);
      return isFree;
    },
    touch() {
      for (const watcher of watchers.filter((w) => w.isSo())) {
        watchers = watchers.filter((other) => other !== watcher);
        watcher.resolve();
      }
    },
    async until(isSo) {
      if (isSo()) return;
      await new Promise<void>((resolve) => {
        watchers.push({ isSo, resolve });
      });
    },
  };
}

/** These throw when a test speaks of what does not exist. */
export function appOf(state: State, agentId: number): WeComApp {
  const app = state.apps.get(agentId);
  if (app === undefined) throw new Error(`there is no app ${agentId}`);
  return app;
}

/** User ids are told apart regardless of case (fact sheet, 3.1). */
export function findMember(state: State, userId: string): Member | undefined {
  return (
    state.members.get(userId) ??
    Array.from(state.members.values()).find((m) => m.userId.toLowerCase() === userId.toLowerCase())
  );
}

export function memberOf(state: State, userId: string): Member {
  const member = findMember(state, userId);
  if (member === undefined) throw new Error(`there is no member ${userId}`);
  return member;
}

/** A department and all under it. */
export function withChildren(state: State, id: number): ReadonlySet<number> {
  const found = new Set([id]);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const d of state.departments.values()) if (found.has(d.parent)) found.add(d.id);
  }
  return found;
}

export const isIn = (state: State, member: Member, department: number): boolean => {
  const all = withChildren(state, department);
  return member.departments.some((id) => all.has(id));
};
