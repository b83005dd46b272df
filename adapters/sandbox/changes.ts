import type { z } from 'zod';
import type { Clock } from '../../src/clock.ts';
import type { Ids } from '../../src/ids.ts';
import type { Happening, Sink } from '../adapter.ts';
import { refuseField } from '../shared/problem.ts';
import type { Feed } from './feed.ts';
import type { conversationBody, personBody } from './schema.ts';
import type { SandboxStore } from './store.ts';
import { BOT, type SandboxConversation, type SandboxPerson, type World } from './world.ts';

/** What changes about the sandbox while it runs: new people and chats, who is in them, messages taken back. */
export interface Changes {
  /** Makes somebody with a chat of their own; the person's id and that chat's. */
  addPerson(body: z.output<typeof personBody>): Promise<{ id: string; chat: string }>;
  /** Makes a chat that has the bot in it; its id. The bot hears of a group. */
  addConversation(sink: Sink, body: z.output<typeof conversationBody>): Promise<string>;
  /** Takes somebody, or the bot, into a chat; nothing when they are in it. */
  join(sink: Sink, move: Move): Promise<void>;
  /** The reverse. */
  leave(sink: Sink, move: Move): Promise<void>;
  /** Takes a message of one's own back. */
  recall(sink: Sink, message: string, user: string): Promise<void>;
}

export interface Move {
  readonly conversation: string;
  /** A person's id, or `bot`. */
  readonly member: string;
  /** Who does it. */
  readonly user: string;
}

export function createChanges(deps: {
  readonly app: string;
  readonly store: SandboxStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly world: World;
  readonly feed: Feed;
}): Changes {
  const { app, store, clock, ids, world, feed } = deps;

  const personOf = (user: string, field: string): SandboxPerson => {
    const person = world.people.get(user);
    if (person === undefined) throw refuseField(404, field, 'there is no such person');
    return person;
  };

  const chatOf = (id: string): SandboxConversation => {
    const chat = world.conversations.get(id);
    if (chat === undefined) throw refuseField(404, 'conversation', 'there is no such conversation');
    return chat;
  };

  const tell = async (sink: Sink, chat: SandboxConversation, person: SandboxPerson, what: Happening): Promise<void> => {
    await sink.accept({
      kind: 'lifecycle',
      platform: 'sandbox',
      app,
      id: ids.next(),
      conversation: { id: chat.id, kind: chat.kind },
      sender: { id: person.id, name: person.name },
      receivedAt: clock.now(),
      ...what,
    });
  };

  /** Puts a chat into the world before the bot hears of it, for it may write there at once; takes it out again when nobody heard. */
  const become = async (next: SandboxConversation, hear: () => Promise<void>): Promise<void> => {
    const before = world.conversations.get(next.id);
    world.put(next);
    try {
      await hear();
      await store.keepConversation(next);
    } catch (error) {
      if (before === undefined) world.remove(next.id);
      else world.put(before);
      throw error;
    }
  };

  const moved = (chat: SandboxConversation, member: string, inside: boolean): SandboxConversation =>
    member === BOT
      ? { ...chat, bot: inside }
      : { ...chat, members: inside ? [...chat.members, member] : chat.members.filter((m) => m !== member) };

  const move = async (sink: Sink, { conversation, member, user }: Move, inside: boolean): Promise<void> => {
    const chat = chatOf(conversation);
    if (chat.kind !== 'group') throw refuseField(400, 'conversation', 'must be a group');
    const by = personOf(user, 'user');
    const who = member === BOT ? null : personOf(member, 'member');
    const isIn = who === null ? chat.bot !== false : chat.members.includes(member);
    if (isIn === inside) return;
    if (who?.role === 'customer') throw refuseField(400, 'member', 'a customer may only be in a customer chat');
    const what: Happening =
      who === null
        ? { what: inside ? 'bot_added' : 'bot_removed' }
        : { what: inside ? 'member_joined' : 'member_left', member: { id: who.id, name: who.name } };
    // Where the bot is not, it hears nothing.
    const hears = who === null || chat.bot !== false;
    await become(moved(chat, member, inside), async () => {
      if (hears) await tell(sink, chat, by, what);
    });
  };

  return {
    async addPerson({ id, name, role, locale, timeZone }) {
      if (id === BOT || world.people.has(id)) throw refuseField(409, 'id', 'is taken');
      const kind = role === 'customer' ? 'customer' : 'direct';
      const chat = `${kind === 'customer' ? 'c' : 'd'}-${id}`;
      if (world.conversations.has(chat)) throw refuseField(409, 'id', 'is taken');
      const person: SandboxPerson = {
        id,
        name,
        role: role ?? 'agent',
        teams: [],
        ...(locale != null && { locale }),
        ...(timeZone != null && { timeZone }),
      };
      const own: SandboxConversation = { id: chat, kind, title: name, members: [id] };
      await store.keepPerson(person);
      await store.keepConversation(own);
      world.putPerson(person);
      world.put(own);
      return { id, chat };
    },

    async addConversation(sink, { id: wanted, kind, title, members, user }) {
      const by = personOf(user, 'user');
      const id = wanted ?? ids.next();
      if (world.conversations.has(id)) throw refuseField(409, 'id', 'is taken');
      const people = members.map((m, i) => personOf(m, `members.${i}`));
      if (kind === 'group' && people.some((p) => p.role === 'customer'))
        throw refuseField(400, 'members', 'a customer may only be in a customer chat');
      if (kind === 'customer' && people.length !== 1)
        throw refuseField(400, 'members', 'a customer chat has one member');
      const chat: SandboxConversation = { id, kind, title, members: [...new Set(members)] };
      await become(chat, async () => {
        if (kind === 'group') await tell(sink, chat, by, { what: 'bot_added' });
      });
      return id;
    },

    join: (sink, to) => move(sink, to, true),
    leave: (sink, from) => move(sink, from, false),

    async recall(sink, id, user) {
      const person = personOf(user, 'user');
      const message = await store.find(id);
      if (message === null) throw refuseField(404, 'message', 'there is no such message');
      if (message.from !== person.id) throw refuseField(403, 'user', 'did not write this message');
      if (message.text === null && message.attachments.length === 0) return;
      const chat = chatOf(message.conversation);
      if (chat.bot !== false) await tell(sink, chat, person, { what: 'message_recalled', message: id });
      await feed.write((change) =>
        store.redraw(id, { text: null, attachments: [], card: null, version: null }, change),
      );
    },
  };
}
