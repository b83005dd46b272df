import type { Clock } from '../../src/clock.ts';
import { DeliveryError, SetupError } from '../../src/errors.ts';

/** Between two tries to reach it, ms. */
const AGAIN_MS = 15_000;

/** What begins with asking whether the credentials are good, goes on without an answer, and asks again until there is one. */
export interface Introduction {
  /** @throws SetupError when the credentials are refused. */
  start(): Promise<void>;
  stop(): void;
  /** What a send came to says the same: null stands for one that was taken. */
  heard(failure: unknown): void;
  health(): { readonly ok: boolean; readonly detail: string };
}

const DETAIL = {
  ready: 'ok',
  refused: 'the credentials were refused',
  waiting: 'not reached yet',
  stopped: 'not started',
} as const;

/** `ask`: throws a `DeliveryError`, `auth` when the credentials are refused; `refused`: the line that the operator reads then. */
export function createIntroduction(
  clock: Pick<Clock, 'after'>,
  ask: () => Promise<void>,
  refused: (code: string) => string,
): Introduction {
  let state: keyof typeof DETAIL = 'stopped';
  let cancel: (() => void) | null = null;

  const isRefusal = (error: unknown): error is DeliveryError =>
    error instanceof DeliveryError && error.failure === 'auth';

  /** @throws SetupError when the credentials are refused. */
  const introduce = async (): Promise<void> => {
    try {
      await ask();
      if (state === 'waiting') state = 'ready';
    } catch (error) {
      if (!isRefusal(error)) {
        again();
        return;
      }
      if (state === 'waiting') state = 'refused';
      throw new SetupError(refused(error.message));
    }
  };

  const again = (): void => {
    if (state !== 'waiting') return;
    cancel = clock.after(AGAIN_MS, () => {
      cancel = null;
      // Refused: `health` says so from now on.
      introduce().catch(() => undefined);
    });
  };

  return {
    async start() {
      state = 'waiting';
      await introduce();
    },
    stop() {
      cancel?.();
      cancel = null;
      state = 'stopped';
    },
    heard(failure) {
      if (state === 'stopped') return;
      if (failure === null) state = 'ready';
      else if (isRefusal(failure)) state = 'refused';
    },
    health: () => ({ ok: state === 'ready', detail: DETAIL[state] }),
  };
}
