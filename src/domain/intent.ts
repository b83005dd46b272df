import type { Attachment } from './attachment.ts';
import type { Draft } from './draft.ts';
import type { Opening } from './event.ts';
import type { Content, Gift, OrderFacts, Quote, Ticket, TicketRef } from './ticket.ts';
import type { Priority, ReleaseReason, Wait } from './status.ts';

/** Everything that can be asked of one ticket. Person and team ids come from the directory, message and note ids name stored rows. */
export type Intent =
  | {
      readonly type: 'open';
      readonly opening: Opening;
      readonly message: string | null;
      readonly quote: Quote | null;
      readonly acknowledge: string | null;
    }
  /**
   * `draft`: what the ticket is about with this message, as long as that is judged by the words. `others`: numbers of the customer's other open tickets, when nothing but
   * the last one they wrote to decided for this one.
   */
  | {
      readonly type: 'receive';
      readonly message: string;
      readonly quote: Quote;
      readonly courtesy: boolean;
      /** The order number in the message; null: none. */
      readonly order: string | null;
      /** The last note of who had the ticket, for whoever takes it over; null: none. */
      readonly note: { readonly id: string; readonly text: string } | null;
      readonly draft: Draft | null;
      readonly others: readonly number[];
      /** How long after this message the customer can be written to; absent: their platform sets no limit. */
      readonly windowMs?: number;
    }
  /** The customer urges, or takes it back; `answer`: the stored message that says what came of it. */
  | { readonly type: 'nudge'; readonly message: string; readonly quote: Quote; readonly answer: string }
  | { readonly type: 'cancel'; readonly message: string; readonly answer: string }
  /** The customer took a message back; the rest is what the ticket says of itself without it. */
  | {
      readonly type: 'recall';
      readonly message: string;
      readonly subject: string;
      readonly description: string;
      readonly facts: OrderFacts;
      readonly attachments: readonly string[];
    }
  | { readonly type: 'claim' }
  | { readonly type: 'release'; readonly reason: ReleaseReason }
  /** `seen`: who had it when this was asked for; somebody else by now was faster. */
  | { readonly type: 'assign'; readonly person: string; readonly seen: string | null }
  | {
      readonly type: 'transfer';
      readonly person: string | null;
      readonly team: string | null;
      readonly note: string | null;
      /** The note's first words, for the card of whom it is offered to. */
      readonly words: string;
    }
  /** Says no to an offer. */
  | { readonly type: 'decline' }
  /** The person is not there, or is back. `dueBefore`: only what falls due before this moment; `note`: what is left with it. */
  | {
      readonly type: 'cover';
      readonly person: string;
      readonly dueBefore?: Date;
      readonly note?: string;
    }
  | { readonly type: 'uncover'; readonly person: string }
  /** Whoever has it goes home at `ends`: it is the next shift's in the team's queue (`person` null), or a colleague's. */
  | {
      readonly type: 'hand_over';
      readonly person: string | null;
      readonly note: string | null;
      readonly ends: Date;
    }
  /** Whoever has it goes home and goes on with it when they are back. */
  | { readonly type: 'keep'; readonly until: Date }
  /** It is a problem, and these tickets are cases of it; or are none any more. */
  | { readonly type: 'group'; readonly tickets: readonly TicketRef[] }
  | { readonly type: 'ungroup'; readonly tickets: readonly TicketRef[] }
  /** The ticket is a case of this problem, or is none any more. */
  | { readonly type: 'link'; readonly problem: TicketRef }
  | { readonly type: 'unlink'; readonly problem: TicketRef }
  /** `sure`: also when a colleague works on it. */
  | { readonly type: 'reply'; readonly message: string; readonly sure: boolean }
  /** Answered by hand where we cannot write; the message is kept and never sent. */
  | { readonly type: 'reply_elsewhere'; readonly message: string }
  | { readonly type: 'attach'; readonly attachments: readonly Attachment[] }
  | { readonly type: 'note'; readonly note: string }
  /** Another system has news of the matter: kept as a note; what it says of urgency only ever raises. */
  | {
      readonly type: 'report';
      readonly note: string;
      readonly priority: Priority | null;
      readonly tags: readonly string[];
    }
  /** Asks for what is masked. */
  | { readonly type: 'reveal' }
  | { readonly type: 'pend'; readonly wait: Wait; readonly until: Date | null }
  /** Who was reminded of it knows. */
  | { readonly type: 'acknowledge' }
  /** Whoever stands above has to hear of it now. */
  | { readonly type: 'escalate'; readonly note: string | null }
  /** Who handles it hears of it now, because somebody above wants so. */
  | { readonly type: 'chase' }
  /** The speaker wants to be reminded; null: not any more. */
  | { readonly type: 'remind'; readonly at: Date | null }
  /** What is promised is looked at anew. */
  | { readonly type: 'retime' }
  | { readonly type: 'resolve'; readonly disposition: string; readonly note: string | null; readonly notice: string }
  | { readonly type: 'close'; readonly reason: string | null }
  | { readonly type: 'reopen' }
  | { readonly type: 'prioritise'; readonly priority: Priority }
  | { readonly type: 'categorise'; readonly category: string }
  | { readonly type: 'tag'; readonly add: readonly string[]; readonly remove: readonly string[] }
  /**
   * `seq`: the event to undo, null for the speaker's last undoable one. `notice`: what became of the customer message it caused.
   * `sure`: that a message which the customer has read is corrected by another one.
   */
  | {
      readonly type: 'undo';
      readonly seq: number | null;
      readonly notice: 'none' | 'withdrawn' | 'sent';
      readonly sure: boolean;
      readonly correction: string;
    }
  /** The customer's platform has accepted a reply. */
  | { readonly type: 'delivered'; readonly message: string }
  /** A message to the customer was given up. */
  | { readonly type: 'undelivered'; readonly message: string }
  /** A message to the customer that waited in a restored store is given up. `written`: somebody of the staff wrote it. */
  | { readonly type: 'void'; readonly message: string; readonly written: boolean }
  /** `quotes`: the newest messages, which go to `to`; a ticket that is not there yet opens as `opening` says. */
  | {
      readonly type: 'split';
      readonly to: TicketRef;
      readonly opening: Opening | null;
      readonly quotes: readonly Quote[];
    }
  /** Messages from another ticket; `undoes`: they come back from a split, the event of that sequence. `quotes`: the words of the newest. */
  | {
      readonly type: 'take_in';
      readonly from: TicketRef;
      readonly messages: readonly string[];
      readonly quotes: readonly Quote[];
      readonly undoes: number | null;
    }
  /** Takes a split of the ticket `to` back, there the event of sequence `undoes`. */
  | {
      readonly type: 'hand_back';
      readonly to: TicketRef;
      readonly undoes: number;
      readonly messages: readonly string[];
      readonly opened: boolean;
    }
  /** `into`: the ticket that goes on, as it was read. */
  | { readonly type: 'merge'; readonly into: Ticket }
  /** `into`: the ticket this one was merged into, as it was read; `own`: the words that stood there before. */
  | { readonly type: 'unmerge'; readonly into: Ticket | null; readonly own: readonly Quote[] }
  /** `under`: the merged ticket through which it comes here; `path`: numbers of the tickets it came through. */
  | {
      readonly type: 'absorb';
      readonly content: Content;
      readonly under: TicketRef;
      readonly path: readonly number[];
    }
  | {
      readonly type: 'give_back';
      readonly gift: Gift;
      readonly own: readonly Quote[];
    }
  /** A due moment has come; harmless when `token` is no longer the ticket's. `late`: it passed while the bot was quiet after a restore. */
  | { readonly type: 'wake'; readonly token: string; readonly late?: true };

export type IntentType = Intent['type'];
