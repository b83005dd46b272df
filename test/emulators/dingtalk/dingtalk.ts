import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../src/clock.ts';
import type { DingTalk } from './api-method.ts';
import { textOf, viewOf } from './card-view.ts';
import type { DingApp, DingGroup, DingMessage, DingTalkEmulator } from './emulator.ts';
import { createFaults } from './faults.ts';
import { asText, type Json } from '../json.ts';
import * as people from './people.ts';
import { createRoutes } from './routes.ts';
import { createSockets } from './sockets.ts';
import { createState, groupOf, isThere, maySee, remove, type State, type StoredMessage } from './state.ts';
import { PUBLIC } from './templates.ts';
import { sayByWebhook } from './webhooks.ts';
import { createWire } from './wire.ts';

/** A message for one reader; '' is somebody of whom nothing is known. */
function shown(state: State, message: StoredMessage, user: string): DingMessage {
  const { id, conversation, from, kind, text, at, recipients, links, file, sentAt } = message;
  const rest = { id, conversation, from, kind, text, at, recipients, links, file, sentAt, card: null };
  const card = message.card === null ? undefined : state.cards.get(message.card);
  if (card === undefined) return rest;
  const view = viewOf(state, card, user);
  return { ...rest, text: textOf(state, view), card: view };
}

function setBot(state: State, id: string, bot: boolean): void {
  state.groups.set(id, { ...groupOf(state, id), bot });
}

/** What the bot answers to a message in HTTP mode. */
const answerer =
  (state: State) =>
  (data: Json, body: Json): void => {
    const session = new URL(asText(data['sessionWebhook'])).searchParams.get('session') ?? '';
    const conversation = state.sessions.get(session)?.conversation;
    if (conversation !== undefined) sayByWebhook(state, conversation, null, body, 'the answer to a message');
  };

/** Opens a DingTalk on loopback, on a free port; `clock` is the time it tells and lives by. */
export async function openDingTalk(clock: Clock, app: Partial<DingApp> = {}): Promise<DingTalkEmulator> {
  const state = createState(clock, app, PUBLIC);
  const { settings } = state;
  const faults = createFaults(state);
  const sockets = createSockets(state);
  const wire = createWire(state, sockets, answerer(state));
  const slow = new Set<() => void>();
  const server = createRoutes(() => ding, slow);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ding: DingTalk = { state, faults, sockets, wire, url };

  return {
    url,
    clock,
    app: state.app,
    withheld: state.withheld,
    flowControlled: state.flowControlled,

    addUser(given) {
      const defaults = { unionId: `union-${given.userId}`, mobile: null, email: null, external: false, active: true };
      const user = { ...defaults, ...given };
      state.users.set(user.userId, user);
      return user;
    },
    addGroup(given) {
      const group: DingGroup = { bot: true, ...given };
      state.groups.set(group.id, group);
      return group;
    },
    addTemplate(template) {
      state.templates.set(template.id, template);
    },
    addRobot(robot) {
      groupOf(state, robot.group);
      state.robots.set(robot.token, robot);
    },

    says: async (user, conversation, text, more) => people.says(ding, user, conversation, text, more),
    sendsContent: async (user, conversation, content, more) =>
      people.sendsContent(ding, user, conversation, content, more),
    presses: async (user, message, button) => people.presses(ding, user, message, button),
    submits: async (user, message, values) => people.submits(ding, user, message, values),
    happens: async (type, data) => people.happens(ding, type, data),
    joins: (user, group) => {
      people.move(state, user, group, true);
    },
    leaves: (user, group) => {
      people.move(state, user, group, false);
    },
    addsBot: (group) => {
      setBot(state, group, true);
    },
    removesBot: (group) => {
      setBot(state, group, false);
    },
    deletes(id) {
      const found = state.messages.filter((m) => m.id === id && !m.deleted);
      if (found.length === 0) throw new Error(`there is no message ${id}`);
      for (const message of found) remove(state, message);
    },
    pushes: (frame) => wire.pushes(frame),
    repeats: async (msgId) => wire.repeats(msgId),

    reads: (conversation, user) =>
      isThere(state, user, conversation)
        ? state.messages
            .filter((m) => m.conversation === conversation && maySee(state, m, user))
            .map((m) => shown(state, m, user))
        : [],
    messages: () => state.messages.filter(({ deleted }) => !deleted).map((m) => shown(state, m, '')),
    view(outTrackId, user) {
      const card = state.cards.get(outTrackId);
      const isSeen = state.messages.some((m) => m.card === outTrackId && maySee(state, m, user));
      return card === undefined || !isSeen ? null : viewOf(state, card, user);
    },
    calls: state.calls,
    acks: state.acks,
    findings: state.findings,
    get counted() {
      return state.counted;
    },

    connect: (to) => {
      wire.connect(to);
    },
    sockets: (count) => sockets.opened(count),
    get connections() {
      return sockets.count;
    },
    get opened() {
      return state.opened;
    },
    disconnects: (how) => {
      sockets.disconnects(how);
    },
    pings: () => sockets.pings(),
    get silence() {
      return settings.silence;
    },
    set silence(to) {
      settings.silence = to;
    },
    get redelivers() {
      return settings.redelivers;
    },
    set redelivers(to) {
      settings.redelivers = to;
    },
    get redeliverMs() {
      return settings.redeliverMs;
    },
    set redeliverMs(to) {
      settings.redeliverMs = to;
    },
    get qps() {
      return settings.qps;
    },
    set qps(to) {
      settings.qps = to;
    },
    get quota() {
      return settings.quota;
    },
    set quota(to) {
      settings.quota = to;
    },
    get reachedAt() {
      return settings.reachedAt;
    },
    set reachedAt(to) {
      settings.reachedAt = to;
    },
    get inboundQuotaSpent() {
      return settings.inboundQuotaSpent;
    },
    set inboundQuotaSpent(to) {
      settings.inboundQuotaSpent = to;
    },
    get expireIn() {
      return settings.expireIn;
    },
    set expireIn(to) {
      settings.expireIn = to;
    },

    fails: (path, ...failures) => {
      faults.fails(path, ...failures);
    },
    expireTokens() {
      for (const token of state.tokens.keys()) state.tokens.set(token, -1);
    },
    settled: () => wire.settled(),
    async close() {
      await wire.close();
      for (const stop of slow) stop();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}
