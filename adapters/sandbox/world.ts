import type { Locale } from '../../src/domain/directory.ts';
import { SetupError } from '../../src/errors.ts';

export interface SandboxPerson {
  readonly id: string;
  readonly name: string;
  readonly role: 'customer' | 'agent' | 'lead' | 'manager' | 'admin';
  readonly teams: readonly string[];
  readonly locale?: Locale;
  /** IANA name. */
  readonly timeZone?: string;
}

export interface SandboxConversation {
  readonly id: string;
  readonly kind: 'customer' | 'group' | 'direct';
  readonly title: string;
  /** People's ids. */
  readonly members: readonly string[];
  /** False: the bot was taken out of it. */
  readonly bot?: boolean;
  readonly team?: string;
}

/** Who the bot is in the sandbox; no person may have this id. */
export const BOT = 'bot';

/** The people and chats of a sandbox, looked up by id. */
export interface World {
  readonly people: ReadonlyMap<string, SandboxPerson>;
  readonly conversations: ReadonlyMap<string, SandboxConversation>;
  /** The chats a person is in. */
  chatsOf(user: string): readonly SandboxConversation[];
  /** Where a person acts who names no place: alone with the bot, or a customer's chat; null: nowhere. */
  home(user: string): SandboxConversation | null;
  putPerson(person: SandboxPerson): void;
  /** Only what it began with. */
  reset(): void;
  /** Adds a chat, or replaces the one of this id. */
  put(conversation: SandboxConversation): void;
  remove(conversation: string): void;
}

/** Throws a `SetupError` that names every mistake. */
export function createWorld(people: readonly SandboxPerson[], conversations: readonly SandboxConversation[]): World {
  const known = new Map(people.map((person) => [person.id, person]));
  const problems: string[] = [];
  if (known.size < people.length) problems.push('two people have the same id');
  if (known.has(BOT)) problems.push(`a person has the bot's id "${BOT}"`);
  if (new Set(conversations.map(({ id }) => id)).size < conversations.length)
    problems.push('two conversations have the same id');
  for (const conversation of conversations) {
    for (const member of conversation.members) {
      const person = known.get(member);
      if (person === undefined) problems.push(`${conversation.id}: member "${member}" is not a person`);
      if (person?.role === 'customer' && conversation.kind !== 'customer')
        problems.push(`${conversation.id}: the customer "${member}" may only be in a customer chat`);
    }
    if (
      conversation.kind === 'customer' &&
      conversation.members.filter((m) => known.get(m)?.role === 'customer').length > 1
    )
      problems.push(`${conversation.id}: a customer chat has one customer`);
  }
  if (problems.length > 0) throw new SetupError(`sandbox: ${problems.join('; ')}`);
  const chats = new Map(conversations.map((conversation) => [conversation.id, conversation]));
  const chatsOf = (user: string): SandboxConversation[] => [...chats.values()].filter((c) => c.members.includes(user));
  return {
    people: known,
    conversations: chats,
    chatsOf,
    home: (user) =>
      chatsOf(user).find(({ kind }) => kind === 'direct') ??
      chatsOf(user).find(({ kind }) => kind === 'customer') ??
      null,
    putPerson(person) {
      known.set(person.id, person);
    },
    reset() {
      known.clear();
      chats.clear();
      for (const person of people) known.set(person.id, person);
      for (const conversation of conversations) chats.set(conversation.id, conversation);
    },
    put(conversation) {
      chats.set(conversation.id, conversation);
    },
    remove(id) {
      chats.delete(id);
    },
  };
}
