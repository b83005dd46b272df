import { readPress, type Press } from '../adapters/slack/press.ts';
import { systemClock } from '../src/clock.ts';
import type { SlackEmulator, SlackMessage, SlackView, Told } from '../test/emulators/slack/emulator.ts';
import { elementsOf, buttonsOf } from '../test/emulators/slack/seen.ts';
import { openSlack } from '../test/emulators/slack/slack.ts';
import { agentOf, customerOf, TEAMS, teamOf } from './shop.ts';

export const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
export const BOT_TOKEN = 'xoxb-0-bench-bench';
const TEAM = 'T0BENCH';
export const AGENTS = 60;
/** How long somebody writes before a form is handed in, ms. */
const WRITING_MS = 2_500;
/** How often the crowd looks at what stands in its channels, ms. */
const LOOK_MS = 1_000;

export const KINDS = ['press', 'opening', 'submission', 'command'] as const;
export type Kind = (typeof KINDS)[number];

/** Twenty interactions as agents do them: 60 % presses, 15 % openings, 15 % submissions, 10 % commands. */
const MIX: readonly Kind[] = Array.from('ppopspcppopspppcpops', (letter) => {
  const kind = KINDS.find((k) => k.startsWith(letter));
  if (kind === undefined) throw new Error(`no interaction begins with ${letter}`);
  return kind;
});
export const kindAt = (i: number): Kind => MIX[i % MIX.length] ?? 'press';

const userOf = (i: number): string => `U0AGENT${i}`;
const channelOf = (team: string): string => `C0${team.toUpperCase()}`;

/** A `gongdan.yaml` (JSON is YAML): four teams with a channel each in Slack; customers write in the sandbox. */
export function slackShop(customers: number): string {
  const people = Array.from({ length: AGENTS }, (_, i) => [
    agentOf(i),
    { name: agentOf(i), roles: ['agent'], teams: [teamOf(i)], accounts: { slack: userOf(i) } },
  ]);
  return JSON.stringify({
    shops: { shop: { name: 'Shop', apps: ['sandbox'] } },
    teams: Object.fromEntries(
      TEAMS.map((id) => [id, { name: id, categories: [id], groups: { slack: channelOf(id) } }]),
    ),
    people: Object.fromEntries(people) as unknown,
    categories: Object.fromEntries(TEAMS.map((id) => [id, { zh: id, en: id }])),
    triage: { defaults: false, rules: TEAMS.map((id) => ({ words: [id], category: id })) },
    sandbox: {
      customers: Object.fromEntries(Array.from({ length: customers }, (_, i) => [customerOf(i), { name: `K${i}` }])),
    },
  });
}

interface Button {
  readonly channel: string;
  readonly ts: string;
  readonly actionId: string;
  readonly press: Press;
}

const buttonsIn = (message: SlackMessage): Button[] =>
  buttonsOf(message).flatMap(({ actionId, blockId, value }) => {
    const press = value === null ? null : readPress({ action_id: actionId, block_id: blockId, value });
    return press === null ? [] : [{ channel: message.channel, ts: message.ts, actionId, press }];
  });

/** Sixty agents in Slack who press, fill in and type what stands before them. */
export interface Crowd {
  readonly slack: SlackEmulator;
  /** Looks at what stands now. */
  look(): void;
  /** How many agents have a card of a ticket of their own, whose customer they can answer. */
  readonly busy: number;
  /** Somebody takes the next ticket. */
  takes(i: number): Promise<Told>;
  /** The interaction that is next of its kind; null: there is nothing that could be handed in. */
  does(kind: Kind): Promise<Told> | null;
  /** Opens a form, for a later submission. */
  opens(): Promise<Told>;
  close(): Promise<void>;
}

export async function openCrowd(): Promise<Crowd> {
  const slack = await openSlack(systemClock);
  slack.addTeam({ id: TEAM, name: 'bench', botToken: BOT_TOKEN });
  const agents = Array.from({ length: AGENTS }, (_, i) => i);
  for (const i of agents)
    slack.addUser(TEAM, {
      id: userOf(i),
      name: agentOf(i),
      realName: agentOf(i),
      locale: 'en-US',
      tz: 'Asia/Shanghai',
    });
  for (const team of TEAMS) {
    const members = agents.filter((i) => teamOf(i) === team).map(userOf);
    slack.addChannel(TEAM, { id: channelOf(team), name: team, members });
  }
  const directs = new Map(agents.map((i) => [slack.direct(TEAM, userOf(i)), i]));

  /** Buttons by channel, as they stood at the last look. */
  let next = new Map<string, Button>();
  let rows = new Map<string, Button[]>();
  let replies = new Map<number, Button>();
  let lookedAt = -Infinity;
  const look = (): void => {
    lookedAt = systemClock.monotonic();
    next = new Map();
    rows = new Map();
    replies = new Map();
    for (const message of slack.messages()) {
      if (message.botId === null || message.ephemeralTo !== null) continue;
      const agent = directs.get(message.channel);
      for (const button of buttonsIn(message)) {
        const { command } = button.press.invocation;
        if (agent !== undefined) {
          if (command === 'reply' && button.press.asks) replies.set(agent, button);
        } else if (command === 'next') next.set(message.channel, button);
        else if (command === 'claim') rows.set(message.channel, [...(rows.get(message.channel) ?? []), button]);
      }
    }
  };

  const counts: Record<Kind, number> = { press: 0, opening: 0, submission: 0, command: 0 };
  const opened: { readonly agent: number; readonly at: number }[] = [];

  const presses = (agent: number, { channel, ts, actionId }: Button): Promise<Told> =>
    slack.presses(userOf(agent), { channel, ts }, actionId);

  /** Two of three take what is next, the third a row that stands before them, which may be taken by now. */
  const press = (n: number): Promise<Told> => {
    const agent = (n * 7) % AGENTS;
    const channel = channelOf(teamOf(agent));
    const standing = rows.get(channel) ?? [];
    const row = n % 3 === 0 ? standing[n % Math.max(1, standing.length)] : undefined;
    const button = row ?? next.get(channel);
    return button === undefined ? slack.slash(userOf(agent), channel, 'next') : presses(agent, button);
  };

  const opening = (n: number): Promise<Told> => {
    const able = [...replies.keys()];
    const agent = able[n % Math.max(1, able.length)] ?? 0;
    const button = replies.get(agent);
    if (button === undefined) throw new Error('nobody has a ticket of their own');
    opened.push({ agent, at: systemClock.monotonic() });
    return presses(agent, button);
  };

  const submission = (n: number): Promise<Told> | null => {
    const [first] = opened;
    if (first === undefined || systemClock.monotonic() - first.at < WRITING_MS) return null;
    opened.shift();
    const user = userOf(first.agent);
    const view = slack.views(user).at(-1);
    if (view?.callbackId !== 'gongdan.form') return null;
    return slack.submits(user, filledIn(view, `We look into it, answer ${n}`));
  };

  const command = (n: number): Promise<Told> => {
    const agent = (n * 11) % AGENTS;
    return slack.slash(userOf(agent), channelOf(teamOf(agent)), n % 2 === 0 ? 'list' : `show ${4_800 + n}`);
  };

  const acts: Readonly<Record<Kind, (n: number) => Promise<Told> | null>> = { press, opening, submission, command };
  return {
    slack,
    look,
    get busy() {
      return replies.size;
    },
    takes: (i) => slack.slash(userOf(i), channelOf(teamOf(i)), 'next'),
    does(kind) {
      if (systemClock.monotonic() - lookedAt > LOOK_MS) look();
      return acts[kind](counts[kind]++);
    },
    opens: () => opening(counts.opening++),
    close: () => slack.close(),
  };
}

/** Words in every input that is open. */
const filledIn = (view: SlackView, words: string): Record<string, string> =>
  Object.fromEntries(
    view.blocks
      .filter((block) => block['type'] === 'input' && elementsOf(block)[0]?.['type'] === 'plain_text_input')
      .map((block) => [String(block['block_id']), words]),
  );
