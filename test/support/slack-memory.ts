import type { SlackInstallation, SlackStore } from '../../adapters/slack/store.ts';
import { StoreUnavailable } from '../../src/errors.ts';

/** What the Slack adapter keeps, in memory. */
export interface MemorySlackStore extends SlackStore {
  away: boolean;
}

export function memorySlackStore(): MemorySlackStore {
  const installations = new Map<string, SlackInstallation>();
  const shares = new Map<string, string>();
  const state: { version: number; verifiedAt: Date | null; refusedAt: Date | null } = {
    version: 0,
    verifiedAt: null,
    refusedAt: null,
  };
  const reached = async <R>(work: () => R): Promise<R> => {
    if (store.away) throw new StoreUnavailable(new Error('switched off'));
    return work();
  };
  const store: MemorySlackStore = {
    away: false,
    installations: () => reached(() => [...installations.values()]),
    version: () => reached(() => state.version),
    install: (installation) =>
      reached(() => {
        installations.set(installation.id, installation);
        state.version += 1;
      }),
    uninstall: (id) =>
      reached(() => {
        const had = installations.delete(id);
        if (had) state.version += 1;
        return had;
      }),
    shared: (key) => reached(() => shares.get(key) ?? null),
    share: (key, file) => reached(() => void shares.set(key, file)),
    seen: () => reached(() => ({ verifiedAt: state.verifiedAt, refusedAt: state.refusedAt })),
    see: (what, at) =>
      reached(() => {
        state[what] = at;
      }),
  };
  return store;
}
