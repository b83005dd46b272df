import type { Ticket } from '../../domain/ticket.ts';
import { wordsOf } from '../../domain/words.ts';
import type { Migration } from './migration.ts';
import { walk } from './walk.ts';

/** What tickets are found by, for those that were stored before they could be searched for. */
export const ticketWords: Migration = {
  version: 2,
  name: 'ticket-words',
  run: (run) =>
    walk(run, 'tickets', { words: { $exists: false } }, (document) => ({
      // The fields it is made of are as old as tickets.
      $set: { words: [...wordsOf(document as unknown as Ticket)] },
    })),
};
