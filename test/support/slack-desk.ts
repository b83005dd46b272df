import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { platformSettings } from '../../adapters/registry.ts';
import { readPress, type Press } from '../../adapters/slack/press.ts';
import type { Action, Card, CardKind } from '../../cards/card.ts';
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import { loadSecrets } from '../../src/secret.ts';
import { createVault } from '../../src/vault.ts';
import type { SlackEmulator, SlackMessage } from '../emulators/slack/emulator.ts';
import { buttonsOf, textOf, type SeenElement } from '../emulators/slack/seen.ts';
import { openSlack } from '../emulators/slack/slack.ts';
import { manualClock } from './clock.ts';
import type { Answered, Desk, DeskOptions, Seen } from './desk.ts';
import { APP_TOKEN, SIGNING_SECRET, TEAM } from './slack.ts';

/** The desk with its colleagues in Slack; customers write in the sandbox. */
export interface SlackDesk extends Desk {
  readonly slack: SlackEmulator;
  /** Ids in Slack by the names that stories use: `lilei`, `g-aftersale`, `d-lilei`. */
  idOf(name: string): string;
  /** Everything that is on its way in either direction has arrived, and what it causes has happened. */
  settles(): Promise<void>;
}

export interface SlackDeskOptions extends DeskOptions {
  readonly shop: string;
  readonly mode?: 'http' | 'socket';
  readonly env?: Readonly<Record<string, string>>;
}

const TOKEN = 'xoxb-0-desk-tests';
/** A second of the channel, and what a block of permits lasts. */
const SECOND_MS = 1_100;
const MOST_SECONDS = 10;
const SANDBOX_TOKEN = 'sandbox-token-of-tests';
const SIGNS: Readonly<Record<string, Card['tone']>> = {
  '\u26AA': 'grey',
  '\u{1F535}': 'blue',
  '\u{1F7E0}': 'amber',
  '\u{1F7E1}': 'amber',
  '\u{1F534}': 'red',
  '\u{1F7E2}': 'green',
};

const userId = (name: string): string => `U0${name.toUpperCase().replaceAll(/[^A-Z0-9]/gu, '')}`;
const channelId = (name: string): string => `C0${name.toUpperCase().replaceAll(/[^A-Z0-9]/gu, '')}`;

/** The same shop with its colleagues and groups in Slack. */
const inSlack = (shop: string): string =>
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

/** A message as the sandbox would show it: what of a card a person can see again, with the invocations behind its buttons. */
function seenOf(message: SlackMessage, nameOf: (id: string) => string): Seen {
  const key = message.metadata?.event_payload['key'];
  const version = Number(message.metadata?.event_payload['version'] ?? 0);
  const private_ = message.ephemeralTo !== null || (typeof key === 'string' && key.startsWith('answer:'));
  const elements = buttonsOf(message);
  const isCard = elements.length > 0 || message.blocks[0]?.['type'] === 'header' || version > 1;
  const id = `${message.channel}/${message.ts}`;
  const common = {
    id,
    from: message.botId === null ? nameOf(message.user) : 'bot',
    at: new Date(Number(message.ts) * 1_000).toISOString(),
    ...(private_ && { private: true }),
  };
  if (message.botId === null || !isCard) return { ...common, text: textOf(message) };
  return {
    ...common,
    // What a press on it is known by here: the message itself.
    surface: id,
    card: cardOf(message, elements, typeof key === 'string' ? key : ''),
    ...(version > 0 && { version }),
  };
}

function cardOf(message: SlackMessage, elements: readonly SeenElement[], key: string): Card {
  const lines = textOf(message).split('\n');
  const hasHeader = message.blocks[0]?.['type'] === 'header';
  const marked = lines.findIndex((line) => SIGNS[Array.from(line)[0] ?? ''] !== undefined);
  const sign = Array.from(lines[marked] ?? '')[0] ?? '';
  const status = marked < 0 ? '' : (lines[marked] ?? '').slice(sign.length).trim();
  return {
    kind: (/^[a-z]+/u.exec(key)?.[0] ?? 'notice') as CardKind,
    locale: 'zh-CN',
    tone: SIGNS[sign] ?? 'grey',
    title: hasHeader ? (lines[0] ?? '') : '',
    summary: textOf({ text: message.text }),
    ...(status !== '' && { status }),
    blocks: [{ type: 'text', style: 'plain', text: textOf(message) }],
    actions: elements.flatMap(pressesOf).map(({ press, label, primary, menu }): Action => ({
      label,
      style: primary ? 'primary' : 'default',
      placement: menu ? 'menu' : 'button',
      invoke: press.invocation,
      typed: '',
    })),
  };
}

interface Pressable {
  readonly press: Press;
  readonly label: string;
  readonly primary: boolean;
  readonly menu: boolean;
  readonly actionId: string;
  readonly choice: string | undefined;
}

function pressesOf({ actionId, blockId, value, label, style, options }: SeenElement): Pressable[] {
  const one = { action_id: actionId, block_id: blockId };
  const own = value === null ? null : readPress({ ...one, value });
  const behind = options.flatMap((option): Pressable[] => {
    const press = readPress({ ...one, selected_option: option });
    return press === null
      ? []
      : [{ press, label: option.label, primary: false, menu: true, actionId, choice: option.value }];
  });
  return own === null
    ? behind
    : [{ press: own, label, primary: style === 'primary', menu: false, actionId, choice: undefined }, ...behind];
}

export async function openSlackDesk(options: SlackDeskOptions): Promise<SlackDesk> {
  const clock = options.clock ?? manualClock();
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'slack-desk-')));
  const slack = await openSlack(clock);
  const team = slack.addTeam({ id: TEAM, name: '晴天家居', botToken: TOKEN });
  const staff = staffOf(options.shop);
  for (const { id, name, locale } of staff)
    slack.addUser(TEAM, {
      id: userId(id),
      name: id,
      realName: name,
      email: `${id}@qingtian.example`,
      locale,
      tz: 'Asia/Shanghai',
    });
  for (const id of groupsOf(options.shop))
    slack.addChannel(TEAM, { id: channelId(id), name: id.slice(2), members: staff.map((s) => userId(s.id)) });
  const names = new Map(staff.map((s) => [userId(s.id), s.id]));
  const idOf = (name: string): string => {
    if (name.startsWith('g-')) return channelId(name);
    return name.startsWith('d-') ? slack.direct(TEAM, userId(name.slice(2))) : userId(name);
  };

  const mode = options.mode ?? 'http';
  const file = join(directory, 'gongdan.yaml');
  await writeFile(file, inSlack(options.shop));
  const env: Record<string, string> = {
    PORT: '0',
    GONGDAN_DATA: directory,
    GONGDAN_LANG: 'en',
    LOG_LEVEL: 'silent',
    GONGDAN_CONFIG: file,
    GONGDAN_SANDBOX: 'on',
    GONGDAN_SANDBOX_TOKEN: SANDBOX_TOKEN,
    SLACK_BOT_TOKEN: TOKEN,
    SLACK_API_URL: slack.apiUrl,
    ...(mode === 'http' ? { SLACK_SIGNING_SECRET: SIGNING_SECRET } : { SLACK_APP_TOKEN: APP_TOKEN }),
    ...(options.mongodbUri !== undefined && { MONGODB_URI: options.mongodbUri }),
    ...options.env,
  };
  const config = readConfig({ env, cwd: directory, ids: systemIds, platforms: platformSettings });
  const { lines, readable = false } = options;
  const log = createLog({
    level: lines === undefined ? 'silent' : 'debug',
    readable,
    clock,
    ...(lines !== undefined && { stream: lines }),
  });
  if (mode === 'socket') slack.connect({ mode: 'socket', appToken: APP_TOKEN });
  const app = await startApp({ config, clock, ids: systemIds, log, background: false, fsync: false, past: false });
  const base = app.url.replace(/\/$/u, '');
  if (mode === 'http') slack.connect({ mode: 'http', url: `${base}/slack/events`, signingSecret: SIGNING_SECRET });
  else await slack.sockets(1);

  const request = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${base}${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${SANDBOX_TOKEN}` } });
  let settling = Promise.resolve();
  const atOnce = async (): Promise<void> => {
    await app.flow.settle();
    // What the bot posts comes back to it as an event.
    await slack.settled();
    await app.flow.settle();
  };
  // A channel takes one message a second: what is still due has the seconds it needs.
  const settles = (): Promise<void> =>
    (settling = settling.then(async () => {
      for (let i = 0; i < MOST_SECONDS; i += 1) {
        await atOnce();
        const next = await app.store.outbox.nextMoment('slack\nslack');
        if (i > 0 && (next === null || next.getTime() - clock.now().getTime() > SECOND_MS)) return;
        clock.advance(SECOND_MS);
      }
    }));
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
  /** Everything somebody reads privately: ephemeral in any channel, and answers in their direct conversation. */
  const privately = (user: string): Seen[] =>
    slack
      .messages()
      .filter((m) => m.ephemeralTo === userId(user) || m.channel === idOf(`d-${user}`))
      .map((message) => seenOf(message, nameOf))
      .filter((seen) => seen.private === true);
  const answered = async (user: string, act: () => Promise<{ status: number }>): Promise<Answered> => {
    const before = new Set(privately(user).map(({ id }) => id));
    const { status } = await act();
    await settles();
    return { status, answer: privately(user).findLast(({ id }) => !before.has(id)) ?? null, form: null };
  };

  const find = (user: string, surface: string | null, command: string, args: Record<string, string>) => {
    const mine = slack.messages().filter((m) => m.ephemeralTo === null || m.ephemeralTo === userId(user));
    const fits = ({ press }: Pressable): boolean =>
      press.invocation.command === command &&
      Object.entries(press.invocation.args).every(([name, value]) => args[name] === undefined || args[name] === value);
    const where = mine.filter((m) => surface === null || `${m.channel}/${m.ts}` === surface);
    const best = where
      .toReversed()
      .flatMap((message) =>
        buttonsOf(message)
          .flatMap(pressesOf)
          .filter(fits)
          .map((p) => ({ message, ...p })),
      )
      .toSorted((a, b) => Object.keys(b.press.invocation.args).length - Object.keys(a.press.invocation.args).length);
    const [first] = best;
    if (first === undefined) throw new Error(`${user} finds no button for ${command} there`);
    return first;
  };

  return {
    clock,
    slack,
    idOf,
    settles,
    store: app.store,
    flow: app.flow,
    firstAdmin: app.firstAdmin,
    vault: createVault(loadSecrets(config.secret, systemIds, config.locale), systemIds),
    url: base,
    request,
    posts,
    sees,
    async writes(customer, text, more = {}) {
      const body = { conversation: `c-${customer}`, user: customer, text, ...more };
      const { status, body: told } = await posts('/sandbox/api/messages', body);
      if (status !== 202) throw new Error(`a customer message was refused: ${status} ${JSON.stringify(told)}`);
      return (told as { messageId: string }).messageId;
    },
    async uploads(user, content, name) {
      if (isHere(user)) {
        const id = slack.uploads(userId(user), name, content);
        return { status: 200, file: { id, kind: 'file', name, type: '', size: content.length } };
      }
      const form = new FormData();
      form.append('user', user);
      form.append('file', new Blob([content]), name);
      const response = await request('/sandbox/api/files', { method: 'POST', body: form });
      return { status: response.status, file: (await response.json()) as Awaited<ReturnType<Desk['uploads']>>['file'] };
    },
    types(user, text, more = {}) {
      const conversation = more.conversation ?? `d-${user}`;
      const thread = more.quote?.split('/')[1];
      const line = conversation.startsWith('g-') && !text.startsWith('<@') ? `<@${team.botUser}> ${text}` : text;
      return answered(user, () =>
        slack.types(userId(user), idOf(conversation), line, {
          ...(thread !== undefined && { thread }),
          ...(more.attachments !== undefined && { files: more.attachments }),
        }),
      );
    },
    presses(user, surface, command, args = {}) {
      const { message, press, actionId, choice } = find(user, surface, command, args);
      return answered(user, async () => {
        const at = { channel: message.channel, ts: message.ts };
        const told = await slack.presses(userId(user), at, actionId, choice);
        const rest = Object.entries(args).filter(([name]) => press.invocation.args[name] === undefined);
        if (slack.views(userId(user)).length === 0 || rest.length === 0) return told;
        return slack.submits(userId(user), Object.fromEntries(rest));
      });
    },
    async card(user, conversation, number) {
      const cards = (await sees(user, conversation)).filter((m) => m.card?.title.startsWith(`T-${number} `) === true);
      const found = cards.findLast((m) => m.private !== true && m.card?.kind !== 'news');
      if (found === undefined) throw new Error(`${user} sees no card of T-${number} in ${conversation}`);
      return found;
    },
    async passes(ms) {
      clock.advance(ms);
      await settles();
      await app.flow.wake();
      await settles();
    },
    async stop() {
      await app.stop();
      await slack.close();
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}
