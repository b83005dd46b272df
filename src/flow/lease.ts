import type { Clock } from '../clock.ts';
import { StoreUnavailable } from '../errors.ts';
import type { Lease, LeaseStore } from '../storage/leases.ts';

/** A beat that has not moved for this long, by the observer's own monotonic clock, is a dead holder's. */
export const TAKEOVER_MS = 15_000;
/** The holder moves its beat this often, and stops working when it could not for half the time after which others take over. */
const BEAT_MS = 2_000;

export interface Tenure {
  /** The epoch while this process may work; null when it may not. Call it before every step, it keeps the lease alive. */
  hold(): Promise<number | null>;
  /** Whether the last `hold` is recent enough to go on without asking. */
  fresh(): boolean;
  release(): Promise<void>;
}

/** Holds one lease as long as this process lives, and takes it over from a process that died. */
export function createTenure(leases: LeaseStore, name: string, holder: string, clock: Clock): Tenure {
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
      if (now - watched.since < TAKEOVER_MS) return null;
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
      if (asked - beatAt < BEAT_MS) return lease.epoch;
      if (!(await leases.beat(lease))) {
        lease = null;
        return null;
      }
      beatAt = asked;
      return lease.epoch;
    },
    fresh: () => lease !== null && clock.monotonic() - beatAt < TAKEOVER_MS / 2,
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
