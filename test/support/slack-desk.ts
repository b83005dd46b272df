import { expect, vi } from 'vitest';
import { SHORTCUTS } from '../../adapters/slack/manifest.ts';
import { CALLBACK } from '../../adapters/slack/view.ts';
import { systemIds } from '../../src/ids.ts';
import { loadSecrets } from '../../src/secret.ts';
import { createVault } from '../../src/vault.ts';
import type { SlackEmulator, SlackMessage, SlackView, Told } from '../emulators/slack/emulator.ts';
import { openSlack } from '../emulators/slack/slack.ts';
import { manualClock } from './clock.ts';
import type { Answered, Desk, DeskOptions, Scene, Seen } from './desk.ts';
import { formOf, pressables, seenOf, type Pressable } from './slack-seen.ts';
import { noComplaints } from './platform-app.ts';
import { startSlackApp } from './slack-app.ts';
import { TEAM } from './slack.ts';

/** The desk with its colleagues in Slack; customers write in the sandbox. `stop` throws when Slack was sent what it would not take, or a line was logged that warns. */
export interface SlackDesk extends Desk {
  readonly slack: SlackEmulator;
  /** Ids in Slack by the names that stories use: `lilei`, `g-aftersale`, `d-lilei`. */
  idOf(name: string): string;
  /** Mentions the bot. */
  readonly bot: string;
  /** Somebody new in the workspace, in no channel yet. */
  hires(user: string, name: string, locale: string, tz?: string): void;
  /** Everything that is on its way in either direction has arrived, and what it causes has happened. */
  settles(): Promise<void>;
  /**
   * Somebody does something in Slack, and what it causes happens; with what they then read alone and the form they then have open.
   * `opens`: a form is shown once it is acknowledged.
   */
  acts(user: string, act: () => Promise<Told>, opens?: boolean): Promise<Answered>;
  /** What stands below a card, oldest first. */
  below(user: string, card: Seen): readonly Seen[];
  /** Lines of the log that warn. */
  readonly warned: string[];
}

export interface SlackDeskOptions extends DeskOptions {
  readonly shop: string;
  readonly mode?: 'http' | 'socket';
  readonly env?: Readonly<Record<string, string>>;
}

/** Stories whose colleagues are in Slack. */
export const inSlack = (mode: 'http' | 'socket' = 'http'): Scene => ({
  name: 'slack',
  open: (options) => openSlackDesk({ ...options, mode }),
});

const TOKEN = 'xoxb-0-desk-tests';

const userId = (name: string): string => `U0${name.toUpperCase().replaceAll(/[^A-Z0-9]/gu, '')}`;
const channelId = (name: string): string => `C0${name.toUpperCase().replaceAll(/[^A-Z0-9]/gu, '')}`;

const keyOf = ({ channel, ts }: SlackMessage): string => `${channel}/${ts}`;

/** The same shop with its colleagues and groups in Slack. */
const moved = (shop: string): string =>
  shop
    .replaceAll(
      /\{ sandbox: \{ user: ([a-z0-9-]+), direct: d-[a-z0-9-]+ \} \}/gu,
      (_, id: string) => `{ slack: ${userId(id)} }`,
    )
    .replaceAll(/groups: \{ sandbox: (g-[a-z0-9-]+) \}/gu, (_, id: string) => `groups: { slack: ${channelId(id)} }`);

interface Staff {
  readonly id: string;
  readonly name: string;
  readonly locale: string;
}

const staffOf = (shop: string): Staff[] =>
  [...shop.matchAll(/^ {2}([a-z0-9]+): \{ name: ([^,]+), roles: .*$/gmu)].map(([line, id = '', name = '']) => ({
    id,
    name,
    locale: line.includes('locale: en') ? 'en-US' : 'zh-CN',
  }));

const groupsOf = (shop: string): string[] =>
  [...shop.matchAll(/groups: \{ sandbox: (g-[a-z0-9-]+) \}/gu)].map(([, id = '']) => id);

export async function openSlackDesk(options: SlackDeskOptions): Promise<SlackDesk> {
  const clock = options.clock ?? manualClock();
  const slack = await openSlack(clock);
  const team = slack.addTeam({ id: TEAM, name: '晴天家居', botToken: TOKEN });
  const bot = `<@${team.botUser}>`;
  const names = new Map<string, string>();
  const hires = (id: string, realName: string, locale: string, tz = 'Asia/Shanghai'): void => {
    const email = `${id}@qingtian.example`;
    slack.addUser(TEAM, { id: userId(id), name: realName, realName, email, locale, tz });
    names.set(userId(id), id);
  };
  const staff = staffOf(options.shop);
  for (const { id, name, locale } of staff) hires(id, name, locale);
  for (const id of groupsOf(options.shop))
    slack.addChannel(TEAM, { id: channelId(id), name: id.slice(2), members: staff.map((s) => userId(s.id)) });
  const idOf = (name: string): string => {
    if (name.startsWith('g-')) return channelId(name);
    return name.startsWith('d-') ? slack.direct(TEAM, userId(name.slice(2))) : userId(name);
  };
  const { mode = 'http', env = {} } = options;
  const running = await startSlackApp({
    ...options,
    slack,
    clock,
    mode,
    shop: moved(options.shop),
    env: { SLACK_BOT_TOKEN: TOKEN, ...env },
    installations: () => ['slack'],
  });
  const { app, config, request, settles, warned } = running;

  const posts = async (path: string, body: unknown): Promise<{ status: number; body: unknown }> => {
    const headers = { 'content-type': 'application/json' };
    const response = await request(path, { method: 'POST', headers, body: JSON.stringify(body) });
    await settles();
    return { status: response.status, body: await response.json() };
  };
  const isHere = (name: string): boolean => names.has(userId(name));
  const nameOf = (id: string): string => names.get(id) ?? id;
  const inSandbox = async (user: string, conversation: string): Promise<readonly Seen[]> => {
    const path = `/sandbox/api/conversations/${encodeURIComponent(conversation)}/messages?user=${user}&limit=1000`;
    const response = await request(path);
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
    return ((await response.json()) as { messages: Seen[] }).messages;
  };
  const sees = async (user: string, conversation: string): Promise<readonly Seen[]> =>
    isHere(user)
      ? slack.reads(idOf(conversation), userId(user)).map((message) => seenOf(message, nameOf))
      : inSandbox(user, conversation);
  /** Everything somebody may read privately: ephemeral in any channel, and what stands in their direct conversation. */
  const privately = (user: string): SlackMessage[] =>
    slack.messages().filter((m) => m.ephemeralTo === userId(user) || m.channel === idOf(`d-${user}`));
  const acts: SlackDesk['acts'] = async (user, act, opens = false) => {
    const before = new Set(privately(user).map(keyOf));
    const answer = (): Seen | null =>
      privately(user)
        .filter((message) => !before.has(keyOf(message)))
        .map((message) => seenOf(message, nameOf))
        .findLast((seen) => seen.private === true) ?? null;
    const view = (): SlackView | undefined => slack.views(userId(user)).at(-1);
    const hash = view()?.hash;
    const { status } = await act();
    await settles();
    const shown = (): boolean =>
      answer() !== null || (view()?.hash !== hash && view()?.callbackId !== CALLBACK.waiting);
    if (opens)
      await vi.waitFor(
        async () => {
          await settles();
          expect(shown(), 'a form, or why there is none').toBe(true);
        },
        { interval: 2 },
      );
    const top = view();
    return { status, answer: answer(), form: top === undefined ? null : formOf(top) };
  };
  const closes = async (user: string): Promise<void> => {
    while (slack.views(userId(user)).length > 0) await slack.closes(userId(user));
  };
  /** Those of the values that the open form asks for. */
  const asked = (user: string, values: Readonly<Record<string, string>>): Record<string, string> => {
    const blocks = slack.views(userId(user)).at(-1)?.blocks ?? [];
    const names = new Set(blocks.filter((b) => b['type'] === 'input').map((b) => b['block_id']));
    return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
  };

  const isIn = (user: string, channel: string): boolean =>
    !channel.startsWith('D') || channel === slack.direct(TEAM, userId(user));
  /** The newest button that says just what is meant; else one that says part of it, and asks for the rest, or more. */
  const find = (user: string, surface: string | null, command: string, args: Record<string, string>) => {
    const rank = ({ press: { invocation } }: Pressable): number => {
      const said = Object.entries(invocation.args);
      if (invocation.command !== command) return -1;
      if (said.some(([name, value]) => args[name] !== undefined && args[name] !== value)) return -1;
      if (said.every(([name]) => args[name] !== undefined)) return said.length;
      return surface === null ? -1 : 0;
    };
    return slack
      .messages()
      .filter((m) => m.ephemeralTo === null || m.ephemeralTo === userId(user))
      .filter((m) => isIn(user, m.channel) && (surface === null || keyOf(m) === surface))
      .toReversed()
      .flatMap((message) => pressables(message).map((p) => ({ message, ...p, rank: rank(p) })))
      .filter((p) => p.rank >= 0)
      .toSorted((a, b) => b.rank - a.rank)[0];
  };
  /** What is in no card is called up: by the shortcut, or by the slash command. */
  const calls = async (user: string, command: string, args: Record<string, string>): Promise<Answered> => {
    if (command === 'new') {
      const opened = await acts(user, () => slack.shortcut(userId(user), SHORTCUTS.global), true);
      return Object.keys(args).length === 0 ? opened : acts(user, () => slack.submits(userId(user), args));
    }
    const { ticket = '', ...rest } = args;
    const line = [command, ticket, ...Object.values(rest)].filter((word) => word !== '').join(' ');
    return acts(user, () => slack.slash(userId(user), idOf(`d-${user}`), line));
  };

  const card: Desk['card'] = async (user, conversation, number) => {
    const cards = (await sees(user, conversation)).filter((m) => m.card?.title.startsWith(`T-${number} `) === true);
    const found = cards.findLast((m) => m.private !== true && m.card?.kind !== 'news');
    if (found === undefined) throw new Error(`${user} sees no card of T-${number} in ${conversation}`);
    return found;
  };

  return {
    platform: 'slack',
    clock,
    slack,
    bot,
    idOf,
    hires,
    settles,
    acts,
    warned,
    store: app.store,
    flow: app.flow,
    firstAdmin: app.firstAdmin,
    vault: createVault(loadSecrets(config.secret, systemIds, config.locale), systemIds),
    url: running.url,
    request,
    posts,
    sees,
    account: userId,
    address: (conversation) => ({ platform: 'slack', app: 'slack', conversation: idOf(conversation) }),
    below(user, card) {
      const [channel = '', ts = ''] = card.id.split('/');
      return slack.thread(channel, ts, userId(user)).map((message) => seenOf(message, nameOf));
    },
    async writes(customer, text, more = {}) {
      const body = { conversation: `c-${customer}`, user: customer, text, ...more };
      const { status, body: told } = await posts('/sandbox/api/messages', body);
      if (status !== 202) throw new Error(`a customer message was refused: ${status} ${JSON.stringify(told)}`);
      return (told as { messageId: string }).messageId;
    },
    async uploads(user, content, name, more = {}) {
      if (isHere(user)) {
        const id = slack.uploads(userId(user), name, content);
        return { status: 201, file: { id, kind: 'file', name, type: '', size: content.length } };
      }
      const form = new FormData();
      for (const [key, value] of Object.entries({ user, ...more })) form.append(key, String(value));
      form.append('file', new Blob([content]), name);
      const response = await request('/sandbox/api/files', { method: 'POST', body: form });
      return { status: response.status, file: (await response.json()) as Awaited<ReturnType<Desk['uploads']>>['file'] };
    },
    async types(user, text, more = {}) {
      await closes(user);
      const conversation = more.conversation ?? `d-${user}`;
      const thread = more.quote?.split('/')[1];
      const files = more.attachments;
      // Slack keeps a slash for itself: what begins with one is its command, which stands in no thread.
      if (text.startsWith('/') && thread === undefined && files === undefined)
        return acts(user, () =>
          slack.slash(userId(user), idOf(conversation), text.replace(/^\/(?:ticket(?:\s+|$))?/u, '')),
        );
      const line = text.replace(/^@\S+\s*|^\//u, conversation.startsWith('g-') ? `${bot} ` : '');
      return acts(user, () =>
        slack.types(userId(user), idOf(conversation), line, {
          ...(thread !== undefined && { thread }),
          ...(files !== undefined && { files }),
        }),
      );
    },
    async presses(user, surface, command, args = {}) {
      await closes(user);
      const found = find(user, surface, command, args);
      if (found === undefined) {
        if (surface === null) return calls(user, command, args);
        throw new Error(`${user} finds no button for ${command} there`);
      }
      const { message, press, actionId, choice } = found;
      const at = { channel: message.channel, ts: message.ts };
      const rest = Object.entries(args).filter(([name]) => press.invocation.args[name] === undefined);
      const opens = press.asks || rest.length > 0;
      const pressed = await acts(user, () => slack.presses(userId(user), at, actionId, choice), opens);
      if (rest.length === 0 || pressed.form === null) return pressed;
      return acts(user, () => slack.submits(userId(user), Object.fromEntries(rest)));
    },
    fills: (user, _form, values) => acts(user, () => slack.submits(userId(user), asked(user, values))),
    async guides(user, _form, field, values) {
      const { [field]: choice = '', ...others } = asked(user, values);
      slack.fills(userId(user), others);
      return (await acts(user, () => slack.presses(userId(user), 'modal', 'value', choice), true)).form;
    },
    async arrives(user, name, group) {
      hires(user, name, 'zh-CN');
      if (group !== undefined) await slack.joins(userId(user), idOf(group));
      await settles();
    },
    async enters(user, group) {
      await slack.joins(userId(user), idOf(group));
      await settles();
    },
    async leaves(user, group) {
      await slack.leaves(userId(user), idOf(group));
      await settles();
    },
    async founds(group, members) {
      slack.addChannel(TEAM, { id: idOf(group), name: group, members: members.map(userId), bot: false });
      await slack.invitesBot(userId(members[0] ?? ''), idOf(group));
      await settles();
    },
    async addsBot(user, group) {
      await slack.invitesBot(userId(user), idOf(group));
      await settles();
    },
    async removesBot(user, group) {
      await slack.removesBot(userId(user), idOf(group));
      await settles();
    },
    card,
    looksAgain: card,
    aside: (_user, conversation) => conversation,
    async passes(ms) {
      clock.advance(ms);
      await settles();
      await app.flow.wake();
      await settles();
    },
    async stop() {
      await running.stop();
      await slack.close();
      noComplaints(slack.findings, warned);
    },
  };
}
