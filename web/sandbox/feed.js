import { getMessages, listen } from './api.js';

const PAGE = 100;

/**
 * What one person sees, kept current: `chats` maps a conversation to `{ messages, more, unread, loaded }`.
 * Lists and events may overtake each other; the list's cursor tells which events it already contains.
 */
export class Feed extends EventTarget {
  constructor(user, conversations) {
    super();
    this.user = user;
    this.chats = new Map(
      conversations.map(({ id }) => [id, { messages: [], more: false, unread: 0, loaded: false, recent: [] }]),
    );
    this.current = null;
    this.stop = listen(user, {
      onOpen: () => {
        this.#tell('online', {});
        for (const [id, chat] of this.chats) if (!chat.loaded) void this.load(id);
      },
      onLost: () => this.#tell('offline', {}),
      onEvent: (event) => this.#hear(event),
    });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  async load(conversation) {
    const chat = this.chats.get(conversation);
    const { messages, cursor } = await getMessages(conversation, this.user, { limit: PAGE });
    chat.messages = messages;
    chat.more = messages.length === PAGE;
    chat.loaded = true;
    for (const { id, message } of chat.recent) if (id > cursor) this.#put(chat, message);
    chat.recent = [];
    this.#tell('list', { conversation });
  }

  async older(conversation) {
    const chat = this.chats.get(conversation);
    const { messages } = await getMessages(conversation, this.user, { limit: PAGE, before: chat.messages[0].id });
    chat.messages.unshift(...messages);
    chat.more = messages.length === PAGE;
    this.#tell('list', { conversation, older: true });
  }

  enter(conversation) {
    this.current = conversation;
    const chat = this.chats.get(conversation);
    if (chat) chat.unread = 0;
    this.#tell('unread', {});
  }

  #hear({ type, id, conversation, message }) {
    const chat = this.chats.get(conversation);
    // A chat that came into being after the page was drawn.
    if (!chat) return void document.dispatchEvent(new Event('world-changed'));
    if (!chat.loaded) chat.recent.push({ id, message });
    const known = chat.messages.some((other) => other.id === message.id);
    // A card that changed above the part that is shown does not belong at its end.
    if (!known && type === 'update' && chat.more && message.at < (chat.messages[0]?.at ?? '')) return;
    this.#put(chat, message);
    if (!known && message.from !== this.user && (conversation !== this.current || document.hidden)) {
      chat.unread += 1;
      this.#tell('unread', {});
    }
    this.#tell('message', { conversation, message, known });
  }

  #put(chat, message) {
    const index = chat.messages.findIndex(({ id }) => id === message.id);
    if (index >= 0) chat.messages[index] = message;
    else {
      const after = chat.messages.findLastIndex(({ at }) => at <= message.at);
      chat.messages.splice(after + 1, 0, message);
    }
  }
}
