import type { DingTalkSeen, DingTalkStore, SentCard } from '../../adapters/dingtalk/store.ts';
import { StoreUnavailable } from '../../src/errors.ts';

/** What the DingTalk adapter keeps, in memory. */
export interface MemoryDingTalkStore extends DingTalkStore {
  away: boolean;
}

export function memoryDingTalkStore(): MemoryDingTalkStore {
  const cards = new Map<string, SentCard>();
  const views = new Map<string, Map<string, Date>>();
  const groups = new Set<string>();
  const media = new Map<string, string>();
  const state: Record<keyof DingTalkSeen, Date | null> = { heardAt: null, refusedAt: null, mutedAt: null };
  const viewsOf = (card: string): Map<string, Date> => views.get(card) ?? new Map<string, Date>();
  const reached = async <R>(work: () => R): Promise<R> => {
    if (store.away) throw new StoreUnavailable(new Error('switched off'));
    return work();
  };
  const store: MemoryDingTalkStore = {
    away: false,
    sent: (card) =>
      reached(() => {
        cards.set(card.id, { ...card, carrier: card.carrier ?? cards.get(card.id)?.carrier ?? null });
      }),
    card: (id) => reached(() => cards.get(id) ?? null),
    cardOf: (carrier) => reached(() => [...cards.values()].find((card) => card.carrier === carrier)?.id ?? null),
    viewed: (card, user, at) => reached(() => void views.set(card, viewsOf(card).set(user, at))),
    viewsBefore: (card, before) =>
      reached(() => Array.from(viewsOf(card)).flatMap(([user, at]) => (at < before ? [user] : []))),
    forgetViews: (card, before) =>
      reached(() => {
        for (const [user, at] of viewsOf(card)) if (at < before) viewsOf(card).delete(user);
      }),
    knows: (group) => reached(() => groups.has(group)),
    meet: (group) => reached(() => void groups.add(group)),
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
