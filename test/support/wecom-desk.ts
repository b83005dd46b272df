import { beforeEach } from 'vitest';
import { CALLBACK_PATH } from '../../adapters/wecom/routes.ts';
import { systemIds } from '../../src/ids.ts';
import { loadSecrets } from '../../src/secret.ts';
import { createVault } from '../../src/vault.ts';
import type { WeComEmulator } from '../emulators/wecom/emulator.ts';
import { startWeCom } from '../emulators/wecom/wecom.ts';
import { manualClock } from './clock.ts';
import type { Answered, Desk, DeskOptions, Scene, Seen } from './desk.ts';
import { noComplaints, startPlatformApp } from './platform-app.ts';
import { openBrowser } from './wecom-browser.ts';
import { openEyes } from './wecom-eyes.ts';
import { openHands } from './wecom-hands.ts';
import { staffOf } from './dingtalk-shop.ts';
import { chatOf, groupsOf, idOf, moved } from './wecom-shop.ts';
import { envOf, PUSH_KEY } from './wecom.ts';

/**
 * The desk with its colleagues in WeCom: each has a chat with the app, and the teams' groups are those of the smart bot; customers write
 * in the sandbox. `stop` throws when WeCom was sent what it would not take, a member was sent more than WeCom lets through, or a line was
 * logged that warns.
 */
export interface WeComDesk extends Desk {
  readonly wecom: WeComEmulator;
  /** Ids in WeCom by the names that stories use: `lilei`, `g-aftersale`, `d-lilei`. */
  idOf(name: string): string;
  /** Everything that is on its way in either direction has arrived, and what it causes has happened. */
  settles(): Promise<void>;
  /** Where much was sent within a minute nobody does anything until the limits of all members and chats are as new. */
  rests(): Promise<void>;
  /** Lines of the log that warn. */
  readonly warned: string[];
}

export interface WeComDeskOptions extends DeskOptions {
  readonly shop: string;
  readonly env?: Readonly<Record<string, string>>;
  /** One that runs already, and goes on when the desk stops. */
  readonly wecom?: WeComEmulator;
}

/** Stories whose colleagues are in WeCom. Between two of them people rest: a member takes 24 messages a minute, a chat 19. */
export function inWeCom(): Scene {
  const open = new Set<WeComDesk>();
  beforeEach(async () => {
    for (const desk of open) await desk.rests();
  });
  return {
    name: 'wecom',
    async open(options) {
      const desk = await openWeComDesk(options);
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

/** In which the limits of members and chats are as new; steps in which that time goes by, ms. */
const MINUTE_MS = 60_000;
const SECOND_MS = 1_100;
/** Messages within that time after which people rest: a story sends as many again. */
const BUSY = 8;

export async function openWeComDesk(options: WeComDeskOptions): Promise<WeComDesk> {
  const clock = options.clock ?? manualClock();
  const wecom = options.wecom ?? (await startWeCom({ clock }));
  /** Members of the groups with the smart bot, by their address. */
  const chats = new Map<string, readonly string[]>();
  const hires = (id: string, name: string): void => {
    if (!isHere(id)) wecom.addMember({ userId: id, name, mail: `${id}@qingtian.example` });
  };
  const isHere = (id: string): boolean => {
    try {
      wecom.inbox(id);
      return true;
    } catch {
      return false;
    }
  };
  const gathers = (group: string, members: readonly string[]): void => {
    chats.set(idOf(group), members);
    wecom.bot.addChat({ id: chatOf(group), members });
  };
  const joins = (user: string, group: string): void => {
    gathers(group, [...(chats.get(idOf(group)) ?? []), user]);
  };
  const staff = staffOf(options.shop);
  for (const { id, name } of staff) hires(id, name);
  for (const group of groupsOf(options.shop)) {
    const members = staff.map(({ id }) => id);
    gathers(group, members);
    // It was set up once: the bot may speak there.
    wecom.bot.opens(chatOf(group));
  }
  wecom.addWebhook(PUSH_KEY);
  const running = await startPlatformApp({
    ...options,
    clock,
    shop: moved(options.shop),
    env: { ...envOf(wecom), ...options.env },
    apps: () => ['wecom\nwecom'],
    other: {
      name: 'wecom',
      calls: wecom.calls,
      settled: () => wecom.settled(),
      async connect(url) {
        wecom.connect(url + CALLBACK_PATH);
      },
      // What is put off for a minute is not put off by a limit.
      soonMs: MINUTE_MS - SECOND_MS,
      stepMs: SECOND_MS,
    },
  });
  const { app, config, request, warned, settles } = running;
  // The smart bot belongs to whoever delivers.
  await settles();
  await wecom.bot.sockets(1);

  const eyes = openEyes({ wecom, connection: app.store.connection, chats });
  const browser = openBrowser(running.url);

  const posts = async (path: string, body: unknown): Promise<{ status: number; body: unknown }> => {
    const headers = { 'content-type': 'application/json' };
    const response = await request(path, { method: 'POST', headers, body: JSON.stringify(body) });
    await settles();
    return { status: response.status, body: await response.json() };
  };
  const inSandbox = async (user: string, conversation: string): Promise<readonly Seen[]> => {
    const path = `/sandbox/api/conversations/${encodeURIComponent(conversation)}/messages?user=${user}&limit=1000`;
    const response = await request(path);
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
    return ((await response.json()) as { messages: Seen[] }).messages;
  };
  const sees = (user: string, conversation: string): Promise<readonly Seen[]> =>
    isHere(user) ? eyes.sees(user, idOf(conversation)) : inSandbox(user, conversation);

  const hands = openHands({ wecom, connection: app.store.connection, eyes, browser, clock, settles });
  const uploaded = new Map<string, Uint8Array>();

  const types: Desk['types'] = async (user, text, more = {}) => {
    const conversation = idOf(more.conversation ?? `d-${user}`);
    const isGroup = chats.has(conversation);
    // Without an @ of it the smart bot hears nothing.
    if (isGroup && !/^[@/]/u.test(text)) {
      eyes.said(user, conversation, text);
      return { status: 202, answer: null, form: null };
    }
    if (more.quote !== undefined) throw new Error('WeCom does not say which message was quoted');
    const [picture] = (more.attachments ?? []).flatMap((id) => uploaded.get(id) ?? []);
    const shown = picture === undefined ? null : await hands.shows(user, picture);
    if (shown !== null && text === '') return shown;
    return hands.says(user, conversation, isGroup ? text.replace(/^@\S+\s*|^\//u, '') : text);
  };
  /** What is on no card is typed. */
  const calls = async (user: string, command: string, args: Readonly<Record<string, string>>): Promise<Answered> => {
    if (command === 'new') {
      const opened = await types(user, '新建');
      return Object.keys(args).length === 0 ? opened : hands.fills(user, opened.form, args);
    }
    const { ticket = '', ...rest } = args;
    return types(user, [command, ticket, ...Object.values(rest)].filter((word) => word !== '').join(' '));
  };
  const presses: Desk['presses'] = async (user, surface, command, args = {}) => {
    const pressed = await hands.presses(user, surface, command, args);
    if (pressed !== null) return pressed;
    if (surface === null) return calls(user, command, args);
    throw new Error(`${user} finds no button for ${command} there`);
  };
  const card: Desk['card'] = async (user, conversation, number) => {
    const cards = (await sees(user, conversation)).filter((m) => m.card?.title.startsWith(`T-${number} `) === true);
    const found = cards.findLast((m) => m.private !== true && m.card?.kind !== 'news');
    if (found === undefined) throw new Error(`${user} sees no card of T-${number} in ${conversation}`);
    return found;
  };

  return {
    platform: 'wecom',
    clock,
    wecom,
    idOf,
    settles,
    async rests() {
      const since = clock.now().getTime() - MINUTE_MS;
      const places = [...chats.keys(), ...staff.map(({ id }) => id)];
      const recent = places.map((place) => eyes.count(place, since));
      if (Math.max(0, ...recent) < BUSY) return;
      clock.advance(MINUTE_MS);
      await settles();
      await wecom.bot.sockets(1);
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
    address: (conversation) => ({ platform: 'wecom', app: 'wecom', conversation: idOf(conversation) }),
    async writes(customer, text, more = {}) {
      const body = { conversation: `c-${customer}`, user: customer, text, ...more };
      const { status, body: told } = await posts('/sandbox/api/messages', body);
      if (status !== 202) throw new Error(`a customer message was refused: ${status} ${JSON.stringify(told)}`);
      return (told as { messageId: string }).messageId;
    },
    async uploads(user, content, name, more = {}) {
      if (isHere(user)) {
        const id = `upload-${uploaded.size}`;
        uploaded.set(id, content);
        return { status: 201, file: { id, kind: 'image', name, type: '', size: content.length } };
      }
      const form = new FormData();
      for (const [key, value] of Object.entries({ user, ...more })) form.append(key, String(value));
      form.append('file', new Blob([content]), name);
      const response = await request('/sandbox/api/files', { method: 'POST', body: form });
      return { status: response.status, file: (await response.json()) as Awaited<ReturnType<Desk['uploads']>>['file'] };
    },
    types,
    presses,
    fills: (user, form, values) => hands.fills(user, form, values),
    guides: (user, form, _field, values) => hands.guides(user, form, values),
    async arrives(user, name, group) {
      hires(user, name);
      if (group !== undefined) joins(user, group);
      await settles();
    },
    // Nobody tells of who comes into a group or leaves it.
    async enters(user, group) {
      joins(user, group);
    },
    async leaves(user, group) {
      gathers(
        group,
        (chats.get(idOf(group)) ?? []).filter((member) => member !== user),
      );
    },
    // Nor of where the smart bot was added: it gets to know when somebody speaks to it.
    async founds(group, members) {
      gathers(group, members);
      await hands.says(members.at(-1) ?? '', idOf(group), '帮助');
    },
    async addsBot(user, group) {
      await hands.says(user, idOf(group), '帮助');
    },
    async removesBot() {
      throw new Error('WeCom tells nobody that a smart bot was taken out of a group');
    },
    card,
    aside: (user) => `d-${user}`,
    async looksAgain(user, conversation, number) {
      const seen = await card(user, conversation, number);
      await hands.asks(user, seen.surface ?? null);
      return card(user, conversation, number);
    },
    async passes(ms) {
      clock.advance(ms);
      await wecom.bot.sockets(1);
      await settles();
      await app.flow.wake();
      await settles();
    },
    async stop() {
      await running.stop();
      if (options.wecom === undefined) await wecom.close();
      noComplaints([...wecom.findings, ...dropped(wecom)], warned);
    },
  };
}

/** What members were sent beyond what WeCom lets through: nobody is told. */
const dropped = ({ sent }: WeComEmulator): readonly string[] =>
  sent.flatMap((message) => message.dropped.map((user) => `dropped for ${user}: ${message.text}`));
