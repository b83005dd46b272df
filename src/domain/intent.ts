import type { Attachment } from './attachment.ts';
import type { Draft } from './draft.ts';
import type { Opening } from './event.ts';
import type { Priority, Wait } from './status.ts';
import type { Quote } from './ticket.ts';

/** Everything that can be asked of one ticket. Person and team ids come from the directory, message and note ids name stored rows. */
export type Intent =
  | {
      readonly type: 'open';
      readonly opening: Opening;
      readonly message: string | null;
      readonly quote: Quote | null;
      readonly acknowledge: string | null;
    }
  /** `draft`: what the ticket is about with this message, as long as that is judged by the words. */
  | {
      readonly type: 'receive';
      readonly message: string;
      readonly quote: Quote;
      readonly courtesy: boolean;
      readonly draft: Draft | null;
    }
  | { readonly type: 'claim' }
  | { readonly type: 'release'; readonly reason: string | null }
  | { readonly type: 'assign'; readonly person: string }
  | {
      readonly type: 'transfer';
      readonly person: string | null;
      readonly team: string | null;
      readonly note: string | null;
    }
  | { readonly type: 'reply'; readonly message: string }
  /** Answered by hand where we cannot write; the message is kept and never sent. */
  | { readonly type: 'reply_elsewhere'; readonly message: string }
  | { readonly type: 'attach'; readonly attachments: readonly Attachment[] }
  | { readonly type: 'note'; readonly note: string }
  | { readonly type: 'pend'; readonly wait: Wait; readonly until: Date | null }
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
  /** A due moment has come; harmless when `token` is no longer the ticket's. */
  | { readonly type: 'wake'; readonly token: string };

export type IntentType = Intent['type'];
