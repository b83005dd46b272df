import type { Card, Form } from '../../cards/card.ts';
import type { SandboxConversation, SandboxPerson } from './world.ts';
import type { Attachment } from '../../src/domain/attachment.ts';

/** One message of the emulated messenger, as it is kept. Absent values are null, so that a row always has every field. */
export interface SandboxMessage {
  readonly _id: string;
  readonly conversation: string;
  /** Where it stands in its conversation: ascending, drawn when it was written or sent. */
  readonly place: number;
  /** The change that brought it in, and the latest change of it; both from the one growing sequence of the sandbox. */
  readonly created: number;
  readonly change: number;
  /** A person's id, or `bot`. */
  readonly from: string;
  /** The key a card was sent under, by which a press names it. */
  readonly surface: string | null;
  /** Whether that key is one of the bot's own surfaces (it was sent), not that of a private answer. */
  readonly sent: boolean;
  readonly text: string | null;
  readonly attachments: readonly Attachment[];
  readonly quote: string | null;
  readonly card: Card | null;
  /** The newest `cardVersion` ever shown here. */
  readonly version: number | null;
  readonly at: Date;
  /** Only this person sees it. */
  readonly visibleTo: string | null;
  /** Which use of which grant it spent. */
  readonly grant?: string;
  readonly use?: number;
}

/** What a message shows. */
export type SandboxContent = Pick<SandboxMessage, 'text' | 'attachments' | 'card' | 'version'>;

/** What an action was answered with, kept so that its repeat hears the same. */
export interface SandboxOutcome {
  readonly _id: string;
  /** The private answer's message id. */
  readonly answer: string | null;
  readonly form: Form | null;
  readonly expiresAt: Date;
}

/** The sandbox's own data. Every method rejects with `StoreUnavailable` when the store cannot be reached. */
export interface SandboxStore {
  /** The highest change any message carries; 0 when there is none. */
  lastChange(): Promise<number>;
  /** The secret grants are signed with: what was kept first wins, `fresh` when nothing was. */
  secret(fresh: string): Promise<string>;
  /** `known`: its id exists already · `taken`: this use of its grant is spent already. */
  insert(message: SandboxMessage): Promise<'stored' | 'known' | 'taken'>;
  find(id: string): Promise<SandboxMessage | null>;
  /** Shows other content unless something newer is shown already; the message as it is then, or null when nothing was changed. */
  redraw(id: string, content: SandboxContent, change: number): Promise<SandboxMessage | null>;
  /** The newest `limit` messages this person sees before a place, ascending by place. */
  page(query: { conversation: string; user: string; before: number | null; limit: number }): Promise<SandboxMessage[]>;
  /** Messages that all or one of these people see whose latest change lies in (after, upTo], ascending by change. */
  changed(query: {
    conversations: readonly string[];
    users: readonly string[];
    after: number;
    upTo: number;
    limit: number;
  }): Promise<SandboxMessage[]>;
  /** The message whose latest change is this one. */
  atChange(change: number): Promise<SandboxMessage | null>;
  grantUses(grant: string): Promise<number>;
  outcome(id: string): Promise<SandboxOutcome | null>;
  /** Does nothing when there is one already. */
  keepOutcome(outcome: SandboxOutcome): Promise<void>;
  /** People and chats that were added or changed while the sandbox ran. */
  world(): Promise<{
    readonly people: readonly SandboxPerson[];
    readonly conversations: readonly SandboxConversation[];
  }>;
  keepPerson(person: SandboxPerson): Promise<void>;
  /** Replaces what was kept of this conversation. */
  keepConversation(conversation: SandboxConversation): Promise<void>;
  /** Forgets everything, the secret as well: what was lent before is worth nothing. */
  forget(): Promise<void>;
}
