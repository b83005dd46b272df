import type { Failure } from './emulator.ts';
import type { State } from './state.ts';

/** How the emulator misbehaves on demand. */
export interface Faults {
  fails(method: string, ...failures: readonly Failure[]): void;
  limit(perSecond: number | null, retryAfterSeconds?: number): void;
  /** What the next call of a method meets, once. */
  next(method: string): Failure | null;
  /** Seconds to wait before another message to this conversation; null: it may come now, and counts. */
  wait(conversation: string): number | null;
}

export function createFaults(state: State): Faults {
  const queues = new Map<string, Failure[]>();
  const sent = new Map<string, number[]>();
  const closed = new Map<string, number>();
  let most: { perSecond: number; retryAfter: number } | null = null;
  return {
    fails(method, ...failures) {
      queues.set(method, [...(queues.get(method) ?? []), ...failures]);
    },
    limit(perSecond, retryAfterSeconds = 1) {
      most = perSecond === null ? null : { perSecond, retryAfter: retryAfterSeconds };
      sent.clear();
      closed.clear();
    },
    next: (method) => queues.get(method)?.shift() ?? queues.get('*')?.shift() ?? null,
    wait(conversation) {
      if (most === null) return null;
      const now = state.clock.now().getTime();
      const until = closed.get(conversation) ?? 0;
      if (now < until) return Math.ceil((until - now) / 1000);
      const recent = (sent.get(conversation) ?? []).filter((at) => at > now - 1000);
      if (recent.length >= most.perSecond) {
        closed.set(conversation, now + most.retryAfter * 1000);
        return most.retryAfter;
      }
      sent.set(conversation, [...recent, now]);
      return null;
    },
  };
}
