import type { Card } from '../../cards/card.ts';
import type * as view from '../../src/view.ts';

/** What the sandbox's API answers, as docs/sandbox-api.md has it. */
export type Locale = 'zh-CN' | 'en';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: 'customer' | 'agent' | 'lead' | 'manager' | 'admin';
  readonly teams: readonly string[];
}

export interface Conversation {
  readonly id: string;
  readonly kind: 'customer' | 'group' | 'direct';
  readonly title: string;
  readonly members: readonly string[];
  readonly team?: string;
  readonly bot?: false;
}

export interface World {
  /** Another one when everything was forgotten. */
  readonly epoch: string;
  /** Whether it can be started anew. */
  readonly demo: boolean;
  readonly people: readonly Person[];
  readonly conversations: readonly Conversation[];
}

export interface Attachment {
  readonly id: string;
  readonly kind: 'image' | 'voice' | 'video' | 'file';
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly seconds?: number;
  readonly transcript?: string;
  readonly problem?: string;
}

export interface Message {
  readonly id: string;
  /** Ascending within its conversation. */
  readonly place: number;
  /** By which a press names the card. */
  readonly surface?: string;
  /** A person's id, or `bot`. */
  readonly from: string;
  readonly text?: string;
  readonly attachments?: readonly Attachment[];
  readonly quote?: string;
  readonly card?: Card;
  readonly version?: number;
  readonly at: string;
  readonly private?: true;
  readonly recalled?: true;
}

/** A message on its way, or one that did not get there. */
export interface Outgoing {
  /** Its repeat under the same id is the same message. */
  readonly clientId: string;
  readonly conversation: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly quote: string | null;
  readonly at: string;
  readonly state: 'sending' | 'failed';
  /** Which message it became, once the server has said so. */
  readonly messageId: string | null;
}

export interface StreamEvent {
  readonly type: 'message' | 'update';
  readonly id: number;
  readonly conversation: string;
  /** Who sees it. */
  readonly users: readonly string[];
  readonly message: Message;
}

/** What becomes of an answer on its way here: moments are text. */
type Wire<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Wire<T[K]> } : T;

export type Verb = Wire<view.Verb>;
export type VerbParam = Wire<view.VerbParam>;
export type TicketView = Wire<view.TicketView>;
export type TimelineEntry = Wire<view.TimelineEntry>;
export type Machine = Wire<view.Machine>;
