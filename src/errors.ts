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

/** Where an error came from, as log and store keep it. */
export interface ErrorPlace {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
  /** The stack's places, innermost first; absent where what was thrown is no error. */
  readonly at?: readonly string[];
  readonly cause?: ErrorPlace;
}

const PLAIN = /^[\w.-]{1,60}$/;

/** Where an error came from. Its message stays out, as databases, parsers and platforms quote what they were given; only a `SetupError` speaks to the operator. */
export function placeOf(error: unknown, depth = 0): ErrorPlace {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error ? String(error.code) : '';
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: PLAIN.test(error.name) ? error.name : 'Error',
    ...(PLAIN.test(code) ? { code } : {}),
    ...(error instanceof SetupError ? { message: error.message } : {}),
    at: frames.slice(0, 12).map((frame) => frame.trim().slice(3)),
    ...(error.cause instanceof Error && depth < 3 ? { cause: placeOf(error.cause, depth + 1) } : {}),
  };
}
