import type { Priority, ReleaseReason, Status, Wait } from './status.ts';
import type { Actor } from './actor.ts';
import type { Attachment } from './attachment.ts';
import type {
  Absorbed,
  Contact,
  Content,
  Gift,
  Language,
  LeftBy,
  OrderFacts,
  Quote,
  Source,
  Ticket,
  TicketRef,
  Visits,
} from './ticket.ts';
import type { Address } from './address.ts';
import type { Policy } from './directory.ts';
import type { Place } from './effect.ts';
import type { ClockName, Level } from './terms.ts';
import type { HiddenKind } from './reveal.ts';

/** What a ticket looked like before an undoable event, for the fields the event touched. */
export type Before = Partial<
  Pick<
    Ticket,
    | 'status'
    | 'assignee'
    | 'owner'
    | 'ownerBack'
    | 'offer'
    | 'passes'
    | 'avoid'
    | 'team'
    | 'disposition'
    | 'wait'
    | 'clocks'
    | 'until'
    | 'claimedAt'
    | 'resolvedAt'
    | 'closedAt'
    | 'respondedAt'
    | 'news'
  >
>;

/** How a ticket stands again when an absence or an offer is over. */
export type Restored = Pick<Ticket, 'status' | 'wait' | 'until' | 'claimedAt'>;

/** Customer text never stands in an event: it travels in `Opening` / `Quote` beside it and only its digest is kept. */
export interface Opening {
  readonly number: number;
  readonly shop: string;
  readonly source: Source;
  readonly customer: Contact;
  readonly origin: Address;
  readonly subject: string;
  readonly description: string;
  readonly attachments: readonly Attachment[];
  readonly category: string | null;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly language: Language;
  readonly facts: OrderFacts;
  readonly team: string;
  readonly policy: Policy;
  /** The moment from which the first answer is due, when nobody is there before; null: at once. */
  readonly answersFrom: Date | null;
  readonly places: readonly Place[];
  /** Numbers of open tickets that may be the same matter; default none. */
  readonly duplicates?: readonly number[];
  /** What is known of the customer's earlier visits; absent: this is the first. */
  readonly visits?: Visits;
  readonly follows?: TicketRef | null;
  /** The ticket whose split opens this one. */
  readonly splitFrom?: TicketRef;
  /** The marketplace's deadline, where it named one. */
  readonly penaltyAt?: Date;
  /** How long after their last message the customer can be written to, where their platform sets a limit. */
  readonly windowMs?: number;
}

/** What happened to a ticket. `type` names the past; everything `evolve` needs stands in it. */
export type Change =
  | {
      readonly type: 'opened';
      readonly opening: Opening;
      readonly message: string | null;
      readonly quote: Quote | null;
    }
  | {
      readonly type: 'message_received';
      readonly message: string;
      readonly quote: Quote;
      readonly to: Status;
      readonly resume: boolean;
      readonly before: Before;
      readonly others: readonly number[];
      /** As in `Opening`. */
      readonly windowMs?: number;
      /** Whether the assignee is told. */
      readonly news: boolean;
    }
  | {
      /** What it is about, judged anew over all the customer's words. */
      readonly type: 'redrafted';
      readonly subject: string;
      readonly category: string | null;
      readonly priority: Priority;
      readonly tags: readonly string[];
      readonly language: Language;
      readonly facts: OrderFacts;
      readonly team: string;
    }
  | {
      /** The customer urged. */
      readonly type: 'nudged';
      readonly message: string;
      readonly priority: Priority;
      readonly answered: boolean;
      /** Their words, for the colleague who is told: not more often than the customer is answered. */
      readonly quote: Quote;
      readonly news: boolean;
      readonly to: Status;
      readonly resume: boolean;
    }
  /** The customer took a message back; the rest is what the ticket says of itself without it. */
  | {
      readonly type: 'recalled';
      readonly message: string;
      readonly subject: string;
      readonly description: string;
      readonly facts: OrderFacts;
      /** Ids of the attachments that went with it. */
      readonly attachments: readonly string[];
    }
  /** The customer took the matter back. */
  | { readonly type: 'cancelled'; readonly message: string; readonly to: Status; readonly before: Before }
  | { readonly type: 'claimed'; readonly by: string; readonly to: Status; readonly before: Before }
  | { readonly type: 'released'; readonly reason: ReleaseReason; readonly to: Status; readonly before: Before }
  | { readonly type: 'assigned'; readonly person: string; readonly to: Status; readonly before: Before }
  | {
      readonly type: 'transferred';
      readonly team: string;
      readonly note: string;
      readonly to: Status;
      readonly before: Before;
    }
  /** `team`: to which it goes once it is taken. */
  | {
      readonly type: 'offered';
      readonly person: string;
      readonly by: string;
      readonly team: string;
      readonly note: string;
      readonly words: string;
      readonly until: Date;
      readonly to: Status;
      readonly before: Before;
    }
  | {
      readonly type: 'taken';
      readonly person: string;
      readonly team: string;
      readonly to: Status;
      readonly before: Before;
    }
  /** An offer is over: its person said no, did not answer in time, or it was taken back. */
  | { readonly type: 'declined' | 'lapsed' | 'retracted'; readonly person: string; readonly restored: Restored }
  /** `person`, whose ticket it is, is not there; back at `back`, if that is known. */
  | {
      readonly type: 'covered';
      readonly person: string;
      readonly back: Date | null;
      /** Left with it when a shift ended and nobody said what becomes of it. */
      readonly note?: string;
      readonly to: Status;
      readonly before: Before;
    }
  | { readonly type: 'uncovered'; readonly person: string; readonly restored: Restored }
  /** Whoever had it went home: it is a colleague's, or (`person` null) in the team's queue for the next shift. */
  | {
      readonly type: 'handed_over';
      readonly person: string | null;
      readonly note: string | null;
      readonly to: Status;
      readonly before: Before;
    }
  /** Whoever has it went home and goes on with it at `until`. */
  /** It is a problem of which these are cases, or are none any more. */
  | { readonly type: 'grouped' | 'ungrouped'; readonly tickets: readonly TicketRef[] }
  /** It is a case of a problem, or is none any more. */
  | { readonly type: 'linked' | 'unlinked'; readonly problem: TicketRef }
  | { readonly type: 'kept'; readonly person: string; readonly until: Date }
  | { readonly type: 'replied'; readonly message: string; readonly to: Status; readonly before: Before }
  /** The customer's platform accepted a reply. `since`: when they wrote something after it that still waits for an answer. */
  | { readonly type: 'delivered'; readonly message: string; readonly since: Date | null }
  | { readonly type: 'undelivered'; readonly message: string; readonly to: Status }
  /** It waited in a restored store and was given up by an admin. `written`: somebody of the staff wrote it. */
  | { readonly type: 'voided'; readonly message: string; readonly written: boolean; readonly to: Status }
  | { readonly type: 'replied_elsewhere'; readonly message: string; readonly to: Status; readonly before: Before }
  | { readonly type: 'attached'; readonly attachments: readonly Attachment[] }
  | { readonly type: 'noted'; readonly note: string }
  /** Somebody who does not work on it was shown what is masked; the values stand nowhere. */
  | { readonly type: 'revealed'; readonly what: readonly HiddenKind[] }
  | {
      readonly type: 'pended';
      readonly wait: Wait;
      readonly until: Date | null;
      readonly to: Status;
      readonly before: Before;
    }
  | { readonly type: 'resumed'; readonly to: Status }
  /** Steps of its promises' ladders were due: so many of each; `tell`: who hears of it. */
  | {
      readonly type: 'reminded';
      readonly passed: readonly { readonly clock: ClockName; readonly steps: number; readonly share: number }[];
      readonly tell: readonly Told[];
      /** Who handles it is among them. */
      readonly pinged: string | null;
    }
  /** Somebody who was reminded knows; `level`: an index of `LEVELS`. */
  | { readonly type: 'acknowledged'; readonly person: string; readonly level: number }
  | { readonly type: 'escalated'; readonly by: string; readonly note: string | null; readonly tell: readonly Told[] }
  | { readonly type: 'chased'; readonly tell: readonly Told[]; readonly pinged: string | null }
  | { readonly type: 'reminder_set'; readonly person: string; readonly at: Date }
  | { readonly type: 'reminder_dropped'; readonly person: string }
  /** Personal reminders were due: sequences of the events that set them. */
  | { readonly type: 'prompted'; readonly reminders: readonly number[]; readonly tell: readonly Told[] }
  /** What is promised was looked at anew: the shop promises something else, or a calendar changed. */
  | { readonly type: 'retimed' }
  /** Its moment passed while the bot was quiet after a restore: it has the whole time once more. */
  | { readonly type: 'rearmed'; readonly until: Date }
  | {
      readonly type: 'resolved';
      readonly disposition: string;
      readonly note: string | null;
      readonly notice: string | null;
      readonly to: Status;
      readonly before: Before;
    }
  | { readonly type: 'closed'; readonly reason: string | null; readonly to: Status; readonly before: Before }
  /** `left`: who had it, when it goes back to the queue because they are not there; `note` the last one they wrote. */
  | {
      readonly type: 'reopened';
      readonly to: Status;
      readonly message: string | null;
      readonly left: { readonly by: LeftBy; readonly note: string | null } | null;
    }
  | { readonly type: 'prioritised'; readonly priority: Priority; readonly from: Priority }
  | { readonly type: 'categorised'; readonly category: string; readonly from: string | null }
  | { readonly type: 'tagged'; readonly added: readonly string[]; readonly removed: readonly string[] }
  | {
      readonly type: 'split_off';
      readonly target: TicketRef;
      /** Whether the target is opened by it. */
      readonly opens: boolean;
      readonly messages: readonly string[];
      /** Ids of their attachments. */
      readonly attachments: readonly string[];
      /** What stands again because they are gone; null: nothing of it. */
      readonly back: Before | null;
      readonly before: Before;
    }
  | {
      readonly type: 'taken_in';
      readonly source: TicketRef;
      readonly messages: readonly string[];
      readonly quotes: readonly Quote[];
      readonly to: Status;
      readonly resume: boolean;
      readonly back: Before | null;
      readonly before: Before;
      /** Sequence of the split they come back from. */
      readonly undoes: number | null;
    }
  | {
      readonly type: 'handed_back';
      readonly target: TicketRef;
      readonly messages: readonly string[];
      readonly attachments: readonly string[];
      /** Whether the ticket, opened by the split, ends with it. */
      readonly closes: boolean;
      readonly back: Before | null;
      readonly before: Before;
    }
  | { readonly type: 'merged'; readonly target: TicketRef; readonly to: Status; readonly before: Before }
  | { readonly type: 'unmerged'; readonly source: TicketRef; readonly to: Status; readonly before: Before }
  | {
      readonly type: 'absorbed';
      readonly content: Content;
      /** What is taken of it, kept under the merged ticket it came through. */
      readonly taken: Absorbed;
      readonly to: Status;
      readonly resume: boolean;
      readonly before: Before;
    }
  | { readonly type: 'given_back'; readonly gift: Gift; readonly own: readonly Quote[]; readonly back: Before | null }
  /** What came for a ticket that was merged meanwhile went on to the ticket it was merged into. */
  | { readonly type: 'passed_on'; readonly target: TicketRef }
  | {
      readonly type: 'undone';
      readonly undoes: number;
      readonly verb: ChangeType;
      readonly before: Before;
      readonly correction: string | null;
    };

export type ChangeType = Change['type'];

/** Somebody who hears of a ticket, why, and from when on: not in their own time off, unless it cannot wait. */
export interface Told {
  readonly person: string;
  readonly level: Level;
  readonly at: Date;
}

/** A change with what makes it evidence: position, moment, who, and the input that caused it. */
export interface TicketEvent {
  /** Position in the ticket's history, from 1, without gaps. */
  readonly seq: number;
  readonly at: Date;
  readonly actor: Actor;
  /** The inbound id, job or API call this follows from. */
  readonly cause: string;
  readonly change: Change;
  /** The promises' moments that it sets anew; null stands for one that is not promised any more. Null: it changes none. */
  readonly due: Readonly<Record<string, Date | null>> | null;
}

/** A `TicketEvent` as it is kept: customer text replaced by salted digests, chained to the one before. */
export interface SealedEvent {
  readonly seq: number;
  readonly at: Date;
  readonly actor: Actor;
  readonly cause: string;
  readonly schema: 1;
  readonly type: ChangeType;
  /** The change without `type` and without customer text; digests under `digest`. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Hash over the previous event's hash and everything above: hex SHA-256. */
  readonly hash: string;
}
