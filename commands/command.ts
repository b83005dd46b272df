import type { Form } from '../cards/card.ts';
import type { BacklogCardInput } from '../cards/backlog.ts';
import type { PolicyCardInput, WhatIfCardInput } from '../cards/policy.ts';
import type { ExportCardInput, StatsCardInput } from '../cards/stats.ts';
import type { HandoverCardInput } from '../cards/handover.ts';
import type { Preview } from '../cards/preview.ts';
import type { FiguresAsked } from './figures-ask.ts';
import type { Digest } from '../src/domain/digest.ts';
import type { Directory, Person } from '../src/domain/directory.ts';
import type { Address } from '../src/domain/address.ts';
import type { Attachment } from '../src/domain/attachment.ts';
import type { Intent } from '../src/domain/intent.ts';
import type { PolicyChange } from '../src/domain/overrides.ts';
import type { Refusal } from '../src/domain/refusal.ts';
import type { Status } from '../src/domain/status.ts';
import type { Ticket } from '../src/domain/ticket.ts';
import type { Sentence, TextKey } from '../src/text/text.ts';
import type { Invocation } from '../cards/invocation.ts';

/**
 * One verb of the vocabulary, declared once. From it come typed text, buttons, forms, help, the API call and docs/commands.md.
 * To add one: a file here and a line in registry.ts.
 */
export interface Command {
  /** English name, unique: `claim`. Also the invocation's `command`. */
  readonly name: string;
  /** Chinese name, unique: `认领`. */
  readonly zh: string;
  /** Pinyin initials, unique: `rl`. */
  readonly initials: string;
  /** Further words in any language, unique over all commands. */
  readonly aliases: readonly string[];
  /** One line for help. */
  readonly summary: TextKey;
  /** `ticket`: the verb needs one, from its number or from where it is said · `tickets`: without one it is about all that the speaker was told of. */
  readonly subject: 'ticket' | 'tickets' | 'none';
  /** In typed order; a `rest` parameter takes the remainder of the line and is last. */
  readonly params: readonly Param[];
  /** The least right it takes; what depends on the ticket is decided by the domain. */
  readonly permission: 'member' | 'lead' | 'manager' | 'admin';
  readonly run: (args: Args, context: CommandContext) => Promise<Outcome | Wrong>;
  /** Its form asks for what matters with these values; absent: always for everything. */
  readonly guide?: Guide;
  /** A press with these values opens the form, although nothing that it needs is missing. */
  readonly opens?: (args: Args) => boolean;
}

/** A form that one value guides: once it is known, only what matters with it is asked for. */
export interface Guide {
  /** The parameter whose value it is. */
  readonly param: string;
  /** What is asked for with this value, in this order; null: everything. */
  readonly asks: (
    value: string,
    directory: Directory,
  ) => readonly { readonly param: string; readonly required: boolean }[] | null;
  /** Optional parameters that are asked for with every value. */
  readonly always: readonly string[];
}

/** Values that are each possible but wrong together: the form comes back and says so at the fields. */
export interface Wrong {
  readonly kind: 'wrong';
  readonly fields: readonly WrongField[];
}

export interface WrongField {
  readonly param: string;
  readonly why: Sentence;
}

export type ParamType =
  | 'person'
  | 'team'
  | 'person-or-team'
  | 'scope'
  | 'number'
  | 'rest'
  | 'category'
  | 'priority'
  | 'tags'
  /** A short text as it stands: an order number, a nick, the id of a draft. */
  | 'line'
  | 'duration'
  | 'minutes'
  /** A moment to come: a length of time from now or a clock time; or `off`. */
  | 'moment'
  | 'wait'
  | 'reason'
  | 'disposition'
  | 'status'
  | 'place'
  | 'shop'
  | 'command'
  /** A team, or `none`, or `admin`. */
  | 'link'
  /** What a lead says to somebody who wants to join: `yes`, `no`, or `out` for who is in already. */
  | 'verdict'
  /** What becomes of what waits after a restore: `void`, `look` or `send`. */
  | 'backlog'
  /** Which tickets a promise is about: `all`, `category:complaint`, `priority:urgent`, `tag:vip`, `shop:main`. */
  | 'tickets'
  /** A promise that can be changed, or `reset`. */
  | 'promise'
  /** How long a promise is, milliseconds, or `file`: as the file says. */
  | 'limit'
  /** What becomes of tickets at the end of a shift: `next`, `to` (a colleague) or `keep`. */
  | 'handover'
  /** Another ticket, by its number. */
  | 'ticket'
  /** The same, or `new` for one that is to be opened. */
  | 'ticket-or-new'
  /** That a question was answered with yes; its value is `yes`. */
  | 'sure';

export interface Param {
  readonly name: string;
  readonly type: ParamType;
  readonly required: boolean;
  /** Where it may come from. `form`: not from a typed line · `button`: neither typed nor asked for; default: anywhere. */
  readonly way?: 'form' | 'button';
  /** What to answer when this is the first value missing; default: the form. A required `rest` is not missing when files came along. */
  readonly missing?: Refusal;
  /** Label in forms and hints. */
  readonly label: TextKey;
  /** Most characters (code points) of a `rest`; default 4 000. */
  readonly max?: number;
}

/**
 * Values by parameter name after their types were checked; what was left out is absent. Ids for people, teams, categories and
 * dispositions; `person:<id>` or `team:<id>` where either may stand; `mine`, `status:<status>` or `team:<id>` for a scope; milliseconds
 * for durations and minutes, those since 1970 or `off` for a moment; `+vip -old` for tags; the name for a command; the number alone for a ticket.
 */
export type Args = Readonly<Record<string, string>>;

/** Everything a command may look at. Reads only: what changes anything is an intent. */
export interface CommandContext {
  readonly speaker: Person;
  readonly directory: Directory;
  readonly now: Date;
  /** How its values came: typed, on a button, or in a form. */
  readonly from: 'text' | 'button' | 'form';
  /** Where it was said. */
  readonly conversation: Address;
  /** The subject; present for commands of subject `ticket`. */
  readonly ticket: Ticket | null;
  readonly tickets: TicketReads;
  /** Id of the stored row this follows from: derive ids of new messages, notes and tickets from it. */
  readonly cause: string;
  /** What the speaker had written when a button was made; null when it is gone, too old or somebody else's. */
  readonly draft: (id: string) => Promise<DraftText | null>;
  /** Files that came with the message. */
  readonly attachments: readonly Attachment[];
  /** How people are called in this message whose accounts it names, by person id; absent: it names none. */
  readonly named?: ReadonlyMap<string, readonly string[]>;
}

/** A text that waits for a button. */
export interface DraftText {
  readonly _id: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

export interface TicketReads {
  byNumber(number: number): Promise<Ticket | null>;
  /** Newest first unless `order` says oldest; at most `limit`. Without history and pending. */
  list(filter: TicketFilter, limit: number): Promise<readonly TicketRow[]>;
  count(filter: TicketFilter): Promise<number>;
}

export interface TicketFilter {
  readonly status?: readonly Status[];
  readonly team?: readonly string[];
  readonly shop?: readonly string[];
  readonly assignee?: string;
  readonly order?: 'newest' | 'oldest';
}

/** A ticket as lists load it. */
export type TicketRow = Omit<Ticket, 'history' | 'pending' | 'description'>;

/** A message to the customer that a command wants stored before its intent is performed. */
export interface DraftMessage {
  readonly id: string;
  readonly body:
    | { readonly text: string; readonly attachments: readonly Attachment[] }
    | { readonly sentence: Sentence };
}

/** An internal note; another type on purpose: nothing that delivers to customers accepts it. */
export interface DraftNote {
  readonly id: string;
  readonly noteText: string;
  readonly attachments: readonly Attachment[];
}

/** What `new` files on behalf of a customer. */
export interface Filing {
  /** Id of the draft it was; null: it comes at once. */
  readonly draft: string | null;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** The order number that is meant, of several. */
  readonly order: string | null;
  /** What a form says; where it started from a draft, what it leaves out was taken out. Null: as recognised. */
  readonly given: GivenFacts | null;
}

/** What the form of `new` asks for beside the words; ids for place, shop, team and category. */
export interface GivenFacts {
  readonly order?: string;
  readonly place?: string;
  readonly handle?: string;
  readonly phone?: string;
  readonly tracking?: string;
  readonly shop?: string;
  readonly team?: string;
  readonly category?: string;
}

/** What somebody wants done with their tickets at the end of their shift. */
export interface HandedOver {
  /** `back`: what was just handed over comes back. */
  readonly what: 'next' | 'to' | 'keep' | 'back' | null;
  /** Numbers; null: all that they have not said anything about. */
  readonly numbers: readonly number[] | null;
  /** Whose they become; null: the next shift's. */
  readonly person: string | null;
  /** Left with each of them; null: nothing. */
  readonly note: string | null;
}

export type Outcome =
  | {
      readonly kind: 'intent';
      readonly intent: Intent;
      readonly message?: DraftMessage;
      readonly note?: DraftNote;
      /** Told privately when it was accepted; null: the redrawn card says enough. */
      readonly done: Sentence | null;
      /** Shown under `done`, to be copied into another program. */
      readonly copy?: readonly string[];
      /** The draft whose text this uses: what comes near it later belongs to this ticket. */
      readonly uses?: string;
      /** Told instead when it was so already. */
      readonly already: Sentence | null;
    }
  /** Who is on duty: `awayMs` is how long a break lasts. */
  | {
      readonly kind: 'duty';
      readonly person: string;
      readonly state: 'on' | 'away' | 'off';
      readonly awayMs: number;
    }
  /** The speaker knows everything that they were told of. */
  | { readonly kind: 'acknowledge' }
  /** What becomes of the speaker's tickets when their shift ends: of all, or of `no`; `what` null: it is only asked. */
  | ({ readonly kind: 'handover' } & HandedOver)
  /** The best ticket the speaker may have becomes theirs. */
  | { readonly kind: 'next' }
  /** Everything that could not be delivered is tried again. */
  | { readonly kind: 'resend' }
  /** The group where it was said belongs to this team; `none`: to no team any more; null: which one is asked. */
  | { readonly kind: 'link'; readonly team: string | null; readonly sure: boolean }
  /** Somebody proves by a code that they are the first admin, or whose account this is; without one an account's owner gets one. */
  | { readonly kind: 'code'; readonly of: 'admin' | 'account'; readonly code: string }
  /** A lead decides on a request to join. */
  | { readonly kind: 'join'; readonly request: number; readonly verdict: 'yes' | 'no' | 'out' }
  /** What waits after a restore: `row` is the outbox row that is meant, null all of it; `what` null: it is only asked how much that is. */
  | {
      readonly kind: 'backlog';
      readonly what: 'void' | 'look' | 'send' | null;
      readonly row: string | null;
      readonly sure: boolean;
    }
  /** What is promised is shown, or changed: first it is shown what that does; `sure`: with the change as it was computed from `seen`. */
  | { readonly kind: 'policy'; readonly change: PolicyChange | null; readonly seen: string; readonly sure: boolean }
  /** The newest messages go to the ticket of this number, `new` or, null, to wherever they can; a merged ticket stands for itself again. */
  | { readonly kind: 'split'; readonly to: string | null }
  /** Figures, or the tickets behind one. */
  | { readonly kind: 'figures'; readonly asked: FiguresAsked }
  /** Many tickets at once; not sure: it is only asked how many that would be. */
  | ({ readonly kind: 'bulk'; readonly sure: boolean } & Bulk)
  | { readonly kind: 'file'; readonly filing: Filing }
  /** A pasted text is shown as the ticket it would become. */
  | { readonly kind: 'preview'; readonly text: string; readonly attachments: readonly Attachment[] }
  /** A draft is opened in the form, or given up. */
  | { readonly kind: 'draft'; readonly step: 'edit' | 'drop'; readonly draft: string }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'form'; readonly form: Form }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What is done to many tickets. */
export type Bulk =
  /** Who handles what is overdue hears of it; `scope`: its name, null: all that the speaker leads. */
  | { readonly what: 'chase'; readonly scope: string | null }
  /** Everything that somebody has open goes to `person:<id>` or back to a team, `team:<id>`. */
  | { readonly what: 'reassign'; readonly person: string; readonly to: string }
  /** A ticket about the cause of many: those of a category that are open and came in a period. */
  | { readonly what: 'problem'; readonly category: string; readonly asked: FiguresAsked };

/** What the speaker reads, privately; put into words and cards by the flow. */
export interface Answer {
  /** Said before everything else: which ticket is really meant. */
  readonly first?: Sentence;
  readonly sentence?: Sentence;
  readonly view?: View;
  /** To be copied into another program, below the sentence: each a block of its own. */
  readonly copy?: readonly string[];
  /** Offered next, as buttons under the sentence. */
  readonly offers?: readonly { readonly label: Sentence; readonly invoke: Invocation }[];
}

export type View =
  | {
      readonly view: 'list';
      readonly title: Sentence;
      readonly tickets: readonly TicketRow[];
      readonly total: number;
      readonly next?: Invocation;
    }
  | { readonly view: 'digest'; readonly digest: Digest }
  /** What stands behind its button; `exports`: whether its reader may have the tickets as files. */
  | { readonly view: 'digest-rest'; readonly digest: Digest; readonly exports: boolean }
  | { readonly view: 'stats'; readonly stats: StatsCardInput }
  | { readonly view: 'export'; readonly export: ExportCardInput }
  | { readonly view: 'show'; readonly ticket: Ticket }
  | { readonly view: 'preview'; readonly preview: Preview }
  | { readonly view: 'backlog'; readonly backlog: BacklogCardInput }
  | { readonly view: 'policy'; readonly policy: PolicyCardInput }
  | { readonly view: 'what-if'; readonly whatIf: WhatIfCardInput }
  | { readonly view: 'handover'; readonly handover: HandoverCardInput }
  | { readonly view: 'help'; readonly command: string | null };
