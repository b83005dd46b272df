import { appKey, type Address } from '../domain/address.ts';
import type { Place } from '../domain/effect.ts';
import type { OutboxRow } from '../storage/outbox.ts';
import { slotOf } from './places.ts';

/** A new row of the outbox: it goes at once unless it says `notBefore`. `now`: its place in its lane. */
export function outboxRow(
  row: Pick<OutboxRow, '_id' | 'lane' | 'address' | 'body'> & Partial<Pick<OutboxRow, 'notBefore' | 'urgent'>>,
  now: Date,
): OutboxRow {
  return { app: appKey(row.address), state: 'pending', order: now, notBefore: now, attempts: 0, ...row };
}

/** The row that brings one card to its ticket's latest state. `isUrgent`: whether the ticket is. */
export function drawRow(
  _id: string,
  { ticket, place, address }: { readonly ticket: string; readonly place: Place; readonly address: Address },
  isUrgent: boolean,
  now: Date,
): OutboxRow {
  const lane = slotOf(place, ticket, address);
  return outboxRow(
    { _id, lane, address, body: { kind: 'draw', ticket, place }, ...(isUrgent && { urgent: true }) },
    now,
  );
}

const POST = 'post:';

/** The id of the row that posts something once per key: its card bears it as its surface. */
export const postId = (key: string): string => `${POST}${key}`;

/** The key of the post whose card bears this surface; null: it is none. */
export const postedUnder = (surface: string | undefined): string | null =>
  surface?.startsWith(POST) === true ? surface.slice(POST.length) : null;
