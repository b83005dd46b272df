import { beforeEach, expect, vi } from 'vitest';
import { ROBOT_PATH } from '../../adapters/dingtalk/routes.ts';
import { LESS, MORE } from '../../adapters/dingtalk/press.ts';
import type { Form } from '../../cards/card.ts';
import { systemIds } from '../../src/ids.ts';
import { loadSecrets } from '../../src/secret.ts';
import { createVault } from '../../src/vault.ts';
import { openDingTalk } from '../emulators/dingtalk/dingtalk.ts';
import type { DingContent, DingMessage, DingTalkEmulator, Told } from '../emulators/dingtalk/emulator.ts';
import { manualClock } from './clock.ts';
import type { Answered, Desk, DeskOptions, Scene, Seen } from './desk.ts';
import { inReply, openEyes } from './dingtalk-eyes.ts';
import { NOTICE, pressables, type Pressable } from './dingtalk-seen.ts';
import { groupsOf, idOf, moved, staffOf } from './dingtalk-shop.ts';
import { ownTemplate, TEMPLATE } from './dingtalk.ts';
import { noComplaints, startPlatformApp } from './platform-app.ts';
import { sparePort } from './spare-port.ts';

/** The desk with its colleagues in DingTalk; customers write in the sandbox. `stop` throws when DingTalk was sent what it would not take, or a line was logged that warns. */
export interface DingTalkDesk extends Desk {
  readonly dingtalk: DingTalkEmulator;
  /** Ids in DingTalk by the names that stories use: `lilei`, `g-aftersale`, `d-lilei`. */
  idOf(name: string): string;
  /** Everything that is on its way in either direction has arrived, and what it causes has happened. */
  settles(): Promise<void>;
  /** Somebody does something in DingTalk, and what it causes happens; with what they then read alone and the form they then have open. */
  acts(user: string, act: () => Promise<Told>): Promise<Answered>;
  /** Where much was posted within a minute nobody does anything until the limits of all chats are as new. */
  rests(): Promise<void>;
  /** Lines of the log that warn. */
  readonly warned: string[];
}

export interface DingTalkDeskOptions extends DeskOptions {
  readonly shop: string;
  readonly mode?: 'stream' | 'http';
  readonly env?: Readonly<Record<string, string>>;
}

/** Stories whose colleagues are in DingTalk. Between two of them people rest: their chats take twenty messages a minute. */
export function inDingTalk(mode: 'stream' | 'http' = 'stream'): Scene {
  const open = new Set<DingTalkDesk>();
  beforeEach(async () => {
    for (const desk of open) await desk.rests();
  });
  return {
    name: 'dingtalk',
    async open(options) {
      const desk = await openDingTalkDesk({ ...options, mode });
      open.add(desk);
      return {
        ...desk,
        stop() {
          open.delete(desk);
          return desk.stop();
        },
      };
    },
  };
}

/** A chat takes twenty messages in a minute; what is due waits no longer, and a lease of permits for a second. */
const MINUTE_MS = 61_000;
const SECOND_MS = 1_100;
/** Cards within that time after which people rest: a story posts as many again. */
const BUSY = 8;
/** A form that what was typed asks for is shown beside the ordinary path, by the machine's clock, ms. */
const SHOWN_MS = 1_000;
/** What nobody runs into: stories are told in minutes that take months. */
const NO_QUOTA = '100000000';

export async function openDingTalkDesk(options: DingTalkDeskOptions): Promise<DingTalkDesk> {
  const clock = options.clock ?? manualClock();
  const dingtalk = await openDingTalk(clock);
  dingtalk.addTemplate(ownTemplate());
  const names = new Map<string, string>();
  const groups = new Set<string>();
  const hires = (id: string, name: string): void => {
    dingtalk.addUser({ userId: id, name, email: `${id}@qingtian.example` });
    names.set(id, name);
  };
  const gathers = (id: string, members: readonly string[], bot = true): void => {
    dingtalk.addGroup({ id: idOf(id), title: id, members, bot });
    groups.add(idOf(id));
  };
  const staff = staffOf(options.shop);
  for (const { id, name } of staff) hires(id, name);
  for (const id of groupsOf(options.shop))
    gathers(
      id,
      staff.map((s) => s.id),
    );
  const { mode = 'stream', env = {} } = options;
  const running = await startPlatformApp({
    ...options,
    clock,
    shop: moved(options.shop),
    env: {
      DINGTALK_CLIENT_ID: dingtalk.app.clientId,
      DINGTALK_CLIENT_SECRET: dingtalk.app.clientSecret,
      DINGTALK_CARD_TEMPLATE: TEMPLATE,
      DINGTALK_MODE: mode,
      ...(mode === 'http' && { PORT: String(await sparePort()) }),
      DINGTALK_API_URL: dingtalk.url,
      DINGTALK_OAPI_URL: dingtalk.url,
      DINGTALK_MONTHLY_CALLS: NO_QUOTA,
      ...env,
    },
    apps: () => ['dingtalk\ndingtalk'],
    other: {
      name: 'dingtalk',
      calls: dingtalk.calls,
      settled: () => dingtalk.settled(),
      async connect(url) {
        if (mode === 'http') dingtalk.connect({ robotUrl: url + ROBOT_PATH });
        else await dingtalk.sockets(1);
      },
      soonMs: MINUTE_MS,
      stepMs: SECOND_MS,
    },
  });
  const { app, config, request, warned } = running;

  const eyes = openEyes({ dingtalk, connection: app.store.connection, clock, groups });
  const settles = async (): Promise<void> => {
    await running.settles();
    eyes.looks();
  };

  const posts = async (path: string, body: unknown): Promise<{ status: number; body: unknown }> => {
    const headers = { 'content-type': 'application/json' };
    const response = await request(path, { method: 'POST', headers, body: JSON.stringify(body) });
    await settles();
    return { status: response.status, body: await response.json() };
  };
  const isHere = (name: string): boolean => names.has(name);
  const inSandbox = async (user: string, conversation: string): Promise<readonly Seen[]> => {
    const path = `/sandbox/api/conversations/${encodeURIComponent(conversation)}/messages?user=${user}&limit=1000`;
    const response = await request(path);
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
    return ((await response.json()) as { messages: Seen[] }).messages;
  };

  const sees = (user: string, conversation: string): Promise<readonly Seen[]> =>
    isHere(user) ? eyes.sees(user, idOf(conversation)) : inSandbox(user, conversation);
  const acts: DingTalkDesk['acts'] = async (user, act) => {
    const look = eyes.watches(user);
    const told = await act();
    await settles();
    const status = told.acked ? 202 : 503;
    const seen = await look();
    // Of a press everything was said by now.
    if (told.msgId === '' || seen.answer !== null || seen.form !== null) return { status, ...seen };
    let last = seen;
    const isShown = async (): Promise<void> => {
      await settles();
      last = await look();
      expect(last.answer !== null || last.form !== null, 'an answer or a form').toBe(true);
    };
    await vi.waitFor(isShown, { interval: 2, timeout: SHOWN_MS }).catch(() => undefined);
    return { status, ...last };
  };
  const messageOf = (user: string, id: string): DingMessage => {
    const found = eyes.everything(user).find((message) => message.id === id);
    if (found === undefined) throw new Error(`${user} sees no message ${id}`);
    return found;
  };
  /** A press on a card, or a form of it handed in: what comes back stands on that card. */
  const onCard = async (user: string, id: string, act: () => Promise<Told>): Promise<Answered> => {
    let isTold = false;
    const acted = await acts(user, async () => {
      const told = await act();
      isTold = (inReply(told)['notice'] ?? '') !== '';
      if (isTold) eyes.shown(user, messageOf(user, id).card?.outTrackId ?? '');
      return told;
    });
    // A form that stood there before, and stands there again.
    return isTold && acted.form === null ? { ...acted, form: eyes.formOn(messageOf(user, id)) } : acted;
  };

  /** The newest button that says just what is meant; else one that says part of it, and asks for the rest, or more. */
  const find = (user: string, surface: string | null, command: string, args: Readonly<Record<string, string>>) => {
    const rank = ({ press: { invocation } }: Pressable): number => {
      const said = Object.entries(invocation.args);
      if (invocation.command !== command) return -1;
      if (said.some(([name, value]) => args[name] !== undefined && args[name] !== value)) return -1;
      if (said.every(([name]) => args[name] !== undefined)) return said.length;
      return surface === null ? -1 : 0;
    };
    const isThere = ({ id }: DingMessage, { group }: Pressable): boolean =>
      surface === null || (group === 'notice_buttons' ? `${id}${NOTICE}` : id) === surface;
    return eyes
      .everything(user)
      .toReversed()
      .flatMap((message) =>
        message.card === null
          ? []
          : pressables(message.card)
              .filter((p) => isThere(message, p))
              .map((p) => ({ message, ...p, rank: rank(p) })),
      )
      .filter((p) => p.rank >= 0)
      .toSorted((a, b) => b.rank - a.rank)[0];
  };
  /** Those of the values that a form asks for. */
  const asked = (form: Form, values: Readonly<Record<string, string>>): Record<string, string> => {
    const fields = new Set(form.fields.map(({ name }) => name));
    return Object.fromEntries(Object.entries(values).filter(([name]) => fields.has(name)));
  };
  const handsIn = (user: string, form: Form | null, values: Readonly<Record<string, string>>): Promise<Answered> => {
    const id = form === null ? undefined : eyes.placeOf(form);
    if (form === null || id === undefined) throw new Error(`${user} has no form`);
    return onCard(user, id, () => dingtalk.submits(user, id, asked(form, values)));
  };
  const speaks = (
    user: string,
    conversation: string,
    text: string,
    more: { quote?: string; attachments?: readonly string[] } = {},
  ): Promise<Told> => {
    const { quote, attachments = [] } = more;
    const saying = quote === undefined ? {} : { quote };
    const files = attachments.flatMap((id) => uploaded.get(id) ?? []);
    if (files.length === 0) return dingtalk.says(user, conversation, text, saying);
    const [first] = files;
    const content: DingContent =
      text === '' && files.length === 1 && first !== undefined
        ? { type: 'picture', ...first }
        : { type: 'richText', parts: [...(text === '' ? [] : [{ text }]), ...files] };
    return dingtalk.sendsContent(user, conversation, content, saying);
  };
  const uploaded = new Map<string, { readonly name: string; readonly bytes: Uint8Array }>();
  const types: Desk['types'] = async (user, text, more = {}) => {
    const conversation = idOf(more.conversation ?? `d-${user}`);
    const isGroup = groups.has(conversation);
    // Without an @ of it the bot hears nothing.
    if (isGroup && !/^[@/]/u.test(text)) {
      await dingtalk.says(user, conversation, text, { unheard: true });
      await settles();
      return { status: 202, answer: null, form: null };
    }
    const line = isGroup ? text.replace(/^@\S+\s*|^\//u, '') : text;
    return acts(user, () => speaks(user, conversation, line, more));
  };
  /** What is on no card is typed. */
  const calls = async (user: string, command: string, args: Readonly<Record<string, string>>): Promise<Answered> => {
    if (command === 'new') {
      const opened = await types(user, '新建');
      return Object.keys(args).length === 0 ? opened : handsIn(user, opened.form, args);
    }
    const { ticket = '', ...rest } = args;
    return types(user, [command, ticket, ...Object.values(rest)].filter((word) => word !== '').join(' '));
  };
  const greets = async (user: string, group: string): Promise<void> => {
    await dingtalk.says(user, idOf(group), '帮助');
    await settles();
  };

  const card: Desk['card'] = async (user, conversation, number) => {
    const cards = (await sees(user, conversation)).filter((m) => m.card?.title.startsWith(`T-${number} `) === true);
    const found = cards.findLast((m) => m.private !== true && m.card?.kind !== 'news');
    if (found === undefined) throw new Error(`${user} sees no card of T-${number} in ${conversation}`);
    return found;
  };

  return {
    platform: 'dingtalk',
    clock,
    dingtalk,
    idOf,
    settles,
    acts,
    async rests() {
      const since = clock.now().getTime() - MINUTE_MS;
      const recent = new Map<string, number>();
      for (const { from, kind, conversation, sentAt } of dingtalk.messages())
        if (from === null && kind === 'card' && sentAt.getTime() > since)
          recent.set(conversation, (recent.get(conversation) ?? 0) + 1);
      if (Math.max(0, ...recent.values()) < BUSY) return;
      clock.advance(MINUTE_MS);
      await settles();
    },
    warned,
    store: app.store,
    flow: app.flow,
    firstAdmin: app.firstAdmin,
    vault: createVault(loadSecrets(config.secret, systemIds, config.locale), systemIds),
    url: running.url,
    request,
    posts,
    sees,
    account: (user) => user,
    address: (conversation) => ({
      platform: 'dingtalk',
      app: 'dingtalk',
      conversation: idOf(conversation),
    }),
    async writes(customer, text, more = {}) {
      const body = { conversation: `c-${customer}`, user: customer, text, ...more };
      const { status, body: told } = await posts('/sandbox/api/messages', body);
      if (status !== 202) throw new Error(`a customer message was refused: ${status} ${JSON.stringify(told)}`);
      return (told as { messageId: string }).messageId;
    },
    async uploads(user, content, name, more = {}) {
      if (isHere(user)) {
        const id = `upload-${uploaded.size}`;
        uploaded.set(id, { name, bytes: content });
        return { status: 201, file: { id, kind: 'image', name, type: '', size: content.length } };
      }
      const form = new FormData();
      for (const [key, value] of Object.entries({ user, ...more })) form.append(key, String(value));
      form.append('file', new Blob([content]), name);
      const response = await request('/sandbox/api/files', { method: 'POST', body: form });
      return { status: response.status, file: (await response.json()) as Awaited<ReturnType<Desk['uploads']>>['file'] };
    },
    types,
    async presses(user, surface, command, args = {}) {
      const found = find(user, surface, command, args);
      if (found === undefined) {
        if (surface === null) return calls(user, command, args);
        throw new Error(`${user} finds no button for ${command} there`);
      }
      const { message, press, actionId, group } = found;
      const { id } = message;
      // The menu is opened first, and stays open for them until they act.
      if (group === 'menu' && message.card?.values['menu_open'] !== 'true') {
        await dingtalk.presses(user, id, MORE);
        const isOpen = messageOf(user, id).card?.buttons.some((button) => button.actionId === LESS);
        if (isOpen !== true) throw new Error(`the menu did not open for ${user}`);
      }
      const pressed = await onCard(user, id, () => dingtalk.presses(user, id, actionId));
      const rest = Object.entries(args).filter(([name]) => press.invocation.args[name] === undefined);
      if (rest.length === 0 || pressed.form === null) return pressed;
      return handsIn(user, pressed.form, Object.fromEntries(rest));
    },
    fills: handsIn,
    // Nothing is asked of the bot while a form is filled in: handed in as it is, it comes back with what is asked for then.
    guides: async (user, form, _field, values) => (await handsIn(user, form, values)).form,
    async arrives(user, name, group) {
      hires(user, name);
      if (group !== undefined) dingtalk.joins(user, idOf(group));
      await settles();
    },
    async enters(user, group, by) {
      dingtalk.joins(user, idOf(group));
      const openConversationId = idOf(group);
      await dingtalk.happens('chat_add_member', { openConversationId, userId: [user], operator: by });
      await settles();
    },
    async leaves(user, group) {
      dingtalk.leaves(user, idOf(group));
      const openConversationId = idOf(group);
      await dingtalk.happens('chat_remove_member', { openConversationId, userId: [user], operator: user });
      await settles();
    },
    // Nobody tells the bot that it was added: it gets to know when somebody speaks to it.
    async founds(group, members) {
      gathers(group, members);
      await greets(members.at(-1) ?? '', group);
    },
    async addsBot(user, group) {
      dingtalk.addsBot(idOf(group));
      await greets(user, group);
    },
    async removesBot(user, group) {
      dingtalk.removesBot(idOf(group));
      await dingtalk.happens('chat_disband', { openConversationId: idOf(group), operator: user });
      await settles();
    },
    card,
    looksAgain: card,
    aside: (_user, conversation) => conversation,
    async passes(ms) {
      clock.advance(ms);
      if (mode === 'stream') await dingtalk.sockets(1);
      await settles();
      await app.flow.wake();
      await settles();
    },
    async stop() {
      await running.stop();
      await dingtalk.close();
      noComplaints(dingtalk.findings, warned);
    },
  };
}
