import { system } from '../domain/actor.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';

const BATCH = 500;

/** Takes due tickets in the order of their moments and wakes each through `perform`; how many. A ticket that fails does not hold up the others. */
export function createWake(parts: Parts, perform: Perform): () => Promise<number> {
  return async () => {
    const due = await parts.store.tickets.due(parts.clock.now(), BATCH);
    let failed = 0;
    for (const ticket of due) {
      if (ticket.dueToken === null) continue;
      const intent = { type: 'wake', token: ticket.dueToken } as const;
      // The cause names the moment: the same wake-up twice is one.
      const who = { actor: system('wake'), cause: `wake:${ticket._id}:${ticket.dueToken}` };
      try {
        await perform(ticket._id, intent, who);
      } catch (error) {
        failed += 1;
        parts.meter.alarm('loop', {
          loop: 'wake',
          ticket: ticket._id,
          error: error instanceof Error ? error.name : 'unknown',
        });
      }
    }
    return due.length - failed;
  };
}
