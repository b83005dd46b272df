import type { Message, Outgoing, StreamEvent } from './model.ts';

/** Messages that are read of a chat at once, and of what is above them. */
export const FIRST = 60;
export const PAGE = 100;

/** One chat as one person sees it; replaced whole when anything in it changes. */
export interface Chat {
  readonly id: string;
  /** By place. */
  readonly messages: readonly Message[];
  /** On their way, or not arrived. */
  readonly outgoing: readonly Outgoing[];
  /** What this person wrote that came while one of theirs was on its way: only its answer says whether it is that one. */
  readonly held: readonly Message[];
  /** There are messages above the first. */
  readonly more: boolean;
  readonly loaded: boolean;
  readonly unread: number;
  /** How often each message was shown differently since it came. */
  readonly redrawn: ReadonlyMap<string, number>;
}

/** A page of a chat as the server answered it. `cursor`: every change up to this one is in it. */
export interface Listed {
  readonly messages: readonly Message[];
  readonly cursor: number;
}

export const emptyChat = (id: string): Chat => ({
  id,
  messages: [],
  outgoing: [],
  held: [],
  more: false,
  loaded: false,
  unread: 0,
  redrawn: new Map(),
});

/** The newest page, with what the stream told while it was read: what is newer than the page stays. */
export function withNewest(chat: Chat, list: Listed, told: readonly StreamEvent[]): Chat {
  const more = list.messages.length === FIRST;
  const top = list.messages[0]?.place ?? 0;
  // A card that changed above the page is read with those above it.
  const isAbove = ({ type, message }: StreamEvent): boolean => more && type === 'update' && message.place < top;
  const newer = told.filter((event) => event.id > list.cursor && !isAbove(event)).map(({ message }) => message);
  return settled({ ...chat, messages: newer.reduce(placed, list.messages), loaded: true, more });
}

/** The page above what was the first message, if it still is. */
export function withOlder(chat: Chat, first: string, list: Listed, told: readonly StreamEvent[]): Chat {
  const top = chat.messages[0];
  if (top?.id !== first) return chat;
  const newer = new Map(told.filter(({ id }) => id > list.cursor).map(({ message }) => [message.id, message]));
  const above = list.messages.filter(({ place }) => place < top.place).map((m) => newer.get(m.id) ?? m);
  return { ...chat, messages: [...above, ...chat.messages], more: list.messages.length === PAGE };
}

/** A chat that was read, after the stream told something of it. */
export function withEvent(chat: Chat, { message, type }: StreamEvent, user: string): Chat {
  const redrawn = (): Chat['redrawn'] => new Map(chat.redrawn).set(message.id, (chat.redrawn.get(message.id) ?? 0) + 1);
  if (has(chat.messages, message.id)) return { ...chat, messages: placed(chat.messages, message), redrawn: redrawn() };
  // A card that changed above the part that was read does not belong at its end.
  if (type === 'update' && chat.more && message.place < (chat.messages[0]?.place ?? 0)) return chat;
  return message.from === user
    ? settled({ ...chat, held: placed(chat.held, message) })
    : { ...chat, messages: placed(chat.messages, message) };
}

export const withOutgoing = (chat: Chat, outgoing: Outgoing): Chat => ({
  ...chat,
  outgoing: [...chat.outgoing, outgoing],
});

/** After something became known of a message on its way. */
export const withFate = (chat: Chat, clientId: string, fate: Pick<Outgoing, 'state' | 'messageId'>): Chat =>
  settled({
    ...chat,
    outgoing: chat.outgoing.map((other) => (other.clientId === clientId ? { ...other, ...fate } : other)),
  });

export const withoutOutgoing = (chat: Chat, clientId: string): Chat =>
  settled({ ...chat, outgoing: chat.outgoing.filter((other) => other.clientId !== clientId) });

/** Lets what is on its way and what came take each other's place in one step, so that nothing is shown twice. */
function settled(chat: Chat): Chat {
  if (chat.outgoing.length + chat.held.length === 0) return chat;
  const open = chat.outgoing.some(({ state, messageId }) => state === 'sending' && messageId === null);
  const sent = new Set(chat.outgoing.map(({ messageId }) => messageId));
  const shown = chat.held.filter(({ id }) => !open || sent.has(id));
  const messages = shown.reduce(placed, chat.messages);
  return {
    ...chat,
    messages,
    held: chat.held.filter(({ id }) => !has(messages, id)),
    outgoing: chat.outgoing.filter(({ messageId }) => messageId === null || !has(messages, messageId)),
  };
}

const has = (messages: readonly Message[], id: string): boolean => messages.some((other) => other.id === id);

function placed(messages: readonly Message[], message: Message): readonly Message[] {
  const known = messages.findIndex(({ id }) => id === message.id);
  if (known >= 0) return messages.with(known, message);
  const after = messages.findLastIndex(({ place }) => place <= message.place);
  return messages.toSpliced(after + 1, 0, message);
}
