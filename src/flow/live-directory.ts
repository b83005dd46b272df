import type { Directory } from '../domain/directory.ts';
import { compose } from '../domain/membership.ts';
import type { Store } from '../storage/store.ts';

/** The organisation as file and chat have it, replaced whole when anything in it changes. */
export interface LiveDirectory {
  /** As it is now; the same object until something changes. */
  readonly now: () => Directory;
  /** Reads again when another process changed something; 1 when that was so. */
  readonly refresh: () => Promise<number>;
  /** Says that chat has just decided something: this process follows at once, the others with their next look. */
  readonly changed: () => Promise<void>;
}

/** The document whose version counts what chat decided. */
const COUNTER = 'directory';

export function liveDirectory(
  store: Pick<Store, 'members' | 'groups' | 'settings'>,
  clock: { now: () => Date },
  file: Directory,
): LiveDirectory {
  const state = { directory: file, version: 0 };

  const refresh = async (): Promise<number> => {
    // The version is read first: what is written after it is read again with the next one.
    const version = await store.settings.version(COUNTER);
    if (version === state.version) return 0;
    const [members, groups] = await Promise.all([store.members.all(), store.groups.all()]);
    if (version < state.version) return 0;
    state.version = version;
    state.directory = compose(file, { members, groups });
    return 1;
  };

  return {
    now: () => state.directory,
    refresh,
    async changed() {
      await store.settings.bump(COUNTER, clock.now());
      await refresh();
    },
  };
}
