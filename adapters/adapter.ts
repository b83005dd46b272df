import type { Router } from 'express';
import type { Card, Form } from '../cards/card.ts';
import type { Invocation } from '../cards/invocation.ts';
import type { Address } from '../src/domain/address.ts';
import type { Attachment } from '../src/domain/attachment.ts';
import type { Locale } from '../src/domain/directory.ts';
import type { Outcome } from '../src/domain/outcome.ts';
import type { Report } from '../src/domain/report.ts';

/** Everything that comes in, from any platform. A platform's own payload never leaves its adapter. */
export type InboundEvent = InboundMessage | InboundInvoke | InboundForm | InboundLifecycle | InboundReport;

interface Inbound {
  readonly platform: string;
  /** The bot installation it came through. */
  readonly app: string;
  /** The platform's own id of this event, unique within platform and app: what makes a repeat harmless. A press without an id of its own has that of the frame it came in. At most 200 characters. */
  readonly id: string;
  readonly conversation: { readonly id: string; readonly kind: 'customer' | 'group' | 'direct' | 'system' };
  readonly sender: { readonly id: string; readonly name: string };
  readonly receivedAt: Date;
  /** What the platform lends for an answer. */
  readonly grants?: readonly Grant[];
}

export interface InboundMessage extends Inbound {
  readonly kind: 'message';
  /** Plain text without the mention of the bot; at most 20 000 characters. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** The platform's id of the message that is quoted or whose thread this stands in. */
  readonly quote?: string;
  /** In groups: whether the bot was addressed (mention or slash command). Always true in direct chats. */
  readonly addressed: boolean;
  /** Accounts that were named in it, each with how it stands there (`@Wang Fang`). */
  readonly mentions?: readonly { readonly user: string; readonly as: string }[];
  /** It stands in the thread below `quote`: what is said there without addressing the bot is talk about what stands above it. */
  readonly inThread?: true;
  /** The platform lent the means to show its sender a form at once: the answer may be one. */
  readonly takesForm?: true;
}

/** A button was pressed. */
export interface InboundInvoke extends Inbound {
  readonly kind: 'invoke';
  readonly invocation: Invocation;
  /** Surface id of the card, when it is one of ours. */
  readonly surface?: string;
  /** The cardVersion that the person saw. */
  readonly seen?: number;
  /** The card asks for values first, also where none has to be there: what `openForm` opens then is never null for their want. */
  readonly asks?: true;
}

/** A form was submitted. */
export interface InboundForm extends Inbound {
  readonly kind: 'form';
  readonly invocation: Invocation;
  readonly surface?: string;
  /** The form's own: however often one opened form is submitted, under whatever ids, the first time counts. At most 400 characters. */
  readonly nonce?: string;
}

/** What happened around the talk. */
export type Happening =
  | { readonly what: 'bot_added' | 'bot_removed' }
  /** The account that came or went, with its name as the platform has it. */
  | { readonly what: 'member_joined' | 'member_left'; readonly member: { readonly id: string; readonly name: string } }
  /** `message`: the `id` under which the message came in. */
  | { readonly what: 'message_recalled'; readonly message: string };

/** Another system reports something; its conversation is the matter, so that reports of one matter are worked in order. */
export interface InboundReport extends Inbound {
  readonly kind: 'report';
  readonly report: Report;
}

/** `sender` is who did it; both parts empty where the platform does not say. */
export type InboundLifecycle = Inbound & { readonly kind: 'lifecycle' } & Happening;

/** A short-lived permission to answer or update once more, lent by the platform with an event. */
export interface Grant {
  /** The surface it can update, as the card that was pressed; absent: it answers its conversation privately. */
  readonly surface?: string;
  /** Never logged, stored encrypted. */
  readonly secret: string;
  readonly uses: number;
  readonly expiresAt: Date;
  /** The account (platform user id) it shows its answer to. */
  readonly boundTo?: string;
}

/** What goes out: words, or a card with words for those who cannot see it. */
export type OutMessage =
  | {
      readonly type: 'text';
      readonly text: string;
      readonly attachments: readonly Attachment[];
      /** Id of the posted message below which it stands, where the platform has threads; absent: in the conversation itself. */
      readonly thread?: string;
      /** It is for one person and yet no secret: where saying it to them alone costs more, everybody in the conversation may read it. */
      readonly open?: true;
      /** Where a conversation `calls`: whom it goes to, by user id. */
      readonly to?: readonly string[];
    }
  | {
      readonly type: 'card';
      readonly card: Card;
      readonly fallback: string;
      readonly version: number;
      /** What presses on it name it by; absent: the key under which it is sent. */
      readonly surface?: string;
      /** Where a conversation `calls`: whom it goes to, by user id. */
      readonly to?: readonly string[];
    };

/** What the person who acted is told at once. */
export interface InstantAnswer {
  readonly message: OutMessage | null;
  readonly form: Form | null;
}

export interface Accepted {
  readonly stored: true;
  /** Present when it was ready in time; otherwise the ordinary path delivers it. */
  readonly answer?: InstantAnswer;
  /** It came before; whoever sent it first was answered. */
  readonly repeated?: true;
  /** What it did, under the same condition. */
  readonly outcome?: Outcome;
}

export interface AcceptOptions {
  readonly answerBy?: number;
  readonly only?: 'form' | 'brief';
  readonly stored?: () => void;
}

/** The port through which adapters hand in what arrived. */
export interface Sink {
  /**
   * Stores the event and works on it at once. Resolves when it is stored; waits for the answer until `answerBy` ms (default 1 200) after
   * the call. `stored` is called the moment it is stored: for platforms whose acknowledgement carries no answer.
   * `only: 'form'`: words and cards are delivered by the ordinary path, with its retries, and are not waited for. `'brief'`: only cards are
   * that hold more than words and buttons.
   * Rejects with `StoreUnavailable` when nothing was stored: the adapter must then not acknowledge.
   */
  accept(event: InboundEvent, options?: AcceptOptions): Promise<Accepted>;
  /** The form a press would open, with a nonce; a read: nothing is stored but what the press lent for changing its card. Null: the command needs no form. */
  openForm(event: InboundInvoke): Promise<Form | null>;
  /** What somebody has to do and what their teams have waiting, for a platform with a page of its own for each person; a read. Null: nobody the directory knows. */
  openHome(asker: Asker): Promise<Card | null>;
  /** What a link to a ticket shows to everybody in the conversation it was written in; a read. Null: whoever wrote it may not see that ticket, or there is none. */
  openLink(asker: Asker & Pick<Inbound, 'conversation'>, url: string): Promise<Card | null>;
}

/** Who asks for something that changes nothing. */
export type Asker = Pick<Inbound, 'platform' | 'app' | 'sender'>;

/** A message that was posted, as the platform names it. */
export interface Ref {
  readonly id: string;
  /** What the platform lent with it for later changes. */
  readonly grants?: readonly Grant[];
}

/** What a platform knows about one of its users. */
export interface Profile {
  readonly name: string;
  readonly locale?: Locale;
  readonly timeZone?: string;
  /** The conversation in which they are reached alone; absent: the user id addresses it. */
  readonly direct?: string;
  /** Their address in the organisation's own member list, which the platform has verified; absent for whoever is no full member of it. */
  readonly email?: string;
  /** Other names under which the shop's file may list this account, as the platform has verified them: `mobile:13800138000`, `union:...`. */
  readonly aliases?: readonly string[];
  /** A guest, a program or somebody of another organisation: no member list speaks for them. */
  readonly outsider?: true;
}

/** What a conversation can do, as data; delivery and rendering choose by it. */
export interface Capabilities {
  /** A posted card can be changed: at any time (true), never (false), or once for each grant that a send or a press lent (`by-grant`). */
  readonly update: boolean | 'by-grant';
  /** `key` of `send` makes a repeated send the same message. */
  readonly idempotentSend: boolean;
  /** Something can be shown to one member of a group only. */
  readonly privateInGroup: boolean;
  readonly buttons: boolean;
  readonly forms: boolean;
  readonly images: boolean;
  /** Something can stand below a posted message, apart from the conversation. */
  readonly threads: boolean;
  /** Most characters (code points) of one text message. */
  readonly maxText: number;
  /** So long after their last message a customer can be written to, ms; absent: for as long as one likes. */
  readonly windowMs?: number;
  /** It is no group: a card goes to some people of the team, to each alone, and a change of it reaches all of them. */
  readonly calls?: true;
}

/** One limit of a platform: never more than `count` calls within any window of `windowMs`. */
export interface Limit {
  readonly name: string;
  /** What is counted together: `robot` and `member` as `Adapter.subjects` says; `ip`: all installations of the platform behind this address. */
  readonly per: 'app' | 'conversation' | 'robot' | 'member' | 'ip';
  readonly method: 'send' | 'update' | 'any';
  readonly count: number;
  readonly windowMs: number;
  /** The conversations it is about; default: all. */
  readonly conversations?: readonly string[];
  /** Where the number comes from. */
  readonly source: string;
  /** Calls of each window that new cards leave free for urgent ones, and that both leave free for redraws of what stands. Default: none. */
  readonly reserve?: { readonly urgent: number; readonly redraw: number };
  /** Calls of each window set aside for answers given inside a request: delivery never uses them. Default: none. */
  readonly aside?: number;
}

/** So many calls of an app in a calendar month, whatever they do. */
export interface Quota {
  readonly name: string;
  readonly count: number;
  /** How far the clock by which its months begin is ahead of UTC, ms. */
  readonly offsetMs: number;
  /** Conversations that it is not about. */
  readonly except: readonly string[];
  /** Calls that the adapter made beside those it was asked for (forms, files) since it was last asked this. */
  beside?(): number;
  /** The variable that says how many they are. */
  readonly setting: string;
  /** Where the number comes from. */
  readonly source: string;
}

/** What limits count together when something goes to an address. */
export interface Subjects {
  /** The platform's id of the one member it reaches; null: many. */
  readonly member: string | null;
  /** Which robot speaks there, where an app has several with limits of their own; null: the app itself. */
  readonly robot: string | null;
  /** The conversation it really stands in, where that is another one. */
  readonly conversation?: string;
}

/**
 * An instant-messaging platform. Members live in `adapters/<platform>/`; contract tests in test/contract run against each.
 * Failures are `DeliveryError`s.
 */
export interface Adapter {
  readonly platform: string;
  readonly app: string;
  /** What can be done in this conversation: a platform's groups may be poorer than its direct chats. */
  capabilities(address: Address): Capabilities;
  readonly limits: readonly Limit[];
  /** What the app may do in a month; absent: as much as its limits allow. */
  readonly quota?: Quota;
  /** Whom and what limits count for at this address. `visibleTo`: it is shown to this user only. */
  subjects(address: Address, visibleTo?: string): Subjects;
  /** HTTP routes this adapter serves, mounted by the server at the given path; null: none. */
  readonly routes: { readonly path: string; readonly router: Router } | null;
  /** Connects. Refuses bad credentials with a `SetupError` of one clear line instead of retrying for ever. */
  start(sink: Sink): Promise<void>;
  stop(): Promise<void>;
  /** Posts. `key` is the surface or effect id: repeating it must not post twice where `idempotentSend`. `visibleTo`: private, to this user only. */
  send(address: Address, message: OutMessage, key: string, visibleTo?: string): Promise<Ref>;
  /**
   * What became of a `send` with this key whose outcome is not known: the message, or null when it was certainly not posted. Only where
   * the platform can tell and a repeat under the same key would post twice. The message and its only reader are those of the send.
   */
  settle?(address: Address, key: string, message: OutMessage, visibleTo?: string): Promise<Ref | null>;
  /** Changes a posted message to this content; returns the ref it has now. */
  update(address: Address, ref: Ref, message: OutMessage, key: string, grant?: Grant): Promise<Ref>;
  /** Takes a posted card back that has a successor, as far as the platform still allows; absent: it cannot. */
  withdraw?(address: Address, ref: Ref): Promise<void>;
  /** Told when this process becomes the one that sends for the app, and when it is it no longer: for a connection that may exist only once. */
  held?(isHeld: boolean): void;
  /** Uses one grant to answer privately. */
  reply(grant: Grant, message: OutMessage, key: string): Promise<void>;
  /** Whether answering so is a send that limits and quota count; absent: never. */
  replyCounts?(grant: Grant, message: OutMessage): boolean;
  /** Somebody as the platform's own member list has them; null: no such user. */
  lookUp(user: string): Promise<Profile | null>;
  /** `ok`, or one line that says what is wrong. */
  health(): { readonly ok: boolean; readonly detail: string };
}

/** What the rest hears of a platform whose installations come and go. */
export interface Changes {
  /** A new one: from now on it can be sent to. */
  joined(adapter: Adapter): Promise<void>;
  /** It is gone: nothing more is sent to it. */
  left(adapter: Adapter): Promise<void>;
}

/** The one way in for all installations of a platform, which may come and go while the process runs. Their adapters only send. */
export interface Entrance {
  readonly platform: string;
  readonly routes: Adapter['routes'];
  /** The installations that are known at the start. */
  load(): Promise<readonly Adapter[]>;
  /** Begins to take in. Refuses bad credentials with a `SetupError`. */
  open(sink: Sink, changes: Changes): Promise<void>;
  /** Takes no more in, and resolves when what is under way has ended. */
  close(): Promise<void>;
  health(): { readonly ok: boolean; readonly detail: string };
}
