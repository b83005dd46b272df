import type { Source, TraceEntry } from './trace.ts';

/** What other systems were told of the ticket, and what they answered. */
export const notified: Source = async (store, { ticket }) => {
  if (ticket === null) return [];
  const rows = await store.hookDeliveries.ofTicket(ticket._id);
  return rows.flatMap(({ _id, madeAt, type, subscription, seq, state, attempts, tries }): readonly TraceEntry[] => [
    { at: madeAt, stage: 'sent', what: type, fields: { to: subscription, seq, state, attempts, id: _id } },
    ...tries.map(({ at, ms, status, failure }): TraceEntry => ({
      at,
      stage: 'answered',
      what: type,
      fields: { to: subscription, seq, status, failure, ms },
    })),
  ]);
};
