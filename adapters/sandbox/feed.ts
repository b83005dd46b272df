import type { Clock } from '../../src/clock.ts';
import type { SandboxMessage, SandboxStore } from './store.ts';

export type Listener = (message: SandboxMessage) => void;

/** The one growing sequence of changes, and who listens to it. One process serves a sandbox, so the sequence lives in memory and starts from the store. */
export interface Feed {
  /** Continues the sequence where the store left it. */
  open(): Promise<void>;
  /** Calls off pending look-ups. */
  close(): void;
  /** Every change up to this one has been published. */
  position(): number;
  /** A number for a place in a conversation, drawn from the same sequence. */
  place(): number;
  /** Runs one write under a change number of its own; what it wrote is published in the order of the numbers, null is not. */
  write(work: (change: number) => Promise<SandboxMessage | null>): Promise<SandboxMessage | null>;
  subscribe(listener: Listener): () => void;
}

const LOOK_AGAIN_MS = 500;

export function createFeed(store: SandboxStore, clock: Clock): Feed {
  const listeners = new Set<Listener>();
  /** Outcomes beyond the published position; `doubtful`: the write failed without saying whether it arrived. */
  const outcomes = new Map<number, SandboxMessage | 'doubtful' | null>();
  let last = 0;
  let position = 0;
  let looking = false;
  let cancel: (() => void) | null = null;

  const settle = (change: number, outcome: SandboxMessage | 'doubtful' | null): void => {
    outcomes.set(change, outcome);
    publish();
  };

  const publish = (): void => {
    for (;;) {
      const outcome = outcomes.get(position + 1);
      if (outcome === undefined) return;
      if (outcome === 'doubtful') {
        void look(position + 1);
        return;
      }
      position += 1;
      outcomes.delete(position);
      if (outcome !== null) for (const listener of listeners) listener(outcome);
    }
  };

  /** A reader that was told of later changes would never ask for this one again, so nothing later is told before it is certain. */
  const look = async (change: number): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      const found = await store.atChange(change);
      looking = false;
      settle(change, found);
    } catch {
      cancel = clock.after(LOOK_AGAIN_MS, () => {
        looking = false;
        void look(change);
      });
    }
  };

  return {
    async open() {
      outcomes.clear();
      looking = false;
      last = Math.max(last, await store.lastChange());
      position = last;
    },
    close() {
      cancel?.();
    },
    position: () => position,
    place() {
      last += 1;
      const drawn = last;
      settle(drawn, null);
      return drawn;
    },
    async write(work) {
      last += 1;
      const change = last;
      try {
        const written = await work(change);
        settle(change, written);
        return written;
      } catch (error) {
        settle(change, 'doubtful');
        throw error;
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
