import type { Card } from '../cards/card.ts';

/**
 * What pages are shown besides chats: plain data, and types only, so that whoever makes it, whoever answers with it and the browser
 * mean the same. In a browser its moments are text.
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

/** A group, by the platform's id of it and by the team whose tickets stand there. */
export interface Group {
  readonly conversation: string;
  /** Id of the team. */
  readonly team: string;
  /** The team as people know it. */
  readonly name: string;
}

/** What was taken of one limit within its window; nothing, when nobody needed it. */
export interface Taken {
  /** Name of the limit. */
  readonly name: string;
  /** The group it counts for; null: the installation as a whole. */
  readonly group: Group | null;
  /** Permits taken, those of the open block included. */
  readonly used: number;
  /** Permits that delivery has in each window. */
  readonly count: number;
  readonly windowMs: number;
  /** The last permits of each window: `redraw` behind those that new cards can take, and behind these `urgent` for what cannot wait. Absent: none. */
  readonly reserve?: { readonly urgent: number; readonly redraw: number };
}

/** One of a group's boards. */
export interface BoardNow {
  readonly number: number;
  /** How many tickets stand on it. */
  readonly rows: number;
  /** `none`: it does not stand · `reserved`: it is under way · `live`: it stands. */
  readonly state: 'none' | 'reserved' | 'live';
  /** When it was last drawn. */
  readonly shownAt: Date | null;
}

/** A group in which tickets stand, or wait for a place. */
export interface RoomNow extends Group {
  /** Since when it is in surge mode; null: it is not. */
  readonly surgeSince: Date | null;
  /** Length of its list: tickets that have neither a card nor a row. */
  readonly waiting: number;
  /** When the oldest ticket of the list was opened. */
  readonly oldest: Date | null;
  readonly boards: readonly BoardNow[];
}

/** One installation on one platform. */
export interface AppNow {
  /** appKey: platform and installation, a line each. */
  readonly app: string;
  /** Whether it is this process that sends for it. */
  readonly sends: boolean;
  /** Since when the platform takes nothing; null: it does. */
  readonly downSince: Date | null;
  /** Outbox rows that wait. */
  readonly waiting: number;
  /** How long the next of them has been waiting; null: none waits. */
  readonly oldestMs: number | null;
  /** Outbox rows that were given up. */
  readonly dead: number;
  /** How late the latest of its boards was within the last minute, ms, as far as this process drew them; null: none was drawn. */
  readonly lagMs: number | null;
  /** Most used first, at most 50. */
  readonly budgets: readonly Taken[];
  readonly rooms: readonly RoomNow[];
}

/** The flow at one moment: counts and names only, nothing that customers wrote and nobody's id. */
export interface FlowNow {
  readonly at: Date;
  /** Events that are still to be worked, and those that failed too often. */
  readonly inbox: { readonly open: number; readonly parked: number };
  /** Boards that stand in one group at the most, and rows of each. */
  readonly surge: { readonly boards: number; readonly rows: number };
  readonly apps: readonly AppNow[];
}

/** The machine at work. */
export interface Machine extends FlowNow {
  /** The jobs that ran in this process, and how late each last began. */
  readonly jobs: readonly { readonly name: string; readonly lagMs: number }[];
}

/** What one platform makes of a card: another card where it shows cards as the page does, else the text it sends. */
export interface Rung {
  readonly name: string;
  readonly card?: Card;
  readonly text?: string;
  /** What did not fit. */
  readonly cut: readonly string[];
}

/** One card of the gallery with everything it may become. */
export interface GalleryCard {
  readonly name: string;
  readonly rungs: readonly Rung[];
}

/** One sentence of the catalogues with its sample values. */
export interface GallerySentence {
  readonly key: string;
  readonly note: string;
  readonly zh: string;
  readonly en: string;
}
