import type { Refusal } from './refusal.ts';
import type { Ticket } from './ticket.ts';

/** What something that came in did, for callers that are programs. */
export type Outcome =
  /** It opened this ticket, was told to it, or found none to be told to. */
  | { readonly outcome: 'opened' | 'updated'; readonly ticket: Ticket }
  | { readonly outcome: 'ignored' }
  /** A verb was carried out, or it was so already. */
  | { readonly outcome: 'done' | 'already' }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
  /** Nothing was done, for values are missing or wrong; `message` says what is wrong, null: it is missing. */
  | { readonly outcome: 'incomplete'; readonly fields: readonly { field: string; message: string | null }[] };
