import type { Clock } from './clock.ts';
import { DeliveryError } from './errors.ts';
import type { NoteFault } from './fault.ts';
import type { Files } from './files/file.ts';
import type { Ids } from './ids.ts';
import type { Log } from './log.ts';
import type { Store } from './storage/store.ts';
import type { Vault } from './vault.ts';

/** What every IM platform is built from. */
export interface PlatformParts {
  readonly store: Store;
  readonly files: Files;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly vault: Vault;
  readonly publicUrl: () => string;
  readonly noteFault: NoteFault;
}

/** Hears of what failed beside the way of tickets: what the platform did not take is no fault of ours; people read of it or press again. */
export const unlessTheirs =
  (platform: string, { log, noteFault }: Pick<PlatformParts, 'log' | 'noteFault'>) =>
  (error: unknown): void => {
    if (error instanceof DeliveryError)
      log.warn('a platform did not take what was not a message', { platform, failure: error.failure, err: error });
    else void noteFault({ where: 'request', what: platform, error });
  };
