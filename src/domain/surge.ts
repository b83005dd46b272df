import type { Ticket } from './ticket.ts';

/** When new tickets stop getting a card each in a group, and what stands there instead. */
export interface SurgeRules {
  /** Surge mode begins when the last of those that wait for a card would wait longer than this, ms. */
  readonly waitMs: number;
  /** It ends when it was not needed for this long, ms. */
  readonly calmMs: number;
  /** Rows of one board. */
  readonly rows: number;
  /** Boards that stand in one group at the most. */
  readonly boards: number;
}

/** What `rows` and `boards` may be at the most. */
export const MOST_ROWS = 12;
export const MOST_BOARDS = 3;

export const SURGE: SurgeRules = { waitMs: 20_000, calmMs: 60_000, rows: 10, boards: 3 };

/** Whether somebody of this team has to take it: what lists and boards hold. */
export const waitsIn = (t: Pick<Ticket, 'status' | 'team'>, team: string): boolean =>
  t.status === 'new' && t.team === team;

/** What never stands on a board. */
export const isUrgent = (t: Pick<Ticket, 'priority'>): boolean => t.priority === 'urgent';
