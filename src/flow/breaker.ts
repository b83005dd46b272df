import type { Clock } from '../clock.ts';
import type { DeliveryFailure } from '../errors.ts';
import type { Ids } from '../ids.ts';
import type { OutageReason } from '../storage/outages.ts';

/** So many failures in a row mean that the platform is away, and not that one message is bad. */
const MOST_FAILURES = 5;
const FIRST_PROBE_MS = 5_000;
const LONGEST_PROBE_MS = 60_000;
/** A probe comes up to this share earlier or later, so that processes do not knock at the same instant. */
const JITTER = 0.1;

/** The right to one call; whoever has it says what came of it. */
export interface Pass {
  answered(): void;
  failed(failure: DeliveryFailure): void;
}

/** One platform app that does not answer: since when (the first failure in the row), and what is known of why. */
export interface Silence {
  readonly since: Date;
  readonly reason: OutageReason;
}

/** Keeps calls from a platform that does not answer, but for one probe from time to time; any answer ends that. */
export interface Breaker {
  /** Null: calls go. */
  silence(): Silence | null;
  /** Whether a call could go now: always, or the next probe. */
  admits(): boolean;
  /** Null: no call now. Takes the probe where one is due. */
  enter(): Pass | null;
  /** Ms until the next probe; 0: it is due, or calls go. */
  waitMs(): number;
  /** Takes up a silence that an earlier holder of the lease found: a probe is due at once. Null: it found none. */
  resume(silence: Silence | null): void;
}

/** Failures that say nothing of the platform's being there. What it refuses (a rate, a message, a card) it has answered. */
export const isSilent = (failure: DeliveryFailure): boolean =>
  failure === 'retryable' || failure === 'unknown' || failure === 'auth';

export function createBreaker(clock: Clock, ids: Pick<Ids, 'random'>): Breaker {
  let failures = 0;
  let first: Date | null = null;
  let open: { silence: Silence; delay: number; probeAt: number; probing: boolean } | null = null;

  const probeIn = (delay: number): number => clock.monotonic() + delay * (1 - JITTER + 2 * JITTER * ids.random());

  const answered = (): void => {
    failures = 0;
    first = null;
    open = null;
  };

  const waitMs = (): number => {
    if (open === null) return 0;
    return open.probing ? FIRST_PROBE_MS : Math.max(0, open.probeAt - clock.monotonic());
  };

  const failed = (failure: DeliveryFailure, isProbe: boolean): void => {
    if (!isSilent(failure)) {
      answered();
      return;
    }
    const reason = failure === 'auth' ? 'auth' : 'no-answer';
    if (open !== null) {
      // What was under way when it opened says nothing new.
      if (!isProbe) return;
      const delay = reason === 'auth' ? LONGEST_PROBE_MS : Math.min(open.delay * 2, LONGEST_PROBE_MS);
      open = { silence: { ...open.silence, reason }, delay, probeAt: probeIn(delay), probing: false };
      return;
    }
    failures += 1;
    first ??= clock.now();
    if (failures < MOST_FAILURES && reason !== 'auth') return;
    const delay = reason === 'auth' ? LONGEST_PROBE_MS : FIRST_PROBE_MS;
    open = { silence: { since: first, reason }, delay, probeAt: probeIn(delay), probing: false };
  };

  const passFor = (isProbe: boolean): Pass => ({
    answered,
    failed: (failure) => {
      failed(failure, isProbe);
    },
  });

  const admits = (): boolean => open === null || (!open.probing && waitMs() === 0);

  return {
    silence: () => open?.silence ?? null,
    admits,
    enter() {
      if (!admits()) return null;
      if (open === null) return passFor(false);
      open.probing = true;
      return passFor(true);
    },
    waitMs,
    resume(silence) {
      answered();
      if (silence === null) return;
      const delay = silence.reason === 'auth' ? LONGEST_PROBE_MS : FIRST_PROBE_MS;
      open = { silence, delay, probeAt: clock.monotonic(), probing: false };
    },
  };
}
