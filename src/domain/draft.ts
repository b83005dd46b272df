import type { Change } from './event.ts';
import { PRIORITIES, type Priority } from './status.ts';
import type { Language, OrderFacts, Ticket } from './ticket.ts';

/** What a ticket is about, judged anew over everything its customer has written so far. */
export interface Draft {
  readonly subject: string;
  readonly category: string | null;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly language: Language;
  readonly facts: OrderFacts;
  /** The team it belongs to when its own has nothing to do with the category; null: it stays. */
  readonly team: string | null;
  /** Over how many messages it was made. */
  readonly messages: number;
}

const MAX_TAGS = 20;

const rank = (p: Priority): number => PRIORITIES.indexOf(p);

/** Nobody has it: what it is about may still be judged by the words alone. */
export const isUnclaimed = (t: Pick<Ticket, 'assignee' | 'status'>): boolean =>
  t.assignee === null && (t.status === 'new' || t.status === 'offered');

/** Whether it was moved before, by a person or by its category: then it is not moved again by itself. */
export const wasMoved = (t: Pick<Ticket, 'places' | 'team'>): boolean =>
  t.places.some((p) => p.card === 'ticket' && p.team !== t.team);

/**
 * What a draft changes about a ticket that nobody has claimed; null: nothing. A priority never falls, what is known stays, and what a
 * person has set is left alone. A draft over fewer messages than the ticket has comes too late.
 */
export function redrafted(t: Ticket, draft: Draft): Extract<Change, { type: 'redrafted' }> | null {
  if (!isUnclaimed(t) || draft.messages <= t.customerMessages) return null;
  const auto = t.classified === 'auto';
  const next = {
    subject: draft.subject,
    category: auto ? (draft.category ?? t.category) : t.category,
    priority: rank(draft.priority) > rank(t.priority) ? draft.priority : t.priority,
    tags: auto ? [...new Set([...t.tags, ...draft.tags])].slice(0, MAX_TAGS) : t.tags,
    language: draft.language,
    facts: { ...draft.facts, ...t.facts },
    team: auto && draft.team !== null && !wasMoved(t) ? draft.team : t.team,
  };
  const same =
    next.subject === t.subject &&
    next.category === t.category &&
    next.priority === t.priority &&
    next.tags.length === t.tags.length &&
    next.language === t.language &&
    next.team === t.team &&
    Object.keys(next.facts).length === Object.keys(t.facts).length;
  return same ? null : { type: 'redrafted', ...next };
}
