import type { Failure } from './emulator.ts';
import type { State } from './state.ts';

/** How the emulator misbehaves on demand, and how it keeps callers down. */
export interface Faults {
  fails(path: string, ...failures: readonly Failure[]): void;
  /** What the next call of a path (with its method) meets, once. */
  next(path: string): Failure | null;
  /** Whether another call of this path is one too many in this second; if not, it counts. */
  isTooFast(path: string): boolean;
  /** Whether another send of a custom robot is one too many; if not, it counts (fact sheet, 3.6). */
  isRobotBlocked(token: string): boolean;
}

const ROBOT_SENDS = 20;
const ROBOT_WINDOW_MS = 60_000;
const ROBOT_BLOCKED_MS = 600_000;

export function createFaults(state: State): Faults {
  const queues = new Map<string, Failure[]>();
  const calls = new Map<string, readonly number[]>();
  const blocked = new Map<string, number>();
  const now = (): number => state.clock.monotonic();

  /** Whether there is room for one more in the last so many ms; if there is, it counts. */
  const counts = (key: string, most: number, windowMs: number): boolean => {
    const recent = (calls.get(key) ?? []).filter((at) => at > now() - windowMs);
    const fits = recent.length < most;
    calls.set(key, fits ? [...recent, now()] : recent);
    return fits;
  };

  return {
    fails(path, ...failures) {
      queues.set(path, [...(queues.get(path) ?? []), ...failures]);
    },
    next: (path) => queues.get(path)?.shift() ?? (path === 'GET /connect' ? null : queues.get('*')?.shift()) ?? null,
    isTooFast: (path) => state.settings.qps !== null && !counts(path, state.settings.qps, 1_000),
    isRobotBlocked(token) {
      if (now() < (blocked.get(token) ?? -1)) return true;
      if (counts(`robot ${token}`, ROBOT_SENDS, ROBOT_WINDOW_MS)) return false;
      blocked.set(token, now() + ROBOT_BLOCKED_MS);
      return true;
    },
  };
}
