import type { Connection } from 'mongoose';
import type { Form } from '../../cards/card.ts';
import type { CardView, WeComEmulator } from '../emulators/wecom/emulator.ts';
import type { Answered, Seen } from './desk.ts';
import { formOf, linkIn, seenOf, type Message, type Reading } from './wecom-seen.ts';

/** What people in WeCom see, message by message, in their own chat with the app and in groups with the smart bot. */
export interface Eyes {
  /** Everything somebody sees anywhere, oldest first, as it stands. */
  everything(user: string): readonly Message[];
  /** What somebody sees in a conversation, oldest first. */
  sees(user: string, conversation: string): Promise<readonly Seen[]>;
  /** Somebody says something where others or the app read it. `req`: the request in which the smart bot heard of it. */
  said(user: string, conversation: string, text: string, req?: string): void;
  /** How many messages of the bot have come to a conversation since then, ms. */
  count(conversation: string, since: number): number;
  /** From now on: what somebody alone then read, and the form they were then shown, with where. */
  watches(user: string): () => Promise<Pick<Answered, 'answer' | 'form'> & { readonly on: Message | null }>;
}

interface Line {
  readonly user: string;
  readonly conversation: string;
  readonly text: string;
  readonly at: Date;
  /** How many messages of the bot stood there before. */
  readonly after: number;
}

/** `chats`: members of the groups there are, by their address. */
export function openEyes(deps: {
  readonly wecom: WeComEmulator;
  readonly connection: Connection;
  readonly chats: ReadonlyMap<string, readonly string[]>;
}): Eyes {
  const { wecom, connection, chats } = deps;
  const lines: Line[] = [];
  /** Who said what the smart bot answers, by request. */
  const asked = new Map<string, string>();
  /** What the product calls its cards by. */
  const surfaces = new Map<string, string>();

  const isGroup = (conversation: string): boolean => chats.has(conversation);
  const chatOf = (conversation: string): string => conversation.replace(/^chat:/u, '');

  /** What the product said there. What was recalled or dropped nobody reads. */
  const told = (user: string, conversation: string): readonly Message[] => paired(each(user, conversation));
  const each = (user: string, conversation: string): readonly Message[] =>
    isGroup(conversation)
      ? wecom.bot.chat(chatOf(conversation)).map((message) => ({
          id: message.id,
          kind: message.kind,
          text: message.text,
          place: conversation,
          card: message.view(user),
          at: message.sentAt,
          link: null,
          whole: null,
          from: null,
          to: message.answers === null ? null : (asked.get(message.answers) ?? null),
        }))
      : wecom
          .inbox(conversation)
          .filter(({ dropped, recalled }) => !dropped && !recalled)
          .map(({ id, kind, text, content, card, sentAt }) => ({
            id,
            kind,
            text,
            place: conversation,
            card,
            at: sentAt,
            link: linkIn(kind, content),
            whole: null,
            from: null,
            to: null,
          }));

  const there = (user: string, conversation: string): readonly Message[] => {
    const bot = told(user, conversation);
    const people = lines.filter((line) => line.conversation === conversation);
    const own = (line: Line, i: number): Message => ({
      id: `line-${conversation}-${i}`,
      kind: 'text',
      text: line.text,
      place: conversation,
      card: null,
      at: line.at,
      link: null,
      whole: null,
      from: line.user,
      to: null,
    });
    return [
      ...bot.map((message, i) => ({ at: i + 1, message })),
      ...people.map((line, i) => ({ at: line.after + 0.5, message: own(line, i) })),
    ]
      .toSorted((a, b) => a.at - b.at)
      .map(({ message }) => message);
  };

  const groupsOf = (user: string): string[] =>
    [...chats].flatMap(([id, members]) => (members.includes(user) ? [id] : []));
  const everything = (user: string): Message[] =>
    [...groupsOf(user), user].flatMap((place) => told(user, place)).toSorted((a, b) => a.at.getTime() - b.at.getTime());

  const learns = async (messages: readonly { readonly card: CardView | null }[]): Promise<void> => {
    const ids = messages.flatMap(({ card }) => (card === null || surfaces.has(card.taskId) ? [] : [card.taskId]));
    if (ids.length === 0) return;
    const cards = connection.collection<{ readonly _id: string; readonly surface: string }>('wecom_cards');
    for (const { _id, surface } of await cards.find({ _id: { $in: ids } }).toArray()) surfaces.set(_id, surface);
  };
  const reading = (user: string): Reading => ({ user, surfaceOf: (task) => surfaces.get(task) ?? '', isGroup });

  return {
    everything,
    said(user, conversation, text, req) {
      const after = told(user, conversation).length;
      lines.push({ user, conversation, text, at: wecom.clock.now(), after });
      if (req !== undefined) asked.set(req, user);
    },
    async sees(user, conversation) {
      const messages = there(user, conversation);
      await learns(messages);
      return messages.map((message) => seenOf(message, reading(user)));
    },
    count: (conversation, since) => told('', conversation).filter(({ at }) => at.getTime() > since).length,
    watches(user) {
      const before = new Set(everything(user).map(({ id }) => id));
      return async () => {
        const fresh = everything(user).filter(({ id }) => !before.has(id));
        await learns(fresh);
        const on = fresh.findLast((message) => formOf(message) !== null || message.link !== null) ?? null;
        const form: Form | null = on === null ? null : formOf(on);
        const answer = fresh
          .filter((message) => message !== on)
          .map((message) => seenOf(message, reading(user)))
          .findLast((seen) => seen.private === true);
        return { answer: answer ?? null, form, on };
      };
    },
  };
}

/** What a card has no room for is sent right before it: both are one. */
const paired = (messages: readonly Message[]): readonly Message[] =>
  messages.flatMap((message, i) => {
    const [before, after] = [messages[i - 1], messages[i + 1]];
    if (after !== undefined && isPair(message, after)) return [];
    return before !== undefined && isPair(before, message) ? [{ ...message, whole: before.text }] : [message];
  });

const isPair = (words: Message, { card, at }: Message): boolean =>
  words.kind === 'markdown' &&
  card !== null &&
  words.at.getTime() === at.getTime() &&
  words.text.replace(/^\*\*/u, '').startsWith(card.title.replace(/…$/u, '').slice(0, 12));
