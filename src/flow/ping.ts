import { addressKey, appKey, type Address } from '../domain/address.ts';
import type { Effect } from '../domain/effect.ts';
import type { Told } from '../domain/event.ts';
import type { Telling } from '../domain/pinged.ts';
import { isUrgent } from '../domain/surge.ts';
import type { Ticket } from '../domain/ticket.ts';
import { derivedId } from '../ids.ts';
import type { OutboxBody, OutboxRow } from '../storage/outbox.ts';
import type { Pinged, PingItem } from '../storage/pings.ts';
import type { Attempt, Delivery } from './deliver.ts';
import type { Parts } from './parts.ts';
import { BEHIND, begin, finish, redraw } from './ping-message.ts';
import { stillSo } from './ping-lines.ts';
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
  const why = reasonOf(effect, ticket);
  const row = (address: Address, person: string, telling: Telling | null, notBefore: Date): OutboxRow =>
    outboxRow(
      {
        // Logs name rows: never an e-mail address or a number.
        _id: `${effect.key}:${person}:${derivedId('address', addressKey(address))}`,
        lane: pingLane(address),
        address,
        body: { kind: 'ping', person, ticket: ticket._id, number: ticket.number, telling },
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
      addressesOf(told).map((address) => row(address, told.person, { ...why, level: told.level }, told.at)),
    ),
    // What went outside the chats stays as it was said.
    ...effect.over.flatMap((person) =>
      addressesOf({ person, level: 'handler' }).map((address) => row(address, person, null, now)),
    ),
  ];
}

/** Why these people hear of it, from the event that says so, which the ticket still bears. */
function reasonOf({ since }: Ping, { history }: Ticket): Omit<Telling, 'level'> {
  const event = history.tail.find(({ seq }) => seq === since);
  const value = (name: string): string | null => {
    const found = event?.data[name];
    return typeof found === 'string' ? found : null;
  };
  if (event?.type === 'prompted') return { why: 'reminder', since };
  if (event?.type !== 'escalated') return { why: 'due', since };
  const note = value('note');
  return { why: 'escalated', since, by: value('by') ?? '', ...(note !== null && { note }) };
}

/** What lets the message that somebody was pinged with show what is so by now. */
export function putRight({ _id: lane, person, items }: Pinged, key: string, address: Address, now: Date): OutboxRow {
  const [{ ticket, number } = { ticket: '', number: 0 }] = items;
  return outboxRow({ _id: key, lane, address, body: { kind: 'ping', person, ticket, number, telling: null } }, now);
}

type Body = Extract<OutboxBody, { kind: 'ping' }>;

/** Rows that are read at once, and how often before others have their turn. */
const AT_ONCE = 200;
const ROUNDS = 10;
/** Most tickets of which one message knows. */
const MOST_ITEMS = 100;
const DONE: Delivery = { state: 'done' };
const AGAIN: Delivery = { state: 'wait', ms: 0 };

/**
 * Tells a person what is due of theirs: all rows of the lane that are ready become one message, and this row stands for them. They are
 * folded into what the person was told before they are done, and that is frozen before it is sent: cut anywhere, nothing is lost, and
 * nothing is said twice. Where nothing is new, the message that stands is put right.
 */
export async function pingRow(attempt: Attempt, row: OutboxRow, body: Body): Promise<Delivery> {
  const { parts } = attempt;
  const { clock, store } = parts;
  const known = (await store.pings.load(row.lane)) ?? nothingYet(row, body, clock.now());
  const begun = known.frozen === null && known.before === null ? known : await finish(attempt, row, known);
  if ('state' in begun) return begun;
  // It has been said, and only that this was noted was missing.
  if (begun.row === row._id) return DONE;
  const gathered = await gather(parts, row, begun);
  if ('state' in gathered) return gathered;
  const found = await stillSo(parts, gathered, row.address);
  const isNews = found.items.some(({ fresh }) => fresh);
  return isNews ? begin(attempt, row, gathered, found) : redraw(attempt, row, gathered, found);
}

const nothingYet = ({ lane }: OutboxRow, { person }: Body, at: Date): Pinged => ({
  _id: lane,
  person,
  rev: 0,
  number: 0,
  row: null,
  items: [],
  more: false,
  frozen: null,
  ref: null,
  shown: '',
  before: null,
  lent: [],
  at,
});

/** Takes along whatever else is ready in the lane: kept with what is to be said first, then done. */
async function gather(parts: Parts, row: OutboxRow, known: Pinged): Promise<Pinged | Delivery> {
  const { store, clock } = parts;
  let mine = known;
  for (let round = 0; round < ROUNDS; round += 1) {
    const ready = await store.outbox.pingsOf(row.lane, clock.now(), AT_ONCE);
    const rows = ready.some(({ _id }) => _id === row._id) || round > 0 ? ready : [row, ...ready];
    const with_ = rows.reduce(taken, mine);
    const saved = with_ === mine ? mine : await store.pings.save(with_);
    if (saved === null) return BEHIND;
    mine = saved;
    const others = ready.filter(({ _id }) => _id !== row._id);
    await store.outbox.done(
      others.map(({ _id }) => _id),
      clock.now(),
    );
    if (ready.length < AT_ONCE) return mine;
  }
  return AGAIN;
}

/** With what one row wants said. A row that came back although it was said changes nothing. */
function taken(mine: Pinged, row: OutboxRow): Pinged {
  const { body } = row;
  if (body.kind !== 'ping' || body.telling === null || row._id === mine.row) return mine;
  const { ticket, number, telling } = body;
  const isSame = (item: PingItem): boolean => item.ticket === ticket && item.why === telling.why;
  const known = mine.items.find(isSame);
  if (known !== undefined && known.since >= telling.since) return mine;
  // One that was tried already waits for a permit, not for its reader.
  const heldFrom = row.error === undefined && row.notBefore > row.order ? row.order : null;
  const item: PingItem = { ...telling, ticket, number, fresh: true, urgent: row.urgent === true, heldFrom };
  const others = mine.items.filter((other) => !isSame(other));
  if (others.length < MOST_ITEMS) return { ...mine, items: [...others, item] };
  const least = item.urgent ? others.findLastIndex(({ urgent }) => !urgent) : -1;
  if (least === -1) return mine.more ? mine : { ...mine, more: true };
  return { ...mine, more: true, items: [...others.filter((_, i) => i !== least), item] };
}
