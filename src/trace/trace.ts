import type { SealedEvent } from '../domain/event.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { CustomerMessage } from '../storage/messages.ts';
import type { Store } from '../storage/store.ts';

/** What a thing was: it came in, was decided, was sent, was answered by the platform, or failed on our side. In the order in which one follows from another. */
export const STAGES = ['in', 'decided', 'sent', 'answered', 'failed'] as const;
export type Stage = (typeof STAGES)[number];

/** One thing that happened. Ids, words of ours and figures alone: nothing that a customer or colleague wrote, no platform's own words. */
export interface TraceEntry {
  readonly at: Date;
  readonly stage: Stage;
  /** Kind of it: `message`, `claimed`, `draw`. */
  readonly what: string;
  readonly fields: Readonly<Record<string, string | number | undefined>>;
}

/** What is followed: a ticket with its history, or one cause that led to none. */
export interface Subject {
  readonly ticket: Ticket | null;
  /** All of them, oldest first. */
  readonly events: readonly SealedEvent[];
  readonly messages: readonly CustomerMessage[];
  /** What the events follow from; of an error without a ticket its own cause. */
  readonly causes: readonly string[];
}

/** One place that knows something of a subject; one per file, listed in registry.ts. In any order. */
export type Source = (store: Store, subject: Subject) => Promise<readonly TraceEntry[]>;

/** An id or address on one line. */
export const oneLine = (id: string): string => id.replaceAll('\n', '/');
