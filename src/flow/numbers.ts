import type { CounterStore } from '../storage/counters.ts';
import { createLanes } from './lanes.ts';

export interface Numbers {
  /** The next ticket number. Never given twice; gaps are fine. */
  next(): Promise<number>;
}

/** Numbers taken at a time: short enough for small shops' numbers to stay small, long enough to cost next to no write. */
const BLOCK = 20;
/** Four digits from the first: as easy to say as the thousandth. */
const FIRST = 4_800;

export function createNumbers(counters: CounterStore): Numbers {
  const lanes = createLanes();
  let free: number[] = [];
  const next = async (): Promise<number> => {
    if (free.length === 0) {
      const first = await counters.block('tickets', BLOCK, FIRST);
      free = Array.from({ length: BLOCK }, (_, i) => first + i);
    }
    return free.shift() ?? next();
  };
  return { next: () => lanes.run('', next) };
}
