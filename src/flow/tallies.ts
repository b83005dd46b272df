import { sameTally, tallyOf } from '../domain/tally.ts';
import { ticketName } from '../domain/ticket.ts';
import type { Parts } from './parts.ts';

/** Tickets that one audit looks at. */
const BATCH = 1_000;

/**
 * Looks at a part of the tickets, the next part each time: whether each has its tally. Puts right what is wrong; how many were. Tickets that
 * relay has yet to look at are left to it.
 */
export function createTallyAudit({ store, meter }: Pick<Parts, 'store' | 'meter'>): () => Promise<number> {
  let from = '';
  return async () => {
    const heads = await store.tickets.heads(from, BATCH);
    from = heads.length < BATCH ? '' : (heads.at(-1)?._id ?? '');
    const known = new Map((await store.tallies.withIds(heads.map((t) => t._id))).map((t) => [t._id, t]));
    const behind = heads.filter(({ _id, version, relay }) => !relay && (known.get(_id)?.v ?? 0) < version);
    let wrong = 0;
    for (const { _id } of behind) {
      const ticket = await store.tickets.load(_id);
      if (ticket === null) continue;
      const [is, should] = [known.get(_id), tallyOf(ticket)];
      await store.tallies.keep([should]);
      // Changes that do not count leave a tally as it was, but for the version.
      if (is !== undefined && sameTally(is, should)) continue;
      wrong += 1;
      meter.alarm('tally', { ticket: ticketName(ticket), version: ticket.version });
    }
    return wrong;
  };
}
