import type { Clock } from './clock.ts';
import type { Store } from './storage/store.ts';

const WATCH_MS = 1_000;
const WATCH_PATIENCE_MS = 5_000;

/** Looks at the store again and again, to say whether the process is ready. */
export function watchStore(
  store: Pick<Store, 'ping'>,
  clock: Clock,
): { problems: () => readonly string[]; stop: () => Promise<void> } {
  const state = { away: false, stopped: false };
  let cancel: () => void = () => undefined;
  /** Whether the store answers in time; a look that neither succeeds nor fails must not be the last. */
  const answers = (): Promise<boolean> =>
    new Promise((resolve) => {
      const callOff = clock.after(WATCH_PATIENCE_MS, () => {
        resolve(false);
      });
      store
        .ping()
        .then(
          () => true,
          () => false,
        )
        .then(resolve, () => undefined)
        .finally(callOff);
    });
  const look = async (): Promise<void> => {
    state.away = !(await answers());
    if (!state.stopped) cancel = clock.after(WATCH_MS, () => void look());
  };
  void look();
  return {
    problems: () => (state.away ? ['store: not reachable'] : []),
    stop: () => {
      state.stopped = true;
      cancel();
      return Promise.resolve();
    },
  };
}
