import { appKey, type Address } from '../domain/address.ts';
import type { Language } from '../domain/ticket.ts';
import type { CustomerMessage } from '../storage/messages.ts';
import type { Sentence } from '../text/text.ts';
import type { Parts } from './parts.ts';
import { sayLane } from './relay.ts';
import { outboxRow } from './row.ts';

/** A sentence for a customer that no change of a ticket lets out. */
export interface Told {
  /** Follows from what caused it: said once under this id. */
  readonly id: string;
  /** What it is about; empty: no ticket. */
  readonly ticket: string;
  /** Which part of us says it. */
  readonly author: string;
  readonly to: Address;
  readonly language: Language;
  readonly sentence: Sentence;
}

export type TellCustomer = (told: Told) => Promise<void>;

/** The stored form of a sentence that waits to be said. */
export const toldMessage = (told: Told, at: Date): CustomerMessage => ({
  _id: told.id,
  ticket: told.ticket,
  language: told.language,
  direction: 'out',
  author: { kind: 'system', name: told.author },
  body: { sentence: told.sentence },
  address: told.to,
  platformId: null,
  state: 'held',
  at,
});

/** Stores the sentence, then its place in the lane of everything that is said to this customer. */
export function createTellCustomer(
  parts: Pick<Parts, 'store' | 'clock' | 'adapters'>,
  wakeOutbox: (apps: Iterable<string>) => void,
): TellCustomer {
  const { store, clock, adapters } = parts;
  return async (told) => {
    const app = appKey(told.to);
    if (!adapters.has(app)) return;
    const now = clock.now();
    await store.messages.add([toldMessage(told, now)]);
    const body = { kind: 'say', message: told.id } as const;
    await store.outbox.add([
      outboxRow({ _id: `told:${told.id}`, lane: sayLane(told.to), address: told.to, body }, now),
    ]);
    wakeOutbox([app]);
  };
}
