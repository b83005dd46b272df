import type { Clock } from '../../../src/clock.ts';
import type { Failure } from './emulator.ts';

/** How the API misbehaves on demand. */
export interface Faults {
  fails(path: string, ...failures: readonly Failure[]): void;
  /** What the next call of an endpoint meets, once. */
  next(path: string): Failure | null;
}

/** As many single ones as it stands for. */
function spread(failure: Failure): readonly Failure[] {
  if ('pass' in failure) return Array.from({ length: failure.pass }, () => ({ pass: 1 }));
  if ('errcode' in failure && !('forMs' in failure)) return Array.from({ length: failure.times ?? 1 }, () => failure);
  return [failure];
}

export function createFaults(clock: Clock): Faults {
  const queues = new Map<string, Failure[]>();
  /** When a failure that lasts ends, by the queue it is in. */
  const ends = new Map<string, number>();
  const shift = (name: string): Failure | undefined => {
    const queue = queues.get(name);
    const [first] = queue ?? [];
    if (first === undefined || !('forMs' in first)) return queue?.shift();
    const end = ends.get(name) ?? clock.monotonic() + first.forMs;
    ends.set(name, end);
    if (clock.monotonic() < end) return first;
    ends.delete(name);
    queue?.shift();
    return shift(name);
  };
  return {
    fails(path, ...failures) {
      queues.set(path, [...(queues.get(path) ?? []), ...failures.flatMap(spread)]);
    },
    next: (path) => shift(path) ?? shift('*') ?? null,
  };
}
