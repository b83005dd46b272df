import type { Connection } from 'mongoose';
import type { SealedEvent } from '../domain/event.ts';
import type { Ticket } from '../domain/ticket.ts';
import { Mixed, collection, reaching } from './connection.ts';
import { rowsOf, type Change } from './rows.ts';

interface Archived {
  readonly _id: string;
  readonly ticket: string;
  readonly event: SealedEvent;
}
type Told = Pick<Ticket, '_id' | 'history'>;

/** A ticket's history: its newest events stand in the ticket itself, what left its tail stands here. */
export function ticketEvents(connection: Connection, trim: (changes: readonly Change[]) => Promise<unknown>) {
  const text = { type: String, required: true };
  const archive = collection<Archived>(connection, 'ticket_events', { _id: text, ticket: text, event: Mixed }, [
    { fields: { ticket: 1, 'event.seq': 1 } },
  ]);
  const rows = rowsOf<Archived>(connection, 'ticket_events');
  /** Where the ticket itself goes on. */
  const tailFrom = ({ history }: Told): number => history.tail[0]?.seq ?? history.seq + 1;

  return {
    archive,
    reads: {
      /** Copies the oldest events of long tails to the archive, then trims them. */
      archiveTails: async (tickets: readonly Told[], keep: number): Promise<void> => {
        const long = tickets.flatMap(({ _id, history }) => {
          const old = history.tail.slice(0, Math.max(0, history.tail.length - keep));
          const last = old.at(-1);
          return last === undefined ? [] : [{ _id, old, last }];
        });
        if (long.length === 0) return;
        await rows.add(
          long.flatMap(({ _id, old }) => old.map((event) => ({ _id: `${_id}.${event.seq}`, ticket: _id, event }))),
        );
        await trim(
          long.map(({ _id, last }) => ({
            filter: { _id },
            update: { $pull: { 'history.tail': { seq: { $lte: last.seq } } } },
          })),
        );
      },

      /** All events of a ticket, oldest first. */
      history: (ticket: Told): Promise<SealedEvent[]> =>
        reaching(async () => {
          const older = await archive
            .find({ ticket: ticket._id, 'event.seq': { $lt: tailFrom(ticket) } })
            .sort({ 'event.seq': 1 })
            .lean();
          return [...older.map((row) => row.event), ...ticket.history.tail];
        }),

      /** The newest events before one of them, or the newest of all; at most `limit`, oldest first. */
      historyBefore: (ticket: Told, before: number | null, limit: number): Promise<SealedEvent[]> =>
        reaching(async () => {
          const end = before ?? ticket.history.seq + 1;
          const newest = ticket.history.tail.filter(({ seq }) => seq < end).slice(-limit);
          if (newest.length === limit) return newest;
          const older = await archive
            .find({ ticket: ticket._id, 'event.seq': { $lt: Math.min(tailFrom(ticket), end) } })
            .sort({ 'event.seq': -1 })
            .limit(limit - newest.length)
            .lean();
          return [...older.toReversed().map((row) => row.event), ...newest];
        }),

      /** The events after one of them (0: from the first), oldest first; at most `limit`. */
      historyAfter: (ticket: Told, after: number, limit: number): Promise<SealedEvent[]> =>
        reaching(async () => {
          const first = tailFrom(ticket);
          const older =
            after + 1 >= first
              ? []
              : await archive
                  .find({ ticket: ticket._id, 'event.seq': { $gt: after, $lt: first } })
                  .sort({ 'event.seq': 1 })
                  .limit(limit)
                  .lean();
          const tail = ticket.history.tail.filter(({ seq }) => seq > after);
          return [...older.map((row) => row.event), ...tail].slice(0, limit);
        }),
    },
  };
}
