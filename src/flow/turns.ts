import type { Clock } from '../clock.ts';
import type { Budgets } from './budget.ts';

/** Turns kept in memory before those are forgotten whose moment has come. */
const MOST_TURNS = 10_000;

/**
 * The budgets as the rows of one lane use them. Rows of a lane go one after another, and one redraw often settles all of a card's: while
 * one waits for a permit, the others wait for its moment and ask for no place of their own.
 */
export function createTurns(budgets: Budgets, clock: Clock): (lane: string) => Budgets {
  /** When a lane may ask again for a use of this kind, by the monotonic clock. */
  const turns = new Map<string, number>();
  return (lane) => ({
    ...budgets,
    async take(use, epoch) {
      const key = `${lane}\n${use.method}\n${use.purpose}`;
      const turn = turns.get(key) ?? 0;
      const now = clock.monotonic();
      if (now < turn) return Math.ceil(turn - now);
      const wait = await budgets.take(use, epoch);
      const asked = clock.monotonic();
      if (wait === 0) turns.delete(key);
      else turns.set(key, asked + wait);
      if (turns.size > MOST_TURNS) for (const [k, at] of turns) if (at <= asked) turns.delete(k);
      return wait;
    },
  });
}
