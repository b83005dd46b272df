import type { AddressInfo } from 'node:net';
import { createBot } from './bot.ts';
import { viewOf } from './card-view.ts';
import type { AppMessage, CardView, Member, SentMessage, WeComEmulator, WeComOptions } from './emulator.ts';
import { createFaults } from './faults.ts';
import { forge } from './forgery.ts';
import type { WeCom } from './method.ts';
import * as people from './people.ts';
import { createRoutes } from './routes.ts';
import { APP, appOf, createState, memberOf, type Settings, type State, type StoredMessage } from './state.ts';
import { createWire } from './wire.ts';

function inboxOf(state: State, user: string, agentId: number | undefined): readonly AppMessage[] {
  return state.messages
    .filter((m) => m.to.includes(user) && (agentId === undefined || m.agentId === agentId))
    .map((message) => {
      const { id, kind, text, content, file, recalled, warnings, sentAt } = message;
      const own = message.cards.get(user);
      const card = own === undefined ? null : viewOf(own, message.taskId);
      const dropped = message.dropped.has(user);
      return { id, agentId: message.agentId, kind, text, content, card, file, dropped, recalled, warnings, sentAt };
    });
}

function sentOf(state: State, message: StoredMessage): SentMessage {
  const { id, agentId, kind, text, content, file, recalled, warnings, sentAt, to, dropped } = message;
  const codes = Array.from(state.codes.values()).filter((c) => c.message === message);
  const codesLeft = codes.filter((c) => !c.used && c.endsAt > state.now()).length;
  const rest = { id, agentId, kind, text, content, file, recalled, warnings, sentAt };
  return { ...rest, to, dropped: [...dropped], codesLeft };
}

function cardOf(state: State, user: string, card: string): CardView | null {
  const found = state.messages.find((m) => (m.id === card || m.taskId === card) && m.cards.has(user));
  return found === undefined ? null : people.cardOf(found, user);
}

/** What a test sets as it goes, as properties of the driver. */
function settable(settings: Settings): Settings {
  return {
    get holding() {
      return settings.holding;
    },
    set holding(to) {
      settings.holding = to;
    },
    get copies() {
      return settings.copies;
    },
    set copies(to) {
      settings.copies = to;
    },
    get retriesRefused() {
      return settings.retriesRefused;
    },
    set retriesRefused(to) {
      settings.retriesRefused = to;
    },
    get retries() {
      return settings.retries;
    },
    set retries(to) {
      settings.retries = to;
    },
    get retryGapMs() {
      return settings.retryGapMs;
    },
    set retryGapMs(to) {
      settings.retryGapMs = to;
    },
    get sameNonce() {
      return settings.sameNonce;
    },
    set sameNonce(to) {
      settings.sameNonce = to;
    },
    get phone() {
      return settings.phone;
    },
    set phone(to) {
      settings.phone = to;
    },
    get hidesMail() {
      return settings.hidesMail;
    },
    set hidesMail(to) {
      settings.hidesMail = to;
    },
    get perMember() {
      return settings.perMember;
    },
    set perMember(to) {
      settings.perMember = to;
    },
  };
}

/** What people do, on the default app where none is named. */
type Acts = Pick<
  WeComEmulator,
  | 'says'
  | 'sendsImage'
  | 'sendsVoice'
  | 'sendsVideo'
  | 'sendsFile'
  | 'sendsLocation'
  | 'sendsLink'
  | 'presses'
  | 'menuPress'
  | 'clicksMenu'
  | 'happens'
  | 'forges'
>;

function acts(wecom: () => WeCom, main: number): Acts {
  const sends =
    (type: people.Content['type'], name: string): WeComEmulator['sendsImage'] =>
    async (user, bytes, over) =>
      people.sends(wecom(), main, user, { type, name, bytes }, over);
  return {
    says: async (user, text, over) => people.says(wecom(), main, user, text, over),
    sendsImage: sends('image', 'image.jpg'),
    sendsVoice: sends('voice', 'voice.amr'),
    sendsVideo: sends('video', 'video.mp4'),
    sendsFile: async (user, name, bytes, over) =>
      people.sends(wecom(), main, user, { type: 'file', name, bytes }, over),
    sendsLocation: async (user, at, over) => people.sendsLocation(wecom(), main, user, at, over),
    sendsLink: async (user, link, over) => people.sendsLink(wecom(), main, user, link, over),
    presses: async (user, card, button, chosen) => people.presses(wecom(), user, card, button, chosen),
    menuPress: async (user, card, entry) => people.menuPress(wecom(), user, card, entry),
    clicksMenu: async (user, key, agentId = main) => people.clicksMenu(wecom(), agentId, user, key),
    happens: async (user, event, fields, agentId = main) => people.happens(wecom(), agentId, user, event, fields),
    forges: async (how, text = '你好') => forge(wecom(), main, how, text),
  };
}

type Directory = Pick<
  WeComEmulator,
  | 'addApp'
  | 'connect'
  | 'addMember'
  | 'changeMember'
  | 'removeMember'
  | 'addDepartment'
  | 'addWebhook'
  | 'removeWebhook'
>;

function directory(state: State, main: number): Directory {
  return {
    addApp(given = {}) {
      const id = given.agentId ?? main + state.apps.size;
      const app = { ...APP, name: `应用${id}`, secret: state.secret(`secret-${id}-`), ...given, agentId: id };
      state.apps.set(id, app);
      return app;
    },
    connect(url, agentId = main) {
      appOf(state, agentId);
      if (url === null) state.callbacks.delete(agentId);
      else state.callbacks.set(agentId, url);
    },
    addMember(given) {
      const defaults = {
        departments: [1],
        visible: true,
        active: true,
        mail: null,
        openUserId: `wo-open-${given.userId}`,
      };
      const member: Member = { ...defaults, ...given };
      state.members.set(member.userId, member);
      return member;
    },
    changeMember(userId, to) {
      state.members.set(userId, { ...memberOf(state, userId), ...to });
    },
    removeMember(userId) {
      memberOf(state, userId);
      state.members.delete(userId);
    },
    addDepartment(department) {
      state.departments.set(department.id, department);
    },
    addWebhook(key) {
      state.webhooks.set(key, []);
    },
    removeWebhook(key) {
      state.webhooks.delete(key);
    },
  };
}

/** `from`, with `more` on it; properties that are read afresh stay so. */
const laid = <A extends object, B extends object>(from: A, more: B): A & B =>
  Object.defineProperties(from, Object.getOwnPropertyDescriptors(more)) as A & B;

/** Opens a WeCom on loopback, on a free port. */
export async function startWeCom(options: WeComOptions): Promise<WeComEmulator> {
  const state = createState(options);
  const [app = APP] = state.apps.values();
  const main = app.agentId;
  const faults = createFaults(state.clock);
  const wire = createWire(state);
  const slow = new Set<() => void>();
  let url = '';
  const bot = createBot(state, options.bot ?? {}, () => url);
  const wecom = (): WeCom => ({ state, faults, wire, url });
  const server = createRoutes(wecom, bot, slow);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;

  const rest: Omit<WeComEmulator, keyof Acts | keyof Settings | keyof Directory> = {
    url,
    botUrl: `ws://127.0.0.1:${port}`,
    clock: state.clock,
    corpId: state.corpId,
    app,
    get apps() {
      return Array.from(state.apps.values());
    },
    bot: bot.driver,
    verify: async (agentId = main) => wire.verify(agentId),
    repeats: async (delivery, how = {}) => wire.repeats(delivery, how),
    releases: async (order = 'first-first') => wire.releases(order),
    inbox: (user, agentId) => inboxOf(state, memberOf(state, user).userId, agentId),
    get sent() {
      return state.messages.map((message) => sentOf(state, message));
    },
    view: (user, card) => cardOf(state, user, card),
    appchat(id) {
      const chat = state.chats.get(id);
      if (chat === undefined) throw new Error(`there is no group ${id}`);
      return chat;
    },
    webhook: (key) => state.webhooks.get(key) ?? [],
    menu: (agentId = main) => state.menus.get(agentId) ?? null,
    deliveries: state.deliveries,
    calls: state.calls,
    count: (path) => state.calls.filter((c) => c.path === path).length,
    findings: state.findings,
    until: async (isSo) => state.until(isSo),
    settled: async () => wire.settled(),
    fails: (path, ...failures) => {
      faults.fails(path, ...failures);
    },
    revokeTokens(errcode = 40014) {
      for (const token of state.tokens.values()) token.revoked ??= errcode;
    },
    async close() {
      for (const end of slow) end();
      await wire.close();
      bot.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
  return laid(laid(laid(rest, settable(state.settings)), acts(wecom, main)), directory(state, main));
}
