import { setTimeout as pause } from 'node:timers/promises';
import { slotOf } from '../../src/flow/places.ts';
import { derivedId } from '../../src/ids.ts';
import { APP, causeOf, type Driver, type Input } from './driver.ts';
import { AGENTS_PER_TEAM, agentsOf, customerOf, TEAMS, WORDS, type TeamId } from './shop.ts';

/** What a story did and how it has to end. */
export interface Told {
  readonly story: string;
  readonly customer: string;
  /** Inputs that each have to have changed a ticket once. */
  readonly effective: readonly Input[];
  /** Of each group exactly one has to have changed a ticket. */
  readonly races: readonly (readonly Input[])[];
  /** Replies to the customer, and whether an undo may have withdrawn them. */
  readonly replies: readonly { readonly text: string; readonly sure: boolean }[];
  /** Final statuses of the customer's tickets, oldest first; null: either way is right. */
  readonly ends: readonly string[] | null;
}

interface Scene {
  /** A customer's message; `bare`: these words alone. */
  readonly says: (text: string, bare?: boolean) => Promise<Input>;
  /** One act that has to change the ticket. */
  readonly does: (agent: string, command: string, args?: Readonly<Record<string, string>>) => Promise<Input>;
  /** One act that may come too late. */
  readonly tries: (agent: string, command: string) => Promise<Input>;
  /** `sure`: no undo takes it back. `own`: the ticket is theirs. */
  readonly replies: (agent: string, how?: { sure?: boolean; own?: boolean }) => Promise<void>;
  readonly claims: (team: TeamId, agents: readonly string[]) => Promise<void>;
  readonly team: TeamId;
  readonly other: TeamId;
  /** Different people of the team. */
  readonly agents: readonly [string, string, string];
  readonly others: readonly [string, string];
}

/** Each acts its part and returns how the customer's tickets stand at the end. */
const STORIES: Readonly<Record<string, (scene: Scene) => Promise<readonly string[] | null>>> = {
  async twins({ says, claims, replies, does, team, agents }) {
    await Promise.all([says('一'), says('二')]);
    await claims(team, agents);
    await replies(agents[1], { own: false });
    await does(agents[0], 'resolve');
    return ['resolved'];
  },
  async withdrawn({ says, does, replies, tries, agents: [a] }) {
    await says('一');
    await does(a, 'claim');
    await replies(a, { sure: false });
    await tries(a, 'undo');
    await does(a, 'note', { text: '记一笔' });
    await replies(a);
    await does(a, 'close');
    return ['closed'];
  },
  async resolvedTwice({ says, does, replies, agents: [a] }) {
    await says('一');
    await does(a, 'claim');
    await replies(a);
    await does(a, 'resolve');
    // The notice may be out by then: it is corrected.
    await does(a, 'undo', { sure: 'yes' });
    await says('还有一件事');
    await does(a, 'resolve');
    return ['resolved'];
  },
  async comesBack({ says, does, replies, agents: [a] }) {
    await says('一');
    await does(a, 'claim');
    await does(a, 'resolve', { note: '补发' });
    await says('还是坏的');
    await replies(a);
    await does(a, 'resolve');
    await says('谢谢', true);
    return ['resolved'];
  },
  async movesOn({ says, does, claims, replies, agents: [a], others: [first, second], team, other }) {
    await says('一');
    await does(a, 'claim');
    await does(a, 'transfer', { to: `team:${other}`, note: '归你们' });
    await does(a, 'undo');
    await does(a, 'transfer', { to: `team:${other}`, note: '还是归你们' });
    await claims(other, [first, second]);
    await Promise.all([says('二'), replies(first, { own: false }), does(second, 'note', { text: team })]);
    await does(first, 'close');
    return ['closed'];
  },
  async twoMatters({ says, does, agents: [a, b] }) {
    await says('一');
    await does(a, 'claim');
    await does(a, 'resolve');
    await does(b, 'reopen');
    await does(a, 'pending', { wait: 'carrier' });
    await says('二');
    await does(a, 'priority', { priority: 'high' });
    await does(a, 'close');
    await says('另一件');
    return ['closed', 'new'];
  },
  async splits({ says, does, replies, agents: [a] }) {
    await says('一');
    await does(a, 'claim');
    await replies(a);
    await says('另一件');
    await does(a, 'split');
    await does(a, 'resolve');
    return ['resolved', 'new'];
  },
  async splitAndBack({ says, does, replies, agents: [a] }) {
    await says('一');
    await does(a, 'claim');
    await replies(a);
    await says('另一件');
    await does(a, 'split');
    await does(a, 'undo');
    return ['in_progress', 'closed'];
  },
  async crossing({ says, does, agents: [a] }) {
    await says('一');
    await does(a, 'claim');
    await Promise.all([does(a, 'close'), says('等等')]);
    return null;
  },
};

/** The card of the ticket that a message opened, in one group. */
const surfaceOf = (opening: Input, conversation: string): string =>
  `${slotOf({ card: 'ticket', team: conversation.slice(2) }, derivedId('ticket', causeOf(opening)), { ...APP, conversation })}:1`;

const NAMES = Object.keys(STORIES);

/** Plays one story with a customer of its own. */
export async function tell(driver: Driver, index: number, random: () => number): Promise<Told> {
  const story = NAMES[index % NAMES.length] ?? '';
  const customer = customerOf(index);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const team = pick(TEAMS);
  const other = pick(TEAMS.filter((t) => t !== team));
  const turn = Math.floor(random() * AGENTS_PER_TEAM);
  const person = (n: number, of = team): string => agentsOf(of)[(turn + n) % agentsOf(of).length] ?? '';
  const effective: Input[] = [];
  const said: Input[] = [];
  const races: Input[][] = [];
  const replies: { text: string; sure: boolean }[] = [];
  let words = 0;
  let number: string | null = null;
  let unheard: string[] = [];

  const ticket = async (): Promise<string> => {
    while (number === null) {
      const notice = (await driver.feed(customer, `c-${customer}`, 10)).find((m) => m.from === 'bot');
      number = /T-(\d+)/u.exec(notice?.text ?? '')?.[1] ?? null;
      if (number === null) await pause(150);
    }
    return number;
  };
  /** The number, once everything that the customer said is on the ticket. */
  const settled = async (agent: string): Promise<string> => {
    const no = await ticket();
    while (unheard.length > 0) {
      const shown = await driver.show(agent, no);
      unheard = unheard.filter((tag) => !shown.includes(tag));
    }
    return no;
  };
  const scene: Scene = {
    team,
    other,
    agents: [person(0), person(1), person(2)],
    others: [person(0, other), person(1, other)],
    async says(text, bare = false) {
      const tag = `${customer}.${(words += 1)}.`;
      const input = await driver.message(customer, `c-${customer}`, bare ? text : `${WORDS[team]} ${text} ${tag}`);
      effective.push(input);
      said.push(input);
      if (!bare) unheard.push(tag);
      return input;
    },
    async does(agent, command, args = {}) {
      const input = await driver.action(agent, command, { ...args, ticket: await settled(agent) });
      effective.push(input);
      return input;
    },
    tries: async (agent, command) => driver.action(agent, command, { ticket: await settled(agent) }),
    async replies(agent, { sure = true, own = true } = {}) {
      const text = `答复 ${customer}.${(words += 1)}`;
      replies.push({ text, sure });
      const no = await settled(agent);
      // Typed and pressed alike; whoever may answer for a colleague presses, for typing asks first.
      if (own && random() < 0.5) {
        effective.push(await driver.message(agent, `d-${agent}`, `/reply ${no} ${text}`));
        await driver.show(agent, no);
      } else effective.push(await driver.action(agent, 'reply', { ticket: no, text, sure: 'yes' }));
    },
    async claims(at, agents) {
      const no = await settled(agents[0] ?? '');
      const cards = said.map((input) => surfaceOf(input, `g-${at}`));
      let surface = cards[0] ?? '';
      // Which of two first messages opened the ticket is open.
      for (let i = 1; !(await driver.hasCard(agents[0] ?? '', surface)); i += 1) {
        surface = cards[i % cards.length] ?? '';
        await pause(50);
      }
      races.push(await Promise.all(agents.map((agent) => driver.action(agent, 'claim', { ticket: no }, surface))));
    },
  };
  const ends = (await STORIES[story]?.(scene)) ?? null;
  return { story, customer, effective, races, replies, ends };
}
