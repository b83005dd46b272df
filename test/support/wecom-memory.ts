import type { SentCard, WeComSeen, WeComStore } from '../../adapters/wecom/store.ts';
import { StoreUnavailable } from '../../src/errors.ts';

/** What the WeCom adapter keeps, in memory. */
export interface MemoryWeComStore extends WeComStore {
  away: boolean;
}

export function memoryWeComStore(): MemoryWeComStore {
  const cards = new Map<string, SentCard>();
  const chats = new Set<string>();
  const media = new Map<string, string>();
  const state: Record<keyof WeComSeen, Date | null> = {
    heardAt: null,
    refusedAt: null,
    verifiedAt: null,
    botHeardAt: null,
  };
  const reached = async <R>(work: () => R): Promise<R> => {
    if (store.away) throw new StoreUnavailable(new Error('switched off'));
    return work();
  };
  const store: MemoryWeComStore = {
    away: false,
    sent: (card) =>
      reached(() => {
        if (!cards.has(card.task)) cards.set(card.task, card);
      }),
    card: (task) => reached(() => cards.get(task) ?? null),
    knows: (chat) => reached(() => chats.has(chat)),
    meet: (chat) => reached(() => void chats.add(chat)),
    mediaOf: (file) => reached(() => media.get(file) ?? null),
    keepMedia: (file, id) => reached(() => void media.set(file, id)),
    seen: () => reached(() => ({ ...state })),
    see: (what, at) =>
      reached(() => {
        state[what] = at;
      }),
  };
  return store;
}
