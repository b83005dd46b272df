import type { Address } from './address.ts';
import type { Attachment } from './attachment.ts';
import type { Policy } from './directory.ts';
import type { Effect, Place } from './effect.ts';
import type { Before, SealedEvent } from './event.ts';
import type { News } from './news.ts';
import type { Clocks, Due } from './sla.ts';
import type { Priority, Status, Wait } from './status.ts';
import type { ClockName, Terms } from './terms.ts';

export type Language = 'zh' | 'en' | 'other';

/** Where a ticket came from. */
export interface Source {
  /** `message` a customer wrote · `agent` somebody filed it · `system` a shop system. */
  readonly kind: 'message' | 'agent' | 'system';
  readonly platform: string;
}

/**
 * The customer, as far as known: *reachable* (we can write to `account`, an accountKey, and `place` is null) or *elsewhere* (`account`
 * is null and `place` names one of the directory's places: a marketplace's chat, the telephone).
 */
export interface Contact {
  readonly account: string | null;
  readonly name: string;
  /** Id of the place where somebody elsewhere is reached by hand. */
  readonly place: string | null;
  /** The nick or number there; empty when it is not known, and for who is reachable. */
  readonly handle: string;
}

/** Order facts recognised in the text or given by a system. Only what is known is present. */
export interface OrderFacts {
  readonly order?: string;
  /** Further order numbers of the same matter. */
  readonly more?: readonly string[];
  readonly tracking?: string;
  readonly phone?: string;
  readonly address?: string;
  readonly amount?: string;
  readonly carrier?: string;
}

/** A conversation that belongs to a ticket. */
export interface Link {
  readonly address: Address;
  readonly role: 'customer' | 'team' | 'partner';
}

/** The customer's latest words, for cards: bounded excerpt, full text lives with the messages. */
export interface Quote {
  /** Id of the stored message these words come from; empty when somebody filed them. */
  readonly message: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly at: Date;
  /** The customer took it back: its words are gone. */
  readonly recalled?: true;
}

/** What happened last, for the card's footer. */
export interface LastAct {
  readonly type: string;
  readonly by: string;
  readonly at: Date;
}

export interface History {
  /** Hash of the newest event. */
  readonly head: string;
  /** Sequence of the newest event. */
  readonly seq: number;
  /** The newest events, oldest first: 20, more only until `relay` has archived them. */
  readonly tail: readonly SealedEvent[];
  /** The causes of the last 200 accepted intents, and how each was answered. */
  readonly causes: readonly KnownCause[];
}

/** A ticket that waits for somebody to take it; whoever has it stays responsible. */
export interface Offer {
  readonly to: string;
  readonly by: string;
  readonly until: Date;
  /** First words of the note that goes with it. */
  readonly words: string;
  /** Sequence of the event that offered it. */
  readonly since: number;
}

/** A promise whose moment passed unkept. */
export interface Miss {
  readonly clock: ClockName;
  readonly at: Date;
}

/** Somebody wants to be reminded of a ticket at a moment. */
export interface Reminder {
  readonly person: string;
  readonly at: Date;
  /** Sequence of the event that set it. */
  readonly since: number;
}

export interface KnownCause {
  readonly cause: string;
  /** Sequence of its last event; 0 when it changed nothing. */
  readonly seq: number;
  readonly already: boolean;
}

/** Another ticket: its id for the store, its number for people. */
export interface TicketRef {
  readonly ticket: string;
  readonly number: number;
}

/** What a ticket took over from one that was merged into it: exactly this is given back when the merge is taken back. */
export interface Absorbed extends TicketRef {
  /** Ids. */
  readonly attachments: readonly string[];
  readonly facts: readonly (keyof OrderFacts)[];
  /** How many of the customer's messages came along. */
  readonly messages: number;
  /** The contact that stood here when the customer and their conversation came from there; null: it stayed. */
  readonly contact: Contact | null;
}

/** What a ticket brings along when it is merged. */
export interface Content extends TicketRef {
  readonly customer: Contact;
  readonly links: readonly Link[];
  readonly facts: OrderFacts;
  readonly quotes: readonly Quote[];
  readonly attachments: readonly Attachment[];
  readonly messages: number;
  readonly due: Due;
}

/** What goes back to a ticket that stands for itself again. `under`: the merged ticket through which it came. */
export interface Gift {
  readonly from: TicketRef;
  readonly under: TicketRef;
  readonly attachments: readonly string[];
  readonly facts: readonly (keyof OrderFacts)[];
  readonly messages: number;
  /** Of its quotes. */
  readonly quotes: readonly { readonly message: string; readonly at: Date }[];
}

export interface Merged {
  /** The ticket this one was merged into; null: it stands for itself. */
  readonly into: TicketRef | null;
  /** What this ticket was before it was merged. */
  readonly before: Before | null;
  /** What was merged into this one, oldest first. */
  readonly from: readonly Absorbed[];
}

/** How often the customer has urged, and when that last raised the priority and was last answered. */
export interface Nudges {
  readonly count: number;
  readonly raisedAt: Date | null;
  readonly answeredAt: Date | null;
}

/** How often a customer has come, with this ticket, and the ticket before it as it stood when this one opened. */
export interface Visits {
  readonly count: number;
  readonly last: EarlierVisit | null;
}

export interface EarlierVisit {
  readonly number: number;
  readonly category: string | null;
  readonly status: Status;
  /** When it was done, or was opened while it is not. */
  readonly at: Date;
}

/** Who had a ticket that came back when they were not there, and the last note they wrote on it; empty: none. */
export interface LeftBy {
  readonly person: string;
  readonly note: string;
}

export interface Ticket {
  readonly _id: string;
  /** Shown as T-4821. */
  readonly number: number;
  readonly shop: string;
  readonly source: Source;
  readonly customer: Contact;
  readonly links: readonly Link[];
  readonly subject: string;
  readonly description: string;
  /** At most 50. */
  readonly attachments: readonly Attachment[];
  readonly category: string | null;
  /** Who says what it is about: `auto` the customer's words, judged anew until somebody claims it; `person` somebody has said it. */
  readonly classified: 'auto' | 'person';
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly language: Language;
  readonly facts: OrderFacts;
  readonly team: string;
  readonly assignee: string | null;
  /** Whose ticket it is while their team covers for them; null: nobody's but the assignee's. */
  readonly owner: string | null;
  /** When the owner is back by themselves, as far as known. */
  readonly ownerBack: Date | null;
  readonly offer: Offer | null;
  /** Who said that they go on with it when they are back from then on; absent: nobody did. */
  readonly kept?: { readonly person: string; readonly until: Date };
  /** The problem that it is a case of; absent or null: none. */
  readonly problem?: TicketRef | null;
  /** It is a problem, and these are its cases, in the order in which they came; at most `MAX_CASES`. Absent: it is none. */
  readonly cases?: readonly TicketRef[];
  /** How often it went from hand to hand. */
  readonly passes: number;
  /** Who put it back: it is not offered to them first. At most 20. */
  readonly avoid: readonly string[];
  readonly helpers: readonly string[];
  readonly watchers: readonly string[];
  readonly status: Status;
  readonly wait: Wait | null;
  readonly disposition: string | null;
  /** What is promised, and how far each promise has run. */
  readonly clocks: Clocks;
  /** What the promises follow from, as it was when they were made. */
  readonly terms: Terms;
  /** Promises that were broken, oldest first; at most 20. */
  readonly misses: readonly Miss[];
  /** How long the first answer and the resolution took, working ms without pauses; absent until they are there. */
  readonly took: { readonly firstResponse?: number; readonly resolution?: number };
  /** When it was opened again, oldest first; at most 20. */
  readonly reopens: readonly Date[];
  /** Who had it when it was resolved last. */
  readonly resolver: string | null;
  /** At most 20. */
  readonly reminders: readonly Reminder[];
  /** Who handles it and was pinged about it last, and when: not more often than every ten minutes. */
  readonly pinged: { readonly person: string; readonly at: Date } | null;
  /** When its state ends by itself: a wait, an offer, an absence, the time until it closes; null: it does not. */
  readonly until: Date | null;
  /** When the customer first got an answer: their platform accepted a reply. */
  readonly respondedAt: Date | null;
  /** The message to the customer that could not be delivered; null when none since the last that could. */
  readonly undelivered: string | null;
  /** The earliest moment at which `wake` has to look at it: `until`, a step of a promise's ladder, a reminder; null: never. */
  readonly nextDueAt: Date | null;
  /** Changes with every re-arming, so that a stale wake-up does nothing. */
  readonly dueToken: string | null;
  readonly policy: Policy;
  readonly custom: Readonly<Record<string, string | number | boolean>>;
  /** The customer's last words, at most five, oldest first. */
  readonly quotes: readonly Quote[];
  readonly customerMessages: number;
  /** What the assignee was told of the customer's last words and has not answered. */
  readonly news: News | null;
  readonly merged: Merged;
  /** Numbers of the customer's other open tickets that their newest message may have been meant for; empty when it was clear. */
  readonly others: readonly number[];
  /** Numbers of tickets that were open with the same order, parcel or customer when this one came, at most three. */
  readonly duplicates: readonly number[];
  readonly nudges: Nudges;
  readonly visits: Visits;
  /** The earlier ticket that this one goes on from; null: none. */
  readonly follows: TicketRef | null;
  readonly left: LeftBy | null;
  readonly last: LastAct;
  /** Every place that has a card of this ticket. */
  readonly places: readonly Place[];
  readonly history: History;
  readonly pending: readonly Effect[];
  /** Counts changes; the write's condition. */
  readonly version: number;
  /** Rises only when something a card shows has changed. */
  readonly cardVersion: number;
  readonly openedAt: Date;
  readonly claimedAt: Date | null;
  readonly resolvedAt: Date | null;
  readonly closedAt: Date | null;
  /** When it ended, was open again, ended and so on, oldest first, at most 20: it is open while these are even in number. */
  readonly turns: readonly Date[];
  readonly updatedAt: Date;
}

/** `T-4821` */
export const ticketName = (t: Pick<Ticket, 'number'>): string => `T-${t.number}`;
