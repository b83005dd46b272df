import type { Priority, Status, Wait } from './status.ts';
import type { Actor } from './actor.ts';
import type { Attachment } from './attachment.ts';
import type { Contact, Language, OrderFacts, Quote, Source, Ticket } from './ticket.ts';
import type { Address } from './address.ts';
import type { Policy } from './directory.ts';
import type { Place } from './effect.ts';

/** What a ticket looked like before an undoable event, for the fields the event touched. */
export type Before = Partial<
  Pick<
    Ticket,
    | 'status'
    | 'assignee'
    | 'team'
    | 'disposition'
    | 'wait'
    | 'due'
    | 'nextDueAt'
    | 'dueToken'
    | 'claimedAt'
    | 'resolvedAt'
    | 'closedAt'
    | 'respondedAt'
  >
>;

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
  | { readonly type: 'claimed'; readonly by: string; readonly to: Status; readonly before: Before }
  | { readonly type: 'released'; readonly reason: string | null; readonly to: Status; readonly before: Before }
  | { readonly type: 'assigned'; readonly person: string; readonly to: Status; readonly before: Before }
  | {
      readonly type: 'transferred';
      readonly person: string | null;
      readonly team: string;
      readonly note: string | null;
      readonly to: Status;
      readonly before: Before;
    }
  | { readonly type: 'replied'; readonly message: string; readonly to: Status; readonly before: Before }
  /** The customer's platform accepted a reply. `since`: when they wrote something after it that still waits for an answer. */
  | { readonly type: 'delivered'; readonly message: string; readonly since: Date | null }
  | { readonly type: 'undelivered'; readonly message: string; readonly to: Status }
  | { readonly type: 'replied_elsewhere'; readonly message: string; readonly to: Status; readonly before: Before }
  | { readonly type: 'attached'; readonly attachments: readonly Attachment[] }
  | { readonly type: 'noted'; readonly note: string }
  | {
      readonly type: 'pended';
      readonly wait: Wait;
      readonly until: Date | null;
      readonly to: Status;
      readonly before: Before;
    }
  | { readonly type: 'resumed'; readonly to: Status }
  | {
      readonly type: 'resolved';
      readonly disposition: string;
      readonly note: string | null;
      readonly notice: string | null;
      readonly to: Status;
      readonly before: Before;
    }
  | { readonly type: 'closed'; readonly reason: string | null; readonly to: Status; readonly before: Before }
  | { readonly type: 'reopened'; readonly to: Status; readonly message: string | null }
  | { readonly type: 'prioritised'; readonly priority: Priority; readonly from: Priority }
  | { readonly type: 'categorised'; readonly category: string; readonly from: string | null }
  | { readonly type: 'tagged'; readonly added: readonly string[]; readonly removed: readonly string[] }
  | {
      readonly type: 'undone';
      readonly undoes: number;
      readonly verb: ChangeType;
      readonly before: Before;
      readonly correction: string | null;
    };

export type ChangeType = Change['type'];

/** A change with what makes it evidence: position, moment, who, and the input that caused it. */
export interface TicketEvent {
  /** Position in the ticket's history, from 1, without gaps. */
  readonly seq: number;
  readonly at: Date;
  readonly actor: Actor;
  /** The inbound id, job or API call this follows from. */
  readonly cause: string;
  readonly change: Change;
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
