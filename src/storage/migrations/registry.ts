import { lettersRef } from './0001-letters-ref.ts';
import { ticketWords } from './0002-ticket-words.ts';
import { clocks } from './0003-clocks.ts';
import { tallies } from './0004-tallies.ts';
import type { Migration } from './migration.ts';

/** Every migration, oldest first; versions are 1, 2, 3 and so on. */
export const migrations: readonly Migration[] = [lettersRef, ticketWords, clocks, tallies];
