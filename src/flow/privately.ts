import type { Grant } from '../../adapters/adapter.ts';
import type { Answer } from '../../commands/command.ts';
import { addressKey, type Address } from '../domain/address.ts';
import type { OutboxRow } from '../storage/outbox.ts';
import { outboxRow } from './row.ts';

/** An answer that only one user sees, in the conversation where they are. */
export interface Private {
  /** What makes it one answer. */
  readonly key: string;
  readonly address: Address;
  /** The platform's id of who reads it. */
  readonly user: string;
  /** The person they are; '': nobody the directory knows. */
  readonly person: string;
  readonly answer: Answer;
  readonly grant: Grant | null;
}

/** The outbox row that tells it. */
export function privateRow({ key, address, user, person, answer, grant }: Private, now: Date): OutboxRow {
  const lane = `answer:${addressKey(address)}\n${user}`;
  const body = { kind: 'answer', answer, person, user, grant } as const;
  return outboxRow({ _id: `answer:${key}`, lane, address, body, urgent: true }, now);
}
