/** How a platform's failure is to be treated; only `flow/deliver.ts` interprets it. */
export type DeliveryFailure = 'retryable' | 'rate-limited' | 'auth' | 'gone' | 'permanent' | 'unknown';

/**
 * A platform did not take what was sent.
 * - `retryable`: it certainly did not arrive, try again · `rate-limited`: try again after `retryAfterMs`
 * - `auth`: credentials refused · `gone`: the conversation or card no longer exists · `permanent`: it will never be taken
 * - `unknown`: it may have arrived (a lost connection); a repeat with the same key settles it.
 */
export class DeliveryError extends Error {
  readonly failure: DeliveryFailure;
  readonly retryAfterMs: number | undefined;
  constructor(failure: DeliveryFailure, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'DeliveryError';
    this.failure = failure;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The store cannot be reached; nothing was stored and nothing may be acknowledged. */
export class StoreUnavailable extends Error {
  constructor(cause: unknown) {
    super('the store is not reachable', { cause });
    this.name = 'StoreUnavailable';
  }
}

/** Something the operator has to put right before the process can run; printed without a stack. */
export class SetupError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SetupError';
  }
}
