import type { Clock } from '../clock.ts';
import { StoreUnavailable } from '../errors.ts';
import type { Lease, LeaseStore } from '../storage/leases.ts';

/** A beat that has not moved for this long, by the observer's own monotonic clock, is a dead holder's. */
export const TAKEOVER_MS = 15_000;
/** The holder moves its beat so often in that time, and stops working when it could not for half of it. */
const BEATS = 7.5;

export interface Tenure {
  /** The epoch while this process may work; null when it may not. Call it before every step, it keeps the lease alive. */
  hold(): Promise<number | null>;
  /** Whether the lease is still held under this epoch, and the last `hold` recent enough to go on without asking. */
  fresh(epoch: number): boolean;
  release(): Promise<void>;
}

/** Holds one lease as long as this process lives, and takes it over from a process that died. All holders of a lease go by the same `takeoverMs`. */
export function createTenure(
  leases: LeaseStore,
  name: string,
  holder: string,
  clock: Clock,
  takeoverMs: number = TAKEOVER_MS,
): Tenure {
  let lease: Lease | null = null;
  let beatAt = 0;
  let watched: { beat: number; epoch: number; since: number } | null = null;

  const acquire = async (): Promise<number | null> => {
    const seen = await leases.read(name);
    const now = clock.monotonic();
    if (seen !== null && seen.holder !== '') {
      if (watched === null || watched.beat !== seen.beat || watched.epoch !== seen.epoch) {
        watched = { beat: seen.beat, epoch: seen.epoch, since: now };
        return null;
      }
      if (now - watched.since < takeoverMs) return null;
    }
    lease = await leases.take(name, holder, seen);
    watched = null;
    beatAt = clock.monotonic();
    return lease?.epoch ?? null;
  };

  return {
    async hold() {
      if (lease === null) return acquire();
      const asked = clock.monotonic();
      if (asked - beatAt < takeoverMs / BEATS) return lease.epoch;
      if (!(await leases.beat(lease))) {
        lease = null;
        return null;
      }
      beatAt = asked;
      return lease.epoch;
    },
    fresh: (epoch) => lease?.epoch === epoch && clock.monotonic() - beatAt < takeoverMs / 2,
    async release() {
      const held = lease;
      lease = null;
      if (held === null) return;
      try {
        await leases.release(held);
      } catch (error) {
        // The store is away: others wait until the beat has stood still long enough.
        if (!(error instanceof StoreUnavailable)) throw error;
      }
    },
  };
}
