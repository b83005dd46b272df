import { freshId, getMessages, postAction, postFile, postMessage } from './api.ts';
import type { Message, World } from './model.ts';
import type { Place } from './pane.tsx';
import type { Words } from './words.tsx';

/** The people of the demo shop that the guided visit is about. */
const CUSTOMER = { user: 'xiaomei', chat: 'c-xiaomei' };
const TEAM = 'g-aftersale';
const RIVALS = ['lilei', 'wangfang'] as const;
const MANAGER = 'zhoumin';
const direct = (user: string): Place => ({ user, chat: `d-${user}` });
const team = (user: string): Place => ({ user, chat: TEAM });

/** How long (ms) the visit waits for what the product should have done by then. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 250;

/** What a step may do to the page; `wait` rejects when the visitor leaves. */
export interface Guide {
  readonly words: Words;
  /** Left and right, or `one` of them where there is room for one only. */
  readonly show: (left: Place, right: Place, one: 'left' | 'right') => void;
  readonly wait: (ms: number) => Promise<void>;
}

/** What one step leaves to the next. */
interface Story {
  number: number;
  winner: string;
}

export const canTour = ({ people, conversations, demo }: World): boolean =>
  demo &&
  [CUSTOMER.user, ...RIVALS, MANAGER].every((id) => people.some((person) => person.id === id)) &&
  [CUSTOMER.chat, TEAM].every((id) => conversations.some((chat) => chat.id === id));

/** The customer has said nothing yet: the story can begin. */
export const isFresh = async (): Promise<boolean> =>
  (await getMessages(CUSTOMER.chat, CUSTOMER.user, { limit: 1 })).messages.length === 0;

export const firstPlaces = { left: CUSTOMER, right: team(RIVALS[0]) };

async function until<T>(guide: Guide, look: () => Promise<T | undefined>): Promise<T> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
    const found = await look();
    if (found !== undefined) return found;
    await guide.wait(LOOK_MS);
  }
  throw new Error('what the visit waits for did not come');
}

const newest = async ({ user, chat }: Place): Promise<readonly Message[]> =>
  (await getMessages(chat ?? '', user, { limit: 20 })).messages;

const write = (place: Place, text: string, attachments: readonly string[] = []): Promise<{ messageId: string }> =>
  postMessage({
    conversation: place.chat ?? '',
    user: place.user,
    clientId: freshId(),
    ...(text !== '' && { text }),
    ...(attachments.length > 0 && { attachments }),
  });

const idsOf = (messages: readonly Message[]): ReadonlySet<string> => new Set(messages.map(({ id }) => id));

/** Waits until the bot has said something there that was not there before. */
const answered = (guide: Guide, place: Place, before: ReadonlySet<string>): Promise<unknown> =>
  until(guide, async () => (await newest(place)).find(({ id, from }) => from === 'bot' && !before.has(id)));

const numberIn = (message: Message): number => Number(/T-(\d+)/.exec(message.card?.title ?? '')?.[1] ?? 0);

/** The photograph of the broken cup, as the customer's phone has it. */
async function photograph(): Promise<string> {
  const picture = await fetch(new URL('./cup.jpg', import.meta.url));
  return (await postFile(await picture.blob(), 'cup.jpg', CUSTOMER.user)).id;
}

/** A customer sends a photo and two lines: one ticket. */
async function opens(guide: Guide, story: Story): Promise<void> {
  const { words, wait } = guide;
  guide.show(CUSTOMER, team(RIVALS[0]), 'left');
  const before = idsOf(await newest(team(RIVALS[0])));
  const photo = await photograph();
  await wait(600);
  await write(CUSTOMER, '', [photo]);
  await wait(1_100);
  await write(CUSTOMER, words.say('tour_says_1'));
  await wait(1_300);
  await write(CUSTOMER, words.say('tour_says_2'));
  const card = await until(guide, async () =>
    (await newest(team(RIVALS[0]))).find((m) => !before.has(m.id) && m.card !== undefined && numberIn(m) > 0),
  );
  story.number = numberIn(card);
  await wait(900);
  guide.show(CUSTOMER, team(RIVALS[0]), 'right');
}

/** Two colleagues press together: one wins, the other reads who was faster. */
async function race(guide: Guide, story: Story): Promise<void> {
  guide.show(team(RIVALS[1]), team(RIVALS[0]), 'right');
  await guide.wait(2_200);
  const card = (await newest(team(RIVALS[0]))).find((m) => numberIn(m) === story.number);
  const press = (user: string): Promise<unknown> =>
    postAction({
      user,
      surface: card?.surface ?? null,
      conversation: TEAM,
      command: 'claim',
      args: { ticket: String(story.number) },
      clientId: freshId(),
      ...(card?.version !== undefined && { version: card.version }),
    });
  await Promise.all(RIVALS.map(press));
  // Whose work card it is has won.
  story.winner = await until(guide, async () => {
    for (const user of RIVALS) if ((await newest(direct(user))).some((m) => numberIn(m) === story.number)) return user;
    return undefined;
  });
}

/** A reply is taken back within the hold, and the better one goes out. */
async function replies(guide: Guide, story: Story): Promise<void> {
  const { words, wait } = guide;
  const agent = direct(story.winner);
  guide.show(CUSTOMER, agent, 'right');
  await wait(1_500);
  await write(agent, words.say('tour_reply_1', { no: story.number }));
  await wait(2_600);
  await write(agent, words.say('tour_undo'));
  await wait(1_600);
  await write(agent, words.say('tour_reply_2', { no: story.number }));
  const wanted = words.say('tour_reply_2', { no: story.number }).split(' ').slice(2).join(' ');
  await until(guide, async () => (await newest(CUSTOMER)).find((m) => m.from === 'bot' && m.text?.includes(wanted)));
  guide.show(CUSTOMER, agent, 'left');
}

/** The customer asks where it stands. */
async function asks(guide: Guide, story: Story): Promise<void> {
  guide.show(CUSTOMER, direct(story.winner), 'left');
  await guide.wait(600);
  const before = idsOf(await newest(CUSTOMER));
  await write(CUSTOMER, guide.words.say('tour_progress'));
  await answered(guide, CUSTOMER, before);
}

/** Resolved; thanks reopen nothing; the manager sees what is open. */
async function ends(guide: Guide, story: Story): Promise<void> {
  const { words, wait } = guide;
  const agent = direct(story.winner);
  guide.show(CUSTOMER, agent, 'right');
  const before = idsOf(await newest(CUSTOMER));
  await write(agent, words.say('tour_resolve', { no: story.number }));
  // The customer hears of it once it can no longer be taken back.
  await answered(guide, CUSTOMER, before);
  guide.show(CUSTOMER, agent, 'left');
  await wait(1_200);
  await write(CUSTOMER, words.say('tour_thanks'));
  await wait(2_500);
  guide.show(CUSTOMER, direct(MANAGER), 'right');
  await wait(700);
  await write(direct(MANAGER), words.say('tour_list'));
  await wait(800);
}

/** The steps in order, each with what is said of it while it happens and after. */
export const STEPS: readonly ((guide: Guide, story: Story) => Promise<void>)[] = [opens, race, replies, asks, ends];

export const newStory = (): Story => ({ number: 0, winner: RIVALS[0] });
