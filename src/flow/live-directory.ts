import type { Directory } from '../domain/directory.ts';
import { compose } from '../domain/membership.ts';
import { overridden } from '../domain/overrides.ts';
import type { Promises } from '../domain/terms.ts';
import type { Store } from '../storage/store.ts';
import { NO_POLICY, POLICY, policyDocument, type PolicyDocument } from './policy-document.ts';

/** The organisation as file and chat have it, replaced whole when anything in it changes. */
export interface LiveDirectory {
  /** As it is now; the same object until something changes. */
  readonly now: () => Directory;
  /** Reads again when another process changed something; 1 when that was so. */
  readonly refresh: () => Promise<number>;
  /** Says that chat has just decided something: this process follows at once, the others with their next look. */
  readonly changed: () => Promise<void>;
  /** What the file promises, and what chat set over it; `edition` counts its changes. */
  readonly policy: () => { readonly file: Promises; readonly document: PolicyDocument; readonly edition: number };
  /** Whether another process works by a newer file than this one. */
  readonly outdated: () => boolean;
}

/** The document whose version counts what chat decided. */
const COUNTER = 'directory';
/** The document that holds the file. */
const FILE = 'shop';

export function liveDirectory(
  store: Pick<Store, 'members' | 'groups' | 'settings'>,
  clock: { now: () => Date },
  file: Directory,
): LiveDirectory {
  const state = {
    directory: file,
    version: 0,
    document: NO_POLICY,
    edition: 0,
    /** Of the file that this process works by, as it was when it first looked. */
    ours: null as number | null,
    newest: 0,
  };

  const refresh = async (): Promise<number> => {
    // The versions are read first: what is written after them is read again with the next ones.
    const versions = await store.settings.versions([COUNTER, POLICY, FILE]);
    const version = versions.get(COUNTER) ?? 0;
    const edition = versions.get(POLICY) ?? 0;
    state.newest = versions.get(FILE) ?? 0;
    state.ours ??= state.newest;
    if (version === state.version && edition === state.edition) return 0;
    const [members, groups, policy] = await Promise.all([
      store.members.all(),
      store.groups.all(),
      store.settings.load(POLICY),
    ]);
    if (version < state.version || (policy?.version ?? 0) < state.edition) return 0;
    state.version = version;
    state.document = policy === null ? NO_POLICY : policyDocument(policy.value);
    state.edition = policy?.version ?? 0;
    const promises = overridden(file.promises, state.document.overrides, state.edition);
    const composed = compose(file, { members, groups });
    state.directory = promises === composed.promises ? composed : { ...composed, promises };
    return 1;
  };

  return {
    now: () => state.directory,
    refresh,
    async changed() {
      await store.settings.bump(COUNTER, clock.now());
      await refresh();
    },
    policy: () => ({ file: file.promises, document: state.document, edition: state.edition }),
    outdated: () => state.ours !== null && state.newest !== state.ours,
  };
}
