/** The only source of time. Tests hand in a clock that they move themselves. */
export interface Clock {
  /** The current moment (UTC). */
  now(): Date;
  /** Milliseconds that only ever grow; for leases and latencies, unaffected by a clock that is set back. */
  monotonic(): number;
  /** Runs `task` once after `ms` milliseconds; the returned function calls it off. */
  after(ms: number, task: () => void): () => void;
}

/** The machine's own clock. Its timers never keep the process alive. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};

/** A clock that can be set back, for telling what happened before the start; `shift(0)` makes it the true time again. */
export interface ShiftableClock extends Clock {
  /** Moves `now` by so many milliseconds against the true time. Where that goes forward from the first shift, it counts as time that passed. */
  shift(ms: number): void;
}

export function shiftableClock(clock: Clock): ShiftableClock {
  let by = 0;
  let first: number | null = null;
  let told = 0;
  return {
    now: () => (by === 0 ? clock.now() : new Date(clock.now().getTime() + by)),
    monotonic: () => clock.monotonic() + told,
    after: (ms, task) => clock.after(ms, task),
    shift(ms) {
      first ??= ms;
      by = ms;
      told = Math.max(told, by - first);
    },
  };
}
