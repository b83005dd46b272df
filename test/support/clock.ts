import { systemClock, type Clock } from '../../src/clock.ts';

/** A clock that stands still until it is moved; due tasks run, in order, while it moves. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
  /** Sets the wall clock alone by so many ms, forward or back. */
  jump(ms: number): void;
}

export function manualClock(start: Date = new Date('2026-11-11T06:30:00Z')): ManualClock {
  let elapsed = 0;
  let jumped = 0;
  let tasks: { at: number; task: () => void }[] = [];
  return {
    now: () => new Date(start.getTime() + elapsed + jumped),
    monotonic: () => elapsed,
    after(ms, task) {
      const entry = { at: elapsed + ms, task };
      tasks.push(entry);
      return () => {
        tasks = tasks.filter((other) => other !== entry);
      };
    },
    advance(ms) {
      const end = elapsed + ms;
      for (;;) {
        const due = tasks.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        tasks = tasks.filter((other) => other !== due);
        elapsed = due.at;
        due.task();
      }
      elapsed = end;
    },
    jump(ms) {
      jumped += ms;
    },
  };
}

/** The machine's clock run so many times as fast: for processes that wait for each other by themselves. */
export function hurriedClock(factor: number): Clock {
  const began = systemClock.now().getTime();
  const start = systemClock.monotonic();
  const elapsed = (): number => (systemClock.monotonic() - start) * factor;
  return {
    now: () => new Date(began + elapsed()),
    monotonic: elapsed,
    after: (ms, task) => systemClock.after(ms / factor, task),
  };
}
