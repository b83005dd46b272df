import type { Priority } from './status.ts';
import type { OrderFacts } from './ticket.ts';

/** What another system tells us of: a shop system, a carrier, a form. It becomes a ticket, or news of one. */
export interface Report {
  /** What it is about, unique within its source (`logistics:281234567890123`): while a ticket of the same matter is open, it is told there. Null: always a matter of its own. */
  readonly matter: string | null;
  /** It only ever adds to a ticket: without an open one of its matter nothing happens. */
  readonly updates: boolean;
  readonly shop: string;
  /** What the ticket is called; empty: the first sentence of `text`. */
  readonly subject: string;
  /** What happened, in full. */
  readonly text: string;
  /** Null: as the words say it. */
  readonly category: string | null;
  /** Null: as the words say it; an open ticket is raised to it, never lowered. */
  readonly priority: Priority | null;
  readonly tags: readonly string[];
  /** By when the marketplace wants it settled; null: it sets no deadline, or the shop's own rules do. */
  readonly deadline: Date | null;
  /** Null: as rules route it. */
  readonly team: string | null;
  readonly facts: OrderFacts;
  /** Whom it concerns, where that is known; they are answered by hand at `place`. */
  readonly customer: { readonly name: string; readonly place: string | null; readonly handle: string } | null;
  /** Hex SHA-256 of what came in, to tell a repeat from something else under the same id. */
  readonly digest: string;
}
