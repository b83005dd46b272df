import { system } from '../domain/actor.ts';
import { ticketName } from '../domain/ticket.ts';
import type { Store } from '../storage/store.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';
import type { Quiet } from './quiet.ts';

const BATCH = 500;
const LONGEST_REST_MS = 60_000;

/**
 * Takes due tickets in the order of their moments and wakes each through `perform`; how many. A ticket that fails rests for a while
 * of its own, longer each time, and so does not hold up the others.
 */
export function createWake(
  parts: Pick<Parts, 'clock' | 'meter' | 'noteFault'> & {
    readonly quiet: () => Quiet | null;
    readonly store: { readonly tickets: Pick<Store['tickets'], 'due'> };
  },
  perform: Perform,
): () => Promise<number> {
  const resting = new Map<string, { readonly failures: number; readonly until: number }>();

  type Due = Awaited<ReturnType<Store['tickets']['due']>>[number];
  const failed = async ({ _id, number: ticket }: Due, cause: string, now: Date, error: unknown): Promise<void> => {
    const failures = (resting.get(_id)?.failures ?? 0) + 1;
    const rest = Math.min(1_000 * 2 ** (failures - 1), LONGEST_REST_MS);
    resting.set(_id, { failures, until: now.getTime() + rest });
    const number = await parts.noteFault({ where: 'job', what: 'wake', ticket, cause, error });
    parts.meter.alarm('loop', { loop: 'wake', ticket: ticketName({ number: ticket }), cause, error: number });
  };

  return async () => {
    // After a restore it is decided first what becomes of moments that passed.
    if (parts.quiet() !== null) return 0;
    const now = parts.clock.now();
    const left = [...resting].filter(([, { until }]) => until > now.getTime()).map(([id]) => id);
    const due = await parts.store.tickets.due(now, BATCH, left);
    let woken = 0;
    for (const ticket of due) {
      if (ticket.dueToken === null) continue;
      const intent = { type: 'wake', token: ticket.dueToken } as const;
      // The cause names the moment: the same wake-up twice is one.
      const who = { actor: system('wake'), cause: `wake:${ticket._id}:${ticket.dueToken}` };
      try {
        await perform(ticket._id, intent, who);
        resting.delete(ticket._id);
        woken += 1;
      } catch (error) {
        await failed(ticket, who.cause, now, error);
      }
    }
    return woken;
  };
}
