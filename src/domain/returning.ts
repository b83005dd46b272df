import { OPEN } from './status.ts';
import type { Ticket } from './ticket.ts';

/** When a ticket was done; null while it is open. */
export const endedAt = (t: Pick<Ticket, 'status' | 'resolvedAt' | 'closedAt'>): Date | null =>
  OPEN.has(t.status) ? null : (t.resolvedAt ?? t.closedAt);

/** Whether a ticket was done so short a time ago that its customer still speaks of it. */
export function endedLately(t: Pick<Ticket, 'status' | 'resolvedAt' | 'closedAt' | 'policy'>, now: Date): boolean {
  const at = endedAt(t);
  return at !== null && now.getTime() - at.getTime() < t.policy.autoCloseMs;
}

/** What a message says, as far as it decides whether a ticket that is done takes it. */
export interface Coming {
  /** It only greets, thanks, agrees or rates. */
  readonly courtesy: boolean;
  /** The order number in it; null: none. */
  readonly order: string | null;
}

/**
 * Whether a ticket takes a message of its customer: an open one always; one that is done for a while, when it only says thank you, or
 * reopened by anything with content that is not about another order. What was closed stays closed.
 */
export function takes(t: Ticket, { courtesy, order }: Coming, now: Date): boolean {
  if (OPEN.has(t.status)) return true;
  // What it was merged into takes it.
  if (t.merged.into !== null) return false;
  if (!endedLately(t, now)) return false;
  if (courtesy) return true;
  return t.status === 'resolved' && (order === null || t.facts.order === undefined || t.facts.order === order);
}
