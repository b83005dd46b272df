import type { Action, Form } from '../../cards/card.ts';
import type { Invocation } from '../../cards/invocation.ts';
import {
  emptyChat,
  FIRST,
  PAGE,
  withEvent,
  withFate,
  withNewest,
  withOlder,
  withOutgoing,
  withoutOutgoing,
  type Chat,
  type Listed,
} from './chat.ts';
import { freshId, getMessages, postAction, postMessage, type Press } from './api.ts';
import type { Attachment, Conversation, Message, Outgoing, StreamEvent } from './model.ts';
import type { Stream } from './stream.ts';

/** Changes that come within this time are drawn together. */
const TOGETHER_MS = 16;

export interface Draft {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly quote: string | null;
}

const readKey = (user: string, chat: string): string => `gongdan.read.${user}.${chat}`;

/** Everything one person sees, live. */
export class Viewer {
  readonly user: string;
  readonly #stream: Stream;
  #chats: ReadonlyMap<string, Chat>;
  #current: string | null = null;
  #joinedAt: number | null = null;
  #stop: readonly (() => void)[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #arrivals = new Set<(chat: string, message: Message) => void>();
  readonly #unknown: () => void;
  #telling: ReturnType<typeof setTimeout> | undefined;
  /** What the stream tells of a chat while a list of it is read, one array per reading. */
  readonly #notes = new Map<string, Set<StreamEvent[]>>();

  /** `unknown`: somebody wrote in a chat that the page does not know yet. */
  constructor(stream: Stream, user: string, conversations: readonly Conversation[], unknown: () => void) {
    this.user = user;
    this.#stream = stream;
    this.#unknown = unknown;
    this.#chats = new Map(conversations.filter((c) => c.members.includes(user)).map(({ id }) => [id, emptyChat(id)]));
  }

  /** Begins to listen, and reads every chat. */
  start(): void {
    const watch = this.#stream.watch(this.user);
    const hear = this.#stream.hear((said) => {
      if (said.kind === 'event') this.#hear(said.event);
      if (said.kind === 'open' && this.#joinedAt === null && said.users.includes(this.user)) {
        this.#joinedAt = said.at;
        // What a list was read before may have missed the messages between it and the stream.
        for (const [id, cursor] of this.#cursors) if (cursor < said.at) void this.#load(id);
      }
    });
    this.#stop = [watch, hear];
    for (const id of this.#chats.keys()) void this.#load(id);
  }

  stop(): void {
    for (const stop of this.#stop) stop();
    this.#stop = [];
    this.#joinedAt = null;
    clearTimeout(this.#telling);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly chats = (): ReadonlyMap<string, Chat> => this.#chats;

  /** Hears of each message that somebody else writes. */
  readonly onArrival = (arrival: (chat: string, message: Message) => void): (() => void) => {
    this.#arrivals.add(arrival);
    return () => this.#arrivals.delete(arrival);
  };

  /** The chat that is looked at: nothing in it is unread. */
  look(id: string | null): void {
    this.#current = id;
    this.#read(id);
  }

  readonly #cursors = new Map<string, number>();

  /** Takes in which chats there are now. */
  know(conversations: readonly Conversation[]): void {
    const ids = conversations.filter((c) => c.members.includes(this.user)).map(({ id }) => id);
    const fresh = ids.filter((id) => !this.#chats.has(id));
    if (fresh.length === 0 && ids.length === this.#chats.size) return;
    this.#become(new Map(ids.map((id) => [id, this.#chats.get(id) ?? emptyChat(id)])));
    for (const id of fresh) {
      // Nobody has read anything in a chat that came while they were looking.
      const key = readKey(this.user, id);
      if (sessionStorage.getItem(key) === null) sessionStorage.setItem(key, '0');
      void this.#load(id);
    }
  }

  /** Asks for a list of a chat; what the stream tells meanwhile comes with it. */
  async #ask(id: string, page: Parameters<typeof getMessages>[2]): Promise<[Listed, readonly StreamEvent[]]> {
    const told: StreamEvent[] = [];
    const notes = this.#notes.get(id) ?? new Set();
    this.#notes.set(id, notes.add(told));
    try {
      return [await getMessages(id, this.user, page), told];
    } finally {
      notes.delete(told);
    }
  }

  async #load(id: string): Promise<void> {
    const joined = this.#joinedAt !== null;
    let list: Listed;
    let told: readonly StreamEvent[];
    try {
      [list, told] = await this.#ask(id, { limit: FIRST });
    } catch {
      // The stream comes back when the server does; until then a list is asked for again.
      setTimeout(() => {
        if (this.#stop.length > 0 && this.#chats.has(id)) void this.#load(id);
      }, 1_500);
      return;
    }
    this.#cursors.set(id, list.cursor);
    const read = Number(sessionStorage.getItem(readKey(this.user, id)) ?? Number.NaN);
    this.#change(id, (before) => {
      const chat = withNewest(before, list, told);
      const unread = chat.messages.filter((m) => m.place > read && m.from !== this.user).length;
      return { ...chat, unread: id === this.#current ? 0 : unread };
    });
    if (id === this.#current || Number.isNaN(read)) this.#read(id);
    // A list that was asked for once the stream was open misses nothing, whatever the numbers say: a server begun anew counts anew.
    if (!joined && this.#joinedAt !== null && list.cursor < this.#joinedAt) void this.#load(id);
  }

  /** Reads the messages above the first. */
  async older(id: string): Promise<void> {
    const before = this.#chats.get(id)?.messages[0]?.id;
    if (before === undefined) return;
    const [list, told] = await this.#ask(id, { limit: PAGE, before });
    this.#change(id, (chat) => withOlder(chat, before, list, told));
  }

  #hear(event: StreamEvent): void {
    if (!event.users.includes(this.user)) return;
    const { conversation: id, message } = event;
    const chat = this.#chats.get(id);
    if (chat === undefined) {
      this.#unknown();
      return;
    }
    for (const told of this.#notes.get(id) ?? []) told.push(event);
    if (!chat.loaded) return;
    const next = withEvent(chat, event, this.user);
    const arrived = message.from !== this.user && next.messages.length > chat.messages.length;
    const unseen = arrived && (id !== this.#current || document.hidden);
    this.#change(id, () => ({ ...next, unread: chat.unread + (unseen ? 1 : 0) }));
    if (!unseen && id === this.#current) this.#read(id);
    if (arrived) for (const arrival of this.#arrivals) arrival(id, message);
  }

  #read(id: string | null): void {
    const chat = this.#chats.get(id ?? '');
    if (chat?.loaded !== true) return;
    sessionStorage.setItem(readKey(this.user, chat.id), String(chat.messages.at(-1)?.place ?? 0));
    if (chat.unread > 0) this.#change(chat.id, (before) => ({ ...before, unread: 0 }));
  }

  #change(id: string, how: (chat: Chat) => Chat): void {
    const chat = this.#chats.get(id);
    if (chat !== undefined) this.#become(new Map(this.#chats).set(id, how(chat)));
  }

  #become(chats: ReadonlyMap<string, Chat>): void {
    this.#chats = chats;
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      for (const listener of this.#listeners) listener();
    }, TOGETHER_MS);
  }

  /** Sends a message; one that does not get there stays, to be tried again. */
  async send(conversation: string, draft: Draft): Promise<void> {
    const outgoing: Outgoing = {
      clientId: freshId(),
      conversation,
      ...draft,
      at: new Date().toISOString(),
      state: 'sending',
      messageId: null,
    };
    this.#change(conversation, (chat) => withOutgoing(chat, outgoing));
    await this.retry(outgoing);
  }

  async retry(outgoing: Outgoing): Promise<void> {
    const { clientId, conversation, text, attachments, quote } = outgoing;
    const become = (state: Outgoing['state'], messageId: string | null): void => {
      this.#change(conversation, (chat) => withFate(chat, clientId, { state, messageId }));
    };
    become('sending', null);
    try {
      const { messageId } = await postMessage({
        conversation,
        user: this.user,
        clientId,
        ...(text.trim() !== '' && { text }),
        ...(attachments.length > 0 && { attachments: attachments.map(({ id }) => id) }),
        ...(quote !== null && { quote }),
      });
      // The stream shows it; where the stream is behind, it stays as on its way until then.
      become('sending', messageId);
    } catch {
      become('failed', null);
    }
  }

  discard({ conversation, clientId }: Outgoing): void {
    this.#change(conversation, (chat) => withoutOutgoing(chat, clientId));
  }

  /** Presses a button, or submits what its form asked for; the form that is asked for next, or null. */
  async press(
    at: { readonly conversation: string; readonly message: Message | null },
    invoke: Invocation,
    /** The form's nonce, where its values are submitted. */
    nonce: string | null,
  ): Promise<Form | null> {
    const { message, conversation } = at;
    const press: Press = {
      surface: message?.surface ?? null,
      user: this.user,
      command: invoke.command,
      args: invoke.args,
      clientId: freshId(),
      conversation,
      ...(message?.version !== undefined && { version: message.version }),
      ...(nonce !== null && { form: true as const, nonce }),
    };
    return (await postAction(press)).form ?? null;
  }
}

/** Whether pressing this asks for values that have to be there. */
export const asksFirst = (action: Action): boolean => action.form?.fields.some(({ required }) => required) === true;
