import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Card, Form } from '../../cards/card.ts';
import { startApp, type App } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Address } from '../../src/domain/address.ts';
import type { Attachment } from '../../src/domain/attachment.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import { loadSecrets } from '../../src/secret.ts';
import type { Store } from '../../src/storage/store.ts';
import { createVault, type Vault } from '../../src/vault.ts';
import { manualClock, type ManualClock } from './clock.ts';

/** A message as the sandbox's API shows it. */
export interface Seen {
  readonly id: string;
  readonly surface?: string;
  readonly from: string;
  readonly text?: string;
  readonly attachments?: readonly Attachment[];
  readonly card?: Card;
  readonly version?: number;
  readonly at: string;
  readonly private?: boolean;
}

export interface Answered {
  readonly status: number;
  /** What the person who acted reads at once. */
  readonly answer: Seen | null;
  readonly form: Form | null;
}

/**
 * The whole product with the demo shop in virtual time: people act through the sandbox's HTTP face, the test moves the clock.
 * Every act is followed by everything it causes at that moment.
 */
export interface Desk {
  /** Where its colleagues are; customers are always in the sandbox. */
  readonly platform: 'sandbox' | 'slack' | 'dingtalk' | 'wecom';
  readonly clock: ManualClock;
  readonly store: Store;
  readonly flow: Flow;
  /** What `startApp` says of it. */
  readonly firstAdmin: App['firstAdmin'];
  /** The installation's secret at work. */
  readonly vault: Vault;
  readonly url: string;
  /** A customer writes; the chat is theirs. Returns the message's id. */
  writes(
    customer: string,
    text: string,
    more?: { quote?: string; clientId?: string; attachments?: readonly string[] },
  ): Promise<string>;
  /** Somebody adds a file to what they are about to send. */
  uploads(
    user: string,
    content: Uint8Array<ArrayBuffer>,
    name: string,
    more?: { seconds?: number; transcript?: string },
  ): Promise<{ status: number; file: Attachment }>;
  /** A colleague types; in the team's group (`/claim ...`) or, by default, alone with the bot. */
  types(
    user: string,
    text: string,
    more?: { conversation?: string; quote?: string; attachments?: readonly string[] },
  ): Promise<Answered>;
  /** A colleague presses a button of a card or submits its form. */
  presses(user: string, surface: string | null, command: string, args?: Record<string, string>): Promise<Answered>;
  /** Hands in the form that somebody was answered with, with these values over what it carries. */
  fills(user: string, form: Form | null, values: Readonly<Record<string, string>>): Promise<Answered>;
  /** Fills it in so far and chooses at `field`, which decides what else is asked for; the form as it then stands. */
  guides(
    user: string,
    form: Form | null,
    field: string,
    values: Readonly<Record<string, string>>,
  ): Promise<Form | null>;
  /** Somebody comes whom the shop's file does not know; into a group, if one is named. */
  arrives(user: string, name: string, group?: string): Promise<void>;
  /** `by` takes somebody along into a group. */
  enters(user: string, group: string, by: string): Promise<void>;
  leaves(user: string, group: string): Promise<void>;
  /** A group that the bot is then added to; the first of its members does it. */
  founds(group: string, members: readonly string[]): Promise<void>;
  addsBot(user: string, group: string): Promise<void>;
  removesBot(user: string, group: string): Promise<void>;
  /** What the platform calls somebody. */
  account(user: string): string;
  /** Where a conversation is. */
  address(conversation: string): Address;
  /** What a person sees in a conversation, oldest first. */
  sees(user: string, conversation: string): Promise<readonly Seen[]>;
  /** The newest card of a ticket that a person sees in a conversation, but for what only tells of the customer's last words. */
  card(user: string, conversation: string, number: number): Promise<Seen>;
  /** Where somebody reads what a conversation's matters tell them alone: there, or in their own chat. */
  aside(user: string, conversation: string): string;
  /**
   * The same as it stands once they have made sure: where a card changes only when somebody presses it, they have pressed what changes nothing
   * else and it was brought up to date.
   */
  looksAgain(user: string, conversation: string, number: number): Promise<Seen>;
  /** Time passes, and what falls due happens. */
  passes(ms: number): Promise<void>;
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Posts JSON as it stands, and what it causes happens. */
  posts(path: string, body: unknown): Promise<{ status: number; body: unknown }>;
  stop(): Promise<void>;
}

export interface DeskOptions {
  /** Whether the demo shop's past is played first (default: no, an empty shop). */
  readonly past?: boolean;
  readonly directory?: string;
  readonly clock?: ManualClock;
  /** Text of a gongdan.yaml of its own instead of the demo shop. */
  readonly shop?: string;
  /** A store that runs already instead of an embedded one of the desk's own. */
  readonly mongodbUri?: string;
  /** Where lines of every level go (default: nowhere). */
  readonly lines?: { write(line: string): void };
  /** Lines for a terminal instead of JSON. */
  readonly readable?: boolean;
}

/** Where stories are told. */
export interface Scene {
  readonly name: Desk['platform'];
  open(options: DeskOptions & { readonly shop: string }): Promise<Desk>;
}

const json = { 'content-type': 'application/json' };

export async function openDesk(options: DeskOptions = {}): Promise<Desk> {
  const clock = options.clock ?? manualClock();
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'desk-')));
  const env: Record<string, string> = { PORT: '0', GONGDAN_DATA: directory, GONGDAN_LANG: 'en', LOG_LEVEL: 'silent' };
  if (options.shop !== undefined) {
    env['GONGDAN_CONFIG'] = join(directory, 'gongdan.yaml');
    await writeFile(env['GONGDAN_CONFIG'], options.shop);
  }
  if (options.mongodbUri !== undefined) env['MONGODB_URI'] = options.mongodbUri;
  const config = readConfig({ env, cwd: directory, ids: systemIds, platforms: [] });
  const { lines, readable = false } = options;
  const log = createLog({
    level: lines === undefined ? 'silent' : 'debug',
    readable,
    clock,
    ...(lines !== undefined && { stream: lines }),
  });
  const app = await startApp({
    config,
    clock,
    ids: systemIds,
    log,
    background: false,
    fsync: false,
    past: options.past === true,
  });
  const base = app.url.replace(/\/$/u, '');
  const request = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${base}${path}`, init);
  // One delivery at a time, as the loops have it, also when people act at the same instant.
  let settling = Promise.resolve();
  const settle = (): Promise<void> => (settling = settling.then(() => app.flow.settle()));
  const post = async (path: string, body: unknown): Promise<{ status: number; body: unknown }> => {
    const response = await request(path, { method: 'POST', headers: json, body: JSON.stringify(body) });
    await settle();
    return { status: response.status, body: await response.json() };
  };
  const feed = async (user: string, conversation: string, limit = 1_000): Promise<readonly Seen[]> => {
    const path = `/sandbox/api/conversations/${encodeURIComponent(conversation)}/messages?user=${user}&limit=${limit}`;
    const response = await request(path);
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
    return ((await response.json()) as { messages: Seen[] }).messages;
  };

  const changes = async (method: string, path: string, body?: object): Promise<void> => {
    const more = body === undefined ? {} : { headers: json, body: JSON.stringify(body) };
    const response = await request(`/sandbox/api${path}`, { method, ...more });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    await settle();
  };
  const handIn = async (body: object): Promise<Answered> => {
    const { status, body: told } = await post('/sandbox/api/actions', body);
    const { answer, form } = told as { answer?: Seen; form?: Form };
    return { status, answer: answer ?? null, form: form ?? null };
  };

  const card: Desk['card'] = async (user, conversation, number) => {
    const cards = (await feed(user, conversation)).filter((m) => m.card?.title.startsWith(`T-${number} `) === true);
    const found = cards.findLast((m) => m.private !== true && m.card?.kind !== 'news');
    if (found === undefined) throw new Error(`${user} sees no card of T-${number} in ${conversation}`);
    return found;
  };

  return {
    platform: 'sandbox',
    clock,
    store: app.store,
    flow: app.flow,
    firstAdmin: app.firstAdmin,
    vault: createVault(loadSecrets(config.secret, systemIds, config.locale), systemIds),
    url: base,
    request,
    posts: post,
    async writes(customer, text, more = {}) {
      const { status, body } = await post('/sandbox/api/messages', {
        conversation: `c-${customer}`,
        user: customer,
        text,
        ...more,
      });
      if (status !== 202) throw new Error(`a customer message was refused: ${status} ${JSON.stringify(body)}`);
      return (body as { messageId: string }).messageId;
    },
    async uploads(user, content, name, more = {}) {
      const form = new FormData();
      const fields = { user, ...more };
      for (const [key, value] of Object.entries(fields)) form.append(key, String(value));
      form.append('file', new Blob([content]), name);
      const response = await request('/sandbox/api/files', { method: 'POST', body: form });
      return { status: response.status, file: (await response.json()) as Attachment };
    },
    async types(user, text, more = {}) {
      const conversation = more.conversation ?? `d-${user}`;
      const before = new Set((await feed(user, conversation, 30)).map((m) => m.id));
      const { status } = await post('/sandbox/api/messages', { ...more, conversation, user, text });
      const fresh = (await feed(user, conversation, 30)).filter((m) => !before.has(m.id) && m.private === true);
      return { status, answer: fresh.at(-1) ?? null, form: null };
    },
    async presses(user, surface, command, args = {}) {
      return handIn({ surface, user, command, args });
    },
    fills(user, form, values) {
      if (form === null) throw new Error(`${user} has no form`);
      const { command, args } = form.invoke;
      return handIn({ surface: null, user, command, form: true, args: { ...args, ...values } });
    },
    async guides(user, form, _field, values) {
      if (form === null) throw new Error(`${user} has no form`);
      const { command, args } = form.invoke;
      return (await handIn({ surface: null, user, command, args: { ...args, ...values } })).form;
    },
    async arrives(user, name, group) {
      await changes('POST', '/people', { id: user, name });
      if (group !== undefined) await changes('PUT', `/conversations/${group}/members/${user}`, { user: 'chenjing' });
    },
    enters: (user, group, by) => changes('PUT', `/conversations/${group}/members/${user}`, { user: by }),
    leaves: (user, group) => changes('DELETE', `/conversations/${group}/members/${user}?user=${user}`),
    founds: (group, members) =>
      changes('POST', '/conversations', { id: group, title: '新群', members, user: members[0] ?? '' }),
    addsBot: (user, group) => changes('PUT', `/conversations/${group}/members/bot`, { user }),
    removesBot: (user, group) => changes('DELETE', `/conversations/${group}/members/bot?user=${user}`),
    account: (user) => user,
    address: (conversation) => ({ platform: 'sandbox', app: 'sandbox', conversation }),
    sees: feed,
    card,
    looksAgain: card,
    aside: (_user, conversation) => conversation,
    async passes(ms) {
      clock.advance(ms);
      await settle();
      await app.flow.wake();
      await settle();
    },
    async stop() {
      await app.stop();
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Stories whose colleagues are in the sandbox, too. */
export const inSandbox: Scene = { name: 'sandbox', open: openDesk };

/** What a person reads in an answer: its words, or its card's. */
export const words = (seen: Seen | null): string => seen?.text ?? seen?.card?.summary ?? '';
