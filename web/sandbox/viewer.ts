import type { Action, Form } from '../../cards/card.ts';
import type { Invocation } from '../../cards/invocation.ts';
import { freshId, getMessages, postAction, postMessage, type Press } from './api.ts';
import type { Attachment, Conversation, Message, Outgoing, StreamEvent } from './model.ts';
import type { Stream } from './stream.ts';

/** Messages that are read of a chat at once. */
const FIRST = 60;
const PAGE = 100;
/** Changes that come within this time are drawn together. */
const TOGETHER_MS = 16;

/** One chat as one person sees it; replaced whole when anything in it changes. */
export interface Chat {
  readonly id: string;
  /** By place. */
  readonly messages: readonly Message[];
  readonly outgoing: readonly Outgoing[];
  /** There are messages above the first. */
  readonly more: boolean;
  readonly loaded: boolean;
  readonly unread: number;
  /** How often each message was shown differently since it came. */
  readonly redrawn: ReadonlyMap<string, number>;
}

export interface Draft {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly quote: string | null;
}

const empty = (id: string): Chat => ({
  id,
  messages: [],
  outgoing: [],
  more: false,
  loaded: false,
  unread: 0,
  redrawn: new Map(),
});

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
  /** Messages that the stream told before their chat's list was there, with the event that told them. */
  readonly #early = new Map<string, StreamEvent[]>();

  /** `unknown`: somebody wrote in a chat that the page does not know yet. */
  constructor(stream: Stream, user: string, conversations: readonly Conversation[], unknown: () => void) {
    this.user = user;
    this.#stream = stream;
    this.#unknown = unknown;
    this.#chats = new Map(conversations.filter((c) => c.members.includes(user)).map(({ id }) => [id, empty(id)]));
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

  async #load(id: string): Promise<void> {
    let list: Awaited<ReturnType<typeof getMessages>>;
    try {
      list = await getMessages(id, this.user, { limit: FIRST });
    } catch {
      // The stream comes back when the server does; until then a list is asked for again.
      setTimeout(() => {
        if (this.#stop.length > 0) void this.#load(id);
      }, 1_500);
      return;
    }
    this.#cursors.set(id, list.cursor);
    const early = (this.#early.get(id) ?? []).filter((event) => event.id > list.cursor);
    this.#early.delete(id);
    const read = Number(sessionStorage.getItem(readKey(this.user, id)) ?? Number.NaN);
    this.#change(id, (chat) => {
      const kept = new Map(chat.messages.map((m) => [m.id, m]));
      for (const message of list.messages) kept.set(message.id, message);
      for (const { message } of early) kept.set(message.id, message);
      const messages = [...kept.values()].toSorted(byPlace);
      const unread = Number.isNaN(read) ? 0 : messages.filter((m) => m.place > read && m.from !== this.user).length;
      return {
        messages,
        loaded: true,
        more: chat.loaded ? chat.more : list.messages.length === FIRST,
        unread: id === this.#current ? 0 : unread,
      };
    });
    if (id === this.#current || Number.isNaN(read)) this.#read(id);
    if (this.#joinedAt !== null && list.cursor < this.#joinedAt) void this.#load(id);
  }

  /** Reads the messages above the first. */
  async older(id: string): Promise<void> {
    const before = this.#chats.get(id)?.messages[0];
    if (before === undefined) return;
    const list = await getMessages(id, this.user, { limit: PAGE, before: before.id });
    this.#change(id, (chat) => ({
      messages: [...list.messages.filter((m) => m.place < (chat.messages[0]?.place ?? Infinity)), ...chat.messages],
      more: list.messages.length === PAGE,
    }));
  }

  #hear(event: StreamEvent): void {
    if (!event.users.includes(this.user)) return;
    const { conversation: id, message, type } = event;
    const chat = this.#chats.get(id);
    if (chat === undefined) {
      this.#unknown();
      return;
    }
    if (!chat.loaded) {
      this.#early.set(id, [...(this.#early.get(id) ?? []), event]);
      return;
    }
    const known = chat.messages.some((other) => other.id === message.id);
    // A card that changed above the part that was read does not belong at its end.
    if (!known && type === 'update' && chat.more && message.place < (chat.messages[0]?.place ?? 0)) return;
    const arrived = !known && message.from !== this.user;
    const unseen = arrived && (id !== this.#current || document.hidden);
    this.#change(id, (before) => ({
      messages: placed(before.messages, message),
      // What was on its way has arrived.
      outgoing: !known && message.from === this.user ? withoutFirst(before.outgoing, message) : before.outgoing,
      unread: before.unread + (unseen ? 1 : 0),
      ...(known && {
        redrawn: new Map(before.redrawn).set(message.id, (before.redrawn.get(message.id) ?? 0) + 1),
      }),
    }));
    if (!unseen && id === this.#current) this.#read(id);
    if (arrived) for (const arrival of this.#arrivals) arrival(id, message);
  }

  #read(id: string | null): void {
    const chat = this.#chats.get(id ?? '');
    if (chat?.loaded !== true) return;
    sessionStorage.setItem(readKey(this.user, chat.id), String(chat.messages.at(-1)?.place ?? 0));
    if (chat.unread > 0) this.#change(chat.id, () => ({ unread: 0 }));
  }

  #change(id: string, how: (chat: Chat) => Partial<Chat>): void {
    const chat = this.#chats.get(id);
    if (chat === undefined) return;
    this.#chats = new Map(this.#chats).set(id, { ...chat, ...how(chat) });
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
    };
    this.#change(conversation, (chat) => ({ outgoing: [...chat.outgoing, outgoing] }));
    await this.retry(outgoing);
  }

  async retry(outgoing: Outgoing): Promise<void> {
    const { clientId, conversation, text, attachments, quote } = outgoing;
    const become = (state: Outgoing['state']): void => {
      this.#change(conversation, (chat) => ({
        outgoing: chat.outgoing.map((other) => (other.clientId === clientId ? { ...other, state } : other)),
      }));
    };
    become('sending');
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
      this.#change(conversation, (chat) =>
        chat.messages.some(({ id }) => id === messageId)
          ? { outgoing: chat.outgoing.filter((other) => other.clientId !== clientId) }
          : {},
      );
    } catch {
      become('failed');
    }
  }

  discard(outgoing: Outgoing): void {
    this.#change(outgoing.conversation, (chat) => ({
      outgoing: chat.outgoing.filter(({ clientId }) => clientId !== outgoing.clientId),
    }));
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

const byPlace = (a: Message, b: Message): number => a.place - b.place;

function placed(messages: readonly Message[], message: Message): readonly Message[] {
  const known = messages.findIndex(({ id }) => id === message.id);
  if (known >= 0) return messages.with(known, message);
  const after = messages.findLastIndex(({ place }) => place <= message.place);
  return messages.toSpliced(after + 1, 0, message);
}

/** The stream does not say under which id a message was sent: the first with its words is it. */
function withoutFirst(outgoing: readonly Outgoing[], message: Message): readonly Outgoing[] {
  const found = outgoing.findIndex(
    ({ text, attachments }) =>
      text.trim() === (message.text ?? '').trim() && attachments.length === (message.attachments ?? []).length,
  );
  return found < 0 ? outgoing : outgoing.toSpliced(found, 1);
}
