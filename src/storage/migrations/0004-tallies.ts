import { tallyOf } from '../../domain/tally.ts';
import { OPEN } from '../../domain/status.ts';
import type { Ticket } from '../../domain/ticket.ts';
import type { AnyDocument, Migration } from './migration.ts';
import { walk } from './walk.ts';

/** Tickets know when they ended and were open again: of those before, the newest of that. Each has a tally for figures. */
export const tallies: Migration = {
  version: 4,
  name: 'tallies',
  run: async (run) => {
    const keep = async (documents: readonly AnyDocument[]): Promise<void> => {
      const replacements = documents.map((document) => {
        const { _id, ...replacement } = tallyOf({ ...UNTIMED, ...ticketOf(document), turns: turnsOf(document) });
        return { replaceOne: { filter: { _id }, replacement, upsert: true } };
      });
      await run.documents('tallies').bulkWrite(replacements, { ordered: false });
    };
    await walk(run, 'tickets', {}, (document) => ({ $set: { turns: [...turnsOf(document)] } }), keep);
  },
};

/** A ticket from before promises were clocks has broken none that is known. */
const UNTIMED = { clocks: {}, misses: [], took: {}, reopens: [], resolver: null, terms: { rules: [] } } as const;

const ticketOf = (document: AnyDocument): Ticket => document as unknown as Ticket;

function turnsOf(document: AnyDocument): readonly Date[] {
  const { turns, status, resolvedAt, closedAt, updatedAt } = ticketOf(document) as Partial<Ticket> & Ticket;
  return turns ?? (OPEN.has(status) ? [] : [resolvedAt ?? closedAt ?? updatedAt]);
}
