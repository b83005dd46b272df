import type { Clock } from '../clock.ts';
import type { CallWatch } from './guard.ts';

/** A call that takes longer does not keep other lanes waiting: its lane is stuck until the call ends. */
const PATIENCE_MS = 1_000;
/** Lanes at work at the same time; a platform that lets every call hang does not get more. */
const MOST_LANES = 1_000;

/** The lanes somebody works at this moment, over several steps where one is stuck. */
export interface Underway {
  /** Lanes that nobody else may take up. */
  keys(): readonly string[];
  /** Whether there is room for more. */
  hasRoom(): boolean;
  start(lane: string, work: (watch: CallWatch) => Promise<void>): void;
  /** Resolves when every lane has ended or is stuck; with the first error of those that broke, else null. */
  quiet(): Promise<unknown>;
  /** Whether every lane has ended within so many ms, stuck ones as well. */
  over(ms: number): Promise<boolean>;
}

export function createUnderway(clock: Clock): Underway {
  const lanes = new Set<string>();
  const state = { moving: 0 };
  let errors: unknown[] = [];
  const waiting: (() => void)[] = [];
  const ending: (() => void)[] = [];

  const moves = (by: 1 | -1): void => {
    state.moving += by;
    if (state.moving > 0) return;
    for (const resolve of waiting.splice(0)) resolve();
  };

  const work = async (lane: string, worker: (watch: CallWatch) => Promise<void>): Promise<void> => {
    const watch: CallWatch = () => {
      let isStuck = false;
      const callOff = clock.after(PATIENCE_MS, () => {
        isStuck = true;
        moves(-1);
      });
      return () => {
        callOff();
        if (isStuck) moves(1);
      };
    };
    try {
      await worker(watch);
    } catch (error) {
      errors.push(error);
    } finally {
      lanes.delete(lane);
      moves(-1);
      if (lanes.size === 0) for (const resolve of ending.splice(0)) resolve();
    }
  };

  return {
    keys: () => [...lanes],
    hasRoom: () => lanes.size < MOST_LANES,
    start(lane, worker) {
      lanes.add(lane);
      moves(1);
      void work(lane, worker);
    },
    async quiet() {
      while (state.moving > 0) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      }
      const [first = null] = errors;
      errors = [];
      return first;
    },
    async over(ms) {
      if (lanes.size > 0 && ms > 0)
        await new Promise<void>((resolve) => {
          const callOff = clock.after(ms, resolve);
          ending.push(() => {
            callOff();
            resolve();
          });
        });
      return lanes.size === 0;
    },
  };
}
