import type { Connection, UpdateQuery } from 'mongoose';
import type { SealedEvent } from '../domain/event.ts';
import type { Ticket } from '../domain/ticket.ts';
import { Mixed, collection, reaching } from './connection.ts';

type Told = Pick<Ticket, '_id' | 'history'>;

/** A ticket's history: its newest events stand in the ticket itself, what left its tail stands here. */
export function ticketEvents(
  connection: Connection,
  trim: (id: string, pull: UpdateQuery<Ticket>) => Promise<unknown>,
) {
  const text = { type: String, required: true };
  const archive = collection<{ _id: string; ticket: string; event: SealedEvent }>(
    connection,
    'ticket_events',
    { _id: text, ticket: text, event: Mixed },
    [{ fields: { ticket: 1, 'event.seq': 1 } }],
  );
  /** Where the ticket itself goes on. */
  const tailFrom = ({ history }: Told): number => history.tail[0]?.seq ?? history.seq + 1;

  return {
    archive,
    reads: {
      /** Copies the oldest events of a long tail to the archive, then trims them. */
      archiveTail: (ticket: Told, keep: number): Promise<void> =>
        reaching(async () => {
          const old = ticket.history.tail.slice(0, Math.max(0, ticket.history.tail.length - keep));
          const last = old.at(-1);
          if (last === undefined) return;
          await archive.bulkWrite(
            old.map((event) => {
              const _id = `${ticket._id}.${event.seq}`;
              return {
                updateOne: { filter: { _id }, update: { $setOnInsert: { ticket: ticket._id, event } }, upsert: true },
              };
            }),
          );
          await trim(ticket._id, { $pull: { 'history.tail': { seq: { $lte: last.seq } } } });
        }),

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
