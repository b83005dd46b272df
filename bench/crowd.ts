import type { Invocation } from '../cards/invocation.ts';
import { systemClock } from '../src/clock.ts';
import { agentOf, customerOf, TEAMS, teamOf } from './shop.ts';

// Agents who work where they chat: on every platform the same people do the same things, each in its own way.

export const AGENTS = 60;
/** How long somebody writes before a form is handed in, ms. */
const WRITING_MS = 2_500;
/** How often the crowd looks at what stands in its groups, ms. */
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

/** Who an agent is on the platform, and which group is a team's. */
export interface Names {
  readonly platform: string;
  readonly userOf: (agent: number) => string;
  readonly groupOf: (team: string) => string;
}

/** A `gongdan.yaml` (JSON is YAML): four teams with a group each on the platform; customers write in the sandbox. */
export function crowdShop({ platform, userOf, groupOf }: Names, customers: number): string {
  const people = Array.from({ length: AGENTS }, (_, i) => [
    agentOf(i),
    { name: agentOf(i), roles: ['agent'], teams: [teamOf(i)], accounts: { [platform]: userOf(i) } },
  ]);
  return JSON.stringify({
    shops: { shop: { name: 'Shop', apps: ['sandbox'] } },
    teams: Object.fromEntries(
      TEAMS.map((id) => [id, { name: id, categories: [id], groups: { [platform]: groupOf(id) } }]),
    ),
    people: Object.fromEntries(people) as unknown,
    categories: Object.fromEntries(TEAMS.map((id) => [id, { zh: id, en: id }])),
    triage: { defaults: false, rules: TEAMS.map((id) => ({ words: [id], category: id })) },
    sandbox: {
      customers: Object.fromEntries(Array.from({ length: customers }, (_, i) => [customerOf(i), { name: `K${i}` }])),
    },
  });
}

/** What became of one interaction. */
export interface Answered {
  /** It was acknowledged as the platform wants it. */
  readonly ok: boolean;
  /** The acknowledgement itself held what its person reads. */
  readonly shown: boolean;
}

/** A button that stands, by what the platform needs to press it. */
export interface Standing<B> {
  /** In the conversation of this agent alone; null: in a group. */
  readonly agent: number | null;
  readonly group: string;
  readonly invocation: Invocation;
  readonly asks: boolean;
  readonly button: B;
}

/** How the crowd sees and acts on one platform. */
export interface Scene<B> {
  standing(): readonly Standing<B>[];
  /** Null: it does not stand there any more. */
  presses(agent: number, button: B): Promise<Answered> | null;
  /** Hands in the form that a press of this button opened; null: none is open. */
  submits(agent: number, button: B, words: string): Promise<Answered> | null;
  /** A line for the bot, in the group of the agent's team. */
  types(agent: number, line: string): Promise<Answered>;
}

/** Agents who press, fill in and type what stands before them. */
export interface Crowd {
  /** Looks at what stands now. */
  look(): void;
  /** How many agents have a card of a ticket of their own, whose customer they can answer. */
  readonly busy: number;
  /** Somebody takes the next ticket. */
  takes(agent: number): Promise<Answered>;
  /** The interaction that is next of its kind; null: there is nothing that could be handed in. */
  does(kind: Kind): Promise<Answered> | null;
  /** Opens a form, for a later submission. */
  opens(): Promise<Answered>;
}

export function createCrowd<B>({ groupOf }: Names, scene: Scene<B>): Crowd {
  /** Buttons as they stood at the last look, by group or agent. */
  let next = new Map<string, B>();
  let rows = new Map<string, B[]>();
  let replies = new Map<number, B>();
  let lookedAt = -Infinity;
  const look = (): void => {
    lookedAt = systemClock.monotonic();
    next = new Map();
    rows = new Map();
    replies = new Map();
    for (const { agent, group, invocation, asks, button } of scene.standing())
      if (agent !== null) {
        if (invocation.command === 'reply' && asks) replies.set(agent, button);
      } else if (invocation.command === 'next') next.set(group, button);
      else if (invocation.command === 'claim') rows.set(group, [...(rows.get(group) ?? []), button]);
  };

  const counts: Record<Kind, number> = { press: 0, opening: 0, submission: 0, command: 0 };
  const opened: { readonly agent: number; readonly button: B; readonly at: number }[] = [];

  /** Two of three take what is next, the third a row that stands before them, which may be taken by now. */
  const press = (n: number): Promise<Answered> => {
    const agent = (n * 7) % AGENTS;
    const group = groupOf(teamOf(agent));
    const standing = rows.get(group) ?? [];
    const row = n % 3 === 0 ? standing[n % Math.max(1, standing.length)] : undefined;
    const button = row ?? next.get(group);
    const pressed = button === undefined ? null : scene.presses(agent, button);
    return pressed ?? scene.types(agent, 'next');
  };

  const opening = (n: number): Promise<Answered> => {
    const able = [...replies.keys()];
    const agent = able[n % Math.max(1, able.length)] ?? 0;
    const button = replies.get(agent);
    const pressed = button === undefined ? null : scene.presses(agent, button);
    if (button === undefined || pressed === null) throw new Error('nobody has a ticket of their own');
    opened.push({ agent, button, at: systemClock.monotonic() });
    return pressed;
  };

  const submission = (n: number): Promise<Answered> | null => {
    const [first] = opened;
    if (first === undefined || systemClock.monotonic() - first.at < WRITING_MS) return null;
    opened.shift();
    return scene.submits(first.agent, first.button, `We look into it, answer ${n}`);
  };

  const command = (n: number): Promise<Answered> =>
    scene.types((n * 11) % AGENTS, n % 2 === 0 ? 'list' : `show ${4_800 + n}`);

  const acts: Readonly<Record<Kind, (n: number) => Promise<Answered> | null>> = { press, opening, submission, command };
  return {
    look,
    get busy() {
      return replies.size;
    },
    takes: (agent) => scene.types(agent, 'next'),
    does(kind) {
      if (systemClock.monotonic() - lookedAt > LOOK_MS) look();
      return acts[kind](counts[kind]++);
    },
    opens: () => opening(counts.opening++),
  };
}
