import type { Card } from '../../cards/card.ts';
import type { Locale } from '../../src/domain/directory.ts';

/** What the page needs of the rest of the product. The composition root hands it in: adapters see neither commands nor tickets. */
export interface Backstage {
  /** The verbs as the composer completes them. */
  vocabulary(locale: Locale): readonly VerbEntry[];
  /** A ticket as this account may read it at this moment; null: there is none for them. `before`: only entries older than this one. */
  ticket(user: string, number: number, page: { before: number | null; limit: number }): Promise<TicketView | null>;
  /**
   * Forgets all that happened and lets the demo's past happen again; null where the shop is not the demo. `forget`: lets the messenger
   * forget its part, for the moment at which nobody posts there any more.
   */
  readonly restart: ((forget: () => Promise<void>) => Promise<void>) | null;
}

/** One verb with everything that may be typed for it. */
export interface VerbEntry {
  readonly name: string;
  /** What is put into the line when it is chosen, in the reader's language. */
  readonly word: string;
  /** Its names, initials and aliases, folded. */
  readonly words: readonly string[];
  readonly initials: string;
  readonly summary: string;
  readonly usage: string;
  /** In typed order. */
  readonly params: readonly VerbParam[];
}

export interface VerbParam {
  readonly label: string;
  readonly required: boolean;
  /** It takes the remainder of the line. */
  readonly rest: boolean;
  /** What it can be, where that is a list; empty: anything. */
  readonly choices: readonly { readonly label: string; readonly words: readonly string[] }[];
}

export interface TicketView {
  readonly number: number;
  /** The ticket in full. */
  readonly card: Card;
  /** What happened, oldest first. */
  readonly entries: readonly TimelineEntry[];
  /** Whether there are entries before the first one here. */
  readonly more: boolean;
}

export interface TimelineEntry {
  readonly seq: number;
  readonly at: Date;
  readonly by: 'person' | 'customer' | 'system';
  /** What happened, in the reader's words: `李雷 14:32 认领`. */
  readonly text: string;
  /** What was written to or by the customer, or in a note. */
  readonly words?: string;
  /** `note`: only colleagues read it · `withdrawn`: it never went out, or was taken back · `failed`: it did not arrive. */
  readonly mark?: 'note' | 'withdrawn' | 'failed';
}
