import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../src/clock.ts';
import type { SlackEmulator, SlackFile, SlackOptions, SlackTeam } from './emulator.ts';
import type { Slack } from './events.ts';
import { createFaults } from './faults.ts';
import * as interactions from './interactions.ts';
import * as modals from './modals.ts';
import * as people from './people.ts';
import { createRoutes } from './routes.ts';
import { createSockets } from './sockets.ts';
import { APP, createState, teamOf, type StoredFile } from './state.ts';
import { seenView } from './views.ts';
import { createWire } from './wire.ts';

/** What the manifest asks for. */
const SCOPES = [
  'app_mentions:read channels:history channels:join channels:read chat:write commands files:read files:write',
  'groups:history groups:read im:history im:read im:write links:read links:write mpim:history mpim:read',
  'reactions:read reactions:write team:read users:read users:read.email',
].flatMap((line) => line.split(' '));

const EVENTS = [
  'app_home_opened app_mention app_uninstalled link_shared member_joined_channel member_left_channel',
  'message.channels message.groups message.im message.mpim tokens_revoked',
].flatMap((line) => line.split(' '));

function teamFrom(team: Pick<SlackTeam, 'id'> & Partial<SlackTeam>): SlackTeam {
  return {
    name: team.id.toLowerCase(),
    domain: team.id.toLowerCase(),
    enterprise: null,
    orgWide: false,
    botToken: `xoxb-${team.id}`,
    botUser: `U0BOT${team.id}`,
    botId: `B0BOT${team.id}`,
    scopes: SCOPES,
    subscribed: EVENTS,
    ...team,
  };
}

const seenFile = ({ id, user, name, mimetype, content, shares }: StoredFile): SlackFile => ({
  id,
  user,
  name,
  mimetype,
  content,
  shares,
});

/** Opens a Slack on loopback, on a free port; `clock` is the time it tells and lives by. */
export async function openSlack(clock: Clock, options: SlackOptions = {}): Promise<SlackEmulator> {
  const state = createState(clock, options.mentions ?? []);
  const faults = createFaults(state);
  const sockets = createSockets(state);
  const wire = createWire(state, sockets);
  const server = createRoutes(() => slack, faults);
  server.on('upgrade', (request, socket, head) => {
    sockets.upgrade(request, socket, head);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const slack: Slack = { state, wire, sockets, url };

  return {
    apiUrl: `${url}/api/`,
    url,
    clock,
    app: APP,
    connect: (to) => {
      wire.connect(to);
    },
    sockets: async (count = 1) => sockets.opened(count),
    disconnect: (how) => {
      sockets.disconnect(how);
    },

    teams: state.teams,
    addTeam(given) {
      const team = teamFrom(given);
      state.teams.set(team.id, team);
      const bot = { id: team.botUser, name: 'gongdan', realName: 'Gongdan', isBot: true };
      state.users.set(team.botUser, people.userFrom(team.id, bot));
      return team;
    },
    addUser(team, given) {
      teamOf(state, team);
      const user = people.userFrom(team, given);
      state.users.set(user.id, user);
      return user;
    },
    addChannel(team, given) {
      const { botUser } = teamOf(state, team);
      const bot = given.bot ?? true;
      const members = [...given.members.filter((id) => id !== botUser), ...(bot ? [botUser] : [])];
      const channel = { kind: 'channel' as const, isArchived: false, ...given, team, bot, members };
      state.channels.set(channel.id, channel);
      return channel;
    },
    direct: (team, user) => people.directWith(state, team, user),
    revoke(team, error = 'invalid_auth') {
      teamOf(state, team);
      state.revoked.set(team, error);
    },

    types: async (user, channel, text, more) => people.types(slack, user, channel, text, more),
    uploads: (user, name, content, mimetype) => people.upload(state, user, name, content, mimetype),
    edits: async (user, channel, ts, text) => people.edit(slack, user, channel, ts, text),
    deletes: async (user, channel, ts) => people.remove(slack, user, channel, ts),
    slash: async (user, channel, text, command = '/ticket') =>
      interactions.command(slack, user, channel, text, command),
    presses: async (user, at, actionId, choice) => interactions.press(slack, user, at, actionId, choice),
    fills: (user, values) => {
      modals.fillIn(slack, user, values);
    },
    submits: async (user, values) => modals.submit(slack, user, values),
    closes: async (user) => modals.close(slack, user),
    shortcut: async (user, callbackId, message) => interactions.shortcut(slack, user, callbackId, message),
    opensHome: async (user, tab = 'home') => people.openHome(slack, user, tab),
    shares: async (user, channel, link) => people.share(slack, user, channel, link),
    joins: async (user, channel) => people.move(slack, user, channel, 'joined'),
    leaves: async (user, channel) => people.move(slack, user, channel, 'left'),
    invitesBot: async (user, channel) => people.moveBot(slack, user, channel, 'joined'),
    removesBot: async (user, channel) => people.moveBot(slack, user, channel, 'left'),
    uninstalls: async (team) => people.uninstall(slack, team),
    sends: async (body, how) => wire.sends(body, how),
    settled: async () => wire.settled(),
    repeats: async (eventId, retry) => wire.repeats(eventId, retry),

    reads: (channel, user) => people.readChannel(state, channel, user),
    thread: (channel, ts, user) => people.readThread(state, channel, ts, user),
    messages: () => people.readAll(state),
    views: (user) => (state.modals.get(user) ?? []).map(seenView),
    home(user) {
      const view = state.homes.get(user);
      return view === undefined ? null : seenView(view);
    },
    files: () => [...state.files.values()].filter((file) => file.isThere).map(seenFile),
    calls: state.calls,
    findings: state.findings,

    fails: (method, ...failures) => {
      faults.fails(method, ...failures);
    },
    limit: (perSecond, retryAfterSeconds) => {
      faults.limit(perSecond, retryAfterSeconds);
    },
    async close() {
      await wire.close();
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
