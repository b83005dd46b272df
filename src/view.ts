import type { Card } from '../cards/card.ts';

/**
 * What pages are shown of the product besides chats: plain data, and types only, so that whoever makes it, whoever answers with it
 * and the browser mean the same. In a browser its moments are text.
 */

/** A verb with everything that may be typed for it, for whoever completes a line while it is written. */
export interface Verb {
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

/** A ticket with its history, a page of it, as its reader may see it. */
export interface TicketView {
  readonly number: number;
  /** The ticket in full. */
  readonly card: Card;
  /** What happened, oldest first. */
  readonly entries: readonly TimelineEntry[];
  /** Whether there are entries before the first one here. */
  readonly more: boolean;
}

/** One thing that happened to a ticket. */
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
